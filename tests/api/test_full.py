"""A full disk: writes are refused as 507 in the form of their dialect, reads go on, and it heals by itself."""

import sqlite3
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from publisher.store.sqlite import SqliteStore
from tests.api.cms import Cms, cms
from tests.api.test_rest import picture

WRITES = {
    "/api/articles": {"title": "x"},
    "/wp-json/wp/v2/posts": {"title": "x", "content": "y"},
    "/micropub": {"type": ["h-entry"], "properties": {"content": ["x"]}},
}


@pytest_asyncio.fixture
async def site(tmp_path: Path) -> AsyncIterator[Cms]:
    """A site with a database in a file."""
    async with cms(tmp_path, store=SqliteStore(tmp_path)) as desk:
        yield desk


async def let_grow(desk: Cms, pages: int) -> None:
    """Let the database grow by so many pages and no more: SQLite says then what it says of a full disk."""
    store = desk.house.store
    assert isinstance(store, SqliteStore)
    assert store._writer

    def limit(connection: sqlite3.Connection) -> None:
        count = connection.execute("PRAGMA page_count").fetchone()[0]
        connection.execute(f"PRAGMA max_page_count = {count + pages}")

    await store._writer._connection.submit(limit)


@pytest.mark.parametrize("path", WRITES)
async def test_d4_a_full_disk_is_a_507_until_there_is_room(site: Cms, path: str):
    await site.create("Before")
    await let_grow(site, 0)
    statuses = [(await site.send("POST", path, WRITES[path])).status for _ in range(40)]
    assert set(statuses[-5:]) == {507}, statuses
    reply = await site.send("POST", path, WRITES[path])
    assert int(reply.headers["Retry-After"]) > 0
    assert str(site.house.folder) not in reply.text
    assert (await site.page("/reviews/before/")).status == 200
    assert (await site.get("/api/articles?status=any")).status == 200
    await let_grow(site, 100_000)
    assert (await site.send("POST", path, WRITES[path])).status == 201
    assert (await site.send("POST", "/api/media", data=picture(), Content_Type="image/png")).status == 201
