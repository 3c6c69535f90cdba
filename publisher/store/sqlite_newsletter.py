"""Newsletter addresses in SQLite: a file of their own (`newsletter.db`), readable by its owner only.

Every commit is on the disk before it is acknowledged (synchronous FULL): a letter that was taken must be known to be
taken after a power cut. What is deleted is overwritten (secure_delete).
"""

from __future__ import annotations

import hashlib
import sqlite3
from datetime import datetime
from pathlib import Path
from typing import Any

import msgspec

from publisher.error import Conflict, NotFound
from publisher.store import newsletter as port
from publisher.store import sqlite_row as row
from publisher.store.newsletter import BACK_OFF, CONFIRMATION, Issue, Letter, Outcome, Readers
from publisher.store.sqlite_side import Shape, SideFile

SCHEMA = """
CREATE TABLE IF NOT EXISTS reader (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  address TEXT NOT NULL UNIQUE COLLATE NOCASE,
  state TEXT NOT NULL,
  asked INTEGER NOT NULL,
  asks INTEGER NOT NULL,
  confirmed INTEGER
) STRICT;
-- Addresses that were asked and deleted, as hashes: so that they are still asked ever less often.
CREATE TABLE IF NOT EXISTS asked (mark BLOB PRIMARY KEY, at INTEGER NOT NULL, asks INTEGER NOT NULL) STRICT;
CREATE TABLE IF NOT EXISTS pepper (id INTEGER PRIMARY KEY CHECK (id = 1), value BLOB NOT NULL) STRICT;
INSERT OR IGNORE INTO pepper VALUES (1, randomblob(32));
CREATE INDEX IF NOT EXISTS reader_state ON reader (state, asked);
CREATE TABLE IF NOT EXISTS issue (
  id INTEGER PRIMARY KEY,
  slot INTEGER NOT NULL UNIQUE,
  since INTEGER NOT NULL,
  until INTEGER NOT NULL,
  articles TEXT NOT NULL,
  sent INTEGER NOT NULL DEFAULT 0,
  failed INTEGER NOT NULL DEFAULT 0,
  lost INTEGER NOT NULL DEFAULT 0
) STRICT;
-- A queue: a letter that was sent or given up is deleted. `due` is NULL while it is being sent.
CREATE TABLE IF NOT EXISTS letter (
  issue INTEGER NOT NULL,
  reader INTEGER NOT NULL REFERENCES reader (id) ON DELETE CASCADE,
  attempts INTEGER NOT NULL,
  due INTEGER,
  PRIMARY KEY (reader, issue)
) STRICT, WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS letter_due ON letter (due, issue, reader) WHERE due IS NOT NULL;
CREATE INDEX IF NOT EXISTS letter_asking ON letter (due, reader) WHERE issue = 0 AND due IS NOT NULL;
CREATE INDEX IF NOT EXISTS letter_taken ON letter (issue) WHERE due IS NULL;
CREATE TABLE IF NOT EXISTS lease (
  id INTEGER PRIMARY KEY CHECK (id = 1),
  holder TEXT NOT NULL,
  until INTEGER NOT NULL
) STRICT;
"""
SHAPE = Shape(
    name="newsletter.db",
    application_id=0x5075624E,
    schema=SCHEMA,
    pragmas="PRAGMA synchronous = FULL; PRAGMA secure_delete = ON; PRAGMA foreign_keys = ON;",
    mode=0o600,
)
"""Its mark is `PubN`."""

