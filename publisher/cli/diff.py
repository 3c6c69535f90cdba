"""`publisher diff`: what a move would cost, before it is made."""

from __future__ import annotations

import sys

import click
import msgspec

from publisher.check.difference import Difference, compare
from publisher.cli import option
from publisher.cli.progress import shown
from publisher.cli.survey import Side, with_side
from publisher.house import run
from publisher.importer.port import Progress

LISTED = 50


@click.command(
    epilog="Examples:\n\n\b\n  publisher diff https://old.example my-site\n"
    "  publisher diff wordpress.xml http://127.0.0.1:8080 --json"
)
@click.argument("old")
@click.argument("new")
@click.option("--base", default="", metavar="URL", help="OLD's address, for exports that don't say it.")
@option.as_json
def diff(old: str, new: str, base: str, as_json: bool) -> None:
    """Compare two sites before a move: which addresses of OLD would be lost in NEW, redirected, or get another guid.

    OLD and NEW are each the address of a running site (its sitemaps, feeds and links are read), a site's folder or an
    export. Exit code 1 when an address or a guid would be lost.
    """
    found = run(_compared(old, new, base, as_json))
    if as_json:
        option.print_json(msgspec.to_builtins(found) | {"is_safe": found.is_safe})
    else:
        _say(found)
    sys.exit(0 if found.is_safe else 1)


async def _compared(old: str, new: str, base: str, quiet: bool) -> Difference:
    async def with_both(before: Side, after: Side) -> Difference:
        with shown("comparing", "addresses", quiet) as on_progress:
            return await compare(
                before[0], after[0], after[1], lambda done, total: on_progress(Progress(done, total), done)
            )

    async def with_old(before: Side) -> Difference:
        return await with_side(new, "", lambda after: with_both(before, after))

    return await with_side(old, base, with_old)


def _say(found: Difference) -> None:
    click.echo(
        f"{found.addresses:,} addresses = {found.kept:,} kept + {found.moved:,} redirected + {found.lost:,} lost; "
        f"{len(found.guids):,} guids would change; {found.new:,} addresses are new"
    )
    for path, reason in found.losses[:LISTED]:
        click.secho(f"  lost {path}: {reason}", fg="red")
    for path, before, after in found.guids[:LISTED]:
        click.secho(f"  guid of {path}: {before} -> {after}", fg="red")
    for path, target in found.moves[:LISTED]:
        click.echo(f"  redirected {path} -> {target}")
