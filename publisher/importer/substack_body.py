"""Substack's HTML as its readers saw it: what stands in data attributes shown, buttons to subscribe gone."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from html import escape, unescape
from typing import Any

from publisher.error import InvalidExport
from publisher.importer.tolerant import mapping, read_json, sequence, string

_BUTTON = re.compile(r"<p class=\"button-wrapper\"[^<>]*>.{0,2000}?</p>", re.DOTALL)
_OWN = re.compile(r"href=\"(?:%%|[^\"]*(?:/subscribe\b|action=share|/comments\b))|href=\"\"")
_WIDGET = re.compile(r"<div class=\"subscription-widget[^<>]*>.{0,4000}?</form>\s*(?:</div>\s*){1,3}", re.DOTALL)
_FURNITURE = re.compile(
    r"<label class=\"hide-text\"[^<>]*>[^<]{0,200}</label>"
    r"|<img class=\"(?:file-embed-thumbnail|embedded-post-publication-logo)[^<>]*>"
)
_FILLED = re.compile(
    r"<div class=\"([a-z-]{1,40})\"(?: data-component-name=\"\w{1,60}\")?"
    r" data-attrs=\"([^\"]{0,50000})\"[^<>]*>\s*</div>"
)


def shown(source: str, unknown: dict[str, None]) -> str:
    """The body; `unknown` gets the names of what only Substack could fill."""

    def filled(match: re.Match[str]) -> str:
        render = _PARTS.get(match[1])
        found = render(_read(match[2])) if render else ""
        if not found:
            unknown[match[1]] = None
        return found

    html = _WIDGET.sub("", _BUTTON.sub(lambda button: "" if _OWN.search(button[0]) else button[0], source))
    return _FILLED.sub(filled, _FURNITURE.sub("", html))


def _read(attributes: str) -> dict[str, Any]:
    try:
        return mapping(read_json(unescape(attributes).encode("utf-8", "replace"), "a part of the text"))
    except InvalidExport:
        return {}


def _picture(address: str, alt: str = "") -> str:
    return f'<img src="{escape(address)}" alt="{escape(alt)}">' if address else ""


def _post(values: Mapping[str, Any]) -> str:
    """A post of X's: its words, its pictures, whose it is."""
    address, said = string(values.get("url")), string(values.get("full_text"))
    photos = [string(mapping(each).get("img_url")) for each in sequence(values.get("photos"))]
    name = string(values.get("name")) or string(values.get("username")) or address
    link = f'<p>\u2014 <a href="{escape(address)}">{escape(name)}</a></p>'
    return f"<blockquote><p>{escape(said)}</p>{''.join(map(_picture, photos))}{link}</blockquote>" if address else ""


def _other_post(values: Mapping[str, Any]) -> str:
    address, title = string(values.get("canonical_url")), string(values.get("title"))
    return f'<p><a href="{escape(address)}">{escape(title or address)}</a></p>' if address else ""


def _gallery(values: Mapping[str, Any]) -> str:
    gallery = mapping(values.get("gallery"))
    alt, caption = string(gallery.get("alt")), string(gallery.get("caption"))
    pictures = "".join(_picture(string(mapping(each).get("src")), alt) for each in sequence(gallery.get("images")))
    words = f"<figcaption>{escape(caption)}</figcaption>" if caption else ""
    return f'<figure class="gallery">{pictures}{words}</figure>' if pictures else ""


def _formula(values: Mapping[str, Any]) -> str:
    formula = string(values.get("persistentExpression"))
    return f"<pre><code>{escape(formula)}</code></pre>" if formula else ""


_PARTS: dict[str, Callable[[Mapping[str, Any]], str]] = {
    "twitter-embed": _post,
    "tweet": _post,
    "digest-post-embed": _other_post,
    "image-gallery-embed": _gallery,
    "latex-rendered": _formula,
}
