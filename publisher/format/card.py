"""Articles as they stand in lists, in the page's language; and boxes that repeat none of them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache

import msgspec

from publisher import date, url
from publisher.format import language as tongue
from publisher.format import shot
from publisher.format.frame import Frame, hue, label
from publisher.format.view import Box, Byline, Card, Found, Scrap, Tale
from publisher.model import Article, Author, Picture, Visibility

HIT, END = "\x02", "\x03"


@lru_cache(maxsize=1024)
def card(frame: Frame, article: Article, language: str, sizes: str = shot.CARD) -> Card:
    """One article on a page of that language; kept, for lists show most of what they showed before."""
    foreign = article.language != language
    return Card(
        title=article.title or article.dek or article.excerpt,
        url=article.path,
        dek=article.dek or article.excerpt,
        section=label(frame, article.section),
        shot=shot.card(article.hero, sizes),
        authors=tongue.names([each.name for each in article.authors], language),
        date=_date(article, language),
        datetime=date.rfc3339(article.published) if article.published else "",
        minutes=tongue.minutes(article.minutes, language),
        views=tongue.views(article.views, language),
        language=article.language if foreign else "",
        direction=article.direction if foreign else "",
        members="" if article.visibility is Visibility.PUBLIC else tongue.words(language).members,
    )


def _date(article: Article, language: str) -> str:
    return tongue.day(article.published, language, article.offset_minutes) if article.published else ""


def cards(frame: Frame, articles: Iterable[Article], language: str, sizes: str = shot.CARD) -> tuple[Card, ...]:
    """Several articles, in their order."""
    return tuple(card(frame, each, language, sizes) for each in articles)


def led(frame: Frame, articles: Sequence[Article], language: str) -> tuple[Card, ...]:
    """Several articles, the first of which is drawn large; of two, both."""
    large = 2 if len(articles) == 2 else 1
    return cards(frame, articles[:large], language, shot.LEAD) + cards(frame, articles[large:], language)


@lru_cache(maxsize=256)
def box(
    frame: Frame, title: str, articles: tuple[Article, ...], language: str, section: str = "", sizes: str = shot.CARD
) -> Box:
    """A titled group of articles; a section's, when one is named, with its first article drawn large.

    Most boxes are the same on the next page: they are kept, and so is what templates write of them (`once`).
    """
    return Box(
        title=title,
        cards=led(frame, articles, language) if section else cards(frame, articles, language, sizes),
        url=url.section(section) if section else "",
        hue=hue(frame, section),
    )


class Told(msgspec.Struct, frozen=True):
    """What a list needs of an article's story."""

    article: Article
    title: str
    poster: Picture | None


def tales(frame: Frame, told: Iterable[Told], language: str) -> tuple[Tale, ...]:
    """Several stories, in their order."""
    return tuple(tale(frame, each, language) for each in told)


def tale(frame: Frame, told: Told, language: str) -> Tale:
    """One story, by the poster of its cover; it opens in the player."""
    article = told.article
    foreign = article.language != language
    return Tale(
        title=told.title,
        url=url.player(article.story_slug),
        shot=shot.poster(told.poster),
        hue=hue(frame, article.section.slug) if article.section else "",
        language=article.language if foreign else "",
        direction=article.direction if foreign else "",
    )


def byline(author: Author) -> Byline:
    """An author under a headline."""
    return Byline(
        name=author.name,
        url=url.author(author.slug),
        initial=author.name[:1].upper(),
        avatar=author.avatar,
        bio=author.bio,
    )


def found(frame: Frame, article: Article, snippet: str, language: str) -> Found:
    """One result of a search; its hits stand between \\x02 and \\x03."""
    return Found(card=card(frame, article, language, shot.THUMB), snippet=tuple(_scraps(snippet)))


def _scraps(snippet: str) -> Iterable[Scrap]:
    for number, part in enumerate(snippet.split(HIT)):
        hit, _, rest = part.partition(END) if number else ("", "", part)
        yield from (Scrap(text=text, is_hit=is_hit) for text, is_hit in ((hit, True), (rest, False)) if text)


def apart(shown: Iterable[Article], *groups: Sequence[Article]) -> tuple[tuple[Article, ...], ...]:
    """The groups without what is shown already or stands in a group before."""
    seen = {each.id for each in shown}
    return tuple(_unseen(group, seen) for group in groups)


def _unseen(group: Sequence[Article], seen: set[int]) -> tuple[Article, ...]:
    fresh = tuple(each for each in group if each.id not in seen)
    seen.update(each.id for each in fresh)
    return fresh
