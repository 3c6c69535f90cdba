"""Connections to one SQLite file: a thread each, errors translated, one lock for all processes.

A connection is opened after a fork, never before: neither SQLite nor a thread survives one.
"""

from __future__ import annotations

import asyncio
import fcntl
import os
import shutil
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import TypeVar

import aiosqlite
import msgspec

from publisher.error import StoreFull, StoreUnavailable

T = TypeVar("T")
Work = Callable[[sqlite3.Connection], T]
"""What runs on a connection's thread: a plain function, one whole transaction."""

BUSY_SECONDS = 5.0
LITTLE_SPACE = 1 << 20
"""Bytes left on a disk that reports a failed write as an I/O error, not as full."""

DAMAGED = ("SQLITE_CORRUPT", "SQLITE_NOTADB")
"""What SQLite calls a file that was cut short or overwritten: no later try helps."""


class Connection(aiosqlite.Connection):
    """aiosqlite's connection, which also runs a whole function on its thread.

    One transaction is one function and one hop (spec/http.md 10): aiosqlite's public calls are a hop
    each, and two tasks' statements would mix in one transaction. Hence its queue is used directly.
    """

    def submit(self, work: Work[T]) -> asyncio.Future[T]:
        """Queue a function; it runs to its end even when nobody waits for it any more."""
        if self._connection is None:
            raise StoreUnavailable("the store is closed")
        future: asyncio.Future[T] = asyncio.get_running_loop().create_future()
        self._tx.put_nowait((future, partial(_translated, work, self._connection)))
        return future


def _translated(work: Work[T], connection: sqlite3.Connection) -> T:
    with translated(connection):
        return work(connection)


def snapshot(connection: sqlite3.Connection, work: Work[T]) -> T:
    """One state of the database for all statements of a read."""
    connection.execute("BEGIN")
    try:
        return work(connection)
    finally:
        if connection.in_transaction:
            connection.execute("ROLLBACK")


def data_version(connection: sqlite3.Connection) -> int:
    """SQLite's own count of commits by other connections."""
    version: int = connection.execute("PRAGMA data_version").fetchone()[0]
    return version


async def connect(database: str, pragmas: str, uri: bool = False) -> Connection:
    """Open a connection on a thread of its own. Raises StoreUnavailable."""

    def connector() -> sqlite3.Connection:
        # isolation_level None: no statement begins a transaction that we didn't write.
        opened = sqlite3.connect(database, timeout=BUSY_SECONDS, isolation_level=None, uri=uri)
        opened.executescript(pragmas)
        return opened

    connection = Connection(connector, iter_chunk_size=64)
    # A process that failed to close still ends: what was acknowledged is on the disk already.
    connection._thread.daemon = True
    try:
        with translated():
            await connection
    except StoreUnavailable:
        # aiosqlite ends the thread but doesn't wait: it would speak to an event loop that may be closed by then.
        await asyncio.to_thread(connection._thread.join, BUSY_SECONDS)
        raise
    return connection


async def abandon(connection: Connection) -> None:
    """Close a connection that never came to write anything."""
    if done := connection.stop():
        await done


@contextmanager
def translated(connection: sqlite3.Connection | None = None) -> Iterator[None]:
    """Turn whatever SQLite, the disk or a damaged record raises into the store's own errors."""
    try:
        yield
    except sqlite3.Error as error:
        raise _own(error, connection) from error
    except (OSError, msgspec.MsgspecError, ValueError) as error:
        raise StoreUnavailable(f"the store can't be read: {error}") from error


def _own(error: sqlite3.Error, connection: sqlite3.Connection | None) -> StoreUnavailable:
    name = getattr(error, "sqlite_errorname", None) or ""
    if name == "SQLITE_FULL" or (name.startswith("SQLITE_IOERR") and _is_full(connection)):
        return StoreFull(f"no space left for the store: {error}")
    if name.startswith(DAMAGED):
        return StoreUnavailable(f"the site's database is damaged ({error}); put a backup back: publisher restore")
    return StoreUnavailable(f"the store can't answer: {error}" + (f" ({name})" if name else ""))


def _is_full(connection: sqlite3.Connection | None) -> bool:
    try:
        path = connection.execute("PRAGMA database_list").fetchone()[2] if connection else ""
        return bool(path) and shutil.disk_usage(Path(path).parent).free < LITTLE_SPACE
    except (sqlite3.Error, OSError):
        return False


class FileLock:
    """The advisory lock under which every transaction and checkpoint of any process happens.

    SQLite before 3.51.3 can lose commits when two connections write or checkpoint at once
    (spec/http.md 7). The lock is taken on the connection's thread, so waiting blocks nobody else.
    """

    def __init__(self, path: Path, timeout_seconds: float) -> None:
        self._path = path
        self._timeout = timeout_seconds
        self._descriptor: int | None = None

    @contextmanager
    def held(self) -> Iterator[None]:
        """Hold it for a while. Raises StoreUnavailable when another process keeps it too long."""
        descriptor = self._opened()
        self._take(descriptor)
        try:
            yield
        finally:
            fcntl.flock(descriptor, fcntl.LOCK_UN)

    def _opened(self) -> int:
        if self._descriptor is None:
            self._descriptor = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
        return self._descriptor

    def _take(self, descriptor: int) -> None:
        deadline, pause = time.monotonic() + self._timeout, 0.0002
        while True:
            try:
                return fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                if time.monotonic() > deadline:
                    raise StoreUnavailable(
                        f"another process holds {self._path} for more than {self._timeout:g} s"
                    ) from None
            time.sleep(pause)
            pause = min(pause * 2, 0.01)

    def close(self) -> None:
        """Give the file back; safe to call twice."""
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None
