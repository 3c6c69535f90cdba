"""Footnotes in Markdown, as Hugo, Jekyll and PHP Markdown Extra write them: `[^1]` and `[^1]: The note.`"""

from __future__ import annotations

import re
from collections.abc import MutableMapping
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.rules_block import StateBlock
from markdown_it.rules_inline import StateInline

_DEFINITION = re.compile(r"\[\^([^\s\]]{1,100})\]:[ \t]*(.*)")
_MENTION = re.compile(r"\[\^([^\s\]]{1,100})\]")
_INDENT = 2
"""So far in stands what goes on after a blank line."""

Env = MutableMapping[str, Any]


def with_footnotes(parser: MarkdownIt) -> MarkdownIt:
    """The parser, which keeps notes, and the order of those that are mentioned, in its environment."""
    parser.block.ruler.before("reference", "footnote", _define, {"alt": ["paragraph", "reference"]})
    parser.inline.ruler.before("link", "footnote", _mention)
    return parser


def listed(parser: MarkdownIt, env: Env) -> str:
    """The notes that the text mentions, in that order, each with the way back."""
    if "order" not in env:
        return ""
    rows = ""
    for number, label in enumerate(env["order"], 1):  # A note may mention further ones: the list grows meanwhile.
        made = parser.render(env["notes"][label], env).rstrip()
        body = made.removesuffix("</p>")
        closed = made[len(body) :]
        back = f'<a href="#fnref-{number}" class="footnote-backref">\u21a9</a>'
        rows += f'<li id="fn-{number}">{body} {back}{closed}</li>\n'
    return f'<ol class="footnotes">\n{rows}</ol>\n'


def _define(state: StateBlock, first: int, last: int, silent: bool) -> bool:
    match = None if state.is_code_block(first) else _DEFINITION.match(_line(state, first))
    if match is None:
        return False
    if not silent:
        lines, at = [match[2]], first + 1
        while at < last and _goes_on(state, at, last):
            lines.append(state.getLines(at, at + 1, state.blkIndent + 4, False))
            at += 1
        state.env.setdefault("notes", {}).setdefault(match[1], "\n".join(lines))
        state.line = at
    return True


def _line(state: StateBlock, number: int) -> str:
    return state.src[state.bMarks[number] + state.tShift[number] : state.eMarks[number]]


def _goes_on(state: StateBlock, at: int, last: int) -> bool:
    """Whether a line belongs to the note before it: no blank line but before one that is further in."""
    if state.isEmpty(at):
        return at + 1 < last and not state.isEmpty(at + 1) and _is_further_in(state, at + 1)
    is_after_gap = state.isEmpty(at - 1)
    return _is_further_in(state, at) or not (is_after_gap or _DEFINITION.match(_line(state, at)))


def _is_further_in(state: StateBlock, at: int) -> bool:
    return state.sCount[at] - state.blkIndent >= _INDENT


def _mention(state: StateInline, silent: bool) -> bool:
    match = _MENTION.match(state.src, state.pos)
    if match is None or match[1] not in state.env.get("notes", {}):
        return False
    if not silent:
        numbers: dict[str, int] = state.env.setdefault("numbers", {})
        is_first = match[1] not in numbers
        number = numbers.setdefault(match[1], len(numbers) + 1)
        state.env.setdefault("order", []).extend([match[1]] * is_first)
        named = f' id="fnref-{number}"' if is_first else ""
        token = state.push("html_inline", "", 0)
        token.content = f'<sup{named}><a href="#fn-{number}" class="footnote-ref">{number}</a></sup>'
    state.pos = match.end()
    return True
