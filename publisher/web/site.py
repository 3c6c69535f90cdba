"""A listening socket behind which each connection has a door; and aiohttp's protocol, made quiet."""

from __future__ import annotations

import asyncio
import socket

from aiohttp import web
from aiohttp.http_exceptions import LineTooLong
from multidict import CIMultiDict

from publisher.representation import GUARDED
from publisher.version import SERVER
from publisher.web.door import Door
from publisher.web.gate import Counts, Gate

NEVER = 1e7
"""Seconds for aiohttp's own idle timer: the gate keeps the time instead."""

TARGET_BYTES = 8_000
"""What a request may name (RFC 9112 3 asks for so much); not aiohttp's limit of a field, so that one tells from which
limit an error came."""


class Inner(web.RequestHandler):
    """aiohttp's protocol; a malformed request leaves no traceback in the log and is not reflected."""

    __slots__ = ("_counts",)

    def __init__(self, server: web.Server, loop: asyncio.AbstractEventLoop, counts: Counts) -> None:
        super().__init__(
            server,
            loop=loop,
            keepalive_timeout=NEVER,
            access_log=None,  # type: ignore[arg-type]
            max_line_size=TARGET_BYTES,
        )
        self._counts = counts

    def handle_error(
        self, request: web.BaseRequest, status: int = 500, exc: BaseException | None = None, message: str | None = None
    ) -> web.StreamResponse:
        """A request that can't be parsed gets a plain 400, or a 414; a handler's failure is aiohttp's to log.

        What was raised because the connection is over is nobody's failure, and its answer goes nowhere.
        """
        if status == 500 and not isinstance(exc, ConnectionError):
            return super().handle_error(request, status, exc, message)
        self._counts.malformed += status < 500
        if exc is not None:
            exc.__traceback__ = None  # its frames hold what was received until the next collection of cycles
        is_long = isinstance(exc, LineTooLong) and exc.args[1] == TARGET_BYTES
        status, why = (414, "the address is too long") if is_long else (status, "the request is malformed")
        rows = CIMultiDict((("Server", SERVER), *GUARDED))
        response = web.Response(status=status, text=f"{status}: {why}\n", headers=rows)
        response.force_close()
        return response

    def log_exception(self, *args: object, exc_info: object = None, **rest: object) -> None:
        """A body that can't be read is the client's fault, and not worth a traceback."""
        if not isinstance(exc_info, web.RequestPayloadError | web.PayloadAccessError):
            super().log_exception(*args, exc_info=exc_info, **rest)


class DoorSite(web.BaseSite):
    """A listening socket with a gate behind it; stopped by its runner like any other site."""

    def __init__(self, runner: web.BaseRunner, sock: socket.socket, gate: Gate, backlog: int = 1024) -> None:
        super().__init__(runner, backlog=backlog)
        self._sock = sock
        self._gate = gate

    @property
    def name(self) -> str:
        """Where it listens."""
        host, port = self._sock.getsockname()[:2]
        return f"http://{f'[{host}]' if ':' in host else host}:{port}"

    async def start(self) -> None:
        """Open the doors."""
        await super().start()
        loop, server = asyncio.get_running_loop(), self._runner.server
        assert server is not None
        self._gate.open(lambda: Inner(server, loop, self._gate.counts))
        self._server = await loop.create_server(lambda: Door(self._gate), sock=self._sock, backlog=self._backlog)

    async def stop(self) -> None:
        """Accept no more, then let the doors drain; what aiohttp holds, the runner ends."""
        await super().stop()
        await self._gate.drain()
