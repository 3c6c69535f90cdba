"""A zip archive or a folder as named files, read within bounds and never unpacked to the disk."""

from __future__ import annotations

import os
import zipfile
from collections.abc import Iterable
from pathlib import Path

from publisher.error import InvalidExport
from publisher.importer.port import DAMAGED, LocalFile

MAX_MEMBERS = 500_000
MAX_MEMBER = 50_000_000
MAX_RATIO = 200
SMALL = 1_000_000


class Archive:
    """What lies at a path, by name; `names` are in order, those that lead out of it are in `strange`."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._sizes = _members(path) if path.is_file() else _files(path)
        self.names = tuple(sorted(name for name in self._sizes if not _leads_out(name)))
        self.strange = tuple(sorted(name for name in self._sizes if _leads_out(name)))
        self.total = sum(size for size, _ in self._sizes.values())

    def size(self, name: str) -> int:
        """A file's size in bytes."""
        return self._sizes[name][0]

    def read(self, name: str, max_bytes: int = MAX_MEMBER) -> bytes:
        """A file's bytes; raises InvalidExport when it is too large, damaged or made to swell."""
        size, packed = self._sizes[name]
        if size > max_bytes or (size > SMALL and size > packed * MAX_RATIO):
            raise InvalidExport(f"{name}: larger than {max_bytes:,} bytes, or swells more than {MAX_RATIO} times")
        return self.local("", name).read(max_bytes)

    def local(self, src: str, name: str) -> LocalFile:
        """A file as one that a text names by `src`."""
        if self.path.is_file():
            return LocalFile(src=src, path=self.path, member=name)
        return LocalFile(src=src, path=self.path / name)


def _leads_out(name: str) -> bool:
    parts = name.replace("\\", "/").split("/")
    return name.startswith(("/", "\\")) or ".." in parts or ":" in parts[0] or "\x00" in name


def _members(path: Path) -> dict[str, tuple[int, int]]:
    """Sizes, unpacked and packed, of an archive's files."""
    try:
        with zipfile.ZipFile(path) as archive:
            members: Iterable[zipfile.ZipInfo] = archive.infolist()
            found = {each.filename: (each.file_size, each.compress_size) for each in members if not each.is_dir()}
    except DAMAGED as error:
        raise InvalidExport(f"{path}: the archive is damaged ({error})") from error
    if len(found) > MAX_MEMBERS:
        raise InvalidExport(f"{path}: more than {MAX_MEMBERS:,} files")
    return found


def _files(path: Path) -> dict[str, tuple[int, int]]:
    """Sizes of a folder's files; links are not followed."""
    found: dict[str, tuple[int, int]] = {}
    for parent, _, names in os.walk(path):
        for name in names:
            file = Path(parent) / name
            if file.is_file() and not file.is_symlink() and len(found) < MAX_MEMBERS:
                size = file.stat().st_size
                found[file.relative_to(path).as_posix()] = (size, size)
    return found
