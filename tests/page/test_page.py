"""The reader's pages: what stands at which path, what purges it, and what nobody may see."""

import re
from datetime import UTC, datetime, timedelta

import pytest

from publisher import key
from publisher.catalogue import box, paging
from publisher.error import NotFound
from publisher.format import language as tongue
from publisher.model import Body, Document, Kind, Redirect, Seo, Source, Status, Visibility, Withdrawn
from tests.contract.sample import save
from tests.page.house import CATALOGUE, HTML, NOW, PICTURE, SECTIONS, TEXT, House, revised

HOME_BOXES = ("Latest", "Trending Now", "Our Picks", "Don’t Miss", "Top Articles")
ARTICLE_BOXES = ("Related Articles", "Trending Now", "Most Popular", "Don’t Miss", "Our Picks", "Top Articles")
SECRET = "the part that members pay for"


@pytest.fixture
async def house() -> House:
    return await House().open()


async def test_an_article_stands_at_its_path_with_everything_a_reader_expects(house: House):
    await house.publish("night-train", source_name="The Post", source_url="https://post.example/a", views=252)
    html = await house.read("/reviews/night-train/")
    for said in ("4 Mins Read", "November 5, 2026", "252 Views", "Ann Lee", "Related Articles", "Trending Now"):
        assert said in html
    assert '<a href="https://post.example/a" rel="noopener">The Post</a>' in html
    for way in ("facebook.com", "x.com", "pinterest.com", "linkedin.com", "reddit.com", "wa.me", "t.me", "mailto:"):
        assert way in html


async def test_an_article_is_purged_by_its_own_key_and_not_by_others_articles(house: House):
    document = await house.get("/reviews/piece-1/")
    assert isinstance(document, Document)
    assert key.LATEST not in document.keys
    assert not any(each.startswith("s/") for each in document.keys)
    assert document.expires_at == NOW + timedelta(seconds=house.context.settings.box_max_age)
    assert document.stale_seconds > 0


async def test_a_list_is_purged_by_the_key_of_what_it_lists(house: House):
    for path, expected in (
        ("/", key.LATEST),
        ("/reviews/", key.section("reviews")),
        ("/tag/trains/", key.tag("trains")),
        ("/author/ann/", key.author("ann")),
        ("/2026/11/", key.month("2026-11")),
    ):
        document = await house.get(path)
        assert isinstance(document, Document)
        assert expected in document.keys


async def test_the_same_rows_give_the_same_bytes(house: House):
    for path in ("/", "/reviews/", "/reviews/piece-1/", "/feeds/"):
        first, again = await house.get(path), await house.get(path)
        assert isinstance(first, Document)
        assert first.etag == again.etag  # type: ignore[union-attr]


async def test_last_modified_is_the_articles_and_no_box_moves_it(house: House):
    before = await house.get("/reviews/piece-1/")
    await house.publish("a-much-read-one", views=99_999)
    after = await house.get("/reviews/piece-1/")
    assert before.updated == after.updated  # type: ignore[union-attr]
    assert before.etag != after.etag  # type: ignore[union-attr]


@pytest.mark.parametrize("visibility", [Visibility.MEMBERS, Visibility.PAID, Visibility.PASSWORD])
async def test_a_members_piece_shows_a_teaser_and_nothing_else(house: House, visibility: Visibility):
    body = revised((await house.publish("x")).body, html=f"<p>{SECRET}</p>", text=SECRET)
    await house.publish("secret", visibility=visibility, body=body, excerpt="A beginning.", pictures=())
    html = await house.read("/reviews/secret/")
    assert SECRET not in html
    assert "The rest of this piece is for members." in html
    assert ("A beginning." in html) is (visibility is not Visibility.PASSWORD)


async def test_what_was_public_once_is_withdrawn_and_what_never_was_is_not_found(house: House):
    once = await house.publish("gone-piece")
    await save(house.store, revised(once, status=Status.DRAFT))
    assert await house.get(once.path) == Withdrawn(once.path)
    await house.publish("draft", status=Status.DRAFT)
    with pytest.raises(NotFound):
        await house.get("/reviews/draft/")


