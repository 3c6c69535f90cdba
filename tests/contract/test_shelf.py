"""Sections, tags, authors, months: counted as articles come, move and go."""

from datetime import datetime

import pytest

from publisher.error import Conflict, NotFound
from publisher.model import Author, Kind, Section, Selection, Status, Tag
from publisher.store.port import Store, Tally
from tests.contract.sample import ANN, BOB, DAY, FILM, HOUR, MUSIC, NOON, REVIEWS, TRAVEL, edit, one, saved


async def counts(store: Store) -> dict[str, int]:
    """Articles of every shelf that is listed."""
    shelves = [*await store.sections(), *await store.tags(), *await store.authors()]
    return {each.slug: each.articles for each in shelves}


async def test_shelves_count_their_public_articles(store: Store):
    a = await saved(store, "a", tags=(FILM, MUSIC), authors=(ANN,))
    b = await saved(store, "b", section=TRAVEL, tags=(FILM,), authors=(ANN, BOB))
    await saved(store, "c", status=Status.DRAFT, tags=(MUSIC,), authors=(BOB,))
    assert await counts(store) == {"reviews": 1, "travel": 1, "film": 2, "music": 1, "ann": 2, "bob": 1}
    await edit(store, a, section=TRAVEL, tags=(MUSIC,))
    assert await counts(store) == {"reviews": 0, "travel": 2, "film": 1, "music": 1, "ann": 2, "bob": 1}
    await edit(store, b, status=Status.TRASH)
    assert await counts(store) == {"reviews": 0, "travel": 1, "music": 1, "ann": 1}
    again = await edit(store, await store.article(b.id), status=Status.PUBLISHED)
    assert again.article.is_public
    assert await counts(store) == {"reviews": 0, "travel": 2, "film": 1, "music": 1, "ann": 2, "bob": 1}


async def test_shelves_count_articles_and_neither_stories_nor_pages(store: Store):
    await saved(store, kind=Kind.STORY, tags=(FILM,))
    await saved(store, kind=Kind.PAGE, tags=(FILM,))
    assert (await store.section("reviews")).articles == 0
    assert await store.tags() == ()
    turned = await saved(store, kind=Kind.STORY, tags=(FILM,))
    await edit(store, turned, kind=Kind.ARTICLE)
    assert (await store.tag("film")).articles == 1
    assert await store.count(Selection(tags=one("film"), kinds=one())) == 3


async def test_a_count_is_that_of_the_shelfs_selection(store: Store):
    for n in range(5):
        await saved(store, section=(REVIEWS, TRAVEL)[n % 2], tags=(FILM, MUSIC)[: n % 3], authors=(ANN,))
    for section in await store.sections():
        assert section.articles == await store.count(Selection(sections=one(section.slug)))
    for tag in await store.tags():
        assert tag.articles == await store.count(Selection(tags=one(tag.slug)))


async def test_authors_are_found_by_their_portrait_whether_or_not_articles_have_them(store: Store):
    ann = Author(slug="ann", name="Ann", avatar="/media/aa/w320.jpg")
    await store.save_shelves([], [BOB, ann], NOON)
    assert await store.portrayed("/media/aa/") == (ann,)
    assert await store.portrayed("%") == ()


async def test_sections_are_ordered_by_position_then_slug(store: Store):
    given = [("b", 2), ("a", 2), ("c", 1)]
    await store.save_shelves([Section(slug=slug, name=slug, position=n) for slug, n in given], [], NOON)
    assert [each.slug for each in await store.sections()] == ["c", "a", "b"]
    assert await store.section("a") == Section(slug="a", name="a", position=2)


async def test_a_shelf_is_updated_by_its_newest_article_and_never_goes_back(store: Store):
    async def updated() -> datetime | None:
        return (await store.section("reviews")).updated

    first = await saved(store, "a", published=NOON - 9 * DAY)
    assert await updated() == NOON - 9 * DAY
    second = await saved(store, "b", published=NOON - 2 * DAY)
    assert await updated() == NOON - 2 * DAY
    await edit(store, first, updated=NOON - DAY)
    assert await updated() == NOON - DAY
    await edit(store, second, NOON + HOUR, status=Status.DRAFT)
    assert await updated() == NOON + HOUR
    await saved(store, "c", published=NOON - DAY)
    assert await updated() == NOON + HOUR
    await edit(store, await store.article(first.id), NOON + DAY, views=7)
    assert await updated() == NOON + HOUR


