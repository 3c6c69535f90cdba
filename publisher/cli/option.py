"""Options that commands share."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click
import orjson

from publisher.error import Invalid

F = TypeVar("F", bound=Callable[..., Any])


def site(command: F) -> F:
    """`--site FOLDER`: the folder of the site to work on."""
    return click.option(
        "--site",
        "folder",
        type=click.Path(path_type=Path, file_okay=False),
        default=Path("."),
        envvar="PUBLISHER_SITE",
        show_default="this folder",
        help="The site's folder.",
    )(command)


def as_json(command: F) -> F:
    """`--json`: one JSON value for machines on standard output."""
    return click.option("--json", "as_json", is_flag=True, help="Print JSON for machines.")(command)


def setting_flags(command: F) -> F:
    """`--set NAME=VALUE`: any setting, for this run."""
    return click.option("--set", "pairs", multiple=True, metavar="NAME=VALUE", help="Any setting, for this run.")(
        command
    )


def flags(pairs: tuple[str, ...], **named: Any) -> dict[str, Any]:
    """Settings given on the command line, the named options on top; those not given are left out."""
    given: dict[str, Any] = {}
    for pair in pairs:
        name, equals, value = pair.partition("=")
        if not equals:
            raise click.BadParameter(f"{pair!r} is not NAME=VALUE", param_hint="--set")
        given[name.strip()] = value
    return given | {name: value for name, value in named.items() if value is not None}


def existing(folder: Path) -> Path:
    """A folder that holds a site; raises Invalid with what to do when it holds none."""
    if not (folder / "site.db").exists():
        raise Invalid(f"{folder} is not a site (no site.db); make one with: publisher init {folder}")
    return folder


def in_a_folder(_: click.Context, __: click.Parameter, file: Path | None) -> Path | None:
    """A file to write, whose folder must be there (a parameter's callback)."""
    if file is not None and not file.parent.is_dir():
        raise click.BadParameter(f"there is no folder {file.parent}")
    return file


def print_json(value: Any) -> None:
    """One JSON value on standard output."""
    click.echo(orjson.dumps(value, option=orjson.OPT_INDENT_2, default=str).decode())
