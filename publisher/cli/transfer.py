"""`publisher import`: articles in from anywhere, with a ledger that adds up."""

from __future__ import annotations

import asyncio
import re
import shutil
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple
from zoneinfo import ZoneInfo

import click
import msgspec
from msgspec.structs import replace
from rich.console import Console

from publisher.backup import copy_articles
from publisher.cli import option
from publisher.cli.progress import shown
from publisher.cli.site import introduce
from publisher.date import now
from publisher.desk.gather import Gathered, Gathering, is_old
from publisher.desk.ingest import Ingest
from publisher.desk.mark import PREFIX, Mark, recalled
from publisher.error import Invalid, InvalidExport, NotFound, PublisherError
from publisher.fetch import Fetcher
from publisher.house import House, run, settings_of, with_house
from publisher.importer.port import Export, ImportReport, Read, content_hash
from publisher.importer.sniff import What, fingerprint, open_export, sniff
from publisher.importer.story_file import is_story_file, read_story
from publisher.media.library import MAX_BYTES
from publisher.model import Article
from publisher.setting import Settings
from publisher.version import VERSION


def address(_: click.Context, option: click.Parameter, value: str) -> str:
    """The address of a site, as it is written in a browser; empty for none."""
    if value and not re.fullmatch(r"https?://[^/\s]+(?:/\S*)?", value):
        raise click.BadParameter(f"{value!r} is no address; write it like https://old.example", param=option)
    return value


@click.command(
    "import",
    epilog="Examples:\n\n\b\n  publisher import wordpress.xml --site my-site --fetch-media\n"
    "  publisher import ghost.json --base https://old.example --dry-run\n  publisher import articles/ --json",
)
@click.argument("source")
@option.site
@click.option(
    "--base", default="", metavar="URL", callback=address, help="The old site's address, for exports that don't say it."
)
@click.option(
    "--since",
    type=click.DateTime(["%Y-%m-%d"]),
    metavar="DATE",
    help="Only what was published or edited from that day on.",
)
@click.option("--fetch-media", "fetches", is_flag=True, help="Fetch pictures from the old site's host.")
@click.option("--media-host", "hosts", multiple=True, metavar="HOST", help="Fetch pictures from this host too.")
@click.option("--restart", "restarts", is_flag=True, help="Begin anew, though an import of it was interrupted.")
@click.option("--dry-run", "is_dry", is_flag=True, help="Say what would come of it, and change nothing.")
@option.as_json
def import_(
    source: str,
    folder: Path,
    base: str,
    since: datetime | None,
    fetches: bool,
    hosts: tuple[str, ...],
    restarts: bool,
    is_dry: bool,
    as_json: bool,
) -> None:
    """Bring the articles of SOURCE (a WordPress or Ghost export, a feed, a folder of Markdown) into a site.

    The same source again changes nothing; an edited one updates; an interrupted import goes on where it stopped.
    A running server shows what came in within half a second. Exit code 1 when an article or a picture failed: the
    report names each with its reason.
    """
    sniff(source)
    if is_dry and fetches:
        raise click.UsageError("--dry-run fetches nothing: leave out --fetch-media")
    way = Way(base, since and since.replace(tzinfo=UTC), fetches or bool(hosts), hosts, restarts)

    async def work(house: House) -> tuple[ImportReport, Gathered | None]:
        return await bring_in(house, source, as_json, way)

    settings = settings_of(folder)
    with rehearsed(folder) if is_dry else nothing_half_done(folder) as place, promising():
        report, gathered = run(with_house(place, settings, work))
    if as_json:
        found = msgspec.to_builtins(report) | {"dry_run": is_dry, "is_complete": report.is_complete}
        option.print_json(found | {"media": msgspec.to_builtins(gathered)})
    elif is_dry:
        click.echo("nothing was changed: this was a dry run", err=True)
    sys.exit(0 if report.is_complete and (gathered is None or gathered.is_complete) else 1)


@contextmanager
def promising() -> Iterator[None]:
    """Say at Ctrl+C that what was done isn't lost."""
    try:
        yield
    except KeyboardInterrupt:
        click.echo("stopped; the same command again completes it", err=True)
        raise


class Way(NamedTuple):
    """How an import is wanted."""

    base: str = ""
    since: datetime | None = None
    fetches: bool = False
    hosts: tuple[str, ...] = ()
    restarts: bool = False

    def mark_name(self, source: str) -> str:
        """Under which name the mark of such an import is kept; "" for what can't be known again."""
        found = fingerprint(source)
        return PREFIX + content_hash(VERSION, found, self.base, self.since) if found else ""


AS_IT_IS = Way()


@contextmanager
def rehearsed(folder: Path) -> Iterator[Path]:
    """A copy of a site's database in a folder that is thrown away."""
    with TemporaryDirectory(prefix="publisher-dry-run-") as scratch:
        copy_articles(folder, Path(scratch))
        yield Path(scratch)


