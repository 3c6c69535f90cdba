"""Cuts a large XML export into its items by bytes, without parsing it.

An XML parser gives up at the first syntax error and takes the rest of the file with it. Cut first,
every item is parsed alone: a broken one costs itself, memory holds one item, and the place to go on
from is a byte offset. Sections that are no markup (CDATA, comments) are stepped over, so an `<item>`
that an article writes about is not one.
"""

from __future__ import annotations

import codecs
import gzip
import re
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import IO, BinaryIO, NamedTuple, Protocol

from publisher.error import InvalidExport
from publisher.importer.port import DAMAGED

CHUNK = 1 << 20
MAX_HEAD = 64_000_000
MAX_ITEM = 48_000_000
"""A larger item fails without being held in memory."""
MAX_RATIO = 200
"""Text compresses 3 to 20 times; beyond this a file was made to fill a memory."""
BOMB_BYTES = 32_000_000

CDATA = (b"<![CDATA[", b"]]>")
COMMENT = (b"<!--", b"-->")
_START = re.compile(rb"<item(?=[\s>/])")
_END = re.compile(rb"</item\s*>")
_TOKEN = re.compile(rb"<!\[CDATA\[|</item\s*>|<item(?=[\s>/])|<!--")
_NEXT_ITEM = re.compile(rb"</item\s*>\s*<item[\s>]")
_MARGIN = 64


def sections(data: bytes, *marks: tuple[bytes, bytes]) -> Iterator[tuple[int, int]]:
    """Where CDATA sections (or what `marks` begin and end) stand; one without an end is none."""
    ends = dict(marks or (CDATA,))
    starts = {begin: data.find(begin) for begin in ends}
    while ahead := [(start, begin) for begin, start in starts.items() if start >= 0]:
        start, begin = min(ahead)
        end = data.find(ends[begin], start + len(begin))
        if end < 0:
            starts[begin] = -1
            continue
        end += len(ends[begin])
        yield start, end
        starts = {mark: data.find(mark, end) if 0 <= at < end else at for mark, at in starts.items()}


def without_sections(data: bytes) -> bytes:
    """The markup alone: no CDATA, no comments."""
    parts, at = [], 0
    for start, end in sections(data, CDATA, COMMENT):
        parts.append(data[at:start])
        at = end
    return b"".join((*parts, data[at:]))


class Slice(NamedTuple):
    """An item's bytes and where they stand; `data` is empty when `problem` says why."""

    start: int
    end: int
    data: bytes
    problem: str = ""


class Reader(Protocol):
    """Bytes one after another, with the position in the file that they come from."""

    def read(self, size: int) -> bytes:
        """At most `size` bytes, none at the end."""

    def seek(self, offset: int) -> object:
        """Go on from an offset."""


class _Gunzip:
    """A gzip file's content, refused when it swells beyond reason."""

    def __init__(self, file: BinaryIO, size: int) -> None:
        self._file, self._limit = gzip.GzipFile(fileobj=file), max(BOMB_BYTES, size * MAX_RATIO)
        self._read = 0

    def read(self, size: int) -> bytes:
        try:
            found = self._file.read(size)
        except (OSError, EOFError, zlib.error) as error:
            raise InvalidExport(f"the gzip file is damaged: {error}") from error
        self._read += len(found)
        if self._read > self._limit:
            raise InvalidExport(f"the gzip file swells more than {MAX_RATIO} times: it is not read")
        return found

    def seek(self, offset: int) -> None:
        while offset > 0 and (found := self.read(min(CHUNK, offset))):
            offset -= len(found)


class _Unzipped:
    """The XML files of a zip archive one after another: WordPress.com splits an export so."""

    def __init__(self, file: BinaryIO, size: int) -> None:
        self._limit, self._read = max(BOMB_BYTES, size * MAX_RATIO), 0
        try:
            self._archive = zipfile.ZipFile(file)
        except DAMAGED as error:
            raise InvalidExport(f"the archive is damaged: {error}") from error
        self._names = xml_names(self._archive)
        self._member: IO[bytes] | None = None

    def read(self, size: int) -> bytes:
        try:
            found = self._next(size)
        except DAMAGED as error:
            raise InvalidExport(f"the archive is damaged: {error}") from error
        self._read += len(found)
        if self._read > self._limit:
            raise InvalidExport(f"the archive swells more than {MAX_RATIO} times: it is not read")
        return found

    def _next(self, size: int) -> bytes:
        while self._member or self._names:
            if self._member is None:
                self._member = self._archive.open(self._names.pop(0))
            if found := self._member.read(size):
                return found
            self._member = None
        return b""

    def seek(self, offset: int) -> None:
        while offset > 0 and (found := self.read(min(CHUNK, offset))):
            offset -= len(found)


def xml_names(archive: zipfile.ZipFile) -> list[str]:
    """The names of an archive's XML files in order, without what macOS puts beside them."""
    names = sorted(name for name in archive.namelist() if name.lower().endswith(".xml"))
    return [name for name in names if not name.startswith("__MACOSX/") and "/." not in f"/{name}"]


class _Recoded:
    """UTF-16 as UTF-8; offsets are those of the UTF-8."""

    def __init__(self, file: BinaryIO) -> None:
        self._file, self._decoder = file, codecs.getincrementaldecoder("utf-16")(errors="replace")

    def read(self, size: int) -> bytes:
        found = b""
        while not found and (raw := self._file.read(size)):
            found = self._decoder.decode(raw).encode()
        return found

    def seek(self, offset: int) -> None:
        while offset > 0 and (found := self.read(min(CHUNK, offset))):
            offset -= len(found)


