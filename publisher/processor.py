"""The processors that this process may use, and how the processes begin that share them."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

QUOTA = Path("/sys/fs/cgroup/cpu.max")
"""What a container may use: microseconds of a period, or `max` (control groups, version 2)."""


def cores(quota: Path = QUOTA) -> int:
    """How many: those that it is bound to, and no more than its control group pays for."""
    bound = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    try:
        paid, period = quota.read_text().split()
        return min(bound, max(1, round(int(paid) / int(period))))
    except (OSError, ValueError):
        return bound


@contextmanager
def deaf() -> Iterator[None]:
    """Let processes that begin meanwhile hear no Ctrl+C from their first instant on: their parent does."""
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
