"""What only a file can do: survive, be shared by processes, be locked, full, damaged or too new."""

import asyncio
import contextlib
import fcntl
import os
import sqlite3
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import msgspec
import pytest

from publisher.error import StoreFull, StoreUnavailable
from publisher.model import Body, Selection, Sort
from publisher.store import spelling, sqlite_writer, words
from publisher.store import sqlite_read as read
from publisher.store import sqlite_row as row
from publisher.store import sqlite_schema as schema
from publisher.store import sqlite_select as select
from publisher.store import sqlite_statement as statement
from publisher.store.sqlite import SqliteStore
from publisher.store.sqlite_row import zstd
from tests.contract.sample import DAY, NOON, article, edit, save, saved, slugs, write

ROOT = Path(__file__).parents[2]


@contextmanager
def holding(lock: Path) -> Iterator[None]:
    """Hold the lock file as another process would: by a descriptor of its own."""
    descriptor = os.open(lock, os.O_RDWR | os.O_CREAT)
    fcntl.flock(descriptor, fcntl.LOCK_EX)
    yield
    os.close(descriptor)


def plain(file: Path) -> sqlite3.Connection:
    return sqlite3.connect(file, isolation_level=None)


async def test_everything_is_there_after_reopening(tmp_path: Path):
    store = SqliteStore(tmp_path)
    await store.open()
    stored = await saved(store, "x")
    await store.remember("cursor", b"7")
    await store.close()
    await store.close()
    again = SqliteStore(tmp_path / "site.db")
    await again.open()
    assert await again.article(stored.id) == stored
    assert await again.recall("cursor") == b"7"
    assert [match.article.id for match in await again.search("words")] == [stored.id]
    await again.close()


async def test_a_search_that_takes_too_long_ends_and_harms_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    store = SqliteStore(tmp_path)
    await store.open()
    for number in range(30):
        await saved(store, f"x-{number}")
    whole = await store.search("words")
    monkeypatch.setattr(read, "SEARCH_SECONDS", -1.0)
    for steps in (1, 20, 200):
        monkeypatch.setattr(read, "STEPS", steps)
        part = [match.article.id for match in await store.search("words")]
        assert part == sorted(part, reverse=True)
        assert len(part) <= len(whole)
        assert await store.suggest("wrods") in ("", "words")
    monkeypatch.setattr(read, "SEARCH_SECONDS", 60.0)
    assert await store.search("words") == whole
    assert await store.suggest("wrods") == "words"
    await store.close()


async def test_an_older_file_learns_the_words_of_its_titles(tmp_path: Path):
    store = SqliteStore(tmp_path)
    await store.open()
    await saved(store, "x", title="The Restaurant of 2026", dek="Ελλάδα")
    await store.close()
    with contextlib.closing(plain(tmp_path / "site.db")) as old:
        old.executescript("DROP TABLE spelling; DROP TABLE gram; PRAGMA user_version = 3;")
    await store.open()
    assert await store.suggest("restaraunt") == "restaurant"
    await store.close()
    with contextlib.closing(plain(tmp_path / "site.db")) as new:
        terms = [term for (term,) in new.execute("SELECT term FROM spelling ORDER BY term")]
        assert terms == ["restaurant", "the", "ελλαδα"]
        kept = {
            gram for (gram,) in new.execute("SELECT gram FROM gram JOIN spelling ON id = spelling WHERE term = 'the'")
        }
    assert kept == spelling.grams("the")


async def test_a_closed_store_is_one_file_and_its_lock(tmp_path: Path):
    store = SqliteStore(tmp_path)
    await store.open()
    await saved(store)
    await store.close()
    assert sorted(os.listdir(tmp_path)) == ["site.db", "site.db.lock"]


async def test_a_store_that_is_not_open_is_unavailable(tmp_path: Path):
    store = SqliteStore(tmp_path)
    await store.close()
    for question in (store.seq(), save(store, article("x")), store.watch()):
        with pytest.raises(StoreUnavailable):
            await question


async def test_closing_finishes_the_writes_under_way(tmp_path: Path):
    store = SqliteStore(tmp_path)
    await store.open()
    writes = [asyncio.create_task(save(store, article(f"x-{n}"))) for n in range(20)]
    await asyncio.sleep(0)
    await store.close()
    outcomes = await asyncio.gather(*writes)
    await store.open()
    assert await store.seq() == len(outcomes) == 20
    await store.close()


