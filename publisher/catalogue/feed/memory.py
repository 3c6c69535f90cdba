"""What a feed must remember: when it last changed, and which entries each of its tags stood for.

`updated` never goes back and moves only when what the feed shows has changed (feeds.md 14): so
the store keeps, per feed, the last value with what it stood for, before a document that says it
is given out, and in one commit with its tag. For deltas (RFC 3229) it keeps, per address, the last
tags with the marks of their entries (ruling 6), each under a name of its own: a publication adds to
them and writes no old one again. A memory that can't be written, or not soon, costs nothing but
precision: the feed is served all the same.
"""

from __future__ import annotations

import asyncio
import itertools
import logging
import zlib
from collections.abc import Awaitable, Iterable, Sequence
from datetime import datetime, timedelta
from functools import partial

import msgspec

from publisher import date, key
from publisher.catalogue import box
from publisher.catalogue.base import Context
from publisher.catalogue.feed.address import Feed
from publisher.catalogue.feed.render import FEW, Line, aside
from publisher.error import StoreUnavailable

log = logging.getLogger(__name__)

VERSIONS = 200
VERSION_BYTES = 80_000
VERSION_AGE = timedelta(days=30)
TIDIED = 16
"""Of so many tags one, by chance, has those thrown out that are too many or too old."""
MANY_MARKS = 5000
"""Bytes of marks that are never left lying."""
SECOND = timedelta(seconds=1)
PATIENCE_SECONDS = 0.2
"""How long a reader waits for the store to write: another process may be writing much, or for long."""
ITSELF = 0
"""Stands among the articles for what the feed says of itself: a new name changes its bytes, too."""
ASKED = 500
"""More changed articles than that are asked for by the feed's keys, not one by one."""


class Stand(msgspec.Struct, frozen=True, array_like=True):
    """When a feed last changed, what it showed then (article id -> state), and when its oldest entry grows too old.

    `again`: when it is dated anew, for what it showed before within the same second.
    """

    updated: datetime
    shown: dict[int, int]
    leaves: datetime | None = None
    again: datetime | None = None

    def lasts(self, now: datetime) -> bool:
        """Whether its date stands while it shows the same."""
        return self.again is None or now < self.again


class Version(msgspec.Struct, frozen=True, array_like=True):
    """One tag that was given out: when, and the marks of the entries behind it."""

    at: datetime
    marks: bytes


async def updated(context: Context, feed: Feed, lines: Sequence[Line], previous: str = "") -> Stand:
    """When what the feed holds or has lost last changed, found once for all formats that show the same.

    Before a document that says it is given out it is kept: by `remember_version` or `keep_stand`.
    `previous`: the path of the archive that it leads to, in whatever format.
    """
    if feed.query:
        return Stand(_edited(context, lines), {})
    shown = {line.article_id: line.state for line in lines} | {ITSELF: _said_of(context, feed, previous)}
    if len(lines) > FEW:
        return await _stood(context, feed, lines, shown)
    kept = await box.shared(context, ("updated", feed.stem), lambda: _stood(context, feed, lines, shown))
    is_so = kept.shown == shown and kept.lasts(context.clock())
    return kept if is_so else await _stood(context, feed, lines, shown)


def _said_of(context: Context, feed: Feed, previous: str) -> int:
    """A hash of what a feed says of itself, wherever the site stands."""
    site, image = context.site, feed.definition.image
    said = (feed.title, feed.description, feed.language, feed.page, image, site.icon, site.logo, site.copyright)
    return zlib.crc32("\0".join((*said, site.title, site.hub, previous.rpartition(".")[0])).encode())


async def _stood(context: Context, feed: Feed, lines: Sequence[Line], shown: dict[int, int]) -> Stand:
    """How a feed stands that shows this: as is remembered, or with what moved it now."""
    name = _name(feed.stem)
    kept = await context.store.recall(name)
    last, changed = await aside(len(lines), _compared, (context.stands.get(name), kept), shown)
    if last and not changed and last.lasts(context.clock()):
        return last
    moved = await (_moved(context, feed, changed, last) if last else _began(context, feed, lines, changed))
    is_hasty = last and changed and moved == last.updated and context.shared.as_of is None  # a build has no next second
    stand = Stand(moved, shown, _leaves(feed, lines), moved + SECOND if is_hasty else None)
    value = await aside(len(lines), msgspec.msgpack.encode, stand)
    context.stands.put(name, value, len(value))
    return stand


def _name(stem: str) -> str:
    return f"feed{stem}"


def _compared(values: Iterable[bytes | None], shown: dict[int, int]) -> tuple[Stand | None, set[int]]:
    """The latest of what was remembered, and the articles in which it differs from what is shown now."""
    last = max(filter(None, map(_stand, values)), key=lambda each: each.updated, default=None)
    before = {ITSELF: shown[ITSELF]} | last.shown if last else {}  # of an older release it isn't known: it stays
    return last, {id for id in shown.keys() | before.keys() if shown.get(id) != before.get(id)}


def _stand(value: bytes | None) -> Stand | None:
    try:
        return msgspec.msgpack.decode(value, type=Stand) if value else None
    except msgspec.DecodeError:
        return None


