"""Feed definitions against what is stored: a section, tag or author that no article has chooses nothing, silently."""

from __future__ import annotations

from collections.abc import AsyncIterator, Collection

from msgspec.structs import replace

from publisher.catalogue.base import Context
from publisher.check.finding import Finding, Level
from publisher.model import Kind, Selection
from publisher.setting import nearest

CHOOSING = ("sections", "tags", "authors")
EXCLUDING = ("exclude_sections", "exclude_tags")
ANY = Selection(kinds=frozenset(Kind), limit=1)
OFFERED = 1000
"""Names that are looked through for the one that may have been meant."""


async def unknown_names(context: Context) -> AsyncIterator[Finding]:
    """What the site's feeds name and no public article has: a warning; information where it is left out anyway."""
    for feed in context.feeds:
        if not feed.enabled:
            continue
        for key in (*CHOOSING, *EXCLUDING):
            level = Level.WARNING if key in CHOOSING else Level.INFO
            async for said in _unknown(context, key, getattr(feed.selection, key)):
                yield Finding(feed.file, level, f"selection.{key}: {said}")


async def _unknown(context: Context, key: str, slugs: Collection[str]) -> AsyncIterator[str]:
    shelf = key.removeprefix("exclude_")
    for slug in sorted(slugs):
        chosen = replace(ANY, **{shelf: frozenset({slug})})
        if not await context.store.select(chosen):
            yield f"no public article has {slug!r}{nearest(slug, await _names(context, shelf))}"


async def _names(context: Context, shelf: str) -> tuple[str, ...]:
    store = context.store
    if shelf == "sections":
        return tuple(each.slug for each in await store.sections())
    return tuple(each.slug for each in await (store.tags(OFFERED) if shelf == "tags" else store.authors(OFFERED)))
