"""An export -> articles, batch by batch, with a ledger that adds up."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator, Sequence
from functools import partial
from itertools import islice

from msgspec.structs import replace

from publisher.desk.desk import Desk
from publisher.desk.rule import complete, revised
from publisher.error import Conflict, Invalid, InvalidExport, NotFound
from publisher.importer.port import Export, Failed, ImportReport, Item, Ledger, LocalFile, Progress, Read, stable_guid
from publisher.model import Article, Author, Redirect
from publisher.store.port import Write

BATCH = 50

OnProgress = Callable[[Progress, ImportReport], None]


class Ingest:
    """One import under way; `run` reads the export to its end."""

    def __init__(self, desk: Desk, export: Export, on_progress: OnProgress | None = None) -> None:
        self.desk = desk
        self.export = export
        self.ledger = Ledger()
        self._authors: dict[str, Author] = {}
        self._groups: set[str] = set()
        self._on_progress = on_progress or (lambda progress, report: None)

    async def run(self) -> ImportReport:
        """Import everything; what was read before an error of the source is kept. Raises InvalidExport."""
        items = iter(self.export)
        await self.desk.keep_shelves(self.export.sections, self.export.authors)
        while batch := await asyncio.to_thread(lambda: list(islice(items, BATCH))):
            await self._take(batch)
            self._on_progress(self.export.progress, self.ledger.report())
        await self.desk.keep_shelves((), tuple(self._authors.values()))
        for group in sorted(self._groups):
            await self.desk.link_translations(group)
        await self._redirects(self.export.redirects)
        await self.desk.announce()
        return self.ledger.report()

    async def _take(self, batch: Sequence[Item]) -> None:
        for item in batch:
            self.ledger.see(item)
        reads = [item for item in batch if isinstance(item, Read)]
        pairs = [(read, await self._known(read.article)) for read in reads]
        fresh = [(read, before) for read, before in pairs if not self._is_unchanged(read, before)]
        ready = [pair for read, before in fresh if (pair := await self._ready(read, before)) is not None]
        await self._save(ready)

    async def _known(self, article: Article) -> Article | None:
        source = article.source
        try:
            if source is not None:
                return await self.desk.store.article_by_source(source.kind, source.site, source.id)
            return await self.desk.store.article_by_guid(article.guid)
        except NotFound:
            return None

    def _is_unchanged(self, read: Read, before: Article | None) -> bool:
        source = read.article.source
        unchanged = bool(before and before.source and source and source.hash and before.source.hash == source.hash)
        self.ledger.unchanged += unchanged
        return unchanged

    async def _ready(self, read: Read, before: Article | None) -> tuple[Read, Article] | None:
        try:
            files = await self._files(read)
            article = await self.desk.prepared(read, files, self.export.hosts)
            article = complete(article, self.desk.clock(), self.desk.host)
        except Invalid as error:
            self._fail(read, str(error))
            return None
        self._authors |= {author.slug: author for author in article.authors if author.avatar}
        self._groups |= {article.translation_group} - {""}
        return read, (revised(before, article, self.desk.clock()) if before else article)

    async def _files(self, read: Read) -> dict[str, str]:
        """Where each file that came along now stands; one that can't be read is noted, and stays out."""
        stored = {}
        for file in read.files:
            try:
                stored[file.src] = await self._file(file)
            except (Invalid, InvalidExport) as error:
                self.ledger.note(f"{read.article.title}: {error}")
        return stored

    async def _file(self, file: LocalFile) -> str:
        content = await asyncio.to_thread(file.read)
        return (await self.desk.keep_file(content, file.name)).path

    async def _save(self, ready: Sequence[tuple[Read, Article]]) -> None:
        writes = [self._write(read, article) for read, article in ready]
        outcomes = await self.desk.store.save_all(writes, self.desk.clock()) if writes else ()
        for (read, article), outcome in zip(ready, outcomes, strict=True):
            if isinstance(outcome, Conflict):
                await self._again(read, article, outcome)
            elif article.id:
                self.ledger.updated += 1
            else:
                self.ledger.created += 1

    def _write(self, read: Read, article: Article) -> Write:
        return replace(self.desk.write(article, action="import"), redirects=read.aliases)

    async def _again(self, read: Read, article: Article, conflict: Conflict) -> None:
        """What met another article: a guid that the source gave twice is replaced, an address of ours numbered."""
        for attempt in self._attempts(read, article):
            try:
                await attempt()
            except Conflict:
                continue
            self.ledger.created += not article.id
            self.ledger.updated += bool(article.id)
            return
        self._fail(read, str(conflict))

    def _attempts(self, read: Read, article: Article) -> Iterator[Callable[[], Awaitable[object]]]:
        source = article.source
        if source is not None and not article.id:
            article = replace(article, guid=stable_guid(source.kind, source.site, source.id))
            yield partial(self.desk.store.save, self._write(read, article), self.desk.clock())
        if not read.article.path and not article.id:
            yield partial(self.desk.save_numbered, article, read.aliases)

    def _fail(self, read: Read, reason: str) -> None:
        self.ledger.fail(Failed(what=read.article.title or read.article.guid, reason=reason, offset=read.offset))

    async def _redirects(self, redirects: Sequence[Redirect]) -> None:
        for redirect in redirects:
            try:
                await self.desk.store.add_redirect(redirect, self.desk.clock())
            except Conflict as error:
                self.ledger.note(f"redirect {redirect.path}: {error}")
