"""Rendered entries: kept once per revision and form, and compared for deltas (RFC 3229)."""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from collections.abc import Hashable, Iterable, Iterator, Sequence
from typing import Generic, TypeVar

T = TypeVar("T")

DIGEST_BYTES = 12
MARK_BYTES = 6


def digest(fragment: bytes) -> bytes:
    """A hash of an entry's bytes."""
    return hashlib.blake2b(fragment, digest_size=DIGEST_BYTES).digest()


def mark(fragment: bytes) -> bytes:
    """The beginning of its hash: enough to know an entry again among the entries of one feed."""
    return digest(fragment)[:MARK_BYTES]


def marks(digests: Iterable[bytes]) -> bytes:
    """The marks of all entries of a feed, in a row, as a feed's memory keeps them."""
    return b"".join(each[:MARK_BYTES] for each in digests)


def delta(previous: bytes, fragments: Sequence[bytes]) -> tuple[bytes, ...]:
    """The entries that a client with the `previous` marks has not seen in this form: new or changed ones."""
    seen = {previous[at : at + MARK_BYTES] for at in range(0, len(previous), MARK_BYTES)}
    return tuple(fragment for fragment in fragments if mark(fragment) not in seen)


class Fragments(Generic[T]):
    """What is made of articles, by key, within `max_bytes`; what was not used for longest goes first.

    A key names everything that it was made of, so nothing is ever out of date, only unused.
    Used on one event loop.
    """

    OVERHEAD = 300

    def __init__(self, max_bytes: int = 32_000_000) -> None:
        self.max_bytes = max_bytes
        self.size = 0
        self.hits = 0
        self.misses = 0
        self._kept: OrderedDict[Hashable, tuple[T, int]] = OrderedDict()

    def __len__(self) -> int:
        return len(self._kept)

    def __contains__(self, key: Hashable) -> bool:
        return key in self._kept

    def get(self, key: Hashable) -> T | None:
        """What is kept under a key, None when it must be made."""
        found = self._kept.get(key)
        if found is None:
            self.misses += 1
            return None
        self.hits += 1
        self._kept.move_to_end(key)
        return found[0]

    def put(self, key: Hashable, value: T, size: int) -> None:
        """Keep something of so many bytes, and let go what no longer fits."""
        _, before = self._kept.pop(key, (None, 0))
        self._kept[key] = value, size + self.OVERHEAD
        self.size += size + self.OVERHEAD - before
        while self.size > self.max_bytes:
            _, (_, dropped) = self._kept.popitem(last=False)
            self.size -= dropped

    def __iter__(self) -> Iterator[Hashable]:
        """Every key, those not used for longest first."""
        return iter(self._kept)
