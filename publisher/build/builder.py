"""One slice of a site's documents: which of them are to be made, and their making.

An article's documents (page, story, player ...) are made one after the other by one worker that holds the
article, so that it is read once for all. Codings and files are made on the spot: a build has no
requests that wait, and processes are its parallelism.
"""

from __future__ import annotations

import asyncio
import math
import re
import time
from collections.abc import Awaitable, Callable, Collection, Iterator, Mapping
from contextlib import suppress
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import msgspec

from publisher import key
from publisher.build import ledger
from publisher.build.folder import Folder, nginx_map, plain_redirects
from publisher.build.ledger import Begun, Kept, Ledger, Touched
from publisher.build.plan import Plan, Slice, Work
from publisher.catalogue import Catalogue, box
from publisher.catalogue.base import Context
from publisher.catalogue.feed.memory import keep_stand
from publisher.catalogue.shared import Shared
from publisher.catalogue.slice import Slices
from publisher.error import NotFound
from publisher.format.fragment import Fragments
from publisher.model import Article, Document, Redirect

AT_ONCE = 4
"""Articles and lists in the making at the same time in one process: while one waits for the store another is made."""
TELLINGS_BYTES = 100_000_000
"""So much may be kept of stories, all of it for the next build."""
_MEDIA = re.compile(rb"/media/([0-9a-f]{64})/([a-z0-9-]+)\.([a-z0-9]+)")

Find = Callable[[str, str, str], Awaitable[Path]]
"""(sha256, name, extension) -> the file of a picture."""
OnFile = Callable[[int], None]
"""Called with the bytes of each document that is dealt with; 0 for one that stayed as it was."""


class Report(msgspec.Struct, kw_only=True):
    """What a build did. `files` and `bytes` were written now; `unchanged` documents stayed."""

    documents: int = 0
    files: int = 0
    bytes: int = 0
    unchanged: int = 0
    removed: int = 0
    redirects: int = 0
    failed: tuple[str, ...] = ()

    def plus(self, other: Report) -> Report:
        """Two slices of one build together."""
        names = ("documents", "files", "bytes", "unchanged", "removed", "redirects")
        summed = {name: getattr(self, name) + getattr(other, name) for name in names}
        return Report(**summed, failed=self.failed + other.failed)


