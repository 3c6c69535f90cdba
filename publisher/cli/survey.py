"""What can be compared: a running site, a site's folder, an export; each as an inventory that can be asked."""

from __future__ import annotations

import asyncio
import ipaddress
from collections.abc import Awaitable, Callable, Iterable
from pathlib import Path
from typing import TypeVar
from urllib.parse import urljoin, urlsplit

from publisher.check.difference import Ask, Found, Inventory, Lost, Moved, Stands
from publisher.date import now
from publisher.error import FetchFailed, NotFound, Refused
from publisher.fetch import Address, Fetcher, is_public
from publisher.house import House, settings_of, with_house
from publisher.importer import published
from publisher.importer.port import Failed, Read
from publisher.importer.sniff import What, open_export, sniff
from publisher.model import Article, Redirect, Status, Withdrawn

T = TypeVar("T")

MAX_FILES = 2000
"""Sitemap files of one site that are read."""
COMMON = ("/sitemap.xml", "/sitemap_index.xml", "/wp-sitemap.xml")
FEEDS = ("/feed/", "/rss/", "/atom.xml", "/feed.xml", "/index.xml", "/feeds/all.rss")
MAX_PAGE = 20_000_000


class RunningSite:
    """A site at an address, asked over the network by the guarded client."""

    def __init__(self, base: str, fetcher: Fetcher) -> None:
        self._base = base.rstrip("/") + "/"
        self._host = urlsplit(base).netloc.lower().removeprefix("www.")
        self._fetcher = fetcher

    async def inventory(self) -> Inventory:
        """Its sitemaps' pages, its feeds' entries, its home page's links. Raises FetchFailed when it isn't there."""
        home = await self._fetcher.get(self._base, max_bytes=MAX_PAGE)
        page = published.read_page(home.body, home.url)
        addresses = {path: "" for each in page.links if (path := self._path(each))}
        addresses |= {path: "" for each in await self._listed() if (path := self._path(each))}
        feeds = []
        for each in dict.fromkeys((*page.feeds, *(urljoin(self._base, name) for name in FEEDS))):
            if (path := self._path(each)) and (entries := await self._entries(each)):
                feeds.append(path)
                addresses |= entries
        return Inventory(addresses=addresses, feeds=feeds)

    async def _entries(self, address: str) -> dict[str, str]:
        body = await self._body(address)
        return await asyncio.to_thread(lambda: dict(published.read_feed(body, address))) if body else {}

    async def _listed(self) -> Iterable[str]:
        robots = (await self._body(urljoin(self._base, "/robots.txt"))).decode("utf-8", "replace")
        waiting = list(published.sitemaps_of(robots)) or [urljoin(self._base, name) for name in COMMON]
        pages: dict[str, None] = {}
        seen: set[str] = set()
        while waiting and len(seen) < MAX_FILES:
            address = waiting.pop()
            if address in seen or not self._path(address):
                continue
            seen.add(address)
            listing = await asyncio.to_thread(published.read_sitemap, await self._body(address))
            waiting += listing.files
            pages |= dict.fromkeys(listing.pages)
        return pages

    async def _body(self, address: str) -> bytes:
        try:
            return (await self._fetcher.get(address, max_bytes=MAX_PAGE)).body
        except (FetchFailed, Refused):
            return b""

    def _path(self, address: str) -> str:
        """The path and query of an address of this site, empty for one of another."""
        try:
            parts = urlsplit(address)
        except ValueError:
            return ""
        if parts.scheme not in ("http", "https") or parts.netloc.lower().removeprefix("www.") != self._host:
            return ""
        return (parts.path or "/") + (f"?{parts.query}" if parts.query else "")

    async def ask(self, path: str) -> Found:
        """What it answers there."""
        address = urljoin(self._base, path)
        try:
            found = await self._fetcher.get(address, max_bytes=MAX_PAGE)
        except (FetchFailed, Refused) as error:
            return Lost(str(error).removeprefix(f"{address}: "))
        arrived = self._path(found.url)
        return Stands() if arrived == path else Moved(arrived or found.url)


