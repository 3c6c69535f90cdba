"""What a parser's eye is needed for: lazy pictures, frames, noscript, tracking pixels (feeds.md 32-34).

It moves elements and attributes; what may be published is `policy`'s business, where URLs point `address`'s.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from html import unescape

from selectolax.lexbor import LexborHTMLParser, LexborNode

from publisher.html import embed

_MARK = re.compile(r"<(img|image|iframe|noscript|object|embed|amp-|video|audio|source|dl|button)", re.IGNORECASE)
_CARD = re.compile("kg-[absv]")
"""Apart: a pattern that begins by one character or another is looked for in ten times the time."""
_FURNITURE = ", ".join(
    f".kg-{name}"
    for name in "audio-player audio-thumbnail video-overlay video-player-container bookmark-icon signup-card".split()
)
"""Of Ghost's cards: what only its scripts move (times, speeds, forms), and other sites' icons."""

_LAZY = (
    "data-src",
    "data-lazy-src",
    "data-original",
    "data-lazy",
    "data-orig-file",
    "data-full-url",
    "data-image",
)
_LAZY_SET = ("data-srcset", "data-lazy-srcset", "data-original-set")
_PLACEHOLDER = re.compile(
    r"^\s*(?:data:|about:|#|$)|(?:blank|spacer|placeholder|transparent|pixel|1x1|lazy)[\w.-]{0,80}\.(?:gif|png|svg)",
    re.I,
)
_TRACKER = re.compile(
    r"//(?:[^/]*\.)?(?:feedburner\.com/~r|feeds?\.feedburner\.com|feedsportal\.com|doubleclick\.net|pixel\.wp\.com|stats\.wordpress\.com"
    r"|stats\.wp\.com|scorecardresearch\.com|quantserve\.com|google-analytics\.com|pheedo\.com|b\.scorecardresearch\.com"
    r"|facebook\.com/tr\b|pixel\.quantserve\.com|feedads\.|ad\.doubleclick|medium\.com/_/stat|static\.getclicky\.com)",
    re.I,
)
_TINY = re.compile(r"\s*[0-2](?:\.\d+)?(?:px)?\s*")
_HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.I)
_PLAIN_PICTURE = re.compile(
    r'<img((?:\s+(?:src="https?://[^"<>&]+"|(?:alt|class|title|id)="[^"<>&]*"|(?:width|height)="(?:[3-9]|[1-9]\d{1,4})"))+)\s*/?>'
)
_VIDEO_TAGS = {"amp-youtube": "https://www.youtube.com/embed/", "amp-vimeo": "https://vimeo.com/"}
_ANCHOR = re.compile(r"<a\s+name=([\"']?)([A-Za-z][\w:.-]{0,199})\1(?=[\s>/])", re.IGNORECASE)
_SCRIPTED = re.compile(
    r"<script\b[^<>]{0,500}?\ssrc=[\"']?(?:https?:)?//(gist\.github\.com/[\w-]{1,60}/\w{1,60}|asciinema\.org/a/\w{1,60})"
    r"(?:\.js)?[^<>]{0,500}>\s*</script>",
    re.IGNORECASE,
)
"""What a script would show of another site."""
_HELD = re.compile(r"<div\b[^<>]{0,500}?\sdata-html=\"([^\"<>]{1,4000})\"[^<>]*>")
_FRAME_TAG = re.compile(r"\s*<iframe\s[^<>]*>")
"""A frame that a script of Squarespace's puts into the page."""
MAX_NODES = 20_000


def rewrite(html: str) -> str:
    """The fragment with frames as links, lazy pictures resolved, tracking pixels out, and names of places as ids."""
    if "name=" in html:
        html = _ANCHOR.sub(r'<a id="\2"', html)
    if "<script" in html:
        html = _SCRIPTED.sub(r'<a href="https://\1">https://\1</a>', html)
    if " data-html=" in html:
        html = _HELD.sub(_held, html)
    found = [mark.lower() for mark in _MARK.findall(html)]
    marks = {*found, *(("kg-",) if _CARD.search(html) else ())}
    if not marks or (marks == {"img"} and _are_plain(html, len(found))):
        return html
    tree = LexborHTMLParser(html, is_fragment=True)
    for kinds, change in _CHANGES:
        if not marks.isdisjoint(kinds):
            change(tree)
    return tree.html or ""


