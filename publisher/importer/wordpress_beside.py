"""What WordPress, its themes and its shop keep beside a text and show with it: films, sound, links, pictures."""

from __future__ import annotations

import re
from html import escape

from publisher.importer.library import Library, figure, framed
from publisher.importer.wxr import Entry

_PLAYERS = ("_format_video_embed", "_format_audio_embed")
"""Films and sounds that a post of that format leads with, as an address or as a frame."""


def before(entry: Entry, html: str) -> str:
    """What stands above the text: the film or sound that a post of that format is about."""
    found = entry.first_meta(*_PLAYERS).strip()
    shown = (
        (framed(found) if re.fullmatch(r"https?://[^\s<>\"]+", found) else found)
        if "//" in found and found not in html
        else ""
    )
    return f"<div>{shown}</div>\n" if shown else ""


def behind(entry: Entry, html: str, library: Library) -> str:
    """What stands below it: where a link leads, who is quoted, a product's pictures, a podcast's sound."""
    address, name = entry.first_meta("_format_link_url").strip(), entry.first_meta("_format_quote_source_name").strip()
    by = entry.first_meta("_format_quote_source_url").strip()
    link = _linked(address, address) if "://" in address and address not in html else ""
    quoted = f"<cite>{_linked(by, name)}</cite>" if name else ""
    lines = "".join(f"<p>{each}</p>" for each in (link, quoted) if each)
    return lines + _gallery(entry, library) + _sounds(entry, html)


def _linked(address: str, words: str) -> str:
    shown = escape(words, quote=False)
    return f'<a href="{escape(address)}">{shown}</a>' if address.startswith(("http:", "https:")) else shown


def _gallery(entry: Entry, library: Library) -> str:
    """A product's further pictures."""
    numbers = dict.fromkeys(map(int, re.findall(r"\d{1,12}", entry.first_meta("_product_image_gallery")[:2000])))
    pictures = "".join(figure(library[each]) for each in numbers if each in library)
    return f'<figure class="gallery">{pictures}</figure>' if pictures else ""


def _sounds(entry: Entry, html: str) -> str:
    """Players for enclosures that the text doesn't show: WordPress keeps a podcast's sound beside it."""
    found = (value.split("\n") for key, value in entry.meta if key == "enclosure")
    players = ""
    for parts in found:
        address, media_type = parts[0].strip(), parts[2].strip() if len(parts) > 2 else ""
        tag = media_type.partition("/")[0]
        if tag in ("audio", "video") and address.startswith("http") and address not in html:
            players += f'<p><{tag} controls="" src="{escape(address)}"></{tag}></p>'
    return players