def open_bytes(path: Path) -> BinaryIO:
    """The file, or InvalidExport that says why it can't be read."""
    try:
        return path.open("rb")
    except OSError as error:
        raise InvalidExport(f"{path}: {error.strerror or error}") from error


def reader(file: BinaryIO, size: int) -> Reader:
    """What reads the file's text as bytes whose markup is ASCII: unzipped, UTF-16 recoded."""
    mark = file.read(4)
    file.seek(0)
    if mark[:2] == b"\x1f\x8b":
        return _Gunzip(file, size)
    if mark == b"PK\x03\x04":
        return _Unzipped(file, size)
    if mark[:2] in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE):
        return _Recoded(file)
    return file


class Scanner:
    """The head and the items of one file, read once from the start or from an item's offset."""

    def __init__(self, source: Reader) -> None:
        self._source = source
        self._buffer = bytearray()
        self._base = 0
        self._ended = False

    @property
    def position(self) -> int:
        """Offset of the first byte not yet given out."""
        return self._base

    def head(self) -> bytes:
        """Everything before the first item, which stays to be read."""
        found = self._find(_START, 0, MAX_HEAD)
        end = found.start() if found else len(self._buffer)
        if found is None and not self._ended:
            raise InvalidExport(f"no <item> in the first {MAX_HEAD:,} bytes")
        head = bytes(self._buffer[:end])
        self._drop(end)
        return head

    def seek(self, offset: int) -> None:
        """Go on from the offset of an item read before."""
        if offset > self._base + len(self._buffer):
            self._source.seek(
                offset if not isinstance(self._source, _Gunzip | _Unzipped | _Recoded) else offset - self._reach()
            )
            self._buffer.clear()
            self._base = offset
        elif offset > self._base:
            self._drop(offset - self._base)

    def _reach(self) -> int:
        return self._base + len(self._buffer)

    def __iter__(self) -> Iterator[Slice]:
        while True:
            found = self._find(_START, 0, CHUNK)
            if found is None:
                if self._ended:
                    return
                self._drop(max(0, len(self._buffer) - _MARGIN))
                continue
            self._drop(found.start())
            yield self._item()

    def tail(self) -> bytes:
        """What is left after the last item, its last bytes only."""
        return bytes(self._buffer[-4096:])

    def _item(self) -> Slice:
        """The item that the buffer begins with."""
        return self._plain() or self._stepped()

    def _plain(self) -> Slice | None:
        """An item whose first end tag is its own, as nearly all are; found without stepping through it."""
        found = self._find(_END, 5, CHUNK)
        if found is None:
            return None
        with memoryview(self._buffer) as held:
            data = bytes(held[: found.end()])
        closed = data.count(b"<![CDATA[") == data.count(b"]]>") and data.rfind(b"<!--") <= data.rfind(b"-->")
        if not closed or _START.search(data, 5):
            return None
        start = self._base
        self._drop(len(data))
        return Slice(start, self._base, data)

    def _stepped(self) -> Slice:
        start, at = self._base, 5
        while True:
            token = self._find(_TOKEN, at, MAX_ITEM)
            if token is None:
                return self._unended(start)
            kind, at = token[0][:4], token.end()
            if kind == b"</it":
                return self._taken(start, at)
            if kind == b"<ite":
                return self._taken(start, token.start())
            end = self._section_end(b"]]>" if kind == b"<![C" else b"-->", at)
            if end < 0:
                return self._unclosed(start, at)
            following = _NEXT_ITEM.search(self._buffer, at, end) if kind == b"<![C" else None
            if following and b"post_id>" in self._buffer[following.end() : end + 4096]:
                return self._taken(start, self._buffer.find(b">", following.start()) + 1)
            at = end

    def _section_end(self, mark: bytes, at: int) -> int:
        """Where the section ends that began before `at`, -1 when it doesn't within bounds."""
        while (end := self._buffer.find(mark, at)) < 0:
            at = max(at, len(self._buffer) - len(mark))
            if len(self._buffer) > MAX_ITEM or not self._fill():
                return -1
        return end + len(mark)

    def _unclosed(self, start: int, at: int) -> Slice:
        """A CDATA section or comment without an end: the item ends at its end tag all the same."""
        found = _END.search(self._buffer, at)
        return self._taken(start, found.end()) if found else self._unended(start)

    def _unended(self, start: int) -> Slice:
        if self._ended:
            self._drop(len(self._buffer))
            return Slice(start, self._base, b"", "the file ends inside this item")
        while (found := _END.search(self._buffer)) is None:
            self._drop(max(0, len(self._buffer) - _MARGIN))
            if not self._fill():
                self._drop(len(self._buffer))
                break
        else:
            self._drop(found.end())
        return Slice(start, self._base, b"", f"the item is larger than {MAX_ITEM:,} bytes")

    def _taken(self, start: int, length: int) -> Slice:
        data = bytes(self._buffer[:length])
        self._drop(length)
        return Slice(start, self._base, data)

    def _find(self, pattern: re.Pattern[bytes], at: int, limit: int) -> re.Match[bytes] | None:
        """The first match from `at` on, reading on until the buffer holds `limit` bytes."""
        while (found := pattern.search(self._buffer, at)) is None:
            at = max(at, len(self._buffer) - _MARGIN)
            if len(self._buffer) > limit or not self._fill():
                return None
        return found

    def _fill(self) -> bool:
        more = self._source.read(CHUNK)
        self._ended = self._ended or not more
        self._buffer += more
        return bool(more)

    def _drop(self, length: int) -> None:
        del self._buffer[:length]
        self._base += length
