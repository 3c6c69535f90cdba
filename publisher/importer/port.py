"""What every importer yields: articles as read, with the reasons for what is none.

An importer is a plain iterator, read in a thread in batches. It knows no store: whether an article
is new, changed or unchanged is found by `Article.source` (kind, site, id) and its `hash`. Its
articles carry no finished body: `prepare.prepare(read.article, read.html, ...)` makes it.
"""

from __future__ import annotations

import hashlib
import lzma
import posixpath
import zipfile
import zlib
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Protocol

import msgspec
from msgspec.structs import replace

from publisher import url
from publisher.error import InvalidExport
from publisher.model import Article, Author, Kind, Media, Redirect, Section

MAX_FILE = 200_000_000


DAMAGED = (zipfile.BadZipFile, OSError, EOFError, RuntimeError, zlib.error, lzma.LZMAError)
"""What an archive raises that is damaged, encrypted, or packed in a way that nobody knows."""


class LocalFile(msgspec.Struct, frozen=True, kw_only=True):
    """A picture or other file that came with the export.

    `src` is how the body or hero names it: the key by which `prepare` is told where it was stored.
    `member` names it inside the archive at `path`, empty when `path` is the file.
    """

    src: str
    path: Path
    member: str = ""

    @property
    def name(self) -> str:
        """Its file name."""
        return (self.member or self.path.name).rpartition("/")[2]

    def read(self, max_bytes: int = MAX_FILE) -> bytes:
        """Its bytes; raises InvalidExport when it is missing, no regular file or larger than `max_bytes`."""
        try:
            if self.member:
                with zipfile.ZipFile(self.path) as archive, archive.open(self.member) as member:
                    found = member.read(max_bytes + 1)
            else:
                with self.path.open("rb") as file:
                    found = file.read(max_bytes + 1)
        except (KeyError, *DAMAGED) as error:
            raise InvalidExport(f"{self.member or self.path}: can't be read ({error})") from error
        if len(found) > max_bytes:
            raise InvalidExport(f"{self.member or self.path}: larger than {max_bytes:,} bytes")
        return found


class Stored(msgspec.Struct, frozen=True):
    """A file that another store of this service kept, with its record."""

    media: Media
    file: LocalFile


class Read(msgspec.Struct, frozen=True, kw_only=True):
    """An article as an export has it.

    `article.body` holds the source and its format only; `html` is the body as unsafe HTML, its URLs
    relative to `base`. An empty `article.path` asks for the default address. `aliases` are old paths
    that redirect to the article; `files` came with it; `notes` say what could not be kept.
    `offset` is where a resumed reading goes on after this item. `is_own`: a store of this service held it.
    """

    article: Article
    html: str
    base: str = ""
    aliases: tuple[str, ...] = ()
    files: tuple[LocalFile, ...] = ()
    notes: tuple[str, ...] = ()
    offset: int = 0
    is_own: bool = False


class Skipped(msgspec.Struct, frozen=True, kw_only=True):
    """Something that is not an article, and why."""

    what: str
    reason: str
    offset: int = 0


class Failed(msgspec.Struct, frozen=True, kw_only=True):
    """An article that can't be taken, and why."""

    what: str
    reason: str
    offset: int = 0


Item = Read | Skipped | Failed


class Progress(msgspec.Struct, frozen=True):
    """How far a reading is; `bytes_total` is 0 while it isn't known."""

    bytes_read: int
    bytes_total: int


class Export(Protocol):
    """An opened source. Iterating reads it from its offset on; it may be iterated once.

    `site` names the source site (a host where it has one); `hosts` are the old site's hosts, whose
    links become paths. `title` and `language` are the site's own, empty when it says none.
    """

    kind: str
    site: str
    title: str
    language: str
    hosts: frozenset[str]
    sections: tuple[Section, ...]
    authors: tuple[Author, ...]
    media: tuple[Stored, ...]
    redirects: tuple[Redirect, ...]

    def __iter__(self) -> Iterator[Item]:
        """The items in the order of the source; raises InvalidExport when it can't be read at all."""

    @property
    def progress(self) -> Progress:
        """How far the reading is."""