def _held(box: re.Match[str]) -> str:
    frame = _FRAME_TAG.match(unescape(box[1]))
    return f"{box[0]}{frame[0]}</iframe>" if frame else box[0]


def _are_plain(html: str, count: int) -> bool:
    """Whether all of so many pictures are what they seem: neither lazy nor tiny, hidden or a tracker's."""
    plain = _PLAIN_PICTURE.findall(html)
    return len(plain) == count and not any(map(_TRACKER.search, plain))


def _all(tree: LexborHTMLParser, selector: str) -> list[LexborNode]:
    return list(tree.css(selector))[:MAX_NODES]


def _attribute(node: LexborNode, *names: str) -> str:
    """The first of these attributes that has a value."""
    attributes = node.attributes
    return next((value for name in names if (value := attributes.get(name))), "")


def _amp(tree: LexborHTMLParser) -> None:
    for node in _all(tree, "amp-img, amp-anim"):
        _become_picture(tree, node)
    for tag, prefix in _VIDEO_TAGS.items():
        for node in _all(tree, tag):
            _become_link(tree, node, prefix + _attribute(node, "data-videoid"))


def _become_picture(tree: LexborHTMLParser, node: LexborNode) -> None:
    picture = tree.create_node("img")
    for name in ("src", "srcset", "alt", "width", "height"):
        if value := _attribute(node, name):
            picture.attrs[name] = value
    node.replace_with(picture)


def _noscripts(tree: LexborHTMLParser) -> None:
    """The picture inside a noscript is the true one; the lazy one that stands beside it goes."""
    for node in _all(tree, "noscript"):
        picture = node.css_first("img, iframe")
        if picture is None or _is_pixel(picture):
            node.decompose()
            continue
        neighbour = _picture_beside(node)
        if neighbour is not None and picture.tag == "img":
            if not _is_lazy(neighbour) and _attribute(neighbour, "src") != _attribute(picture, "src"):
                node.unwrap()
                continue
            _describe_alike(picture, neighbour)
            neighbour.decompose()
        node.unwrap()


def _describe_alike(picture: LexborNode, lazy: LexborNode) -> None:
    """What the lazy picture says and the true one leaves out."""
    for name in ("alt", "title", "width", "height"):
        if (value := _attribute(lazy, name)) and not _attribute(picture, name):
            picture.attrs[name] = value


def _picture_beside(node: LexborNode) -> LexborNode | None:
    for other in (_skipped(node.prev, "prev"), _skipped(node.next, "next")):
        if other is not None and other.is_element_node and other.tag == "img":
            return other
    return None


def _skipped(node: LexborNode | None, side: str) -> LexborNode | None:
    """The node itself, or the first on that side that isn't white space."""
    while node is not None and node.is_text_node and not (node.text_content or "").strip():
        node = getattr(node, side)
    return node


def _is_lazy(picture: LexborNode) -> bool:
    return bool(_attribute(picture, *_LAZY, *_LAZY_SET)) or bool(_PLACEHOLDER.search(_attribute(picture, "src")))


def _lazy(tree: LexborHTMLParser) -> None:
    for node in _all(tree, "img, source, video, audio, iframe"):
        source, candidates = _attribute(node, *_LAZY), _attribute(node, *_LAZY_SET)
        if source and not (node.tag == "img" and source.startswith("{")):
            node.attrs["src"] = source
        if candidates:
            node.attrs["srcset"] = candidates
        first = _attribute(node, "srcset").split(maxsplit=1)[:1]
        if node.tag == "img" and first and _PLACEHOLDER.match(_attribute(node, "src")):
            node.attrs["src"] = first[0].rstrip(",")


def _pixels(tree: LexborHTMLParser) -> None:
    for node in _all(tree, "img"):
        if _is_pixel(node):
            node.decompose()


