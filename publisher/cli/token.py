"""`publisher token`: who may write by HTTP."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.table import Table

from publisher.cli import option
from publisher.date import now, rfc3339
from publisher.desk.token import Scope, Token, Tokens
from publisher.house import House, run, settings_of, with_house


@click.group(
    epilog="Examples:\n\n\b\n  publisher token create --name cms --scope write\n  publisher token revoke cms",
)
def token() -> None:
    """Make, list and revoke the tokens that let programs write."""


@token.command(
    epilog="Examples:\n\n\b\n  publisher token create --name cms --scope write --scope media\n"
    "  publisher token create --name guest --scope read --days 7 --json"
)
@click.option("--name", required=True, help="What it is for, to tell it from others.")
@click.option(
    "--scope",
    "scopes",
    multiple=True,
    required=True,
    type=click.Choice([str(each) for each in Scope]),
    help="What it allows; may be given several times. write: articles; media: uploads; admin: everything.",
)
@click.option("--days", type=click.IntRange(1, 36500), help="Days until it ends.  [default: never]")
@option.site
@option.as_json
def create(name: str, scopes: tuple[str, ...], days: int | None, folder: Path, as_json: bool) -> None:
    """Make a token and show its secret, this once."""
    expires = now() + timedelta(days=days) if days else None

    async def work(house: House) -> tuple[Token, str]:
        return await Tokens(house.store, now).create(name, tuple(map(Scope, scopes)), expires)

    made, secret = run(with_house(option.existing(folder), settings_of(folder), work))
    if as_json:
        option.print_json(_row(made) | {"secret": secret})
        return
    click.echo(secret)
    click.secho("This is the only time that it is shown; keep it in a safe place.", dim=True, err=True)


@token.command("list", epilog="Example:\n\n\b\n  publisher token list --json")
@option.site
@option.as_json
def list_(folder: Path, as_json: bool) -> None:
    """List the tokens, without their secrets."""

    async def work(house: House) -> tuple[Token, ...]:
        return await Tokens(house.store, now).all()

    rows = [_row(each) for each in run(with_house(option.existing(folder), settings_of(folder), work))]
    if as_json:
        option.print_json(rows)
        return
    table = Table("id", "name", "scopes", "created", "expires", box=None, header_style="bold")
    for row in rows:
        table.add_row(row["id"], row["name"], " ".join(row["scopes"]), row["created"], row["expires"] or "never")
    Console().print(table)


@token.command(epilog="Examples:\n\n\b\n  publisher token revoke cms\n  publisher token revoke 3f9a1c22b07e --json")
@click.argument("name")
@option.site
@option.as_json
def revoke(name: str, folder: Path, as_json: bool) -> None:
    """End the token NAME (its name or id); it is refused from the next request on."""
    ended = run(
        with_house(option.existing(folder), settings_of(folder), lambda house: Tokens(house.store, now).revoke(name))
    )
    if as_json:
        option.print_json(_row(ended))
    else:
        click.echo(f"{ended.name} ({ended.id}) is revoked")


def _row(token: Token) -> dict[str, Any]:
    return {
        "id": token.id,
        "name": token.name,
        "scopes": list(token.scopes),
        "created": rfc3339(token.created),
        "expires": token.expires and rfc3339(token.expires),
    }
