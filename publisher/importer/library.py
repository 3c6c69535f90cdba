"""What a text shows from elsewhere: files of the old site's media library, films and pages by their address."""

from __future__ import annotations

import re
from collections.abc import Mapping
from html import escape

import msgspec

from publisher.html.embed import known

_FILES = re.compile(r"\.(?:mp3|m4a|ogg|oga|wav|flac|mp4|m4v|webm|ogv|mov)(?:\?|$)", re.IGNORECASE)
_SOUNDS = re.compile(r"\.(?:mp3|m4a|og[ga]|wav|flac)", re.IGNORECASE)


MAX_MADE = 10_000_000
"""So much text at most comes of what a text only names: a table or a pattern that it names a thousand times."""
NAMED_COST = 1000
"""What a table or pattern counts for beside its length: those in each other multiply."""


class Room:
    """How much may still be made of what a text names."""

    def __init__(self, left: int = MAX_MADE) -> None:
        self._left = left

    def holds(self, more: int) -> bool:
        """Whether so many characters more fit; they are taken then."""
        self._left -= max(0, more)
        return self._left >= 0


class Attachment(msgspec.Struct, frozen=True):
    """A file of the old site's media library."""

    id: int
    url: str
    title: str = ""
    alt: str = ""
    caption: str = ""
    parent: int = 0


Library = Mapping[int, Attachment]


def figure(picture: Attachment) -> str:
    """A picture with its caption, which is HTML."""
    caption = f"<figcaption>{picture.caption}</figcaption>" if picture.caption else ""
    return f'<figure><img src="{escape(picture.url)}" alt="{escape(picture.alt or picture.title)}">{caption}</figure>'


def table(source: str) -> str:
    """A table as TablePress keeps it (JSON rows of HTML cells), the first row as its head; empty for anything else."""
    try:
        rows = msgspec.json.decode(source.encode("utf-8", "replace"), type=list[list[str]])
    except msgspec.DecodeError:
        return ""
    lines = [
        "<tr>" + "".join(f"<{tag}>{cell}</{tag}>" for cell in row) + "</tr>"
        for row, tag in zip(rows, ["th", *("td" for _ in rows)], strict=False)
    ]
    return f"<table><thead>{lines[0]}</thead><tbody>{''.join(lines[1:])}</tbody></table>" if lines else ""


def framed(address: str) -> str:
    """A frame for a known site, a player for a file, a link for another address, nothing for what is none."""
    if known(address):
        return f'<iframe src="{escape(address)}"></iframe>'
    if not address.startswith(("http://", "https://")):
        return ""
    if _FILES.search(address):
        tag = "audio" if _SOUNDS.search(address) else "video"
        return f'<{tag} controls src="{escape(address)}"></{tag}>'
    return f'<a href="{escape(address)}">{escape(address)}</a>'
