"""The entries of sitemaps (sitemaps.org 0.9), as they are stored: a path for their location, no base.

What the formats add to an article's, and what a store keeps of its shelves, begin here.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from html import escape

from publisher import date


def entry(path: str, lastmod: datetime | None, extras: Iterable[str] = ()) -> bytes:
    """One finished `<url>`; `extras` are elements of extensions, finished too."""
    when = f"<lastmod>{date.rfc3339(lastmod)}</lastmod>" if lastmod else ""
    return f"<url><loc>{escape(path)}</loc>{when}{''.join(extras)}</url>\n".encode()


def file(path: str, changed: datetime) -> bytes:
    """One finished `<sitemap>` of an index."""
    return f"<sitemap><loc>{path}</loc><lastmod>{date.rfc3339(changed)}</lastmod></sitemap>\n".encode()
