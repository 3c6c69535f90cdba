"""WordPress shortcodes as HTML. What no one here knows is taken out and named, never left as text."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from html import escape, unescape

from publisher.html.embed import known, youtube
from publisher.importer import builder
from publisher.importer.autop import outside, verbatim
from publisher.importer.library import NAMED_COST, Attachment, Library, Room, figure, framed, table

Attributes = Mapping[str, str]
NO_TABLES: Mapping[str, str] = {}

_OPENING = re.compile(
    r"\[(\[?)(/?)([a-zA-Z][\w-]{0,60})(?=[\s\]/=])"
    r"(?=((?:[^\[\]\"'\x00]++|\"[^\"]{0,4000}\"|'[^']{0,4000}'|[\"']){0,5000}))\4(/?)\](\]?)"
)
_ATTRIBUTE = re.compile(r"""([\w-]+)\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"']+))|"([^"]*)"|'([^']*)'|(\S+)""")
_CODE = ("code", "sourcecode", "source", "pre", "php", "python", "javascript", "css", "bash", "html", "xml", "sql")
_RAW = re.compile(rf"\[({'|'.join(_CODE)})((?:\s[^\]\n]{{0,500}})?)\]", re.IGNORECASE)
PROTECTED = ("pre", "code", "script", "style", "textarea", "kbd", "samp")
_KEPT = re.compile("\x00(\\d+)\x00")
MAX_DEPTH = 50
_FRAMED = re.compile(
    r"<p>\s*(\[(?P<name>[\w-]*)[^\[\]<>]{0,4000}\](?:(?P<inner>[^\[\]]{0,4000})\[/[\w-]{1,60}\])?)\s*</p>"
)
_BLOCK = re.compile(r"<(?:p|div|ul|ol|table|blockquote|figure|h[1-6]|pre|section)\b")
_BARE_URL = re.compile(r"(?m)^[ \t]*(https?://[^\s<>\"\[\]]{4,2000})[ \t]*$")
LINK_REACH = 500
"""So far back a link is looked for in which an address stands already."""
_PARAGRAPH_URL = re.compile(r"(?<=<p>)\s*(https?://[^\s<>\"\[\]]{4,2000})\s*(?=</p>)")
_BARE_START = re.compile(r"\n[ \t]*http")
_CAPTION_PICTURE = re.compile(r"\s*((?:<a\b[^<>]*>\s*)?<img\b[^<>]*>(?:\s*</a>)?)(.*)", re.DOTALL)
_BREAKS = re.compile(r"<br\s*/?>|</?p[^<>]{0,200}>")
_PLUGIN = frozenset(
    "audio caption contact-form embed gallery playlist toc video youtube vimeo wp_caption recent-posts sitemap"
    " poll polldaddy googlemaps slideshow ngg_images nggallery subscribe newsletter_form share sharethis adsense ad ads"
    " more divider clear button row column columns tabs tab accordion toggle product products woocommerce_cart".split()
)
"""Names that are shortcodes even without an attribute, a dash or an end."""
_LOCKED = frozenset(
    "membership members_only member mepr-show mepr-active restrict private wlm_private wcm_restrict um_loggedin"
    " ihc-hide-content arm_restrict_content is_logged_in loggedin memberful swpm_protected s2if premium_content".split()
)
"""What they enclose only members saw."""


def hide_code(text: str) -> str:
    """The text with code shortcodes as `<pre>`, so that neither paragraphs nor shortcodes reach into code."""
    parts, at, unclosed = [], 0, set[str]()
    for found in _RAW.finditer(text):
        name = found[1].lower()
        if found.start() < at or name in unclosed:
            continue
        end = (
            text.lower().find(f"[/{name}]", found.end())
            if len(text) < 200_000
            else text.find(f"[/{found[1]}]", found.end())
        )
        if end < 0:
            unclosed.add(name)
            continue
        language = _attributes(found[2]).get("language") or _attributes(found[2]).get("lang") or ""
        language = language or (name if name not in ("code", "sourcecode", "source", "pre") else "")
        parts += [text[at : found.start()], _code(text[found.end() : end], language)]
        at = end + len(name) + 3
    return "".join((*parts, text[at:]))


def _code(source: str, language: str) -> str:
    named = f' class="language-{escape(language)}"' if re.fullmatch(r"[\w+#-]{1,20}", language) else ""
    plain = unescape(source) if "&lt;" in source else source
    return f"<pre><code{named}>{escape(plain.strip(chr(10)), quote=False)}</code></pre>"


