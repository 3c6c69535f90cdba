"""Clients for the drills: keep-alive connections that ask, read whole answers and count what failed."""

from __future__ import annotations

import asyncio
import os
import re
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

_SHARE = re.compile(r"^Pss: +(\d+) kB", re.MULTILINE)
_LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)


@dataclass
class Tally:
    """What clients saw: requests answered, requests that got no whole answer, seconds each took.

    `ended` are the moments at which requests were sent that got no byte of an answer since the server
    had ended a connection in use: these are asked once more on a new one, as clients do (RFC 9112 9.3.1).
    """

    answered: int = 0
    failed: int = 0
    errors: list[int] = field(default_factory=list)
    seconds: list[float] = field(default_factory=list)
    ended: list[float] = field(default_factory=list)

    @property
    def broken(self) -> int:
        """Requests that got no whole answer the first time."""
        return self.failed + len(self.ended)

    def p99(self) -> float:
        """The second-worst percent."""
        return sorted(self.seconds)[int(len(self.seconds) * 0.99)] if self.seconds else 0.0


def place(base: str) -> tuple[str, int]:
    """Host and port of a base URL."""
    parts = urlsplit(base)
    return parts.hostname or "", parts.port or 80


def request(path: str, *fields: str, method: str = "GET", host: str = "127.0.0.1") -> bytes:
    """A request as it goes on the wire."""
    return "\r\n".join([f"{method} {path} HTTP/1.1", f"Host: {host}", *fields, "", ""]).encode()


async def answer(reader: asyncio.StreamReader) -> tuple[int, bytes, bytes]:
    """One whole response: status, head, body. Raises IncompleteReadError when it breaks off."""
    head = await reader.readuntil(b"\r\n\r\n")
    status, length = int(head[9:12]), _LENGTH.search(head)
    body = await reader.readexactly(int(length[1])) if length and status not in (204, 304) else b""
    return status, head, body


async def visit(base: str, paths: Sequence[str], tally: Tally, stop: asyncio.Event, pause: float = 0.0) -> None:
    """Ask for paths in turn on one connection, a new one where the server ended the last, until told to stop."""
    number, again = 0, False
    while again or not stop.is_set():
        try:
            reader, writer = await asyncio.open_connection(*place(base))
        except OSError:
            tally.failed += 1
            await asyncio.sleep(0.05)
            continue
        began, used = time.monotonic(), 0
        try:
            while again or not (stop.is_set() or reader.at_eof()):
                number += not again
                again = False
                began = time.monotonic()
                writer.write(request(paths[number % len(paths)], "Accept-Encoding: gzip"))
                status, head, _ = await asyncio.wait_for(answer(reader), 120)
                used += 1
                tally.seconds.append(time.monotonic() - began)
                tally.answered += 1
                if status >= 500:
                    tally.errors.append(status)
                if b"\r\nConnection: close" in head:
                    break
                if pause:
                    await asyncio.sleep(pause)
        except (OSError, asyncio.IncompleteReadError, TimeoutError) as error:
            again = bool(used) and is_unanswered(error)
            if again:
                tally.ended.append(began)
            else:
                tally.failed += 1
        finally:
            writer.close()


def is_unanswered(error: BaseException) -> bool:
    """Whether a connection ended before the first byte of an answer."""
    return isinstance(error, ConnectionError) or (isinstance(error, asyncio.IncompleteReadError) and not error.partial)


@asynccontextmanager
async def load(base: str, paths: Sequence[str], connections: int, pause: float = 0.0) -> AsyncIterator[Tally]:
    """Visitors while the block runs."""
    tally, stop = Tally(), asyncio.Event()
    async with asyncio.TaskGroup() as group:
        for _ in range(connections):
            group.create_task(visit(base, paths, tally, stop, pause))
        try:
            yield tally
        finally:
            stop.set()


async def ask(base: str, sent: bytes, seconds: float = 30.0) -> bytes:
    """Everything that a server says to some bytes until it ends the connection or falls silent."""
    reader, writer = await asyncio.open_connection(*place(base))
    said = b""
    try:
        writer.write(sent)
        async with asyncio.timeout(seconds):
            while chunk := await reader.read(65_536):
                said += chunk
    except (TimeoutError, ConnectionError):
        pass
    finally:
        writer.close()
    return said


def children(pid: int) -> list[int]:
    """The processes that a process started."""
    return [int(each) for each in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def resident(pid: int) -> int:
    """Bytes of memory that a process and its children hold; what they share counts once."""
    try:
        rollup = Path(f"/proc/{pid}/smaps_rollup").read_text()
        return int(_SHARE.findall(rollup)[0]) * 1024 + sum(resident(each) for each in children(pid))
    except (OSError, IndexError):
        return 0


def descriptors(pid: int) -> int:
    """Open files of a process and its children."""
    return len(os.listdir(f"/proc/{pid}/fd")) + sum(descriptors(each) for each in children(pid))


def threads(pid: int) -> int:
    """Threads of a process and its children."""
    return len(os.listdir(f"/proc/{pid}/task")) + sum(threads(each) for each in children(pid))


async def metric(admin: str, name: str) -> float:
    """One number of a server's metrics, now."""
    reader, writer = await asyncio.open_connection(*place(admin))
    writer.write(request("/metrics"))
    text = (await answer(reader))[2].decode()
    writer.close()
    return next(float(line.rpartition(" ")[2]) for line in text.splitlines() if line.rpartition(" ")[0] == name)
