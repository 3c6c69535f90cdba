"""A whole store -> an export of our own, which another site imports without loss.

The file appears whole or not at all; stored files are laid beside it at their own addresses.
"""

from __future__ import annotations

import asyncio
import os
import secrets
import shutil
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from pathlib import Path
from typing import Protocol

import msgspec
from msgspec.structs import replace

from publisher.error import NotFound, Refused
from publisher.importer.jsonl import Value, head_line, line
from publisher.importer.port import Progress
from publisher.model import Article, Author, Media, Redirect, Site
from publisher.store.port import Store

PAGE = 500

Views = Callable[[Article], Awaitable[int]]
"""How often an article was read: before it came here, and since."""


class Shelf(Protocol):
    """Where files are kept."""

    def every(self) -> Iterator[str]:
        """The hashes of all files."""

    def original(self, sha256: str) -> Path:
        """A file by its hash; raises NotFound."""


class Exported(msgspec.Struct, frozen=True, kw_only=True):
    """What an export holds."""

    articles: int
    media: int
    redirects: int
    bytes: int


class Exporter:
    """One export under way."""

    def __init__(self, store: Store, shelf: Shelf, site: Site, views: Views) -> None:
        self._store = store
        self._shelf = shelf
        self._site = site
        self._views = views
        self._counts = {Article: 0, Media: 0, Redirect: 0}

    async def write(self, path: Path, on_progress: Callable[[Progress], None]) -> Exported:
        """Write everything to a file and the files beside it. Raises Refused when it can't be written."""
        tally = await self._store.tally()
        total = sum(msgspec.structs.astuple(tally))
        new = _beside(path)
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            with new.open("wb") as file:
                file.write(head_line(self._site))
                async for value in self._values(path.parent):
                    file.write(line(value))
                    on_progress(Progress(self._counts[Article], total))
                file.flush()
                os.fsync(file.fileno())
                size = file.tell()
            os.replace(new, path)
        except OSError as error:
            raise Refused(f"{path}: can't be written ({error.strerror or error}); choose another place") from error
        finally:
            new.unlink(missing_ok=True)
        return Exported(
            articles=self._counts[Article],
            media=self._counts[Media],
            redirects=self._counts[Redirect],
            bytes=size,
        )

    async def _values(self, folder: Path) -> AsyncIterator[Value]:
        """Everything, in the order in which an import needs it."""
        for section in await self._store.sections():
            yield replace(section, articles=0, updated=None)
        async for author in self._authors():
            yield replace(author, articles=0, updated=None)
        for sha256 in self._shelf.every():
            if media := await self._copied(sha256, folder):
                self._counts[Media] += 1
                yield media
        async for article in self._store.every():
            self._counts[Article] += 1
            yield replace(article, views=await self._views(article))
        async for redirect in self._redirects():
            self._counts[Redirect] += 1
            yield redirect

    async def _authors(self) -> AsyncIterator[Author]:
        offset = 0
        while found := await self._store.authors(PAGE, offset):
            for each in found:
                yield each
            offset += len(found)

    async def _redirects(self) -> AsyncIterator[Redirect]:
        after = ""
        while found := await self._store.redirects(PAGE, after):
            for each in found:
                yield each
            after = found[-1].path

    async def _copied(self, sha256: str, folder: Path) -> Media | None:
        """A stored file's record, the file beside the export; None for a file that no record names."""
        try:
            media, original = await self._store.media(sha256), self._shelf.original(sha256)
        except NotFound:
            return None
        await asyncio.to_thread(_copy, original, folder / media.path[1:])
        return media


def _copy(source: Path, target: Path) -> None:
    """A copy, whole or not at all; one that is there already stays."""
    if target.exists():
        return
    target.parent.mkdir(parents=True, exist_ok=True)
    new = _beside(target)
    shutil.copyfile(source, new)
    os.replace(new, target)


def _beside(target: Path) -> Path:
    """Where a file is written before it takes its place: two exports at once never share it."""
    return target.with_name(f".{target.name}.{secrets.token_hex(4)}.new")
