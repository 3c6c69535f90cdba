"""The composition root: the only place that names an engine, starts tasks and ends them."""

from __future__ import annotations

import asyncio
import gc
import os
import signal
import socket
import sys
from collections.abc import Awaitable, Callable, Coroutine, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

import uvloop
from aiohttp import web
from aiohttp.typedefs import Middleware

from publisher import definition, setting
from publisher.asset import Assets
from publisher.audience.link import Links
from publisher.audience.newsletter import Newsletter
from publisher.audience.post import Post
from publisher.audience.postman import Postman
from publisher.audience.subscriber import Subscribers
from publisher.audience.views import Counter
from publisher.bell import Bell
from publisher.catalogue import Catalogue, feed
from publisher.catalogue.base import Context
from publisher.catalogue.kinds import KINDS
from publisher.date import Clock, now
from publisher.desk import Desk
from publisher.desk.token import Tokens
from publisher.error import Refused
from publisher.format.robots import headers_of_all
from publisher.format.template import Templates
from publisher.mailbox import sender
from publisher.media.library import Library
from publisher.media.workshop import Workshop
from publisher.model import Site
from publisher.polish import Polisher
from publisher.press import Press
from publisher.setting import Settings, site_of
from publisher.store.newsletter import NewsletterStore
from publisher.store.port import Store
from publisher.store.sqlite import SqliteStore
from publisher.store.sqlite_newsletter import SqliteNewsletter
from publisher.store.sqlite_views import SqliteViews
from publisher.store.views import MemoryViews, ViewStore
from publisher.web.api import Room, api_routes
from publisher.web.app import make_admin_app, make_app
from publisher.web.client import Clients
from publisher.web.document import Handler
from publisher.web.gate import Gate
from publisher.web.guard import Failures, Guard
from publisher.web.host import Hosts
from publisher.web.log import AccessLog
from publisher.web.media import MediaHandler
from publisher.web.micropub import micropub_routes
from publisher.web.newsletter import ASKS, ASKS_SECONDS, NewsletterHandler
from publisher.web.preview import PreviewHandler, Signer, preview_key
from publisher.web.seen import routes as seen_routes
from publisher.web.site import DoorSite
from publisher.web.watch import Meters, Watch
from publisher.web.wordpress import Wordpress

T = TypeVar("T")

DATABASE = "site.db"
SETTINGS = "site.toml"
VIEWS = "views.db"
NEWSLETTER = "newsletter.db"
MEDIA = "media"
DRAIN_SECONDS = 30.0
HANDLER_SECONDS = 4.0
"""What aiohttp gives its handlers after the gate has let them end, to be cancelled and to be gone."""
SWITCH_SECONDS = 0.0005
"""How long a thread that works keeps the event loop waiting, and the loop a thread: Python's own 5 ms are many hits."""


@dataclass(frozen=True, slots=True)
class House:
    """One site, put together: what commands and the server work with."""

    folder: Path
    settings: Settings
    site: Site
    context: Context
    store: Store
    press: Press
    desk: Desk
    library: Library
    workshop: Workshop
    counter: Counter
    subscribers: Subscribers
    group: asyncio.TaskGroup
    bell: Bell
    readers: NewsletterStore | None = None
    newsletter: Newsletter | None = None


def run(work: Coroutine[Any, Any, T]) -> T:
    """Run a coroutine to its end on the fastest loop there is."""
    with asyncio.Runner(loop_factory=_loop_factory()) as runner:
        return runner.run(work)


def _loop_factory() -> Callable[[], asyncio.AbstractEventLoop] | None:
    if sys.platform == "win32" or os.environ.get("PUBLISHER_LOOP") == "asyncio":
        return None
    return uvloop.new_event_loop


def settings_of(folder: Path, flags: Mapping[str, Any] | None = None) -> Settings:
    """The settings of a site's folder, environment and flags on top. Raises InvalidSetting."""
    return setting.load(folder / SETTINGS, os.environ, flags)


async def with_house(folder: Path, settings: Settings, work: Callable[[House], Awaitable[T]], clock: Clock = now) -> T:
    """Open a site's folder, let `work` use it, and close everything whatever happens."""
    make_folder(folder)
    store, views, readers = SqliteStore(folder / DATABASE), SqliteViews(folder / VIEWS), readers_of(folder, settings)
    await store.open()
    try:
        await views.open()
        if readers:
            await readers.open()
        return await _with_tasks(lambda group: _work(folder, settings, store, views, readers, group, clock, work))
    finally:
        if readers:
            await readers.close()
        await views.close()
        await store.close()


