"""`publisher publish`, `list` and `withdraw`: articles from the command line."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.table import Table

from publisher.cli import option
from publisher.cli.transfer import only_article, read_one, wall_clock
from publisher.date import rfc3339
from publisher.error import NotFound
from publisher.model import Article, Selection
from publisher.serve import House, run, settings_of, with_house
from publisher.url import absolute, encode_path


@click.command(
    epilog="Examples:\n\n\b\n  publisher publish article.md\n  publisher publish article.md --site my-site --json"
)
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@option.site
@option.as_json
def publish(file: Path, folder: Path, as_json: bool) -> None:
    """Publish FILE, Markdown with front matter; the same file again publishes its new version."""

    if not file.is_file():
        raise NotFound(f"{file}: no such file")
    settings = settings_of(option.existing(folder))
    read = only_article(file, wall_clock(settings))

    async def work(house: House) -> None:
        saved = await read_one(house, read)
        place = absolute(house.site.base, saved.path)
        if as_json:
            option.print_json(_row(saved))
        else:
            click.echo(f"{saved.status}: {place}" + (f" at {rfc3339(saved.published)}" if saved.published else ""))

    run(with_house(folder, settings, work))


@click.command("list", epilog="Examples:\n\n\b\n  publisher list --limit 10\n  publisher list --section reviews --json")
@option.site
@option.as_json
@click.option("--limit", type=click.IntRange(1, 1000), default=25, show_default=True, help="How many.")
@click.option("--section", help="Only this section (its slug).")
def list_(folder: Path, as_json: bool, limit: int, section: str | None) -> None:
    """List the newest public articles."""
    selection = Selection(limit=limit, sections=frozenset({section} if section else ()))

    async def work(house: House) -> tuple[Article, ...]:
        return await house.store.select(selection)

    articles = run(with_house(option.existing(folder), settings_of(folder), work))
    if as_json:
        option.print_json([_row(each) for each in articles])
        return
    table = Table("published", "section", "title", "path", box=None, header_style="bold")
    for each in articles:
        table.add_row(_brief(each.published), each.section.slug if each.section else "", each.title, each.path)
    Console().print(table)


@click.command(epilog="Example:\n\n\b\n  publisher withdraw /reviews/old-piece/ --site my-site")
@click.argument("path")
@option.site
def withdraw(path: str, folder: Path) -> None:
    """Take the article at PATH away; its address answers 410 Gone from now on."""

    async def work(house: House) -> None:
        found = await house.store.at(encode_path(path))
        if not isinstance(found, Article):
            raise click.UsageError(f"{path} is a redirect to {found.target}; withdraw that")
        await house.desk.withdraw(found.id)

    run(with_house(option.existing(folder), settings_of(folder), work))
    click.echo(f"{path} is withdrawn")


def _row(article: Article) -> dict[str, Any]:
    return {
        "id": article.id,
        "guid": article.guid,
        "path": article.path,
        "title": article.title,
        "status": article.status,
        "section": article.section.slug if article.section else None,
        "published": article.published and rfc3339(article.published),
        "updated": article.updated and rfc3339(article.updated),
    }


def _brief(instant: datetime | None) -> str:
    return f"{instant:%Y-%m-%d %H:%M}" if instant else "-"