@pytest.mark.parametrize("status", [404, 410])
async def test_a_page_that_is_not_there_leads_to_the_feeds_and_is_no_address(house: House, status: int):
    made = await house.get(f"/_/error/{status}")
    assert isinstance(made, Document)
    html = made.body.decode()
    assert '<link rel="alternate" href="/feeds/all.rss" type="application/rss+xml"' in html
    assert '<meta name="robots" content="noindex">' in html
    assert 'rel="canonical"' not in html
    assert (made.status, made.robots) == (status, "noindex")


async def test_a_moved_article_redirects_once(house: House):
    moved = await house.publish("old-name")
    await save(house.store, revised(moved, path="/reviews/new-name/", slug="new-name"))
    assert await house.get("/reviews/old-name/") == Redirect("/reviews/old-name/", "/reviews/new-name/")


async def test_no_archive_is_of_a_year_that_there_never_was(house: House):
    with pytest.raises(NotFound):
        await house.get("/0000/01/")


async def test_an_old_number_leads_to_the_piece(house: House):
    await house.publish("imported", source=Source(kind="wordpress", site="old.example", id="7"))
    await house.store.add_redirect(Redirect("/?p=7", "/reviews/imported/"), NOW)
    assert await house.get("/", p="7") == Redirect("/?p=7", "/reviews/imported/")
    with pytest.raises(NotFound):
        await house.get("/", p="8")
    with pytest.raises(NotFound):
        await house.get("/", p="7'--")


async def test_an_old_number_of_a_page_leads_to_it_at_both_addresses_of_wordpress(house: House):
    for each in ("/?p=7", "/?page_id=8"):
        await house.store.add_redirect(Redirect(each, "/about/"), NOW)
    for path in ("/", "/index.php"):
        assert await house.get(path, p="7") == Redirect("/?p=7", "/about/")
        assert await house.get(path, page_id="8") == Redirect("/?page_id=8", "/about/")
        with pytest.raises(NotFound):
            await house.get(path, page_id="9")
    assert await house.get("/index.php") == Redirect("/index.php", "/")


async def test_a_static_page_stands_at_its_path_and_in_every_footer(house: House):
    await house.publish("about", path="/about/", kind=Kind.PAGE, title="About us")
    assert "About us" in await house.read("/about/")
    assert '<a href="/about/">About us</a>' in await house.read("/reviews/")


async def test_j11_an_empty_section_is_kept_from_search_engines(house: House):
    document = await house.get("/empty/")
    assert isinstance(document, Document)
    assert document.robots == "noindex"
    assert b'<meta name="robots" content="noindex">' in document.body


async def test_a_noindex_article_says_so_in_its_header(house: House):
    await house.publish("quiet", seo=Seo(noindex=True))
    document = await house.get("/reviews/quiet/")
    assert document.robots == "noindex"  # type: ignore[union-attr]


async def test_lists_are_paged_and_a_page_that_is_not_there_is_not_found():
    house = await House(page_size=3).open(articles=7)
    assert "Page 2 of 3" in await house.read("/tag/trains/page/2/")
    assert 'rel="prev" href="/tag/trains/"' in await house.read("/tag/trains/page/2/")
    assert 'rel="next"' not in await house.read("/tag/trains/page/3/")
    assert await house.get("/tag/trains/page/1/") == Redirect("/tag/trains/page/1/", "/tag/trains/")
    for path in ("/tag/trains/page/4/", "/tag/trains/page/01/", "/tag/trains/page/0/", "/2026/13/", "/1999/01/"):
        with pytest.raises(NotFound):
            await house.get(path)


async def test_every_listed_path_answers_a_document():
    house = await House(page_size=3).open(articles=7)
    await house.publish("about", path="/about/", kind=Kind.PAGE, title="About us")
    paths = [path async for _, path in CATALOGUE.paths(house.context)]
    assert len(paths) == len(set(paths)) > 30
    for path in paths:
        assert isinstance(await house.get(path), Document), path


async def test_related_are_filled_up_with_the_newest_of_the_section(house: House):
    await house.publish("other", title="Wholly", dek="", tags=(), body=Body(html="<p>other</p>", text="other"))
    html = await house.read("/reviews/other/")
    box = html.partition("Related Articles")[2].partition("</section>")[0]
    found = re.findall(r'class="cover" href="([^"]+)"', box)
    assert len(found) == 4
    assert all(each.startswith("/reviews/piece-") for each in found)


