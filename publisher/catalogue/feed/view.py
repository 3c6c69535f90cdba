"""A feed as a page, for a person whose browser opened its address (feeds.md 61)."""

from __future__ import annotations

from contextlib import suppress

from publisher import date, url
from publisher.catalogue.base import Call, Context, document
from publisher.catalogue.feed import edition
from publisher.catalogue.feed.address import Feed, find
from publisher.error import Invalid
from publisher.format import entry
from publisher.format.entry import Entry
from publisher.model import Article, Document, direction

PREFIX = "/_/view"
TEMPLATE = "feed/view.html"
SHOWN = 50


async def build(context: Context, call: Call) -> Document:
    """The readable page of the feed at the path behind the prefix; raises NotFound."""
    path = call.path.removeprefix(PREFIX)
    feed, format = await find(context, path, call.query)
    body = context.templates.render(
        TEMPLATE,
        site=context.site,
        title=feed.title,
        description=feed.description,
        language=feed.language,
        direction=direction(feed.language),
        address=url.absolute(context.site.base, feed.path(format)),
        page=url.absolute(context.site.base, feed.page),
        formats=[(each.upper(), feed.path(each)) for each in feed.definition.formats],
        entries=[_row(each) for each in await _entries(context, feed)],
    )
    return document(
        call.path,
        body,
        "text/html; charset=utf-8",
        keys=feed.keys,
        max_age=context.settings.page_max_age,
        robots="noindex",
        varies_by_reader=True,
    )


async def _entries(context: Context, feed: Feed) -> list[Entry]:
    """The newest entries; what can't be one is left out here as it is in the feed."""
    made: list[Entry] = []
    async for articles in edition.pages(context, feed):
        for article in articles:
            with suppress(Invalid):
                made.append(_entry(context, feed, article))
        if len(made) >= SHOWN:
            break
    return made[:SHOWN]


def _entry(context: Context, feed: Feed, article: Article) -> Entry:
    if feed.definition.entries == "stories":
        return entry.of_story(context.site, article)
    return entry.of_article(context.site, article, full_text=False)


def _row(each: Entry) -> dict[str, str]:
    """What the template shows of an entry: title, url, summary, published (RFC 3339), day, authors, language."""
    return {
        "title": each.stand_in,
        "url": each.url,
        "summary": each.summary,
        "published": date.rfc3339(each.published),
        "day": f"{each.published.day} {date.MONTHS[each.published.month - 1]} {each.published.year}",
        "authors": ", ".join(person.name for person in each.authors),
        "language": each.language,
    }
