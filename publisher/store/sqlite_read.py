"""What the SQLite engine reads: plain functions of a connection, each one hop to its thread."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from itertools import islice
from typing import Any

import msgspec

from publisher.error import NotFound
from publisher.model import Article, Change, Media, Redirect, Selection, Source, Status
from publisher.store import rule, spelling, words
from publisher.store import sqlite_row as row
from publisher.store import sqlite_select as select
from publisher.store import sqlite_statement as sql
from publisher.store.port import CHUNK_SIZE, Chunk, Match, Tally
from publisher.store.snippet import snippet
from publisher.store.sqlite_related import Moments, related

LAST_ID = 2**63 - 1


def one(connection: sqlite3.Connection, what: str, statement: str, *parameters: Any) -> row.Row:
    """The row of a statement; raises NotFound, naming what was looked for."""
    found: row.Row | None = connection.execute(statement, parameters).fetchone()
    if found is None:
        raise NotFound(f"there is no {what}")
    return found


def article(connection: sqlite3.Connection, what: str, statement: str, *parameters: Any) -> Article:
    """One article with its body."""
    return row.with_bodies(connection, [one(connection, what, statement, *parameters)])[0]


def by_sources(connection: sqlite3.Connection, sources: Sequence[Source]) -> tuple[Article | None, ...]:
    """The articles imported from there, in that order."""
    wanted = msgspec.json.encode([(each.kind, each.site, each.id) for each in sources]).decode()
    rows = connection.execute(sql.BY_SOURCES, (wanted,)).fetchall()
    found = dict(zip((key for key, _ in rows), row.articles(connection, [record for _, record in rows]), strict=True))
    return tuple(found.get(number) for number in range(len(sources)))


def at(connection: sqlite3.Connection, path: str) -> Article | Redirect:
    """What stands at a path."""
    found = connection.execute(sql.BY_PATH, (path,)).fetchone()
    if found:
        return row.with_bodies(connection, [found])[0]
    (target,) = one(connection, f"article or redirect at {path!r}", sql.REDIRECT, path)
    return Redirect(path, target)


def at_with_related(
    connection: sqlite3.Connection, path: str, limit: int, moments: Moments
) -> tuple[Article | Redirect, tuple[Article, ...]]:
    """What stands at a path, and what is related to it."""
    found = at(connection, path)
    if isinstance(found, Article) and rule.has_related(found):
        return found, related(connection, found, limit, moments)
    return found, ()


def selected(connection: sqlite3.Connection, selection: Selection) -> tuple[Article, ...]:
    """The articles of a selection."""
    return tuple(row.articles(connection, select.records(connection, selection)))


def selected_each(connection: sqlite3.Connection, selections: Sequence[Selection]) -> tuple[tuple[Article, ...], ...]:
    """The articles of each selection; the names of sections and authors are read once for all."""
    records = [select.records(connection, each) for each in selections]
    found = iter(row.articles(connection, [record for each in records for record in each]))
    return tuple(tuple(islice(found, len(each))) for each in records)


def listed(connection: sqlite3.Connection, ids: Sequence[int]) -> tuple[Article, ...]:
    """The public articles among some, in their order."""
    records = dict(connection.execute(sql.LISTED, (row.array(ids),)).fetchall())
    return tuple(row.articles(connection, [records[id] for id in ids if id in records]))


def with_bodies(connection: sqlite3.Connection, articles: Sequence[Article]) -> tuple[Article, ...]:
    """The same articles with their bodies."""
    blobs = dict(connection.execute(sql.BODIES, (row.array(each.id for each in articles),)))
    missing = [each.id for each in articles if each.id not in blobs]
    if missing:
        raise NotFound(f"there are no articles {missing}")
    return tuple(rule.replace(each, body=row.unpacked(blobs[each.id])) for each in articles)


def every(connection: sqlite3.Connection, after_id: int, limit: int) -> list[Article]:
    """Some articles after an id."""
    return row.with_bodies(connection, connection.execute(sql.EVERY, (after_id, limit)).fetchall())


def search(connection: sqlite3.Connection, wanted: Sequence[str], limit: int, offset: int) -> tuple[Match, ...]:
    """The best of the newest matches of all phrases; if ranking takes too long, the newest that are found in time."""
    if not wanted or limit <= 0:
        return ()
    skipped = max(0, offset)
    try:
        with bounded(connection):
            rows = _ranked(connection, wanted, limit, skipped)
    except sqlite3.OperationalError as error:
        if error.sqlite_errorcode != sqlite3.SQLITE_INTERRUPT:
            raise
        rows = _whole(connection, _in_time(connection, words.match_expression(wanted), skipped + limit)[skipped:])
    found = row.with_bodies(connection, rows)
    return tuple(Match(rule.without_body(each), snippet(each, wanted)) for each in found)


def _ranked(connection: sqlite3.Connection, wanted: Sequence[str], limit: int, skipped: int) -> list[row.Row]:
    """The best matches: to rank by a phrase FTS5 counts all articles that have it, so a common one isn't ranked by.

    Its place is taken by this: what has all phrases in its title comes first, as a whole ranking would mostly have it.
    """
    asked, end = words.match_expression(wanted), skipped + limit
    telling = [phrase for phrase in wanted if not _is_common(connection, phrase)]
    if len(telling) == len(wanted):
        return connection.execute(sql.SEARCH, (asked, words.MAX_RANKED, limit, skipped)).fetchall()
    least = _one(connection, sql.NTH_NEWEST, asked, words.MAX_RANKED - 1)
    titled = connection.execute(sql.NEWEST_ABOVE, (f"{{title}} : ({asked})", least, end))
    if telling:
        by = words.match_expression(telling)
        others = connection.execute(sql.SEARCH_BY, (by, asked, words.MAX_RANKED, end))
    else:
        others = connection.execute(sql.NEWEST_MATCHES, (asked, end))
    ids = dict.fromkeys(id for (id,) in (*titled, *others))
    return _whole(connection, list(ids)[skipped:end])


def _is_common(connection: sqlite3.Connection, phrase: str) -> bool:
    """Whether more than MAX_COUNTED articles have a phrase, by how near each other the newest and the oldest stand."""
    (last_id,) = connection.execute(sql.LAST_ID).fetchone()
    if last_id <= words.MAX_COUNTED:
        return False
    asked = words.match_expression([phrase])
    newest = _one(connection, sql.NTH_NEWEST, asked, words.SAMPLE - 1)
    oldest = _one(connection, sql.NTH_OLDEST, asked, words.SAMPLE - 1)
    return newest > 0 and words.SAMPLE * last_id > words.MAX_COUNTED * max(last_id - newest + 1, oldest)


def _one(connection: sqlite3.Connection, statement: str, *parameters: Any) -> int:
    found = connection.execute(statement, parameters).fetchone()
    return int(found[0]) if found else 0


def _whole(connection: sqlite3.Connection, ids: Iterable[int]) -> list[row.Row]:
    return connection.execute(sql.WHOLE, (row.array(ids),)).fetchall()


def suggest(connection: sqlite3.Connection, query: str) -> str:
    """What a query may have meant; nothing when that takes long."""
    try:
        with bounded(connection):
            return spelling.corrected(query, SqliteLexicon(connection))
    except sqlite3.OperationalError as error:
        if error.sqlite_errorcode != sqlite3.SQLITE_INTERRUPT:
            raise
        return ""


def _in_time(connection: sqlite3.Connection, asked: str, limit: int) -> list[int]:
    """The newest matches that are found before the time is up."""
    ids: list[int] = []
    try:
        with bounded(connection):
            for (id,) in connection.execute(sql.NEWEST_MATCHES, (asked, limit)):
                ids.append(id)
    except sqlite3.OperationalError as error:
        if error.sqlite_errorcode != sqlite3.SQLITE_INTERRUPT:
            raise
    return ids


SEARCH_SECONDS = 0.15
"""CPU time: several common words cost 20 ms each in a million articles, phrases of common words half a second."""
STEPS = 1000


@contextmanager
def bounded(connection: sqlite3.Connection) -> Iterator[None]:
    """Interrupt statements after SEARCH_SECONDS of this thread's CPU time."""
    end = time.thread_time() + SEARCH_SECONDS
    connection.set_progress_handler(lambda: time.thread_time() > end, STEPS)
    try:
        yield
    finally:
        connection.set_progress_handler(None, 0)


