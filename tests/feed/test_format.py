"""What RSS, Atom and JSON Feed say of an entry: the same, and what the spec asks of each."""

import html
import json
import locale
import re
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from typing import Any

import feedparser
import msgspec
import pytest
from lxml import etree

from publisher import date
from publisher.error import Invalid
from publisher.format import atom, feedgen_bridge, jsonfeed, rss
from publisher.format.entry import Entry, of_article, of_story
from publisher.format.feed import FeedHead, Link, language_tag
from publisher.model import EMPTY_BODY, Article, Author, Body, Picture, Status, Tag, Visibility
from tests.feed.world import HERO, NOON, SITE, article
from tests.tool.schema import check_atom, check_jsonfeed, check_rss

HEAD = FeedHead(
    id="https://magazine.example/feeds/all.atom",
    title="The <Magazine> & co",
    description="About everything.",
    self_url="https://magazine.example/feeds/all.rss",
    page_url="https://magazine.example/",
    updated=NOON,
    version="1.0",
)
NS = {
    "content": "http://purl.org/rss/1.0/modules/content/",
    "dc": "http://purl.org/dc/elements/1.1/",
    "media": "http://search.yahoo.com/mrss/",
    "slash": "http://purl.org/rss/1.0/modules/slash/",
    "atom": "http://www.w3.org/2005/Atom",
    "thr": "http://purl.org/syndication/thread/1.0",
}


def documents(*entries: Entry) -> dict[str, bytes]:
    written = {"rss": rss, "atom": atom, "json": jsonfeed}
    return {name: each.feed(HEAD, [each.entry(entry) for entry in entries]) for name, each in written.items()}


def valid(*entries: Entry) -> dict[str, bytes]:
    made = documents(*entries)
    assert check_rss(made["rss"]) == []
    assert check_atom(made["atom"]) == []
    assert check_jsonfeed(made["json"]) == []
    return made


def item(**fields: Any) -> Any:
    return etree.fromstring(valid(entry_of(**fields))["rss"])[0].find("item")


def atom_entry(**fields: Any) -> Any:
    return etree.fromstring(valid(entry_of(**fields))["atom"]).find("atom:entry", NS)


def entry_of(**fields: Any) -> Entry:
    return of_article(SITE, article(**fields))


def plain(text: str) -> str:
    return html.unescape(text)


def test_f04_the_three_formats_carry_the_same_data():
    made = valid(*(of_article(SITE, article(number, title=f"5 < {number} & “q”")) for number in range(1, 4)))
    from_rss, from_atom = (feedparser.parse(made[name], sanitize_html=False).entries for name in ("rss", "atom"))
    items = json.loads(made["json"])["items"]
    assert len(from_rss) == len(from_atom) == len(items) == 3
    for one, two, three in zip(from_rss, from_atom, items, strict=True):
        assert one.id == two.id == three["id"]
        assert plain(one.title) == plain(two.title) == three["title"]
        assert one.link == two.link == three["url"]
        assert one.published_parsed == two.published_parsed
        assert date.parse_iso(three["date_published"]) == datetime(*two.published_parsed[:6], tzinfo=UTC)
        assert one.updated_parsed == two.updated_parsed
        assert date.parse_iso(three["date_modified"]) == datetime(*two.updated_parsed[:6], tzinfo=UTC)
        names = [author["name"] for author in three["authors"]]
        assert one.author == two.author == names[0]
        assert [tag.term for tag in one.tags] == [tag.term for tag in two.tags] == three["tags"]
        assert [tag.scheme for tag in one.tags] == [tag.scheme for tag in two.tags]
        assert one.content[0].value == two.content[0].value
        assert plain(one.summary) == plain(two.summary) == three["summary"]
        assert one.enclosures[0].href == two.enclosures[0].href == three["attachments"][0]["url"] == three["image"]


def test_f04_the_body_is_the_same_to_the_byte():
    made = documents(entry_of())
    item = json.loads(made["json"])["items"][0]
    assert etree.fromstring(made["rss"])[0].findtext("item/content:encoded", namespaces=NS) == item["content_html"]
    assert etree.fromstring(made["atom"]).findtext("atom:entry/atom:content", namespaces=NS) == item["content_html"]


