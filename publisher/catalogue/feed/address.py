"""Which feed stands at a path: a definition, or a definition's feed for one section, tag or author."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Mapping
from datetime import timedelta
from urllib.parse import quote, unquote

import msgspec

from publisher import key, text, url
from publisher.catalogue import box
from publisher.catalogue.base import Context
from publisher.definition import FeedDefinition
from publisher.error import NotFound
from publisher.format.feed import language_tag
from publisher.model import Author, Section, Selection, Tag

FORMAT = r"\.(?P<format>rss|atom|json)"
SHELF_PAGE = 1000

_NAMED = re.compile(rf"/feeds/(?P<name>[a-z0-9][a-z0-9-]*){FORMAT}")
_SEARCH = re.compile(rf"/search/feed{FORMAT}")
_TAG = re.compile(rf"/tag/(?P<slug>[^/]+)/feed{FORMAT}")
_AUTHOR = re.compile(rf"/author/(?P<slug>[^/]+)/feed{FORMAT}")
_SECTION = re.compile(rf"/(?P<slug>[^/]+)/feed{FORMAT}")

SEARCH = FeedDefinition(
    name="search",
    title="“{name}” · {site}",
    description="Articles of {site} that match “{name}”.",
    selection=Selection(limit=30),
)
QUERY_LENGTH = 200


class Feed(msgspec.Struct, frozen=True, kw_only=True):
    """One feed: the path of its page, its own path without the format, what it is called and selects."""

    definition: FeedDefinition
    stem: str
    page: str
    title: str
    description: str
    language: str
    selection: Selection
    query: str = ""

    def path(self, format: str) -> str:
        """Its address in a format."""
        return f"{self.stem}.{format}" + (f"?q={quote(self.query, safe='')}" if self.query else "")

    @property
    def keys(self) -> frozenset[str]:
        """What purges it: the narrowest lists that hold all its articles; none for a search (max age only)."""
        chosen = self.selection
        if self.query:
            return frozenset()
        for slugs, name in ((chosen.sections, key.section), (chosen.tags, key.tag), (chosen.authors, key.author)):
            if slugs:
                return frozenset(map(name, slugs))
        return frozenset({key.LATEST})


def of_definition(context: Context, definition: FeedDefinition) -> Feed:
    """The feed of a definition without a family."""
    page = "/web-stories/" if definition.entries == "stories" else _page(definition.selection)
    return _feed(context, definition, f"/feeds/{definition.name}", page, "", definition.selection)


def _page(selection: Selection) -> str:
    """The page that lists what a selection lists, as nearly as there is one."""
    for slugs, name in ((selection.sections, url.section), (selection.tags, url.tag), (selection.authors, url.author)):
        if len(slugs) == 1:
            return name(next(iter(slugs)))
    return "/"


def of_shelf(context: Context, definition: FeedDefinition, shelf: Section | Tag | Author) -> Feed:
    """The feed of one section, tag or author, by a family's definition."""
    page = {"section": url.section, "tag": url.tag, "author": url.author}[definition.per](shelf.slug)
    field = f"{definition.per}s"
    selection = msgspec.structs.replace(definition.selection, **{field: frozenset({shelf.slug})})
    return _feed(context, definition, f"{page}feed", page, shelf.name, selection)


def of_search(context: Context, query: str) -> Feed:
    """The feed of a search."""
    words = text.line(query)[:QUERY_LENGTH]
    page = f"/search/?q={quote(words, safe='')}"
    found = _feed(context, SEARCH, "/search/feed", page, words, SEARCH.selection)
    return msgspec.structs.replace(found, query=words)


def _feed(context: Context, definition: FeedDefinition, stem: str, page: str, name: str, selection: Selection) -> Feed:
    site = context.site
    title = _filled(definition.title, site.title, name) or (f"{name} · {site.title}" if name else site.title)
    own = _filled(definition.description, site.title, name) or site.description
    return Feed(
        definition=definition,
        stem=stem,
        page=page,
        title=title,
        description=own or title,
        language=language_tag(definition.language or site.language) or "en",
        selection=selection,
    )


def _filled(pattern: str, site: str, name: str) -> str:
    values = {"site": site, "name": name}
    return text.line(re.sub(r"\{(site|name)\}", lambda match: values[match[1]], pattern))


def window_start(context: Context, feed: Feed) -> Selection:
    """The selection as of now: a window moves its beginning."""
    seconds = feed.definition.window_seconds
    if not seconds:
        return feed.selection
    return msgspec.structs.replace(feed.selection, since=context.clock() - timedelta(seconds=seconds))


