"""What is wrong with a feed, whatever its format: RSS 2.0, Atom 1.0 and JSON Feed 1.1 are read into one value
and judged by one set of rules (RFC 4287, the RSS Board's profile, jsonfeed.org).

It knows nothing of how feeds are made: it reads bytes as a feed reader does, and names every fault.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import urlsplit

import msgspec
import orjson
from lxml import etree

from publisher.date import parse_iso

MAX_BYTES = 5_000_000

_ATOM = "{http://www.w3.org/2005/Atom}"
_BODY = "{http://purl.org/rss/1.0/modules/content/}encoded"
_RELATIVE = re.compile(
    r"""\s(?:href|src|poster|cite|data)\s*=\s*["']?(?!https?:|mailto:|tel:|data:image/)([^"'\s>]*)"""
)
_ACTIVE = re.compile(r"<(script|style|object|embed|form|iframe)\b|\s(on[a-z]+)\s*=|(javascript):", re.IGNORECASE)
_LANGUAGE = re.compile(r"[a-z]{2,8}(?:-[A-Za-z0-9]{1,8})*")


class ReadEntry(msgspec.Struct, frozen=True, kw_only=True):
    """An entry as a reader sees it; dates as they are written."""

    id: str
    title: str
    link: str
    published: str
    updated: str
    summary: str
    body: str
    categories: tuple[str, ...]
    enclosures: tuple[tuple[str, str], ...]


class ReadFeed(msgspec.Struct, frozen=True, kw_only=True):
    """A feed as a reader sees it; `updated` is None where the format has none."""

    title: str
    link: str
    description: str
    self_url: str
    language: str
    updated: str | None
    entries: tuple[ReadEntry, ...]


def lint_feed(body: bytes, address: str, now: datetime) -> list[str]:
    """The faults of the feed that was read at an absolute address, at an instant; [] for a good one."""
    try:
        feed = read(body)
    except ValueError as error:
        return [str(error)]
    return [problem for rule in RULES for problem in rule(feed, body, address, now)]


def read(body: bytes) -> ReadFeed:
    """The feed in a document of any of the three formats; raises ValueError when it is none."""
    if body[:1] == b"{":
        return _read_json(body)
    if body[:1] != b"<":
        raise ValueError(f"begins with {body[:4]!r}, neither with '<' nor with '{{'")
    try:
        root = etree.fromstring(body, etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=True))
    except etree.XMLSyntaxError as error:
        raise ValueError(f"not XML: {error}") from error
    if root.tag == f"{_ATOM}feed":
        return _read_atom(root)
    if root.tag == "rss" and root.get("version") == "2.0" and root.find("channel") is not None:
        return _read_rss(root.find("channel"))
    raise ValueError(f"the root is {root.tag}: neither RSS 2.0 nor Atom")


def _read_rss(channel: Any) -> ReadFeed:
    return ReadFeed(
        title=_text(channel, "title"),
        link=_text(channel, "link"),
        description=_text(channel, "description"),
        self_url=_href(channel, "self"),
        language=_text(channel, "language"),
        updated=_text(channel, "lastBuildDate"),
        entries=tuple(_read_item(each) for each in channel.iterfind("item")),
    )


def _read_item(item: Any) -> ReadEntry:
    return ReadEntry(
        id=_text(item, "guid"),
        title=_text(item, "title"),
        link=_text(item, "link"),
        published=_text(item, "pubDate"),
        updated=_text(item, f"{_ATOM}updated"),
        summary=_text(item, "description"),
        body=_text(item, _BODY),
        categories=tuple(each.text or "" for each in item.iterfind("category")),
        enclosures=tuple((each.get("url", ""), each.get("type", "")) for each in item.iterfind("enclosure")),
    )


def _read_atom(root: Any) -> ReadFeed:
    return ReadFeed(
        title=_text(root, f"{_ATOM}title"),
        link=_href(root, "alternate"),
        description=_text(root, f"{_ATOM}subtitle"),
        self_url=_href(root, "self"),
        language=root.get("{http://www.w3.org/XML/1998/namespace}lang", ""),
        updated=_text(root, f"{_ATOM}updated"),
        entries=tuple(_read_atom_entry(each) for each in root.iterfind(f"{_ATOM}entry")),
    )


def _read_atom_entry(entry: Any) -> ReadEntry:
    enclosures = entry.iterfind(f"{_ATOM}link[@rel='enclosure']")
    return ReadEntry(
        id=_text(entry, f"{_ATOM}id"),
        title=_text(entry, f"{_ATOM}title"),
        link=_href(entry, "alternate"),
        published=_text(entry, f"{_ATOM}published"),
        updated=_text(entry, f"{_ATOM}updated"),
        summary=_text(entry, f"{_ATOM}summary"),
        body=_text(entry, f"{_ATOM}content"),
        categories=tuple(each.get("term", "") for each in entry.iterfind(f"{_ATOM}category")),
        enclosures=tuple((each.get("href", ""), each.get("type", "")) for each in enclosures),
    )


