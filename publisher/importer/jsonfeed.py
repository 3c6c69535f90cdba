"""JSON Feed 1.0 and 1.1 as a page of entries."""

from __future__ import annotations

from html import escape
from typing import Any

from publisher.error import InvalidExport
from publisher.importer import instant
from publisher.importer.feed_entry import Enclosure, Entry, Page, language, paragraphs
from publisher.importer.tolerant import mapping, read_json, sequence, string


def read_page(data: bytes, address: str = "") -> Page:
    """One JSON Feed document; raises InvalidExport when it is none."""
    feed = mapping(read_json(data, address or "the feed"))
    if not isinstance(feed.get("items"), list) or "jsonfeed" not in string(feed.get("version")):
        raise InvalidExport("not a JSON Feed: it has no version or no items")
    items = [item for item in feed["items"] if isinstance(item, dict)]
    authors = _authors(feed)
    return Page(
        address=address,
        home=string(feed.get("home_page_url")) or string(feed.get("feed_url")),
        title=string(feed.get("title")),
        language=language(feed.get("language")),
        next=string(feed.get("next_url")),
        entries=tuple(_entry(item, authors) for item in items),
        lost=len(feed["items"]) - len(items),
    )


def _entry(item: dict[str, Any], authors: tuple[tuple[str, str], ...]) -> Entry:
    plain, date = string(item.get("content_text")), string(item.get("date_published"))
    published = instant.parse(date)
    return Entry(
        id=string(item.get("id")).strip(),
        link=string(item.get("url")).strip(),
        title=escape(string(item.get("title")), quote=False),
        content=string(item.get("content_html")) or paragraphs(plain),
        summary=escape(string(item.get("summary")), quote=False),
        published=published,
        undated="" if published else date.strip(),
        updated=instant.parse(string(item.get("date_modified"))),
        authors=_authors(item) or authors,
        terms=tuple(tag for each in sequence(item.get("tags")) if (tag := string(each))),
        picture=string(item.get("image")) or string(item.get("banner_image")),
        enclosures=tuple(
            Enclosure(string(mapping(each).get("url")), string(mapping(each).get("mime_type")))
            for each in sequence(item.get("attachments"))
        ),
        language=language(item.get("language")),
        source_url=string(item.get("external_url")),
    )


def _authors(value: dict[str, Any]) -> tuple[tuple[str, str], ...]:
    """The authors of a feed or an item: a list since 1.1, one in 1.0."""
    listed = [mapping(each) for each in sequence(value.get("authors"))] or [mapping(value.get("author"))]
    return tuple((string(each.get("name")), string(each.get("url"))) for each in listed if each.get("name"))


def is_json_feed(head: bytes) -> bool:
    """Whether a file that begins like this is a JSON Feed."""
    return b"jsonfeed.org/version" in head
