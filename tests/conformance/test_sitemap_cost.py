"""What a publication costs, in steps of SQLite's machine: a count that no busy processor changes."""

from pathlib import Path

from publisher.store.sqlite import SqliteStore
from tests.tool.crawl import NOW, Crawled, in_month, piece


async def steps_of_a_publication(file: Path, archive: int) -> int:
    """Publish into an archive of so many the first piece of a month, and read the file that it stands in."""
    site, steps = Crawled(SqliteStore(file)), list[int]()
    assert isinstance(site.store, SqliteStore)
    await site.store.open()
    await site.publish(*in_month(0, archive))
    assert site.store._writer is not None
    for connection in (site.store._writer._connection, *site.store._readers):
        await connection.submit(lambda db: db.set_progress_handler(lambda: steps.append(1), 1))
    await site.publish(piece(9000, first_published=NOW, published=NOW, updated=NOW))
    assert b"/reviews/cup-9000/" in (await site.document("/sitemap-articles-2026-11.xml")).body
    await site.store.close()
    return len(steps)


async def test_p1_a_publication_takes_as_many_steps_in_an_archive_twenty_times_as_large(tmp_path: Path):
    small, large = [await steps_of_a_publication(tmp_path / f"{count}.db", count) for count in (300, 6000)]
    assert small > 500
    assert large <= 1.3 * small
