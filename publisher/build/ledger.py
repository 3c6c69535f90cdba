"""What a build left behind: which paths, touched by which keys, so that a later one need not make them again."""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from pathlib import Path

import msgspec

from publisher import key
from publisher.build.folder import Folder
from publisher.catalogue.base import Context
from publisher.catalogue.box import Tellings
from publisher.model import Change, Document
from publisher.version import VERSION

NAME = ".build-{}.json"
BEGUN = ".build-{}.begun"
NUMBERED = re.compile(r"\.build-(\d+)\.(?:json|begun)")
"""Either of them."""
LONG_AGO = 1.0
SHAPE = 4
"""Another shape of the ledger is no ledger."""


class Touched:
    """What changes touched: `keys` of all, `moving` of those that may alter lists, `edited` articles in place."""

    def __init__(self) -> None:
        self.keys: set[str] = set()
        self.moving: set[str] = set()
        self.edited: set[int] = set()

    def add(self, change: Change) -> None:
        """Note one more change."""
        self.keys |= change.keys
        if key.edit(change.article_id) in change.keys:
            self.edited.add(change.article_id)
        else:
            self.moving |= change.keys


class Kept(msgspec.Struct, frozen=True, array_like=True):
    """What is known of one path: keys that touch it, its end (POSIX seconds, 0: none), its article (0: a list's).

    `shows` are the articles of a list: edits in place of others than those leave it as it is (None: not known).
    """

    keys: tuple[str, ...]
    expires: float = 0.0
    article: int = 0
    shows: tuple[int, ...] | None = None

    @classmethod
    def of(cls, document: Document, article: int) -> Kept:
        """What to keep of a document; one that may be served stale is good until that is over."""
        ends = _end(document.expires_at, document.stale_seconds)
        return cls(tuple(sorted(document.keys)), ends, article, document.shows)

    @classmethod
    def failed(cls, article: int) -> Kept:
        """What to keep of a document that could not be made, or lacks pictures: the next build tries again."""
        return cls((), LONG_AGO, article)

    def is_old(self, touched: Touched, moment: float) -> bool:
        """Whether changes or the clock put it out of date."""
        if 0.0 < self.expires <= moment:
            return True
        if self.shows is None:
            return not touched.keys.isdisjoint(self.keys)
        return not (touched.edited.isdisjoint(self.shows) and touched.moving.isdisjoint(self.keys))


def _end(expires_at: datetime | None, stale_seconds: int) -> float:
    return (expires_at + timedelta(seconds=stale_seconds)).timestamp() if expires_at else 0.0


class Ledger(msgspec.Struct, frozen=True):
    """As of which change, made of what, which paths; and what lists show of stories, that none finds it out anew.

    `at` is when that change was made: a site put back from a backup has another one of its number, or none.
    """

    seq: int = 0
    at: datetime | None = None
    fingerprint: str = ""
    paths: Mapping[str, Kept] = {}
    tellings: Tellings = {}

    def old(self, touched: Touched, now: datetime) -> Mapping[str, Kept]:
        """What changes or the clock put out of date."""
        moment = now.timestamp()
        return {path: kept for path, kept in self.paths.items() if kept.is_old(touched, moment)}


class Begun:
    """The paths that a build makes for the first time, noted before their files are there.

    No ledger knows them until the build ends; when it is killed the next one takes them from here.
    """

    def __init__(self, folder: Path, number: int) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._path = folder / BEGUN.format(number)
        self._file = os.open(self._path, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o644)

    def note(self, path: str, article: int) -> None:
        """Note a path of an article (0: a list's)."""
        os.write(self._file, f"{article} {path}\n".encode())

    def close(self) -> None:
        """Leave the notes to the next build."""
        os.close(self._file)

    def drop(self) -> None:
        """The ledger knows all of them now."""
        self._path.unlink(missing_ok=True)


def read(folder: Path, number: int) -> Ledger:
    """The ledger of a slice, an empty one where there is none; and what a killed build began, to be made again."""
    found = _read(folder, number)
    return msgspec.structs.replace(found, paths={**dict(_begun(folder, number)), **found.paths})


def _read(folder: Path, number: int) -> Ledger:
    try:
        return msgspec.json.decode((folder / NAME.format(number)).read_bytes(), type=Ledger)
    except (OSError, msgspec.DecodeError):
        return Ledger()


def _begun(folder: Path, number: int) -> Iterator[tuple[str, Kept]]:
    try:
        lines = (folder / BEGUN.format(number)).read_text(encoding="utf-8").splitlines(keepends=True)
    except OSError:
        return
    for line in lines:
        article, _, path = line.rstrip("\n").partition(" ")
        if line.endswith("\n"):  # else the disk was full
            yield path, Kept.failed(int(article))


def write(folder: Folder, number: int, ledger: Ledger) -> None:
    """Keep the ledger of a slice."""
    folder.write(NAME.format(number), msgspec.json.encode(ledger))


def fingerprint(context: Context, slices: int) -> str:
    """A hash of what every document may depend on but the store: release, settings, templates, feed definitions."""
    made = hashlib.blake2b(digest_size=12)
    made.update(f"{SHAPE} {VERSION} {context.site.base} {slices}".encode())
    made.update(msgspec.json.encode(context.settings))
    for folder in ("templates", "feeds"):
        for name in context.assets.names(folder):
            made.update(name.encode() + b"\0" + context.assets.read(name))
    return made.hexdigest()
