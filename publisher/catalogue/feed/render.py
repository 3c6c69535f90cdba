"""Articles -> the bytes of their entries: kept ones as they are, the others rendered now.

Bodies are read only for the entries that aren't rendered yet. Work is done in slices, so that a
feed of 5,000 entries holds the event loop for no more than a few milliseconds at a time
(feeds.md 69). An article that can't be rendered is left out and reported (feeds.md 52).
"""

from __future__ import annotations

import asyncio
import hashlib
import logging
from collections.abc import Callable, Iterable, Iterator, Sequence
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
from publisher.format.entry import Entry
from publisher.format.feed import VERSION
from publisher.format.fragment import digest
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
STATE_BYTES = 6
LOOKED_UP = 50
RENDERED = 10
"""Entries that are looked up on the loop at a time, and whose bodies are read together."""


class Line(msgspec.Struct, frozen=True, gc=False):
    """An entry of a feed, without its article: a long feed would hold thousands of them until its end.

    `state` is a hash of what the entry says, `digest` one of its bytes. There are no bytes for an article that has no
    story, where entries are stories.
    """

    article_id: int
    state: int
    fragment: bytes
    digest: bytes
    published: datetime
    edited: datetime


class LeftOut(msgspec.Struct, frozen=True):
    """An article that has no entry, and why."""

    article_id: int
    reason: str


class Written(msgspec.Struct, frozen=True):
    """An article as an entry, if it has one, and a hash of what that says: the same in every format."""

    entry: Entry | None
    state: int = 0
    size: int = 0


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


Keys = dict[int, tuple[Form, int, bytes]]
Made = dict[int, Line | LeftOut]


async def render(
    context: Context, feed: Feed, format: str, articles: Sequence[Article], *, full_text: bool
) -> Rendered:
    """The entries of articles in a format, in the order of the articles."""
    form = Form(format, feed.definition.entries, full_text, feed.definition.profile, context.site.base)
    lines: list[Line] = []
    left_out: list[LeftOut] = []
    for batch in _slices(articles, LOOKED_UP):
        keys, found = await context.slices.run(_kept, context, form, batch)
        for part in _slices([each for each in batch if each.id not in found], RENDERED):
            found |= await _made(context, form, keys, part)
        for article in batch:
            made = found[article.id]
            if isinstance(made, LeftOut):
                left_out.append(made)
                log.warning("article %d (%s) is left out of %s: %s", article.id, article.path, feed.stem, made.reason)
            elif made.fragment:
                lines.append(made)
        await asyncio.sleep(0)
    return Rendered(tuple(lines), tuple(left_out))


def _kept(context: Context, form: Form, articles: Iterable[Article]) -> tuple[Keys, Made]:
    """The key of each article's entry, and the entries that are kept."""
    keys = {each.id: (form, each.id, cause(each)) for each in articles}
    return keys, {id: kept for id, key in keys.items() if (kept := context.fragments.get(key))}


async def aside(size: int, work: Callable[..., T], *given: Any) -> T:
    """Work on so many entries: a few take less time than the way to a thread, thousands would hold the event loop."""
    return work(*given) if size <= FEW else await asyncio.to_thread(work, *given)


async def _made(context: Context, form: Form, keys: Keys, articles: Sequence[Article]) -> Made:
    """The entries of articles; what another feed made while this one waited for its turn is taken as it is."""
    plain = msgspec.structs.replace(form, format="", profile="")
    async with context.writing[plain]:
        _, found = _kept(context, form, [each for each in articles if keys[each.id] in context.fragments])
        missing = [each for each in articles if each.id not in found]
        written = await _written(context, plain, keys, missing)
        steps = (_line(form, article, each) for article, each in zip(missing, written, strict=True))
        for made in await _worked(context, sum(each.size for each in written if isinstance(each, Written)), steps):
            found[made.article_id] = made
            if isinstance(made, Line):
                context.fragments.put(keys[made.article_id], made, len(made.fragment))
    return found


async def _written(context: Context, plain: Form, keys: Keys, articles: Sequence[Article]) -> list[Written | LeftOut]:
    """Articles as entries, whatever their format: each is read and written once for all formats."""
    names = {each.id: (plain, *keys[each.id][1:]) for each in articles}
    found: dict[int, Written | LeftOut] = {
        id: kept for id, name in names.items() if (kept := context.entries.get(name)) is not None
    }
    missing = [each for each in articles if each.id not in found]
    whole = await context.store.with_bodies(missing) if missing else ()
    write = _of_articles if plain.entries == "articles" else _of_stories
    for article, made in zip(missing, await write(context, plain, whole), strict=True):
        found[article.id] = made
        if isinstance(made, Written):
            context.entries.put(names[article.id], made, made.size)
    return [found[each.id] for each in articles]


async def _of_articles(context: Context, plain: Form, articles: Sequence[Article]) -> list[Written | LeftOut]:
    steps = (_of_article(context, plain, each) for each in articles)
    return await _worked(context, sum(len(each.body.html) for each in articles), steps)


async def _worked(context: Context, size: int, steps: Iterator[T]) -> list[T]:
    """Threads and loop take turns at the interpreter: what is done before its turn ends is done sooner on the loop."""
    return await (context.slices.all(steps) if size <= SHORT else asyncio.to_thread(list, steps))


def _of_article(context: Context, plain: Form, article: Article) -> Written | LeftOut:
    try:
        return _as_written(plain, entry.of_article(context.site, article, plain.full_text))
    except Invalid as error:
        return LeftOut(article.id, str(error))


async def _of_stories(context: Context, plain: Form, articles: Sequence[Article]) -> list[Written | LeftOut]:
    return [await _of_story(context, plain, each) for each in articles]


async def _of_story(context: Context, plain: Form, article: Article) -> Written | LeftOut:
    """The entry of an article's story, whose telling lists and feeds share."""
    try:
        told = await box.telling_of(context, article)
        if told is None:
            return Written(None)
        poster = poster_picture(context.site, article.story_slug or article.slug, told.poster)
        return _as_written(plain, entry.of_story(context.site, article, poster))
    except Invalid as error:
        return LeftOut(article.id, str(error))


def _as_written(plain: Form, value: Entry) -> Written:
    """With a hash of what it says, wherever the site stands: another port is no news."""
    said = msgspec.json.encode(value).replace(plain.base.encode(), b"")
    state = int.from_bytes(hashlib.blake2b(said, digest_size=STATE_BYTES).digest())
    return Written(value, state, len(said))


def _line(form: Form, article: Article, written: Written | LeftOut) -> Line | LeftOut:
    """The line of a published article."""
    if isinstance(written, LeftOut):
        return written
    published = article.published or EPOCH
    edited = max(published, article.updated or published)
    try:
        body = FORMATS[form.format].entry(written.entry, form.profile) if written.entry else b""
    except Invalid as error:
        return LeftOut(article.id, str(error))
    return Line(article.id, written.state, body, digest(body), published, edited)


def cause(article: Article) -> bytes:
    """All that an entry depends on: the article's revision, and others' names, which have none."""
    return msgspec.msgpack.encode(
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
