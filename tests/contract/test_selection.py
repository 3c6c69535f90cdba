"""Which articles a selection has, and in which order."""

import msgspec
import pytest

from publisher.error import NotFound
from publisher.model import EMPTY_BODY, Cursor, Kind, Selection, Seo, Sort, Status, Tag
from publisher.store.port import Store
from tests.contract.sample import (
    ANN,
    BOB,
    DAY,
    EVERY_KIND,
    FILM,
    HOUR,
    MUSIC,
    NOON,
    REVIEWS,
    TRAVEL,
    edit,
    one,
    save_many,
    saved,
    slugs,
)


async def fill(store: Store) -> None:
    """Six articles, a story, a page and a draft, b the newest."""
    await saved(store, "a", published=NOON, tags=(FILM,), authors=(ANN,), views=5)
    await saved(store, "b", published=NOON + DAY, tags=(FILM, MUSIC), authors=(ANN, BOB), language="ar")
    await saved(store, "c", published=NOON - DAY, section=TRAVEL, tags=(MUSIC,), featured=True, views=9)
    await saved(store, "d", published=NOON - 40 * DAY, section=None, pinned=True, updated=NOON + 2 * DAY)
    await saved(store, "e", published=NOON - 2 * DAY, section=TRAVEL, seo=Seo(noindex=True), authors=(BOB,))
    await saved(store, "f", published=NOON - DAY, first_published=NOON - 3 * DAY, is_news=False)
    await saved(store, "story", published=NOON + HOUR, kind=Kind.STORY, tags=(FILM,))
    await saved(store, "page", published=NOON - HOUR, kind=Kind.PAGE)
    await saved(store, "draft", published=NOON + 3 * DAY, status=Status.DRAFT, tags=(FILM,))


CASES = [
    ({}, "b a f c e d"),
    ({"limit": 2}, "b a"),
    ({"limit": 2, "offset": 1}, "a f"),
    ({"limit": 0}, ""),
    ({"offset": 99}, ""),
    ({"kinds": EVERY_KIND}, "b story a page f c e d"),
    ({"kinds": one()}, "b story a page f c e d"),
    ({"kinds": one(Kind.STORY)}, "story"),
    ({"kinds": one(Kind.STORY, Kind.PAGE)}, "story page"),
    ({"kinds": one(Kind.STORY, Kind.ARTICLE)}, "b story a f c e d"),
    ({"sections": one("travel")}, "c e"),
    ({"sections": one("travel", "reviews")}, "b a f c e"),
    ({"sections": one("nowhere")}, ""),
    ({"sections": one("nowhere", "travel")}, "c e"),
    ({"tags": one("film")}, "b a"),
    ({"tags": one("film", "music")}, "b a c"),
    ({"tags": one("film"), "authors": one("bob")}, "b"),
    ({"authors": one("ann")}, "b a"),
    ({"authors": one("bob"), "sections": one("travel")}, "e"),
    ({"languages": one("ar")}, "b"),
    ({"languages": one("ar", "en"), "tags": one("music")}, "b c"),
    ({"exclude_sections": one("travel")}, "b a f d"),
    ({"exclude_sections": one("travel", "reviews")}, "d"),
    ({"exclude_tags": one("music")}, "a f e d"),
    ({"exclude_tags": one("nothing")}, "b a f c e d"),
    ({"since": NOON}, "b a"),
    ({"until": NOON}, "f c e d"),
    ({"since": NOON - DAY, "until": NOON}, "f c"),
    ({"first_since": NOON - DAY}, "b a c"),
    ({"first_since": NOON - 3 * DAY, "sections": one("reviews")}, "b a f"),
    ({"first_since": NOON - DAY, "tags": one("film", "music"), "exclude_sections": one("travel")}, "b a"),
    ({"month": "2026-11"}, "b a f c e"),
    ({"month": "2026-09"}, "d"),
    ({"month": "2026-13"}, ""),
    ({"featured": True}, "c"),
    ({"featured": False}, "b a f e d"),
    ({"pinned": True}, "d"),
    ({"noindex": True}, "e"),
    ({"noindex": False}, "b a f c d"),
    ({"is_news": False}, "f"),
    ({"is_news": True}, "b a c e d"),
    ({"sort": Sort.UPDATED}, "d b a f c e"),
    ({"sort": Sort.UPDATED, "limit": 2, "offset": 1}, "b a"),
    ({"sort": Sort.UPDATED, "tags": one("film")}, "b a"),
    ({"sort": Sort.UPDATED, "first_since": NOON - 2 * DAY}, "b a c e"),
    ({"sort": Sort.VIEWS}, "c a f e d b"),
    ({"sort": Sort.VIEWS, "sections": one("reviews")}, "a f b"),
]