def _lists(tree: LexborHTMLParser) -> None:
    """A list of definitions without terms or without definitions is none (HTML 4.4.9): its content stays."""
    parts: dict[int, list[LexborNode]] = {}
    for part in tree.css("dt, dd"):
        if (owner := _list_of(part)) is not None:
            parts.setdefault(owner.mem_id, []).append(part)
    for node in _all(tree, "dl"):
        own = parts.get(node.mem_id, [])
        if {each.tag for each in own} != {"dt", "dd"}:
            for part in [*own, node]:
                if part.child is None:
                    part.decompose()
                else:
                    part.unwrap()


def _list_of(part: LexborNode) -> LexborNode | None:
    """The list of definitions that a term or definition stands in, by itself or grouped."""
    node = part.parent
    while node is not None and node.tag != "dl" and node.tag not in ("dt", "dd"):
        node = node.parent
    return node if node is not None and node.tag == "dl" else None


def _toggles(tree: LexborHTMLParser) -> None:
    """A button that unfolds a text says what the text is about; its icon says nothing."""
    for node in _all(tree, "h1 > button, h2 > button, h3 > button, h4 > button, h5 > button, h6 > button"):
        for icon in node.css("[aria-hidden=true]"):
            icon.decompose()
        node.unwrap()


def _is_pixel(node: LexborNode) -> bool:
    attributes = node.attributes
    width, height = attributes.get("width") or "", attributes.get("height") or ""
    if (_TINY.fullmatch(width) and _TINY.fullmatch(height or width)) or (not width and _TINY.fullmatch(height)):
        return True
    return bool(_TRACKER.search(attributes.get("src") or "") or _HIDDEN.search(attributes.get("style") or ""))


def _frames(tree: LexborHTMLParser) -> None:
    for node in _all(tree, "iframe"):
        _become_link(tree, node, _attribute(node, "src"))
    for tag in ("object", "embed"):
        for node in _all(tree, tag):
            _become_link(tree, node, _flash_address(node))


def _flash_address(node: LexborNode) -> str:
    """Where an old plugin's film came from: its data, its src, its `movie` parameter or its embed's."""
    own = _attribute(node, "src", "data")
    inner = [_attribute(each, "value", "src", "data") for each in node.css("param, embed, iframe, object")]
    return next((each for each in (own, *inner) if embed.known(each)), "")


def _become_link(tree: LexborHTMLParser, node: LexborNode, address: str) -> None:
    found = embed.known(address)
    if found is None:
        node.decompose()
        return
    title = _attribute(node, "title") or found.name
    link = tree.create_node("a")
    link.attrs["class"], link.attrs["href"] = "embed", found.url
    if found.poster:
        picture = tree.create_node("img")
        for name, value in (("src", found.poster), ("alt", title), ("width", "480"), ("height", "360")):
            picture.attrs[name] = value
        link.insert_child(picture)
    else:
        link.insert_child(title)
    node.replace_with(link)


def _furniture(tree: LexborHTMLParser) -> None:
    for node in _all(tree, _FURNITURE):
        node.decompose()


def _players(tree: LexborHTMLParser) -> None:
    """A player without controls can't be used once the page's script is gone; nor is an empty picture a poster."""
    for node in _all(tree, "video, audio"):
        node.attrs["controls"] = ""
        if _PLACEHOLDER.search(_attribute(node, "poster") or "none"):
            node.attrs["poster"] = _thumbnail(node)


def _thumbnail(node: LexborNode) -> str:
    """The picture that Ghost's card has for its film."""
    box = node.parent.parent if node.parent is not None else None
    return _attribute(box, "data-kg-thumbnail") if box is not None and box.is_element_node else ""


_CHANGES: tuple[tuple[frozenset[str], Callable[[LexborHTMLParser], None]], ...] = (
    (frozenset({"amp-"}), _amp),
    (frozenset({"kg-"}), _furniture),
    (frozenset({"noscript"}), _noscripts),
    (frozenset({"img", "image", "iframe", "video", "audio", "source"}), _lazy),
    (frozenset({"img", "image", "noscript"}), _pixels),
    (frozenset({"iframe", "noscript", "object", "embed"}), _frames),
    (frozenset({"video", "audio"}), _players),
    (frozenset({"dl"}), _lists),
    (frozenset({"button"}), _toggles),
)
