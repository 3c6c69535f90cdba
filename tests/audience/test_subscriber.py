"""How many subscribe, as aggregators tell it."""

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from publisher.audience.subscriber import Subscribers, heard
from publisher.error import StoreUnavailable
from publisher.store.memory import MemoryStore
from publisher.store.sqlite import SqliteStore
from publisher.web.head import read

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)

AGENTS = [
    ("Feedly/1.0 (+https://feedly.com/poller.html; 12 subscribers; like FeedFetcher-Google)", "Feedly", "", 12),
    ("Feedbin feed-id:1373711 - 5 subscribers", "Feedbin", "1373711", 5),
    ("NewsBlur Feed Fetcher - 24 subscribers - https://www.newsblur.com/site/1/", "NewsBlur Feed Fetcher", "", 24),
    (
        "Mozilla/5.0 (compatible; inoreader.com-like FeedFetcher-Google; 1 subscriber)",
        "inoreader.com-like FeedFetcher-Google",
        "",
        1,
    ),
    ("FreshRSS/1.20.1 (Linux; https://freshrss.org) 3 readers; feed-id=ab-7", "FreshRSS", "ab-7", 3),
]


@pytest.mark.parametrize(("agent", "reader", "feed_id", "number"), AGENTS, ids=[agent[1] for agent in AGENTS])
def test_f66_aggregators_tell_how_many_they_fetch_for(agent: str, reader: str, feed_id: str, number: int):
    word = heard("/feeds/all.rss", agent, 1)
    assert word is not None
    assert (word.reader, word.feed_id, word.subscribers) == (reader, feed_id, number)


@pytest.mark.parametrize(
    "agent", ["", "newsboat/2.21.0", "Mozilla/5.0 (X11; Linux)", "x subscribers", "9999999999 readers"]
)
def test_f66_who_tells_nothing_is_not_counted(agent: str):
    assert heard("/feeds/all.rss", agent, 1) is None


async def test_f66_the_last_word_of_each_counts_for_a_week_in_all_processes_together():
    store, now = MemoryStore(), NOON
    one, two = (Subscribers(store, lambda: now) for _ in range(2))
    one.note("/feeds/all.rss", AGENTS[0][0])
    one.note("/feeds/all.rss", AGENTS[0][0].replace("12", "15"))
    two.note("/feeds/all.atom", AGENTS[1][0])
    two.note("/travel/feed.rss", AGENTS[2][0])
    await one.flush()
    await two.flush()
    assert await one.counts() == await two.counts() == {"/feeds/all": 20, "/travel/feed": 24}
    now = NOON + timedelta(days=8)
    assert await one.counts() == {}


async def test_f66_two_workers_that_write_at_once_lose_no_word(tmp_path: Path):
    stores = SqliteStore(tmp_path), SqliteStore(tmp_path)
    for store in stores:
        await store.open()
    workers = [Subscribers(store, lambda: NOON) for store in stores]
    for number in range(20):
        for name, worker in zip("AB", workers, strict=True):
            worker.note("/feeds/all.rss", f"Reader feed-id:{name}{number} - 1 subscribers")
        await asyncio.gather(*(worker.flush() for worker in workers))
    assert await workers[0].counts() == {"/feeds/all": 40}
    for store in stores:
        await store.close()


class Failing(MemoryStore):
    is_down = True

    async def amend(self, name: str, change: Callable[[bytes | None], bytes]) -> None:
        if self.is_down:
            raise StoreUnavailable("the disk is away")
        await super().amend(name, change)


async def test_f66_what_could_not_be_written_waits():
    store = Failing()
    subscribers = Subscribers(store, lambda: NOON)
    subscribers.note("/feeds/all.rss", AGENTS[0][0])
    with pytest.raises(StoreUnavailable):
        await subscribers.flush()
    store.is_down = False
    await subscribers.flush()
    assert await subscribers.counts() == {"/feeds/all": 12}


async def test_f66_what_is_heard_is_bounded():
    subscribers = Subscribers(MemoryStore(), lambda: NOON)
    for number in range(6_000):
        subscribers.note("/feeds/all.rss", f"Reader feed-id:{number} - 1 subscribers")
    await subscribers.flush()
    assert (await subscribers.counts()) == {"/feeds/all": 5_000}


def test_f66_the_door_leaves_aggregators_that_tell_to_the_handler():
    def block(agent: str) -> bytes:
        return f"\r\nHost: a.example\r\nUser-Agent: {agent}\r\n".encode()

    assert read(block("newsboat/2.21.0"), lambda _: True).is_answerable
    for agent, *_ in AGENTS:
        asked = read(block(agent), lambda _: True)
        assert (asked.is_answerable, asked.is_whole) == (False, True)
