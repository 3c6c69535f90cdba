"""A folder of documents: each a file, with its codings beside it, written whole or not at all."""

from __future__ import annotations

import fcntl
import os
import re
import shutil
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import unquote

from publisher import coding
from publisher.error import NotFound, Refused
from publisher.model import Document, Redirect

NOT_FOUND_PAGE = "/_/error/404"
SUFFIXES: Mapping[str, str] = {"gzip": ".gz", "br": ".br", "zstd": ".zst"}
HALF = ".build-{}"
"""Behind the name of a file that is being written, with the number of the process."""
_SHA256 = re.compile("[0-9a-f]{64}")
_HALF = re.compile(r".*\.build-\d+")
_NEW = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC


class Folder:
    """Writes what differs from what is there; counts what it wrote."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.files = 0
        self.bytes = 0
        self._root = os.fspath(root.resolve())
        self._made: set[str] = set()
        """Folders that this build made: nothing was in them before."""

    def store(self, path: str, document: Document) -> int:
        """Write a document and its codings; how many bytes were written. Raises Refused for a path outside."""
        name = self._inside(path)
        stamp = document.updated.timestamp() if document.updated else None
        coded = coding.coded(document.body, document.media_type)
        if os.path.dirname(name) not in self._made:
            _unlink(name + SUFFIXES[each] for each in SUFFIXES.keys() - coded.keys())
        beside = sum(self._write(name + SUFFIXES[each], body, stamp) for each, body in coded.items())
        return beside + self._write(name, document.body, stamp)

    def write(self, name: str, body: bytes) -> int:
        """Write a file that is no document."""
        return self._write(os.path.join(self._root, name), body, None)

    def has(self, name: str) -> bool:
        """Whether there is a file of that name."""
        return os.path.exists(os.path.join(self._root, name))

    def remove(self, path: str) -> None:
        """Take a document and its codings away."""
        name = self._inside(path)
        _unlink((name, *(name + suffix for suffix in SUFFIXES.values())))

    def pictures(self) -> set[str]:
        """The pictures that have a folder, by hash."""
        media = self.root / "media"
        return set(filter(_SHA256.fullmatch, os.listdir(media))) if media.is_dir() else set()

    def rendition_of(self, sha256: str) -> tuple[str, str]:
        """Name and extension of one file of a picture. Raises NotFound."""
        for each in (self.root / "media" / sha256).glob("*.*"):
            return each.stem, each.suffix[1:]
        raise NotFound(f"no file of {sha256}")

    def remove_picture(self, sha256: str) -> None:
        """Take away all files of a picture."""
        shutil.rmtree(self.root / "media" / sha256, ignore_errors=True)

    def _inside(self, path: str) -> str:
        name = os.path.normpath(os.path.join(self._root, file_name(path)))
        if not name.startswith(self._root + os.sep):
            raise Refused(f"{path}: would be written outside of {self.root}")
        return name

    def _write(self, name: str, body: bytes, stamp: float | None) -> int:
        """Write a file whole or not at all, and not when it is there already; how many bytes."""
        if self._is_there(name, body):
            return 0
        new = name + HALF.format(os.getpid())
        descriptor = os.open(new, _NEW, 0o644)
        try:
            _write_all(descriptor, body)
            if stamp is not None:
                os.utime(descriptor, (stamp, stamp))
        finally:
            os.close(descriptor)
        os.replace(new, name)
        self.files += 1
        self.bytes += len(body)
        return len(body)

    def _is_there(self, name: str, body: bytes) -> bool:
        """Whether a file holds these bytes; makes its folder where there is none."""
        folder = os.path.dirname(name)
        if folder in self._made:
            return False
        try:
            return os.stat(name).st_size == len(body) and Path(name).read_bytes() == body
        except FileNotFoundError:
            if not os.path.isdir(folder):
                self._make(folder)
            return False

    def _make(self, folder: str) -> None:
        os.makedirs(folder, exist_ok=True)
        self._made.add(folder)


@contextmanager
def alone(folder: Path) -> Iterator[None]:
    """Be the only build that writes into a folder, with all processes that are forked meanwhile. Raises Refused."""
    opened = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        fcntl.flock(opened, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield
    except BlockingIOError as error:
        raise Refused(f"{folder}: another build is writing into it; try again when it is done") from error
    finally:
        os.close(opened)


def remove_halves(folder: Path) -> None:
    """Take away the files that a killed build was writing."""
    for root, _, names in os.walk(folder):
        _unlink(os.path.join(root, each) for each in names if _HALF.fullmatch(each))


def _unlink(names: Iterable[str]) -> None:
    for each in names:
        Path(each).unlink(missing_ok=True)


def _write_all(descriptor: int, body: bytes) -> None:
    rest = memoryview(body)
    while rest:
        rest = rest[os.write(descriptor, rest) :]


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
    return "".join(f'"{_quoted(unquote(row.path))}" "{_quoted(_value(row.target))}";\n' for row in rows).encode()


def _value(target: str) -> str:
    """A target in which nothing can be a variable of nginx's."""
    return target.replace("$", "%24")


def _quoted(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"')
