"""What sitemaps cost: a publication, an edit, the index, a chunk, everything; beside Django's on the same rows.

python -m bench.sitemaps [--rows 100000 1000000] [--rounds 30] [--keep FOLDER] [--no-django] [--brief]

CPU is that of the whole process, so the store's threads count. A filled folder is kept and used again.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import random
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
import zlib
from collections.abc import Awaitable, Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec

from bench.own import programs
from publisher import coding, url
from publisher.asset import Assets
from publisher.catalogue import Catalogue
from publisher.catalogue import sitemap as sitemaps
from publisher.catalogue.base import Context
from publisher.desk.refresh import done
from publisher.format import sitemap
from publisher.format.template import Templates
from publisher.model import Article, Author, Document, Picture, Section, Site, Status, Tag
from publisher.setting import Settings
from publisher.store.port import Saved, Write
from publisher.store.rule import index_entry
from publisher.store.sqlite import SqliteStore

PER_DAY = 100
END = datetime(2026, 11, 23, 12, tzinfo=UTC)
SECTIONS = tuple(Section(slug=f"section-{n}", name=f"Section {n}") for n in range(8))
GATES = {
    "publish_ms": 5.0,
    "chunk_gzip_ms": 3.0,
    "index_10000_ms": 5.0,
    "rebuild_s_per_million": 5.0,
    "rebuild_mb": 50.0,
}
"""Spec P1-P4: CPU milliseconds, seconds for a million entries, megabytes over the start.

What is served has the gate: isal's gzip makes these files smaller than zlib's level 6, whose cost stands beside it and
is most of its own (two milliseconds for a thousand pictures named by hashes).
"""


def rows(count: int) -> Iterator[Article]:
    """Articles in the order of publication, the same for the same count."""
    chance = random.Random(7)
    start = END - timedelta(days=count / PER_DAY)
    for number in range(count):
        at = (start + timedelta(days=number / PER_DAY)).replace(microsecond=0)
        section = chance.choice(SECTIONS)
        slug = f"a-headline-of-six-words-{number}"
        tags = {int(20_000 ** chance.random()) for _ in range(3)}
        yield Article(
            guid=f"urn:bench:{number}",
            slug=slug,
            path=url.article(section.slug, slug),
            title=f"A headline of six words {number}",
            status=Status.PUBLISHED,
            first_published=at,
            published=at,
            updated=at,
            section=section,
            tags=tuple(Tag(slug=f"tag-{each}", name=f"Tag {each}") for each in sorted(tags)),
            authors=(Author(slug=f"author-{int(400 * chance.random() ** 2)}", name="A. Writer"),),
            hero=Picture(src=f"/media/{chance.getrandbits(256):064x}/original.jpg"),
        )


def write(article: Article) -> Write:
    """What a desk stores."""
    return Write(article=article, fragment=sitemap.fragment(article), story_fragment=sitemap.story_fragment(article))


WRITTEN = 100_000
"""The most that is written through the store; the rest of a larger one are copies in SQL."""

MULTIPLY = """
INSERT INTO article SELECT id + :n, revision, guid || :mark, rtrim(path, '/') || :mark || '/', NULL, NULL, NULL,
  story_slug || :mark, status, published - :back, updated - :back, first_published - :back, expires, views,
  json_set(record, '$.id', id + :n, '$.guid', guid || :mark, '$.path', rtrim(path, '/') || :mark || '/',
    '$.slug', record ->> '$.slug' || :mark, '$.story_slug', story_slug || :mark, '$.place.month',
    (substr(record ->> '$.place.month', 1, 4) - :years) || substr(record ->> '$.place.month', 5))
  FROM article WHERE id <= :size;
INSERT INTO body SELECT id + :n, zstd FROM body WHERE id <= :size;
INSERT INTO membership SELECT shelf, published - :back, id + :n, kind FROM membership WHERE id <= :size;
INSERT INTO fragment SELECT kind, (substr(month, 1, 4) - :years) || substr(month, 5), sequence,
  CAST(replace(CAST(fragment AS TEXT), '/</loc>', :mark || '/</loc>') AS BLOB) FROM fragment WHERE month >= :oldest;
INSERT INTO chunk SELECT kind, (substr(month, 1, 4) - :years) || substr(month, 5), number, urls, changed,
  replace(entry, month, (substr(month, 1, 4) - :years) || substr(month, 5)) FROM chunk WHERE month >= :oldest;
INSERT INTO next_place SELECT kind, (substr(month, 1, 4) - :years) || substr(month, 5), sequence
  FROM next_place WHERE month >= :oldest;
