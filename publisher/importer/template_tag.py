"""The tags that Hugo and Jekyll put into Markdown, as HTML or Markdown; code is left as it stands."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from html import escape, unescape

from publisher.importer.markdown import or_plain

_BEGIN = re.compile(
    r"^[ \t]*(?P<fence>`{3,20}|~{3,20})[^\n]*$"
    r"|(?<!`)(?P<code>`{1,3})(?=[^`\n])"
    r"|\{%-?\s*(?P<liquid>raw|highlight)\b(?P<given>[^%]{0,200})%\}"
    r"|\{\{[<%]\s*(?P<hugo>highlight)\s+(?P<told>[^<>%]{0,300})[>%]\}\}",
    re.MULTILINE,
)
_RAW = re.compile(r"\{%-?\s*(?:end)?raw\s*-?%\}")
_ESCAPED = re.compile(r"\{\{([<%])/\*[ ]?([^\n]{0,300}?)[ ]?\*/([>%])\}\}")
_COMMENT = re.compile(r"\{%-?\s*(end)?comment\s*-?%\}")
_HUGO = re.compile(
    r"\{\{[<%]\s*(/?)\s*(\w[\w./-]{0,60})((?:[^\"<>%`]++|\"[^\"]{0,2000}\"|`[^`]{0,2000}`){0,400})[%>]\}\}"
)
_LIQUID = re.compile(r"\{%-?\s*([\w-]{1,40}+)(?=([\s\S]*?)(?:%\}|\{%))\2%\}")
_SITE_URL = re.compile(r"\{\{\s*site\.(?:baseurl|url)\s*\}\}")
_OUTPUT = re.compile(
    r"\{\{-?\s*[^{}\n]{0,300}?(?:\"([^\"\n]{0,500})\"|'([^'\n]{0,500})')\s*\|\s*(?:relative|absolute)_url\s*\}\}"
)
_WORDS = re.compile(r"\{\{-?\s*(?:\"([^\"\n]{0,500})\"|'([^'\n]{0,500})')\s*(?:\|[^{}\n]{0,300})?\}\}")
_VALUE = re.compile(r"\{\{-?\s*([\w.]{1,60})[^{}\n]{0,300}\}\}")
_TOC = re.compile(r"^[ \t]*(?:[*+-]|1\.)[ \t][^\n]*\n[ \t]*\{:\s*toc[^}\n]*\}[ \t]*$", re.MULTILINE)
_KRAMDOWN = re.compile(r"^[ \t]*\{:[^}\n]{0,300}\}[ \t]*$|(?<=[)\]*_`])\{:[^}\n]{0,300}\}", re.MULTILINE)
_WIKI = re.compile(r"(!?)\[\[([^\[\]|\n]{1,300})(?:\|([^\[\]\n]{0,300}))?\]\]")
_MORE = re.compile(r"<!--\s*more\s*-->")
_ARGUMENT = re.compile(r"(?:([\w-]+)\s*=\s*)?(?:\"([^\"]*)\"|'([^']*)'|`([^`]*)`|([^\s\"'`]+))")
_HIGHLIGHTED = re.compile(r"\{\{[<%]\s*/\s*highlight\s*[>%]\}\}")
_FENCED = re.compile(r"\n(```|~~~~)([\w+#-]*)\n(.*)\n\1\n", re.DOTALL)
"""A piece that is code of a tag."""
_FILE = re.compile(r'(?<=href=")([^"#?:]+\.(?:md|markdown)(?:#[^"]*)?)(?=")')
_PICTURE = re.compile(r"\.(?:jpe?g|png|gif|webp|avif|svg)$", re.IGNORECASE)

MAX_SPAN = 2000
"""A piece of code in a line is at most so long."""

Link = Callable[[str], str]
"""The address of a file of the site, by how a text names it; empty for none."""
Arguments = dict[str, str]


def render(source: str, unknown: dict[str, None], link: Link = lambda _: "", generator: str = "") -> str:
    """A text of Hugo or Jekyll as HTML; `unknown` gets the names of tags that were taken out.

    Hugo knows no Liquid, and Jekyll shows no `{{ value }}` as it stands.
    """
    html = or_plain("".join(_expanded(source, _Tags(unknown, link, generator), generator)))
    return _linked_files(html, link)


def render_html(source: str, unknown: dict[str, None], link: Link = lambda _: "", generator: str = "") -> str:
    """A text that is HTML already, the same way."""
    parts = _expanded(source, _Tags(unknown, link, generator), generator)
    return _linked_files("".join(_FENCED.sub(_preformatted, part) for part in parts), link)


def _expanded(source: str, tags: _Tags, generator: str) -> Iterator[str]:
    """A text piece by piece: without tags, and every second piece code or raw text as it is kept."""
    source, at = _uncommented(source) if "endcomment" in source and generator != "hugo" else source, 0
    for start, end, kept in _kept(source, generator):
        yield tags.replaced(source[at:start])
        yield kept
        at = end
    yield tags.replaced(source[at:])


def _preformatted(fenced: re.Match[str]) -> str:
    language = f' class="language-{fenced[2]}"' if fenced[2] else ""
    return f"<pre><code{language}>{escape(fenced[3], quote=False)}</code></pre>"


def _linked_files(html: str, link: Link) -> str:
    return _FILE.sub(lambda match: escape(link(unescape(match[1]))) or match[1], html)


def _uncommented(source: str) -> str:
    """The text without what Jekyll shows nobody."""
    parts, at, is_open = [], 0, False
    for mark in _COMMENT.finditer(source):
        if not is_open:
            parts.append(source[at : mark.start()])
        if mark[1] or not is_open:
            at = mark.end()
        is_open = not mark[1]
    return "".join((*parts, source[at:]))


def _kept(source: str, generator: str) -> Iterator[tuple[int, int, str]]:
    """Where code and raw text stand, and what is kept of each; what has no end is none."""
    at, unclosed = 0, {"raw", "highlight"} if generator == "hugo" else set[str]()
    while found := _BEGIN.search(source, at):
        kind = found["fence"] or found["liquid"] or (found["hugo"] and "a shortcode") or ""
        end = None if kind and kind in unclosed else _end(found)
        if end is None:
            unclosed.add(kind)
            at = found.end()
            continue
        yield found.start(), end.end(), _content(found, end, generator)
        at = end.end()


def _end(found: re.Match[str]) -> re.Match[str] | None:
    """Where the code or raw text ends that begins there."""
    source, at = found.string, found.end()
    if fence := found["fence"]:
        return re.compile(rf"^[ \t]*{fence}[`~]*[ \t]*$", re.MULTILINE).search(source, at)
    if ticks := found["code"]:
        gap = source.find("\n\n", at, at + MAX_SPAN)
        return re.compile(rf"(?<!`){ticks}(?!`)").search(source, at, gap if gap >= 0 else at + MAX_SPAN)
    if name := found["liquid"]:
        return re.compile(rf"\{{%-?\s*end{name}\s*-?%\}}").search(source, at)
    return _HIGHLIGHTED.search(source, at)


def _content(found: re.Match[str], end: re.Match[str], generator: str) -> str:
    source = found.string
    inner = source[found.end() : end.start()]
    if found["liquid"] == "raw":
        return inner
    if found["liquid"] or found["hugo"]:
        language = re.match(r"[\w+#-]*", (found["given"] or found["told"] or "").strip(" \t\"'"))
        fence = "~~~~" if "```" in inner else "```"
        code = _literal(inner, generator).strip("\n").rstrip()
        return f"\n{fence}{language[0] if language else ''}\n{code}\n{fence}\n"
    return _literal(source[found.start() : end.end()], generator)


def _literal(code: str, generator: str) -> str:
    """Code without the marks that kept it from being read as tags."""
    return _ESCAPED.sub(r"{{\1 \2 \3}}", code if generator == "hugo" else _RAW.sub("", code))


class _Tags:
    """Replaces the tags of one text; `unknown` gets the names of those that are taken out."""

    def __init__(self, unknown: dict[str, None], link: Link, generator: str) -> None:
        self._unknown, self._link, self._generator = unknown, link, generator

    def replaced(self, source: str) -> str:
        """A piece without code in it, without tags."""
        source = _MORE.sub("", source)
        if "{{" in source:
            source = _OUTPUT.sub(lambda match: match[1] or match[2] or "", _SITE_URL.sub("", source))
            source = _ESCAPED.sub(r"{{\1 \2 \3}}", _HUGO.sub(self._hugo, source))
        if "{{" in source and self._generator == "jekyll":
            source = _VALUE.sub(self._value, _WORDS.sub(lambda match: match[1] or match[2] or "", source))
        if "{%" in source and self._generator != "hugo":
            source = _LIQUID.sub(self._liquid, _RAW.sub("", source))
        source = _WIKI.sub(self._wiki, source) if "[[" in source else source
        return _KRAMDOWN.sub("", _TOC.sub("", source)) if "{:" in source else source

    def _wiki(self, match: re.Match[str]) -> str:
        """A picture or a link by a file's name, as Obsidian writes them; anything else is left."""
        name, label = match[2].strip(), match[3]
        if match[1]:
            return f"![{label or ''}](<{name}>)" if _PICTURE.search(name) else match[0]
        address = self._link(name)
        return f"[{label or name}]({address})" if address else match[0]

    def _dropped(self, name: str) -> str:
        self._unknown[name] = None
        return ""

    def _value(self, match: re.Match[str]) -> str:
        return self._dropped(match[1])

    def _hugo(self, match: re.Match[str]) -> str:
        closing, name, rest = match.groups()
        if closing:
            return _CLOSINGS.get(name.lower(), "")
        if name.lower() in ("ref", "relref"):
            return self._reference(_arguments(rest))
        if name.lower() == "button":
            return self._button(_arguments(rest)) or self._dropped(name)
        known = _TAGS.get(name.lower())
        return known(_arguments(rest)) if known else self._dropped(name)

    def _button(self, arguments: Arguments) -> str:
        """A link; its words stand behind it, or in it."""
        named = arguments.get("relref") or arguments.get("ref", "")
        address = self._link(named) or named or next(filter(None, map(arguments.get, ("href", "url", "link"))), "")
        words = arguments.get("text") or arguments.get("label", "")
        begun = f'<a href="{escape(address)}">' if address else ""
        return f"{begun}{escape(words)}</a>" if begun and words else begun

    def _reference(self, arguments: Arguments) -> str:
        """A link to another file of the site; if nobody knows it, its path without the ending."""
        named = arguments.get("path") or arguments.get("0", "")
        return self._link(named) or re.sub(r"(?:/?_?index)?\.(?:md|markdown|html)$", "/", named)

    def _liquid(self, match: re.Match[str]) -> str:
        name, arguments = match[1], _arguments(match[2])
        if name in ("post_url", "link"):
            return self._link(arguments.get("0", "")) or self._dropped(f"{name} {arguments.get('0', '')}")
        if name in ("youtube", "vimeo", "gist", "twitter"):
            return _TAGS[name](arguments)
        if name == "include":
            return _included(arguments) or self._dropped(f"include {arguments.get('0', '')}")
        if name not in ("assign", "capture", "endcapture"):
            self._unknown[name] = None
        return ""


