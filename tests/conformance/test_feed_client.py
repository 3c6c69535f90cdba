"""Real feed readers against the running server: everything once, then 304, then only what is new (226)."""

import asyncio
import json
import os
import re
import sqlite3
import subprocess
from collections.abc import AsyncIterator, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import feedparser
import pytest
from aiohttp import ClientResponse, ClientSession
from reader import Reader, make_reader

from publisher.model import Status
from tests.feed.server import Server, serving
from tests.feed.world import LONG, article
from tests.tool import feed_reader
from tests.tool.debian import needed

PATH = "/feeds/all.rss"


@pytest.fixture
async def server() -> AsyncIterator[Server]:
    async with serving() as running:
        await running.publish(*(article(number, body=LONG) for number in range(10, 60)))
        yield running


@pytest.fixture
async def client() -> AsyncIterator[ClientSession]:
    async with ClientSession(auto_decompress=True) as session:
        yield session


async def change(server: Server) -> None:
    """A new article, an edited one, a withdrawn one, an hour later."""
    server.world.now += timedelta(hours=1)
    stored = {each.guid: each for each in await server.world.store.select(server.world.context.feeds[0].selection)}
    await server.publish(article(1, title="Brand new", body=LONG))
    await server.edit(stored[article(20).guid], title="Edited")
    await server.edit(stored[article(30).guid], status=Status.TRASH)


async def titles(server: Server) -> dict[str, str]:
    """Id -> title of what a fresh fetch shows."""
    parsed = feedparser.parse((await server.world.get(PATH)).body)
    return {entry.id: entry.title for entry in parsed.entries}


# feedparser


def polled(url: str, last: Any = None) -> Any:
    return feedparser.parse(url, etag=last and last.etag, modified=last and last.get("modified"))


async def test_f54_feedparser_gets_200_then_304_then_226_and_the_merge_is_a_fresh_fetch(server: Server):
    url = server.base + PATH
    first = await asyncio.to_thread(polled, url)
    same = await asyncio.to_thread(polled, url, first)
    await change(server)
    new = await asyncio.to_thread(polled, url, first)
    assert (first.status, same.status, new.status) == (200, 304, 226)
    assert (first.bozo, new.bozo, len(first.entries), len(new.entries)) == (False, False, 50, 2)
    merged = {entry.id: entry.title for entry in (*first.entries, *new.entries)}
    fresh = await titles(server)
    assert {id: merged[id] for id in fresh} == fresh
    assert server.seen[-1].bytes < server.seen[0].bytes


# reader (lemon24)


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Reader]:
    with make_reader(str(tmp_path / "reader.sqlite")) as made:
        yield made


def updated(library: Reader, url: str) -> dict[str, str | None]:
    library.update_feed(url)
    return {entry.id: entry.title for entry in library.get_entries()}


async def test_f54_reader_gets_200_then_304_then_226_and_the_merge_is_a_fresh_fetch(server: Server, tmp_path: Path):
    url = server.base + PATH

    def look() -> dict[str, str | None]:
        with make_reader(str(tmp_path / "reader.sqlite")) as library:
            library.add_feed(url, exist_ok=True)
            return updated(library, url)

    first, same = await asyncio.to_thread(look), await asyncio.to_thread(look)
    await change(server)
    merged = await asyncio.to_thread(look)
    assert server.statuses(PATH) == [200, 304, 226]
    assert len(first) == len(same) == 50
    fresh = await titles(server)
    assert {id: merged[id] for id in fresh} == fresh


@pytest.mark.parametrize("format", ["rss", "atom", "json"])
async def test_f04_reader_reads_each_format(server: Server, tmp_path: Path, format: str):
    url = f"{server.base}/feeds/all.{format}"

    def look() -> list[tuple[str, str | None, str | None]]:
        with make_reader(str(tmp_path / "reader.sqlite")) as library:
            library.add_feed(url)
            library.update_feed(url)
            return [(each.id, each.title, each.link) for each in library.get_entries()]

    found = await asyncio.to_thread(look)
    assert len(found) == 50
    assert (article(10).guid, "Article 10", f"{server.base}/travel/article-10/") in found


