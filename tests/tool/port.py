"""Ports for servers under test, on the loopback only."""

import random
import socket

RANGE = range(20_000, 32_000)
"""Below those that systems give to connections going out and to who binds port 0: nobody takes one by chance."""
_KEPT: list[socket.socket] = []
"""Holds the UDP port of each number that was given, until the process ends: no other process that asks gets it."""


def free_port() -> int:
    """A TCP port of 127.0.0.1 that nothing listens on, given to no test beside this one."""
    for port in random.SystemRandom().sample(RANGE, len(RANGE)):
        if _is_ours(port):
            return port
    raise OSError(f"no free port from {RANGE.start} to {RANGE.stop}")


def _is_ours(port: int) -> bool:
    kept = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    try:
        kept.bind(("127.0.0.1", port))
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", port))
    except OSError:
        kept.close()
        return False
    _KEPT.append(kept)
    return True
