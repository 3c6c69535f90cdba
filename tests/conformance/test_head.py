"""Head metadata and structured data: one truth about a page, valid against schema.org's vocabulary."""

import json
from datetime import UTC, datetime
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from publisher.format.head import Head, Link, head_of_article, head_of_list, head_of_story
from publisher.format.jsonld import Crumb
from publisher.model import Article, Author, Body, Kind, Picture, Section, Seo, Site, Status, Tag, Visibility
from tests.tool.schemaorg import graph_problems

SITE = Site(
    base="https://mag.example",
    title="The Mag",
    tagline="News & views",
    logo="/static/logo.png",
    social=(("X", "https://x.com/themag"), ("Feeds", "/feeds/")),
)
REVIEWS = Section(slug="reviews", name="Reviews")
ARTICLE = Article(
    guid="urn:1",
    slug="quiet-cup",
    path="/reviews/quiet-cup/",
    title="A quiet cup",
    dek="Ten kettles, one winner.",
    status=Status.PUBLISHED,
    first_published=datetime(2026, 11, 2, 6, 30, tzinfo=UTC),
    published=datetime(2026, 11, 2, 6, 30, tzinfo=UTC),
    updated=datetime(2026, 11, 3, 7, 45, 10, tzinfo=UTC),
    offset_minutes=60,
    words=812,
    language="en-GB",
    section=REVIEWS,
    tags=(Tag(slug="tea", name="Tea"), Tag(slug="home", name="Home")),
    authors=(Author(slug="ada-low", name="Ada Low", bio="Writes on tea.", url="https://ada.example/"),),
    hero=Picture(src="/media/ab/1200.jpg", width=1200, height=675, alt="Kettles", media_type="image/jpeg"),
    story_slug="quiet-cup",
)


def changed(**values: Any) -> Article:
    return msgspec.structs.replace(ARTICLE, **values)


def nodes(head: Head) -> dict[str, dict[str, Any]]:
    return {node["@type"]: node for node in json.loads(head.jsonld)["@graph"]}


def values(head: Head, name: str) -> list[str]:
    return [value for key, value in (*head.properties, *head.names) if key == name]


HEADS = {
    "article": head_of_article(SITE, ARTICLE),
    "opinion": head_of_article(SITE, changed(is_news=False, authors=(), hero=None, section=None)),
    "static page": head_of_article(SITE, changed(kind=Kind.PAGE, path="/about/", section=None)),
    "paywalled": head_of_article(SITE, changed(visibility=Visibility.PAID)),
    "syndicated": head_of_article(SITE, changed(source_url="https://wire.example/1", source_name="Wire")),
    "story": head_of_story(SITE, ARTICLE),
    "home": head_of_list(SITE, "The Mag", "All of it", "/", 1, (), False),
    "section": head_of_list(SITE, "Reviews", "", "/reviews/", 2, (), False),
    "author": head_of_list(SITE, "Ada Low", "", "/author/ada-low/", author=ARTICLE.authors[0]),
}


@pytest.mark.parametrize("name", HEADS)
def test_j1_structured_data_uses_schema_orgs_words_and_links_lead_somewhere(name: str):
    assert graph_problems(HEADS[name].jsonld) == []


def test_the_vocabulary_check_can_fail():
    bad = {"@graph": [{"@type": "Prson", "@id": "a", "headlin": "x", "author": {"@id": "b"}}]}
    assert graph_problems(json.dumps(bad)) == [
        "'Prson' is no schema.org type",
        "'headlin' is no schema.org property",
        "'author' may not stand on Prson",
        "b leads nowhere",
    ]


def test_j1_an_articles_graph_links_its_nodes_by_id():
    graph = nodes(HEADS["article"])
    assert set(graph) == {
        "NewsArticle",
        "WebPage",
        "BreadcrumbList",
        "NewsMediaOrganization",
        "WebSite",
        "Person",
    }
    assert graph["NewsArticle"]["author"] == [{"@id": graph["Person"]["@id"]}]
    assert graph["NewsArticle"]["mainEntityOfPage"] == {"@id": graph["WebPage"]["@id"]}
    assert graph["WebPage"]["breadcrumb"] == {"@id": graph["BreadcrumbList"]["@id"]}
    assert graph["WebSite"]["publisher"] == {"@id": graph["NewsMediaOrganization"]["@id"]}