def _arguments(text: str) -> Arguments:
    """Named arguments by name, bare ones by their number."""
    found: Arguments = {}
    for match in _ARGUMENT.finditer(text):
        value = next((group for group in match.groups()[1:] if group is not None), "")
        found.setdefault(match[1] or str(len(found)), value)
    return found


def _included(arguments: Arguments) -> str:
    """What a theme's file shows by its arguments: a picture or a film."""
    named = (arguments.get(each, "") for each in ("src", "url", "image_path", "image", "img", "file", "path"))
    if source := next((each for each in named if _PICTURE.search(each)), ""):
        return _figure(arguments | {"src": source, "link": ""})
    film = arguments.get("provider") or re.sub(r"\W", " ", arguments.get("0", ""))
    shown = next((name for name in ("youtube", "vimeo") if name in film.lower()), "")
    return _TAGS[shown]({"id": arguments["id"]}) if shown and arguments.get("id") else ""


def _figure(arguments: Arguments) -> str:
    source = arguments.get("src") or arguments.get("0", "")
    caption, credit = escape(arguments.get("caption") or arguments.get("title", "")), escape(arguments.get("attr", ""))
    if credit and arguments.get("attrlink"):
        credit = f'<a href="{escape(arguments["attrlink"])}">{credit}</a>'
    credit = f"<small>{credit}</small>" if credit else ""
    words = f"<figcaption>{' '.join(filter(None, (caption, credit)))}</figcaption>" if caption or credit else ""
    picture = f'<img src="{escape(source)}" alt="{escape(arguments.get("alt", ""))}">'
    picture = f'<a href="{escape(arguments["link"])}">{picture}</a>' if arguments.get("link") else picture
    return f"<figure>{picture}{words}</figure>"


