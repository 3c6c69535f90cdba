"""What the command line tells of feeds."""

from publisher.catalogue.feed.measure import measured
from tests.feed.world import NOON, World, article


async def test_every_feed_is_listed_with_entries_last_change_and_bytes():
    world = World()
    await world.publish(article(1), article(2))
    rows = {each.path: each async for each in measured(world.context)}
    assert set(rows) >= {
        "/feeds/all.rss",
        "/feeds/msn.rss",
        "/travel/feed.rss",
        "/author/ann/feed.rss",
        "/tag/food/feed.rss",
    }
    one = rows["/travel/feed.rss"]
    assert (one.entries, one.updated, one.feed.title) == (2, NOON, "Travel · The Magazine")
    assert one.body == (await world.get("/travel/feed.rss")).body


async def test_every_format_is_listed_when_asked_and_so_is_what_was_left_out():
    world = World()
    await world.publish(article(1), article(2, guid="bad\x00guid"))
    rows = {each.path: each async for each in measured(world.context, every_format=True)}
    assert {"/feeds/all.rss", "/feeds/all.atom", "/feeds/all.json"} <= set(rows)
    assert [each.article_id for each in rows["/feeds/all.json"].left_out] == [2]
