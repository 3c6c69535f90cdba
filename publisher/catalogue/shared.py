"""What many pages ask the store for alike: kept while nothing is published, and half a minute at most.

One value a name, and few names: so it is small whatever is asked for. It knows no store.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Awaitable, Callable, Hashable
from datetime import datetime, timedelta
from typing import Any, NamedTuple, TypeVar

T = TypeVar("T")

NAMES = 32
"""A dozen of pages; the others are of the feeds that were made last: fifty articles without their texts each."""
AGE = timedelta(seconds=30)
"""Views publish nothing, and what ranks by them shall follow them."""


class _Kept(NamedTuple):
    seq: int
    at: datetime
    value: Any


class Shared:
    """The newest value of each name. Used on one event loop.

    `as_of`: what is made shall be of one moment, that of this change: nothing grows old (a static build).
    `known`: the newest change that this process knows of, where somebody follows the log.
    """

    def __init__(self, as_of: int | None = None) -> None:
        self.as_of = as_of
        self.known: int | None = None
        self._last: dict[Hashable, tuple[Hashable, Any]] = {}
        self._age = AGE if as_of is None else timedelta.max
        self._kept: dict[Hashable, _Kept] = {}
        self._locks: defaultdict[Hashable, asyncio.Lock] = defaultdict(asyncio.Lock)

    async def get(self, name: Hashable, seq: int, now: datetime, make: Callable[[], Awaitable[T]]) -> T:
        """The value under a name, made once however many wait.

        `seq` is the newest change that the caller knows of, read before this: a value is given to those only who know
        of no newer one, so what was made of rows from before a commit is not used after it.
        """
        async with self._locks[name]:
            kept = self._kept.get(name)
            if kept is None or kept.seq < seq or not timedelta() <= now - kept.at < self._age:
                kept = _Kept(seq, now, await make())
                self._keep(name, kept)
        value: T = kept.value
        return value

    def _keep(self, name: Hashable, kept: _Kept) -> None:
        """Keep the value made last, and let go of the names that nothing was made for longest."""
        self._kept.pop(name, None)
        self._kept[name] = kept
        for oldest in list(self._kept)[:-NAMES]:
            del self._kept[oldest]
            self._locks.pop(oldest, None)

    async def last(self, name: Hashable, detail: Hashable, make: Callable[[], Awaitable[T]]) -> T:
        """What a name stands for in one detail: the next detail takes its place. For what is of one moment only."""
        if self.as_of is None:
            return await make()
        async with self._locks[name]:
            kept = self._last.get(name)
            if kept is None or kept[0] != detail:
                kept = self._last[name] = (detail, await make())
        value: T = kept[1]
        return value
