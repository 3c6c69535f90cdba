"""Slices of work on the event loop: between two of them it looks at its sockets, so hits wait for one, not for a row.

Builds become ready together: a publication's documents are asked for at once. It knows nothing of what is built.
"""

from __future__ import annotations

import asyncio
import math
import time
from collections import deque
from collections.abc import Callable, Iterator
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
T = TypeVar("T")

SLICE_SECONDS = 0.0003


class Slices:
    """Whose turn it is on one event loop; who comes first goes first.

    `seconds`: how long a slice is; without an end (`math.inf`) nobody waits and all is done at once.
    """

    def __init__(self, seconds: float = SLICE_SECONDS) -> None:
        self._seconds = seconds
        self._waiting: deque[asyncio.Future[None]] = deque()
        self._is_taken = False

    async def run(self, work: Callable[P, T], /, *given: P.args, **named: P.kwargs) -> T:
        """Do one slice: at once, if the loop has looked at its sockets since the last."""
        if self._seconds == math.inf:
            return work(*given, **named)
        loop = asyncio.get_running_loop()
        if self._is_taken:
            turn = loop.create_future()
            self._waiting.append(turn)
            await turn
        else:
            self._is_taken = True
            loop.call_soon(self._next, loop)
        return work(*given, **named)

    async def text(self, pieces: Iterator[str]) -> bytes:
        """A text that is written bit by bit, as UTF-8."""
        return "".join(await self.all(pieces)).encode()

    async def all(self, steps: Iterator[T]) -> list[T]:
        """What many small steps give: as many at a time as a slice is long, one at least."""
        if self._seconds == math.inf:
            return list(steps)
        done: list[T] = []
        while await self.run(_go_on, done, steps, self._seconds):
            pass
        return done

    def _next(self, loop: asyncio.AbstractEventLoop) -> None:
        """In the loop's next round: let the first that still waits go in the one after it."""
        while self._waiting:
            turn = self._waiting.popleft()
            if not turn.done():
                turn.set_result(None)
                loop.call_soon(self._next, loop)
                return
        self._is_taken = False


def _go_on(done: list[T], steps: Iterator[T], seconds: float) -> bool:
    """Go on for one slice; whether there may be more."""
    until = time.perf_counter() + seconds
    for each in steps:
        done.append(each)
        if time.perf_counter() > until:
            return True
    return False
