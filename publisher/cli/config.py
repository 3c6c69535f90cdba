"""`publisher config`: the table of settings."""

from __future__ import annotations

from pathlib import Path

import click
import msgspec
from rich.console import Console
from rich.table import Table

from publisher.cli import option
from publisher.house import settings_of
from publisher.setting import SECRETS, Settings, table


@click.command(epilog="Examples:\n\n\b\n  publisher config\n  publisher config --site my-site --json")
@option.site
@option.as_json
@option.setting_flags
def config(folder: Path, as_json: bool, pairs: tuple[str, ...]) -> None:
    """Show every setting: its value here, its default, its unit and what it does.

    Settings come from site.toml, then PUBLISHER_<NAME> in the environment, then flags; later wins.
    """
    if folder != Path("."):
        option.existing(folder)
    settings = _without_secrets(settings_of(folder, option.flags(pairs)))
    rows = list(table())
    if as_json:
        option.print_json({row.name: msgspec.to_builtins(getattr(settings, row.name)) for row in rows})
        return
    shown = Table("setting", "value", "default", "unit", "what it does", box=None, header_style="bold")
    for row in rows:
        value = getattr(settings, row.name)
        shown.add_row(row.name, _brief(value), _brief(row.default) if value != row.default else "", row.unit, row.help)
    Console().print(shown)


def _without_secrets(settings: Settings) -> Settings:
    return msgspec.structs.replace(settings, **{name: "***" for name in SECRETS if settings.field_of(name)})


def _brief(value: object) -> str:
    text = f"{len(value)} entries" if isinstance(value, tuple) and value else str(value)
    return "-" if value in ("", ()) else text
