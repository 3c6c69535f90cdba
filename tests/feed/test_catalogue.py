"""Feeds as documents: where they stand, what they hold, what is said with them."""

import dataclasses
import struct
from datetime import timedelta

import feedparser
import pytest
from lxml import etree
from msgspec.structs import replace

from publisher.catalogue.shared import Shared
from publisher.error import NotFound
from publisher.model import Document, Section, Status, Tag, Visibility
from publisher.store.memory import MemoryStore
from tests.feed.world import LONG, NOON, TRAVEL, World, article, feed
from tests.tool import template
from tests.tool.fixture import HtmlChecker
from tests.tool.schema import check_atom, check_jsonfeed, check_rss
from tests.tool.shared import ROOT

CHECKS = {"rss": check_rss, "atom": check_atom, "json": check_jsonfeed}


def problems(document: Document) -> list[str]:
    return CHECKS[document.path.partition("?")[0].rpartition(".")[2]](document.body)


@pytest.mark.parametrize("format", ["rss", "atom", "json"])
@pytest.mark.parametrize("stem", ["/feeds/all", "/travel/feed", "/tag/food/feed", "/author/ann/feed", "/feeds/stories"])
async def test_f01_every_feed_in_every_format_is_clean_in_a_strict_validator(stem: str, format: str):
    world = World()
    await world.publish(*(article(number, body=LONG) for number in range(1, 6)))
    document = await world.get(f"{stem}.{format}")
    assert problems(document) == []
    assert document.body.count(b"/article-") > 4


@pytest.mark.parametrize("name", ["flipboard", "smartnews", "msn"])
async def test_f01_partner_profiles_have_only_their_own_namespaces_beside(name: str):
    world = World()
    await world.publish(article())
    found = problems(await world.get(f"/feeds/{name}.rss"))
    assert [each for each in found if "namespace" not in each] == []


@pytest.mark.parametrize("format", ["rss", "atom", "json"])
async def test_f18_an_empty_section_gives_a_valid_feed_without_entries(format: str):
    world = World()
    await world.store.save_shelves([Section(slug="empty", name="Empty")], [], NOON)
    document = await world.get(f"/empty/feed.{format}")
    assert problems(document) == []
    assert document.status == 200


async def test_f17_each_feed_has_its_own_title_link_self_and_id():
    world = World()
    await world.publish(article(), article(2, section=Section(slug="food", name="Food")))
    heads = []
    for stem in ("/feeds/all", "/feeds/stories", "/travel/feed", "/food/feed", "/tag/food/feed", "/author/ann/feed"):
        parsed = feedparser.parse((await world.get(f"{stem}.atom")).body).feed
        heads.append((parsed.title, parsed.link, parsed.links[0].href, parsed.id))
    for column in zip(*heads, strict=True):
        assert len(set(column)) == len(heads), column


async def test_f07_entries_stand_newest_first_by_published_and_ties_by_id():
    world = World()
    await world.publish(article(3), article(1), article(2, published=NOON - timedelta(hours=1)))
    parsed = feedparser.parse((await world.get("/feeds/all.rss")).body)
    assert [entry.title for entry in parsed.entries] == ["Article 2", "Article 1", "Article 3"]


async def test_f07_an_edit_does_not_reorder():
    world = World()
    one, _ = await world.publish(article(2), article(1))
    await world.edit(one, title="Edited", updated=NOON)
    parsed = feedparser.parse((await world.get("/feeds/all.rss")).body)
    assert [entry.title for entry in parsed.entries] == ["Article 1", "Edited"]


async def test_f09_drafts_and_scheduled_articles_are_absent_and_members_pieces_show_their_teaser():
    world = World()
    await world.publish(
        article(1, title="Open"),
        article(2, title="Draft", status=Status.DRAFT),
        article(3, title="Later", status=Status.SCHEDULED),
        article(4, title="Members", visibility=Visibility.MEMBERS),
        article(5, title="Protected", visibility=Visibility.PASSWORD),
        article(6, title="Paid", visibility=Visibility.PAID, excerpt="", dek="", summary="The beginning of article 6."),
    )
    for format in ("rss", "atom", "json"):
        body = (await world.get(f"/feeds/all.{format}")).body.decode()
        assert "Open" in body
        assert "Draft" not in body
        assert "Later" not in body
        assert "What article 4 is about." in body
        assert "What article 5 is about." not in body
        assert "The beginning of article 6." not in body
        assert body.count("First words of") == 1


