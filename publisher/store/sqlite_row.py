"""Rows to values and back: the only place that knows how a value looks in a column."""

from __future__ import annotations

import sqlite3
import sys
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any

import msgspec

from publisher.date import EPOCH
from publisher.model import EMPTY_BODY, Article, Author, Body, Change, Kind, Media, Section, Tag
from publisher.store import rule
from publisher.store import sqlite_statement as sql
from publisher.store.related import Glimpse, Sight

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

Row = tuple[Any, ...]

KINDS = (Kind.ARTICLE, Kind.PAGE, Kind.STORY)
"""A kind's number in a membership, and the order of a shelf's counts."""

LISTED = 512
"""Longer lists than this are read by nobody twice: they would push out what the others share."""
SHORT = 4000
"""Characters of a record that is kept decoded: with its article 12 kB at most."""
ZSTD_LEVEL = 1
"""Of a body, kept in three forms much alike, level 3 makes 1 to 3 % less in half as much time again."""

_compressor = zstd.ZstdCompressor(ZSTD_LEVEL)
"""One for all bodies, a frame a call: making one takes longer than a short body does."""
_MICROSECOND = timedelta(microseconds=1)
_encode = msgspec.json.Encoder().encode
_article = msgspec.json.Decoder(Article).decode
_known_article = lru_cache(maxsize=1024)(_article)
"""One value a record, however many lists it stands in: those that a publication touches hold the same articles."""
_body = msgspec.msgpack.Decoder(Body).decode
_media = msgspec.json.Decoder(Media).decode
_texts = msgspec.json.Decoder(list[str]).decode
_numbers = msgspec.json.Decoder(list[int]).decode
_glimpse = msgspec.json.Decoder(Glimpse).decode


def micros(instant: datetime | None) -> int | None:
    """An instant as it is kept: microseconds since 1970."""
    return None if instant is None else (instant - EPOCH) // _MICROSECOND


def instant(micros: int | None) -> datetime | None:
    """An instant that was kept."""
    return None if micros is None else moment(micros)


def moment(micros: int) -> datetime:
    """An instant that is always there."""
    return EPOCH + timedelta(microseconds=micros)


def array(values: Iterable[str | int]) -> str:
    """A list of values as one parameter."""
    return _encode(list(values)).decode()


def article_row(article: Article) -> Row:
    """An article without its body, for PUT_ARTICLE."""
    source = article.source
    return (
        article.id,
        article.revision,
        article.guid,
        article.path,
        *((source.kind, source.site, source.id) if source else (None, None, None)),
        article.story_slug or None,
        str(article.status),
        micros(article.published),
        micros(article.updated),
        micros(article.first_published),
        micros(article.expires),
        article.views,
        _encode(rule.without_body(article)).decode(),
    )


def packed(body: Body) -> bytes:
    """A body as it is kept."""
    return _compressor.compress(msgspec.msgpack.encode(body), zstd.ZstdCompressor.FLUSH_FRAME)


def unpacked(blob: bytes | None) -> Body:
    """A body that was kept."""
    try:
        return _body(zstd.decompress(blob)) if blob else EMPTY_BODY
    except zstd.ZstdError as error:
        raise ValueError(f"a body is damaged: {error}") from error


def numbers(text: str) -> list[int]:
    """A list of numbers that SQLite gathered."""
    return _numbers(text)


def sight(record: str, sizes: bytes) -> Sight:
    """What is looked at of an article to relate it; FTS5 keeps the words of its columns as numbers in base 128."""
    count = words = 0
    for byte in sizes:
        count = count << 7 | byte & 0x7F
        if byte < 0x80:
            words, count = words + count, 0
    return Sight(_glimpse(record), words)


def articles(connection: sqlite3.Connection, records: Sequence[str]) -> list[Article]:
    """Articles from their records, under the names that their section and authors have now."""
    found = list(map(_decoded, records)) if len(records) <= LISTED else list(map(_article, records))
    sections = _sections(connection, {each.section.slug for each in found if each.section})
    authors = _authors(connection, {author.slug for each in found for author in each.authors})
    return [_named(each, sections, authors) for each in found]


def _decoded(record: str) -> Article:
    return _known_article(record) if len(record) <= SHORT else _article(record)


def _named(article: Article, sections: dict[str, Section], authors: dict[str, Author]) -> Article:
    section = article.section and sections.get(article.section.slug, article.section)
    writers = tuple(authors.get(each.slug, each) for each in article.authors)
    if (section, writers) == (article.section, article.authors):
        return article
    return rule.replace(article, section=section, authors=writers)


def _sections(connection: sqlite3.Connection, slugs: set[str]) -> dict[str, Section]:
    rows = connection.execute(sql.SECTION_NAMES + sql.AMONG, (array(slugs),)) if slugs else ()
    return {row[0]: bare_section(row) for row in rows}


def _authors(connection: sqlite3.Connection, slugs: set[str]) -> dict[str, Author]:
    rows = connection.execute(sql.AUTHOR_NAMES + sql.AMONG, (array(slugs),)) if slugs else ()
    return {row[0]: bare_author(row) for row in rows}


def with_bodies(connection: sqlite3.Connection, rows: Sequence[Row]) -> list[Article]:
    """Whole articles from (record, zstd) rows."""
    found = articles(connection, [record for record, _ in rows])
    return [rule.replace(each, body=unpacked(blob)) for each, (_, blob) in zip(found, rows, strict=True)]


def bare_section(row: Row) -> Section:
    """An uncounted section."""
    return Section(slug=row[0], name=row[1], description=row[2], position=row[3])


def bare_author(row: Row) -> Author:
    """An uncounted author."""
    return Author(slug=row[0], name=row[1], bio=row[2], url=row[3], avatar=row[4])


def bare_tag(row: Row) -> Tag:
    """An uncounted tag."""
    return Tag(slug=row[0], name=row[1])


def section(row: Row) -> Section:
    """A counted section."""
    return rule.replace(bare_section(row), articles=row[4], updated=instant(row[5]))


def author(row: Row) -> Author:
    """A counted author."""
    return rule.replace(bare_author(row), articles=row[5], updated=instant(row[6]))


def tag(row: Row) -> Tag:
    """A counted tag."""
    return Tag(slug=row[0], name=row[1], articles=row[2], updated=instant(row[3]))


def change(row: Row) -> Change:
    """A row of the log."""
    return Change(
        seq=row[0],
        at=moment(row[1]),
        action=row[2],
        article_id=row[3],
        keys=frozenset(_texts(row[4])),
        paths=tuple(_texts(row[5])),
    )


def change_row(change: Change) -> Row:
    """A change without its number, for PUT_CHANGE."""
    keys, paths = array(sorted(change.keys)), array(change.paths)
    return micros(change.at), change.action, change.article_id, keys, paths


def media(record: str) -> Media:
    """The record of a file."""
    return _media(record)


def media_row(media: Media) -> Row:
    """A file's record, for PUT_MEDIA."""
    return media.sha256, media.url, _encode(media).decode()
