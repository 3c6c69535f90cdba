"""The front door: an asyncio protocol before aiohttp's that answers cache hits at wire speed.

A door owns its connection. It answers a request when the request line stands in the cache's table
and the header block is one that it can vouch for; anything else goes, byte for byte, to aiohttp's
protocol, which is made at the first such request. What it answers is what the ordinary handler
would answer but for the value of Date. What all doors share is in `gate.py`.
"""

from __future__ import annotations

import asyncio
import socket
import struct
from typing import TYPE_CHECKING, cast

from aiohttp import web

from publisher.coding import IDENTITY
from publisher.representation import Representation
from publisher.web.conditional import UNCONDITIONAL
from publisher.web.document import is_feed
from publisher.web.head import UNREADABLE, Asked, is_request_line, read

if TYPE_CHECKING:
    from publisher.cache import Entry
    from publisher.web.gate import Gate

FREE, AWAY, PINNED, CLOSED = range(4)
"""The door answers; aiohttp has one whole request and gives the connection back when it has
answered; aiohttp keeps the connection; nobody listens any more."""

JOINED = 16_384
"""Bytes of a body up to which head and body are joined into one string: longer ones cost more to copy."""

GULP = 16_384
"""Bytes that aiohttp gets before its handler has begun; then it must first decide what to make of them."""
BREATH_SECONDS = 0.005
TURNS = 8
"""Turns of the loop in which aiohttp begins with a request that it has whole, with some to spare."""

AT_ONCE = struct.pack("ii", 1, 0)
"""Linger, for no second: what is unsent is dropped, and the client is told by a reset."""

CLOSE = b"Connection: close\r\n\r\n"

if TYPE_CHECKING:
    Told = tuple[Entry, bytes, bytes, bytes, bytes | None]

NOTHING = cast("Told", None)
"""What was told last, if it may be told again: of which entry, to which request line, under which stamp of the gate,
head and body (None: a 304)."""

_HEAD = b"H"[0]
_OK = 200


