"""The sitemap files: the index, the chunks of articles and stories, the shelves, the news.

A chunk is a join of stored fragments and changes only when one of them does. The news file goes
out of date by the clock, not by a write: it expires at the instant when its oldest piece ages out.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from datetime import datetime, timedelta
from typing import Any

from publisher import key, url
from publisher.catalogue.base import Build, Call, Context, DocumentKind, Paths, document, kind
from publisher.error import NotFound
from publisher.format import sitemap
from publisher.format.sitemap import File
from publisher.model import Answer, Article, Author, Document, Kind, Place, Redirect, Section, Selection, Tag
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
    return await _document(context, call, sitemap.index(context.site, files), frozenset({key.INDEX}))


async def _files(context: Context) -> AsyncIterator[File]:
    for name in ("pages", *SHELVES):
        for number in await _numbers(context, name):
            entries, changed = await _shelf(context, name, number)
            if entries:
                yield File(url.sitemap(name, number=number), changed)
    for name in CHUNKED:
        for each in await context.store.chunks(name):
            yield File(url.sitemap(name, each.month, each.number), each.changed)
    for number in range(2, await _news_files(context) + 1):
        yield File(url.sitemap("news", number=number))


# Chunks


async def _chunk(context: Context, call: Call) -> Answer:
    name, month, number = call.groups["kind"], call.groups["month"], _number(call)
    fragments = await context.store.chunk(name, month, number)
    place = Place(kind="articles", month=month, sequence=(number - 1) * CHUNK_SIZE)
    return await _document(context, call, sitemap.urlset(context.site, fragments), frozenset({key.chunk(place)}))


# Shelves


async def _shelf_file(context: Context, call: Call) -> Answer:
    name, number = call.groups["shelf"], _number(call)
    entries, _ = await _shelf(context, name, number)
    if not entries:
        raise NotFound(f"there are no {name} in file {number}")
    keys = frozenset({key.SITE if name == "pages" else key.INDEX})
    return await _document(context, call, sitemap.urlset(context.site, entries), keys)


async def _shelf(context: Context, name: str, number: int) -> tuple[Sequence[bytes], datetime | None]:
    """The entries of one file, and when it last changed as far as the store knows."""
    if name == "pages":
        return await _pages(context, number), await _changed(context, frozenset({key.SITE}))
    if name == "sections":
        rows = await _sections(context, number)
        return [*_entries(rows), *await _archive(context, number)], _newest(rows)
    found: Sequence[Author | Tag] = (
        await context.store.authors(CHUNK_SIZE, _skipped(number))
        if name == "authors"
        else await context.store.tags(CHUNK_SIZE, _skipped(number))
    )
    return _entries(found), _newest(found)


async def _sections(context: Context, number: int) -> Sequence[Section]:
    found = [each for each in await context.store.sections() if each.articles]
    return found[_skipped(number) : _skipped(number) + CHUNK_SIZE - 1]


async def _archive(context: Context, number: int) -> Sequence[bytes]:
    """The stories' archive, which is a list like a section's, once there is a story."""
    if number > 1 or not await context.store.chunks("stories"):
        return ()
    return (sitemap.entry("/web-stories/", None),)


async def _pages(context: Context, number: int) -> Sequence[bytes]:
    """The home page (without a date: every publication changes it) and the static pages."""
    home = [sitemap.entry("/", None)] if number == 1 else []
    selection = Selection(
        kinds=frozenset({Kind.PAGE}), noindex=False, limit=CHUNK_SIZE - len(home), offset=max(0, _skipped(number) - 1)
    )
    pages = await context.store.select(selection)
    return home + [each for each in map(sitemap.fragment, pages) if each]


_ADDRESSES = {Section: url.section, Author: url.author, Tag: url.tag}


def _entries(rows: Sequence[Section | Author | Tag]) -> list[bytes]:
    return [sitemap.entry(_ADDRESSES[type(each)](each.slug), each.updated) for each in rows if each.articles]


def _newest(rows: Sequence[Section | Author | Tag]) -> datetime | None:
    return max((each.updated for each in rows if each.updated), default=None)


async def _numbers(context: Context, name: str) -> range:
    """The numbers that a shelf's files may have; all but the last are full."""
    if name == "pages":
        count = 1 + await context.store.count(Selection(kinds=frozenset({Kind.PAGE}), noindex=False))
    elif name == "sections":
        count = len(await context.store.sections())
    else:
        count = await _length(context, name)
    return range(1, -(-count // CHUNK_SIZE) + 1)


async def _length(context: Context, name: str) -> int:
    read = context.store.authors if name == "authors" else context.store.tags
    count = 0
    while found := len(await read(CHUNK_SIZE, count)):
        count += found
        if found < CHUNK_SIZE:
            break
    return count


# News


async def _news(context: Context, call: Call) -> Answer:
    now, number = context.clock(), _number(call)
    recent = await _recent(context, now)
    shown = recent[_skipped(number) : _skipped(number) + CHUNK_SIZE]
    if not shown and number > 1:
        raise NotFound(f"there is no news file {number}")
    body = sitemap.news(context.site, shown or await _latest(context), now)
    ages_out = min((_ages_out(each) for each in recent), default=None)
    max_age, expires_at = _freshness(now, ages_out, context.settings.feed_max_age)
    return _file(context, call, body, frozenset({key.NEWS}), max_age=max_age, expires_at=expires_at)


async def _recent(context: Context, now: datetime) -> Sequence[Article]:
    found = await context.store.select(_news_selection(context, now - sitemap.NEWS_AGE))
    return [each for each in found if sitemap.is_news(each, now) and each.is_indexable]


async def _latest(context: Context) -> Sequence[Article]:
    """The newest listable piece: what a news file holds when there are no news."""
    selection = Selection(noindex=False, limit=20)
    return [each for each in await context.store.select(selection) if each.is_indexable][:1]


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


async def _document(context: Context, call: Call, body: bytes, keys: frozenset[str]) -> Document:
    """A file that changes by writes only, so that the newest of them is its Last-Modified."""
    return _file(context, call, body, keys, updated=await _changed(context, keys))


def _file(context: Context, call: Call, body: bytes, keys: frozenset[str], **rest: Any) -> Document:
    values = {"max_age": context.settings.feed_max_age, "robots": "noindex", "policy": "closed"}
    return document(call.path, body, MEDIA_TYPE, keys=keys, **(values | rest))


async def _changed(context: Context, keys: frozenset[str]) -> datetime | None:
    change = await context.store.newest(keys)
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
        rf"/sitemap-(?P<shelf>pages|sections|authors|tags){_NUMBER}\.xml",
        _open_site(_shelf_file),
        _listed("pages", *SHELVES),
    ),
    kind("sitemap news", rf"/sitemap-news{_NUMBER}\.xml", _open_site(_news), _news_paths),
    kind("old sitemap", _LEGACY, _open_site(_moved(url.SITEMAP_INDEX))),
    kind("old news sitemap", _LEGACY_NEWS, _open_site(_moved("/sitemap-news.xml"))),
)