async def test_writes_that_wait_share_a_commit_and_a_refused_one_rolls_back_alone(sqlite: SqliteStore):
    before = await sqlite.watch()
    batch = [save(sqlite, article(f"x-{n // 2}")) for n in range(40)]
    outcomes = await asyncio.gather(*batch, return_exceptions=True)
    assert sum(isinstance(each, Exception) for each in outcomes) == 20
    assert await sqlite.seq() == 20
    assert await sqlite.watch() - before <= 2


async def test_a_cancelled_caller_takes_a_waiting_write_back_and_harms_no_other(sqlite: SqliteStore):
    first = asyncio.create_task(save(sqlite, article("first")))
    await asyncio.sleep(0)
    waiting = [asyncio.create_task(save(sqlite, article(f"x-{n}"))) for n in range(9)]
    await asyncio.sleep(0)
    first.cancel()
    for task in waiting[::2]:
        task.cancel()
    await asyncio.gather(first, *waiting, return_exceptions=True)
    await saved(sqlite, "last")
    assert set(await slugs(sqlite)) == {"first", "last", "x-1", "x-3", "x-5", "x-7"}
    assert [change.seq for change in await sqlite.changes(0)] == list(range(1, 7))


async def test_reads_go_on_while_a_write_waits_for_the_lock(sqlite: SqliteStore, tmp_path: Path):
    await saved(sqlite, "x")
    with holding(tmp_path / "site.db.lock"):
        task = asyncio.create_task(save(sqlite, article("y")))
        assert await slugs(sqlite) == ["x"]
        assert not task.done()
    await task
    assert await slugs(sqlite) == ["y", "x"]


async def test_a_lock_held_too_long_is_unavailable_and_then_available(tmp_path: Path):
    store = SqliteStore(tmp_path, lock_seconds=0.05)
    await store.open()
    with holding(tmp_path / "site.db.lock"):
        with pytest.raises(StoreUnavailable, match="another process"):
            await save(store, article("x"))
        with pytest.raises(StoreUnavailable):
            await SqliteStore(tmp_path, lock_seconds=0.05).open()
    await saved(store, "x")
    await store.close()


async def test_another_process_writes_and_this_one_reads_it(sqlite: SqliteStore, tmp_path: Path):
    seen = await sqlite.watch()
    command = (sys.executable, "-m", "tests.contract.writer", str(tmp_path), "other", "5")
    process = await asyncio.create_subprocess_exec(*command, cwd=ROOT, stdout=asyncio.subprocess.PIPE)
    assert process.stdout
    async for line in process.stdout:
        assert (await sqlite.article(int(line))).slug.startswith("other-")
    assert await process.wait() == 0
    assert await sqlite.watch() != seen
    assert await sqlite.count(Selection()) == 5


async def test_two_processes_writing_at_once_lose_nothing(sqlite: SqliteStore, tmp_path: Path):
    command = (sys.executable, "-m", "tests.contract.writer", str(tmp_path))
    others = [
        await asyncio.create_subprocess_exec(*command, name, "25", cwd=ROOT, stdout=asyncio.subprocess.DEVNULL)
        for name in ("one", "two")
    ]
    mine = [await saved(sqlite, f"mine-{n}") for n in range(25)]
    assert [await each.wait() for each in others] == [0, 0]
    log = await sqlite.changes(0)
    assert [change.seq for change in log] == list(range(1, 76))
    places = sorted([(each.place.sequence if each.place else -1) async for each in sqlite.every()])
    assert places == list(range(75))
    assert len(mine) == 25
    assert plain(tmp_path / "site.db").execute("PRAGMA integrity_check").fetchall() == [("ok",)]


async def test_an_amendment_that_changes_nothing_is_not_written(sqlite: SqliteStore):
    await sqlite.amend("list", lambda _: b"kept")
    before = await sqlite.watch()
    await sqlite.amend("list", lambda known: known or b"")
    assert await sqlite.watch() == before
    await sqlite.amend("list", lambda known: (known or b"") + b"!")
    assert await sqlite.watch() != before


async def test_what_begins_otherwise_is_not_gone_through(sqlite: SqliteStore, tmp_path: Path):
    plan = plain(tmp_path / "site.db").execute(f"EXPLAIN QUERY PLAN {statement.RECALL_ALL}", ("tag",)).fetchall()
    assert "(name>? AND name<?)" in plan[0][-1]