async def test_f11_self_is_the_canonical_address_of_exactly_this_document():
    world = World()
    await world.publish(article())
    for path in await world.paths():
        if path.endswith((".rss", ".atom", ".json")):
            document = await world.get(path)
            assert f'<https://magazine.example{path}>; rel="self"' in document.links
            assert f"https://magazine.example{path}" in document.body.decode()


async def test_f12_formats_are_linked_as_alternates_and_the_hub_only_when_there_is_one():
    world = World()
    await world.publish(article())
    document = await world.get("/travel/feed.rss")
    alternate = '<https://magazine.example/travel/feed.atom>; rel="alternate"; type="application/atom+xml"'
    assert alternate in document.links
    assert not any("hub" in link for link in document.links)
    pushing = World(hub="https://hub.example/")
    await pushing.publish(article())
    for format in ("rss", "atom", "json"):
        document = await pushing.get(f"/feeds/all.{format}")
        assert '<https://hub.example/>; rel="hub"' in document.links
        assert b"https://hub.example/" in document.body
        assert problems(document) == []


async def test_f15_rss_has_a_small_picture_with_the_channels_title_and_link():
    world = World()
    await world.publish(article())
    channel = etree.fromstring((await world.get("/travel/feed.rss")).body)[0]
    image = {each.tag: each.text for each in channel.find("image")}
    assert image == {
        "url": "https://magazine.example/static/feed.png",
        "title": channel.findtext("title"),
        "link": channel.findtext("link"),
        "width": "144",
        "height": "144",
    }
    assert read_png_size((ROOT / "templates/static/feed.png").read_bytes()) == (144, 144)


def read_png_size(content: bytes) -> tuple[int, int]:
    width, height = struct.unpack(">II", content[16:24])
    return width, height


async def test_f16_ttl_agrees_with_max_age():
    world = World([feed("ttl = 1800")])
    await world.publish(article())
    document = await world.get("/feeds/all.rss")
    assert document.max_age == 1800
    assert b"<ttl>30</ttl>" in document.body


async def test_f08_a_feed_stops_at_its_limit_and_at_its_bytes():
    world = World([feed("max_bytes = 20000\n[selection]\nlimit = 40")])
    await world.publish(*(article(number) for number in range(1, 61)))
    document = await world.get("/feeds/all.json")
    assert 15_000 < len(document.body) < 21_000
    small = World([feed("[selection]\nlimit = 3")])
    await small.publish(*(article(number) for number in range(1, 6)))
    assert len(feedparser.parse((await small.get("/feeds/all.rss")).body).entries) == 3


async def test_f09_noindex_articles_are_optional_per_feed():
    world = World()
    hidden = article(1, title="Hidden")
    from publisher.model import Seo

    await world.publish(article(2, title="Shown"), article(1, title="Hidden", seo=Seo(noindex=True)))
    assert hidden.title.encode() in (await world.get("/feeds/all.rss")).body
    assert b"Hidden" not in (await world.get("/feeds/msn.rss")).body


async def test_a_windowed_feed_loses_its_oldest_entry_when_its_time_comes():
    world = World([feed("[selection]\nwindow_hours = 24")])
    await world.publish(article(1), article(23))
    document = await world.get("/feeds/all.rss")
    assert document.expires_at == NOON + timedelta(hours=1)
    world.now = NOON + timedelta(hours=1, seconds=1)
    later = await world.get("/feeds/all.rss")
    assert b"article-23" not in later.body
    assert later.updated == NOON + timedelta(hours=1)


