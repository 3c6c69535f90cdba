"""Sitemaps: the `<url>` of an entry, made once and stored, and the files joined from such fragments.

A fragment is finished but for the site's base: its URLs are paths (`<loc>/reviews/cup/</loc>`) and
no text in it begins with a slash, so that joining a file is one pass over its bytes
(sitemaps.org 0.9; Google's image, video and news extensions; hreflang).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from functools import lru_cache
from html import escape

import msgspec

from publisher import date, text, url
from publisher.format import head, video
from publisher.format.translation import news_language, versions
from publisher.fragment import entry
from publisher.model import Article, Kind, Site

MAX_PATH = 1787
"""Longest path whose URL stays under sitemaps.org's 2,048 characters on a host of any length."""
MAX_IMAGES = 1000
NEWS_AGE = timedelta(hours=48)
"""How long a piece is news (Google News sitemaps)."""

STORY_SLUG = "\0"
"""Where the store puts the story's slug, which is given in the same write (`store.port.STORY_SLUG`)."""

_XML = b'<?xml version="1.0" encoding="UTF-8"?>\n'
_CORE = b'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'
_URLSET = (
    _XML + b"<urlset " + _CORE + b' xmlns:image="http://www.google.com/schemas/sitemap-image/1.1"'
    b' xmlns:video="http://www.google.com/schemas/sitemap-video/1.1"'
    b' xmlns:xhtml="http://www.w3.org/1999/xhtml">\n'
)
_NEWS = _XML + b"<urlset " + _CORE + b' xmlns:news="http://www.google.com/schemas/sitemap-news/0.9">\n'
_INDEX = _XML + b"<sitemapindex " + _CORE + b">\n"
_AFTER_TAG, _IN_LINK = re.compile(b">/"), re.compile(b' href="/')
"""Where a fragment has a path; to split there and to join takes a quarter of the time of `bytes.replace`."""
_PLAIN = re.compile(r"/[!$&'()*+,;=:@~\w./%-]*", re.ASCII)


class File(msgspec.Struct, frozen=True):
    """A file that the index lists: its path and when it last changed (None: not said)."""

    path: str
    lastmod: datetime | None = None


# Entries


def fragment(article: Article, translations: Iterable[tuple[str, str]] = ()) -> bytes:
    """The stored `<url>` of an article's page, b"" when search engines shall not list it.

    `translations` are (language, path) of its other versions.
    """
    if not article.is_indexable or article.kind is Kind.STORY or len(article.path) > MAX_PATH:
        return b""
    extras = (*_images(article), *_videos(article), *_alternates(article, translations))
    return entry(article.path, article.lastmod, extras)


def story_fragment(article: Article) -> bytes:
    """The stored `<url>` of an article's story, b"" when it has none that may be listed."""
    if not (article.is_indexable and article.is_open) or article.kind is Kind.PAGE:
        return b""
    return entry(f"/web-stories/{STORY_SLUG}/", article.lastmod, _images(article))


def _images(article: Article) -> Iterator[str]:
    shown = (article.hero, *article.pictures) if article.is_open else (article.hero,)
    sources = (_location(picture.src) for picture in shown if picture)
    for source in list(dict.fromkeys(each for each in sources if each))[:MAX_IMAGES]:
        yield f"<image:image><image:loc>{escape(source)}</image:loc></image:image>"


def _videos(article: Article) -> Iterator[str]:
    for each in video.videos(article.body.html) if article.is_open else ():
        thumbnail, content = _location(each.thumbnail), _location(each.content)
        if thumbnail and content:
            yield "".join(_video(article, each.title, thumbnail, content))


def _video(article: Article, title: str, thumbnail: str, content: str) -> Iterator[str]:
    said = head.description(article) or article.title or title
    yield f"<video:video><video:thumbnail_loc>{escape(thumbnail)}</video:thumbnail_loc>"
    yield f"<video:title>{_text(text.cut(title or article.title or said, 100))}</video:title>"
    yield f"<video:description>{_text(text.cut(said, 2000))}</video:description>"
    yield f"<video:content_loc>{escape(content)}</video:content_loc></video:video>"


def _alternates(article: Article, translations: Iterable[tuple[str, str]]) -> Iterator[str]:
    for language, path in versions((article.language, article.path), translations):
        yield f'<xhtml:link rel="alternate" hreflang="{language}" href="{escape(path)}"/>'


@lru_cache(maxsize=1024)
def _location(source: str) -> str:
    """A path of this site or a URL, percent-encoded; "" for what is neither (`data:`, relative)."""
    if source.startswith("/") and not source.startswith("//"):
        return source if _PLAIN.fullmatch(source) else url.encode_path(source)
    try:
        return url.normalise(f"https:{source}" if source.startswith("//") else source)
    except ValueError:
        return ""


def _text(words: str) -> str:
    """Escaped text that doesn't begin with a slash, which only paths do in a fragment."""
    return f"&#47;{escape(words[1:])}" if words.startswith("/") else escape(words)


# Files


def urlset(site: Site, fragments: Iterable[bytes]) -> bytes:
    """A sitemap file of stored fragments, in their order, each path joined to the site's base."""
    return _based(site, _URLSET, fragments, b"</urlset>\n")


def news(site: Site, articles: Sequence[Article], instead: Article | None = None) -> bytes:
    """A news sitemap; without any news the piece that stands instead, plain, else the home page.

    An empty urlset is invalid, and crawlers report it.
    """
    entries = [_piece(site, each) for each in articles]
    alone = entry(instead.path, instead.lastmod) if instead else entry("/", None)
    return _based(site, _NEWS, entries or [alone], b"</urlset>\n")


@lru_cache(maxsize=2048)
def _piece(site: Site, article: Article) -> bytes:
    """One piece of news: the file is made anew with each of two days' pieces, of which one is new."""
    return entry(article.path, article.lastmod, _news(site, article))


def is_news(article: Article, now: datetime) -> bool:
    """Whether it was first published in the 48 hours that end now, both ends included."""
    first = article.first_published
    return first is not None and now - NEWS_AGE <= first <= now


def index(site: Site, files: Iterable[File], entries: bytes = b"") -> bytes:
    """The sitemap index: some files, each path joined to the site's base, then finished entries."""
    base = escape(site.base)
    made = (f"<sitemap><loc>{base}{each.path}</loc>{_lastmod(each)}</sitemap>\n".encode() for each in files)
    return b"".join((_INDEX, *made, entries, b"</sitemapindex>\n"))


def _lastmod(file: File) -> str:
    return f"<lastmod>{date.rfc3339(file.lastmod)}</lastmod>" if file.lastmod else ""


def _news(site: Site, article: Article) -> Iterator[str]:
    first = article.first_published
    assert first is not None
    yield f"<news:news><news:publication><news:name>{_text(site.title)}</news:name>"
    yield f"<news:language>{news_language(article.language)}</news:language></news:publication>"
    yield f"<news:publication_date>{date.rfc3339(first)}</news:publication_date>"
    yield f"<news:title>{_text(head.headline(site, article))}</news:title></news:news>"


def _based(site: Site, start: bytes, entries: Iterable[bytes], end: bytes) -> bytes:
    """One file, its paths made absolute: only a path can follow `>` or `href="` with a slash."""
    base = escape(site.base).encode()
    based = (b">" + base + b"/").join(_AFTER_TAG.split(b"".join((start, *entries, end))))
    return (b' href="' + base + b"/").join(_IN_LINK.split(based))
