"""Both ways into the same application, without sockets: through a door, and straight to aiohttp."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

from aiohttp import web

from publisher.cache import Entry
from publisher.catalogue import Catalogue
from publisher.catalogue.base import Call, Context, document, kind
from publisher.catalogue.shared import Shared
from publisher.error import NotFound, StoreUnavailable
from publisher.model import Answer, Document, Redirect, Withdrawn
from publisher.press import Press
from publisher.setting import Settings
from publisher.store.memory import MemoryStore
from publisher.web.app import make_app
from publisher.web.document import Handler
from publisher.web.door import Door
from publisher.web.gate import Deadlines, Gate
from publisher.web.host import Hosts
from publisher.web.site import Inner

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
BASE = "http://127.0.0.1:8080"
DATE = re.compile(rb"\r\nDate: [^\r]*")
FEED = b"<rss>" + b"<item>The tide came in at nine</item>" * 560 + b"</rss>"
STORY = bytes(range(256)) * 120


def get(path: str, *fields: str, method: str = "GET") -> bytes:
    """A request for a path, with further header lines."""
    return "\r\n".join([f"{method} {path} HTTP/1.1", "Host: localhost", *fields, "", ""]).encode()


HIT, MISS, OTHER = get("/story/"), get("/nothing"), get("/feeds/all.rss")
"""Requests that the door answers, that aiohttp must, and a hit of another document."""


BUSY: set[int] = set()
"""Requests whose handlers have not answered yet: some do so from a thread."""


@web.middleware
async def busy(request: web.Request, handler: Any) -> web.StreamResponse:
    BUSY.add(id(request))
    try:
        return await handler(request)
    finally:
        BUSY.discard(id(request))


class Transport(asyncio.Transport):
    """A transport that keeps what is written; the client takes it when told to."""

    def __init__(self, protocol: asyncio.Protocol, high_water: int | None = None) -> None:
        super().__init__({"peername": ("127.0.0.1", 50000)})
        self.protocol, self.high_water = protocol, high_water
        self.sent, self.waiting = bytearray(), 0
        self.reads, self.closed, self.is_paused = True, False, False
        self.has_ended = False
        protocol.connection_made(self)

    def write(self, data: bytes) -> None:  # type: ignore[override]
        if self.closed:
            return
        self.sent += data
        if self.high_water is None:
            return
        self.waiting += len(data)
        if self.waiting > self.high_water and not self.is_paused:
            self.is_paused = True
            self.protocol.pause_writing()

    def writelines(self, chunks: Any) -> None:
        self.write(b"".join(chunks))

    def take(self) -> None:
        """The client reads everything."""
        self.waiting = 0
        if self.is_paused:
            self.is_paused = False
            self.protocol.resume_writing()

    def get_write_buffer_size(self) -> int:
        return self.waiting

    def is_reading(self) -> bool:
        return self.reads

    def pause_reading(self) -> None:
        self.reads = False

    def resume_reading(self) -> None:
        self.reads = True
        if self.has_ended:
            asyncio.get_running_loop().call_soon(self.end)

    def close(self) -> None:
        if not self.closed:
            self.closed = True
            asyncio.get_running_loop().call_soon(self.protocol.connection_lost, None)

    def abort(self) -> None:
        self.close()

    def end(self) -> None:
        """The client sends no more; the protocol hears of it as soon as it reads."""
        self.has_ended = True
        if self.reads and not self.closed and not self.protocol.eof_received():
            self.close()

    def is_closing(self) -> bool:
        return self.closed


class Street:
    """One application with documents of every sort, its gate, and a way past the gate."""

    def __init__(self, press: Press, gate: Gate, server: web.Server) -> None:
        self.press, self.gate, self.server = press, gate, server

    def door(self, high_water: int | None = None) -> Transport:
        """A client at the door."""
        return Transport(Door(self.gate), high_water)

    def plain(self) -> Transport:
        """A client at aiohttp itself."""
        return Transport(Inner(self.server, asyncio.get_running_loop(), self.gate.counts))

    async def ask(self, transport: Transport, *chunks: bytes) -> bytes:
        """Send chunks, each when the one before is dealt with; what was answered, but for dates."""
        if not chunks:
            await settled(transport)
        for chunk in chunks:
            while transport.high_water is None and not transport.reads and not transport.closed:
                await asyncio.sleep(0.001)  # the door lets aiohttp take breath
            if not transport.closed and transport.reads:
                transport.protocol.data_received(chunk)
            await settled(transport)
        return DATE.sub(b"", bytes(transport.sent))

    async def ask_and_end(self, transport: Transport, sent: bytes) -> bytes:
        """Send bytes and nothing more, at once; what was answered, but for dates."""
        transport.protocol.data_received(sent)
        transport.end()
        await settled(transport)
        return DATE.sub(b"", bytes(transport.sent))

    async def without_table(self, sent: bytes) -> bytes:
        """What aiohttp alone answers at the door to a client that sends bytes and nothing more."""
        lines, self.gate.lines = self.gate.lines, {}
        try:
            return await self.ask_and_end(self.door(), sent)
        finally:
            self.gate.lines = lines

    async def both(self, *chunks: bytes) -> tuple[bytes, bytes]:
        """The same chunks to the door and past it: what each said, and `closed` at the end if it hung up."""
        said = []
        for transport in (self.door(), self.plain()):
            answer = await self.ask(transport, *chunks)
            said.append(answer + (b"[closed]" if transport.closed else b""))
            transport.close()
        return said[0], said[1]


async def settled(transport: Transport) -> None:
    """Let the loop run until nothing more is written."""
    quiet, size = 0, -1
    while quiet < 12:
        await asyncio.sleep(0)
        quiet = quiet + 1 if size == len(transport.sent) and not BUSY else 0
        size = len(transport.sent)


DOCUMENTS: dict[str, dict[str, Any]] = {
    "/": {"body": b"<!doctype html><title>Home</title>" * 20, "media_type": "text/html; charset=utf-8", "max_age": 60},
    "/feeds/all.rss": {
        "body": FEED,
        "media_type": "application/rss+xml; charset=utf-8",
        "updated": NOON,
        "varies_by_reader": True,
        "cors": True,
        "links": ('</hub>; rel="hub"', '</feeds/all.rss>; rel="self"'),
    },
    "/story/": {"body": STORY, "media_type": "application/octet-stream", "policy": "amp", "robots": "noindex"},
    "/empty": {"body": b"", "media_type": "text/plain"},
    "/search/": {"body": b"found nothing" * 30, "media_type": "text/html", "max_age": 0},
    "/odd": {"body": b"teapot" * 50, "media_type": "text/plain", "status": 418},
    "/_/error/404": {"body": b"<p>Not here</p>" * 30, "media_type": "text/html; charset=utf-8", "max_age": 0},
    "/_/view/feeds/all.rss": {"body": b"<p>This is a feed</p>" * 30, "media_type": "text/html"},
}


async def build(_: Context, call: Call) -> Answer:
    if call.path == "/old/":
        return Redirect("/old/", "/story/")
    if call.path == "/gone/":
        return Withdrawn("/gone/")
    if call.path == "/slow/":
        await asyncio.sleep(0.05)
        return document("/slow/", b"at last" * 50, "text/plain")
    if call.path == "/down/":
        raise StoreUnavailable("the disk is gone")
    if call.path == "/broken/":
        raise RuntimeError("a handler's bug")
    if call.path not in DOCUMENTS:
        raise NotFound(f"nothing at {call.path}")
    fields = dict(DOCUMENTS[call.path])
    return document(call.path, fields.pop("body"), fields.pop("media_type"), keys=frozenset({"k"}), **fields)


async def no_delta(path: str, tags: list[str]) -> Document | None:
    return document(path, b"only the new", "application/rss+xml", status=226) if "known" in tags else None


async def upload(request: web.Request) -> web.Response:
    return web.Response(text=f"{len(await request.read())} bytes")


@asynccontextmanager
async def street(deadlines: Deadlines | None = None, settings: Settings | None = None) -> AsyncIterator[Street]:
    """A street whose documents are all in the cache already."""
    settings = settings or Settings()
    store = MemoryStore()
    await store.open()
    async with asyncio.TaskGroup() as group:
        context: Any = SimpleNamespace(store=store, settings=settings, clock=lambda: NOON, shared=Shared())
        press = Press(context, Catalogue([kind("any", r"/.*", build, query="q")]), group.create_task)
        await press.start()
        for path in DOCUMENTS:
            await press.answer(path)
        await press.answer("/search/", {"q": "tide"})
        hosts = Hosts(settings, BASE)
        gate = Gate(press.cache.lines, hosts, context.clock, deadlines)
        handler = Handler(press, hosts, BASE, no_delta)
        runner = web.AppRunner(
            make_app(handler, [web.put("/upload", upload)], middlewares=[gate.middleware, busy]), access_log=None
        )
        await runner.setup()
        server = runner.server
        assert server is not None
        gate.open(lambda: Inner(server, asyncio.get_running_loop(), gate.counts))
        try:
            yield Street(press, gate, server)
        finally:
            gate.close()
            await runner.cleanup()


def expiring(entry: Entry, at: datetime | None) -> None:
    """Let a kept answer expire at an instant."""
    entry.expires_at = at


def mode(client: Transport) -> int:
    """Who has a client's connection: the door, or aiohttp."""
    return client.protocol.mode
