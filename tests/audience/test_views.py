"""Views: who counts, how often, what trends, and what a restart keeps."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import pytest_asyncio

from publisher.audience.views import Counter, Seen, is_bot
from publisher.error import StoreUnavailable
from publisher.model import Document, Status
from publisher.store.memory import MemoryStore
from publisher.store.sqlite_views import SqliteViews
from publisher.store.views import MemoryViews, ViewStore
from tests.contract.sample import save, saved
from tests.page.house import House, revised, titles

FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
DAY = timedelta(days=1)


class Clock:
    """Time that moves when told to."""

    def __init__(self) -> None:
        self.now = NOON

    def __call__(self) -> datetime:
        return self.now


@pytest_asyncio.fixture(params=["memory", "sqlite"])
async def views(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[ViewStore]:
    engine: ViewStore = MemoryViews() if request.param == "memory" else SqliteViews(tmp_path)
    await engine.open()
    yield engine
    await engine.close()


@pytest.fixture
def clock() -> Clock:
    return Clock()


async def counter_of(views: ViewStore, clock: Clock, articles: int = 3) -> Counter:
    store = MemoryStore()
    for number in range(articles):
        await saved(store, f"piece-{number}")
    return Counter(store, views, clock)


def read(counter: Counter, id: int, readers: int, start: int = 0) -> None:
    for number in range(start, start + readers):
        counter.note(id, f"192.0.2.{number}", FIREFOX)


async def test_a_reader_counts_once_a_page_and_day(views: ViewStore, clock: Clock):
    counter = await counter_of(views, clock)
    assert counter.note(1, "192.0.2.1", FIREFOX)
    assert not counter.note(1, "192.0.2.1", FIREFOX)
    assert counter.note(2, "192.0.2.1", FIREFOX)
    assert counter.note(1, "192.0.2.2", FIREFOX)
    clock.now += DAY
    assert counter.note(1, "192.0.2.1", FIREFOX)
    await counter.flush()
    assert await views.totals((1, 2, 3)) == {1: 3, 2: 1}


@pytest.mark.parametrize(
    "browser",
    [
        "",
        "curl/8.5.0",
        "Googlebot/2.1 (+http://www.google.com/bot.html)",
        "Mozilla/5.0 (compatible; bingbot/2.0)",
        "python-requests/2.32",
        "Mozilla/5.0 HeadlessChrome/140.0 Safari/537.36",
        "facebookexternalhit/1.1",
    ],
)
async def test_a_program_does_not_count(browser: str, clock: Clock):
    assert is_bot(browser)
    assert not (await counter_of(MemoryViews(), clock)).note(1, "192.0.2.1", browser)


def test_a_browser_counts():
    assert not is_bot(FIREFOX)


async def test_what_is_not_public_has_no_views(views: ViewStore, clock: Clock):
    store = MemoryStore()
    draft = await saved(store, "draft", status=Status.DRAFT)
    counter = Counter(store, views, clock)
    for id in (draft.id, 4711, 0, -1):
        counter.note(id, "192.0.2.1", FIREFOX)
    await counter.flush()
    assert await views.most(10) == ()


async def test_what_is_read_now_trends_above_what_was_read_long_ago(views: ViewStore, clock: Clock):
    counter = await counter_of(views, clock)
    read(counter, 1, 100)
    await counter.flush()
    clock.now += 10 * DAY
    read(counter, 2, 3)
    await counter.flush()
    assert titles(await counter.trending(2, clock.now)) == ["Piece 1", "Piece 0"]
    assert titles(await counter.top(2)) == ["Piece 0", "Piece 1"]
    assert [each.views for each in await counter.top(3)] == [100, 3, 0]


async def test_popular_is_what_was_read_most_of_the_last_months_articles(views: ViewStore, clock: Clock):
    store = MemoryStore()
    old = await saved(store, "old", published=NOON - 60 * DAY, views=9000)
    fresh = [await saved(store, f"fresh-{n}", published=NOON - n * DAY, views=n) for n in range(3)]
    counter = Counter(store, views, clock)
    read(counter, fresh[0].id, 5)
    read(counter, old.id, 5)
    await counter.flush()
    found = await counter.popular(5, NOON - 30 * DAY)
    assert [(each.slug, each.views) for each in found] == [("fresh-0", 5), ("fresh-2", 2), ("fresh-1", 1)]


async def test_a_view_of_yesterday_counts_half(views: ViewStore, clock: Clock):
    counter = await counter_of(views, clock)
    read(counter, 1, 9)
    await counter.flush()
    clock.now += DAY
    read(counter, 2, 5)
    await counter.flush()
    assert [id for id, _ in await views.hottest(2)] == [2, 1]
    read(counter, 1, 1, start=100)
    await counter.flush()
    assert [id for id, _ in await views.hottest(2)] == [1, 2]


async def test_imported_counts_and_our_own_are_one_number(views: ViewStore, clock: Clock):
    store = MemoryStore()
    old = await saved(store, "old", views=50)
    await saved(store, "new")
    counter = Counter(store, views, clock)
    read(counter, old.id, 2)
    await counter.flush()
    assert await counter.of(await store.article(old.id)) == 52
    assert [each.views for each in await counter.top(2)] == [52, 0]


async def test_what_was_withdrawn_leaves_the_rankings_at_once(views: ViewStore, clock: Clock):
    store = MemoryStore()
    piece = await saved(store, "piece")
    counter = Counter(store, views, clock)
    read(counter, piece.id, 2)
    await counter.flush()
    assert titles(await counter.trending(5, clock.now)) == ["Piece"]
    await save(store, revised(piece, status=Status.DRAFT))
    assert await counter.trending(5, clock.now) == ()
    assert await counter.top(5) == ()


async def test_counts_survive_a_restart(tmp_path: Path, clock: Clock):
    first = SqliteViews(tmp_path)
    await first.open()
    counter = await counter_of(first, clock)
    read(counter, 1, 7)
    await counter.flush()
    await first.close()
    second = SqliteViews(tmp_path)
    await second.open()
    assert await second.totals((1,)) == {1: 7}
    await second.close()


async def test_two_processes_add_up(tmp_path: Path):
    engines = [SqliteViews(tmp_path), SqliteViews(tmp_path)]
    for each in engines:
        await each.open()
    for number in range(20):
        await engines[number % 2].add({1: 1, 2: 2}, NOON)
    assert await engines[0].totals((1, 2)) == {1: 20, 2: 40}
    for each in engines:
        await each.close()


async def test_a_failed_batch_is_written_with_the_next(clock: Clock):
    class Broken(MemoryViews):
        is_down = True

        async def add(self, views, at):  # type: ignore[no-untyped-def]
            if self.is_down:
                raise StoreUnavailable("no")
            await super().add(views, at)

    views = Broken()
    counter = await counter_of(views, clock)
    read(counter, 1, 3)
    with pytest.raises(StoreUnavailable):
        await counter.flush()
    views.is_down = False
    read(counter, 1, 1, start=50)
    await counter.flush()
    assert await views.totals((1,)) == {1: 4}


def test_memory_of_readers_is_bounded(clock: Clock):
    seen = Seen(clock, limit=100)
    assert sum(seen.first_time(f"192.0.2.{number}", FIREFOX, 1) for number in range(1000)) == 1000
    assert len(seen._new) + len(seen._old) <= 100


async def test_a_view_moves_no_validator_of_any_other_page_and_no_last_modified(views: ViewStore, clock: Clock):
    house = await House(clock=clock).open()
    counter = Counter(house.store, views, clock)
    counted = house.with_context(views=counter)
    before = await counted.get("/reviews/piece-1/")
    seq = await house.store.seq()
    read(counter, 2, 9)
    await counter.flush()
    after = await counted.get("/reviews/piece-1/")
    assert isinstance(before, Document)
    assert isinstance(after, Document)
    assert before.updated == after.updated
    assert await house.store.seq() == seq
    assert b"19 Views" in after.body