def link_bare_urls(text: str) -> str:
    """An address alone on its line as what it shows, as WordPress embeds it; of an unknown site as a link."""
    if "http" not in text:
        return text
    return outside(text, PROTECTED, _with_shown)


def _with_shown(text: str) -> str:
    text = _PARAGRAPH_URL.sub(_shown, text) if "<p>http" in text else text
    return _BARE_URL.sub(_shown, text) if _BARE_START.search("\n" + text) else text


def _shown(match: re.Match[str]) -> str:
    before = match.string[max(0, match.start() - LINK_REACH) : match.start()]
    return match[0] if before.rfind("<a ") > before.rfind("</a>") else framed(unescape(match[1]))


def unframe(html: str) -> str:
    """Shortcodes that stand alone in a paragraph, without it; text between unknown ones stays a paragraph."""
    return _FRAMED.sub(_unframed, html)


def _unframed(match: re.Match[str]) -> str:
    is_text = bool((match["inner"] or "").strip()) and not _BLOCK.search(match["inner"])
    return match[0] if is_text and match["name"] not in _HANDLERS else match[1]


class Expander:
    """Turns the shortcodes of one article into HTML; `unknown` names those it had to drop."""

    def __init__(self, library: Library, article_id: int = 0, tables: Mapping[str, str] = NO_TABLES) -> None:
        self._library, self._id, self._tables = library, article_id, tables
        self.unknown: dict[str, None] = {}
        self.room = Room()
        self._depth = 0
        self._children: dict[int, list[Attachment]] | None = None

    def expand(self, html: str) -> str:
        """The HTML without a shortcode in it; code is left as it stands, or goes with what encloses it."""
        if "[" not in html:
            return html
        html, parts, kept, at = html.replace("\x00", ""), list[str](), list[str](), 0
        for start, end in verbatim(html, PROTECTED):
            parts += [html[at:start], f"\x00{len(kept)}\x00"]
            kept.append(html[start:end])
            at = end
        return _KEPT.sub(lambda mark: kept[int(mark[1])], self._expanded("".join((*parts, html[at:]))))

    def _expanded(self, text: str) -> str:
        self._depth += 1
        try:
            return self._walked(text)
        finally:
            self._depth -= 1

    def _walked(self, text: str) -> str:
        parts, at = [], 0
        closings = _closings(text)
        for found in _OPENING.finditer(text):
            if found.start() < at:
                continue
            parts.append(text[at : found.start()])
            replacement, at = self._replaced(text, found, closings)
            parts.append(replacement)
        return "".join((*parts, text[at:]))

    def _replaced(self, text: str, found: re.Match[str], closings: Mapping[str, list[int]]) -> tuple[str, int]:
        """What stands for a shortcode, and where the text goes on behind it."""
        name, end = found[3].lower(), found.end()
        if found[1] and found[6]:
            return found[0][1:-1], end
        if name not in _HANDLERS and not _is_shortcode(name, found, closings):
            return found[0], end
        if found[2]:
            return "", end
        content, end = self._content(text, found, closings.get(name, []))
        made = self._made(name, _attributes(unescape(found[4].rstrip("/"))), content)
        if self.room.holds(len(made) - len(content)):
            return made, end
        self.unknown[name] = None
        return "", end

    def _made(self, name: str, attributes: Attributes, content: str) -> str:
        handler, is_left_out = _HANDLERS.get(name), self._depth > MAX_DEPTH or not self.room.holds(0)
        if handler is None and not is_left_out:
            return self._unknown(name, attributes, content)
        made = handler(self, attributes, content) if handler and not is_left_out else ""
        if not made:
            self.unknown[name] = None
        return made

    def _unknown(self, name: str, attributes: Attributes, content: str) -> str:
        """What a shortcode without a handler encloses if all saw it, and what a page builder keeps in it."""
        if name in _LOCKED:
            self.unknown[name] = None
            return ""
        kept, unpacked = builder.kept(name, attributes, self._library), builder.unpacked(name, content)
        inner = builder.dressed(name, attributes, self._expanded(content)) if unpacked is None else unpacked
        if not kept and unpacked is None and not inner.startswith("<a href"):
            self.unknown[name] = None
        return kept + inner

    def _content(self, text: str, found: re.Match[str], closings: list[int]) -> tuple[str, int]:
        """What a shortcode encloses, and where it ends; nothing when it doesn't enclose."""
        if found[5] or found[4].endswith("/"):
            return "", found.end()
        while closings and closings[0] < found.end():
            closings.pop(0)
        if not closings:
            return "", found.end()
        closing = closings[0]
        return text[found.end() : closing], text.index("]", closing) + 1

    def caption(self, attributes: Attributes, content: str) -> str:
        """`[caption]`: a figure with its caption."""
        inner = self._expanded(content)
        found = _CAPTION_PICTURE.match(inner)
        picture, rest = (found[1], found[2]) if found else (inner, "")
        words = attributes.get("caption") or _BREAKS.sub(" ", rest).strip()
        align = attributes.get("align", "")
        placed = f' class="{align}"' if re.fullmatch(r"align(left|right|center)", align) else ""
        return f"<figure{placed}>{picture}" + (f"<figcaption>{words}</figcaption>" if words else "") + "</figure>"

    def gallery(self, attributes: Attributes, content: str) -> str:
        """`[gallery]`: its pictures, or all of the article's when it names none."""
        excluded = _numbers(attributes.get("exclude", ""))
        owner = next(iter(_numbers(attributes.get("id", ""))), self._id)
        named = _numbers(attributes.get("ids") or attributes.get("include") or "")
        found = [self._library[each] for each in named if each in self._library] if named else self._belonging(owner)
        pictures = [each for each in found if each.id not in excluded]
        return f'<figure class="gallery">{"".join(map(figure, pictures))}</figure>' if pictures else ""

    def _belonging(self, article: int) -> list[Attachment]:
        if self._children is None:
            self._children = {}
            for each in self._library.values():
                self._children.setdefault(each.parent, []).append(each)
        return self._children.get(article, []) if article else []

    def embed(self, attributes: Attributes, content: str) -> str:
        """`[embed]`, `[youtube]`, `[vimeo]` and their kin: a frame, which the sanitiser makes a link."""
        address = unescape(content.strip() or attributes.get("url") or attributes.get("src") or attributes.get("", ""))
        address = address.lstrip("=") or attributes.get("id", "") or attributes.get("v", "")
        return framed(_BREAKS.sub("", address).strip())

    def youtube(self, attributes: Attributes, content: str) -> str:
        """`[youtube]` with an id or an address."""
        named = attributes.get("id") or attributes.get("v") or attributes.get("", "").lstrip("=") or content.strip()
        return framed(youtube(named).url if re.fullmatch(r"[\w-]{11}", named) else unescape(named))

    def vimeo(self, attributes: Attributes, content: str) -> str:
        """`[vimeo]` with a number or an address."""
        named = attributes.get("id") or attributes.get("", "").lstrip("=") or content.strip()
        return framed(f"https://vimeo.com/{named}" if named.isdecimal() else unescape(named))

    def videopress(self, attributes: Attributes, content: str) -> str:
        """`[wpvideo]` and `[videopress]`: a film of WordPress.com's by its id."""
        named = attributes.get("", "") or content.strip()
        return framed(f"https://videopress.com/v/{named}" if re.fullmatch(r"\w{4,20}", named) else named)

    def audio(self, attributes: Attributes, content: str) -> str:
        """`[audio]`: a player."""
        return self._player("audio", attributes, content)

    def video(self, attributes: Attributes, content: str) -> str:
        """`[video]`: a player, or a frame when it names a film elsewhere."""
        return self._player("video", attributes, content)

    def _player(self, tag: str, attributes: Attributes, content: str) -> str:
        named = ("src", "mp3", "m4a", "ogg", "wav", "mp4", "m4v", "webm", "ogv", "")
        address = next((found for name in named if (found := attributes.get(name))), content.strip())
        address = unescape(address).split("|")[0]
        if known(address):
            return framed(address)
        poster = f' poster="{escape(attributes["poster"])}"' if attributes.get("poster") else ""
        return f'<{tag} controls src="{escape(address)}"{poster}></{tag}>' if address.startswith(("http", "/")) else ""

    def playlist(self, attributes: Attributes, content: str) -> str:
        """`[playlist]`: a player for each of its files."""
        ids = _numbers(attributes.get("ids", ""))
        tag = "video" if attributes.get("type") == "video" else "audio"
        files = [self._library[each] for each in ids if each in self._library]
        return "".join(f'<p>{escape(f.title)}<br /><{tag} controls src="{escape(f.url)}"></{tag}></p>' for f in files)

    def table(self, attributes: Attributes, content: str) -> str:
        """`[table id=3 /]`: a table of TablePress's, whose cells may hold shortcodes."""
        source = self._tables.get(attributes.get("id", ""), "")
        return self.expand(table(source).replace("\x00", "")) if self.room.holds(len(source) + NAMED_COST) else ""

    def inner(self, attributes: Attributes, content: str) -> str:
        """A shortcode that only dresses what it encloses."""
        return self._expanded(content)

    def quote(self, attributes: Attributes, content: str) -> str:
        """`[quote]` and `[pullquote]`: a quotation, and whose it is."""
        cite = attributes.get("cite", "") if "//" not in attributes.get("cite", "") else ""
        named = f"<p><cite>{escape(cite, quote=False)}</cite></p>" if cite else ""
        return f"<blockquote>{self._expanded(content)}{named}</blockquote>"

    def note(self, attributes: Attributes, content: str) -> str:
        """`[ref]`, `[footnote]` and their kin: a footnote where it is called, told from the text around it."""
        inner = self._expanded(content).strip()
        return f" ({inner})" if inner else ""


