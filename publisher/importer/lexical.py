"""Ghost's Lexical documents (Ghost 5 and 6) as HTML."""

from __future__ import annotations

from collections.abc import Callable
from html import escape
from typing import Any

from publisher.importer.markdown import or_plain
from publisher.importer.tolerant import mapping, sequence, string

MAX_DEPTH = 60

_FORMATS = ((1, "strong"), (2, "em"), (4, "s"), (8, "u"), (16, "code"), (32, "sub"), (64, "sup"), (128, "mark"))
_SILENT = frozenset({"email", "email-cta", "signup", "paywall", "transistor"})


def render(document: object, unknown: dict[str, None]) -> str:
    """The document's HTML; `unknown` gets the names of cards that nobody here knows."""
    root = mapping(mapping(document).get("root"))
    return _children(root, unknown, 0)


def _children(node: dict[str, Any], unknown: dict[str, None], depth: int) -> str:
    if depth > MAX_DEPTH:
        return ""
    return "".join(_node(mapping(child), unknown, depth + 1) for child in sequence(node.get("children")))


def _node(node: dict[str, Any], unknown: dict[str, None], depth: int) -> str:
    kind = string(node.get("type")).removeprefix("extended-")
    if kind in ("text", "tk", "linebreak", "tab"):
        return _text(node) if kind in ("text", "tk") else "<br>" if kind == "linebreak" else "\t"
    if kind in _WRAPS or kind in ("heading", "list", "link", "autolink"):
        return _wrapped(kind, node, _children(node, unknown, depth))
    if not _is_public(node):
        return ""
    if card := _CARDS.get(kind):
        return card(node)
    if kind not in _SILENT:
        unknown[kind or "a card without a name"] = None
    return _children(node, unknown, depth)


def _is_public(card: dict[str, Any]) -> bool:
    """Whether visitors of the site see a card; some are for e-mails or members only."""
    seen_by = mapping(card.get("visibility"))
    return seen_by.get("showOnWeb") is not False and mapping(seen_by.get("web")).get("nonMember") is not False


_WRAPS = {"paragraph": "p", "quote": "blockquote", "aside": "blockquote", "listitem": "li"}


def _wrapped(kind: str, node: dict[str, Any], inner: str) -> str:
    tag = _WRAPS.get(kind, "")
    if kind == "heading":
        level = string(node.get("tag"))
        tag = level if level in ("h1", "h2", "h3", "h4", "h5", "h6") else "h2"
    elif kind == "list":
        tag = "ol" if node.get("listType") == "number" else "ul"
        if tag == "ol" and isinstance(start := node.get("start"), int) and start > 1:
            return f'<ol start="{start}">{inner}</ol>'
    elif kind in ("link", "autolink"):
        return f'<a href="{escape(string(node.get("url")))}">{inner}</a>'
    return f"<{tag}>{inner}</{tag}>"


def _text(node: dict[str, Any]) -> str:
    found, style = escape(string(node.get("text")), quote=False), node.get("format")
    for bit, tag in _FORMATS:
        if isinstance(style, int) and style & bit and found:
            found = f"<{tag}>{found}</{tag}>"
    return found


def image(card: dict[str, Any]) -> str:
    """A picture card, its link and caption."""
    size = "".join(f' {name}="{card[name]}"' for name in ("width", "height") if isinstance(card.get(name), int))
    picture = f'<img src="{escape(string(card.get("src")))}" alt="{escape(string(card.get("alt")))}"{size}>'
    if link := string(card.get("href")):
        picture = f'<a href="{escape(link)}">{picture}</a>'
    return figure(picture, string(card.get("caption")))


def figure(inner: str, caption: str) -> str:
    """A figure with its caption, which is HTML already."""
    return f"<figure>{inner}" + (f"<figcaption>{caption}</figcaption>" if caption else "") + "</figure>"


def gallery(card: dict[str, Any]) -> str:
    """A gallery card."""
    pictures = "".join(image(mapping(each)) for each in sequence(card.get("images")))
    words = f"<figcaption>{caption}</figcaption>" if (caption := string(card.get("caption"))) else ""
    return f'<figure class="gallery">{pictures}{words}</figure>' if pictures else ""


def code(card: dict[str, Any]) -> str:
    """A code card."""
    language = string(card.get("language"))
    named = f' class="language-{escape(language)}"' if language else ""
    shown = f"<pre><code{named}>{escape(string(card.get('code')), quote=False)}</code></pre>"
    caption = string(card.get("caption"))
    return figure(shown, caption) if caption else shown


