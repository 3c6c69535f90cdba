"""The server against nginx with the same bytes: processor time of a request, in interleaved rounds."""

from __future__ import annotations

import argparse
import random
import statistics
import sys
import tempfile
import urllib.error
import urllib.request
from collections.abc import Callable
from contextlib import AbstractContextManager, ExitStack
from dataclasses import dataclass, field
from pathlib import Path

from bench.load import NGINX, Sample, django, need, nginx, started, varnish, verdict, wrk
from publisher.coding import encode
from tests.tool.debian import ToolMissing
from tests.tool.port import free_port

WORDS = (
    "tide lantern harbour quiet river window paper letter garden station evening market bridge copper winter".split()
)
MANY = 6000
HEADER = f"{'case':28} {'server':19} {'us/req':>8} {'ours/':>6} {'target':12} {'req/s':>9} {'p50 ms':>7} {'p99 ms':>7}"
SHORT = ("--rounds", "1", "--seconds", "1")
"""What a quick run is given: enough to see that every case is answered."""


@dataclass(frozen=True, slots=True)
class Case:
    """One way of asking: `path`, header fields (`ETAG` becomes the server's own), ratio to nginx to stay under.

    `peers` are further servers to ask, and the ratio to each to stay under.
    """

    name: str
    path: str
    target: float | None
    fields: dict[str, str] = field(default_factory=dict)
    unique: bool = False
    random_paths: bool = False
    expect: int = 200
    peers: tuple[tuple[str, float | None], ...] = ()


BY_HAND = (("aiohttp", 0.2), ("aiohttp, its log", 0.2), ("aiohttp, bare", None), ("Django, cached", 0.2))
"""Feeds written by hand: as aiohttp's manual shows it, with its access log as well, the least that aiohttp can
do (which nobody writes: no target), and Django's."""
CACHED = (("varnish", 0.4), ("uvloop, a constant", None), *BY_HAND)


def copying(limit: float) -> tuple[tuple[str, float]]:
    """nginx that reads a file into memory of its own, as a server does that codes or wraps what it sends."""
    return (("nginx, no sendfile", limit),)


GZIP = {"Accept-Encoding": "gzip"}
KNOWN = {"If-None-Match": "ETAG"}
CASES = (
    Case("304, repeated head", "/feed.rss", 1.0, KNOWN, expect=304, peers=BY_HAND),
    Case("feed 6 kB gzip", "/feed.rss", 0.95, GZIP, peers=CACHED),
    Case("story 9 kB gzip", "/story.html", 0.95, GZIP),
    Case("feed 20 kB identity", "/feed.rss", 1.15, peers=copying(1.15)),
    Case("story 30 kB identity", "/story.html", 1.2, peers=copying(1.2)),
    Case("article page gzip", "/article.html", 0.95, GZIP),
    Case("sitemap 1.8 MB", "/sitemap.xml", 0.5, peers=copying(0.5)),
    Case("304, every head different", "/feed.rss", 1.9, KNOWN, unique=True, expect=304),
    Case("gzip, every head different", "/feed.rss", 1.6, GZIP, unique=True),
    Case("a connection per request", "/feed.rss", 1.5, GZIP | {"Connection": "close"}),
    Case("6,000 URLs at random", "/", 1.1, GZIP, random_paths=True),
    Case("404", "/nothing.html", None, GZIP, expect=404),
)


def text(chance: random.Random, size: int, frame: str) -> bytes:
    """Prose-like bytes: words at random, with figures in between so that a coding gains what it does on articles."""
    parts, length = [], 0
    while length < size:
        words = [chance.choice(WORDS) + chance.choice(("", "s", "ing", "ed")) for _ in range(8)]
        parts.append(frame.format(" ".join(words), f"{chance.getrandbits(56):x}"))
        length += len(parts[-1])
    return "".join(parts).encode()[:size]


def write_corpus(folder: Path) -> None:
    """The documents, each with the gzip bytes that our server will make of it."""
    chance = random.Random(1)
    item = "<item><title>{0}</title><guid>{1}</guid></item>\n"
    made = {
        "feed.rss": text(chance, 20_000, item),
        "story.html": text(chance, 30_000, "<amp-story-page id={1}><p>{0}</p></amp-story-page>\n"),
        "article.html": text(chance, 24_000, "<p id={1}>{0}</p>\n"),
        "sitemap.xml": text(chance, 1_800_000, "<url><loc>https://example.org/{1}/{0}</loc></url>\n"),
    }
    made |= {f"p{number}.html": text(chance, 7_000, "<p id={1}>{0}</p>\n") for number in range(MANY)}
    for name, body in made.items():
        (folder / name).write_bytes(body)
        (folder / f"{name}.gz").write_bytes(encode(body, "gzip"))


def script(case: Case, base: str) -> str:
    """What wrk shall send."""
    fields = "".join(f'wrk.headers["{name}"] = [[{value}]]\n' for name, value in fields_of(case, base).items())
    if case.random_paths:
        return fields + RANDOM % MANY
    return fields + (UNIQUE % case.path if case.unique else f'wrk.path = "{case.path}"\n')


def fields_of(case: Case, base: str) -> dict[str, str]:
    if "ETAG" not in case.fields.values():
        return case.fields
    with urllib.request.urlopen(base + case.path) as response:
        etag = response.headers["ETag"]
    return {name: value.replace("ETAG", etag) for name, value in case.fields.items()}


