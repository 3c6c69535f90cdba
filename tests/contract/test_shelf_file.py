"""Sections, tags and authors in sitemap files: a number for ever, and a file that changes with its shelves only."""

import sqlite3

from publisher.model import Status, Tag
from publisher.store import sqlite_schema as schema
from publisher.store.port import CHUNK_SIZE, Chunk, Store
from publisher.store.rule import index_entry
from publisher.store.sqlite_row import micros
from tests.contract.sample import ANN, BOB, DAY, FILM, HOUR, MUSIC, NOON, REVIEWS, TRAVEL, edit, save, saved
from tests.contract.sample import article as piece


def tags(start: int, end: int) -> tuple[Tag, ...]:
    return tuple(Tag(slug=f"t{n:04}", name=f"T{n}") for n in range(start, end))


async def test_a_shelf_is_listed_with_the_time_of_its_newest_article(store: Store):
    await saved(store, "one", tags=(FILM,), authors=(ANN,), updated=NOON)
    await saved(store, "two", tags=(MUSIC, FILM), authors=(BOB,), section=TRAVEL, updated=NOON + HOUR)
    assert await store.chunk("tags", "", 1) == (
        b"<url><loc>/tag/film/</loc><lastmod>2026-11-05T13:00:00Z</lastmod></url>\n",
        b"<url><loc>/tag/music/</loc><lastmod>2026-11-05T13:00:00Z</lastmod></url>\n",
    )
    assert [b"/author/ann/" in each for each in await store.chunk("authors", "", 1)] == [True, False]
    assert [b"/travel/" in each for each in await store.chunk("sections", "", 1)] == [False, True]


async def test_an_empty_shelf_is_not_listed_and_returns_to_its_place(store: Store):
    first = await saved(store, "one", tags=(FILM,))
    await saved(store, "two", tags=(MUSIC,))
    gone = await edit(store, first, status=Status.TRASH)
    assert [b"music" in each for each in await store.chunk("tags", "", 1)] == [True]
    await edit(store, gone.article, status=Status.PUBLISHED)
    assert [b"film" in each for each in await store.chunk("tags", "", 1)] == [True, False]


async def test_shelves_are_cut_into_files_in_the_order_they_came(store: Store):
    await saved(store, "one", tags=tags(1, CHUNK_SIZE + 2))
    await saved(store, "two", tags=tags(0, 1), updated=NOON + DAY)
    second = await store.chunk("tags", "", 2)
    assert [each[14:20] for each in second] == [b"/t1001", b"/t0000"]
    chunks = await store.chunks("tags")
    assert [(each.number, each.urls, each.month) for each in chunks] == [(1, 1000, ""), (2, 2, "")]


async def test_a_file_of_shelves_changes_when_a_shelf_in_it_does(store: Store):
    await save(store, piece("one", tags=(FILM,), section=REVIEWS, updated=NOON), at=NOON)
    stored = await save(store, piece("two", tags=(MUSIC,), section=TRAVEL, updated=NOON), at=NOON + HOUR)
    await edit(store, stored.article, at=NOON + DAY, title="A typo less")

    def file(kind: str, urls: int) -> Chunk:
        return Chunk(kind=kind, month="", number=1, urls=urls, changed=NOON + HOUR)

    assert await store.chunks("tags") == (file("tags", 2),)
    assert await store.chunks("sections") == (file("sections", 2),)
    assert await store.chunks("authors") == ()


async def test_the_index_lists_every_file_with_the_time_it_changed(store: Store):
    await save(store, piece("one", tags=tags(0, CHUNK_SIZE + 1), updated=NOON), at=NOON)
    base, hour = "https://a.example", "2026-11-05T{}:00:00Z"
    line = f"<sitemap><loc>{base}/sitemap-{{}}.xml</loc><lastmod>{hour}</lastmod></sitemap>\n"
    names = ("articles-2026-11", "sections", "tags", "tags-2")
    assert await store.index(base) == "".join(line.format(name, 12) for name in names).encode()
    stored = await store.article(1)
    await edit(store, stored, at=NOON + HOUR, status=Status.TRASH)
    assert await store.index(base) == b""
    await edit(store, await store.article(1), at=NOON - DAY, status=Status.PUBLISHED)
    assert await store.index(base) == "".join(line.format(name, 13) for name in names).encode()


def test_files_of_an_older_schema_are_given_their_lines_of_the_index():
    connection, steps = sqlite3.connect(":memory:", isolation_level=None), schema.migrations()
    schema.prepare(connection, steps[:2])
    rows = [("articles", "2026-11", 1), ("stories", "2026-11", 12), ("tags", "", 3), ("sections", "", 1)]
    connection.executemany("INSERT INTO chunk VALUES (?, ?, ?, 7, ?)", [(*each, micros(NOON)) for each in rows])
    schema.prepare(connection)
    found = connection.execute("SELECT kind, month, number, entry FROM chunk ORDER BY kind, month").fetchall()
    assert [each[:3] for each in found] == sorted(rows)
    assert [each[3].encode() for each in found] == [index_entry(*each[:3], NOON) for each in found]
