"""The server's composition: the only place that starts its tasks and ends them."""

from __future__ import annotations

import asyncio
import errno
import gc
import logging
import signal
import socket
import sys
import traceback
from collections.abc import Awaitable, Callable
from functools import partial

from aiohttp import web
from aiohttp.typedefs import Middleware

from publisher.audience.post import Post
from publisher.audience.postman import Postman
from publisher.catalogue import feed
from publisher.desk.token import Tokens
from publisher.error import Refused
from publisher.format.robots import headers_of_all
from publisher.house import House, preview_key
from publisher.mailbox import sender
from publisher.polish import Polisher
from publisher.seldom import Seldom
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
from publisher.web.preview import PreviewHandler, Signer
from publisher.web.seen import routes as seen_routes
from publisher.web.site import DoorSite
from publisher.web.watch import Meters, Watch
from publisher.web.wordpress import Wordpress

log = logging.getLogger(__name__)

DRAIN_SECONDS = 30.0
HANDLER_SECONDS = 4.0
"""What aiohttp gives its handlers after the gate has let them end, to be cancelled and to be gone."""
PAUSE_SECONDS = 1.0
"""After a fault, before work is begun again."""
SWITCH_SECONDS = 0.0005
"""How long a thread that works keeps the event loop waiting, and the loop a thread: Python's own 5 ms are many hits."""


def postman_of(house: House) -> Postman | None:
    """Who sends the newsletter, if there is one. Raises InvalidSetting when its library is missing."""
    if house.newsletter is None:
        return None
    author = sender(house.settings.newsletter_from)
    return Postman(house.newsletter, Post(house.settings, author), author, house.group.create_task)


def listen(host: str, port: int, option: str = "--port") -> socket.socket:
    """A listening socket; raises Refused with what to do when the port (of that option) is taken or not allowed."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    sock = socket.socket(family, socket.SOCK_STREAM)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        sock.bind((host, port))
    except OSError as error:
        sock.close()
        raise Refused(f"can't listen on {host}:{port} ({error.strerror}); {_hint(error, port, option)}") from error
    sock.listen(1024)
    return sock


def _hint(error: OSError, port: int, option: str) -> str:
    if error.errno == errno.EADDRINUSE:
        return f"try {option} {port + 1}"
    return f"try {option} {port + 8000}" if error.errno == errno.EACCES else "choose another --host"


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
    watch = Watch(house.press, house.store, gate, meters or Meters.of(1), stop, house.subscribers.total)
    counters = (house.counter.run, house.subscribers.run)
    warm = partial(asyncio.to_thread, house.context.templates.warm)
    quiet = (warm, Polisher(house.press.cache).run, *([postman.run] if postman else ()))
    work = (partial(follow, house), house.desk.keep_time, *counters, watch.run, *quiet)
    tasks = [house.group.create_task(lasting(each)) for each in work]
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


async def lasting(work: Callable[[], Awaitable[None]], pause_seconds: float = PAUSE_SECONDS) -> None:
    """Do work beside the serving to its end: a fault in it is said, it begins again, and requests are answered on."""
    seldom = Seldom(log)
    while True:
        try:
            return await work()
        except Exception as error:
            seldom.warning("begun again after a fault: %s", "".join(traceback.format_exception(error)))
        await asyncio.sleep(pause_seconds)


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
