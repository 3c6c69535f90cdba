"""The SQLite engine on a growing archive: `python -m bench.store 10000 100000 1000000`.

Prints one table, a column for each size: milliseconds of each question (median, 99th percentile, CPU).
"""

from __future__ import annotations

import argparse
import asyncio
import statistics
import tempfile
import time
from collections.abc import Awaitable, Callable
from datetime import timedelta
from itertools import islice
from pathlib import Path

from bench.corpus import articles
from publisher.date import now
from publisher.model import Article, Cursor, Kind, Selection, Sort
from publisher.store.port import Store, Write
from publisher.store.rule import replace
from publisher.store.sqlite import SqliteStore

BATCH = 500
SINGLES = 300
ROUNDS = 200

Question = Callable[[], Awaitable[object]]
Row = tuple[str, str]


async def fill(store: Store, count: int) -> str:
    """Articles a second in batches by the clock and by the CPU, without the time that making them takes."""
    source, spent, busy = articles(count, count), 0.0, 0.0
    while batch := list(islice(source, BATCH)):
        start, begun = time.perf_counter(), time.process_time()
        await store.save_all(batch, now())
        spent, busy = spent + time.perf_counter() - start, busy + time.process_time() - begun
    return f"{count / spent:.0f} / {count / busy:.0f}"


async def timed(question: Question, rounds: int = ROUNDS) -> str:
    """Median and 99th percentile of a question, and the CPU time of all threads, in milliseconds."""
    spent, busy = [], time.process_time()
    for _ in range(rounds):
        start = time.perf_counter()
        await question()
        spent.append((time.perf_counter() - start) * 1000)
    cpu = (time.process_time() - busy) * 1000 / rounds
    p99 = statistics.quantiles(spent, n=100)[98]
    return f"{statistics.median(spent):.2f} / {p99:.2f} / {cpu:.2f}"


async def writing(store: Store, some: list[Article]) -> list[Row]:
    """Single writes: one after another, and many at once."""
    fresh = [replace(each, id=0, guid=f"new-{n}", path=f"/new/{n}/", place=None) for n, each in enumerate(some)]
    waiting = iter(fresh)

    async def one() -> object:
        return await store.save(Write(article=next(waiting), fragment=b"<url/>"), now())

    alone = await timed(one, SINGLES)
    start = time.perf_counter()
    rest = [store.save(Write(article=each, fragment=b"<url/>"), now()) for each in waiting]
    await asyncio.gather(*rest)
    rate = len(rest) / (time.perf_counter() - start)
    first = some[0]

    async def edit() -> object:
        stored = await store.article(first.id)
        return await store.save(Write(article=replace(stored, views=stored.views + 1), fragment=b"<url/>"), now())

    return [
        ("save one", alone),
        (f"save {len(rest)} at once, a second", f"{rate:.0f}"),
        ("edit one, read before", await timed(edit, 100)),
    ]


async def questions(store: Store) -> list[tuple[str, Question]]:
    """What the service asks, at the depth of the archive."""
    latest = await store.select(Selection(limit=50))
    half = await store.count(Selection()) // 2
    (middle,) = await store.select(Selection(limit=1, offset=half))
    months = await store.chunks("articles")
    big = max(months, key=lambda each: each.urls)
    tags = sorted(await store.tags(limit=50_000), key=lambda each: each.articles)
    rare, common = tags[len(tags) // 2], tags[-1]
    pair = next(each.title.split()[:2] for each in latest if len(each.title.split()) > 1)
    cursor = Cursor(middle.published or now(), middle.id)
    newest, day = latest[0].published, timedelta(days=2)
    assert newest is not None
    section, author = frozenset({"travel"}), frozenset({latest[0].authors[0].slug})
    return [
        ("one article at its path", lambda: store.at(latest[7].path)),
        ("latest 50", lambda: store.select(Selection(limit=50))),
        ("revisions of the latest 50", lambda: store.revisions(Selection(limit=50))),
        ("bodies of the latest 50", lambda: store.with_bodies(latest)),
        ("section, 24", lambda: store.select(Selection(sections=section, limit=24))),
        ("section and author, 24", lambda: store.select(Selection(sections=section, authors=author, limit=24))),
        ("common tag, 24", lambda: store.select(Selection(tags=frozenset({common.slug}), limit=24))),
        ("rare tag, 24", lambda: store.select(Selection(tags=frozenset({rare.slug}), limit=24))),
        ("without a section, 24", lambda: store.select(Selection(exclude_sections=section, limit=24))),
        ("keyset page in the middle", lambda: store.select(Selection(limit=24, after=cursor))),
        ("offset page in the middle", lambda: store.select(Selection(limit=24, offset=half))),
        ("last updated 50", lambda: store.select(Selection(sort=Sort.UPDATED, limit=50))),
        ("most viewed of a section, 10", lambda: store.select(Selection(sort=Sort.VIEWS, sections=section, limit=10))),
        ("news: first published in 48 h", lambda: store.select(Selection(first_since=newest - day))),
        ("stories and pages", lambda: store.select(Selection(kinds=frozenset({Kind.STORY, Kind.PAGE})))),
        ("count of a section", lambda: store.count(Selection(sections=section))),
        ("chunk list", lambda: store.chunks("articles")),
        ("chunk read", lambda: store.chunk("articles", big.month, big.number)),
        ("sections, counted", store.sections),
        ("1,000 tags, counted", store.tags),
        ("search a common word", lambda: store.search(pair[0])),
        ("search two words", lambda: store.search(" ".join(pair))),
        ("suggest for a misspelt word", lambda: store.suggest(pair[0][1::-1] + pair[0][2:] + "q")),
        ("related", lambda: store.related(latest[5])),
        ("next due", store.next_due),
        ("changes, newest 100", lambda: store.changes(10**9)),
        ("newest of 3 keys", lambda: store.newest(frozenset({"latest", "s/travel", f"a{middle.id}"}))),
        ("seq", store.seq),
        ("watch", store.watch),
    ]


async def measure(count: int) -> list[Row]:
    """All rows of one size."""
    with tempfile.TemporaryDirectory() as folder:
        store = SqliteStore(Path(folder))
        await store.open()
        rows = [("insert in batches, a second", await fill(store, count))]
        rows.append(("bytes an article", f"{_bytes_in(folder) / count:.0f}"))
        asked = await questions(store)
        rows += [(name, await timed(question, 20 if "search" in name else ROUNDS)) for name, question in asked]
        listed = await store.select(Selection(limit=2 * SINGLES))
        rows += await writing(store, list(await store.with_bodies(listed)))
        start = time.perf_counter()
        await store.close()
        rows.append(("close, seconds", f"{time.perf_counter() - start:.2f}"))
        return rows


def _bytes_in(folder: str) -> int:
    return sum(each.stat().st_size for each in Path(folder).iterdir())


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("sizes", nargs="*", type=int, default=[10_000, 100_000])
    sizes = parser.parse_args().sizes
    columns = [dict(asyncio.run(measure(size))) for size in sizes]
    print(f"{'ms: median / p99 / cpu':34}" + "".join(f"{size:>22,}" for size in sizes))
    for name in columns[0]:
        print(f"{name:34}" + "".join(f"{column[name]:>22}" for column in columns))


if __name__ == "__main__":
    main()
