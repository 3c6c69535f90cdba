"""What a running site says of itself: the addresses in its sitemaps, feeds and links."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urljoin, urlsplit

import msgspec
from lxml import etree

from publisher.error import InvalidExport
from publisher.importer.feed import FeedExport
from publisher.importer.port import Read
from publisher.importer.wxr import refuse_entities

MAX_LOCATIONS = 50_000
"""Of one file (sitemaps.org)."""
_FEEDS = frozenset({"application/rss+xml", "application/atom+xml", "application/feed+json", "application/json"})
_XML = etree.XMLParser(resolve_entities=False, no_network=True, recover=True, huge_tree=False)
_HTML = etree.HTMLParser(encoding="utf-8", no_network=True)


class Listing(msgspec.Struct, frozen=True):
    """What one sitemap file lists: pages, or further files."""

    pages: tuple[str, ...] = ()
    files: tuple[str, ...] = ()


class Page(msgspec.Struct, frozen=True):
    """What an HTML page leads to: its feeds, and the addresses that it links."""

    feeds: tuple[str, ...] = ()
    links: tuple[str, ...] = ()


def read_sitemap(data: bytes) -> Listing:
    """The addresses in a sitemap or an index of them; none of what is neither. Raises InvalidExport for a bomb."""
    refuse_entities(data)
    try:
        root = etree.fromstring(data, _XML)
    except (etree.XMLSyntaxError, ValueError):
        return Listing()
    if root is None:
        return Listing()
    found = tuple((loc.text or "").strip() for loc in root.iterfind("{*}*/{*}loc"))[:MAX_LOCATIONS]
    is_index = etree.QName(root).localname == "sitemapindex"
    return Listing(files=found) if is_index else Listing(pages=found)


def sitemaps_of(robots: str) -> tuple[str, ...]:
    """The sitemaps that a robots.txt names."""
    lines = (line.partition(":") for line in robots.splitlines())
    return tuple(value.strip() for name, _, value in lines if name.strip().lower() == "sitemap")


def read_page(data: bytes, address: str) -> Page:
    """The feeds that a page announces and the addresses of its own site that it links."""
    try:
        root = etree.fromstring(data, _HTML)
    except (etree.XMLSyntaxError, ValueError):
        return Page()
    if root is None:
        return Page()
    feeds = tuple(_joined(address, link) for link in root.iterfind(".//link[@rel='alternate']") if _is_feed(link))
    links = (_joined(address, link) for link in root.iterfind(".//a[@href]"))
    host = urlsplit(address).netloc
    return Page(feeds, tuple(dict.fromkeys(each for each in links if urlsplit(each).netloc == host)))


def _is_feed(link: etree._Element) -> bool:
    return (link.get("type") or "").lower() in _FEEDS and "oembed" not in (link.get("href") or "")


def _joined(address: str, link: etree._Element) -> str:
    try:
        return urljoin(address, link.get("href") or "").partition("#")[0]
    except ValueError:
        return ""


def read_feed(data: bytes, address: str) -> Iterator[tuple[str, str]]:
    """(path, guid) of the entries of a feed; none of what is no feed."""
    try:
        for item in FeedExport(data, address):
            if isinstance(item, Read) and item.article.path:
                yield item.article.path, item.article.guid
    except InvalidExport:
        return
