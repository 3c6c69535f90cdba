"""The reader's pages: values in, HTML out, bit by bit: whoever joins it decides how much at a time.

Every variable of a template is named here, once a page.

Knows no store and no clock: boxes come ready chosen, dates are those of the articles.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any
from urllib.parse import quote

import msgspec

from publisher import date, text, url
from publisher.format import card as cards
from publisher.format import language as tongue
from publisher.format import share, shot
from publisher.format.card import Told
from publisher.format.frame import Frame, chrome, label
from publisher.format.head import Head, Link
from publisher.format.jsonld import Crumb as HeadCrumb
from publisher.format.template import Templates
from publisher.format.view import Box, Crumb, Given, Item, Pager, Piece, Rack
from publisher.model import Article, Author, Kind, Section, Visibility

TEASER_CHARACTERS = 600


class Boxes(msgspec.Struct, frozen=True, kw_only=True):
    """Other articles that a page shows beside its own; none of them twice."""

    trending: tuple[Article, ...] = ()
    top: tuple[Article, ...] = ()
    popular: tuple[Article, ...] = ()
    related: tuple[Article, ...] = ()
    picks: tuple[Article, ...] = ()
    miss: tuple[Article, ...] = ()
    stories: Sequence[Told] = ()


class Finding(msgspec.Struct, frozen=True):
    """A search result: the article and a snippet whose hits stand between \\x02 and \\x03."""

    article: Article
    snippet: str


class Sought(msgspec.Struct, frozen=True, kw_only=True):
    """One page of a search: what was asked, what was found after so many before it, and what may have been meant."""

    query: str = ""
    findings: Sequence[Finding] = ()
    before: int = 0
    has_more: bool = False
    pager: Pager | None = None
    feed: str = ""
    suggestion: str = ""


class Shown(msgspec.Struct, frozen=True, kw_only=True):
    """One page of a list: its articles, and where it stands among the others."""

    articles: Sequence[Article]
    number: int = 1
    pages: int = 1
    path: str = "/"
    total: int = 0


def home(
    templates: Templates,
    frame: Frame,
    head: Head,
    latest: Sequence[Article],
    shelves: Sequence[tuple[Section, Sequence[Article]]],
    boxes: Boxes,
    months: Sequence[tuple[str, int]] = (),
) -> Iterator[str]:
    """The home page: the lead, what is new, what is read, a row for each section, the archive's months."""
    spoken = frame.site.language
    words = tongue.words(spoken)
    given = Given(
        head=head,
        chrome=chrome(frame, "/"),
        lead=cards.card(frame, latest[0], spoken, shot.LEAD) if latest else None,
        latest=cards.box(frame, words.latest, latest[1:], spoken, sizes=shot.THUMB),
        trending=cards.box(frame, words.trending, boxes.trending, spoken),
        tales=cards.tales(frame, boxes.stories, spoken),
        picks=cards.box(frame, words.picks, boxes.picks, spoken, sizes=shot.PICK),
        sections=tuple(cards.box(frame, each.name, held, spoken, each.slug) for each, held in shelves if held),
        miss=cards.box(frame, words.miss, boxes.miss, spoken),
        top=cards.box(frame, words.top, boxes.top, spoken),
        months=_months(months, "/", spoken),
    )
    yield from templates.pieces("page/home.html", **given)


def listing(
    templates: Templates,
    frame: Frame,
    head: Head,
    shown: Shown,
    boxes: Boxes,
    *,
    label: str,
    title: str,
    text: str = "",
    section: str = "",
    author: Author | None = None,
    months: Sequence[tuple[str, int]] = (),
) -> Iterator[str]:
    """A section's, tag's, author's or month's page."""
    spoken = frame.site.language
    words = tongue.words(spoken)
    given = Given(
        head=head,
        chrome=chrome(frame, shown.path, section=section),
        label=label,
        title=title,
        text=text,
        portrait=author.avatar if author else "",
        count=tongue.articles(shown.total, spoken) if shown.total else "",
        feeds=_feed_items(head.links, shown.path),
        is_first_page=shown.number == 1,
        cards=cards.led(frame, shown.articles, spoken),
        trending=cards.box(frame, words.trending, boxes.trending, spoken),
        pager=_pager(shown, spoken),
        months=_months(months, shown.path, spoken),
    )
    yield from templates.pieces("page/list.html", **given)


