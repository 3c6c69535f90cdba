"""JSON Feed 1.1 (jsonfeed.org): the same data as RSS and Atom."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import orjson

from publisher.date import rfc3339
from publisher.error import Invalid
from publisher.format.entry import Entry, Person
from publisher.format.feed import FeedHead

VERSION_URL = "https://jsonfeed.org/version/1.1"
END = b"]}\n"


def feed(head: FeedHead, fragments: Sequence[bytes]) -> bytes:
    """The document: a head, and items rendered by `entry`."""
    return filled(top(head), fragments)


def top(head: FeedHead) -> bytes:
    """The document without items."""
    return _written(_head(head))[:-1] + b',"items":[' + END


def filled(top: bytes, fragments: Sequence[bytes]) -> bytes:
    """The document without items, with items put in."""
    return b"".join((top.removesuffix(END), b",\n".join(fragments), END))


def entry(entry: Entry, profile: str = "") -> bytes:
    """One item; raises Invalid for what can't be written. Profiles add nothing to JSON Feed."""
    return _written(_item(entry))


def _written(values: dict[str, Any]) -> bytes:
    try:
        return orjson.dumps({key: value for key, value in values.items() if value})
    except TypeError as error:
        raise Invalid(f"can't be written as JSON: {error}") from error


def _head(head: FeedHead) -> dict[str, Any]:
    return {
        "version": VERSION_URL,
        "title": head.title,
        "home_page_url": head.page_url,
        "feed_url": head.self_url,
        "next_url": next((each.href for each in head.links if each.rel == "prev-archive"), ""),
        "description": head.description,
        "icon": head.logo,
        "favicon": head.icon,
        "authors": [{"name": head.publisher or head.title, "url": head.home_url or head.page_url}],
        "language": head.language,
        "hubs": [{"type": "WebSub", "url": head.hub}] if head.hub else None,
        "_publisher": {"generator": f"Publisher {head.version}".strip(), "copyright": head.copyright},
    }


def _item(entry: Entry) -> dict[str, Any]:
    image = entry.cover
    return {
        "id": entry.guid,
        "url": entry.url,
        "external_url": entry.origin.url if entry.origin else "",
        "title": entry.title,
        **_content(entry),
        "summary": entry.teaser,
        "image": image.url if image else "",
        "date_published": rfc3339(entry.published),
        "date_modified": rfc3339(entry.updated),
        "authors": [_author(each) for each in entry.authors],
        "tags": [each.term for each in entry.categories],
        "language": entry.language,
        "attachments": _attachments(entry),
    }


def _content(entry: Entry) -> dict[str, str]:
    """At least one of content_html and content_text is required."""
    return {"content_html": entry.html} if entry.html else {"content_text": entry.teaser}


def _author(person: Person) -> dict[str, str]:
    pairs = {"name": person.name, "url": person.url, "avatar": person.avatar}
    return {key: value for key, value in pairs.items() if value}


def _attachments(entry: Entry) -> list[dict[str, Any]]:
    image = entry.image
    if not image or not image.media_type:
        return []
    size = {"size_in_bytes": image.bytes} if image.bytes else {}
    return [{"url": image.url, "mime_type": image.media_type, **size}]
