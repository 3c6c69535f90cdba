"""The beacon: a reader's browser says that a page was looked at. Answers 204, whatever came of it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from aiohttp import web

from publisher.web.client import Clients

PATH = "/_/seen"
MAX_BYTES = 20

Note = Callable[[int, str, str], bool]
"""(article's id, client's address, User-Agent) -> whether it counted."""


def routes(note: Note, clients: Clients) -> tuple[web.RouteDef, ...]:
    """The one route of the beacon."""

    async def seen(request: web.Request) -> web.Response:
        if request.headers.get("Sec-Fetch-Site", "same-origin") == "same-origin":
            id = await _number(request)
            if id:
                note(id, clients.address(request), request.headers.get("User-Agent", ""))
        return web.Response(status=204, headers={"Cache-Control": "no-store"})

    return (web.post(PATH, seen),)


async def _number(request: web.Request) -> int:
    """The article's number in the body, 0 for anything else."""
    if (request.content_length or 0) > MAX_BYTES:
        return 0
    try:
        text = await request.content.readexactly(MAX_BYTES)
    except asyncio.IncompleteReadError as end:
        text = end.partial
    return int(text) if text.strip().isdigit() else 0
