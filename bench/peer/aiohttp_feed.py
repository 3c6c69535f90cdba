"""A feed behind the plainest handler that aiohttp can have: one comparison of tags, then bytes or a 304.

python -m bench.peer.aiohttp_feed FILE PORT  says `ready` and serves until told to stop.
"""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

import uvloop
from aiohttp import web

TAG = '"made-by-hand"'


def application(body: bytes) -> web.Application:
    """Serves the bytes at every path."""
    headers = {
        "ETag": TAG,
        "Cache-Control": "public, max-age=300",
        "Content-Type": "application/rss+xml; charset=utf-8",
    }

    async def feed(request: web.Request) -> web.Response:
        if request.headers.get("If-None-Match") == TAG:
            return web.Response(status=304, headers={"ETag": TAG, "Cache-Control": headers["Cache-Control"]})
        return web.Response(body=body, headers=headers)

    app = web.Application()
    app.router.add_get("/{name}", feed)
    return app


async def main(body: bytes, port: int) -> None:
    """Serve the bytes until the process is ended."""
    runner = web.AppRunner(application(body), access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", port).start()
    print("ready", flush=True)
    await asyncio.Event().wait()


if __name__ == "__main__":
    uvloop.run(main(Path(sys.argv[1]).read_bytes(), int(sys.argv[2])))
