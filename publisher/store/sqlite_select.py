"""A selection as SQL: walk the smallest list that holds all of it, newest first, and test the rest.

Every list is a range of `membership` in its final order, so a page costs its own length wherever it
is. The statements are put together from the constants below; values are bound, never written in.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from typing import Any, NamedTuple

from publisher.model import Kind, Selection, Sort
from publisher.store import rule
from publisher.store import sqlite_statement as sql
from publisher.store.sqlite_row import KINDS, array, micros

FROM_SHELF = "FROM membership AS m WHERE m.shelf = ?"
FROM_SHELVES = """
FROM (SELECT DISTINCT published, id, kind FROM membership
  WHERE shelf IN (SELECT value FROM json_each(?))) AS m WHERE true
"""
FROM_FIRST = """
FROM article AS f INDEXED BY article_first
CROSS JOIN membership AS m ON m.published = f.published AND m.id = f.id
WHERE f.status = 'published' AND f.first_published >= ? AND m.shelf = ?
"""
WALK_UPDATED = """
SELECT s.updated AS rank, s.id AS id FROM article AS s INDEXED BY article_updated
CROSS JOIN membership AS m ON m.published = s.published AND m.id = s.id
WHERE s.status = 'published' AND m.shelf = ?
"""
WALK_VIEWS = """
SELECT s.views AS rank, s.id AS id FROM article AS s INDEXED BY article_views
CROSS JOIN membership AS m ON m.published = s.published AND m.id = s.id
WHERE s.status = 'published' AND m.shelf = ?
"""
KIND = "AND m.kind IN (SELECT value FROM json_each(?))"
STANDS = """
AND EXISTS (SELECT 1 FROM membership AS x WHERE x.shelf IN (SELECT value FROM json_each(?))
  AND x.published = m.published AND x.id = m.id)
"""
STANDS_NOT = STANDS.replace("EXISTS", "NOT EXISTS")
SINCE = "AND m.published >= ?"
UNTIL = "AND m.published < ?"
AFTER = "AND (m.published, m.id) < (?, ?)"

NEWEST = "ORDER BY m.published DESC, m.id DESC"
WALKS = {Sort.UPDATED: WALK_UPDATED, Sort.VIEWS: WALK_VIEWS}
ORDERS = {
    Sort.UPDATED: "ORDER BY s.updated DESC, s.id DESC",
    Sort.VIEWS: "ORDER BY s.views DESC, s.id DESC",
}
RANKS = {Sort.UPDATED: "a.updated", Sort.VIEWS: "a.views"}
PAGE = "LIMIT ? OFFSET ?"

IDS = "SELECT m.published AS rank, m.id AS id"
SORTED = """
SELECT {rank} AS rank, a.id AS id FROM article AS a
WHERE a.id IN (SELECT m.id {rest}) ORDER BY rank DESC, id DESC LIMIT ? OFFSET ?
"""
RECORDS = """
SELECT a.record FROM ({ids}) AS page CROSS JOIN article AS a ON a.id = page.id
ORDER BY page.rank DESC, page.id DESC
"""
REVISIONS = RECORDS.replace("a.record", "a.id, a.revision")
COUNT = "SELECT count(*) {rest}"
WINDOW = "SELECT count(*) FROM (SELECT 1 FROM membership WHERE shelf = ? AND published >= ? LIMIT ?)"

FEW = 4096
"""A list this short is sorted as it is; a longer one is walked in the order asked for."""

WORTHWHILE = 20
"""How many times shorter several lists must be than one to be merged and sorted instead of walked."""


class Shelf(NamedTuple):
    """A list that exists: its number and how many of each kind stand on it."""

    id: int
    counts: tuple[int, ...]

    @property
    def size(self) -> int:
        return sum(self.counts)


class Plan(NamedTuple):
    """A way to walk a selection: the list walked, about how long it is, what is tested on the way."""

    everything: Shelf
    walked: tuple[Shelf, ...]
    size: int
    wanted: Sequence[tuple[Shelf, ...]]
    shunned: tuple[Shelf, ...]
    selection: Selection

    @property
    def tested(self) -> Sequence[tuple[Shelf, ...]]:
        return [each for each in self.wanted if each != self.walked]


def plan(connection: sqlite3.Connection, selection: Selection) -> Plan | None:
    """The cheapest way through the lists that the selection names, None when one of them is empty."""
    wanted, shunned = rule.required(selection), rule.forbidden(selection)
    shelves = _shelves(connection, frozenset({rule.ALL}).union(shunned, *wanted))
    sets = [tuple(shelves[name] for name in sorted(names) if name in shelves) for names in wanted]
    if rule.ALL not in shelves or not all(sets):
        return None
    everything = shelves[rule.ALL]
    shunned_shelves = tuple(shelves[name] for name in sorted(shunned) if name in shelves)
    walked = _shortest([*sets, (everything,)])
    return Plan(everything, walked, _size(connection, walked, selection), sets, shunned_shelves, selection)


def _size(connection: sqlite3.Connection, walked: tuple[Shelf, ...], selection: Selection) -> int:
    """How long a list is, or its newest part when that is wanted in another order, counted up to FEW."""
    size = sum(shelf.size for shelf in walked)
    if size <= FEW or not selection.since or selection.sort is Sort.NEWEST or len(walked) > 1:
        return size
    window = (walked[0].id, micros(selection.since), FEW + 1)
    return int(connection.execute(WINDOW, window).fetchone()[0])


def _shelves(connection: sqlite3.Connection, names: frozenset[str]) -> dict[str, Shelf]:
    rows = connection.execute(sql.SHELVES, (array(names),))
    return {name: Shelf(id, tuple(counts)) for name, id, *counts in rows}


def _shortest(sets: Sequence[tuple[Shelf, ...]]) -> tuple[Shelf, ...]:
    def cost(shelves: tuple[Shelf, ...]) -> int:
        return sum(shelf.size for shelf in shelves) * (1 if len(shelves) == 1 else WORTHWHILE)

    return min(sets, key=cost)


def records(connection: sqlite3.Connection, selection: Selection) -> list[str]:
    """The records of a selection's articles, in its order."""
    return [record for (record,) in _page(connection, selection, RECORDS)]