Handler = Callable[[Expander, Attributes, str], str]

_HANDLERS: Mapping[str, Handler] = {
    "caption": Expander.caption,
    "wp_caption": Expander.caption,
    "gallery": Expander.gallery,
    "embed": Expander.embed,
    "embedyt": Expander.embed,
    "youtube": Expander.youtube,
    "youtube_sc": Expander.youtube,
    "vimeo": Expander.vimeo,
    "dailymotion": Expander.embed,
    "soundcloud": Expander.embed,
    "spotify": Expander.embed,
    "instagram": Expander.embed,
    "tweet": Expander.embed,
    "facebook": Expander.embed,
    "flickr": Expander.embed,
    "gist": Expander.embed,
    "googlemaps": Expander.embed,
    "wpvideo": Expander.videopress,
    "videopress": Expander.videopress,
    "audio": Expander.audio,
    "video": Expander.video,
    "playlist": Expander.playlist,
    "table": Expander.table,
    "dropcap": Expander.inner,
    "highlight": Expander.inner,
    "su_youtube": Expander.embed,
    "su_youtube_advanced": Expander.embed,
    "su_vimeo": Expander.embed,
    "su_dailymotion": Expander.embed,
    "su_audio": Expander.audio,
    "su_video": Expander.video,
    "su_quote": Expander.quote,
    "ref": Expander.note,
    "footnote": Expander.note,
    "fn": Expander.note,
    "efn_note": Expander.note,
    "mfn": Expander.note,
    "quote": Expander.quote,
    "pullquote": Expander.quote,
    "blockquote": Expander.quote,
}


