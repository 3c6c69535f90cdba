"""The RSS lint is quiet about a good feed and sees every planted fault."""

import pytest

from tests.tool.client import feedparser_parse
from tests.tool.schema import check_rss
from tests.tool.shared import shared

GOOD = """<?xml version="1.0" encoding="UTF-8"?>
<rss version="2.0" xmlns:atom="http://www.w3.org/2005/Atom" xmlns:content="http://purl.org/rss/1.0/modules/content/"
  xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:media="http://search.yahoo.com/mrss/">
<channel>
<title>The Slow Weekly</title>
<link>https://example.com/</link>
<description>Trains, tides and tea.</description>
<language>en-GB</language>
<lastBuildDate>Sun, 22 Nov 2026 10:00:00 GMT</lastBuildDate>
<ttl>10</ttl>
<image><url>https://example.com/logo.png</url><title>The Slow Weekly</title><link>https://example.com/</link>
<width>144</width><height>72</height></image>
<atom:link href="https://example.com/feeds/all.rss" rel="self" type="application/rss+xml"/>
<item>
<title>Night trains</title>
<link>https://example.com/travel/night-trains/</link>
<guid isPermaLink="false">urn:uuid:1</guid>
<description>They run again.</description>
<content:encoded><![CDATA[<p>They <a href="https://example.com/b/">run</a> again.</p>]]></content:encoded>
<dc:creator>Mara Oduya</dc:creator>
<category domain="https://example.com/tag/">trains</category>
<enclosure url="https://example.com/a.jpg" length="1200" type="image/jpeg"/>
<media:content url="https://example.com/a.jpg" medium="image"/>
<pubDate>Sun, 22 Nov 2026 09:00:00 GMT</pubDate>
</item>
<item>
<guid>https://example.com/tides/</guid>
<description>No title, and that is fine.</description>
<source url="https://example.org/feed">Elsewhere</source>
<pubDate>Sat, 21 Nov 2026 09:00:00 +0000</pubDate>
</item>
</channel>
</rss>
"""
LOGO = "<width>144</width><height>72</height>"
ENCODED = "<content:encoded><![CDATA[<p>They"

