"""Feeds as documents: named feeds, families, archives, OPML, readable views, old addresses."""

from __future__ import annotations

from collections.abc import AsyncIterator

from publisher.catalogue.base import Context, DocumentKind, Paths, kind
from publisher.catalogue.feed import legacy, listing, view
from publisher.catalogue.feed.address import FORMAT, Feed, all_feeds, shelf_feeds
from publisher.catalogue.feed.document import ARCHIVE, archive_paths, build, build_archive, delta
from publisher.catalogue.feed.listing import group, listed

__all__ = ["KINDS", "Feed", "delta", "group", "listed"]


async def _named_paths(context: Context) -> AsyncIterator[str]:
    async for feed in all_feeds(context):
        if not feed.definition.per:
            for format in feed.definition.formats:
                yield feed.path(format)


def _family_paths(per: str) -> Paths:
    async def paths(context: Context) -> AsyncIterator[str]:
        async for feed in shelf_feeds(context, per):
            for format in feed.definition.formats:
                yield feed.path(format)

    return paths


async def _archive_paths(context: Context) -> AsyncIterator[str]:
    async for feed in all_feeds(context):
        if feed.definition.archive:
            for path in await archive_paths(context, feed):
                yield path


async def _opml_paths(_: Context) -> AsyncIterator[str]:
    yield "/feeds.opml"


KINDS: tuple[DocumentKind, ...] = (
    kind("feed", r"/feeds/[a-z0-9-]+" + FORMAT, build, _named_paths),
    kind("feed archive", ARCHIVE.pattern, build_archive, _archive_paths),
    kind("search feed", r"/search/feed" + FORMAT, build, query="q"),
    kind("tag feed", r"/tag/[^/]+/feed" + FORMAT, build, _family_paths("tag")),
    kind("author feed", r"/author/[^/]+/feed" + FORMAT, build, _family_paths("author")),
    kind("section feed", r"/[^/]+/feed" + FORMAT, build, _family_paths("section")),
    kind("list of feeds", r"/feeds\.opml", listing.build_opml, _opml_paths),
    kind("view of a feed", view.PREFIX + r"/.+" + FORMAT, view.build, query="q"),
    *legacy.KINDS,
)
"""Every kind of document of this module, in the order in which they are asked."""
