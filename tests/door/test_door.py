"""The door keeps order, keeps pace with its client, and gives a connection away and back."""

import asyncio
import io
import logging
import re
from datetime import timedelta

import msgspec
import pytest

from publisher.cache import Entry
from publisher.representation import represent
from publisher.web.client import Clients
from publisher.web.door import AWAY, FREE, PINNED
from publisher.web.gate import Gate
from publisher.web.log import AccessLog
from tests.door.street import (
    FEED,
    HIT,
    MISS,
    NOON,
    OTHER,
    STORY,
    expiring,
    get,
    mode,
    settled,
    street,
)


async def test_a_hit_is_answered_without_aiohttp():
    async with street() as it:
        client = it.door()
        said = await it.ask(client, HIT)
        assert said.startswith(b"HTTP/1.1 200 OK\r\n")
        assert said.endswith(STORY)
        assert (it.gate.counts.whole, it.gate.counts.handed) == (1, 0)


async def test_one_request_goes_to_aiohttp_and_the_connection_comes_back():
    async with street() as it:
        client = it.door()
        assert (await it.ask(client, MISS)).startswith(b"HTTP/1.1 404")
        assert mode(client) is FREE
        assert (await it.ask(client, HIT)).endswith(STORY)
        assert (await it.ask(client, MISS, HIT)).endswith(STORY)
        assert (it.gate.counts.whole, it.gate.counts.handed) == (2, 2)


async def test_the_connection_is_aiohttps_until_the_whole_response_is_written():
    async with street() as it:
        client = it.door()
        client.protocol.data_received(MISS)
        assert mode(client) is AWAY
        client.protocol.data_received(HIT)
        assert mode(client) is PINNED
        await settled(client)
        assert client.sent.index(b"404 Not Found") < client.sent.index(b"200 OK")
        assert (await it.ask(client, HIT)).count(b"200 OK") == 2
        assert it.gate.counts.hits == 0


async def test_every_request_that_aiohttp_gets_is_counted():
    async with street() as it:
        await it.ask(it.door(), MISS * 2 + HIT[:20], HIT[20:], MISS, HIT)
        assert (it.gate.counts.hits, it.gate.counts.handed) == (0, 5)
        assert sum(it.gate.buckets) == 5


@pytest.mark.parametrize(
    "request_",
    [
        HIT[:20],
        get("/story/", "Content-Length: 3") + b"abc",
        get("/nothing", "Connection: close"),
        get("/story/").replace(b"1.1", b"1.0"),
        MISS + HIT,
        get("/story/", method="POST"),
    ],
)
async def test_what_is_not_one_plain_request_pins_the_connection(request_: bytes):
    async with street() as it:
        client = it.door()
        client.protocol.data_received(request_)
        assert mode(client) is PINNED


async def test_without_being_told_the_door_never_takes_a_connection_back():
    async with street() as it:
        client = it.door()
        it.gate._by_inner.clear()
        client.protocol.data_received(MISS)
        it.gate._by_inner.clear()
        await settled(client)
        assert mode(client) is AWAY
        assert (await it.ask(client, HIT)).endswith(STORY)
        assert it.gate.counts.hits == 0


async def test_a_handler_that_fails_keeps_the_connection_with_aiohttp(caplog):
    async with street() as it:
        client = it.door()
        with caplog.at_level(logging.CRITICAL):
            assert b"500 Internal" in await it.ask(client, get("/broken/"))
        assert client.closed


async def test_pipelined_hits_are_answered_in_order_and_a_miss_behind_them_too():
    async with street() as it:
        client = it.door()
        said = await it.ask(client, HIT + OTHER + get("/", method="HEAD") + MISS)
        assert 0 < said.index(STORY) < said.index(FEED) < said.index(b"404 Not Found")
        assert it.gate.counts.hits == 3
        assert mode(client) is FREE


async def test_a_client_that_does_not_read_gets_no_more_answers_until_it_does():
    async with street() as it:
        client = it.door(high_water=65_536)
        await it.ask(client, HIT * 50)
        assert client.sent.count(b"200 OK") == 3
        assert not client.reads
        client.take()
        assert client.sent.count(b"200 OK") == 6
        assert not client.reads
        for _ in range(20):
            client.take()
        assert client.sent.count(b"200 OK") == 50
        assert client.reads


async def test_a_client_that_does_not_read_is_not_read_from_after_aiohttp_gave_it_back():
    async with street() as it:
        client = it.door(high_water=65_536)
        await it.ask(client, HIT * 3 + MISS)
        client.take()
        await settled(client)
        client.protocol.pause_writing()
        client.is_paused = True
        client.protocol.left(is_alive=True)
        assert not client.reads


FLOODS = {
    "requests": get("/slow/") * 3000,
    "a body": get("/slow/", "Content-Length: 9000000") + bytes(600_000),
}


@pytest.mark.parametrize("sent", FLOODS.values(), ids=FLOODS)
async def test_the_door_lets_nothing_in_while_aiohttp_reads_no_more(sent: bytes, monkeypatch):
    monkeypatch.setattr("publisher.web.door.BREATH_SECONDS", 0)
    async with street() as it:
        client = it.door()
        client.protocol.data_received(sent)
        for _ in range(20):
            await asyncio.sleep(0)
        assert not client.reads
        client.close()


async def test_a_purge_and_the_door_are_one_step():
    async with street() as it:
        client = it.door()
        await it.ask(client, HIT)
        it.press.cache.purge({"k"}, 1)
        client.protocol.data_received(HIT)
        assert it.gate.counts.hits == 1
        assert mode(client) is AWAY


