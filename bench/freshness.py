"""Publish to visible: how long until everything touched is made anew, until a poll sees it, and what others notice.

Also: what readers of hits wait while ten articles a second are published, what a purge of 1,000 documents takes, and
whether 500 clients that wait for one page get the same.
"""

from __future__ import annotations

import argparse
import asyncio
import http.client
import json
import re
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from functools import partial
from pathlib import Path
from random import Random
from threading import Event, Thread

from bench.load import Sample, need, verdict, wrk
from publisher.cache import Cache, Entry
from publisher.house import House, run, settings_of, with_house
from publisher.importer.port import Read
from publisher.model import Article, Document, Section, Status
from publisher.representation import Representation
from publisher.serve import listen, serve_until

PATHS = ("/feeds/all.rss", "/feeds/all.atom", "/feeds/all.json", "/", "/news/", "/news/feed.rss", "/sitemap-news.xml")
HEADER = f"{'what':28} {'times':>6} {'p50 ms':>8} {'p99 ms':>8}  targets"
SHORT = ("--times", "10")
CROWD = 500
ENDS = "a en ing on ter ward ly s est ful".split()
MANY = 1000
WORDS = [first + last for first in "bal cor den fir gol har jun kel lor mar nor pel".split() for last in ENDS]
DATE = re.compile(rb"\r\nDate: [^\r]*")


def piece(number: int) -> Read:
    """An article to publish."""
    article = Article(
        guid=f"tag:example.org,2026:fresh-{number}",
        slug=f"fresh-{number}",
        path="",
        title=f"Fresh piece {number:05}",
        status=Status.PUBLISHED,
        section=Section(slug="news", name="News"),
    )
    return Read(article=article, html="".join(f"<p>{paragraph(number * 10 + each)}</p>" for each in range(10)))


def paragraph(number: int) -> str:
    """Some sentences of which none says what another says."""
    chance = Random(number)
    return " ".join(" ".join(chance.choices(WORDS, k=14)).capitalize() + "." for _ in range(6))


def writer(folder: Path) -> None:
    """A worker that serves, and publishes when told: prints the instant of each acknowledgement."""
    sock = listen("127.0.0.1", 0)
    settings = settings_of(folder, {"port": sock.getsockname()[1]})

    async def ready(house: House) -> None:
        print(json.dumps({"port": sock.getsockname()[1]}), flush=True)
        house.group.create_task(publish(house))

    run(with_house(folder, settings, lambda house: serve_until(house, sock, ready)))


async def publish(house: House) -> None:
    """Publish one article a line of standard input, and make what it touched anew, all asked for at once."""
    while line := await asyncio.to_thread(sys.stdin.readline):
        began, spent = time.monotonic(), time.process_time()
        await house.desk.publish(piece(int(line)))
        acknowledged = time.monotonic()
        await asyncio.gather(*map(house.press.answer, PATHS))
        said = {"began": began, "acknowledged": acknowledged, "made": time.monotonic()}
        print(json.dumps({**said, "spent": time.process_time() - spent}), flush=True)


def reader(folder: Path) -> None:
    """Another worker over the same site."""
    sock = listen("127.0.0.1", 0)

    async def ready(_: House) -> None:
        print(json.dumps({"port": sock.getsockname()[1]}), flush=True)

    run(with_house(folder, settings_of(folder), lambda house: serve_until(house, sock, ready)))


class Worker:
    """A process of this module in one of its roles."""

    def __init__(self, role: str, folder: Path) -> None:
        command = [sys.executable, "-m", "bench.freshness", "--role", role, "--folder", str(folder)]
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.port = int(self.said()["port"])
        self.connection = http.client.HTTPConnection("127.0.0.1", self.port)

    def said(self) -> dict[str, float]:
        """The next line that it prints."""
        assert self.process.stdout is not None
        found: dict[str, float] = json.loads(self.process.stdout.readline())
        return found

    def tell(self, number: int) -> dict[str, float]:
        """Let it publish; when that began and when it was acknowledged."""
        assert self.process.stdin is not None
        print(number, file=self.process.stdin, flush=True)
        return self.said()

    def seen(self, path: str, title: bytes) -> float:
        """Ask until the title is there; the instant. Gives up after ten seconds."""
        until = time.monotonic() + 10
        while time.monotonic() < until:
            self.connection.request("GET", path, headers={"Host": "127.0.0.1"})
            if title in self.connection.getresponse().read():
                return time.monotonic()
            time.sleep(0.002)
        raise SystemExit(f"{path} is stale: {title.decode()} is not in it ten seconds after it was acknowledged")

    def end(self) -> None:
        """Stop it; its last read of standard input ends first."""
        assert self.process.stdin is not None
        self.process.terminate()
        self.process.stdin.close()
        self.process.wait()


