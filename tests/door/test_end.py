"""How connections end: by a deadline, when the server drains, when the client sends no more."""

import asyncio
import re
import socket

import pytest
import uvloop

from publisher.web.door import CLOSED, Door
from publisher.web.gate import Deadlines
from tests.door.street import DOCUMENTS, HIT, MISS, Street, Transport, get, mode, settled, street

DEADLINES = Deadlines(idle=15, head=16, body=30, reader=60)


async def cut_after(it: Street, client: Transport) -> int:
    """The second in which the gate ends a connection."""
    start = it.gate.tick
    for second in range(1, 200):
        it.gate.sweep(start + second)
        if client.closed:
            return second
    return 0


async def test_an_idle_connection_is_ended_after_15_seconds():
    async with street(DEADLINES) as it:
        client = it.door()
        assert await cut_after(it, client) == 16


async def test_an_idle_connection_that_aiohttp_has_used_is_ended_too():
    async with street(DEADLINES) as it:
        client = it.door()
        await it.ask(client, MISS)
        assert await cut_after(it, client) == 16


async def test_a_head_that_drips_is_ended_from_its_first_byte():
    async with street(DEADLINES) as it:
        client = it.door()
        start = it.gate.tick
        for second, byte in enumerate(HIT):
            client.protocol.data_received(bytes([byte]))
            it.gate.sweep(start + second)
            if client.closed:
                break
        assert second == 17


async def test_a_body_that_drips_is_ended_after_30_seconds():
    async with street(DEADLINES) as it:
        client = it.door()
        it.gate.lines = {}
        await it.ask(client, get("/upload", "Content-Length: 100000", method="POST") + b"x")
        client.protocol.request = Unfinished()
        start = it.gate.tick
        for second in range(1, 100):
            client.protocol.data_received(b"y")
            it.gate.sweep(start + second)
            if client.closed:
                break
        assert second == 31


class Unfinished:
    """A request whose handler still waits for its body."""

    class content:
        @staticmethod
        def is_eof() -> bool:
            return False


async def test_a_body_that_the_handler_lets_wait_is_not_ended():
    async with street(DEADLINES) as it:
        client = it.door()
        await it.ask(client, get("/story/", "Content-Length: 100000", method="POST") + b"x")
        client.protocol.request = Unfinished()
        client.pause_reading()  # as aiohttp does when a handler has more than it took
        assert await cut_after(it, client) == 0
        client.resume_reading()
        assert await cut_after(it, client) == 31


async def test_a_body_that_moves_is_not_ended():
    async with street(DEADLINES) as it:
        client = it.door()
        await it.ask(client, get("/upload", "Content-Length: 9000000", method="POST"))
        client.protocol.request = Unfinished()
        for second in range(1, 100):
            client.protocol.data_received(b"y" * 2000)
            it.gate.sweep(it.gate.tick + 1)
            assert not client.closed, second
        client.close()  # aiohttp would wait for the rest of the body


async def test_a_reader_that_stands_still_is_ended_after_60_seconds():
    async with street(DEADLINES) as it:
        client = it.door(high_water=10_000_000)
        await it.ask(client, HIT)
        assert await cut_after(it, client) == 61


def read_all(client: socket.socket) -> None:
    while client.recv(1_000_000):
        pass


@pytest.mark.parametrize("new_loop", [asyncio.new_event_loop, uvloop.new_event_loop])
def test_a_reader_that_stands_still_is_told_and_the_kernel_keeps_nothing_for_it(new_loop, monkeypatch):
    big = {"/big/": {"body": b"x" * 30_000_000, "media_type": "application/octet-stream"}}
    monkeypatch.setattr("tests.door.street.DOCUMENTS", DOCUMENTS | big)

    async def told() -> None:
        async with street(Deadlines(reader=0)) as it:
            loop = asyncio.get_running_loop()
            server = await loop.create_server(lambda: Door(it.gate), "127.0.0.1", 0)
            with socket.create_connection(server.sockets[0].getsockname()) as client:
                client.sendall(get("/big/"))
                while it.gate.doors == set() or not next(iter(it.gate.doors)).unsent:
                    await asyncio.sleep(0.01)
                it.gate.sweep(1000)
                while it.gate.doors:
                    await asyncio.sleep(0.01)
                with pytest.raises(ConnectionResetError):
                    read_all(client)
            server.close()

    with asyncio.Runner(loop_factory=new_loop) as runner:
        runner.run(asyncio.wait_for(told(), 120))


