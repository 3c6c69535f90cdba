"""What the store keeps of articles for sitemaps is of the release that runs, whichever stored the articles."""

import asyncio
from functools import partial
from pathlib import Path

import pytest

from publisher.desk import Desk
from publisher.desk.refresh import NAME, refresh, refresh_in_background
from publisher.error import StoreFull
from publisher.importer.port import Export
from publisher.importer.sniff import open_export
from publisher.store.memory import MemoryStore
from publisher.store.sqlite import SqliteStore
from publisher.version import VERSION
from tests.test_build import piece
from tests.tool.house import at, fill, house
from tests.tool.running import publisher


def tell_all(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the composer be another one, which makes a story of everything."""
    monkeypatch.setattr(desk, "write", partial(desk.write, has_story=lambda _: True))


async def stories(store: MemoryStore) -> int:
    return sum([each.urls for each in await store.chunks("stories")])


async def test_another_release_lists_the_stories_that_its_composer_makes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    store = MemoryStore()
    async with house(tmp_path, store) as it:
        before = [await it.desk.publish(piece(slug)) for slug in ("tide", "bay")]
        assert await refresh(it.desk, "1.0") == 0
        assert (await store.seq(), await stories(store)) == (2, 0)
        tell_all(it.desk, monkeypatch)
        assert await refresh(it.desk, "1.0") == 0
        assert await refresh(it.desk, "1.1") == 2
        assert await stories(store) == 2
        assert [(await store.article(each.id)).updated for each in before] == [each.updated for each in before]
        assert await refresh(it.desk, "1.1") == 0


def export(folder: Path) -> Export:
    feed = folder / "feed.json"
    feed.write_text('{"version": "https://jsonfeed.org/version/1.1", "items": [{"id": "1", "content_text": "B"}]}')
    return open_export(str(feed), now=at(12))


async def test_what_this_release_imports_into_a_new_site_is_not_gone_through_again(tmp_path: Path):
    store = MemoryStore()
    async with house(tmp_path / "site", store) as it:
        await fill(it, export(tmp_path))
        assert await store.recall(NAME) == f"{VERSION} end".encode()


async def test_an_import_beside_articles_of_another_release_leaves_them_to_be_gone_through(tmp_path: Path):
    store = MemoryStore()
    async with house(tmp_path / "site", store) as it:
        await it.desk.publish(piece("tide"))
        await fill(it, export(tmp_path))
        assert await store.recall(NAME) is None


async def test_an_interrupted_refresh_goes_on_where_it_stopped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    store = MemoryStore()
    async with house(tmp_path, store) as it:
        first, _ = [await it.desk.publish(piece(slug)) for slug in ("tide", "bay")]
        tell_all(it.desk, monkeypatch)
        await store.remember(NAME, f"1.1 {first.id}".encode())
        assert await refresh(it.desk, "1.1") == 1
        assert await stories(store) == 1


@pytest.mark.parametrize("fault", [StoreFull("no space left on the disk"), RecursionError("too deep")])
async def test_a_server_serves_on_while_nothing_can_be_refreshed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, fault: Exception
):
    async def full(*_: object) -> None:
        raise fault

    store = MemoryStore()
    async with house(tmp_path, store) as it:
        await it.desk.publish(piece("tide"))
        with monkeypatch.context() as patched:
            patched.setattr(store, "save_all", full)
            await refresh_in_background(it.desk)
        assert await store.recall(NAME) is None


async def test_a_static_build_refreshes_before_it_writes_sitemaps(tmp_path: Path):
    store = SqliteStore(tmp_path / "site.db")
    async with house(tmp_path, store) as it:
        await it.desk.publish(piece("tide"))
    done = await asyncio.to_thread(publisher, "build", tmp_path / "out", "--site", tmp_path, "--jobs", "1")
    assert done.returncode == 0, done.stderr
    await store.open()
    assert await store.recall(NAME) == f"{VERSION} end".encode()
    await store.close()
