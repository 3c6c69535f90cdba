"""WordPress blocks: their comments taken off, what only their attributes say kept."""

from __future__ import annotations

import re
from collections.abc import Mapping
from html import escape, unescape

import msgspec

from publisher.importer.autop import autop
from publisher.importer.library import NAMED_COST, Room

_BLOCK = re.compile(r"<!--\s+(/?)wp:([a-z][a-z0-9_/-]{0,80})\s+((?:\{(?:(?!-->)[^<])*\}\s+)?)(/?)-->", re.DOTALL)
_LOCKED = re.compile(r"<!--\s+(/?)wp:premium-content/subscriber-view\s[^<>]*>")
"""What WordPress.com shows to subscribers in a text that is for everyone otherwise."""
_FOOTNOTES = re.compile(r"<!--\s+wp:(?:core/)?footnotes\s+(?:\{[^<]*\}\s+)?/-->")
_NOTED = re.compile(r"""(\bid=["']|\bhref=["']\#)([\w-]{8,64}?)(?=(?:-link)?["'])""")
"""Where a text names a footnote."""
_CLASSIC = re.compile(
    r"<!--\s+wp:(?:core/)?(?:freeform|classic)\s+-->(?=(.*?)<!--\s+/?wp:)\1"
    r"<!--\s+/wp:(?:core/)?(?:freeform|classic)\s+-->",
    re.DOTALL,
)

MAX_DEPTH = 4

_SILENT = frozenset("separator spacer more nextpage".split())


def has_blocks(source: str) -> bool:
    """Whether the text was written in blocks, and so needs no paragraphs made."""
    return "<!-- wp:" in source


def unblock(
    source: str, reusable: Mapping[int, str], unknown: dict[str, None], room: Room | None = None, depth: int = 0
) -> str:
    """The text without block comments; `unknown` gets the names of blocks that only WordPress can fill.

    `reusable` holds the synced patterns of the export by id; as many are filled in as there is room.
    """
    room = room or Room()

    def replaced(match: re.Match[str]) -> str:
        closing, name, attributes, self_closing = match.groups()
        name = name.removeprefix("core/").removeprefix("core-embed/")
        if closing or not self_closing:
            return _opened(name, attributes, match) if not closing else ""
        return _filled(name, _read(attributes), reusable, unknown, room, depth)

    if "wp:premium-content/subscriber-view" in source:
        source, unknown["wp:premium-content"] = _unlocked(source), None
    html = _BLOCK.sub(replaced, _CLASSIC.sub(lambda classic: autop(classic[1]), source))
    return html.replace('class="wp-block-gallery', 'class="gallery wp-block-gallery')


def _unlocked(source: str) -> str:
    """The text without what only subscribers saw, one in another too; without its end it is the rest."""
    first, *pieces = _LOCKED.split(source)
    kept, depth = [first], 0
    for slash, text in zip(pieces[::2], pieces[1::2], strict=True):
        depth = max(0, depth - 1) if slash else depth + 1
        kept += [] if depth else [text]
    return "".join(kept)


def with_footnotes(source: str, notes: str) -> str:
    """The text with its footnotes (JSON, which WordPress keeps beside it) where their block stands.

    Ids get a letter before them: not every one of WordPress's begins with one.
    """
    try:
        found = msgspec.json.decode(notes, type=list[_Note]) if notes else []
    except (msgspec.DecodeError, UnicodeEncodeError):
        found = []
    notes_by_id = {each.id: each.content for each in reversed(found) if re.fullmatch(r"[\w-]{8,64}", each.id)}
    listed = "".join(
        f'<li id="fn-{id}">{content} <a href="#fn-{id}-link">\u21a9</a></li>'
        for id, content in reversed(notes_by_id.items())
    ).replace("\x00", "")
    if not listed:
        return source
    source = _NOTED.sub(lambda match: f"{match[1]}fn-{match[2]}" if match[2] in notes_by_id else match[0], source)
    return _FOOTNOTES.sub(lambda _: f'<ol class="footnotes">{listed}</ol>', source, 1)


class _Note(msgspec.Struct):
    id: str
    content: str = ""


def _opened(name: str, attributes: str, match: re.Match[str]) -> str:
    """What the beginning of a block stands for: a cover's picture, which its HTML may have as a mere style."""
    if name == "more":
        return "<!--more-->"
    address = _read(attributes).get("url") if name == "cover" else None
    if not isinstance(address, str) or not address.startswith("http"):
        return ""
    shown = match.string[match.end() : match.end() + 3000]
    return "" if f'src="{address}' in unescape(shown) else f'<figure><img src="{escape(address)}" alt=""></figure>'


def _read(text: str) -> dict[str, object]:
    try:
        found = msgspec.json.decode(text.encode()) if text.strip() else {}
    except (msgspec.DecodeError, UnicodeEncodeError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def _filled(
    name: str,
    attributes: Mapping[str, object],
    reusable: Mapping[int, str],
    unknown: dict[str, None],
    room: Room,
    depth: int,
) -> str:
    """What a block without content of its own stands for."""
    if name == "block" and isinstance(number := attributes.get("ref"), int):
        if number in reusable and depth < MAX_DEPTH and room.holds(len(reusable[number]) + NAMED_COST):
            return unblock(reusable[number], reusable, unknown, room, depth + 1)
        unknown["wp:block"] = None
        return ""
    address = attributes.get("url") or attributes.get("src")
    if isinstance(address, str) and address.startswith("http"):
        return (
            f"\n{escape(address)}\n" if "embed" in name else f'<p><a href="{escape(address)}">{escape(address)}</a></p>'
        )
    if name == "separator":
        return "<hr />"
    if name not in _SILENT:
        unknown[f"wp:{name}"] = None
    return ""
