"""`publisher redirect`: old paths that lead to new ones."""

from __future__ import annotations

from pathlib import Path

import click

from publisher.cli import option
from publisher.house import House, run, settings_of, with_house
from publisher.model import Redirect
from publisher.url import encode_path


@click.group(epilog="Examples:\n\n\b\n  publisher redirect add /old/ /reviews/new/\n  publisher redirect list --json")
def redirect() -> None:
    """Add, list and remove redirects (301)."""


@redirect.command(epilog="Example:\n\n\b\n  publisher redirect add /old/ /reviews/new/")
@click.argument("path")
@click.argument("target")
@option.site
@option.as_json
def add(path: str, target: str, folder: Path, as_json: bool) -> None:
    """Let PATH lead to TARGET, a path of this site."""
    settings = settings_of(option.existing(folder))
    made = run(with_house(folder, settings, lambda house: house.desk.redirect(path, target)))
    if as_json:
        option.print_json({"path": made.path, "target": made.target})
    else:
        click.echo(f"{made.path} now leads to {made.target}")


@redirect.command(epilog="Example:\n\n\b\n  publisher redirect remove /old/ --site my-site")
@click.argument("path")
@option.site
def remove(path: str, folder: Path) -> None:
    """Let PATH lead nowhere any more: it answers 404."""
    settings = settings_of(option.existing(folder))
    run(with_house(folder, settings, lambda house: house.desk.remove_redirect(encode_path(path))))
    click.echo(f"{path} leads nowhere now")


@redirect.command("list", epilog="Example:\n\n\b\n  publisher redirect list --json")
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
