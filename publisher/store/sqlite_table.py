"""The SQLite engine's tables inside one transaction: plain reads and effects, no rules."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from publisher.model import Article, Author, Change, Kind, Place, Section, Source, Tag
from publisher.store import rule, spelling, words
from publisher.store import sqlite_row as row
from publisher.store import sqlite_statement as sql


class SqliteTables:
    """What a transaction sees and alters, on one connection's thread."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def _one(self, statement: str, *parameters: Any) -> row.Row | None:
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
        found = self._one(f"{sql.SECTION_NAMES} WHERE slug = ?", slug)
        return row.bare_section(found) if found else None

    def tag(self, slug: str) -> Tag | None:
        found = self._one(f"{sql.TAG_NAMES} WHERE slug = ?", slug)
        return Tag(slug=found[0], name=found[1]) if found else None

    def author(self, slug: str) -> Author | None:
        found = self._one(f"{sql.AUTHOR_NAMES} WHERE slug = ?", slug)
        return row.bare_author(found) if found else None

    def redirect(self, path: str) -> str | None:
        found = self._one(sql.REDIRECT, path)
        return found[0] if found else None

    def redirects_to(self, target: str) -> tuple[str, ...]:
        return tuple(path for (path,) in self._connection.execute(sql.REDIRECTS_TO, (target,)))

    def last(self) -> tuple[int, datetime] | None:
        found = self._one(sql.LAST_CHANGE)
        return (found[0], row.moment(found[1])) if found else None

    # Effects

    def new_id(self) -> int:
        return int(self._value(sql.LAST_ID)) + 1

    def take_sequence(self, kind: str, month: str) -> int:
        sequence = int(self._value(sql.NEXT_SEQUENCE, kind, month) or 0)
        self._do(sql.TAKE_SEQUENCE, kind, month, sequence)
        return sequence

    def reserve(self, place: Place) -> None:
        if int(self._value(sql.NEXT_SEQUENCE, place.kind, place.month) or 0) <= place.sequence:
            self._do(sql.TAKE_SEQUENCE, place.kind, place.month, place.sequence)

    def put_section(self, section: Section) -> None:
        self._do(sql.PUT_SECTION, section.slug, section.name, section.description, section.position)

    def put_tag(self, tag: Tag) -> None:
        self._do(sql.PUT_TAG, tag.slug, tag.name)

    def put_author(self, author: Author) -> None:
        self._do(sql.PUT_AUTHOR, author.slug, author.name, author.bio, author.url, author.avatar)

    def is_carried(self, name: str) -> bool:
        statement = sql.SECTION_CARRIED if name.startswith("s/") else sql.AUTHOR_CARRIED
        return self._one(statement, name, name[2:]) is not None

    def drop_section(self, slug: str) -> None:
        self._do(sql.DROP_SECTION, slug)

    def drop_author(self, slug: str) -> None:
        self._do(sql.DROP_AUTHOR, slug)

    def put_redirect(self, path: str, target: str) -> None:
        self._do(sql.PUT_REDIRECT, path, target)

    def drop_redirect(self, path: str) -> None:
        self._do(sql.DROP_REDIRECT, path)

    def append(self, change: Change) -> Change:
        cursor = self._connection.execute(sql.PUT_CHANGE, row.change_row(change))
        seq = cursor.lastrowid or 0
        self._connection.executemany(sql.PUT_MARK, [(key, seq) for key in sorted(change.keys)])
        return rule.replace(change, seq=seq)

    def put(self, before: Article | None, after: Article, listed: Mapping[Place, bytes], at: datetime) -> None:
        self._do(sql.PUT_ARTICLE, *row.article_row(after))
        if before is None or before.body != after.body:
            self._do(sql.PUT_BODY, after.id, row.packed(after.body))
        self._tally(before, after)
        if not before or not rule.stands_alike(before, after):
            self._shelve(before, after, at)
        for place, fragment in listed.items():
            self._list(place, fragment, at)
        self._index(before, after)

    def _tally(self, before: Article | None, after: Article) -> None:
        if before and before.status is after.status:
            return
        if before:
            self._do(sql.ADD_TALLY, str(before.status), -1)
        self._do(sql.ADD_TALLY, str(after.status), 1)

    def _shelve(self, before: Article | None, after: Article, at: datetime) -> None:
        old, new = rule.shelves(before), rule.shelves(after)
        names = sorted(old | new)
        known = {each[0]: each[1:] for each in self._connection.execute(sql.SHELF_STATES, (row.array(names),))}
        for name in names:
            counts = _counts(before, after, name in old, name in new)
            moment = row.micros(after.updated if name in new else at)
            articles, updated, sequence = known.get(name, (0, 0, None))
            if rule.shelf_kind(name):
                was, stands = (articles, updated), (articles + counts[0], max(updated, moment))
                sequence = self._list_shelf(name, was, stands, sequence, at)
            self._do(sql.PUT_SHELF, name, *counts, moment, sequence)
        moved = before and (before.published, before.kind) != (after.published, after.kind)
        gone, come = (old, new) if moved else (old - new, new - old)
        if before and gone:
            published = row.micros(before.published)
            self._connection.executemany(sql.DROP_MEMBERSHIP, [(name, published, before.id) for name in sorted(gone)])
        stand = (row.micros(after.published), after.id, row.KINDS.index(after.kind))
        self._connection.executemany(sql.PUT_MEMBERSHIP, [(name, *stand) for name in sorted(come)])

    def _list_shelf(
        self, name: str, was: tuple[int, int], stands: tuple[int, int], sequence: int | None, at: datetime
    ) -> int:
        """Mark the file that lists a shelf, if its entry differs; returns the shelf's number there, given once."""
        kind = rule.shelf_kind(name)
        sequence = self.take_sequence(kind, "") if sequence is None else sequence
        old, new = (rule.shelf_fragment(name, articles, row.moment(updated)) for articles, updated in (was, stands))
        if old != new:
            self._touch_file(Place(kind=kind, month="", sequence=sequence), bool(new) - bool(old), at)
        return sequence

    def _list(self, place: Place, fragment: bytes, at: datetime) -> None:
        listed = self.fragment(place)
        if listed == fragment:
            return
        where = (place.kind, place.month, place.sequence)
        if fragment:
            self._do(sql.PUT_FRAGMENT, *where, fragment)
        else:
            self._do(sql.DROP_FRAGMENT, *where)
        self._touch_file(place, bool(fragment) - bool(listed), at)

    def _touch_file(self, place: Place, urls: int, at: datetime) -> None:
        """The file of a place changed now, and so did its line of the index."""
        entry = rule.index_entry(place.kind, place.month, place.chunk(), at).decode()
        self._do(sql.PUT_CHUNK, place.kind, place.month, place.chunk(), urls, row.micros(at), entry)

    def _index(self, before: Article | None, after: Article) -> None:
        if before and words.is_found_alike(before, after):
            return
        if before and before.is_public:
            self._do(sql.DROP_WORDS, after.id, *words.searchable(before))
        if after.is_public:
            self._do(sql.PUT_WORDS, after.id, *words.searchable(after))
            self._spell(after)

    def _spell(self, article: Article) -> None:
        """Take in words that no article brought before."""
        db, found = self._connection, row.array(spelling.terms(article))
        for (term,) in db.execute(sql.UNKNOWN_TERMS, (found,)).fetchall():
            id = db.execute(sql.PUT_SPELLING, (term, spelling.written(article, term))).lastrowid
            db.executemany(sql.PUT_GRAM, [(gram, id) for gram in spelling.grams(term)])


def _counts(before: Article | None, after: Article, was: bool, stands: bool) -> tuple[int, ...]:
    """What a shelf's counts of articles, pages and stories change by."""

    def change(kind: Kind) -> int:
        return int(stands and after.kind is kind) - int(bool(was and before and before.kind is kind))

    return tuple(map(change, row.KINDS))
