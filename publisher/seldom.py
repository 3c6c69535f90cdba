"""Warnings of what is tried again and again: one that would say the same waits for a minute."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable

SECONDS = 60.0


class Seldom:
    """Writes warnings into a log, each at most once a minute; one loop's, so there are few."""

    def __init__(self, log: logging.Logger, clock: Callable[[], float] = time.monotonic) -> None:
        self._log, self._clock = log, clock
        self._said: dict[str, float] = {}

    def warning(self, message: str, *about: object) -> None:
        """Say so, unless it was said within the last minute."""
        said, now = message % about, self._clock()
        self._said = {each: at for each, at in self._said.items() if now - at < SECONDS}
        if said not in self._said:
            self._said[said] = now
            self._log.warning("%s", said)
