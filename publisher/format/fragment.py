"""Rendered entries: kept once per revision and form, and compared for deltas (RFC 3229)."""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from collections.abc import Hashable, Iterable, Iterator, Sequence

import msgspec

DIGEST_BYTES = 12
MARK_BYTES = 6
STATE_BYTES = 6
BODY_AT = STATE_BYTES + DIGEST_BYTES


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


class Fragment(msgspec.Struct, frozen=True, gc=False):
    """A rendered entry: its bytes, their hash, and a hash of what they say, the same in every format."""

    state: int
    digest: bytes
    body: bytes

    def packed(self) -> bytes:
        """All in one, as it is kept."""
        return self.state.to_bytes(STATE_BYTES) + self.digest + self.body

    @classmethod
    def unpacked(cls, value: bytes) -> Fragment:
        """The entry that was packed."""
        return cls(int.from_bytes(value[:STATE_BYTES]), value[STATE_BYTES:BODY_AT], value[BODY_AT:])


class Fragments:
    """Rendered entries by key, within `max_bytes`; those not used for longest go first.

    A key names everything the bytes depend on, so an entry is never out of date, only unused.
    Used on one event loop.
    """

    OVERHEAD = 200

    def __init__(self, max_bytes: int = 32_000_000) -> None:
        self.max_bytes = max_bytes
        self.size = 0
        self.hits = 0
        self.misses = 0
        self._kept: OrderedDict[Hashable, bytes] = OrderedDict()

    def __len__(self) -> int:
        return len(self._kept)

    def get(self, key: Hashable) -> bytes | None:
        """The bytes under a key, None when they must be rendered."""
        found = self._kept.get(key)
        if found is None:
            self.misses += 1
            return None
        self.hits += 1
        self._kept.move_to_end(key)
        return found

    def put(self, key: Hashable, fragment: bytes) -> None:
        """Keep the bytes, and let go what no longer fits."""
        self.size -= self._cost(self._kept.pop(key, None))
        self._kept[key] = fragment
        self.size += self._cost(fragment)
        while self.size > self.max_bytes:
            _, dropped = self._kept.popitem(last=False)
            self.size -= self._cost(dropped)

    def __iter__(self) -> Iterator[Hashable]:
        """Every key, those not used for longest first."""
        return iter(self._kept)

    def _cost(self, fragment: bytes | None) -> int:
        return 0 if fragment is None else len(fragment) + self.OVERHEAD