def readers_of(folder: Path, settings: Settings) -> NewsletterStore | None:
    """The newsletter's addresses, where there is a newsletter or was one."""
    file = folder / NEWSLETTER
    return SqliteNewsletter(file) if settings.has_newsletter or file.exists() else None


async def _with_tasks(work: Callable[[asyncio.TaskGroup], Awaitable[T]]) -> T:
    """Run `work` with a TaskGroup; its own error comes out as it is, not wrapped in a group."""
    failure: Exception | None = None
    async with asyncio.TaskGroup() as group:
        try:
            result = await work(group)
        except Exception as error:
            failure = error
    if failure is not None:
        raise failure
    return result


async def _work(
    folder: Path,
    settings: Settings,
    store: Store,
    views: ViewStore,
    readers: NewsletterStore | None,
    group: asyncio.TaskGroup,
    clock: Clock,
    work: Callable[[House], Awaitable[T]],
) -> T:
    house = await compose(folder, settings, store, group, clock, views, readers)
    try:
        return await work(house)
    finally:
        await house.workshop.close()


async def compose(
    folder: Path,
    settings: Settings,
    store: Store,
    group: asyncio.TaskGroup,
    clock: Clock = now,
    views: ViewStore | None = None,
    readers: NewsletterStore | None = None,
) -> House:
    """Put a site together over an open store; its press follows the log from here on."""
    site, workshop = site_of(settings), Workshop()
    library = Library(folder / MEDIA, workshop)
    library.clean()
    counter = Counter(store, views or MemoryViews(), clock)
    context = _context(folder, settings, store, clock, counter, library)
    press = Press(context, Catalogue(KINDS), group.create_task)
    await press.start()
    bell = Bell(folder)
    desk = Desk(store, settings, site.host, clock, library, partial(announce, bell, press), context.feeds)
    await desk.keep_shelves(settings.sections, settings.authors)
    return House(
        folder,
        settings,
        site,
        context,
        store,
        press,
        desk,
        library,
        workshop,
        counter,
        Subscribers(store, clock),
        group,
        bell,
        readers,
        newsletter_of(context, folder, readers),
    )


async def announce(bell: Bell, press: Press) -> None:
    """Let everyone know what was committed: the other processes soon, this one when it returns."""
    bell.ring()
    await press.catch_up()


def _context(
    folder: Path, settings: Settings, store: Store, clock: Clock, counter: Counter, library: Library
) -> Context:
    """What documents are built from."""
    assets = Assets(folder)
    return Context(
        site=site_of(settings),
        settings=settings,
        store=store,
        assets=assets,
        templates=Templates(assets),
        feeds=definition.load(assets),
        clock=clock,
        views=counter,
        library=library,
    )


def newsletter_of(context: Context, folder: Path, readers: NewsletterStore | None) -> Newsletter | None:
    """The newsletter, if the settings say that there is one. Raises InvalidSetting."""
    if readers is None or not context.settings.has_newsletter:
        return None
    return Newsletter(context, readers, Links(preview_key(folder)))


def postman_of(house: House) -> Postman | None:
    """Who sends the newsletter, if there is one. Raises InvalidSetting when its library is missing."""
    if house.newsletter is None:
        return None
    author = sender(house.settings.newsletter_from)
    return Postman(house.newsletter, Post(house.settings, author), author, house.group.create_task)


def make_folder(folder: Path) -> None:
    """Make a site's folder; raises Refused when it can't be written to."""
    try:
        (folder / MEDIA).mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise Refused(f"{folder}: can't be written to ({error.strerror}); choose another folder with --site") from error
    if not os.access(folder, os.W_OK):
        raise Refused(f"{folder}: is read-only; choose another folder with --site")


