"""Related articles from SQLite, and what was read to find them: kept while nothing is published.

Neighbours ask alike: a word of one text is a word of many, and who shares it is looked at again and again. It is of
one number of the log, read in the same transaction: so it is never older than what it stands for.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Mapping

from publisher.model import Article
from publisher.store import related as likeness
from publisher.store import sqlite_row as row
from publisher.store import sqlite_statement as sql
from publisher.store import words
from publisher.store.related import Sight

TERMS, SIGHTS = 2048, 4096
"""Terms with their newest articles, and articles looked at: two megabytes and one in a large archive."""


class Moment:
    """What was read as of one change: the newest articles of a term, as SQLite wrote them, and who was looked at.

    None stands for an article that isn't public.
    """

    def __init__(self, seq: int) -> None:
        self.seq = seq
        self.newest: dict[str, str] = {}
        self.sights: dict[int, Sight | None] = {}

    @property
    def has_room(self) -> bool:
        """Whether more may be kept."""
        return len(self.newest) < TERMS and len(self.sights) < SIGHTS


class Moments:
    """The newest moment, shared by all connections."""

    def __init__(self) -> None:
        self._last = Moment(-1)

    def at(self, seq: int) -> Moment:
        """That of a change; one that is over, in a transaction that began before the newest, isn't kept."""
        last = self._last
        if last.seq == seq and last.has_room:
            return last
        made = Moment(seq)
        if seq >= last.seq:
            self._last = made
        return made


def related(connection: sqlite3.Connection, article: Article, limit: int, moments: Moments) -> tuple[Article, ...]:
    """Articles that share an article's telling terms."""
    last_id, seq = connection.execute(sql.LAST_ID_AND_CHANGE).fetchone()
    known = moments.at(seq)
    spoken = likeness.sought(article, last_id)
    newest = _newest(connection, spoken, known.newest)
    scores = likeness.sighted(newest, likeness.weights(spoken, newest, last_id), article.id)
    best = likeness.best(article, scores, _seen(connection, scores, known.sights), limit)
    records = dict(connection.execute(sql.LISTED, (row.array(best),)).fetchall())
    return tuple(row.articles(connection, [records[id] for id in best]))


def _newest(connection: sqlite3.Connection, terms: Iterable[str], known: dict[str, str]) -> dict[str, list[int]]:
    """The newest articles that have each of the terms."""
    asked = {words.match_expression([term]): term for term in terms if term not in known}
    rows = connection.execute(sql.NEWEST_OF_EACH, (likeness.TERM_MATCHES, row.array(asked))) if asked else ()
    known.update((asked[expression], ids) for expression, ids in rows)
    return {term: row.numbers(known[term]) for term in terms}


def _seen(connection: sqlite3.Connection, ids: Iterable[int], known: dict[int, Sight | None]) -> Mapping[int, Sight]:
    """Those of the articles that are public, as they are looked at."""
    new = [id for id in ids if id not in known]
    if new:
        rows = connection.execute(sql.SIGHTED, (row.array(new),))
        known.update(dict.fromkeys(new) | {id: row.sight(record, sizes) for id, record, sizes in rows})
    return {id: found for id in ids if (found := known[id])}
