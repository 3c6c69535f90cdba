"""One worker that serves a folder's files as documents, with all that a site's server has but its store."""

from __future__ import annotations

import asyncio
import signal
import socket
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import uvloop
from aiohttp import web

from publisher.catalogue import Catalogue
from publisher.catalogue.base import Call, Context, document, kind
from publisher.catalogue.shared import Shared
from publisher.date import now
from publisher.error import NotFound
from publisher.model import Answer, Document
from publisher.press import Press
from publisher.setting import Settings
from publisher.store.memory import MemoryStore
from publisher.web.app import make_app
from publisher.web.document import Handler
from publisher.web.gate import Gate
from publisher.web.host import Hosts
from publisher.web.site import DoorSite

NOT_FOUND = b"<!doctype html><title>Not found</title>" * 20
TYPES = {".rss": "application/rss+xml; charset=utf-8", ".xml": "application/xml", ".html": "text/html; charset=utf-8"}


class Shelf:
    """Documents made of the files of a folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    async def build(self, _: Context, call: Call) -> Answer:
        if call.path == "/_/error/404":
            return document(call.path, NOT_FOUND, TYPES[".html"], max_age=0)
        file = self.folder / call.path.strip("/")
        if not file.is_file():
            raise NotFound(f"no file for {call.path}")
        max_age = 0 if file.stem.startswith("miss") else 300
        return document(call.path, file.read_bytes(), TYPES[file.suffix], updated=now(), max_age=max_age)


async def no_delta(_: str, __: list[str]) -> Document | None:
    return None


async def main(folder: Path, names: list[str], port: int, mode: str) -> None:
    """Serve until told to stop; `mode` is `door`, or `plain` for aiohttp alone."""
    store, stop = MemoryStore(), asyncio.Event()
    await store.open()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    async with asyncio.TaskGroup() as group:
        settings = Settings(cache_bytes=512_000_000)
        context: Any = SimpleNamespace(store=store, settings=settings, clock=now, shared=Shared())
        press = Press(context, Catalogue([kind("file", r"/.*", Shelf(folder).build)]), group.create_task)
        await press.start()
        for name in names:
            await press.answer(f"/{name}")
        await serve(press, port, mode, stop)


async def serve(press: Press, port: int, mode: str, stop: asyncio.Event) -> None:
    hosts = Hosts(Settings(), f"http://127.0.0.1:{port}")
    gate = Gate(press.cache.lines, hosts)
    handler = Handler(press, hosts, f"http://127.0.0.1:{port}", no_delta)
    runner = web.AppRunner(make_app(handler, middlewares=[gate.middleware]), access_log=None)
    await runner.setup()
    sock = socket.create_server(("127.0.0.1", port), backlog=1024)
    site = DoorSite(runner, sock, gate) if mode == "door" else web.SockSite(runner, sock)
    await site.start()
    print("ready", flush=True)
    await stop.wait()
    await runner.cleanup()


if __name__ == "__main__":
    shelf = Path(sys.argv[1])
    kept = sorted(each.name for each in shelf.iterdir() if each.suffix in TYPES)
    uvloop.run(main(shelf, kept, int(sys.argv[2]), sys.argv[3]))
