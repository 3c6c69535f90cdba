"""How much slower this machine is just now than a quiet one: limits in seconds are meant for that one."""

import time

CHORE = 1_000_000
QUIET_SECONDS = 0.06
"""What the chore takes on a quiet machine of the kind that the limits were set on."""


def slowness() -> float:
    """1.0 on a quiet machine, 3.0 on one that takes three times as long; never less than 1.0."""
    began = time.process_time()
    sum(number & 1 for number in range(CHORE))
    return max(1.0, (time.process_time() - began) / QUIET_SECONDS)
