"""Sitemap files: fragments made once, joined to valid urlsets, judged by XSD and by our own lint."""

from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from publisher import text, url
from publisher.check.sitemap import lint_sitemap, locations
from publisher.format import sitemap
from publisher.format.sitemap import File
from publisher.format.translation import hreflang, news_language
from publisher.model import Article, Body, Kind, Picture, Seo, Site, Status, Visibility
from publisher.store.port import STORY_SLUG, with_slug
from tests.tool.schema import check_sitemapindex, check_urlset

SITE = Site(base="https://mag.example", title="The Mag & Co")
NOW = datetime(2026, 11, 23, 12, 0, 0, tzinfo=UTC)
FIRST = datetime(2026, 11, 22, 9, 30, 5, tzinfo=UTC)


def article(number: int = 1, **values: Any) -> Article:
    made = Article(
        guid=f"urn:{number}",
        slug=f"cup-{number}",
        path=f"/reviews/cup-{number}/",
        title="Tea & cups",
        excerpt="On cups.",
        status=Status.PUBLISHED,
        first_published=FIRST,
        published=FIRST,
        updated=FIRST,
    )
    return msgspec.structs.replace(made, **values)


def urlset(*articles: Article) -> bytes:
    return sitemap.urlset(SITE, [sitemap.fragment(each) for each in articles])


def faults(body: bytes) -> list[str]:
    return check_urlset(body) + lint_sitemap(body, SITE, NOW)


def test_s1_a_file_of_every_extension_is_valid():
    video = '<video src="/media/a.mp4" poster="/media/a.jpg" title="/ slashes > <"></video>'
    sources = '<video poster="/b.jpg"><source src="https://cdn.example/b.webm"><source src="/b.mp4"></video>'
    rich = article(body=Body(html=video + sources), hero=Picture(src="/media/h.jpg"), language="zh-hant")
    fragment = sitemap.fragment(rich, [("en", "/reviews/en/")])
    body = sitemap.urlset(SITE, [fragment, sitemap.fragment(article(2))])
    assert faults(body) == []
    assert b"<video:title>&#47; slashes &gt; &lt;</video:title>" in body
    assert body.count(b"<video:video>") == 2


@pytest.mark.parametrize(
    "slug", ["tea-and-cups", "q&a", "it's", "a<b>", 'say "hi"', "naïve-café", "百科", "a%20b", "x,y;z=1", "🫖"]
)
def test_s2_s3_the_parsed_location_is_the_canonical_byte_for_byte(slug: str):
    path = f"/reviews/{url.segment(slug)}/"
    body = urlset(article(path=path))
    assert locations(body) == [f"https://mag.example{path}"]
    assert check_urlset(body) == []


@given(st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=40))
def test_s2_s4_any_text_and_any_slug_make_a_valid_file(words: str):
    words = text.clean(words)
    slug = text.slug(words) or "x"
    made = article(
        path=url.article("reviews", slug),
        title=words,
        hero=Picture(src=f"/media/{words}.jpg"),
        body=Body(html='<video src="/m.mp4" poster="/p.jpg"></video>'),
        excerpt=words,
    )
    assert faults(urlset(made)) == []
    assert check_urlset(sitemap.news(SITE, [made])) == []


def test_s5_a_path_too_long_for_a_location_is_not_listed():
    assert sitemap.fragment(article(path="/" + "a" * 2000 + "/")) == b""


@pytest.mark.parametrize(
    "values",
    [
        {"status": Status.DRAFT},
        {"status": Status.SCHEDULED},
        {"status": Status.PRIVATE},
        {"status": Status.TRASH},
        {"visibility": Visibility.PASSWORD},
        {"seo": Seo(noindex=True)},
        {"canonical_url": "https://wire.example/1"},
    ],
    ids=str,
)
def test_s8_what_search_engines_may_not_index_has_no_entry(values: dict[str, Any]):
    assert sitemap.fragment(article(**values)) == b""
    assert sitemap.story_fragment(article(**values)) == b""


def test_s9_lastmod_is_the_last_edit_in_utc_with_seconds():
    zone = datetime.fromisoformat("2026-11-22T12:00:07.999+02:00")
    assert b"<lastmod>2026-11-22T10:00:07Z</lastmod>" in urlset(article(updated=zone))


def test_s9_lastmod_is_never_before_first_publication():
    assert b"<lastmod>2026-11-22T09:30:05Z</lastmod>" in urlset(article(updated=FIRST - timedelta(days=9)))


def test_s10_nothing_dead_is_written():
    picture = Picture(src="/media/h.jpg", caption="A cup", credit="Ada")
    body = urlset(article(hero=picture)) + sitemap.news(SITE, [article()])
    for dead in (b"priority", b"changefreq", b"caption", b"genres", b"keywords"):
        assert dead not in body


