"""`publisher related`: how often related articles are of the same section, on a set that says the sections."""

from __future__ import annotations

import functools
import itertools
import statistics
import tempfile
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import click
import msgspec

from publisher import text
from publisher.cli import option
from publisher.error import Invalid
from publisher.house import House, run, with_house
from publisher.model import Article, Body, Section, Selection, Status
from publisher.setting import Settings
from publisher.store.port import Write

TOP = 4
BATCH = 500
START = datetime(2026, 1, 1, tzinfo=UTC)


class Item(msgspec.Struct, frozen=True):
    """One line of a labelled set."""

    section: str
    text: str
    title: str = ""


class Score(msgspec.Struct, frozen=True):
    """Shares of the top four that are of the piece's own section: by the words alone, with the section known."""

    pieces: int
    sections: int
    chance: float
    words: float
    section: float


@click.group(epilog="Example:\n\n\b\n  publisher related score news.jsonl")
def related() -> None:
    """Related articles: measure how they are chosen."""


@related.command(epilog="Example:\n\n\b\n  publisher related score news.jsonl")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@option.as_json
def score(file: Path, as_json: bool) -> None:
    """Measure the related articles of a file of {section, text} lines (and title, where there is one).

    The share of each piece's top four that is of its own section: "words" ranks without being told any
    section, "section" as the pages do, with more weight for the piece's own; "chance" is what drawing lots gives.
    """
    items = [_item(file, number, line) for number, line in enumerate(file.read_bytes().splitlines(), 1) if line.strip()]
    with tempfile.TemporaryDirectory() as folder:
        found = run(with_house(Path(folder), Settings(), functools.partial(_score, items=items)))
    if as_json:
        click.echo(msgspec.json.encode(found))
        return
    click.echo(f"{found.pieces} pieces in {found.sections} sections, share of the top {TOP} in the same section:")
    click.echo(f"words {found.words:.3f}  section {found.section:.3f}  chance {found.chance:.3f}")


def _item(file: Path, number: int, line: bytes) -> Item:
    try:
        return msgspec.json.decode(line, type=Item)
    except (msgspec.DecodeError, msgspec.ValidationError) as error:
        raise Invalid(f"{file}:{number}: not a line of {{section, text}}: {error}") from error


async def _score(house: House, items: Sequence[Item]) -> Score:
    writes = (Write(article=each) for each in _articles(items))
    for batch in iter(lambda: tuple(itertools.islice(writes, BATCH)), ()):
        await house.store.save_all(batch, START)
    stored = await house.store.select(Selection(limit=len(items)))
    names = [each.section.slug for each in stored if each.section]
    told = [await house.store.article(each.id) for each in stored]
    untold = [msgspec.structs.replace(each, section=None) for each in told]
    return Score(
        pieces=len(stored),
        sections=len(set(names)),
        chance=sum(names.count(each) - 1 for each in names) / max(1, len(names) * (len(names) - 1)),
        words=await _share(house, untold, names),
        section=await _share(house, told, names),
    )


def _articles(items: Sequence[Item]) -> Iterator[Article]:
    for number, item in enumerate(items):
        yield Article(
            guid=f"set:{number}",
            slug=f"piece-{number}",
            path=f"/set/piece-{number}/",
            title=item.title,
            status=Status.PUBLISHED,
            published=START + timedelta(minutes=number),
            section=Section(slug=text.slug(item.section) or "none", name=item.section),
            body=Body(html=item.text, text=item.text),
        )


async def _share(house: House, articles: Sequence[Article], names: Sequence[str]) -> float:
    """Mean share of the top four that bear the name of the article's section."""
    shares = []
    for article, name in zip(articles, names, strict=True):
        found = await house.store.related(article, TOP)
        shares.append(sum(each.section is not None and each.section.slug == name for each in found) / TOP)
    return statistics.mean(shares) if shares else 0.0
