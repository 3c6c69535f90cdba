"""Everything that a real export publishes passes the validators of its kind."""

from collections import Counter
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from publisher.importer.port import Export
from publisher.importer.sniff import open_export
from publisher.model import Document
from tests.tool.client import feedparser_parse
from tests.tool.house import documents, fill, house
from tests.tool.schema import check_atom, check_jsonfeed, check_rss, check_sitemapindex, check_urlset
from tests.tool.shared import shared

pytestmark = pytest.mark.xdist_group("whole-site")

CHECKS = {
    "application/rss+xml": check_rss,
    "application/atom+xml": check_atom,
    "application/feed+json": check_jsonfeed,
}


async def published(folder: Path, export: Export) -> AsyncIterator[tuple[str, Document]]:
    async with house(folder) as site:
        report = await fill(site, export)
        assert report.adds_up
        async for kind, document in documents(site):
            yield kind, document


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
    return [f"{document.path}: {each}" for each in found if not is_partners(each)]


def is_partners(problem: str) -> bool:
    """A partner's own namespace is unknown to a general lint and wanted by the partner (feeds.md 1)."""
    return "unknown namespace http://www.smartnews.be/snf" in problem


@pytest.mark.parametrize("name", ["wxr/wptt-theme-unit-test.xml", "wxr/importer-suite/small-export.xml"])
async def test_every_feed_and_sitemap_of_a_wordpress_export_is_valid(name: str, tmp_path: Path):
    kinds: Counter[str] = Counter()
    found = []
    async for kind, document in published(tmp_path, open_export(str(shared("data", name)))):
        kinds[kind] += 1
        found += problems(document)
    assert found == []
    assert kinds["feed"] >= 3
    assert kinds["sitemap index"] == 1 or any("sitemap" in kind for kind in kinds)


async def test_every_story_of_a_wordpress_export_is_valid_amp(tmp_path: Path, amp_validate):
    export = open_export(str(shared("data", "wxr", "wptt-theme-unit-test.xml")))
    found, count = [], 0
    async for kind, document in published(tmp_path, export):
        if kind == "story":
            count += 1
            found += [(document.path, each) for each in amp_validate(document.body.decode())]
    assert found == []
    assert count > 5


async def test_every_page_of_a_wordpress_export_is_conforming_html(tmp_path: Path, check_html):
    export = open_export(str(shared("data", "wxr", "wptt-theme-unit-test.xml")))
    pages = {}
    async for kind, document in published(tmp_path, export):
        if document.media_type.startswith("text/html") and kind != "story":
            pages[document.path] = document.body.decode()
    assert len(pages) > 80
    assert check_html(pages) == []
