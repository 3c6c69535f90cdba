"""Target -> answer: one build per target however many wait, kept until the change log throws it out.

The press follows the log: `catch_up` reads the changes since its cursor and purges the cache by
their keys. Whoever writes in this process calls it before acknowledging; `follow` calls it when
another process has written.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Coroutine, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import msgspec

from publisher import key
from publisher.cache import Answered, Cache, Entry
from publisher.catalogue import Catalogue, Target
from publisher.catalogue.base import Context
from publisher.catalogue.feed.memory import remember_version
from publisher.error import NotFound, PublisherError, StoreUnavailable
from publisher.model import Answer, Document
from publisher.representation import Edge, Representation, represent_soon
from publisher.seldom import Seldom

log = logging.getLogger(__name__)

Spawn = Callable[[Coroutine[Any, Any, None]], object]
"""Starts a task in a TaskGroup that somebody owns."""
Pause = Callable[[float], Awaitable[object]]
"""Waits so many seconds, or less."""

MISS_BYTES = 1_000_000
ASKED_SHARE = 16
"""A sixteenth of the cache is for answers with arguments: anyone can ask for ever new ones."""
SHORT = 40_000
"""Bytes that are compressed on the event loop, in a sixth of a millisecond."""
BATCH = 1000
TOO_MANY = 10_000
POLL_SECONDS = 0.1
"""How soon another process's write is noticed when nothing wakes the press."""
PUT_BACK = timedelta(seconds=10)
"""A clock that goes back by more was set, not trimmed."""


@dataclass(slots=True)
class Counts:
    """What the press did since it started."""

    hits: int = 0
    stale: int = 0
    builds: int = 0
    joined: int = 0
    refused: int = 0
    failures: int = 0
    purged: int = 0


@dataclass(frozen=True, slots=True)
class _Flight:
    """One build under way, and the newest change that it is sure to see."""

    as_of: int
    result: asyncio.Future[Entry]


