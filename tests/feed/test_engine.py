"""Feeds over a site's file: the same after a restart, in another process, and on either engine."""

import sqlite3
from collections.abc import AsyncIterator, Callable, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from publisher.catalogue.feed import delta
from publisher.catalogue.feed.memory import keep_stand, remember_version
from publisher.error import StoreFull, StoreUnavailable
from publisher.model import Article, Document, Selection, Status
from publisher.store.memory import MemoryStore
from publisher.store.sqlite import SqliteStore
from publisher.store.sqlite_writer import Job, Writer
from tests.feed.world import LONG, NOON, World, article


async def opened(folder: Path) -> SqliteStore:
    store = SqliteStore(folder)
    await store.open()
    return store


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[SqliteStore]:
    made = await opened(tmp_path)
    yield made
    await made.close()


async def lived(world: World) -> World:
    """A site to which a little of everything happened between two looks at its feeds."""
    stored = await world.publish(*(article(number, body=LONG) for number in range(1, 8)))
    await everything(world)
    world.now = NOON + timedelta(hours=1)
    await world.edit(stored[2], title="Edited", updated=world.now)
    await world.edit(stored[4], status=Status.TRASH)
    await world.publish(article(9, title="Old news", published=NOON - timedelta(days=40)))
    return world


async def everything(world: World) -> dict[str, Document]:
    return {path: await world.get(path) for path in await world.paths()}


def validators(documents: dict[str, Document]) -> dict[str, tuple[object, ...]]:
    return {path: (each.body, each.etag, each.updated) for path, each in documents.items()}


async def test_f55_bytes_and_validators_are_the_same_after_a_restart_and_in_another_process(tmp_path: Path):
    first = await opened(tmp_path)
    before = validators(await everything(await lived(World(store=first))))
    other = await opened(tmp_path)
    beside = validators(await everything(World(store=other)))
    await first.close()
    await other.close()
    again = await opened(tmp_path)
    after = validators(await everything(World(store=again)))
    await again.close()
    assert before == beside == after
    assert len(before) == 25


async def test_both_engines_give_the_same_feeds(store: SqliteStore):
    in_file = await everything(await lived(World(store=store)))
    in_memory = await everything(await lived(World(store=MemoryStore())))
    assert validators(in_file) == validators(in_memory)


async def test_f54_a_delta_is_made_from_what_another_process_gave_out(store: SqliteStore):
    world = World(store=store)
    await world.publish(article(1), article(2))
    old = await world.get("/feeds/all.atom")
    await world.publish(article(3))
    found = await delta(World(store=store).context, "/feeds/all.atom", [old.etag])
    assert found is not None
    assert found.body.count(b"<entry") == 1


class Forgetful(MemoryStore):
    """A store on a disk that is full."""

    async def amend(self, name: str, change: Callable[[bytes | None], bytes]) -> None:
        raise StoreFull("no space left on device")


async def test_a_feed_is_served_also_when_nothing_can_be_remembered(caplog: pytest.LogCaptureFixture):
    world = World(store=Forgetful())
    await world.publish(article())
    document = await world.get("/feeds/all.rss")
    assert document.updated == NOON
    assert "is not remembered: no space left on device" in caplog.text


class Down(MemoryStore):
    """A store that can't be read."""

    async def recall(self, name: str) -> bytes | None:
        raise StoreUnavailable("locked")


async def test_a_store_that_cannot_be_read_is_no_feed():
    world = World(store=Down())
    await world.publish(article())
    with pytest.raises(StoreUnavailable):
        await world.get("/feeds/all.rss")


async def test_the_formats_of_a_feed_read_its_articles_and_remember_its_state_once(monkeypatch: pytest.MonkeyPatch):
    world, asked = World(), []
    await world.publish(*map(article, range(1, 4)))
    select, amend = world.store.select, world.store.amend

    async def selected(selection: Selection) -> tuple[Article, ...]:
        asked.append("select")
        return await select(selection)

    async def amended(name: str, change: Callable[[bytes | None], bytes]) -> None:
        asked.append(name)
        await amend(name, change)

    monkeypatch.setattr(world.store, "select", selected)
    monkeypatch.setattr(world.store, "amend", amended)
    for title in ("Before", "After"):
        await world.publish(article(9, title=title, guid=title, path=f"/{title}/", slug=title.lower()))
        asked.clear()
        made = [await world.get(f"/feeds/all.{each}") for each in ("rss", "atom", "json")]
        assert len({each.updated for each in made}) == 1
        assert all(title.encode() in each.body for each in made)
        assert sorted(each for each in asked if not each.startswith("tag/")) == ["feed/feeds/all", "select"]


STAND = "feed/feeds/all"


async def test_when_a_feed_changed_is_kept_in_one_commit_with_its_tag(
    store: SqliteStore, monkeypatch: pytest.MonkeyPatch
):
    world, commits, commit = World(store=store), list[int](), Writer._commit
    await world.publish(article(1))
    await world.get("/feeds/all.rss")
    before = await store.recall(STAND)
    await world.publish(article(2))
    made = await world.answer("/feeds/all.rss")
    assert isinstance(made, Document)
    assert made.marks is not None
    assert await store.recall(STAND) == before

    def counted(writer: Writer, batch: Sequence[Job[Any]], connection: sqlite3.Connection) -> int:
        commits.append(len(batch))
        return commit(writer, batch, connection)

    monkeypatch.setattr(Writer, "_commit", counted)
    await remember_version(world.context, made.path, made.etag, made.marks)
    assert commits == [2]
    assert await store.recall(STAND) != before
    assert await store.recall(f"tag{made.path} {made.etag}")


async def test_f14_of_two_processes_the_one_that_keeps_last_sets_no_feed_back():
    slow = World()
    quick = World(store=slow.store)
    await slow.publish(article(1))
    await slow.answer("/feeds/all.rss")
    quick.now = NOON + timedelta(hours=1)
    await quick.publish(article(2))
    latest = await quick.get("/feeds/all.rss")
    await keep_stand(slow.context, "/feeds/all.rss")
    again = World(store=slow.store)
    again.now = NOON + timedelta(hours=2)
    assert (await again.get("/feeds/all.atom")).updated == latest.updated == NOON + timedelta(hours=1)


async def test_f14_what_is_not_kept_yet_moves_a_feed_all_the_same():
    world = World()
    await world.publish(article(1))
    world.now += timedelta(seconds=9)
    before = await world.answer("/feeds/all.rss")
    await world.publish(article(2), at=NOON)
    after = await world.answer("/feeds/all.rss")
    assert isinstance(before, Document)
    assert isinstance(after, Document)
    assert (before.updated, after.updated) == (NOON, NOON + timedelta(seconds=1))


async def test_f14_an_archive_keeps_when_it_changed():
    world = World()
    await world.publish(article(1))
    await world.answer("/feeds/all/2026/11.rss")
    assert await world.store.recall("feed/feeds/all/2026/11")


async def test_f14_a_delta_keeps_when_its_feed_changed(store: SqliteStore):
    world = World(store=store)
    await world.publish(article(1))
    old = await world.get("/feeds/all.rss")
    before = await store.recall(STAND)
    await world.publish(article(2))
    assert await delta(world.context, "/feeds/all.rss", [old.etag])
    assert await store.recall(STAND) != before
