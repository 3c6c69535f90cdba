"""The reader's pages: home, lists, and whatever stands at a stored path.

The kinds of lists stand before the one of stored paths, which takes every path that ends in `/`:
an article, a static page, a redirect, or what was withdrawn.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote

import msgspec

from publisher import key, url
from publisher.catalogue import box, paging
from publisher.catalogue.base import Call, Context, document, kind
from publisher.catalogue.feed.address import offered
from publisher.error import NotFound
from publisher.format import head as heads
from publisher.format import language as tongue
from publisher.format import page
from publisher.format.feed import MEDIA_TYPES
from publisher.format.frame import Frame
from publisher.format.head import Head, Link
from publisher.format.page import Boxes, Shown
from publisher.model import Answer, Article, Author, Document, Kind, Redirect, Section, Selection, Withdrawn

NUMBERS = ("p", "page_id")
"""Arguments by which WordPress names a piece by its number."""
HTML = "text/html; charset=utf-8"
FRONT = 6
"""Articles above the fold of the home page: the lead and five more."""
ROW = 3
"""Articles of each section on the home page."""
PICKS, TRENDING, MISS, TOP, TALES = 3, 6, 3, 5, 10
_CHOSEN = (
    Selection(limit=FRONT),
    box.featured(PICKS + FRONT),
    box.pinned(MISS + FRONT + PICKS),
    box.with_story(TALES),
)
"""What the home page shows of the newest, of editors' choice and of stories, with enough to spare for what repeats."""
MONTHS = 12
"""Newest months that the home page leads to; the archive's own pages lead to all."""


def autodiscovery(context: Context, stem: str = "/feeds/all", name: str = "") -> tuple[Link, ...]:
    """The feeds that a page announces, as they are defined: its own, and always the site's; and where apps write."""
    site = _announced(context, "/feeds/all", context.site.title)
    feeds = (*_announced(context, stem, f"{name} · {context.site.title}"), *site[:1]) if name else site
    return (*feeds, *heads.writing_links(context.site)) if context.settings.write_api else feeds


def _announced(context: Context, stem: str, title: str) -> tuple[Link, ...]:
    return tuple(heads.feed_link(title, f"{stem}.{each}", MEDIA_TYPES[each]) for each in offered(context, stem))


def respond(context: Context, path: str, body: bytes, head: Head, keys: frozenset[str], **rest: Any) -> Document:
    """A page's document; what its head says to search engines stands in its headers too."""
    robots = head.robots if "noindex" in head.robots else ""
    links = tuple(f'<{each.href}>; rel="{each.rel}"' for each in head.links if each.rel in heads.WRITING)
    fixed = {"keys": keys | {key.SITE}, "robots": robots, "links": links}
    return document(path, body, HTML, **{**fixed, **box.ageing(context), **rest})


async def home(context: Context, call: Call) -> Answer:
    """The home page; `/?p=7` and `/?page_id=7` lead to where the piece of that old number is now."""
    if call.query.keys() & NUMBERS:
        return await _permalink(context, call)
    frame, months, read, most, found = await asyncio.gather(
        box.frame(context),
        box.months(context),
        box.trending(context, TRENDING + FRONT + PICKS + MISS),
        box.top(context, TOP + FRONT + PICKS + TRENDING + MISS),
        context.store.select_each(_CHOSEN),
    )
    newest, picks, miss, told = found
    front = _led(newest)
    picks, miss, read, most = box.cut(front, (picks, miss, read, most), (PICKS, MISS, TRENDING, TOP))
    shelves = await _shelves(context, frame, (*front, *picks, *miss, *read, *most))
    boxes = Boxes(picks=picks, trending=read, miss=miss, top=most, stories=await box.told_of(context, told))
    site = context.site
    head = heads.head_of_list(site, site.title, site.description, "/", feeds=autodiscovery(context))
    body = await context.slices.text(page.home(context.templates, frame, head, front, shelves, boxes, months[:MONTHS]))
    return respond(context, "/", body, head, frozenset({key.LATEST}))


def _led(newest: tuple[Article, ...]) -> tuple[Article, ...]:
    """The newest articles, led by the first that an editor picked."""
    lead = next((each for each in newest if each.featured), newest[0] if newest else None)
    return (lead, *(each for each in newest if each is not lead)) if lead else ()


async def _shelves(
    context: Context, frame: Frame, shown: tuple[Article, ...]
) -> tuple[tuple[Section, tuple[Article, ...]], ...]:
    """The newest of each section that aren't on the page yet."""
    wanted = [each for each in frame.sections if each.articles]
    taken = Counter(each.section.slug for each in shown if each.section)
    found = await context.store.select_each(
        [Selection(sections=frozenset({each.slug}), limit=ROW + taken[each.slug]) for each in wanted]
    )
    return tuple(zip(wanted, box.cut(shown, found, [ROW] * len(found)), strict=True))


async def front(context: Context, call: Call) -> Answer:
    """WordPress's own name of the home page."""
    return await _permalink(context, call) if call.query else Redirect(call.path, "/")


