"""One site, put together: the only place that names an engine. It knows no HTTP, so commands begin without it."""

from __future__ import annotations

import asyncio
import os
import secrets
import sys
import tempfile
from collections.abc import Awaitable, Callable, Coroutine, Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

import uvloop

from publisher import definition, setting
from publisher.asset import Assets
from publisher.audience.link import Links
from publisher.audience.newsletter import Newsletter
from publisher.audience.subscriber import Subscribers
from publisher.audience.views import Counter
from publisher.bell import Bell
from publisher.catalogue import Catalogue
from publisher.catalogue.base import Context
from publisher.catalogue.kinds import KINDS
from publisher.date import Clock, now
from publisher.desk import Desk
from publisher.error import Refused
from publisher.format.template import Templates
from publisher.media.library import Library
from publisher.media.workshop import Workshop
from publisher.model import Site
from publisher.press import Press
from publisher.setting import Settings, site_of
from publisher.store.newsletter import NewsletterStore
from publisher.store.port import Store
from publisher.store.sqlite import SqliteStore
from publisher.store.sqlite_newsletter import SqliteNewsletter
from publisher.store.sqlite_views import SqliteViews
from publisher.store.views import MemoryViews, ViewStore

T = TypeVar("T")

DATABASE = "site.db"
SETTINGS = "site.toml"
VIEWS = "views.db"
NEWSLETTER = "newsletter.db"
MEDIA = "media"
KEY_FILE = "preview.key"
KEY_BYTES = 32


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


def preview_key(folder: Path) -> bytes:
    """The key in the site's folder (0600), made now if there is none; several processes agree on one."""
    path = folder / KEY_FILE
    if not path.exists():
        number, name = tempfile.mkstemp(dir=folder, prefix=".preview-")
        with os.fdopen(number, "wb") as new:
            new.write(secrets.token_bytes(KEY_BYTES))
        with suppress(FileExistsError):
            os.link(name, path)
        os.unlink(name)
    return path.read_bytes()


def make_folder(folder: Path) -> None:
    """Make a site's folder; raises Refused when it can't be written to."""
    try:
        (folder / MEDIA).mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise Refused(f"{folder}: can't be written to ({error.strerror}); choose another folder") from error
    if not os.access(folder, os.W_OK):
        raise Refused(f"{folder}: is read-only for this user; run as its owner, or choose another folder")