UNIQUE = """
local n = 0
request = function()
    n = n + 1
    wrk.headers["X-Request"] = n
    return wrk.format("GET", "%s")
end
"""
RANDOM = """
local all = {}
init = function()
    for i = 0, %d - 1 do all[i + 1] = wrk.format("GET", "/p" .. i .. ".html") end
end
request = function() return all[math.random(#all)] end
"""


def check(case: Case, bases: dict[str, str]) -> None:
    """All servers must answer what is to be measured."""
    for name, base in bases.items():
        path = "/p0.html" if case.random_paths else case.path
        request = urllib.request.Request(base + path, headers=fields_of(case, base))
        try:
            status = urllib.request.urlopen(request).status
        except urllib.error.HTTPError as error:
            status = error.code
        if status != case.expect:
            raise SystemExit(f"{name} answers {status} to {case.name}, not {case.expect}")


def measure(case: Case, servers: dict[str, Server], folder: Path, rounds: int, seconds: float) -> None:
    """Interleaved rounds of one case, and one line of the table for each server."""
    asked = {name: servers[name] for name in ("nginx", "door", *(name for name, _ in case.peers)) if name in servers}
    bases = {name: f"http://127.0.0.1:{each.port}" for name, each in asked.items()}
    check(case, bases)
    samples: dict[str, list[Sample]] = {name: [] for name in asked}
    for number in range(rounds):
        for name in sorted(asked, reverse=bool(number % 2)):
            samples[name].append(wrk(bases[name], asked[name].pid, script(case, bases[name]), folder, seconds))
    cost = {name: statistics.median(each.each for each in found) for name, found in samples.items()}
    limits = {"nginx": case.target, **dict(case.peers)}
    for name, found in samples.items():
        wrong = sum(each.errors for each in found) if case.expect < 400 else 0
        if wrong and name == "door":
            raise SystemExit(f"{case.name}: {wrong} wrong answers")
        print(line(case.name, name, found, cost["door"] / cost[name], limits.get(name)), flush=True)


def line(case: str, name: str, found: list[Sample], ratio: float, limit: float | None) -> str:
    """One line: what a request costs this server, and what ours costs in comparison."""
    middle = {key: statistics.median(getattr(each, key) for each in found) for key in ("each", "p50", "p99")}
    rate = statistics.median(each.requests / each.seconds for each in found)
    said = f"{ratio:6.2f} {verdict(ratio, limit) if limit else '':12}" if name != "door" else f"{'':19}"
    return (
        f"{case:28} {name:19} {middle['each']:8.2f} {said} {rate:9,.0f} "
        f"{middle['p50'] / 1000:7.2f} {middle['p99'] / 1000:7.2f}"
    )


@dataclass(frozen=True, slots=True)
class Server:
    """Where a server listens, and the number of its process."""

    port: int
    pid: int


def open_servers(folder: Path, stack: ExitStack) -> dict[str, Server]:
    """nginx, ours, and those that some cases compare ours with, all with the same bytes."""
    behind = free_port()
    starts: dict[str, Callable[[int], AbstractContextManager[int]]] = {
        "door": lambda port: python(port, "bench.stand", folder, port, "door"),
        "nginx": lambda port: nginx(folder, port),
        "nginx, no sendfile": lambda port: nginx(folder, port, "off"),
        "varnish": lambda port: varnish(folder, port, behind),
        "aiohttp": lambda port: python(port, "bench.peer.aiohttp_usual", folder, port),
        "aiohttp, its log": lambda port: python(port, "bench.peer.aiohttp_usual", folder, port, "log"),
        "aiohttp, bare": lambda port: python(port, "bench.peer.aiohttp_feed", folder / "feed.rss.gz", port),
        "uvloop, a constant": lambda port: python(port, "bench.peer.uvloop_constant", folder / "feed.rss.gz", port),
        "Django, cached": lambda port: django(folder / "feed.rss", port),
    }
    stack.enter_context(nginx(folder, behind))
    servers = {}
    for name, start in starts.items():
        port = free_port()
        try:
            servers[name] = Server(port, stack.enter_context(start(port)))
        except ToolMissing as missing:
            print(f"without {name}: {missing}", file=sys.stderr)
    return servers


def python(port: int, module: str, *arguments: object) -> AbstractContextManager[int]:
    """A module of the bench that serves at a port."""
    return started([sys.executable, "-m", module, *map(str, arguments)], port)


def main() -> None:
    """Print the table."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--rounds", type=int, default=5)
    options.add_argument("--seconds", type=int, default=2)
    options.add_argument("--case", default="", help="only cases whose name contains this")
    options.add_argument("--config", action="store_true", help="print nginx's configuration, and measure nothing")
    given = options.parse_args()
    if given.config:
        print(NGINX)
        return
    need("nginx", "wrk", "varnish")
    with tempfile.TemporaryDirectory(prefix="bench-") as name, ExitStack() as stack:
        folder = Path(name)
        folder.chmod(0o755)
        write_corpus(folder)
        servers = open_servers(folder, stack)
        print(HEADER)
        for case in CASES:
            if given.case in case.name:
                measure(case, servers, folder, given.rounds, given.seconds)


if __name__ == "__main__":
    main()
