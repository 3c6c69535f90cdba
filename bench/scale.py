"""Hits and misses on a large archive against a small one: processor time of a request, any kind, any size.

python -m bench.scale [--articles 1000000] [--keep FOLDER]  A million takes minutes to write; a kept one is used again.

Both servers run at the same time and are asked in turns; the median of the turns counts. Before that each has to rest:
what a process does once (it loads templates in a thread, 35 ms, it compresses anew what is asked for often, 2 to 20)
is as much as thousands of hits of 12 microseconds, and lands in one case or another by chance.
"""

from __future__ import annotations

import argparse
import http.client
import statistics
import sys
import tempfile
import time
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bench.archive import fill
from bench.load import cpu_seconds, started, verdict
from publisher.model import Article, Author, Body, Section, Status, Tag
from publisher.polish import HITS
from publisher.store.port import STORY_SLUG, Write
from tests.tool.port import free_port

SHORT = ("--articles", "3000", "--requests", "100")
SMALL = 1000
TARGET = 1.3
TURN, TURNS = 100, 5
"""At most so many requests in a turn, and at least so many turns."""
QUIET_SECONDS, BUSY_SHARE, MOST_SECONDS = 3.0, 0.03, 60.0
"""A server rests when it took less than this share of so many seconds: to look for news takes a hundredth."""
SECTIONS = tuple(
    Section(slug=name, name=name.title(), position=n) for n, name in enumerate("news travel reviews".split())
)
WORDS = (
    "tide lantern harbour quiet river window paper letter garden station evening market bridge copper winter".split()
)
START = datetime(2016, 1, 1, tzinfo=UTC)


