"""How much a parser has to do for some HTML, found in one pass over its tags before any parser sees it.

Of some markup a parser makes the square: formatting that is never closed is opened again in every block (HTML
13.2.4.3), what stands in a table but in no cell is put before it (13.2.6.1), each block is asked for in all that is
open around it. So a long text is read here as a tokenizer reads it, each tag is weighed by an upper bound of what it
costs, and the text is written again without what only a tokenizer's state could tell apart: comments, raw text and
angle brackets in attributes. What a parser then sees is what was weighed.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

from publisher.error import Invalid

MAX_TAGS = 450_000
"""Sanitising as many takes 2 s and 150 MB; the longest novel has a tenth of it, a table of 20,000 rows a half."""
FEW = 1_000
SMALL = 100_000
"""Characters; what is shorter and has few tags isn't weighed: the square of it is nothing."""
MOST = 150_000
"""Attributes of a tag, and what parts them: one with more is read no further."""
LONG = 4_000
"""Characters of attributes above which they are counted: each is compared with all before it."""

_S = r"[ \t\n\f\r]"
_VALUE = r"""(?:"[^"]*+"|'[^']*+'|[^ \t\n\f\r"'>][^ \t\n\f\r>]*+)"""
_ATTRIBUTE = rf"[^ \t\n\f\r/>][^ \t\n\f\r/>=]*+(?:{_S}*+={_S}*+{_VALUE}?)?"
_NAME = r"[a-zA-Z][^ \t\n\f\r/>]*+"
_TOKEN = re.compile(
    r"<!--(?:-?>|.*?(?:--!?>|\Z))|<(?:[!?]|/(?![a-zA-Z]))[^>]*+>?"
    rf"|<(?P<slash>/?)(?P<name>{_NAME})(?=(?P<rest>(?:[ \t\n\f\r/]++|{_ATTRIBUTE}){{0,{MOST}}}))(?P=rest)"
    rf"(?P<end>>|\Z|)(?P<behind>{_S}*+[^ \t\n\f\r<])?",
    re.DOTALL,
)
_ATTRIBUTES = re.compile(_ATTRIBUTE)
_REFERENCE = re.compile(r"&(#?\w{1,31};)?")

_FORMATTING = frozenset("a b big code em font i nobr s small strike strong tt u".split())
_RAW = frozenset("script style textarea title xmp iframe noembed noframes plaintext".split())
_FENCES = frozenset(
    "table td th caption object applet marquee template select svg math noscript button html body".split()
)
"""Behind the start of one, no end tag is sure to close what was open before."""
_TABLE = frozenset("table caption colgroup col tbody tfoot thead tr td th".split())
_CELLS = frozenset("td th caption".split())


class TooMarked(Invalid):
    """A text of which hardly anything is text."""


def bounded(html: str) -> str:
    """The HTML, without comments and raw text where it is long. Raises TooMarked when parsing it takes too much."""
    tags = html.count("<")
    if tags <= FEW and len(html) <= SMALL:
        return html
    if tags > MAX_TAGS or _references(html) > MAX_TAGS:
        raise _too_marked()
    return "".join(_Scale(html).pieces())


def _too_marked() -> TooMarked:
    return TooMarked(
        f"html: is more work than {MAX_TAGS:,} plain tags (by tags, attributes, entities, and what is left open);"
        " divide the article"
    )


def _references(html: str) -> int:
    """What the references to characters weigh: a parser looks long for the end of one that has none."""
    count = html.count("&")
    return count and sum(1 if each else 3 for each in _REFERENCE.findall(html))


class _Scale:
    """Reads a text tag by tag; `live` bounds the formatting that may be open, `open` what an end tag surely closes."""

    def __init__(self, html: str) -> None:
        self._html = html
        self._weight = 0.0
        self._tags = 0
        self._live: Counter[tuple[str, str]] = Counter()
        self._open: dict[str, list[str]] = {}
        self._depth = 0
        self._again = 0
        self._tables = 0
        self._is_stray = False

    def pieces(self) -> Iterator[str]:
        """The text as it may be parsed. Raises TooMarked."""
        html, place = self._html, 0
        while token := _TOKEN.search(html, place):
            yield html[place : token.start()]
            place = token.end()
            if token["name"]:
                if not token["end"]:
                    if place < len(html):
                        raise _too_marked()
                    return
                name = token["name"].lower()
                self._weigh(name, token["rest"], bool(token["slash"]), bool(token["behind"]))
                yield f"<{token['slash']}{name}{_without_angles(token['rest'])}>"
                place = token.end("end")
                if name in _RAW and not token["slash"]:
                    place = self._behind(name, place)
                    yield f"</{name}>"
        yield html[place:]

    def _behind(self, name: str, place: int) -> int:
        """Where the end tag of raw text ends."""
        found = re.compile(rf"</{name}(?=[ \t\n\f\r/>])[^>]*+>?", re.IGNORECASE).search(self._html, place)
        return found.end() if found and name != "plaintext" else len(self._html)

    def _weigh(self, name: str, rest: str, is_end: bool, has_text: bool) -> None:
        self._tags += 1
        if name in _FORMATTING:
            self._format(name, rest, is_end)
        elif name in _FENCES:
            self._open.clear()
        self._weight += 1 + self._again + self._depth / 300 + _attributes(rest) + self._strays(name, is_end, has_text)
        if self._weight > MAX_TAGS:
            raise _too_marked()

    def _format(self, name: str, rest: str, is_end: bool) -> None:
        """Formatting of one kind is opened again at most three times, a link once (HTML 13.2.4.3)."""
        attributes = self._open.setdefault(name, [])
        if (is_end or name == "a") and attributes:
            self._count(name, attributes.pop(), -1)
        if not is_end:
            attributes.append(rest)
            self._count(name, rest, 1)

    def _count(self, name: str, rest: str, step: int) -> None:
        kind, most = ((name, ""), 1) if name == "a" else ((name, rest), 3)
        before = self._live[kind]
        self._live[kind] = before + step
        self._again += min(before + step, most) - min(before, most)
        self._depth += step

    def _strays(self, name: str, is_end: bool, has_text: bool) -> float:
        """What stands in a table and in no cell is put before it, behind all that stands there: they are counted."""
        strays = 0
        if name == "template":
            self._tables += 1_000_000
        if self._is_stray and (name not in _TABLE or (name == "table" and not is_end)):
            strays = 1
        if name in _TABLE:
            self._enter(name, is_end)
        return (strays + (self._is_stray and has_text)) * self._tags / 2_000

    def _enter(self, name: str, is_end: bool) -> None:
        is_over = name == "table" and is_end and self._tables == 1
        if name == "table":
            self._tables = self._tables + 1 if not is_end else max(0, self._tables - 1)
            if is_end and not is_over and self._tables == 0:
                return
        self._is_stray = not is_over and (is_end or name not in _CELLS)


def _without_angles(rest: str) -> str:
    return rest.replace("<", "&lt;").replace(">", "&gt;") if "<" in rest or ">" in rest else rest


def _attributes(rest: str) -> float:
    if len(rest) <= LONG:
        return rest.count("=")
    count = len(_ATTRIBUTES.findall(rest))
    return count + count * count / 5_000
