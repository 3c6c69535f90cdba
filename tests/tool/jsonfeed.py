"""JSON Feed 1.1, rule by rule as jsonfeed.org/version/1.1 states them, and the warnings of a strict validator."""

import json
import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from tests.tool.fragment import check_fragment
from tests.tool.lint import is_blank, is_language, is_media_type, is_url, opens_with, repeated, rfc_3339

VERSION = "https://jsonfeed.org/version/1.1"
EXTENSION = re.compile(r"_[A-Za-z][^.]*")

Check = Callable[[Any], bool]


def _is_text(value: Any) -> bool:
    return isinstance(value, str) and not is_blank(value)


def _is_address(value: Any) -> bool:
    return isinstance(value, str) and is_url(value)


def _is_moment(value: Any) -> bool:
    return isinstance(value, str) and rfc_3339(value) is not None


def _is_amount(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and value >= 0


def _is_tongue(value: Any) -> bool:
    return isinstance(value, str) and is_language(value)


def _is_media(value: Any) -> bool:
    return isinstance(value, str) and is_media_type(value)


def _is_tags(value: Any) -> bool:
    return isinstance(value, list) and all(map(_is_text, value)) and not list(repeated(value))


def _is_objects(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(member, dict) for member in value)


def _is_filled(value: Any) -> bool:
    return _is_objects(value) and len(value) > 0


FEED: Mapping[str, Check] = {
    "version": lambda value: value == VERSION,
    "title": _is_text,
    "home_page_url": _is_address,
    "feed_url": _is_address,
    "description": _is_text,
    "user_comment": _is_text,
    "next_url": _is_address,
    "icon": _is_address,
    "favicon": _is_address,
    "authors": _is_filled,
    "language": _is_tongue,
    "expired": lambda value: isinstance(value, bool),
    "hubs": _is_filled,
    "items": _is_objects,
}
ITEM: Mapping[str, Check] = {
    "id": _is_text,
    "url": _is_address,
    "external_url": _is_address,
    "title": _is_text,
    "content_html": lambda value: isinstance(value, str),
    "content_text": lambda value: isinstance(value, str),
    "summary": _is_text,
    "image": _is_address,
    "banner_image": _is_address,
    "date_published": _is_moment,
    "date_modified": _is_moment,
    "authors": _is_filled,
    "tags": _is_tags,
    "language": _is_tongue,
    "attachments": _is_filled,
}
AUTHOR: Mapping[str, Check] = {"name": _is_text, "url": _is_address, "avatar": _is_address}
HUB: Mapping[str, Check] = {"type": _is_text, "url": _is_address}
ATTACHMENT: Mapping[str, Check] = {
    "url": _is_address,
    "mime_type": _is_media,
    "title": _is_text,
    "size_in_bytes": _is_amount,
    "duration_in_seconds": _is_amount,
}


def check_jsonfeed(document: bytes) -> list[str]:
    """What is wrong with a JSON Feed, each with its place; a good one gives an empty list."""
    twice: list[str] = []

    def members(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        twice.extend(f"key {key!r} twice in one object" for key in repeated(key for key, _ in pairs))
        return dict(pairs)

    try:
        feed = json.loads(document, object_pairs_hook=members)
    except ValueError as error:
        return [f"not JSON: {error}"]
    if not isinstance(feed, dict):
        return ["the feed is not an object"]
    return opens_with(document, b"{") + twice + list(_of_feed(feed))


def _of_feed(feed: Mapping[str, Any]) -> Iterator[str]:
    yield from _of_object("feed", feed, FEED, required=("version", "title", "items"))
    yield from _of_people("feed", feed)
    for number, hub in enumerate(_objects(feed, "hubs")):
        yield from _of_object(f"hubs[{number}]", hub, HUB, required=("type", "url"))
    if "next_url" in feed and feed["next_url"] == feed.get("feed_url"):
        yield "feed: next_url is the feed itself"
    items = _objects(feed, "items")
    yield from (f"items: id {twice!r} twice" for twice in repeated(str(item.get("id")) for item in items))
    for number, item in enumerate(items):
        yield from _of_item(f"items[{number}]", item)


def _of_item(place: str, item: Mapping[str, Any]) -> Iterator[str]:
    yield from _of_object(place, item, ITEM, required=("id",))
    yield from _of_people(place, item)
    if not {"content_html", "content_text"} & item.keys():
        yield f"{place}: neither content_html nor content_text"
    if isinstance(body := item.get("content_html"), str):
        yield from (f"{place}: content_html: {problem}" for problem in check_fragment(body))
    published, updated = rfc_3339(str(item.get("date_published"))), rfc_3339(str(item.get("date_modified")))
    if published and updated and updated < published:
        yield f"{place}: date_modified is before date_published"
    for number, attachment in enumerate(_objects(item, "attachments")):
        at = f"{place}.attachments[{number}]"
        yield from _of_object(at, attachment, ATTACHMENT, required=("url", "mime_type"))


def _of_people(place: str, holder: Mapping[str, Any]) -> Iterator[str]:
    for number, author in enumerate(_objects(holder, "authors")):
        yield from _of_object(f"{place}.authors[{number}]", author, AUTHOR, required=())
        if not AUTHOR.keys() & author.keys():
            yield f"{place}.authors[{number}]: none of name, url, avatar"


def _of_object(
    place: str, found: Mapping[str, Any], checks: Mapping[str, Check], required: tuple[str, ...]
) -> Iterator[str]:
    yield from (f"{place}: {key} is missing" for key in required if key not in found)
    for key, value in found.items():
        if key not in checks:
            if not EXTENSION.fullmatch(key):
                yield f"{place}: {key!r} is neither in JSON Feed 1.1 nor an extension"
        elif not checks[key](value):
            yield f"{place}: {key} may not be {value!r:.80}"


def _objects(holder: Mapping[str, Any], key: str) -> list[dict[str, Any]]:
    value = holder.get(key)
    return [member for member in value if isinstance(member, dict)] if isinstance(value, list) else []