class ImportReport(msgspec.Struct, frozen=True, kw_only=True):
    """The ledger of an import: everything seen is in exactly one of the others.

    `skipped` and `failed` count by reason; `failures` and `notes` name items, capped at `NAMED`. `resumed` is how
    many of those seen an earlier, interrupted import had taken.
    """

    seen: int = 0
    created: int = 0
    updated: int = 0
    unchanged: int = 0
    skipped: tuple[tuple[str, int], ...] = ()
    failed: tuple[tuple[str, int], ...] = ()
    failures: tuple[Failed, ...] = ()
    skips: tuple[Skipped, ...] = ()
    notes: tuple[str, ...] = ()
    offset: int = 0
    resumed: int = 0

    @property
    def skipped_count(self) -> int:
        """How many were skipped."""
        return sum(count for _, count in self.skipped)

    @property
    def failed_count(self) -> int:
        """How many failed."""
        return sum(count for _, count in self.failed)

    @property
    def adds_up(self) -> bool:
        """Whether nothing was lost on the way (I1)."""
        taken = self.created + self.updated + self.unchanged
        return self.seen == taken + self.skipped_count + self.failed_count

    @property
    def is_complete(self) -> bool:
        """Whether nothing failed: a partial import never looks like success."""
        return self.adds_up and not self.failed


NAMED = 1000
NOTHING_YET = ImportReport()


class Ledger:
    """Counts an import while it runs; `report` is its state as a value."""

    def __init__(self, begun: ImportReport = NOTHING_YET) -> None:
        self.resumed = begun.seen
        self.seen = self.created = self.updated = self.unchanged = self.offset = 0
        self._skipped: Counter[str] = Counter()
        self._failed: Counter[str] = Counter()
        self._failures: list[Failed] = []
        self._skips: list[Skipped] = []
        self._notes: dict[str, None] = {}
        self.add(begun)

    def add(self, report: ImportReport) -> None:
        """Count what another ledger counted: of a batch, or of an import that this one goes on with."""
        self.seen += report.seen
        self.created += report.created
        self.updated += report.updated
        self.unchanged += report.unchanged
        self.offset = max(self.offset, report.offset)
        self._skipped.update(dict(report.skipped))
        self._failed.update(dict(report.failed))
        self._failures += report.failures[: max(0, NAMED - len(self._failures))]
        self._skips += report.skips[: max(0, NAMED - len(self._skips))]
        self.note(*report.notes)

    def see(self, item: Item) -> None:
        """Count an item as seen; one that was skipped or failed in reading is entered at once."""
        self.seen += 1
        self.offset = max(self.offset, item.offset)
        if isinstance(item, Skipped):
            self.skip(item)
        elif isinstance(item, Failed):
            self.fail(item)
        else:
            self.note(*item.notes)

    def skip(self, item: Skipped) -> None:
        """Enter something already seen that is left out."""
        self._skipped[item.reason] += 1
        self._skips += [item][: max(0, NAMED - len(self._skips))]

    def fail(self, item: Failed) -> None:
        """Enter a failure of something already seen."""
        self._failed[item.reason] += 1
        self._failures += [item][: max(0, NAMED - len(self._failures))]

    def note(self, *notes: str) -> None:
        """Remember what could not be kept, each once."""
        for each in notes[: max(0, NAMED - len(self._notes))]:
            self._notes[each] = None

    def report(self) -> ImportReport:
        """The ledger as it stands."""
        return ImportReport(
            seen=self.seen,
            created=self.created,
            updated=self.updated,
            unchanged=self.unchanged,
            skipped=tuple(sorted(self._skipped.items())),
            failed=tuple(sorted(self._failed.items())),
            failures=tuple(self._failures),
            skips=tuple(self._skips),
            notes=tuple(self._notes),
            offset=self.offset,
            resumed=self.resumed,
        )


def content_hash(*parts: object) -> str:
    """The hash by which an unchanged article is recognised: of what was read, in this order."""
    return hashlib.blake2b(msgspec.msgpack.encode(parts), digest_size=16).hexdigest()


_DOTS = frozenset({".", ".."})


def placed(read: Read) -> Read | Failed:
    """The item as read, or its failure when its path belongs to the service (DESIGN: Addresses).

    Its path is the one that browsers ask for: without `.` and `..` (RFC 3986 5.2.4).
    """
    path = read.article.path
    if not _DOTS.isdisjoint(path.split("/")):
        path = posixpath.normpath(path).rstrip("/") + ("/" if path.endswith("/") else "")
        read = replace(read, article=replace(read.article, path="" if path == "/" else path))
    if path and url.is_reserved(path) and read.article.kind is not Kind.STORY:
        return Failed(
            what=f"{read.article.title or read.article.guid} ({path})",
            reason="its path is reserved by the service",
            offset=read.offset,
        )
    return read


def stable_guid(kind: str, site: str, id: str) -> str:
    """A guid for an article whose source has none: a tag URI (RFC 4151), the same at every reading."""
    authority = site.split("/")[0] if "." in site else "publisher.invalid"
    return f"tag:{authority},2000:{kind}/{url.segment(site)}/{url.segment(id)}"
