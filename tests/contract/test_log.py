"""The change log: what a write touched, in order, at times that never go back."""

import asyncio
import random
from collections.abc import Awaitable
from typing import Any

import pytest

from publisher import key
from publisher.model import Kind, Seo, Status
from publisher.store.port import Saved, Store
from tests.contract.sample import ANN, DAY, FILM, HOUR, NOON, REVIEWS, TRAVEL, article, edit, save, saved


async def test_an_empty_store_has_an_empty_log(store: Store):
    assert await store.seq() == 0
    assert await store.changes(0) == ()
    assert await store.newest(frozenset({"latest"})) is None


async def test_every_change_has_the_next_number(store: Store):
    first = await saved(store)
    await edit(store, first, title="x")
    await store.note("theme", frozenset({key.SITE}), ("/",), NOON)
    await store.save_shelves([TRAVEL], [], NOON)
    log = await store.changes(0)
    assert [change.seq for change in log] == [1, 2, 3, 4]
    assert [change.action for change in log] == ["publish", "publish", "theme", "shelves"]
    assert [change.article_id for change in log] == [first.id, first.id, 0, 0]
    assert log[2].paths == ("/",)
    assert await store.seq() == 4
    assert await store.changes(2) == log[2:]
    assert await store.changes(1, limit=2) == log[1:3]
    assert await store.changes(99) == ()


async def test_a_change_says_what_its_write_says(store: Store):
    made = await save(store, article("x", tags=(FILM,), authors=(ANN,)), action="import")
    assert (await store.changes(0)) == (made.change,)
    assert made.change.action == "import"
    assert made.change.keys == key.touched(None, made.article) | {key.SITE}  # its section is new
    assert set(made.change.paths) == {"/reviews/x/", "/web-stories/x/"}
    assert made.change.at == NOON


async def test_a_draft_touches_no_public_path(store: Store):
    drafted = await save(store, article("x", status=Status.DRAFT))
    assert drafted.change.paths == ()
    published = await edit(store, drafted.article, status=Status.PUBLISHED)
    assert "/reviews/x/" in published.change.paths


async def test_a_withdrawal_touches_every_list_the_article_stood_on(store: Store):
    stored = await saved(store, "x", tags=(FILM,), authors=(ANN,))
    gone = await edit(store, stored, status=Status.DRAFT, tags=(), authors=(), section=TRAVEL)
    assert {"s/reviews", "t/film", "w/ann", "m/2026-11", "latest", "c/articles/2026-11/1"} <= gone.change.keys
    assert "/reviews/x/" in gone.change.paths


@pytest.mark.parametrize(
    ("changes", "stays"),
    [
        ({"title": "x", "dek": "y", "updated": NOON + HOUR}, True),
        ({"path": "/reviews/y/"}, True),
        ({"seo": Seo(title="x")}, True),
        ({"seo": Seo(noindex=True)}, False),
        ({"published": NOON - DAY}, False),
        ({"status": Status.DRAFT}, False),
        ({"section": TRAVEL}, False),
        ({"tags": (FILM,)}, False),
        ({"authors": (ANN,)}, False),
        ({"kind": Kind.PAGE}, False),
        ({"featured": True}, False),
        ({"pinned": True}, False),
        ({"language": "ar"}, False),
        ({"translation_group": "x"}, False),
    ],
)
async def test_a_change_says_whether_its_article_stays_where_it_is_in_every_list(
    store: Store, changes: dict[str, Any], stays: bool
):
    stored = await saved(store)
    assert key.edit(stored.id) not in (await store.changes(0))[0].keys
    changed = await edit(store, stored, **changes)
    assert (key.edit(stored.id) in changed.change.keys) == stays


async def test_every_page_is_touched_when_the_menu_is_and_by_no_other_article(store: Store):
    async def touched(change: Awaitable[Saved]) -> bool:
        return key.SITE in (await change).change.keys

    first = await saved(store, "first", section=REVIEWS)
    assert key.SITE in (await store.changes(0))[0].keys
    assert not await touched(save(store, article("second", section=REVIEWS)))
    assert not await touched(edit(store, first, title="x"))
    assert await touched(save(store, article("draft", section=TRAVEL, status=Status.DRAFT)))
    assert await touched(edit(store, first, section=TRAVEL))
    assert await touched(edit(store, first, section=REVIEWS))
    assert not await touched(edit(store, first, status=Status.TRASH))
    assert await touched(edit(store, first, status=Status.PUBLISHED, section=TRAVEL))
    assert await touched(edit(store, first, status=Status.TRASH, section=TRAVEL))


async def test_times_never_go_back_whatever_the_clock_does(store: Store):
    generator = random.Random(7)
    steps = [-400 * DAY, 400 * DAY, -HOUR, HOUR, -DAY, DAY]
    now, given = NOON, []
    for n in range(40):
        now += generator.choice(steps)
        given.append(now)
        await save(store, article(f"x-{n}"), at=now)
    times = [change.at for change in await store.changes(0)]
    assert times == [max(given[: n + 1]) for n in range(40)]
    changed = (await store.chunks("articles"))[0].changed
    assert changed == times[-1]


async def test_notes_and_redirects_keep_the_order_of_time_too(store: Store):
    await saved(store)
    note = await store.note("theme", frozenset(), (), NOON - DAY)
    assert note.at == NOON
    shelves = await store.save_shelves([TRAVEL], [], NOON - 2 * DAY)
    assert shelves is not None
    assert shelves.at == NOON


async def test_the_newest_change_of_keys_is_the_newest_of_any_of_them(store: Store):
    first = await save(store, article("x", tags=(FILM,)))
    second = await save(store, article("y", section=TRAVEL), at=NOON + DAY)
    assert await store.newest(frozenset({"t/film"})) == first.change
    assert await store.newest(frozenset({"t/film", "s/travel"})) == second.change
    assert await store.newest(frozenset({"latest"})) == second.change
    assert await store.newest(frozenset({"t/none"})) is None
    assert await store.newest(frozenset()) is None


async def test_concurrent_writes_are_all_in_the_log_once(store: Store):
    outcomes = await asyncio.gather(*(save(store, article(f"x-{n}")) for n in range(60)))
    log = await store.changes(0)
    assert [change.seq for change in log] == list(range(1, 61))
    assert sorted((each.change.seq, each.article.id) for each in outcomes) == [
        (change.seq, change.article_id) for change in log
    ]


async def test_what_is_acknowledged_is_read(store: Store):
    async def publish_and_read(n: int) -> None:
        made = await save(store, article(f"x-{n}"))
        assert await store.article(made.article.id) == made.article
        assert await store.seq() >= made.change.seq

    await asyncio.gather(*(publish_and_read(n) for n in range(30)))


async def test_watching_alone_raises_nothing(store: Store):
    before = await store.watch()
    assert await store.watch() == before
