"""An ordinary day of a news site with a million articles: how many sitemap files change (P6, C1, C2)."""

from bisect import bisect_right
from datetime import UTC, datetime, timedelta
from typing import Any

from publisher import url
from publisher.model import Place
from publisher.store.port import CHUNK_SIZE
from tests.tool.corpus import corpus
from tests.tool.crawl import Crawled, changed, chunk_path, in_month

MILLION = 1_000_000
LOOKED_BACK = 60
"""Days whose articles are asked for edits on the day; the corpus's edits follow within hours, few within days."""


class Archive:
    """Which file holds each article of a corpus, by what the store's contract says of places."""

    def __init__(self, made: Any) -> None:
        self.made = made
        self.first_day = made.end - timedelta(days=made.days)
        self.ends = [round(each) for each in made.cum]
        self.begun: dict[str, int] = {}
        for day in range(made.days):
            self.begun.setdefault(self.month(day), self.ends[day - 1] if day else 0)

    def month(self, day: int) -> str:
        return f"{self.first_day + timedelta(days=day):%Y-%m}"

    def day_of(self, number: int) -> int:
        return min(bisect_right(self.ends, number), self.made.days - 1)

    def files_of(self, number: int) -> set[str]:
        """The two files that an article stands in."""
        month = self.month(self.day_of(number))
        place = Place(kind="articles", month=month, sequence=number - self.begun[month])
        return {url.sitemap(kind, month, place.chunk()) for kind in ("articles", "stories")}

    def all_files(self) -> set[str]:
        """Every file of the site, as many tags listed as there are."""
        entries = (file for number in range(0, self.made.n, 100) for file in self.files_of(number))
        tags = {url.sitemap("tags", number=1 + n // CHUNK_SIZE) for n in range(len(self.made.tags))}
        return {*entries, *tags, *LISTS}


LISTS = {url.SITEMAP_INDEX, *(url.sitemap(name) for name in ("news", "pages", "sections", "authors"))}


def touched(archive: Archive, day: int) -> tuple[set[str], int]:
    """The files that a day's publications and edits touch, and how many of them there were."""
    made, files, writes = archive.made, set[str](), 0
    date = f"{archive.first_day + timedelta(days=day):%Y-%m-%d}"
    ranks = {name: rank for rank, name in enumerate(made.tags)}
    for number in range(archive.ends[day - LOOKED_BACK], archive.ends[day]):
        article = made.article(number, brief=True)
        edits = [each for each in made.events(article) if each["at"].startswith(date)]
        if number >= archive.ends[day - 1] or edits:
            writes += len(edits) + (number >= archive.ends[day - 1])
            files |= archive.files_of(number)
            files |= {url.sitemap("tags", number=1 + ranks[tag] // CHUNK_SIZE) for tag in article["tags"]}
    return files | LISTS - {url.sitemap("pages")}, writes


def test_p6_a_day_changes_less_than_two_percent_of_a_millions_files():
    archive = Archive(corpus(MILLION))
    day = archive.made.days - 10
    files, writes = touched(archive, day)
    everything = archive.all_files()
    assert writes > 200
    assert len(everything) > 2000
    assert files <= everything
    assert len(files) / len(everything) < 0.02, f"{len(files)} of {len(everything)} files by {writes} writes"


async def test_a_day_changes_exactly_the_files_of_what_was_written():
    """The same day in small, on a store: no file moves but those of the articles touched."""
    site = Crawled()
    stored = await site.publish(*in_month(0, 2500))
    before = await site.files()
    site.now = datetime(2026, 11, 23, 18, tzinfo=UTC)
    edited = [await site.edit(stored[number], updated=site.now) for number in (2400, 2450, 7)]
    moved = {path for path in changed(before, await site.files()) if "articles" in path}
    assert moved == {chunk_path(each.place) for each in edited if each.place}
    assert len(moved) == 2
