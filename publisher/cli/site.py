"""`publisher init`, `backup` and `restore`: a site is a folder."""

from __future__ import annotations

from pathlib import Path

import click
import orjson

from publisher.backup import back_up, put_back
from publisher.cli import option
from publisher.error import Conflict
from publisher.format.feed import language_tag
from publisher.house import DATABASE, SETTINGS, House, make_folder, run, settings_of, with_house

STARTER = """\
# Every setting, its unit and default: publisher config
title = {title}
tagline = ""
language = {language}
timezone = "UTC"
# base_url = "https://example.org"
"""
FIRST_SECTION = """
[[sections]]
slug = "news"
name = "News"
description = "What happened"
position = 1
"""


@click.command(epilog="Example:\n\n\b\n  publisher init my-site --title 'My Magazine'")
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False))
@click.option("--title", default="My Magazine", help="Name of the site.", show_default=True)
def init(folder: Path, title: str) -> None:
    """Make a new site in FOLDER: settings to edit and an empty database."""
    begin(folder, title)
    click.echo(f"{folder} is ready. Edit {folder / SETTINGS}, then: publisher serve {folder}")


def begin(folder: Path, title: str) -> None:
    """Make a site's folder with settings to edit and an empty database. Raises Conflict, Refused."""
    make_folder(folder)
    if (folder / SETTINGS).exists():
        raise Conflict(f"{folder / SETTINGS} is there already; nothing was changed")
    (folder / SETTINGS).write_text(_starter(title, "en") + FIRST_SECTION, "utf-8")
    run(with_house(folder, settings_of(folder), _nothing))


def introduce(folder: Path, title: str, language: str) -> None:
    """Give a site that has no settings those that an export says of its old site: its title and language."""
    if title and not (folder / SETTINGS).exists():
        (folder / SETTINGS).write_text(_starter(title, language_tag(language) or "en"), "utf-8")


def _starter(title: str, language: str) -> str:
    return STARTER.format(title=_quoted(title), language=_quoted(language))


def _quoted(value: str) -> str:
    """A TOML string; JSON writes one that TOML reads alike."""
    return orjson.dumps(value).decode()


async def _nothing(_: House) -> None:
    """Opening the house made the database."""


@click.command(epilog="Example:\n\n\b\n  publisher backup saved.tar --site my-site")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False), callback=option.in_a_folder)
@option.site
def backup(file: Path, folder: Path) -> None:
    """Copy a site (database, media, settings) into FILE, a tar archive, while it may be running."""
    count = back_up(option.existing(folder), file)
    click.echo(f"{file}: {count} files")


@click.command(epilog="Example:\n\n\b\n  publisher restore saved.tar --site new-folder")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False, exists=True))
@option.site
def restore(file: Path, folder: Path) -> None:
    """Unpack a backup into a folder that holds no site yet."""
    if (folder / DATABASE).exists():
        raise Conflict(f"{folder} holds a site already; restore into an empty folder with --site")
    count = put_back(file, folder)
    click.echo(f"{folder}: {count} files; serve it with: publisher serve {folder}")
