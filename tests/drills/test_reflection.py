"""Drill 19: CR and LF in slugs, redirects, file names and requests are never reflected."""

import socket
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tests.tool.running import Running, publisher, running

ATTACK = "x\r\nSet-Cookie: stolen=1\r\n\r\n<script>alert(1)</script>"
FORMS = [
    "%0d%0aSet-Cookie:%20stolen=1",
    "%0D%0ASet-Cookie:%20stolen=1%0d%0a%0d%0a<script>",
    "%E5%98%8A%E5%98%8DSet-Cookie:stolen=1",
    "%250d%250aSet-Cookie:stolen=1",
    "a%00b",
    "%5cr%5cnSet-Cookie:stolen=1",
    "%0aSet-Cookie:stolen=1",
    "%0dSet-Cookie:stolen=1",
]
PLACES = ["/{}", "/{}/", "/old/{}/", "/reviews/{}", "/feeds/{}.rss", "/search/?q={}", "/media/{}/x.jpg", "/static/{}"]


def raw(server: Running, request: bytes) -> bytes:
    """The bytes that come back for bytes sent."""
    parts = urlsplit(server.base)
    with socket.create_connection((parts.hostname or "", parts.port or 80), timeout=120) as connection:
        connection.sendall(request)
        connection.shutdown(socket.SHUT_WR)
        received = b""
        while piece := connection.recv(65536):
            received += piece
    return received


def head_of(answer: bytes) -> bytes:
    return answer.partition(b"\r\n\r\n")[0].lower()


@pytest.mark.drill
def test_d19_nothing_sent_becomes_a_header(tmp_path: Path, figure: Callable[[str], None]):
    site = tmp_path / "site"
    (tmp_path / "evil.md").write_text(
        f"---\ntitle: {ATTACK!r}\nslug: {ATTACK!r}\nsection: {ATTACK!r}\naliases: [{ATTACK!r}]\n---\nText.\n"
    )
    publisher("init", site)
    publisher("publish", tmp_path / "evil.md", "--site", site)
    publisher("redirect", "add", "/old/x\r\nSet-Cookie:a=1/", "/new\r\nSet-Cookie:b=2/", "--site", site)
    count = 0
    with running("serve", site, "--port", "0") as server:
        host = server.base.partition("://")[2].encode()
        for place in PLACES:
            for form in FORMS:
                request = (
                    f"GET {place.format(form)} HTTP/1.1\r\nHost: ".encode() + host + b"\r\nConnection: close\r\n\r\n"
                )
                answer = raw(server, request)
                count += 1
                assert b"\nset-cookie" not in head_of(answer), request
                assert b"<script>alert(1)" not in answer, request
                assert answer.startswith(b"HTTP/1.1 "), request
        for request in _raw_forms(host):
            answer = raw(server, request)
            count += 1
            assert b"\nset-cookie" not in head_of(answer), request
        assert server.get("/").status == 200
    figure(f"drill 19: {count} requests, 0 reflected")


def _raw_forms(host: bytes) -> list[bytes]:
    return [
        b"GET /x\r\nSet-Cookie: a=1 HTTP/1.1\r\nHost: " + host + b"\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: " + host + b"\r\nX: a\rSet-Cookie: a=1\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: " + host + b"\nSet-Cookie: a=1\r\n\r\n",
        b"GET /a/../x%0d%0a/ HTTP/1.1\r\nHost: evil\r\n Set-Cookie: a=1\r\n\r\n",
    ]
