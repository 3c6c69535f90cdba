"""An archive on the disk, written into its store without the desk: for measurements that need many articles soon."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

from publisher.date import now
from publisher.desk.refresh import done
from publisher.house import DATABASE
from publisher.store.port import Write
from publisher.store.sqlite import SqliteStore

BATCH = 1000


def fill(folder: Path, rows: Iterator[Write]) -> None:
    """Make a site's folder with these articles."""
    folder.mkdir(parents=True)
    (folder / "site.toml").write_text('title = "Archive"\n')
    asyncio.run(_save(folder, rows))


async def _save(folder: Path, rows: Iterator[Write]) -> None:
    store = SqliteStore(folder / DATABASE)
    await store.open()
    while batch := list(islice(rows, BATCH)):
        await store.save_all(batch, now())
    await store.settle()
    await store.remember(*done())
    await store.close()