# newsboat


class Newsboat:
    """Newsboat with a folder of its own, told to reload and quit."""

    def __init__(self, folder: Path, url: str) -> None:
        self.program = needed(feed_reader.newsboat)
        self.folder = folder
        (folder / "urls").write_text(f"{url}\n")
        (folder / "config").write_text("ssl-verifyhost no\nhttp-auth-method any\n")

    def reload(self) -> None:
        """Fetch the feed as at a user's request."""
        self.run("--execute=reload")

    def run(self, command: str) -> None:
        """Do one thing and quit."""
        options = [f"--{name}={self.folder / file}" for name, file in self.FILES.items()]
        subprocess.run(
            [self.program, *options, command],
            env={**os.environ, "HOME": str(self.folder), "TERM": "dumb", "LC_ALL": "C.UTF-8"},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            check=True,
            timeout=300,
        )

    FILES = {"url-file": "urls", "cache-file": "cache.db", "config-file": "config"}

    def titles(self) -> dict[str, str]:
        """Id -> title of what it has kept."""
        with sqlite3.connect(self.folder / "cache.db") as database:
            return dict(database.execute("SELECT guid, title FROM rss_item WHERE deleted = 0"))


async def test_f54_newsboat_gets_200_then_304_then_226_and_the_merge_is_a_fresh_fetch(server: Server, tmp_path: Path):
    newsboat = await asyncio.to_thread(Newsboat, tmp_path, server.base + PATH)
    for _ in range(3):  # it keeps validators from the second time on
        await asyncio.to_thread(newsboat.reload)
    first = newsboat.titles()
    await change(server)
    await asyncio.to_thread(newsboat.reload)
    merged, fresh = newsboat.titles(), await titles(server)
    assert server.statuses(PATH) == [200, 200, 304, 226]
    assert len(first) == 50
    assert {id: merged[id] for id in fresh} == fresh


async def test_f65_newsboat_imports_the_opml_of_all_feeds(server: Server, tmp_path: Path):
    newsboat = await asyncio.to_thread(Newsboat, tmp_path, "")
    (tmp_path / "feeds.opml").write_bytes((await server.world.get("/feeds.opml")).body)
    await asyncio.to_thread(newsboat.run, f"--import-from-opml={tmp_path / 'feeds.opml'}")
    urls = (tmp_path / "urls").read_text()
    for path in (PATH, "/feeds/stories.rss", "/travel/feed.rss", "/tag/food/feed.rss", "/author/ann/feed.rss"):
        assert server.base + path in urls


# rss-parser (npm)

SCRIPT = """
const Parser = require("rss-parser");
new Parser().parseURL(process.argv[1]).then(feed => console.log(JSON.stringify(feed)));
"""


@pytest.mark.parametrize("format", ["rss", "atom"])
async def test_f03_an_npm_parser_reads_the_feed(server: Server, format: str):
    found = await asyncio.to_thread(run_node, f"{server.base}/feeds/all.{format}")
    assert found["title"] == "The Magazine"
    assert len(found["items"]) == 50
    assert found["items"][0]["title"] == "Article 10"
    assert found["items"][0]["link"] == f"{server.base}/travel/article-10/"


def run_node(url: str) -> Any:
    modules, node = needed(feed_reader.rss_parser), needed(feed_reader.node)
    done = subprocess.run(
        [node, "-e", SCRIPT, url],
        env={**os.environ, "NODE_PATH": str(modules)},
        capture_output=True,
        encoding="utf-8",
        timeout=300,
        check=True,
    )
    return json.loads(done.stdout)


# plain HTTP


