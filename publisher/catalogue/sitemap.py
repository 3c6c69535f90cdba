"""The sitemap files: the index, the chunks of articles and stories, the shelves, the news.

A chunk is a join of stored fragments and changes only when one of them does. The news file goes
out of date by the clock, not by a write: it expires at the instant when its oldest piece ages out.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from datetime import datetime, timedelta
from html import escape
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
    """Every file but the first of the news: robots.txt names that, as its locations stand in chunks too."""
    entries = await context.store.index(escape(context.site.base))
    archive = [] if b"/sitemap-sections.xml<" in entries else await _archive_file(context)
    news, ends = await _further_news(context)
    body = sitemap.index(context.site, [*await _page_files(context), *archive, *news], entries)
    fresh = _freshness(context, ends)
    return _file(context, call, body, frozenset({key.INDEX}), await _changed(context, key.INDEX), **fresh)


async def _chunk_files(context: Context, kinds: Sequence[str] = CHUNKED) -> list[File]:
    return [
        File(url.sitemap(name, each.month, each.number), each.changed)
        for name in kinds
        for each in await context.store.chunks(name)
    ]


async def _shelf_files(context: Context) -> list[File]:
    files = await _chunk_files(context, SHELVES)
    has_sections = any(file.path == url.sitemap("sections") for file in files)
    return files if has_sections else [*await _archive_file(context), *files]


async def _archive_file(context: Context) -> list[File]:
    """The sections' file is there for the stories' archive too, if no article has a section."""
    stories = await context.store.chunks("stories")
    return [File(url.sitemap("sections"), each.changed) for each in stories[:1]]


async def _page_files(context: Context) -> list[File]:
    count, changed = await context.store.count(_PAGES), await _changed(context, key.PAGES)
    if count >= CHUNK_SIZE:  # else one file, whatever of them can't be listed
        count = len(await _listable(context))
    return [File(url.sitemap("pages", number=number), changed) for number in _numbers(1 + count)]


async def _news_files(context: Context) -> list[File]:
    return [File(url.sitemap("news")), *(await _further_news(context))[0]]


async def _further_news(context: Context) -> tuple[list[File], datetime | None]:
    """The files of news behind the first, and when the last of them has aged out without a write."""
    now = context.clock()
    if await context.store.count(_news_selection(context, now)) <= CHUNK_SIZE:
        return [], None
    ends = sorted(map(_ages_out, await _recent(context, now)), reverse=True)
    files = [File(url.sitemap("news", number=number)) for number in _numbers(len(ends))[1:]]
    return files, ends[len(files) * CHUNK_SIZE] if files else None


def _numbers(count: int) -> range:
    return range(1, -(-count // CHUNK_SIZE) + 1)


# Files of fragments


async def _chunk(context: Context, call: Call) -> Answer:
    name, month, number = call.groups["kind"], call.groups["month"], _number(call)
    fragments = await context.store.chunk(name, month, number)
    own = key.chunk(Place(kind="articles", month=month, sequence=(number - 1) * CHUNK_SIZE))
    files = await context.store.chunks(name, month)
    changed = next((each.changed for each in files if each.number == number), None)
    return _file(context, call, sitemap.urlset(context.site, fragments), frozenset({own}), changed)


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
    listed = [entry("/", None), *await _listable(context)]
    found = listed[_skipped(number) : _skipped(number) + CHUNK_SIZE]
    if not found:
        raise NotFound(f"there are no pages in file {number}")
    body = sitemap.urlset(context.site, found)
    return _file(context, call, body, frozenset({key.SITE}), await _changed(context, key.PAGES))


async def _listable(context: Context) -> list[bytes]:
    """The entries of all static pages that search engines may list."""
    everything = msgspec.structs.replace(_PAGES, limit=await context.store.count(_PAGES))
    return [each for each in map(sitemap.fragment, await context.store.select(everything)) if each]


_PAGES = Selection(kinds=frozenset({Kind.PAGE}), noindex=False)


# News


async def _news(context: Context, call: Call) -> Answer:
    now, number = context.clock(), _number(call)
    recent = await _recent(context, now)
    shown = recent[_skipped(number) : _skipped(number) + CHUNK_SIZE]
    if not shown and number > 1:
        raise NotFound(f"there is no news file {number}")
    latest = None if shown else await _latest(context)
    body = await context.slices.run(sitemap.news, context.site, shown, latest)
    ages_out = min(map(_ages_out, recent), default=None)
    return _file(context, call, body, frozenset({key.NEWS}), None, **_freshness(context, ages_out))


async def _recent(context: Context, now: datetime) -> Sequence[Article]:
    found = await context.store.select(_news_selection(context, now))
    return [each for each in found if sitemap.is_news(each, now) and each.is_indexable]


async def _latest(context: Context) -> Article | None:
    """The newest listable piece: what a news file holds when there are no news."""
    found = await context.store.select(Selection(noindex=False, limit=20))
    return next((each for each in found if each.is_indexable), None)


def _news_selection(context: Context, now: datetime) -> Selection:
    return Selection(
        first_since=now - sitemap.NEWS_AGE,
        is_news=True,
        noindex=False,
        exclude_sections=frozenset(context.settings.news_exclude_sections),
        exclude_tags=frozenset(context.settings.news_exclude_tags),
        limit=50 * CHUNK_SIZE,
    )


def _ages_out(article: Article) -> datetime:
    """The first instant at which a piece is no longer news."""
    assert article.first_published is not None
    return article.first_published + sitemap.NEWS_AGE + _TICK


def _freshness(context: Context, ages_out: datetime | None) -> dict[str, Any]:
    """max-age, and when the document must be made anew, so that no client keeps it past `ages_out`.

    A client may keep for at most half of what remains; once less than that remains, a new document
    says less. So a copy handed out at any second is right until it expires.
    """
    if ages_out is None:
        return {}
    remains = ages_out - context.clock()
    max_age = min(context.settings.feed_max_age, int(remains.total_seconds()) // 2)
    return {"max_age": max_age, "expires_at": ages_out - timedelta(seconds=max_age)}


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


def _listed(files: Callable[[Context], Awaitable[list[File]]]) -> Paths:
    """The addresses of these files, none on a staging site."""

    async def paths(context: Context) -> AsyncIterator[str]:
        for file in await files(context) if not context.site.staging else ():
            yield file.path

    return paths


async def _index_files(_: Context) -> list[File]:
    return [File(url.SITEMAP_INDEX)]


def _moved(path: str) -> Build:
    async def redirect(_: Context, call: Call) -> Answer:
        return Redirect(call.path, path)

    return redirect


KINDS: tuple[DocumentKind, ...] = (
    kind("sitemap index", r"/sitemap\.xml", _open_site(_index), _listed(_index_files)),
    kind(
        "sitemap chunk",
        rf"/sitemap-(?P<kind>articles|stories)-{_MONTH}{_NUMBER}\.xml",
        _open_site(_chunk),
        _listed(_chunk_files),
    ),
    kind(
        "sitemap shelf",
        rf"/sitemap-(?P<shelf>sections|authors|tags){_NUMBER}\.xml",
        _open_site(_shelves),
        _listed(_shelf_files),
    ),
    kind("sitemap pages", rf"/sitemap-pages{_NUMBER}\.xml", _open_site(_pages), _listed(_page_files)),
    kind("sitemap news", rf"/sitemap-news{_NUMBER}\.xml", _open_site(_news), _listed(_news_files)),
    kind("old sitemap", _LEGACY, _open_site(_moved(url.SITEMAP_INDEX))),
    kind("old news sitemap", _LEGACY_NEWS, _open_site(_moved("/sitemap-news.xml"))),
)
