"""A small SQLite file beside the site's own: one table or two, one writer, one reader, its own lock file."""

from __future__ import annotations

import os
import sqlite3
from pathlib import Path
from urllib.parse import quote

import msgspec

from publisher.error import StoreUnavailable
from publisher.store.sqlite_connection import Connection, FileLock, T, Work, abandon, connect, translated
from publisher.store.sqlite_writer import Writer

READER = "PRAGMA busy_timeout = 5000; PRAGMA query_only = ON;"


class Shape(msgspec.Struct, frozen=True, kw_only=True):
    """What such a file is: its name, its owner's mark, its tables, how its writer writes, who may read it."""

    name: str
    application_id: int
    schema: str
    pragmas: str
    mode: int = 0o644


class SideFile:
    """One such file. Open it after forking."""

    def __init__(self, shape: Shape, path: Path, lock_seconds: float) -> None:
        self._shape = shape
        self._path = path / shape.name if path.is_dir() else path
        self._lock = FileLock(Path(f"{self._path}.lock"), lock_seconds)
        self._writer: Writer | None = None
        self._reader: Connection | None = None

    async def open(self) -> None:
        """Create the file when there is none, open the connections."""
        if self._writer:
            return
        with translated():
            self._make()
        connection = await connect(str(self._path), "")
        try:
            await connection.submit(self._prepare)
        except BaseException:
            await abandon(connection)
            raise
        self._writer = Writer(connection, self._lock, f"{self._path}-wal")
        self._reader = await connect(f"file:{quote(str(self._path))}?mode=ro", READER, uri=True)

    def _make(self) -> None:
        """Create the file, and keep a private one private (a backup may have been put back); its log gets its mode."""
        mode = self._shape.mode
        descriptor = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, mode)
        try:
            if not mode & 0o077 and os.fstat(descriptor).st_mode & 0o077:
                os.fchmod(descriptor, mode)
        finally:
            os.close(descriptor)

    def _prepare(self, connection: sqlite3.Connection) -> None:
        with self._lock.held():
            connection.executescript(
                f"PRAGMA busy_timeout = 5000; PRAGMA wal_autocheckpoint = 0; {self._shape.pragmas}"
            )
            (owner,) = connection.execute("PRAGMA application_id").fetchone()
            if owner not in (0, self._shape.application_id):
                raise StoreUnavailable(f"{self._path} is a SQLite database of another program")
            mark = f"PRAGMA application_id = {self._shape.application_id};"
            connection.executescript(f"PRAGMA journal_mode = WAL; {mark} {self._shape.schema}")

    async def close(self) -> None:
        """Finish what is being written, then release everything."""
        writer, reader, self._writer, self._reader = self._writer, self._reader, None, None
        with translated():
            if reader:
                await reader.close()
            if writer:
                await writer.close()
        self._lock.close()

    async def write(self, work: Work[T]) -> T:
        """One transaction, on the disk when it returns."""
        if not self._writer:
            raise StoreUnavailable(f"{self._shape.name} isn't open")
        return await self._writer.run(work)

    async def read(self, work: Work[T]) -> T:
        """One read."""
        if not self._reader:
            raise StoreUnavailable(f"{self._shape.name} isn't open")
        return await self._reader.submit(work)
