"""What an unpublished article would look like: the page and the story that publishing it would give.

No path of the site leads here: `web/preview.py` shows them to whoever has a signed link.
"""

from __future__ import annotations

import asyncio
from datetime import datetime

from msgspec.structs import replace

from publisher.catalogue.base import Call, Context, document
from publisher.catalogue.box import RELATED
from publisher.catalogue.page import article_document
from publisher.catalogue.story import HTML
from publisher.compose.storyboard import compose
from publisher.error import NotFound
from publisher.format.player import player
from publisher.model import Article, Document, Status, Visibility
from publisher.story import Thin


async def page(context: Context, found: Article) -> Document:
    """The article's page."""
    shown = as_published(found, context.clock())
    alike = await context.store.related(shown, RELATED)
    return await article_document(context, Call(shown.path, {}), shown, alike)


async def story(context: Context, found: Article) -> Document:
    """The article's story in the light player. Raises NotFound for one too thin to have any."""
    made = await asyncio.to_thread(compose, as_published(found, context.clock()))
    if isinstance(made, Thin):
        raise NotFound(f"{found.title!r} has no story: {made.reason}")
    rendered = player(context.site, made, context.templates)
    return document(found.path, rendered.body, HTML, policy=rendered.policy)


def as_published(found: Article, now: datetime) -> Article:
    """The article as if it were published, for everyone, now or when it says."""
    published = found.published or now
    return replace(
        found,
        status=Status.PUBLISHED,
        visibility=Visibility.PUBLIC,
        published=published,
        first_published=found.first_published or published,
        updated=found.updated or published,
        story_slug=found.story_slug or found.slug,
    )
