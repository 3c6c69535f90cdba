"""`publisher newsletter`: what an operator may know and do. No command shows an address."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from publisher.audience import slot
from publisher.audience.postman import message
from publisher.cli import option
from publisher.date import rfc3339
from publisher.error import Conflict, NotFound, Refused
from publisher.house import House, run, settings_of, with_house
from publisher.mailbox import sender
from publisher.serve import postman_of

OFF = "there is no newsletter: set newsletter_from and smtp_host (publisher config), see docs/newsletter.md"


@click.group(
    epilog="Examples:\n\n\b\n"
    "  publisher newsletter status --site my-site\n"
    "  publisher newsletter preview issue.eml --site my-site\n"
    "  publisher newsletter send --dry-run --site my-site",
)
def newsletter() -> None:
    """See, try and send the newsletter; delete an address."""


@newsletter.command(epilog="Example:\n\n\b\n  publisher newsletter status --site my-site --json")
@option.site
@option.as_json
@option.setting_flags
def status(folder: Path, as_json: bool, pairs: tuple[str, ...]) -> None:
    """When the next issue is due, what became of the last, how many readers there are."""
    said = run(with_house(option.existing(folder), settings_of(folder, option.flags(pairs)), _status))
    if as_json:
        option.print_json(said)
        return
    for name, value in said.items():
        click.echo(f"{name.replace('_', ' '):20}{value}")


async def _status(house: House) -> dict[str, Any]:
    said: dict[str, Any] = {"newsletter": "on" if house.newsletter else "off"}
    if house.newsletter:
        now = house.context.clock()
        said["next_issue"] = rfc3339(slot.following(house.settings, now))
        said["new_articles"] = len(await house.newsletter.new())
    if house.readers:
        said |= await _counts(house)
        latest = await house.readers.latest()
        if latest and latest.articles:
            said |= {"last_issue": rfc3339(latest.slot), "sent": latest.sent, "failed": latest.failed}
            said |= {"lost": latest.lost, "waiting": await house.readers.queued()}
    return said


async def _counts(house: House) -> dict[str, int]:
    if house.readers is None:
        return {"confirmed": 0, "pending": 0, "undeliverable": 0}
    found = await house.readers.readers()
    return {"confirmed": found.confirmed, "pending": found.pending, "undeliverable": found.failed}


@newsletter.command(epilog="Example:\n\n\b\n  publisher newsletter subscribers --count --site my-site")
@click.option("--count", is_flag=True, help="Only the number of confirmed readers.")
@option.site
@option.as_json
def subscribers(count: bool, folder: Path, as_json: bool) -> None:
    """How many addresses there are: confirmed, asked, undeliverable. Never which."""
    found = run(with_house(option.existing(folder), settings_of(folder), _counts))
    if as_json:
        option.print_json(found)
    elif count:
        click.echo(found["confirmed"])
    else:
        click.echo("  ".join(f"{name} {number}" for name, number in found.items()))


@newsletter.command(epilog="Example:\n\n\b\n  publisher newsletter preview issue.eml --site my-site")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False), required=False, callback=option.in_a_folder)
@option.site
@option.setting_flags
def preview(file: Path | None, folder: Path, pairs: tuple[str, ...]) -> None:
    """Write the next issue to FILE (.eml for a mail program, .html for a browser), or its text to the screen.

    When nothing is new, it shows the newest articles.
    """
    settings = settings_of(folder, option.flags(pairs))
    text, html, mail = run(with_house(option.existing(folder), settings, _drawn))
    if file is None:
        click.echo(text)
        return
    file.write_bytes(html.encode() if file.suffix in (".html", ".htm") else mail)
    click.echo(f"{file} is what a reader would get")


async def _drawn(house: House) -> tuple[str, str, bytes]:
    if house.newsletter is None:
        raise Refused(OFF)
    articles = await house.newsletter.newest()
    if not articles:
        raise NotFound(f"the feed {house.settings.newsletter_feed!r} holds no article")
    written = await house.newsletter.draft(articles)
    author, leave = sender(house.settings.newsletter_from), house.newsletter.leave_url(0)
    mail = message(written, author, author.address, house.context.clock(), leave)
    return written.text, written.html, mail


@newsletter.command(epilog="Examples:\n\n\b\n  publisher newsletter send --dry-run\n  publisher newsletter send")
@click.option("--dry-run", is_flag=True, help="Send nothing; write the issue to newsletter.eml.")
@option.site
@option.setting_flags
@click.pass_context
def send(ctx: click.Context, dry_run: bool, folder: Path, pairs: tuple[str, ...]) -> None:
    """Send an issue now, with what is new since the last, and whatever still waits.

    An issue that was begun and stopped is continued; nobody gets one twice.
    """
    settings = settings_of(folder, option.flags(pairs))
    if dry_run:
        said = run(with_house(option.existing(folder), settings, _planned))
        ctx.invoke(preview, file=Path("newsletter.eml"), folder=folder, pairs=pairs)
    else:
        said = run(with_house(option.existing(folder), settings, _sent))
    click.echo(said)


async def _planned(house: House) -> str:
    if house.newsletter is None:
        raise Refused(OFF)
    new, readers = len(await house.newsletter.new()), await house.newsletter.store.readers()
    return f"{new} new articles would go to {readers.confirmed} readers; nothing was sent"


async def _sent(house: House) -> str:
    postman = postman_of(house)
    if house.newsletter is None or postman is None:
        raise Refused(OFF)
    begun = await house.newsletter.begin_now()
    about = f"{len(begun.articles)} articles" if begun else "nothing is new"
    try:
        return f"{about}; {await postman.deliver()} mails sent"
    except Conflict:
        return f"{about}; a running server sends {await house.newsletter.store.queued()} mails"


@newsletter.command(epilog="Example:\n\n\b\n  publisher newsletter forget reader@example.org --site my-site")
@click.argument("address")
@option.site
def forget(address: str, folder: Path) -> None:
    """Delete ADDRESS and everything that is kept with it."""

    async def work(house: House) -> bool:
        return house.readers is not None and await house.readers.forget(address.strip())

    if not run(with_house(option.existing(folder), settings_of(folder), work)):
        raise NotFound("that address is not kept here")
    click.echo("deleted")
