"""Places in sitemaps: chunks of 1,000, joined from what was stored, moved only by their own entries."""

import msgspec
import pytest

from publisher.error import NotFound
from publisher.model import Kind, Status
from publisher.store.port import CHUNK_SIZE, STORY_SLUG, Chunk, Saved, Store
from tests.contract.sample import DAY, HOUR, NOON, article, edit, save, saved, write


async def fill(store: Store, count: int) -> None:
    outcomes = await store.save_all([write(article(f"x-{n:04}"), fragment=b"%d" % n) for n in range(count)], NOON)
    assert all(isinstance(each, Saved) for each in outcomes)


@pytest.mark.parametrize(
    ("count", "sizes"),
    [(1, [1]), (999, [999]), (1000, [1000]), (1001, [1000, 1]), (2001, [1000, 1000, 1])],
)
async def test_a_chunk_holds_a_thousand(store: Store, count: int, sizes: list[int]):
    await fill(store, count)
    assert [(each.number, each.urls) for each in await store.chunks("articles")] == list(enumerate(sizes, 1))
    for number, size in enumerate(sizes, 1):
        start = (number - 1) * CHUNK_SIZE
        assert await store.chunk("articles", "2026-11", number) == tuple(b"%d" % n for n in range(start, start + size))


async def test_chunks_that_are_not_there_are_not_found(store: Store):
    await saved(store)
    assert await store.chunks("nothing") == ()
    for kind, month, number in (
        ("articles", "2026-11", 0),
        ("articles", "2026-11", -1),
        ("articles", "2026-11", 2),
        ("articles", "2026-12", 1),
        ("stories", "2026-11", 1),
        ("x", "2026-11", 1),
    ):
        with pytest.raises(NotFound):
            await store.chunk(kind, month, number)


async def test_chunks_are_listed_oldest_first(store: Store):
    for month in (11, 3, 7):
        await saved(store, published=NOON.replace(month=month))
    assert [each.month for each in await store.chunks("articles")] == ["2026-03", "2026-07", "2026-11"]
    assert [each.month for each in await store.chunks("articles", "2026-07")] == ["2026-07"]
    assert await store.chunks("articles", "2026-08") == ()


async def test_a_write_changes_its_own_chunk_only(store: Store):
    old = await saved(store, "old", published=NOON - 60 * DAY)
    new = await saved(store, "new")
    before = {each.month: each for each in await store.chunks("articles")}
    await save(store, msgspec.structs.replace(new, title="x"), NOON + DAY, fragment=b"<url>new</url>")
    after = {each.month: each for each in await store.chunks("articles")}
    assert after["2026-09"] == before["2026-09"]
    assert after["2026-11"] == Chunk(kind="articles", month="2026-11", number=1, urls=1, changed=NOON + DAY)
    assert old.place is not None


async def test_a_chunk_is_unchanged_while_its_fragments_are(store: Store):
    stored = await saved(store, "x")
    before = await store.chunks("articles")
    await edit(store, stored, NOON + DAY, views=99)
    assert await store.chunks("articles") == before


async def test_a_date_edited_across_months_moves_nothing(store: Store):
    stored = await saved(store, "x")
    await edit(store, stored, published=NOON - 90 * DAY)
    assert await store.chunk("articles", "2026-11", 1) == (b"<url>/reviews/x/</url>",)
    assert [each.month for each in await store.chunks("articles")] == ["2026-11"]


async def test_an_article_without_a_fragment_holds_its_place_unlisted(store: Store):
    await saved(store, "a")
    hidden = (await save(store, article("b"), fragment=b"")).article
    await saved(store, "c")
    assert len(await store.chunk("articles", "2026-11", 1)) == 2
    assert (await store.chunks("articles"))[0].urls == 2
    await save(store, hidden, fragment=b"<url>b</url>")
    assert (await store.chunk("articles", "2026-11", 1))[1] == b"<url>b</url>"


async def test_a_chunk_that_lists_nothing_is_gone_until_something_returns(store: Store):
    stored = await saved(store, "x")
    gone = (await edit(store, stored, NOON + HOUR, status=Status.TRASH)).article
    assert await store.chunks("articles") == ()
    with pytest.raises(NotFound):
        await store.chunk("articles", "2026-11", 1)
    await edit(store, gone, NOON - DAY, status=Status.PUBLISHED)
    (chunk,) = await store.chunks("articles")
    assert (chunk.urls, chunk.changed) == (1, NOON + HOUR)


async def test_a_story_is_listed_at_the_place_of_its_article_under_its_own_slug(store: Store):
    fragment = b"<url>/web-stories/" + STORY_SLUG + b"/</url>"
    await save(store, article("x"), story_fragment=fragment)
    await save(store, article("x", guid="2", path="/y/"), story_fragment=fragment)
    await save(store, article("\u00e9&'", guid="3", path="/z/", kind=Kind.STORY), story_fragment=fragment)
    assert await store.chunk("stories", "2026-11", 1) == (
        b"<url>/web-stories/x/</url>",
        b"<url>/web-stories/x-2/</url>",
        b"<url>/web-stories/%C3%A9&amp;&#x27;/</url>",
    )
    assert [(each.month, each.urls) for each in await store.chunks("stories")] == [("2026-11", 3)]
    thin = await store.article(1)
    await save(store, thin, at=NOON + DAY)
    assert [each.urls for each in await store.chunks("stories")] == [2]
    assert [each.changed for each in await store.chunks("articles")] == [NOON]


async def test_a_page_is_in_no_chunk(store: Store):
    await save(store, article("about", kind=Kind.PAGE), story_fragment=b"<url/>")
    assert await store.chunks("articles") == ()
    assert await store.chunks("stories") == ()