def test_s13_pictures_are_absolute_each_once_and_at_most_a_thousand():
    many = tuple(Picture(src=f"/media/{n}.jpg") for n in range(1200))
    odd = (Picture(src="https://img.example/ü b.jpg"), Picture(src="data:image/png;base64,AA"), Picture(src=""))
    body = urlset(article(hero=many[0], pictures=(*odd, *many)))
    assert faults(body) == []
    assert body.count(b"<image:loc>") == 1000
    assert body.count(b"<image:loc>https://mag.example/media/0.jpg<") == 1
    assert b"<image:loc>https://img.example/%C3%BC%20b.jpg</image:loc>" in body


@pytest.mark.parametrize(
    "html",
    [
        '<video src="/a.mp4"></video>',
        '<video poster="/a.jpg"></video>',
        '<video poster="/a.jpg"><source src="data:video/mp4,"></video>',
        '<a class="embed" href="https://www.youtube.com/watch?v=1"><img src="https://i.ytimg.com/1.jpg"></a>',
    ],
)
def test_s14_a_video_without_thumbnail_or_file_is_left_out_and_the_page_kept(html: str):
    body = urlset(article(body=Body(html=html)))
    assert b"<video:" not in body
    assert len(locations(body)) == 1


def test_s15_translations_name_each_other_and_themselves():
    english = sitemap.fragment(article(1, language="en"), [("fr", "/reviews/cup-2/")])
    french = sitemap.fragment(article(2, language="fr"), [("en", "/reviews/cup-1/")])
    body = sitemap.urlset(SITE, [english, french])
    assert faults(body) == []
    assert body.count(b'hreflang="en" href="https://mag.example/reviews/cup-1/"') == 2
    assert body.count(b'hreflang="fr" href="https://mag.example/reviews/cup-2/"') == 2


def test_s15_a_piece_in_one_language_names_no_other():
    assert b"hreflang" not in urlset(article())


def test_s17_the_same_articles_give_the_same_bytes():
    assert urlset(article(1), article(2)) == urlset(article(1), article(2))


def test_a_fragment_carries_paths_and_follows_the_base():
    """Ruling 7: a moved domain means one join, not new fragments."""
    fragment = sitemap.fragment(article(hero=Picture(src="/media/h.jpg")), [("fr", "/f/")])
    assert b"mag.example" not in fragment
    moved = Site(base="http://127.0.0.1:8080", title="Moved")
    assert locations(sitemap.urlset(moved, [fragment])) == ["http://127.0.0.1:8080/reviews/cup-1/"]
    assert lint_sitemap(sitemap.urlset(moved, [fragment]), moved, NOW) == []


def test_members_pictures_and_videos_stay_with_members():
    """Ruling 8."""
    html = '<video src="/a.mp4" poster="/a.jpg"></video>'
    paid = article(
        visibility=Visibility.PAID,
        hero=Picture(src="/media/h.jpg"),
        pictures=(Picture(src="/media/p.jpg"),),
        body=Body(html=html),
    )
    body = urlset(paid)
    assert b"h.jpg" in body
    assert b"p.jpg" not in body
    assert b"<video:" not in body
    assert sitemap.story_fragment(paid) == b""


def test_a_story_is_listed_at_the_slug_that_the_store_gives():
    assert sitemap.STORY_SLUG.encode() == STORY_SLUG
    stored = with_slug(sitemap.story_fragment(article()), "cup-3")
    body = sitemap.urlset(SITE, [stored])
    assert locations(body) == ["https://mag.example/web-stories/cup-3/"]
    assert faults(body) == []


def test_a_piece_that_is_a_story_has_no_entry_as_a_page_and_a_page_none_as_a_story():
    assert sitemap.fragment(article(kind=Kind.STORY)) == b""
    assert sitemap.story_fragment(article(kind=Kind.STORY)) != b""
    assert sitemap.story_fragment(article(kind=Kind.PAGE)) == b""


# News


def test_n1_news_are_the_pieces_of_the_last_48_hours_ends_included():
    edges = [NOW - timedelta(hours=48), NOW - timedelta(hours=48, seconds=1), NOW, NOW + timedelta(seconds=1)]
    assert [sitemap.is_news(article(first_published=each), NOW) for each in edges] == [True, False, True, False]


def test_n4_n6_a_news_entry_says_the_first_publication_and_the_title_as_shown():
    body = sitemap.news(SITE, [article(published=NOW, title="Tea & <cups>")])
    assert faults(body) == []
    assert b"<news:publication_date>2026-11-22T09:30:05Z</news:publication_date>" in body
    assert b"<news:title>Tea &amp; &lt;cups&gt;</news:title>" in body
    assert b"<news:name>The Mag &amp; Co</news:name>" in body


def test_a_piece_of_news_is_written_once_for_all_files_that_hold_it(monkeypatch: pytest.MonkeyPatch):
    pieces = [article(published=NOW, title=f"Piece {each} of three") for each in range(3)]
    whole = sitemap.news(SITE, pieces)
    monkeypatch.delattr(sitemap, "_news")
    assert sitemap.news(SITE, pieces) == whole
    assert b"Piece 1 of three" not in sitemap.news(SITE, pieces[:1])


