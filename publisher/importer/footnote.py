"""Footnotes in Markdown, as Hugo, Jekyll and GitHub write them: `[^1]` and `[^1]: The note.`, listed under the text."""

from __future__ import annotations

import re
from collections.abc import Mapping

_MENTION = re.compile(r'<sup class="footnote-reference"><a href="#([^"]*)">\d+</a></sup>')
_EDGE = re.compile(
    r'<div class="footnote-definition" id="(?P<label>[^"]*)"><sup class="footnote-definition-label">\d+</sup>\n?'
    r"|<(?P<slash>/?)div(?=[\s>])[^<>]*>\n?"
)


def with_notes_below(html: str) -> str:
    """The HTML with the notes that it mentions in a list at its end, in that order, each with the way back."""
    body, notes = _apart(html)
    order: list[str] = []
    numbers: dict[str, int] = {}
    body, rows = _numbered(body, notes, order, numbers), ""
    for number, label in enumerate(order, 1):  # A note may mention further ones: the list grows meanwhile.
        made = _numbered(notes[label], notes, order, numbers).rstrip()
        inner = made.removesuffix("</p>")
        back = f'<a href="#fnref-{number}" class="footnote-backref">\u21a9</a>'
        rows += f'<li id="fn-{number}">{inner} {back}{made[len(inner) :]}</li>\n'
    return f'{body}<ol class="footnotes">\n{rows}</ol>\n' if rows else body


def _apart(html: str) -> tuple[str, Mapping[str, str]]:
    """The HTML without its notes, and the notes by their labels, the first of each; one without an end is none."""
    notes: dict[str, str] = {}
    opened: list[tuple[str, list[str]]] = [("", [])]
    depths, at = [0], 0
    for edge in _EDGE.finditer(html):
        opened[-1][1].append(html[at : edge.start()])
        at = edge.end()
        if edge["label"] is not None:
            opened.append((edge["label"].casefold(), []))
            depths.append(0)
        elif edge["slash"] and len(opened) > 1 and not depths[-1]:
            label, parts = opened.pop()
            depths.pop()
            notes.setdefault(label, "".join(parts))
        else:
            depths[-1] += -1 if edge["slash"] else 1
            opened[-1][1].append(edge[0])
    rest = (part for _, parts in opened for part in parts)
    return "".join((*rest, html[at:])), notes


def _numbered(html: str, notes: Mapping[str, str], order: list[str], numbers: dict[str, int]) -> str:
    """The HTML with its mentions as links; `order` and `numbers` get those that are mentioned first here."""

    def mention(match: re.Match[str]) -> str:
        label, named = match[1].casefold(), ""
        if label not in notes:
            return match[0]
        if label not in numbers:
            order.append(label)
            numbers[label] = len(order)
            named = f' id="fnref-{len(order)}"'
        number = numbers[label]
        return f'<sup{named}><a href="#fn-{number}" class="footnote-ref">{number}</a></sup>'

    return _MENTION.sub(mention, html)
