"""All feeds as a list: for the directory page, autodiscovery, OPML and the command line."""

from __future__ import annotations

from publisher import date, key, url
from publisher.catalogue.base import Call, Context, document
from publisher.catalogue.feed.address import Feed, all_feeds
from publisher.format import opml
from publisher.format.opml import Outline
from publisher.model import Document

GROUPS = {"": "Site", "section": "Sections", "author": "Authors", "tag": "Tags"}


async def listed(context: Context) -> tuple[Feed, ...]:
    """Every feed that readers are told of: the site's, then sections', authors' and tags'."""
    return tuple([feed async for feed in all_feeds(context) if feed.definition.is_listed])


def group(feed: Feed) -> str:
    """The heading under which lists show a feed."""
    return GROUPS[feed.definition.per]


async def build_opml(context: Context, call: Call) -> Document:
    """The list of feeds that readers import (OPML 2.0)."""
    base = context.site.base
    outlines = [
        Outline(
            group=group(feed),
            title=feed.title,
            feed_url=url.absolute(base, feed.path(feed.definition.formats[0])),
            page_url=url.absolute(base, feed.page),
            description=feed.description,
            language=feed.language,
        )
        for feed in await listed(context)
    ]
    body = opml.write(context.site.title, url.absolute(base, "/"), outlines)
    change = await context.store.newest(frozenset({key.INDEX, key.SITE}))
    return document(
        call.path,
        body,
        "text/x-opml; charset=utf-8",
        updated=date.whole(change.at) if change else None,
        keys=frozenset({key.INDEX}),
        max_age=context.settings.feed_max_age,
        robots="noindex",
        policy="closed",
        cors=True,
    )
