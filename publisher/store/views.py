"""How often articles were read: the port of its store, the decay of old views, and an engine in memory.

Views live apart from articles (a database of their own), so that counting touches no article, no
validator and no change log.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Protocol

HALF_LIFE = timedelta(hours=24)
"""After this long a view counts half for what is trending."""
EPOCH = datetime(2020, 1, 1, tzinfo=UTC)

Ranking = tuple[tuple[int, int], ...]
"""(article's id, views of all time), best first."""


class ViewStore(Protocol):
    """What every engine can do; one that can't answer raises StoreUnavailable."""

    async def open(self) -> None:
        """Make ready."""

    async def close(self) -> None:
        """Release everything; safe to call twice."""

    async def add(self, views: Mapping[int, int], at: datetime) -> None:
        """Count so many more views of each article, all of them or none."""

    async def totals(self, ids: Iterable[int]) -> Mapping[int, int]:
        """Views of all time of those of the articles that have any."""

    async def most(self, limit: int) -> Ranking:
        """The articles with the most views of all time."""

    async def hottest(self, limit: int) -> Ranking:
        """The articles with the most views, each worth less the older it is."""


def heat(before: float | None, views: int, at: datetime) -> float:
    """An article's heat after more views: the logarithm (base 2) of its decayed views, seen from `EPOCH`.

    A view's worth grows as 2^(time / half-life) instead of old ones shrinking: so no row changes
    as time goes by, and an index keeps the order.
    """
    fresh = (at - EPOCH) / HALF_LIFE + math.log2(views)
    if before is None:
        return fresh
    high, low = max(before, fresh), min(before, fresh)
    return high + math.log2(1 + 2.0 ** max(low - high, -1000.0))


class MemoryViews:
    """Views that end with the process: for tests and drafts."""

    def __init__(self) -> None:
        self._totals: dict[int, int] = {}
        self._heats: dict[int, float] = {}

    async def open(self) -> None:
        """Nothing is to be done."""

    async def close(self) -> None:
        """Nothing is to be done."""

    async def add(self, views: Mapping[int, int], at: datetime) -> None:
        """Count more views."""
        for id, more in views.items():
            self._totals[id] = self._totals.get(id, 0) + more
            self._heats[id] = heat(self._heats.get(id), more, at)

    async def totals(self, ids: Iterable[int]) -> Mapping[int, int]:
        """Views of all time of those articles."""
        return {id: self._totals[id] for id in ids if id in self._totals}

    async def most(self, limit: int) -> Ranking:
        """The most read of all time."""
        return self._ranked(self._totals, limit)

    async def hottest(self, limit: int) -> Ranking:
        """The most read of late."""
        return self._ranked(self._heats, limit)

    def _ranked(self, by: Mapping[int, float], limit: int) -> Ranking:
        best = sorted(by, key=lambda id: (by[id], id), reverse=True)[:limit]
        return tuple((id, self._totals[id]) for id in best)
