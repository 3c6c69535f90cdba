"""What a write does, and what it refuses."""

import asyncio
import json
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta, timezone

import msgspec
import pytest

from publisher.error import Conflict, NotFound
from publisher.model import (
    Body,
    Kind,
    Picture,
    Place,
    Redirect,
    Selection,
    Seo,
    Source,
    Status,
    Tag,
    Visibility,
)
from publisher.store.port import Saved, Store
from tests.contract.sample import (
    ANN,
    BOB,
    DAY,
    FILM,
    HOUR,
    MUSIC,
    NOON,
    REVIEWS,
    TRAVEL,
    article,
    edit,
    save,
    saved,
    slugs,
    write,
)
from tests.tool.shared import shared


async def test_an_article_is_read_as_it_was_written(store: Store):
    given = article(
        "whole",
        tags=(FILM, MUSIC),
        authors=(ANN, BOB),
        updated=NOON + HOUR,
        expires=NOON + DAY,
        hero=Picture(src="/media/x.jpg", alt="x", focal=(0.25, 0.5)),
        pictures=(Picture(src="/media/y.jpg"),),
        seo=Seo(noindex=True),
        source=Source(kind="wordpress", site="https://old.example", id="7", hash="h"),
        extra='{"yoast": {"score": 3}}',
        visibility=Visibility.MEMBERS,
        offset_minutes=-300,
        body=Body(source="*x*", format="markdown", html="<p><em>x</em></p>", text="x"),
    )
    kept = (await save(store, given)).article
    place = Place(kind="articles", month="2026-11", sequence=0)
    expected = msgspec.structs.replace(
        given, id=kept.id, revision=1, place=place, story_slug="whole", first_published=NOON
    )
    assert kept == expected
    assert await store.article(kept.id) == expected
    assert await store.article_by_guid(given.guid) == expected
    assert await store.article_by_source("wordpress", "https://old.example", "7") == expected
    nowhere = Source(kind="", site="", id="")
    bare = msgspec.structs.replace(expected, body=Body())
    assert await store.by_sources([nowhere, expected.source, nowhere]) == (None, bare, None)
    assert await store.at(given.path) == expected
    assert await store.story("whole") == expected


async def test_what_is_not_there_is_not_found(store: Store):
    for question in (
        store.article(1),
        store.article_by_guid("x"),
        store.article_by_source("x", "y", "z"),
        store.at("/x/"),
        store.story("x"),
        store.section("x"),
        store.tag("x"),
        store.author("x"),
        store.media("x"),
        store.media_by_url("x"),
        store.media_by_url(""),
    ):
        with pytest.raises(NotFound):
            await question


async def test_a_write_to_an_id_that_is_not_there_is_refused(store: Store):
    with pytest.raises(NotFound):
        await save(store, article(id=7))
    assert await store.seq() == 0


async def test_a_second_article_of_a_guid_a_path_or_a_source_is_a_conflict(store: Store):
    source = Source(kind="ghost", site="s", id="1")
    first = await saved(store, "first", source=source)
    for twin in (
        article("a", guid=first.guid),
        article("b", path=first.path),
        article("c", source=source),
    ):
        with pytest.raises(Conflict):
            await save(store, twin)
    assert await slugs(store) == ["first"]
    assert await store.seq() == 1


async def test_of_two_concurrent_writes_of_one_path_exactly_one_is_kept(store: Store):
    twins = [article(f"twin-{n}", path="/reviews/twin/") for n in range(8)]
    outcomes = await asyncio.gather(*(save(store, each) for each in twins), return_exceptions=True)
    assert sorted(type(each).__name__ for each in outcomes) == ["Conflict"] * 7 + ["Saved"]
    assert await store.count(Selection()) == 1


async def test_of_two_concurrent_writes_of_one_guid_exactly_one_is_kept(store: Store):
    twins = [article(f"twin-{n}", guid="g") for n in range(8)]
    outcomes = await asyncio.gather(*(save(store, each) for each in twins), return_exceptions=True)
    assert sorted(type(each).__name__ for each in outcomes) == ["Conflict"] * 7 + ["Saved"]
    assert await store.seq() == 1


async def test_revisions_grow_by_one_and_guard_against_lost_updates(store: Store):
    first = await saved(store, "edited")
    second = (await edit(store, first, title="Second")).article
    assert (first.revision, second.revision) == (1, 2)
    stale = msgspec.structs.replace(first, title="Third")
    with pytest.raises(Conflict):
        await store.save(write(stale, expected_revision=1), NOON)
    third = await store.save(write(stale, expected_revision=2), NOON)
    assert third.article.revision == 3
    with pytest.raises(Conflict):
        await store.save(write(article("new"), expected_revision=1), NOON)


