"""Writes until it is killed: `python -m tests.drills.store_writer FOLDER NAME` says every acknowledged guid."""

import asyncio
import itertools
import sys
from pathlib import Path

from publisher.store.port import Saved
from publisher.store.sqlite import SqliteStore
from tests.contract.sample import FILM, MUSIC, NOON, article, save, write

TASKS = 4


async def main(folder: str, name: str) -> None:
    store = SqliteStore(Path(folder), lock_seconds=60)
    await store.open()
    print("open", flush=True)
    async with asyncio.TaskGroup() as group:
        for task in range(TASKS):
            group.create_task(publish(store, f"{name}-{task}"))
        group.create_task(import_batches(store, f"{name}-batch"))


async def publish(store: SqliteStore, name: str) -> None:
    """A new article, then an edit of it at another path, without end."""
    for n in itertools.count():
        kept = (await save(store, article(f"{name}-{n}", tags=(FILM, MUSIC)))).article
        print(kept.guid, 1, flush=True)
        moved = article(f"{name}-{n}", id=kept.id, path=f"/travel/{name}-{n}/", tags=(FILM,))
        await save(store, moved)
        print(kept.guid, 2, flush=True)


async def import_batches(store: SqliteStore, name: str) -> None:
    for n in itertools.count():
        batch = [write(article(f"{name}-{n}-{each}")) for each in range(20)]
        for outcome in await store.save_all(batch, NOON):
            assert isinstance(outcome, Saved)
            print(outcome.article.guid, outcome.article.revision)
        sys.stdout.flush()


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], sys.argv[2]))