"""
"""A copy of the first :size articles, :years years older, under other addresses."""


INDEXES = "SELECT name, sql FROM sqlite_schema WHERE type = 'index' AND tbl_name = 'article' AND sql IS NOT NULL"


def multiply(file: Path, written: int, count: int) -> None:
    """Copy what was written until there are so many: half an hour of writing becomes a minute.

    Indexes that may go are made anew at the end, in one sort; the others need all of themselves in memory.
    """
    with closing(sqlite3.connect(file, isolation_level=None)) as connection:
        cache_kb = 500_000 + count // 3
        connection.executescript(
            f"PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF; PRAGMA cache_size=-{cache_kb}; BEGIN;"
        )
        indexes = connection.execute(INDEXES).fetchall()
        for name, _ in indexes:
            connection.execute(f"DROP INDEX {name}")
        (oldest,) = connection.execute("SELECT min(month) FROM chunk WHERE month <> ''").fetchone()
        span = int(written / PER_DAY / 365) + 1
        for copy in range(1, count // written):
            values = {
                "n": copy * written,
                "size": written,
                "mark": f"~{copy}",
                "years": copy * span,
                "back": copy * span * 365 * 86_400_000_000,
                "oldest": oldest,
            }
            for statement in MULTIPLY.split(";\n")[:-1]:
                connection.execute(statement, values)
        for _, statement in indexes:
            connection.execute(statement)
        times = count // written
        connection.execute("UPDATE shelf SET articles = articles * ?", (times,))
        connection.execute("UPDATE tally SET articles = articles * ?", (times,))
        connection.execute("COMMIT")


async def filled(folder: Path, count: int) -> SqliteStore:
    """A store of so many articles; one that is there already is used again."""
    written = min(count, WRITTEN)
    store = await _written(folder, written)
    if count == written or (await store.tally()).published >= count:
        return store
    await store.close()
    multiply(folder / "site.db", written, count)
    return await _written(folder, written)


async def _written(folder: Path, count: int) -> SqliteStore:
    store = SqliteStore(folder)
    await store.open()
    missing = count - (await store.tally()).published
    batch: list[Write] = []
    for article in rows(count) if missing > 0 else ():
        batch.append(write(article))
        if len(batch) == 1000:
            await store.save_all(batch, article.updated or END)
            batch.clear()
    if batch:
        await store.save_all(batch, END)
    await store.remember(*done())
    return store


@dataclass(slots=True)
class Bench:
    """One filled store and the means to ask it."""

    store: SqliteStore
    context: Context
    catalogue: Catalogue
    rounds: int
    count: int

    async def document(self, path: str) -> Document:
        """A document, built anew."""
        made = await self.catalogue.build(self.context, self.catalogue.target(path, {}))
        assert isinstance(made, Document)
        return made

    async def median_ms(self, work: Callable[[], Awaitable[object]]) -> float:
        """CPU of the whole process, the median of the rounds."""
        spent = []
        for _ in range(self.rounds):
            start = time.process_time()
            await work()
            spent.append((time.process_time() - start) * 1000)
        return statistics.median(spent)

    async def publish(self) -> Saved:
        """A new article, its chunk rebuilt and compressed."""
        self.count += 1
        made = next(rows(1))
        slug = f"new-{self.count}-{time.time_ns()}"
        path = url.article("section-1", slug)
        article = msgspec.structs.replace(
            made, guid=slug, slug=slug, path=path, first_published=END, published=END, updated=END
        )
        saved = await self.store.save(write(article), END)
        await self.rebuild(saved)
        return saved

    async def edit(self) -> Saved:
        """An old article with a later date of change, its chunk rebuilt and compressed."""
        article = await self.store.article(self.count // 3)
        later = (article.updated or END) + timedelta(seconds=1)
        saved = await self.store.save(write(msgspec.structs.replace(article, updated=later)), END)
        await self.rebuild(saved)
        return saved

    async def rebuild(self, saved: Saved) -> None:
        """Both files that an article stands in, with their gzip."""
        place = saved.article.place
        assert place is not None
        for kind in sitemaps.CHUNKED:
            document = await self.document(url.sitemap(kind, place.month, place.chunk()))
            coding.encode(document.body, "gzip")

    async def everything(self) -> int:
        """Every chunk of articles, one after the other; returns how many."""
        chunks = await self.store.chunks("articles")
        for each in chunks:
            await self.document(url.sitemap("articles", each.month, each.number))
        return len(chunks)


def resident_mb() -> float:
    """Memory of this process now."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 2**20


async def measure(folder: Path, count: int, rounds: int) -> dict[str, float]:
    """Every figure of one size."""
    start = time.perf_counter()
    store = await filled(folder, count)
    fill_s = time.perf_counter() - start
    try:
        return {"fill_s": fill_s, **await figures(store, count, rounds), "index_10000_ms": await wide(rounds)}
    finally:
        await store.close()


async def wide(rounds: int) -> float:
    """Milliseconds of an index of 10,000 files: lines of chunks without their articles."""
    with tempfile.TemporaryDirectory() as folder:
        await (await filled(Path(folder), 1)).close()
        places = [
            (kind, f"{year}-{month:02}")
            for kind in sitemaps.CHUNKED
            for year in range(1600, 2017)
            for month in range(1, 13)
        ]
        lines = [(*each, 1, 1000, 0, index_entry(*each, 1, END).decode()) for each in places[:10_000]]
        with sqlite3.connect(Path(folder) / "site.db") as connection:
            connection.executemany(
                "INSERT INTO chunk (kind, month, number, urls, changed, entry) VALUES (?, ?, ?, ?, ?, ?)", lines
            )
        store = await filled(Path(folder), 1)
        bench = bench_of(store, rounds, 1)
        found = await bench.median_ms(lambda: bench.document(url.SITEMAP_INDEX))
        await store.close()
    return found


