"""What all doors of a server share: the table, the clock, the deadlines, the way back from aiohttp.

aiohttp has no limit for a slow body or a slow reader, and its idle timer knows nothing of what the
door answers; so the deadlines of every connection are kept here, by one sweep a second.
"""

from __future__ import annotations

import asyncio
import time
from bisect import bisect_left
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache

from aiohttp import HttpVersion10, HttpVersion11, web
from aiohttp.typedefs import Handler

from publisher.cache import Entry
from publisher.date import Clock, now, rfc822
from publisher.representation import GUARDED, header_block
from publisher.version import SERVER
from publisher.web.door import CLOSED, FREE, Door
from publisher.web.host import Hosts
from publisher.web.log import AccessLog

Lines = Mapping[bytes, Entry]
"""Request line -> what answers it: the cache's own table."""

SWEEP_SECONDS = 1.0
GRACE_SECONDS = 1.0
"""How long a connection that is being used may send a last request when the server stops."""
REQUEST_SECONDS = 30.0
"""How long requests that have begun may take then, with what is missing of their bodies: aiohttp would take no more."""
PROGRESS = 16_384
"""Bytes that must move within a deadline for a body or a response to count as moving."""


BUCKETS = (0.001, 0.005, 0.025, 0.1, 0.5, 2.5)
"""Seconds: how long the ordinary handler takes is counted in these classes."""


@dataclass(frozen=True, slots=True)
class Deadlines:
    """Seconds after which a connection is ended: nothing asked, a partial head, a body, a reader that stands still."""

    idle: float = 15
    head: float = 15
    body: float = 30
    reader: float = 60


@dataclass(slots=True)
class Counts:
    """What the doors did since the start: hits by kind, requests handed to aiohttp, connections cut, what was no
    HTTP/1.0 or 1.1."""

    whole: int = 0
    unmodified: int = 0
    heads: int = 0
    handed: int = 0
    cut: int = 0
    malformed: int = 0

    @property
    def hits(self) -> int:
        """Requests answered from the cache."""
        return self.whole + self.unmodified + self.heads


