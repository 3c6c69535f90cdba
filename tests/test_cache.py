"""The cache keeps what is right, within its bound, and never takes what is already old."""

from datetime import UTC, datetime, timedelta

from publisher.cache import Cache, Entry, request_lines
from publisher.error import NotFound
from publisher.model import Document
from publisher.representation import Representation, represent

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)


def made(path: str, size: int = 100) -> Representation:
    return represent(Document(path=path, body=b"x" * size, media_type="application/octet-stream", etag="e"))


def entry(path: str, *keys: str, size: int = 100) -> Entry:
    return Entry(path, made(path, size), frozenset(keys))


def test_long_names_of_nothing_are_counted():
    cache = Cache(100_000)
    for number in range(200):
        path = f"/{number}{'x' * 8_000}/"
        cache.put(Entry(path, NotFound(f"nothing is published at {path}"), frozenset({f"p{path}"})), as_of=0)
    assert sum(len(entry.target) for entry in cache._entries.values()) < 100_000


def test_a_purge_by_key_throws_out_every_document_that_carries_it():
    cache = Cache(1_000_000)
    cache.put(entry("/a", "news", "x"), as_of=1)
    cache.put(entry("/b", "news"), as_of=1)
    cache.put(entry("/c", "other"), as_of=1)
    assert cache.purge({"news"}, seq=2) == 2
    assert cache.get("/a") is None
    assert cache.get("/b") is None
    assert cache.get("/c") is not None


def test_a_document_built_before_a_purge_is_refused_after_it():
    cache = Cache(1_000_000)
    cache.purge({"news"}, seq=5)
    assert not cache.put(entry("/a", "news"), as_of=4)
    assert cache.get("/a") is None
    assert cache.put(entry("/a", "news"), as_of=5)


def test_a_document_without_the_purged_key_is_kept():
    cache = Cache(1_000_000)
    cache.purge({"news"}, seq=5)
    assert cache.put(entry("/a", "other"), as_of=4)


def test_clearing_refuses_everything_that_was_built_before():
    cache = Cache(1_000_000)
    cache.put(entry("/a", "x"), as_of=1)
    cache.clear(seq=9)
    assert len(cache) == 0
    assert cache.size == 0
    assert not cache.put(entry("/a", "x"), as_of=8)


def test_forgetting_old_purges_never_lets_an_old_document_in(monkeypatch):
    monkeypatch.setattr("publisher.cache.REMEMBERED_PURGES", 10)
    cache = Cache(1_000_000)
    for number in range(30):
        cache.purge({f"k{number}"}, seq=number + 1)
    assert not cache.put(entry("/a", "k0"), as_of=0)


def test_the_bound_in_bytes_holds_and_what_is_asked_for_stays():
    cache = Cache(30_000)
    cache.put(entry("/hot", size=3_000), as_of=0)
    for number in range(50):
        cache.put(entry(f"/{number}", size=3_000), as_of=0)
        assert cache.get("/hot") is not None
        assert cache.size <= 30_000
    assert len(cache) < 10


def test_a_document_larger_than_the_cache_is_not_kept():
    cache = Cache(10_000)
    assert not cache.put(entry("/big", size=20_000), as_of=0)


def test_request_lines_follow_every_put_and_purge():
    cache = Cache(1_000_000)
    cache.put(entry("/a", "k"), as_of=0)
    assert all(line in cache.lines for line in request_lines("/a"))
    cache.purge({"k"}, 1)
    assert cache.lines == {}


def test_replacing_an_entry_forgets_the_keys_of_the_old_one():
    cache = Cache(1_000_000)
    cache.put(entry("/a", "old"), as_of=0)
    cache.put(entry("/a", "new"), as_of=0)
    assert cache.purge({"old"}, 1) == 0
    assert cache.get("/a") is not None


def test_an_entry_is_fresh_until_its_time_and_usable_a_while_longer():
    timed = Entry("/a", NotFound("x"), frozenset(), NOON, stale_seconds=60)
    assert timed.is_fresh(NOON - timedelta(seconds=1))
    assert not timed.is_fresh(NOON)
    assert timed.is_usable(NOON + timedelta(seconds=59))
    assert not timed.is_usable(NOON + timedelta(seconds=60))