def _months(months: Sequence[tuple[str, int]], path: str, language: str) -> tuple[Item, ...]:
    """Links to months of the archive, with how many articles each holds."""
    return tuple(
        Item(
            title=tongue.month(name, language),
            url=url.month(name),
            is_current=url.month(name) == path,
            count=tongue.number(articles, language),
        )
        for name, articles in months
    )


def article(templates: Templates, frame: Frame, head: Head, article: Article, boxes: Boxes) -> Iterator[str]:
    """An article's own page, in its own language."""
    spoken = article.language
    words = tongue.words(spoken)
    section = article.section.slug if article.section else ""
    given = Given(
        head=head,
        chrome=chrome(frame, article.path, spoken, section),
        piece=piece(frame, head, article, boxes.stories),
        related=cards.box(frame, words.related, boxes.related, spoken),
        trending=cards.box(frame, words.trending, boxes.trending, spoken),
        popular=cards.box(frame, words.popular, boxes.popular, spoken),
        top=cards.box(frame, words.top, boxes.top, spoken),
        miss=cards.box(frame, words.miss, boxes.miss, spoken),
        picks=cards.box(frame, words.picks, boxes.picks, spoken),
    )
    yield from templates.pieces("page/article.html", **given)


def plain(templates: Templates, frame: Frame, head: Head, article: Article) -> Iterator[str]:
    """A static page: about, privacy, terms."""
    given = Given(
        head=head,
        chrome=chrome(frame, article.path, article.language),
        piece=piece(frame, head, article),
    )
    yield from templates.pieces("page/plain.html", **given)


def search(
    templates: Templates, frame: Frame, head: Head, sought: Sought, trending: Sequence[Article]
) -> Iterator[str]:
    """The search page, with what was found, or with what may have been meant and what others read."""
    spoken = frame.site.language
    words = tongue.words(spoken)
    meant = sought.suggestion
    given = Given(
        head=head,
        chrome=chrome(frame, "/search/"),
        query=sought.query,
        summary=_summary(sought, spoken),
        feed=sought.feed,
        found=tuple(cards.found(frame, each.article, each.snippet, spoken) for each in sought.findings),
        suggestion=Item(title=meant, url=f"/search/?q={quote(meant, safe='')}") if meant else None,
        pager=sought.pager,
        trending=cards.box(frame, words.trending, trending, spoken),
    )
    yield from templates.pieces("page/search.html", **given)


def _summary(sought: Sought, language: str) -> str:
    words, count = tongue.words(language), sought.before + len(sought.findings)
    if not sought.findings:
        return words.no_results.format(sought.query)
    if count == 1:
        return words.result.format(sought.query)
    return words.results.format(tongue.number(count, language) + ("+" if sought.has_more else ""), sought.query)


def stories(templates: Templates, frame: Frame, head: Head, told: Sequence[Told], shown: Shown) -> Iterator[str]:
    """The archive of web stories."""
    spoken = frame.site.language
    given = Given(
        head=head,
        chrome=chrome(frame, shown.path),
        title=tongue.words(spoken).stories,
        tales=cards.tales(frame, told, spoken),
        feeds=_feed_items(head.links, "/feeds/stories"),
        pager=_pager(shown, spoken),
    )
    yield from templates.pieces("page/stories.html", **given)


def feeds(templates: Templates, frame: Frame, head: Head, racks: Sequence[Rack]) -> Iterator[str]:
    """The directory of everything that can be subscribed to."""
    given = Given(head=head, chrome=chrome(frame, "/feeds/"), racks=tuple(racks))
    yield from templates.pieces("page/feeds.html", **given)


def newsletter(
    templates: Templates,
    frame: Frame,
    head: Head,
    title: str,
    text: str,
    button: str = "",
    *,
    asks_address: bool = False,
) -> Iterator[str]:
    """A page about the newsletter, with a form of its own: so without the one in the foot."""
    given = Given(
        head=head,
        chrome=msgspec.structs.replace(chrome(frame, "/newsletter/"), newsletter=""),
        title=title,
        text=text,
        button=button,
        asks_address=asks_address,
    )
    yield from templates.pieces("page/newsletter.html", **given)


