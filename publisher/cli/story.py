"""`publisher story`: how well stories tell what editors find worth telling."""

from __future__ import annotations

from pathlib import Path

import click
import msgspec

from publisher.compose import score as measure
from publisher.error import Invalid


@click.group(epilog="Example:\n\n\b\n  publisher story score news.jsonl")
def story() -> None:
    """Stories: measure how they are told."""


@story.command(epilog="Examples:\n\n\b\n  publisher story score news.jsonl\n  publisher story score news.jsonl --json")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object instead of the table.")
def score(file: Path, as_json: bool) -> None:
    """Compare our pages with "take the lead" on a file of {title, body, highlights} lines.

    Six pages of at most 180 characters each. coverage: how much of each highlight its best page has
    (ROUGE-1 recall); hit: highlights of which it has half; redundancy: the largest share of a page's
    content words that another page has; faithful: pages all of whose words stand in the source.
    """
    items = [_item(file, number, line) for number, line in enumerate(_lines(file), 1) if line.strip()]
    rows = {"ours": measure.score(items, measure.pages_of), "lead": measure.score(items, measure.lead_of)}
    if as_json:
        click.echo(msgspec.json.encode(rows))
        return
    click.echo(f"{len(items)} articles")
    click.echo(f"{'':8}{'coverage':>10}{'hit':>8}{'redundancy':>12}{'faithful':>10}")
    for name, row in rows.items():
        click.echo(f"{name:8}{row.coverage:>10.3f}{row.hit:>8.3f}{row.redundancy:>12.3f}{row.faithfulness:>10.3f}")


def _lines(file: Path) -> list[bytes]:
    return file.read_bytes().splitlines()


def _item(file: Path, number: int, line: bytes) -> measure.Item:
    try:
        return msgspec.json.decode(line, type=measure.Item)
    except (msgspec.DecodeError, msgspec.ValidationError) as error:
        raise Invalid(f"{file}:{number}: not a line of {{title, body, highlights}}: {error}") from error
