"""Drills 17 and 18: requests that two servers could read differently, and requests that try to poison a cache."""

import asyncio
import re
import shutil
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.drills.load import ask, metric, request
from tests.tool.debian import ToolMissing, need_package
from tests.tool.port import free_port
from tests.tool.running import magazine
from tests.tool.shared import absent

Figure = Callable[[str], None]
HIDDEN = b"GET /hidden-request HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"
CHUNKED = b"0\r\n\r\n" + HIDDEN
DATE = re.compile(rb"\r\n(?:Date|Server|Connection): [^\r]*", re.IGNORECASE)


def head(method: str, *fields: bytes) -> bytes:
    return b"\r\n".join([f"{method} / HTTP/1.1".encode(), b"Host: 127.0.0.1", *fields, b"", b""])


SMUGGLED = {
    "CL and TE": head("POST", b"Content-Length: 6", b"Transfer-Encoding: chunked") + CHUNKED,
    "TE and CL": head("POST", b"Transfer-Encoding: chunked", b"Content-Length: 6") + CHUNKED,
    "two lengths": head("POST", b"Content-Length: 0", b"Content-Length: 51") + HIDDEN,
    "list of lengths": head("POST", b"Content-Length: 0, 51") + HIDDEN,
    "signed length": head("POST", b"Content-Length: +0") + HIDDEN,
    "negative length": head("POST", b"Content-Length: -1") + HIDDEN,
    "hex length": head("POST", b"Content-Length: 0x0") + HIDDEN,
    "empty length": head("POST", b"Content-Length:") + HIDDEN,
    "two codings": head("POST", b"Transfer-Encoding: chunked", b"Transfer-Encoding: identity") + CHUNKED,
    "unknown coding": head("POST", b"Transfer-Encoding: xchunked") + CHUNKED,
    "identity last": head("POST", b"Transfer-Encoding: chunked, identity") + CHUNKED,
    "vertical tab": head("POST", b"Transfer-Encoding:\x0bchunked") + CHUNKED,
    "NUL in coding": head("POST", b"Transfer-Encoding: chunked\0") + CHUNKED,
    "space before colon": head("POST", b"Transfer-Encoding : chunked") + CHUNKED,
    "folded field": head("POST", b"X: a", b" Transfer-Encoding: chunked") + CHUNKED,
    "folded coding": head("POST", b"Transfer-Encoding:", b" chunked") + CHUNKED,
    "bare LF in head": b"POST / HTTP/1.1\nHost: 127.0.0.1\nContent-Length: 0\n\n" + HIDDEN,
    "bare LF between fields": b"GET / HTTP/1.1\r\nHost: 127.0.0.1\nX: y\r\n\r\n" + HIDDEN,
    "bare CR": b"GET / HTTP/1.1\r\nHost: 127.0.0.1\rX: y\r\n\r\n" + HIDDEN,
    "NUL in field": head("GET", b"X: \0") + HIDDEN,
    "colon first": head("GET", b": x") + HIDDEN,
    "no colon": head("GET", b"nothing") + HIDDEN,
    "two hosts": b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nHost: evil.example\r\n\r\n" + HIDDEN,
    "no host": b"GET / HTTP/1.1\r\n\r\n" + HIDDEN,
    "HTTP/2.0": b"GET / HTTP/2.0\r\nHost: 127.0.0.1\r\n\r\n" + HIDDEN,
    "HTTP/0.9": b"GET /\r\n\r\n" + HIDDEN,
    "chunk size with sign": head("POST", b"Transfer-Encoding: chunked") + b"+0\r\n\r\n" + HIDDEN,
    "chunk with bare LF": head("POST", b"Transfer-Encoding: chunked") + b"0\n\n" + HIDDEN,
    "chunk size too long": head("POST", b"Transfer-Encoding: chunked") + b"0" * 20 + b"1\r\n\r\n" + HIDDEN,
    "bytes behind close": head("GET", b"Connection: close") + HIDDEN,
}


def answers(said: bytes) -> list[bytes]:
    return re.findall(rb"HTTP/\d\.\d (\d\d\d) ", said)


