"""Every document of the catalogue as files: a folder that nginx (gzip_static) or any CDN can serve.

A path that ends in a slash becomes `index.html` in its folder. Beside a compressible file stand its
`.gz`, `.br` and `.zst`. Redirects become `_redirects` and an nginx map. What was written, by which
keys, is kept in a ledger in the folder, so that a later build writes only what a change touched.
"""

from __future__ import annotations

import asyncio
import os
import re
import time
import zlib
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Mapping
from pathlib import Path
from urllib.parse import unquote

import msgspec

from publisher import coding
from publisher.catalogue import Catalogue
from publisher.catalogue.base import Context
from publisher.error import NotFound, Refused
from publisher.model import Document, Redirect
from publisher.representation import Representation, represent
from publisher.version import VERSION

LEDGER = ".build-{}.json"
NOT_FOUND_PAGE = "/_/error/404"
SUFFIXES: Mapping[str, str] = {"gzip": ".gz", "br": ".br", "zstd": ".zst"}
AT_ONCE = 16
"""Documents in the making at the same time in one process: the codings run in threads."""
_MEDIA = re.compile(rb"/media/([0-9a-f]{64})/([a-z0-9-]+)\.([a-z0-9]+)")

Find = Callable[[str, str, str], Awaitable[Path]]
"""(sha256, name, extension) -> the file of a picture."""
OnFile = Callable[[int], None]
"""Called with the bytes of each document that is dealt with; 0 for one that stayed as it was."""


class Kept(msgspec.Struct, frozen=True):
    """What the ledger knows of one path: the keys that touch it, its tag, its end (POSIX seconds, 0: none)."""

    keys: tuple[str, ...]
    etag: str
    expires: float = 0.0


class Ledger(msgspec.Struct, frozen=True):
    """What a build left behind: as of which change, by which release, which paths."""

    seq: int
    fingerprint: str
    paths: dict[str, Kept]


class Report(msgspec.Struct, kw_only=True):
    """What a build did. `files` and `bytes` were written now; `unchanged` documents stayed."""

    documents: int = 0
    files: int = 0
    bytes: int = 0
    unchanged: int = 0
    removed: int = 0
    redirects: int = 0
    failed: tuple[str, ...] = ()

    def plus(self, other: Report) -> Report:
        """Two slices of one build together."""
        names = ("documents", "files", "bytes", "unchanged", "removed", "redirects")
        summed = {name: getattr(self, name) + getattr(other, name) for name in names}
        return Report(**summed, failed=self.failed + other.failed)


class Slice(msgspec.Struct, frozen=True):
    """The part of all paths that one process builds."""

    number: int = 0
    of: int = 1

    def has(self, path: str) -> bool:
        """Whether a path is in it."""
        return zlib.crc32(path.encode()) % self.of == self.number


