"""Everything that the sample magazine and real exports publish passes the validators of its kind."""

import asyncio
from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest

from publisher.asset import SAMPLE
from publisher.catalogue.base import Context
from publisher.check.finding import Level
from publisher.check.site import SiteCheck
from publisher.date import now
from publisher.importer.sniff import open_export
from publisher.model import Document
from tests.tool.client import feedparser_parse
from tests.tool.house import documents, fill, house
from tests.tool.schema import check_atom, check_jsonfeed, check_rss, check_sitemapindex, check_urlset
from tests.tool.shared import shared

pytestmark = pytest.mark.xdist_group("whole-site")

Published = list[tuple[str, Document]]

CHECKS: dict[str, Callable[[bytes], list[str]]] = {
    "application/rss+xml": check_rss,
    "application/atom+xml": check_atom,
    "application/feed+json": check_jsonfeed,
}
ADS = "unknown namespace http://www.smartnews.be/snf"
"""A partner's own namespace: unknown to a general lint, wanted by the partner (feeds.md 1)."""
OF_AUTHORS = ("heading levels", "appears to be written in")
"""What an author of another site writes: an h6 that follows an h2, Greek in a site that says en. Our own sample is
checked without exemption."""
EXEMPT = {"the sample magazine": (), "the theme unit test": OF_AUTHORS}


async def _published(folder: Path, source: str) -> tuple[Published, list[str]]:
    async with house(folder) as site:
        report = await fill(site, open_export(source, now=now()))
        assert report.adds_up
        assert report.failed == ()
        made = [each async for each in documents(site)]
        return made, await _faults(site.context, site)


async def _faults(context: Context, site) -> list[str]:
    checking = SiteCheck(context, site.press.catalogue)
    found = [finding async for finding in checking.run()]
    return [f"{each.path}: {each.message}" for each in found if each.level is Level.ERROR]


@cache
def _site(source: str, folder: Path) -> tuple[Published, list[str]]:
    """Made once, in whatever order the tests come."""
    return asyncio.run(_published(folder, source))


@pytest.fixture(params=list(EXEMPT))
def site(request: pytest.FixtureRequest, folder: Path) -> tuple[Published, list[str]]:
    export = shared("data", "wxr", "wptt-theme-unit-test.xml")
    source = SAMPLE if request.param == "the sample magazine" else export
    return _site(str(source), folder / request.param)


@pytest.fixture
def exempt(site, request: pytest.FixtureRequest) -> tuple[str, ...]:
    """Words of the HTML checker that don't count on this site."""
    return EXEMPT[request.node.callspec.params["site"]]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("sites")


def problems(document: Document) -> list[str]:
    media_type = document.media_type.partition(";")[0]
    if media_type in CHECKS:
        found = CHECKS[media_type](document.body)
        if media_type != "application/feed+json":
            feedparser_parse(document.body)
    elif document.path.startswith("/sitemap"):
        found = check_sitemapindex(document.body) if document.path == "/sitemap.xml" else check_urlset(document.body)
    else:
        found = []
    return [f"{document.path}: {each}" for each in found if ADS not in each]


def test_every_feed_and_sitemap_is_valid(site):
    published, _ = site
    assert [problem for _, document in published for problem in problems(document)] == []
    kinds = {document.media_type.partition(";")[0] for _, document in published}
    assert set(CHECKS) <= kinds
    assert sum(document.path.startswith("/sitemap") for _, document in published) > 5


def test_every_story_is_valid_amp(site, amp_validate):
    published, _ = site
    stories = {document.path: document.body.decode() for kind, document in published if kind == "story"}
    assert {path: errors for path, html in stories.items() if (errors := amp_validate(html))} == {}
    assert len(stories) > 5


def test_every_page_is_conforming_html(site, exempt, check_html):
    published, _ = site
    pages = {
        document.path: document.body.decode()
        for kind, document in published
        if document.media_type.startswith("text/html") and kind != "story"
    }
    assert len(pages) > 80
    assert [each for each in check_html(pages) if not any(word in each.message for word in exempt)] == []


def test_our_own_check_finds_nothing(site):
    _, faults = site
    assert faults == []
