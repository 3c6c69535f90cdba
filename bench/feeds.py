"""Building a feed: entries rendered once and joined, against feedgen and Django's feedgenerator, in one run.

Each round measures every writer once, in an order that changes; the best of the rounds counts. All write
RSS with the same titles, addresses, summaries, dates, authors and categories; ours and feedgen the body too
(Django's has no place for it). Then: how long the event loop is held while a feed of 5,000 entries is built
from a site's file. Then: what a poll costs that brings nothing new (`bench/poll.py`).
"""

from __future__ import annotations

import argparse
import asyncio
import gc
import random
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from feedgen.feed import FeedGenerator

from bench import poll
from publisher import definition
from publisher.asset import Assets
from publisher.catalogue.base import Call, Context
from publisher.catalogue.feed.document import build
from publisher.format import rss
from publisher.format.entry import Entry, of_article
from publisher.format.feed import FeedHead
from publisher.format.template import Templates
from publisher.model import Article, Author, Body, Section, Site, Status, Tag
from publisher.setting import Settings
from publisher.store.port import Write
from publisher.store.sqlite import SqliteStore

try:
    from django.utils import feedgenerator
except ImportError:
    feedgenerator = None

SIZES = (20, 500, 5000)
NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
SITE = Site(base="https://magazine.example", title="The Magazine", description="About everything.", version="1")
HEAD = FeedHead(
    id="https://magazine.example/feeds/all.atom",
    title=SITE.title,
    description=SITE.description,
    self_url="https://magazine.example/feeds/all.rss",
    page_url="https://magazine.example/",
    updated=NOON,
)
WORDS = "harbour lantern market train winter street bread music window letter garden valley stone river night".split()
PARAGRAPHS = 12


def article(number: int) -> Article:
    """A piece of about 5 kB; the same for the same number."""
    chance = random.Random(number)
    lines = [" ".join(chance.choices(WORDS, k=60)) for _ in range(PARAGRAPHS)]
    at = NOON - timedelta(hours=number)
    return Article(
        guid=f"urn:uuid:00000000-0000-4000-8000-{number:012}",
        slug=f"piece-{number}",
        path=f"/travel/piece-{number}/",
        title=" ".join(chance.choices(WORDS, k=7)).capitalize(),
        id=number,
        revision=1,
        status=Status.PUBLISHED,
        published=at,
        updated=at,
        dek=" ".join(chance.choices(WORDS, k=25)),
        section=Section(slug="travel", name="Travel"),
        tags=(Tag(slug="food", name="Food"), Tag(slug="sea", name="Sea")),
        authors=(Author(slug="ann", name="Ann Example"),),
        body=Body(html="".join(f"<p>{line}</p>" for line in lines), text="\n".join(lines)),
    )


