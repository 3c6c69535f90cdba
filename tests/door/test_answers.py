"""What every answer of the server says, whatever was asked."""

import re

import pytest

from publisher.error import NotFound, PublisherError, StoreUnavailable
from publisher.web.error import told
from tests.door.street import DOCUMENTS, street

HOST, OLD = "Host: localhost", "Sun Nov  6 08:49:37 1994"


def head(line: str, *fields: str) -> bytes:
    return "\r\n".join([line, *fields, "", ""]).encode()


ASKED = {
    "hit": (head("GET / HTTP/1.1", HOST), 200),
    "304": (head("GET / HTTP/1.1", HOST, "If-None-Match: *"), 304),
    "unknown path": (head("GET /nothing HTTP/1.1", HOST), 404),
    "moved": (head("GET /old/ HTTP/1.1", HOST), 301),
    "withdrawn": (head("GET /gone/ HTTP/1.1", HOST), 410),
    "method": (head("POST / HTTP/1.1", HOST), 405),
    "TRACE": (head("TRACE / HTTP/1.1", HOST), 405),
    "OPTIONS of the server": (head("OPTIONS * HTTP/1.1", HOST), 405),
    "CONNECT": (head("CONNECT localhost:80 HTTP/1.1", HOST), 405),
    "GET of no path": (head("GET * HTTP/1.1", HOST), 400),
    "authority alone": (head("GET http://localhost HTTP/1.1", HOST), 301),
    "authority and query": (head("GET http://localhost?x=1 HTTP/1.1", HOST), 301),
    "newline in the path": (head("POST /x%0ay HTTP/1.1", HOST), 405),
    "another than this": (head("GET / HTTP/1.1", HOST, 'If-Match: "other"'), 412),
    "unchanged since": (
        head("GET /feeds/all.rss HTTP/1.1", HOST, f"If-Unmodified-Since: {OLD}"),
        412,
    ),
    "other host": (head("GET / HTTP/1.1", "Host: evil.example"), 421),
    "other host, absolute target": (head("GET http://localhost/ HTTP/1.1", "Host: evil.example"), 421),
    "no host": (head("GET / HTTP/1.1"), 400),
    "two hosts": (head("GET / HTTP/1.1", HOST, HOST), 400),
    "expectation": (head("GET / HTTP/1.1", HOST, "Expect: everything"), 417),
    "HTTP/2.0": (head("GET / HTTP/2.0", HOST), 400),
    "HTTP/0.9": (head("GET / HTTP/0.9", HOST), 400),
    "no version": (head("GET /"), 400),
    "garbage": (b"\0\1\2\r\n\r\n", 400),
    "long target": (head("GET /" + "a" * 9000 + " HTTP/1.1", HOST), 414),
    "target without end": (b"GET /" + b"a" * 9000, 414),
    "long method": (head("A" * 9000 + " / HTTP/1.1", HOST), 400),
    "long field": (head("GET / HTTP/1.1", HOST, "X: /" + "a" * 9000), 400),
    "half a body": (head("PUT /upload HTTP/1.1", HOST, "Transfer-Encoding: chunked") + b"zz\r\n", 400),
}
SAFE = ("X-Content-Type-Options: nosniff", "Referrer-Policy: ", "Content-Security-Policy: ", "Server: publisher")


@pytest.mark.parametrize(("asked", "status"), ASKED.values(), ids=ASKED)
async def test_every_answer_is_in_http_1_and_tells_browsers_to_be_careful(asked: bytes, status: int):
    async with street() as it:
        client = it.door()
        client.protocol.data_received(asked)
        said = (await it.ask(client)).decode("latin-1")
        lines = said.partition("\r\n\r\n")[0].split("\r\n")
        assert re.fullmatch(rf"HTTP/1\.[01] {status} .+", lines[0])
        for field in SAFE:
            assert sum(line.startswith(field) for line in lines) == 1, field
        assert "Set-Cookie" not in said
        assert ("Allow: GET, HEAD" in lines) is (status == 405)
        assert client.closed is (status in (400, 414))
        assert len(re.findall(r"HTTP/\d\.\d \d{3} ", said)) == 1


@pytest.mark.parametrize("page", [{}, {"/_/error/503": DOCUMENTS["/"] | {"status": 503}}], ids=["plain", "page"])
async def test_no_cache_keeps_a_failure_in_place_of_what_is_good(page: dict, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("tests.door.street.DOCUMENTS", DOCUMENTS | page)
    async with street() as it:
        said = await it.ask(it.door(), head("GET /down/ HTTP/1.1", HOST))
        assert said.startswith(b"HTTP/1.1 503 ")
        assert said.count(b"\r\nCache-Control: ") == 1
        assert b"\r\nCache-Control: no-store\r\n" in said
        assert b"\r\nRetry-After: 5\r\n" in said


async def test_a_list_is_read_from_all_its_lines():
    async with street() as it:
        etag = it.press.cache.get("/feeds/all.rss").answer.document.etag
        for path, fields, words in (
            ("/feeds/all.rss", ('If-None-Match: "x"', f'If-None-Match: "{etag}"'), b"HTTP/1.1 304 "),
            ("/feeds/all.rss", ("Accept-Encoding: deflate", "Accept-Encoding: gzip"), b"Content-Encoding: gzip"),
            ("/feeds/all.rss", ("A-IM: x", "A-IM: feed", "If-None-Match: known"), b"HTTP/1.1 226 "),
            ("/nothing", ("Accept-Encoding: deflate", "Accept-Encoding: gzip"), b"Content-Encoding: gzip"),
        ):
            said = await it.ask(it.door(), head(f"GET {path} HTTP/1.1", HOST, *fields))
            assert words in said.partition(b"\r\n\r\n")[0], fields


async def test_a_method_that_is_refused_is_told_all_that_are_not():
    async with street() as it:
        said = await it.ask(it.door(), head("DELETE /upload HTTP/1.1", HOST))
        assert b"\r\nAllow: GET, HEAD, PUT\r\n" in said


async def test_a_target_of_8000_bytes_is_still_read():
    async with street() as it:
        target = "/" + "a" * 7_999
        for sent, status in ((target, b" 404 "), (target + "a", b" 414 ")):
            said = await it.ask(it.door(), head(f"GET {sent} HTTP/1.1", HOST))
            assert status in said.partition(b"\r\n")[0]


async def test_nothing_of_a_request_is_reflected():
    async with street() as it:
        for line in ("GET /<b>mark HTTP/1.1", "GET /?x=<b>mark HTTP/1.1", "<b>mark / HTTP/1.1", "GET * <b>mark"):
            client = it.door()
            client.protocol.data_received(head(line, HOST, "X-Mark: <b>mark", "Cookie: <b>mark"))
            assert b"<b>mark" not in await it.ask(client), line


def test_a_reader_is_told_what_is_theirs_to_know():
    assert told(StoreUnavailable("/site/site.db: disk I/O error")) == "Service Unavailable"
    assert told(PublisherError("templates/base.html, line 1")) == "Internal Server Error"
    assert told(NotFound("nothing is published at /x/")) == "nothing is published at /x/"
