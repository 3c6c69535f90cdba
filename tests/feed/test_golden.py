"""Feeds byte for byte as they were agreed on: `UPDATE_GOLDEN=1 pytest tests/feed/test_golden.py` writes them anew."""

import os
from datetime import timedelta

import pytest

from publisher.model import Author, Body, Tag, Visibility
from tests.feed.world import LONG, NOON, World, article
from tests.tool.shared import ROOT

GOLDEN = ROOT / "tests" / "golden" / "feeds"

PATHS = {
    "all.rss": "/feeds/all.rss",
    "all.atom": "/feeds/all.atom",
    "all.json": "/feeds/all.json",
    "archive.rss": "/feeds/all/2026/10.rss",
    "archive.atom": "/feeds/all/2026/10.atom",
    "section.rss": "/travel/feed.rss",
    "stories.atom": "/feeds/stories.atom",
    "flipboard.rss": "/feeds/flipboard.rss",
    "smartnews.rss": "/feeds/smartnews.rss",
    "msn.rss": "/feeds/msn.rss",
    "empty.rss": "/tag/quiet/feed.rss",
    "feeds.opml": "/feeds.opml",
}


async def magazine() -> World:
    """One article of each sort that a feed tells apart."""
    world = World(hub="https://hub.example/")
    await world.publish(
        article(1, title="Fish & chips: 5 < 6 “quoted”", body=LONG, comment_count=2),
        article(2, title="", dek="", hero=None),
        article(3, title="عنوان", language="ar", body=Body(html="<p>نص</p>", text="نص"), hero=None),
        article(4, title="For members", visibility=Visibility.MEMBERS),
        article(5, title="From elsewhere", source_url="https://other.example/piece", source_name="The Other"),
        article(
            6, title="Two hands", authors=(Author(slug="bo", name="Bo <Lens>"), Author(slug="cy", name="Cÿ")), tags=()
        ),
        article(7, title="Last month", published=NOON - timedelta(days=30), updated=NOON - timedelta(days=29)),
    )
    quiet = await world.publish(article(8, tags=(Tag(slug="quiet", name="Quiet"),)))
    await world.edit(quiet[0], tags=())
    return world


@pytest.mark.parametrize("name", PATHS)
async def test_f06_a_feed_is_byte_for_byte_what_was_agreed_on(name: str):
    made = (await (await magazine()).get(PATHS[name])).body
    file = GOLDEN / name
    if os.environ.get("UPDATE_GOLDEN"):
        file.write_bytes(made)
    assert made.decode() == file.read_text("utf-8")