@pytest.mark.parametrize("title", ["</script><b>", '"quoted" \\ it\'s', "a\u2028b\u2029c", "👩‍👩‍👧‍👦 & <!--", "]]> x"])
def test_j2_no_headline_breaks_out_of_its_script(title: str):
    head = head_of_article(SITE, changed(title=title))
    assert not set("<>&\u2028\u2029") & set(head.jsonld)
    assert nodes(head)["NewsArticle"]["headline"] == " ".join(title.split())


@given(st.text(st.characters(exclude_categories=["Cs", "Cc"])))
def test_j2_any_text_survives_the_graph(title: str):
    head = head_of_article(SITE, changed(title=title, dek=title))
    assert not set("<>&\u2028\u2029") & set(head.jsonld)
    assert nodes(head)["NewsArticle"]


def test_j3_one_instant_stands_behind_every_date():
    """JSON-LD and Open Graph, with the editor's offset."""
    head = HEADS["article"]
    article = nodes(head)["NewsArticle"]
    assert article["datePublished"] == "2026-11-02T07:30:00+01:00"
    assert article["dateModified"] == "2026-11-03T08:45:10+01:00"
    assert values(head, "article:published_time") == [article["datePublished"]]
    assert values(head, "article:modified_time") == [article["dateModified"]]


def test_s9_j3_a_modification_before_first_publication_is_not_claimed():
    head = head_of_article(SITE, changed(updated=datetime(2020, 1, 1, tzinfo=UTC)))
    assert nodes(head)["NewsArticle"]["dateModified"] == "2026-11-02T07:30:00+01:00"


def test_j4_a_stored_picture_is_named_in_every_shape_and_the_wide_one_is_shared():
    """Crops of the editor's picture, never larger than it gives."""
    hero = Picture(src=f"/media/{'ab' * 32}/original.jpg", width=2400, height=1600, alt="Kettles")
    head = head_of_article(SITE, changed(hero=hero))
    found = nodes(head)["NewsArticle"]["image"]
    assert [(each["width"], each["height"]) for each in found] == [(1200, 675), (1200, 900), (1200, 1200)]
    assert values(head, "og:image") == [f"https://mag.example/media/{'ab' * 32}/wide.jpg"]
    assert values(head, "og:image:type") == ["image/jpeg"]


def test_given_pictures_stand_instead_of_the_editors():
    sizes = [(1200, 1200), (1200, 675), (1200, 900)]
    shapes = tuple(Picture(src=f"/media/ab/{w}x{h}.jpg", width=w, height=h) for w, h in sizes)
    head = head_of_article(SITE, ARTICLE, images=shapes)
    assert [each["url"] for each in nodes(head)["NewsArticle"]["image"]] == [
        f"https://mag.example/media/ab/{w}x{h}.jpg" for w, h in sizes
    ]
    assert values(head, "og:image") == ["https://mag.example/media/ab/1200x675.jpg"]
    assert values(head, "twitter:card") == ["summary_large_image"]


@pytest.mark.parametrize("name", HEADS)
def test_j5_every_page_has_one_canonical_and_it_is_the_shared_url(name: str):
    head = HEADS[name]
    assert values(head, "og:url") == [head.canonical]
    assert not [link for link in head.links if link.rel == "canonical"]
    assert head.canonical.startswith("https://mag.example/")


def test_j5_s8_a_piece_that_belongs_elsewhere_says_so():
    head = head_of_article(SITE, changed(canonical_url="https://wire.example/story"))
    assert head.canonical == "https://wire.example/story"


@pytest.mark.parametrize(
    ("name", "clean"),
    [("By Ada Low", "Ada Low"), ("Ada Low <ada@mag.example>", "Ada Low"), ("Ada Low, ada@x.org", "Ada Low")],
)
def test_j6_an_authors_name_is_the_name_alone(name: str, clean: str):
    head = head_of_article(SITE, changed(authors=(Author(slug="a", name=name),)))
    assert nodes(head)["Person"]["name"] == clean


