"""`publisher redirect`: old paths that lead to new ones."""

from __future__ import annotations

from pathlib import Path

import click

from publisher.cli import option
from publisher.model import Redirect
from publisher.serve import House, run, settings_of, with_house


@click.group(epilog="Examples:\n\n\b\n  publisher redirect add /old/ /reviews/new/\n  publisher redirect list --json")
def redirect() -> None:
    """Add and list redirects (301)."""


@redirect.command()
@click.argument("path")
@click.argument("target")
@option.site
def add(path: str, target: str, folder: Path) -> None:
    """Let PATH lead to TARGET, a path of this site."""
    settings = settings_of(option.existing(folder))
    made = run(with_house(folder, settings, lambda house: house.desk.redirect(path, target)))
    click.echo(f"{made.path} now leads to {made.target}")


@redirect.command("list")
@option.site
@option.as_json
def list_(folder: Path, as_json: bool) -> None:
    """List all redirects."""

    async def work(house: House) -> None:
        found: list[Redirect] = []
        while rows := await house.store.redirects(after=found[-1].path if found else ""):
            found += rows
        if as_json:
            option.print_json([{"path": each.path, "target": each.target} for each in found])
        else:
            click.echo("\n".join(f"{each.path} -> {each.target}" for each in found))

    run(with_house(option.existing(folder), settings_of(folder), work))
