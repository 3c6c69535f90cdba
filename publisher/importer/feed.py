"""Feeds as exports: RSS 0.9x, 1.0 and 2.0, Atom, JSON Feed, from bytes and page by page.

How a page is fetched is the caller's business: `fetch` is a function from a URL to bytes.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import urljoin, urlsplit

import feedparser

from publisher import text
from publisher.error import FetchFailed, InvalidExport, NotThere, Refused
from publisher.html import plain_text
from publisher.importer import blogger, feed_entry, jsonfeed
from publisher.importer.feed_entry import Entry, Page
from publisher.importer.port import Failed, Item, Progress, Skipped, Stored, placed
from publisher.importer.scan import without_sections
from publisher.importer.wxr import refuse_entities
from publisher.model import Author, Redirect, Section

Fetch = Callable[[str], bytes]

MAX_BYTES = 200_000_000
MAX_DEPTH = 300
MAX_PAGES = 2000

_ENTRY = re.compile(rb"<(?:[A-Za-z][\w.-]*:)?(?:item|entry)(?=[\s>/])")
_ENTRY_END = re.compile(rb"</(?:[A-Za-z][\w.-]*:)?(?:item|entry)\s*>")
_END = re.compile(rb"</(?:[A-Za-z][\w.-]*:)?(?:rss|feed|RDF|channel|entry)\s*>")
_TAG = re.compile(rb"<(/?)[A-Za-z]|/>")
_NUMBERED = re.compile(r"[?&]paged=\d+$")
_ATTRIBUTES = re.compile(rb"<[A-Za-z][^<>]{200000}")


class FeedExport:
    """A feed's entries, and those of the pages behind it when it can be fetched."""

    kind = "feed"
    sections: tuple[Section, ...] = ()
    authors: tuple[Author, ...] = ()
    media: tuple[Stored, ...] = ()
    redirects: tuple[Redirect, ...] = ()

    def __init__(self, data: bytes, address: str = "", fetch: Fetch | None = None, offset: int = 0) -> None:
        self._page = read_page(data, address)
        self._fetch, self._offset, self._bytes = fetch, offset, len(data)
        self.title, self.language = text.line(plain_text(self._page.title)), self._page.language
        home = self._page.home or address
        self.site = _host(home) or text.slug(self.title) or "feed"
        films = any(feed_entry.is_film(entry.link) for entry in self._page.entries[:1])
        self.hosts = frozenset(host for each in (home, address) if (host := _host(each)) and not films)
        self._read = 0

    @property
    def progress(self) -> Progress:
        """How far the reading is, in bytes of the pages fetched so far."""
        return Progress(self._read, self._bytes)

    def __iter__(self) -> Iterator[Item]:
        seen, taken, number = set[str](), set[str](), 0
        for page in self._pages():
            fresh = [entry for entry in page.entries if entry.identity not in seen or not entry.identity]
            for entry in fresh:
                number += 1
                seen.add(entry.identity)
                if number > self._offset:
                    yield self._item(entry, page, taken, number)
            if page.problem:
                yield Failed(what="the pages behind the last read", reason=page.problem, offset=number)
            number += page.lost
            if page.lost and number > self._offset:
                yield from (_lost(number, page.is_cut) for _ in range(page.lost))
            if page.is_cut and not page.lost:
                yield Failed(what="the rest of the feed", reason="the feed ends before its end tag", offset=number + 1)
            if not fresh:
                return

    def _item(self, entry: Entry, page: Page, taken: set[str], number: int) -> Item:
        if entry.kind not in blogger.ARTICLES:
            return Skipped(what=entry.title or entry.id, reason=f"Blogger's {entry.kind} is no article", offset=number)
        if entry.is_empty:
            what = entry.link or entry.id or f"entry {number}"
            return Skipped(what=what, reason="an entry without title and text is no article", offset=number)
        return placed(feed_entry.build(entry, page, self.site, self.hosts, taken, number))

    def _pages(self) -> Iterator[Page]:
        """This page and those behind it, until one leads nowhere new."""
        page, visited = self._page, {self._page.address}
        while True:
            self._read = self._bytes
            yield page
            following = urljoin(page.address, page.next) if page.next else ""
            if not following or self._fetch is None or following in visited or len(visited) >= MAX_PAGES:
                return
            if _host(following) not in self._may_ask(page):
                yield Page(address=following, problem=f"they are on another host, which isn't asked: {following[:200]}")
                return
            visited.add(following)
            behind = self._behind(self._fetch, following)
            if behind is None:
                return
            page = behind

    def _may_ask(self, page: Page) -> frozenset[str]:
        """The hosts on which further pages may be."""
        first = page.entries[0].id if page.entries else ""
        return self.hosts | {_host(page.address), *blogger.hosts_of(first)}

    def _behind(self, fetch: Fetch, following: str) -> Page | None:
        """The page at an address; none where WordPress has no further one. One that can't be had says why."""
        try:
            data = fetch(following)
            self._bytes += len(data)
            return read_page(data, following)
        except NotThere as error:
            problem = "" if _NUMBERED.search(following) else str(error)
        except (FetchFailed, Refused, InvalidExport) as error:
            problem = str(error)
        return Page(address=following, problem=problem) if problem else None