async def test_no_article_stands_twice_in_the_boxes_of_a_page():
    house = await House().open(articles=30)
    for number in range(8):
        await house.publish(f"picked-{number}", featured=number % 2 == 1, pinned=number % 2 == 0, views=5000 + number)
    for path, boxes in (("/", HOME_BOXES), ("/reviews/piece-1/", ARTICLE_BOXES)):
        html = await house.read(path)
        assert all(f"<h2>{box}</h2>" in html for box in boxes)
        headlines = re.findall(r'class="cover" href="([^"]+)"', html)
        assert len(headlines) > 12
        assert len(headlines) == len(set(headlines))
        assert path not in headlines


async def test_a_search_shows_marked_snippets_and_is_never_indexed(house: House):
    await house.publish("zebra", body=revised((await house.publish("y")).body, text="A zebra & its <stripes>."))
    document = await house.get("/search/", q="zebra")
    assert isinstance(document, Document)
    html = document.body.decode()
    assert re.search(r"<mark>zebra</mark> &amp; its &lt;stripes&gt;", html)
    assert document.robots == "noindex"
    assert "/search/feed.rss?q=zebra" in html


async def test_a_search_that_finds_nothing_says_what_may_have_been_meant(house: House):
    await house.publish("lantern", title="The Lantern Market")
    await house.publish("passkey", title="Passkeys")
    for query, meant in (("latern", "lantern"), ("lantren makret", "lantern market"), ("pasksey latern", "passkeys")):
        html = await house.read("/search/", q=query)
        address = f"/search/?q={meant.replace(' ', '%20')}"
        assert f'Did you mean <a href="{address}" rel="nofollow"><bdi>{meant}</bdi></a>?' in html
        assert "Try fewer or other words" in html
        assert 'class="cover"' in html
    assert "Did you mean" not in await house.read("/search/", q="zzzzzzzz")
    assert "Did you mean" not in await house.read("/search/", q="lantern")


async def test_a_search_says_how_many_it_found(house: House):
    await house.publish("lantern", title="The Lantern Market")
    assert "1 result for “lantern”" in await house.read("/search/", q="lantern")
    for number in range(25):
        await house.publish(f"walrus-{number}", title="Walrus")
    assert "20+ results for “walrus”" in await house.read("/search/", q="walrus")
    assert "25 results for “walrus”" in await house.read("/search/", q="walrus", page="2")


async def test_a_search_page_announces_the_feed_of_the_search(house: House):
    html = await house.read("/search/", q="tide & <sea>")
    assert '<link rel="alternate" href="/search/feed.rss?q=tide%20%26%20%3Csea%3E" type="application/rss+xml"' in html
    assert '<link rel="search" href="/opensearch.xml"' in html


@pytest.mark.parametrize("query", ['"', "a OR", "NEAR(", "*", "<script>alert(1)</script>", "' --", "\x00", "é" * 500])
async def test_no_query_raises_or_runs(house: House, query: str):
    html = await house.read("/search/", q=query)
    assert "<script>alert" not in html


async def test_the_directory_offers_every_feed_with_its_formats(house: House):
    html = await house.read("/feeds/")
    for address in (
        "/feeds/all.rss",
        "/reviews/feed.atom",
        "/tag/trains/feed.json",
        "/author/ann/feed.rss",
        "/feeds.opml",
    ):
        assert f'href="{address}"' in html


async def test_a_page_announces_its_own_feeds_before_the_sites(house: House):
    html = await house.read("/reviews/")
    found = re.findall(r'<link rel="alternate" href="([^"]+)"', html)
    assert found == ["/reviews/feed.rss", "/reviews/feed.atom", "/reviews/feed.json", "/feeds/all.rss"]


async def test_the_language_of_the_article_rules_its_page(house: House):
    await house.publish("rasail", language="ar", title="رسائل")
    html = await house.read("/reviews/rasail/")
    assert '<html lang="ar" dir="rtl">' in html
    assert "5 نوفمبر 2026" in html
    assert "مقالات ذات صلة" in html


async def test_hostile_words_stay_words(house: House):
    await house.publish("hostile", title="<script>x</script> & \"'", dek="</title><b>", tags=())
    html = await house.read("/reviews/hostile/")
    assert "<script>x" not in html
    assert "<b>" not in html