class Builder:
    """Writes one slice of a site's documents into a folder."""

    def __init__(
        self, context: Context, catalogue: Catalogue, find: Find, folder: Path, part: Slice, on_file: OnFile
    ) -> None:
        self._context, self._catalogue, self._find = context, catalogue, find
        self._folder, self._part, self._on_file = Folder(folder), part, on_file
        self._report = Report()
        self._kept: dict[str, Kept] = {}
        self._known: Collection[str] = ()
        self._media: set[str] = set()

    async def build(self, since: int | None = None) -> Report:
        """Write everything, or what the changes after `since` touched (-1: since the last build)."""
        seq = await self._context.store.seq()
        self._context = replace(
            self._context, shared=Shared(as_of=seq), tellings=Fragments(TELLINGS_BYTES), slices=Slices(math.inf)
        )
        self._begun = Begun(self._folder.root, self._part.number)
        mark = ledger.fingerprint(self._context, self._part.of)
        before = await self._before(mark)
        box.remind(self._context, before.tellings)
        touched = await self._touched(before, since)
        self._known = before.paths.keys()
        try:
            await self._carry_out(Plan(self._context, self._catalogue, self._part, before, touched))
        except ExceptionGroup as group:
            raise group.exceptions[0] from None  # one says enough: all workers meet the same damage
        finally:
            self._begun.close()
        if self._part.number == 0:
            await self._redirects()
            await self._remove_deleted()
        await self._remove({path: kept for path, kept in before.paths.items() if path not in self._kept})
        known = Ledger(seq, await self._moment(seq), mark, self._kept, box.tellings(self._context))
        ledger.write(self._folder, self._part.number, known)
        self._begun.drop()
        self._report.files, self._report.bytes = self._folder.files, self._folder.bytes
        return self._report

    async def _before(self, mark: str) -> Ledger:
        """What the last build left behind; of one of other settings, or of another past of the site, only the paths."""
        found = ledger.read(self._folder.root, self._part.number)
        is_sound = found.fingerprint == mark and found.at == await self._moment(found.seq)
        return found if is_sound else Ledger(paths=found.paths)

    async def _moment(self, seq: int) -> datetime | None:
        """When a change was made, None if there is none of that number."""
        found = await self._context.store.changes(seq - 1, 1)
        return found[0].at if found and found[0].seq == seq else None

    async def _touched(self, before: Ledger, since: int | None) -> Touched | None:
        """What changes touched; None when everything must be made."""
        if since is None or not before.seq:
            return None
        found = Touched()
        after = before.seq if since < 0 else since
        while changes := await self._context.store.changes(after):
            for change in changes:
                found.add(change)
            after = changes[-1].seq
        return found if key.SITE not in found.keys else None

    async def _carry_out(self, plan: Plan) -> None:
        for path in plan.left:
            self._keep(path, plan)
        waiting: asyncio.Queue[Work | None] = asyncio.Queue(maxsize=AT_ONCE)
        async with asyncio.TaskGroup() as group:
            for _ in range(AT_ONCE):
                group.create_task(self._work(waiting, plan))
            async for work in plan.work():
                await waiting.put(work)
            for _ in range(AT_ONCE):
                await waiting.put(None)

    async def _work(self, waiting: asyncio.Queue[Work | None], plan: Plan) -> None:
        while (work := await waiting.get()) is not None:
            if isinstance(work, str):
                await self._one(work, 0, plan)
            else:
                await self._article(work, plan)

    async def _article(self, article: Article, plan: Plan) -> None:
        with self._context.hand.holding(article):
            for _, path in await self._catalogue.own_paths(self._context, article):
                await self._one(path, article.id, plan)

    async def _one(self, path: str, article: int, plan: Plan) -> None:
        if path in plan.stays:
            self._keep(path, plan)
            return
        try:
            await self._make(path, article)
        except NotFound as error:
            self._kept[path] = Kept.failed(article)
            self._fail(path, error)

    def _keep(self, path: str, plan: Plan) -> None:
        self._kept[path] = plan.stays[path]
        self._report.unchanged += 1
        self._on_file(0)

    async def _make(self, path: str, article: int) -> None:
        answer = await self._catalogue.build(self._context, self._catalogue.target(path, {}))
        if not isinstance(answer, Document):
            return
        await keep_stand(self._context, path)
        if path not in self._known:
            self._begun.note(path, article)
        written = self._folder.store(path, answer)
        self._kept[path] = Kept.of(answer, article)
        self._report.documents += 1
        self._on_file(written)
        pictures = [await self._picture(*names) for names in _pictures(answer.body)]
        if not all(pictures):
            self._kept[path] = Kept.failed(article)

    async def _picture(self, sha256: str, name: str, extension: str) -> bool:
        """Write a picture where there is none yet; False if there is none to write."""
        file = f"media/{sha256}/{name}.{extension}"
        if file in self._media or self._folder.has(file):
            return True
        try:
            source = await self._find(sha256, name, extension)
        except NotFound as error:
            self._fail(f"/{file}", error)
            return False
        self._media.add(file)
        self._folder.write(file, source.read_bytes())
        return True

    def _fail(self, path: str, error: NotFound) -> None:
        said = f"{path}: {error}"
        if said not in self._report.failed:
            self._report.failed += (said,)

    async def _redirects(self) -> None:
        rows: list[Redirect] = []
        while found := await self._context.store.redirects(1000, rows[-1].path if rows else ""):
            rows += found
        self._folder.write("_redirects", plain_redirects(rows))
        self._folder.write("_redirects.map", nginx_map(rows))
        self._report.redirects = len(rows)

    async def _remove_deleted(self) -> None:
        """Take away pictures that the site deleted: what is withdrawn may come again, what is deleted may not stay."""
        unknown, last = self._folder.pictures(), ""
        while unknown and (found := await self._context.store.files(1000, last)):
            unknown -= {each.sha256 for each in found}
            last = found[-1].sha256
        for sha256 in unknown:
            try:
                await self._find(sha256, *self._folder.rendition_of(sha256))
            except NotFound:
                self._folder.remove_picture(sha256)

    async def _remove(self, gone: Mapping[str, Kept]) -> None:
        for path, kept in gone.items():
            if not await self._is_anothers(path, kept):
                self._folder.remove(path)
                self._report.removed += 1

    async def _is_anothers(self, path: str, kept: Kept) -> bool:
        """Whether another slice makes what stands now at the path of something that is gone."""
        if self._part.of == 1:
            return False
        with suppress(NotFound):
            if kept.article:
                return isinstance(
                    await self._catalogue.build(self._context, self._catalogue.target(path, {})), Document
                )
            found = await self._context.store.at(path)
            return isinstance(found, Article) and found.is_public
        return False


def _pictures(body: bytes) -> Iterator[tuple[str, str, str]]:
    """(sha256, name, extension) of every stored picture that a document names."""
    for sha256, name, extension in set(_MEDIA.findall(body)):
        yield sha256.decode(), name.decode(), extension.decode()


def rate(report: Report, began: float) -> str:
    """What a build says of itself when it is done."""
    seconds = max(0.001, time.monotonic() - began)
    return (
        f"{report.documents:,} documents built, {report.unchanged:,} unchanged, {report.removed:,} removed, "
        f"{report.redirects:,} redirects; {report.files:,} files, {report.bytes / 1e6:,.1f} MB written in "
        f"{seconds:.1f} s ({(report.documents + report.unchanged) / seconds:,.0f} documents/s)"
    )