async def test_a_guid_never_changes(store: Store):
    stored = await saved(store, "constant")
    with pytest.raises(Conflict):
        await edit(store, stored, guid="another")


async def test_first_publication_place_and_story_slug_never_change(store: Store):
    stored = await saved(store, "constant")
    changed = await edit(
        store,
        stored,
        published=NOON - 90 * DAY,
        first_published=NOON - 90 * DAY,
        place=Place(kind="articles", month="2020-01", sequence=9),
        story_slug="other",
        slug="renamed",
    )
    assert changed.article.first_published == NOON
    assert changed.article.place == stored.place
    assert changed.article.story_slug == "constant"
    assert changed.article.published == NOON - 90 * DAY


async def test_first_publication_takes_the_date_of_the_source(store: Store):
    old = await saved(store, "old", published=NOON, first_published=NOON - 400 * DAY)
    assert old.place == Place(kind="articles", month="2025-10", sequence=0)
    assert (await store.months()) == (("2025-10", 1),)


async def test_missing_dates_of_a_published_article_are_given(store: Store):
    undated = await saved(store, "undated", published=None)
    assert (undated.published, undated.first_published, undated.updated) == (NOON, NOON, NOON)
    dated = await saved(store, "dated", published=NOON - DAY)
    assert (dated.first_published, dated.updated) == (NOON - DAY, NOON - DAY)


async def test_instants_are_kept_in_utc_to_the_microsecond(store: Store):
    local = datetime(2026, 11, 1, 0, 30, 0, 123457, tzinfo=timezone(timedelta(hours=5, minutes=30)))
    kept = await saved(store, "local", published=local)
    assert kept.published == local
    assert kept.published.tzinfo is UTC
    assert kept.place is not None
    assert kept.place.month == "2026-10"
    assert (await store.article(kept.id)).published == local


async def test_places_are_numbered_from_0_in_each_kind_and_month(store: Store):
    places = [
        (await saved(store)).place,
        (await saved(store)).place,
        (await saved(store, kind=Kind.STORY)).place,
        (await saved(store, published=NOON - 30 * DAY)).place,
        (await saved(store, kind=Kind.PAGE)).place,
    ]
    assert [(each.kind, each.month, each.sequence) if each else None for each in places] == [
        ("articles", "2026-11", 0),
        ("articles", "2026-11", 1),
        ("articles", "2026-11", 2),
        ("articles", "2026-10", 0),
        None,
    ]


async def test_story_slugs_are_made_unique(store: Store):
    names = [(await saved(store, "twin", guid=str(n), path=f"/x/{n}/")).story_slug for n in range(3)]
    taken = await saved(store, "twin-4")
    again = await saved(store, "twin", guid="4", path="/x/4/")
    once_more = await saved(store, "twin", guid="5", path="/x/5/")
    nameless = (await save(store, msgspec.structs.replace(article("x"), slug=""))).article
    assert names == ["twin", "twin-2", "twin-3"]
    assert [taken.story_slug, again.story_slug, once_more.story_slug] == ["twin-4", "twin-5", "twin-6"]
    assert nameless.story_slug == "story"


@pytest.mark.parametrize("status", [Status.DRAFT, Status.SCHEDULED, Status.PRIVATE, Status.TRASH])
async def test_what_is_not_public_has_no_place_no_story_and_no_first_publication(store: Store, status: Status):
    hidden = await saved(store, "hidden", status=status, first_published=NOON)
    assert (hidden.place, hidden.story_slug, hidden.first_published) == (None, "", None)
    assert await slugs(store) == []
    assert await store.chunks("articles") == ()


async def test_a_scheduled_article_gets_its_place_when_it_is_released(store: Store):
    waiting = await saved(store, "waiting", status=Status.SCHEDULED, published=NOON + DAY)
    assert waiting.place is None
    released = (await edit(store, waiting, NOON + DAY, status=Status.PUBLISHED)).article
    assert released.first_published == NOON + DAY
    assert released.place == Place(kind="articles", month="2026-11", sequence=0)


async def test_a_withdrawn_article_keeps_its_place_and_returns_to_it(store: Store):
    first, second = await saved(store, "first"), await saved(store, "second")
    gone = (await edit(store, first, status=Status.DRAFT)).article
    assert gone.place == first.place
    assert gone.was_public
    assert await slugs(store) == ["second"]
    assert await store.chunk("articles", "2026-11", 1) == (b"<url>/reviews/second/</url>",)
    back = (await edit(store, gone, status=Status.PUBLISHED)).article
    assert (back.place, back.story_slug, back.first_published) == (
        first.place,
        first.story_slug,
        first.first_published,
    )
    assert await store.chunk("articles", "2026-11", 1) == (
        b"<url>/reviews/first/</url>",
        b"<url>/reviews/second/</url>",
    )
    assert second.place != back.place