async def test_pictures_carry_their_size_and_renditions(house: House):
    html = await house.read("/reviews/piece-1/")
    for tag in re.findall(r"<img [^>]+>", html):
        assert re.search(r'width="\d+" height="\d+"', tag), tag
    hero = re.search(r'<figure class="hero.*?</figure>', html, re.DOTALL)
    assert hero is not None
    assert 'type="image/avif"' in hero[0]
    assert 'fetchpriority="high"' in hero[0]
    assert "loading=" not in hero[0]


async def test_an_article_names_its_story_and_opens_it_in_the_player(house: House):
    html = await house.read("/reviews/piece-1/")
    assert "See it as a web story" in html
    assert 'href="/web-stories/piece-1/play/"' in html


async def test_a_story_without_a_picture_is_shown_on_its_sections_colour_without_a_drawn_title(house: House):
    await house.publish("bare", hero=None, pictures=(), body=Body(html=HTML, text=TEXT))
    html = await house.read("/web-stories/")
    assert re.search(r'<a class="tale hue-0" href="/web-stories/bare/play/"><span>', html)


async def test_a_story_whose_cover_is_on_another_host_shows_it(house: House):
    picture = revised(PICTURE, src="https://pictures.example/a.jpg")
    await house.publish("far", hero=picture, pictures=(picture,), body=Body(html=HTML, text=TEXT))
    assert 'play/"><img src="https://pictures.example/a.jpg"' in await house.read("/web-stories/")


FIGURE = f'<figure><a href="/x/"><img src="{PICTURE.src}" alt="x"></a><figcaption>Under it</figcaption></figure>'


@pytest.mark.parametrize(
    ("begins", "caption", "times"),
    [
        (FIGURE, "Under it", 0),
        (FIGURE.replace("Under it", "<b>Under &lt;</b>\nit"), "Under < it", 0),
        (f'<p><img alt="" src="{PICTURE.src}"></p>', "", 0),
        (f'<p><img alt="" src="{PICTURE.src}"></p>', "Under it", 0),
        (FIGURE, "Over the bridge", 1),
        (FIGURE, "", 1),
        (f"<p>First.</p>{FIGURE}", "Under it", 1),
        (f'<p><img alt="" src="{PICTURE.src}"> Words.</p>', "", 1),
        (f'<figure><img alt="" src="/media/{"cd" * 32}/original.jpg"></figure>', "", 1),
    ],
)
async def test_a_text_that_begins_with_its_lead_picture_shows_it_once(
    house: House, begins: str, caption: str, times: int
):
    await house.publish("twice", hero=revised(PICTURE, caption=caption), body=Body(html=begins + HTML, text=TEXT))
    html = await house.read("/reviews/twice/")
    assert 'class="hero wrap"' in html
    told = re.search(r'<div class="body">(.*?)</div>', html, re.DOTALL)
    assert told is not None
    assert told[1].count("<img") == times
    assert "The slow train leaves" in told[1]
    await house.publish("about", path="/about/", kind=Kind.PAGE, body=Body(html=FIGURE + HTML, text=TEXT))
    assert f'src="{PICTURE.src.replace("original", "w800")}"' in await house.read("/about/")


@pytest.mark.parametrize(("width", "is_small"), [(719, True), (720, False), (0, False)])
async def test_a_lead_picture_of_few_pixels_is_not_drawn_as_wide_as_the_page(house: House, width: int, is_small: bool):
    await house.publish("old-scan", hero=revised(PICTURE, width=width))
    assert ('class="hero wrap is-small"' in await house.read("/reviews/old-scan/")) is is_small


async def test_a_new_site_shows_no_heading_with_nothing_under_it():
    for articles in (0, 1):
        html = await (await House().open(articles=articles)).read("/")
        assert not re.search(r"</h2>\s*(<ul>\s*</ul>|</section>)", html)
        assert "Latest" not in html


