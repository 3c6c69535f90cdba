"""Pages that help to find the others: the search, the directory of feeds, and pages that say what is wrong."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from urllib.parse import quote

from publisher import key, text
from publisher.catalogue import box, paging
from publisher.catalogue.base import Call, Context, kind
from publisher.catalogue.feed.address import Feed
from publisher.catalogue.feed.listing import listed
from publisher.catalogue.page import autodiscovery, respond
from publisher.error import NotFound, PublisherError
from publisher.format import card, page
from publisher.format import head as heads
from publisher.format import language as tongue
from publisher.format.feed import MEDIA_TYPES
from publisher.format.frame import Frame, hue
from publisher.format.head import Head
from publisher.format.page import Finding, Shown, Sought
from publisher.format.view import Box, Item, Offer, Pager, Rack
from publisher.model import Answer, Document, Redirect, Selection

RESULTS = 20
MAX_PAGE = 50
QUERY_LENGTH = 200
SINGLE = 3
"""Words of a corrected query that are tried alone when nothing has them all."""
STORIES, FEEDS = "/web-stories/", "/feeds/"
FORMATS = {"rss": "RSS", "atom": "Atom", "json": "JSON"}


async def search(context: Context, call: Call) -> Document:
    """The search page; never listed, never indexed, and forgotten after a while."""
    query = text.line(call.query.get("q", ""))[:QUERY_LENGTH]
    number = _number(call.query.get("page", ""))
    frame, matches, read = await asyncio.gather(
        box.frame(context),
        context.store.search(query, RESULTS + 1, (number - 1) * RESULTS) if query else _nothing(),
        box.trending(context, 6),
    )
    feed = f"/search/feed.rss?q={quote(query, safe='')}" if query else ""
    sought = Sought(
        query=query,
        findings=tuple(Finding(each.article, each.snippet) for each in matches[:RESULTS]),
        before=(number - 1) * RESULTS,
        has_more=len(matches) > RESULTS,
        pager=_pager(context, query, number, has_more=len(matches) > RESULTS),
        feed=feed,
        suggestion=await _suggestion(context, query) if query and not matches and number == 1 else "",
    )
    head = _search_head(context, query, feed)
    body = await context.slices.text(page.search(context.templates, frame, head, sought, read))
    return respond(context, call.path, body, head, frozenset())


async def _suggestion(context: Context, query: str) -> str:
    """A query near this one that finds something, or one of its words when no article has them all; "" for none."""
    meant = await context.store.suggest(query)
    for each in dict.fromkeys((meant, *sorted(meant.split(), key=len, reverse=True)[:SINGLE])):
        if each and await context.store.search(each, 1):
            return each
    return ""


def _search_head(context: Context, query: str, feed: str) -> Head:
    words = tongue.words(context.site.language)
    title = f"{query} · {words.search}" if query else words.search
    own = (heads.feed_link(f"{title} · {context.site.title}", feed, MEDIA_TYPES["rss"]),) if feed else ()
    links = (*own, *autodiscovery(context))
    return heads.head_of_list(context.site, title, "", "/search/", feeds=links, noindex=True)


async def _nothing() -> tuple[()]:
    return ()


def _number(given: str) -> int:
    return min(int(given), MAX_PAGE) if given.isdecimal() and given[:1] != "0" and len(given) < 4 else 1


def _pager(context: Context, query: str, number: int, has_more: bool) -> Pager | None:
    if number == 1 and not has_more:
        return None
    stem = f"/search/?q={quote(query, safe='')}"
    before = stem if number == 2 else f"{stem}&page={number - 1}"
    return Pager(
        text=tongue.number(number, context.site.language),
        newer=before if number > 1 else "",
        older=f"{stem}&page={number + 1}" if has_more and number < MAX_PAGE else "",
    )


async def stories(context: Context, call: Call) -> Answer:
    """The archive of web stories, newest first; pieces too thin for a story leave gaps in its pages.

    Its first page is never empty while there is a story: sitemaps name it then.
    """
    number, size = int(call.groups.get("number", "1")), context.settings.page_size
    if "number" in call.groups and number == 1:
        return Redirect(call.path, STORIES)
    chosen = box.with_story(size, (number - 1) * size)
    frame, total, articles = await asyncio.gather(
        box.frame(context), context.store.count(chosen), context.store.select(chosen)
    )
    pages = paging.pages(total, size)
    if number > pages:
        raise NotFound(f"no page {number} of the stories")
    told = await box.told_of(context, articles)
    is_elsewhere = number == 1 and not told
    if is_elsewhere:
        told = await box.told_last(context, size)
    words = tongue.words(context.site.language)
    about = f"{words.stories} · {context.site.description}"
    links = autodiscovery(context, "/feeds/stories", words.stories)
    head = heads.head_of_list(context.site, words.stories, about, STORIES, number, feeds=links, noindex=not told)
    shown = Shown(articles=(), number=number, pages=pages, path=STORIES, total=total)
    body = await context.slices.text(page.stories(context.templates, frame, head, told, shown))
    shows = None if is_elsewhere else tuple(each.id for each in articles)
    return respond(context, call.path, body, head, frozenset({key.LATEST}), shows=shows)


async def stories_paths(context: Context) -> AsyncIterator[str]:
    """Every page of the archive of stories."""
    total = await context.store.count(box.with_story(1))
    for path in paging.numbered(STORIES, total, context.settings.page_size):
        yield path


async def feeds(context: Context, call: Call) -> Document:
    """The directory of everything that can be subscribed to."""
    frame, found = await asyncio.gather(box.frame(context), listed(context))
    words = tongue.words(context.site.language)
    titles = {"": words.whole, "section": words.sections, "author": words.authors, "tag": words.topics}
    racks = tuple(
        Rack(name=per or "whole", title=title, offers=tuple(_offer(frame, each) for each in offered))
        for per, title in titles.items()
        if (offered := [each for each in found if each.definition.per == per])
    )
    head = heads.head_of_list(context.site, words.feeds, words.feeds_text, FEEDS, feeds=autodiscovery(context))
    body = await context.slices.text(page.feeds(context.templates, frame, head, racks))
    return respond(context, call.path, body, head, frozenset({key.INDEX}))


def _offer(frame: Frame, feed: Feed) -> Offer:
    per = feed.definition.per
    return Offer(
        title=feed.title.removesuffix(f" · {frame.site.title}"),
        text=feed.description if per in ("", "section") else "",
        links=tuple(Item(title=FORMATS[each], url=feed.path(each)) for each in feed.definition.formats),
        hue=hue(frame, feed.page.strip("/")) if per == "section" else "",
    )


async def feeds_paths(_: Context) -> AsyncIterator[str]:
    """The one directory."""
    yield FEEDS


async def error_page(context: Context, status: int) -> bytes:
    """A page that says what went wrong; with what is new, if the store can still tell, and the site's feeds."""
    words = tongue.words(context.site.language)
    title, said = {404: (words.not_found, words.not_found_text), 410: (words.gone, words.gone_text)}.get(
        status, (words.failed, words.failed_text)
    )
    frame, latest = await _surroundings(context)
    pieces = page.error(context.templates, frame, status, title, said, latest, autodiscovery(context))
    return await context.slices.text(pieces)


async def _surroundings(context: Context) -> tuple[Frame, Box]:
    words = tongue.words(context.site.language)
    try:
        frame, found = await asyncio.gather(box.frame(context), context.store.select(Selection(limit=4)))
    except PublisherError:
        return box.bare_frame(context), Box(title=words.latest)
    return frame, card.box(frame, words.latest, found, context.site.language)


KINDS = (
    kind("stories", r"/web-stories/(?:page/(?P<number>[1-9]\d{0,5})/)?", stories, stories_paths),
    kind("search", "/search/", search, query="q page"),
    kind("feeds directory", "/feeds/", feeds, feeds_paths),
)
