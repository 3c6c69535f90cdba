"""A writing process of its own: `python -m tests.contract.writer FILE NAME COUNT` saves and says each id."""

import asyncio
import sys
from pathlib import Path

from publisher.store.sqlite import SqliteStore
from tests.contract.sample import article, save


async def main(file: str, name: str, count: int) -> None:
    store = SqliteStore(Path(file), lock_seconds=60)
    await store.open()
    for n in range(count):
        kept = await save(store, article(f"{name}-{n}", guid=f"{name}-{n}"))
        print(kept.article.id, flush=True)
    await store.close()


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], sys.argv[2], int(sys.argv[3])))
