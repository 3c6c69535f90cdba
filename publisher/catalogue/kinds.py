"""The table itself: every kind of Document, in the order in which they are asked."""

from __future__ import annotations

from publisher.catalogue import error, feed, newsletter, page, reader, robots, sitemap, story, theme
from publisher.catalogue.base import DocumentKind

KINDS: tuple[DocumentKind, ...] = (
    *robots.KINDS,
    *sitemap.KINDS,
    *feed.KINDS,
    *story.KINDS,
    *theme.KINDS,
    *reader.KINDS,
    *newsletter.KINDS,
    *error.KINDS,
    *page.KINDS,
)