def joined(entries: list[Entry]) -> Callable[[], bytes]:
    """One entry was edited, all others are rendered already."""
    kept = [rss.entry(each) for each in entries]

    def write() -> bytes:
        kept[len(kept) // 2] = rss.entry(entries[len(kept) // 2])
        return rss.feed(HEAD, kept)

    return write


def rendered(entries: list[Entry]) -> Callable[[], bytes]:
    """Nothing is rendered yet: after a start."""
    return lambda: rss.feed(HEAD, [rss.entry(each) for each in entries])


def by_feedgen(entries: list[Entry]) -> Callable[[], bytes]:
    """feedgen as its manual shows it."""

    def write() -> bytes:
        feed = FeedGenerator()
        feed.id(HEAD.id)
        feed.title(HEAD.title)
        feed.description(HEAD.description)
        feed.link(href=HEAD.page_url, rel="alternate")
        feed.updated(HEAD.updated)
        for each in entries:
            item = feed.add_entry(order="append")
            item.id(each.guid)
            item.title(each.title)
            item.link(href=each.url)
            item.description(each.summary, isSummary=True)
            item.content(each.html, type="CDATA")
            item.published(each.published)
            item.author([{"name": person.name} for person in each.authors])
            for category in each.categories:
                item.category(term=category.term)
        written: bytes = feed.rss_str()
        return written

    return write


def by_django(entries: list[Entry]) -> Callable[[], bytes]:
    """Django's syndication framework without its database."""

    def write() -> bytes:
        feed = feedgenerator.Rss201rev2Feed(HEAD.title, HEAD.page_url, HEAD.description, feed_url=HEAD.self_url)
        for each in entries:
            feed.add_item(
                title=each.title,
                link=each.url,
                description=each.summary,
                unique_id=each.guid,
                author_name=each.authors[0].name,
                pubdate=each.published,
                categories=[category.term for category in each.categories],
            )
        return str(feed.writeString("utf-8")).encode()

    return write


def compared(size: int, rounds: int) -> dict[str, float]:
    """Milliseconds of each writer for a feed of that size."""
    entries = [of_article(SITE, article(number)) for number in range(1, size + 1)]
    writers: dict[str, Callable[[], bytes]] = {
        "ours, one edit": joined(entries),
        "ours, from nothing": rendered(entries),
        "feedgen": by_feedgen(entries),
    }
    if feedgenerator:
        writers["Django"] = by_django(entries)
    best = dict.fromkeys(writers, float("inf"))
    names = list(writers)
    for turn in range(rounds):
        for name in random.Random(turn).sample(names, len(names)):
            started = time.process_time()
            writers[name]()
            best[name] = min(best[name], (time.process_time() - started) * 1000)
    return best


async def held(folder: Path) -> tuple[float, float, float]:
    """Milliseconds that the longest step on the event loop takes, that building takes, and building after an edit."""
    store = SqliteStore(folder)
    await store.open()
    for at in range(0, max(SIZES), 500):
        writes = [Write(article=fresh(number)) for number in range(at + 1, at + 501)]
        await store.save_all(writes, NOON)
    context = context_of(store)
    spent: list[float] = []
    beating = asyncio.create_task(beat(spent))
    gc.disable()
    started = time.perf_counter()
    await build(context, Call("/feeds/all.rss", {}))
    first = time.perf_counter() - started
    await store.save(Write(article=fresh(max(SIZES) + 1)), NOON)
    started = time.perf_counter()
    await build(context, Call("/feeds/all.rss", {}))
    second = time.perf_counter() - started
    gc.enable()
    beating.cancel()
    await store.close()
    return max(spent), first * 1000, second * 1000


def fresh(number: int) -> Article:
    """An article as a store gets it."""
    made = article(number)
    return type(made)(
        **{name: getattr(made, name) for name in made.__struct_fields__ if name not in ("id", "revision")}
    )


def context_of(store: Any) -> Context:
    """What the feed's build reads from: one feed of 5,000 summaries."""
    assets = Assets()
    feed = definition.parse("feeds/all.toml", b"full_text = false\nmax_bytes = 5000000\n[selection]\nlimit = 5000\n")
    return Context(SITE, Settings(), store, assets, Templates(assets), (feed,), lambda: NOON)


async def beat(spent: list[float]) -> None:
    """Note the processor time of the loop's thread between wake-ups: what one step, or two, take."""
    while True:
        before = time.thread_time()
        await asyncio.sleep(0.001)
        spent.append((time.thread_time() - before) * 1000)


def main() -> None:
    """Print one table and one line."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--rounds", type=int, default=5)
    rounds = arguments.parse_args().rounds
    print(f"{'entries':>7}  {'writer':20}{'ms':>10}{'us/entry':>10}{'times ours':>12}")
    for size in SIZES:
        found = compared(size, rounds)
        for name, took in found.items():
            ratio = took / found["ours, one edit"]
            print(f"{size:7}  {name:20}{took:10.2f}{took * 1000 / size:10.1f}{ratio:12.1f}")
    if not feedgenerator:
        print("Django is not here: pip install django")
    with tempfile.TemporaryDirectory() as folder:
        longest, first, second = asyncio.run(held(Path(folder)))
    print(f"5,000 entries from a file: {first:.0f} ms from nothing, {second:.0f} ms after one more article;", end=" ")
    print(f"longest hold of the event loop {longest:.1f} ms")
    poll.table(rss.feed(HEAD, [rss.entry(of_article(SITE, article(number))) for number in range(1, 51)]), rounds)


if __name__ == "__main__":
    main()
