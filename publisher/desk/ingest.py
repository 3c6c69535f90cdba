"""An export -> articles, batch by batch, with a ledger that adds up."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable, Callable, Iterator, Sequence
from datetime import datetime
from functools import partial
from html import unescape
from itertools import islice

import msgspec
from msgspec.structs import replace

from publisher.compose.telling import has_story
from publisher.desk.desk import ATTEMPTS, Desk
from publisher.desk.draft import Draft, Drafts, Piece
from publisher.desk.rule import complete, merged, numbered, revised
from publisher.desk.together import together
from publisher.error import Conflict, Invalid, InvalidExport, NotFound
from publisher.html import original_of
from publisher.importer.port import (
    Export,
    Failed,
    ImportReport,
    Item,
    Ledger,
    LocalFile,
    Progress,
    Read,
    Skipped,
    Stored,
    stable_guid,
)
from publisher.model import Article, Author, Redirect, Source
from publisher.store.port import Saved, Write

BATCH = 100
LARGE = 4
"""An import that stored more than one in so many articles leaves a store to be put in order."""

OnProgress = Callable[[Progress, ImportReport], None]
Known = tuple[Read, Article | None]
"""An article as read, and as it is stored; None for a new one."""
Begun = tuple[Sequence[Known], Sequence[Piece]]
"""A batch on its way: its articles, and the work on their drafts."""


_ADDRESS = re.compile(r"""(?:src|href)=["'](https?://[^"'<>]+)["']""", re.IGNORECASE)

NOWHERE = Source(kind="", site="", id="")
"""The source of what has none: no article came from there."""


class Ready(msgspec.Struct, frozen=True):
    """An article about to be stored; `tells` says whether it has a story."""

    read: Read
    article: Article
    tells: Callable[[Article], bool] = has_story


class Ingest:
    """One import under way; `run` reads the export to its end.

    While a batch is stored the next is made ready and the one behind it is read.
    """

    def __init__(
        self, desk: Desk, export: Export, on_progress: OnProgress | None = None, since: datetime | None = None
    ) -> None:
        self.desk = desk
        self.export = export
        self.ledger = Ledger()
        self._since = since
        self._hashes: dict[str, str] = {}
        self._authors: dict[str, Author] = {}
        self._groups: set[str] = set()
        self._on_progress = on_progress or (lambda progress, report: None)
        self._broken: InvalidExport | None = None
        self._is_new = False
        self._moved: dict[str, str] = {}

    async def run(self) -> ImportReport:
        """Import everything; what was read before an error of the source is kept. Raises InvalidExport."""
        tally = await self.desk.store.tally()
        self._is_new = not any(msgspec.structs.astuple(tally))
        await self.desk.keep_shelves(self.export.sections, self.export.authors)
        await self._keep_media(self.export.media)
        with Drafts({self.desk.host, *self.export.hosts}) as drafts:
            await self._take_all(iter(self.export), drafts)
        await self.desk.keep_shelves((), tuple(self._authors.values()))
        for group in sorted(self._groups):
            await self.desk.link_translations(group)
        await self._redirects(self.export.redirects)
        await self.desk.announce()
        report = self.ledger.report()
        if (report.created + report.updated) * LARGE > sum(msgspec.structs.astuple(tally)):
            await self.desk.store.settle()
        if self._broken is not None:
            raise self._broken
        return report

    async def _keep_media(self, media: Sequence[Stored]) -> None:
        """Stored files first: articles name them. One whose bytes had to change gets another address."""
        for each in media:
            try:
                address = await self.desk.keep_stored(each.media, each.file.read)
            except (Invalid, InvalidExport) as error:
                self.ledger.note(f"{each.media.path}: {error}")
                continue
            if address != each.media.path:
                self._moved[each.media.path] = address

    async def _take_all(self, items: Iterator[Item], drafts: Drafts) -> None:
        loop = asyncio.get_running_loop()
        reading, ahead = loop.run_in_executor(None, self._batch, items), None
        while batch := await reading:
            reading = loop.run_in_executor(None, self._batch, items)
            begun = await self._begin(batch, drafts)
            await self._finish(ahead, drafts)
            ahead = begun
        await self._finish(ahead, drafts)

    def _batch(self, items: Iterator[Item]) -> list[Item]:
        """The next items; those before an error of the source count, the error comes after them."""
        found: list[Item] = []
        try:
            found.extend(islice(items, BATCH))
        except InvalidExport as error:
            self._broken = error
        return found

    async def _begin(self, batch: Sequence[Item], drafts: Drafts) -> Begun:
        for item in batch:
            self.ledger.see(item)
        reads = [each for each in batch if isinstance(each, Read) and self._is_wanted(each) and self._is_first(each)]
        known = [pair for pair in await self._known(reads) if not self._is_unchanged(*pair)]
        return known, drafts.begin([(read, await self._files(read, before)) for read, before in known])

    def _is_wanted(self, read: Read) -> bool:
        """Whether it is new enough; the ledger counts one that isn't as skipped."""
        article = read.article
        newest = max((each for each in (article.published, article.updated) if each), default=None)
        if self._since is None or newest is None or newest >= self._since:
            return True
        self.ledger.skip(Skipped(what=article.title or article.guid, reason=f"older than {self._since:%Y-%m-%d}"))
        return False

    def _is_first(self, read: Read) -> bool:
        """Whether the export had none of that id before; one that is the same is skipped, another fails."""
        source = read.article.source
        if source is None:
            return True
        name = f"{source.kind} {source.site} {source.id}"
        earlier = self._hashes.get(name)
        if earlier is None:
            self._hashes[name] = source.hash
            return True
        if earlier == source.hash:
            self.ledger.skip(Skipped(what=read.article.title or source.id, reason="it stands twice in the export"))
        else:
            self._fail(read, f"another article of the export has its id ({source.id[:100]})")
        return False

    async def _known(self, reads: Sequence[Read]) -> list[Known]:
        """Each with the stored article that it became before: found by its source, else by its guid."""
        stored = await self.desk.store.by_sources([read.article.source or NOWHERE for read in reads])
        return [(read, found or await self._by_guid(read)) for read, found in zip(reads, stored, strict=True)]

    async def _by_guid(self, read: Read) -> Article | None:
        if read.article.source is not None and not read.is_own:
            return None
        try:
            return await self.desk.store.article_by_guid(read.article.guid)
        except NotFound:
            return None

    def _is_unchanged(self, read: Read, before: Article | None) -> bool:
        source = read.article.source
        unchanged = bool(before and before.source and source and source.hash and before.source.hash == source.hash)
        unchanged = unchanged and not read.is_own
        self.ledger.unchanged += unchanged
        return unchanged

    async def _finish(self, begun: Begun | None, drafts: Drafts) -> None:
        """Store a batch whose drafts were begun."""
        if begun is None:
            return
        known, pieces = begun
        made = await drafts.finish(pieces)
        whole = await self._whole([before for _, before in known if before])
        found = [
            await self._ready(read, before and whole[before.id], each)
            for (read, before), each in zip(known, made, strict=True)
        ]
        await self._save([each for each in found if each])
        self._on_progress(self.export.progress, self.ledger.report())

    async def _whole(self, stored: Sequence[Article]) -> dict[int, Article]:
        """Stored articles with their bodies, by id."""
        return {each.id: each for each in await self.desk.store.with_bodies(stored)} if stored else {}

    async def _ready(self, read: Read, before: Article | None, made: Draft) -> Ready | None:
        try:
            if made.problem:
                raise Invalid(made.problem)
            article = complete(await self.desk.named(made.article), self.desk.clock(), self.desk.host)
        except Invalid as error:
            self._fail(read, str(error))
            return None
        self._authors |= {author.slug: author for author in article.authors if author.avatar}
        self._groups |= {article.translation_group} - {""}
        if before is None:
            return Ready(read, article if self._is_new else replace(article, place=None), lambda _: made.has_story)
        kept = replace(article, extra=article.extra if read.is_own else merged(before.extra, article.extra))
        return self._revised(read, before, revised(before, kept, self.desk.clock()))

    def _revised(self, read: Read, before: Article, article: Article) -> Ready | None:
        """A stored article's next version; None when one of our own says what is stored already."""
        if read.is_own and article == before:
            self.ledger.unchanged += 1
            return None
        return Ready(read, article)

    async def _files(self, read: Read, before: Article | None) -> dict[str, str]:
        """Where each file that came along now stands; one that can't be read is noted, and stays out."""
        stored = dict(self._moved)
        if before is not None and not read.is_own:
            stored |= await self._fetched(read)
        for file in read.files:
            try:
                stored[file.src] = await self._file(file)
            except (Invalid, InvalidExport) as error:
                self.ledger.note(f"{read.article.title}: {error}")
        return stored

    async def _fetched(self, read: Read) -> dict[str, str]:
        """Pictures of an article's older version that were fetched from the old host stay here."""
        named = [unescape(each) for each in _ADDRESS.findall(read.html)]
        hero = read.article.hero.src if read.article.hero else ""
        found = [*named, *map(original_of, named), hero]
        return await self.desk.kept_media(each for each in found if each)

    async def _file(self, file: LocalFile) -> str:
        content = await asyncio.to_thread(file.read)
        return (await self.desk.keep_file(content, file.name)).path

    async def _save(self, ready: Sequence[Ready]) -> None:
        writes = [self._write(each) for each in ready]
        outcomes = await self.desk.store.save_all(writes, self.desk.clock()) if writes else ()
        for each, outcome in zip(ready, outcomes, strict=True):
            if isinstance(outcome, Conflict):
                await self._again(each, outcome)
            else:
                self._count(each, outcome)

    def _write(self, ready: Ready) -> Write:
        write = self.desk.write(ready.article, action="import", has_story=ready.tells)
        return replace(write, redirects=ready.read.aliases, is_restored=ready.read.is_own)

    def _count(self, ready: Ready, saved: Saved) -> None:
        if saved.change.action == "unchanged":
            self.ledger.unchanged += 1
        elif ready.article.id:
            self.ledger.updated += 1
        else:
            self.ledger.created += 1

    async def _again(self, ready: Ready, conflict: Conflict) -> None:
        """What met another article: one that came twice is its next version, a guid that the source gave twice is
        replaced, an address of ours numbered."""
        for attempt in self._attempts(ready):
            try:
                self._count(ready, await attempt())
            except Conflict:
                continue
            return
        self._fail(ready.read, str(conflict))

    def _attempts(self, ready: Ready) -> Iterator[Callable[[], Awaitable[Saved]]]:
        source, article = ready.article.source, ready.article
        if article.id:
            return
        if source is not None and not ready.read.is_own:
            article = replace(article, guid=stable_guid(source.kind, source.site, source.id))
            write = self._write(replace(ready, article=article))
            yield partial(self.desk.store.save, write, self.desk.clock())
        if not ready.read.article.path:
            for number in range(2, ATTEMPTS):
                write = self._write(replace(ready, article=numbered(article, number)))
                yield partial(self.desk.store.save, write, self.desk.clock())

    def _fail(self, read: Read, reason: str) -> None:
        self.ledger.fail(Failed(what=read.article.title or read.article.guid, reason=reason, offset=read.offset))

    async def _redirects(self, redirects: Sequence[Redirect]) -> None:
        for start in range(0, len(redirects), BATCH):
            await together(map(self._redirect, redirects[start : start + BATCH]))

    async def _redirect(self, redirect: Redirect) -> None:
        try:
            if await self._stands(redirect):
                return
            await self.desk.store.add_redirect(redirect, self.desk.clock())
        except Conflict as error:
            self.ledger.note(f"redirect {redirect.path}: {error}")

    async def _stands(self, redirect: Redirect) -> bool:
        try:
            return await self.desk.store.at(redirect.path) == redirect
        except NotFound:
            return False
