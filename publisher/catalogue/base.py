"""What every kind of Document says of itself: its pattern, how it is built, which paths it has.

A kind's `build` gets a `Context` (the site and where to read from) and a `Call` (the path, what
its pattern found in it, the query arguments it knows) and gives a Document, a Redirect or a
Withdrawn, or raises NotFound. It reads the store and calls a pure format; it keeps nothing.
"""

from __future__ import annotations

import asyncio
import hashlib
import re
from collections import defaultdict
from collections.abc import AsyncIterator, Awaitable, Callable, Hashable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

from publisher.asset import Assets
from publisher.catalogue.shared import Shared
from publisher.catalogue.slice import Slices
from publisher.date import Clock
from publisher.definition import FeedDefinition
from publisher.format.fragment import Fragments
from publisher.format.template import Templates
from publisher.media.library import Library
from publisher.model import Answer, Article, Document, Kind, Redirect, Site
from publisher.setting import Settings
from publisher.store.port import Store
from publisher.story import Story, Thin

ENTRIES_BYTES = 2_000_000
"""For articles as entries before they are RSS, Atom or JSON: those that one publication brings to all feeds."""
TAGS_BYTES = 1_000_000
"""For the tag that each feed gave out last: 2,500 of them."""
STANDS_BYTES = 1_000_000
"""For when feeds last changed and what they showed then, until that is on the disk: a thousand of them."""
TELLINGS_BYTES = 8_000_000
"""For what lists show of stories, 300 bytes each: not among feeds' entries, which would push it out."""


class Views(Protocol):
    """How often articles were read; every article that it gives has its own count in `views`."""

    async def top(self, limit: int) -> tuple[Article, ...]:
        """The public articles most read of all, most first."""

    async def trending(self, limit: int, now: datetime) -> tuple[Article, ...]:
        """The public articles most read of late, most first."""

    async def popular(self, limit: int, since: datetime) -> tuple[Article, ...]:
        """The public articles most read of those published since then, most first."""

    async def of(self, article: Article) -> int:
        """Views of one article."""


class Hand:
    """Articles with their bodies that a walk over all of them holds just now: reading one of those costs nothing.

    Empty in a server: whoever fills it answers for its being what the store would say.
    """

    def __init__(self) -> None:
        self._by_path: dict[str, Article] = {}
        self._by_story: dict[str, Article] = {}
        self._stories: dict[int, Story | Thin] = {}

    @contextmanager
    def holding(self, article: Article) -> Iterator[None]:
        """Hold an article for a while."""
        self._by_path[article.path] = self._by_story[article.story_slug] = article
        try:
            yield
        finally:
            self._by_path.pop(article.path, None)
            self._by_story.pop(article.story_slug, None)
            self._stories.pop(article.id, None)

    async def at(self, store: Store, path: str, related: int) -> tuple[Article | Redirect, tuple[Article, ...]]:
        """What stands at a path, and so many articles that are related to it; raises NotFound."""
        held = self._by_path.get(path)
        if held is None:
            return await store.at_with_related(path, related)
        return held, await store.related(held, related) if held.kind is Kind.ARTICLE else ()

    async def story(self, store: Store, slug: str) -> Article:
        """The article whose story has that slug; raises NotFound."""
        return self._by_story.get(slug) or await store.story(slug)

    async def composed(self, article: Article, compose: Callable[[Article], Story | Thin]) -> Story | Thin:
        """The story of an article, composed in a thread: once for all its documents while it is held."""
        kept = self._stories.get(article.id)
        if kept is not None:
            return kept
        found = await asyncio.to_thread(compose, article)
        if self._by_path.get(article.path) is article:
            self._stories[article.id] = found
        return found


@dataclass(frozen=True, slots=True)
class Context:
    """What builds read from: one per process, made in the composition root.

    Without `views` the counts are those that articles were imported with. `writing` has a lock for each form of
    entries: feeds that become ready together wait for what one of them makes.
    """

    site: Site
    settings: Settings
    store: Store
    assets: Assets
    templates: Templates
    feeds: tuple[FeedDefinition, ...]
    clock: Clock
    fragments: Fragments[Any] = field(default_factory=Fragments)
    entries: Fragments[Any] = field(default_factory=lambda: Fragments(ENTRIES_BYTES))
    tags: Fragments[str] = field(default_factory=lambda: Fragments(TAGS_BYTES))
    stands: Fragments[bytes] = field(default_factory=lambda: Fragments(STANDS_BYTES))
    tellings: Fragments[bytes] = field(default_factory=lambda: Fragments(TELLINGS_BYTES))
    shared: Shared = field(default_factory=Shared)
    views: Views | None = None
    library: Library | None = None
    hand: Hand = field(default_factory=Hand)
    slices: Slices = field(default_factory=Slices)
    writing: defaultdict[Hashable, asyncio.Lock] = field(default_factory=lambda: defaultdict(asyncio.Lock))


@dataclass(frozen=True, slots=True)
class Call:
    """One request for a path, as its kind's pattern understood it."""

    path: str
    groups: Mapping[str, str]
    query: Mapping[str, str] = field(default_factory=dict)


Build = Callable[[Context, Call], Awaitable[Answer]]
Paths = Callable[[Context], AsyncIterator[str]]
Own = Callable[[Context, Article], Awaitable[Sequence[str]]]
"""The paths of a kind that are a public article's own; it is given with its body."""


async def no_paths(_: Context) -> AsyncIterator[str]:
    """Paths of a kind that isn't listed: searches, redirects of old addresses."""
    nothing: tuple[str, ...] = ()
    for path in nothing:
        yield path


@dataclass(frozen=True, slots=True)
class DocumentKind:
    """One kind of Document.

    `pattern` matches the whole path; `query` names the arguments it knows (all others are ignored).
    `paths` are the addresses of it that exist now, or `own` those of one article, where each article has its own;
    neighbours may share either and give theirs together.
    """

    name: str
    pattern: re.Pattern[str]
    build: Build
    paths: Paths = no_paths
    own: Own | None = None
    query: frozenset[str] = frozenset()


def kind(
    name: str, pattern: str, build: Build, paths: Paths = no_paths, query: str = "", own: Own | None = None
) -> DocumentKind:
    """Declare a kind; `pattern` is a regular expression, `query` a space-separated list of names."""
    return DocumentKind(name, re.compile(pattern), build, paths, own, frozenset(query.split()))


def etag_of(body: bytes) -> str:
    """The strong tag of identity bytes: the same in every process and after a restart."""
    return hashlib.blake2b(body, digest_size=12).hexdigest()


def document(path: str, body: bytes, media_type: str, **rest: Any) -> Document:
    """A Document whose tag is made of its bytes."""
    return Document(path=path, body=body, media_type=media_type, etag=etag_of(body), **rest)