def listen(host: str, port: int) -> socket.socket:
    """A listening socket; raises Refused with what to do when the port is taken or not allowed."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    sock = socket.socket(family, socket.SOCK_STREAM)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        sock.bind((host, port))
    except OSError as error:
        sock.close()
        hint = f"try --port {port + 1}" if port else "choose another --host"
        raise Refused(f"can't listen on {host}:{port} ({error.strerror}); {hint}") from error
    sock.listen(1024)
    return sock


async def serve_until(
    house: House,
    sock: socket.socket,
    ready: Callable[[House], Awaitable[None]],
    stop: asyncio.Event | None = None,
    admin: socket.socket | None = None,
    meters: Meters | None = None,
) -> None:
    """Serve a house on a socket until `stop` is set (or a signal comes), then drain.

    `admin` is a socket for health and metrics; `meters` are the numbers that it shows.
    """
    stop = stop or stop_on_signals()
    gate, postman = gate_of(house), postman_of(house)
    runner = web.AppRunner(app_of(house, gate), access_log=None, shutdown_timeout=HANDLER_SECONDS)
    await runner.setup()
    watch = Watch(house.press, house.store, gate, meters or Meters.of(1), stop)
    counters = (house.counter.run(), house.subscribers.run())
    warm = asyncio.to_thread(house.context.templates.warm)
    quiet = (warm, Polisher(house.press.cache).run(), *([postman.run()] if postman else ()))
    work = (follow(house), house.desk.keep_time(), *counters, watch.run(), *quiet)
    tasks = [house.group.create_task(each) for each in work]
    desks = await _open_admin(admin, watch, Gate({}, gate.hosts))
    settle()
    try:
        await DoorSite(runner, sock, gate).start()
        watch.write()
        await ready(house)
        await stop.wait()
        watch.write()
    finally:
        await runner.cleanup()
        await gate.gone(DRAIN_SECONDS)
        gate.close()
        await desks.cleanup()
        for task in tasks:
            task.cancel()


def settle() -> None:
    """Make a process ready to serve for long: what a start leaves for good is walked by no collection any more.

    That would hold up every hit for 60 ms.
    """
    gc.collect()
    gc.freeze()
    sys.setswitchinterval(SWITCH_SECONDS)


async def follow(house: House) -> None:
    """Follow the other processes' writes, woken by them, until cancelled."""
    with house.bell.listening():
        await house.press.follow(house.bell.pause)


async def _open_admin(admin: socket.socket | None, watch: Watch, gate: Gate) -> web.AppRunner:
    """Health and metrics, behind a gate of their own: slow clients are cut there, too, and no request is lost."""
    runner = web.AppRunner(make_admin_app(watch.checks, watch.text, [gate.middleware]), access_log=None)
    await runner.setup()
    if admin is not None:
        await DoorSite(runner, admin, gate).start()
    return runner


def gate_of(house: House) -> Gate:
    """The gate of a house: its cache's table, its hosts, its access log."""
    settings = house.settings
    lines = house.press.cache.lines if settings.door else {}
    gate = Gate(lines, Hosts(settings, house.site.base), house.context.clock)
    if settings.access_log != "off":
        clients = Clients(settings.trusted_proxies)
        gate.log = AccessLog(sys.stdout, clients, with_hits=settings.access_log == "all")
    return gate


def app_of(house: House, gate: Gate) -> web.Application:
    """The web application of a house."""
    hosts = Hosts(house.settings, house.site.base)
    delta = partial(feed.delta, house.context)
    handler = Handler(house.press, hosts, house.site.base, delta, house.subscribers.note)
    media = MediaHandler(house.library.rendition, house.press)
    clients = Clients(house.settings.trusted_proxies)
    room = room_of(house, clients, hosts)
    previews = PreviewHandler(house.context, house.press, room.signer)
    asks = Failures(limit=ASKS, seconds=ASKS_SECONDS)
    letters = NewsletterHandler(house.press, house.newsletter, clients, asks)
    readers = (*media.routes(), *seen_routes(house.counter.note, clients), *previews.routes(), *letters.routes())
    routes = [handler.own(each) for each in readers]
    middlewares: list[Middleware] = [gate.middleware]
    if house.settings.write_api:
        wordpress = Wordpress(room)
        routes += [*api_routes(room), *wordpress.routes(), *micropub_routes(room)]
        middlewares.append(wordpress.by_query())
    headers = headers_of_all(house.settings)
    return make_app(handler, routes, middlewares, body_bytes=house.settings.body_bytes, headers=headers)


def room_of(house: House, clients: Clients, hosts: Hosts) -> Room:
    """What the ways in by HTTP work with."""
    return Room(
        base=house.site.base,
        language=house.site.language,
        body_bytes=house.settings.body_bytes,
        desk=house.desk,
        store=house.store,
        guard=Guard(Tokens(house.store, house.context.clock), clients, hosts),
        signer=Signer(preview_key(house.folder)),
        clock=house.context.clock,
    )


def stop_on_signals() -> asyncio.Event:
    """An event that SIGINT and SIGTERM set."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)
    return stop
