"""Publisher's own export: a line of JSON for the site, each section, author, stored file, redirect and article.

Nothing is lost on the way out and in but what a store gives: ids and revisions. Stored files lie beside the
export at their own addresses (`media/<sha256>/original.jpg`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

import msgspec
from msgspec.structs import replace

from publisher.error import InvalidExport
from publisher.importer.port import Failed, Item, LocalFile, Progress, Read, Stored, placed
from publisher.importer.scan import open_bytes
from publisher.model import Article, Author, Media, Redirect, Section, Site

FORMAT = 1
MAX_LINE = 200_000_000
_SHA256 = re.compile(r"[0-9a-f]{64}")


class Head(msgspec.Struct, frozen=True, kw_only=True):
    """What the first line says: the export's format, and the site's address, title and language."""

    format: int
    base: str = ""
    title: str = ""
    language: str = ""


class Line(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One line: exactly one of these."""

    publisher: Head | None = None
    section: Section | None = None
    author: Author | None = None
    media: Media | None = None
    redirect: Redirect | None = None
    article: Article | None = None


_DECODER = msgspec.json.Decoder(Line)


def head_line(site: Site) -> bytes:
    """The line that an export begins with."""
    return _written(Line(publisher=Head(format=FORMAT, base=site.base, title=site.title, language=site.language)))


Value = Section | Author | Media | Redirect | Article
_NAMES: dict[type[Value], str] = {
    Section: "section",
    Author: "author",
    Media: "media",
    Redirect: "redirect",
    Article: "article",
}


def line(value: Value) -> bytes:
    """A value as its line."""
    return _written(Line(**{_NAMES[type(value)]: value}))  # type: ignore[arg-type]


def _written(value: Line) -> bytes:
    return msgspec.json.encode(value) + b"\n"


class OwnExport:
    """An opened export of Publisher's own."""

    kind = "publisher"
    hosts: frozenset[str] = frozenset()

    def __init__(self, path: Path, offset: int = 0) -> None:
        self._path, self._offset, self._done = path, offset, 0
        self._size = path.stat().st_size if path.exists() else 0
        with open_bytes(path) as file:
            head = _read(file.readline(MAX_LINE)).publisher
        if head is None:
            raise InvalidExport(f"{path}: not an export of Publisher's own (its first line doesn't say so)")
        if head.format > FORMAT:
            raise InvalidExport(f"{path}: written by a newer Publisher (format {head.format}); upgrade this one")
        self.title, self.language = head.title, head.language
        self.site = head.base.partition("://")[2] or path.stem
        lines = self._tables()
        self.sections = tuple(each.section for each in lines if each.section)
        self.authors = tuple(each.author for each in lines if each.author)
        self.media = tuple(self._file(each.media) for each in lines if each.media)
        self.redirects = tuple(each.redirect for each in lines if each.redirect)

    @property
    def progress(self) -> Progress:
        """How far the reading is, in the file's bytes."""
        return Progress(self._done, self._size)

    def _tables(self) -> list[Line]:
        """What isn't an article, wherever it stands in the file."""
        return [_read(raw) for raw in self._lines(0) if not raw.startswith(b'{"article":') and _is_sound(raw)]

    def _file(self, media: Media) -> Stored:
        """A stored file beside the export; one that isn't there, or leads out of it, can't be read."""
        root = (self._path.parent / "media").resolve()
        name = media.path.removeprefix("/media/") if _SHA256.fullmatch(media.sha256) else "unnamed"
        found = (root / name).resolve()
        return Stored(media, LocalFile(src=media.path, path=found if found.is_relative_to(root) else root / "outside"))

    def _lines(self, offset: int) -> Iterator[bytes]:
        with open_bytes(self._path) as file:
            file.seek(offset)
            while raw := file.readline(MAX_LINE):
                self._done = file.tell()
                yield raw

    def __iter__(self) -> Iterator[Item]:
        self._done = self._offset
        for raw in self._lines(self._offset):
            if raw.strip() and (item := self._item(raw)):
                yield item
        yield from self._cut()

    def _item(self, raw: bytes) -> Item | None:
        try:
            article = _read(raw).article
        except InvalidExport as error:
            return Failed(what=f"the line before byte {self._done:,}", reason=str(error), offset=self._done)
        return placed(self._article(article)) if article else None

    def _article(self, article: Article) -> Read:
        bare = replace(article, id=0, revision=0)
        return Read(article=bare, html=article.body.html, offset=self._done, is_own=True)

    def _cut(self) -> Iterator[Item]:
        with open_bytes(self._path) as file:
            if self._size and _last_byte(file) != b"\n":
                yield Failed(
                    what="the end of the file", reason="its last line has no end: it is incomplete", offset=self._size
                )


def _last_byte(file: BinaryIO) -> bytes:
    file.seek(-1, 2)
    return file.read(1)


def _is_sound(raw: bytes) -> bool:
    try:
        _read(raw)
    except InvalidExport:
        return False
    return True


def _read(raw: bytes) -> Line:
    try:
        return _DECODER.decode(raw)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise InvalidExport(f"not a line of an export ({str(error)[:200]})") from error