class Door(asyncio.Protocol):
    """One connection."""

    __slots__ = (
        "_asked",
        "_block",
        "_gate",
        "_has_ended",
        "_inner",
        "_paused",
        "_pending",
        "_said",
        "_told",
        "_transport",
        "_turn",
        "mark",
        "mode",
        "request",
        "since",
        "taken",
    )

    def __init__(self, gate: Gate) -> None:
        self._gate = gate
        self._transport: asyncio.Transport = cast(asyncio.Transport, None)
        self._inner: asyncio.Protocol | None = None
        self._block = b""
        self._asked: Asked = UNREADABLE
        self._said: bytes | None = None
        self._told = NOTHING
        self._pending = b""
        self._paused = False
        self._has_ended = False
        self._turn: asyncio.Handle | None = None
        self.mode = FREE
        self.since = gate.tick
        self.taken = 0
        self.mark = 0
        self.request: web.BaseRequest | None = None

    # The hit path: written for speed, in one piece

    def data_received(self, data: bytes) -> None:
        """Answer a hit, or find out who shall."""
        if data == self._said:
            gate, (entry, line, stamp, head, body) = self._gate, self._told
            if (
                stamp is gate.start_200
                and gate.lines.get(line) is entry
                and (entry.expires_at is None or entry.expires_at > gate.clock())
            ):
                entry.hot += 1
                self.since = gate.tick
                if body is None:
                    gate.counts.unmodified += 1
                    self._transport.write(head)
                else:
                    gate.counts.whole += 1
                    self._send(stamp, head, body)
                return
        self._look(data)

    def _look(self, data: bytes) -> None:
        """Answer one whole head that stands in the table; whatever else came is read with care."""
        cut = data.find(b"\r\n")
        line = data[:cut]
        entry = self._gate.lines.get(line)
        if entry is not None and self.mode is FREE and not self._paused:
            block = data[cut:-2]
            if block != self._block and data.find(b"\r\n\r\n", cut) + 4 == len(data):
                self._block, self._asked = block, read(block, self._gate.is_allowed)
            if block == self._block and data[-2:] == b"\r\n" and self._answer(entry, line):
                self._said = None if self._told is NOTHING or self._paused else data
                return
        self._read(data)

    def _send(self, start: bytes, head: bytes, body: bytes) -> None:
        if len(body) > JOINED:
            self._transport.writelines((start + head, body))
        else:
            self._transport.write(b"".join((start, head, body)))

    def _answer(self, entry: Entry, line: bytes) -> bool:
        """Answer from the cache as the block last read asks; False when the ordinary handler must."""
        gate, asked = self._gate, self._asked
        if not asked.is_answerable or (entry.expires_at is not None and entry.expires_at <= gate.clock()):
            return False
        made = cast(Representation, entry.answer)
        document = made.document
        if document.status != _OK or (asked.opens and (document.varies_by_reader or is_feed(document.path))):
            return False
        variants = made.variants
        for name in asked.likes:
            if name in variants:
                variant = variants[name]
                break
        else:
            variant = variants[IDENTITY]
        entry.hot += 1
        self.since, self._told = gate.tick, NOTHING
        is_head = line[0] == _HEAD
        if asked.condition is not UNCONDITIONAL and asked.condition.is_met(document.etag, document.updated):
            gate.counts.unmodified += 1
            status, start, head, body = 304, gate.start_304, variant.head_304, b""
        elif is_head:
            gate.counts.heads += 1
            status, start, head, body = _OK, gate.start_200, variant.head, b""
        else:
            gate.counts.whole += 1
            status, start, head, body = _OK, gate.start_200, variant.head, variant.body
        if asked.closes or gate.is_draining:
            self._transport.writelines((start, head[:-2], CLOSE, body))
            self.close()
        else:
            if status == _OK:
                self._send(start, head, body)
            else:
                head = gate.whole_304(head)
                self._transport.write(head)
            if not is_head:
                self._told = (entry, line, gate.start_200, head, body if status == _OK else None)
        if gate.log is not None and gate.log.with_hits:
            self._told = NOTHING
            method, block = "HEAD" if is_head else "GET", self._block
            gate.log.hit(method, entry.target, status, len(body), self._peer(), block, asked.agent)
        return True

    def _peer(self) -> str:
        name = self._transport.get_extra_info("peername")
        return str(name[0]) if name else ""

    # Everything else

    def _read(self, data: bytes) -> None:
        """Take what came: heads that the door answers, one after the other, then the rest for aiohttp."""
        if self.mode is not FREE:
            self._forward(data)
        elif not self._is_vouched(data):
            pending, self._pending = self._pending, b""
            self._hand_over(pending + data, PINNED)
        elif self._paused:
            self._pending += data
        else:
            self._read_heads(data)

    def _is_vouched(self, data: bytes) -> bool:
        """Whether it is whole heads and nothing else: for one bad head aiohttp refuses the good ones before it too."""
        place = 0
        while place < len(data):
            cut, end = data.find(b"\r\n", place), data.find(b"\r\n\r\n", place) + 4
            if end < 4 or not self._asks(data[cut : end - 2]).is_whole or not is_request_line(data[place:cut]):
                return False
            place = end
        return True

    def _asks(self, block: bytes) -> Asked:
        """What a header block asks for; the last one is remembered."""
        if block != self._block:
            self._block, self._asked = block, read(block, self._gate.is_allowed)
        return self._asked

    def _read_heads(self, data: bytes) -> None:
        """Answer heads until one is for aiohttp, or the client must read first."""
        self._said = None
        place = 0
        while place < len(data) and self.mode is FREE:
            if self._paused:
                self._pending = data[place:]
                return
            end = data.find(b"\r\n\r\n", place) + 4
            cut = data.find(b"\r\n", place)
            line = data[place:cut]
            entry = self._gate.lines.get(line)
            self._asks(data[cut : end - 2])
            if entry is None or not self._answer(entry, line):
                self._hand_over(data[place:], AWAY if end == len(data) else PINNED)
            place = end

    def _hand_over(self, data: bytes, mode: int) -> None:
        self.mode, self._said = mode, None
        if self._inner is None:
            self._inner = self._gate.open_inner(self)
            self._inner.connection_made(self._transport)
            if self._paused:
                self._inner.pause_writing()
        self._feed(self._inner, data)

    def _forward(self, data: bytes) -> None:
        """Give aiohttp more: a second request before the first is answered makes the connection its own."""
        if self.mode is not CLOSED and self._inner is not None:
            self.mode = PINNED
            self._feed(self._inner, data)

    def _feed(self, inner: asyncio.Protocol, data: bytes) -> None:
        if self.request is None and not self.taken:
            self.since = self._gate.tick
        self.taken += len(data)
        inner.data_received(data)
        if self.request is None and self.taken > GULP and self._may_pause():
            self._transport.pause_reading()
            asyncio.get_running_loop().call_later(BREATH_SECONDS, self._breathe)

    def _may_pause(self) -> bool:
        """Whether it is the door's to read on after a pause: what aiohttp holds up, it lets go on itself."""
        return self._transport.is_reading() and not self._transport.is_closing()

    def _breathe(self) -> None:
        """Read on; by now the handler has begun, or aiohttp has hung up on a head without end."""
        if not self._transport.is_closing():
            self._transport.resume_reading()

    # What the gate tells

    def entered(self, request: web.BaseRequest) -> None:
        """The handler has begun with a request."""
        self._gate.counts.handed += 1
        self.request = request
        self.since, self.taken = self._gate.tick, 0
        if self._has_ended:
            self._end_body()

    def left(self, is_alive: bool) -> None:
        """The whole response is written; `is_alive`: the connection may live on."""
        self.request = None
        self.since, self.taken = self._gate.tick, 0
        if self.mode is AWAY and is_alive:
            self.mode = FREE
            self._hold()
        if self._has_ended:
            self._finish(TURNS)

    @property
    def unsent(self) -> int:
        """Bytes written that the client hasn't taken yet."""
        return self._transport.get_write_buffer_size()

    @property
    def is_reading(self) -> bool:
        """Whether the client may send: not while aiohttp has more of a body than the handler took."""
        return self._transport.is_reading()

    @property
    def is_idle(self) -> bool:
        """Nothing is asked for, nothing is left to send."""
        return self.mode is FREE and not self._pending and not self.unsent

    def close(self) -> None:
        """Send what is written, then end the connection."""
        self.mode, self._said = CLOSED, None
        self._pending = b""
        self._transport.close()

    def abort(self) -> None:
        """End the connection now, for the client and the kernel, too, which would offer it the rest for minutes."""
        self.mode, self._said = CLOSED, None
        if (sock := self._transport.get_extra_info("socket")) is not None:
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, AT_ONCE)
        self._transport.abort()

    # What the transport tells

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """A client is there."""
        self._transport = cast(asyncio.Transport, transport)
        self._gate.doors.add(self)

    def connection_lost(self, exc: Exception | None) -> None:
        """The client is gone, or was sent away."""
        self.mode, self._said = CLOSED, None
        self._pending = b""
        self._gate.forget(self, self._inner)
        if self._inner is not None:
            self._inner.connection_lost(exc)

    def eof_received(self) -> bool:
        """The client sends no more, but still reads: stay until everything that it asked for is answered."""
        self._has_ended = True
        if self.mode is FREE:
            return bool(self._pending)
        self._end_body()
        self._finish(TURNS)
        return True

    def _end_body(self) -> None:
        """A body that isn't whole by now never will be (RFC 9112 8)."""
        if self.request is not None and not self.request.content.is_eof():
            self.request.content.set_exception(web.RequestPayloadError("the client ended within the body"))

    def _finish(self, turns: int) -> None:
        """Close when neither the door nor aiohttp has a request left."""
        if self._turn is not None:
            self._turn.cancel()
        if self.request is not None or self._pending or self.mode is CLOSED:
            return
        if turns and self.mode is not FREE:
            self._turn = asyncio.get_running_loop().call_soon(self._finish, turns - 1)
        else:
            self.close()

    def pause_writing(self) -> None:
        """The client reads too slowly: read no more and answer no more until it has caught up."""
        self._paused, self._said = True, None
        if self._inner is not None:
            self._inner.pause_writing()
        self._hold()

    def _hold(self) -> None:
        if self._paused and self.mode is FREE and not self._transport.is_closing():
            self._transport.pause_reading()

    def resume_writing(self) -> None:
        """The client has caught up: go on where it stopped."""
        self._paused = False
        self.since = self._gate.tick
        if self._inner is not None:
            self._inner.resume_writing()
        if self.mode is FREE and not self._transport.is_closing():
            pending, self._pending = self._pending, b""
            self._read_heads(pending)
            if self._has_ended:
                self._finish(TURNS)
            elif not self._paused and not self._transport.is_closing():
                self._transport.resume_reading()