async def test_a_page_that_becomes_an_article_gets_its_place_then(store: Store):
    page = await saved(store, "about", kind=Kind.PAGE)
    assert (page.place, page.story_slug) == (None, "")
    turned = (await edit(store, page, kind=Kind.ARTICLE)).article
    assert turned.place == Place(kind="articles", month="2026-11", sequence=0)
    assert turned.story_slug == "about"


async def test_a_write_that_changes_nothing_adds_no_change_and_no_revision(store: Store):
    first = await save(store, article("still", tags=(FILM,), authors=(ANN,)), redirects=("/old/",))
    again = await save(store, first.article, NOON + DAY, redirects=("/old/",))
    assert again.article == first.article
    assert (again.change.action, again.change.seq, again.change.keys) == ("unchanged", 1, frozenset())
    assert await store.seq() == 1
    listed = await save(store, first.article, NOON + DAY, fragment=b"<url>other</url>")
    assert listed.change.action == "publish"
    assert await store.chunk("articles", "2026-11", 1) == (b"<url>other</url>",)


async def test_a_batch_keeps_the_good_and_names_the_refused(store: Store):
    batch = [
        write(article("a")),
        write(article("b", path="/reviews/a/")),
        write(article("c", guid="tag:example.org,2026:a")),
        write(article("d")),
        write(article("a", guid="e")),
    ]
    outcomes = await store.save_all(batch, NOON)
    assert [type(each) for each in outcomes] == [Saved, Conflict, Conflict, Saved, Conflict]
    assert sorted(await slugs(store)) == ["a", "d"]
    assert [change.seq for change in await store.changes(0)] == [1, 2]


async def test_a_batch_with_an_unknown_id_keeps_nothing(store: Store):
    with pytest.raises(NotFound):
        await store.save_all([write(article("a")), write(article("b", id=99))], NOON)
    assert await store.seq() == 0
    assert await slugs(store, limit=9) == []


async def test_later_writes_of_a_batch_see_the_earlier_ones(store: Store):
    outcomes = await store.save_all([write(article("same", guid=str(n), path=f"/x/{n}/")) for n in range(3)], NOON)
    stories = [each.article.story_slug for each in outcomes if isinstance(each, Saved)]
    assert stories == ["same", "same-2", "same-3"]


async def test_a_redirect_of_a_batch_is_known_to_the_later_ones(store: Store):
    batch = [
        write(article("a"), redirects=("/old/", "/reviews/b/")),
        write(article("b"), redirects=("/old/", "/reviews/a/")),
        write(article("c", path="/old/")),
    ]
    outcomes = await store.save_all(batch, NOON)
    assert all(isinstance(each, Saved) for each in outcomes)
    assert await store.redirects() == ()
    assert [(await store.at(path)).id for path in ("/reviews/a/", "/reviews/b/", "/old/")] == [1, 2, 3]


async def test_a_redirect_to_what_a_batch_moves_follows_it(store: Store):
    moved = await saved(store, "old-place")
    batch = [
        write(article("a"), redirects=("/first/",)),
        write(msgspec.structs.replace(moved, path="/new-place/"), redirects=("/reviews/a/", "/first/")),
    ]
    await store.save_all(batch, NOON)
    expected = [("/first/", "/new-place/"), ("/reviews/old-place/", "/new-place/")]
    assert [(each.path, each.target) for each in await store.redirects()] == expected


async def test_an_empty_batch_is_no_change(store: Store):
    assert await store.save_all([], NOON) == ()
    assert await store.seq() == 0


async def test_naughty_strings_come_back_as_they_went(store: Store):
    strings = json.loads(shared("data/adversarial/blns.json").read_text(encoding="utf-8"))
    assert len(strings) > 200
    writes = [
        write(
            article(
                f"naughty-{n}",
                guid=f"{n} {text}",
                path=f"/naughty/{n}/{text}",
                title=text,
                dek=text,
                tags=(Tag(slug=f"{n}-{text}", name=text),),
                body=Body(source=text, html=text, text=text),
            ),
            fragment=text.encode(),
            redirects=(f"/from/{n}/{text}",),
        )
        for n, text in enumerate(strings)
    ]
    outcomes = await store.save_all(writes, NOON)
    for given, outcome in zip(writes, outcomes, strict=True):
        assert isinstance(outcome, Saved)
        read = await store.at(given.article.path)
        assert read == outcome.article
        assert read.title == given.article.title
        assert read.body == given.article.body
        assert await store.at(given.redirects[0]) == Redirect(given.redirects[0], given.article.path)
        assert (await store.tag(given.article.tags[0].slug)).name == given.article.title
        await store.search(given.article.title)