class Folder:
    """A site's folder, asked as its server would answer."""

    def __init__(self, house: House) -> None:
        self._house = house

    async def inventory(self) -> Inventory:
        """Every public article's address, every redirect, and everything else that it publishes."""
        addresses = {each.path: each.guid async for each in self._house.store.every() if each.is_public}
        feeds = []
        async for kind, path in self._house.press.catalogue.paths(self._house.context):
            addresses.setdefault(path, "")
            feeds += [path] if "feed" in kind else []
        after = ""
        while batch := await self._house.store.redirects(1000, after):
            addresses |= {each.path: "" for each in batch if each.path not in addresses}
            after = batch[-1].path
        return Inventory(addresses=addresses, feeds=feeds)

    async def ask(self, path: str) -> Found:
        """What its server would answer there."""
        try:
            at = await self._house.store.at(path)
        except NotFound:
            at = None
        if isinstance(at, Article):
            return Stands(at.guid) if at.is_public else Lost(f"its article is {at.status}")
        if at is not None:
            return Moved(at.target)
        name, _, query = path.partition("?")
        pairs = dict(each.partition("=")[::2] for each in query.split("&") if each)
        answer = await self._house.press.answer(name, pairs)
        if isinstance(answer, Redirect):
            return Moved(answer.target)
        if isinstance(answer, Withdrawn):
            return Lost("it was withdrawn (410)")
        return Lost("nothing stands there (404)") if isinstance(answer, NotFound) else Stands()


class ExportFile:
    """An export, read to its end."""

    def __init__(self, source: str, base: str) -> None:
        self._addresses: dict[str, str] = {}
        self._moved: dict[str, str] = {}
        self._reasons: dict[str, str] = {}
        for item in open_export(source, now=now(), base=base):
            if isinstance(item, Read) and item.article.path and item.article.status is Status.PUBLISHED:
                self._addresses[item.article.path] = item.article.guid
                self._moved |= dict.fromkeys(item.aliases, item.article.path)
            elif isinstance(item, Failed):
                self._reasons[item.what] = item.reason

    async def inventory(self) -> Inventory:
        """Every public article's address and the old ones that lead to it."""
        return Inventory(addresses=dict.fromkeys(self._moved, "") | self._addresses)

    async def ask(self, path: str) -> Found:
        """What an import of it would answer there."""
        if path in self._addresses:
            return Stands(self._addresses[path])
        if path in self._moved:
            return Moved(self._moved[path])
        failed = next((reason for what, reason in self._reasons.items() if f"({path})" in what), "")
        return Lost(failed or "no article of the export stands there")


Side = tuple[Inventory, Ask]


async def with_side(source: str, base: str, work: Callable[[Side], Awaitable[T]]) -> T:
    """Survey one of the two and let `work` compare it. Raises InvalidExport and FetchFailed for what can't be read."""
    what = sniff(source)
    if what is What.FEED_URL:
        async with Fetcher(_allowed(source)) as fetcher:
            site = RunningSite(source, fetcher)
            return await work((await site.inventory(), site.ask))
    if what in (What.SITE, What.DATABASE):
        path = Path(source) if what is What.SITE else Path(source).parent

        async def at_home(house: House) -> T:
            folder = Folder(house)
            return await work((await folder.inventory(), folder.ask))

        return await with_house(path, settings_of(path), at_home)
    export = await asyncio.to_thread(ExportFile, source, base)
    return await work((await export.inventory(), export.ask))


def _allowed(base: str) -> Callable[[Address], bool]:
    """Public addresses; for a site that its owner names by a loopback address, that machine and no other."""
    host = urlsplit(base).hostname or ""
    try:
        is_here = host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        is_here = False
    return (lambda address: address.is_loopback) if is_here else is_public