BY_ADDRESS = "SELECT id, state, asked, asks FROM reader WHERE address = ?"
ADD = "INSERT INTO reader (address, state, asked, asks) VALUES (?, 'pending', ?, ?)"
ASK_ANEW = "UPDATE reader SET state = 'pending', asked = ?2, asks = asks + 1 WHERE id = ?1"
NOT_ASKED = "UPDATE reader SET asks = asks WHERE id = ?"
CONFIRM = "UPDATE reader SET state = 'confirmed', confirmed = coalesce(confirmed, ?2), asks = 0 WHERE id = ?1"
LEAVE = "DELETE FROM reader WHERE id = ?"
FORGET = "DELETE FROM reader WHERE address = ?"
EXPIRE = "DELETE FROM reader WHERE state = 'pending' AND asked < ?"
PEPPER = "SELECT value FROM pepper WHERE id = 1"
MARK_ALL = """
INSERT OR REPLACE INTO asked (mark, at, asks)
SELECT mark(address), asked, asks FROM reader WHERE state = 'pending' AND asked < ?
"""
MARKED = "SELECT at, asks FROM asked WHERE mark = ?"
NOT_ASKED_EITHER = "UPDATE asked SET asks = asks WHERE mark = ?"
UNMARK = "DELETE FROM asked WHERE mark = ?"
UNMARK_OLD = "DELETE FROM asked WHERE at < ?"
READERS = "SELECT state, count(*) FROM reader GROUP BY state ORDER BY state LIMIT 3"
FAIL = "UPDATE reader SET state = 'failed' WHERE id = ?"

ISSUE = "SELECT id, slot, since, until, articles, sent, failed, lost FROM issue"
LATEST = f"{ISSUE} ORDER BY slot DESC LIMIT 1"
ONE_ISSUE = f"{ISSUE} WHERE id = ?"
BEGIN = "INSERT INTO issue (slot, since, until, articles) VALUES (?, ?, ?, ?)"
QUEUE_ALL = "INSERT INTO letter SELECT ?1, id, 0, ?2 FROM reader WHERE state = 'confirmed'"
COUNT = {
    Outcome.SENT: "UPDATE issue SET sent = sent + ?2 WHERE id = ?1",
    Outcome.REFUSED: "UPDATE issue SET failed = failed + ?2 WHERE id = ?1",
    Outcome.LOST: "UPDATE issue SET lost = lost + ?2 WHERE id = ?1",
}

QUEUE = "INSERT OR REPLACE INTO letter (issue, reader, attempts, due) VALUES (?, ?, ?, ?)"
DROP = "DELETE FROM letter WHERE issue = ? AND reader = ?"
DROP_ALL = "DELETE FROM letter WHERE reader = ?"
IS_DUE = "SELECT EXISTS (SELECT 1 FROM letter WHERE due <= ?)"
QUEUED = "SELECT count(*) FROM letter WHERE issue > 0 AND due IS NOT NULL"
NEXT = "SELECT reader, issue, attempts FROM letter WHERE due <= ? ORDER BY due, issue, reader LIMIT 1"
NEXT_ASKING = """
SELECT reader, issue, attempts FROM letter WHERE issue = 0 AND due <= ? ORDER BY due, reader LIMIT 1
"""
ADDRESS = "SELECT address FROM reader WHERE id = ?"
TAKE = "UPDATE letter SET due = NULL WHERE issue = ? AND reader = ?"
TAKEN = "SELECT issue, count(*) FROM letter WHERE due IS NULL GROUP BY issue ORDER BY issue LIMIT 1000"
DROP_TAKEN = "DELETE FROM letter WHERE due IS NULL"

HOLDER = "SELECT holder, until FROM lease WHERE id = 1"
HOLD = "INSERT OR REPLACE INTO lease (id, holder, until) VALUES (1, ?, ?)"
RELEASE = "DELETE FROM lease WHERE holder = ?"