async def test_a_reader_that_moves_is_not_ended():
    async with street(DEADLINES) as it:
        client = it.door(high_water=10_000_000)
        await it.ask(client, HIT * 100)
        for _ in range(100):
            it.gate.sweep(it.gate.tick + 1)
            client.waiting -= 1000
            assert not client.closed


async def test_a_handler_that_takes_its_time_is_not_ended():
    async with street(DEADLINES) as it:
        client = it.door()
        await it.ask(client, MISS)
        client.protocol.request = Finished()
        assert await cut_after(it, client) == 0


class Finished:
    """A request that was read whole."""

    class content:
        @staticmethod
        def is_eof() -> bool:
            return True


async def test_draining_ends_idle_connections_and_takes_a_last_request_from_busy_ones():
    async with street() as it:
        idle, busy = it.door(), it.door()
        it.gate.sweep(it.gate.tick + 5)
        await it.ask(busy, HIT)
        draining = asyncio.create_task(it.gate.drain(5))
        await settled(idle)
        assert idle.closed
        assert not busy.closed
        assert b"\r\nConnection: close\r\n" in await it.ask(busy, HIT)
        assert busy.closed
        await draining


async def test_draining_lets_aiohttp_finish_and_close():
    async with street() as it:
        client = it.door()
        await it.ask(client, HIT)
        draining = asyncio.create_task(it.gate.drain(5))
        await asyncio.sleep(0)
        said = await it.ask(client, MISS)
        assert b"404 Not Found" in said
        assert b"Connection: close" in said
        assert client.closed
        await draining


@pytest.mark.parametrize(
    ("sent", "statuses"),
    [
        (HIT, ["200"]),
        (MISS, ["404"]),
        (MISS + HIT + MISS, ["404", "200", "404"]),
        (HIT + MISS + HIT, ["200", "404", "200"]),
        (HIT[:9], []),
        (MISS + HIT[:9], ["404"]),
        (get("/story/", "Content-Length: 5", method="POST") + b"12345", ["405"]),
        (get("/story/", "Content-Length: 5", method="POST") + b"123", ["405"]),
    ],
)
async def test_a_client_that_sends_no_more_gets_its_answers_and_then_the_end(sent: bytes, statuses: list[str]):
    async with street() as it:
        client = it.door()
        said = await it.ask_and_end(client, sent)
        assert re.findall(r"HTTP/1.1 (\d+)", said.decode("latin-1")) == statuses
        assert client.closed


async def test_a_slow_client_that_sends_no_more_gets_all_that_it_asked_for():
    async with street() as it:
        client = it.door(high_water=65_536)
        await it.ask_and_end(client, HIT * 50 + MISS)
        assert not client.closed
        for _ in range(20):
            client.take()
            await settled(client)
        assert client.sent.count(b"200 OK") == 50
        assert client.sent.count(b"404 Not Found") == 1
        assert client.closed


async def test_an_answer_that_takes_its_time_reaches_a_client_that_sends_no_more():
    async with street() as it:
        client = it.door()
        said = await it.ask_and_end(client, get("/slow/"))
        assert b"200 OK" in said
        assert client.closed


async def test_a_handler_that_reads_half_a_body_is_told_so():
    async with street() as it:
        client = it.door()
        said = await it.ask_and_end(client, get("/upload", "Content-Length: 5", method="PUT") + b"123")
        assert b"400 Bad Request" in said
        assert client.closed


async def test_a_lost_connection_leaves_nothing_behind():
    async with street() as it:
        for request in (HIT, MISS, HIT[:9]):
            client = it.door()
            await it.ask(client, request)
            client.close()
            await settled(client)
            assert mode(client) is CLOSED
        assert not it.gate.doors
        assert not it.gate._by_inner
