"""Where an import stands, kept with every batch of it: an interrupted one goes on from there.

A mark counts what is stored and no more, since it is written in the transaction that stores it.
"""

from __future__ import annotations

import zlib
from datetime import datetime, timedelta

import msgspec
from msgspec.structs import replace

from publisher.date import EPOCH
from publisher.importer.port import ImportReport
from publisher.model import Author
from publisher.store.port import Store

PREFIX = "import/"
KEPT = timedelta(days=30)
"""How long an interrupted import can be gone on with."""
MOST_NAMED = 100
"""Failures, skips and notes that a mark names; it counts all of them."""


class Mark(msgspec.Struct, frozen=True, kw_only=True):
    """An import's state: its ledger, the articles met, and what it still owes.

    `at`: when it was kept. `is_new`: the site was empty when it began. `groups` are translations to be linked,
    `authors` portraits to be kept.
    """

    report: ImportReport
    at: datetime = EPOCH
    met: bytes = b""
    is_new: bool = False
    groups: tuple[str, ...] = ()
    authors: tuple[Author, ...] = ()


_decode = msgspec.msgpack.Decoder(Mark).decode


def packed(mark: Mark) -> bytes:
    """A mark as it is kept: small, however much was imported."""
    report = mark.report
    named = {name: getattr(report, name)[:MOST_NAMED] for name in ("failures", "skips", "notes")}
    return msgspec.msgpack.encode(replace(mark, report=replace(report, **named), met=zlib.compress(mark.met, 1)))


async def recalled(store: Store, name: str) -> Mark | None:
    """The mark that an interrupted import left."""
    kept = await store.recall(name) if name else None
    if kept is None:
        return None
    mark = _decode(kept)
    return replace(mark, met=zlib.decompress(mark.met))


async def drop_abandoned(store: Store, now: datetime) -> None:
    """Forget the marks of imports that nobody went on with."""
    for name, kept in await store.recall_all(PREFIX):
        if _decode(kept).at < now - KEPT:
            await store.forget(name)


class Met:
    """The ids of articles that an import met: a bit each."""

    def __init__(self, bits: bytes = b"") -> None:
        self._bits = bytearray(bits)

    def add(self, id: int) -> None:
        """Note an article."""
        place = id >> 3
        if place >= len(self._bits):
            self._bits.extend(bytes(place + 1 - len(self._bits)))
        self._bits[place] |= 1 << (id & 7)

    def __contains__(self, id: int) -> bool:
        place = id >> 3
        return place < len(self._bits) and bool(self._bits[place] & 1 << (id & 7))

    def __bytes__(self) -> bytes:
        return bytes(self._bits)
