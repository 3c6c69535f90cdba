"""Hits and misses on a large archive against a small one: processor time of a request, any kind, any size.

python -m bench.scale [--articles 1000000] [--keep FOLDER]  A million takes minutes to write; a kept one is used again.
"""

from __future__ import annotations

import argparse
import asyncio
import http.client
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path

from bench.load import cpu_seconds, started, verdict
from publisher.date import now
from publisher.model import Article, Author, Body, Section, Status, Tag
from publisher.serve import DATABASE
from publisher.store.port import STORY_SLUG, Write
from publisher.store.sqlite import SqliteStore
from tests.tool.port import free_port

SHORT = ("--articles", "3000", "--requests", "100")
SMALL = 1000
TARGET = 1.3
BATCH = 1000
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


def fill(folder: Path, count: int) -> None:
    """Write an archive."""
    folder.mkdir(parents=True)
    (folder / "site.toml").write_text('title = "Archive"\n')
    asyncio.run(save(folder, count))


async def save(folder: Path, count: int) -> None:
    """Write its articles into the store."""
    store = SqliteStore(folder / DATABASE)
    await store.open()
    rows: Iterator[Write] = (piece(number, count) for number in range(count))
    while batch := list(islice(rows, BATCH)):
        await store.save_all(batch, now())
    await store.settle()
    await store.close()


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


def measure(folder: Path, count: int, requests: int) -> dict[str, float]:
    """Processor microseconds of each kind of request."""
    port = free_port()
    command = [sys.executable, "-m", "publisher", "serve", str(folder), "--port", str(port), "--workers", "1"]
    found = {}
    with started(command, port) as pid:
        connection = http.client.HTTPConnection("127.0.0.1", port)
        ask(connection, "/feeds/all.rss", 200)
        ask(connection, "/", 200)
        for kind, (paths, status) in asked(count, requests).items():
            before = cpu_seconds(pid)
            for path in paths:
                ask(connection, path, status)
            found[kind] = (cpu_seconds(pid) - before) * 1e6 / len(paths)
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
    with tempfile.TemporaryDirectory(prefix="bench-") as scratch:
        found = {}
        for count in (SMALL, given.articles):
            folder = (given.keep or Path(scratch)) / f"archive-{count}"
            began = time.monotonic()
            if not folder.exists():
                fill(folder, count)
                print(f"{count:,} articles written in {time.monotonic() - began:.0f} s", flush=True)
            found[count] = measure(folder, count, given.requests)
        report(found, given.articles)


if __name__ == "__main__":
    main()