def test_f05_the_first_byte_is_the_documents_own():
    for name, made in valid(entry_of()).items():
        assert made[:1] == (b"{" if name == "json" else b"<")
        made.decode("utf-8")


def test_f03_every_document_parses_strictly_and_is_not_bozo():
    made = valid(entry_of(title="]]> & < ☃", body=Body(html="<p>a ]]&gt; b</p>", text="a ]]> b")))
    for name in ("rss", "atom"):
        etree.fromstring(made[name], etree.XMLParser(recover=False))
        assert feedparser.parse(made[name]).bozo is False


def test_f13_languages_are_bcp_47():
    assert language_tag("en_US") == "en-US"
    assert language_tag("zh_hant_TW.UTF-8") == "zh-Hant-TW"
    assert language_tag("C.UTF-8") == ""
    assert language_tag("not a language") == ""
    made = documents(entry_of(language="pt_br"))
    assert b"<dc:language>pt-BR<" in made["rss"]
    assert b'<entry xml:lang="pt-BR">' in made["atom"]
    assert b'"language":"pt-BR"' in made["json"]


@pytest.mark.parametrize(
    "fields",
    [
        {"slug": "new"},
        {"title": "new"},
        {"path": "/food/new/"},
        {"section": None},
    ],
)
def test_f19_the_guid_does_not_change_by_any_edit(fields: dict[str, Any]):
    moved = SITE.__class__(base="http://other.example:8080", title="Other")
    assert of_article(moved, article(**fields)).guid == entry_of().guid


def test_f19_a_guid_is_a_permalink_only_when_it_is_the_url():
    assert item().find("guid").get("isPermaLink") == "false"
    own = "https://magazine.example/travel/article-1/"
    assert item(guid=own).find("guid").get("isPermaLink") == "true"
    assert item(guid=own, path="/food/moved/").find("guid").get("isPermaLink") == "false"


def test_f19_a_guid_that_is_no_iri_is_kept_in_rss_and_made_one_in_atom():
    made = valid(entry_of(guid="5 at my old site"))
    assert b'<guid isPermaLink="false">5 at my old site</guid>' in made["rss"]
    assert re.search(rb"<id>urn:uuid:[0-9a-f-]{36}</id>", made["atom"])
    assert documents(entry_of(guid="5 at my old site")) == made


@pytest.mark.parametrize(
    ("base", "path", "expected"),
    [
        ("https://magazine.example", "/travel/h%C3%A9llo%20you/", "https://magazine.example/travel/h%C3%A9llo%20you/"),
        ("https://bücher.example", "/a/", "https://xn--bcher-kva.example/a/"),
        ("http://[::1]:8080", "/a/", "http://[::1]:8080/a/"),
        ("https://magazine.example", "/a/%22q%22&b=1/", "https://magazine.example/a/%22q%22&b=1/"),
    ],
)
def test_f20_the_link_is_absolute_encoded_and_has_a_punycode_host(base: str, path: str, expected: str):
    site = SITE.__class__(base=base, title="T")
    entry = of_article(site, article(path=path))
    assert entry.url == expected
    made = documents(entry)
    assert etree.fromstring(made["rss"])[0].find("item/link").text == expected


def test_f21_a_title_is_plain_text_escaped_once():
    made = valid(entry_of(title="  Tom &\n Jerry: 5 < 6, <b>bold</b>  "))
    expected = "Tom & Jerry: 5 < 6, <b>bold</b>"
    assert b"<title>Tom &#x26; Jerry: 5 &#x3C; 6, &#x3C;b&gt;bold&#x3C;/b&gt;</title>" in made["rss"]
    assert etree.fromstring(made["rss"])[0].findtext("item/title") == expected
    assert b'<title type="text">Tom &amp; Jerry: 5 &lt; 6' in made["atom"]
    assert etree.fromstring(made["atom"]).findtext("atom:entry/atom:title", namespaces=NS) == expected
    assert json.loads(made["json"])["items"][0]["title"] == expected
    assert b"<title>The &#x3C;Magazine&gt; &#x26; co</title>" in made["rss"]


