"""Numbers that all workers of a server share: each writes its own row of one piece of memory.

A counter only grows, also when a worker dies and another takes its row: the newcomer goes on from
what it finds. A gauge is cleared with its worker. The memory is made before the first fork.
"""

from __future__ import annotations

import mmap
import struct
from collections.abc import Mapping, Sequence

_NUMBER = struct.Struct("d")


class Board:
    """Rows of numbers, one a worker, in memory that forked processes share."""

    def __init__(self, counters: Sequence[str], gauges: Sequence[str], rows: int) -> None:
        self.counters, self.gauges, self.rows = tuple(counters), tuple(gauges), rows
        self._width = (len(self.counters) + len(self.gauges)) * _NUMBER.size
        self._memory = mmap.mmap(-1, max(1, self._width * rows))

    def row(self, number: int) -> Row:
        """The row that one worker writes."""
        return Row(self, number)

    def read(self, row: int, column: int) -> float:
        """One number of one row."""
        value: float = _NUMBER.unpack_from(self._memory, row * self._width + column * _NUMBER.size)[0]
        return value

    def write(self, row: int, column: int, value: float) -> None:
        """Set one number of one row."""
        _NUMBER.pack_into(self._memory, row * self._width + column * _NUMBER.size, value)

    def leave(self, row: int) -> None:
        """A worker is gone: its gauges say nothing any more."""
        for column in range(len(self.counters), len(self.counters) + len(self.gauges)):
            self.write(row, column, 0.0)

    def total(self) -> dict[str, float]:
        """Every number, summed over the workers."""
        names = (*self.counters, *self.gauges)
        return {name: sum(self.read(row, column) for row in range(self.rows)) for column, name in enumerate(names)}


class Row:
    """One worker's own numbers."""

    def __init__(self, board: Board, number: int) -> None:
        self._board, self._number = board, number
        self._start = [board.read(number, column) for column in range(len(board.counters))]

    def write(self, values: Mapping[str, float]) -> None:
        """Set the numbers: counters count from this worker's start, gauges are as they are now."""
        board = self._board
        for column, name in enumerate(board.counters):
            board.write(self._number, column, self._start[column] + values.get(name, 0.0))
        for column, name in enumerate(board.gauges, len(board.counters)):
            board.write(self._number, column, values.get(name, 0.0))
