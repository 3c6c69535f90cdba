"""Stored files over HTTP: whole, in part, not again, and never more than this site's own."""

import asyncio
import hashlib
import os
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from aiohttp.test_utils import TestClient, TestServer

from publisher.serve import app_of, gate_of
from publisher.web.media import PIECE, span
from tests.tool.house import house

BODY = bytes(range(256)) * (PIECE // 256 * 2) + b"end"
NAME = hashlib.sha256(BODY).hexdigest()
PATH = f"/media/{NAME}/original.mp4"
SIZE = len(BODY)
SECOND = 1_800_000_000
WHEN = "Fri, 15 Jan 2027 08:00:00 GMT"


@pytest_asyncio.fixture
async def client(tmp_path: Path) -> AsyncIterator[TestClient[Any, Any]]:
    file = tmp_path / "media" / NAME[:2] / NAME / "original.mp4"
    file.parent.mkdir(parents=True)
    file.write_bytes(BODY)
    os.utime(file, (SECOND, SECOND))
    async with (
        house(tmp_path, base_url="http://127.0.0.1") as made,
        TestClient(TestServer(app_of(made, gate_of(made)))) as http,
    ):
        yield http


@pytest.mark.parametrize(
    ("field", "part"),
    [
        ("bytes=0-9", range(10)),
        ("BYTES=0-9", range(10)),
        ("bytes=5-", range(5, 100)),
        ("bytes=5-999", range(5, 100)),
        ("bytes=99-", range(99, 100)),
        ("bytes=-3", range(97, 100)),
        ("bytes=-300", range(100)),
        ("bytes=00-00", range(1)),
        ("bytes=100-", range(0)),
        ("bytes=500-900", range(0)),
        ("bytes=-0", range(0)),
        ("", None),
        ("items=0-5", None),
        ("bytes=0-0,5-9", None),
        ("bytes=9-5", None),
        ("bytes=-", None),
        ("bytes=a-b", None),
        ("bytes=\u0661-\u0662", None),
        ("bytes=" + "9" * 5000 + "-", None),
    ],
)
def test_a_range_is_one_of_bytes_or_passed_over(field: str, part: range | None):
    assert span(field, 100) == part


@pytest.mark.parametrize(("field", "part"), [("bytes=0-9", BODY[:10]), ("bytes=7-", BODY[7:]), ("bytes=-3", b"end")])
async def test_a_part_is_sent_with_its_place(client: TestClient[Any, Any], field: str, part: bytes):
    said = await client.get(PATH, headers={"Range": field})
    start = BODY.rindex(part) if part == b"end" else SIZE - len(part) if len(part) > 10 else 0
    assert (said.status, await said.read()) == (206, part)
    assert said.headers["Content-Range"] == f"bytes {start}-{start + len(part) - 1}/{SIZE}"
    assert said.headers["Content-Length"] == str(len(part))
    assert said.headers["Content-Type"] == "video/mp4"


async def test_a_whole_file_says_that_it_has_parts_and_may_be_kept_for_ever(client: TestClient[Any, Any]):
    said = await client.get(PATH)
    assert (said.status, await said.read()) == (200, BODY)
    assert said.headers["Accept-Ranges"] == "bytes"
    assert said.headers["Last-Modified"] == WHEN
    assert said.headers["Cache-Control"] == "public, max-age=31536000, immutable"


@pytest.mark.parametrize("field", ["items=0-5", "bytes=0-0,5-9", "bytes=9-5", "bytes=x"])
async def test_a_range_that_is_not_understood_gets_the_whole(client: TestClient[Any, Any], field: str):
    said = await client.get(PATH, headers={"Range": field})
    assert (said.status, len(await said.read())) == (200, SIZE)


async def test_only_get_knows_parts(client: TestClient[Any, Any]):
    said = await client.head(PATH, headers={"Range": "bytes=0-9"})
    assert (said.status, said.headers["Content-Length"]) == (200, str(SIZE))


async def test_a_part_of_another_version_is_never_sent(client: TestClient[Any, Any]):
    etag = (await client.head(PATH)).headers["ETag"]
    for known, status in ((etag, 206), (WHEN, 206), ('"other"', 200), (f"W/{etag}", 200)):
        said = await client.get(PATH, headers={"Range": "bytes=0-9", "If-Range": known})
        assert (said.status, len(await said.read())) == (status, 10 if status == 206 else SIZE), known
    for known in ("Sun, 06 Nov 1994 08:49:37 GMT", "Sun, 06 Nov 2044 08:49:37 GMT"):
        assert (await client.get(PATH, headers={"Range": "bytes=0-9", "If-Range": known})).status == 200


async def test_what_a_client_has_is_not_sent_again(client: TestClient[Any, Any]):
    etag = (await client.head(PATH)).headers["ETag"]
    for fields in (
        {"If-None-Match": f'"x", W/{etag}'},
        {"If-Modified-Since": WHEN},
        {"If-None-Match": etag, "Range": "bytes=0-9"},
    ):
        said = await client.get(PATH, headers=fields)
        assert (said.status, await said.read(), said.headers["ETag"]) == (304, b"", etag)


@pytest.mark.parametrize(
    ("fields", "status"), [({"Range": f"bytes={SIZE}-"}, 416), ({"If-Match": '"other"'}, 412)], ids=["416", "412"]
)
async def test_no_cache_keeps_a_refusal(client: TestClient[Any, Any], fields: dict[str, str], status: int):
    said = await client.get(PATH, headers=fields)
    assert said.status == status
    assert "Cache-Control" not in said.headers
    assert said.headers["Content-Type"] == "text/plain; charset=utf-8"
    assert said.headers.get("Content-Range") == (f"bytes */{SIZE}" if status == 416 else None)


async def test_a_reader_that_goes_away_lets_the_file_go(client: TestClient[Any, Any]):
    for _ in range(3):
        said = await client.get(PATH)
        await said.content.read(1000)
        said.close()
    while any(each.endswith("original.mp4") for each in open_files()):
        await asyncio.sleep(0.01)


def open_files() -> list[str]:
    folder = "/proc/self/fd"
    return [os.readlink(f"{folder}/{each}") for each in os.listdir(folder) if os.path.lexists(f"{folder}/{each}")]


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", PATH),
        ("POST", "/_/seen"),
        ("GET", "/_/preview/page/1"),
        ("GET", "/_/preview/page/1?expires=1&signature=x"),
        ("POST", "/newsletter/"),
        ("GET", "/newsletter/confirm/x/"),
    ],
)
async def test_no_address_answers_for_another_host(client: TestClient[Any, Any], method: str, path: str):
    for host, status in (("evil.example", 421), ("", 421)):
        said = await client.request(method, path, headers={"Host": host}, allow_redirects=False)
        assert said.status == status, host


async def test_a_file_asked_for_under_the_sites_other_name_is_moved(client: TestClient[Any, Any]):
    said = await client.get(PATH, headers={"Host": "www.127.0.0.1"}, allow_redirects=False)
    assert (said.status, said.headers["Location"]) == (301, f"http://127.0.0.1{PATH}")
