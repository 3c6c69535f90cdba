"""Answers by target: bounded in bytes, purged by key, never filled with what is already old.

`put` takes the number of the newest change that the builder is sure to have seen (`as_of`); if any
of the keys was purged by a later change the answer is refused, since it may have been built from
rows read before that change. A purge is one step on the event loop: when it returns, no lookup and
no request line of the door finds what it threw out.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime

from publisher.error import NotFound
from publisher.model import Redirect, Withdrawn
from publisher.representation import Representation

Answered = Representation | Redirect | Withdrawn | NotFound
"""What a target answers: finished bytes, or one of the three small answers."""

SMALL = 500
"""Bytes counted for an answer that has no body, its names apart."""
NAMED = 5
"""Times that such an answer's name is kept: by its entry, as a key, in what is said; and room for wider letters."""

REMEMBERED_PURGES = 100_000


@dataclass(slots=True)
class Entry:
    """One kept answer. `hot` counts hits, from 0 again as the clock's hand passes.

    `size`: bytes that keeping it costs, roughly. `lines`: the request lines that the door answers with it.
    """

    target: str
    answer: Answered
    keys: frozenset[str]
    expires_at: datetime | None = None
    stale_seconds: int = 0
    hot: int = field(default=0, compare=False)
    size: int = field(init=False, compare=False)
    lines: tuple[bytes, ...] = field(init=False, compare=False)

    def __post_init__(self) -> None:
        made, named = self.answer, SMALL + NAMED * len(self.target)
        self.size = made.size if isinstance(made, Representation) else named
        self.lines = request_lines(self.target) if self.is_public and _PLAIN_TARGET.fullmatch(self.target) else ()

    @property
    def is_public(self) -> bool:
        """A whole document at an address of its own, not a page that stands for another."""
        made = self.answer
        return isinstance(made, Representation) and made.document.status == 200 and not self.target.startswith("/_/")

    @property
    def is_rough(self) -> bool:
        """A better variant of it is still to come."""
        return isinstance(self.answer, Representation) and not self.answer.is_done

    def is_fresh(self, now: datetime) -> bool:
        """May be served as it is."""
        return self.expires_at is None or now < self.expires_at

    def is_usable(self, now: datetime) -> bool:
        """May be served while a new one is made (RFC 5861 3)."""
        return self.expires_at is None or (now - self.expires_at).total_seconds() < self.stale_seconds


_PLAIN_TARGET = re.compile(r"/(?!_/)[!$-;=?-\[\]_a-z~]*")
"""Targets that a request line can name in one way only; the others, and what is internal, are the handler's."""


def request_lines(target: str) -> tuple[bytes, bytes]:
    """The request lines that ask for a target, as the door sees them."""
    path = target.encode("utf-8", "surrogateescape")
    return b"GET " + path + b" HTTP/1.1", b"HEAD " + path + b" HTTP/1.1"


class Cache:
    """Keeps entries within `max_bytes`; the ones not asked for lately go first (CLOCK)."""

    def __init__(self, max_bytes: int) -> None:
        self.max_bytes = max_bytes
        self.size = 0
        self.lines: dict[bytes, Entry] = {}
        self._entries: dict[str, Entry] = {}
        self._by_key: dict[str, set[str]] = {}
        self._purged: dict[str, int] = {}
        self._purged_all = 0

    def __len__(self) -> int:
        return len(self._entries)

    def get(self, target: str) -> Entry | None:
        """The entry of a target, fresh or not, None if there is none."""
        entry = self._entries.get(target)
        if entry is not None:
            entry.hot += 1
        return entry

    def put(self, entry: Entry, as_of: int) -> bool:
        """Keep an entry built from rows as of a change; False when a later purge refuses it."""
        if self._is_outdated(entry.keys, as_of) or entry.size > self.max_bytes:
            return False
        self.drop(entry.target)
        self._entries[entry.target] = entry
        self.size += entry.size
        for key in entry.keys:
            self._by_key.setdefault(key, set()).add(entry.target)
        self.lines.update(dict.fromkeys(entry.lines, entry))
        self._make_room()
        return True

    def improve(self, entry: Entry, answer: Representation) -> bool:
        """Let an entry answer the same in better bytes, in one step; False when it isn't kept any more."""
        if self._entries.get(entry.target) is not entry:
            return False
        better = replace(entry, answer=answer)
        self._entries[entry.target] = better
        self.size += better.size - entry.size
        self.lines.update(dict.fromkeys(better.lines, better))
        self._make_room()
        return True

    def roughest(self, hits: int) -> Entry | None:
        """The entry with the most hits among those that better bytes can be made for, and at least so many."""
        rough = [each for each in self._entries.values() if each.hot >= hits and each.is_rough]
        return max(rough, key=lambda each: each.hot, default=None)

    def _is_outdated(self, keys: frozenset[str], as_of: int) -> bool:
        return as_of < self._purged_all or any(self._purged.get(key, 0) > as_of for key in keys)

    def purge(self, keys: Iterable[str], seq: int) -> int:
        """Throw out every entry that carries any of the keys; how many that were."""
        count = 0
        for key in keys:
            self._purged[key] = seq
            for target in self._by_key.pop(key, ()):
                count += self.drop(target)
        if len(self._purged) > REMEMBERED_PURGES:
            self._forget_purges(seq)
        return count

    def _forget_purges(self, seq: int) -> None:
        self._purged.clear()
        self._purged_all = seq

    def clear(self, seq: int) -> None:
        """Throw out everything, and refuse whatever was built before the change."""
        for held in (self._entries, self._by_key, self.lines):
            held.clear()
        self.size = 0
        self._forget_purges(seq)

    def drop(self, target: str) -> bool:
        """Throw out one target; False if it wasn't there."""
        entry = self._entries.pop(target, None)
        if entry is None:
            return False
        self.size -= entry.size
        for key in entry.keys:
            self._unlink(key, target)
        for line in entry.lines:
            del self.lines[line]
        return True

    def _unlink(self, key: str, target: str) -> None:
        targets = self._by_key.get(key)
        if targets is not None:
            targets.discard(target)
            if not targets:
                del self._by_key[key]

    def _make_room(self) -> None:
        while self.size > self.max_bytes:
            target, entry = next(iter(self._entries.items()))
            if entry.hot:
                entry.hot = 0
                self._entries[target] = self._entries.pop(target)
            else:
                self.drop(target)
