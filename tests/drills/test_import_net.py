"""Drill 21: whatever is fetched, and however its address is written, no connection goes to a private place."""

import asyncio
import ipaddress
import socket
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import pytest
from aiohttp import ThreadedResolver, web
from aiohttp.abc import ResolveResult

from publisher.cli.survey import RunningSite
from publisher.cli.transfer import from_thread, gather
from publisher.error import FetchFailed, InvalidExport, Refused
from publisher.fetch import Address, Fetcher, is_public
from publisher.importer.sniff import open_export
from tests.importer.reading import written
from tests.tool.house import at, fill, house

Figure = Callable[[str], None]
FRONT = "127.0.0.2"
"""Where the test's "public" host listens; the private one listens on 127.0.0.1 and ::1."""

FORMS = [
    *("http://127.0.0.1:{p}/", "http://127.1:{p}/", "http://127.0.1:{p}/", "http://0:{p}/", "http://0.0.0.0:{p}/"),
    *("http://2130706433:{p}/", "http://0x7f000001:{p}/", "http://0x7f.1:{p}/", "http://0177.0.0.1:{p}/"),
    *(
        "http://017700000001:{p}/",
        "http://127.0.0.1.:{p}/",
        "http://0x7f.0x0.0x0.0x1:{p}/",
        "http://127.000.000.001:{p}/",
    ),
    *("http://[::1]:{p}/", "http://[::]:{p}/", "http://[0:0:0:0:0:0:0:1]:{p}/", "http://[::ffff:127.0.0.1]:{p}/"),
    *("http://[::ffff:7f00:1]:{p}/", "http://[::127.0.0.1]:{p}/", "http://[64:ff9b::7f00:1]:{p}/"),
    *("http://[::1%25lo]:{p}/", "http://[2002:7f00:1::]:{p}/", "http://[fe80::1%25lo]:{p}/"),
    *(
        "http://localhost:{p}/",
        "http://LocalHost.:{p}/",
        "http://a.localhost:{p}/",
        "http://localhost.localdomain:{p}/",
    ),
    *("http://user:pass@127.0.0.1:{p}/", "http://example.org@127.0.0.1:{p}/", "http://127.0.0.1:{p}#@example.org/"),
    *("http://127.0.0.1:{p}\\@example.org/", "http://example.org\\@127.0.0.1:{p}/", "http:\\\\127.0.0.1:{p}/"),
    *(
        "http://①②⑦.⓪.⓪.①:{p}/",
        "http://127。0。0。1:{p}/",
        "http://%31%32%37.0.0.1:{p}/",
        "http://127.0.0.1%00.example.org:{p}/",
    ),
    *(
        "http://inside.test:{p}/",
        "http://inside6.test:{p}/",
        "http://meta.test:{p}/",
        "http://lan.test:{p}/",
        "http://both.test:{p}/",
    ),
    *("http://169.254.169.254/latest/", "http://10.0.0.1/", "http://192.168.0.1/", "http://100.100.100.200/"),
    *(
        "http:///127.0.0.1:{p}/",
        "http:127.0.0.1:{p}/",
        "HTTP://127.0.0.1:{p}/",
        " http://127.0.0.1:{p}/",
        "http://127.0.0.1:{p}/\t",
    ),
    *(
        "file:///etc/passwd",
        "ftp://127.0.0.1:{p}/",
        "gopher://127.0.0.1:{p}/",
        "dict://127.0.0.1:{p}/",
        "data:text/plain,x",
    ),
]
NAMES = {
    "front.test": [FRONT],
    "inside.test": ["127.0.0.1"],
    "inside6.test": ["::1"],
    "meta.test": ["169.254.169.254"],
    "lan.test": ["10.1.2.3"],
    "both.test": ["10.1.2.3", "127.0.0.1"],
    "localhost": ["127.0.0.1"],
    "localhost.localdomain": ["127.0.0.1"],
    "a.localhost": ["127.0.0.1"],
}


class Names(ThreadedResolver):
    """Answers for the test's names without a net; `rebind.test` is public at the first look and private ever after."""

    asked = 0

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        name = host.rstrip(".").lower()
        if name == "rebind.test":
            Names.asked += 1
            found = [FRONT] if Names.asked == 1 else ["127.0.0.1"]
        else:
            found = NAMES.get(name, [])
        if not found:
            raise OSError(f"no such host: {host}")
        return [
            ResolveResult(
                hostname=host,
                host=each,
                port=port,
                proto=0,
                flags=socket.AI_NUMERICHOST,
                family=socket.AF_INET6 if ":" in each else socket.AF_INET,
            )
            for each in found
        ]


def allowed(address: Address) -> bool:
    return address == ipaddress.ip_address(FRONT) or is_public(address)


