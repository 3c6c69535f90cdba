"""The server against nginx with the same bytes: processor time of a request, in interleaved rounds."""

from __future__ import annotations

import argparse
import random
import statistics
import subprocess
import sys
import tempfile
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from bench.load import Sample, need, start_nginx, wrk
from publisher.coding import encode

WORDS = (
    "tide lantern harbour quiet river window paper letter garden station evening market bridge copper winter".split()
)
MANY = 6000
HEADER = f"{'case':28} {'server':6} {'us/req':>8} {'ratio':>6} {'target':10} {'req/s':>9} {'p50 ms':>7} {'p99 ms':>7}"


@dataclass(frozen=True, slots=True)
class Case:
    """One way of asking: `path`, header fields (`ETAG` becomes the server's own), ratio to nginx to stay under."""

    name: str
    path: str
    target: float | None
    fields: dict[str, str] = field(default_factory=dict)
    unique: bool = False
    random_paths: bool = False
    expect: int = 200


GZIP = {"Accept-Encoding": "gzip"}
KNOWN = {"If-None-Match": "ETAG"}
CASES = (
    Case("304, repeated head", "/feed.rss", 1.0, KNOWN, expect=304),
    Case("feed 6 kB gzip", "/feed.rss", 0.95, GZIP),
    Case("story 9 kB gzip", "/story.html", 0.95, GZIP),
    Case("feed 20 kB identity", "/feed.rss", 1.15),
    Case("story 30 kB identity", "/story.html", 1.2),
    Case("article page gzip", "/article.html", 0.95, GZIP),
    Case("sitemap 1.8 MB", "/sitemap.xml", 0.5),
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


@contextmanager
def running(folder: Path, port: int, mode: str) -> Iterator[int]:
    """Our server over the folder; the number of its process."""
    command = [sys.executable, "-m", "bench.stand", str(folder), str(port), mode]
    process = subprocess.Popen(command, stdout=subprocess.PIPE)
    assert process.stdout is not None
    try:
        if process.stdout.readline() != b"ready\n":
            raise SystemExit("the server does not start")
        yield process.pid
    finally:
        process.terminate()
        process.wait()


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
    """Both servers must answer what is to be measured."""
    for name, base in bases.items():
        path = "/p0.html" if case.random_paths else case.path
        request = urllib.request.Request(base + path, headers=fields_of(case, base))
        try:
            status = urllib.request.urlopen(request).status
        except urllib.error.HTTPError as error:
            status = error.code
        if status != case.expect:
            raise SystemExit(f"{name} answers {status} to {case.name}, not {case.expect}")


def measure(case: Case, bases: dict[str, str], pids: dict[str, int], folder: Path, rounds: int, seconds: float) -> None:
    """Interleaved rounds of one case, and one line of the table for each server."""
    check(case, bases)
    samples: dict[str, list[Sample]] = {name: [] for name in bases}
    for number in range(rounds):
        for name in sorted(bases, reverse=bool(number % 2)):
            samples[name].append(wrk(bases[name], pids[name], script(case, bases[name]), folder, seconds))
    cost = {name: statistics.median(each.each for each in found) for name, found in samples.items()}
    for name, found in samples.items():
        print(line(case, name, found, cost[name] / cost["nginx"]), flush=True)


def line(case: Case, name: str, found: list[Sample], ratio: float) -> str:
    middle = {key: statistics.median(getattr(each, key) for each in found) for key in ("each", "p50", "p99")}
    rate = statistics.median(each.requests / each.seconds for each in found)
    wrong = sum(each.errors for each in found) if case.expect < 400 else 0
    verdict = ""
    if name == "door" and case.target is not None:
        verdict = f"{case.target:5.2f} {'ok' if ratio <= case.target else 'OVER'}"
    failed = f" {wrong} errors" if wrong else ""
    return (
        f"{case.name:28} {name:6} {middle['each']:8.2f} {ratio:6.2f} {verdict:10} {rate:9,.0f} "
        f"{middle['p50'] / 1000:7.2f} {middle['p99'] / 1000:7.2f}{failed}"
    )


def main() -> None:
    """Print the table."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--rounds", type=int, default=5)
    options.add_argument("--seconds", type=float, default=2)
    options.add_argument("--case", default="", help="only cases whose name contains this")
    options.add_argument("--plain", action="store_true", help="aiohttp without the door, too")
    given = options.parse_args()
    need("nginx", "wrk")
    with tempfile.TemporaryDirectory(prefix="bench-") as name:
        folder = Path(name)
        folder.chmod(0o755)
        write_corpus(folder)
        run(folder, given)


def run(folder: Path, given: argparse.Namespace) -> None:
    nginx, worker = start_nginx(folder, 18080)
    bases = {"nginx": "http://127.0.0.1:18080", "door": "http://127.0.0.1:18081"}
    try:
        with running(folder, 18081, "door") as door, running(folder, 18082, "plain") as plain:
            pids = {"nginx": worker, "door": door}
            if given.plain:
                bases["plain"], pids["plain"] = "http://127.0.0.1:18082", plain
            print(HEADER)
            for case in CASES:
                if given.case in case.name:
                    measure(case, bases, pids, folder, given.rounds, given.seconds)
    finally:
        nginx.terminate()
        nginx.wait()


if __name__ == "__main__":
    main()