async def test_a_path_is_compared_byte_by_byte(store: Store):
    encoded = await saved(store, "encoded", path="/reviews/caf%C3%A9/")
    plain = await saved(store, "plain", path="/reviews/café/")
    upper = await saved(store, "upper", path="/reviews/CAFÉ/")
    assert (await store.at("/reviews/caf%C3%A9/")) == encoded
    assert (await store.at("/reviews/café/")) == plain
    assert (await store.at("/reviews/CAFÉ/")) == upper
    with pytest.raises(NotFound):
        await store.at("/reviews/caf%c3%a9/")


async def test_a_source_can_be_given_and_taken_back(store: Store):
    source = Source(kind="ghost", site="s", id="1")
    first = await saved(store, "first", source=source)
    await edit(store, first, source=None)
    with pytest.raises(NotFound):
        await store.article_by_source("ghost", "s", "1")
    assert (await saved(store, "second", source=source)).source == source


async def test_names_of_shelves_are_those_of_the_first_article_until_they_are_saved(store: Store):
    await saved(store, "first", section=REVIEWS, tags=(FILM,), authors=(ANN,))
    second = await saved(
        store,
        "second",
        section=msgspec.structs.replace(REVIEWS, name="Other"),
        tags=(Tag(slug="film", name="Movies"),),
        authors=(msgspec.structs.replace(ANN, name="Anna"),),
    )
    assert (second.section, second.tags, second.authors) == (REVIEWS, (FILM,), (ANN,))
    renamed = msgspec.structs.replace(REVIEWS, name="Verdicts", articles=99)
    change = await store.save_shelves([renamed, TRAVEL], [msgspec.structs.replace(ANN, bio="Writes.")], NOON)
    assert change is not None
    assert {"site", "s/reviews", "w/ann"} <= change.keys
    read = await store.article(second.id)
    assert read.section is not None
    assert (read.section.name, read.section.articles) == ("Verdicts", 0)
    assert read.authors[0].bio == "Writes."
    assert (await store.select(Selection(limit=1)))[0].section == read.section
    assert await store.save_shelves([renamed, TRAVEL], [], NOON) is None
    assert await store.seq() == 3


async def test_an_article_of_another_store_keeps_what_that_store_gave_it(store: Store):
    place = Place(kind="articles", month="2026-11", sequence=7)
    brought = article("x", first_published=NOON, place=place, story_slug="y")
    kept = (await save(store, brought, is_restored=True)).article
    assert (kept.first_published, kept.place, kept.story_slug) == (NOON, place, "y")
    gone = msgspec.structs.replace(brought, guid="2", path="/gone/", status=Status.TRASH)
    hidden = (await save(store, gone, is_restored=True)).article
    assert (hidden.first_published, hidden.place, hidden.story_slug) == (NOON, None, "y-2")
    assert (await saved(store, "next")).place == msgspec.structs.replace(place, sequence=8)


@pytest.mark.parametrize(
    "place",
    [
        Place(kind="articles", month="2026-10", sequence=0),
        Place(kind="tags", month="2026-11", sequence=0),
        Place(kind="articles", month="2026-11", sequence=-1),
        Place(kind="articles", month="2026-11", sequence=10**12),
    ],
)
async def test_a_place_that_cannot_be_an_articles_is_given_anew(store: Store, place: Place):
    kept = (await save(store, article("x", first_published=NOON, place=place), is_restored=True)).article
    assert kept.place == Place(kind="articles", month="2026-11", sequence=0)


async def test_a_small_value_is_kept_with_several_writes(store: Store):
    def kept(outcomes: Sequence[Saved | Conflict]) -> tuple[str, bytes]:
        return "where", b"%d" % sum(isinstance(each, Saved) for each in outcomes)

    await store.save_all(
        [write(article("a")), write(article("b")), write(article("b", guid="g", path="/b/"))], NOON, kept
    )
    found = await store.recall("where")
    with pytest.raises(NotFound):
        await store.save_all([write(article("c", id=99))], NOON, lambda _: ("where", b"nowhere"))
    await store.save_all([write(article("d"))], NOON, lambda _: None)
    assert found == await store.recall("where") != b"nowhere"