def piece(number: int, of: int) -> Write:
    """An article of a few paragraphs; lists are as long in an archive of any size: 60 pieces a tag, 40 an author.

    No two tags of a kind share a piece: the feed of one has nothing ready that was rendered for another's.
    """
    tags, authors = max(1, of // 60), max(1, of // 40)
    words = [WORDS[number * step % len(WORDS)] for step in (1, 7, 11, 13)]
    html = "".join(f"<p>{' '.join(words)} {number} {'A sentence that is long enough. ' * 8}</p>" for _ in range(3))
    path, when = f"/news/piece-{number}/", START + timedelta(minutes=5 * number)
    labels = (
        Tag(slug=f"tag-{number % tags}", name=f"Tag {number % tags}"),
        Tag(slug=f"topic-{number * 7 % tags}", name=f"Topic {number * 7 % tags}"),
    )
    article = Article(
        guid=f"tag:example.org,2026:{number}",
        slug=f"piece-{number}",
        path=path,
        title=f"{' '.join(words).title()} {number}",
        status=Status.PUBLISHED,
        published=when,
        updated=when,
        section=SECTIONS[number % len(SECTIONS)],
        tags=labels,
        authors=(Author(slug=f"author-{number % authors}", name=f"Author {number % authors}"),),
        body=Body(source=html, html=html, text=html),
    )
    fragment = f"<url><loc>{path}</loc></url>".encode()
    return Write(
        article=article, fragment=fragment, story_fragment=b"<url><loc>/web-stories/" + STORY_SLUG + b"/</loc></url>"
    )


def spread(count: int, requests: int) -> list[int]:
    """Numbers all over an archive, none twice."""
    return sorted({number * count // requests for number in range(requests)})


def asked(count: int, requests: int) -> dict[str, tuple[list[str], int]]:
    """Kind of request -> the paths, and the status that is right."""
    some = spread(count, min(requests, SMALL))
    return {
        "hit: feed": (["/feeds/all.rss"] * 10 * requests, 200),
        "hit: home": (["/"] * 10 * requests, 200),
        "miss: article": ([f"/news/piece-{number}/" for number in some], 200),
        "miss: tag's feed": ([f"/tag/tag-{number}/feed.rss" for number in spread(count // 60, 16)], 200),
        "miss: author's list": ([f"/author/author-{number}/" for number in spread(count // 40, 25)], 200),
        "miss: search": ([f"/search/?q=sentence+{number}" for number in some[:50]], 200),
        "miss: nothing found": ([f"/search/?q=piece+{number}" for number in some[:50]], 200),
        "404": ([f"/news/nothing-{number}/" for number in some], 404),
    }


@dataclass(frozen=True, slots=True)
class Served:
    """A server of an archive: its process, a connection to it, and what it is asked."""

    pid: int
    connection: http.client.HTTPConnection
    asked: dict[str, tuple[list[str], int]]

    def turns(self, kind: str) -> int:
        """In how many parts a kind is asked."""
        return max(TURNS, len(self.asked[kind][0]) // TURN)

    def cost(self, kind: str, turn: int) -> float:
        """Processor microseconds of a request of a kind, on average of those of one turn."""
        paths, status = self.asked[kind]
        paths = paths[turn :: self.turns(kind)]
        before = cpu_seconds(self.pid)
        for path in paths:
            ask(self.connection, path, status)
        return (cpu_seconds(self.pid) - before) * 1e6 / len(paths)

    def rest(self) -> None:
        """Wait until it has nothing to do but to look whether there is something."""
        for path in ("/feeds/all.rss", "/") * HITS:
            ask(self.connection, path, 200)
        until = time.monotonic() + MOST_SECONDS
        while time.monotonic() < until:
            before = cpu_seconds(self.pid)
            time.sleep(QUIET_SECONDS)
            if cpu_seconds(self.pid) - before < BUSY_SHARE * QUIET_SECONDS:
                return
        raise SystemExit("a server that nobody asks does not rest")


def serving(folder: Path, count: int, requests: int, stack: ExitStack) -> Served:
    """Serve an archive until the stack ends."""
    port = free_port()
    command = [sys.executable, "-m", "publisher", "serve", str(folder), "--port", str(port), "--workers", "1"]
    pid = stack.enter_context(started(command, port))
    return Served(pid, http.client.HTTPConnection("127.0.0.1", port), asked(count, requests))


def measure(servers: dict[int, Served]) -> dict[int, dict[str, float]]:
    """Processor microseconds of each kind of request, the median of turns."""
    for each in servers.values():
        each.rest()
    found: dict[int, dict[str, float]] = {count: {} for count in servers}
    for kind in servers[SMALL].asked:
        turns: dict[int, list[float]] = {count: [] for count in servers}
        for turn in range(servers[SMALL].turns(kind)):
            for count in sorted(servers, reverse=bool(turn % 2)):
                turns[count].append(servers[count].cost(kind, turn))
        for count, costs in turns.items():
            found[count][kind] = statistics.median(costs)
    return found


def ask(connection: http.client.HTTPConnection, path: str, status: int) -> None:
    """One request; ends everything when the answer is wrong."""
    connection.request("GET", path, headers={"Host": "127.0.0.1", "Accept-Encoding": "gzip"})
    response = connection.getresponse()
    response.read()
    if response.status != status:
        raise SystemExit(f"{path} answers {response.status}, not {status}")


def report(found: dict[int, dict[str, float]], large: int) -> None:
    """The table: small archive, large archive, ratio."""
    print(f"{'us of a request':24}{SMALL:>12,}{large:>12,}{'ratio':>9}  target")
    for kind, small in found[SMALL].items():
        ratio = found[large][kind] / small
        print(f"{kind:24}{small:12.0f}{found[large][kind]:12.0f}{ratio:9.2f} {verdict(ratio, TARGET)}")


def main() -> None:
    """Write both archives, ask both, compare."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--articles", type=int, default=50_000)
    options.add_argument("--requests", type=int, default=400)
    options.add_argument("--keep", type=Path, help="where archives are kept")
    given = options.parse_args()
    with tempfile.TemporaryDirectory(prefix="bench-") as scratch, ExitStack() as stack:
        servers = {}
        for count in (SMALL, given.articles):
            folder = (given.keep or Path(scratch)) / f"archive-{count}"
            began = time.monotonic()
            if not folder.exists():
                fill(folder, (piece(number, count) for number in range(count)))
                print(f"{count:,} articles written in {time.monotonic() - began:.0f} s", flush=True)
            servers[count] = serving(folder, count, given.requests, stack)
        report(measure(servers), given.articles)


if __name__ == "__main__":
    main()
