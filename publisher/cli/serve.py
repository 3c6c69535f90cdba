"""`publisher serve` and `publisher demo`: from whatever there is to a running site."""

from __future__ import annotations

import asyncio
import re
import shutil
import socket
import sys
from collections.abc import Awaitable, Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.text import Text

from publisher import url
from publisher.asset import SAMPLE
from publisher.check.definition import unknown_names
from publisher.check.finding import Level
from publisher.cli import option, telling
from publisher.cli.site import begin
from publisher.cli.transfer import bring_in, nothing_half_done
from publisher.desk.refresh import refresh_in_background
from publisher.house import DATABASE, SETTINGS, House, make_folder, run, settings_of, with_house
from publisher.importer.sniff import What, sniff
from publisher.model import Selection
from publisher.processor import cores
from publisher.representation import Representation
from publisher.serve import listen, serve_until, stop_on_signals
from publisher.setting import Settings
from publisher.web.watch import Meters
from publisher.worker import Duty, Supervisor, in_child

_NAME = re.compile(r"[^\w.-]+")


def serving(command: Any) -> Any:
    """Options of commands that listen."""
    for add in (
        click.option("--port", type=click.IntRange(0, 65535), help="Port; 0: any free one.  [default: 8080]"),
        click.option("--host", help="Address to listen on.  [default: 127.0.0.1]"),
        click.option("--base-url", help="Public address of the site, for absolute links."),
        click.option("--door/--no-door", default=None, help="Answer cache hits before aiohttp does.  [default: door]"),
        click.option(
            "--admin-port", type=click.IntRange(-1, 65535), help="Port of health and metrics.  [default: none]"
        ),
        click.option("--workers", type=click.IntRange(0, 256), help="Processes; 0: one a core.  [default: 0]"),
        option.setting_flags,
    ):
        command = add(command)
    return command


@click.command(
    epilog="Examples:\n\n\b\n"
    "  publisher serve my-site\n"
    "  publisher serve wordpress-export.xml\n"
    "  publisher serve https://example.org/feed/ --site copy --port 9000"
)
@click.argument("what", default=".")
@click.option("--site", "folder", type=click.Path(path_type=Path), help="Folder of the site made from an export.")
@click.option("--init", "is_new", is_flag=True, help="Make an empty site when the folder holds nothing yet.")
@serving
def serve(what: str, folder: Path | None, is_new: bool, pairs: tuple[str, ...], **flags: Any) -> None:
    """Serve WHAT: a site's folder, a WordPress or Ghost export, a feed's file or address, a folder of Markdown.

    An export is imported into a site folder first (its own name and `-site`, or --site); serving it again
    brings in what changed.
    """
    if is_new and not (Path(what) / SETTINGS).exists():
        begin(Path(what), Settings().title)
    site, source = where(what, folder)
    start(site, source, option.flags(pairs, **flags))


@click.command(epilog="Examples:\n\n\b\n  publisher demo\n  publisher demo --port 9000")
@click.option(
    "--site",
    "folder",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path("publisher-demo"),
    show_default=True,
    help="Folder of the sample site.",
)
@serving
def demo(folder: Path, pairs: tuple[str, ...], **flags: Any) -> None:
    """Serve the bundled sample magazine; nothing to set up."""
    make_folder(folder)
    if not (folder / SETTINGS).exists():
        shutil.copyfile(SAMPLE / SETTINGS, folder / SETTINGS)
        if (SAMPLE / "templates").is_dir():
            shutil.copytree(SAMPLE / "templates", folder / "templates", dirs_exist_ok=True)
    source = None if (folder / DATABASE).exists() else str(SAMPLE)
    start(folder, source, option.flags(pairs, **flags))


