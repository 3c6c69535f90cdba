"""The floor of any server in Python: a protocol of uvloop's that answers whatever comes with the same bytes.

python -m bench.peer.uvloop_constant FILE PORT  serves a gzip file until told to stop.
"""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path
from typing import cast

import uvloop

HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/rss+xml\r\nContent-Encoding: gzip\r\nContent-Length: %d\r\n\r\n"


class Constant(asyncio.Protocol):
    """One connection; it reads nothing of what it is asked."""

    def __init__(self, answer: bytes) -> None:
        self.answer = answer

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """A client is there."""
        self.transport = cast("asyncio.WriteTransport", transport)

    def data_received(self, data: bytes) -> None:
        """Answer."""
        self.transport.write(self.answer)


async def main(body: bytes, port: int) -> None:
    """Serve until killed."""
    answer = HEAD % len(body) + body
    server = await asyncio.get_running_loop().create_server(lambda: Constant(answer), "127.0.0.1", port)
    await server.serve_forever()


if __name__ == "__main__":
    uvloop.run(main(Path(sys.argv[1]).read_bytes(), int(sys.argv[2])))
