"""`publisher feeds` and `publisher feeds check`: what feeds there are, and whether they are sound."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from publisher.catalogue.feed.measure import Measured, measured
from publisher.check.feed import lint_feed
from publisher.cli import option
from publisher.date import now, rfc3339
from publisher.house import House, run, settings_of, with_house
from publisher.url import absolute


@click.group(
    invoke_without_command=True,
    epilog="Examples:\n\n\b\n  publisher feeds\n  publisher feeds --site my-site --json\n  publisher feeds check",
)
@option.site
@option.as_json
@click.pass_context
def feeds(ctx: click.Context, folder: Path, as_json: bool) -> None:
    """List every feed: address, entries, last change, bytes, and for how many readers aggregators fetch it."""
    ctx.obj = folder
    if ctx.invoked_subcommand:
        return
    found, subscribers = run(with_house(option.existing(folder), settings_of(folder), _counted))
    rows = [_row(base, each, subscribers) for base, each in found]
    if as_json:
        option.print_json(rows)
        return
    click.echo(f"{'entries':>7}  {'last change':20}  {'bytes':>9}  {'readers':>7}  address")
    for row in rows:
        numbers = f"{row['entries']:7}  {row['updated']:20}  {row['bytes']:9,}  {row['subscribers']:7}"
        click.echo(f"{numbers}  {row['url']}  ({row['title']})")


@feeds.command(epilog="Examples:\n\n\b\n  publisher feeds check\n  publisher feeds check --site my-site --json")
@click.option("--site", "own", type=click.Path(path_type=Path, file_okay=False), help="The site's folder.")
@option.as_json
@click.pass_obj
def check(folder: Path, own: Path | None, as_json: bool) -> None:
    """Validate every feed in every format; exit code 1 when one has a fault."""
    folder = own or folder
    built = run(with_house(option.existing(folder), settings_of(folder), _in_every_format))
    found = {each.path: _faults(base, each) for base, each in built}
    faulty = {path: faults for path, faults in found.items() if faults}
    if as_json:
        option.print_json({"checked": len(found), "faults": faulty})
    else:
        for path, faults in faulty.items():
            click.echo("\n".join(f"{path}: {fault}" for fault in faults))
        click.echo(f"{len(found)} feeds checked, {len(faulty)} with faults")
    if faulty:
        raise click.exceptions.Exit(1)


async def _counted(house: House) -> tuple[list[tuple[str, Measured]], dict[str, int]]:
    return [(house.site.base, each) async for each in measured(house.context)], await house.subscribers.counts()


async def _in_every_format(house: House) -> list[tuple[str, Measured]]:
    return [(house.site.base, each) async for each in measured(house.context, every_format=True)]


def _faults(base: str, each: Measured) -> list[str]:
    left_out = [f"article {out.article_id} is left out: {out.reason}" for out in each.left_out]
    return lint_feed(each.body, absolute(base, each.path), now()) + left_out


def _row(base: str, each: Measured, subscribers: dict[str, int]) -> dict[str, Any]:
    return {
        "name": each.feed.definition.name,
        "url": absolute(base, each.path),
        "title": each.feed.title,
        "entries": each.entries,
        "updated": rfc3339(each.updated),
        "bytes": len(each.body),
        "subscribers": subscribers.get(each.feed.stem, 0),
        "formats": each.feed.definition.formats,
        "listed": each.feed.definition.is_listed,
    }