def where(what: str, folder: Path | None) -> tuple[Path, str | None]:
    """(site folder, what to import into it or None). Raises InvalidExport for what is neither site nor export."""
    found = sniff(what)
    if found is What.SITE:
        return Path(what), None
    if found is What.DATABASE:
        return Path(what).parent, None
    name = what.partition("://")[2] if found is What.FEED_URL else Path(what).resolve().stem
    return folder or Path(_NAME.sub("-", name).strip("-") + "-site"), what


def start(folder: Path, source: str | None, flags: dict[str, Any]) -> None:
    """Import when there is a source, then serve until a signal, with workers that share the socket."""
    settings = settings_of(folder, flags)
    sock = listen(settings.host, settings.port)
    flags["port"] = sock.getsockname()[1]
    admin = listen("127.0.0.1", settings.admin_port, "--admin-port") if settings.admin_port >= 0 else None
    if source is not None and (code := in_child(lambda: bring(folder, source, flags))):
        sys.exit(code)
    count = settings.workers or cores()
    meters = Meters.of(Supervisor.rows(count))

    def work(duty: Duty) -> None:
        with telling():
            settings = settings_of(folder, flags)
            run(with_house(folder, settings, lambda house: serve_duty(house, sock, admin, meters, duty)))

    sys.exit(Supervisor(work, count, meters.board.leave).run())


def bring(folder: Path, source: str, flags: dict[str, Any]) -> None:
    """Import a source into a site's folder."""
    with telling(), nothing_half_done(folder):
        run(with_house(folder, settings_of(folder, flags), importing(source)))


async def serve_duty(
    house: House, sock: socket.socket, admin: socket.socket | None, meters: Meters, duty: Duty
) -> None:
    """One worker's life: until a signal comes, or the supervisor is gone. Raises BrokenTemplate."""
    if duty.must_be_sound:
        house.context.templates.check()
    stop = stop_on_signals()
    loop = asyncio.get_running_loop()
    loop.add_reader(duty.life, stop.set)
    asides: list[asyncio.Task[None]] = []

    async def ready(house: House) -> None:
        if duty.must_be_sound:
            await warn(house)
        if duty.is_first:
            asides.append(house.group.create_task(refresh_in_background(house.desk)))
            await show(house)
        duty.tell_ready()

    await serve_until(house, sock, ready, stop, admin, replace(meters, row=duty.row))
    loop.remove_reader(duty.life)
    for aside in asides:
        aside.cancel()


def importing(source: str) -> Callable[[House], Awaitable[None]]:
    """The work that brings a source into a house and says what came of it."""

    async def work(house: House) -> None:
        await bring_in(house, source)

    return work


async def warn(house: House) -> None:
    """Say which feeds name what no article has: they are served all the same."""
    async for each in unknown_names(house.context):
        if each.level is Level.WARNING:
            click.echo(click.style("warning: ", fg="yellow", bold=True) + f"{each.path}: {each.message}", err=True)


async def show(house: House) -> None:
    """Print what to open."""
    console = Console(highlight=False)
    console.print(Text.assemble("\n", (house.site.title, "bold"), " is open:\n"))
    for name, path in await openings(house):
        address = house.site.base + path
        console.print(Text.assemble(f"  {name:18}", (address, f"link {address}")), soft_wrap=True)
    console.print(Text.assemble("\n", ("Ctrl+C stops it. Everything is in ", "dim"), str(house.folder)), soft_wrap=True)


async def openings(house: House) -> list[tuple[str, str]]:
    """(what, path) of the addresses worth a first look."""
    rows = [("home", "/")]
    for article in await house.store.select(Selection(limit=20)):
        player = url.player(article.story_slug)
        if isinstance(await house.press.answer(player), Representation):
            rows += [("an article", article.path), ("its web story", player)]
            rows.append(("the same in AMP", url.story(article.story_slug)))
            break
    return [
        *rows,
        ("stories", "/web-stories/"),
        ("RSS, Atom, JSON", "/feeds/all.rss"),
        ("all feeds", "/feeds/"),
        ("sitemap", "/sitemap.xml"),
        ("news sitemap", "/sitemap-news.xml"),
    ]
