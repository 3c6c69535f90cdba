"""`publisher redirect`: old paths that lead to new ones."""

from __future__ import annotations

from pathlib import Path

import click

from publisher.cli import option
from publisher.serve import House, run, settings_of, with_house
from publisher.url import encode_path


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
    run(with_house(folder, settings, lambda house: house.desk.redirect(encode_path(path), encode_path(target))))
    click.echo(f"{path} now leads to {target}")


@redirect.command("list")
@option.site
@option.as_json
def list_(folder: Path, as_json: bool) -> None:
    """List all redirects."""

    async def work(house: House) -> None:
        after = ""
        while rows := await house.store.redirects(after=after):
            for row in rows:
                click.echo(
                    f'{{"path": "{row.path}", "target": "{row.target}"}}' if as_json else f"{row.path} -> {row.target}"
                )
            after = rows[-1].path

    run(with_house(option.existing(folder), settings_of(folder), work))
