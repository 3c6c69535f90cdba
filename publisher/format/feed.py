"""What RSS, Atom and JSON Feed say of a feed: one value, so that the three carry the same data."""

from __future__ import annotations

import re
from datetime import datetime

import msgspec

MEDIA_TYPES = {"rss": "application/rss+xml", "atom": "application/atom+xml", "json": "application/feed+json"}
"""Media type of each format, without its charset."""

KEPT_HEADS = 256
"""Feeds whose heads are kept in a format, two kilobytes each."""

VERSION = 3
"""Raised when a format's bytes change: rendered entries of before are not joined with those of after."""


class Link(msgspec.Struct, frozen=True):
    """A link of the feed itself: relation, absolute URL, media type."""

    rel: str
    href: str
    type: str = ""


class FeedHead(msgspec.Struct, frozen=True, kw_only=True):
    """Everything about a feed but its entries.

    URLs are absolute. `id` is permanent for the logical feed. `updated` is the newest change among
    what the feed holds or has lost. `links` are those beside `self_url` and `page_url`: hub,
    alternate, current, prev-archive. `image` is a picture of at most 144 x 400 pixels (RSS Board
    `<image>`) with its `image_size`; `icon` and `logo` are square, at least 64 and 512 pixels.
    """

    id: str
    title: str
    description: str
    self_url: str
    page_url: str
    updated: datetime
    language: str = "en"
    links: tuple[Link, ...] = ()
    icon: str = ""
    logo: str = ""
    image: str = ""
    image_size: tuple[int, int] = (0, 0)
    copyright: str = ""
    publisher: str = ""
    home_url: str = ""
    hub: str = ""
    ttl_seconds: int = 300
    version: str = ""
    is_archive: bool = False
    profile: str = ""

    @property
    def ttl_minutes(self) -> int:
        """Whole minutes that agree with max-age, at least 1 (RSS Board `<ttl>`)."""
        return max(1, round(self.ttl_seconds / 60))


_LANGUAGE = re.compile(r"[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*")


def language_tag(language: str) -> str:
    """A BCP 47 tag from what people write: `en_US.UTF-8` becomes `en-US`; "" when it can't be one."""
    tag = language.partition(".")[0].strip().replace("_", "-")
    if not _LANGUAGE.fullmatch(tag):
        return ""
    first, *rest = tag.split("-")
    return "-".join([first.lower(), *(_subtag(each) for each in rest)])


def _subtag(text: str) -> str:
    if len(text) == 2:
        return text.upper()
    return text.title() if len(text) == 4 and text.isalpha() else text.lower()
