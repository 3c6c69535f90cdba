"""The sitemap files: the index, the chunks of articles and stories, the shelves, the news.

A chunk is a join of stored fragments and changes only when one of them does. The news file goes
out of date by the clock, not by a write: it expires at the instant when its oldest piece ages out.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from datetime import datetime, timedelta
from typing import Any

import msgspec

from publisher import key, url
from publisher.catalogue.base import Build, Call, Context, DocumentKind, Paths, document, kind
from publisher.error import NotFound
from publisher.format import sitemap
from publisher.format.sitemap import File
from publisher.fragment import entry
from publisher.model import Answer, Article, Document, Kind, Place, Redirect, Selection
from publisher.store.port import CHUNK_SIZE

MEDIA_TYPE = "application/xml; charset=utf-8"
CHUNKED = ("articles", "stories")
SHELVES = ("sections", "authors", "tags")

_MONTH = r"(?P<month>\d{4}-(?:0[1-9]|1[0-2]))"
_NUMBER = r"(?:-(?P<number>[2-9]|[1-9]\d{1,5}))?"
_LEGACY = (
    r"/(?:sitemap_index\.xml|sitemap-index\.xml|sitemapindex\.xml|wp-sitemap(?:-[\w-]+)?\.xml|sitemap\.xml\.gz"
    r"|sitemap\.txt|(?:post|page|category|post_tag|author)-sitemap\d*\.xml|sitemap-posts\.xml|sitemap\.xml/)"
)
_LEGACY_NEWS = r"/(?:news-sitemap\.xml|sitemap-news\.xml\.gz|news_sitemap\.xml|sitemap_news\.xml)"
_TICK = timedelta(microseconds=1)


def _open_site(build: Build) -> Build:
    """The build, but nothing on a staging site, which has no sitemaps."""

    async def guarded(context: Context, call: Call) -> Answer:
        if context.site.staging:
            raise NotFound("a staging site has no sitemaps")
        return await build(context, call)

    return guarded


async def _index(context: Context, call: Call) -> Answer:
    files = [each async for each in _files(context)]
    return _file(
        context, call, sitemap.index(context.site, files), frozenset({key.INDEX}), await _changed(context, key.INDEX)
    )


async def _files(context: Context) -> AsyncIterator[File]:
    """Every file that the index lists; the news are in robots.txt instead, as their locations stand in chunks."""
    for number in await _page_files(context):
        yield File(url.sitemap("pages", number=number), await _changed(context, key.SITE))
    stories = await context.store.chunks("stories")
    shelves = [each for name in SHELVES for each in await context.store.chunks(name)]
    if stories and not any(each.kind == "sections" for each in shelves):
        yield File(url.sitemap("sections"), stories[0].changed)
    for each in (*shelves, *await context.store.chunks("articles"), *stories):
        yield File(url.sitemap(each.kind, each.month, each.number), each.changed)
    for number in range(2, await _news_files(context) + 1):
        yield File(url.sitemap("news", number=number))


# Files of fragments


async def _chunk(context: Context, call: Call) -> Answer:
    name, month, number = call.groups["kind"], call.groups["month"], _number(call)
    fragments = await context.store.chunk(name, month, number)
    own = key.chunk(Place(kind="articles", month=month, sequence=(number - 1) * CHUNK_SIZE))
    body = sitemap.urlset(context.site, fragments)
    return _file(context, call, body, frozenset({own}), await _changed(context, own))


async def _shelves(context: Context, call: Call) -> Answer:
    name, number = call.groups["shelf"], _number(call)
    files = {each.number: each for each in await context.store.chunks(name)}
    fragments = await context.store.chunk(name, "", number) if number in files else ()
    archive = await _archive(context) if (name, number) == ("sections", 1) else ()
    if not fragments and not archive:
        raise NotFound(f"there are no {name} in file {number}")
    changed = files[number].changed if number in files else None
    body = sitemap.urlset(context.site, (*archive, *fragments))
    return _file(context, call, body, frozenset({key.INDEX}), changed)


async def _archive(context: Context) -> Sequence[bytes]:
    """The stories' archive, which is a list like a section's, once there is a story."""
    return (entry("/web-stories/", None),) if await context.store.chunks("stories") else ()


# Pages


async def _pages(context: Context, call: Call) -> Answer:
    """The home page (without a date: every publication changes it) and the static pages."""
    number = _number(call)
    home = [entry("/", None)] if number == 1 else []
    selection = msgspec.structs.replace(_PAGES, limit=CHUNK_SIZE - len(home), offset=max(0, _skipped(number) - 1))
    found = home + [each for each in map(sitemap.fragment, await context.store.select(selection)) if each]
    if not found:
        raise NotFound(f"there are no pages in file {number}")
    body = sitemap.urlset(context.site, found)
    return _file(context, call, body, frozenset({key.SITE}), await _changed(context, key.SITE))


async def _page_files(context: Context) -> range:
    return range(1, -(-(1 + await context.store.count(_PAGES)) // CHUNK_SIZE) + 1)


_PAGES = Selection(kinds=frozenset({Kind.PAGE}), noindex=False)


# News


async def _news(context: Context, call: Call) -> Answer:
    now, number = context.clock(), _number(call)
    recent = await _recent(context, now)
    shown = recent[_skipped(number) : _skipped(number) + CHUNK_SIZE]
    if not shown and number > 1:
        raise NotFound(f"there is no news file {number}")
    body = sitemap.news(context.site, shown, None if shown else await _latest(context))
    ages_out = min((_ages_out(each) for each in recent), default=None)
    max_age, expires_at = _freshness(now, ages_out, context.settings.feed_max_age)
    return _file(context, call, body, frozenset({key.NEWS}), None, max_age=max_age, expires_at=expires_at)


async def _recent(context: Context, now: datetime) -> Sequence[Article]:
    found = await context.store.select(_news_selection(context, now - sitemap.NEWS_AGE))
    return [each for each in found if sitemap.is_news(each, now) and each.is_indexable]


async def _latest(context: Context) -> Article | None:
    """The newest listable piece: what a news file holds when there are no news."""
    found = await context.store.select(Selection(noindex=False, limit=20))
    return next((each for each in found if each.is_indexable), None)


def _news_selection(context: Context, since: datetime) -> Selection:
    return Selection(
        first_since=since,
        is_news=True,
        noindex=False,
        exclude_sections=frozenset(context.settings.news_exclude_sections),
        exclude_tags=frozenset(context.settings.news_exclude_tags),
        limit=50 * CHUNK_SIZE,
    )


async def _news_files(context: Context) -> int:
    """How many news files there are; one even when there are no news."""
    since = context.clock() - sitemap.NEWS_AGE
    return max(1, -(-await context.store.count(_news_selection(context, since)) // CHUNK_SIZE))


def _ages_out(article: Article) -> datetime:
    """The first instant at which a piece is no longer news."""
    assert article.first_published is not None
    return article.first_published + sitemap.NEWS_AGE + _TICK


def _freshness(now: datetime, ages_out: datetime | None, longest: int) -> tuple[int, datetime | None]:
    """max-age, and when the document must be made anew, so that no client keeps it past `ages_out`.

    A client may keep for at most half of what remains; once less than that remains, a new document
    says less. So a copy handed out at any second is right until it expires.
    """
    if ages_out is None:
        return longest, None
    max_age = min(longest, int((ages_out - now).total_seconds()) // 2)
    return max_age, ages_out - timedelta(seconds=max_age)


# All of them


def _file(
    context: Context, call: Call, body: bytes, keys: frozenset[str], updated: datetime | None, **rest: Any
) -> Document:
    values = {"max_age": context.settings.feed_max_age, "robots": "noindex", "policy": "closed"}
    return document(call.path, body, MEDIA_TYPE, updated=updated, keys=keys, **(values | rest))


async def _changed(context: Context, name: str) -> datetime | None:
    """When the newest write touched a key."""
    change = await context.store.newest(frozenset({name}))
    return change.at if change else None


def _number(call: Call) -> int:
    return int(call.groups.get("number", 1))


def _skipped(number: int) -> int:
    return (number - 1) * CHUNK_SIZE


def _listed(*names: str) -> Paths:
    """The addresses of these kinds' files that exist now."""

    async def paths(context: Context) -> AsyncIterator[str]:
        if context.site.staging:
            return
        async for file in _files(context):
            if file.path.startswith(tuple(f"/sitemap-{name}" for name in names)):
                yield file.path

    return paths


