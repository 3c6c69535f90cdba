"""Markdown to HTML: CommonMark with tables, strikethrough, footnotes, lists of definitions, alerts, named headings.

The parser's work grows with the text's length whatever stands in it (pulldown-cmark is made so), and it leaves no
text out however deep it nests. But it writes up to 27 bytes for one (`>` is a block quote), which all that follows
has to read: so the tags are bounded. HTML inside Markdown is let through: what may be published is the sanitiser's
business.
"""

from __future__ import annotations

import re
from html import unescape

from pyromark import Markdown, Options

from publisher import text
from publisher.html import MAX_TAGS, TooMarked
from publisher.importer.footnote import with_notes_below
from publisher.url import unquoted

MAX_MARKS = 3_000_000
"""Characters that may become tags, in what is parsed at all."""
_MARKS = ">|*_`[#~<\n"

_PARSER = Markdown(
    options=Options.ENABLE_TABLES
    | Options.ENABLE_STRIKETHROUGH
    | Options.ENABLE_FOOTNOTES
    | Options.ENABLE_DEFINITION_LIST
    | Options.ENABLE_GFM
)
_ALERT = re.compile(r'<blockquote class="markdown-alert-([a-z]+)">')

_HEADING = re.compile(r"<h([1-6])>([^<]*(?:<(?!/?h[1-6]>)[^<]*)*)</h\1>")
_NAMED = re.compile(r"(?<![ \t])[ \t]*\{(?:#|:[ \t]*#|:|\.)([A-Za-z][\w.:-]*)?[^{}\n]*\}[ \t]*$")
"""A heading's id or classes, as Hugo and kramdown write them."""

_LINKED = re.compile(r'<a href="#([^"]{1,600})"')
_TAG = re.compile(r"<[^<>]*>")


PLAIN = '<pre class="language-markdown">'
WHY_PLAIN = f"its Markdown makes more than {MAX_TAGS:,} HTML tags, so it is kept as plain text: divide the article"


def to_html(source: str) -> str:
    """Markdown as HTML, unsafe as it was written. Raises TooMarked."""
    if sum(map(source.count, _MARKS)) > MAX_MARKS or (html := _PARSER.html(text.clean(source))).count("<") > MAX_TAGS:
        raise TooMarked(f"markdown: makes more than {MAX_TAGS:,} HTML tags; divide the article")
    html = _name_headings(_ALERT.sub(_alerted, html))
    return with_notes_below(html) if "[^" in source else html


def _alerted(match: re.Match[str]) -> str:
    """The kind of an alert (`> [!NOTE]`) as its first line, as GitHub shows it."""
    return f"<blockquote>\n<p><strong>{match[1].capitalize()}</strong></p>"


def or_plain(source: str) -> str:
    """Markdown as HTML; where that would be too much, all of the text as it stands, in `PLAIN`."""
    try:
        return to_html(source)
    except TooMarked:
        return PLAIN + source.replace("&", "&amp;").replace("<", "&lt;") + "</pre>"


def _name_headings(html: str) -> str:
    """Headings get the ids that they are given, or by which the text links to them."""
    linked = frozenset(unquoted(unescape(name)) for name in _LINKED.findall(html))
    if not linked and "{" not in html:
        return html

    def heading(match: re.Match[str]) -> str:
        level, inner = match.groups()
        named = _NAMED.search(inner)
        plain = unescape(_TAG.sub("", inner)).lower()
        id = re.sub(r"[^\w -]", "", plain).strip().replace(" ", "-")
        if named:
            inner, id = inner[: named.start()], _id(named)
        shown = f' id="{id}"' if id and (named or id in linked) else ""
        return f"<h{level}{shown}>{inner}</h{level}>"

    return _HEADING.sub(heading, html)


def _id(named: re.Match[str]) -> str:
    return named[1] or "" if "#" in named[0] else ""