def measure(folder: Path, times: int) -> None:
    """Publish one after the other; each time ask both workers for everything that it touched."""
    here, there = Worker("writer", folder), Worker("reader", folder)
    own: list[float] = []
    made: list[float] = []
    spent: list[float] = []
    far: list[float] = []
    acknowledged: list[float] = []
    try:
        for number in range(times):
            told, title = here.tell(number), f"Fresh piece {number:05}".encode()
            acknowledged.append(told["acknowledged"] - told["began"])
            made.append(told["made"] - told["began"])
            spent.append(told["spent"])
            own.append(max(here.seen(path, title) for path in PATHS) - told["began"])
            far.append(max(there.seen(path, title) for path in PATHS) - told["acknowledged"])
        print(HEADER)
        show("acknowledged", acknowledged, 0, 0)
        show(f"all {len(PATHS)} documents made anew", made, 20, 50)
        show("processor time until then", spent, 0, 0)
        show("polled, same worker", own, 0, 100)
        show("polled, other worker", far, 0, 500)
        crowd(here.port, times)
        wait(here, folder, times)
    finally:
        here.end()
        there.end()
    purge()


def show(name: str, seconds: list[float], p50: float, p99: float) -> None:
    """One line of the table; a target of 0 is none."""
    ranked = sorted(each * 1000 for each in seconds)
    middle, last = statistics.median(ranked), ranked[min(len(ranked) - 1, int(len(ranked) * 0.99))]
    said = [
        f"{name_} {verdict(found, most)}" for name_, found, most in (("p50", middle, p50), ("p99", last, p99)) if most
    ]
    print(f"{name:28} {len(ranked):6} {middle:8.1f} {last:8.1f}  {'  '.join(said)}", flush=True)


def wait(here: Worker, folder: Path, times: int) -> None:
    """What connections that ask for hits as fast as they can wait, idle and while ten articles a second are published.

    With 64 the server has no rest either way, as in `serve`: that is what the target was set by. With 8 it is seldom
    busy, so that nearly all that they wait for is publishing: the harder case, which has no target.
    """
    for connections, target in ((64, 3), (8, 0)):
        idle, loaded = waits(here, folder, times, connections)
        ratio = loaded.p99 / max(1.0, idle.p99)
        print(
            f"p99 of hits, {connections:2} connections: idle {idle.p99 / 1000:.2f} ms, while publishing 10 a second "
            f"{loaded.p99 / 1000:.2f} ms, ratio {ratio:.1f} {verdict(ratio, target) if target else ''}",
            flush=True,
        )


def waits(here: Worker, folder: Path, times: int, connections: int) -> tuple[Sample, Sample]:
    """Hits idle and while publishing."""
    script, seconds = 'wrk.path = "/robots.txt"\nwrk.headers["Host"] = "127.0.0.1"\n', max(2, times // 10)
    load = partial(wrk, f"http://127.0.0.1:{here.port}", here.process.pid, script, folder, seconds, connections)
    idle = load()
    stop = Event()
    busy = Thread(target=keep_publishing, args=(here, times * connections, stop))
    busy.start()
    loaded = load()
    stop.set()
    busy.join()
    if idle.errors + loaded.errors:
        raise SystemExit(f"{idle.errors + loaded.errors} hits were answered wrongly")
    return idle, loaded


def keep_publishing(here: Worker, number: int, stop: Event) -> None:
    """Ten articles a second until told to stop."""
    while not stop.is_set():
        began, number = time.monotonic(), number + 1
        here.tell(number)
        time.sleep(max(0.0, began + 0.1 - time.monotonic()))


def crowd(port: int, number: int) -> None:
    """500 clients ask for one cold page at once: one build, and everybody gets it."""
    connections = [socket.create_connection(("127.0.0.1", port)) for _ in range(CROWD)]
    request = f"GET /search/?q=piece+{number} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n".encode()
    began = time.monotonic()
    for each in connections:
        each.sendall(request)
    said = {DATE.sub(b"", b"".join(iter(lambda each=each: each.recv(65_536), b""))) for each in connections}  # type: ignore[misc]
    spent = time.monotonic() - began
    if len(said) != 1 or not said.pop().startswith(b"HTTP/1.1 200 "):
        raise SystemExit("clients that wait for the same page got different answers")
    print(f"{CROWD} clients at one cold page: the same answer for all in {spent * 1000:.0f} ms")


def purge() -> None:
    """What it takes to throw out 1,000 documents that carry one key."""
    took = []
    for _ in range(20):
        cache = Cache(64_000_000)
        for number in range(MANY):
            path = f"/p{number}/"
            made = Representation.bare(Document(path=path, body=b"x" * 100, media_type="text/html", etag="e"))
            cache.put(Entry(path, made, frozenset({"site", f"a{number}", f"p{path}"})), 0)
        began = time.process_time()
        if cache.purge({"site"}, 1) != MANY or len(cache) or cache.lines:
            raise SystemExit("the purge left something behind")
        took.append((time.process_time() - began) * 1000)
    print(f"purge of {MANY:,} documents by one key: {min(took):.2f} ms {verdict(min(took), 3)}")


def main() -> None:
    """Measure, or play a role in the measurement."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--times", type=int, default=100)
    options.add_argument("--role", choices=("writer", "reader"))
    options.add_argument("--folder", type=Path)
    given = options.parse_args()
    if given.role:
        return {"writer": writer, "reader": reader}[given.role](given.folder)
    need("wrk")
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        measure(Path(folder), given.times)


if __name__ == "__main__":
    main()
