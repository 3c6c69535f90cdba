"""A feed in one format as it stands now: its entries rendered once each, and its head.

Lists come without bodies; bodies are read only for the entries that aren't rendered yet. Work is
done in slices, so that a feed of 5,000 entries holds the event loop for no more than a few
milliseconds at a time (feeds.md 69). An article that can't be rendered is left out and reported.
"""

from __future__ import annotations

import asyncio
import hashlib
import logging
from collections.abc import Iterable, Sequence
from datetime import datetime
from types import ModuleType

import msgspec

from publisher import url
from publisher.catalogue.base import Context, etag_of
from publisher.catalogue.feed import memory
from publisher.catalogue.feed.address import Feed, archive_path, window_start
from publisher.compose.storyboard import compose
from publisher.error import Invalid
from publisher.format import atom, entry, fragment, jsonfeed, rss
from publisher.format.feed import MEDIA_TYPES, VERSION, FeedHead, Link
from publisher.model import Article
from publisher.story import Thin

log = logging.getLogger(__name__)

FORMATS: dict[str, ModuleType] = {"rss": rss, "atom": atom, "json": jsonfeed}
"""Each has `entry(entry, profile)` and `feed(head, fragments)`."""

LOOKED_UP = 100
RENDERED = 10
"""Entries per slice: looked up on the loop, rendered in a thread; either takes one to three milliseconds."""


NO_ENTRY = b""
"""What is rendered of an article that has no story, where entries are stories."""


class LeftOut(msgspec.Struct, frozen=True):
    """An article that has no entry, and why."""

    article_id: int
    reason: str


class Edition(msgspec.Struct, frozen=True, kw_only=True):
    """What a feed consists of in one format, before it is a document."""

    feed: Feed
    format: str
    path: str
    head: FeedHead
    articles: tuple[Article, ...]
    fragments: tuple[bytes, ...]
    left_out: tuple[LeftOut, ...] = ()


class Printed(msgspec.Struct, frozen=True):
    """A document's bytes, their tag, and the marks of its entries."""

    body: bytes
    etag: str
    marks: bytes


async def current(context: Context, feed: Feed, format: str) -> Edition:
    """The feed's newest entries."""
    articles = await chosen(context, feed)
    rendered = await render(context, feed, format, articles, full_text=feed.definition.full_text)
    kept = within(rendered, feed.definition.max_bytes)[: feed.selection.limit]
    shown = tuple(article for article, _ in kept)
    updated = await memory.updated(context, feed, shown, {each.id: state(each) for each in shown})
    links = await _head_links(context, feed, format)
    return Edition(
        feed=feed,
        format=format,
        path=feed.path(format),
        head=head(context, feed, format, feed.path(format), updated, links),
        articles=shown,
        fragments=tuple(bytes_ for _, bytes_ in kept),
        left_out=rendered.left_out,
    )


async def chosen(context: Context, feed: Feed) -> tuple[Article, ...]:
    """The articles that the feed is about now, without bodies; what a search finds, newest first."""
    if feed.definition.entries == "stories":
        return await context.store.select(msgspec.structs.replace(window_start(context, feed), limit=_asked(feed)))
    if not feed.query:
        return await context.store.select(window_start(context, feed))
    matches = await context.store.search(feed.query, feed.selection.limit)
    found = [each.article for each in matches if each.article.published]
    return tuple(sorted(found, key=lambda each: (each.published, each.id), reverse=True))


def _asked(feed: Feed) -> int:
    """How many articles to look at for that many stories: some are too thin to have one."""
    return feed.selection.limit * 2


class Rendered(msgspec.Struct, frozen=True):
    """Articles with their entries, in order; and those that have none."""

    entries: tuple[tuple[Article, bytes], ...]
    left_out: tuple[LeftOut, ...]


async def render(
    context: Context, feed: Feed, format: str, articles: Sequence[Article], *, full_text: bool
) -> Rendered:
    """The entries of articles: kept ones as they are, the others rendered now."""
    form = (format, feed.definition.entries, full_text, feed.definition.profile, context.site.base, VERSION)
    entries: list[tuple[Article, bytes]] = []
    left_out: list[LeftOut] = []
    for batch in _slices(articles, LOOKED_UP):
        kept = {each.id: context.fragments.get((form, each.id, state(each))) for each in batch}
        missing = [each for each in batch if kept[each.id] is None]
        for made in [await _made(context, form, part) for part in _slices(missing, RENDERED)]:
            for article, result in made:
                if isinstance(result, Invalid):
                    left_out.append(_reported(feed, article, result))
                else:
                    kept[article.id] = result
        entries += [(each, found) for each in batch if (found := kept[each.id])]
        await asyncio.sleep(0)
    return Rendered(tuple(entries), tuple(left_out))


