"""Writes what was counted in memory now and then, and once more at the end."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable

from publisher.error import StoreUnavailable

log = logging.getLogger(__name__)

Flush = Callable[[], Awaitable[None]]
"""Writes what waits, or keeps it and raises StoreUnavailable."""


async def keep_flushing(flush: Flush, seconds: float, what: str) -> None:
    """Write every so many seconds, and once more when cancelled; `what` is named when it must wait."""
    try:
        while True:
            await asyncio.sleep(seconds)
            await _try_to_flush(flush, what)
    finally:
        await _try_to_flush(flush, what)


async def _try_to_flush(flush: Flush, what: str) -> None:
    try:
        await flush()
    except StoreUnavailable as error:
        log.warning("%s wait to be written: %s", what, error)