async def test_the_file_is_as_it_was_meant(sqlite: SqliteStore, tmp_path: Path):
    await saved(sqlite)
    with plain(tmp_path / "site.db") as connection:
        pragmas = {
            name: connection.execute(f"PRAGMA {name}").fetchone()[0]
            for name in ("journal_mode", "page_size", "application_id", "user_version")
        }
    expected = {"journal_mode": "wal", "page_size": 8192, "application_id": schema.APPLICATION_ID}
    assert pragmas == expected | {"user_version": len(schema.migrations())}


async def test_a_file_whose_journal_was_changed_is_written_to_as_before(tmp_path: Path):
    first = SqliteStore(tmp_path)
    await first.open()
    await saved(first)
    await first.close()
    with plain(tmp_path / "site.db") as connection:
        assert connection.execute("PRAGMA journal_mode = DELETE").fetchone() == ("delete",)
    again = SqliteStore(tmp_path)
    await again.open()
    await saved(again, "another")
    await again.close()
    with plain(tmp_path / "site.db") as connection:
        assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)


async def test_readers_can_neither_write_nor_checkpoint(sqlite: SqliteStore):
    for reader in sqlite._readers:
        with pytest.raises(StoreUnavailable, match="readonly"):
            await reader.submit(lambda db: db.execute("DELETE FROM article"))