def bench_of(store: SqliteStore, rounds: int, count: int) -> Bench:
    """What asks a store."""
    assets = Assets()
    site = Site(base="https://mag.example", title="Bench")
    context = Context(site, Settings(), store, assets, Templates(assets), (), lambda: END)
    return Bench(store, context, Catalogue(sitemaps.KINDS), rounds, count)


async def figures(store: SqliteStore, count: int, rounds: int) -> dict[str, float]:
    """Reads first, then writes, then everything."""
    bench = bench_of(store, rounds, count)
    chunks = await store.chunks("articles")
    full = next(each for each in chunks if each.urls == 1000)
    path = url.sitemap("articles", full.month, full.number)
    found: dict[str, float] = {"files": len(chunks) * 2}

    async def served() -> None:
        coding.encode((await bench.document(path)).body, "gzip")

    async def level_6() -> None:
        zlib.compress((await bench.document(path)).body, 6, 31)

    found["chunk_ms"] = await bench.median_ms(lambda: bench.document(path))
    found["chunk_gzip_ms"] = await bench.median_ms(served)
    found["chunk_zlib6_ms"] = await bench.median_ms(level_6)
    found["index_ms"] = await bench.median_ms(lambda: bench.document("/sitemap.xml"))
    found["news_ms"] = await bench.median_ms(lambda: bench.document("/sitemap-news.xml"))
    found["publish_ms"] = await bench.median_ms(bench.publish)
    found["edit_ms"] = await bench.median_ms(bench.edit)
    memory, cpu = resident_mb(), time.process_time()
    await bench.everything()
    found["rebuild_s_per_million"] = (time.process_time() - cpu) * 1_000_000 / count
    found["rebuild_mb"] = resident_mb() - memory
    return found


def peer_rows(file: Path, count: int) -> Path:
    """The same rows as a table that Django's models read."""
    if file.exists():
        return file
    with sqlite3.connect(file) as connection:
        connection.execute("CREATE TABLE entry (id INTEGER PRIMARY KEY, path TEXT NOT NULL, updated TEXT NOT NULL)")
        connection.executemany(
            "INSERT INTO entry (path, updated) VALUES (?, ?)",
            ((each.path, f"{each.updated:%Y-%m-%d %H:%M:%S}") for each in rows(count)),
        )
    return file


def django(folder: Path, count: int, rounds: int) -> dict[str, float]:
    """Django's figures, from a virtual environment of its own."""
    python = programs("django") / "python"
    script = Path(__file__).parent / "peer" / "django_sitemaps.py"
    file = peer_rows(folder / "django.db", count)
    ran = subprocess.run([python, script, file, str(rounds)], capture_output=True, text=True, check=True)
    found: dict[str, float] = json.loads(ran.stdout)
    return found


def report(count: int, ours: dict[str, float], theirs: dict[str, float] | None) -> None:
    """One table a size: the figure, its gate, Django's and the ratio."""
    print(f"\n{count:,} articles" + (f" (Django {theirs['django']})" if theirs else ""))
    for name, value in ours.items():
        gate = f"gate {GATES[name]:g}" if name in GATES else ""
        peer = (theirs or {}).get({"chunk_ms": "old_chunk_ms"}.get(name, name))
        beside = f"Django {peer:12,.1f}  x {peer / value:,.0f}" if peer else ""
        print(f"  {name:24}{value:12,.2f}  {gate:12}{beside}".rstrip())
    if theirs:
        print(f"  {'Django peak memory, MB':24}{theirs['peak_mb']:12,.0f}")


def main() -> None:
    """Measure every size and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, nargs="+", default=[100_000, 1_000_000])
    parser.add_argument("--rounds", type=int, default=30)
    parser.add_argument("--keep", type=Path)
    parser.add_argument("--no-django", action="store_true")
    parser.add_argument("--brief", action="store_true", help="our own figures alone, at 1 and 10 million articles")
    arguments = parser.parse_args()
    if arguments.brief:
        arguments.rows, arguments.no_django = [1_000_000, 10_000_000], True
    with tempfile.TemporaryDirectory() as scratch:
        publishing = []
        for count in arguments.rows:
            folder = (arguments.keep or Path(scratch)) / str(count)
            folder.mkdir(parents=True, exist_ok=True)
            ours = asyncio.run(measure(folder, count, arguments.rounds))
            peers = None if arguments.no_django else django(folder, count, 2)
            report(count, ours, peers)
            sys.stdout.flush()
            publishing.append(ours["publish_ms"])
        if len(publishing) > 1:
            print(f"\npublish at the largest over the smallest: {publishing[-1] / publishing[0]:.2f} (gate 1.3)")


if __name__ == "__main__":
    main()