@contextmanager
def nothing_half_done(folder: Path) -> Iterator[Path]:
    """A folder that an import made is taken away again when the import fails before its first article."""
    was_there = folder.exists()
    try:
        yield folder
    except PublisherError:
        if not was_there and folder.exists() and not run(with_house(folder, settings_of(folder), _has_articles)):
            shutil.rmtree(folder)
        raise


async def _has_articles(house: House) -> bool:
    return await house.store.seq() > 0


async def bring_in(
    house: House, source: str, quiet: bool = False, way: Way = AS_IT_IS
) -> tuple[ImportReport, Gathered | None]:
    """Import a source into a house, showing progress and what came of it; and its pictures, when they are wanted."""
    async with Fetcher() as fetcher:
        try:
            at, fetch, name = wall_clock(house.settings), from_thread(fetcher), way.mark_name(source)
            mark = None if way.restarts else await recalled(house.store, name)
            offset = mark.report.offset if mark else 0
            export = await asyncio.to_thread(open_export, source, now=at, fetch=fetch, base=way.base, offset=offset)
        except InvalidExport as error:
            raise InvalidExport(
                *(f"{source}: {each.removeprefix(f'{source}: ')}" for each in error.problems)
            ) from error
        report = await read_in(house, export, quiet, way.since, name, mark)
        introduce(house.folder, export.title, export.language)
        return report, await gather(house, export, fetcher, quiet, way.hosts) if way.fetches else None


async def gather(house: House, export: Export, fetcher: Fetcher, quiet: bool, hosts: tuple[str, ...] = ()) -> Gathered:
    """Fetch the pictures that an export's articles show from their old host."""

    async def fetch(url: str) -> bytes:
        return (await fetcher.get(url, max_bytes=MAX_BYTES)).body

    def is_ours(article: Article) -> bool:
        source = article.source
        return source is not None and (source.kind, source.site) == (export.kind, export.site)

    with shown("fetching", "pictures", quiet) as on_progress:
        old = is_old(export.kind, (*export.hosts, *hosts))
        found = await Gathering(house.desk, fetch, is_ours, old, on_progress).run()
    if not quiet:
        say_pictures(found)
    return found


def from_thread(fetcher: Fetcher) -> Callable[[str], bytes]:
    """The guarded client as a plain function for the thread that reads an export."""
    loop = asyncio.get_running_loop()

    def fetch(url: str) -> bytes:
        return asyncio.run_coroutine_threadsafe(fetcher.get(url), loop).result().body

    return fetch


async def read_in(
    house: House, export: Export, quiet: bool, since: datetime | None = None, name: str = "", mark: Mark | None = None
) -> ImportReport:
    """Import an opened export to its end; an export that breaks off keeps what was read."""
    if mark and not quiet:
        click.echo(f"going on after {mark.report.seen:,} items, where an import of it was interrupted", err=True)
    with shown("importing", "seen", quiet) as on_progress:
        ingest = Ingest(
            house.desk, export, lambda progress, report: on_progress(progress, report.seen), since, name, mark
        )
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
        f"{report.unchanged:,} unchanged + {report.skipped_count:,} skipped + {report.failed_count:,} failed",
        soft_wrap=True,
    )
    for reason, count in report.skipped:
        console.print(f"  skipped {count:,}: {reason}", style="dim", markup=False, soft_wrap=True)
    for reason, count in report.failed:
        console.print(f"  failed {count:,}: {reason}", style="red", markup=False, soft_wrap=True)
    for failure in report.failures[:20]:
        console.print(f"    {failure.what}: {failure.reason}", style="red", markup=False, soft_wrap=True)
    for note in report.notes[:20]:
        console.print(f"  note: {note}", style="dim", markup=False, soft_wrap=True)


def say_pictures(found: Gathered) -> None:
    """The ledger of pictures for people."""
    console = Console(stderr=True)
    console.print(
        f"{found.pictures:,} pictures = {found.fetched:,} fetched + {found.here:,} here already + "
        f"{sum(count for _, count in found.failed):,} failed; {found.articles:,} articles show theirs from here",
        soft_wrap=True,
    )
    for failure in found.failures[:20]:
        console.print(f"    {failure.what}: {failure.reason}", style="red", markup=False, soft_wrap=True)


def wall_clock(settings: Settings) -> datetime:
    """Now, on a clock in the editors' zone: dates without a zone are read on it."""
    return now().astimezone(ZoneInfo(settings.timezone))


def only_article(file: Path, at: datetime) -> Read:
    """The article that a Markdown file holds, or a file of a story's pages; raises Invalid with the reason for none."""
    if is_story_file(file):
        return read_story(file, at)
    found = sniff(str(file))
    if found is not What.MARKDOWN:
        raise Invalid(f"{file}: is {found}, not an article in Markdown; bring it in with: publisher import {file}")
    reason = "there is no article in it"
    for item in open_export(str(file), now=at):
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