async def test_a_long_log_is_copied_into_the_database(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(sqlite_writer, "WAL_BYTES", 100_000)
    store = SqliteStore(tmp_path)
    await store.open()
    sizes = []
    for n in range(60):
        await saved(store, f"x-{n}")
        sizes.append((tmp_path / "site.db-wal").stat().st_size)
    assert max(sizes) < 1_000_000
    assert sizes != sorted(sizes)
    await store.close()


async def test_no_checkpoint_happens_without_the_lock(sqlite: SqliteStore):
    found = await sqlite._writer._connection.submit(lambda db: db.execute("PRAGMA wal_autocheckpoint").fetchone())
    assert found == (0,)
    synchronous = await sqlite._writer._connection.submit(lambda db: db.execute("PRAGMA synchronous").fetchone())
    assert synchronous == (2,)


async def test_a_newer_schema_is_refused_clearly(tmp_path: Path):
    store = SqliteStore(tmp_path)
    await store.open()
    await store.close()
    with plain(tmp_path / "site.db") as connection:
        connection.execute("PRAGMA user_version = 99")
    with pytest.raises(StoreUnavailable, match="use a newer release"):
        await store.open()


async def test_a_database_of_another_program_is_refused_and_left_alone(tmp_path: Path):
    file = tmp_path / "other.db"
    with plain(file) as connection:
        connection.execute("CREATE TABLE theirs (x)")
    before = file.read_bytes()
    with pytest.raises(StoreUnavailable, match="another program"):
        await SqliteStore(file).open()
    assert file.read_bytes() == before


async def test_a_file_that_is_no_database_is_refused(tmp_path: Path):
    (tmp_path / "site.db").write_bytes(b"not a database at all" * 1000)
    with pytest.raises(StoreUnavailable, match="not a database"):
        await SqliteStore(tmp_path).open()


async def test_a_folder_that_is_not_there_is_refused(tmp_path: Path):
    with pytest.raises(StoreUnavailable):
        await SqliteStore(tmp_path / "nowhere" / "site.db").open()


def test_a_failed_migration_leaves_the_schema_as_it_was(tmp_path: Path):
    good, bad = tmp_path / "0001.sql", tmp_path / "0002.sql"
    good.write_text("CREATE TABLE a (x);")
    bad.write_text("CREATE TABLE b (x); CREATE TABLE b (x);")
    connection = plain(tmp_path / "x.db")
    with pytest.raises(sqlite3.OperationalError):
        schema.prepare(connection, [good, bad])
    tables = connection.execute("SELECT name FROM sqlite_schema WHERE name IN ('a', 'b')").fetchall()
    assert tables == [("a",)]
    assert connection.execute("PRAGMA user_version").fetchone() == (1,)
    bad.write_text("CREATE TABLE b (x);")
    schema.prepare(connection, [good, bad])
    assert connection.execute("PRAGMA user_version").fetchone() == (2,)
    connection.close()


async def test_a_damaged_body_is_unavailable_and_nothing_foreign(sqlite: SqliteStore, tmp_path: Path):
    stored = await saved(sqlite, "x")
    with plain(tmp_path / "site.db") as connection:
        connection.execute("UPDATE body SET zstd = x'00ff'")
        connection.execute("UPDATE article SET record = '{' WHERE id = 99")
    with pytest.raises(StoreUnavailable):
        await sqlite.article(stored.id)
    assert len(await sqlite.select(Selection())) == 1


def by_older_releases(body: Body) -> bytes:
    """A body's text behind its source and its HTML."""
    return zstd.compress(msgspec.msgpack.encode(body))


@pytest.mark.parametrize("words", ["", "é" * 200, "🙂" * 40_000])
@pytest.mark.parametrize(
    "keep", [row.packed, lambda body: zstd.compress(msgspec.msgpack.encode(body))], ids=["new", "old"]
)
def test_a_body_is_read_as_it_was_kept(words: str, keep: Callable[[Body], bytes]):
    body = Body(source="s" * 999, format="markdown", html=f"<p>{words}</p>", text=words)
    assert row.unpacked(keep(body)) == body


def test_a_body_that_was_not_kept_is_empty_and_a_damaged_one_is_said():
    assert row.unpacked(None) == Body()
    with pytest.raises(ValueError, match="damaged"):
        row.unpacked(b"\0\xff")


async def test_a_full_disk_is_said_so_and_recovered_from(sqlite: SqliteStore):
    """By SQLite's own limit of pages: the same error as a disk without space."""
    await saved(sqlite, "before")
    writer = sqlite._writer._connection
    (pages,) = await writer.submit(lambda db: db.execute("PRAGMA page_count").fetchone())
    await writer.submit(lambda db: db.execute(f"PRAGMA max_page_count = {pages}"))
    with pytest.raises(StoreFull):
        await sqlite.save_all([write(article(f"x-{n}", dek="x" * 9000)) for n in range(9)], NOON)
    assert await slugs(sqlite) == ["before"]
    await writer.submit(lambda db: db.execute("PRAGMA max_page_count = 1073741823"))
    await saved(sqlite, "after")
    assert await slugs(sqlite) == ["after", "before"]


async def test_a_store_that_is_closed_at_once_has_written_what_it_was_told(tmp_path: Path):
    store = SqliteStore(tmp_path / "site.db")
    await store.open()
    writing = asyncio.create_task(store.remember("cursor", b"7"))
    await asyncio.sleep(0)
    await store.close()
    await writing
    await store.open()
    assert await store.recall("cursor") == b"7"
    await store.close()


async def test_a_copy_made_while_writing_is_a_whole_store(sqlite: SqliteStore, tmp_path: Path):
    async def copy() -> None:
        await asyncio.to_thread(_copy, tmp_path / "site.db", tmp_path / "copy.db")

    async with asyncio.TaskGroup() as group:
        group.create_task(copy())
        for n in range(30):
            group.create_task(save(sqlite, article(f"x-{n}")))
    restored = SqliteStore(tmp_path / "copy.db")
    await restored.open()
    seq = await restored.seq()
    assert await restored.count(Selection()) == seq
    assert await restored.changes(0) == (await sqlite.changes(0))[:seq]
    await restored.close()


def _copy(source: Path, target: Path) -> None:
    with plain(source) as reading, plain(target) as writing:
        reading.backup(writing)


async def test_lists_walk_an_index_and_never_sort(sqlite: SqliteStore, tmp_path: Path):
    await saved(sqlite, "x")
    connection = plain(tmp_path / "site.db")
    found = select.plan(connection, Selection(sections=frozenset({"reviews"})))
    assert found
    ids, parameters = select._ids(found)
    steps = [row[3] for row in connection.execute(f"EXPLAIN QUERY PLAN {ids}", (*parameters, 9, 0))]
    assert steps[0] == "SEARCH m USING PRIMARY KEY (shelf=?)"
    assert not [step for step in steps if "B-TREE" in step]
    connection.close()


async def test_the_most_read_of_a_few_days_are_found_among_those_days(
    sqlite: SqliteStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(select, "FEW", 5)
    for n in range(200):
        await saved(sqlite, f"old-{n}", published=NOON - DAY, views=1000)
    for n in range(4):
        await saved(sqlite, f"new-{n}", published=NOON, views=n)
    assert await slugs(sqlite, sort=Sort.VIEWS, since=NOON, limit=3) == ["new-3", "new-2", "new-1"]
    connection, steps = plain(tmp_path / "site.db"), []
    connection.set_progress_handler(lambda: steps.append(1) and 0, 1)
    assert len(select.records(connection, Selection(sort=Sort.VIEWS, since=NOON, limit=3))) == 3
    assert len(steps) < 1000
    assert len(select.records(connection, Selection(sort=Sort.VIEWS, since=NOON - DAY, limit=3))) == 3
    connection.close()


async def test_a_process_that_was_forked_is_refused(sqlite: SqliteStore, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(sqlite, "_process", os.getpid() + 1)
    with pytest.raises(StoreUnavailable):
        await sqlite.seq()
    with pytest.raises(StoreUnavailable):
        await saved(sqlite)


async def test_an_edited_article_leaves_no_trace_of_its_words(sqlite: SqliteStore, tmp_path: Path):
    stored = await saved(sqlite, "x", title="Walrus")
    for title in ("Seal", "Otter", "Walrus", ""):
        stored = (await edit(sqlite, stored, title=title)).article
    with plain(tmp_path / "site.db") as connection:
        connection.execute("INSERT INTO word (word) VALUES ('integrity-check')")


async def test_what_is_due_next_is_found_without_going_through_what_is_published(sqlite: SqliteStore, tmp_path: Path):
    """It is asked every second."""
    await saved(sqlite, "x")
    steps = [row[3] for row in plain(tmp_path / "site.db").execute(f"EXPLAIN QUERY PLAN {statement.NEXT_DUE}")]
    assert [step for step in steps if " article" in step] == [
        "SEARCH article USING INDEX article_scheduled (published>?)",
        "SEARCH article USING INDEX article_expiring (expires>?)",
    ]


@pytest.fixture
async def large(sqlite: SqliteStore, monkeypatch: pytest.MonkeyPatch) -> SqliteStore:
    """A store in which more than six articles are many; each says "tide", two in their title."""
    monkeypatch.setattr(words, "MAX_COUNTED", 6)
    monkeypatch.setattr(words, "SAMPLE", 4)
    for n in range(12):
        says = f"tide {'harbour ' * n if n in (2, 5, 7) else 'sand'}"
        await saved(sqlite, f"n-{n}", title="Tide" if n in (3, 8) else f"Piece {n}", body=Body(html=says, text=says))
    return sqlite


async def pages(store: SqliteStore, query: str, size: int) -> list[list[str]]:
    """The slugs of a search's first pages."""
    return [[match.article.slug for match in await store.search(query, size, at)] for at in range(0, 3 * size, size)]


async def test_a_word_that_very_many_have_lists_titles_first_then_the_newest(large: SqliteStore):
    assert await pages(large, "tide", 4) == [
        ["n-8", "n-3", "n-11", "n-10"],
        ["n-9", "n-7", "n-6", "n-5"],
        ["n-4", "n-2", "n-1", "n-0"],
    ]
    assert (await large.search("tide"))[0].snippet


async def test_beside_a_word_that_very_many_have_the_others_rank(large: SqliteStore):
    assert await pages(large, "tide harbour", 2) == [["n-7", "n-5"], ["n-2"], []]
    assert await pages(large, "harbour tide nowhere", 2) == [[], [], []]


async def test_beside_a_word_that_very_many_have_titles_with_all_words_come_first(large: SqliteStore):
    says = Body(html="<p>The tide.</p>", text="The tide.")
    await saved(large, "both", title="From the harbour to the tide and back, by night", body=says)
    await saved(large, "one", title="Harbour, harbour, harbour", body=says)
    assert await pages(large, "tide harbour", 2) == [["both", "one"], ["n-7", "n-5"], ["n-2"]]


async def test_settling_merges_the_index_of_words_between_other_writes(sqlite: SqliteStore, tmp_path: Path):
    for number in range(9):
        await saved(sqlite, f"x-{number}", title=f"Zebra {number}")
    assert _segments(tmp_path) > 1
    await asyncio.gather(sqlite.settle(), *(saved(sqlite, f"y-{n}", title="Zebra") for n in range(3)))
    await sqlite.settle()
    assert _segments(tmp_path) == 1
    assert len(await sqlite.search("zebra")) == 12


async def test_publishing_leaves_few_segments_of_the_index_of_words(sqlite: SqliteStore, tmp_path: Path):
    most = 0
    for number in range(40):
        await saved(sqlite, f"x-{number}", title=f"Zebra {number}")
        most = max(most, _segments(tmp_path))
    assert most <= 7
    assert len(await sqlite.search("zebra", 50)) == 40


def _segments(folder: Path) -> int:
    (count,) = plain(folder / "site.db").execute("SELECT count(DISTINCT segid) FROM word_idx").fetchone()
    return int(count)
