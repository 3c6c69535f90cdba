"""Stories: the AMP document, the light player, the reading view, a ZIP of them, and drawn posters.

A story is composed when it is read (only an editor's changes are stored). An article that is too
thin for one has none: NotFound, with the reason.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from functools import partial
from urllib.parse import unquote

from publisher import key, rendition, url
from publisher.catalogue import box
from publisher.catalogue.base import Build, Call, Context, DocumentKind, document, kind
from publisher.compose.storyboard import compose
from publisher.compose.telling import has_story
from publisher.error import NotFound
from publisher.format.bundle import zipped
from publisher.format.player import Bundle, Rendered, bundle, player, reading
from publisher.format.story import StoryOptions, amp
from publisher.format.template import Templates
from publisher.media import poster
from publisher.model import Answer, Article, Document, Kind, Selection, Site, Withdrawn
from publisher.palette import palette
from publisher.story import Story, Thin

HTML = "text/html; charset=utf-8"
POSTER_MAX_AGE = 86_400
STORIES = Selection(kinds=frozenset({Kind.ARTICLE, Kind.STORY}))
"""Articles that may have a story."""

Render = Callable[[Site, Story, Templates], Rendered]
_SLUG = r"/web-stories/(?P<slug>[^/]+)"


async def story_of(context: Context, call: Call) -> Story | Withdrawn:
    """The story that a path speaks of. Raises NotFound: no such story, not public yet, or too thin."""
    article = await article_of(context, call)
    if isinstance(article, Withdrawn):
        return article
    found = await context.hand.composed(article, compose)
    if isinstance(found, Thin):
        raise NotFound(f"{article.title!r} has no story: {found.reason}")
    return found


async def article_of(context: Context, call: Call) -> Article | Withdrawn:
    """The public article whose story a path speaks of. Raises NotFound: no such story, or not public yet."""
    article = await context.hand.story(context.store, unquote(call.groups["slug"]))
    if not article.is_public and article.was_public:
        return Withdrawn(call.path)
    if not article.is_public:
        raise NotFound(f"no story at {call.path}")
    return article


async def stories_of(context: Context, selection: Selection) -> tuple[Story, ...]:
    """The stories of a selection's articles, without those too thin for one."""
    articles = await context.store.with_bodies(await context.store.select(selection))
    return await asyncio.to_thread(_composed, articles)


def _composed(articles: tuple[Article, ...]) -> tuple[Story, ...]:
    found = (compose(article) for article in articles)
    return tuple(each for each in found if isinstance(each, Story))


async def _view(context: Context, call: Call, render: Render) -> Answer:
    story = await story_of(context, call)
    if isinstance(story, Withdrawn):
        return story
    made = render(context.site, story, context.templates)
    return _document(context, call.path, story.article, made)


def _document(context: Context, path: str, article: Article, made: Rendered) -> Document:
    return document(
        path,
        made.body,
        HTML,
        updated=article.lastmod,
        keys=key.own(article) | {key.SITE},
        max_age=context.settings.page_max_age,
        robots="noindex" if context.site.staging or article.seo.noindex else "",
        policy=made.policy,
    )


async def _amp(context: Context, call: Call) -> Answer:
    story = await story_of(context, call)
    if isinstance(story, Withdrawn):
        return story
    settings = context.settings
    extra = StoryOptions(gtag=settings.story_gtag, beacon=settings.story_beacon, ad_slot=settings.story_ad_slot)
    body = amp(context.site, story, context.templates, extra, await _translations(context, story.article))
    return _document(context, call.path, story.article, Rendered(body, "amp"))


async def _translations(context: Context, article: Article) -> list[tuple[str, str]]:
    """(language, path) of the stories of the same piece in other languages (B8)."""
    if not article.translation_group:
        return []
    selection = Selection(kinds=STORIES.kinds, translation_group=article.translation_group)
    found = await context.store.with_bodies(await context.store.select(selection))
    return [(each.language, url.story(each.story_slug)) for each in found if each.is_indexable and has_story(each)]


async def _poster(context: Context, call: Call) -> Answer:
    """A poster drawn for a story whose cover has no stored picture."""
    article = await article_of(context, call)
    if isinstance(article, Withdrawn):
        return article
    told = await box.telling_of(context, article)
    if told is None:
        raise NotFound(f"{article.title!r} has no story")
    if told.poster and rendition.stored(told.poster):
        raise NotFound(f"the posters of {article.story_slug!r} are cut from its cover")
    section = article.section
    colours = palette(section.slug if section else "")
    draw = partial(poster.draw, call.groups["name"], told.title, section.name if section else "", colours)
    return document(
        call.path,
        await asyncio.to_thread(draw),
        "image/jpeg",
        updated=article.lastmod,
        keys=frozenset({key.article(article.id), key.SITE}),
        max_age=POSTER_MAX_AGE,
    )


async def _zip(context: Context, call: Call) -> Answer:
    """The story as a ZIP that opens offline (F3)."""
    story = await story_of(context, call)
    if isinstance(story, Withdrawn):
        return story
    made = bundle(context.site, story, context.templates)
    files = {**made.pages, **await _pictures(context, made)}
    return document(
        call.path,
        await asyncio.to_thread(zipped, files, story.article.lastmod),
        "application/zip",
        updated=story.article.lastmod,
        keys=frozenset({key.article(story.article.id), key.SITE}),
        max_age=context.settings.page_max_age,
        robots="noindex",
    )


async def _pictures(context: Context, made: Bundle) -> dict[str, bytes]:
    """The files of a bundle's pictures; one that can't be made is left out, the story stands without it."""
    found: dict[str, bytes] = {}
    for name, (sha256, row) in made.pictures.items():
        if context.library is None:
            break
        try:
            path = await context.library.rendition(sha256, row, "jpg")
        except NotFound:
            continue
        found[name] = await asyncio.to_thread(path.read_bytes)
    return found


async def _paths(context: Context, article: Article) -> list[str]:
    """Every address of an article's story, none when it has none."""
    told = await box.telling_of(context, article) if article.story_slug else None
    if told is None:
        return []
    posters = () if told.poster and rendition.stored(told.poster) else rendition.POSTERS
    addresses = [address(article.story_slug) for address in (url.story, url.player, url.reading, _bundle)]
    return addresses + [f"{url.story(article.story_slug)}{name}.jpg" for name in posters]


def _bundle(slug: str) -> str:
    return f"{url.story(slug)[:-1]}.zip"


def _views(render: Render) -> Build:
    return partial(_view, render=render)


KINDS: tuple[DocumentKind, ...] = (
    kind("story", rf"{_SLUG}/", _amp, own=_paths),
    kind("story player", rf"{_SLUG}/play/", _views(player), own=_paths),
    kind("story reading view", rf"{_SLUG}/read/", _views(reading), own=_paths),
    kind("story bundle", rf"{_SLUG}\.zip", _zip, own=_paths),
    kind("story poster", rf"{_SLUG}/(?P<name>{'|'.join(rendition.POSTERS)})\.jpg", _poster, own=_paths),
)
