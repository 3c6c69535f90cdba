"""Ten thousand articles come in, add up, and are served."""

import time
from collections.abc import Callable
from pathlib import Path

import pytest

from publisher.desk.ingest import Ingest
from publisher.model import Selection
from publisher.representation import Representation
from publisher.store.sqlite import SqliteStore
from tests.tool.corpus import CorpusExport
from tests.tool.house import house
from tests.tool.schema import check_sitemapindex, check_urlset

FEEDS = ("/feeds/all.rss", "/feeds/all.atom", "/feeds/all.json", "/travel/feed.rss")
PAGES = ("/", "/travel/", "/web-stories/", "/sitemap.xml", "/sitemap-news.xml", "/sitemap-tags.xml")


@pytest.mark.drill
async def test_ten_thousand_articles_import_and_serve(
    tmp_path: Path, cycles: Callable[[int, int], int], figure: Callable[[str], None]
):
    count = cycles(10_000, 1_000)
    async with house(tmp_path, SqliteStore(tmp_path)) as site:
        began = time.process_time()
        report = await Ingest(site.desk, CorpusExport(count)).run()
        spent = time.process_time() - began
        assert report.adds_up
        assert report.failed == ()
        tally = await site.store.tally()
        assert sum((tally.published, tally.draft, tally.scheduled, tally.private)) == report.created
        again = await Ingest(site.desk, CorpusExport(count)).run()
        assert (again.created, again.updated, again.unchanged) == (0, 0, report.created)
        newest = await site.store.select(Selection(limit=50))
        for path in (*FEEDS, *PAGES, *(each.path for each in newest)):
            made = await site.press.answer(path)
            assert isinstance(made, Representation), path
        listed = 0
        for chunk in await site.store.chunks("articles"):
            fragments = await site.store.chunk("articles", chunk.month, chunk.number)
            listed += len(fragments)
        assert listed == tally.published
        index = await site.press.answer("/sitemap.xml")
        assert isinstance(index, Representation)
        assert check_sitemapindex(index.document.body) == []
        news = await site.press.answer("/sitemap-news.xml")
        assert isinstance(news, Representation)
        assert check_urlset(news.document.body) == []
    figure(
        f"corpus: {report.seen:,} seen, {report.created:,} imported, {spent / report.created * 1000:.2f} ms CPU each"
    )
