"""A feed behind aiohttp as its manual shows it: an application, a response for each request, aiohttp's own validators.

python -m bench.peer.aiohttp_usual FOLDER PORT [log]  serves until told to stop; with `log`, aiohttp's access log is on,
as `run_app` leaves it in a program that shows its log.
"""

from __future__ import annotations

import hashlib
import logging
import sys
from datetime import UTC, datetime
from pathlib import Path

import uvloop
from aiohttp import web


def application(folder: Path) -> web.Application:
    """Serves the feed of a folder, plain or in gzip."""
    body, coded = ((folder / name).read_bytes() for name in ("feed.rss", "feed.rss.gz"))
    tag, updated = hashlib.md5(body).hexdigest(), datetime.now(UTC)

    async def feed(request: web.Request) -> web.Response:
        is_coded = "gzip" in request.headers.get("Accept-Encoding", "")
        known = request.if_none_match or ()
        if any(each.value in (tag, "*") for each in known):
            response = web.Response(status=304)
        else:
            response = web.Response(
                body=coded if is_coded else body, content_type="application/rss+xml", charset="utf-8"
            )
            if is_coded:
                response.headers["Content-Encoding"] = "gzip"
        response.headers["Cache-Control"] = "public, max-age=300"
        response.headers["Vary"] = "Accept-Encoding"
        response.etag = tag
        response.last_modified = updated
        return response

    app = web.Application()
    app.router.add_get("/feed.rss", feed)
    return app


def main(folder: Path, port: int, has_log: bool) -> None:
    """Serve until the process is ended."""
    if has_log:
        logging.basicConfig(level=logging.INFO)
    web.run_app(application(folder), host="127.0.0.1", port=port, loop=uvloop.new_event_loop())


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]), "log" in sys.argv)
