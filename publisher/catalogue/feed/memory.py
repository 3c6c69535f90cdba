"""What a feed must remember: when it last changed, and which entries each of its tags stood for.

`updated` never goes back and moves only when what the feed shows has changed (feeds.md 14): so
the store keeps, per feed, the last value with what it stood for. For deltas (RFC 3229) it keeps,
per address, the last tags with the marks of their entries (ruling 6). A memory that can't be
written costs nothing but precision: the feed is served all the same.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta

import msgspec

from publisher import date, key
from publisher.catalogue.base import Context
from publisher.catalogue.feed.address import Feed
from publisher.catalogue.feed.render import Line
from publisher.error import StoreUnavailable
from publisher.model import Article

log = logging.getLogger(__name__)

VERSIONS = 200
VERSION_BYTES = 80_000
VERSION_AGE = timedelta(days=30)
ASKED = 500
"""More changed articles than that are asked for by the feed's keys, not one by one."""

Shown = Mapping[int, int]
"""Article id -> hash of what its entry depends on."""


class Stand(msgspec.Struct, frozen=True, array_like=True):
    """What a feed showed when it last changed, when that was, and when its oldest entry leaves its window."""

    updated: datetime
    shown: dict[int, int]
    leaves: datetime | None = None


class Version(msgspec.Struct, frozen=True, array_like=True):
    """One tag that was given out: when, and the marks of the entries behind it."""

    etag: str
    at: datetime
    marks: bytes


async def updated(context: Context, feed: Feed, lines: Sequence[Line]) -> datetime:
    """When what the feed holds or has lost last changed; remembers it."""
    articles, shown = [line.article for line in lines], {line.article.id: line.state for line in lines}
    if feed.query:
        return _edited(context, articles)
    name = f"feed{feed.stem}"
    last = _stand(await context.store.recall(name))
    if last and last.shown == shown:
        return last.updated
    now = Stand(await _moved(context, feed, articles, shown, last), shown, _leaves(feed, articles))
    await _remember(context, name, msgspec.msgpack.encode(now))
    return now.updated


def _stand(value: bytes | None) -> Stand | None:
    try:
        return msgspec.msgpack.decode(value, type=Stand) if value else None
    except msgspec.DecodeError:
        return None


async def _moved(
    context: Context, feed: Feed, articles: Sequence[Article], shown: Shown, last: Stand | None
) -> datetime:
    if last is None:
        found = await _newest(context, feed, shown.keys())
        return found or _edited(context, articles) if articles else await _first(context, feed)
    changed = {id for id in shown.keys() | last.shown.keys() if shown.get(id) != last.shown.get(id)}
    moved = await _newest(context, feed, changed)
    if moved is None or moved <= last.updated:
        change = await context.store.newest(feed.keys | {key.SITE})
        moved = date.whole(change.at) if change else last.updated
    if last.leaves and last.leaves <= context.clock():
        moved = max(moved, last.leaves)
    return max(moved, last.updated)


async def _newest(context: Context, feed: Feed, ids: Iterable[int]) -> datetime | None:
    wanted = frozenset(map(key.article, ids))
    change = await context.store.newest(wanted if len(wanted) <= ASKED else feed.keys)
    return date.whole(change.at) if change else None


async def _first(context: Context, feed: Feed) -> datetime:
    """An empty feed: its last change, or the site's first one."""
    change = await context.store.newest(feed.keys)
    if change is None:
        change = next(iter(await context.store.changes(0, 1)), None)
    return date.whole(change.at) if change else date.EPOCH


def _edited(context: Context, articles: Sequence[Article]) -> datetime:
    """The newest edit among articles, for what has no log: never in the future."""
    edits = [instant for each in articles for instant in (each.published, each.updated) if instant]
    return date.whole(min(max(edits, default=date.EPOCH), context.clock()))


def _leaves(feed: Feed, articles: Sequence[Article]) -> datetime | None:
    """When the oldest entry grows too old for the feed's window."""
    seconds = feed.definition.window_seconds
    oldest = min((each.published for each in articles if each.published), default=None)
    return oldest + timedelta(seconds=seconds) if seconds and oldest else None


async def remember_version(context: Context, path: str, etag: str, marks: bytes) -> None:
    """Keep a tag that is given out, so that a delta can be made from it."""
    known = await versions(context, path)
    if known and known[-1].etag == etag:
        return
    now = context.clock()
    others = [each for each in known if each.etag != etag and now - each.at < VERSION_AGE]
    kept = _bounded([*others, Version(etag, date.whole(now), marks)])
    await _remember(context, f"tags{path}", msgspec.msgpack.encode(kept))


def _bounded(found: list[Version]) -> list[Version]:
    kept, size = found[-VERSIONS:], sum(len(each.marks) + 40 for each in found[-VERSIONS:])
    while len(kept) > 1 and size > VERSION_BYTES:
        size -= len(kept.pop(0).marks) + 40
    return kept


async def versions(context: Context, path: str) -> tuple[Version, ...]:
    """The tags of an address that are remembered, oldest first."""
    value = await context.store.recall(f"tags{path}")
    try:
        return msgspec.msgpack.decode(value, type=tuple[Version, ...]) if value else ()
    except msgspec.DecodeError:
        return ()


async def _remember(context: Context, name: str, value: bytes) -> None:
    try:
        await context.store.remember(name, value)
    except StoreUnavailable as error:
        log.warning("%s is not remembered: %s", name, error)
