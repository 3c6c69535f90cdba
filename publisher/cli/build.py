"""`publisher build`: the whole site as files."""

from __future__ import annotations

import functools
import os
import sys
import time
import traceback
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import click
import msgspec
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from publisher.build import Builder, Report, Slice, alone, deal, rate
from publisher.cli import option
from publisher.desk.refresh import refresh
from publisher.error import Invalid, PublisherError, Refused
from publisher.house import House, run, settings_of, with_house
from publisher.meter import Board
from publisher.processor import cores
from publisher.setting import Settings

COUNTERS = ("documents", "bytes")
POLL_SECONDS = 0.2
STATIC = {"write_api": False}
"""Settings of files: no page announces where apps can write, as nothing answers there."""


class Said(msgspec.Struct):
    """What a process of a build says at its end: its report, or the error that ended it."""

    report: Report = msgspec.field(default_factory=Report)
    error: str = ""


@click.command(
    epilog="Examples:\n\n\b\n"
    "  publisher build public --base-url https://example.org\n"
    "  publisher build public --since last\n"
    "  publisher build public --since 1200 --jobs 4"
)
@click.argument("target", metavar="DIR", type=click.Path(path_type=Path, file_okay=False))
@option.site
@click.option("--base-url", help="Public address of the site, for absolute links.")
@click.option("--since", help="Only what changed after this number of the change log, or since the `last` build.")
@click.option("--jobs", type=click.IntRange(1, 64), help="Processes that build.  [default: one a core]")
@option.as_json
@option.setting_flags
def build(
    target: Path, folder: Path, since: str | None, jobs: int | None, as_json: bool, pairs: tuple[str, ...], **flags: Any
) -> None:
    """Write every document into DIR, with gzip, brotli and zstd beside it, for nginx or a CDN to serve."""
    began, count, after = time.monotonic(), jobs or cores(), number_of(since)
    option.existing(folder)
    settings = settings_of(folder, {**option.flags(pairs, **flags), **STATIC})
    make(target, folder)
    board = Board(COUNTERS, (), count)
    with alone(target):
        deal(target, count)
        run(with_house(folder, settings, lambda house: refresh(house.desk)))
        report = gather(count, board, lambda number: part(folder, target, settings, after, Slice(number, count), board))
    if as_json:
        option.print_json(msgspec.to_builtins(report))
    else:
        click.echo(rate(report, began))
    for failure in report.failed[:20]:
        click.echo(f"not built: {failure}", err=True)
    sys.exit(1 if report.failed else 0)


def make(target: Path, site: Path) -> None:
    """The folder that is written into; raises Invalid when the site lies in it, Refused when it can't be made."""
    if site.resolve().is_relative_to(target.resolve()):
        raise Invalid(f"{target}: holds the site itself, which nobody may fetch; choose another folder, such as public")
    try:
        target.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise Refused(f"{target}: can't be made ({error.strerror}); choose another folder") from error
    if not os.access(target, os.W_OK):
        raise Refused(f"{target}: is read-only; choose another folder")


def number_of(since: str | None) -> int | None:
    """A number of the change log, -1 for `last`."""
    if since is None or since == "last":
        return None if since is None else -1
    if not since.isdigit():
        raise click.BadParameter(f"{since!r} is neither a number nor `last`", param_hint="--since")
    return int(since)


def part(site: Path, folder: Path, settings: Settings, since: int | None, share: Slice, board: Board) -> Report:
    """Build one slice, counting on the board, once what is due has come out and what has expired is gone."""
    row, done = board.row(share.number), dict.fromkeys(COUNTERS, 0.0)

    def on_file(size: int) -> None:
        done["documents"] += 1
        done["bytes"] += size
        row.write(done)

    async def work(house: House) -> Report:
        while await house.desk.release_due():
            pass  # whichever process comes first: a site without a server has nobody else to do it
        builder = Builder(house.context, house.press.catalogue, house.library.rendition, folder, share, on_file)
        return await builder.build(since)

    return run(with_house(site, settings, work))


def gather(count: int, board: Board, work: Callable[[int], Report]) -> Report:
    """Run the work in as many processes, showing how far they are; their reports added up."""
    children = [_fork(number, work) for number in range(count)]
    columns = (TextColumn("building"), BarColumn(), TextColumn("{task.completed:,.0f} documents"), TimeElapsedColumn())
    console = Console(stderr=True)
    with Progress(*columns, console=console, disable=not console.is_terminal) as bar:
        task = bar.add_task("build", total=None)
        while not all(_has_ended(pid) for pid, _ in children):
            bar.update(task, completed=board.total()["documents"])
            time.sleep(POLL_SECONDS)
    said = [_said(pid, end) for pid, end in children]
    if errors := dict.fromkeys(each.error for each in said if each.error):
        raise Refused("\n".join(errors))
    return functools.reduce(Report.plus, (each.report for each in said))


def _said(pid: int, end: int) -> Said:
    """What a child says at its end; nothing if it was killed."""
    with os.fdopen(end, "rb") as pipe:
        raw = pipe.read()
    os.waitpid(pid, 0)
    return msgspec.json.decode(raw, type=Said) if raw else Said(error="a process of the build was killed")


def _fork(number: int, work: Callable[[int], Report]) -> tuple[int, int]:
    """A child that does one slice and says how it went; its number and the end of the pipe to read."""
    read, write = os.pipe()
    pid = os.fork()
    if pid:
        os.close(write)
        return pid, read
    try:
        os.close(read)
        with os.fdopen(write, "wb") as pipe:
            pipe.write(msgspec.json.encode(_done(number, work)))
    finally:
        sys.stderr.flush()
        os._exit(0)


def _done(number: int, work: Callable[[int], Report]) -> Said:
    """The outermost wall of a child: each says what went wrong, the parent says it once."""
    try:
        return Said(work(number))
    except PublisherError as error:
        return Said(error=str(error))
    except Exception:
        return Said(error=traceback.format_exc())


def _has_ended(pid: int) -> bool:
    with suppress(ChildProcessError):
        return os.waitid(os.P_PID, pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is not None
    return True
