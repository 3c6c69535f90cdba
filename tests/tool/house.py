"""A whole site put together in the test's own process, over any store."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

from publisher.date import Clock, now
from publisher.desk.ingest import Ingest
from publisher.house import House, compose, make_folder
from publisher.importer.port import Export, ImportReport
from publisher.model import Document
from publisher.setting import load
from publisher.store.memory import MemoryStore
from publisher.store.port import Store

BASE = "https://example.org"


@asynccontextmanager
async def house(folder: Path, store: Store | None = None, clock: Clock = now, **flags: Any) -> AsyncIterator[House]:
    """A site in a folder, over a memory store unless another is given, at https://example.org."""
    make_folder(folder)
    store = store or MemoryStore()
    await store.open()
    settings = load(folder / "site.toml", {}, {"base_url": BASE} | flags)
    async with asyncio.TaskGroup() as group:
        made = await compose(folder, settings, store, group, clock)
        try:
            yield made
        finally:
            await made.workshop.close()
    await store.close()


async def fill(house: House, export: Export) -> ImportReport:
    """Import an export."""
    return await Ingest(house.desk, export).run()


async def documents(house: House) -> AsyncIterator[tuple[str, Document]]:
    """(kind, document) of everything that the site publishes; a path that gives no document fails."""
    catalogue = house.press.catalogue
    async for kind, path in catalogue.paths(house.context):
        made = await catalogue.build(house.context, catalogue.target(path, {}))
        assert isinstance(made, Document), f"{path} gives {made}"
        yield kind, made


def at(hour: int) -> datetime:
    """An hour of a fixed day."""
    return datetime.fromisoformat(f"2026-11-23T{hour:02}:00:00+00:00")
