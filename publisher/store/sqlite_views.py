"""Views in SQLite: a file of their own (`views.db`), committed in batches, safe against a crash.

After a power cut the last batches may be missing (synchronous NORMAL): a count is not an article.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Mapping
from datetime import datetime
from pathlib import Path
from urllib.parse import quote

from publisher.error import StoreUnavailable
from publisher.store.sqlite_connection import Connection, FileLock, T, Work, connect, translated
from publisher.store.sqlite_writer import Writer
from publisher.store.views import Ranking, heat

FILE_NAME = "views.db"
APPLICATION_ID = 0x50756256
"""`PubV`."""
BATCH = 500

WRITER = "PRAGMA busy_timeout = 5000; PRAGMA wal_autocheckpoint = 0; PRAGMA synchronous = NORMAL;"
READER = "PRAGMA busy_timeout = 5000; PRAGMA query_only = ON;"
SCHEMA = f"""
PRAGMA journal_mode = WAL;
PRAGMA application_id = {APPLICATION_ID};
CREATE TABLE IF NOT EXISTS view (article INTEGER PRIMARY KEY, total INTEGER NOT NULL, heat REAL NOT NULL);
CREATE INDEX IF NOT EXISTS view_total ON view (total DESC, article DESC);
CREATE INDEX IF NOT EXISTS view_heat ON view (heat DESC, article DESC);
"""
HEAT = "SELECT heat FROM view WHERE article = ?"
PUT = """
INSERT INTO view (article, total, heat) VALUES (?1, ?2, ?3)
ON CONFLICT (article) DO UPDATE SET total = total + ?2, heat = ?3
"""
TOTALS = "SELECT article, total FROM view WHERE article IN ({}) ORDER BY article LIMIT 500"
MOST = "SELECT article, total FROM view ORDER BY total DESC, article DESC LIMIT ?"
HOTTEST = "SELECT article, total FROM view ORDER BY heat DESC, article DESC LIMIT ?"


class SqliteViews:
    """A view store in one file. Open it after forking."""

    def __init__(self, path: Path, lock_seconds: float = 10.0) -> None:
        self._path = path / FILE_NAME if path.is_dir() else path
        self._lock = FileLock(Path(f"{self._path}.lock"), lock_seconds)
        self._writer: Writer | None = None
        self._reader: Connection | None = None

    async def open(self) -> None:
        """Create the file when there is none, open the connections."""
        if self._writer:
            return
        connection = await connect(str(self._path), "")
        await connection.submit(self._prepare)
        self._writer = Writer(connection, self._lock, f"{self._path}-wal")
        self._reader = await connect(f"file:{quote(str(self._path))}?mode=ro", READER, uri=True)

    def _prepare(self, connection: sqlite3.Connection) -> None:
        with self._lock.held():
            connection.executescript(WRITER)
            (owner,) = connection.execute("PRAGMA application_id").fetchone()
            if owner not in (0, APPLICATION_ID):
                raise StoreUnavailable(f"{self._path} is a SQLite database of another program")
            connection.executescript(SCHEMA)

    async def close(self) -> None:
        """Finish what is being written, then release everything."""
        writer, reader, self._writer, self._reader = self._writer, self._reader, None, None
        with translated():
            if reader:
                await reader.close()
            if writer:
                await writer.close()
        self._lock.close()

    async def add(self, views: Mapping[int, int], at: datetime) -> None:
        """Count more views in one transaction."""
        if not self._writer:
            raise StoreUnavailable("the views aren't open")
        await self._writer.run(lambda db: _add(db, views, at))

    async def totals(self, ids: Iterable[int]) -> Mapping[int, int]:
        """Views of all time of those articles."""
        wanted = tuple(ids)[:BATCH]
        statement = TOTALS.format(", ".join("?" * len(wanted)))
        return dict(await self._read(lambda db: db.execute(statement, wanted).fetchall()))

    async def most(self, limit: int) -> Ranking:
        """The most read of all time."""
        return await self._read(lambda db: tuple(db.execute(MOST, (limit,))))

    async def hottest(self, limit: int) -> Ranking:
        """The most read of late."""
        return await self._read(lambda db: tuple(db.execute(HOTTEST, (limit,))))

    async def _read(self, work: Work[T]) -> T:
        if not self._reader:
            raise StoreUnavailable("the views aren't open")
        return await self._reader.submit(work)


def _add(db: sqlite3.Connection, views: Mapping[int, int], at: datetime) -> None:
    for id, more in views.items():
        known = db.execute(HEAT, (id,)).fetchone()
        db.execute(PUT, (id, more, heat(known[0] if known else None, more, at)))
