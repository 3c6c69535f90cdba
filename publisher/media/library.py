"""Pictures on disk, named by the hash of their bytes: `media/<ab>/<sha256>/original.jpg` and renditions beside it.

A file appears whole or not at all: it is written under a name of its own in `.new` and renamed.
"""

from __future__ import annotations

import asyncio
import errno
import os
import re
import shutil
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from publisher.error import Invalid, NotFound, StoreFull, StoreUnavailable
from publisher.media.workshop import Workshop
from publisher.media_type import EXTENSIONS
from publisher.model import Media
from publisher.rendition import FORMATS, POSTERS, RENDITIONS

MAX_BYTES = 50_000_000
"""Largest picture file taken in."""
_SHA256 = re.compile(r"[0-9a-f]{64}")
ORIGINAL = "original"


class Library:
    """Takes pictures in and gives their renditions, each made once however many wait for it."""

    def __init__(self, folder: Path, workshop: Workshop) -> None:
        self._folder = folder
        self._new = folder / ".new"
        self._workshop = workshop
        self._making: dict[Path, asyncio.Lock] = {}

    def clean(self) -> None:
        """Remove what writes of processes that are gone left behind; called at start."""
        for path in self._new.glob("*"):
            if not _is_running(path.name.partition("-")[0]):
                path.unlink(missing_ok=True)

    async def add(self, data: bytes, name: str = "", url: str = "") -> Media:
        """Check, clean and keep a picture; its record is the caller's to store. Raises Invalid, StoreFull."""
        if not data or len(data) > MAX_BYTES:
            raise Invalid(f"a picture file has 1 to {MAX_BYTES} bytes, not {len(data)}")
        with self._fresh() as raw, self._fresh() as clean:
            await asyncio.to_thread(raw.write_bytes, data)
            found = await self._workshop.take_in(raw, clean)
            extension = EXTENSIONS[found.media_type]
            await asyncio.to_thread(self._keep, clean, self._file(found.sha256, ORIGINAL, extension))
        return Media(
            sha256=found.sha256,
            media_type=found.media_type,
            bytes=found.bytes,
            name=name,
            width=found.width,
            height=found.height,
            url=url,
        )

    async def rendition(self, sha256: str, name: str, extension: str, focal: tuple[float, float] | None = None) -> Path:
        """The file of a rendition (or `original`), made now if nobody asked before. Raises NotFound, StoreFull."""
        if not _SHA256.fullmatch(sha256):
            raise NotFound(f"no picture {sha256[:80]!r}")
        if name == ORIGINAL:
            return self._existing(self._file(sha256, name, extension))
        if name not in RENDITIONS or extension not in FORMATS:
            raise NotFound(f"no rendition {name[:80]}.{extension[:10]}")
        path = self._file(sha256, name, extension)
        return path if _is_there(path) else await self._make_once(path, sha256, focal)

    async def make_posters(self, sha256: str, focal: tuple[float, float] | None = None) -> None:
        """Make what a story's posters need; called when an article is published."""
        for name in POSTERS:
            await self.rendition(sha256, name, "jpg", focal)

    async def remove(self, sha256: str) -> None:
        """Delete a picture with its renditions, if it is there."""
        await asyncio.to_thread(shutil.rmtree, self._file(sha256, ORIGINAL, "x").parent, ignore_errors=True)

    def original(self, sha256: str) -> Path:
        """The file of the picture itself; raises NotFound."""
        folder = self._file(sha256, ORIGINAL, "x").parent
        for found in sorted(folder.glob(f"{ORIGINAL}.*")):
            return found
        raise NotFound(f"no picture {sha256}")

    def every(self) -> Iterator[str]:
        """The names (sha256) of all pictures, in order."""
        for folder in sorted(self._folder.glob("[0-9a-f][0-9a-f]/*")):
            if _SHA256.fullmatch(folder.name):
                yield folder.name

    async def _make_once(self, path: Path, sha256: str, focal: tuple[float, float] | None) -> Path:
        lock = self._making.setdefault(path, asyncio.Lock())
        try:
            async with lock:
                if not _is_there(path):
                    await self._make(path, sha256, focal)
                return path
        finally:
            if not lock.locked():
                self._making.pop(path, None)

    async def _make(self, path: Path, sha256: str, focal: tuple[float, float] | None) -> None:
        source = self.original(sha256)
        with self._fresh() as new:
            try:
                await self._workshop.render(source, new, path.stem, path.suffix[1:], focal)
            except Invalid as error:
                raise NotFound(f"no rendition {path.name} of {sha256}: {error}") from error
            await asyncio.to_thread(self._keep, new, path)

    def _file(self, sha256: str, name: str, extension: str) -> Path:
        return self._folder / sha256[:2] / sha256 / f"{name}.{extension}"

    def _existing(self, path: Path) -> Path:
        if not path.is_file() or path.parent.parent.parent != self._folder:
            raise NotFound(f"no picture at {path.name}")
        return path

    @contextmanager
    def _fresh(self) -> Iterator[Path]:
        """A path for a file in the making, removed unless it was renamed away."""
        path = self._new / f"{os.getpid()}-{uuid.uuid4().hex}"
        try:
            self._new.mkdir(parents=True, exist_ok=True)
            yield path
        except OSError as error:
            full = error.errno in (errno.ENOSPC, errno.EDQUOT)
            wrong = StoreFull if full else StoreUnavailable
            raise wrong(f"media can't be written: {error.strerror}") from error
        finally:
            path.unlink(missing_ok=True)

    def _keep(self, new: Path, path: Path) -> None:
        """Put a finished file in its place: on the disk before it has its name."""
        with open(new, "rb") as file:
            os.fsync(file.fileno())
        path.parent.mkdir(parents=True, exist_ok=True)
        os.replace(new, path)
        folder = os.open(path.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)


def _is_there(path: Path) -> bool:
    return path.exists()


def _is_running(pid: str) -> bool:
    """Whether a process of that number is there; a name without a number belongs to none."""
    if not pid.isdecimal():
        return False
    try:
        os.kill(int(pid), 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