async def test_a_feed_sorted_by_views_ages_since_views_purge_nothing():
    world = World([feed('[selection]\nsort = "views"')])
    await world.publish(article(1, views=3), article(2, views=9))
    document = await world.get("/feeds/all.rss")
    assert document.expires_at == NOON + timedelta(seconds=600)
    assert [each.title for each in feedparser.parse(document.body).entries] == ["Article 2", "Article 1"]


async def test_the_stories_feed_leads_to_stories_and_leaves_out_articles_too_thin_for_one():
    world = World()
    await world.publish(article(1, body=LONG), article(2), article(3, body=LONG))
    entries = feedparser.parse((await world.get("/feeds/stories.rss")).body).entries
    assert [entry.link for entry in entries] == [
        "https://magazine.example/web-stories/article-1/",
        "https://magazine.example/web-stories/article-3/",
    ]
    assert entries[0].id == f"{article(1).guid}#story"


async def test_a_search_feed_holds_what_matches_and_lives_by_age_alone():
    world = World()
    await world.publish(article(1, title="Wine & bread"), article(2, title="Water"))
    document = await world.get("/search/feed.rss", {"q": "bread", "utm_source": "x"})
    parsed = feedparser.parse(document.body)
    assert [entry.title for entry in parsed.entries] == ["Wine & bread"]
    assert document.path == "/search/feed.rss?q=bread"
    assert document.expires_at == NOON + timedelta(seconds=document.max_age)
    assert problems(document) == []
    with pytest.raises(NotFound):
        await world.get("/search/feed.rss")


async def test_a_feed_that_is_disabled_or_not_offered_in_a_format_is_not_there():
    world = World([feed("enabled = false"), feed('formats = ["json"]', "mine")])
    await world.publish(article())
    assert (await world.get("/feeds/mine.json")).status == 200
    for path in ("/feeds/all.rss", "/feeds/mine.rss", "/feeds/none.rss", "/travel/feed.rss", "/nowhere/feed.rss"):
        with pytest.raises(NotFound):
            await world.get(path)


async def test_a_feed_carries_the_keys_of_what_it_shows():
    world = World()
    await world.publish(article())
    keys = {
        "/feeds/all.rss": {"latest"},
        "/travel/feed.rss": {"s/travel"},
        "/tag/food/feed.rss": {"t/food"},
        "/author/ann/feed.rss": {"w/ann"},
    }
    for path, expected in keys.items():
        assert (await world.get(path)).keys == expected


async def test_every_path_of_the_catalogue_is_answered():
    world = World()
    await world.publish(article(), article(2, tags=(Tag(slug="größe", name="Größe"),)))
    paths = await world.paths()
    assert "/tag/gr%C3%B6%C3%9Fe/feed.atom" in paths
    for path in paths:
        assert (await world.get(path)).status == 200


async def test_f06_two_builds_are_byte_identical_also_from_another_process():
    world = World()
    await world.publish(*(article(number) for number in range(1, 4)))
    again = World(store=world.store)
    again.now = NOON + timedelta(days=3)
    for path in await world.paths():
        first = await world.get(path)
        second = await again.get(path)
        assert (first.body, first.etag, first.updated) == (second.body, second.etag, second.updated), path


async def test_f52_a_poisoned_article_is_left_out_and_reported(caplog: pytest.LogCaptureFixture):
    world = World()
    await world.publish(article(1), article(2, guid="bad\x00guid"), article(3))
    for format in ("rss", "atom", "json"):
        document = await world.get(f"/feeds/all.{format}")
        assert problems(document) == []
        assert b"article-1/" in document.body
        assert b"article-2/" not in document.body
        assert b"article-3/" in document.body
    assert "article 2 (/travel/article-2/) is left out of /feeds/all" in caplog.text


async def test_f69_an_edit_costs_one_entry_and_a_join():
    world = World()
    stored = await world.publish(*(article(number) for number in range(1, 51)))
    await world.get("/feeds/all.rss")
    before = world.context.fragments.misses
    await world.edit(stored[7], title="Edited")
    document = await world.get("/feeds/all.rss")
    assert b"Edited" in document.body
    assert world.context.fragments.misses - before == 1