@pytest.mark.parametrize(
    ("language", "said"),
    [("zh-Hans", "zh-cn"), ("zh", "zh-cn"), ("zh-Hant", "zh-tw"), ("zh-TW", "zh-tw"), ("en-US", "en"), ("fil", "fil")],
)
def test_n5_news_languages(language: str, said: str):
    assert news_language(language) == said
    assert check_urlset(sitemap.news(SITE, [article(language=language)])) == []


def test_n7_without_news_the_newest_piece_stands_without_the_news_block():
    body = sitemap.news(SITE, [], article())
    assert faults(body) == []
    assert b"<news:" not in body
    assert len(locations(body)) == 1


def test_n7_s16_a_site_without_articles_still_has_a_valid_news_file():
    body = sitemap.news(SITE, [])
    assert faults(body) == []
    assert locations(body) == ["https://mag.example/"]


# Index


def test_s12_the_index_lists_files_at_the_root_with_true_dates():
    body = sitemap.index(SITE, [File("/sitemap-pages.xml"), File("/sitemap-articles-2026-11.xml", FIRST)])
    assert check_sitemapindex(body) + lint_sitemap(body, SITE, NOW) == []
    assert b"articles-2026-11.xml</loc><lastmod>2026-11-22T09:30:05Z</lastmod>" in body
    assert b"pages.xml</loc></sitemap>" in body


# The lint


def broken(before: bytes, after: bytes) -> list[str]:
    body = urlset(article(hero=Picture(src="/media/h.jpg")), article(2))
    assert before in body
    return lint_sitemap(body.replace(before, after, 1), SITE, NOW)


@pytest.mark.parametrize(
    ("before", "after", "fault"),
    [
        (b"https://mag.example/reviews/cup-1/", b"/reviews/cup-1/", "not an absolute URL"),
        (b"cup-1", "caf\u00e9".encode(), "raw UTF-8"),
        (b"cup-1", b"a b", "white space"),
        (b"<loc>", b"<loc>\n", "white space"),
        (b"cup-1", b"caf%c3%a9", "upper-case hex"),
        (b"cup-1", b"caf%25C3%25A9", "encoded twice"),
        (b"cup-1", b"x" * 2048, "at most 2048"),
        (b"https://mag.example/r", b"https://other.example/r", "not on https://mag.example"),
        (b"https://mag.example/r", b"http://mag.example/r", "not on https://mag.example"),
        (b"2026-11-22T09:30:05Z", b"2026-11-22T09:30:05", "not a date with seconds and a zone"),
        (b"2026-11-22T09:30:05Z", b"2026-11-22", "not a date with seconds and a zone"),
        (b"2026-11-22T09:30:05Z", b"2026-11-24T09:30:05Z", "in the future"),
        (b"cup-2", b"cup-1", "stands 2 times"),
        (b"</url>", b"<priority>0.5</priority></url>", "nobody reads it"),
        (b"https://mag.example/media", b"/media", "not an absolute URL"),
        (b"<urlset", b"<feed", "not XML"),
    ],
)
def test_the_lint_catches_what_the_schema_accepts(before: bytes, after: bytes, fault: str):
    found = broken(before, after)
    assert len(found) == 1
    assert fault in found[0]


def test_the_lint_counts():
    assert "at most 1000" in lint_sitemap(urlset(*map(article, range(1001))), SITE, NOW)[0]
    assert lint_sitemap(urlset(*map(article, range(1000))), SITE, NOW) == []
    assert "empty" in lint_sitemap(sitemap.urlset(SITE, []), SITE, NOW)[0]
    many = b"<image:image><image:loc>https://mag.example/a.jpg</image:loc></image:image>" * 1000
    assert "1001 images" in broken(b"</url>", many + b"</url>")[0]


def test_the_lint_reads_the_extensions():
    link = b'<xhtml:link rel="alternate" hreflang="fr" href="https://mag.example/f/"/></url>'
    assert "don't name itself" in broken(b"</url>", link)[0]
    video = b"<video:video><video:title>x</video:title></video:video></url>"
    assert "without thumbnail" in broken(b"</url>", video)[0]
    named = sitemap.news(SITE, [article(title="Tea - The Mag & Co")])
    assert "without the site's name" in lint_sitemap(named, SITE, NOW)[0]


def test_the_lint_wants_urlsets_at_the_root_in_an_index():
    body = sitemap.index(SITE, [File("/maps/sitemap-1.xml"), File("/sitemap.xml")])
    assert len(lint_sitemap(body, SITE, NOW)) == 2
    assert "the root is" in lint_sitemap(b"<feed/>", SITE, NOW)[0]


@pytest.mark.parametrize(
    ("tag", "said"), [("pt_br", "pt-BR"), ("ZH-hant-tw", "zh-Hant-TW"), ("en-001", "en-001"), ("x-klingon", "")]
)
def test_hreflang_is_in_canonical_case(tag: str, said: str):
    assert hreflang(tag) == said