def test_f21_a_body_is_not_touched_by_the_pass_over_the_title():
    body = Body(html="<p>&lt;title&gt;1 &lt; 2 &amp; 3&lt;/title&gt;</p>", text="1 < 2 & 3")
    for title in ("", "T"):
        found = item(title=title, body=body, hero=None).findtext("content:encoded", namespaces=NS)
        assert found == body.html


def test_f22_without_a_title_rss_and_json_omit_it_and_atom_takes_the_first_words():
    made = valid(entry_of(title="", dek="", excerpt="", summary=""))
    found = etree.fromstring(made["rss"])[0].find("item")
    assert found.find("title") is None
    assert found.findtext("description").startswith("First words of the body")
    assert "title" not in json.loads(made["json"])["items"][0]
    assert etree.fromstring(made["atom"]).findtext("atom:entry/atom:title", namespaces=NS).startswith("First words")


def test_f22_an_article_with_neither_title_nor_text_is_still_a_valid_entry():
    made = valid(entry_of(title="", dek="", body=EMPTY_BODY, hero=None, authors=(), tags=(), section=None))
    assert etree.fromstring(made["rss"])[0].findtext("item/description") == "article 1"


def test_f23_the_description_is_a_plain_summary_of_at_most_300_characters_before_the_body():
    found = item(dek="", body=Body(html="<p>x</p>", text="Some & <words> " * 100))
    summary = found.findtext("description")
    assert len(plain(summary)) <= 300
    assert summary.endswith("…")
    assert summary.startswith("Some &amp; &lt;words> Some")
    names = [etree.QName(each).localname for each in found]
    assert names.index("description") < names.index("encoded")


def test_f23_the_description_is_never_the_whole_body():
    short = Body(html="<p>One line only.</p>", text="One line only.")
    for fields in ({"dek": ""}, {"dek": "One line only."}, {"dek": "", "summary": "One line only."}):
        found = item(body=short, **fields)
        assert found.find("description") is None
        assert "One line only." in found.findtext("content:encoded", namespaces=NS)


def test_f24_dates_are_gmt_and_english_whatever_the_locale():
    tokyo = datetime.fromisoformat("2026-05-03T08:30:00.250000+09:00")
    for name in ("de_DE.UTF-8", "fr_FR.UTF-8", "C.UTF-8"):
        with in_locale(name):
            found = item(published=tokyo, updated=tokyo)
        assert found.findtext("pubDate") == "Sat, 02 May 2026 23:30:00 GMT"
        assert found.findtext("atom:updated", namespaces=NS) == "2026-05-02T23:30:00Z"


@contextmanager
def in_locale(name: str) -> Iterator[None]:
    """The process in a locale, where the machine has it."""
    before = locale.setlocale(locale.LC_ALL)
    with suppress(locale.Error):
        locale.setlocale(locale.LC_ALL, name)
    try:
        yield
    finally:
        locale.setlocale(locale.LC_ALL, before)


def test_f24_updated_is_never_before_published():
    entry = entry_of(updated=NOON - timedelta(days=400))
    assert entry.updated == entry.published


def test_f25_every_author_has_a_name_and_none_an_invented_address():
    people = (Author(slug="ann", name="Ann <i>X</i>"), Author(slug="bo", name="Bo", url="mailto:bo@example.org"))
    made = valid(entry_of(authors=(*people, Author(slug="no", name="  "))))
    found = etree.fromstring(made["rss"])[0].find("item")
    assert [each.text for each in found.findall("dc:creator", NS)] == ["Ann <i>X</i>", "Bo"]
    assert found.find("author") is None
    authors = etree.fromstring(made["atom"]).findall("atom:entry/atom:author", NS)
    assert [each.findtext("atom:uri", namespaces=NS) for each in authors] == [
        "https://magazine.example/author/ann/",
        "https://magazine.example/author/bo/",
    ]
    assert b"bo@example.org" not in made["rss"] + made["atom"] + made["json"]


