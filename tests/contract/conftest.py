"""The engines: every test that takes `store` runs on each of them."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from publisher.store import sqlite_read
from publisher.store.memory import MemoryStore
from publisher.store.port import Store
from publisher.store.sqlite import SqliteStore


@pytest.fixture(autouse=True)
def unhurried(monkeypatch: pytest.MonkeyPatch) -> None:
    """What engines find must agree however busy the machine is: the limit of a search has tests of its own."""
    monkeypatch.setattr(sqlite_read, "SEARCH_SECONDS", 60.0)


@pytest_asyncio.fixture(params=["memory", "sqlite"])
async def store(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Store]:
    engine: Store = MemoryStore() if request.param == "memory" else SqliteStore(tmp_path)
    await engine.open()
    yield engine
    await engine.close()


@pytest_asyncio.fixture
async def sqlite(tmp_path: Path) -> AsyncIterator[SqliteStore]:
    engine = SqliteStore(tmp_path)
    await engine.open()
    yield engine
    await engine.close()
