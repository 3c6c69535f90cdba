"""A search engine reads the sample magazine: robots.txt, the sitemaps, then every address they name."""

import asyncio
import json
import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from html import unescape
from typing import Any

import pytest
from lxml import etree
from protego import Protego

from publisher.asset import SAMPLE
from publisher.check.sitemap import lint_sitemaps
from publisher.cli.transfer import bring_in
from publisher.date import now
from publisher.house import SETTINGS, House, settings_of, with_house
from publisher.model import Kind, Selection, Site
from publisher.representation import Representation
from publisher.url import absolute
from tests.tool.schema import check_sitemapindex, check_urlset
from tests.tool.schemaorg import graph_problems

pytestmark = pytest.mark.xdist_group("crawler")

SITEMAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
GRAPH = re.compile(r'<script type="?application/ld\+json"?[^>]*>(.*?)</script>', re.DOTALL)
CANONICAL = re.compile(
    r'<link[^>]*rel="?canonical"?[^>]*?href="?([^" >]+)|<link[^>]*?href="?([^" >]+)"?[^>]*rel="?canonical"?'
)
SHARED = re.compile(r'property="?og:url"? content="?([^" >]+)')
OPEN_GRAPH = re.compile(r'property="?article:(published|modified)_time"? content="?([^" >]+)')
SHOWN = re.compile(r'<h1\b.*?<time datetime="?([^" >]+)', re.DOTALL)
CRUMBS = re.compile(r'<nav class="?crumbs"?[ >].*?</nav>', re.DOTALL)
CRUMB = re.compile(r'<a href="?([^" >]+)"?[^>]*>([^<]*)</a>')
ATOM = "{http://www.w3.org/2005/Atom}"


@dataclass(frozen=True)
class Page:
    """What a crawler keeps of an address."""

    lastmod: str
    robots: str
    html: str

    @property
    def canonicals(self) -> list[str]:
        return [first or second for first, second in CANONICAL.findall(self.html)]

    @property
    def graphs(self) -> list[str]:
        return GRAPH.findall(self.html)

    def nodes(self, *types: str) -> list[dict[str, Any]]:
        """The nodes of some types in the graph."""
        return [node for node in json.loads(self.graphs[0])["@graph"] if node["@type"] in types]


@dataclass(frozen=True)
class Crawl:
    """Everything that was found."""

    site: Site
    robots: str
    files: dict[str, bytes]
    pages: dict[str, Page | None]
    articles: set[str]
    feed: dict[str, tuple[str, str]]
    """When the feed says that an address was published and updated."""


async def crawl(house: House) -> Crawl:
    await bring_in(house, str(SAMPLE), quiet=True)
    base = house.site.base
    files = {path: body for path, body in [("/sitemap.xml", await body_of(house, "/sitemap.xml"))] if body}
    for location in locations(files["/sitemap.xml"]):
        files[location.removeprefix(base)] = await body_of(house, location.removeprefix(base)) or b""
    files["/sitemap-news.xml"] = await body_of(house, "/sitemap-news.xml") or b""
    pages = {
        location: await page(house, location.removeprefix(base), lastmod)
        for path, body in files.items()
        if path != "/sitemap.xml"
        for location, lastmod in entries(body)
    }
    articles = [each for each in await house.store.select(Selection(limit=500)) if each.is_indexable]
    return Crawl(
        house.site,
        (await body_of(house, "/robots.txt") or b"").decode(),
        files,
        pages,
        {absolute(base, each.path) for each in articles if each.kind is Kind.ARTICLE},
        dict(dated(await body_of(house, "/feeds/all.atom") or b"")),
    )


def dated(atom: bytes) -> Iterator[tuple[str, tuple[str, str]]]:
    for each in etree.fromstring(atom).iter(f"{ATOM}entry"):
        address = each.xpath("string(*[local-name() = 'link'][not(@rel) or @rel = 'alternate']/@href)")
        yield str(address), (each.findtext(f"{ATOM}published") or "", each.findtext(f"{ATOM}updated") or "")


