"""What a path or address is, and the importer that reads it; a clear error when it is nothing."""

from __future__ import annotations

import enum
import gzip
import zipfile
import zlib
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

from publisher.error import InvalidExport
from publisher.importer.feed import FeedExport, Fetch, is_feed
from publisher.importer.ghost import GhostExport
from publisher.importer.jsonfeed import is_json_feed
from publisher.importer.jsonl import OwnExport
from publisher.importer.markdown_folder import ENDINGS, MarkdownExport, files_of
from publisher.importer.medium import MediumExport
from publisher.importer.port import DAMAGED, Export, content_hash
from publisher.importer.scan import open_bytes, xml_names
from publisher.importer.substack import SubstackExport
from publisher.importer.web_page import WebPage, is_page
from publisher.importer.wordpress import WordPressExport, is_wxr
from publisher.importer.wxr import refuse_entities

HEAD = 65536
MAX_FEED = 200_000_000
READABLE = (
    "a WordPress export (.xml), a Ghost export (.json), a feed (file or address), Markdown (file or folder), a Medium"
    " or Substack archive (.zip), an export of Publisher's own (.jsonl) or a site's folder"
)


class Opening(NamedTuple):
    """How an export is opened: by what clock, for which old address, from where on."""

    now: datetime
    base: str
    offset: int


class What(enum.StrEnum):
    """Everything that can be served or imported."""

    WORDPRESS = "a WordPress export"
    GHOST = "a Ghost export"
    FEED = "a feed"
    FEED_URL = "an address of a feed or page"
    MARKDOWN = "Markdown"
    MEDIUM = "a Medium archive"
    SUBSTACK = "a Substack archive"
    JSONL = "an export of Publisher's own"
    SITE = "a site's folder"
    DATABASE = "a site's database"


def sniff(source: str) -> What:
    """What a path or address is; raises InvalidExport that says what to give instead."""
    if source.startswith(("http://", "https://")):
        return What.FEED_URL
    path = Path(source)
    if not path.exists():
        raise InvalidExport(f"{source}: there is no such file or folder; give {READABLE}")
    return _folder(path) if path.is_dir() else _file(path)


def _folder(path: Path) -> What:
    if (path / "site.db").is_file():
        return What.SITE
    if (path / "posts.csv").is_file():
        return What.SUBSTACK
    if _is_medium([each.relative_to(path).as_posix() for each in path.glob("*/*.html")]):
        return What.MEDIUM
    if next(files_of(path), None) is not None:
        return What.MARKDOWN
    if (path / "site.toml").is_file():
        return What.SITE
    raise InvalidExport(
        f"{path}: a directory without articles; give {READABLE}, or begin a new site: publisher init FOLDER"
    )


def _file(path: Path) -> What:
    head = head_of(path)
    if head.startswith(b"SQLite format 3\x00"):
        return What.DATABASE
    if head[:4] == b"PK\x03\x04":
        return _archive(path)
    text = head.decode("utf-16", "replace").encode() if head[:2] in (b"\xff\xfe", b"\xfe\xff") else head
    if found := _text(path, text):
        return found
    raise InvalidExport(f"{path}: not something that can be read; give {READABLE}")


def head_of(path: Path) -> bytes:
    """The beginning of a file's content, unpacked when it is gzip."""
    with open_bytes(path) as file:
        head = file.read(HEAD)
        if head[:2] != b"\x1f\x8b":
            return head
        file.seek(0)
        try:
            return gzip.GzipFile(fileobj=file).read(HEAD)
        except (OSError, EOFError, zlib.error) as error:
            raise InvalidExport(f"{path}: the gzip file is damaged ({error})") from error


def fingerprint(source: str) -> str:
    """What a file is known by until it is altered: size, time and beginning; "" for what is no file."""
    path = Path(source)
    if not path.is_file():
        return ""
    state = path.stat()
    return content_hash(state.st_size, state.st_mtime_ns, head_of(path))