async def test_nothing_in_a_page_is_inline_but_data(house: House):
    """CSP without unsafe-inline."""
    for path in ("/", "/reviews/", "/reviews/piece-1/", "/search/", "/feeds/", "/web-stories/"):
        html = await house.read(path)
        assert " style=" not in html
        assert "<style" not in html
        assert not re.search(r"\son\w+=", html)
        assert all("ld+json" in tag or "src=" in tag for tag in re.findall(r"<script[^>]*>", html))


async def test_the_menu_marks_where_the_reader_is(house: House):
    await house.publish("where", section=SECTIONS[1])
    html = await house.read("/travel/where/")
    assert re.findall(r'<a href="([^"]+)" aria-current="true"', html) == ["/travel/"]


async def test_what_surrounds_a_page_stays_the_same_when_something_is_published(house: House):
    before = await box.frame(house.context)
    await house.publish("one-more")
    assert await box.frame(house.context) == before
    await house.publish("a-first", section=SECTIONS[2])
    assert "/empty/" in re.findall(r'href="([^"]+)"', await house.read("/"))


async def test_a_list_offers_its_own_feeds_and_each_once(house: House):
    for path, stem in (
        ("/reviews/", "/reviews/feed"),
        ("/web-stories/", "/feeds/stories"),
        ("/2026/11/", "/feeds/all"),
    ):
        html = await house.read(path)
        tools = re.search(r'<p class="list-tools">.*?</p>', html, re.DOTALL)
        assert tools is not None
        assert re.findall(r'href="([^"]+)"', tools[0]) == [f"{stem}.{form}" for form in ("rss", "atom", "json")]


async def test_the_archive_is_reached_from_home_and_from_every_month(house: House):
    await house.publish("older", published=datetime(2025, 3, 4, tzinfo=UTC))
    for path in ("/", "/2026/11/", "/2025/03/"):
        box = re.search(r'<nav class="months.*?</nav>', await house.read(path), re.DOTALL)
        assert box is not None
        assert re.findall(r'href="([^"]+)"', box[0]) == ["/2026/11/", "/2025/03/"]
        assert re.findall(r'href="([^"]+)" aria-current', box[0]) == ([path] if path != "/" else [])
    assert 'class="months' not in await house.read("/reviews/")


async def test_no_list_is_deeper_than_what_can_be_read_at_once(monkeypatch: pytest.MonkeyPatch):
    """What lies deeper is reached by its month: reading a million articles down takes 100 ms."""
    monkeypatch.setattr(paging, "MAX_DEPTH", 5)
    house = await House(page_size=3).open(articles=10)
    for path in ("/", "/tag/trains/", "/web-stories/"):
        assert "Page 2 of 2" in await house.read(f"{path}page/2/")
        with pytest.raises(NotFound):
            await house.get(f"{path}page/3/")
    listed = [path async for _, path in CATALOGUE.paths(house.context)]
    assert [path for path in listed if "/page/" in path and path.startswith("/tag/")] == ["/tag/trains/page/2/"]
    assert not [path for path in listed if path.endswith("/page/3/")]


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", ["1 View", "2 Views", "252 Views", "1,284 Views"]),
        ("fr", ["1 vue", "2 vues", "252 vues", "1\u202f284 vues"]),
        ("de", ["1 Aufruf", "2 Aufrufe", "252 Aufrufe", "1.284 Aufrufe"]),
        ("ar", ["مشاهدة واحدة", "مشاهدتان", "252 مشاهدة", "1,284 مشاهدة"]),
        ("xx", ["1 View", "2 Views", "252 Views", "1,284 Views"]),
    ],
)
def test_views_are_counted_as_the_language_counts(language: str, said: list[str]):
    assert [tongue.views(number, language) for number in (1, 2, 252, 1284)] == said
    assert tongue.views(0, language) == ""


def test_arabic_has_a_dual_and_counts_few_and_many_differently():
    assert tongue.views(7, "ar") == tongue.views(107, "ar").replace("107", "7") == "7 مشاهدات"
    assert [tongue.minutes(number, "ar") for number in (1, 2, 4, 11)] == [
        "قراءة في دقيقة",
        "قراءة في دقيقتين",
        "قراءة في 4 دقائق",
        "قراءة في 11 دقيقة",
    ]
    assert [tongue.articles(number, "ar") for number in (1, 2, 3, 24)] == [
        "مقال واحد",
        "مقالان",
        "3 مقالات",
        "24 مقالًا",
    ]
