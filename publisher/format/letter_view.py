"""What the templates of mails see: plain frozen values, finished text only, every address absolute."""

from __future__ import annotations

import msgspec


class Enclosed(msgspec.Struct, frozen=True, kw_only=True):
    """An article as it stands in an issue of the newsletter."""

    title: str
    """Headline."""
    url: str
    """Absolute address of its page."""
    dek: str = ""
    """One or two sentences under the headline; may be empty."""
    section: str = ""
    """Name of its section; may be empty."""
    facts: str = ""
    """Authors, date and minutes to read, joined."""
    picture: str = ""
    """Absolute address of its picture, 16:9; empty for none."""
    alt: str = ""
    """What the picture shows."""
    language: str = ""
    """Its language when that isn't the mail's, else empty."""
    direction: str = ""
    """Its writing direction when its language isn't the mail's, else empty."""


class Letter(msgspec.Struct, frozen=True, kw_only=True):
    """One mail: an issue of the newsletter, or the question whether an address wants it."""

    subject: str
    """Subject of the mail."""
    language: str
    """Language of the mail, BCP 47."""
    direction: str
    """Writing direction of the mail, `ltr` or `rtl`."""
    accent: str
    """The site's accent colour."""
    site: str
    """Name of the site."""
    home: str
    """Absolute address of the home page."""
    title: str
    """What stands at the top."""
    text: str = ""
    """A sentence or two under that; may be empty."""
    lead: Enclosed | None = None
    """The first article of an issue."""
    items: tuple[Enclosed, ...] = ()
    """Its other articles."""
    button: str = ""
    """What the button says."""
    action: str = ""
    """Absolute address that the button leads to."""
    note: str = ""
    """A sentence under the button; may be empty."""
    why: str = ""
    """Why the reader gets this mail; empty in the one that asks."""
    leave: str = ""
    """What the link for leaving says; empty in the mail that asks."""
    leave_url: str = ""
    """Absolute address of that link."""
    imprint: str = ""
    """Who sends it and where they are; may be empty."""
