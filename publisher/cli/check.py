"""`publisher check`: everything a site publishes, built and judged."""

from __future__ import annotations

import sys
from collections import Counter
from pathlib import Path

import click
import msgspec
from rich.console import Console

from publisher.check.finding import Finding, Level
from publisher.check.site import SiteCheck
from publisher.cli import option
from publisher.house import House, run, settings_of, with_house

NAMES = {Level.ERROR: "errors", Level.WARNING: "warnings", Level.INFO: "notes (--verbose shows them)"}
STYLES = {Level.ERROR: "red", Level.WARNING: "yellow", Level.INFO: "dim"}


@click.command(epilog="Examples:\n\n\b\n  publisher check --site my-site\n  publisher check --json")
@option.site
@option.as_json
@click.option("--verbose", is_flag=True, help="Show information too, not only errors and warnings.")
def check(folder: Path, as_json: bool, verbose: bool) -> None:
    """Build every document of the site and say what is wrong. Exit code 1 when there is an error."""

    async def work(house: House) -> tuple[int, list[Finding]]:
        checking = SiteCheck(house.context, house.press.catalogue)
        findings = [finding async for finding in checking.run()]
        return checking.documents, findings

    documents, findings = run(with_house(option.existing(folder), settings_of(folder), work))
    if as_json:
        option.print_json({"documents": documents, "findings": msgspec.to_builtins(findings)})
    else:
        say(documents, findings, verbose)
    sys.exit(1 if any(each.level is Level.ERROR for each in findings) else 0)


def say(documents: int, findings: list[Finding], verbose: bool) -> None:
    """The findings for people."""
    console = Console()
    for each in findings if verbose else [each for each in findings if each.level is not Level.INFO]:
        console.print(
            f"[{STYLES[each.level]}]{each.level:8}[/] {each.path}", each.message, highlight=False, soft_wrap=True
        )
    counts = Counter(each.level for each in findings)
    said = ", ".join(f"{counts[level]} {name}" for level, name in NAMES.items())
    console.print(f"{documents:,} documents: {said}")
