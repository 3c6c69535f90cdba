"""A mark says where an import stands, in few bytes, and gives back what was kept."""

from msgspec.structs import replace

from publisher.desk.mark import MOST_NAMED, Mark, Met, packed, recalled
from publisher.importer.port import NAMED, Failed, ImportReport, Ledger
from publisher.model import Author
from publisher.store.memory import MemoryStore


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
