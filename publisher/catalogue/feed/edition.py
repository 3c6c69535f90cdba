"""A feed in one format as it stands now: its articles, their entries, and its head."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from datetime import datetime

import msgspec

from publisher import url
from publisher.catalogue import box
from publisher.catalogue.base import Context, etag_of
from publisher.catalogue.feed import memory
from publisher.catalogue.feed.address import Feed, archive_path, window_start
from publisher.catalogue.feed.render import FEW, FORMATS, LeftOut, Line, render, within
from publisher.format import fragment
from publisher.format.feed import MEDIA_TYPES, FeedHead, Link
from publisher.model import Article, Cursor, Selection, Sort

SELECTED = 100
"""Articles read at a time."""


THEME = "/static/"
SMALL_ICON = "/static/feed.png"
SMALL_ICON_SIZE = (144, 144)
"""RSS's picture may be 144 pixels wide; the theme has one of its icon. A picture of the owner's is used in Atom and
JSON Feed only, unless the owner's folder has a `templates/static/feed.png` too."""


class Edition(msgspec.Struct, frozen=True, kw_only=True):
    """What a feed consists of in one format, before it is a document; articles looked at may have no entry.

    `again`: when it gets another date, though nothing of it changes.
    """

    feed: Feed
    format: str
    path: str
    head: FeedHead
    lines: tuple[Line, ...]
    looked_at: tuple[int, ...]
    left_out: tuple[LeftOut, ...] = ()
    again: datetime | None = None


class Printed(msgspec.Struct, frozen=True):
    """A document's bytes, their tag, and the marks of its entries."""

    body: bytes
    etag: str
    marks: bytes


async def current(context: Context, feed: Feed, format: str) -> Edition:
    """The feed's newest entries, as many as its limits admit."""
    lines: list[Line] = []
    left_out: list[LeftOut] = []
    looked_at: list[int] = []
    room = feed.definition.max_bytes
    async for articles in pages(context, feed):
        rendered = await render(context, feed, format, articles, full_text=feed.definition.full_text)
        fitting = within(rendered.lines[: feed.selection.limit - len(lines)], room, is_first=not lines)
        lines += fitting
        left_out += rendered.left_out
        looked_at += (each.id for each in articles)
        room -= sum(len(each.fragment) for each in fitting)
        if len(fitting) < len(rendered.lines) or len(lines) == feed.selection.limit:
            break
    path = feed.path(format)
    previous = await _newest_archive(context, feed, format)
    stand = await memory.updated(context, feed, lines, previous)
    made = head(context, feed, format, path, stand.updated)
    links = (*hub_links(context), *archive_links(context, previous), *_other_formats(context, feed, format))
    return Edition(
        feed=feed,
        format=format,
        path=path,
        head=msgspec.structs.replace(made, links=links),
        lines=tuple(lines),
        looked_at=tuple(looked_at),
        left_out=tuple(left_out),
        again=stand.again,
    )


async def pages(context: Context, feed: Feed) -> AsyncIterator[Sequence[Article]]:
    """The articles that the feed is about now, without bodies, a page at a time: each is a short read.

    Where entries are stories twice as many are looked at: some are too thin to have one.
    """
    if feed.query:
        yield await _found(context, feed)
        return
    left = feed.selection.limit * (2 if feed.definition.entries == "stories" else 1)
    selection = window_start(context, feed)
    if selection.sort is not Sort.NEWEST:
        yield await context.store.select(msgspec.structs.replace(selection, limit=left))
        return
    while left > 0:
        page = await _page(context, feed, msgspec.structs.replace(selection, limit=min(left, SELECTED)))
        yield page
        left = left - SELECTED if len(page) == SELECTED else 0
        selection = msgspec.structs.replace(selection, after=_after(page))


async def _page(context: Context, feed: Feed, selection: Selection) -> Sequence[Article]:
    """Some articles of a feed; its formats share the first, unless what it holds depends on the moment."""
    if selection.after or feed.definition.window_seconds:
        return await context.store.select(selection)
    return await box.shared(context, ("feed", selection), lambda: context.store.select(selection))


def _after(page: Sequence[Article]) -> Cursor | None:
    last = page[-1] if page else None
    return Cursor(last.published, last.id) if last and last.published else None


async def _found(context: Context, feed: Feed) -> Sequence[Article]:
    """What a search finds, newest first."""
    matches = await context.store.search(feed.query, feed.selection.limit)
    found = [each.article for each in matches if each.article.published]
    return sorted(found, key=lambda each: (each.published, each.id), reverse=True)


def head(context: Context, feed: Feed, format: str, path: str, updated: datetime) -> FeedHead:
    """The head of a feed's document at a path, but for its links."""
    site = context.site
    has_small_icon = site.icon.startswith(THEME) and not feed.definition.image
    return FeedHead(
        id=url.absolute(site.base, feed.path("atom")),
        title=feed.title,
        description=feed.description,
        self_url=url.absolute(site.base, path),
        page_url=url.absolute(site.base, feed.page),
        updated=updated,
        language=feed.language,
        icon=_absolute(context, feed.definition.image or site.icon),
        logo=_absolute(context, feed.definition.image or site.logo),
        image=_absolute(context, SMALL_ICON) if has_small_icon else "",
        image_size=SMALL_ICON_SIZE,
        copyright=site.copyright or f"© {site.title}",
        publisher=site.title,
        home_url=url.absolute(site.base, "/"),
        hub=site.hub,
        ttl_seconds=ttl_seconds(context, feed),
        version=site.version,
        profile=feed.definition.profile if format == "rss" else "",
    )


def _absolute(context: Context, address: str) -> str:
    return url.absolute(context.site.base, address) if address else ""


def ttl_seconds(context: Context, feed: Feed) -> int:
    """How long readers may keep the feed: what its definition says, else the setting."""
    return feed.definition.ttl_seconds or context.settings.feed_max_age


def hub_links(context: Context) -> tuple[Link, ...]:
    """The WebSub hub, when there is one."""
    return (Link("hub", context.site.hub),) if context.site.hub else ()


def _other_formats(context: Context, feed: Feed, format: str) -> tuple[Link, ...]:
    return tuple(
        Link("alternate", url.absolute(context.site.base, feed.path(other)), MEDIA_TYPES[other])
        for other in feed.definition.formats
        if other != format
    )


async def _newest_archive(context: Context, feed: Feed, format: str) -> str:
    """The path of the newest archive, "" where there are none."""
    months = await box.months(context) if feed.definition.archive else ()
    return archive_path(feed, format, months[0][0]) if months else ""


def archive_links(context: Context, previous: str) -> tuple[Link, ...]:
    """The archive before, where there is one (RFC 5005 4)."""
    return (Link("prev-archive", url.absolute(context.site.base, previous)),) if previous else ()


async def printed(context: Context, edition: Edition) -> Printed:
    """The bytes of an edition. Their tag is a hash of the head's bytes and of the entries' hashes, which are kept."""
    if len(edition.lines) <= FEW:
        return await context.slices.run(_printed, edition)
    return await asyncio.to_thread(_printed, edition)


def _printed(edition: Edition) -> Printed:
    format, digests = FORMATS[edition.format], [line.digest for line in edition.lines]
    top = format.top(edition.head)
    etag = etag_of(b"".join((top, *digests)))
    return Printed(format.filled(top, fragments_of(edition)), etag, fragment.marks(digests))


def fragments_of(edition: Edition) -> Sequence[bytes]:
    """The entries of an edition, in order."""
    return [line.fragment for line in edition.lines]
