"""Whatever is edited, what a process serves that has long been running is what one would that has just begun.

`COLD_STEPS` makes more steps of it, `COLD_SEED` begins elsewhere.
"""

import asyncio
import functools
import importlib
import os
import pkgutil
from collections import defaultdict
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import zip_longest
from pathlib import Path
from typing import Any, NamedTuple

import orjson
import pytest

import publisher
from publisher.build import Builder, Slice
from publisher.cache import Answered
from publisher.catalogue import feed
from publisher.catalogue.base import Context, Hand
from publisher.catalogue.box import STALE_SECONDS
from publisher.catalogue.feed import memory
from publisher.catalogue.shared import Shared
from publisher.catalogue.slice import Slices
from publisher.date import EPOCH
from publisher.error import NotFound
from publisher.format.fragment import Fragments
from publisher.format.template import Templates
from publisher.house import House
from publisher.model import Document
from publisher.press import Press
from publisher.representation import Representation
from publisher.store.sqlite import SqliteStore
from tests.test_build import files
from tests.tool.house import house
from tests.tool.newsroom import Clock, Newsroom

STEPS = int(os.environ.get("COLD_STEPS", "10"))
SEED = int(os.environ.get("COLD_SEED", "1"))
ASKED_SECONDS = timedelta(seconds=301)
"""What is said of a search may be so old."""
INTERNAL = ("/_/error/404", "/_/error/410", "/_/view/feeds/all.rss", "/_/view/news/feed.rss", "/nowhere/", "/old/")
SEARCHED = (("/search/", {"q": "tide"}), ("/search/", {"q": "gull", "page": "2"}), ("/search/feed.rss", {"q": "tide"}))
A_DAY = timedelta(seconds=STALE_SECONDS + 1)
"""Boxes may be so old where nothing else moves a page."""
MOST_READ = """
title = "Most read"
formats = ["rss", "json"]
[selection]
sort = "views"
limit = 3
"""
FEEDS = (".rss", ".atom", ".json")
ARCHIVED = """
title = "The news"
archive = true
[selection]
sections = ["news"]
"""
NOT_SERVED = tuple(f"publisher.{each}" for each in ("__main__", "check", "cli", "importer"))

Ask = tuple[str, dict[str, str]]


class Told(NamedTuple):
    """What a client sees of a document, but for Date."""

    status: int
    body: bytes
    etag: str
    updated: Any
    headers: Any
    codings: Any


def told(answer: Answered) -> Any:
    """What a client sees of an answer."""
    if isinstance(answer, NotFound):
        return NotFound
    if not isinstance(answer, Representation):
        return answer
    made = answer.document
    return Told(made.status, made.body, made.etag, made.updated, answer.common, sorted(answer.variants))


def kept() -> Iterator[tuple[Any, str, Any]]:
    """Every function whose results are kept for the whole process: its module, its name, itself."""
    for each in pkgutil.walk_packages(publisher.__path__, "publisher."):
        if not each.name.startswith(NOT_SERVED):
            module = importlib.import_module(each.name)
            for name, value in vars(module).items():
                if isinstance(value, functools._lru_cache_wrapper):
                    yield module, name, value


KEPT = tuple(kept())


@contextmanager
def nothing_kept() -> Iterator[None]:
    """As in a process that has just begun, without taking from ours what it has."""
    for module, name, value in KEPT:
        setattr(module, name, value.__wrapped__)
    try:
        yield
    finally:
        for module, name, value in KEPT:
            setattr(module, name, value)


def forgetful(it: House) -> Templates:
    """Templates that keep nothing of what they wrote."""
    made = Templates(it.context.assets)
    made._environment.globals["once"] = made._environment.globals["once"].__wrapped__
    made._kept_part = made._written_part
    return made


def anew(context: Context, **rest: Any) -> Context:
    """What another process would build from."""
    names = ("tellings", "entries", "fragments", "tags", "stands")
    fresh: dict[str, Any] = {name: Fragments[Any](1_000_000) for name in names}
    own = {"shared": Shared(), "slices": Slices(), "hand": Hand(), "writing": defaultdict(asyncio.Lock)}
    return replace(context, **fresh | own | rest)


async def answers(press: Press, asked: list[Ask]) -> list[Any]:
    """What clients see who ask all at once."""
    return [told(each) for each in await asyncio.gather(*(press.answer(*ask) for ask in asked))]


async def warm(press: Press, asked: list[Ask]) -> list[Any]:
    """What is served once what may be stale has been made anew."""
    await press.catch_up()
    await answers(press, asked)
    while press._flights:
        await next(iter(press._flights.values())).result
    return await answers(press, asked)


def difference(one: Any, other: Any) -> Any:
    """Where two answers differ first."""
    if not isinstance(one, Told) or not isinstance(other, Told):
        return one, other
    name, left, right = next(each for each in zip(Told._fields, one, other, strict=True) if each[1] != each[2])
    if name != "body":
        return name, left, right
    place = next(at for at, pair in enumerate(zip_longest(left, right)) if pair[0] != pair[1])
    return tuple(each[max(0, place - 80) : place + 300] for each in (left, right))