FAULTS = [
    ("<title>The Slow Weekly</title>\n", "", "title is missing"),
    ("Trains, tides and tea.", " ", "description is missing or empty"),
    ("<link>https://example.com/</link>\n<desc", "<desc", "link is missing"),
    ("<ttl>10</ttl>", "<ttl>10</ttl><ttl>10</ttl>", "<ttl> more than once"),
    ("<ttl>10</ttl>", "<ttl>ten</ttl>", "ttl may not be 'ten'"),
    ("<ttl>10</ttl>", "<mood>calm</mood>", "no element <mood>"),
    ("<ttl>10</ttl>", "stray <ttl>10</ttl>", "text between elements"),
    ("en-GB", "en_GB", "language may not be"),
    ("Sun, 22 Nov 2026 10:00", "Mon, 22 Nov 2026 10:00", "lastBuildDate may not be"),
    ("Sun, 22 Nov 2026 10:00", "Sun, 22 Nov 2026 08:00", "before the newest pubDate"),
    ("Sun, 22 Nov 2026 09:00:00 GMT", "2026-11-22T09:00:00Z", "pubDate may not be"),
    ("Sun, 22 Nov 2026 09:00:00 GMT", "dim., 22 nov. 2026 09:00:00 GMT", "pubDate may not be"),
    ("22 Nov 2026 09:00:00 GMT", "22 Nov 26 09:00:00 GMT", "pubDate may not be"),
    (LOGO, LOGO.replace("144", "145"), "width may not be '145'"),
    (LOGO, LOGO.replace("72", "401"), "height may not be '401'"),
    ("logo.png</url><title>The Slow", "logo.png</url><title>Slow", "title is not the channel's"),
    ('rel="self" type="application/rss+xml"', 'rel="hub"', "0 atom:link with rel=self"),
    ("https://example.com/feeds/all.rss", "/feeds/all.rss", "atom:link rel=self is"),
    ("<guid>https://example.com/tides/", "<guid>urn:uuid:1", "twice"),
    ("<guid>https://example.com/tides/", "<guid>tides", "is no address, yet isPermaLink"),
    ("<guid>https://example.com/tides/</guid>", "", "guid is missing"),
    ('isPermaLink="false"', 'isPermaLink="no"', "isPermaLink may not be 'no'"),
    ('isPermaLink="false"', 'permalink="false"', "no attribute 'permalink'"),
    ("<description>No title, and that is fine.</description>", "", "neither title nor description"),
    ("https://example.com/travel/night-trains/", "/travel/night-trains/", "link may not be"),
    ("https://example.com/travel/night-trains/", "https://example.com/night trains/", "link may not be"),
    ("https://example.com/travel/night-trains/", "https://exämple.com/", "link may not be"),
    ("https://example.com/travel/night-trains/", "https://example.com/100%/", "link may not be"),
    ("Mara Oduya", "", "creator may not be"),
    ("<dc:creator>Mara Oduya</dc:creator>", "<author>Mara</author>", "author may not be 'Mara'"),
    (">trains<", "> <", "category may not be"),
    ("<dc:creator>", '<category domain="https://example.com/tag/">trains</category><dc:creator>', "twice"),
    (' length="1200"', "", "enclosure is"),
    ('type="image/jpeg"/>', 'type="jpeg"/>', "enclosure is"),
    (
        "<media:content",
        '<enclosure url="https://example.com/b.jpg" length="1" type="a/b"/><media:content',
        "more than once",
    ),
    (
        "<media:content",
        '<media:group><media:content url="https://a.example/"/></media:group><media:content',
        "fewer than two",
    ),
    ('<media:content url="https://example.com/a.jpg"', '<media:content url="a.jpg"', "no absolute url"),
    ('<source url="https://example.org/feed">', "<source>", "source has no url"),
    (ENCODED, f"{ENCODED}<script>x()</script>", "<script> has no place"),
    (ENCODED, f'{ENCODED}<img src="/a.png">', "not an absolute address: '/a.png'"),
    (ENCODED, f'{ENCODED}<img srcset="https://a.example/b.png 1x, c.png 2x">', "'c.png'"),
    (ENCODED, f'{ENCODED}<a href="#top" onclick="x()">', "<a onclick> is script"),
    (ENCODED, f"{ENCODED}<amp-img></amp-img><!-- x -->", "<amp-img> has no place"),
    ("xmlns:dc=", 'xmlns:odd="urn:odd" odd:a="1" xmlns:dc=', "no attribute '{urn:odd}a'"),
    ("<ttl>", '<odd:a xmlns:odd="urn:odd"/><ttl>', "unknown namespace urn:odd"),
    ('version="2.0" ', 'version="0.91" ', "not <rss version='2.0'>"),
    ("<?xml", "\ufeff<?xml", "begins with"),
    ("</rss>", "", "not XML"),
]


def test_a_good_feed_is_clean():
    assert check_rss(GOOD.encode()) == []
    assert [entry.title for entry in feedparser_parse(GOOD.encode()).entries if "title" in entry] == ["Night trains"]


@pytest.mark.parametrize(("old", "new", "said"), FAULTS, ids=lambda text: text[:30])
def test_a_fault_is_seen(old: str, new: str, said: str):
    assert old in GOOD
    assert said in "\n".join(check_rss(GOOD.replace(old, new, 1).encode()))


def test_the_description_stands_before_the_body():
    description = "<description>They run again.</description>\n"
    moved = GOOD.replace(description, "").replace("<dc:creator>", f"{description}<dc:creator>")
    assert check_rss(moved.encode()) == ["item 1: content:encoded stands before description"]


@pytest.mark.parametrize("name", ["element_io", "wirecutter"])
def test_a_careful_publishers_real_feed_is_clean(name: str):
    assert check_rss(shared("data", "feeds", "real-feed-rs", f"rss_2.0_{name}.xml").read_bytes()) == []


def test_a_partners_namespace_may_be_allowed():
    feed = GOOD.replace("<ttl>", '<odd:a xmlns:odd="urn:odd"/><ttl>').encode()
    assert check_rss(feed, extra_namespaces=("urn:odd",)) == []


def test_a_malformed_feed_fails_with_its_reason():
    with pytest.raises(AssertionError, match="malformed"):
        feedparser_parse(GOOD.replace("</item>", "", 1).encode())