@pytest.mark.parametrize(("selection", "expected"), CASES)
async def test_a_selection_has_what_it_asks_for_in_its_order(store: Store, selection, expected):
    await fill(store)
    found = await slugs(store, **selection)
    assert found == expected.split()
    ids = [each.id for each in await store.select(Selection(**selection))]
    assert [id for id, _ in await store.revisions(Selection(**selection))] == ids
    whole = msgspec.structs.replace(Selection(**selection), limit=99, offset=0)
    assert await store.count(Selection(**selection)) == len(await store.select(whole))


async def test_equal_times_are_ordered_by_id_descending(store: Store):
    for n in range(5):
        await saved(store, f"same-{n}", updated=NOON)
    expected = [f"same-{n}" for n in reversed(range(5))]
    for sort in Sort:
        assert await slugs(store, sort=sort) == expected


async def test_a_cursor_goes_on_where_a_page_ended_even_between_equal_times(store: Store):
    await save_many(store, 6, published=NOON)
    pages, after = [], None
    while page := await store.select(Selection(limit=2, after=after)):
        pages += [each.slug for each in page]
        after = Cursor(page[-1].published or NOON, page[-1].id)
    assert pages == [f"many-{n}" for n in reversed(range(6))]


async def test_a_cursor_is_not_disturbed_by_newer_articles(store: Store):
    await save_many(store, 4)
    first = await store.select(Selection(limit=2))
    await saved(store, "newer", published=NOON + 9 * DAY)
    rest = await store.select(Selection(after=Cursor(first[-1].published or NOON, first[-1].id)))
    assert [each.slug for each in (*first, *rest)] == ["many-3", "many-2", "many-1", "many-0"]


async def test_lists_carry_no_bodies_until_they_are_asked_for(store: Store):
    await save_many(store, 3)
    listed = await store.select(Selection())
    assert {each.body for each in listed} == {EMPTY_BODY}
    whole = await store.with_bodies(listed[::-1])
    assert [each.id for each in whole] == [each.id for each in listed[::-1]]
    assert {each.body.text for each in whole} == {"Some words."}
    assert await store.with_bodies([]) == ()
    with pytest.raises(NotFound):
        await store.with_bodies([msgspec.structs.replace(listed[0], id=99)])


async def test_every_article_of_any_status_streams_by_id(store: Store):
    await save_many(store, 250)
    await saved(store, "draft", status=Status.DRAFT)
    found = [each async for each in store.every()]
    assert [each.id for each in found] == list(range(1, 252))
    assert found[-1].body.text == "Some words."
    assert [each.id async for each in store.every(249)] == [250, 251]
    assert [each.id async for each in store.every(251)] == []


async def test_a_moved_date_moves_an_article_in_every_list(store: Store):
    await fill(store)
    stored = await store.article_by_guid("tag:example.org,2026:a")
    await edit(store, stored, published=NOON + 9 * DAY)
    assert await slugs(store, tags=one("film")) == ["a", "b"]
    assert await slugs(store, sections=one("reviews")) == ["a", "b", "f"]
    assert await slugs(store, month="2026-11") == ["a", "b", "f", "c", "e"]


async def test_an_article_leaves_the_lists_it_is_taken_from(store: Store):
    await fill(store)
    stored = await store.article_by_guid("tag:example.org,2026:b")
    await edit(store, stored, tags=(Tag(slug="new", name="New"),), section=TRAVEL, authors=())
    assert await slugs(store, tags=one("film")) == ["a"]
    assert await slugs(store, tags=one("new")) == ["b"]
    assert await slugs(store, sections=one("travel")) == ["b", "c", "e"]
    assert await slugs(store, sections=one("reviews")) == ["a", "f"]
    assert await slugs(store, authors=one("ann")) == ["a"]
    assert REVIEWS.slug == "reviews"


async def test_the_versions_of_a_piece_are_found_by_their_group(store: Store):
    await saved(store, "tea", language="en", translation_group="tea")
    await saved(store, "the", language="fr", translation_group="tea")
    await saved(store, "coffee", translation_group="coffee")
    assert sorted(await slugs(store, translation_group="tea")) == ["tea", "the"]


async def test_several_selections_are_answered_as_each_alone(store: Store):
    await fill(store)
    asked = [
        Selection(),
        Selection(tags=one("film"), limit=1),
        Selection(sections=one("nowhere")),
        Selection(pinned=True),
    ]
    assert await store.select_each(asked) == tuple([await store.select(each) for each in asked])
    assert await store.select_each(()) == ()


async def test_of_some_articles_the_public_ones_are_listed_in_the_order_asked_for(store: Store):
    await fill(store)
    ids = {each.slug: each.id async for each in store.every()}
    found = await store.listed([ids["story"], ids["draft"], ids["a"], 999, ids["page"]])
    assert [each.slug for each in found] == ["story", "a", "page"]
    assert {each.body for each in found} == {EMPTY_BODY}
    assert await store.listed(()) == ()
