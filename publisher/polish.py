"""Compresses what readers ask for often as well as it can be: in the background, one document at a time.

It makes no document and knows nothing of freshness: what was purged in the meantime is thrown away.
"""

from __future__ import annotations

import asyncio
import os
import sys
import threading
from concurrent.futures import ThreadPoolExecutor

from publisher import coding
from publisher.cache import Cache, Entry
from publisher.representation import Representation, polished

HITS = 3
"""Asked for so often, a document is worth the work."""
LOOK_SECONDS = 1.0
REST = 4
"""It rests four times as long as it worked: so a fifth of a core is the most it takes."""
NICENESS = 10
"""Whoever answers goes first."""


class Polisher:
    """Minds one cache, on its event loop."""

    def __init__(self, cache: Cache) -> None:
        self._cache = cache

    async def run(self) -> None:
        """Look for work once a second, until cancelled."""
        executor = ThreadPoolExecutor(1, "polish", _step_back)
        try:
            while True:
                await asyncio.sleep(LOOK_SECONDS)
                while entry := self._cache.roughest(HITS):
                    await self._polish(entry, executor)
        finally:
            executor.shutdown(wait=False, cancel_futures=True)

    async def _polish(self, entry: Entry, executor: ThreadPoolExecutor) -> None:
        loop = asyncio.get_running_loop()
        began, made = loop.time(), entry.answer
        assert isinstance(made, Representation)
        body = await loop.run_in_executor(executor, coding.brotli_at_best, made.document.body)
        self._cache.improve(entry, polished(made, body))
        await asyncio.sleep(REST * (loop.time() - began))


def _step_back() -> None:
    """Only Linux knows a priority of threads."""
    if sys.platform == "linux":
        os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), NICENESS)
