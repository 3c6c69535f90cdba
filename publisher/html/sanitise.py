"""Any HTML in, one published form out: the policy applied, the markup made well-formed XML."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from contextvars import ContextVar
from typing import Any

import nh3

from publisher import text
from publisher.html import policy
from publisher.html.address import MAX_URLS, NO_FILES, Frame, hosts
from publisher.html.rewrite import rewrite
from publisher.html.weight import TooMarked, bounded

_VOID = frozenset("br col hr img source track wbr".split())
_VOID_TAG = re.compile(rf'<(/?)({"|".join(sorted(_VOID))})((?:\s+[^\s=>"]+="[^"]*")*)\s*>')
_EMPTY = {"img": (' src="',), "source": (' src="', ' srcset="'), "track": (' src="',)}
_TAG_START = re.compile(r"<(/?)([a-zA-Z][^\s/>]*)")
_FLAT = _VOID | frozenset(
    "p li dt dd tr td th thead tbody tfoot option optgroup area base embed input link meta param a b i em"
    " strong u s code font small big tt strike nobr".split()
)

_EMPTY_PARAGRAPH = re.compile(r"<p>\s*</p>")

MAX_DEPTH = 200
"""Parsers take quadratic time in depth, and no article nests its blocks this deep."""
MAX_ROUNDS = 6


def sanitise(html: str, *, base: str = "", own_hosts: Collection[str] = (), files: Mapping[str, str] = NO_FILES) -> str:
    """A body that may be published, as a well-formed fragment (feeds.md 31-37).

    Relative URLs are read against `base`; links to `own_hosts` become paths, their files elsewhere
    than under `/media/` stay absolute. `files` maps a file's URL (as written or absolute) to
    where it is stored now. What it returns it returns unchanged when given it again. Raises TooMarked.
    """
    frame = Frame(base, hosts(own_hosts), files)
    result = _once(html, frame)
    for _ in range(MAX_ROUNDS):
        if _is_stable(result):
            break
        result = _once(result, Frame("", frame.hosts))
    return result


def _once(html: str, frame: Frame) -> str:
    html = text.clean(html)
    if not html.strip():
        return ""
    if "<" not in html and "&" not in html:
        return html.replace(">", "&gt;").strip()
    token = _FRAME.set(frame)
    try:
        cleaned = _CLEANER.clean(rewrite(_shallow(bounded(html))))
    finally:
        _FRAME.reset(token)
    if frame.is_full:
        raise TooMarked(f"html: has more than {MAX_URLS:,} addresses; divide the article")
    return text.clean(_well_formed(cleaned)).strip()


def _is_stable(html: str) -> bool:
    """Whether it parses into itself: what unwrapping a tag leaves may nest in a way no parser keeps."""
    return "<" not in html or _well_formed(_PLAIN.clean(html)) == html


_FRAME: ContextVar[Frame] = ContextVar("frame")
"""What the URLs of the body are read against that is being cleaned."""


def _allowed(tag: str, attribute: str, value: str) -> str | None:
    if attribute in policy.LINKS:
        return _FRAME.get().link(value)
    if attribute in policy.MEDIA:
        return _FRAME.get().media(value)
    if attribute == "srcset":
        return _FRAME.get().srcset(value)
    if attribute == "class":
        return policy.classes(value)
    if attribute == "rel":
        return policy.relations(value)
    return policy.plain(attribute, value)


_POLICY: dict[str, Any] = {
    "tags": policy.TAGS,
    "clean_content_tags": policy.GONE,
    "attributes": policy.ATTRIBUTES,
    "strip_comments": True,
    "link_rel": None,
    "url_schemes": {"http", "https", "mailto", "tel", "data"},
}
_PLAIN = nh3.Cleaner(**_POLICY)
_CLEANER = nh3.Cleaner(attribute_filter=_allowed, **_POLICY)
"""Made once: making one costs as much as cleaning an article."""


def _well_formed(html: str) -> str:
    """HTML as nh3 writes it, as XML: void tags closed, no-break spaces as characters, nothing empty."""
    return _EMPTY_PARAGRAPH.sub("", _VOID_TAG.sub(_closed, html.replace("&nbsp;", "\u00a0")))


def _closed(match: re.Match[str]) -> str:
    slash, tag, attributes = match.groups()
    if tag in _EMPTY and not any(each in attributes for each in _EMPTY[tag]):
        return ""
    if tag == "img" and ' alt="' not in attributes:
        attributes += ' alt=""'
    return "" if slash else f"<{tag}{attributes} />"


def _shallow(html: str) -> str:
    """The HTML with block tags that nest deeper than `MAX_DEPTH` made void, so that they hold nothing."""
    if html.count("<") <= MAX_DEPTH:
        return html
    depth = 0

    def flattened(match: re.Match[str]) -> str:
        nonlocal depth
        if match[2].lower() in _FLAT:
            return match[0]
        deep = depth + (not match[1]) > MAX_DEPTH
        depth = max(0, depth + (-1 if match[1] else 1))
        return f"<{match[1]}wbr" if deep else match[0]

    return _TAG_START.sub(flattened, html)