async def _permalink(context: Context, call: Call) -> Redirect:
    """Where WordPress's permalink by number leads; raises NotFound."""
    for name in NUMBERS:
        number = call.query.get(name, "")
        with suppress(NotFound):
            if number.isdecimal():
                found = await context.store.at(f"/?{name}={int(number)}")
                return found if isinstance(found, Redirect) else Redirect(f"/?{name}={number}", found.path)
    raise NotFound("not the number of an article")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Listing:
    """What a list is of, how many, what it is called, and what stands beside it."""

    selection: Selection
    total: int
    path: str
    keys: frozenset[str]
    label: str
    title: str
    text: str = ""
    section: str = ""
    author: Author | None = None
    feeds: tuple[Link, ...] = ()
    months: Sequence[tuple[str, int]] = ()


async def latest(context: Context, call: Call) -> Answer:
    """Older pages of everything, behind the home page."""
    words, chosen = tongue.words(context.site.language), Selection()
    wanted = _Listing(
        selection=chosen,
        total=await context.store.count(chosen),
        path="/",
        keys=frozenset({key.LATEST}),
        label=words.archive,
        title=words.latest,
        months=await box.months(context),
    )
    return await _list(context, call, wanted)


async def section(context: Context, call: Call) -> Answer:
    """A section's page; an empty one is kept from search engines."""
    found = await box.section(context, _slug(call))
    path = url.section(found.slug)
    wanted = _Listing(
        selection=Selection(sections=frozenset({found.slug})),
        total=found.articles,
        path=path,
        keys=frozenset({key.section(found.slug)}),
        label=tongue.words(context.site.language).section,
        title=found.name,
        text=found.description,
        section=found.slug,
        feeds=autodiscovery(context, f"{path}feed", found.name),
    )
    return await _list(context, call, wanted)


async def tag(context: Context, call: Call) -> Answer:
    """A tag's page."""
    found = await context.store.tag(_slug(call))
    path = url.tag(found.slug)
    wanted = _Listing(
        selection=Selection(tags=frozenset({found.slug})),
        total=found.articles,
        path=path,
        keys=frozenset({key.tag(found.slug)}),
        label=tongue.words(context.site.language).tag,
        title=found.name,
        feeds=autodiscovery(context, f"{path}feed", found.name),
    )
    return await _list(context, call, wanted)


async def author(context: Context, call: Call) -> Answer:
    """An author's page."""
    found = await context.store.author(_slug(call))
    path = url.author(found.slug)
    wanted = _Listing(
        selection=Selection(authors=frozenset({found.slug})),
        total=found.articles,
        path=path,
        keys=frozenset({key.author(found.slug)}),
        label=tongue.words(context.site.language).author,
        title=found.name,
        text=found.bio,
        author=found,
        feeds=autodiscovery(context, f"{path}feed", found.name),
    )
    return await _list(context, call, wanted)


async def month(context: Context, call: Call) -> Answer:
    """All that was first published in a month."""
    name, months = f"{call.groups['year']}-{call.groups['month']}", await box.months(context)
    wanted = _Listing(
        selection=Selection(month=name),
        total=dict(months).get(name, 0),
        path=url.month(name),
        keys=frozenset({key.month(name)}),
        label=tongue.words(context.site.language).archive,
        title=tongue.month(name, context.site.language),
        months=months,
    )
    return await _list(context, call, wanted)


def _slug(call: Call) -> str:
    return unquote(call.groups["slug"])


async def _list(context: Context, call: Call, wanted: _Listing) -> Answer:
    """One page of a list; page 1 has no number, a page that isn't there raises NotFound."""
    number = int(call.groups.get("number", "1"))
    if "number" in call.groups and number == 1:
        return Redirect(call.path, wanted.path)
    shown = await _shown(context, wanted, number)
    frame, beside = await box.around_list(context, shown.articles)
    head = _head(context, wanted, shown)
    body = await context.slices.text(
        page.listing(
            context.templates,
            frame,
            head,
            shown,
            beside,
            label=wanted.label,
            title=wanted.title,
            text=wanted.text,
            section=wanted.section,
            author=wanted.author,
            months=wanted.months,
        )
    )
    return respond(context, call.path, body, head, wanted.keys, shows=tuple(each.id for each in shown.articles))


async def _shown(context: Context, wanted: _Listing, number: int) -> Shown:
    """The articles of one page. Raises NotFound; a section may be empty."""
    size = context.settings.page_size
    pages = paging.pages(wanted.total, size)
    if number > pages or (not wanted.total and not wanted.section):
        raise NotFound(f"no page {number} of {wanted.title}")
    chosen = msgspec.structs.replace(wanted.selection, limit=size, offset=(number - 1) * size)
    articles = await context.store.select(chosen)
    return Shown(articles=articles, number=number, pages=pages, path=wanted.path, total=wanted.total)


