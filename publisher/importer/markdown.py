"""Markdown to HTML, with the template tags that Hugo and Jekyll put into it.

HTML inside Markdown is let through: what may be published is the sanitiser's business.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from html import escape

from markdown_it import MarkdownIt

MAX_SOURCE = 20_000_000
MAX_OPEN = 2000
"""Brackets that never close cost the parser their square; with more than these none makes a link."""

_FENCED = re.compile(r"^(?P<fence>`{3,}+|~{3,}+)[^\n]*\n.*?^(?P=fence)[`~]*[ \t]*$", re.MULTILINE | re.DOTALL)
_HUGO = re.compile(r"\{\{[<%]\s*(/?)\s*([\w./-]{1,60})((?:[^\"<>%`]|\"[^\"]{0,2000}\"|`[^`]{0,2000}`)*+)[%>]\}\}")
_HIGHLIGHT = re.compile(
    r"\{%-?\s*highlight\s+([\w+#-]{1,30})[^%]{0,100}%\}\n?((?:(?!\{%).)*)\{%-?\s*endhighlight\s*-?%\}", re.DOTALL
)
_RAW = re.compile(r"\{%-?\s*(?:end)?raw\s*-?%\}")
_LIQUID = re.compile(r"\{%-?\s*([\w-]{1,40})((?:[^%{]|%(?!\})|\{(?!%))*+)%\}")
_SITE_URL = re.compile(r"\{\{\s*site\.(?:baseurl|url)\s*\}\}")
_OUTPUT = re.compile(
    r"\{\{-?\s*[^{}\n]{0,300}?(?:\"([^\"\n]{0,500})\"|'([^'\n]{0,500})')\s*\|\s*(?:relative|absolute)_url\s*\}\}"
)
_KRAMDOWN = re.compile(r"^[ \t]*\{:[^}\n]{0,300}\}[ \t]*$|(?<=[)\]*_`])\{:[^}\n]{0,300}\}", re.MULTILINE)
_MORE = re.compile(r"<!--\s*more\s*-->")
_ARGUMENT = re.compile(r"(?:([\w-]+)\s*=\s*)?(?:\"([^\"]*)\"|'([^']*)'|`([^`]*)`|([^\s\"'`]+))")

_PARSER = MarkdownIt("commonmark", {"html": True, "linkify": False}).enable(["table", "strikethrough"])


def to_html(source: str) -> str:
    """Markdown as HTML, unsafe as it was written."""
    source = source[:MAX_SOURCE]
    if source.count("[") > MAX_OPEN + 2 * source.count("]"):
        source = source.replace("[", "\\[")
    return str(_PARSER.render(source))


def render(source: str, unknown: dict[str, None]) -> str:
    """A Hugo or Jekyll text as HTML; `unknown` gets the names of template tags that were taken out."""
    parts, at = [], 0
    for fenced in _FENCED.finditer(source) if "```" in source or "~~~" in source else ():
        parts += [_untagged(source[at : fenced.start()], unknown), fenced[0]]
        at = fenced.end()
    return to_html("".join((*parts, _untagged(source[at:], unknown))))


def _untagged(source: str, unknown: dict[str, None]) -> str:
    source = _MORE.sub("", source)
    if "{{" in source:
        source = _OUTPUT.sub(lambda match: match[1] or match[2] or "", _SITE_URL.sub("", source))
        source = _HUGO.sub(lambda match: _hugo(match, unknown), source)
    if "{%" in source:
        source = _RAW.sub("", _HIGHLIGHT.sub(lambda match: f"```{match[1]}\n{match[2].rstrip()}\n```", source))
        source = _LIQUID.sub(lambda match: _liquid(match, unknown), source)
    return _KRAMDOWN.sub("", source) if "{:" in source else source


def _arguments(text: str) -> dict[str, str]:
    """Named arguments by name, bare ones by their number."""
    found: dict[str, str] = {}
    for match in _ARGUMENT.finditer(text):
        value = next((group for group in match.groups()[1:] if group is not None), "")
        found.setdefault(match[1] or str(len(found)), value)
    return found


def _hugo(match: re.Match[str], unknown: dict[str, None]) -> str:
    closing, name, rest = match.groups()
    if closing:
        return ""
    known = _SHORTCODES.get(name.lower())
    if known is None:
        unknown[name] = None
        return ""
    return known(_arguments(rest))


def _liquid(match: re.Match[str], unknown: dict[str, None]) -> str:
    name, rest = match[1], match[2]
    if name in ("youtube", "vimeo"):
        return _SHORTCODES[name](_arguments(rest))
    if name not in ("comment", "endcomment", "assign", "capture", "endcapture"):
        unknown[name] = None
    return ""


def _figure(arguments: dict[str, str]) -> str:
    source, caption = (
        arguments.get("src") or arguments.get("0", ""),
        arguments.get("caption") or arguments.get("title", ""),
    )
    words = f"<figcaption>{escape(caption)}</figcaption>" if caption else ""
    return f'<figure><img src="{escape(source)}" alt="{escape(arguments.get("alt", ""))}">{words}</figure>'


def _frame(prefix: str) -> Callable[[dict[str, str]], str]:
    return lambda arguments: f'<iframe src="{prefix}{escape(arguments.get("id") or arguments.get("0", ""))}"></iframe>'


def _reference(arguments: dict[str, str]) -> str:
    """A link to another file of the site, by its path without the ending."""
    return re.sub(r"(?:/?_?index)?\.(?:md|markdown|html)$", "/", arguments.get("path") or arguments.get("0", ""))


_SHORTCODES: dict[str, Callable[[dict[str, str]], str]] = {
    "figure": _figure,
    "img": _figure,
    "image": _figure,
    "youtube": _frame("https://www.youtube.com/embed/"),
    "vimeo": _frame("https://player.vimeo.com/video/"),
    "ref": _reference,
    "relref": _reference,
    "highlight": lambda arguments: f"\n```{arguments.get('0', '')}\n",
    "rawhtml": lambda arguments: "",
    "quote": lambda arguments: "",
    "notice": lambda arguments: "",
    "details": lambda arguments: "",
}
