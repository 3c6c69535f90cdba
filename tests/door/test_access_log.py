"""The access log has a line for each request, and whatever becomes of it, the server serves."""

import io
import json
import logging

import pytest

from publisher.web.client import Clients
from publisher.web.log import AccessLog
from tests.door.street import street
from tests.door.test_door import HIT, MISS, get


class Full(io.StringIO):
    """A file on a disk that is full until told otherwise."""

    error: Exception | None = OSError(28, "No space left on device")

    def write(self, text: str) -> int:
        if self.error is not None:
            raise self.error
        return super().write(text)


def attached(it, file: io.StringIO, *trusted: str) -> io.StringIO:
    it.gate.log = AccessLog(file, Clients(trusted), with_hits=True)
    return file


def rows(file: io.StringIO) -> list[dict]:
    return [json.loads(line) for line in file.getvalue().splitlines()]


@pytest.mark.parametrize(
    ("trusted", "fields", "client"),
    [
        ((), ["X-Forwarded-For: 192.0.2.7"], "127.0.0.1"),
        (("127.0.0.0/8",), [], "127.0.0.1"),
        (("127.0.0.0/8",), ["x-forwarded-FOR:192.0.2.7 "], "192.0.2.7"),
        (("127.0.0.0/8",), ["X-Forwarded-For: 192.0.2.7, 192.0.2.8"], "192.0.2.8"),
        (("127.0.0.0/8",), ["X-Forwarded-For: 192.0.2.7", "X-Forwarded-For: 127.0.0.9"], "192.0.2.7"),
    ],
)
async def test_a_hit_and_a_miss_behind_a_proxy_are_the_same_clients(trusted, fields: list[str], client: str):
    async with street() as it:
        file = attached(it, io.StringIO(), *trusted)
        for request in (get("/story/", *fields), get("/nothing", *fields)):
            await it.ask(it.door(), request, request)
        it.gate.log.flush()
        assert [(row["client"], row.get("hit")) for row in rows(file)] == [(client, True)] * 2 + [(client, None)] * 2


async def test_a_failure_is_logged_and_counted_once(caplog):
    async with street() as it:
        file = attached(it, io.StringIO())
        with caplog.at_level(logging.CRITICAL):
            await it.ask(it.door(), get("/broken/"))
        it.gate.log.flush()
        assert [(row["target"], row["status"]) for row in rows(file)] == [("/broken/", 500)]
        assert it.gate.statuses == {5: 1}
        assert sum(it.gate.buckets) == 1


async def test_a_body_that_is_too_large_is_no_failure_of_the_server():
    async with street() as it:
        file = attached(it, io.StringIO())
        said = await it.ask(it.door(), get("/upload", "Content-Length: 10000001", method="PUT") + bytes(10_000_001))
        assert b" 413 " in said.partition(b"\r\n")[0]
        it.gate.log.flush()
        assert [row["status"] for row in rows(file)] == [413]
        assert it.gate.statuses == {4: 1}


async def test_what_was_answered_last_is_logged_before_the_end():
    async with street() as it:
        file = attached(it, io.StringIO())
        await it.ask(it.door(), HIT, MISS)
        it.gate.close()
        assert [row["status"] for row in rows(file)] == [200, 404]


@pytest.mark.parametrize("error", [OSError(28, "No space left"), UnicodeEncodeError("ascii", "\xe9", 0, 1, "no")])
async def test_a_log_that_cant_be_written_stops_nothing_and_says_later_what_it_lacks(error: Exception):
    async with street() as it:
        file = Full()
        file.error = error
        attached(it, file)
        await it.ask(it.door(), HIT, HIT)
        it.gate.sweep(it.gate.tick + 1)
        file.error = None
        await it.ask(it.door(), HIT)
        it.gate.sweep(it.gate.tick + 1)
        assert [row.get("left_out", row.get("status")) for row in rows(file)] == [200, 2]


async def test_a_sweep_that_fails_is_not_the_last(monkeypatch):
    async with street() as it:
        timers = []
        monkeypatch.setattr(it.gate, "sweep", lambda tick: 1 / 0)
        loop = Loop(timers)
        with pytest.raises(ZeroDivisionError):
            it.gate._beat(loop, 1.0)
        assert len(timers) == 1


class Loop:
    """Keeps what is to be called later."""

    def __init__(self, timers: list) -> None:
        self.timers = timers

    def time(self) -> float:
        return 0.0

    def call_later(self, *call: object) -> None:
        self.timers.append(call)
