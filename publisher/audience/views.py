"""Counts views: once per reader and page, without a cookie, bots left out, written in batches.

A reader is a hash of address and browser under a salt that lives in this process's memory and is
thrown away every day; nothing of it is stored. Counting never touches an article, so no validator
and no lastmod moves.
"""

from __future__ import annotations

import hashlib
import re
import secrets
from datetime import datetime

import msgspec

from publisher.audience.flush import keep_flushing
from publisher.date import Clock
from publisher.model import Article, Kind, Selection, Sort
from publisher.store.port import Store
from publisher.store.views import Ranking, ViewStore

FLUSH_SECONDS = 5.0
MAX_SEEN = 500_000
"""Readers and pages remembered at once (about 60 MB); beyond it the older half is forgotten."""
MAX_PENDING = 10_000
SPARE = 8
"""How many more of a ranking are looked at than asked for: some may have been withdrawn."""
COUNTED = 96
"""How many of the most read of all, and of late, are looked at for those of a window."""

_BOT = re.compile(
    r"bot|crawl|spider|slurp|headless|preview|monitor|scan|lighthouse|pagespeed|facebookexternalhit|embed|fetch|"
    r"curl|wget|python|java/|go-http|okhttp|httpclient|libwww|scrapy|phantom|archiver|validator|feed",
    re.IGNORECASE,
)


def is_bot(browser: str) -> bool:
    """Whether a User-Agent is a program's; one that says nothing is, too."""
    return len(browser) < 16 or _BOT.search(browser) is not None


class Seen:
    """Which reader has seen which page today: hashes only, in bounded memory."""

    def __init__(self, clock: Clock, limit: int = MAX_SEEN) -> None:
        self._clock = clock
        self._limit = limit
        self._day = ""
        self._salt = b""
        self._new: set[bytes] = set()
        self._old: set[bytes] = set()

    def first_time(self, address: str, browser: str, id: int) -> bool:
        """Whether this reader hasn't been seen on that page today; remembers that they have been now."""
        self._turn_day()
        text = f"{address}\0{browser}\0{id}".encode(errors="replace")
        mark = hashlib.blake2b(text, digest_size=8, key=self._salt).digest()
        if mark in self._new or mark in self._old:
            return False
        if len(self._new) >= self._limit // 2:
            self._old, self._new = self._new, set()
        self._new.add(mark)
        return True

    def _turn_day(self) -> None:
        today = f"{self._clock():%Y-%m-%d}"
        if today != self._day:
            self._day, self._salt = today, secrets.token_bytes(32)
            self._new, self._old = set(), set()


class Counter:
    """The views of a site: counts what readers report, and answers what pages ask."""

    def __init__(self, store: Store, views: ViewStore, clock: Clock) -> None:
        self._store = store
        self._views = views
        self._clock = clock
        self._seen = Seen(clock)
        self._pending: dict[int, int] = {}

    def note(self, id: int, address: str, browser: str) -> bool:
        """Count a view if it is a reader's first of that page today; True when it counts."""
        if id < 1 or is_bot(browser) or (id not in self._pending and len(self._pending) >= MAX_PENDING):
            return False
        if not self._seen.first_time(address, browser, id):
            return False
        self._pending[id] = self._pending.get(id, 0) + 1
        return True

    async def flush(self) -> None:
        """Write what was counted; on failure it is kept for the next time. Raises StoreUnavailable."""
        pending, self._pending = self._pending, {}
        try:
            public = {each.id for each in await self._store.listed(tuple(pending))} if pending else ()
            known = {id: more for id, more in pending.items() if id in public}
            if known:
                await self._views.add(known, self._clock())
        except BaseException:
            for id, more in pending.items():
                self._pending[id] = self._pending.get(id, 0) + more
            raise

    async def run(self) -> None:
        """Write every few seconds, and once more when cancelled."""
        await keep_flushing(self.flush, FLUSH_SECONDS, "views")

    # What pages ask (catalogue.base.Views)

    async def of(self, article: Article) -> int:
        """Views of one article: those it was imported with, and those counted since."""
        totals = await self._views.totals((article.id,))
        return article.views + totals.get(article.id, 0)

    async def top(self, limit: int) -> tuple[Article, ...]:
        """The public articles most read of all time."""
        counted = await self._views.most(limit + SPARE)
        return (await self._most_read(Selection(sort=Sort.VIEWS, limit=limit), counted))[:limit]

    async def trending(self, limit: int, now: datetime) -> tuple[Article, ...]:
        """The public articles most read of late."""
        return (await self._public(await self._views.hottest(limit + SPARE)))[:limit]

    async def popular(self, limit: int, since: datetime) -> tuple[Article, ...]:
        """The public articles most read of those published since then."""
        counted = dict((*await self._views.most(COUNTED), *await self._views.hottest(COUNTED // 2)))
        found = await self._most_read(Selection(sort=Sort.VIEWS, since=since, limit=limit), tuple(counted.items()))
        return tuple(each for each in found if each.published and each.published >= since)[:limit]

    async def _most_read(self, selection: Selection, counted: Ranking) -> tuple[Article, ...]:
        """Imported counts and our own together: the best of each are enough to find the best of both."""
        imported = await self._with_counts(await self._store.select(selection))
        known = {each.id for each in imported}
        others = await self._public(tuple(pair for pair in counted if pair[0] not in known))
        return tuple(sorted((*imported, *others), key=lambda each: (each.views, each.id), reverse=True))

    async def _with_counts(self, articles: tuple[Article, ...]) -> tuple[Article, ...]:
        totals = await self._views.totals(each.id for each in articles)
        return tuple(msgspec.structs.replace(each, views=each.views + totals.get(each.id, 0)) for each in articles)

    async def _public(self, ranking: Ranking) -> tuple[Article, ...]:
        """The articles of a ranking that are public pieces, with their views."""
        totals = dict(ranking)
        found = await self._store.listed(tuple(totals)) if totals else ()
        return tuple(
            msgspec.structs.replace(each, views=each.views + totals[each.id])
            for each in found
            if each.kind is Kind.ARTICLE
        )
