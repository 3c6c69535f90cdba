"""An export -> articles, batch by batch, with a ledger that adds up."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable, Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from html import unescape
from itertools import islice

import msgspec
from msgspec.structs import replace

from publisher.compose.telling import has_story
from publisher.desk.desk import ATTEMPTS, Desk
from publisher.desk.draft import Draft, Drafts, Piece
from publisher.desk.mark import Mark, Met, drop_abandoned, packed
from publisher.desk.redirect import keep_redirects
from publisher.desk.refresh import done
from publisher.desk.rule import complete, merged, numbered, revised
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
from publisher.model import Article, Source
from publisher.store.port import Saved, Write

BATCH = 100
LARGE = 4
"""An import that stored more than one in so many articles leaves a store to be put in order."""

OnProgress = Callable[[Progress, ImportReport], None]
Known = tuple[Read, Article | None]
"""An article as read, and as it is stored; None for a new one."""
OWED = 200
"""Translations to link, or portraits to keep, before that is done: a mark carries what is still owed."""
MARK_EVERY = 50
"""Batches of which nothing is stored, until a mark is kept nevertheless."""


_ADDRESS = re.compile(r"""(?:src|href)=["'](https?://[^"'<>]+)["']""", re.IGNORECASE)

NOWHERE = Source(kind="", site="", id="")
"""The source of what has none: no article came from there."""


class Ready(msgspec.Struct, frozen=True):
    """An article about to be stored; `tells` says whether it has a story."""

    read: Read
    article: Article
    tells: Callable[[Article], bool] = has_story


@dataclass(slots=True)
class Batch:
    """Items on their way: their ledger, the articles that stay and those to be stored, the work on their drafts.

    `same` are (source's name, id); they count as met when the batch is finished, as no mark may tell of it before.
    """

    ledger: Ledger = field(default_factory=Ledger)
    same: list[tuple[str, int]] = field(default_factory=list)
    known: Sequence[Known] = ()
    pieces: Sequence[Piece] = ()


class Ingest:
    """One import under way; `run` reads the export to its end.

    While a batch is stored the next is made ready and the one behind it is read. Under `name` a mark is kept with
    every batch, until the import has come to its end; with the `mark` of an interrupted one it goes on, and the
    export is to be opened at `mark.report.offset`.
    """

    def __init__(
        self,
        desk: Desk,
        export: Export,
        on_progress: OnProgress | None = None,
        since: datetime | None = None,
        name: str = "",
        mark: Mark | None = None,
    ) -> None:
        self.desk = desk
        self.export = export
        self.ledger = Ledger(mark.report) if mark else Ledger()
        self._since = since
        self._name = name
        self._mark = mark
        self._unmarked = 0
        self._under_way: dict[str, str] = {}
        self._met = Met(mark.met if mark else b"")
        self._authors = {each.slug: each for each in mark.authors} if mark else {}
        self._groups = set(mark.groups) if mark else set()
        self._on_progress = on_progress or (lambda progress, report: None)
        self._broken: InvalidExport | None = None
        self._is_new = False
        self._moved: dict[str, str] = {}

    async def run(self) -> ImportReport:
        """Import everything; what was read before an error of the source is kept. Raises InvalidExport."""
        await drop_abandoned(self.desk.store, self.desk.clock())
        tally = await self.desk.store.tally()
        self._is_new = self._mark.is_new if self._mark else not any(msgspec.structs.astuple(tally))
        if self._is_new and not self._mark:
            await self.desk.store.remember(*done())
        await self.desk.keep_shelves(self.export.sections, self.export.authors)
        await self._keep_media(self.export.media)
        with Drafts({self.desk.host, *self.export.hosts}) as drafts:
            await self._take_all(iter(self.export), drafts)
        await self._pay()
        self.ledger.note(*await keep_redirects(self.desk, self.export.redirects))
        if self._name:
            await self.desk.store.forget(self._name)
        await self.desk.announce()
        report = self.ledger.report()
        if (report.created + report.updated) * LARGE > sum(msgspec.structs.astuple(tally)):
            await self.desk.store.settle()
        if self._broken is not None:
            raise self._broken
        return report

    async def _pay(self, more_than: int = 0) -> None:
        """Keep the portraits and link the translations that are owed, if they are so many."""
        if len(self._authors) > more_than:
            await self.desk.keep_shelves((), tuple(self._authors.values()))
            self._authors.clear()
        if len(self._groups) > more_than:
            for group in sorted(self._groups):
                await self.desk.link_translations(group)
            self._groups.clear()

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

    async def _begin(self, items: Sequence[Item], drafts: Drafts) -> Batch:
        batch = Batch()
        for item in items:
            batch.ledger.see(item)
        reads = [each for each in items if isinstance(each, Read) and self._is_wanted(each, batch.ledger)]
        first = [pair for pair in await self._known(reads) if self._is_first(*pair, batch.ledger)]
        batch.known = [pair for pair in first if not self._is_unchanged(*pair, batch)]
        jobs = [(read, await self._files(read, before, batch.ledger)) for read, before in batch.known]
        batch.pieces = drafts.begin(jobs)
        return batch

    def _is_wanted(self, read: Read, ledger: Ledger) -> bool:
        """Whether it is new enough; the ledger counts one that isn't as skipped."""
        article = read.article
        newest = max((each for each in (article.published, article.updated) if each), default=None)
        if self._since is None or newest is None or newest >= self._since:
            return True
        ledger.skip(Skipped(what=article.title or article.guid, reason=f"older than {self._since:%Y-%m-%d}"))
        return False

    def _is_first(self, read: Read, before: Article | None, ledger: Ledger) -> bool:
        """Whether the export had none of that id before; one that is the same is skipped, another fails."""
        source = read.article.source
        if source is None:
            return True
        earlier = self._under_way.get(_source_name(read))
        if earlier is None and before and before.id in self._met:
            earlier = before.source.hash if before.source else ""
        if earlier is None:
            self._under_way[_source_name(read)] = source.hash
            return True
        if earlier == source.hash:
            ledger.skip(Skipped(what=read.article.title or source.id, reason="it stands twice in the export"))
        else:
            _fail(read, f"another article of the export has its id ({source.id[:100]})", ledger)
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

    def _is_unchanged(self, read: Read, before: Article | None, batch: Batch) -> bool:
        source = read.article.source
        if read.is_own or before is None or before.source is None or source is None:
            return False
        unchanged = bool(source.hash) and before.source.hash == source.hash
        if unchanged:
            batch.same.append((_source_name(read), before.id))
        batch.ledger.unchanged += unchanged
        return unchanged

    async def _finish(self, batch: Batch | None, drafts: Drafts) -> None:
        """Store a batch whose drafts were begun."""
        if batch is None:
            return
        for _, id in batch.same:
            self._met.add(id)
        made = await drafts.finish(batch.pieces)
        whole = await self._whole([before for _, before in batch.known if before])
        found = [
            await self._ready(read, before and whole[before.id], each, batch.ledger)
            for (read, before), each in zip(batch.known, made, strict=True)
        ]
        await self._save([each for each in found if each], batch.ledger)
        self.ledger.add(batch.ledger.report())
        for name in (*(name for name, _ in batch.same), *(_source_name(read) for read, _ in batch.known)):
            self._under_way.pop(name, None)
        await self._pay(OWED)
        await self._keep_mark()
        self._on_progress(self.export.progress, self.ledger.report())

    async def _keep_mark(self) -> None:
        """Keep where the import stands when nothing was stored with which it could have been kept for long."""
        self._unmarked += 1
        if self._name and self._unmarked >= MARK_EVERY:
            await self.desk.store.remember(self._name, packed(self._state(self.ledger)))
            self._unmarked = 0

    def _state(self, ledger: Ledger) -> Mark:
        return Mark(
            report=ledger.report(),
            at=self.desk.clock(),
            met=bytes(self._met),
            is_new=self._is_new,
            groups=tuple(sorted(self._groups)),
            authors=tuple(self._authors.values()),
        )

    async def _whole(self, stored: Sequence[Article]) -> dict[int, Article]:
        """Stored articles with their bodies, by id."""
        return {each.id: each for each in await self.desk.store.with_bodies(stored)} if stored else {}

    async def _ready(self, read: Read, before: Article | None, made: Draft, ledger: Ledger) -> Ready | None:
        try:
            if made.problem:
                raise Invalid(made.problem)
            article = complete(await self.desk.named(made.article), self.desk.clock(), self.desk.host)
        except Invalid as error:
            _fail(read, str(error), ledger)
            return None
        self._authors |= {author.slug: author for author in article.authors if author.avatar}
        self._groups |= {each.translation_group for each in (article, before) if each} - {""}
        if before is None:
            return Ready(read, article if self._is_new else replace(article, place=None), lambda _: made.has_story)
        kept = replace(article, extra=article.extra if read.is_own else merged(before.extra, article.extra))
        return self._revised(read, before, revised(before, kept, self.desk.clock()), ledger)

    def _revised(self, read: Read, before: Article, article: Article, ledger: Ledger) -> Ready | None:
        """A stored article's next version; None when one of our own says what is stored already."""
        if read.is_own and article == before:
            self._met.add(before.id)
            ledger.unchanged += 1
            return None
        return Ready(read, article)

    async def _files(self, read: Read, before: Article | None, ledger: Ledger) -> dict[str, str]:
        """Where each file that came along now stands; one that can't be read is noted, and stays out."""
        stored = dict(self._moved)
        if before is not None and not read.is_own:
            stored |= await self._fetched(read)
        for file in read.files:
            try:
                stored[file.src] = await self._file(file)
            except (Invalid, InvalidExport) as error:
                ledger.note(f"{read.article.title}: {error}")
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

    async def _save(self, ready: Sequence[Ready], ledger: Ledger) -> None:
        if not ready:
            return
        writes, keep = [self._write(each) for each in ready], partial(self._kept, ready, ledger)
        outcomes = await self.desk.store.save_all(writes, self.desk.clock(), keep)
        for each, outcome in zip(ready, outcomes, strict=True):
            if isinstance(outcome, Conflict):
                await self._again(each, outcome, ledger)
            else:
                _count(each, outcome, ledger)
                self._met.add(outcome.article.id)

    def _kept(
        self, ready: Sequence[Ready], ledger: Ledger, outcomes: Sequence[Saved | Conflict]
    ) -> tuple[str, bytes] | None:
        """Where the import stands once a batch is stored; nothing while a part of it is still to be tried again."""
        saved = [each for each in outcomes if isinstance(each, Saved)]
        if not self._name or len(saved) < len(outcomes):
            return None
        after, met = Ledger(self.ledger.report()), Met(bytes(self._met))
        after.add(ledger.report())
        for each, outcome in zip(ready, saved, strict=True):
            _count(each, outcome, after)
            met.add(outcome.article.id)
        self._unmarked = 0
        return self._name, packed(replace(self._state(after), met=bytes(met)))

    def _write(self, ready: Ready) -> Write:
        write = self.desk.write(ready.article, action="import", has_story=ready.tells)
        return replace(write, redirects=ready.read.aliases, is_restored=ready.read.is_own)

    async def _again(self, ready: Ready, conflict: Conflict, ledger: Ledger) -> None:
        """What met another article: one that came twice is its next version, a guid that the source gave twice is
        replaced, an address of ours numbered."""
        for attempt in self._attempts(ready):
            try:
                saved = await attempt()
            except Conflict:
                continue
            self._met.add(saved.article.id)
            return _count(ready, saved, ledger)
        _fail(ready.read, str(conflict), ledger)

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


def _source_name(read: Read) -> str:
    source = read.article.source or NOWHERE
    return f"{source.kind} {source.site} {source.id}"


def _count(ready: Ready, saved: Saved, ledger: Ledger) -> None:
    if saved.change.action == "unchanged":
        ledger.unchanged += 1
    elif ready.article.id:
        ledger.updated += 1
    else:
        ledger.created += 1


def _fail(read: Read, reason: str, ledger: Ledger) -> None:
    ledger.fail(Failed(what=read.article.title or read.article.guid, reason=reason, offset=read.offset))
