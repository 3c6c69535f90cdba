"""Publish to visible: how long until a feed poll sees an article, in the same worker and in another one."""

from __future__ import annotations

import argparse
import http.client
import json
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from publisher.importer.port import Read
from publisher.model import Article, Section, Status
from publisher.serve import House, listen, run, serve_until, settings_of, with_house

PATHS = ("/feeds/all.rss", "/feeds/all.atom", "/feeds/all.json", "/", "/news/", "/news/feed.rss", "/sitemap-news.xml")
HEADER = f"{'where':28} {'times':>6} {'p50 ms':>8} {'p99 ms':>8} {'target':>12}"


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
    return Read(article=article, html=f"<p>{'A sentence that is long enough. ' * 60}</p>")


def writer(folder: Path) -> None:
    """A worker that serves, and publishes when told: prints the instant of each acknowledgement."""
    sock = listen("127.0.0.1", 0)
    settings = settings_of(folder, {"port": sock.getsockname()[1]})

    async def ready(house: House) -> None:
        print(json.dumps({"port": sock.getsockname()[1]}), flush=True)
        house.group.create_task(publish(house))

    run(with_house(folder, settings, lambda house: serve_until(house, sock, ready)))


async def publish(house: House) -> None:
    """Publish one article a line of standard input."""
    import asyncio

    while line := await asyncio.to_thread(sys.stdin.readline):
        began = time.monotonic()
        await house.desk.publish(piece(int(line)))
        print(json.dumps({"began": began, "acknowledged": time.monotonic()}), flush=True)


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
        self.connection = http.client.HTTPConnection("127.0.0.1", self.said()["port"])

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
    far: list[float] = []
    acknowledged: list[float] = []
    try:
        for number in range(times):
            told, title = here.tell(number), f"Fresh piece {number:05}".encode()
            acknowledged.append(told["acknowledged"] - told["began"])
            own.append(max(here.seen(path, title) for path in PATHS) - told["began"])
            far.append(max(there.seen(path, title) for path in PATHS) - told["acknowledged"])
    finally:
        here.end()
        there.end()
    print(HEADER)
    show("acknowledged", acknowledged, "")
    show("visible, same worker", own, "p99 <= 100")
    show("visible, other worker", far, "p99 <= 500")


def show(name: str, seconds: list[float], target: str) -> None:
    """One line of the table."""
    ranked = sorted(each * 1000 for each in seconds)
    p99 = ranked[min(len(ranked) - 1, int(len(ranked) * 0.99))]
    print(f"{name:28} {len(ranked):6} {statistics.median(ranked):8.1f} {p99:8.1f} {target:>12}")


def main() -> None:
    """Measure, or play a role in the measurement."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--times", type=int, default=100)
    options.add_argument("--role", choices=("writer", "reader"))
    options.add_argument("--folder", type=Path)
    given = options.parse_args()
    if given.role:
        return {"writer": writer, "reader": reader}[given.role](given.folder)
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        measure(Path(folder), given.times)


if __name__ == "__main__":
    main()
