"""The memory engine: the whole port on dictionaries, for tests and for sites that live an hour.

Every method runs to its end without awaiting, so each is a transaction by itself.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from datetime import datetime
from itertools import islice
from typing import TypeVar

import msgspec

from publisher import key
from publisher.error import Conflict, NotFound
from publisher.model import (
    Article,
    Author,
    Change,
    Media,
    Place,
    Redirect,
    Section,
    Selection,
    Source,
    Status,
    Tag,
)
from publisher.store import related as likeness
from publisher.store import rule, spelling, transaction, words
from publisher.store.memory_table import MemoryTables
from publisher.store.port import CHUNK_SIZE, Chunk, Keep, Match, Saved, Tally, Write
from publisher.store.snippet import snippet

_T = TypeVar("_T")
_K = TypeVar("_K")


def _found(table: Mapping[_K, _T], name: _K | None, what: str) -> _T:
    if name is None or name not in table:
        raise NotFound(f"there is no {what}")
    return table[name]


def _sight(article: Article) -> likeness.Sight:
    size = sum(len(each.split()) for each in words.searchable(article))
    return likeness.Sight(msgspec.convert(article, likeness.Glimpse, from_attributes=True), size)


class MemoryStore:
    """A store that keeps everything in this process."""

    def __init__(self) -> None:
        self._tables = MemoryTables()

    async def open(self) -> None:
        """Nothing to make ready."""

    async def close(self) -> None:
        """Nothing to release."""

    # Reading one

    async def article(self, id: int) -> Article:
        """The article of that id."""
        return _found(self._tables.articles, id, f"article {id}")

    async def article_by_guid(self, guid: str) -> Article:
        """The article of that guid."""
        return _found(self._tables.articles, self._tables.guids.get(guid), f"article with guid {guid!r}")

    async def article_by_source(self, kind: str, site: str, id: str) -> Article:
        """The article imported from there."""
        owner = self._tables.sources.get((kind, site, id))
        return _found(self._tables.articles, owner, f"article from {kind} {site} {id}")

    async def by_sources(self, sources: Sequence[Source]) -> tuple[Article | None, ...]:
        """The articles imported from there."""
        found = (self._tables.articles.get(self._tables.id_by_source(each) or 0) for each in sources)
        return tuple(each and rule.without_body(each) for each in found)

    async def at(self, path: str) -> Article | Redirect:
        """What stands at a path."""
        owner = self._tables.paths.get(path)
        if owner:
            return self._tables.articles[owner]
        return Redirect(path, _found(self._tables.redirects, path, f"article or redirect at {path!r}"))

    async def at_with_related(self, path: str, limit: int) -> tuple[Article | Redirect, tuple[Article, ...]]:
        """What stands at a path, and what is related to it."""
        found = await self.at(path)
        if isinstance(found, Article) and rule.has_related(found):
            return found, await self.related(found, limit)
        return found, ()

    async def story(self, slug: str) -> Article:
        """The article whose story has that slug."""
        return _found(self._tables.articles, self._tables.stories.get(slug), f"story {slug!r}")

    # Reading many

    async def select(self, selection: Selection) -> tuple[Article, ...]:
        """The public articles of a selection."""
        return tuple(map(rule.without_body, self._selected(selection)))

    async def select_each(self, selections: Sequence[Selection]) -> tuple[tuple[Article, ...], ...]:
        """The public articles of each selection."""
        return tuple([await self.select(each) for each in selections])

    async def listed(self, ids: Sequence[int]) -> tuple[Article, ...]:
        """The public articles among some."""
        found = (self._tables.articles.get(id) for id in ids)
        return tuple(rule.without_body(each) for each in found if each and each.is_public)

    def _selected(self, selection: Selection) -> list[Article]:
        return self._tables.select(selection, max(0, selection.limit), max(0, selection.offset))

    async def with_bodies(self, articles: Sequence[Article]) -> tuple[Article, ...]:
        """The same articles with their bodies."""
        stored = self._tables.articles
        return tuple(rule.replace(each, body=_found(stored, each.id, f"article {each.id}").body) for each in articles)

    async def count(self, selection: Selection) -> int:
        """How many articles the selection has."""
        return len(self._tables.select(selection, None))

    async def revisions(self, selection: Selection) -> tuple[tuple[int, int], ...]:
        """(id, revision) of a selection."""
        return tuple((each.id, each.revision) for each in self._selected(selection))

    async def in_status(self, statuses: frozenset[Status], limit: int = 50, before_id: int = 0) -> tuple[Article, ...]:
        """Articles of some statuses by descending id."""
        stored = self._tables.articles
        found = (stored[id] for id in sorted(stored, reverse=True) if not before_id or id < before_id)
        chosen = islice((each for each in found if each.status in statuses), max(0, limit))
        return tuple(map(rule.without_body, chosen))

    async def every(self, after_id: int = 0) -> AsyncIterator[Article]:
        """Every article by ascending id."""
        id = max(0, after_id) + 1
        while article := self._tables.articles.get(id):
            yield article
            id += 1

    async def search(self, query: str, limit: int = 24, offset: int = 0) -> tuple[Match, ...]:
        """Public articles that match the words of a query."""
        wanted = words.phrases(query)
        scores = [(score, id) for id in self._tables.found if (score := self._tables.score(id, wanted))]
        best = sorted(scores, reverse=True)[offset : offset + limit]
        articles = [self._tables.articles[id] for _, id in best]
        return tuple(Match(rule.without_body(each), snippet(each, wanted)) for each in articles)

    async def suggest(self, query: str) -> str:
        """What a query may have meant."""
        return spelling.corrected(query, self._tables)

    async def related(self, article: Article, limit: int = 8) -> tuple[Article, ...]:
        """Public articles on the same matter."""
        last_id = len(self._tables.articles)
        spoken = likeness.sought(article, last_id)
        newest = {term: self._tables.newest(term, likeness.TERM_MATCHES) for term in spoken}
        worth = likeness.weights(spoken, newest, last_id)
        scores = likeness.sighted(newest, worth, article.id)
        seen = {id: _sight(self._tables.articles[id]) for id in scores}
        best = likeness.best(article, scores, seen, limit)
        return tuple(rule.without_body(self._tables.articles[id]) for id in best)

    # Shelves

    async def sections(self) -> tuple[Section, ...]:
        """Every section, counted."""
        ordered = sorted(self._tables.sections.values(), key=lambda each: (each.position, each.slug))
        return tuple(map(self._counted_section, ordered))

    async def section(self, slug: str) -> Section:
        """One section, counted."""
        return self._counted_section(_found(self._tables.sections, slug, f"section {slug!r}"))

    def _counted_section(self, section: Section) -> Section:
        articles, updated = self._tables.counted(key.section(section.slug))
        return rule.replace(section, articles=articles, updated=updated)

    async def tags(self, limit: int = 1000, offset: int = 0) -> tuple[Tag, ...]:
        """Tags with public articles."""
        counted = (self._counted_tag(self._tables.tags[slug]) for slug in sorted(self._tables.tags))
        return tuple(each for each in counted if each.articles)[offset : offset + limit]

    async def tag(self, slug: str) -> Tag:
        """One tag, counted."""
        return self._counted_tag(_found(self._tables.tags, slug, f"tag {slug!r}"))

    def _counted_tag(self, tag: Tag) -> Tag:
        articles, updated = self._tables.counted(key.tag(tag.slug))
        return rule.replace(tag, articles=articles, updated=updated)

    async def authors(self, limit: int = 1000, offset: int = 0) -> tuple[Author, ...]:
        """Authors with public articles."""
        counted = (self._counted_author(self._tables.authors[slug]) for slug in sorted(self._tables.authors))
        return tuple(each for each in counted if each.articles)[offset : offset + limit]

    async def author(self, slug: str) -> Author:
        """One author, counted."""
        return self._counted_author(_found(self._tables.authors, slug, f"author {slug!r}"))

    async def portrayed(self, part: str) -> tuple[Author, ...]:
        """Authors with such a portrait."""
        found = (author for _, author in sorted(self._tables.authors.items()) if part in author.avatar)
        return tuple(found)[:100]

    def _counted_author(self, author: Author) -> Author:
        articles, updated = self._tables.counted(key.author(author.slug))
        return rule.replace(author, articles=articles, updated=updated)

    async def months(self) -> tuple[tuple[str, int], ...]:
        """Months and their public articles."""
        shelves = {name: self._tables.counted(name)[0] for name in self._tables.updated}
        months = [(name[2:], count) for name, count in shelves.items() if name.startswith("m/") and count]
        return tuple(sorted(months, reverse=True))

    async def tally(self) -> Tally:
        """Counts by status."""
        return Tally(**{str(status): self._tables.statuses[status] for status in Status})

    # Sitemaps

    async def chunks(self, kind: str, month: str = "") -> tuple[Chunk, ...]:
        """The non-empty urlset files of a kind."""
        chunks = (each for name, each in sorted(self._tables.chunks.items()) if name[0] == kind and each.urls)
        return tuple(each for each in chunks if not month or each.month == month)

    async def index(self, base: str) -> bytes:
        """The index's entries."""
        files = [each for _, each in sorted(self._tables.chunks.items()) if each.urls]
        entries = (rule.index_entry(each.kind, each.month, each.number, each.changed) for each in files)
        return b"".join(entries).replace(b"<loc>", f"<loc>{base}".encode())

    async def chunk(self, kind: str, month: str, number: int) -> tuple[bytes, ...]:
        """The fragments of one urlset file."""
        chunk = self._tables.chunks.get((kind, month, number))
        if not chunk or not chunk.urls:
            raise NotFound(f"there is no urlset {kind} {month} {number}")
        start = rule.first_of_chunk(number)
        places = (Place(kind=kind, month=month, sequence=start + each) for each in range(CHUNK_SIZE))
        return tuple(self._tables.fragments[place] for place in places if place in self._tables.fragments)

    # The log

    async def seq(self) -> int:
        """Number of the newest change."""
        return len(self._tables.log)

    async def changes(self, after: int, limit: int = 1000) -> tuple[Change, ...]:
        """The changes after a number."""
        start = max(0, after)
        return tuple(self._tables.log[start : start + max(0, limit)])

    async def newest(self, keys: frozenset[str]) -> Change | None:
        """The newest change that touched any of the keys."""
        seq = max((self._tables.marks.get(each, 0) for each in keys), default=0)
        return self._tables.log[seq - 1] if seq else None

    async def watch(self) -> int:
        """Always the same: no other process can write here."""
        return 0

    # Writing

    async def save(self, write: Write, at: datetime) -> Saved:
        """Store one article."""
        return transaction.save(self._tables, write, at)

    async def save_all(
        self, writes: Sequence[Write], at: datetime, keep: Keep | None = None
    ) -> tuple[Saved | Conflict, ...]:
        """Store several."""
        return transaction.save_all(self._tables, writes, at, keep)

    async def settle(self) -> None:
        """Nothing to do: every write leaves all in order."""

    async def save_shelves(
        self,
        sections: Sequence[Section],
        authors: Sequence[Author],
        at: datetime,
        *,
        tags: Sequence[Tag] = (),
        before: Section | Tag | Author | None = None,
    ) -> Change | None:
        """Store names and descriptions of sections and authors."""
        change = transaction.save_shelves(self._tables, sections, authors, at, tags, before)
        if change:
            self._rename()
        return change

    def _rename(self) -> None:
        tables = self._tables
        for id, article in tables.articles.items():
            section = article.section and tables.sections[article.section.slug]
            authors = tuple(tables.authors[each.slug] for each in article.authors)
            tables.articles[id] = rule.replace(article, section=section, authors=authors)

    async def add_redirect(self, redirect: Redirect, at: datetime) -> Change:
        """Let a free path lead to another."""
        return transaction.add_redirect(self._tables, redirect, at)

    async def remove_redirect(self, path: str, at: datetime) -> Change:
        """Let a path lead nowhere."""
        return transaction.remove_redirect(self._tables, path, at)

    async def remove_shelf(self, name: str, at: datetime) -> Change:
        """Forget a section or author that no article has."""
        return transaction.remove_shelf(self._tables, name, at)

    async def redirects(self, limit: int = 1000, after: str = "") -> tuple[Redirect, ...]:
        """Redirects by path."""
        paths = sorted(path for path in self._tables.redirects if path > after)
        return tuple(Redirect(path, self._tables.redirects[path]) for path in paths[: max(0, limit)])

    async def note(self, action: str, keys: frozenset[str], paths: tuple[str, ...], at: datetime) -> Change:
        """Append a change that has no article."""
        return transaction.note(self._tables, Change(seq=0, at=at, action=action, keys=keys, paths=paths))

    async def next_due(self) -> datetime | None:
        """When the next release or expiry is."""
        return min((moment for moment, _ in self._waiting()), default=None)

    async def due(self, now: datetime, limit: int = 100) -> tuple[Article, ...]:
        """Articles to release or to expire."""
        ripe = sorted((moment, each.id) for moment, each in self._waiting() if moment <= now)
        return tuple(self._tables.articles[id] for _, id in ripe[: max(0, limit)])

    def _waiting(self) -> list[tuple[datetime, Article]]:
        moments = ((rule.due_at(each), each) for each in self._tables.articles.values())
        return [(moment, each) for moment, each in moments if moment]

    # Media and memory

    async def media(self, sha256: str) -> Media:
        """The record of one stored file."""
        return _found(self._tables.media, sha256, f"media {sha256}")

    async def media_by_url(self, url: str) -> Media:
        """The record of the file fetched from a URL, the one stored last."""
        for media in reversed(self._tables.media.values()):
            if url and media.url == url:
                return media
        raise NotFound(f"there is no media from {url!r}")

    async def media_like(self, prefix: str) -> Media:
        """The record of the first file whose hash begins so."""
        first = min((each for each in self._tables.media if each.startswith(prefix)), default=None)
        return _found(self._tables.media, first, f"media {prefix}")

    async def files(self, limit: int = 50, before: str = "", offset: int = 0) -> tuple[Media, ...]:
        """Records of stored files, the one stored last first."""
        newest = [*reversed(self._tables.media.values())]
        hashes = [each.sha256 for each in newest]
        start = (hashes.index(before) + 1 if before in hashes else 0) + max(0, offset)
        return tuple(newest[start : start + max(0, limit)])

    async def count_files(self) -> int:
        """How many files are stored."""
        return len(self._tables.media)

    async def save_media(self, media: Media, before: Media | None = None) -> None:
        """Store or replace the record of a file."""
        if before is None:
            self._tables.media.pop(media.sha256, None)
        elif await self.media(before.sha256) != before:
            raise Conflict(f"the record of {before.sha256} was changed by somebody else")
        self._tables.media[media.sha256] = media

    async def remove_media(self, sha256: str) -> None:
        """Forget the record of a file."""
        if self._tables.media.pop(sha256, None) is None:
            raise NotFound(f"there is no media {sha256}")

    async def recall(self, name: str) -> bytes | None:
        """A small value kept under a name."""
        return self._tables.values.get(name)

    async def remember(self, name: str, value: bytes) -> None:
        """Keep a small value under a name."""
        self._tables.values[name] = value

    async def amend(self, name: str, change: Callable[[bytes | None], bytes]) -> None:
        """Keep what `change` makes of the value kept."""
        self._tables.values[name] = change(self._tables.values.get(name))

    async def recall_all(self, prefix: str) -> tuple[tuple[str, bytes], ...]:
        """Every value under a name that begins so."""
        return tuple(sorted(each for each in self._tables.values.items() if each[0].startswith(prefix)))

    async def forget(self, name: str) -> bool:
        """Keep nothing under a name any more."""
        return self._tables.values.pop(name, None) is not None
