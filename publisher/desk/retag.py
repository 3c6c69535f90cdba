"""A tag renamed: every article that carries it is written again, and its old addresses lead to the new ones.

It may be stopped at any point and begun again. Readers notice no edit: `updated` stays, and so do guids.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Collection, Iterator, Sequence
from contextlib import suppress

from msgspec.structs import replace

from publisher import key, url
from publisher.desk.desk import ATTEMPTS, Desk
from publisher.error import Conflict, NotFound
from publisher.model import Article, Cursor, Kind, Redirect, Selection, Status, Tag
from publisher.store.port import Write

BATCH = 100
FORMATS = ("rss", "atom", "json")
WAITING = frozenset(Status) - {Status.PUBLISHED}


async def rename_tag(desk: Desk, before: Tag, after: Tag) -> Tag:
    """Give a tag another name or slug; one that has that slug already takes its articles too, and the name.

    Raises Conflict when `before` isn't stored now, or when settings or a feed name its slug and not the new one.
    """
    moves = before.slug != after.slug
    if moves:
        _refuse_named(desk, before.slug, after.slug)
    await desk.store.save_shelves((), (), desk.clock(), tags=(after,), before=before)
    if moves:
        await _lead(desk, before.slug, after.slug)
    for _ in range(ATTEMPTS):
        await _tag_anew(desk, before.slug, after)
        if not moves or await _is_forgotten(desk, before.slug):
            break
    if moves:
        await _tag_anew(desk, after.slug, after)
    await desk.announce()
    return await desk.store.tag(after.slug)


def _refuse_named(desk: Desk, old: str, new: str) -> None:
    """What chooses articles by the old slug alone would lose them, and nobody would be told."""
    for place, slugs in _namings(desk):
        if old in slugs and new not in slugs:
            raise Conflict(f"{place} names {old!r}: write {new!r} beside it there and reload the server first")


def _namings(desk: Desk) -> Iterator[tuple[str, Collection[str]]]:
    """Where an engineer names tags, and which."""
    yield "news_exclude_tags in site.toml", desk.settings.news_exclude_tags
    for feed in desk.feeds:
        if feed.enabled:
            yield f"tags in {feed.file}", feed.selection.tags
            yield f"exclude_tags in {feed.file}", feed.selection.exclude_tags


async def _lead(desk: Desk, old: str, new: str) -> None:
    """Redirects from the old page and feeds; they count as soon as no public article has the old tag."""
    for path, target in zip(_addresses(old), _addresses(new), strict=True):
        with suppress(NotFound):
            await desk.store.remove_redirect(target, desk.clock())
        with suppress(Conflict):
            await desk.store.add_redirect(Redirect(path, target), desk.clock())


def _addresses(slug: str) -> tuple[str, ...]:
    page = url.tag(slug)
    return (page, *(f"{page}feed.{each}" for each in FORMATS))


async def _tag_anew(desk: Desk, slug: str, after: Tag) -> None:
    """Give the articles that carry a tag of that slug the one of `after`, where it isn't so yet."""
    async for batch in _carrying(desk, slug):
        outdated = [each for each in batch if any(_is_outdated(tag, slug, after) for tag in each.tags)]
        await _write(desk, await desk.store.with_bodies(outdated), slug, after)


def _is_outdated(tag: Tag, slug: str, after: Tag) -> bool:
    return tag.slug == slug and (tag.slug, tag.name) != (after.slug, after.name)


async def _carrying(desk: Desk, slug: str) -> AsyncIterator[Sequence[Article]]:
    """The articles of any status that carry a tag, and some that don't."""
    chosen = Selection(kinds=frozenset(Kind), tags=frozenset({slug}), limit=BATCH)
    while found := await desk.store.select(chosen):
        yield found
        last = found[-1]
        assert last.published
        chosen = replace(chosen, after=Cursor(last.published, last.id))
    before_id = 0
    while found := await desk.store.in_status(WAITING, BATCH, before_id):
        yield found
        before_id = found[-1].id


async def _write(desk: Desk, articles: Sequence[Article], slug: str, after: Tag) -> None:
    """Store articles with the tag as it is now; who edits one meanwhile has it written again later."""
    known = {group: await desk.versions(group) for group in {each.translation_group for each in articles}}

    def write(article: Article) -> Write:
        tags = (after if each.slug == slug else each for each in article.tags)
        tagged = replace(article, tags=tuple({each.slug: each for each in tags}.values()))
        return desk.write(tagged, article.revision, "retag", known[article.translation_group])

    writes = await asyncio.to_thread(lambda: [write(each) for each in articles])
    await desk.store.save_all(writes, desk.clock())


async def _is_forgotten(desk: Desk, slug: str) -> bool:
    """Whether the old tag is gone: no article has it any more."""
    try:
        await desk.store.remove_shelf(key.tag(slug), desk.clock())
    except NotFound:
        return True
    except Conflict:
        return False
    return True
