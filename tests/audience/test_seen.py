"""The beacon over HTTP."""

from collections.abc import AsyncIterator

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from publisher.web.client import Clients
from publisher.web.seen import PATH, routes

NOTED = list[tuple[int, str, str]]


async def post(body: bytes | AsyncIterator[bytes], trusted: tuple[str, ...] = (), **headers: str) -> tuple[int, NOTED]:
    noted: NOTED = []

    def note(id: int, address: str, browser: str) -> bool:
        noted.append((id, address, browser))
        return True

    app = web.Application()
    app.add_routes(routes(note, Clients(trusted)))
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    async with TestClient(TestServer(app)) as client:
        answer = await client.post(PATH, data=body, headers={"User-Agent": "Firefox", **named})
        return answer.status, noted


async def test_a_page_that_was_looked_at_is_noted():
    assert await post(b"42") == (204, [(42, "127.0.0.1", "Firefox")])


async def test_a_number_that_comes_in_pieces_is_read_whole():
    async def pieces() -> AsyncIterator[bytes]:
        yield b"4"
        yield b"2"

    assert (await post(pieces()))[1][0][0] == 42


@pytest.mark.parametrize("body", [b"", b"-1", b"x", b"1; DROP", b"9" * 21, "٣".encode(), b"{}"])
async def test_anything_else_is_ignored(body: bytes):
    assert await post(body) == (204, [])


async def test_another_site_can_not_count():
    assert await post(b"42", Sec_Fetch_Site="cross-site") == (204, [])


async def test_a_forwarded_address_is_believed_from_a_trusted_proxy_only():
    assert (await post(b"42", X_Forwarded_For="192.0.2.9"))[1][0][1] == "127.0.0.1"
    trusted = ("127.0.0.0/8", "10.0.0.0/8")
    assert (await post(b"42", trusted, X_Forwarded_For="192.0.2.9"))[1][0][1] == "192.0.2.9"
    assert (await post(b"42", trusted, X_Forwarded_For="6.6.6.6, 192.0.2.9, 10.0.0.2"))[1][0][1] == "192.0.2.9"
    assert (await post(b"42", trusted, X_Forwarded_For="nonsense"))[1][0][1] == "nonsense"