def _head(context: Context, wanted: _Listing, shown: Shown) -> Head:
    return heads.head_of_list(
        context.site,
        wanted.title,
        wanted.text or f"{wanted.title} · {context.site.description}",
        wanted.path,
        shown.number,
        feeds=wanted.feeds or autodiscovery(context),
        noindex=not shown.total,
        author=wanted.author,
    )


async def stored(context: Context, call: Call) -> Answer:
    """Whatever has that path in the store: a piece, where it moved, or that it was withdrawn."""
    found, alike = await context.hand.at(context.store, call.path, box.RELATED)
    if isinstance(found, Redirect):
        return found
    if not found.is_public:
        if found.was_public:
            return Withdrawn(call.path)
        raise NotFound(f"nothing is published at {call.path}")
    if found.kind is Kind.STORY:
        return Redirect(call.path, url.story(found.story_slug))
    return await article_document(context, call, found, alike)


async def article_document(context: Context, call: Call, found: Article, alike: tuple[Article, ...]) -> Document:
    """The page of a piece or static page, whatever its status (previews show drafts by it); `alike` are related."""
    feeds = autodiscovery(context)
    if found.section:
        feeds = autodiscovery(context, f"{url.section(found.section.slug)}feed", found.section.name)
    head = heads.head_of_article(context.site, found, feeds=feeds, translations=await _translations(context, found))
    keys = key.own(found) | {key.path(found.path)}
    if found.kind is Kind.PAGE:
        frame = await box.frame(context)
        body = await context.slices.text(page.plain(context.templates, frame, head, found))
        return respond(context, call.path, body, head, keys, updated=found.lastmod)
    frame, boxes = await box.around_article(context, found, alike)
    boxes = msgspec.structs.replace(boxes, stories=await box.story_of(context, found))
    if context.views:
        found = msgspec.structs.replace(found, views=await context.views.of(found))
    body = await context.slices.text(page.article(context.templates, frame, head, found, boxes))
    return respond(context, call.path, body, head, keys, updated=found.lastmod)


async def _translations(context: Context, found: Article) -> list[tuple[str, str]]:
    """(language, path) of the other versions of a piece."""
    if not found.translation_group:
        return []
    selection = Selection(kinds=frozenset({Kind.ARTICLE, Kind.PAGE}), translation_group=found.translation_group)
    return [(each.language, each.path) for each in await context.store.select(selection) if each.is_indexable]


async def home_paths(_: Context) -> AsyncIterator[str]:
    """The home page."""
    yield "/"


async def latest_paths(context: Context) -> AsyncIterator[str]:
    """Pages 2 and on of everything."""
    for path in _numbered(context, "/", await context.store.count(Selection())):
        if path != "/":
            yield path


async def section_paths(context: Context) -> AsyncIterator[str]:
    """Every page of every section."""
    for each in await context.store.sections():
        for path in _numbered(context, url.section(each.slug), each.articles):
            yield path


async def tag_paths(context: Context) -> AsyncIterator[str]:
    """Every page of every tag that has articles."""
    offset = 0
    while found := await context.store.tags(1000, offset):
        for each in found:
            for path in _numbered(context, url.tag(each.slug), each.articles):
                yield path
        offset += len(found)


async def author_paths(context: Context) -> AsyncIterator[str]:
    """Every page of every author that has articles."""
    offset = 0
    while found := await context.store.authors(1000, offset):
        for each in found:
            for path in _numbered(context, url.author(each.slug), each.articles):
                yield path
        offset += len(found)


async def month_paths(context: Context) -> AsyncIterator[str]:
    """Every page of every month."""
    for name, articles in await context.store.months():
        for path in _numbered(context, url.month(name), articles):
            yield path


async def stored_path(_: Context, article: Article) -> Sequence[str]:
    """The page of an article or a static page."""
    return (article.path,) if article.kind is not Kind.STORY else ()


def _numbered(context: Context, path: str, articles: int) -> list[str]:
    return paging.numbered(path, articles, context.settings.page_size)


_PAGE = r"(?:page/(?P<number>[1-9]\d{0,5})/)?"

KINDS = (
    kind("home", "/", home, home_paths, query=" ".join(NUMBERS)),
    kind("index.php", r"/index\.php", front, query=" ".join(NUMBERS)),
    kind("latest", r"/page/(?P<number>[1-9]\d{0,5})/", latest, latest_paths),
    kind("tag", rf"/tag/(?P<slug>[^/]+)/{_PAGE}", tag, tag_paths),
    kind("author", rf"/author/(?P<slug>[^/]+)/{_PAGE}", author, author_paths),
    kind("month", rf"/(?P<year>(?!0000)\d{{4}})/(?P<month>0[1-9]|1[0-2])/{_PAGE}", month, month_paths),
    kind("section", rf"/(?P<slug>[^/]+)/{_PAGE}", section, section_paths),
    kind("article", r"/.+", stored, own=stored_path),
)
"""In the order in which they are asked; `article` knows every path and comes last of all kinds."""
