"""The store's port, in the domain's words, and the rules that every engine keeps.

The contract, proven on every engine by `tests/contract`:

- A write is one transaction: article, relations, place, redirects, search row and change row are
  committed together or not at all. When a write returns, it is on the disk.
- `seq` grows by every change; `Change.at` never goes back, whatever the clock does.
- A published article without `published`, `updated` or `first_published` is given them (by each other, or the
  time of the write). A section, tag or author keeps the name of the first article that brought it until
  `save_shelves`.
- `guid`, `first_published`, `place` and `story_slug` never change once set; a write that would
  change them keeps the old value (`story_slug`, `place`, `first_published`) or is refused (`guid`).
- `guid`, `path` and (source kind, site, id) are unique: a second is a Conflict.
- First publication gives the article its place (kind "articles", also for a story written from scratch; none
  for a page; month of `first_published` in UTC, next number from 0) and its `story_slug` (its slug, made unique
  by -2, -3 ...), which then takes the place of `STORY_SLUG` in its `story_fragment` (`with_slug`).
- A new path of a once public article leaves a redirect from the old one; chains are collapsed to one hop, a
  redirect at a path is dropped when an article takes the path, loops are impossible.
- Lists hold public articles only, carry the empty body, and end their order by id, descending.
- Shelves count public articles of kind ARTICLE (so a count is that of the shelf's default selection). Their
  `updated` is the newest `updated` that stood on them, or the time of a withdrawal; it never goes back.
- Reads see every write acknowledged before them in the same process.
- An engine that can't answer raises StoreUnavailable (StoreFull when out of space), nothing foreign.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Sequence
from datetime import datetime
from html import escape
from typing import Protocol

import msgspec

from publisher import url
from publisher.error import Conflict
from publisher.model import (
    Article,
    Author,
    Change,
    Media,
    Redirect,
    Section,
    Selection,
    Source,
    Status,
    Tag,
)


class Write(msgspec.Struct, frozen=True, kw_only=True):
    """An article to be stored. `id` 0 makes a new one; else `article` replaces the stored one whole.

    `fragment` is its finished sitemap `<url>` with paths for URLs (b"": not to be listed);
    `story_fragment` is that of its story, with `STORY_SLUG` for the story's slug (b"": it has none).
    `expected_revision` guards against lost updates: another revision in the store is a Conflict.
    `redirects` are old paths that shall lead to the article's path; one where another article stands is left
    to it. `is_restored`: a new article comes from another store of this service, and keeps its first publication,
    and of its place and story slug what is free. A write that would change nothing that is stored gives the
    change action "unchanged": it adds no row to the log and has no keys.
    """

    article: Article
    fragment: bytes = b""
    story_fragment: bytes = b""
    expected_revision: int | None = None
    redirects: tuple[str, ...] = ()
    action: str = "publish"
    is_restored: bool = False


class Saved(msgspec.Struct, frozen=True):
    """A write that was committed: the article as stored now, and its change."""

    article: Article
    change: Change


Keep = Callable[[Sequence["Saved | Conflict"]], tuple[str, bytes] | None]
"""What came of several writes -> a name and the small value that is kept under it, None for nothing.

It is called inside the transaction, in the engine's thread."""


class Chunk(msgspec.Struct, frozen=True, kw_only=True):
    """One urlset file: what it is called, how many URLs it lists, when it last changed."""

    kind: str
    month: str
    number: int
    urls: int
    changed: datetime


class Match(msgspec.Struct, frozen=True):
    """A search result: the article and a snippet whose hits stand between \\x02 and \\x03."""

    article: Article
    snippet: str


class Tally(msgspec.Struct, frozen=True, kw_only=True):
    """Counts by status, kept by the store (never counted when asked)."""

    published: int = 0
    draft: int = 0
    scheduled: int = 0
    private: int = 0
    trash: int = 0


CHUNK_SIZE = 1000

STORY_SLUG = b"\0"
"""Stands for the story's slug in a `story_fragment` until the store has given the slug."""


def with_slug(story_fragment: bytes, slug: str) -> bytes:
    """The fragment with the story's slug in place, as it is stored."""
    return story_fragment.replace(STORY_SLUG, escape(url.segment(slug)).encode())


