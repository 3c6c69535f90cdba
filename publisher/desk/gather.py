"""Pictures that imported articles show from their old host become this site's own.

Each is fetched once by the guarded client, checked and kept like any other; then the article names it at its new
address. No article counts as edited by that. What can't be had stays where it is and is named in the report; the
next run tries it again, and finds the rest done.
"""

from __future__ import annotations

import asyncio
import re
from collections import Counter, OrderedDict
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Iterator, Sequence
from html import unescape
from urllib.parse import urlsplit

import msgspec
from msgspec.structs import replace

from publisher import html
from publisher.desk.desk import Desk
from publisher.desk.together import together
from publisher.error import Conflict, FetchFailed, Invalid, NotFound, Refused
from publisher.importer.port import NAMED, Failed, Progress
from publisher.model import Article
from publisher.prepare import prepare

BATCH = 20
"""Articles whose pictures are fetched at a time; the client opens few connections to one host."""

KNOWN = 10_000
"""Pictures whose place is remembered; one that is shown again after so many others is looked up and counted anew."""

Fetch = Callable[[str], Awaitable[bytes]]
"""The bytes at a URL. Raises Refused, FetchFailed."""

CDNS = {
    "wordpress": ("files.wordpress.com", "wp.com"),
    "medium": ("medium.com",),
    "substack": ("substackcdn.com", "substack-post-media.s3.amazonaws.com", "substack.com"),
}
"""Where hosted systems keep their sites' pictures, beside the site's own host."""

_LINKED = re.compile(r'<a [^<>]*?href="(https?://[^"<>]+\.(?:jpe?g|png|gif|webp|avif))"', re.IGNORECASE)


class Gathered(msgspec.Struct, frozen=True, kw_only=True):
    """The ledger of fetched pictures: `pictures` = fetched + here + failed."""

    articles: int = 0
    pictures: int = 0
    fetched: int = 0
    here: int = 0
    failed: tuple[tuple[str, int], ...] = ()
    failures: tuple[Failed, ...] = ()

    @property
    def is_complete(self) -> bool:
        """Whether every picture is here."""
        return self.pictures == self.fetched + self.here


class Gathering:
    """Pictures of one source being fetched: of the articles that `is_ours` names, from the hosts that `is_old` does."""

    def __init__(
        self,
        desk: Desk,
        fetch: Fetch,
        is_ours: Callable[[Article], bool],
        is_old: Callable[[str], bool],
        on_progress: Callable[[Progress, int], None],
    ) -> None:
        self._desk = desk
        self._fetch = fetch
        self._is_ours = is_ours
        self._is_old = is_old
        self._on_progress = on_progress
        self._places: OrderedDict[str, str] = OrderedDict()
        self._counts: Counter[str] = Counter()
        self._reasons: Counter[str] = Counter()
        self._failures: list[Failed] = []

    async def run(self) -> Gathered:
        """Fetch what is missing, and let the articles show it."""
        total, done = sum(msgspec.structs.astuple(await self._desk.store.tally())), 0
        async for batch in self._batches():
            await self._take_all(batch)
            done += len(batch)
            self._on_progress(Progress(done, total), self._counts["pictures"])
        await self._desk.announce()
        return Gathered(
            articles=self._counts["articles"],
            pictures=self._counts["pictures"],
            fetched=self._counts["fetched"],
            here=self._counts["here"],
            failed=tuple(sorted(self._reasons.items())),
            failures=tuple(self._failures),
        )

    async def _batches(self) -> AsyncIterator[list[Article]]:
        batch: list[Article] = []
        async for article in self._desk.store.every():
            batch.append(article)
            if len(batch) == BATCH:
                yield batch
                batch = []
        yield batch

    async def _take_all(self, batch: Sequence[Article]) -> None:
        """The pictures of a batch, each asked for once, then the articles that show them."""
        shown = [(article, self._wanted(article)) for article in batch if self._is_ours(article)]
        asked = {html.original_of(address): address for _, wanted in shown for address in wanted}
        new = [original for original in asked if original not in self._places]
        found = await together(self._found(original, asked[original]) for original in new)
        self._places |= zip(new, found, strict=True)
        await together(self._take(article, wanted) for article, wanted in shown)
        self._forget(asked)

    def _wanted(self, article: Article) -> list[str]:
        return [address for address in addresses(article) if self._is_old(address)]

    async def _take(self, article: Article, wanted: Sequence[str]) -> None:
        files = {address: place for address in wanted if (place := self._places[html.original_of(address)])}
        if files:
            await self._show(article, files)

    def _forget(self, asked: Iterable[str]) -> None:
        """Those that were shown last stay known: what every article shows is asked for once."""
        for original in asked:
            self._places.move_to_end(original)
        while len(self._places) > KNOWN:
            self._places.popitem(last=False)

    async def _found(self, original: str, address: str) -> str:
        """Where a picture is here, empty when it can't be had."""
        self._counts["pictures"] += 1
        known = await self._desk.kept_media((original, address))
        if known:
            self._counts["here"] += 1
            return next(iter(known.values()))
        reason = ""
        for candidate in dict.fromkeys((original, address)):
            try:
                content = await self._fetch(candidate)
                media = await self._desk.keep_file(content, urlsplit(candidate).path.rpartition("/")[2], url=candidate)
            except (Refused, FetchFailed, Invalid) as error:
                reason = str(error).removeprefix(f"{candidate}: ")
                continue
            self._counts["fetched"] += 1
            return media.path
        self._reasons[reason] += 1
        self._failures += [Failed(what=address, reason=reason)][: max(0, NAMED - len(self._failures))]
        return ""

    async def _show(self, article: Article, files: dict[str, str]) -> None:
        """Store the article with its pictures at their new addresses; it counts as no edit."""
        made = await asyncio.to_thread(prepare, article, article.body.html, "", (), files)
        made = await self._desk.named(made)
        seo = replace(article.seo, image=files.get(article.seo.image, article.seo.image))
        moved = replace(article, body=made.body, hero=made.hero, pictures=made.pictures, seo=seo)
        try:
            await self._desk.store.save(self._desk.write(moved, article.revision, "import"), self._desk.clock())
        except (Conflict, NotFound):
            return  # Somebody edited it meanwhile: the next run sees to it.
        self._counts["articles"] += 1


def is_old(kind: str, hosts: Iterable[str]) -> Callable[[str], bool]:
    """Whether a URL is a picture of the old site: on its hosts, below them, or where its system keeps pictures."""
    roots = {host.lower().partition(":")[0].removeprefix("www.") for host in hosts if host} | {*CDNS.get(kind, ())}

    def found(address: str) -> bool:
        try:
            host = urlsplit(address).hostname or ""
        except ValueError:
            return False
        return any(host == root or host.endswith(f".{root}") for root in roots)

    return found


def addresses(article: Article) -> tuple[str, ...]:
    """The absolute URLs of an article's pictures: shown, linked to, leading it or shared."""
    return tuple(dict.fromkeys(_addresses(article)))


def _addresses(article: Article) -> Iterator[str]:
    yield from html.media_of(article.body.html)
    yield from map(unescape, _LINKED.findall(article.body.html))
    for address in (article.hero.src if article.hero else "", article.seo.image):
        if address.startswith(("http://", "https://")):
            yield address
