"""A mark says where an import stands, in few bytes, and gives back what was kept."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from pathlib import Path

from msgspec.structs import replace

from publisher.desk.ingest import BATCH, Ingest
from publisher.desk.mark import MOST_NAMED, Mark, Met, packed, recalled
from publisher.error import Conflict
from publisher.importer.port import NAMED, Failed, ImportReport, Item, Ledger, Progress, Read, Stored
from publisher.model import Article, Author, Redirect, Section, Source, Status
from publisher.store.memory import MemoryStore
from publisher.store.port import Keep, Saved, Write
from tests.tool.house import at, fill, house


def test_articles_that_were_met_are_known_by_their_ids():
    met = Met()
    for id in (1, 8, 1000):
        met.add(id)
    again = Met(bytes(met))
    assert [id for id in range(1200) if id in again] == [1, 8, 1000]


async def test_a_mark_comes_back_as_it_was_kept():
    store = MemoryStore()
    assert await recalled(store, "import/a") is None
    mark = Mark(
        report=ImportReport(seen=3, created=2, failed=(("r", 1),), offset=99),
        met=b"\x06",
        is_new=True,
        groups=("g",),
        authors=(Author(slug="ana", name="Ana", avatar="/a.jpg"),),
    )
    await store.remember("import/a", packed(mark))
    assert await recalled(store, "import/a") == mark
    assert await recalled(store, "") is None


def test_a_mark_of_a_large_import_is_small_and_counts_everything():
    failures = tuple(Failed(what=f"Title {n}", reason="r") for n in range(NAMED))
    report = ImportReport(seen=10**6 + NAMED, created=10**6, failed=(("r", NAMED),), failures=failures)
    met = Met()
    for id in range(1, 10**6):
        met.add(id)
    kept = packed(Mark(report=report, met=bytes(met)))
    assert len(kept) < 20_000
    ledger = Ledger(replace(report, failures=failures[:MOST_NAMED]))
    assert ledger.report().adds_up
    assert ledger.report().resumed == report.seen


class Pieces:
    """An export of so many pieces, opened at an offset; those before `edited` have another text than at first."""

    kind, site, title, language = "feed", "example.org", "", ""
    hosts: frozenset[str] = frozenset()
    sections: tuple[Section, ...] = ()
    authors: tuple[Author, ...] = ()
    media: tuple[Stored, ...] = ()
    redirects: tuple[Redirect, ...] = ()
    progress = Progress(0, 0)

    def __init__(self, count: int, edited: int = 0, offset: int = 0) -> None:
        self._count, self._edited, self._offset = count, edited, offset

    def __iter__(self) -> Iterator[Item]:
        for number in range(self._offset, self._count):
            text = "Another text." if number < self._edited else "A text."
            source = Source(kind=self.kind, site=self.site, id=str(number), hash=text)
            guid, slug = f"tag:example.org,2026:{number}", f"piece-{number}"
            article = Article(guid=guid, slug=slug, path="", title=slug, status=Status.PUBLISHED, source=source)
            yield Read(article=article, html=f"<p>{text}</p>", offset=number + 1)


class Marking(MemoryStore):
    """A store that knows every mark that was kept."""

    def __init__(self) -> None:
        super().__init__()
        self.marks: list[Mark] = []

    async def save_all(
        self, writes: Sequence[Write], at: datetime, keep: Keep | None = None
    ) -> tuple[Saved | Conflict, ...]:
        """Store several, and note the mark."""
        saved = await super().save_all(writes, at, keep)
        self.marks += filter(None, [await recalled(self, "import/a")])
        return saved


async def test_what_was_read_ahead_of_a_mark_is_no_duplicate_when_it_is_read_again(tmp_path: Path):
    count, store = 2 * BATCH, Marking()
    async with house(tmp_path, store) as it:
        await fill(it, Pieces(count))
        await Ingest(it.desk, Pieces(count, edited=BATCH), name="import/a").run()
        mark = store.marks[0]
        assert (mark.report.offset, mark.report.updated) == (BATCH, BATCH)
        again = await Ingest(it.desk, Pieces(count, BATCH, offset=BATCH), name="import/a", mark=mark).run()
    assert (again.seen, again.updated, again.unchanged, again.skipped) == (count, BATCH, BATCH, ())


async def test_the_mark_of_an_import_that_nobody_went_on_with_is_dropped_after_thirty_days(tmp_path: Path):
    store, now = Marking(), at(9)
    async with house(tmp_path, store, lambda: now) as it:
        for name, days in (("import/old", 31), ("import/new", 29)):
            mark = Mark(report=ImportReport(), at=now - timedelta(days=days))
            await store.remember(name, packed(mark))
        await Ingest(it.desk, Pieces(2), name="import/a").run()
        assert [name for name, _ in await store.recall_all("import/")] == ["import/new"]
        assert store.marks[0].at == now
