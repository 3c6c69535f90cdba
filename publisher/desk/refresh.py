"""What the store keeps of articles for sitemaps, made anew by another release.

Whether an article has a story, and how its entry is written, was decided when it was stored: by the composer of then.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator

from publisher.desk.desk import Desk
from publisher.error import StoreUnavailable
from publisher.model import Article
from publisher.store.port import Saved
from publisher.version import VERSION

log = logging.getLogger(__name__)

NAME = "refreshed"
BATCH = 100


def done(release: str = VERSION) -> tuple[str, bytes]:
    """Name and value of what a store remembers when all of its articles were written by a release."""
    return NAME, f"{release} end".encode()


async def refresh(desk: Desk, release: str = VERSION) -> int:
    """Write every article's entries as this release makes them, once; how many articles that altered.

    What is the same is left alone: no date, revision or file moves by it. An interrupted one goes on where it stopped.
    """
    name, end = done(release)
    mark = await desk.store.recall(name) or b""
    if mark == end:
        return 0
    by, _, last = mark.decode().rpartition(" ")
    altered = 0
    async for batch in _batches(desk, int(last) if by == release else 0):
        altered += await _write(desk, batch, f"{release} {batch[-1].id}".encode())
    await desk.store.remember(name, end)
    await desk.announce()
    return altered


async def refresh_in_background(desk: Desk) -> None:
    """The same while a server serves, which goes on without it; the next start tries again."""
    try:
        altered = await refresh(desk)
    except StoreUnavailable as error:
        log.warning("sitemaps are not refreshed for this release: %s", error)
    except Exception as error:  # one text that no program of ours can bear is no reason to serve none
        log.error("sitemaps are not refreshed for this release", exc_info=error)
    else:
        if altered:
            log.warning("sitemaps say something else of %d articles with this release", altered)


async def _batches(desk: Desk, after_id: int) -> AsyncIterator[list[Article]]:
    batch: list[Article] = []
    async for article in desk.store.every(after_id):
        batch.append(article)
        if len(batch) == BATCH:
            yield batch
            batch = []
    if batch:
        yield batch


async def _write(desk: Desk, articles: list[Article], mark: bytes) -> int:
    """Store them again; who edits one meanwhile has its entries made by this release anyway."""
    known = {group: await desk.versions(group) for group in {each.translation_group for each in articles}}
    writes = await asyncio.to_thread(
        lambda: [desk.write(each, each.revision, "refresh", known[each.translation_group]) for each in articles]
    )
    saved = await desk.store.save_all(writes, desk.clock(), lambda _: (NAME, mark))
    return sum(isinstance(each, Saved) and each.change.action == "refresh" for each in saved)
