"""The plain `<url>` of a sitemap (sitemaps.org 0.9), as it is stored: a path for its location, no base.

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
