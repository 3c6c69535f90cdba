"""What a transaction adds up and writes once at its end, however many articles it stores.

Shelves' counts, the states of sitemap files, the marks of keys, the tally and the next places are the same few rows
for a whole batch. Nothing else of the transaction reads them, so nobody sees them late.
"""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Iterable
from datetime import datetime

import msgspec

from publisher.model import Place
from publisher.store import rule
from publisher.store import sqlite_row as row
from publisher.store import sqlite_statement as sql


class Shelf(msgspec.Struct):
    """A shelf as it stands in the transaction; `was` is how a sitemap listed it before."""

    name: str
    id: int
    counts: list[int]
    updated: int
    sequence: int | None
    was: bytes = b""

    def listed(self) -> bytes:
        """Its entry in the sitemap that lists such shelves, b"" for none."""
        return rule.shelf_fragment(self.name, self.counts[0], row.moment(self.updated)) if self.kind else b""

    @property
    def kind(self) -> str:
        """The sitemap that lists it, "" when none does."""
        return rule.shelf_kind(self.name)


class Sums:
    """The sums of one transaction; `write` puts them into their tables."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._shelves: dict[str, Shelf] = {}
        self._files: dict[tuple[str, str, int], tuple[int, datetime]] = {}
        self._places: dict[tuple[str, str], int] = {}
        self._marks: dict[str, int] = {}
        self._statuses: Counter[str] = Counter()

    def shelves(self, names: Iterable[str]) -> list[Shelf]:
        """Shelves by name, made where there was none; whoever alters one alters what is written."""
        wanted = sorted(names)
        if missing := [name for name in wanted if name not in self._shelves]:
            for name, id, *counts, updated, sequence in self._connection.execute(
                sql.SHELF_STATES, (row.array(missing),)
            ):
                self._keep(Shelf(name, id, counts, updated, sequence))
        return [self._shelves.get(name) or self._new_shelf(name) for name in wanted]

    def _new_shelf(self, name: str) -> Shelf:
        id = self._connection.execute(sql.NEW_SHELF, (name,)).lastrowid or 0
        return self._keep(Shelf(name, id, [0] * len(row.KINDS), 0, None))

    def _keep(self, shelf: Shelf) -> Shelf:
        """Note how a shelf stands before the transaction; one that a sitemap lists is given its number there, once."""
        shelf.was = shelf.listed()
        if shelf.kind and shelf.sequence is None:
            shelf.sequence = self.take_place(shelf.kind, "")
        self._shelves[shelf.name] = shelf
        return shelf

    def touch_file(self, place: Place, urls: int, at: datetime) -> None:
        """The sitemap file of a place changed now, by so many URLs."""
        name = (place.kind, place.month, place.chunk())
        self._files[name] = (self._files.get(name, (0, at))[0] + urls, at)

    def take_place(self, kind: str, month: str) -> int:
        """The first sequence of a month that nobody took; it is taken then."""
        sequence = self._next_place(kind, month)
        self._places[kind, month] = sequence + 1
        return sequence

    def reserve(self, place: Place) -> None:
        """A place and all before it are taken."""
        after = max(self._next_place(place.kind, place.month), place.sequence + 1)
        self._places[place.kind, place.month] = after

    def _next_place(self, kind: str, month: str) -> int:
        if (kind, month) not in self._places:
            found = self._connection.execute(sql.NEXT_SEQUENCE, (kind, month)).fetchone()
            self._places[kind, month] = int(found[0]) if found else 0
        return self._places[kind, month]

    def mark(self, keys: Iterable[str], seq: int) -> None:
        """The newest change of some keys."""
        self._marks |= dict.fromkeys(keys, seq)

    def count(self, status: str, change: int) -> None:
        """So many articles more have a status."""
        self._statuses[status] += change

    def write(self, at: datetime) -> None:
        """Everything to its table, with the time of the transaction's last change."""
        db, shelves = self._connection, self._shelves.values()
        for shelf in shelves:
            self._touch_list(shelf, at)
        db.executemany(sql.PUT_SHELF, [(*each.counts, each.updated, each.sequence, each.id) for each in shelves])
        db.executemany(sql.PUT_CHUNK, [_file_row(name, *state) for name, state in self._files.items()])
        db.executemany(sql.PUT_SEQUENCE, [(*name, sequence) for name, sequence in self._places.items()])
        db.executemany(sql.PUT_MARK, sorted(self._marks.items()))
        db.executemany(sql.ADD_TALLY, [each for each in self._statuses.items() if each[1]])

    def _touch_list(self, shelf: Shelf, at: datetime) -> None:
        """The file that lists a shelf changed, if the shelf's entry did."""
        now = shelf.listed()
        if now != shelf.was:
            place = Place(kind=shelf.kind, month="", sequence=shelf.sequence or 0)
            self.touch_file(place, bool(now) - bool(shelf.was), at)


def _file_row(name: tuple[str, str, int], urls: int, at: datetime) -> row.Row:
    """A file's state with its line of the index."""
    return *name, urls, row.micros(at), rule.index_entry(*name, at).decode()