class SqliteLexicon:
    """What the index of a connection tells of words (`spelling.Lexicon`)."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def held(self, phrases: Sequence[str]) -> list[str]:
        """Those of some phrases that any article holds."""
        asked = {words.match_expression([phrase]): phrase for phrase in phrases}
        return [asked[each] for (each,) in self._connection.execute(sql.MATCHED, (row.array(asked),))]

    def newest(self, phrase: str, limit: int) -> list[int]:
        """The newest articles that hold a phrase."""
        wanted = words.match_expression([phrase])
        return [id for (id,) in self._connection.execute(sql.NEWEST_MATCHES, (wanted, limit))]

    def alike(self, gram: str, limit: int) -> list[str]:
        """Words with a run of letters."""
        return [term for (term,) in self._connection.execute(sql.ALIKE, (gram, limit))]

    def shown(self, term: str) -> str:
        """The word as it was written first."""
        found = self._connection.execute(sql.SHOWN, (term,)).fetchone()
        return str(found[0]) if found else term


def months(connection: sqlite3.Connection) -> tuple[tuple[str, int], ...]:
    """Months and their public articles."""
    return tuple((name[2:], articles) for name, articles in connection.execute(sql.MONTHS))


def tally(connection: sqlite3.Connection) -> Tally:
    """Counts by status."""
    return Tally(**dict(connection.execute(sql.TALLY)))


def chunks(connection: sqlite3.Connection, kind: str, month: str) -> tuple[Chunk, ...]:
    """The non-empty urlset files of a kind, of all months or one."""
    return tuple(
        Chunk(kind=kind, month=month, number=number, urls=urls, changed=row.moment(changed))
        for kind, month, number, urls, changed in connection.execute(sql.CHUNKS, (kind, month, month or "~"))
    )


def index(connection: sqlite3.Connection, base: str) -> bytes:
    """The index's entries, based and joined by SQLite: ten thousand rows would take ten times as long."""
    joined: bytes = connection.execute(sql.INDEX, (base,)).fetchone()[0]
    return joined