def test_j6_an_author_who_is_only_an_address_is_the_house():
    head = head_of_article(SITE, changed(authors=(Author(slug="a", name="a@mag.example"),)))
    assert "Person" not in nodes(head)
    assert nodes(head)["NewsArticle"]["author"] == [{"@id": "https://mag.example/#organization"}]


def test_j7_breadcrumbs_are_those_that_the_page_shows():
    head = HEADS["article"]
    assert head.crumbs == (
        Crumb("The Mag", "/"),
        Crumb("Reviews", "/reviews/"),
        Crumb("A quiet cup", "/reviews/quiet-cup/"),
    )
    trail = nodes(head)["BreadcrumbList"]["itemListElement"]
    assert [(each["position"], each["name"], each["item"]) for each in trail] == [
        (number, crumb.title, f"https://mag.example{crumb.path}") for number, crumb in enumerate(head.crumbs, 1)
    ]


def test_j8_only_paywalled_pieces_carry_paywall_markup():
    assert nodes(HEADS["paywalled"])["NewsArticle"]["isAccessibleForFree"] is False
    assert "isAccessibleForFree" not in HEADS["article"].jsonld


def test_j9_j11_r5_large_previews_are_allowed_unless_the_page_is_kept_out():
    staging = msgspec.structs.replace(SITE, staging=True)
    assert HEADS["article"].robots == "max-image-preview:large"
    assert head_of_article(SITE, changed(seo=Seo(noindex=True))).robots == "noindex"
    assert head_of_article(SITE, changed(visibility=Visibility.PASSWORD)).robots == "noindex"
    assert head_of_list(SITE, "Search", "", "/search/", noindex=True).robots == "noindex"
    assert head_of_article(staging, ARTICLE).robots == "noindex"


def test_a_description_never_tells_what_only_members_may_read():
    """Ruling 8: the body's beginning is for open pieces alone."""
    bare = {"dek": "", "summary": "The body begins so."}
    assert head_of_article(SITE, changed(**bare)).description == "The body begins so."
    assert head_of_article(SITE, changed(visibility=Visibility.MEMBERS, **bare)).description == ""


def test_a_video_of_the_body_is_described():
    body = Body(html='<video src="/media/v.mp4" poster="/media/v.jpg"></video>')
    head = head_of_article(SITE, changed(body=body))
    (video,) = nodes(head)["NewsArticle"]["video"]
    assert video["contentUrl"] == "https://mag.example/media/v.mp4"
    assert graph_problems(head.jsonld) == []
    assert "video" not in head_of_article(SITE, changed(body=body, visibility=Visibility.PAID)).jsonld


def test_s15_translations_name_each_other_and_themselves():
    head = head_of_article(SITE, ARTICLE, translations=(("fr", "/reviews/tasse/"),))
    assert [(link.hreflang, link.href) for link in head.links] == [
        ("en-GB", "https://mag.example/reviews/quiet-cup/"),
        ("fr", "https://mag.example/reviews/tasse/"),
    ]


def test_feeds_are_found_from_the_page():
    feed = Link("alternate", "https://mag.example/feeds/all.rss", "application/rss+xml", "The Mag")
    assert head_of_list(SITE, "The Mag", "", "/", feeds=(feed,)).links == (feed,)


def test_editors_words_win_over_the_articles_own():
    head = head_of_article(SITE, changed(seo=Seo(title="Best kettles", description="Tested.", image="/media/s.jpg")))
    assert (head.title, head.description) == ("Best kettles - The Mag", "Tested.")
    assert values(head, "og:image") == ["https://mag.example/media/s.jpg"]
    assert values(head, "og:title") == ["A quiet cup"]


def test_social_cards_name_the_houses_account_and_locale():
    head = HEADS["article"]
    assert values(head, "twitter:site") == ["@themag"]
    assert values(head, "og:locale") == ["en_GB"]
    assert values(HEADS["home"], "og:locale") == []


def test_a_story_is_canonical_at_its_own_address():
    assert HEADS["story"].canonical == "https://mag.example/web-stories/quiet-cup/"


def test_an_untitled_piece_is_called_by_its_first_words():
    assert head_of_article(SITE, changed(title="")).title == "Ten kettles, one winner. - The Mag"
