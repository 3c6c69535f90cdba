"""The engines give the same answers to the same story, whatever the story is."""

import asyncio
import tempfile
from collections.abc import Awaitable, Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import msgspec
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, rule

from publisher.error import PublisherError
from publisher.model import (
    Article,
    Author,
    Body,
    Cursor,
    Kind,
    Redirect,
    Section,
    Selection,
    Seo,
    Sort,
    Source,
    Status,
    Tag,
    Visibility,
)
from publisher.store.memory import MemoryStore
from publisher.store.port import Saved, Store, Write
from publisher.store.sqlite import SqliteStore
from tests.contract.sample import NOON

HOURS = st.integers(-800, 800).map(lambda n: NOON + timedelta(hours=n))
SLUGS = st.sampled_from("a b c d e".split())
SECTIONS = SLUGS.map(lambda slug: Section(slug=slug, name=slug.upper(), position=ord(slug) % 3))
TAGS = SLUGS.map(lambda slug: Tag(slug=slug, name=slug.upper()))
AUTHORS = SLUGS.map(lambda slug: Author(slug=slug, name=slug.upper()))
PATHS = st.sampled_from([f"/{letter}/" for letter in "abcdefgh"] + ["/caf%C3%A9/", "/é/"])
WORDS = st.lists(st.sampled_from("walrus ice Café 東京都 tusk o'neill C++".split()), max_size=4).map(" ".join)
FRAGMENTS = st.sampled_from([b"", b"<url>1</url>", b"<url>\0</url>"])


def some(values: st.SearchStrategy[Any], size: int = 2) -> st.SearchStrategy[tuple[Any, ...]]:
    return st.lists(values, max_size=size, unique_by=lambda each: each.slug).map(tuple)


def sets(values: st.SearchStrategy[Any]) -> st.SearchStrategy[frozenset[Any]]:
    return st.frozensets(values, max_size=2)


ARTICLES = st.builds(
    Article,
    guid=st.integers(0, 12).map(str),
    slug=st.one_of(SLUGS, st.just("")),
    path=PATHS,
    title=WORDS,
    id=st.one_of(st.just(0), st.integers(0, 12)),
    kind=st.sampled_from([Kind.ARTICLE] * 3 + list(Kind)),
    status=st.sampled_from([Status.PUBLISHED] * 5 + list(Status)),
    visibility=st.sampled_from([Visibility.PUBLIC] * 4 + list(Visibility)),
    first_published=st.one_of(st.none(), HOURS),
    published=st.one_of(st.none(), HOURS),
    updated=st.one_of(st.none(), HOURS),
    expires=st.one_of(st.none(), HOURS),
    dek=WORDS,
    language=st.sampled_from(["en", "ar"]),
    section=st.one_of(st.none(), SECTIONS),
    tags=some(TAGS),
    authors=some(AUTHORS),
    seo=st.builds(Seo, noindex=st.booleans()),
    featured=st.booleans(),
    pinned=st.booleans(),
    is_news=st.booleans(),
    views=st.integers(0, 3),
    source=st.one_of(st.none(), st.integers(0, 5).map(lambda n: Source(kind="x", site="y", id=str(n)))),
    body=WORDS.map(lambda words: Body(html=f"<p>{words}</p>", text=words)),
)
WRITES = st.builds(
    Write,
    article=ARTICLES,
    fragment=FRAGMENTS,
    story_fragment=FRAGMENTS,
    expected_revision=st.sampled_from([None, None, None, 0, 1, 2]),
    redirects=st.lists(PATHS, max_size=2).map(tuple),
)
FLAGS = st.sampled_from([None, None, True, False])
SELECTIONS = st.builds(
    Selection,
    kinds=sets(st.sampled_from(Kind)),
    sections=sets(SLUGS),
    tags=sets(SLUGS),
    authors=sets(SLUGS),
    languages=sets(st.sampled_from(["en", "ar", "he"])),
    exclude_sections=sets(SLUGS),
    exclude_tags=sets(SLUGS),
    since=st.one_of(st.none(), HOURS),
    until=st.one_of(st.none(), HOURS),
    first_since=st.one_of(st.none(), HOURS),
    month=st.sampled_from(["", "", "", "2026-11", "2026-10"]),
    featured=FLAGS,
    pinned=FLAGS,
    noindex=FLAGS,
    is_news=FLAGS,
    sort=st.sampled_from(Sort),
    limit=st.integers(0, 9),
    offset=st.integers(0, 3),
    after=st.one_of(st.none(), st.none(), st.builds(Cursor, HOURS, st.integers(0, 12))),
)
LOOSE = SELECTIONS.map(lambda each: Selection(kinds=each.kinds, tags=each.tags, sort=each.sort, after=each.after))


