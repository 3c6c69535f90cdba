"""Editions as Documents: the head feed, its monthly archives, and what is new since a known tag."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Sequence
from datetime import datetime, timedelta

import msgspec

from publisher import key, url
from publisher.catalogue import box
from publisher.catalogue.base import Call, Context
from publisher.catalogue.feed import edition, memory
from publisher.catalogue.feed.address import FORMAT, Feed, archive_path, definition_of, find, of_definition
from publisher.catalogue.feed.edition import Edition, Printed
from publisher.catalogue.feed.render import FORMATS, render, within
from publisher.error import NotFound
from publisher.format import fragment
from publisher.format.feed import MEDIA_TYPES, Link
from publisher.model import Article, Document, Place, Sort

ARCHIVE_PART = 200
"""Places in one archive document: an entry's place is permanent, so a full part never changes."""
ARCHIVE_BYTES = 2_000_000
MONTH_LIMIT = 100_000

ARCHIVE = re.compile(
    rf"/feeds/(?P<name>[a-z0-9][a-z0-9-]*)/(?P<year>\d{{4}})/(?P<month>\d\d)(?:-(?P<part>[1-9]\d{{0,5}}))?{FORMAT}"
)


async def build(context: Context, call: Call) -> Document:
    """The feed at a path; raises NotFound."""
    feed, format = await find(context, call.path, call.query)
    made = await edition.current(context, feed, format)
    done = await edition.printed(context, made)
    found = _document(context, made, done, _keys(feed))
    return found if feed.query else msgspec.structs.replace(found, marks=done.marks)


def _keys(feed: Feed) -> frozenset[str]:
    """The feed's own; where it leads to archives also what tells of a new month, whoever writes its first article."""
    return feed.keys | {key.LATEST} if feed.definition.archive else feed.keys


def _document(context: Context, made: Edition, done: Printed, keys: frozenset[str]) -> Document:
    seconds = edition.ttl_seconds(context, made.feed)
    return Document(
        path=made.path,
        body=done.body,
        media_type=f"{MEDIA_TYPES[made.format]}; charset=utf-8",
        etag=done.etag,
        updated=made.head.updated,
        keys=keys,
        max_age=seconds,
        expires_at=min(filter(None, (made.again, _expiry(context, made, seconds))), default=None),
        stale_seconds=0 if made.again else seconds,  # else a date goes back from one process to the other
        links=_link_headers(made),
        robots="noindex",
        policy="closed",
        cors=True,
        varies_by_reader=True,
        shows=made.looked_at if made.feed.selection.sort is Sort.NEWEST else None,
    )


def _expiry(context: Context, made: Edition, seconds: int) -> datetime | None:
    """A search has no keys, and views purge nothing: both age. A window loses its oldest entry at a known moment."""
    if made.feed.query:
        return context.clock() + timedelta(seconds=seconds)
    if made.feed.selection.sort is Sort.VIEWS:
        return context.clock() + timedelta(seconds=context.settings.box_max_age)
    window = made.feed.definition.window_seconds
    if not window:
        return None
    oldest = min((line.published for line in made.lines), default=None)
    return oldest + timedelta(seconds=window) if oldest else None


def _link_headers(made: Edition) -> tuple[str, ...]:
    """Link header values (RFC 8288): self, hub, the other formats, archives."""
    links = (Link("self", made.head.self_url), *made.head.links)
    return tuple(f'<{each.href}>; rel="{each.rel}"' + (f'; type="{each.type}"' if each.type else "") for each in links)


async def build_archive(context: Context, call: Call) -> Document:
    """One month's archive, or part of it; raises NotFound where nothing was published."""
    feed = of_definition(context, definition_of(context, call.groups["name"]))
    format, part = call.groups["format"], int(call.groups.get("part", "1"))
    if not feed.definition.archive or format not in feed.definition.formats or call.groups.get("part") == "1":
        raise NotFound(f"no archive stands at {call.path}")
    month = f"{call.groups['year']}-{call.groups['month']}"
    parts = await _parts(context, feed, month)
    if part not in parts:
        raise NotFound(f"no archive stands at {call.path}")
    older = await _older_month(context, month)
    following = min((each for each in parts if each > part), default=0)
    previous = archive_path(feed, format, month, following) if following else ""
    previous = previous or (archive_path(feed, format, older) if older else "")
    made = await _archive(context, feed, format, call.path, parts[part], previous)
    await memory.keep_stand(context, call.path)
    keys = _part_keys(month, part, following) if following else _archive_keys(month, older)
    return _document(context, made, await edition.printed(context, made), keys)