class SqliteNewsletter:
    """A newsletter's store in one file. Open it after forking."""

    def __init__(self, path: Path, lock_seconds: float = 10.0) -> None:
        self._file = SideFile(SHAPE, path, lock_seconds)

    async def open(self) -> None:
        """Create the file when there is none, open the connections."""
        await self._file.open()

    async def close(self) -> None:
        """Finish what is being written, then release everything."""
        await self._file.close()

    # Readers

    async def ask(self, address: str, now: datetime) -> None:
        """Queue a letter that asks, unless the address was asked lately or is confirmed."""
        await self._file.write(lambda db: _ask(db, address, now))

    async def confirm(self, reader: int, now: datetime) -> bool:
        """From now on the reader gets issues."""
        return await self._file.write(lambda db: db.execute(CONFIRM, (reader, row.micros(now))).rowcount > 0)

    async def leave(self, reader: int) -> bool:
        """Delete a reader."""
        return await self._file.write(lambda db: db.execute(LEAVE, (reader,)).rowcount > 0)

    async def forget(self, address: str) -> bool:
        """Delete an address."""
        return await self._file.write(lambda db: _forget(db, address))

    async def expire(self, before: datetime) -> int:
        """Delete those who never answered."""
        return await self._file.write(lambda db: _expire(db, before))

    async def readers(self) -> Readers:
        """How many there are."""
        return await self._file.read(lambda db: Readers(**dict(db.execute(READERS))))

    # Issues

    async def latest(self) -> Issue | None:
        """The newest issue."""
        return await self._file.read(_latest)

    async def issue(self, id: int) -> Issue:
        """One issue."""
        return await self._file.read(lambda db: _one(db, id))

    async def begin(self, issue: Issue) -> Issue | None:
        """Enter an issue and queue its letters."""
        return await self._file.write(lambda db: _begin(db, issue))

    # Letters

    async def is_due(self, now: datetime) -> bool:
        """Whether a letter is due."""
        return await self._file.read(lambda db: bool(db.execute(IS_DUE, (row.micros(now),)).fetchone()[0]))

    async def queued(self) -> int:
        """How many letters of issues wait."""
        return await self._file.read(lambda db: int(db.execute(QUEUED).fetchone()[0]))

    async def hold(self, holder: str, now: datetime) -> None:
        """Take the lease, or renew it."""
        await self._file.write(lambda db: _hold(db, holder, now))

    async def take(self, holder: str, now: datetime) -> Letter | None:
        """The next letter, taken."""
        return await self._file.write(lambda db: _take(db, holder, now))

    async def settle(self, letter: Letter, outcome: Outcome, now: datetime) -> None:
        """Say what became of a letter."""
        await self._file.write(lambda db: _settle(db, letter, outcome, now))

    async def release(self, holder: str) -> None:
        """Give the lease back."""
        await self._file.write(lambda db: db.execute(RELEASE, (holder,)) and None)


def _ask(db: sqlite3.Connection, address: str, now: datetime) -> None:
    found = db.execute(BY_ADDRESS, (address,)).fetchone()
    if found is None:
        reader = _add(db, address, now)
    elif _is_left_alone(*found[1:], now=now):
        db.execute(NOT_ASKED, (found[0],))
        return
    else:
        reader = found[0]
        db.execute(ASK_ANEW, (reader, row.micros(now)))
    if reader is not None:
        db.execute(QUEUE, (CONFIRMATION, reader, 0, row.micros(now)))


def _add(db: sqlite3.Connection, address: str, now: datetime) -> int | None:
    """The new row of an address that has none; None for one that was asked lately and deleted."""
    mark = _mark(db, address)
    at, asks = db.execute(MARKED, (mark,)).fetchone() or (0, 0)
    if asks and _is_left_alone("", at, asks, now=now):
        db.execute(NOT_ASKED_EITHER, (mark,))
        return None
    db.execute(UNMARK, (mark,))
    return db.execute(ADD, (address, row.micros(now), asks + 1)).lastrowid


def _mark(db: sqlite3.Connection, address: str) -> bytes:
    pepper: bytes = db.execute(PEPPER).fetchone()[0]
    return hashlib.blake2b(address.lower().encode(), digest_size=16, key=pepper).digest()


def _expire(db: sqlite3.Connection, before: datetime) -> int:
    db.create_function("mark", 1, lambda address: _mark(db, address))
    db.execute(MARK_ALL, (row.micros(before),))
    db.execute(UNMARK_OLD, (row.micros(before - port.REMEMBERED),))
    return db.execute(EXPIRE, (row.micros(before),)).rowcount


