"""The SQLite engine's tables inside one transaction: plain reads and effects, no rules."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any, TypeVar, cast

from publisher import key
from publisher.error import Conflict
from publisher.model import Article, Author, Change, Media, Place, Section, Source, Tag
from publisher.store import rule, spelling, words
from publisher.store import sqlite_read as read
from publisher.store import sqlite_row as row
from publisher.store import sqlite_statement as sql
from publisher.store.port import Write
from publisher.store.sqlite_connection import T, Work
from publisher.store.sqlite_sum import Shelf, Sums

N = TypeVar("N", Section, Tag, Author)
_NOTHING: set[str] = set()

MERGED_PAGES = 16
"""Of the index of words at each write, where four of its segments are of a size: a third of a millisecond. Left to
itself it merges after thirty writes or more, and is asked for every word in each segment: after 44 publications in
10,000 articles those were 17, and to relate an article took half as long again."""


class SqliteTables:
    """What a transaction sees and alters, on one connection's thread."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._sums = Sums(connection)
        self._names: dict[str, Section | Tag | Author | None] = {}
        self._last: tuple[int, datetime] | None = None
        self._last_id = 0
        self._terms: dict[str, Article] = {}
        self._free: dict[str, set[str]] = {}

    def finish(self) -> None:
        """Write what was added up: the last thing that a transaction does."""
        self._spell()
        if self._terms:
            self._do(sql.MERGE, MERGED_PAGES)
        if last := self.last():
            self._sums.write(last[1])

    def _one(self, statement: str, *parameters: Any) -> row.Row | None:
        if parameters and parameters[0] in self._free.get(statement, ()):
            return None
        found: row.Row | None = self._connection.execute(statement, parameters).fetchone()
        return found

    def _value(self, statement: str, *parameters: Any) -> Any:
        found = self._one(statement, *parameters)
        return found[0] if found else None

    def _id(self, statement: str, *parameters: Any) -> int | None:
        found = self._one(statement, *parameters)
        return found[0] if found else None

    def _do(self, statement: str, *parameters: Any) -> None:
        self._connection.execute(statement, parameters)

    # Reads

    def expect(self, writes: Sequence[Write]) -> None:
        """Find out what nobody has of all that will be looked up: nearly everything, of articles that are new."""
        articles = [each.article for each in writes]
        paths = {path for each in writes for path in (each.article.path, *each.redirects)}
        self._find_free(sql.ID_BY_GUID, {each.guid for each in articles})
        self._find_free(sql.ID_BY_STORY, {each.slug for each in articles})
        for statement in (sql.ID_BY_PATH, sql.REDIRECT, sql.REDIRECTS_TO):
            self._find_free(statement, paths)

    def _find_free(self, statement: str, wanted: set[str]) -> None:
        taken = {value for (value,) in self._connection.execute(sql.TAKEN[statement], (row.array(wanted),))}
        self._free[statement] = {each for each in wanted - taken if "\0" not in each}

    def _take(self, statement: str, value: str) -> None:
        """Somebody has it now."""
        self._free.get(statement, _NOTHING).discard(value)

    def has(self, id: int) -> bool:
        return self._one(sql.ID_BY_ID, id) is not None

    def article(self, id: int) -> Article | None:
        found = self._one(sql.BY_ID, id)
        return row.with_bodies(self._connection, [found])[0] if found else None

    def id_by_guid(self, guid: str) -> int | None:
        return self._id(sql.ID_BY_GUID, guid)

    def id_at(self, path: str) -> int | None:
        return self._id(sql.ID_BY_PATH, path)

    def id_by_source(self, source: Source) -> int | None:
        return self._id(sql.ID_BY_SOURCE, source.kind, source.site, source.id)

    def has_story(self, slug: str) -> bool:
        return self._one(sql.ID_BY_STORY, slug) is not None

    def fragment(self, place: Place) -> bytes:
        return self._value(sql.FRAGMENT, place.kind, place.month, place.sequence) or b""

    def section(self, slug: str) -> Section | None:
        return self._named(key.section(slug), row.bare_section, f"{sql.SECTION_NAMES} WHERE slug = ?", slug)

    def tag(self, slug: str) -> Tag | None:
        return self._named(key.tag(slug), row.bare_tag, f"{sql.TAG_NAMES} WHERE slug = ?", slug)

    def author(self, slug: str) -> Author | None:
        return self._named(key.author(slug), row.bare_author, f"{sql.AUTHOR_NAMES} WHERE slug = ?", slug)

    def _named(self, name: str, value: Callable[[row.Row], N], statement: str, slug: str) -> N | None:
        """What a shelf is called, looked up once in a transaction."""
        if name not in self._names:
            found = self._one(statement, slug)
            self._names[name] = value(found) if found else None
        return cast("N | None", self._names[name])

    def redirect(self, path: str) -> str | None:
        found = self._one(sql.REDIRECT, path)
        return found[0] if found else None

    def articles_in(self, section: str) -> int:
        (shelf,) = self._sums.shelves((key.section(section),))
        return shelf.counts[0]

    def redirects_to(self, target: str) -> tuple[str, ...]:
        if target in self._free.get(sql.REDIRECTS_TO, ()):
            return ()
        return tuple(path for (path,) in self._connection.execute(sql.REDIRECTS_TO, (target,)))

    def last(self) -> tuple[int, datetime] | None:
        if self._last is None and (found := self._one(sql.LAST_CHANGE)):
            self._last = (found[0], row.moment(found[1]))
        return self._last

    # Effects

    def new_id(self) -> int:
        self._last_id = (self._last_id or int(self._value(sql.LAST_ID))) + 1
        return self._last_id

    def take_sequence(self, kind: str, month: str) -> int:
        return self._sums.take_place(kind, month)

    def reserve(self, place: Place) -> None:
        self._sums.reserve(place)

    def put_section(self, section: Section) -> None:
        self._names.pop(key.section(section.slug), None)
        self._do(sql.PUT_SECTION, section.slug, section.name, section.description, section.position)

    def put_tag(self, tag: Tag) -> None:
        self._names.pop(key.tag(tag.slug), None)
        self._do(sql.PUT_TAG, tag.slug, tag.name)

    def put_author(self, author: Author) -> None:
        self._names.pop(key.author(author.slug), None)
        self._do(sql.PUT_AUTHOR, author.slug, author.name, author.bio, author.url, author.avatar)

    def is_carried(self, name: str) -> bool:
        return self._one(sql.CARRIED_BY[name[:2]], name, name[2:]) is not None

    def drop_section(self, slug: str) -> None:
        self._names.pop(key.section(slug), None)
        self._do(sql.DROP_SECTION, slug)

    def drop_tag(self, slug: str) -> None:
        self._do(sql.DROP_TAG, slug)

    def drop_author(self, slug: str) -> None:
        self._names.pop(key.author(slug), None)
        self._do(sql.DROP_AUTHOR, slug)

    def put_redirect(self, path: str, target: str) -> None:
        self._do(sql.PUT_REDIRECT, path, target)
        self._take(sql.REDIRECT, path)
        self._take(sql.REDIRECTS_TO, target)

    def drop_redirect(self, path: str) -> None:
        self._do(sql.DROP_REDIRECT, path)

    def remember(self, name: str, value: bytes) -> None:
        self._do(sql.REMEMBER, name, value)

    def append(self, change: Change) -> Change:
        cursor = self._connection.execute(sql.PUT_CHANGE, row.change_row(change))
        seq = cursor.lastrowid or 0
        self._last = (seq, change.at)
        self._sums.mark(change.keys, seq)
        return rule.replace(change, seq=seq)

    def put(self, before: Article | None, after: Article, listed: Mapping[Place, bytes], at: datetime) -> None:
        self._do(sql.PUT_ARTICLE, *row.article_row(after))
        self._take(sql.ID_BY_GUID, after.guid)
        self._take(sql.ID_BY_PATH, after.path)
        self._take(sql.ID_BY_STORY, after.story_slug)
        if before is None or before.body != after.body:
            self._do(sql.PUT_BODY, after.id, row.packed(after.body))
        self._tally(before, after)
        if not before or not rule.stands_alike(before, after):
            self._shelve(before, after, at)
        was_listed = before is not None and before.place is not None
        for place, fragment in listed.items():
            self._list(place, self.fragment(place) if was_listed else b"", fragment, at)
        self._index(before, after)

    def _tally(self, before: Article | None, after: Article) -> None:
        if before and before.status is after.status:
            return
        if before:
            self._sums.count(str(before.status), -1)
        self._sums.count(str(after.status), 1)

    def _shelve(self, before: Article | None, after: Article, at: datetime) -> None:
        old, new = rule.shelves(before), rule.shelves(after)
        moved = before is None or (before.published, before.kind) != (after.published, after.kind)
        stays = frozenset() if moved else old & new
        shelves = self._sums.shelves(old | new)
        entered, left = row.micros(after.updated) or 0, row.micros(at) or 0
        for shelf in shelves:
            shelf.updated = max(shelf.updated, entered if shelf.name in new else left)
        if before:
            self._leave(before, [each for each in shelves if each.name in old], stays)
        self._enter(after, [each for each in shelves if each.name in new], stays)

    def _leave(self, article: Article, shelves: Sequence[Shelf], stays: frozenset[str]) -> None:
        published, kind = row.micros(article.published), row.KINDS.index(article.kind)
        for shelf in shelves:
            shelf.counts[kind] -= 1
        gone = [(each.id, published, article.id) for each in shelves if each.name not in stays]
        self._connection.executemany(sql.DROP_MEMBERSHIP, gone)

    def _enter(self, article: Article, shelves: Sequence[Shelf], stays: frozenset[str]) -> None:
        published, kind = row.micros(article.published), row.KINDS.index(article.kind)
        for shelf in shelves:
            shelf.counts[kind] += 1
        come = [(each.id, published, article.id, kind) for each in shelves if each.name not in stays]
        self._connection.executemany(sql.PUT_MEMBERSHIP, come)

    def _list(self, place: Place, listed: bytes, fragment: bytes, at: datetime) -> None:
        """Let the sitemaps list a place's article so, which they listed otherwise or (b"") not at all."""
        if listed == fragment:
            return
        where = (place.kind, place.month, place.sequence)
        if fragment:
            self._do(sql.PUT_FRAGMENT, *where, fragment)
        else:
            self._do(sql.DROP_FRAGMENT, *where)
        self._sums.touch_file(place, bool(fragment) - bool(listed), at)

    def _index(self, before: Article | None, after: Article) -> None:
        if before and words.is_found_alike(before, after):
            return
        if before and before.is_public:
            self._do(sql.DROP_WORDS, after.id, *words.searchable(before, words.spaced_text))
        if after.is_public:
            self._do(sql.PUT_WORDS, after.id, *words.searchable(after, words.spaced_text))
            for term in spelling.terms(after):
                self._terms.setdefault(term, after)

    def _spell(self) -> None:
        """Take in words that no article brought before."""
        db, found = self._connection, row.array(self._terms)
        for (term,) in db.execute(sql.UNKNOWN_TERMS, (found,)).fetchall():
            id = db.execute(sql.PUT_SPELLING, (term, spelling.written(self._terms[term], term))).lastrowid
            db.executemany(sql.PUT_GRAM, [(gram, id) for gram in spelling.grams(term)])


def on_tables(work: Callable[[SqliteTables], T]) -> Work[T]:
    """What is done to the tables in one transaction, as work on its connection."""

    def run(connection: sqlite3.Connection) -> T:
        tables = SqliteTables(connection)
        result = work(tables)
        tables.finish()
        return result

    return run


def amend(connection: sqlite3.Connection, name: str, change: Callable[[bytes | None], bytes]) -> None:
    """Keep what `change` makes of a small value; what is the same again is not written."""
    kept = read.recall(connection, name)
    amended = change(kept)
    if amended != kept:
        connection.execute(sql.REMEMBER, (name, amended))


def put_media(connection: sqlite3.Connection, media: Media, before: Media | None) -> None:
    """Store the record of a file; raises Conflict when `before` isn't what is stored now."""
    if before is None:
        connection.execute(sql.PUT_MEDIA, row.media_row(media))
        return
    if read.media(connection, f"media {before.sha256}", sql.MEDIA, before.sha256) != before:
        raise Conflict(f"the record of {before.sha256} was changed by somebody else")
    connection.execute(sql.DESCRIBE_MEDIA, row.media_row(media))