class Net:
    """A private host that counts connections, and a public one that redirects to wherever it is told."""

    def __init__(self) -> None:
        self.connections = 0
        self.port = 0
        self.front = 0
        self._servers: list[asyncio.Server] = []
        self._runner: web.AppRunner | None = None

    def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        writer.close()

    async def start(self) -> None:
        private = await asyncio.start_server(self._connected, "127.0.0.1", 0)
        self.port = private.sockets[0].getsockname()[1]
        self._servers = [private, await asyncio.start_server(self._connected, "::1", self.port)]
        app = web.Application()
        app.router.add_get("/to", self._redirect)
        app.router.add_get("/feed", self._feed)
        self._runner = web.AppRunner(app)
        await self._runner.setup()
        site = web.TCPSite(self._runner, FRONT, 0)
        await site.start()
        self.front = self._runner.addresses[0][1]

    async def _redirect(self, request: web.Request) -> web.Response:
        return web.Response(status=302, headers={"Location": request.query["where"].strip()})

    async def _feed(self, request: web.Request) -> web.Response:
        where = request.query["where"].replace("&", "&amp;").replace('"', "")
        return web.Response(
            text='<feed xmlns="http://www.w3.org/2005/Atom"><title>t</title><link href="http://front.test/"/>'
            f'<link rel="next" href="{where}"/><entry><id>1</id><title>a</title><link href="http://front.test/a/"/></entry></feed>'
        )

    async def stop(self) -> None:
        for each in self._servers:
            each.close()
        if self._runner:
            await self._runner.cleanup()


@pytest.fixture
async def net(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Net]:
    monkeypatch.setattr("aiohttp.connector.DefaultResolver", Names)
    Names.asked = 0
    made = Net()
    await made.start()
    yield made
    await made.stop()


async def quietly(work: Any) -> None:
    try:
        await work
    except (Refused, FetchFailed, InvalidExport):
        pass


def read(source: str, fetch: Any) -> None:
    for _ in open_export(source, now=at(12), fetch=fetch):
        pass


async def ways(fetcher: Fetcher, address: str, net: Net) -> None:
    """Everything that fetches: by itself, by a redirect, a feed's next page, an import by address, a comparison."""
    front = f"http://front.test:{net.front}"
    fetch = from_thread(fetcher)
    await quietly(fetcher.get(address))
    if address.strip().lower().startswith("http"):
        await quietly(asyncio.to_thread(read, address, fetch))
    await quietly(fetcher.get(f"{front}/to?where={quoted(address)}"))
    await quietly(asyncio.to_thread(read, f"{front}/feed?where={quoted(address)}", fetch))
    await quietly(RunningSite(address, fetcher).inventory())


def quoted(address: str) -> str:
    return "".join(f"%{byte:02X}" for byte in address.encode())


@pytest.mark.drill
async def test_d21_no_form_of_an_address_reaches_a_private_host(net: Net, figure: Figure):
    forms = [each.format(p=net.port) for each in FORMS]
    async with Fetcher(allowed) as fetcher:
        assert (await fetcher.get(f"http://front.test:{net.front}/feed?where=x")).status == 200
        for each in forms:
            await ways(fetcher, each, net)
    assert net.connections == 0
    assert len(forms) >= 40
    figure(f"drill 21: {len(forms)} forms of a private address by 5 ways each, {net.connections} connections to it")


@pytest.mark.drill
async def test_d21_pictures_of_an_import_reach_no_private_host(net: Net, tmp_path: Path, figure: Figure):
    forms = [each.format(p=net.port).strip() for each in FORMS]
    hosts = ["front.test", "inside.test", "127.0.0.1", "localhost", "test", "254", "1", "::1", "::"]
    pictures = "".join(f'<p><img src="{each}a.jpg" alt=""></p>' for each in forms)
    pictures += "".join(f'<img src="http://front.test:{net.front}/to?where={quoted(each)}" alt="">' for each in forms)
    item = f"<item><title>T</title><guid>1</guid><link>http://x.test/a/</link><description><![CDATA[{pictures}]]></description></item>"
    feed = written(tmp_path, "f.xml", f'<rss version="2.0"><channel><title>t</title>{item}</channel></rss>')
    export = open_export(str(feed), now=at(12))
    async with house(tmp_path / "site") as made, Fetcher(allowed) as fetcher:
        await fill(made, open_export(str(feed), now=at(12)))
        report = await gather(made, export, fetcher, True, tuple(hosts))
    assert report.fetched == 0
    assert report.pictures > 40
    assert net.connections == 0
    figure(f"drill 21: {report.pictures} pictures at private addresses, {net.connections} connections to them")


@pytest.mark.drill
async def test_d21_a_name_that_changes_its_mind_gains_nothing(net: Net, figure: Figure):
    async with Fetcher(allowed) as fetcher:
        assert (await fetcher.get(f"http://rebind.test:{net.front}/feed?where=x")).status == 200
    for _ in range(3):
        async with Fetcher(allowed) as fetcher:
            with pytest.raises((Refused, FetchFailed)):
                await fetcher.get(f"http://rebind.test:{net.port}/")
    assert (Names.asked, net.connections) == (4, 0)
    figure("drill 21: a name that is private at the second look got 0 connections")