async def body_of(house: House, path: str) -> bytes | None:
    answer = await house.press.answer(path)
    return answer.document.body if isinstance(answer, Representation) else None


async def page(house: House, path: str, lastmod: str) -> Page | None:
    answer = await house.press.answer(path)
    if not isinstance(answer, Representation) or answer.document.status != 200:
        return None
    return Page(lastmod, answer.document.robots, answer.document.body.decode())


def locations(body: bytes) -> list[str]:
    return [location for location, _ in entries(body)]


def entries(body: bytes) -> Iterator[tuple[str, str]]:
    for entry in etree.fromstring(body):
        yield entry.findtext(f"{SITEMAP}loc") or "", entry.findtext(f"{SITEMAP}lastmod") or ""


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> Crawl:
    folder = tmp_path_factory.mktemp("magazine")
    shutil.copyfile(SAMPLE / SETTINGS, folder / SETTINGS)
    settings = settings_of(folder, {"base_url": "https://magazine.example"})
    return asyncio.run(with_house(folder, settings, crawl))


def test_s1_the_set_is_valid(found: Crawl):
    assert lint_sitemaps(found.files, found.site, now()) == []
    for path, body in found.files.items():
        assert (check_sitemapindex if path == "/sitemap.xml" else check_urlset)(body) == [], path


def test_s6_every_location_answers_is_indexable_and_canonical(found: Crawl):
    assert len(found.pages) > 40
    for location, each in found.pages.items():
        assert each is not None, f"{location} doesn't answer 200"
        assert "noindex" not in each.robots, location
        assert 'name="robots" content="noindex' not in each.html, location
        assert each.canonicals == [location], location


def test_every_article_is_found(found: Crawl):
    assert found.articles
    assert found.articles <= set(found.pages)


def test_r3_every_location_may_be_fetched(found: Crawl):
    rules = Protego.parse(found.robots)
    assert list(rules.sitemaps) == [f"{found.site.base}/sitemap.xml", f"{found.site.base}/sitemap-news.xml"]
    assert all(rules.can_fetch(location, "Googlebot") for location in found.pages)


def test_j1_every_page_has_one_graph_in_schema_orgs_words(found: Crawl):
    for location, each in found.pages.items():
        assert each is not None
        assert len(each.graphs) == 1, location
        assert graph_problems(each.graphs[0]) == [], location


def test_j5_the_shared_address_is_the_canonical(found: Crawl):
    for location, each in found.pages.items():
        assert each is not None
        assert SHARED.findall(each.html) in ([location], []), location


def test_j3_s9_one_instant_stands_behind_graph_shared_data_page_feed_and_lastmod(found: Crawl):
    compared = 0
    for location, each in found.pages.items():
        assert each is not None
        for node in each.nodes("NewsArticle", "Article") if each.lastmod and "/web-stories/" not in location else ():
            said = [("published", node["datePublished"]), ("modified", node["dateModified"])]
            assert sorted(OPEN_GRAPH.findall(each.html)) == sorted(said), location
            published, modified = (instant(text) for _, text in said)
            assert instant(SHOWN.findall(each.html)[0]) == published, location
            assert instant(each.lastmod) == modified, location
            if location in found.feed:
                assert tuple(map(instant, found.feed[location])) == (published, modified), location
                compared += 1
    assert compared > 15


def test_j7_breadcrumbs_are_those_that_the_page_shows(found: Crawl):
    shown = 0
    for location, each in found.pages.items():
        assert each is not None
        links = [CRUMB.findall(nav) for nav in CRUMBS.findall(each.html)]
        trails = [node["itemListElement"] for node in each.nodes("BreadcrumbList")]
        if links:
            seen = [(unescape(title), absolute(found.site.base, path)) for path, title in links[0]]
            assert [[(step["name"], step["item"]) for step in trail] for trail in trails] == [seen], location
            shown += 1
    assert shown > 30


def instant(text: str) -> float:
    return datetime.fromisoformat(text).timestamp()
