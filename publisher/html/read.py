"""What a sanitised body says: its text, its pictures, its absolute form for feeds.

These read what `sanitise` wrote and rely on its form (quoted attributes, no bare `<` or `>`).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from html import unescape
from urllib.parse import urlsplit

from publisher import text
from publisher.model import Picture

_LOCAL_TAG = re.compile(r'<[a-z][^<>]*?="(?:[/#]|[^"]*, /)[^<>]*>')
_ADDRESS = re.compile(r' (href|src|poster|cite|data|srcset)="([^"]*)"')
_CANDIDATE_PATH = re.compile(r"(^|, )/(?!/)")
_ATTRIBUTE = re.compile(r' ([a-z-]+)="([^"]*)"')
_MARKUP = re.compile(r"</?[a-zA-Z][^<>]*>|<!--(?:(?!<!--).)*?-->", re.DOTALL)
_TOKEN = re.compile(r"<(/?[a-z][a-z0-9]*+)[^<>]*+>")
_BLOCKS = (
    "address article aside blockquote caption dd details div dl dt figcaption figure footer h1 h2 h3 h4 h5 h6 header hr"
    " li main ol p pre section summary table tbody tfoot thead tr ul video audio"
).split()
_GAP_OF = (
    dict.fromkeys(_BLOCKS, "\n\n")
    | {f"/{name}": "\n\n" for name in _BLOCKS}
    | {"br": "\n", "/td": " ", "/th": " ", "wbr": ""}
)
_READING = re.compile(r"<(rt|rp)(?=[ >])[^<>]*>[^<]*</\1>")
_GAPS = re.compile("\n\n\n+")  # Begun by plain characters: searched for nine times as fast as `\n{3,}`.
_ASIDE = re.compile(r"<(figure|table|pre|h[1-6]|figcaption)(?=[ >])[^<>]*>.*?</\1>", re.DOTALL)
_EMBED = re.compile(r'<a (?=[^<>]*class="embed").*?</a>', re.DOTALL)
_FIGURE = re.compile(r"<figure(?=[ >])[^<>]*>(.*?)</figure>", re.DOTALL)
_CAPTION = re.compile(r"<figcaption(?=[ >])[^<>]*>(.*?)</figcaption>", re.DOTALL)
_CREDIT = re.compile(r"<(cite|small)(?=[ >])[^<>]*>(.*?)</\1>", re.DOTALL)
_IMG = re.compile(r"<img (?=[^<>]*src=)[^<>]*>")
_VARIANT = re.compile(r"-\d{2,4}x\d{2,4}(?=\.\w{3,4}$)|-scaled(?=\.\w{3,4}$)")

_PHOTON = re.compile(r"https?://i[0-3]\.wp\.com/(?=[\w-]+\.[\w.-]+/)")
_SIZE = re.compile(r"\?(?:(?:w|h|resize|fit|crop|quality|strip|ssl|zoom)=[^&#]*(?:&|$))+$")
"""How WordPress.com and its picture service say a size."""

SUMMARY_LIMIT = 300


def absolute(html: str, base: str) -> str:
    """The body with every path and `#fragment` made absolute (feeds.md 31).

    Paths join the origin of `base`; fragments belong to `base` itself, the article's own URL.
    """
    page = base.partition("#")[0]
    parts = urlsplit(page)
    origin = f"{parts.scheme}://{parts.netloc}"

    def joined(match: re.Match[str]) -> str:
        name, value = match.groups()
        if name == "srcset":
            value = _CANDIDATE_PATH.sub(rf"\1{origin}/", value)
        elif value.startswith("/"):
            value = origin + value
        elif value.startswith("#"):
            value = page + value
        return f' {name}="{value}"'

    return _LOCAL_TAG.sub(lambda tag: _ADDRESS.sub(joined, tag[0]), html)


def replace(html: str, files: Mapping[str, str]) -> str:
    """The body with files at their new addresses; a picture that moved loses its old srcset, and its `<source>`s.

    A WordPress size (`name-300x200.jpg`) moves where its original (`name.jpg`) moved.
    """
    places = frozenset(files.values())

    def moved(match: re.Match[str]) -> str:
        name, value = match.groups()
        if name == "srcset":
            candidates = [each.split()[0] for each in value.split(", ") if each]
            return "" if any(each in places or _new_place(each, files) for each in candidates) else match[0]
        return f' {name}="{found}"' if (found := _new_place(value, files)) else match[0]

    def rewritten(tag: re.Match[str]) -> str:
        found = _ADDRESS.sub(moved, tag[0])
        return "" if found.startswith("<source ") and "src" in tag[0] and not _ADDRESS.search(found) else found

    return re.sub(r"<[a-z][^<>]*>", rewritten, html) if files else html


def _new_place(value: str, files: Mapping[str, str]) -> str:
    address = unescape(value)
    return files.get(address) or files.get(original_of(address), "")


def original_of(address: str) -> str:
    """The address of the picture that WordPress made this size of (`name-300x200.jpg`), or the address itself.

    WordPress.com makes sizes by arguments (`name.jpg?w=300`), and for other sites under an address of its own.
    """
    if "wp.com/" in address or ".wordpress.com/" in address:
        address = _SIZE.sub("", _PHOTON.sub("https://", address))
    return _VARIANT.sub("", address)


def text_of(html: str) -> str:
    """The plain text, a blank line between blocks, one line end for each `<br>`."""
    if "<ruby" in html:
        html = _READING.sub("", html)
    if "<pre" not in html:
        html = html.replace("\n", " ")  # Only tags end lines.
    parts = _TOKEN.split(html)
    parts[1::2] = map(_gap, parts[1::2])
    plain = unescape(
        "".join(parts).replace("&lt;", "<").replace("&gt;", ">")
    )  # A tenth of what `unescape` takes alone.
    return text.clean(_GAPS.sub("\n\n", text.folded_lines(plain))).strip()


def _gap(name: str) -> str:
    """What a tag is in plain text."""
    return _GAP_OF.get(name, "")


def plain_text(value: str) -> str:
    """A title or name without markup: tags off, entities read once. `<` before no letter is a character."""
    return unescape(_MARKUP.sub("", value)) if "<" in value or "&" in value else value


def summary_of(html: str, limit: int = SUMMARY_LIMIT) -> str:
    """The beginning of the running text, whole words, at most `limit` characters."""
    for reach in (limit * 6, limit * 60):
        head = html if len(html) <= reach else html[:reach].rpartition("<")[0]
        running = text_of(_ASIDE.sub("", head))
        if len(running) > limit or head == html:
            return text.cut(running or text_of(head), limit)
    return text.cut(running or text_of(head), limit)


def pictures_of(html: str) -> tuple[Picture, ...]:
    """The pictures in the order in which they stand, with alt text, caption and credit; none twice."""
    if "<img" not in html:
        return ()
    html = _EMBED.sub("", html)
    captions = dict(_captions(html))
    found: dict[str, Picture] = {}
    for match in _IMG.finditer(html):
        attributes = {name: unescape(value) for name, value in _ATTRIBUTE.findall(match[0])}
        picture = _picture(attributes, *captions.get(attributes.get("src", ""), ("", "")))
        found.setdefault(picture.src, picture)
    return tuple(found.values())


def _captions(html: str) -> list[tuple[str, tuple[str, str]]]:
    """(src, (caption, credit)) of every picture alone in a figure with a caption."""
    pairs = []
    for figure in _FIGURE.finditer(html):
        caption, pictures = _CAPTION.search(figure[1]), _IMG.findall(figure[1])
        if caption and len(pictures) == 1:
            source = dict(_ATTRIBUTE.findall(pictures[0])).get("src", "")
            pairs.append((unescape(source), _credited(caption[1])))
    return pairs


def _credited(caption: str) -> tuple[str, str]:
    credit = _CREDIT.search(caption)
    if not credit:
        return text.line(text_of(caption)), ""
    rest = caption[: credit.start()] + " " + caption[credit.end() :]
    return text.line(text_of(rest)), text.line(text_of(credit[2]))


def _picture(attributes: Mapping[str, str], caption: str, credit: str) -> Picture:
    return Picture(
        src=attributes.get("src", ""),
        alt=text.line(attributes.get("alt", "")),
        caption=caption,
        credit=credit,
        width=_number(attributes.get("width", "")),
        height=_number(attributes.get("height", "")),
    )


def _number(value: str) -> int:
    return int(value) if value.isascii() and value.isdigit() else 0


def media_of(html: str) -> tuple[str, ...]:
    """The absolute URLs of pictures, sound and film in the body, each once: what may be fetched."""
    found: dict[str, None] = {}
    for tag in re.findall(r"<(?:img|source|video|audio) [^<>]*>", _EMBED.sub("", html)):
        for name, value in _ADDRESS.findall(tag):
            if name in ("src", "poster") and value.startswith("http"):
                found[unescape(value)] = None
    return tuple(found)
