"""The feeds of a world behind the real server: press, handler, conditional requests, codings."""

from __future__ import annotations

import asyncio
import dataclasses
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from functools import partial

import msgspec
from aiohttp import web

from publisher.catalogue.feed import delta
from publisher.model import Article
from publisher.press import Press
from publisher.web.app import make_app
from publisher.web.document import Handler
from publisher.web.host import Hosts
from tests.feed.world import World
from tests.tool.port import free_port


@dataclass(frozen=True, slots=True)
class Seen:
    """One request and what it got."""

    method: str
    path: str
    headers: dict[str, str]
    status: int
    bytes: int


@dataclass
class Server:
    """A running server; `seen` are the requests that it has answered."""

    world: World
    press: Press
    base: str
    seen: list[Seen] = field(default_factory=list)

    async def publish(self, *articles: Article) -> list[Article]:
        """Store articles and let the press see the changes, as the desk does."""
        stored = await self.world.publish(*articles)
        await self.press.catch_up()
        return stored

    async def edit(self, stored: Article, **fields: object) -> Article:
        """Change a stored article and let the press see it."""
        changed = await self.world.edit(stored, **fields)
        await self.press.catch_up()
        return changed

    def statuses(self, path: str) -> list[int]:
        """What requests for a path got, in order."""
        return [each.status for each in self.seen if each.path == path]


def at(world: World, base: str) -> World:
    """The world at another address."""
    site = msgspec.structs.replace(world.context.site, base=base)
    world.context = dataclasses.replace(world.context, site=site)
    return world


@asynccontextmanager
async def serving(world: World | None = None) -> AsyncIterator[Server]:
    """Serve a world's feeds on a free port of 127.0.0.1 until the block ends."""
    port = free_port()
    base = f"http://127.0.0.1:{port}"
    world = at(world or World(), base)
    async with asyncio.TaskGroup() as group:
        press = Press(world.context, world.catalogue, group.create_task)
        await press.start()
        server = Server(world, press, base)
        hosts = Hosts(world.context.settings, base)
        app = make_app(Handler(press, hosts, base, partial(delta, world.context)))
        app.on_response_prepare.append(recorder(server))
        runner = web.AppRunner(app, access_log=None)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", port).start()
        try:
            yield server
        finally:
            await runner.cleanup()


def recorder(server: Server) -> Callable[[web.Request, web.StreamResponse], Awaitable[None]]:
    """What notes every request and its answer."""

    async def record(request: web.Request, response: web.StreamResponse) -> None:
        body = response.body if isinstance(response, web.Response) else None
        size = len(body) if isinstance(body, bytes) else 0
        server.seen.append(Seen(request.method, request.path_qs, dict(request.headers), response.status, size))

    return record