@pytest.mark.parametrize("fields", [(), ("Accept-Encoding: gzip",), ('If-None-Match: "ETAG"',)])
async def test_a_poll_that_comes_again_gets_what_was_published_in_between(fields: tuple[str, ...]):
    async with street() as it:
        client, old = it.door(), it.press.cache.get("/feeds/all.rss")
        poll = get("/feeds/all.rss", *fields).replace(b"ETAG", old.answer.document.etag.encode())
        before = await it.ask(client, poll, poll, poll)
        assert it.gate.counts.hits == 3
        made = represent(msgspec.structs.replace(old.answer.document, body=b"<rss>news</rss>" * 50, etag="new"))
        it.press.cache.put(Entry("/feeds/all.rss", made, old.keys), 0)
        after = (await it.ask(client, poll, poll))[len(before) :]
        assert it.gate.counts.hits == 5
        assert after.count(b"HTTP/1.1 200 OK") == 2
        assert after.count(b'"new') == 2


async def test_a_poll_that_comes_again_waits_for_a_client_that_does_not_read():
    async with street() as it:
        client = it.door(high_water=40_000)
        await it.ask(client, HIT, HIT)
        client.protocol.data_received(HIT)
        assert client.sent.count(b"200 OK") == 2
        client.take()
        assert client.sent.count(b"200 OK") == 3


async def test_a_poll_that_comes_again_is_answered_by_the_date_of_then():
    async with street() as it:
        client = it.door()
        await it.ask(client, HIT, HIT)
        it.gate.start_200 = it.gate.start_200.replace(b"Date: ", b"Date: later ")
        await it.ask(client, HIT)
        assert client.sent.count(b"Date: later ") == 1


async def test_each_hit_is_logged_when_all_are():
    async with street() as it:
        file = io.StringIO()
        it.gate.log = AccessLog(file, Clients(()), with_hits=True)
        await it.ask(it.door(), HIT, HIT, get("/", "If-None-Match: *"), get("/", "If-None-Match: *"))
        it.gate.log.flush()
        assert re.findall(r'"status":(\d+)', file.getvalue()) == ["200", "200", "304", "304"]


async def test_a_client_that_asks_the_same_again_is_told_that_the_server_drains():
    async with street() as it:
        client = it.door()
        await it.ask(client, HIT, HIT)
        it.gate.sweep(it.gate.tick)
        await it.ask(client, HIT)
        draining = asyncio.create_task(it.gate.drain(5))
        await asyncio.sleep(0)
        assert (await it.ask(client, HIT)).count(b"\r\nConnection: close\r\n") == 1
        assert client.closed
        await draining


async def test_what_has_expired_is_left_to_the_ordinary_handler():
    async with street() as it:
        entry = it.press.cache.get("/story/")
        client = it.door()
        expiring(entry, NOON + timedelta(seconds=1))
        await it.ask(client, HIT)
        assert it.gate.counts.hits == 1
        expiring(entry, NOON)
        await it.ask(client, HIT)
        assert it.gate.counts.hits == 1


async def test_a_browser_that_opens_a_feed_is_not_answered_by_the_door():
    async with street() as it:
        for path, hits in (("/feeds/all.rss", 0), ("/", 1)):
            await it.ask(it.door(), get(path, "Sec-Fetch-Dest: document"))
            assert it.gate.counts.hits == hits


async def test_a_last_request_is_answered_and_the_connection_ends():
    async with street() as it:
        client = it.door()
        said = await it.ask(client, get("/story/", "Connection: close"))
        assert b"\r\nConnection: close\r\n\r\n" in said
        assert said.endswith(STORY)
        assert client.closed
        assert (it.gate.counts.whole, it.gate.counts.handed) == (1, 0)


async def test_a_hit_keeps_its_entry_in_the_cache():
    async with street() as it:
        entry = it.press.cache.get("/story/")
        entry.hot = False
        await it.ask(it.door(), HIT)
        assert entry.hot


async def test_a_malformed_request_leaves_no_traceback_in_the_log(caplog):
    async with street() as it:
        for request in (b"\0\r\n\r\n", b"GET / HTTP/2.0\r\n\r\n", b"GET /\r\n\r\n", HIT.replace(b"Host:", b"Ho st:")):
            assert b" 400 Bad Request\r\n" in await it.ask(it.door(), request)
        await it.ask(it.door(), get("/x", "Transfer-Encoding: chunked", method="POST") + b"zz\r\n")
        await it.ask(it.door(), get("/x", "Content-Encoding: gzip", "Content-Length: 5", method="POST") + b"hello")
    assert not caplog.records


@pytest.mark.parametrize(
    "request_", [b"\0\r\n\r\n", b"GET / HTTP/2.0\r\n\r\n", b"GET /\r\n\r\n", b"GET /" + b"a" * 9000]
)
async def test_what_is_no_request_is_counted(request_: bytes):
    async with street() as it:
        await it.ask(it.door(), request_)
        await it.ask(it.door(), HIT)
        assert it.gate.counts.malformed == 1


async def test_a_table_that_is_empty_leaves_everything_to_aiohttp():
    async with street() as it:
        it.gate.lines = {}
        assert (await it.ask(it.door(), HIT)).endswith(STORY)
        assert it.gate.counts.hits == 0


def test_the_gate_does_not_ask_the_hosts_for_ever():
    assert Gate({}, None).is_allowed.cache_info().maxsize == 256
