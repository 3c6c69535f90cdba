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
from publisher.error import Invalid, NotFound
from publisher.house import House, run, settings_of, with_house
from publisher.model import Article, Selection, Status
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
        raise Invalid(f"{file}: no such file")
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


STATUSES = (*map(str, Status), "any")


@click.command(
    "list",
    epilog="Examples:\n\n\b\n  publisher list --limit 10\n  publisher list --section reviews --json\n"
    "  publisher list --status draft",
)
@option.site
@option.as_json
@click.option("--limit", type=click.IntRange(1, 1000), default=25, show_default=True, help="How many.")
@click.option("--section", help="Only this section (its slug).")
@click.option("--status", type=click.Choice(STATUSES), default="published", show_default=True, help="Only these.")
def list_(folder: Path, as_json: bool, limit: int, section: str | None, status: str) -> None:
    """List the newest articles: the public ones, or those of another status."""
    if section and status != "published":
        raise click.UsageError("--section goes with public articles only; leave out --status or --section")

    async def work(house: House) -> tuple[Article, ...]:
        if status == "published":
            return await house.store.select(Selection(limit=limit, sections=frozenset({section} if section else ())))
        return await house.store.in_status(frozenset(Status if status == "any" else {Status(status)}), limit)

    articles = run(with_house(option.existing(folder), settings_of(folder), work))
    if as_json:
        option.print_json([_row(each) for each in articles])
        return
    if not articles:
        click.echo(_none(section, status))
        return
    table = Table("published", "status", "section", "title", "path", box=None, header_style="bold")
    for each in articles:
        section = each.section.slug if each.section else ""
        table.add_row(_brief(each.published), str(each.status), section, each.title, each.path)
    Console().print(table)


def _none(section: str | None, status: str) -> str:
    if section:
        return f"no public article is in a section {section!r}"
    return "there are no articles" if status == "any" else f"no article is {status}; --status any shows all"


@click.command(epilog="Example:\n\n\b\n  publisher withdraw /reviews/old-piece/ --site my-site")
@click.argument("path")
@option.site
@option.as_json
def withdraw(path: str, folder: Path, as_json: bool) -> None:
    """Take the article at PATH away; its address answers 410 Gone from now on."""

    async def work(house: House) -> Article:
        return await house.desk.withdraw((await _at(house, path)).id)

    taken = run(with_house(option.existing(folder), settings_of(folder), work))
    if as_json:
        option.print_json(_row(taken))
    else:
        click.echo(f"{taken.path} is withdrawn")


async def _at(house: House, path: str) -> Article:
    """The article at a path or at its whole address. Raises NotFound with what to do."""
    try:
        found = await house.store.at(encode_path(path.removeprefix(house.site.base)))
    except NotFound as error:
        raise NotFound(f"nothing is at {path}; see the paths with: publisher list --site {house.folder}") from error
    if not isinstance(found, Article):
        raise click.UsageError(f"{path} is a redirect to {found.target}; withdraw that")
    return found


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