async def _parts(context: Context, feed: Feed, month: str) -> dict[int, list[Article]]:
    """The month's articles by part; a static build, which makes all parts in a row, reads a month once."""
    return await context.shared.last("archive", (feed.stem, month), lambda: _read_parts(context, feed, month))


async def _read_parts(context: Context, feed: Feed, month: str) -> dict[int, list[Article]]:
    """The month's articles by the part they stand in; part 1 is there whenever anything was published."""
    if month not in {each for each, _ in await box.months(context)}:
        return {}
    selection = msgspec.structs.replace(feed.selection, month=month, limit=MONTH_LIMIT)
    parts: dict[int, list[Article]] = {1: []}
    for article in await context.store.select(selection):
        number = article.place.chunk(ARCHIVE_PART) if article.place else 1
        parts.setdefault(number, []).append(article)
    return parts


async def _older_month(context: Context, month: str) -> str:
    return max((each for each, _ in await box.months(context) if each < month), default="")


def _part_keys(month: str, part: int, following: int) -> frozenset[str]:
    """The urlset files of its places, and of those up to the part that it links to (a file holds whole parts)."""
    starts = range((part - 1) * ARCHIVE_PART, following * ARCHIVE_PART, ARCHIVE_PART)
    return frozenset(key.chunk(Place(kind="articles", month=month, sequence=each)) for each in starts)


def _archive_keys(month: str, older: str) -> frozenset[str]:
    """The month itself, and every month in which a first article would change the link to the older one."""
    if not older:
        return frozenset({key.LATEST})
    found, at = {month}, month
    while at > older:
        year, number = int(at[:4]), int(at[5:7])
        at = f"{year - (number == 1):04}-{(number - 2) % 12 + 1:02}"
        found.add(at)
    return frozenset(map(key.month, found))


async def _archive(
    context: Context, feed: Feed, format: str, path: str, articles: Sequence[Article], previous: str
) -> Edition:
    """Every article of one part: in whole while they fit, as summaries from there on (none is left out)."""
    whole = await render(context, feed, format, articles, full_text=feed.definition.full_text)
    fitting = within(whole.lines, ARCHIVE_BYTES)
    later = {line.article_id for line in whole.lines[len(fitting) :]}
    rest = [article for article in articles if article.id in later]
    short = await render(context, feed, format, rest, full_text=False)
    lines = (*fitting, *short.lines)
    stem = msgspec.structs.replace(feed, stem=path.removesuffix(f".{format}"))
    stand = await memory.updated(context, stem, lines, previous)
    head = edition.head(context, feed, format, path, stand.updated)
    return Edition(
        feed=feed,
        format=format,
        path=path,
        head=msgspec.structs.replace(head, is_archive=True, links=_archive_links(context, feed, format, previous)),
        lines=lines,
        looked_at=tuple(each.id for each in articles),
        left_out=(*whole.left_out, *short.left_out),
        again=stand.again,
    )


def _archive_links(context: Context, feed: Feed, format: str, previous: str) -> tuple[Link, ...]:
    """The head feed is current; no next-archive, so that a past month never changes by what comes later."""
    current = Link("current", url.absolute(context.site.base, feed.path(format)))
    return (*edition.hub_links(context), current, *edition.archive_links(context, previous))


async def archive_paths(context: Context, feed: Feed) -> list[str]:
    """Every archive of a feed, in every format, newest month first."""
    found = []
    for month, _ in await box.months(context):
        parts = await _parts(context, feed, month)
        found += [archive_path(feed, each, month, part) for part in sorted(parts) for each in feed.definition.formats]
    return found


async def delta(context: Context, path: str, etags: Sequence[str]) -> Document | None:
    """What is new or changed in a feed since one of the tags was given out (RFC 3229, 226 IM Used).

    None when no tag is remembered, when one is current (that is a 304), or when the path isn't a
    feed's: then the whole feed is the answer.
    """
    known = await memory.versions(context, path)
    previous = next((known[each] for each in etags if each in known), None)
    if previous is None:
        return None
    try:
        feed, format = await find(context, path, {})
    except NotFound:
        return None
    made = await edition.current(context, feed, format)
    done = await edition.printed(context, made)
    if done.etag in etags:
        return None
    await memory.keep_stand(context, path)
    body = await asyncio.to_thread(_since, made, previous)
    whole = _document(context, made, done, feed.keys)
    return msgspec.structs.replace(whole, body=body, status=226, headers={"IM": "feed"})


def _since(made: Edition, marks: bytes) -> bytes:
    body: bytes = FORMATS[made.format].feed(made.head, fragment.delta(marks, edition.fragments_of(made)))
    return body
