"""Wakes the other processes that serve a site when it was written to: a hint, and never more.

Each of them binds a socket in a folder of the site that nobody but its owner may enter; whoever has
committed sends every socket there an empty datagram. A hint that is lost costs time and nothing else:
they all look at the change log now and then anyway.
"""

from __future__ import annotations

import asyncio
import os
import secrets
import socket
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

FOLDER = ".bell"
PRIVATE = 0o700
AT_ONCE = 64
"""Datagrams taken at once; one is as good as many."""


class Bell:
    """One site's bell, in one process."""

    def __init__(self, site: Path) -> None:
        self._folder = site / FOLDER
        self._name = ""
        self._rung = asyncio.Event()

    def ring(self) -> None:
        """Wake everyone else; it waits for nobody and never fails."""
        with suppress(OSError), _opened(self._folder) as folder, _datagrams() as sock:
            names = os.listdir(folder) if _is_private(folder) else ()
            for name in set(names) - {self._name}:
                _send(sock, folder, name)

    async def pause(self, seconds: float) -> None:
        """Wait until the bell is rung, or so long."""
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._rung.wait()
        self._rung.clear()

    @contextmanager
    def listening(self) -> Iterator[None]:
        """Hear the bell for a while; where no socket can be bound nothing is heard, and that is all."""
        loop, sock = asyncio.get_running_loop(), self._bound()
        if sock is None:
            yield
            return
        loop.add_reader(sock, self._hear, sock)
        try:
            yield
        finally:
            loop.remove_reader(sock)
            sock.close()
            with suppress(OSError):
                (self._folder / self._name).unlink()

    def _bound(self) -> socket.socket | None:
        """A socket under a name that no process ever had: so whoever takes a dead one away takes no living one."""
        self._name = f"{os.getpid()}-{secrets.token_hex(4)}"
        try:
            sock = _datagrams()
        except OSError:
            return None
        try:
            self._folder.mkdir(PRIVATE, exist_ok=True)
            with _opened(self._folder) as folder:
                os.fchmod(folder, PRIVATE)  # Raises for a folder of somebody else's.
                sock.bind(_address(folder, self._name))
        except OSError:
            sock.close()
            return None
        return sock

    def _hear(self, sock: socket.socket) -> None:
        self._rung.set()
        with suppress(OSError):
            for _ in range(AT_ONCE):
                sock.recv(1)


def _datagrams() -> socket.socket:
    made = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    made.setblocking(False)
    return made


@contextmanager
def _opened(path: Path) -> Iterator[int]:
    folder = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
    try:
        yield folder
    finally:
        os.close(folder)


def _is_private(folder: int) -> bool:
    """Whether a folder is ours, and nobody else may enter it: others could let us knock wherever they like."""
    found = os.fstat(folder)
    return found.st_uid == os.geteuid() and stat.S_IMODE(found.st_mode) == PRIVATE


def _address(folder: int, name: str) -> str:
    """The way to a socket by its opened folder: an address has room for 107 bytes, a path may be longer."""
    return f"/proc/self/fd/{folder}/{name}"


def _send(sock: socket.socket, folder: int, name: str) -> None:
    """Wake one; a socket that nobody has open any more was left by a killed process."""
    try:
        sock.sendto(b"", _address(folder, name))
    except ConnectionRefusedError:
        with suppress(OSError):
            os.unlink(name, dir_fd=folder)
    except OSError:
        return  # its queue is full: it will wake without us