def bookmark(card: dict[str, Any]) -> str:
    """A bookmark card: a link with its description."""
    about, address = mapping(card.get("metadata")), string(card.get("url"))
    title = string(about.get("title")) or address
    said = escape(string(about.get("description")), quote=False)
    link = f'<a href="{escape(address)}">{escape(title, quote=False)}</a>'
    lines = [link, *filter(None, (said, string(card.get("caption"))))]
    return f"<p>{'<br>'.join(lines)}</p>" if address else ""


def embed(card: dict[str, Any]) -> str:
    """An embed card: its frame where its site is known, which the sanitiser judges, with a link for the rest."""
    inner, address = string(card.get("html")), string(card.get("url"))
    if "<iframe" in inner or "<blockquote" in inner:
        return figure(inner, string(card.get("caption")))
    return f'<p><a href="{escape(address)}">{escape(address)}</a></p>' if address else ""


def player(tag: str) -> Callable[[dict[str, Any]], str]:
    """What renders a sound or film card."""

    def render_player(card: dict[str, Any]) -> str:
        source = string(card.get("src"))
        caption = string(card.get("caption")) or escape(string(card.get("title")))
        poster = string(card.get("customThumbnailSrc") or card.get("thumbnailSrc")) if tag == "video" else ""
        shown = f' poster="{escape(poster)}"' if poster else ""
        return figure(f'<{tag} controls src="{escape(source)}"{shown}></{tag}>', caption) if source else ""

    return render_player


def callout(card: dict[str, Any]) -> str:
    """A callout card."""
    return f"<aside><p>{escape(string(card.get('calloutEmoji')))} {string(card.get('calloutText'))}</p></aside>"


def toggle(card: dict[str, Any]) -> str:
    """A toggle card, folded."""
    return f"<details><summary>{string(card.get('heading'))}</summary>{string(card.get('content'))}</details>"


def button(card: dict[str, Any], address: str = "buttonUrl", words: str = "buttonText") -> str:
    """A button card, or the button of another, as a link."""
    target = string(card.get(address))
    return f'<p><a href="{escape(target)}">{escape(string(card.get(words)))}</a></p>' if target else ""


def call_to_action(card: dict[str, Any]) -> str:
    """A call to action: picture, text and button."""
    picture = image({"src": card.get("imageUrl")}) if card.get("imageUrl") else ""
    return picture + string(card.get("textValue")) + (button(card) if card.get("showButton") is not False else "")


def file(card: dict[str, Any]) -> str:
    """A file card, as a link."""
    title = string(card.get("fileTitle")) or string(card.get("fileName"))
    said = escape(string(card.get("fileCaption")), quote=False)
    link = f'<a href="{escape(string(card.get("src")))}">{escape(title)}</a>'
    return f"<p>{link}{f'<br>{said}' if said else ''}</p>"


def header(card: dict[str, Any]) -> str:
    """A header card: its heading, subheading and button."""
    heading, sub = (
        string(card.get("heading") or card.get("header")),
        string(card.get("subheading") or card.get("subheader")),
    )
    said = (f"<h2>{heading}</h2>" if heading else "") + (f"<p>{sub}</p>" if sub else "")
    return said + (button(card) if card.get("buttonEnabled") else "")


def product(card: dict[str, Any]) -> str:
    """A product card: picture, name, description, button."""
    source, title = string(card.get("productImageSrc")), string(card.get("productTitle"))
    picture = image({"src": source}) if source else ""
    offer = button(card, "productUrl", "productButton") if card.get("productButtonEnabled") else ""
    return f"{picture}<h4>{title}</h4>{string(card.get('productDescription'))}{offer}"


_CARDS: dict[str, Callable[[dict[str, Any]], str]] = {
    "image": image,
    "gallery": gallery,
    "html": lambda card: string(card.get("html")),
    "markdown": lambda card: or_plain(string(card.get("markdown"))),
    "codeblock": code,
    "code": code,
    "embed": embed,
    "bookmark": bookmark,
    "video": player("video"),
    "audio": player("audio"),
    "file": file,
    "callout": callout,
    "toggle": toggle,
    "button": button,
    "call-to-action": call_to_action,
    "header": header,
    "product": product,
    "horizontalrule": lambda card: "<hr>",
    "hr": lambda card: "<hr>",
}


def card_html(name: str, card: dict[str, Any], unknown: dict[str, None]) -> str:
    """A card by its name in either of Ghost's editors."""
    name = {"card-markdown": "markdown", "soft-return": "hr"}.get(name, name)
    if known := _CARDS.get(name):
        return known(card) if _is_public(card) else ""
    if name not in _SILENT:
        unknown[name] = None
    return ""