async def _began(context: Context, feed: Feed, lines: Sequence[Line], ids: Iterable[int]) -> datetime:
    """A feed that nothing is remembered of: the newest change of what it holds; empty, its own or the site's first."""
    if lines:
        return await _newest(context, feed, ids) or _edited(context, lines)
    change = await context.store.newest(feed.keys) or next(iter(await context.store.changes(0, 1)), None)
    return date.whole(change.at) if change else date.EPOCH


async def _moved(context: Context, feed: Feed, changed: Iterable[int], last: Stand) -> datetime:
    """The newest change among what differs; where it says nothing new, of the feed's lists or the site (a new name).

    Two changes in one second must not have one Last-Modified: libcurl's clients would drop the second unread.
    """
    moved = await _newest(context, feed, changed)
    if moved is None or moved <= last.updated:
        change = await context.store.newest(feed.keys | {key.SITE})
        moved = date.whole(change.at) if change else last.updated
    if last.leaves and last.leaves <= context.clock():
        moved = max(moved, last.leaves)
    return max(moved, min(last.updated + SECOND, date.whole(context.clock())), last.updated)


async def _newest(context: Context, feed: Feed, ids: Iterable[int]) -> datetime | None:
    wanted = frozenset(map(key.article, ids))
    change = await context.store.newest(wanted if len(wanted) <= ASKED else feed.keys)
    return date.whole(change.at) if change else None


def _edited(context: Context, lines: Sequence[Line]) -> datetime:
    """The newest edit among articles, for what has no log: never in the future."""
    newest = max((line.edited for line in lines), default=date.EPOCH)
    return date.whole(min(newest, context.clock()))


def _leaves(feed: Feed, lines: Sequence[Line]) -> datetime | None:
    """When the oldest entry grows too old for the feed's window."""
    seconds = feed.definition.window_seconds
    oldest = min((line.published for line in lines), default=None)
    return oldest + timedelta(seconds=seconds) if seconds and oldest else None


async def keep_stand(context: Context, path: str) -> None:
    """Keep when the feed of a document that is to be given out changed last; nothing to do where it hasn't."""
    name = _name(path.rpartition(".")[0])
    value = context.stands.get(name)
    if not value or not await _is_kept(name, context.store.amend(name, partial(_later, made=value))):
        return
    if context.stands.get(name) is value:
        context.stands.put(name, b"", 0)


def _later(kept: bytes | None, made: bytes) -> bytes:
    """The later of two stands: another process may have come first with a newer one."""
    before, now = _stand(kept), _stand(made)
    return kept if kept and before and now and before.updated > now.updated else made


async def remember_version(context: Context, path: str, etag: str, marks: bytes) -> None:
    """Keep a tag that is given out, so that a delta can be made from it, and when its feed changed last."""
    await asyncio.gather(keep_stand(context, path), _keep_version(context, path, etag, marks))


async def _keep_version(context: Context, path: str, etag: str, marks: bytes) -> None:
    name, last = _version(path, etag), context.tags.get(path)
    now = context.clock()
    if last != etag and (last is not None or not _is_young(await context.store.recall(name), now)):
        made = msgspec.msgpack.encode(Version(now, marks))
        if not await _is_kept(
            name, context.store.amend(name, lambda kept: kept if kept and _is_young(kept, now) else made)
        ):
            return
        if len(marks) > MANY_MARKS or zlib.crc32(etag.encode()) % TIDIED == 0:
            await _is_kept(name, _tidy(context, path))
    context.tags.put(path, etag, len(path))


def _is_young(value: bytes | None, now: datetime) -> bool:
    """Whether a tag was given out lately; bytes without a date come back as they were, and so does their tag."""
    known = _said(value) if value else None
    return known is not None and now - known.at < VERSION_AGE / 2


def _version(path: str, etag: str = "") -> str:
    return f"tag{path} {etag}"


async def _tidy(context: Context, path: str) -> None:
    """Throw out what is remembered beyond the bounds."""
    found = await context.store.recall_all(_version(path))
    kept = _bounded(found, context.clock())
    await asyncio.gather(*(context.store.forget(name) for name, _ in found if name.rpartition(" ")[2] not in kept))


async def versions(context: Context, path: str) -> dict[str, bytes]:
    """The marks behind the tags of an address that are remembered, by tag, the newest first."""
    return _bounded(await context.store.recall_all(_version(path)), context.clock())


def _bounded(found: Iterable[tuple[str, bytes]], now: datetime) -> dict[str, bytes]:
    known = [(name.rpartition(" ")[2], each) for name, value in found if (each := _said(value))]
    young = [(etag, each) for etag, each in known if now - each.at < VERSION_AGE]
    newest = sorted(young, key=lambda pair: pair[1].at, reverse=True)[:VERSIONS]
    sizes = itertools.accumulate(len(each.marks) + 40 for _, each in newest)
    return {etag: each.marks for (etag, each), size in zip(newest, sizes, strict=True) if size <= VERSION_BYTES}


def _said(value: bytes) -> Version | None:
    try:
        return msgspec.msgpack.decode(value, type=Version)
    except msgspec.DecodeError:
        return None


async def _is_kept(name: str, write: Awaitable[None]) -> bool:
    """Wait for a write, but neither long nor for a store that can't; whether it was done."""
    try:
        async with asyncio.timeout(PATIENCE_SECONDS):
            await write
        return True
    except TimeoutError:
        log.info("%s is remembered later, if at all: the store is busy", name)
    except StoreUnavailable as error:
        log.warning("%s is not remembered: %s", name, error)
    return False
