"""Views in SQLite: a file of their own (`views.db`), committed in batches, safe against a crash.

After a power cut the last batches may be missing (synchronous NORMAL): a count is not an article.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Mapping
from datetime import datetime
from pathlib import Path

from publisher.store.sqlite_side import Shape, SideFile
from publisher.store.views import Ranking, heat

SCHEMA = """
CREATE TABLE IF NOT EXISTS view (article INTEGER PRIMARY KEY, total INTEGER NOT NULL, heat REAL NOT NULL);
CREATE INDEX IF NOT EXISTS view_total ON view (total DESC, article DESC);
CREATE INDEX IF NOT EXISTS view_heat ON view (heat DESC, article DESC);
"""
SHAPE = Shape(name="views.db", application_id=0x50756256, schema=SCHEMA, pragmas="PRAGMA synchronous = NORMAL;")
"""Its mark is `PubV`."""
BATCH = 500

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
        self._file = SideFile(SHAPE, path, lock_seconds)

    async def open(self) -> None:
        """Create the file when there is none, open the connections."""
        await self._file.open()

    async def close(self) -> None:
        """Finish what is being written, then release everything."""
        await self._file.close()

    async def add(self, views: Mapping[int, int], at: datetime) -> None:
        """Count more views in one transaction."""
        await self._file.write(lambda db: _add(db, views, at))

    async def totals(self, ids: Iterable[int]) -> Mapping[int, int]:
        """Views of all time of those articles."""
        wanted = tuple(ids)[:BATCH]
        statement = TOTALS.format(", ".join("?" * len(wanted)))
        return dict(await self._file.read(lambda db: db.execute(statement, wanted).fetchall()))

    async def most(self, limit: int) -> Ranking:
        """The most read of all time."""
        return await self._file.read(lambda db: tuple(db.execute(MOST, (limit,))))

    async def hottest(self, limit: int) -> Ranking:
        """The most read of late."""
        return await self._file.read(lambda db: tuple(db.execute(HOTTEST, (limit,))))


def _add(db: sqlite3.Connection, views: Mapping[int, int], at: datetime) -> None:
    for id, more in views.items():
        known = db.execute(HEAT, (id,)).fetchone()
        db.execute(PUT, (id, more, heat(known[0] if known else None, more, at)))
