"""The SQLite engine: one file, WAL, one writing connection and several that only read.

Every method is one function on a connection's thread. Writers of all processes take turns by a
lock file beside the database; readers are opened `mode=ro`, so that they never checkpoint.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import AsyncIterator, Callable, Sequence
from datetime import datetime
from functools import partial
from pathlib import Path
from urllib.parse import quote

from publisher.error import Conflict, NotFound, StoreUnavailable
from publisher.model import Article, Author, Change, Media, Redirect, Section, Selection, Source, Status, Tag
from publisher.store import sqlite_read as read
from publisher.store import sqlite_row as row
from publisher.store import sqlite_schema as schema
from publisher.store import sqlite_statement as sql
from publisher.store import transaction, words
from publisher.store.port import Chunk, Keep, Match, Saved, Tally, Write
from publisher.store.sqlite_connection import (
    Connection,
    FileLock,
    T,
    Work,
    abandon,
    connect,
    data_version,
    snapshot,
    translated,
)
from publisher.store.sqlite_related import Moments, related
from publisher.store.sqlite_select import count, revisions
from publisher.store.sqlite_table import amend, on_tables, put_media
from publisher.store.sqlite_writer import Writer, merged

FILE_NAME = "site.db"
READERS = 2
PAGE = 100
"""Articles read at once while streaming all of them."""
MERGED_PAGES = 500
"""Pages of the index of words that are merged in one transaction: 15 ms."""


class SqliteStore:
    """A store in one file. Open it after forking: a connection doesn't survive a fork."""

    def __init__(self, path: Path, lock_seconds: float = 10.0) -> None:
        self._path = path / FILE_NAME if path.is_dir() else path
        self._lock = FileLock(Path(f"{self._path}.lock"), lock_seconds)
        self._writer: Writer | None = None
        self._readers: list[Connection] = []
        self._load: list[int] = []
        self._watcher: Connection | None = None
        self._process = 0
        self._moments = Moments()

    # Life

    async def open(self) -> None:
        """Create or migrate the file, open the connections."""
        if self._writer:
            return
        self._process = os.getpid()
        connection = await connect(str(self._path), "")
        try:
            await connection.submit(self._prepare)
            self._writer = Writer(connection, self._lock, f"{self._path}-wal")
            for _ in range(READERS):
                self._readers.append(await self._reader())
            self._watcher = await self._reader()
        except BaseException:
            await self._abandon(connection)
            raise
        self._load = [0] * len(self._readers)

    def _prepare(self, connection: sqlite3.Connection) -> None:
        """Even the first look may recover the log: so it happens under the lock."""
        with self._lock.held():
            connection.executescript(schema.WRITER)
            schema.prepare(connection)

    async def _reader(self) -> Connection:
        return await connect(f"file:{quote(str(self._path))}?mode=ro", schema.READER, uri=True)

    async def _abandon(self, connection: Connection) -> None:
        self._writer = self._writer or Writer(connection, self._lock, f"{self._path}-wal")
        try:
            await self.close()
        except StoreUnavailable:
            await abandon(connection)  # Another process holds the lock, and the database open: nothing to checkpoint.

    async def close(self) -> None:
        """Finish writes under way, then release everything."""
        readers = [*self._readers, *([self._watcher] if self._watcher else [])]
        writer, self._writer, self._readers, self._watcher = self._writer, None, [], None
        with translated():
            for each in readers:
                await each.close()
            if writer:
                await writer.close()
        self._lock.close()

    async def _read(self, work: Work[T]) -> T:
        """Run a function on the reader that has the least to do."""
        if not self._readers or self._process != os.getpid():
            raise StoreUnavailable("the store isn't open in this process")
        number = self._load.index(min(self._load))
        future = self._readers[number].submit(lambda connection: snapshot(connection, work))
        self._load[number] += 1
        future.add_done_callback(lambda _: self._rest(number))
        return await future

    def _rest(self, number: int) -> None:
        self._load[number] -= 1

    async def _write(self, work: Work[T]) -> T:
        if not self._writer or self._process != os.getpid():
            raise StoreUnavailable("the store isn't open in this process")
        return await self._writer.run(work)

    # Reading one

    async def article(self, id: int) -> Article:
        """The article of that id."""
        return await self._read(lambda db: read.article(db, f"article {id}", sql.BY_ID, id))

    async def article_by_guid(self, guid: str) -> Article:
        """The article of that guid."""
        return await self._read(lambda db: read.article(db, f"article with guid {guid!r}", sql.BY_GUID, guid))

    async def article_by_source(self, kind: str, site: str, id: str) -> Article:
        """The article imported from there."""
        what = f"article from {kind} {site} {id}"
        return await self._read(lambda db: read.article(db, what, sql.BY_SOURCE, kind, site, id))

    async def by_sources(self, sources: Sequence[Source]) -> tuple[Article | None, ...]:
        """The articles imported from there."""
        return await self._read(lambda db: read.by_sources(db, sources))

    async def at(self, path: str) -> Article | Redirect:
        """What stands at a path."""
        return await self._read(lambda db: read.at(db, path))

    async def at_with_related(self, path: str, limit: int) -> tuple[Article | Redirect, tuple[Article, ...]]:
        """What stands at a path, and what is related to it."""
        return await self._read(lambda db: read.at_with_related(db, path, limit, self._moments))

    async def story(self, slug: str) -> Article:
        """The article whose story has that slug."""
        return await self._read(lambda db: read.article(db, f"story {slug!r}", sql.BY_STORY, slug))

    # Reading many

    async def select(self, selection: Selection) -> tuple[Article, ...]:
        """The public articles of a selection."""
        return await self._read(lambda db: read.selected(db, selection))

    async def select_each(self, selections: Sequence[Selection]) -> tuple[tuple[Article, ...], ...]:
        """The public articles of each selection."""
        return await self._read(lambda db: read.selected_each(db, selections))

    async def listed(self, ids: Sequence[int]) -> tuple[Article, ...]:
        """The public articles among some."""
        return await self._read(lambda db: read.listed(db, ids))

    async def with_bodies(self, articles: Sequence[Article]) -> tuple[Article, ...]:
        """The same articles with their bodies."""
        return await self._read(lambda db: read.with_bodies(db, articles))

    async def count(self, selection: Selection) -> int:
        """How many articles the selection has."""
        return await self._read(lambda db: count(db, selection))

    async def revisions(self, selection: Selection) -> tuple[tuple[int, int], ...]:
        """(id, revision) of a selection."""
        return await self._read(lambda db: tuple(revisions(db, selection)))

    async def in_status(self, statuses: frozenset[Status], limit: int = 50, before_id: int = 0) -> tuple[Article, ...]:
        """Articles of some statuses by descending id."""
        return await self._read(lambda db: read.in_status(db, statuses, limit, before_id))

    async def every(self, after_id: int = 0) -> AsyncIterator[Article]:
        """Every article by ascending id, a page at a time."""
        while page := await self._read(partial(read.every, after_id=after_id, limit=PAGE)):
            for article in page:
                yield article
            after_id = page[-1].id

    async def search(self, query: str, limit: int = 24, offset: int = 0) -> tuple[Match, ...]:
        """Public articles that match the words of a query."""
        wanted = words.phrases(query)
        return await self._read(lambda db: read.search(db, wanted, limit, offset))

    async def suggest(self, query: str) -> str:
        """What a query may have meant."""
        return await self._read(lambda db: read.suggest(db, query))

    async def related(self, article: Article, limit: int = 8) -> tuple[Article, ...]:
        """Public articles on the same matter."""
        return await self._read(lambda db: related(db, article, limit, self._moments))

    # Shelves

    async def sections(self) -> tuple[Section, ...]:
        """Every section, counted."""
        return await self._read(lambda db: tuple(map(row.section, db.execute(sql.SECTIONS))))

    async def section(self, slug: str) -> Section:
        """One section, counted."""
        what = f"section {slug!r}"
        return await self._read(lambda db: row.section(read.one(db, what, sql.ONE_SECTION, slug)))

    async def tags(self, limit: int = 1000, offset: int = 0) -> tuple[Tag, ...]:
        """Tags with public articles."""
        page = (max(0, limit), max(0, offset))
        return await self._read(lambda db: tuple(map(row.tag, db.execute(sql.TAGS, page))))

    async def tag(self, slug: str) -> Tag:
        """One tag, counted."""
        return await self._read(lambda db: row.tag(read.one(db, f"tag {slug!r}", sql.ONE_TAG, slug)))

    async def authors(self, limit: int = 1000, offset: int = 0) -> tuple[Author, ...]:
        """Authors with public articles."""
        page = (max(0, limit), max(0, offset))
        return await self._read(lambda db: tuple(map(row.author, db.execute(sql.AUTHORS, page))))

    async def author(self, slug: str) -> Author:
        """One author, counted."""
        return await self._read(lambda db: row.author(read.one(db, f"author {slug!r}", sql.ONE_AUTHOR, slug)))

    async def portrayed(self, part: str) -> tuple[Author, ...]:
        """Authors with such a portrait."""
        return await self._read(lambda db: tuple(map(row.bare_author, db.execute(sql.PORTRAYED, (part,)))))

    async def months(self) -> tuple[tuple[str, int], ...]:
        """Months and their public articles."""
        return await self._read(read.months)

    async def tally(self) -> Tally:
        """Counts by status."""
        return await self._read(read.tally)

    # Sitemaps

    async def chunks(self, kind: str, month: str = "") -> tuple[Chunk, ...]:
        """The non-empty urlset files of a kind."""
        return await self._read(lambda db: read.chunks(db, kind, month))

    async def index(self, base: str) -> bytes:
        """The index's entries."""
        return await self._read(lambda db: read.index(db, base))

    async def chunk(self, kind: str, month: str, number: int) -> tuple[bytes, ...]:
        """The fragments of one urlset file."""
        return await self._read(lambda db: read.chunk(db, kind, month, number))

    # The log

    async def seq(self) -> int:
        """Number of the newest change."""
        return await self._read(read.seq)

    async def changes(self, after: int, limit: int = 1000) -> tuple[Change, ...]:
        """The changes after a number."""
        return await self._read(lambda db: read.changes(db, after, limit))

    async def newest(self, keys: frozenset[str]) -> Change | None:
        """The newest change that touched any of the keys."""
        return await self._read(lambda db: read.newest(db, keys))

    async def watch(self) -> int:
        """SQLite's own count of others' commits, on a connection kept for it."""
        if not self._watcher:
            raise StoreUnavailable("the store isn't open in this process")
        return await self._watcher.submit(data_version)

    # Writing

    async def save(self, write: Write, at: datetime) -> Saved:
        """Store one article."""
        return await self._write(on_tables(lambda tables: transaction.save(tables, write, at)))

    async def save_all(
        self, writes: Sequence[Write], at: datetime, keep: Keep | None = None
    ) -> tuple[Saved | Conflict, ...]:
        """Store several in one transaction."""
        return await self._write(on_tables(lambda tables: transaction.save_all(tables, writes, at, keep)))

    async def settle(self) -> None:
        """Merge the index of words into one segment: each word is looked up in every one."""
        pages = -MERGED_PAGES  # Negative: whatever there is, not only what is many of a size.
        while await self._write(partial(merged, pages=pages)):
            pages = MERGED_PAGES

    async def save_shelves(
        self,
        sections: Sequence[Section],
        authors: Sequence[Author],
        at: datetime,
        *,
        tags: Sequence[Tag] = (),
        before: Section | Tag | Author | None = None,
    ) -> Change | None:
        """Store names and descriptions of sections and authors."""
        return await self._write(
            on_tables(lambda tables: transaction.save_shelves(tables, sections, authors, at, tags, before))
        )

    async def add_redirect(self, redirect: Redirect, at: datetime) -> Change:
        """Let a free path lead to another."""
        return await self._write(on_tables(lambda tables: transaction.add_redirect(tables, redirect, at)))

    async def remove_redirect(self, path: str, at: datetime) -> Change:
        """Let a path lead nowhere."""
        return await self._write(on_tables(lambda tables: transaction.remove_redirect(tables, path, at)))

    async def remove_shelf(self, name: str, at: datetime) -> Change:
        """Forget a section or author that no article has."""
        return await self._write(on_tables(lambda tables: transaction.remove_shelf(tables, name, at)))

    async def redirects(self, limit: int = 1000, after: str = "") -> tuple[Redirect, ...]:
        """Redirects by path."""
        return await self._read(lambda db: read.redirects(db, limit, after))

    async def note(self, action: str, keys: frozenset[str], paths: tuple[str, ...], at: datetime) -> Change:
        """Append a change that has no article."""
        change = Change(seq=0, at=at, action=action, keys=keys, paths=paths)
        return await self._write(on_tables(lambda tables: transaction.note(tables, change)))

    async def next_due(self) -> datetime | None:
        """When the next release or expiry is."""
        return await self._read(lambda db: row.instant(db.execute(sql.NEXT_DUE).fetchone()[0]))

    async def due(self, now: datetime, limit: int = 100) -> tuple[Article, ...]:
        """Articles to release or to expire."""
        return await self._read(lambda db: read.due(db, row.micros(now) or 0, limit))

    # Media and memory

    async def media(self, sha256: str) -> Media:
        """The record of one stored file."""
        return await self._read(lambda db: read.media(db, f"media {sha256}", sql.MEDIA, sha256))

    async def media_by_url(self, url: str) -> Media:
        """The record of the file fetched from a URL, the one stored last."""
        return await self._read(lambda db: read.media(db, f"media from {url!r}", sql.MEDIA_BY_URL, url))

    async def media_like(self, prefix: str) -> Media:
        """The record of the first file whose hash begins so."""
        return await self._read(lambda db: read.media_like(db, prefix))

    async def files(self, limit: int = 50, before: str = "", offset: int = 0) -> tuple[Media, ...]:
        """Records of stored files, the one stored last first."""
        return await self._read(lambda db: read.files(db, limit, before, offset))

    async def count_files(self) -> int:
        """How many files are stored."""
        return await self._read(lambda db: int(db.execute(sql.COUNT_FILES).fetchone()[0]))

    async def save_media(self, media: Media, before: Media | None = None) -> None:
        """Store or replace the record of a file."""
        await self._write(lambda db: put_media(db, media, before))

    async def remove_media(self, sha256: str) -> None:
        """Forget the record of a file."""
        if not await self._write(lambda db: db.execute(sql.DROP_MEDIA, (sha256,)).rowcount):
            raise NotFound(f"there is no media {sha256}")

    async def recall(self, name: str) -> bytes | None:
        """A small value kept under a name."""
        return await self._read(lambda db: read.recall(db, name))

    async def remember(self, name: str, value: bytes) -> None:
        """Keep a small value under a name."""
        await self._write(lambda db: db.execute(sql.REMEMBER, (name, value)) and None)

    async def amend(self, name: str, change: Callable[[bytes | None], bytes]) -> None:
        """Keep what `change` makes of the value kept."""
        await self._write(lambda db: amend(db, name, change))

    async def recall_all(self, prefix: str) -> tuple[tuple[str, bytes], ...]:
        """Every value under a name that begins so."""
        return await self._read(lambda db: read.recall_all(db, prefix))

    async def forget(self, name: str) -> bool:
        """Keep nothing under a name any more."""
        return await self._write(lambda db: db.execute(sql.FORGET, (name,)).rowcount > 0)
