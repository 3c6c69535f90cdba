"""`publisher import`: articles in from anywhere, with a ledger that adds up."""

from __future__ import annotations

import asyncio
import shutil
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import click
import msgspec
from msgspec.structs import replace
from rich.console import Console

from publisher.cli import option
from publisher.cli.progress import shown
from publisher.date import now
from publisher.desk.ingest import Ingest
from publisher.error import Invalid, InvalidExport, NotFound, PublisherError
from publisher.fetch import Fetcher
from publisher.importer.port import Export, ImportReport, Read
from publisher.importer.sniff import open_export, sniff
from publisher.importer.story_file import is_story_file, read_story
from publisher.model import Article
from publisher.serve import House, run, settings_of, with_house


@click.command(
    "import",
    epilog="Examples:\n\n\b\n  publisher import wordpress.xml --site my-site\n  publisher import articles/ --json",
)
@click.argument("source")
@option.site
@option.as_json
def import_(source: str, folder: Path, as_json: bool) -> None:
    """Bring the articles of SOURCE (a WordPress or Ghost export, a feed, a folder of Markdown) into a site.

    The same source again changes nothing; an edited one updates. A running server shows what came in
    within half a second. Exit code 1 when an article failed: the report names each with its reason.
    """
    sniff(source)

    async def work(house: House) -> ImportReport:
        return await bring_in(house, source, quiet=as_json)

    with nothing_half_done(folder):
        report = run(with_house(folder, settings_of(folder), work))
    if as_json:
        option.print_json(msgspec.to_builtins(report))
    sys.exit(0 if report.is_complete else 1)


@contextmanager
def nothing_half_done(folder: Path) -> Iterator[None]:
    """A folder that an import made is taken away again when the import fails before its first article."""
    was_there = folder.exists()
    try:
        yield
    except PublisherError:
        if not was_there and folder.exists() and not run(with_house(folder, settings_of(folder), _has_articles)):
            shutil.rmtree(folder)
        raise


async def _has_articles(house: House) -> bool:
    return await house.store.seq() > 0


async def bring_in(house: House, source: str, quiet: bool = False) -> ImportReport:
    """Import a source into a house, showing progress and what came of it."""
    async with Fetcher() as fetcher:
        try:
            export = await asyncio.to_thread(open_export, source, now=now(), fetch=from_thread(fetcher))
        except InvalidExport as error:
            raise InvalidExport(
                *(f"{source}: {each.removeprefix(f'{source}: ')}" for each in error.problems)
            ) from error
        return await read_in(house, export, quiet)


def from_thread(fetcher: Fetcher) -> Callable[[str], bytes]:
    """The guarded client as a plain function for the thread that reads an export."""
    loop = asyncio.get_running_loop()

    def fetch(url: str) -> bytes:
        return asyncio.run_coroutine_threadsafe(fetcher.get(url), loop).result().body

    return fetch


async def read_in(house: House, export: Export, quiet: bool) -> ImportReport:
    """Import an opened export to its end; an export that breaks off keeps what was read."""
    with shown("importing", "seen", quiet) as on_progress:
        ingest = Ingest(house.desk, export, lambda progress, report: on_progress(progress, report.seen))
        try:
            report = await ingest.run()
        except InvalidExport as error:
            report = ingest.ledger.report()
            say(report)
            raise InvalidExport(
                *error.problems, f"{report.created + report.updated} articles read before are kept"
            ) from error
    if not quiet:
        say(report)
    return report


def say(report: ImportReport) -> None:
    """The ledger for people."""
    console = Console(stderr=True)
    console.print(
        f"{report.seen:,} seen = {report.created:,} created + {report.updated:,} updated + "
        f"{report.unchanged:,} unchanged + {report.skipped_count:,} skipped + {report.failed_count:,} failed"
    )
    for reason, count in report.skipped:
        console.print(f"  skipped {count:,}: {reason}", style="dim")
    for reason, count in report.failed:
        console.print(f"  failed {count:,}: {reason}", style="red")
    for failure in report.failures[:20]:
        console.print(f"    {failure.what}: {failure.reason}", style="red", markup=False, soft_wrap=True)
    for note in report.notes[:20]:
        console.print(f"  note: {note}", style="dim", markup=False, soft_wrap=True)


def only_article(file: Path) -> Read:
    """The article that a Markdown file holds, or a file of a story's pages; raises Invalid with the reason for none."""
    if is_story_file(file):
        return read_story(file, now())
    reason = "there is no article in it"
    for item in open_export(str(file), now=now()):
        if isinstance(item, Read):
            return item
        reason = item.reason
    raise Invalid(f"{file}: {reason}")


async def read_one(house: House, read: Read) -> Article:
    """Publish an article read from a file: new, or the new version of the one it became before."""
    before = await known(house, read)
    if before is None:
        return await house.desk.publish(read)
    return await house.desk.revise(replace(read, article=replace(read.article, id=before.id)))


async def known(house: House, read: Read) -> Article | None:
    """The stored article that a file became before, None for a new one."""
    source = read.article.source
    try:
        return await house.store.article_by_source(source.kind, source.site, source.id) if source else None
    except NotFound:
        return None