class Gate:
    """The doors of one server and what they share."""

    def __init__(self, lines: Lines, hosts: Hosts, clock: Clock = now, deadlines: Deadlines | None = None) -> None:
        self.lines = lines
        self.hosts = hosts
        self.clock = clock
        self.deadlines = deadlines or Deadlines()
        self.is_allowed: Callable[[bytes], bool] = lru_cache(maxsize=256)(lambda host: hosts.allows(host.decode()))
        self.counts = Counts()
        self.doors: set[Door] = set()
        self.tick = 0.0
        self.is_draining = False
        self.start_200 = self.start_304 = b""
        self.whole_304: Callable[[bytes], bytes] = self.start_304.__add__
        """A whole 304 of the header lines behind its start: all clients that poll get the same bytes."""
        self.log: AccessLog | None = None
        self.seconds = 0.0
        self.buckets = [0] * (len(BUCKETS) + 1)
        self.statuses: dict[int, int] = {}
        self._by_inner: dict[object, Door] = {}
        self._left = asyncio.Event()
        self._factory: Callable[[], asyncio.Protocol] | None = None
        self._timer: asyncio.TimerHandle | None = None

    # Lifetime

    def open(self, factory: Callable[[], asyncio.Protocol], sweep_seconds: float = SWEEP_SECONDS) -> None:
        """Begin: `factory` makes aiohttp's protocols."""
        self._factory = factory
        self._beat(asyncio.get_running_loop(), sweep_seconds)

    def _beat(self, loop: asyncio.AbstractEventLoop, seconds: float) -> None:
        self._timer = loop.call_later(seconds, self._beat, loop, seconds)
        self.sweep(loop.time())

    def close(self) -> None:
        """End: no more sweeps, and nothing left to be logged."""
        if self._timer is not None:
            self._timer.cancel()
        if self.log is not None:
            self.log.flush()

    async def drain(self, grace_seconds: float = GRACE_SECONDS) -> None:
        """Take one last request from each connection that is being used, then end all that the doors hold."""
        self.is_draining = True
        self._stamp()
        for door in [each for each in self.doors if each.is_idle and self.tick - each.since > 2 * SWEEP_SECONDS]:
            door.close()
        await self._until(lambda: not any(each.mode is FREE for each in self.doors), grace_seconds)
        self._close_free()
        await self._until(lambda: all(each.request is None for each in self.doors), REQUEST_SECONDS)
        self._close_free()

    def _close_free(self) -> None:
        for door in [each for each in self.doors if each.mode is FREE]:
            door.close()

    async def gone(self, seconds: float) -> None:
        """Wait until every client has taken what was written for it, at most so long."""
        await self._until(lambda: not self.doors, seconds)

    async def _until(self, is_so: Callable[[], bool], seconds: float) -> None:
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                while not is_so():
                    self._left.clear()
                    await self._left.wait()

    # For the doors

    def open_inner(self, door: Door) -> asyncio.Protocol:
        """A protocol of aiohttp's for a door that can't answer by itself."""
        assert self._factory is not None
        inner = self._factory()
        self._by_inner[inner] = door
        return inner

    def forget(self, door: Door, inner: object) -> None:
        """A door's connection is lost."""
        self.doors.discard(door)
        self._left.set()
        self._by_inner.pop(inner, None)

    # For aiohttp

    @web.middleware
    async def middleware(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        """Tell the door when its request begins and when the whole response is written; must be outermost."""
        started = time.perf_counter()
        door = self._by_inner.get(request.protocol)
        try:
            response = await (self._through(door, request, handler) if door else answer(request, handler))
        except OtherVersion:
            self.counts.malformed += 1
            raise
        except ConnectionError:
            raise  # nobody is there to be answered
        except Exception as error:
            failed = error if isinstance(error, web.HTTPException) else web.Response(status=500)
            self._note(request, failed, time.perf_counter() - started)
            raise
        self._note(request, response, time.perf_counter() - started)
        return response

    async def _through(self, door: Door, request: web.Request, handler: Handler) -> web.StreamResponse:
        door.entered(request)
        is_alive = False
        try:
            response = await answer(request, handler)
            is_alive = await self._send(request, response)
        finally:
            door.left(is_alive)
            self._left.set()
        return response

    def _note(self, request: web.Request, response: web.StreamResponse, seconds: float) -> None:
        self.seconds += seconds
        self.buckets[bisect_left(BUCKETS, seconds)] += 1
        kind = response.status // 100
        self.statuses[kind] = self.statuses.get(kind, 0) + 1
        if self.log is not None:
            self.log.request(request, response, seconds)

    async def _send(self, request: web.Request, response: web.StreamResponse) -> bool:
        if self.is_draining:
            response.force_close()
        try:
            await response.prepare(request)
            await response.write_eof()
        except ConnectionError:
            return False  # aiohttp meets the same error next, and ends the connection quietly
        return bool(response.keep_alive)

    # Time

    def sweep(self, tick: float) -> None:
        """Set the time, and end every connection that has waited too long."""
        self.tick = tick
        self._stamp()
        if self.log is not None:
            self.log.flush()
        for door in [each for each in self.doors if self._is_overdue(each)]:
            self.counts.cut += 1
            door.abort() if door.unsent else door.close()

    def _stamp(self) -> None:
        """New objects each time: what a door has ready to be said again ends with them."""
        rest = f"\r\nDate: {rfc822(now())}\r\nServer: {SERVER}\r\n"
        self.start_200 = f"HTTP/1.1 200 OK{rest}".encode()
        self.start_304 = f"HTTP/1.1 304 Not Modified{rest}".encode()
        self.whole_304 = lru_cache(maxsize=256)(self.start_304.__add__)

    def _is_overdue(self, door: Door) -> bool:
        if door.mode is CLOSED:
            return door.unsent > 0 and self._has_stalled(door, self.deadlines.reader, door.unsent)
        if unsent := door.unsent:
            return self._has_stalled(door, self.deadlines.reader, unsent)
        door.mark = 0
        if door.request is not None:
            return not door.request.content.is_eof() and self._has_starved(door)
        limit = self.deadlines.head if door.taken else self.deadlines.idle
        return self.tick - door.since > limit

    def _has_stalled(self, door: Door, limit: float, unsent: int) -> bool:
        if unsent + PROGRESS <= door.mark:
            door.mark, door.since = unsent, self.tick
        door.mark = max(door.mark, unsent)
        return self.tick - door.since > limit

    def _has_starved(self, door: Door) -> bool:
        if door.taken >= PROGRESS or not door.is_reading:
            door.taken, door.since = 0, self.tick
        return self.tick - door.since > self.deadlines.body


class OtherVersion(ConnectionResetError):
    """A request in another version of HTTP was refused, and its connection ended."""


async def answer(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Refuse what isn't HTTP/1.0 or 1.1, what asks for no path, and a body that can't be read."""
    if request.version not in (HttpVersion10, HttpVersion11):
        return hang_up(request)
    try:
        return await handler(request)
    except web.HTTPNotFound:
        if request.path.startswith("/"):
            raise
        return no_path(request)
    except web.RequestPayloadError:
        return refusal("400: the body of the request is malformed\n")


def hang_up(request: web.Request) -> web.StreamResponse:
    """Refuse in HTTP/1.1, which aiohttp wouldn't: it answers in the version of the request (RFC 9110 6.2)."""
    if request.transport is not None:
        text = b"400: only HTTP/1.0 and HTTP/1.1 are spoken here\n"
        body = (("Content-Type", "text/plain; charset=utf-8"), ("Content-Length", str(len(text))))
        head = header_block((("Date", rfc822(now())), ("Server", SERVER), *GUARDED, *body, ("Connection", "close")))
        request.transport.write(b"HTTP/1.1 400 Bad Request\r\n" + head + text)
        request.transport.close()
    raise OtherVersion("refused for its version")


def no_path(request: web.Request) -> web.Response:
    """OPTIONS of the server and CONNECT name no path (RFC 9112 3.2): they are known but not offered.

    A target that is an authority alone means its home page (RFC 9110 4.2.3).
    """
    if not request.path and request.method in ("GET", "HEAD"):
        return web.Response(status=301, headers={"Location": "/"})
    if request.method in ("OPTIONS", "CONNECT"):
        return web.Response(status=405, headers={"Allow": "GET, HEAD"}, text="405: only GET and HEAD are allowed\n")
    return refusal("400: the target of the request is no path\n")


def refusal(text: str) -> web.Response:
    """A 400 after which the connection ends."""
    response = web.Response(status=400, text=text)
    response.force_close()
    return response
