"""Paragraphs for classic text, as WordPress makes them when it shows an article.

What its documentation and long use say: a blank line ends a paragraph, a single line end is a `<br />`,
block tags stand on their own, `<pre>`, `<script>` and `<style>` are left as they are, line ends inside a
tag are spaces. The rules run in the order of the tables below; each is linear in the text.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache

_BLOCKS = (
    "table|thead|tfoot|caption|col|colgroup|tbody|tr|td|th|div|dl|dd|dt|ul|ol|li|pre|form|map|area|blockquote|address"
    "|style|p|h[1-6]|hr|fieldset|legend|section|article|aside|hgroup|header|footer|nav|figure|figcaption|details|menu"
    "|summary"
)
_OPEN = re.compile(rf"<(?:{_BLOCKS})[\s/>]")
_CLOSE = re.compile(rf"</(?:{_BLOCKS})>")
_RULE = re.compile(r"<hr[^<>]*+>")
_TAG = rf"</?(?:{_BLOCKS})(?:[\s/][^<>]*)?>"

_DOUBLE_BREAK = re.compile(r"<br\s*/?>\s*<br\s*/?>")
_TIGHT = (
    ("<option", re.compile(r"(?<!\s)\s*<option"), "<option"),
    ("<option", re.compile(r"</option>\s*"), "</option>"),
    ("<object", re.compile(r"(<object[^<>]*>)\s*"), r"\1"),
    ("<object", re.compile(r"(?<!\s)\s*</object>"), "</object>"),
    ("<object", re.compile(r"(?<!\s)\s*(</?(?:param|embed)[^<>]*>)\s*"), r"\1"),
    ("audio", re.compile(r"([<\[]audio[^<>\[\]]*[>\]])\s*"), r"\1"),
    ("audio", re.compile(r"(?<!\s)\s*([<\[]/audio[>\]])"), r"\1"),
    ("video", re.compile(r"([<\[]video[^<>\[\]]*[>\]])\s*"), r"\1"),
    ("video", re.compile(r"(?<!\s)\s*([<\[]/video[>\]])"), r"\1"),
    ("<source", re.compile(r"(?<!\s)\s*(<source[^<>]*>)\s*"), r"\1"),
    ("<track", re.compile(r"(?<!\s)\s*(<track[^<>]*>)\s*"), r"\1"),
    ("<figcaption", re.compile(r"(?<!\s)\s*(<figcaption[^<>]*>)"), r"\1"),
    ("<figcaption", re.compile(r"</figcaption>\s*"), "</figcaption>"),
)
"""Inside these no white space counts, so no break comes of it."""
_LONGEST = len("/figcaption")

_UNWRAP = (
    ("<p>", re.compile(r"<p>\s*</p>"), ""),
    ("</div>", re.compile(r"<p>([^<]{1,20000})</div>"), r"<p>\1</p></div>"),
    ("</address>", re.compile(r"<p>([^<]{1,20000})</address>"), r"<p>\1</p></address>"),
    ("</form>", re.compile(r"<p>([^<]{1,20000})</form>"), r"<p>\1</p></form>"),
    ("<p>", re.compile(rf"<p>\s*({_TAG})\s*</p>"), r"\1"),
    ("<p><li", re.compile(r"<p>(<li[^\n]+?)</p>"), r"\1"),
    ("<blockquote", re.compile(r"<p><blockquote([^<>]*)>", re.IGNORECASE), r"<blockquote\1><p>"),
    ("</blockquote></p>", re.compile(r"</blockquote></p>"), "</p></blockquote>"),
    ("<p>", re.compile(rf"<p>\s*({_TAG})"), r"\1"),
    ("</p>", re.compile(rf"({_TAG})\s*</p>"), r"\1"),
)
"""A block in no paragraph: what wrapping every piece made too much."""

_AFTER_BREAKS = (
    (re.compile(rf"({_TAG})\s*<br />"), r"\1"),
    (re.compile(r"<br />(\s*</?(?:p|li|div|dl|dd|dt|th|pre|td|ul|ol)[^<>]*>)"), r"\1"),
)
_BR = re.compile(r"<br>|<br/>")
_LAST_END = re.compile(r"\n</p>$")
_GAP = re.compile(r"\n{3,}")
_PIECES = re.compile(r"\n\s*\n")
_IN_TAG = re.compile(r"<!--(?:(?!<!--).)*?-->|<[a-zA-Z/][^<>]*>", re.DOTALL)
_BROKEN_TAG = re.compile(r"<[a-zA-Z/][^<>\n]*+\n[^<>]*>")
"""The same in a text without comments: of the others nothing would change."""
_VERBATIM = ("pre", "script", "style", "svg", "math")
_LINE = "\x00line\x00"
_MARK = "\x00{}\x00"
_MARKED = re.compile("<pre \x00(\\d+)\x00></pre>")


def autop(source: str) -> str:
    """The text with its paragraphs and breaks as tags."""
    if not source.strip():
        return ""
    kept: list[str] = []
    pieces = _PIECES.split(_spaced(_hide(source + "\n", kept)))
    wrapped = "".join(f"<p>{piece.strip(chr(10))}</p>\n" for piece in pieces if piece.strip("\n"))
    for mark, pattern, replacement in _UNWRAP:
        wrapped = pattern.sub(replacement, wrapped) if mark in wrapped else wrapped
    broken = _break_lines(wrapped)
    for pattern, replacement in _AFTER_BREAKS if "<br />" in broken else ():
        broken = pattern.sub(replacement, broken)
    broken = _LAST_END.sub("</p>", broken, 1) if broken.endswith(("\n</p>", "\n</p>\n")) else broken
    return _show(broken, kept).replace(_LINE, "\n") if kept or _LINE in broken else broken


def _hide(text: str, kept: list[str]) -> str:
    """The text with every verbatim element as a marked, empty `<pre>`."""
    parts, at = [], 0
    for start, end in verbatim(text, _VERBATIM):
        parts += [text[at:start], f"<pre {_MARK.format(len(kept))}></pre>"]
        kept.append(text[start:end])
        at = end
    return "".join((*parts, text[at:]))


def _show(text: str, kept: list[str]) -> str:
    return _MARKED.sub(lambda match: kept[int(match[1])], text)


def verbatim(text: str, tags: tuple[str, ...]) -> list[tuple[int, int]]:
    """Where the elements stand whose content is nobody's markup; one without an end tag is none."""
    spans, at, unclosed = [], 0, set[str]()
    opening = _opening(tags)
    while found := opening.search(text, at):
        tag = found[1].lower()
        end = None if tag in unclosed else re.compile(rf"</{tag}\s*>", re.IGNORECASE).search(text, found.end())
        if end is None:
            unclosed.add(tag)
            at = found.end()
            continue
        spans.append((found.start(), end.end()))
        at = end.end()
    return spans


