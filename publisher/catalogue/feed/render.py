"""Articles -> the bytes of their entries: kept ones as they are, the others rendered now.

Bodies are read only for the entries that aren't rendered yet. Work is done in slices, so that a
feed of 5,000 entries holds the event loop for no more than a few milliseconds at a time
(feeds.md 69). An article that can't be rendered is left out and reported (feeds.md 52).
"""

from __future__ import annotations

import asyncio
import hashlib
import logging
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from types import ModuleType
from typing import Any, TypeVar

import msgspec

from publisher.catalogue import box
from publisher.catalogue.base import Context
from publisher.catalogue.feed.address import Feed
from publisher.date import EPOCH
from publisher.error import Invalid
from publisher.format import atom, entry, jsonfeed, rss
from publisher.format.feed import VERSION
from publisher.format.fragment import STATE_BYTES, Fragment, digest
from publisher.format.story import poster_picture
from publisher.model import Article

T = TypeVar("T")

log = logging.getLogger(__name__)

FORMATS: dict[str, ModuleType] = {"rss": rss, "atom": atom, "json": jsonfeed}
"""Each has `entry(entry, profile)` and `feed(head, fragments)`."""

FEW = 100
"""So many entries are compared or joined on the event loop in a tenth of a millisecond."""
SHORT = 20_000
"""Bodies of so many characters together are rendered on the event loop, in a fifth of a millisecond each."""
LOOKED_UP = 50
RENDERED = 10
"""Entries that are looked up on the loop at a time, and whose bodies are read together."""

NO_ENTRY = Fragment(0, b"", b"")
"""What is rendered of an article that has no story, where entries are stories."""


class Line(msgspec.Struct, frozen=True, gc=False):
    """An entry of a feed, without its article: a long feed would hold thousands of them until its end.

    `state` is a hash of what the entry says, `digest` one of its bytes.
    """

    article_id: int
    state: int
    fragment: bytes
    digest: bytes
    published: datetime
    edited: datetime


def line(article: Article, made: Fragment) -> Line:
    """The line of a published article."""
    published = article.published or EPOCH
    return Line(article.id, made.state, made.body, made.digest, published, max(published, article.updated or published))


class LeftOut(msgspec.Struct, frozen=True):
    """An article that has no entry, and why."""

    article_id: int
    reason: str


class Rendered(msgspec.Struct, frozen=True):
    """The entries of articles, in order; and the articles that have none."""

    lines: tuple[Line, ...]
    left_out: tuple[LeftOut, ...]


class Form(msgspec.Struct, frozen=True):
    """Everything that an entry's bytes depend on beside its article."""

    format: str
    entries: str
    full_text: bool
    profile: str
    base: str
    version: int = VERSION


Keys = dict[int, tuple[Form, int, int]]
Made = list[tuple[Article, Fragment | Invalid]]


async def render(
    context: Context, feed: Feed, format: str, articles: Sequence[Article], *, full_text: bool
) -> Rendered:
    """The entries of articles in a format, in the order of the articles."""
    form = Form(format, feed.definition.entries, full_text, feed.definition.profile, context.site.base)
    lines: list[Line] = []
    left_out: list[LeftOut] = []
    for batch in _slices(articles, LOOKED_UP):
        keys, found = await context.slices.run(_kept, context, form, batch)
        for article, result in await _made(context, form, [each for each in batch if each.id not in found]):
            if isinstance(result, Invalid):
                left_out.append(_reported(feed, article, result))
            else:
                found[article.id] = result
                context.fragments.put(keys[article.id], result.packed())
        lines += [line(each, made) for each in batch if (made := found.get(each.id, NO_ENTRY)).body]
        await asyncio.sleep(0)
    return Rendered(tuple(lines), tuple(left_out))


def _kept(context: Context, form: Form, articles: Iterable[Article]) -> tuple[Keys, dict[int, Fragment]]:
    """The key of each article's entry, and the entries that are kept."""
    keys = {each.id: (form, each.id, cause(each)) for each in articles}
    return keys, {id: Fragment.unpacked(kept) for id, key in keys.items() if (kept := context.fragments.get(key))}


async def aside(size: int, work: Callable[..., T], *given: Any) -> T:
    """Work on so many entries: a few take less time than the way to a thread, thousands would hold the event loop."""
    return work(*given) if size <= FEW else await asyncio.to_thread(work, *given)


async def _made(context: Context, form: Form, articles: Sequence[Article]) -> Made:
    made: Made = []
    for part in _slices(articles, RENDERED):
        whole = await context.store.with_bodies(part)
        if form.entries == "articles":
            made += await _written(context, form, whole)
        else:
            made += [(each, await _story(context, form, each)) for each in whole]
    return made


async def _written(context: Context, form: Form, articles: Sequence[Article]) -> Made:
    """Threads and loop take turns at the interpreter: what is done before its turn ends is done sooner on the loop."""
    steps = ((each, _one(context, form, each)) for each in articles)
    if sum(len(each.body.html) for each in articles) <= SHORT:
        return await context.slices.all(steps)
    return await asyncio.to_thread(list, steps)


def _one(context: Context, form: Form, article: Article) -> Fragment | Invalid:
    try:
        return _fragment(form, entry.of_article(context.site, article, form.full_text))
    except Invalid as error:
        return error


async def _story(context: Context, form: Form, article: Article) -> Fragment | Invalid:
    """The entry of an article's story, whose telling lists and feeds share."""
    try:
        told = await box.telling_of(context, article)
        if told is None:
            return NO_ENTRY
        poster = poster_picture(context.site, article.story_slug or article.slug, told.poster)
        return await asyncio.to_thread(_fragment, form, entry.of_story(context.site, article, poster))
    except Invalid as error:
        return error


def _fragment(form: Form, value: entry.Entry) -> Fragment:
    body = FORMATS[form.format].entry(value, form.profile)
    return Fragment(_said(value, form.base), digest(body), body)


def _reported(feed: Feed, article: Article, error: Invalid) -> LeftOut:
    log.warning("article %d (%s) is left out of %s: %s", article.id, article.path, feed.stem, error)
    return LeftOut(article.id, str(error))


def cause(article: Article) -> int:
    """A hash of all that an entry depends on: the article's revision, and others' names, which have none."""
    return _hash(
        (
            article.revision,
            article.path,
            article.section and article.section.name,
            [tag.name for tag in article.tags],
            [(author.slug, author.name, author.avatar) for author in article.authors],
            article.comment_count,
            article.story_slug,
        )
    )


def _said(value: entry.Entry, base: str) -> int:
    """A hash of what an entry says, wherever the site stands: another port is no news."""
    return _digest(msgspec.json.encode(value).replace(base.encode(), b""))


def _hash(value: object) -> int:
    return _digest(msgspec.msgpack.encode(value))


def _digest(packed: bytes) -> int:
    return int.from_bytes(hashlib.blake2b(packed, digest_size=STATE_BYTES).digest())


def _slices(articles: Sequence[Article], size: int) -> Iterable[Sequence[Article]]:
    return (articles[at : at + size] for at in range(0, len(articles), size))


def within(lines: Sequence[Line], max_bytes: int, *, is_first: bool = True) -> Sequence[Line]:
    """The newest entries that fit; a feed's first always does (a body of a megabyte has become its summary)."""
    size = 0
    for number, each in enumerate(lines):
        size += len(each.fragment)
        if size > max_bytes and (number or not is_first):
            return lines[:number]
    return lines