def _text(path: Path, head: bytes) -> What | None:
    start = head.lstrip(b"\xef\xbb\xbf \t\r\n")
    if start.startswith(b"{"):
        return _json(path, start)
    if start.startswith(b"<"):
        refuse_entities(head)
    if is_wxr(head):
        return What.WORDPRESS
    if is_feed(head):
        return What.FEED
    return What.MARKDOWN if path.suffix.lower() in ENDINGS and b"\x00" not in head[:4096] else None


def _json(path: Path, start: bytes) -> What | None:
    if is_json_feed(start):
        return What.FEED
    if b'"publisher"' in start[:200]:
        return What.JSONL
    return What.GHOST if b'"db"' in start or b'"posts"' in start or path.suffix == ".json" else None


def _archive(path: Path) -> What:
    try:
        with zipfile.ZipFile(path) as archive:
            names, head = archive.namelist(), _first_xml(archive)
    except DAMAGED as error:
        raise InvalidExport(f"{path}: the archive is damaged ({error})") from error
    if any(name.rpartition("/")[2] == "posts.csv" for name in names):
        return What.SUBSTACK
    if _is_medium(names):
        return What.MEDIUM
    if is_wxr(head):
        refuse_entities(head)
        return What.WORDPRESS
    raise InvalidExport(
        f"{path}: an archive, but none of WordPress's, Medium's or Substack's; unpack it and give what is inside"
    )


def _first_xml(archive: zipfile.ZipFile) -> bytes:
    """The beginning of an archive's first XML file; empty when it has none."""
    for name in xml_names(archive)[:1]:
        with archive.open(name) as member:
            return member.read(HEAD)
    return b""


def _is_medium(names: list[str]) -> bool:
    """Whether there are posts in HTML; not in `_posts/`: those are Jekyll's."""
    return any(name.endswith(".html") and "/posts/" in f"/{name}" for name in names)


def open_export(source: str, *, now: datetime, fetch: Fetch | None = None, base: str = "", offset: int = 0) -> Export:
    """The importer for a path or address, opened; raises InvalidExport for what is none.

    `fetch` gets the pages of a feed's address. `base` is the old site's address, for exports that
    don't say it (Ghost, Substack). A site's own folder or database is no export.
    """
    what = sniff(source)
    if what is What.FEED_URL:
        if fetch is None:
            raise InvalidExport(f"{source}: an address can't be fetched here")
        data = fetch(source)
        is_html = is_page(data) and not is_feed(data[:2048])
        return WebPage(data, source) if is_html else FeedExport(data, source, fetch, offset)
    opener = _OPENERS.get(what)
    if opener is None:
        raise InvalidExport(f"{source}: {what} is opened, not imported")
    return opener(Path(source), Opening(now, base, offset))


def _open_feed(path: Path, opening: Opening) -> Export:
    with open_bytes(path) as file:
        data = file.read(MAX_FEED + 1)
    if data[:2] == b"\x1f\x8b":
        data = _unpacked(data)
    return FeedExport(data, offset=opening.offset)


def _unpacked(data: bytes) -> bytes:
    found = zlib.decompressobj(31).decompress(data, MAX_FEED // 4)
    if len(found) >= MAX_FEED // 4:
        raise InvalidExport("the gzip file swells beyond all reason: it is not read")
    return found


_OPENERS: dict[What, Callable[[Path, Opening], Export]] = {
    What.WORDPRESS: lambda path, opening: WordPressExport(path, opening.offset),
    What.GHOST: lambda path, opening: GhostExport(path, opening.base, opening.offset),
    What.FEED: _open_feed,
    What.MARKDOWN: lambda path, opening: MarkdownExport(path, opening.now, opening.offset),
    What.MEDIUM: lambda path, opening: MediumExport(path, opening.offset),
    What.SUBSTACK: lambda path, opening: SubstackExport(path, opening.base, opening.offset),
    What.JSONL: lambda path, opening: OwnExport(path, opening.offset),
}
