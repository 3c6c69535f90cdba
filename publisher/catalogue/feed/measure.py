"""Every feed with what it holds now: for the command line."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import datetime

import msgspec

from publisher.catalogue.base import Context
from publisher.catalogue.feed import edition
from publisher.catalogue.feed.address import Feed, all_feeds
from publisher.catalogue.feed.render import LeftOut


class Measured(msgspec.Struct, frozen=True, kw_only=True):
    """One feed in one format: its path, its size, when it last changed, and the articles that it can't show."""

    feed: Feed
    path: str
    entries: int
    updated: datetime
    body: bytes
    left_out: tuple[LeftOut, ...]


async def measured(context: Context, every_format: bool = False) -> AsyncIterator[Measured]:
    """Every enabled feed, partners' too, in its first format or in all of them, as it would be served now."""
    async for feed in all_feeds(context):
        for format in feed.definition.formats[: None if every_format else 1]:
            made = await edition.current(context, feed, format)
            done = await edition.printed(context, made)
            yield Measured(
                feed=feed,
                path=made.path,
                entries=len(made.lines),
                updated=made.head.updated,
                body=done.body,
                left_out=made.left_out,
            )
