"""Articles of an import made ready in other processes, so that it uses every core.

The first are made ready in this process: a small import starts no other. When other processes can't
be had or die, this one goes on alone.
"""

from __future__ import annotations

import asyncio
import multiprocessing
from collections.abc import Collection, Mapping, Sequence
from concurrent.futures import Future, ProcessPoolExecutor, ThreadPoolExecutor
from concurrent.futures.process import BrokenProcessPool

import msgspec
from msgspec.structs import replace

from publisher.compose.telling import has_story
from publisher.error import Invalid
from publisher.importer.port import Read
from publisher.model import Article, Status
from publisher.prepare import prepare, restored
from publisher.processor import cores, deaf

PIECE = 25
"""Articles handed to a process at once: large enough that handing over costs little beside preparing."""
MOST_PROCESSES = 4
FEW = 1000
"""Articles that this process makes ready before it starts others: two starts cost as much CPU (1.4 s)."""

Job = tuple[Read, Mapping[str, str]]


class Draft(msgspec.Struct, frozen=True):
    """An article made ready, and whether it tells a story once it is open; `problem` says why it isn't ready."""

    article: Article
    has_story: bool = False
    problem: str = ""


def draft(read: Read, files: Mapping[str, str], own: Collection[str]) -> Draft:
    """An article as it would be stored; nothing that a body can hold stops an import."""
    try:
        article = prepare(read.article, read.html, read.base, own, files)
        article = restored(read.article, article) if read.is_own else article
        return Draft(article, has_story(replace(article, status=Status.PUBLISHED)))
    except Invalid as error:
        return Draft(read.article, problem=str(error))
    except Exception as error:  # The wall behind which one article fails alone, whatever it is made of.
        return Draft(read.article, problem=f"it can't be made ready ({type(error).__name__}: {str(error)[:200]})")


Made = list[Draft] | bytes
"""Drafts, or drafts packed by another process."""
Piece = tuple[Sequence[Job], Future[Made]]

# What goes between processes is packed by msgspec: a ninth of what pickling takes (6 us an article instead of 54).
_pack = msgspec.msgpack.Encoder(enc_hook=str).encode
_jobs = msgspec.msgpack.Decoder(list[tuple[Read, dict[str, str]]], dec_hook=lambda kind, value: kind(value)).decode
_unpack = msgspec.msgpack.Decoder(list[Draft]).decode


def _drafts(jobs: Sequence[Job], own: Collection[str]) -> Made:
    return [draft(read, files, own) for read, files in jobs]


def _packed_drafts(jobs: bytes, own: Collection[str]) -> Made:
    return _pack(_drafts(_jobs(jobs), own))


def processes() -> int:
    """How many other processes make articles ready: one a core, none when there is but one core."""
    found = cores()
    return min(MOST_PROCESSES, found) if found > 1 else 0


async def _done(future: Future[Made]) -> list[Draft]:
    made: Made = await asyncio.wrap_future(future)
    return _unpack(made) if isinstance(made, bytes) else made


class Drafts:
    """Makes batches ready while others are stored; a context manager that ends its threads and processes."""

    def __init__(self, own: Collection[str], most: int | None = None) -> None:
        self._own = frozenset(own)
        self._most = processes() if most is None else most
        self._here = ThreadPoolExecutor(1, "drafts")
        self._pool: ProcessPoolExecutor | None = None
        self._begun = 0

    def __enter__(self) -> Drafts:
        return self

    def __exit__(self, *error: object) -> None:
        for pool in (self._here, self._pool):
            if pool is not None:
                pool.shutdown(cancel_futures=True)

    def begin(self, jobs: Sequence[Job]) -> list[Piece]:
        """Start on a batch; `finish` waits for it."""
        pieces = [jobs[start : start + PIECE] for start in range(0, len(jobs), PIECE)]
        self._begun += len(jobs)
        send = self._sent_here if self._begun <= FEW or self._most < 1 else self._sent
        return [(piece, send(piece)) for piece in pieces]

    def _sent_here(self, piece: Sequence[Job]) -> Future[Made]:
        return self._here.submit(_drafts, piece, self._own)

    def _sent(self, piece: Sequence[Job]) -> Future[Made]:
        """Handed to another process; what can't be packed (half characters, numbers without end) stays here."""
        if self._pool is None:
            context = multiprocessing.get_context("spawn")
            self._pool = ProcessPoolExecutor(self._most, context)
        try:
            with deaf():
                return self._pool.submit(_packed_drafts, _pack(piece), self._own)
        except (BrokenProcessPool, ValueError, OverflowError):
            return self._sent_here(piece)

    async def finish(self, begun: Sequence[Piece]) -> list[Draft]:
        """The drafts of a batch, in the order of its jobs."""
        found: list[Draft] = []
        for piece, future in begun:
            try:
                made = await _done(future)
            except BrokenProcessPool:
                self._most = 0
                made = await _done(self._sent_here(piece))
            found += made
        return found
