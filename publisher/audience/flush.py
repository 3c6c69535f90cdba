"""Writes what was counted in memory now and then, and once more at the end."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable

from publisher.error import StoreUnavailable
from publisher.seldom import Seldom

log = logging.getLogger(__name__)

Flush = Callable[[], Awaitable[None]]
"""Writes what waits, or keeps it and raises StoreUnavailable."""


async def keep_flushing(flush: Flush, seconds: float, what: str) -> None:
    """Write every so many seconds, and once more when cancelled; `what` is named when it must wait, once a minute."""
    seldom = Seldom(log)
    try:
        while True:
            await asyncio.sleep(seconds)
            await _try_to_flush(flush, what, seldom)
    finally:
        await _try_to_flush(flush, what, seldom)


async def _try_to_flush(flush: Flush, what: str, seldom: Seldom) -> None:
    try:
        await flush()
    except StoreUnavailable as error:
        seldom.warning("%s wait to be written: %s", what, error)