def _frame(prefix: str) -> Callable[[Arguments], str]:
    return lambda arguments: f'<iframe src="{prefix}{escape(arguments.get("id") or arguments.get("0", ""))}"></iframe>'


def _linked(address: str) -> str:
    return f'<a href="{escape(address)}">{escape(address)}</a>'


def _post(arguments: Arguments) -> str:
    """A post of X's by its user and number, by its number alone, or by its address."""
    named = arguments.get("id") or arguments.get("0", "")
    user = arguments.get("user") or "i"
    return _linked(named if named.startswith("http") else f"https://x.com/{user}/status/{named}")


def _gist(arguments: Arguments) -> str:
    return _linked("https://gist.github.com/" + "/".join(filter(None, map(arguments.get, ("0", "1")))))


def _player(tag: str) -> Callable[[Arguments], str]:
    def shown(arguments: Arguments) -> str:
        source = arguments.get("src") or arguments.get("url") or arguments.get("0", "")
        return f'<{tag} controls src="{escape(source)}"></{tag}>'

    return shown


def _titled(*names: str) -> Callable[[Arguments], str]:
    """A box that dresses a text: what stands above the text stays."""

    def shown(arguments: Arguments) -> str:
        title = next(filter(None, map(arguments.get, names)), "")
        return f"\n\n<p><strong>{escape(title)}</strong></p>\n\n" if title else ""

    return shown