def _forget(db: sqlite3.Connection, address: str) -> bool:
    db.execute(UNMARK, (_mark(db, address),))
    return db.execute(FORGET, (address,)).rowcount > 0


def _is_left_alone(state: str, asked: int, asks: int, *, now: datetime) -> bool:
    return state == "confirmed" or now < row.moment(asked) + port.ASK_AGAIN * 2 ** max(0, min(asks, 10) - 1)


def _latest(db: sqlite3.Connection) -> Issue | None:
    found = db.execute(LATEST).fetchone()
    return _issue(found) if found else None


def _one(db: sqlite3.Connection, id: int) -> Issue:
    found = db.execute(ONE_ISSUE, (id,)).fetchone()
    if found is None:
        raise NotFound(f"there is no issue {id} of the newsletter")
    return _issue(found)


def _issue(found: tuple[Any, ...]) -> Issue:
    id, slot, since, until, articles, sent, failed, lost = found
    return Issue(
        id=id,
        slot=row.moment(slot),
        since=row.moment(since),
        until=row.moment(until),
        articles=msgspec.json.decode(articles, type=tuple[int, ...]),
        sent=sent,
        failed=failed,
        lost=lost,
    )


def _begin(db: sqlite3.Connection, issue: Issue) -> Issue | None:
    latest = _latest(db)
    if latest is not None and latest.slot >= issue.slot:
        return None
    slot, since, until = map(row.micros, (issue.slot, issue.since, issue.until))
    id = db.execute(BEGIN, (slot, since, until, msgspec.json.encode(issue.articles).decode())).lastrowid or 0
    if issue.articles:
        db.execute(QUEUE_ALL, (id, until))
    return msgspec.structs.replace(issue, id=id)


def _hold(db: sqlite3.Connection, holder: str, now: datetime) -> None:
    held = db.execute(HOLDER).fetchone()
    if held and held[0] != holder and row.moment(held[1]) > now:
        raise Conflict("another process is sending the newsletter")
    if held is None or held[0] != holder:
        _count_lost(db)
    db.execute(HOLD, (holder, row.micros(now + port.LEASE)))


def _take(db: sqlite3.Connection, holder: str, now: datetime) -> Letter | None:
    _hold(db, holder, now)
    wanted = (row.micros(now),)
    found = db.execute(NEXT_ASKING, wanted).fetchone() or db.execute(NEXT, wanted).fetchone()
    if found is None:
        return None
    reader, issue, attempts = found
    (address,) = db.execute(ADDRESS, (reader,)).fetchone()
    db.execute(TAKE, (issue, reader))
    return Letter(reader=reader, address=address, issue=issue, attempts=attempts)


def _count_lost(db: sqlite3.Connection) -> None:
    """Letters that the last holder took and never settled: nobody knows whether they were sent."""
    for issue, letters in db.execute(TAKEN).fetchall():
        db.execute(COUNT[Outcome.LOST], (issue, letters))
    db.execute(DROP_TAKEN)


def _settle(db: sqlite3.Connection, letter: Letter, outcome: Outcome, now: datetime) -> None:
    if not db.execute(DROP, (letter.issue, letter.reader)).rowcount:
        return  # the reader left meanwhile
    if outcome is Outcome.LATER and letter.attempts < len(BACK_OFF):
        due = row.micros(now + BACK_OFF[letter.attempts])
        db.execute(QUEUE, (letter.issue, letter.reader, letter.attempts + 1, due))
        return
    counted = Outcome.REFUSED if outcome is Outcome.LATER else outcome
    if counted in COUNT:
        db.execute(COUNT[counted], (letter.issue, 1))
    if outcome is Outcome.REFUSED:
        db.execute(FAIL, (letter.reader,))
        db.execute(DROP_ALL, (letter.reader,))
