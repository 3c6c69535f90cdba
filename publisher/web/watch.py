"""Watches a running server: its numbers once a second, and whether it is ready for requests."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass

from publisher.error import StoreUnavailable
from publisher.meter import Board
from publisher.press import Press
from publisher.store.port import Store
from publisher.web.gate import Gate
from publisher.web.metric import COUNTERS, GAUGES, SERVING, SUBSCRIBERS, exposition, numbers

PERIOD_SECONDS = 1.0
STORE_SECONDS = 2.0
"""How long the store may take to answer before the server calls itself not ready."""


Count = Callable[[], Awaitable[int]]
"""How many subscribers all feeds have. Raises StoreUnavailable."""


@dataclass(frozen=True, slots=True)
class Meters:
    """The board of all workers, and the row of this one."""

    board: Board
    row: int = 0

    @classmethod
    def of(cls, workers: int) -> Meters:
        """A new board; the row is chosen after the fork."""
        return cls(Board(tuple(COUNTERS), tuple(GAUGES), workers))


class Watch:
    """One worker's numbers and its readiness."""

    def __init__(
        self, press: Press, store: Store, gate: Gate, meters: Meters, stop: asyncio.Event, count: Count
    ) -> None:
        self._press, self._store, self._gate, self._stop = press, store, gate, stop
        self._board, self._row = meters.board, meters.board.row(meters.row)
        self._newest, self._subscribers = 0, 0
        self._count = count

    async def run(self) -> None:
        """Write the numbers once a second, until cancelled."""
        while True:
            try:
                self._newest = await self._store.seq()
            except StoreUnavailable:
                pass  # the numbers of the press say so already
            self.write()
            await asyncio.sleep(PERIOD_SECONDS)

    def write(self) -> None:
        """Write the numbers as they are; a worker that drains is none that serves."""
        found = numbers(self._gate, self._press, self._newest)
        self._row.write(found | {SERVING: 0.0 if self._stop.is_set() else 1.0})

    async def checks(self) -> Mapping[str, bool]:
        """Whether the store answers and requests are taken: not while all drain, yet while they are replaced."""
        try:
            async with asyncio.timeout(STORE_SECONDS):
                await self._store.seq()
            has_store = True
        except (StoreUnavailable, TimeoutError):
            has_store = False
        self.write()
        return {"store": has_store, "serving": self._board.total()[SERVING] > 0}

    async def text(self) -> str:
        """All workers' numbers, this one's up to the moment; subscribers as the store last told."""
        self.write()
        try:
            async with asyncio.timeout(STORE_SECONDS):
                self._subscribers = await self._count()
        except (StoreUnavailable, TimeoutError):
            pass
        return exposition(lambda: self._board.total() | {SUBSCRIBERS: self._subscribers})