def error(
    templates: Templates,
    frame: Frame,
    status: int,
    title: str,
    text: str,
    latest: Box,
    links: tuple[Link, ...] = (),
) -> Iterator[str]:
    """A page that says what is wrong, with a search field, what is new and the feeds; it is no address of its own."""
    head = Head(title=f"{title} - {frame.site.title}", description="", canonical="", robots="noindex", links=links)
    given = Given(
        head=head,
        chrome=chrome(frame, ""),
        status=status,
        title=title,
        text=text,
        latest=latest,
    )
    yield from templates.pieces("page/error.html", **given)


def piece(frame: Frame, head: Head, article: Article, stories: Sequence[Told] = ()) -> Piece:
    """Everything that an article's page says of it, with its story if it has one; a members' piece is a teaser."""
    spoken, source = article.language, article.hero
    address = url.absolute(frame.site.base, article.path)
    picture = url.absolute(frame.site.base, source.src) if source else ""
    return Piece(
        id=article.id,
        title=article.title or article.dek or text.cut(article.excerpt, 80),
        dek=article.dek,
        section=label(frame, article.section),
        bylines=tuple(cards.byline(each) for each in article.authors),
        date=_day(article, spoken),
        datetime=date.with_offset(article.published, article.offset_minutes) if article.published else "",
        **_edited(article, spoken),
        minutes=tongue.minutes(article.minutes, spoken),
        views=tongue.views(article.views, spoken),
        hero=shot.hero(source),
        body=body(article),
        is_teaser=not article.is_open,
        source_name=article.source_name or _host(article.source_url),
        source_url=article.source_url,
        correction=article.correction,
        tags=tuple(Item(title=each.name, url=url.tag(each.slug)) for each in article.tags),
        share=share.links(address, article.title, picture, spoken),
        url=address,
        story=cards.tale(frame, stories[0], spoken) if stories else None,
        crumbs=tuple(_crumb(each) for each in head.crumbs),
    )


def body(article: Article) -> str:
    """The text as everyone may see it: whole, the excerpt of a members' piece, nothing of a protected one."""
    if article.is_open:
        lead = None if article.kind is Kind.PAGE else article.hero  # A static page shows its text alone.
        told = shot.without_lead(article.body.html, lead)
        return shot.body(told, {each.src: each for each in article.pictures})
    if article.visibility is Visibility.PASSWORD:
        return ""
    return f"<p>{_escaped(text.cut(article.excerpt or article.dek, TEASER_CHARACTERS))}</p>"


def _escaped(plain: str) -> str:
    return plain.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _host(address: str) -> str:
    return address.partition("://")[2].partition("/")[0].removeprefix("www.")


def _crumb(crumb: HeadCrumb) -> Crumb:
    return Crumb(title=crumb.title, url=crumb.path)


def _day(article: Article, language: str) -> str:
    return tongue.day(article.published, language, article.offset_minutes) if article.published else ""


def _edited(article: Article, language: str) -> dict[str, Any]:
    published, updated = article.published, article.updated
    if not published or not updated or updated.date() <= published.date():
        return {"updated": "", "updated_datetime": ""}
    return {
        "updated": tongue.day(updated, language, article.offset_minutes),
        "updated_datetime": date.with_offset(updated, article.offset_minutes),
    }


def _feed_items(links: Sequence[Link], path: str) -> tuple[Item, ...]:
    """The page's own feeds; the site's where it has none."""
    own = [each for each in links if path != "/" and each.href.startswith(path)]
    names = {"application/rss+xml": "RSS", "application/atom+xml": "Atom", "application/feed+json": "JSON"}
    return tuple(Item(title=names[each.type], url=each.href) for each in own or links if each.type in names)


def _pager(shown: Shown, language: str) -> Pager | None:
    if shown.pages < 2:
        return None
    return Pager(
        text=tongue.words(language).page_of.format(shown.number, shown.pages),
        newer=url.page(shown.path, shown.number - 1) if shown.number > 1 else "",
        older=url.page(shown.path, shown.number + 1) if shown.number < shown.pages else "",
    )