class Press:
    """Makes and keeps answers; one per process, on one event loop."""

    def __init__(self, context: Context, catalogue: Catalogue, spawn: Spawn, max_bytes: int = 0) -> None:
        self.context = context
        self.catalogue = catalogue
        self.cache = Cache(max_bytes or context.settings.cache_bytes)
        self.misses = Cache(MISS_BYTES)
        self.asked = Cache(self.cache.max_bytes // ASKED_SHARE)
        self.edge = Edge(context.settings.cdn_keys, context.settings.cdn_max_age)
        self.counts = Counts()
        self.cursor = 0
        self._spawn = spawn
        self._flights: dict[str, _Flight] = {}
        self._catching_up = asyncio.Lock()

    async def start(self) -> None:
        """Begin at the newest change; the cache is empty, so nothing before it matters."""
        self._reach(await self.context.store.seq())

    @property
    def building(self) -> int:
        """How many answers are being built now."""
        return len(self._flights)

    async def answer(self, path: str, query: Mapping[str, str] | None = None) -> Answered:
        """What stands at a path: bytes, a redirect, a withdrawal or NotFound as a value.

        Raises StoreUnavailable when it must be built and can't be, and no older one may be served.
        """
        target = self.catalogue.target(path, query or {})
        entry = (self.asked if target.query else self.cache).get(target.name) or self.misses.get(target.name)
        if entry is None:
            return (await self._build(target)).answer
        now = self.context.clock()
        if entry.is_fresh(now):
            self.counts.hits += 1
            return entry.answer
        if entry.is_usable(now):
            self.counts.stale += 1
            self._launch(target)
            return entry.answer
        return (await self._rebuild(target, entry)).answer

    async def _rebuild(self, target: Target, last: Entry) -> Entry:
        try:
            return await self._build(target)
        except StoreUnavailable:
            return last

    async def _build(self, target: Target) -> Entry:
        return await asyncio.shield(self._launch(target).result)

    def _launch(self, target: Target) -> _Flight:
        flight = self._flights.get(target.name)
        if flight is not None and flight.as_of >= self.cursor:
            self.counts.joined += 1
            return flight
        flight = _Flight(self.cursor, asyncio.get_running_loop().create_future())
        flight.result.add_done_callback(_seen)
        self._flights[target.name] = flight
        self._spawn(self._fly(target, flight))
        return flight

    async def _fly(self, target: Target, flight: _Flight) -> None:
        try:
            entry = await self._made(target)
            self._keep(target, entry, flight.as_of)
            flight.result.set_result(entry)
        except asyncio.CancelledError:
            flight.result.cancel()
            raise
        except Exception as error:
            self._failed(target, error)
            flight.result.set_exception(error)
        finally:
            if self._flights.get(target.name) is flight:
                del self._flights[target.name]

    async def _made(self, target: Target) -> Entry:
        self.counts.builds += 1
        try:
            answer = await self.catalogue.build(self.context, target)
        except NotFound as error:
            return Entry(target.name, error.with_traceback(None), frozenset({key.path(target.path)}))
        return await self._entry(target, answer)

    async def _entry(self, target: Target, answer: Answer) -> Entry:
        own = key.path(target.path)
        if not isinstance(answer, Document):
            return Entry(target.name, answer, frozenset({own}))
        keyed = msgspec.structs.replace(answer, keys=answer.keys | {own, key.SITE}, shows=None, marks=None)
        made = await self._represented(keyed) if answer.marks is None else await self._remembered(keyed, answer.marks)
        return Entry(target.name, made, keyed.keys, answer.expires_at, answer.stale_seconds)

    async def _represented(self, document: Document) -> Representation:
        """With its codings: those of a short body take no longer than the way to a thread and back."""
        if len(document.body) <= SHORT:
            return represent_soon(document, self.edge)
        return await asyncio.to_thread(represent_soon, document, self.edge)

    async def _remembered(self, document: Document, marks: bytes) -> Representation:
        """Its tag is kept before it is given out, so that a delta can be made from it: the disk works meanwhile."""
        remember = remember_version(self.context, document.path, document.etag, marks)
        made, _ = await asyncio.gather(self._represented(document), remember)
        return made

    def _keep(self, target: Target, entry: Entry, as_of: int) -> None:
        kept = self.asked if target.query else self.cache
        cache = kept if isinstance(entry.answer, Representation) else self.misses
        if not cache.put(entry, as_of):
            self.counts.refused += 1

    def _failed(self, target: Target, error: Exception) -> None:
        self.counts.failures += 1
        if isinstance(error, PublisherError):
            log.warning("%s was not built: %s", target.name, error)
        else:
            log.error("%s was not built", target.name, exc_info=error)

    async def catch_up(self) -> None:
        """Purge what the changes since the cursor touched; when it returns they are visible."""
        async with self._catching_up:
            while await self._step() == BATCH:
                pass

    async def _step(self) -> int:
        """Purge what the next changes touched, everything when they are too many; BATCH while there may be more."""
        changes = await self.context.store.changes(self.cursor, BATCH)
        if len(changes) == BATCH and (newest := await self.context.store.seq()) - self.cursor > TOO_MANY:
            self._purge_all(newest)
            return BATCH
        for change in changes:
            self._purge(change.keys, change.seq)
            self._reach(change.seq)
        return len(changes)

    def _purge(self, keys: frozenset[str], seq: int) -> None:
        self.counts.purged += self.cache.purge(keys, seq) + self.asked.purge(keys, seq)
        self.misses.clear(seq)

    def _purge_all(self, seq: int) -> None:
        for each in (self.cache, self.asked, self.misses):
            each.clear(seq)
        self._reach(seq)

    def _reach(self, seq: int) -> None:
        """Stand at a change: what is built from here on shares nothing with other pages that is older."""
        self.cursor = self.context.shared.known = seq

    async def follow(self, pause: Pause = asyncio.sleep) -> None:
        """Watch for writes of other processes, until cancelled; `pause` may end early when there is one."""
        seen, time, seldom = -1, self.context.clock(), Seldom(log)
        while True:
            time = self._watch_clock(time)
            try:
                mark = await self.context.store.watch()
                if mark != seen:
                    await self.catch_up()
                    seen = mark
            except StoreUnavailable as error:
                seldom.warning("the change log can't be read: %s", error)
            await pause(POLL_SECONDS)

    def _watch_clock(self, before: datetime) -> datetime:
        """The time; when it was put back, what ends with time would stand until the old time comes again."""
        now = self.context.clock()
        if before - now > PUT_BACK:
            self._purge_all(self.cursor)
        return now


def _seen(result: asyncio.Future[Entry]) -> None:
    """Take note of an exception that nobody waited for, so that the loop doesn't report it."""
    if not result.cancelled():
        result.exception()
