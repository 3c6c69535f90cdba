"""Where other systems keep their feeds: each old address leads to ours (feeds.md 59).

A site that moves here from WordPress, Ghost, Hugo or Jekyll keeps its subscribers. A piece that
stands at such an address (one called "RSS", say) is left in peace. The new address isn't looked
up: a feed that isn't there is 404 there. Feeds of comments are 410: there are no comments here, and
readers stop asking.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from contextlib import suppress
from urllib.parse import quote

from publisher.catalogue.base import Call, Context, DocumentKind, kind
from publisher.error import NotFound
from publisher.model import Article, Redirect, Withdrawn

SITE = "/feeds/all"
KINDS_OF_FEED = "rss2|rss|rdf|atom|json"

_FORMATS = {"atom": "atom", "json": "json"}
_TYPE = rf"(?:/(?P<type>{KINDS_OF_FEED}))?/?"
_RSS = r"/(?:rss|index\.xml|feed\.xml|rss\.xml)/?"

WHOLE_SITE: Mapping[str, str] = {
    "rss": (
        r"/(?:feed|rss|feeds?/rss|rss\.xml|feed\.xml|index\.xml|feed\.rss|rss/index\.rss|index\.rss|index\.rdf"
        r"|posts/index\.xml|post/index\.xml|blog/index\.xml|blog/feed|blog/rss|feed/rss2?|feed/rdf"
        r"|wp-(?:rss2?|rdf|feed)\.php)/?"
    ),
    "atom": r"/(?:feed/atom|atom|atom\.xml|feed\.atom|index\.atom|feeds/posts/default|wp-atom\.php)/?",
    "json": r"/(?:feed/json|feed\.json|index\.json|json)/?",
}
"""Format -> addresses of the whole site's feed: WordPress, Ghost, Hugo, Jekyll and their like."""

SHELVES = (
    (r"/category/(?:[^/]+/)*(?P<slug>[^/]+)/feed" + _TYPE, "/{slug}/feed"),
    (r"/categor(?:y|ies)/(?P<slug>[^/]+)" + _RSS, "/{slug}/feed"),
    (r"/tags?/(?P<slug>[^/]+)/feed" + _TYPE, "/tag/{slug}/feed"),
    (r"/tags?/(?P<slug>[^/]+)" + _RSS, "/tag/{slug}/feed"),
    (r"/feed/by_tag/(?P<slug>[^/]+)\.xml", "/tag/{slug}/feed"),
    (r"/authors?/(?P<slug>[^/]+)/feed" + _TYPE, "/author/{slug}/feed"),
    (r"/authors?/(?P<slug>[^/]+)" + _RSS, "/author/{slug}/feed"),
    (r"/feed/(?P<slug>[^/]+)\.xml", "/{slug}/feed"),
    (r"/(?P<slug>[^/]+)/feed" + _TYPE, "/{slug}/feed"),
    (r"/(?P<slug>[^/]+)/(?:index\.xml|rss)/?", "/{slug}/feed"),
)
"""Pattern -> our feed, for sections, tags and authors; the first that matches wins."""


async def _to_site(context: Context, call: Call) -> Redirect:
    await _give_way(context, call.path)
    format = next(each for each, pattern in WHOLE_SITE.items() if re.fullmatch(pattern, call.path))
    return Redirect(call.path, f"{SITE}.{format}")


async def _give_way(context: Context, path: str) -> None:
    """Raise NotFound where a piece, or a redirect that the owner made, stands at a path: another kind answers it."""
    try:
        await context.store.at(path if path.endswith("/") else f"{path}/")
    except NotFound:
        return
    raise NotFound(f"no feed ever stood at {path}")


async def _to_shelf(context: Context, call: Call) -> Redirect:
    await _give_way(context, call.path)
    for pattern, ours in SHELVES:
        match = re.fullmatch(pattern, call.path)
        if match:
            found = match.groupdict()
            target = ours.format(slug=found["slug"])
            return Redirect(call.path, f"{target}.{_FORMATS.get(found.get('type') or '', 'rss')}")
    raise NotFound(f"nothing is published at {call.path}")


async def _of_all_comments(context: Context, call: Call) -> Withdrawn:
    """There are no comments here."""
    await _give_way(context, call.path)
    return Withdrawn(call.path)


async def _of_comments(context: Context, call: Call) -> Withdrawn:
    """The feed of a piece's comments: the piece's address and `/feed/`."""
    await _give_way(context, call.path)
    for path in (call.groups["piece"] + "/", call.groups["piece"]):
        with suppress(NotFound):
            found = await context.store.at(path)
            if isinstance(found, Article) and found.was_public:
                return Withdrawn(call.path)
    raise NotFound(f"nothing is published at {call.path}")


async def _by_query(_: Context, call: Call) -> Redirect | Withdrawn:
    """WordPress without permalinks: `/?feed=rss2`, also with `s=words`."""
    wanted = call.query.get("feed", "").strip("/")
    if re.fullmatch(r"comments-(?:rss2?|rdf|atom)", wanted):
        return Withdrawn(call.path)
    if not re.fullmatch(KINDS_OF_FEED + "|feed", wanted):
        raise NotFound(f"no feed is called {wanted!r}")
    format, words = _FORMATS.get(wanted, "rss"), call.query.get("s", "")
    if words:
        return Redirect(call.path, f"/search/feed.{format}?q={quote(words, safe='')}")
    return Redirect(call.path, f"{SITE}.{format}")


async def _to_search(_: Context, call: Call) -> Redirect:
    format = _FORMATS.get(call.groups.get("type", ""), "rss")
    return Redirect(call.path, f"/search/feed.{format}?q={call.groups['words'].replace('+', '%20')}")


KINDS: tuple[DocumentKind, ...] = (
    kind("old feed by query", r"/(?:index\.php)?", _by_query, query="feed s"),
    *(kind(f"old {format} feed", pattern, _to_site) for format, pattern in WHOLE_SITE.items()),
    kind("old search feed", r"/search/(?P<words>[^/]+)/feed" + _TYPE, _to_search),
    kind("old feed of all comments", r"/comments/feed" + _TYPE + r"|/wp-commentsrss2\.php", _of_all_comments),
    kind("old feed of comments", r"(?P<piece>/.+)/feed" + _TYPE, _of_comments),
    *(kind("old feed of a list", pattern, _to_shelf) for pattern, _ in SHELVES),
)