def archive_path(feed: Feed, format: str, month: str, part: int = 1) -> str:
    """Address of a month's archive (`YYYY-MM`); part 1 has no number."""
    number = f"-{part}" if part > 1 else ""
    return f"{feed.stem}/{month[:4]}/{month[5:7]}{number}.{format}"


async def find(context: Context, path: str, query: Mapping[str, str]) -> tuple[Feed, str]:
    """The feed at a path and the format asked for; raises NotFound."""
    for pattern, lookup in _LOOKUPS:
        match = pattern.fullmatch(path)
        if match:
            feed = await lookup(context, match.groupdict(), query)
            if match["format"] not in feed.definition.formats:
                raise NotFound(f"the feed {feed.stem} is offered as {', '.join(feed.definition.formats)}")
            return feed, match["format"]
    raise NotFound(f"no feed stands at {path}")


async def _named(context: Context, groups: Mapping[str, str], _: Mapping[str, str]) -> Feed:
    return of_definition(context, definition_of(context, groups["name"]))


def definition_of(context: Context, name: str) -> FeedDefinition:
    """The enabled definition of that name, of one feed; raises NotFound."""
    for each in context.feeds:
        if each.name == name and each.enabled and not each.per:
            return each
    raise NotFound(f"no feed is called {name!r}")


def family(context: Context, per: str) -> FeedDefinition:
    """The enabled definition of a family; raises NotFound."""
    for each in context.feeds:
        if each.per == per and each.enabled:
            return each
    raise NotFound(f"there are no feeds per {per}")


async def _of_section(context: Context, groups: Mapping[str, str], _: Mapping[str, str]) -> Feed:
    definition = family(context, "section")
    return of_shelf(context, definition, await box.section(context, _slug(groups)))


async def _of_tag(context: Context, groups: Mapping[str, str], _: Mapping[str, str]) -> Feed:
    definition = family(context, "tag")
    return of_shelf(context, definition, await context.store.tag(_slug(groups)))


async def _of_author(context: Context, groups: Mapping[str, str], _: Mapping[str, str]) -> Feed:
    definition = family(context, "author")
    return of_shelf(context, definition, await context.store.author(_slug(groups)))


async def _of_search(context: Context, _: Mapping[str, str], query: Mapping[str, str]) -> Feed:
    words = text.line(query.get("q", ""))
    if not words:
        raise NotFound("a search feed needs words: /search/feed.rss?q=...")
    return of_search(context, words)


def _slug(groups: Mapping[str, str]) -> str:
    """The slug of a path segment that is encoded in the one right way; raises NotFound for another."""
    slug = unquote(groups["slug"], errors="replace")
    if url.segment(slug) != groups["slug"]:
        raise NotFound(f"{groups['slug']!r} is not how an address is written")
    return slug


_LOOKUPS = ((_NAMED, _named), (_SEARCH, _of_search), (_TAG, _of_tag), (_AUTHOR, _of_author), (_SECTION, _of_section))


def offered(context: Context, stem: str) -> tuple[str, ...]:
    """Formats of the feed whose path without its format is `stem`; none where no feed is defined."""
    first, _, rest = stem.strip("/").partition("/")
    try:
        if first == "feeds":
            return definition_of(context, rest).formats
        return family(context, first if first in ("tag", "author") else "section").formats
    except NotFound:
        return ()


async def shelf_feeds(context: Context, per: str) -> AsyncIterator[Feed]:
    """Every feed of a family; none when it isn't enabled."""
    try:
        definition = family(context, per)
    except NotFound:
        return
    async for shelf in _shelves(context, per):
        yield of_shelf(context, definition, shelf)


async def _shelves(context: Context, per: str) -> AsyncIterator[Section | Tag | Author]:
    if per == "section":
        for section in await context.store.sections():
            yield section
        return
    read = context.store.tags if per == "tag" else context.store.authors
    offset = 0
    while page := await read(SHELF_PAGE, offset):
        for shelf in page:
            yield shelf
        offset += len(page)


async def all_feeds(context: Context) -> AsyncIterator[Feed]:
    """Every enabled feed: definitions by name, then sections, authors and tags."""
    for definition in context.feeds:
        if definition.enabled and not definition.per:
            yield of_definition(context, definition)
    for per in ("section", "author", "tag"):
        async for feed in shelf_feeds(context, per):
            yield feed