def _closings(text: str) -> dict[str, list[int]]:
    """Where each shortcode's end tags stand, in order."""
    found: dict[str, list[int]] = {}
    for match in re.finditer(r"\[/([a-zA-Z][\w-]{0,60})\]", text):
        found.setdefault(match[1].lower(), []).append(match.start())
    return found


def _is_shortcode(name: str, found: re.Match[str], closings: Mapping[str, list[int]]) -> bool:
    """Whether brackets hold a shortcode and not a remark such as `[sic]` or `[emphasis mine]`."""
    if not found[3].islower():
        return False
    if found[2] or name in closings or name in _PLUGIN or found[5]:
        return True
    return "_" in name or re.search(r"[\w-]\s*=\s*[\"'\w]", found[4]) is not None or ("-" in name and _is_alone(found))


def _is_alone(found: re.Match[str]) -> bool:
    """Whether nothing stands beside brackets in their line: in a sentence `[co-founder]` is an editor's remark."""
    start, end = found.span()
    before, after = found.string[max(0, start - 20) : start].rstrip(" "), found.string[end : end + 20].lstrip(" ")
    return not found[4] and before[-1:] in ("", "\n", ">", "\x00") and after[:1] in ("", "\n", "<", "\x00")


def _numbers(text: str) -> dict[int, None]:
    """The numbers in a text, each once."""
    return dict.fromkeys(map(int, re.findall(r"\d{1,12}", text)))


def _attributes(text: str) -> dict[str, str]:
    """Named attributes by name, the first bare one under the empty name."""
    text = text.replace("\u201d", '"').replace("\u201c", '"').replace("\u2033", '"').replace("\u00a0", " ")
    found: dict[str, str] = {}
    for match in _ATTRIBUTE.finditer(text):
        name = (match[1] or "").lower()
        value = next((group for group in match.groups()[1:] if group is not None), "")
        found.setdefault(name, value)
    return found
