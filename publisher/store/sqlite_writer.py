"""The writing side of a SQLite file: group commit, checkpoints, both under the file lock.

Writes that wait at the same time share one transaction and one fsync, each in a savepoint of its
own: a failed one rolls back alone. Each is acknowledged after the common COMMIT.
"""

from __future__ import annotations

import asyncio
import os
import sqlite3
from collections.abc import Sequence
from functools import partial
from typing import Any, Generic

from publisher.error import StoreUnavailable
from publisher.store import sqlite_statement as sql
from publisher.store.sqlite_connection import Connection, FileLock, T, Work, translated

MAX_BATCH = 256
WAL_BYTES = 16 << 20
"""A log longer than this is copied into the database after a commit."""

CHECKPOINT = "PRAGMA wal_checkpoint(TRUNCATE)"


class Job(Generic[T]):
    """One write and whoever waits for it."""

    def __init__(self, work: Work[T], future: asyncio.Future[T]) -> None:
        self.work = work
        self.future = future
        self.outcome: T | BaseException | None = None


class Writer:
    """The one connection of this process that writes."""

    def __init__(self, connection: Connection, lock: FileLock, wal: str) -> None:
        self._connection = connection
        self._lock = lock
        self._wal = wal
        self._waiting: list[Job[Any]] = []
        self._in_flight: asyncio.Future[int] | None = None
        self._turn: asyncio.Handle | None = None
        self._checkpoint_at = WAL_BYTES
        self._closing = False

    async def run(self, work: Work[T]) -> T:
        """Do one write; returns when it is on the disk.

        A caller cancelled before its write began takes it back; later it is committed all the same.
        """
        if self._closing:
            raise StoreUnavailable("the store is closed")
        future: asyncio.Future[T] = asyncio.get_running_loop().create_future()
        self._waiting.append(Job(work, future))
        self._begin_soon()
        return await future

    def _begin_soon(self) -> None:
        """In the loop's next turn: what is written together (by `gather`) shares a commit even if none is under way."""
        if not self._in_flight and not self._turn:
            self._turn = asyncio.get_running_loop().call_soon(self._begin)

    def _begin(self) -> None:
        self._turn = None
        if self._in_flight or not self._waiting:
            return
        batch, self._waiting = self._waiting[:MAX_BATCH], self._waiting[MAX_BATCH:]
        batch = [job for job in batch if not job.future.cancelled()]
        self._in_flight = self._connection.submit(partial(self._commit, batch))
        self._in_flight.add_done_callback(partial(self._acknowledge, batch))

    def _acknowledge(self, batch: Sequence[Job[Any]], done: asyncio.Future[int]) -> None:
        failure = done.exception()
        for job in batch:
            _tell(job, failure or job.outcome)
        self._in_flight = None
        if not failure and done.result() > self._checkpoint_at:
            self._connection.submit(self._checkpoint)
        self._begin()

    def _commit(self, batch: Sequence[Job[Any]], connection: sqlite3.Connection) -> int:
        """On the connection's thread: everything of a batch, one COMMIT; returns the log's bytes."""
        with self._lock.held():
            connection.execute("BEGIN IMMEDIATE")
            try:
                for job in batch:
                    job.outcome = _attempt(job.work, connection)
                connection.execute("COMMIT")
            except BaseException:
                _roll_back(connection)
                raise
            return os.stat(self._wal).st_size

    def _checkpoint(self, connection: sqlite3.Connection) -> None:
        """Copy the log into the database: after the acknowledgement, so that no writer waits for it."""
        try:
            with self._lock.held():
                _checkpoint_briefly(connection)
                size = os.stat(self._wal).st_size
        except (sqlite3.Error, OSError, StoreUnavailable):
            return  # What was written is safe in the log; the next commit tries again.
        # A reader may have kept it from being truncated: then only when as much again was written.
        self._checkpoint_at = size + WAL_BYTES

    async def close(self) -> None:
        """Finish what waits, copy the log into the database and close, all under the lock."""
        self._closing = True
        while self._in_flight or self._turn:
            if self._in_flight:
                await asyncio.wait([self._in_flight])
            await asyncio.sleep(0)
        await self._connection.submit(self._shut)
        await self._connection.close()

    def _shut(self, connection: sqlite3.Connection) -> None:
        """Closing the last connection checkpoints: so it is closed here, where the lock is held."""
        with self._lock.held():
            try:
                _checkpoint_briefly(connection)
            except sqlite3.Error:
                pass  # The log stays, and is read on.
            connection.close()


def _attempt(work: Work[T], connection: sqlite3.Connection) -> T | BaseException:
    """One write in a savepoint: its result, or what it raised after taking itself back."""
    connection.execute("SAVEPOINT job")
    try:
        with translated(connection):
            result = work(connection)
        connection.execute("RELEASE job")
        return result
    except BaseException as error:
        if not connection.in_transaction:  # SQLite took everything back: a full disk, an I/O error.
            raise
        connection.execute("ROLLBACK TO job")
        connection.execute("RELEASE job")
        return error


def _checkpoint_briefly(connection: sqlite3.Connection) -> None:
    """Wait for readers 50 ms at most: others wait for the lock meanwhile."""
    connection.execute("PRAGMA busy_timeout = 50")
    try:
        connection.execute(CHECKPOINT).fetchone()
    finally:
        connection.execute("PRAGMA busy_timeout = 5000")


def _roll_back(connection: sqlite3.Connection) -> None:
    if connection.in_transaction:
        connection.execute("ROLLBACK")


def _tell(job: Job[Any], outcome: object) -> None:
    if job.future.done():
        return
    if isinstance(outcome, BaseException):
        job.future.set_exception(outcome)
    else:
        job.future.set_result(outcome)


def merged(connection: sqlite3.Connection, pages: int) -> bool:
    """Merge some of the index of words; whether it found anything (else FTS5 counts fewer than two changes)."""
    before = connection.total_changes
    connection.execute(sql.MERGE, (pages,))
    return connection.total_changes - before >= 2