@contextmanager
def behind_nginx(base: str, folder: Path) -> Iterator[str]:
    """nginx in front of the server, as docs/nginx.conf has it in its simplest form."""
    port = free_port()
    config = folder / "nginx.conf"
    config.write_text(
        f"daemon off; pid {folder}/pid; error_log {folder}/error.log; events {{}} http {{ access_log off;"
        f" client_body_temp_path {folder}/b; proxy_temp_path {folder}/p; fastcgi_temp_path {folder}/f;"
        f" uwsgi_temp_path {folder}/u; scgi_temp_path {folder}/s; upstream u {{ server {base[7:]}; keepalive 8; }}"
        f" server {{ listen 127.0.0.1:{port}; location / {{ proxy_pass http://u; proxy_http_version 1.1;"
        ' proxy_set_header Connection ""; proxy_set_header Host $host; } } }'
    )
    process = subprocess.Popen([shutil.which("nginx") or "nginx", "-c", str(config), "-p", str(folder)])
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait()


def need_nginx() -> None:
    try:
        need_package("nginx")
    except ToolMissing as missing:
        absent(str(missing))


@pytest.mark.drill
async def test_d17_no_form_of_smuggling_makes_two_servers_disagree(tmp_path: Path, figure: Figure):
    need_nginx()
    with magazine(tmp_path / "site") as server:
        for name, sent in SMUGGLED.items():
            said = await ask(server.base, sent)
            statuses = answers(said)
            assert statuses == [b"400"], (name, said[:300])
        lines = len(server.lines)
        with behind_nginx(server.base, tmp_path) as front:
            while not await ready(front):
                await asyncio.sleep(0.05)
            clean = (await ask(front, request("/feeds/all.rss", "Connection: close"))).partition(b"\r\n\r\n")[2]
            for name, sent in SMUGGLED.items():
                said = await ask(front, sent, 0.5)
                assert len(answers(said)) <= 2, (name, said[:300])
                after = await ask(front, request("/feeds/all.rss", "Connection: close"))
                assert after.partition(b"\r\n\r\n")[2] == clean, name
        assert not [line for line in server.lines[lines:] if "Traceback" in line]
    figure(f"drill 17: {len(SMUGGLED)} forms, each one 400 and the end; behind nginx no answer went astray")


async def ready(base: str) -> bool:
    try:
        return b" 200 " in await ask(base, request("/robots.txt", "Connection: close"), 1)
    except OSError:
        return False


POISON = {
    "forwarded host": ["X-Forwarded-Host: evil.example"],
    "forwarded": ["Forwarded: host=evil.example;proto=http"],
    "original URL": ["X-Original-URL: /admin", "X-Rewrite-URL: /admin"],
    "forwarded scheme": ["X-Forwarded-Proto: https", "X-Forwarded-Scheme: https"],
    "forwarded port": ["X-Forwarded-Port: 1"],
    "client": ["X-Forwarded-For: 127.0.0.1", "True-Client-IP: 127.0.0.1"],
    "method": ["X-HTTP-Method-Override: POST"],
    "origin": ["Origin: https://evil.example"],
    "cookie": ["Cookie: admin=1; lang=xx"],
    "language": ["Accept-Language: xx"],
    "prefix": ["X-Forwarded-Prefix: /evil"],
}


@pytest.mark.drill
async def test_d18_nothing_a_request_says_changes_what_others_get(tmp_path: Path, figure: Figure):
    admin = free_port()
    with magazine(tmp_path / "site", "--admin-port", str(admin)) as server:
        tried = 0
        for path in ("/", "/feeds/all.rss", "/sitemap.xml", "/web-stories/"):
            clean = DATE.sub(b"", await ask(server.base, request(path, "Connection: close")))
            for fields in POISON.values():
                for target in (path, f"{path}?utm_source={tried}", f"http://evil.example{path}"):
                    said = DATE.sub(b"", await ask(server.base, request(target, *fields, "Connection: close")))
                    assert said == clean, (target, fields)
                    tried += 1
            assert answers(await ask(server.base, request(path, "Connection: close", host="evil.example"))) == [b"421"]
        kept = await metric(f"http://127.0.0.1:{admin}", "publisher_cache_documents")
        for number in range(2000):
            await ask(server.base, request(f"/?x={number}", "Connection: close"))
        grown = await metric(f"http://127.0.0.1:{admin}", "publisher_cache_documents") - kept
    assert grown == 0
    figure(
        f"drill 18: {tried} poisoned requests answered like the clean one; 2,000 query strings kept 0 documents more"
    )
