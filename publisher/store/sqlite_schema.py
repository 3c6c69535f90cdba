"""The schema of a SQLite file and its numbered steps: each applied once, in one transaction."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from pathlib import Path

from publisher.error import StoreUnavailable

MIGRATIONS = Path(__file__).parent / "migrations"

APPLICATION_ID = 0x5075626C
"""`Publ`: so that no other program's database is taken for ours."""

READER = """
PRAGMA busy_timeout = 5000;
PRAGMA cache_size = -16000;
PRAGMA temp_store = MEMORY;
"""

WRITER = """
PRAGMA busy_timeout = 5000;
PRAGMA cache_size = -16384;
PRAGMA temp_store = MEMORY;
PRAGMA secure_delete = OFF;
PRAGMA wal_autocheckpoint = 0;
PRAGMA synchronous = FULL;
"""
"""Checkpoints are ours, under the lock; FULL: what was acknowledged survives a power cut. What a cache of 16 MB doesn't
hold is in the system's: an import takes no longer than with 64, and a third of the memory (+57 MB instead of +156)."""

FRESH = f"""
PRAGMA page_size = 8192;
PRAGMA journal_mode = WAL;
PRAGMA application_id = {APPLICATION_ID};
"""

LOGGED = "PRAGMA journal_mode = WAL"
"""Another program may have changed it: a file keeps the mode."""

STEP = """
BEGIN IMMEDIATE;
{script}
PRAGMA user_version = {number};
COMMIT;
"""


def migrations(folder: Path = MIGRATIONS) -> tuple[Path, ...]:
    """The steps in their order."""
    return tuple(sorted(folder.glob("[0-9][0-9][0-9][0-9].sql")))


def prepare(connection: sqlite3.Connection, steps: Iterable[Path] | None = None) -> None:
    """Create or bring up to date; the file lock is held. Raises StoreUnavailable for what isn't ours."""
    files = tuple(steps if steps is not None else migrations())
    version, owner, tables = _state(connection)
    if tables and owner != APPLICATION_ID:
        raise StoreUnavailable("the file is a SQLite database of another program")
    if version > len(files):
        raise StoreUnavailable(
            f"the database has schema {version}, this release knows {len(files)}: use a newer release"
        )
    if not tables:
        connection.executescript(FRESH)
    connection.execute(LOGGED).fetchone()
    for number, file in enumerate(files[version:], version + 1):
        _apply(connection, number, file.read_text(encoding="utf-8"))


def _state(connection: sqlite3.Connection) -> tuple[int, int, int]:
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    (owner,) = connection.execute("PRAGMA application_id").fetchone()
    (tables,) = connection.execute("SELECT count(*) FROM sqlite_schema").fetchone()
    return version, owner, tables


def _apply(connection: sqlite3.Connection, number: int, script: str) -> None:
    try:
        connection.executescript(STEP.format(script=script, number=number))
    except sqlite3.Error:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise
