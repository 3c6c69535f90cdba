"""The boxes beside a page's own matter, and what all pages have in common: read from the store, once for all pages.

Boxes change with others' articles, so they have an age and no keys: publishing doesn't touch
every page. No article stands twice on a page.
"""

from __future__ import annotations

import asyncio
import itertools
import re
from collections.abc import Awaitable, Callable, Hashable, Mapping, Sequence
from datetime import datetime, timedelta
from html import unescape
from typing import Any, TypeVar

import msgspec

from publisher import url
from publisher.catalogue import theme
from publisher.catalogue.base import Context
from publisher.compose.telling import Telling, composed_telling, sure_telling
from publisher.error import NotFound
from publisher.format.card import Told, apart
from publisher.format.frame import Frame
from publisher.format.page import Boxes
from publisher.model import Article, Kind, Section, Selection, Sort

RECENT_DAYS, POPULAR_DAYS = 14, 30
STALE_SECONDS = 86_400
TRENDING = 6
"""Articles of the box beside a list."""
RELATED = 4
LIMITS = (RELATED, 4, 4, 5, 5, 6)
"""Related, pinned, featured, trending, popular, top: how many of each stand beside an article."""
ROOM = tuple(itertools.accumulate(LIMITS, initial=1))[1:]
"""How many of each are read: whatever stands in boxes before it may be the same."""
SHORT = 20_000
"""Bodies of so many characters are looked through for a story's picture on the event loop, in a millisecond."""
STEP = 32
"""Rankings are read in multiples of so many, so that pages that show a few more or less share one."""

_STORY = re.compile(rb"<loc>/web-stories/([^<]+)/</loc>")

T = TypeVar("T")


async def shared(context: Context, name: Hashable, make: Callable[[], Awaitable[T]]) -> T:
    """What is the same for every page until something is published.

    It is of the newest change that the process knows of: the press's, else the log is read before what is kept.
    """
    kept = context.shared
    seq = kept.known if kept.as_of is None else kept.as_of
    return await kept.get(name, await context.store.seq() if seq is None else seq, context.clock(), make)


async def frame(context: Context) -> Frame:
    """Sections, static pages and theme, for the chrome of any page."""
    return await shared(context, "frame", lambda: _frame(context))


async def _frame(context: Context) -> Frame:
    pages = Selection(kinds=frozenset({Kind.PAGE}), limit=30)
    parts, found = await asyncio.gather(sections(context), context.store.select(pages))
    return Frame(
        site=context.site,
        shelf=theme.shelf(context),
        sections=tuple(map(_lasting, parts)),
        pages=tuple((each.title, each.path) for each in sorted(found, key=lambda each: each.path)),
        menu=tuple((each.title, each.url) for each in context.settings.menu),
        newsletter=newsletter(context),
        has_stories=True,
    )


def _lasting(section: Section) -> Section:
    """Without what each publication changes: what is made of a frame is kept by its value."""
    return msgspec.structs.replace(section, articles=min(section.articles, 1), updated=None)


async def months(context: Context) -> tuple[tuple[str, int], ...]:
    """Months and their public articles, newest first."""
    return await shared(context, "months", context.store.months)


async def sections(context: Context) -> tuple[Section, ...]:
    """Every section, counted, in the menu's order."""
    return await shared(context, "sections", context.store.sections)


async def section(context: Context, slug: str) -> Section:
    """One section, counted; raises NotFound."""
    found = next((each for each in await sections(context) if each.slug == slug), None)
    if found is None:
        raise NotFound(f"there is no section {slug!r}")
    return found


def bare_frame(context: Context) -> Frame:
    """The chrome that needs no store: for pages that say that the store can't answer."""
    menu = tuple((each.title, each.url) for each in context.settings.menu)
    shelf, form = theme.shelf(context), newsletter(context)
    return Frame(site=context.site, shelf=shelf, menu=menu or context.site.menu, newsletter=form)


def newsletter(context: Context) -> str:
    """Where the newsletter's form is sent to; empty while there is no newsletter."""
    return "/newsletter/" if context.settings.has_newsletter else ""


async def top(context: Context, limit: int) -> tuple[Article, ...]:
    """The articles most read of all."""
    room = _stepped(limit)
    return (await shared(context, ("top", room), lambda: _top(context, room)))[:limit]


async def _top(context: Context, limit: int) -> tuple[Article, ...]:
    if context.views:
        return await context.views.top(limit)
    return await context.store.select(Selection(sort=Sort.VIEWS, limit=limit))


async def trending(context: Context, limit: int) -> tuple[Article, ...]:
    """The articles most read of late, filled up with the most read of the newest, then of all."""
    room = _stepped(limit)
    return (await shared(context, ("trending", room), lambda: _trending(context, room)))[:limit]


def _stepped(limit: int) -> int:
    return -(-limit // STEP) * STEP


async def _trending(context: Context, limit: int) -> tuple[Article, ...]:
    now = context.clock()
    recent = Selection(sort=Sort.VIEWS, since=_hour(now) - timedelta(days=RECENT_DAYS), limit=limit)
    found = await context.views.trending(limit, now) if context.views else ()
    if len(found) < limit:
        found += cut(found, (await context.store.select(recent),), (limit,))[0]
    if len(found) < limit:
        found += cut(found, (await top(context, limit),), (limit,))[0]
    return found[:limit]


async def popular(context: Context, limit: int) -> tuple[Article, ...]:
    """The articles most read of the last month's."""
    since = _hour(context.clock()) - timedelta(days=POPULAR_DAYS)
    if context.views:
        return await context.views.popular(limit, since)
    return await context.store.select(Selection(sort=Sort.VIEWS, since=since, limit=limit))


def _hour(now: datetime) -> datetime:
    return now.replace(minute=0, second=0, microsecond=0)


def pinned(limit: int) -> Selection:
    """The articles that editors pinned."""
    return Selection(pinned=True, limit=limit)


def featured(limit: int) -> Selection:
    """The articles that editors picked."""
    return Selection(featured=True, limit=limit)


def with_story(limit: int, offset: int = 0) -> Selection:
    """The newest pieces that may have a story."""
    return Selection(kinds=frozenset({Kind.ARTICLE, Kind.STORY}), limit=limit, offset=offset)


async def told(context: Context, selection: Selection) -> tuple[Told, ...]:
    """The stories of a selection's articles, without those too thin for one."""
    return await told_of(context, await context.store.select(selection))


async def told_of(context: Context, articles: Sequence[Article]) -> tuple[Told, ...]:
    """The stories of articles, without those too thin for one."""
    unknown = [each for each in articles if context.tellings.get(_telling(each)) is None]
    for article in await context.store.with_bodies(unknown) if unknown else ():
        await telling_of(context, article)
    return tuple(found for each in articles if (found := _told(context, each)))


async def told_last(context: Context, limit: int) -> tuple[Told, ...]:
    """The stories that search engines were last told of, newest first, however many thin pieces came after them."""
    names: list[bytes] = []
    for file in (await context.store.chunks("stories"))[-1:]:
        for entry in (await context.store.chunk("stories", file.month, file.number))[-limit:]:
            names += _STORY.findall(entry)
    articles = [await context.store.story(url.unquoted(unescape(each.decode()))) for each in reversed(names)]
    return tuple([told for each in articles if each.is_public for told in await story_of(context, each)])


async def story_of(context: Context, article: Article) -> tuple[Told, ...]:
    """The one story of an article that has its body; none when it is too thin."""
    await telling_of(context, article)
    found = _told(context, article)
    return (found,) if found else ()


async def telling_of(context: Context, article: Article) -> Telling | None:
    """What is shown of the story of an article that has its body, kept per revision."""
    kept = context.tellings.get(_telling(article))
    if kept is None:
        kept = _packed(await _found_telling(article))
        context.tellings.put(_telling(article), kept, len(kept))
    return _unpacked(kept)


async def _found_telling(article: Article) -> Telling | None:
    """To compose takes milliseconds, and so does looking for a picture at the end of a long body."""
    if len(article.body.html) > SHORT:
        return await asyncio.to_thread(lambda: sure_telling(article) or composed_telling(article))
    return sure_telling(article) or await asyncio.to_thread(composed_telling, article)


Tellings = Mapping[int, tuple[int, str]]
"""Article -> its revision, and what is kept of its story."""


def tellings(context: Context) -> Tellings:
    """What is kept of stories, each article's newest, by article."""
    return {id: (revision, (context.tellings.get((id, revision)) or b"").decode()) for id, revision in _known(context)}


def _known(context: Context) -> list[tuple[int, int]]:
    return sorted(msgspec.convert(list(context.tellings), list[tuple[int, int]]))


def remind(context: Context, known: Tellings) -> None:
    """Keep what was kept of stories by another process."""
    for id, (revision, kept) in known.items():
        context.tellings.put((id, revision), kept.encode(), len(kept))


def _telling(article: Article) -> tuple[int, int]:
    return article.id, article.revision


def _packed(found: Telling | None) -> bytes:
    """What is kept of an article's story for lists; nothing for one without."""
    return msgspec.json.encode(found) if found else b""


def _unpacked(kept: bytes | None) -> Telling | None:
    return msgspec.json.decode(kept, type=Telling) if kept else None


def _told(context: Context, article: Article) -> Told | None:
    shown = _unpacked(context.tellings.get(_telling(article)))
    return Told(article, shown.title, shown.poster) if shown and shown.title else None


async def around_article(context: Context, article: Article, alike: tuple[Article, ...]) -> tuple[Frame, Boxes]:
    """The frame, and every box beside and below an article; what stands in one is in none that follows.

    `alike` are those on the same matter; the newest of its section fill them up. Editors' choice goes first.
    """
    drawn, others = await shared(context, "around", lambda: _around(context))
    filled = await _filled(context, article, alike)
    alike, miss, picks, read, month, most = cut((article,), (filled, *others), LIMITS)
    return drawn, Boxes(related=alike, trending=read, popular=month, miss=miss, picks=picks, top=most)


async def _filled(context: Context, article: Article, alike: tuple[Article, ...]) -> tuple[Article, ...]:
    lacking = RELATED - len(alike)
    if lacking <= 0 or not article.section:
        return alike
    newest = Selection(sections=frozenset({article.section.slug}), limit=RELATED + 1)
    return alike + cut((article, *alike), (await context.store.select(newest),), (lacking,))[0]


async def _around(context: Context) -> tuple[Frame, Sequence[tuple[Article, ...]]]:
    """What stands around every article, with enough to spare for what an article shows already."""
    _, miss, picks, read, month, most = ROOM
    drawn, chosen, *ranked = await asyncio.gather(
        frame(context),
        context.store.select_each((pinned(miss), featured(picks))),
        trending(context, read),
        popular(context, month),
        top(context, most),
    )
    return drawn, (*chosen, *ranked)


async def around_list(context: Context, shown: Sequence[Article]) -> tuple[Frame, Boxes]:
    """The frame, and Trending beside a list."""
    room = TRENDING + len(shown)
    drawn, read = await shared(
        context, ("list", _stepped(room)), lambda: asyncio.gather(frame(context), trending(context, _stepped(room)))
    )
    (read,) = cut(shown, (read[:room],), (TRENDING,))
    return drawn, Boxes(trending=read)


def cut(
    shown: Sequence[Article], groups: Sequence[Sequence[Article]], limits: Sequence[int]
) -> tuple[tuple[Article, ...], ...]:
    """Each group without what stands before it, cut to its limit, so that what is cut off may stand in a later one."""
    seen, kept = list(shown), []
    for group, limit in zip(groups, limits, strict=True):
        (fresh,) = apart(seen, group)
        kept.append(fresh[:limit])
        seen += fresh[:limit]
    return tuple(kept)


def ageing(context: Context) -> Mapping[str, Any]:
    """What makes a document with boxes expire by the clock."""
    age = context.settings.box_max_age
    return {
        "expires_at": context.clock() + timedelta(seconds=age),
        "stale_seconds": STALE_SECONDS,
        "max_age": context.settings.page_max_age,
    }