def chunk(connection: sqlite3.Connection, kind: str, month: str, number: int) -> tuple[bytes, ...]:
    """The fragments of one urlset file."""
    start, prefix = rule.first_of_chunk(number), rule.shelf_prefix(kind)
    found = _shelf_chunk(connection, prefix, start) if prefix else _chunk(connection, kind, month, start)
    if not found or number < 1 or (prefix and month):
        raise NotFound(f"there is no urlset {kind} {month} {number}")
    return tuple(found)


def _chunk(connection: sqlite3.Connection, kind: str, month: str, start: int) -> list[bytes]:
    rows = connection.execute(sql.CHUNK, (kind, month, start, start + CHUNK_SIZE))
    return [fragment for (fragment,) in rows]


def _shelf_chunk(connection: sqlite3.Connection, prefix: str, start: int) -> list[bytes]:
    """The entries of sections, tags or authors are made when read: their dates move with every publication."""
    rows = connection.execute(sql.SHELF_CHUNK, (prefix, start, start + CHUNK_SIZE))
    return [rule.shelf_fragment(name, articles, row.moment(updated)) for name, articles, updated in rows]


def seq(connection: sqlite3.Connection) -> int:
    """Number of the newest change."""
    found = connection.execute(sql.LAST_CHANGE).fetchone()
    return found[0] if found else 0


def changes(connection: sqlite3.Connection, after: int, limit: int) -> tuple[Change, ...]:
    """The changes after a number."""
    return tuple(map(row.change, connection.execute(sql.CHANGES, (after, max(0, limit)))))


def newest(connection: sqlite3.Connection, keys: frozenset[str]) -> Change | None:
    """The newest change that touched any of the keys."""
    found = connection.execute(sql.NEWEST_CHANGE, (row.array(keys),)).fetchone()
    return row.change(found) if found else None


def redirects(connection: sqlite3.Connection, limit: int, after: str) -> tuple[Redirect, ...]:
    """Redirects by path."""
    return tuple(Redirect(*each) for each in connection.execute(sql.REDIRECTS, (after, max(0, limit))))


def due(connection: sqlite3.Connection, now: int, limit: int) -> tuple[Article, ...]:
    """Articles to release or to expire."""
    rows = connection.execute(sql.DUE, {"now": now, "limit": max(0, limit)}).fetchall()
    return tuple(row.with_bodies(connection, rows))


def media(connection: sqlite3.Connection, what: str, statement: str, name: str) -> Media:
    """The record of a file."""
    return row.media(one(connection, what, statement, name)[0])


def media_like(connection: sqlite3.Connection, prefix: str) -> Media:
    """The record of the first file whose hash begins so."""
    found = media(connection, f"media {prefix}", sql.MEDIA_LIKE, prefix)
    if not found.sha256.startswith(prefix):
        raise NotFound(f"there is no media {prefix}")
    return found


def files(connection: sqlite3.Connection, limit: int, before: str, offset: int) -> tuple[Media, ...]:
    """Records of files, the newest first."""
    found = connection.execute(sql.FILES, (before, max(0, limit), max(0, offset)))
    return tuple(row.media(record) for (record,) in found)


def recall(connection: sqlite3.Connection, name: str) -> bytes | None:
    """A small value."""
    found = connection.execute(sql.RECALL, (name,)).fetchone()
    return found[0] if found else None


def recall_all(connection: sqlite3.Connection, prefix: str) -> tuple[tuple[str, bytes], ...]:
    """Every small value whose name begins so."""
    return tuple(connection.execute(sql.RECALL_ALL, (prefix,)))


def in_status(
    connection: sqlite3.Connection, statuses: frozenset[Status], limit: int, before_id: int
) -> tuple[Article, ...]:
    """Articles of some statuses by descending id: the newest of each, merged."""
    found: list[Article] = []
    for status in statuses:
        wanted = {"status": status, "before": before_id or LAST_ID, "limit": max(0, limit)}
        found += row.articles(connection, [record for (record,) in connection.execute(sql.IN_STATUS, wanted)])
    return tuple(sorted(found, key=lambda each: each.id, reverse=True)[: max(0, limit)])
