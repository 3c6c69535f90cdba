"""`publisher export`: everything that a site holds, as a file that another site imports without loss."""

from __future__ import annotations

from pathlib import Path

import click
import msgspec

from publisher.cli import option
from publisher.cli.progress import shown
from publisher.desk.export import Exported, Exporter
from publisher.house import House, run, settings_of, with_house


@click.command(
    "export",
    epilog="Example:\n\n\b\n  publisher export saved/site.jsonl --site my-site\n  publisher import saved/site.jsonl",
)
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@option.site
@option.as_json
def export(file: Path, folder: Path, as_json: bool) -> None:
    """Write every article (drafts and withdrawn ones too), author, section, redirect and picture to FILE (.jsonl).

    Pictures are laid beside it in `media/`. Readers, tokens and settings are not part of it: `publisher backup` copies
    a whole site.
    """

    async def work(house: House) -> Exported:
        with shown("exporting", "articles", as_json) as on_progress:
            exporter = Exporter(house.store, house.library, house.site, house.counter.of)
            return await exporter.write(file, lambda progress: on_progress(progress, progress.bytes_read))

    found = run(with_house(option.existing(folder), settings_of(folder), work))
    if as_json:
        option.print_json(msgspec.to_builtins(found))
    else:
        click.echo(f"{file}: {found.articles:,} articles, {found.media:,} pictures, {found.redirects:,} redirects")