Form = tuple[str, str, bool, str, str, int]
Made = list[tuple[Article, bytes | Invalid]]


async def _made(context: Context, form: Form, articles: Sequence[Article]) -> Made:
    whole = await context.store.with_bodies(articles)
    made = await asyncio.to_thread(_written, context, form, whole)
    for article, result in made:
        if isinstance(result, bytes):
            context.fragments.put((form, article.id, state(article)), result)
    return made


def _written(context: Context, form: Form, articles: Iterable[Article]) -> Made:
    return [(article, _one(context, form, article)) for article in articles]


def _one(context: Context, form: Form, article: Article) -> bytes | Invalid:
    format, entries, full_text, profile, _, _ = form
    try:
        if entries == "stories" and isinstance(compose(article), Thin):
            return NO_ENTRY
        of_story = entries == "stories"
        value = (
            entry.of_story(context.site, article) if of_story else entry.of_article(context.site, article, full_text)
        )
        written: bytes = FORMATS[format].entry(value, profile)
        return written
    except Invalid as error:
        return error


def _reported(feed: Feed, article: Article, error: Invalid) -> LeftOut:
    log.warning("article %d (%s) is left out of %s: %s", article.id, article.path, feed.stem, error)
    return LeftOut(article.id, str(error))


def state(article: Article) -> int:
    """A hash of what an entry depends on beside its article's revision: names of others, counts."""
    labels = (
        article.revision,
        article.path,
        article.section and article.section.name,
        [tag.name for tag in article.tags],
        [(author.slug, author.name, author.avatar) for author in article.authors],
        article.comment_count,
        article.story_slug,
    )
    return int.from_bytes(hashlib.blake2b(msgspec.msgpack.encode(labels), digest_size=6).digest())


def _slices(articles: Sequence[Article], size: int) -> Iterable[Sequence[Article]]:
    return (articles[at : at + size] for at in range(0, len(articles), size))


def within(rendered: Rendered, max_bytes: int) -> list[tuple[Article, bytes]]:
    """The newest entries that fit; the first always does (a body of a megabyte has become its summary)."""
    kept: list[tuple[Article, bytes]] = []
    size = 0
    for article, found in rendered.entries:
        size += len(found)
        if kept and size > max_bytes:
            break
        kept.append((article, found))
    return kept


def head(
    context: Context, feed: Feed, format: str, path: str, updated: datetime, links: Sequence[Link] = ()
) -> FeedHead:
    """The head of a feed's document at a path."""
    site = context.site
    icon = feed.definition.image or site.icon
    return FeedHead(
        id=url.absolute(site.base, feed.path("atom")),
        title=feed.title,
        description=feed.description,
        self_url=url.absolute(site.base, path),
        page_url=url.absolute(site.base, feed.page),
        updated=updated,
        language=feed.language,
        links=(*hub_links(context), *links, *_other_formats(context, feed, format)),
        icon=url.absolute(site.base, icon) if icon else "",
        logo=url.absolute(site.base, feed.definition.image or site.logo) if feed.definition.image or site.logo else "",
        copyright=site.copyright,
        publisher=site.title,
        home_url=url.absolute(site.base, "/"),
        hub=site.hub,
        ttl_seconds=ttl_seconds(context, feed),
        version=site.version,
        profile=feed.definition.profile if format == "rss" else "",
    )


def ttl_seconds(context: Context, feed: Feed) -> int:
    """How long readers may keep the feed: what its definition says, else the setting."""
    return feed.definition.ttl_seconds or context.settings.feed_max_age


def hub_links(context: Context) -> tuple[Link, ...]:
    """The WebSub hub, when there is one."""
    return (Link("hub", context.site.hub),) if context.site.hub else ()


def _other_formats(context: Context, feed: Feed, format: str) -> tuple[Link, ...]:
    return tuple(
        Link("alternate", url.absolute(context.site.base, feed.path(other)), MEDIA_TYPES[other])
        for other in feed.definition.formats
        if other != format
    )


async def _head_links(context: Context, feed: Feed, format: str) -> tuple[Link, ...]:
    """The newest archive, where there are archives (RFC 5005 4)."""
    months = await context.store.months() if feed.definition.archive else ()
    if not months:
        return ()
    return (Link("prev-archive", url.absolute(context.site.base, archive_path(feed, format, months[0][0]))),)


async def printed(edition: Edition) -> Printed:
    """The bytes of an edition: joined and hashed in a thread."""
    return await asyncio.to_thread(_printed, edition)


def _printed(edition: Edition) -> Printed:
    body: bytes = FORMATS[edition.format].feed(edition.head, edition.fragments)
    return Printed(body, etag_of(body), fragment.marks(edition.fragments))