async def test_tags_and_authors_are_listed_by_slug_in_pages(store: Store):
    tags = tuple(Tag(slug=f"t-{n}", name=f"T {n}") for n in (3, 1, 2))
    await saved(store, tags=tags, authors=(BOB, ANN))
    assert [each.slug for each in await store.tags()] == ["t-1", "t-2", "t-3"]
    assert [each.slug for each in await store.tags(limit=1, offset=1)] == ["t-2"]
    assert [each.slug for each in await store.authors()] == ["ann", "bob"]
    assert [each.slug for each in await store.authors(limit=5, offset=1)] == ["bob"]
    assert await store.tags(offset=9) == ()


async def test_one_tag_and_one_author_are_counted_even_without_articles(store: Store):
    stored = await saved(store, tags=(FILM,), authors=(ANN,))
    assert (await store.tag("film")).articles == 1
    assert (await store.author("ann")).articles == 1
    await edit(store, stored, NOON + DAY, status=Status.DRAFT)
    assert await store.tag("film") == Tag(slug="film", name="Film", articles=0, updated=NOON + DAY)
    assert (await store.author("ann")).name == "Ann"
    with pytest.raises(NotFound):
        await store.tag("FILM")


async def test_months_are_those_of_first_publication_newest_first(store: Store):
    await saved(store)
    await saved(store)
    old = await saved(store, published=NOON.replace(year=2019, month=3))
    assert await store.months() == (("2026-11", 2), ("2019-03", 1))
    await edit(store, old, published=NOON)
    assert await store.months() == (("2026-11", 2), ("2019-03", 1))
    await edit(store, await store.article(old.id), status=Status.PRIVATE)
    assert await store.months() == (("2026-11", 2),)


async def test_the_tally_counts_by_status(store: Store):
    assert await store.tally() == Tally()
    stored = [await saved(store, status=status) for status in Status]
    extra = await saved(store, kind=Kind.PAGE)
    assert await store.tally() == Tally(published=2, draft=1, scheduled=1, private=1, trash=1)
    await edit(store, stored[0], status=Status.PUBLISHED)
    await edit(store, extra, status=Status.TRASH)
    assert await store.tally() == Tally(published=2, draft=0, scheduled=1, private=1, trash=2)


@pytest.mark.parametrize("status", Status)
async def test_a_section_tag_or_author_goes_when_no_article_of_any_status_has_it(store: Store, status: Status):
    stored = await saved(store, section=TRAVEL, tags=(FILM,), authors=(ANN, BOB), status=status)
    for name in ("s/travel", "t/film", "w/bob"):
        with pytest.raises(Conflict, match="still has articles"):
            await store.remove_shelf(name, NOON)
    await edit(store, stored, section=None, tags=(), authors=(ANN,))
    assert {"s/travel", "site"} <= (await store.remove_shelf("s/travel", NOON)).keys
    assert {"t/film", "site"} <= (await store.remove_shelf("t/film", NOON)).keys
    await store.remove_shelf("w/bob", NOON)
    for gone in (store.section("travel"), store.tag("film"), store.author("bob"), store.remove_shelf("s/travel", NOON)):
        with pytest.raises(NotFound):
            await gone
    assert (await store.author("ann")).name == "Ann"


async def test_a_tags_new_name_comes_into_an_article_with_its_next_write(store: Store):
    stored = await saved(store, tags=(FILM, MUSIC))
    change = await store.save_shelves((), (), NOON, tags=(Tag(slug="film", name="Films"),))
    assert change
    assert {"t/film", "site"} <= change.keys
    assert (await store.tag("film")).name == "Films"
    assert (await store.article(stored.id)).tags == (FILM, MUSIC)
    again = await edit(store, stored)
    assert [each.name for each in again.article.tags] == ["Films", "Music"]
    assert await store.save_shelves((), (), NOON, tags=(Tag(slug="film", name="Films"),)) is None


async def test_who_edits_a_shelf_that_another_has_edited_is_told(store: Store):
    await store.save_shelves((TRAVEL,), (ANN,), NOON)
    for shelf, other in ((TRAVEL, Section(slug="travel", name="Away")), (ANN, Author(slug="ann", name="Ann B."))):
        sections, authors = ((other,), ()) if isinstance(other, Section) else ((), (other,))
        await store.save_shelves(sections, authors, NOON, before=shelf)
        with pytest.raises(Conflict, match="somebody else"):
            await store.save_shelves(sections, authors, NOON, before=shelf)
    with pytest.raises(Conflict):
        await store.save_shelves((), (), NOON, tags=(FILM,), before=FILM)