def test_f26_categories_are_one_element_each_without_blanks_and_doubles():
    tags = tuple(Tag(slug=str(n), name=name) for n, name in enumerate(["Food", "food", " ", "TRAVEL", "Größe"]))
    found = item(tags=tags)
    assert [(each.text, each.get("domain")) for each in found.findall("category")] == [
        ("Travel", "https://magazine.example/"),
        ("Food", "https://magazine.example/tag/"),
        ("Größe", "https://magazine.example/tag/"),
    ]


def test_f27_an_enclosure_has_an_absolute_url_its_length_and_its_type():
    found = item().findall("enclosure")
    assert [dict(each.items()) for each in found] == [
        {"url": f"https://magazine.example{HERO.src}", "length": "123456", "type": "image/jpeg"}
    ]
    elsewhere = Picture(src="https://cdn.example/a b.JPG?x=1&y=2")
    assert dict(item(hero=elsewhere).find("enclosure").items()) == {
        "url": "https://cdn.example/a%20b.JPG?x=1&y=2",
        "length": "0",
        "type": "image/jpeg",
    }
    assert item(hero=Picture(src="https://cdn.example/picture")).find("enclosure") is None


def test_f28_the_lead_picture_is_described_and_stands_in_the_body_once():
    found = item()
    content = found.find("media:content", NS)
    assert dict(content.items()) == {
        "url": f"https://magazine.example{HERO.src}",
        "type": "image/jpeg",
        "medium": "image",
        "width": "1600",
        "height": "900",
        "fileSize": "123456",
    }
    assert content.findtext("media:description", namespaces=NS) == HERO.alt
    assert content.find("media:credit", NS).get("role") == "photographer"
    assert content.find("media:thumbnail", NS) is not None
    assert found.find("media:group", NS) is None
    body = found.findtext("content:encoded", namespaces=NS)
    assert body.count("<img") == 1
    assert "The old harbour Bo Lens" in body
    shown = Body(html=f'<p>x</p><img src="/media/{"ab" * 32}/w640.jpg" alt="">', text="x")
    assert item(body=shown).findtext("content:encoded", namespaces=NS).count("<img") == 1


def test_f29_comments_are_counted_only_when_there_are_some():
    assert item().find("slash:comments", NS) is None
    assert item(comment_count=3).findtext("slash:comments", namespaces=NS) == "3"
    assert atom_entry().find("thr:total", NS) is None
    assert atom_entry(comment_count=3).findtext("thr:total", namespaces=NS) == "3"


def test_f30_a_syndicated_piece_names_its_source_with_the_originals_url():
    fields = {"source_url": "https://other.example/piece", "source_name": "The Other"}
    source = item(**fields).find("source")
    assert (source.text, source.get("url")) == ("The Other", "https://other.example/piece")
    found = atom_entry(**fields)
    assert found.findtext("atom:source/atom:title", namespaces=NS) == "The Other"
    assert found.find("atom:link[@rel='via']", NS).get("href") == "https://other.example/piece"
    assert json.loads(documents(entry_of(**fields))["json"])["items"][0]["external_url"] == fields["source_url"]
    assert item(source_url="javascript:alert(1)").find("source") is None


def test_f31_every_url_of_the_body_is_absolute():
    body = (
        '<a href="/a/">a</a><a href="#top">t</a><img src="/b.jpg" srcset="/b1.jpg 1x, /b2.jpg 2x" alt="">'
        '<video poster="/p.jpg" src="/v.mp4"></video><blockquote cite="/c">q</blockquote>'
    )
    found = entry_of(body=Body(html=body, text="a"), hero=None).html
    for expected in ("/a/", "/b.jpg", "/b1.jpg", "/b2.jpg", "/p.jpg", "/v.mp4", "/c", "/travel/article-1/#top"):
        assert f"https://magazine.example{expected}" in found
    assert not re.search(r'(?:href|src|poster|cite)="/', found)


def test_f37_a_right_to_left_body_keeps_its_direction_and_titles_lose_bidi_controls():
    entry = entry_of(language="ar", title="\u202eعنوان\u202c")
    assert entry.html.startswith('<div dir="rtl">')
    assert entry.title == "عنوان"
    valid(entry)