def revisions(connection: sqlite3.Connection, selection: Selection) -> list[tuple[int, int]]:
    """(id, revision) of a selection's articles, in its order."""
    return list(_page(connection, selection, REVISIONS))


def _page(connection: sqlite3.Connection, selection: Selection, statement: str) -> Sequence[Any]:
    found = plan(connection, selection)
    if not found or selection.limit <= 0:
        return ()
    ids, parameters = _ids(found)
    page = (selection.limit, max(0, selection.offset))
    return connection.execute(statement.format(ids=ids), (*parameters, *page)).fetchall()


def _ids(found: Plan) -> tuple[str, list[Any]]:
    sort = found.selection.sort
    if sort is Sort.NEWEST:
        rest, values = _walk(found)
        return f"{IDS} {rest} {NEWEST} {PAGE}", values
    if found.size <= FEW or found.selection.first_since:
        rest, values = _walk(found)
        return SORTED.format(rank=RANKS[sort], rest=rest), values
    clauses, values = _clauses(found, found.wanted)
    return f"{WALKS[sort]} {clauses} {ORDERS[sort]} {PAGE}", [found.everything.id, *values]


def count(connection: sqlite3.Connection, selection: Selection) -> int:
    """How many articles a selection has: by the kept counts when it is a whole list."""
    found = plan(connection, selection)
    if not found:
        return 0
    if _is_whole(found):
        kinds = selection.kinds or frozenset(Kind)
        counts = found.walked[0].counts
        return sum(number for kind, number in zip(KINDS, counts, strict=True) if kind in kinds)
    rest, parameters = _walk(found)
    return int(connection.execute(COUNT.format(rest=rest), parameters).fetchone()[0])


def _is_whole(found: Plan) -> bool:
    chosen = found.selection
    bounds = (chosen.since, chosen.until, chosen.first_since, chosen.after)
    return len(found.walked) == 1 and not found.tested and not found.shunned and not any(bounds)


def _walk(found: Plan) -> tuple[str, list[Any]]:
    """FROM and WHERE of the walk with their parameters."""
    if found.selection.first_since:
        clauses, values = _clauses(found, found.wanted)
        return f"{FROM_FIRST} {clauses}", [micros(found.selection.first_since), found.everything.id, *values]
    clauses, values = _clauses(found, found.tested)
    if len(found.walked) == 1:
        return f"{FROM_SHELF} {clauses}", [found.walked[0].id, *values]
    return f"{FROM_SHELVES} {clauses}", [_ids_of(found.walked), *values]


def _clauses(found: Plan, tested: Sequence[tuple[Shelf, ...]]) -> tuple[str, list[Any]]:
    """What each step of the walk is tested for."""
    chosen, after = found.selection, found.selection.after
    clauses: list[tuple[str, list[Any]]] = [(STANDS, [_ids_of(each)]) for each in tested]
    if found.shunned:
        clauses.append((STANDS_NOT, [_ids_of(found.shunned)]))
    if chosen.kinds and chosen.kinds != frozenset(Kind):
        clauses.append((KIND, [array(KINDS.index(kind) for kind in chosen.kinds)]))
    if chosen.since:
        clauses.append((SINCE, [micros(chosen.since)]))
    if chosen.until:
        clauses.append((UNTIL, [micros(chosen.until)]))
    if after:
        clauses.append((AFTER, [micros(after.published), after.id]))
    return " ".join(text for text, _ in clauses), [value for _, values in clauses for value in values]


def _ids_of(shelves: Sequence[Shelf]) -> str:
    return array(shelf.id for shelf in shelves)