async def test_f53_a_304_repeats_the_headers_of_the_200_and_head_has_those_of_get(
    server: Server, client: ClientSession
):
    for format in ("rss", "atom", "json"):
        url = f"{server.base}/feeds/all.{format}"
        async with client.get(url) as got, client.head(url) as head:
            for name in ("ETag", "Last-Modified", "Cache-Control", "Vary", "Link", "Content-Type"):
                assert got.headers.getall(name) == head.headers.getall(name)
            assert got.headers["Content-Type"].endswith("; charset=utf-8")
            assert got.headers["Access-Control-Allow-Origin"] == "*"
            assert got.headers["X-Content-Type-Options"] == "nosniff"
            assert got.headers["X-Robots-Tag"] == "noindex"
            assert "Sec-Fetch-Dest" in got.headers["Vary"]
        async with client.get(url, headers={"If-None-Match": got.headers["ETag"]}) as same:
            assert same.status == 304
            for name in ("ETag", "Last-Modified", "Cache-Control", "Vary", "Link"):
                assert same.headers.getall(name) == got.headers.getall(name)
        async with client.get(url, headers={"If-Modified-Since": got.headers["Last-Modified"]}) as same:
            assert same.status == 304


async def test_f54_a_delta_says_what_it_is_and_may_not_be_kept_as_the_whole(server: Server, client: ClientSession):
    url = server.base + PATH
    async with client.get(url) as whole:
        old = whole.headers["ETag"]
    await change(server)
    async with client.get(url, headers={"A-IM": "feed", "If-None-Match": old}) as new, client.get(url) as fresh:
        assert (new.status, new.headers["IM"]) == (226, "feed")
        assert "no-store" in new.headers["Cache-Control"]
        assert opaque(new) == opaque(fresh)
        assert "A-IM" in fresh.headers["Vary"]
    async with client.get(url, headers={"A-IM": "feed", "If-None-Match": new.headers["ETag"]}) as same:
        assert same.status == 304
    async with client.get(url, headers={"A-IM": "feed", "If-None-Match": '"unknown"'}) as other:
        assert other.status == 200
    async with client.get(url, headers={"If-None-Match": old}) as unasked:
        assert unasked.status == 200


def opaque(response: ClientResponse) -> str:
    """The ETag's revision, whatever coding it is of: the whole may not be in brotli yet."""
    return re.sub(r'^W/|"|-(gzip|br|zstd)"$', "", response.headers["ETag"])


async def test_f61_a_browser_gets_a_page_and_a_reader_never_does(server: Server, client: ClientSession):
    async with client.get(server.base + PATH, headers={"Sec-Fetch-Dest": "document"}) as page:
        assert page.headers["Content-Type"].startswith("text/html")
        assert "Sec-Fetch-Dest" in page.headers["Vary"]
        assert "Article 10" in await page.text()
    for destination in ("", "empty", "image"):
        async with client.get(
            server.base + PATH, headers={"Sec-Fetch-Dest": destination, "Accept": "text/html"}
        ) as feed:
            assert feed.headers["Content-Type"].startswith("application/rss+xml")


async def test_f58_unknown_arguments_change_nothing_and_no_cookie_is_set(server: Server, client: ClientSession):
    async with client.get(server.base + PATH) as plain, client.get(f"{server.base}{PATH}?utm_source=x&a=b") as tracked:
        assert plain.headers["ETag"] == tracked.headers["ETag"]
        assert "Set-Cookie" not in tracked.headers
    assert len(server.press.cache) == 1


async def test_f59_old_addresses_redirect_in_one_hop(server: Server, client: ClientSession):
    for old in ("/feed/", "/feed", "/rss.xml", "/?feed=rss2", "/feed/rss2/?utm_source=x"):
        async with client.get(server.base + old, allow_redirects=False) as moved:
            assert (moved.status, moved.headers["Location"]) == (301, "/feeds/all.rss"), old


async def test_f56_a_304_reads_nothing_and_renders_nothing(server: Server, client: ClientSession):
    async with client.get(server.base + PATH) as got:
        tag = got.headers["ETag"]
    builds, misses = server.press.counts.builds, server.world.context.fragments.misses
    for _ in range(5):
        async with client.get(server.base + PATH, headers={"If-None-Match": tag}) as same:
            assert same.status == 304
    assert (server.press.counts.builds, server.world.context.fragments.misses) == (builds, misses)