async def test_f48_unpublishing_takes_the_entry_away_and_moves_the_validators():
    world = World()
    stored = await world.publish(article(1), article(2))
    before = await world.get("/feeds/all.rss")
    world.now = NOON + timedelta(hours=1)
    await world.edit(stored[0], status=Status.TRASH)
    after = await world.get("/feeds/all.rss")
    assert b"article-1/" not in after.body
    assert after.etag != before.etag
    assert before.updated is not None
    assert after.updated == world.now > before.updated


async def test_f14_updated_does_not_move_for_a_change_that_the_feed_does_not_show():
    world = World([feed("[selection]\nlimit = 2")])
    stored = await world.publish(article(1), article(2), article(3))
    before = await world.get("/feeds/all.rss")
    world.now = NOON + timedelta(hours=1)
    await world.edit(stored[2], title="Out of sight")
    after = await world.get("/feeds/all.rss")
    assert (after.etag, after.updated) == (before.etag, before.updated)


async def test_f14_updated_never_goes_back_when_the_newest_article_is_lost():
    world = World()
    stored = await world.publish(article(2))
    world.now = NOON + timedelta(hours=1)
    newest = await world.publish(article(1))
    first = await world.get("/feeds/all.atom")
    world.now = NOON + timedelta(hours=2)
    await world.edit(newest[0], status=Status.DRAFT)
    second = await world.get("/feeds/all.atom")
    again = await World(store=world.store).get("/feeds/all.rss")
    assert first.updated is not None
    assert first.updated < world.now == second.updated == again.updated
    assert stored


async def test_f14_two_changes_in_one_second_have_two_times_as_soon_as_the_clock_allows():
    world = World()
    await world.publish(article(1))
    before = await world.get("/feeds/all.rss")
    await world.publish(article(2))
    world.now += timedelta(minutes=5)
    after = await world.get("/feeds/all.rss")
    assert before.updated == NOON
    assert after.updated == NOON + timedelta(seconds=1)


async def test_f14_two_changes_that_are_seen_in_one_second_have_two_dates_in_the_next():
    world, second = World(), timedelta(seconds=1)
    found = []
    for number in (1, 2):
        await world.publish(article(number))
        found.append(await world.get("/feeds/all.rss"))
    world.now += second
    found += [await world.get(f"/feeds/all.{each}") for each in ("rss", "rss", "atom")]
    assert [each.updated for each in found] == [NOON, NOON, NOON + second, NOON + second, NOON + second]
    assert [each.expires_at for each in found] == [None, NOON + second, None, None, None]
    assert [each.stale_seconds for each in found] == [300, 0, 300, 300, 300]


async def test_f14_a_build_has_no_next_second():
    world = World()
    await world.publish(article(1))
    await world.get("/feeds/all.rss")
    await world.publish(article(2))
    context = dataclasses.replace(world.context, shared=Shared(as_of=await world.store.seq()))
    made = await world.catalogue.build(context, world.catalogue.target("/feeds/all.rss", {}))
    world.now += timedelta(seconds=1)
    assert (made.updated, made.expires_at) == (NOON, None)
    assert (await world.get("/feeds/all.rss")).updated == NOON


async def test_f14_processes_that_saw_two_changes_in_different_seconds_agree_in_the_next():
    store = MemoryStore()
    one, other = World(store=store), World(store=store)
    await one.publish(article(1))
    await one.get("/feeds/all.rss")
    await one.publish(article(2))
    other.now += timedelta(seconds=1)
    first, second = await edition_of(one), await edition_of(other)  # before either has kept it
    one.now = other.now = NOON + timedelta(seconds=2)
    found = [await each.get("/feeds/all.rss") for each in (other, one)]
    assert (first.updated, second.updated) == (NOON, NOON + timedelta(seconds=1))
    assert [each.etag for each in found] == [second.etag] * 2


async def edition_of(world: World) -> Document:
    """The main feed, without its tag being remembered."""
    found = await world.catalogue.build(world.context, world.catalogue.target("/feeds/all.rss", {}))
    assert isinstance(found, Document)
    return found