def _text(parent: Any, name: str) -> str:
    return (parent.findtext(name) or "").strip()


def _href(parent: Any, rel: str) -> str:
    found = parent.find(f"{_ATOM}link[@rel='{rel}']")
    return found.get("href", "") if found is not None else ""


def _read_json(body: bytes) -> ReadFeed:
    try:
        feed = orjson.loads(body)
    except orjson.JSONDecodeError as error:
        raise ValueError(f"not JSON: {error}") from error
    if not str(feed.get("version", "")).startswith("https://jsonfeed.org/version/1"):
        raise ValueError(f"version is {feed.get('version')!r}, not JSON Feed 1")
    return ReadFeed(
        title=feed.get("title", ""),
        link=feed.get("home_page_url", ""),
        description=feed.get("description", ""),
        self_url=feed.get("feed_url", ""),
        language=feed.get("language", ""),
        updated=None,
        entries=tuple(_read_json_item(each) for each in feed.get("items", ())),
    )


def _read_json_item(item: dict[str, Any]) -> ReadEntry:
    files = item.get("attachments", ())
    return ReadEntry(
        id=item.get("id", ""),
        title=item.get("title", ""),
        link=item.get("url", ""),
        published=item.get("date_published", ""),
        updated=item.get("date_modified", ""),
        summary=item.get("summary", "") or item.get("content_text", ""),
        body=item.get("content_html", ""),
        categories=tuple(item.get("tags", ())),
        enclosures=tuple((each.get("url", ""), each.get("mime_type", "")) for each in files),
    )


def _of_head(feed: ReadFeed, body: bytes, address: str, now: datetime) -> Iterator[str]:
    for name in ("title", "description"):
        if not getattr(feed, name).strip():
            yield f"{name} is missing"
    if not _is_absolute(feed.link):
        yield f"link {feed.link!r} is no absolute URL"
    if feed.self_url != address:
        yield f"self is {feed.self_url!r}, not {address}"
    if not _LANGUAGE.fullmatch(feed.language):
        yield f"language {feed.language!r} is not BCP 47"
    if len(body) > MAX_BYTES:
        yield f"{len(body)} bytes: at most {MAX_BYTES}"
    if feed.updated is not None:
        yield from _of_date("updated", feed.updated, now)


def _of_entries(feed: ReadFeed, body: bytes, address: str, now: datetime) -> Iterator[str]:
    yield from (f"id {id!r} twice" for id, times in Counter(each.id for each in feed.entries).items() if times > 1)
    for entry in feed.entries:
        yield from (f"{entry.link or entry.id}: {problem}" for problem in _of_entry(entry, now))


def _of_entry(entry: ReadEntry, now: datetime) -> Iterator[str]:
    if not entry.id:
        yield "id is missing"
    if not _is_absolute(entry.link):
        yield f"link {entry.link!r} is no absolute URL"
    if not (entry.title or entry.summary or entry.body):
        yield "neither title nor text"
    yield from _of_date("published", entry.published, now)
    yield from _of_date("updated", entry.updated, now)
    published, updated = instant(entry.published), instant(entry.updated)
    if published and updated and updated < published:
        yield f"updated {entry.updated} is before published {entry.published}"
    yield from _of_categories(entry.categories)
    yield from (f"enclosure {url!r} ({type!r})" for url, type in entry.enclosures if not (_is_absolute(url) and type))
    yield from (f"relative address {found!r} in the body" for found in _RELATIVE.findall(entry.body) if found)
    yield from (f"{next(filter(None, found))} in the body" for found in _ACTIVE.findall(_tags(entry.body)))


def _tags(body: str) -> str:
    """The tags of a body without its text."""
    return "".join(re.findall(r"<[^>]*>", body))


def _of_categories(categories: Iterable[str]) -> Iterator[str]:
    counted = Counter(each.strip().casefold() for each in categories)
    yield from (f"category {name!r} is blank or stands twice" for name, n in counted.items() if not name or n > 1)


def _of_date(name: str, value: str, now: datetime) -> Iterator[str]:
    found = instant(value)
    if found is None:
        yield f"{name} {value!r} is no date"
    elif found > now:
        yield f"{name} {value} is in the future"


def instant(value: str) -> datetime | None:
    """The instant of an RFC 822 or RFC 3339 date, None for any other text."""
    if value[:1].isdigit():
        return parse_iso(value)
    try:
        return parsedate_to_datetime(value)
    except (ValueError, TypeError):
        return None


def _is_absolute(url: str) -> bool:
    parts = urlsplit(url)
    return parts.scheme in ("http", "https") and bool(parts.hostname)


Rule = Callable[[ReadFeed, bytes, str, datetime], Iterator[str]]
RULES: tuple[Rule, ...] = (_of_head, _of_entries)