class Engines(RuleBasedStateMachine):
    """Two stores that are told and asked the same."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = tempfile.TemporaryDirectory()
        self.loop = asyncio.new_event_loop()
        self.stores: list[Store] = [MemoryStore(), SqliteStore(Path(self.folder.name))]
        self.both(lambda store: store.open())

    def teardown(self) -> None:
        self.both(lambda store: store.close())
        self.loop.close()
        self.folder.cleanup()

    def both(self, act: Callable[[Store], Awaitable[Any]]) -> Any:
        """Do the same to both, and compare what each gives or raises."""
        first, second = (self.loop.run_until_complete(_outcome(act(store))) for store in self.stores)
        assert first == second
        return first

    @rule(write=WRITES, at=HOURS)
    def save(self, write: Write, at: Any) -> None:
        self.both(lambda store: store.save(write, at))

    @rule(write=WRITES, at=HOURS, slug=SLUGS)
    def save_new(self, write: Write, at: Any, slug: str) -> None:
        fresh = msgspec.structs.replace(write.article, id=0, status=Status.PUBLISHED, source=None, slug=slug)
        self.both(lambda store: store.save(msgspec.structs.replace(write, article=fresh, expected_revision=None), at))

    @rule(writes=st.lists(WRITES, max_size=4), at=HOURS)
    def save_all(self, writes: list[Write], at: Any) -> None:
        self.both(lambda store: store.save_all(writes, at))

    @rule(id=st.integers(1, 12), given=ARTICLES, names=sets(st.sampled_from(Article.__struct_fields__)), at=HOURS)
    def edit(self, id: int, given: Article, names: frozenset[str], at: Any) -> None:
        changes = {name: getattr(given, name) for name in names - {"id", "guid"}}

        async def act(store: Store) -> Saved:
            stored = await store.article(id)
            return await store.save(Write(article=msgspec.structs.replace(stored, **changes), fragment=b"x"), at)

        self.both(act)

    @rule(path=PATHS, to=PATHS, at=HOURS)
    def redirect(self, path: str, to: str, at: Any) -> None:
        self.both(lambda store: store.add_redirect(Redirect(path, to), at))

    @rule(path=PATHS, at=HOURS)
    def remove_redirect(self, path: str, at: Any) -> None:
        self.both(lambda store: store.remove_redirect(path, at))

    @rule(name=st.sampled_from("s/a s/b w/a w/b w/c t/a t/b".split()), at=HOURS)
    def remove_shelf(self, name: str, at: Any) -> None:
        self.both(lambda store: store.remove_shelf(name, at))

    @rule(sections=some(SECTIONS), authors=some(AUTHORS), name=SLUGS, at=HOURS)
    def name_shelves(self, sections: Any, authors: Any, name: str, at: Any) -> None:
        renamed = [msgspec.structs.replace(each, name=name, description=name) for each in sections]
        self.both(lambda store: store.save_shelves(renamed, authors, at))

    @rule(tags=some(TAGS), name=SLUGS, before=st.one_of(st.none(), SECTIONS, TAGS, AUTHORS), at=HOURS)
    def name_tags(self, tags: Any, name: str, before: Any, at: Any) -> None:
        renamed = [msgspec.structs.replace(each, name=name) for each in tags]
        self.both(lambda store: store.save_shelves((), (), at, tags=renamed, before=before))

    @rule(selection=st.one_of(SELECTIONS, LOOSE))
    def select(self, selection: Selection) -> None:
        self.both(lambda store: store.select(selection))
        self.both(lambda store: store.revisions(selection))
        self.both(lambda store: store.count(selection))

    @rule(path=PATHS, id=st.integers(0, 13), slug=SLUGS)
    def look_up(self, path: str, id: int, slug: str) -> None:
        self.both(lambda store: store.at(path))
        self.both(lambda store: store.article(id))
        self.both(lambda store: store.article_by_guid(str(id)))
        self.both(lambda store: store.article_by_source("x", "y", str(id)))
        self.both(lambda store: store.story(slug))

    @rule(query=WORDS, id=st.integers(1, 12))
    def search(self, query: str, id: int) -> None:
        async def found(store: Store) -> set[tuple[int, str]]:
            return {(match.article.id, match.snippet) for match in await store.search(query)}

        async def related(store: Store) -> Any:
            return await store.related(await store.article(id))

        self.both(found)
        self.both(related)

    @rule(at=HOURS, limit=st.integers(0, 5))
    def wait(self, at: Any, limit: int) -> None:
        self.both(lambda store: store.next_due())
        self.both(lambda store: store.due(at, limit))

    @rule(keys=sets(st.sampled_from(["latest", "s/a", "t/b", "a1", "p/a/", "site"])))
    def shelves_and_log(self, keys: frozenset[str]) -> None:
        for act in (
            lambda store: store.sections(),
            lambda store: store.tags(),
            lambda store: store.authors(),
            lambda store: store.months(),
            lambda store: store.tally(),
            lambda store: store.redirects(),
            lambda store: store.changes(0),
            lambda store: store.newest(keys),
            _sitemaps,
            _everything,
        ):
            self.both(act)


async def _outcome(question: Awaitable[Any]) -> Any:
    try:
        answer = await question
    except PublisherError as error:
        return type(error), str(error)
    return tuple(map(_comparable, answer)) if isinstance(answer, tuple) else answer


def _comparable(value: Any) -> Any:
    return (type(value), str(value)) if isinstance(value, PublisherError) else value


async def _sitemaps(store: Store) -> Any:
    chunks = [*await store.chunks("articles"), *await store.chunks("stories")]
    return [(each, await store.chunk(each.kind, each.month, each.number)) for each in chunks]


async def _everything(store: Store) -> Any:
    return [article async for article in store.every()]


TestEngines = Engines.TestCase
TestEngines.settings = settings(stateful_step_count=60, deadline=None)
