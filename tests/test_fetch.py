"""The guarded client connects to public addresses only, whatever form an address takes."""

import gzip
import ipaddress
import socket
from collections.abc import AsyncIterator

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from publisher.error import FetchFailed, Refused
from publisher.fetch import Fetcher, is_public
from tests.tool.port import free_port

INSIDE = [
    "127.0.0.1",
    "127.1.2.3",
    "0.0.0.0",
    "10.0.0.1",
    "172.16.0.1",
    "192.168.1.1",
    "169.254.169.254",
    "100.64.0.1",
    "192.0.0.1",
    "192.0.2.1",
    "198.18.0.1",
    "198.51.100.1",
    "203.0.113.1",
    "224.0.0.1",
    "239.255.255.255",
    "240.0.0.1",
    "255.255.255.255",
    "::",
    "::1",
    "::ffff:127.0.0.1",
    "::ffff:10.0.0.1",
    "::ffff:169.254.169.254",
    "::127.0.0.1",
    "::a00:1",
    "64:ff9b::7f00:1",
    "64:ff9b::a9fe:a9fe",
    "64:ff9b:1::1",
    "2002:7f00:1::",
    "2002:a00:1::",
    "2001:0:7f00:1::",
    "2001:db8::1",
    "fc00::1",
    "fd00::1",
    "fe80::1",
    "fec0::1",
    "ff02::1",
    "100::1",
]
OUTSIDE = ["8.8.8.8", "1.1.1.1", "2606:4700:4700::1111", "64:ff9b::808:808", "2002:808:808::1", "::ffff:8.8.8.8"]

URLS_TO_LOOPBACK = [
    "http://127.0.0.1:{port}/",
    "http://localhost:{port}/",
    "http://LOCALHOST.:{port}/",
    "http://2130706433:{port}/",
    "http://0x7f000001:{port}/",
    "http://0177.0.0.1:{port}/",
    "http://127.1:{port}/",
    "http://0:{port}/",
    "http://[::1]:{port}/",
    "http://[::ffff:127.0.0.1]:{port}/",
    "http://[::ffff:7f00:1]:{port}/",
    "http://user:pass@127.0.0.1:{port}/",
    "http://①②⑦.⓪.⓪.①:{port}/",
    "http://127.0.0.1:{port}#@example.org/",
]
NOT_HTTP = ["file:///etc/passwd", "ftp://127.0.0.1/", "gopher://127.0.0.1/", "javascript:alert(1)", "//127.0.0.1/", "x"]


@pytest.mark.parametrize("address", INSIDE)
def test_d21_addresses_that_are_not_public(address: str):
    assert not is_public(ipaddress.ip_address(address))


@pytest.mark.parametrize("address", OUTSIDE)
def test_d21_addresses_that_are_public(address: str):
    assert is_public(ipaddress.ip_address(address))


class Peer:
    """A local server that counts who reaches it."""

    def __init__(self) -> None:
        self.requests = 0
        app = web.Application()
        app.router.add_get("/{path:.*}", self.answer)
        self.server = TestServer(app)

    async def answer(self, request: web.Request) -> web.StreamResponse:
        self.requests += 1
        match request.path:
            case "/loop":
                raise web.HTTPFound("/loop")
            case "/inside":
                raise web.HTTPFound("http://169.254.169.254/latest/")
            case "/file":
                raise web.HTTPFound("file:///etc/passwd")
            case "/bomb":
                body = gzip.compress(b"0" * 20_000_000)
                return web.Response(body=body, headers={"Content-Encoding": "gzip"})
            case "/missing":
                raise web.HTTPNotFound
        if request.headers.get("If-None-Match") == '"1"':
            return web.Response(status=304, headers={"ETag": '"1"'})
        return web.Response(text="hello", headers={"ETag": '"1"'})


@pytest.fixture
async def peer() -> AsyncIterator[Peer]:
    made = Peer()
    await made.server.start_server()
    yield made
    await made.server.close()


@pytest.mark.parametrize("form", URLS_TO_LOOPBACK)
async def test_d21_no_form_of_a_private_address_is_connected_to(form: str, peer: Peer):
    async with Fetcher() as fetcher:
        with pytest.raises((Refused, FetchFailed)):
            await fetcher.get(form.format(port=peer.server.port))
    assert peer.requests == 0


@pytest.mark.parametrize("url", NOT_HTTP)
async def test_d21_only_http_is_fetched(url: str):
    async with Fetcher() as fetcher:
        with pytest.raises(Refused, match="only http"):
            await fetcher.get(url)


def only_loopback(address: ipaddress.IPv4Address | ipaddress.IPv6Address) -> bool:
    return address.is_loopback


@pytest.mark.parametrize(
    ("path", "error", "message"),
    [
        ("/inside", Refused, "not a public address"),
        ("/file", Refused, "only http"),
        ("/loop", FetchFailed, "redirects"),
        ("/missing", FetchFailed, "answered 404"),
        ("/bomb", Refused, "larger than"),
    ],
)
async def test_d21_what_a_server_can_try(path: str, error: type[Exception], message: str, peer: Peer):
    async with Fetcher(only_loopback) as fetcher:
        with pytest.raises(error, match=message):
            await fetcher.get(str(peer.server.make_url(path)), max_bytes=1_000_000)


async def test_what_cannot_be_reached_is_named_in_plain_words(monkeypatch: pytest.MonkeyPatch):
    async with Fetcher(only_loopback) as fetcher:
        with pytest.raises(FetchFailed, match=r"/a\.jpg: 127\.0\.0\.1 can't be reached \(Connection refused\)$"):
            await fetcher.get(f"http://127.0.0.1:{free_port()}/a.jpg")

    def resolve(*_: object, **__: object) -> list[object]:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    async with Fetcher() as fetcher:
        with pytest.raises(FetchFailed, match=r"/a\.jpg: there is no host old\.example$"):
            await fetcher.get("https://old.example/a.jpg")


async def test_d21_a_name_that_resolves_to_a_private_address_is_refused(peer: Peer, monkeypatch: pytest.MonkeyPatch):
    def resolve(*_: object, **__: object) -> list[object]:
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", peer.server.port))]

    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    async with Fetcher() as fetcher:
        with pytest.raises(Refused, match="not a public address"):
            await fetcher.get(f"http://rebinding.example:{peer.server.port}/")
    assert peer.requests == 0


async def test_a_body_and_its_validators_come_back(peer: Peer):
    async with Fetcher(only_loopback) as fetcher:
        first = await fetcher.get(str(peer.server.make_url("/")))
        assert (first.status, first.body, first.media_type) == (200, b"hello", "text/plain")
        again = await fetcher.get(str(peer.server.make_url("/")), etag=first.etag)
        assert again.status == 304


async def test_a_type_that_was_not_asked_for_is_refused(peer: Peer):
    async with Fetcher(only_loopback) as fetcher:
        with pytest.raises(Refused, match="is text/plain"):
            await fetcher.get(str(peer.server.make_url("/")), types={"image/png"})
