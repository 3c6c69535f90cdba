"""Real sitemap clients find, from robots.txt on, exactly what the store counts (H5)."""

import asyncio
import json
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from functools import cache

import advertools
import pytest
from protego import Protego
from usp.tree import sitemap_tree_for_homepage

from publisher.model import Document, Selection, Site
from publisher.store.memory import MemoryStore
from tests.tool.crawl import Crawled, in_month
from tests.tool.port import free_port
from tests.tool.shared import ROOT
from tests.tool.static_server import serving

pytestmark = pytest.mark.xdist_group("sitemap-client")

LOCATION = re.compile("<loc>(.*?)</loc>")
COUNTS = (0, 1, 999, 1000, 1001, 50_001)


@dataclass(frozen=True)
class Served:
    """A site that is being served: its documents, and what its store counts."""

    base: str
    documents: dict[str, Document]
    entries: int
    articles: int


async def counted(store: MemoryStore) -> int:
    """Every entry that the sitemaps shall have: chunks, shelves, home and the stories' archive."""
    kinds = ("articles", "stories", "sections", "authors", "tags")
    chunks = [chunk for kind in kinds for chunk in await store.chunks(kind)]
    return sum(chunk.urls for chunk in chunks) + 1 + any(chunk.kind == "stories" for chunk in chunks)


async def published(base: str, count: int) -> Served:
    store = MemoryStore()
    site = Crawled(store, Site(base=base, title="The Mag"))
    await site.publish(*in_month(0, count))
    documents = await site.files() | {"/robots.txt": await site.document("/robots.txt")}
    return Served(base, documents, await counted(store), await store.count(Selection()))


@pytest.fixture(scope="module")
def sites() -> Iterator[Callable[[int], Served]]:
    """A site of so many articles, made and served once, in whatever order the tests come."""
    with ExitStack() as stack:

        @cache
        def site(count: int) -> Served:
            port = free_port()
            made = asyncio.run(published(f"http://127.0.0.1:{port}", count))
            assert made.articles == count
            stack.enter_context(serving(made.documents, port))
            return made

        yield site


@pytest.fixture(params=COUNTS)
def served(request: pytest.FixtureRequest, sites: Callable[[int], Served]) -> Served:
    return sites(request.param)


def ultimate_sitemap_parser(base: str) -> list[str]:
    tree = sitemap_tree_for_homepage(f"{base}/", use_known_paths=False)
    return [page.url for page in tree.all_pages() if page.news_story is None]


def advertools_reader(base: str) -> list[str]:
    frame = advertools.sitemap_to_df(f"{base}/sitemap.xml", max_workers=2)
    assert "errors" not in frame.columns, frame["errors"].dropna().tolist()
    return [str(each) for each in frame["loc"]]


def scrapy_spider(base: str) -> list[str]:
    command = [sys.executable, "-m", "tests.tool.scrapy_count", f"{base}/robots.txt"]
    ran = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True, timeout=350)
    found: list[str] = json.loads(ran.stdout)
    return found


@pytest.mark.parametrize("client", [ultimate_sitemap_parser, advertools_reader, scrapy_spider])
def test_h5_a_real_client_counts_what_the_store_counts(served: Served, client: Callable[[str], list[str]]):
    found = Counter(client(served.base))
    twice = {location for location, times in found.items() if times > 1}
    news = served.documents["/sitemap-news.xml"].body.decode()
    assert all(location in news for location in twice)
    assert len(found) == served.entries
    assert sum("/reviews/cup-" in location for location in found) == served.articles


def test_r3_r6_every_location_may_be_fetched(served: Served):
    """By an independent reader of robots.txt: Googlebot, and readers without a name."""
    rules = Protego.parse(served.documents["/robots.txt"].body.decode())
    locations = {each for document in served.documents.values() for each in LOCATION.findall(document.body.decode())}
    for agent in ("Googlebot", "Googlebot-News", "bingbot", "anything"):
        assert all(rules.can_fetch(location, agent) for location in locations)