class Builder:
    """Writes one slice of a site's documents into a folder."""

    def __init__(
        self, context: Context, catalogue: Catalogue, find: Find, folder: Path, part: Slice, on_file: OnFile
    ) -> None:
        self._context, self._catalogue, self._find = context, catalogue, find
        self._folder, self._part, self._on_file = folder, part, on_file
        self._report = Report()
        self._kept: dict[str, Kept] = {}
        self._media: set[tuple[str, str, str]] = set()
        self._fingerprint = f"{VERSION} {context.site.base} {part.of}"

    async def build(self, since: int | None = None) -> Report:
        """Write everything, or what the changes after `since` touched (-1: since the last build)."""
        before = self._ledger()
        seq = await self._context.store.seq()
        touched = await self._touched(before, since)
        await self._all(before, touched)
        if self._part.number == 0:
            await self._redirects()
        self._remove(before.paths.keys() - self._kept.keys())
        self._write(self._ledger_file, msgspec.json.encode(Ledger(seq, self._fingerprint, self._kept)), None)
        return self._report

    @property
    def _ledger_file(self) -> Path:
        return self._folder / LEDGER.format(self._part.number)

    def _ledger(self) -> Ledger:
        try:
            found = msgspec.json.decode(self._ledger_file.read_bytes(), type=Ledger)
        except (OSError, msgspec.DecodeError):
            return Ledger(0, "", {})
        return found if found.fingerprint == self._fingerprint else Ledger(0, "", {})

    async def _touched(self, before: Ledger, since: int | None) -> frozenset[str] | None:
        """Keys that changes touched; None when everything must be built."""
        if since is None or not before.paths:
            return None
        found: set[str] = set()
        after = before.seq if since < 0 else since
        while changes := await self._context.store.changes(after):
            found.update(*(change.keys for change in changes))
            after = changes[-1].seq
        return frozenset(found)

    async def _all(self, before: Ledger, touched: frozenset[str] | None) -> None:
        waiting: asyncio.Queue[str | None] = asyncio.Queue(maxsize=4 * AT_ONCE)
        async with asyncio.TaskGroup() as group:
            for _ in range(AT_ONCE):
                group.create_task(self._work(waiting))
            async for path in self._paths():
                if touched is not None and self._stays(path, before, touched):
                    self._kept[path] = before.paths[path]
                    self._report.unchanged += 1
                    self._on_file(0)
                else:
                    await waiting.put(path)
            for _ in range(AT_ONCE):
                await waiting.put(None)

    def _stays(self, path: str, before: Ledger, touched: frozenset[str]) -> bool:
        kept = before.paths.get(path)
        if kept is None or (kept.expires and kept.expires <= self._context.clock().timestamp()):
            return False
        return touched.isdisjoint(kept.keys)

    async def _paths(self) -> AsyncIterator[str]:
        if self._part.has(NOT_FOUND_PAGE):
            yield NOT_FOUND_PAGE
        async for _, path in self._catalogue.paths(self._context):
            if self._part.has(path):
                yield path

    async def _work(self, waiting: asyncio.Queue[str | None]) -> None:
        while (path := await waiting.get()) is not None:
            try:
                await self._one(path)
            except NotFound as error:
                self._report.failed += (f"{path}: {error}",)

    async def _one(self, path: str) -> None:
        target = self._catalogue.target(path, {})
        answer = await self._catalogue.build(self._context, target)
        if not isinstance(answer, Document):
            return
        made = await asyncio.to_thread(represent, answer)
        written = await asyncio.to_thread(self._store, path, made)
        expires = answer.expires_at.timestamp() if answer.expires_at else 0.0
        self._kept[path] = Kept(tuple(sorted(answer.keys)), answer.etag, expires)
        self._report.documents += 1
        self._on_file(written)
        for found in set(_MEDIA.findall(answer.body)):
            sha256, name, extension = (each.decode() for each in found)
            await self._picture(sha256, name, extension)

    def _store(self, path: str, made: Representation) -> int:
        file = self._folder / file_name(path)
        if not file.resolve().is_relative_to(self._folder.resolve()):
            raise Refused(f"{path}: would be written outside of {self._folder}")
        updated = made.document.updated
        stamp = updated.timestamp() if updated else None
        written = 0
        for name, variant in made.variants.items():
            beside = file if name == coding.IDENTITY else file.with_name(file.name + SUFFIXES[name])
            written += self._write(beside, variant.body, stamp)
        return written

    def _write(self, file: Path, body: bytes, stamp: float | None) -> int:
        """Write a file whole or not at all, and not when it is there already; how many bytes."""
        try:
            if file.stat().st_size == len(body) and file.read_bytes() == body:
                return 0
        except OSError:
            file.parent.mkdir(parents=True, exist_ok=True)
        new = file.with_name(f"{file.name}.new-{os.getpid()}")
        new.write_bytes(body)
        if stamp is not None:
            os.utime(new, (stamp, stamp))
        new.replace(file)
        self._report.files += 1
        self._report.bytes += len(body)
        return len(body)

    async def _picture(self, sha256: str, name: str, extension: str) -> None:
        if (sha256, name, extension) in self._media:
            return
        self._media.add((sha256, name, extension))
        file = self._folder / "media" / sha256 / f"{name}.{extension}"
        if file.exists():
            return
        try:
            source = await self._find(sha256, name, extension)
        except NotFound as error:
            self._report.failed += (f"/media/{sha256}/{name}.{extension}: {error}",)
            return
        await asyncio.to_thread(lambda: self._write(file, source.read_bytes(), None))

    async def _redirects(self) -> None:
        rows: list[Redirect] = []
        while found := await self._context.store.redirects(1000, rows[-1].path if rows else ""):
            rows += found
        self._write(self._folder / "_redirects", plain_redirects(rows), None)
        self._write(self._folder / "_redirects.map", nginx_map(rows), None)
        self._report.redirects = len(rows)

    def _remove(self, paths: Iterable[str]) -> None:
        for path in paths:
            file = self._folder / file_name(path)
            for each in (file, *(file.with_name(file.name + suffix) for suffix in SUFFIXES.values())):
                each.unlink(missing_ok=True)
            self._report.removed += 1


def file_name(path: str) -> str:
    """The file, below the folder, that holds the document of a path."""
    if path == NOT_FOUND_PAGE:
        return "404.html"
    name = unquote(path).lstrip("/")
    return name + "index.html" if not name or name.endswith("/") else name


def plain_redirects(rows: Iterable[Redirect]) -> bytes:
    """`/old /new 301` a line, as several static hosts read it."""
    return "".join(f"{row.path} {row.target} 301\n" for row in rows).encode()


def nginx_map(rows: Iterable[Redirect]) -> bytes:
    """The rows of an nginx map from path to target."""
    return "".join(f'"{_quoted(unquote(row.path))}" "{_quoted(row.target)}";\n' for row in rows).encode()


def _quoted(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"').replace("$", "")


def rate(report: Report, began: float) -> str:
    """What a build says of itself when it is done."""
    seconds = max(0.001, time.monotonic() - began)
    return (
        f"{report.documents:,} documents built, {report.unchanged:,} unchanged, {report.removed:,} removed, "
        f"{report.redirects:,} redirects; {report.files:,} files, {report.bytes / 1e6:,.1f} MB written in "
        f"{seconds:.1f} s ({(report.documents + report.unchanged) / seconds:,.0f} documents/s)"
    )
