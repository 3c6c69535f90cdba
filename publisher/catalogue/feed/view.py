"""A feed as a page, for a person whose browser opened its address (feeds.md 61)."""

from __future__ import annotations

import msgspec

from publisher import url
from publisher.catalogue import box
from publisher.catalogue.base import Call, Context, document
from publisher.catalogue.feed import edition
from publisher.catalogue.feed.address import Feed, find
from publisher.catalogue.story import stories_of
from publisher.format import card
from publisher.format import head as heads
from publisher.format.frame import Frame, chrome
from publisher.format.view import Card, Given, Item
from publisher.model import Article, Document

PREFIX = "/_/view"
DIRECTORY = "/feeds/"
TEMPLATE = "feed/view.html"
SHOWN = 50
NAMES = {"rss": "RSS", "atom": "Atom", "json": "JSON"}


async def build(context: Context, call: Call) -> Document:
    """The readable page of the feed at the path behind the prefix; raises NotFound."""
    path = call.path.removeprefix(PREFIX)
    feed, format = await find(context, path, call.query)
    frame = await box.frame(context)
    head = heads.head_of_list(
        context.site, feed.title, feed.description, feed.path(format), language=feed.language, noindex=True
    )
    given = Given(
        head=head,
        chrome=chrome(frame, DIRECTORY if feed.page == "/" else feed.page, feed.language),
        title=feed.title,
        text=feed.description,
        feed=url.absolute(context.site.base, feed.path(format)),
        feeds=tuple(Item(title=NAMES[each], url=feed.path(each)) for each in feed.definition.formats),
        cards=await _cards(context, frame, feed),
    )
    return document(
        call.path,
        context.templates.render(TEMPLATE, **given),
        "text/html; charset=utf-8",
        keys=feed.keys,
        max_age=context.settings.page_max_age,
        robots="noindex",
        varies_by_reader=True,
    )


async def _cards(context: Context, frame: Frame, feed: Feed) -> tuple[Card, ...]:
    """The newest entries as cards; a story's leads to the story."""
    if feed.definition.entries == "stories":
        told = await stories_of(context, msgspec.structs.replace(feed.selection, limit=SHOWN))
        return tuple(_leading(frame, feed, each.article) for each in told)
    return card.cards(frame, await _newest(context, feed), feed.language)


def _leading(frame: Frame, feed: Feed, article: Article) -> Card:
    plain = card.card(frame, article, feed.language)
    return msgspec.structs.replace(plain, url=url.story(article.story_slug))


async def _newest(context: Context, feed: Feed) -> tuple[Article, ...]:
    async for page in edition.pages(context, feed):
        return tuple(page[: min(SHOWN, feed.selection.limit)])
    return ()