@cache
def _opening(tags: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile(rf"<({'|'.join(tags)})(?=[\s>/])", re.IGNORECASE)


def outside(text: str, tags: tuple[str, ...], change: Callable[[str], str]) -> str:
    """The text with every piece changed that stands outside these elements."""
    parts, at = [], 0
    for start, end in verbatim(text, tags):
        parts += [change(text[at:start]), text[start:end]]
        at = end
    return "".join((*parts, change(text[at:])))


def _spaced(text: str) -> str:
    """Blank lines around every block, none inside a tag."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    text = _DOUBLE_BREAK.sub("\n\n", text)
    text = _OPEN.sub(r"\n\n\g<0>", text)
    text = _CLOSE.sub(r"\g<0>\n\n", text)
    text = _RULE.sub(r"\g<0>\n\n", text)
    text = (_IN_TAG if "<!--" in text else _BROKEN_TAG).sub(_on_one_line, text)
    beginnings = "".join(
        [mark + each for mark in "<[" for each in {piece[:_LONGEST] for piece in text.split(mark)[1:]}]
    )
    for mark, pattern, replacement in _TIGHT:
        text = pattern.sub(replacement, text) if mark in beginnings else text
    return _GAP.sub("\n\n", text) if "\n\n\n" in text else text


def _on_one_line(tag: re.Match[str]) -> str:
    return tag[0].replace("\n", _LINE if tag[0].startswith("<!--") else " ")


def _break_lines(text: str) -> str:
    """A `<br />` at every line's end that has none; white space before it and blank lines go."""
    parts: list[str] = []
    lines = _BR.sub("<br />", text).split("\n")
    for line in (*filter(str.strip, lines[:-1]), lines[-1]):
        ended = line.rstrip()
        parts.append(ended if ended != line or not ended.endswith("<br />") else ended.removesuffix("<br />"))
    return "<br />\n".join(parts)