def _details(arguments: Arguments) -> str:
    title = next(filter(None, map(arguments.get, ("summary", "title", "0"))), "")
    return f"\n\n<details><summary>{escape(title)}</summary>\n\n"


def _quote(arguments: Arguments) -> str:
    cite = arguments.get("author") or arguments.get("source", "")
    return "\n\n<blockquote>\n\n" + (f"<p><cite>{escape(cite)}</cite></p>\n\n" if cite else "")


def _nothing(_: Arguments) -> str:
    return ""


_TAGS: dict[str, Callable[[Arguments], str]] = {
    "figure": _figure,
    "img": _figure,
    "image": _figure,
    "youtube": _frame("https://www.youtube.com/embed/"),
    "vimeo": _frame("https://player.vimeo.com/video/"),
    "tweet": _post,
    "x": _post,
    "twitter": _post,
    "gist": _gist,
    "instagram": lambda arguments: _linked(f"https://www.instagram.com/p/{arguments.get('0', '')}/"),
    "rawhtml": _nothing,
    "quote": _quote,
    "notice": _titled("title", "1"),
    "details": _details,
    "audio": _player("audio"),
    "video": _player("video"),
    "admonition": _titled("title"),
    "callout": _titled("title"),
    "alert": _titled("title"),
    "hint": _titled("title"),
    "tabs": _nothing,
    "tab": _titled("title", "name", "tabname", "0"),
    "lead": _nothing,
    "gallery": _nothing,
}
_CLOSINGS = {"details": "\n\n</details>\n\n", "quote": "\n\n</blockquote>\n\n", "button": "</a>"}
