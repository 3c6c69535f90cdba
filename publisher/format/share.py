"""Share links: plain addresses of other sites that hold the page's own; no script of anyone's."""

from __future__ import annotations

from urllib.parse import quote

from publisher.format import language as tongue
from publisher.format.view import Item


def links(address: str, title: str, picture: str, language: str) -> tuple[Item, ...]:
    """The eight ways to pass a page on; `address` and `picture` are absolute URLs."""
    url, text, says = quote(address, safe=""), quote(title, safe=""), tongue.words(language).share_on
    media = f"&media={quote(picture, safe='')}" if picture else ""
    ways = (
        ("Facebook", f"https://www.facebook.com/sharer/sharer.php?u={url}"),
        ("X", f"https://x.com/intent/post?url={url}&text={text}"),
        ("Pinterest", f"https://www.pinterest.com/pin/create/button/?url={url}&description={text}{media}"),
        ("LinkedIn", f"https://www.linkedin.com/sharing/share-offsite/?url={url}"),
        ("Reddit", f"https://www.reddit.com/submit?url={url}&title={text}"),
        ("WhatsApp", f"https://wa.me/?text={text}%20{url}"),
        ("Telegram", f"https://t.me/share/url?url={url}&text={text}"),
        ("Email", f"mailto:?subject={text}&body={url}"),
    )
    return tuple(Item(title=name, url=way, text=says.format(name), icon=name.lower()) for name, way in ways)
