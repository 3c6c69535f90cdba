"""Share links: plain addresses of other sites that hold the page's own; no script of anyone's."""

from __future__ import annotations

from urllib.parse import quote, urlencode

from publisher.format import language as tongue
from publisher.format.view import Item


def links(address: str, title: str, picture: str, language: str) -> tuple[Item, ...]:
    """The eight ways to pass a page on; `address` and `picture` are absolute URLs."""
    ways = (
        ("Facebook", "https://www.facebook.com/sharer/sharer.php", {"u": address}),
        ("X", "https://x.com/intent/post", {"url": address, "text": title}),
        ("Pinterest", "https://www.pinterest.com/pin/create/button/", _pin(address, title, picture)),
        ("LinkedIn", "https://www.linkedin.com/sharing/share-offsite/", {"url": address}),
        ("Reddit", "https://www.reddit.com/submit", {"url": address, "title": title}),
        ("WhatsApp", "https://wa.me/", {"text": f"{title} {address}"}),
        ("Telegram", "https://t.me/share/url", {"url": address, "text": title}),
        ("Email", "mailto:", {"subject": title, "body": address}),
    )
    says = tongue.words(language).share_on
    return tuple(
        Item(title=name, url=f"{to}?{urlencode(query, quote_via=quote)}", text=says.format(name), icon=name.lower())
        for name, to, query in ways
    )


def _pin(address: str, title: str, picture: str) -> dict[str, str]:
    pin = {"url": address, "description": title}
    return pin | {"media": picture} if picture else pin
