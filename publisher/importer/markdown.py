"""Markdown to HTML: CommonMark with tables, strikethrough, footnotes and named headings.

HTML inside Markdown is let through: what may be published is the sanitiser's business.
"""

from __future__ import annotations

import re
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.rules_core import StateCore

from publisher.importer.footnote import listed, with_footnotes

MAX_SOURCE = 20_000_000
MAX_OPEN = 2000
"""Brackets that never close cost the parser their square; with more than these none makes a link."""

_NAMED = re.compile(r"(?<![ \t])[ \t]*\{(?:#|:[ \t]*#|:|\.)([A-Za-z][\w.:-]*)?[^{}\n]*\}[ \t]*$")
"""A heading's id or classes, as Hugo and kramdown write them."""

_LINKED = re.compile(r"\]\(#([^)\s]{1,200})\)")


def to_html(source: str) -> str:
    """Markdown as HTML, unsafe as it was written."""
    source = source[:MAX_SOURCE]
    if source.count("[") > MAX_OPEN + 2 * source.count("]"):
        source = source.replace("[", "\\[")
    env: dict[str, Any] = {}
    html = str(_PARSER.render(source, env))
    return html + listed(_PARSER, env)


def _name_headings(state: StateCore) -> None:
    """Headings get the ids that they are given, or by which the text links to them."""
    linked = frozenset(_LINKED.findall(state.src))
    for heading, inline in zip(state.tokens, state.tokens[1:], strict=False):
        if heading.type != "heading_open":
            continue
        named = _NAMED.search(inline.content)
        id = re.sub(r"[^\w -]", "", inline.content.lower()).strip().replace(" ", "-")
        if named:
            inline.content, id = inline.content[: named.start()], _id(named)
        if id and (named or id in linked):
            heading.attrSet("id", id)


def _id(named: re.Match[str]) -> str:
    return named[1] or "" if "#" in named[0] else ""


_PARSER = with_footnotes(MarkdownIt("commonmark", {"html": True, "linkify": False}).enable(["table", "strikethrough"]))
_PARSER.core.ruler.after("block", "heading_name", _name_headings)