class Store(Protocol):
    """What every engine can do."""

    async def open(self) -> None:
        """Make ready: create or migrate the schema. Raises StoreUnavailable."""

    async def close(self) -> None:
        """Release everything; safe to call twice."""

    # Reading one

    async def article(self, id: int) -> Article:
        """The article of that id, with its body, whatever its status; raises NotFound."""

    async def article_by_guid(self, guid: str) -> Article:
        """The article of that guid, with its body; raises NotFound."""

    async def article_by_source(self, kind: str, site: str, id: str) -> Article:
        """The article imported from there, with its body; raises NotFound."""

    async def by_sources(self, sources: Sequence[Source]) -> tuple[Article | None, ...]:
        """The articles imported from there, in that order, with empty bodies; None where there is none."""

    async def at(self, path: str) -> Article | Redirect:
        """What stands at a path: an article of any status, with its body, or a redirect; raises NotFound."""

    async def at_with_related(self, path: str, limit: int) -> tuple[Article | Redirect, tuple[Article, ...]]:
        """What `at` gives, and what `related` gives of a public one of kind ARTICLE (one read)."""

    async def story(self, slug: str) -> Article:
        """The article whose story has that slug, with its body, whatever its status; raises NotFound."""

    # Reading many

    async def select(self, selection: Selection) -> tuple[Article, ...]:
        """The public articles of a selection, in its order, with empty bodies."""

    async def select_each(self, selections: Sequence[Selection]) -> tuple[tuple[Article, ...], ...]:
        """What `select` gives for each of them, of one moment (one read)."""

    async def listed(self, ids: Sequence[int]) -> tuple[Article, ...]:
        """Those of the ids that are public, in that order, with empty bodies (one read)."""

    async def with_bodies(self, articles: Sequence[Article]) -> tuple[Article, ...]:
        """The same articles in the same order, with their bodies (one read)."""

    async def count(self, selection: Selection) -> int:
        """How many articles the selection has, its limit and offset apart."""

    async def revisions(self, selection: Selection) -> tuple[tuple[int, int], ...]:
        """(id, revision) of the public articles of a selection, in its order: enough for a validator."""

    async def in_status(self, statuses: frozenset[Status], limit: int = 50, before_id: int = 0) -> tuple[Article, ...]:
        """Articles of any of the statuses by descending id, with empty bodies; below `before_id` unless it is 0."""

    def every(self, after_id: int = 0) -> AsyncIterator[Article]:
        """Every article of any status by ascending id, with bodies, in bounded memory."""

    async def search(self, query: str, limit: int = 24, offset: int = 0) -> tuple[Match, ...]:
        """Public articles that match the words of a query, best first; no syntax of the query raises."""

    async def suggest(self, query: str) -> str:
        """The query with words that public articles hold in place of those that none does; "" for nothing near.

        It may still find nothing, when no article holds all of its words.
        """

    async def related(self, article: Article, limit: int = 8) -> tuple[Article, ...]:
        """Public articles on the same matter, best first, never itself."""

    # Shelves

    async def sections(self) -> tuple[Section, ...]:
        """Every section by position and slug, with `articles` and `updated` of its public articles."""

    async def section(self, slug: str) -> Section:
        """One section, counted; raises NotFound."""

    async def tags(self, limit: int = 1000, offset: int = 0) -> tuple[Tag, ...]:
        """Tags that have public articles, by slug, counted."""

    async def tag(self, slug: str) -> Tag:
        """One tag, counted; raises NotFound."""

    async def authors(self, limit: int = 1000, offset: int = 0) -> tuple[Author, ...]:
        """Authors that have public articles, by slug, counted."""

    async def author(self, slug: str) -> Author:
        """One author, counted; raises NotFound."""

    async def portrayed(self, part: str) -> tuple[Author, ...]:
        """Authors, whether or not articles have them, whose portrait's address contains a text; by slug, 100 at most.

        They aren't counted.
        """

    async def months(self) -> tuple[tuple[str, int], ...]:
        """(month of first publication, public articles) newest first."""

    async def tally(self) -> Tally:
        """Counts by status."""

    # Sitemaps

    async def chunks(self, kind: str, month: str = "") -> tuple[Chunk, ...]:
        """The non-empty urlset files of a kind, oldest first; `changed` moves only when a fragment does.

        Kind "articles" lists `fragment`, "stories" lists `story_fragment`; both go by the article's one place.
        Kinds "sections", "tags" and "authors" list the shelves that have articles, in the order in which they
        first had one; their month is "". Only the files of one month, if it is given.
        """

    async def index(self, base: str) -> bytes:
        """The `<sitemap>` entries of all non-empty files by kind, oldest first, their URLs behind `base` (escaped)."""

    async def chunk(self, kind: str, month: str, number: int) -> tuple[bytes, ...]:
        """The fragments of one urlset file in the order of their places; raises NotFound for none."""

    # The log

    async def seq(self) -> int:
        """Number of the newest change, 0 when there is none."""

    async def changes(self, after: int, limit: int = 1000) -> tuple[Change, ...]:
        """The changes after a number, in order."""

    async def newest(self, keys: frozenset[str]) -> Change | None:
        """The newest change that touched any of the keys, None if none did."""

    async def watch(self) -> int:
        """A number that differs when another process may have written since the last call (cheap to poll)."""

    # Writing (the desk only)

    async def save(self, write: Write, at: datetime) -> Saved:
        """Store one article. Raises Conflict, NotFound (an id that isn't there), StoreUnavailable."""

    async def save_all(
        self, writes: Sequence[Write], at: datetime, keep: Keep | None = None
    ) -> tuple[Saved | Conflict, ...]:
        """Store several in one transaction; a Conflict stands for what was refused, the others are kept.

        `keep` says which small value is kept with them. An id that isn't there is NotFound, and nothing is kept.
        """

    async def settle(self) -> None:
        """Put in order what very many writes left behind, so that reads cost no more; in small steps between others."""

    async def save_shelves(
        self,
        sections: Sequence[Section],
        authors: Sequence[Author],
        at: datetime,
        *,
        tags: Sequence[Tag] = (),
        before: Section | Tag | Author | None = None,
    ) -> Change | None:
        """Store names and descriptions of sections, authors and tags; None when nothing differs.

        A tag's new name comes into an article with the article's next write. Raises Conflict when `before` isn't what
        is stored under its slug, its counts apart.
        """

    async def add_redirect(self, redirect: Redirect, at: datetime) -> Change:
        """Let a path that no article has lead to another; raises Conflict when one has it or for a loop."""

    async def remove_redirect(self, path: str, at: datetime) -> Change:
        """Let a path lead nowhere any more; raises NotFound."""

    async def remove_shelf(self, name: str, at: datetime) -> Change:
        """Forget a section, tag or author by its key. Raises NotFound, and Conflict while any article has it."""

    async def redirects(self, limit: int = 1000, after: str = "") -> tuple[Redirect, ...]:
        """Redirects by path, after a path."""

    async def note(self, action: str, keys: frozenset[str], paths: tuple[str, ...], at: datetime) -> Change:
        """Append a change that has no article (a new theme, a settings change)."""

    async def next_due(self) -> datetime | None:
        """When the next scheduled article is due or the next published one expires, None if nothing waits."""

    async def due(self, now: datetime, limit: int = 100) -> tuple[Article, ...]:
        """Articles to release (scheduled and due) or to expire (published, `expires` <= now), with bodies."""

    # Media

    async def media(self, sha256: str) -> Media:
        """The record of one stored file; raises NotFound."""

    async def media_by_url(self, url: str) -> Media:
        """The record of the file fetched from a URL; raises NotFound."""

    async def media_like(self, prefix: str) -> Media:
        """The record of the first file whose hash begins so; raises NotFound."""

    async def files(self, limit: int = 50, before: str = "", offset: int = 0) -> tuple[Media, ...]:
        """Records of stored files, the one stored last first; with `before` (a hash) those stored before that one."""

    async def count_files(self) -> int:
        """How many files are stored."""

    async def save_media(self, media: Media, before: Media | None = None) -> None:
        """Store or replace the record of a file (which is in place already); with `before` it keeps its place in lists.

        Raises Conflict when `before` isn't the record stored now, NotFound when there is none.
        """

    async def remove_media(self, sha256: str) -> None:
        """Forget the record of a file; raises NotFound."""

    # Memory

    async def recall(self, name: str) -> bytes | None:
        """A small value kept under a name (cursors, high-water marks), None if there is none."""

    async def remember(self, name: str, value: bytes) -> None:
        """Keep a small value under a name."""

    async def amend(self, name: str, change: Callable[[bytes | None], bytes]) -> None:
        """Keep what `change` makes of the value kept (None for none), in one transaction: no writer comes between.

        `change` is pure and quick; it may run on the database's thread. The same value again is not written.
        """

    async def recall_all(self, prefix: str) -> tuple[tuple[str, bytes], ...]:
        """Every (name, value) kept under a name that begins so, by name."""

    async def forget(self, name: str) -> bool:
        """Keep nothing under a name any more; whether there was something."""
