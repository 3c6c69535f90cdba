"""What readers ask for often is compressed as well as it can be, and nobody notices but by the bytes."""

import asyncio
import sys
import time
from collections.abc import Callable
from pathlib import Path
from random import Random

import brotli
import pytest

from publisher import polish
from publisher.cache import Cache, Entry, request_lines
from publisher.coding import SOON, brotli_at_best
from publisher.model import Document
from publisher.polish import HITS, Polisher
from publisher.representation import Representation, polished, represent, represent_soon
from tests.tool.running import Answer, magazine

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

LINES = request_lines("/a/")


def document(size: int = 20_000, media_type: str = "text/html") -> Document:
    words = Random(1).choices("lantern harbour ferry tide morning bread window stairs".split(), k=size // 6)
    return Document(path="/a/", body=" ".join(words).encode(), media_type=media_type, etag="e")


def kept(cache: Cache, hits: int = HITS, made: Document | None = None) -> Entry:
    """An entry in a cache that was asked for so often."""
    entry = Entry("/a/", represent_soon(made or document()), frozenset({"k"}))
    assert cache.put(entry, 0)
    for _ in range(hits):
        cache.get("/a/")
    return entry


def answer(cache: Cache) -> Representation:
    found = cache.lines[LINES[0]].answer
    assert isinstance(found, Representation)
    return found


def better(entry: Entry) -> Representation:
    assert isinstance(entry.answer, Representation)
    return polished(entry.answer, brotli_at_best(entry.answer.document.body))


def test_a_better_brotli_is_smaller_and_changes_no_validator():
    before = represent(document())
    after = polished(before, brotli_at_best(before.document.body))
    old, new = before.variants["br"], after.variants["br"]
    assert len(new.body) < len(old.body)
    assert brotli.decompress(new.body) == before.document.body
    assert (new.etag, new.head_304) == (old.etag, old.head_304)
    assert new.head.replace(b"%d" % len(new.body), b"%d" % len(old.body)) == old.head
    assert {name: each for name, each in after.variants.items() if name != "br"} == {
        name: each for name, each in before.variants.items() if name != "br"
    }


def test_brotli_comes_later_but_at_once_where_a_file_is_written():
    soon = represent_soon(document())
    assert set(soon.variants) == {"identity", *SOON}
    assert set(polished(soon, brotli_at_best(soon.document.body)).variants) == set(represent(document()).variants)


def test_what_no_coding_makes_smaller_is_left_alone():
    cache = Cache(1_000_000)
    kept(cache, made=document(media_type="image/png"))
    assert cache.roughest(HITS) is None


def test_the_memory_counted_follows_and_every_line_finds_the_better_one():
    cache = Cache(1_000_000)
    entry = kept(cache)
    new = better(entry)
    assert cache.improve(entry, new)
    assert cache.size == new.size > entry.size
    assert [cache.lines[line].answer for line in LINES] == [new, new]
    assert cache.purge({"k"}, 1) == 1
    assert (cache.size, cache.lines) == (0, {})


def test_more_bytes_than_the_cache_may_hold_push_others_out():
    soon = represent_soon(document())
    cache = Cache(soon.size + 10)
    entry = kept(cache)
    cache.improve(entry, better(entry))
    assert cache.size <= cache.max_bytes


@pytest.mark.parametrize(
    "change", [lambda cache: cache.purge({"k"}, 1), lambda cache: cache.clear(1), lambda cache: kept(cache, hits=0)]
)
def test_what_was_purged_or_made_anew_meanwhile_is_left_as_it_is(change: Callable[[Cache], object]):
    cache = Cache(1_000_000)
    entry = kept(cache)
    change(cache)
    size, lines = cache.size, dict(cache.lines)
    assert not cache.improve(entry, better(entry))
    assert (cache.size, cache.lines) == (size, lines)


async def polished_all(cache: Cache) -> None:
    """Let a polisher work until it finds nothing more."""
    async with asyncio.timeout(120), asyncio.TaskGroup() as group:
        running = group.create_task(Polisher(cache).run())
        while cache.roughest(HITS):
            await asyncio.sleep(0)
        running.cancel()


async def test_what_was_asked_for_a_few_times_is_polished(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(polish, "LOOK_SECONDS", 0)
    often, seldom = Cache(1_000_000), Cache(1_000_000)
    for cache, hits in ((often, HITS), (seldom, HITS - 1)):
        kept(cache, hits)
        await polished_all(cache)
    assert answer(often).is_done
    assert not answer(seldom).is_done


async def test_a_purge_during_the_work_is_not_undone(monkeypatch: pytest.MonkeyPatch):
    cache = Cache(1_000_000)

    def work(body: bytes) -> bytes:
        cache.purge({"k"}, 1)
        return brotli_at_best(body)

    monkeypatch.setattr(polish, "LOOK_SECONDS", 0)
    monkeypatch.setattr(polish.coding, "brotli_at_best", work)
    kept(cache)
    await polished_all(cache)
    assert (len(cache), cache.size, cache.lines) == (0, 0, {})


def test_a_server_sends_less_of_a_page_that_is_asked_for_often(tmp_path: Path):
    with magazine(tmp_path / "site") as server:

        def asked() -> Answer:
            return server.get("/travel/", Accept_Encoding="gzip, deflate, br, zstd")

        first = asked()
        end = time.monotonic() + 120
        while len((last := asked()).body) == len(first.body):
            assert time.monotonic() < end
            time.sleep(0.05)
        same = server.get("/travel/", Accept_Encoding="br", If_None_Match=first.headers["etag"])
    assert (first.headers["content-encoding"], last.headers["content-encoding"]) == ("zstd", "br")
    assert len(last.body) < len(first.body)
    assert brotli.decompress(last.body) == zstd.decompress(first.body)
    assert same.status == 304
