"""Mobiledoc 0.3 documents (Ghost 1 to 5) as HTML."""

from __future__ import annotations

from html import escape
from typing import Any

from publisher.importer.lexical import card_html
from publisher.importer.tolerant import mapping, sequence, string

_MARKUP, _PICTURE, _LIST, _CARD = 1, 2, 3, 10
_BLOCKS = frozenset("p h1 h2 h3 h4 h5 h6 blockquote aside pull-quote".split())
_INLINE = frozenset("a b strong i em s u code sub sup mark".split())


def render(document: object, unknown: dict[str, None]) -> str:
    """The document's HTML; `unknown` gets the names of cards that nobody here knows."""
    found = mapping(document)
    return "".join(_section(sequence(each), found, unknown) for each in sequence(found.get("sections")))


def _section(section: list[Any], document: dict[str, Any], unknown: dict[str, None]) -> str:
    kind = section[0] if section else None
    if kind == _MARKUP and len(section) > 2:
        tag = section[1] if section[1] in _BLOCKS else "p"
        tag = "blockquote" if tag == "pull-quote" else tag
        return f"<{tag}>{_markers(section[2], document)}</{tag}>"
    if kind == _LIST and len(section) > 2:
        tag = "ol" if section[1] == "ol" else "ul"
        return (
            f"<{tag}>" + "".join(f"<li>{_markers(each, document)}</li>" for each in sequence(section[2])) + f"</{tag}>"
        )
    if kind == _PICTURE and len(section) > 1:
        return f'<figure><img src="{escape(string(section[1]))}"></figure>'
    if kind == _CARD and len(section) > 1:
        name, card = _named(document, "cards", section[1])
        return card_html(name, mapping(card), unknown)
    return ""


def _named(document: dict[str, Any], table: str, number: object) -> tuple[str, Any]:
    """A row of one of the document's tables: its name and what it holds last."""
    rows = sequence(document.get(table))
    row = sequence(rows[number]) if isinstance(number, int) and 0 <= number < len(rows) else []
    return (string(row[0]), row[-1] if len(row) > 1 else None) if row else ("", None)


def _markers(markers: object, document: dict[str, Any]) -> str:
    """The text of a section: each marker opens tags, holds text or an atom, and closes tags."""
    parts: list[str] = []
    opened: list[str] = []
    for marker in sequence(markers):
        if len(sequence(marker)) < 4:
            continue
        kind, opening, closing, value = marker[:4]
        for number in sequence(opening):
            tag, attributes = _markup(document, number)
            opened.append(tag)
            parts.append(f"<{tag}{attributes}>" if tag else "")
        parts.append(_atom(document, value) if kind == 1 else escape(string(value), quote=False))
        for _ in range(min(closing, len(opened)) if isinstance(closing, int) else 0):
            parts.append(f"</{tag}>" if (tag := opened.pop()) else "")
    return "".join(parts)


def _markup(document: dict[str, Any], number: object) -> tuple[str, str]:
    name, values = _named(document, "markups", number)
    pairs = sequence(values)
    attributes = dict(zip(map(string, pairs[::2]), map(string, pairs[1::2]), strict=False))
    address = attributes.get("href", "")
    return (name if name in _INLINE else "", f' href="{escape(address)}"' if name == "a" else "")


def _atom(document: dict[str, Any], number: object) -> str:
    rows = sequence(document.get("atoms"))
    row = sequence(rows[number]) if isinstance(number, int) and 0 <= number < len(rows) else []
    if row and row[0] == "soft-return":
        return "<br>"
    return escape(string(row[1]), quote=False) if len(row) > 1 else ""