async def _index_path(context: Context) -> AsyncIterator[str]:
    if not context.site.staging:
        yield url.SITEMAP_INDEX


async def _news_paths(context: Context) -> AsyncIterator[str]:
    if not context.site.staging:
        for number in range(1, await _news_files(context) + 1):
            yield url.sitemap("news", number=number)


def _moved(path: str) -> Build:
    async def redirect(_: Context, call: Call) -> Answer:
        return Redirect(call.path, path)

    return redirect


KINDS: tuple[DocumentKind, ...] = (
    kind("sitemap index", r"/sitemap\.xml", _open_site(_index), _index_path),
    kind(
        "sitemap chunk",
        rf"/sitemap-(?P<kind>articles|stories)-{_MONTH}{_NUMBER}\.xml",
        _open_site(_chunk),
        _listed(*CHUNKED),
    ),
    kind(
        "sitemap shelf",
        rf"/sitemap-(?P<shelf>sections|authors|tags){_NUMBER}\.xml",
        _open_site(_shelves),
        _listed(*SHELVES),
    ),
    kind("sitemap pages", rf"/sitemap-pages{_NUMBER}\.xml", _open_site(_pages), _listed("pages")),
    kind("sitemap news", rf"/sitemap-news{_NUMBER}\.xml", _open_site(_news), _news_paths),
    kind("old sitemap", _LEGACY, _open_site(_moved(url.SITEMAP_INDEX))),
    kind("old news sitemap", _LEGACY_NEWS, _open_site(_moved("/sitemap-news.xml"))),
)
