"""Counts subscribers as aggregators tell them: `Feedly/1.0 (...; 12 subscribers; ...)` (feeds.md 66).

One that fetches for many says in its User-Agent for how many. The last word of each about each
address counts for a week. Nothing personal is in it, and readers who fetch for themselves aren't
counted. What was heard is kept in the store's memory, by all processes together.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

import msgspec

from publisher.audience.flush import keep_flushing
from publisher.date import Clock
from publisher.store.port import Store

NAME = "subscribers"
"""What the store's memory calls it."""
FLUSH_SECONDS = 60.0
COUNTED_DAYS = 7
MOST_WORDS = 5_000

TELLS = re.compile(r"\b(\d{1,9})\s+(?:subscribers?|readers?)\b", re.IGNORECASE)
_READER = re.compile(r"[A-Za-z][\w.-]{0,40}(?: [A-Z][\w.-]{0,20}){0,2}")
_FEED_ID = re.compile(r"\bfeed-?id[:=]\s*([\w-]{1,40})", re.IGNORECASE)


class Word(msgspec.Struct, frozen=True, array_like=True):
    """What one aggregator said last of one address: how many subscribers, on which day (days since 1 January 1)."""

    path: str
    reader: str
    feed_id: str
    subscribers: int
    day: int

    @property
    def subject(self) -> tuple[str, str, str]:
        """Who speaks of what: a newer word on the same takes its place."""
        return self.path, self.reader, self.feed_id


def heard(path: str, agent: str, day: int) -> Word | None:
    """What a User-Agent says of an address, None if it tells no number."""
    told = TELLS.search(agent)
    if told is None:
        return None
    feed_id = _FEED_ID.search(agent)
    return Word(path, _reader(agent), feed_id[1] if feed_id else "", int(told[1]), day)


def _reader(agent: str) -> str:
    """The aggregator's name: the first that isn't one that everybody gives."""
    names = (found[0] for found in _READER.finditer(agent))
    return next((name for name in names if name not in ("Mozilla", "compatible")), "")


class Subscribers:
    """Listens to User-Agents, and keeps what they said."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock
        self._new: dict[tuple[str, str, str], Word] = {}

    def note(self, path: str, agent: str) -> None:
        """Take note of who fetched a feed; cheap, and bounded whatever they say."""
        word = heard(path, agent, self._today())
        if word and (word.subject in self._new or len(self._new) < MOST_WORDS):
            self._new[word.subject] = word

    def _today(self) -> int:
        return self._clock().toordinal()

    async def flush(self) -> None:
        """Add what was heard to what the store remembers; on failure it is kept. Raises StoreUnavailable."""
        new, self._new = self._new, {}
        try:
            if new:
                await self._store.amend(NAME, lambda known: _merged(known, new))
        except BaseException:
            self._new = new | self._new
            raise

    async def run(self) -> None:
        """Write every minute, and once more when cancelled."""
        await keep_flushing(self.flush, FLUSH_SECONDS, "subscribers")

    async def total(self) -> int:
        """Subscribers of all feeds together."""
        return sum((await self.counts()).values())

    async def counts(self) -> dict[str, int]:
        """Subscribers of each feed, by its path without its format."""
        return totals(_words(await self._store.recall(NAME)), self._today())


def _merged(known: bytes | None, new: Mapping[tuple[str, str, str], Word]) -> bytes:
    """What is kept, with the newer words in place of those on the same: the latest of all."""
    words = {each.subject: each for each in _words(known)} | dict(new)
    return msgspec.msgpack.encode(sorted(words.values(), key=lambda each: -each.day)[:MOST_WORDS])


def _words(value: bytes | None) -> list[Word]:
    try:
        return msgspec.msgpack.decode(value, type=list[Word]) if value else []
    except msgspec.DecodeError:
        return []


def totals(words: Iterable[Word], today: int) -> dict[str, int]:
    """Subscribers by feed (a path without its format), of the words of the last days."""
    found: dict[str, int] = {}
    since = today - COUNTED_DAYS
    for word in words:
        if word.day >= since:
            stem = word.path.rpartition(".")[0]
            found[stem] = found.get(stem, 0) + word.subscribers
    return found
