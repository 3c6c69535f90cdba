"""Sitemap, Atom and JSON Feed checks: quiet about good documents, and every planted fault is seen."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from tests.tool.schema import check_atom, check_jsonfeed, check_sitemapindex, check_urlset

URLSET = """<?xml version="1.0" encoding="UTF-8"?>
<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:image="http://www.google.com/schemas/sitemap-image/1.1"
  xmlns:news="http://www.google.com/schemas/sitemap-news/0.9" xmlns:xhtml="http://www.w3.org/1999/xhtml">
<url><loc>https://example.com/a/</loc><lastmod>2026-11-22T09:00:00Z</lastmod>
<image:image><image:loc>https://example.com/a.jpg</image:loc></image:image>
<news:news><news:publication><news:name>The Slow Weekly</news:name><news:language>en</news:language></news:publication>
<news:publication_date>2026-11-22T09:00:00Z</news:publication_date><news:title>Night trains</news:title></news:news>
<xhtml:link rel="alternate" hreflang="en" href="https://example.com/a/"/></url>
</urlset>"""
INDEX = """<?xml version="1.0" encoding="UTF-8"?>
<sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"><sitemap><loc>https://example.com/a.xml</loc>
<lastmod>2026-11-22T09:00:00Z</lastmod></sitemap></sitemapindex>"""
ATOM = """<?xml version="1.0" encoding="UTF-8"?>
<feed xmlns="http://www.w3.org/2005/Atom" xmlns:media="http://search.yahoo.com/mrss/" xml:lang="en">
<id>https://example.com/feeds/all.atom</id><title>The Slow Weekly</title><updated>2026-11-22T10:00:00Z</updated>
<link rel="self" href="https://example.com/feeds/all.atom"/><link href="https://example.com/"/>
<entry><id>urn:uuid:1</id><title type="text">Night trains</title><published>2026-11-22T09:00:00Z</published>
<updated>2026-11-22T09:30:00Z</updated><author><name>Mara Oduya</name></author><category term="trains"/>
<link href="https://example.com/a/"/><summary>They run.</summary>
<content type="html">&lt;p&gt;They run.&lt;/p&gt;</content><media:content url="https://example.com/a.jpg"/></entry>
</feed>"""
XML_FAULTS = [
    (check_urlset, URLSET, "<loc>https://example.com/a/</loc>", "", "loc"),
    (check_urlset, URLSET, "2026-11-22T09:00:00Z</lastmod>", "22 Nov 2026</lastmod>", "lastmod"),
    (check_urlset, URLSET, "<news:title>Night trains</news:title>", "", "news"),
    (check_urlset, URLSET, "<image:loc>https://example.com/a.jpg</image:loc>", "<image:moon/>", "moon"),
    (check_urlset, URLSET, "</urlset>", "", "not XML"),
    (check_urlset, URLSET, "<?xml", "\n<?xml", "not XML"),
    (check_urlset, URLSET, "<?xml", "\ufeff<?xml", "begins with"),
    (check_sitemapindex, INDEX, "<loc>https://example.com/a.xml</loc>", "", "loc"),
    (check_sitemapindex, INDEX, "sitemapindex", "urlset", "the root is"),
    (check_atom, ATOM, "<id>urn:uuid:1</id>", "", ""),
    (check_atom, ATOM, "<content ", "<bogus/><content ", ""),
    (check_atom, ATOM, "<author><name>Mara Oduya</name></author>", "", "no author"),
    (check_atom, ATOM, "<author><name>Mara Oduya</name></author>", "<author><uri>a:b</uri></author>", ""),
    (check_atom, ATOM, "2026-11-22T09:30:00Z", "2026-11-22T08:30:00Z", "updated is before published"),
    (check_atom, ATOM, "2026-11-22T09:30:00Z", "2026-11-22T09:30:00", "no date of RFC 3339"),
    (check_atom, ATOM, "2026-11-22T09:30:00Z", "yesterday", ""),
    (check_atom, ATOM, 'rel="self" ', 'rel="hub" ', "rel=self"),
    (check_atom, ATOM, '<link href="https://example.com/a/"/>', '<link href="/a/"/>', "not absolute"),
    (check_atom, ATOM, "<summary>", '<link href="https://example.com/b/"/><summary>', "two alternates"),
    (check_atom, ATOM, "urn:uuid:1", "1", "absolute IRI"),
    (check_atom, ATOM, ">Night trains<", "> <", "title is empty"),
    (check_atom, ATOM, '<category term="trains"/>', '<category term="a"/><category term="a"/>', "twice"),
    (check_atom, ATOM, '<category term="trains"/>', '<category term=""/>', "blank"),
    (check_atom, ATOM, "&lt;p&gt;They run.", "&lt;img src=a.png&gt;", "not an absolute address"),
]
GOOD: tuple[tuple[Callable[[bytes], list[str]], str], ...] = (
    (check_urlset, URLSET),
    (check_sitemapindex, INDEX),
    (check_atom, ATOM),
)


def feed(**members: Any) -> dict[str, Any]:
    return {
        "version": "https://jsonfeed.org/version/1.1",
        "title": "The Slow Weekly",
        "home_page_url": "https://example.com/",
        "feed_url": "https://example.com/feeds/all.json",
        "language": "en",
        "authors": [{"name": "Mara Oduya"}],
        "hubs": [{"type": "WebSub", "url": "https://example.com/hub"}],
        "_slow": {"about": "https://example.com/slow"},
        "items": [item()],
    } | members


def item(**members: Any) -> dict[str, Any]:
    return (
        {
            "id": "urn:uuid:1",
            "url": "https://example.com/a/",
            "title": "Night trains",
            "content_html": "<p>They run.</p>",
            "date_published": "2026-11-22T09:00:00Z",
            "date_modified": "2026-11-22T09:30:00+01:00",
            "tags": ["trains"],
            "attachments": [{"url": "https://example.com/a.mp3", "mime_type": "audio/mpeg", "size_in_bytes": 7}],
        }
        | {"date_modified": "2026-11-22T10:00:00+00:00"}
        | members
    )


def without(found: dict[str, Any], *keys: str) -> dict[str, Any]:
    return {key: value for key, value in found.items() if key not in keys}


JSON_FAULTS = [
    (feed(version="https://jsonfeed.org/version/1"), "version may not be"),
    (without(feed(), "title"), "title is missing"),
    (feed(title=""), "title may not be"),
    (without(feed(), "items"), "items is missing"),
    (feed(items={}), "items may not be"),
    (feed(feed_url="/feeds/all.json"), "feed_url may not be"),
    (feed(next_url="https://example.com/feeds/all.json"), "next_url is the feed itself"),
    (feed(language="en_GB"), "language may not be"),
    (feed(expired="no"), "expired may not be"),
    (feed(author={"name": "Mara"}), "'author' is neither"),
    (feed(mood="calm"), "'mood' is neither"),
    (feed(**{"_1": {}}), "'_1' is neither"),
    (feed(authors=[]), "authors may not be"),
    (feed(authors=[{"avatar": 3}]), "avatar may not be"),
    (feed(authors=[{"_x": {}}]), "none of name, url, avatar"),
    (feed(hubs=[{"type": "WebSub"}]), "hubs[0]: url is missing"),
    (feed(items=[item(), item()]), "id 'urn:uuid:1' twice"),
    (feed(items=[without(item(), "id")]), "id is missing"),
    (feed(items=[item(id=7)]), "id may not be 7"),
    (feed(items=[without(item(), "content_html")]), "neither content_html nor content_text"),
    (feed(items=[item(content_html='<a href="/b/">')]), "not an absolute address"),
    (feed(items=[item(date_published="2026-11-22")]), "date_published may not be"),
    (feed(items=[item(date_published="2026-11-22T09:00:00")]), "date_published may not be"),
    (feed(items=[item(date_modified="2026-11-21T09:00:00Z")]), "date_modified is before"),
    (feed(items=[item(tags=["a", "a"])]), "tags may not be"),
    (feed(items=[item(tags=[" "])]), "tags may not be"),
    (feed(items=[item(summary=None)]), "summary may not be"),
    (feed(items=[item(image="a.png")]), "image may not be"),
    (feed(items=[item(attachments=[{"url": "https://example.com/a"}])]), "mime_type is missing"),
    (feed(items=[item(attachments=[{**item()["attachments"][0], "size_in_bytes": "7"}])]), "size_in_bytes may not"),
    (feed(items=[item(headline="x")]), "'headline' is neither"),
]


@pytest.mark.parametrize(("check", "document"), GOOD, ids=["urlset", "sitemapindex", "atom"])
def test_a_good_document_is_clean(check: Callable[[bytes], list[str]], document: str):
    assert check(document.encode()) == []


@pytest.mark.parametrize(("check", "document", "old", "new", "said"), XML_FAULTS)
def test_a_fault_is_seen(check: Callable[[bytes], list[str]], document: str, old: str, new: str, said: str):
    assert old in document
    found = check(document.replace(old, new).encode())
    assert found
    assert said in "\n".join(found)


def test_a_good_json_feed_is_clean():
    assert check_jsonfeed(json.dumps(feed()).encode()) == []
    assert check_jsonfeed(json.dumps(feed(items=[])).encode()) == []


@pytest.mark.parametrize(("broken", "said"), JSON_FAULTS, ids=[said for _, said in JSON_FAULTS])
def test_a_fault_in_a_json_feed_is_seen(broken: dict[str, Any], said: str):
    assert said in "\n".join(check_jsonfeed(json.dumps(broken).encode()))


@pytest.mark.parametrize(
    ("document", "said"),
    [
        (b"[]", "not an object"),
        (b"{", "not JSON"),
        (b'{"title": "a", "title": "b"}', "'title' twice"),
        (b" {}", "begins"),
    ],
)
def test_what_is_no_json_feed_at_all_is_refused(document: bytes, said: str):
    assert said in "\n".join(check_jsonfeed(document))