async def test_f14_a_new_name_moves_a_feed_whatever_it_holds():
    world = World()
    await world.store.save_shelves((TRAVEL,), (), NOON)
    before = await world.get("/travel/feed.rss")
    world.now += timedelta(hours=1)
    await world.store.save_shelves((replace(TRAVEL, name="Away"),), (), world.now)
    renamed = await world.get("/travel/feed.rss")
    other = World(store=world.store, title="Another")
    other.now = NOON + timedelta(hours=2)
    retitled = await other.get("/travel/feed.rss")
    assert b"Travel" in before.body
    assert b"Away" in renamed.body
    assert (before.updated, renamed.updated) == (NOON, world.now)
    assert retitled.updated == world.now + timedelta(seconds=1)


async def test_f14_another_address_of_the_site_is_no_news():
    world = World()
    await world.publish(article(1), article(2))
    before = await world.get("/feeds/all.rss")
    moved = World(store=world.store, base="http://127.0.0.1:9000")
    moved.now = NOON + timedelta(hours=1)
    after = await moved.get("/feeds/all.rss")
    assert b"http://127.0.0.1:9000/travel/article-1/" in after.body
    assert after.updated == before.updated


async def test_f17_a_renamed_author_is_shown_at_once():
    world = World()
    await world.publish(article())
    await world.get("/feeds/all.rss")
    world.now = NOON + timedelta(hours=1)
    from publisher.model import Author

    await world.store.save_shelves([], [Author(slug="ann", name="Ann Other")], world.now)
    document = await world.get("/feeds/all.rss")
    assert b"Ann Other" in document.body
    assert document.updated == world.now


async def test_f65_opml_lists_every_listed_feed_under_headings():
    world = World()
    await world.publish(article())
    document = await world.get("/feeds.opml")
    text = document.body.decode()
    for path in (
        "/feeds/all.rss",
        "/feeds/stories.rss",
        "/travel/feed.rss",
        "/author/ann/feed.rss",
        "/tag/food/feed.rss",
    ):
        assert f'xmlUrl="https://magazine.example{path}"' in text
    assert "flipboard" not in text
    assert 'text="Sections"' in text


async def test_f61_a_browser_sees_a_readable_page_of_the_feed():
    world = World()
    await world.publish(article(1, title="<b>Bold</b> & co"))
    page = await world.get("/_/view/feeds/all.rss")
    text = page.body.decode()
    assert page.media_type == "text/html; charset=utf-8"
    assert (page.varies_by_reader, page.robots) == (True, "noindex")
    assert page.keys >= (await world.get("/feeds/all.rss")).keys
    assert "&lt;b&gt;Bold&lt;/b&gt; &amp; co" in text
    assert "https://magazine.example/feeds/all.rss" in text
    assert "What article 1 is about." in text


@pytest.mark.parametrize("path", ["/travel/feed.atom", "/tag/food/feed.json", "/feeds/stories.rss", "/feeds/msn.rss"])
async def test_f61_every_feed_has_a_page(path: str):
    world = World()
    await world.publish(article(1, body=LONG), article(2))
    text = (await world.get(f"/_/view{path}")).body.decode()
    assert "Article 1" in text
    assert ("Article 2" in text) == (path != "/feeds/stories.rss")
    assert ("/web-stories/article-1/" in text) == (path == "/feeds/stories.rss")


def test_f61_the_page_names_documented_variables_only():
    source = (ROOT / "templates/feed/view.html").read_text("utf-8")
    assert template.faults("view.html", source) == []


async def test_f61_the_page_of_a_feed_is_conforming_html(check_html: HtmlChecker):
    world = World()
    await world.publish(article(1, body=LONG), article(2, title="", language="ar"))
    paths = ("/feeds/all.rss", "/feeds/stories.rss", "/travel/feed.atom", "/search/feed.json")
    pages = {path: (await world.get(f"/_/view{path}", {"q": "words"})).body for path in paths}
    assert check_html(pages) == []
