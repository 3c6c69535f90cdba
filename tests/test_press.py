"""The press builds once, keeps what is right, and never serves what a purge threw out."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import msgspec
import pytest

from publisher import key, press
from publisher.catalogue import Catalogue
from publisher.catalogue.base import Call, Context, document, kind
from publisher.catalogue.shared import Shared
from publisher.error import NotFound, StoreUnavailable
from publisher.model import Answer, Article, Status
from publisher.press import Press
from publisher.representation import Representation
from publisher.setting import Settings
from publisher.store.memory import MemoryStore
from publisher.store.port import Write

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)


class Clock:
    """A clock that stands still until it is moved."""

    def __init__(self) -> None:
        self.now = NOON

    def __call__(self) -> datetime:
        return self.now


def article(slug: str, **rest: Any) -> Article:
    fields = {"status": Status.PUBLISHED, "published": NOON, "first_published": NOON, "updated": NOON} | rest
    return Article(guid=f"g-{slug}", slug=slug, path=f"/{slug}/", title=slug, **fields)


class Bench:
    """A press over a memory store with one kind of document, whose builds can be held and counted."""

    def __init__(self, store: MemoryStore, group: asyncio.TaskGroup) -> None:
        self.store, self.clock, self.builds = store, Clock(), 0
        self.gate = asyncio.Event()
        self.gate.set()
        self.failure: Exception | None = None
        self.lifetime: dict[str, Any] = {}
        kinds = [kind("page", r"/(?P<slug>[a-z]+)/", self.build, query="q")]
        context: Any = SimpleNamespace(store=store, settings=Settings(), clock=self.clock, shared=Shared())
        self.press = Press(context, Catalogue(kinds), group.create_task)

    async def build(self, context: Context, call: Call) -> Answer:
        self.builds += 1
        found = await self.store.at(call.path)
        assert isinstance(found, Article)
        await self.gate.wait()
        if self.failure:
            raise self.failure
        body = (found.title + call.query.get("q", "")).encode()
        return document(call.path, body, "text/plain", keys=frozenset({key.article(found.id)}), **self.lifetime)

    async def save(self, changed: Article) -> None:
        saved = await self.store.save(Write(article=changed), self.clock())
        self.last = saved.article

    async def body(self, path: str = "/a/", query: dict[str, str] | None = None) -> bytes:
        made = await self.press.answer(path, query)
        assert isinstance(made, Representation)
        return made.document.body


@pytest.fixture
def bench() -> Callable[[Callable[[Bench], Awaitable[None]]], Awaitable[None]]:
    async def within(work: Callable[[Bench], Awaitable[None]]) -> None:
        store = MemoryStore()
        await store.open()
        async with asyncio.TaskGroup() as group:
            made = Bench(store, group)
            await made.save(article("a"))
            await made.press.start()
            await work(made)
        await store.close()

    return within


async def renamed(bench: Bench, title: str) -> None:

    await bench.save(msgspec.structs.replace(bench.last, title=title))


async def test_one_build_however_many_wait(bench):
    async def work(it: Bench) -> None:
        it.gate.clear()
        waiting = [asyncio.create_task(it.body()) for _ in range(500)]
        await asyncio.sleep(0)
        it.gate.set()
        assert set(await asyncio.gather(*waiting)) == {b"a"}
        assert it.builds == 1

    await bench(work)


async def test_a_change_is_visible_as_soon_as_the_press_has_caught_up(bench):
    async def work(it: Bench) -> None:
        assert await it.body() == b"a"
        await renamed(it, "new")
        await it.press.catch_up()
        assert await it.body() == b"new"
        assert it.builds == 2

    await bench(work)


async def test_catching_up_with_one_change_is_one_look_at_the_store(bench, monkeypatch: pytest.MonkeyPatch):
    async def work(it: Bench) -> None:
        await renamed(it, "new")
        monkeypatch.delattr(MemoryStore, "seq")
        await it.press.catch_up()
        assert await it.body() == b"new"

    await bench(work)


async def test_what_lies_far_behind_is_caught_up_with_whole(bench, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(press, "BATCH", 2)
    monkeypatch.setattr(press, "TOO_MANY", 4)

    async def work(it: Bench) -> None:
        for number in range(9):
            assert await it.body() == (f"{number}" if number else "a").encode()
            for _ in range(number):
                await it.store.note("nothing", frozenset(), (), it.clock())
            await renamed(it, f"{number + 1}")
            await it.press.catch_up()
            assert it.press.cursor == await it.store.seq()

    await bench(work)


async def test_what_was_read_before_a_commit_is_not_kept_after_the_purge(bench):
    async def work(it: Bench) -> None:
        it.gate.clear()
        early = asyncio.create_task(it.body())
        while not it.builds:
            await asyncio.sleep(0)
        await renamed(it, "new")
        await it.press.catch_up()
        late = asyncio.create_task(it.body())
        await asyncio.sleep(0)
        it.gate.set()
        assert await early == b"a"
        assert await late == b"new"
        assert await it.body() == b"new"
        assert it.press.counts.refused == 1

    await bench(work)


async def test_an_expired_document_is_served_while_it_is_made_anew(bench):
    async def work(it: Bench) -> None:
        it.lifetime = {"expires_at": NOON + timedelta(seconds=10), "stale_seconds": 60}
        assert await it.body() == b"a"
        it.clock.now += timedelta(seconds=20)
        it.lifetime = {}
        assert await it.body() == b"a"
        assert it.press.counts.stale == 1
        while it.builds < 2:
            await asyncio.sleep(0)

    await bench(work)


async def test_a_clock_that_is_put_back_lets_nothing_stand_too_long(bench):
    async def work(it: Bench) -> None:
        turned = asyncio.Event()

        async def pause(_: float) -> None:
            turned.set()
            await asyncio.sleep(0)

        it.clock.now = NOON + timedelta(days=400)
        following = asyncio.create_task(it.press.follow(pause))
        it.lifetime = {"expires_at": it.clock.now + timedelta(minutes=10)}
        assert await it.body() == await it.body() == b"a"
        it.clock.now = NOON
        turned.clear()
        await turned.wait()
        await turned.wait()
        await it.body()
        assert it.builds == 2
        following.cancel()

    await bench(work)


async def test_a_document_with_a_deadline_is_never_served_after_it(bench):
    async def work(it: Bench) -> None:
        it.lifetime = {"expires_at": NOON + timedelta(seconds=10)}
        await it.body()
        it.clock.now += timedelta(seconds=10)
        await it.body()
        assert it.builds == 2
        assert it.press.counts.stale == 0

    await bench(work)


async def test_the_last_good_document_is_served_when_the_store_is_down(bench):
    async def work(it: Bench) -> None:
        it.lifetime = {"expires_at": NOON + timedelta(seconds=10)}
        await it.body()
        it.clock.now += timedelta(days=1)
        it.failure = StoreUnavailable("down")
        assert await it.body() == b"a"

    await bench(work)


async def test_a_failed_build_is_raised_and_not_kept(bench):
    async def work(it: Bench) -> None:
        it.failure = StoreUnavailable("down")
        with pytest.raises(StoreUnavailable):
            await it.body()
        it.failure = None
        assert await it.body() == b"a"

    await bench(work)


async def test_a_caller_that_goes_away_does_not_stop_the_build_for_others(bench):
    async def work(it: Bench) -> None:
        it.gate.clear()
        first, second = asyncio.create_task(it.body()), asyncio.create_task(it.body())
        await asyncio.sleep(0)
        first.cancel()
        await asyncio.sleep(0)
        it.gate.set()
        assert await second == b"a"

    await bench(work)


async def test_a_path_that_comes_to_be_stops_being_unknown(bench):
    async def work(it: Bench) -> None:
        assert isinstance(await it.press.answer("/b/", {}), NotFound)
        await it.save(article("b"))
        await it.press.catch_up()
        assert await it.body("/b/") == b"b"

    await bench(work)


async def test_f58_unknown_arguments_neither_change_the_answer_nor_fill_the_cache(bench):
    async def work(it: Bench) -> None:
        for number in range(100):
            assert await it.body(query={"utm_source": str(number)}) == b"a"
        assert it.builds == 1
        assert await it.body(query={"q": "!"}) == b"a!"
        assert (len(it.press.cache), len(it.press.asked)) == (1, 1)

    await bench(work)


async def test_answers_to_ever_new_questions_push_no_page_out(bench):
    async def work(it: Bench) -> None:
        it.press.asked.max_bytes = 10_000
        await it.body()
        for number in range(100):
            await it.body(query={"q": str(number)})
        assert (len(it.press.cache), it.press.asked.size <= 10_000) == (1, True)
        assert it.builds == 101
        await it.body()
        await it.body(query={"q": "99"})
        assert it.builds == 101

    await bench(work)


async def test_an_answer_to_a_question_is_purged_like_any_other(bench):
    async def work(it: Bench) -> None:
        assert await it.body(query={"q": "!"}) == b"a!"
        await it.save(msgspec.structs.replace(await it.store.article(1), title="b"))
        await it.press.catch_up()
        assert await it.body(query={"q": "!"}) == b"b!"

    await bench(work)


async def test_unknown_paths_cannot_fill_the_memory(bench):
    async def work(it: Bench) -> None:
        await it.body()
        for number in range(5000):
            await it.press.answer(f"/nothing-{number}/", {})
        assert it.press.misses.size <= 1_000_000
        assert await it.body() == b"a"
        assert it.builds == 1

    await bench(work)
