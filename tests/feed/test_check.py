"""The check that owners run sees what is wrong with a feed, and nothing in ours."""

from datetime import timedelta

import pytest

from publisher.check.feed import lint_feed
from tests.feed.world import LONG, NOON, World, article

BASE = "https://magazine.example"


async def test_our_feeds_have_no_faults():
    world = World()
    await world.publish(*(article(number, body=LONG) for number in range(1, 6)), article(6, title=""))
    for path in await world.paths():
        if not path.endswith(".opml"):
            assert lint_feed((await world.get(path)).body, BASE + path, NOON) == [], path


FAULTS = [
    ("rss", b"<title>The Magazine</title>", b"<title> </title>", "title is missing"),
    ("rss", b"<pubDate>", b"<pubDate>No ", "published 'No Fri, 20 Nov 2026"),
    ("rss", b"<link>https://magazine.example/travel/article-1/</link>", b"<link>/travel/</link>", "link '/travel/' is"),
    ("rss", b'<guid isPermaLink="false">urn:uuid:', b"<guid>", ""),
    ("rss", b"</channel>", b"", "not XML"),
    ("rss", b"<language>en<", b"<language>en_US<", "language 'en_US' is not BCP 47"),
    ("rss", b"<p>The harbour", b'<p onclick=x><script></script><a href="/x/">The harbour', "relative address '/x/'"),
    ("rss", b"<p>The harbour", b"<p onclick=x>The harbour", "onclick in the body"),
    ("rss", b"<p>The harbour", b"<script></script>", "script in the body"),
    (
        "atom",
        b'rel="self" href="https://magazine.example',
        b'rel="self" href="http://other.example',
        "self is 'http://other",
    ),
    ("atom", b"<updated>2026-11-20T11:05", b"<updated>2026-11-19T11:05", "is before published"),
    ("atom", b"<updated>2026-11-20T11:05", b"<updated>2027-11-19T11:05", "is in the future"),
    ("atom", b"000000000002</id>", b"000000000001</id>", "twice"),
    ("json", b'"date_published":"', b'"date_published":"x', "is no date"),
    ("json", b'"tags":["Travel"', b'"tags":["Travel","travel"', "category 'travel' is blank or stands twice"),
    ("json", b'"mime_type":"image/jpeg"', b'"mime_type":""', "enclosure"),
    ("json", b"https://jsonfeed.org/version/1.1", b"1.1", "not JSON Feed 1"),
]


@pytest.mark.parametrize(("format", "old", "new", "message"), FAULTS)
async def test_a_planted_fault_is_named(format: str, old: bytes, new: bytes, message: str):
    world = World()
    await world.publish(article(1, body=LONG), article(2, body=LONG))
    path = f"/feeds/all.{format}"
    body = (await world.get(path)).body
    assert old in body
    found = lint_feed(body.replace(old, new, 1), BASE + path, NOON + timedelta(hours=1))
    assert any(message in each for each in found) if message else found == []


@pytest.mark.parametrize("body", [b"", b"<html/>", b"[]", b"\xef\xbb\xbf<rss/>", b"<rss version='2.0'/>"])
def test_what_is_no_feed_is_said_to_be_none(body: bytes):
    assert len(lint_feed(body, BASE, NOON)) == 1