def _lost(number: int, is_cut: bool) -> Failed:
    reason = "the feed ends inside this entry" if is_cut else "its XML is broken: no entry was found"
    return Failed(what=f"an entry before number {number + 1}", reason=reason, offset=number)


def _host(address: str) -> str:
    try:
        return urlsplit(address).netloc.lower()
    except ValueError:
        return ""


def read_page(data: bytes, address: str = "") -> Page:
    """One document of a feed; raises InvalidExport when it is none, or is made to do harm."""
    if len(data) > MAX_BYTES:
        raise InvalidExport(f"the feed is larger than {MAX_BYTES:,} bytes")
    start = data[:200].lstrip(b"\xef\xbb\xbf \t\r\n")
    if start.startswith((b"{", b"[")):
        return jsonfeed.read_page(data, address)
    data = _recoded(data)
    refuse_entities(data)
    markup = without_sections(data)
    _refuse_depth(markup)
    return _parsed(data, markup, address)


def _recoded(data: bytes) -> bytes:
    """UTF-16 as UTF-8, whatever encoding it declares."""
    if data[:2] not in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE):
        return data
    return re.sub(rb"^\s*<\?xml[^>]*\?>", b"", data.decode("utf-16", "replace").encode())


def _refuse_depth(markup: bytes) -> None:
    depth = 0
    if _ATTRIBUTES.search(markup):
        raise InvalidExport("a tag is longer than 200,000 bytes: it is not read")
    for match in _TAG.finditer(markup):
        depth += -1 if match[0] != b"<" + match[0][1:2] or match[1] else 1
        if depth > MAX_DEPTH:
            raise InvalidExport(f"elements nest deeper than {MAX_DEPTH}: it is not read")


def _parsed(data: bytes, markup: bytes, address: str) -> Page:
    try:
        parsed = feedparser.parse(data, sanitize_html=False, resolve_relative_uris=True)
    except (ValueError, TypeError, AttributeError, LookupError, RecursionError, UnicodeError, AssertionError) as error:
        raise InvalidExport(f"the feed can't be read: {error}") from error
    if not parsed.get("version") and not parsed.get("entries"):
        raise InvalidExport("not a feed: neither RSS, Atom nor JSON Feed")
    feed: Any = parsed["feed"]
    entries = tuple(feed_entry.of_xml(entry) for entry in parsed["entries"])
    begun, ended = len(_ENTRY.findall(markup)), len(_ENTRY_END.findall(markup))
    is_cut = _END.search(markup[-4096:]) is None
    if is_cut and begun > ended and len(entries) == begun:
        entries = entries[:-1]
    return Page(
        address=address,
        home=_absolute(feed.get("link", ""), address),
        title=feed_entry.string(feed.get("title")),
        language=feed_entry.language(feed.get("language")),
        next=_next(feed, address),
        entries=entries,
        lost=max(0, begun - len(entries)),
        is_cut=is_cut,
    )


def _absolute(link: object, address: str) -> str:
    try:
        return urljoin(address, str(link or ""))
    except ValueError:
        return ""


def _next(feed: Any, address: str) -> str:
    """The page behind this one: its `rel=next`, or WordPress's `paged`."""
    links = [link.get("href", "") for link in feed.get("links", ()) if link.get("rel") == "next"]
    if links:
        return str(links[0])
    if not address or "wordpress.org" not in str(feed.get("generator", "")):
        return ""
    number = re.search(r"[?&]paged=(\d+)", address)
    if number:
        return f"{address[: number.start(1)]}{int(number[1]) + 1}{address[number.end(1) :]}"
    return f"{address}{'&' if '?' in address else '?'}paged=2"


def is_feed(head: bytes) -> bool:
    """Whether a file that begins like this is a feed."""
    return re.search(rb"<(?:rss|(?:\w+:)?RDF|(?:\w+:)?feed|channel)[\s>]", head) is not None