def test_f41_emoji_joiners_and_combining_marks_survive_byte_for_byte():
    title = "👩‍👩‍👧‍👦 e\u0301 𝔘𝔫𝔦 🏳️‍🌈 ﷽"
    for made in valid(entry_of(title=title, body=Body(html=f"<p>{title}</p>", text=title))).values():
        assert title.encode() in made


def test_f49_a_body_of_more_than_a_megabyte_falls_back_to_its_summary_and_a_link():
    huge = Body(html="<p>" + "word " * 210_000 + "</p>", text="word " * 210_000)
    entry = entry_of(body=huge, dek="")
    assert (entry.html, len(entry.summary) <= 300, entry.url[:8]) == ("", True, "https://")
    assert all(len(made) < 10_000 for made in valid(entry).values())


def test_f49_ten_thousand_tags_make_a_valid_entry():
    tags = tuple(Tag(slug=f"t{number}", name=f"Tag {number}") for number in range(10_000))
    assert len(valid(entry_of(tags=tags))["rss"]) < 50_000


def test_f51_html_in_names_is_shown_as_it_is():
    made = valid(entry_of(tags=(Tag(slug="x", name="<script>alert(1)</script>"),)))
    assert b">&lt;script&gt;alert(1)&lt;/script&gt;</category>" in made["rss"]


@pytest.mark.parametrize("visibility", [Visibility.MEMBERS, Visibility.PAID, Visibility.PASSWORD])
def test_f09_nothing_of_a_closed_body_is_told(visibility: Visibility):
    closed = Body(html="<p>secret</p>", text="secret")
    for title in ("A title", ""):
        for made in valid(entry_of(title=title, visibility=visibility, body=closed, dek="")).values():
            assert b"secret" not in made


def test_what_is_not_published_is_no_entry():
    with pytest.raises(Invalid):
        entry_of(status=Status.DRAFT)


def test_a_storys_entry_leads_to_the_story_with_an_identity_of_its_own():
    source: Article = article(story_slug="my-story")
    poster = Picture(src="/media/aa/poster-portrait.jpg", width=720, height=960, media_type="image/jpeg")
    entry = of_story(SITE, source, poster)
    assert entry.url == "https://magazine.example/web-stories/my-story/"
    assert entry.cover is not None
    assert entry.cover.url == "https://magazine.example/media/aa/poster-portrait.jpg"
    assert entry.guid == f"{source.guid}#story"
    assert entry.url in entry.html
    valid(entry, of_article(SITE, source))


def test_f12_archive_and_hub_links_stand_in_the_document():
    links = (
        Link("hub", "https://hub.example/"),
        Link("prev-archive", "https://magazine.example/feeds/all/2026/10.rss"),
    )
    head = FeedHead(**{**{n: getattr(HEAD, n) for n in HEAD.__struct_fields__}, "links": links})
    for made in (rss.feed(head, []), atom.feed(head, [])):
        assert b'rel="prev-archive"' in made
        assert b'rel="hub"' in made


def test_f70_no_date_is_written_under_setlocale(monkeypatch: pytest.MonkeyPatch):
    def refuse(*_: object) -> str:
        raise AssertionError("setlocale")

    monkeypatch.setattr(locale, "setlocale", refuse)
    assert documents(entry_of())["rss"]


@pytest.mark.parametrize(("format", "write"), [(rss, "rss_head"), (atom, "atom_head")])
def test_a_head_is_serialised_once_whatever_its_date(format: Any, write: str, monkeypatch: pytest.MonkeyPatch):
    head = msgspec.structs.replace(HEAD, title="</title> <updated>1970-01-01T00:00:00Z</updated> of its own")
    first = format.top(head)
    monkeypatch.delattr(feedgen_bridge, write)
    later = format.top(msgspec.structs.replace(head, updated=NOON + timedelta(days=1)))
    assert later == re.sub(rb"20(\D)", rb"21\1", first.replace(b"Fri, ", b"Sat, ")) != first