class Watch:
    """Some presses over one site, every address that it ever had, and what its feeds said."""

    def __init__(self, it: House, news: Newsroom, presses: tuple[Press, ...]) -> None:
        self.it, self.news, self.presses = it, news, presses
        self.paths: set[str] = set(INTERNAL)
        self.templates = forgetful(it)
        self.searched = it.context.clock()
        self.feeds: dict[str, list[tuple[datetime, Told]]] = defaultdict(list)

    async def look(self) -> None:
        """Compare everything that was ever published, and feeds with what they said before."""
        self.paths |= {path async for _, path in self.it.press.catalogue.paths(self.it.context)}
        asked: list[Ask] = [(path, {}) for path in sorted(self.paths)]
        if self.it.context.clock() - self.searched > ASKED_SECONDS:
            asked, self.searched = [*asked, *SEARCHED], self.it.context.clock()
        served = [await warm(each, asked) for each in self.presses]
        with nothing_kept():
            cold = Press(
                anew(self.it.context, templates=self.templates), self.it.press.catalogue, self.presses[0]._spawn
            )
            wanted = await answers(cold, asked)
        for number, found in enumerate(served):
            for ask, one, other in zip(asked, found, wanted, strict=True):
                assert one == other, (number, ask, difference(one, other), self.news.did[-12:])
        for (path, query), found in zip(asked, wanted, strict=True):
            if isinstance(found, Told) and path.endswith(FEEDS) and not query and not path.startswith("/_/"):
                self.note(path, found)

    def note(self, path: str, found: Told) -> None:
        """Last-Modified moves whenever the bytes do, and never back or beyond now."""
        said, now = self.feeds[path], self.it.context.clock()
        _, last = said[-1] if said else (now, found._replace(etag="", updated=EPOCH))
        assert last.updated <= found.updated <= now, path
        if last.etag != found.etag:
            assert last.updated < found.updated, (path, self.news.did[-12:])
            said.append((now, found))
        else:
            assert last.body == found.body, path
            said[-1] = said[-1][0], found

    async def merge(self) -> None:
        """What a client makes of an old feed and what is new since is the feed of now (RFC 3229)."""
        for path in sorted(path for path in self.feeds if path.endswith("feed.json")):
            now, since = await self.it.press.answer(path), self.it.context.clock() - memory.VERSION_AGE / 2
            known = [each for at, each in self.feeds[path] if at > since]
            if known and isinstance(now, Representation):
                await self.is_merged(now.document, self.news.dice.choice(known))

    async def is_merged(self, now: Document, before: Told) -> None:
        """One feed."""
        found = await feed.delta(self.presses[-1].context, now.path, [before.etag])
        assert (found is None) is (now.etag == before.etag), now.path
        merged = items(before.body) | (items(found.body) if found else {})
        assert items(now.body).items() <= merged.items(), now.path


def items(body: bytes) -> dict[str, Any]:
    """The entries of a JSON feed by their id."""
    return {each["id"]: each for each in orjson.loads(body)["items"]}


@asynccontextmanager
async def newsroom(folder: Path, seed: int) -> AsyncIterator[tuple[House, Newsroom]]:
    """A site whose editors do anything."""
    (folder / "feeds").mkdir(parents=True)
    (folder / "feeds/most.toml").write_text(MOST_READ)
    (folder / "feeds/the-news.toml").write_text(ARCHIVED)
    clock = Clock()
    async with house(folder, SqliteStore(folder / "site.db"), clock, page_size=3, box_max_age=1) as it:
        news = Newsroom(it, clock, seed)
        await news.open()
        yield it, news


async def test_every_process_serves_what_one_would_that_has_just_begun(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(memory, "PATIENCE_SECONDS", 60.0)
    async with newsroom(tmp_path, SEED) as (it, news), asyncio.TaskGroup() as group:
        store = SqliteStore(tmp_path / "site.db")
        await store.open()
        other = anew(it.context, store=store, templates=Templates(it.context.assets))
        watch = Watch(it, news, (it.press, Press(other, it.press.catalogue, group.create_task)))
        for _ in range(STEPS):
            for _ in range(news.dice.choice((1, 1, 2, 5))):
                await news.step()
            await news.pass_time()
            await watch.look()
            await watch.merge()
        await store.close()


async def build(it: House, folder: Path, since: int | None = None) -> dict[str, bytes]:
    """Build, and what is in the folder then."""
    await Builder(it.context, it.press.catalogue, it.library.rendition, folder, Slice(), lambda _: None).build(since)
    return files(folder)


async def test_a_build_of_what_changed_leaves_what_a_whole_one_would(tmp_path: Path):
    async with newsroom(tmp_path / "site", SEED) as (it, news):
        await build(it, tmp_path / "kept")
        for number in range(max(1, STEPS // 3)):
            for _ in range(news.dice.choice((1, 1, 2, 5))):
                await news.step()
            await news.pass_time(A_DAY)
            changed, whole = await build(it, tmp_path / "kept", -1), await build(it, tmp_path / f"new{number}")
            differing = {name for name in changed.keys() | whole.keys() if changed.get(name) != whole.get(name)}
            differing -= {name for name in differing - whole.keys() if name.startswith("media/")}  # may come again
            assert not differing, news.did[-12:]
