"""Articles and verbs that the contract is told with."""

import itertools
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec

from publisher.model import (
    Article,
    Author,
    Body,
    Kind,
    Section,
    Selection,
    Status,
    Tag,
)
from publisher.store.port import Saved, Store, Write

NOON = datetime(2026, 11, 5, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
REVIEWS = Section(slug="reviews", name="Reviews", position=1)
TRAVEL = Section(slug="travel", name="Travel", position=2)
FILM = Tag(slug="film", name="Film")
MUSIC = Tag(slug="music", name="Music")
ANN = Author(slug="ann", name="Ann")
BOB = Author(slug="bob", name="Bob")
EVERY_KIND = frozenset(Kind)

_numbers = itertools.count(1)


def article(slug: str = "", **rest: Any) -> Article:
    """A published article of 5 November 2026, unlike any other."""
    slug = slug or f"piece-{next(_numbers)}"
    values: dict[str, Any] = {
        "guid": f"tag:example.org,2026:{slug}",
        "path": f"/reviews/{slug}/",
        "title": slug.replace("-", " ").title(),
        "status": Status.PUBLISHED,
        "published": NOON,
        "section": REVIEWS,
        "body": Body(html="<p>Some words.</p>", text="Some words."),
    }
    return Article(slug=slug, **(values | rest))


def write(article_: Article, **rest: Any) -> Write:
    return Write(article=article_, **({"fragment": f"<url>{article_.path}</url>".encode()} | rest))


async def save(store: Store, article_: Article, at: datetime = NOON, **rest: Any) -> Saved:
    return await store.save(write(article_, **rest), at)


async def saved(store: Store, slug: str = "", **rest: Any) -> Article:
    """A new article, stored."""
    return (await save(store, article(slug, **rest))).article


async def save_many(store: Store, count: int, **rest: Any) -> list[Article]:
    """New articles, an hour apart, oldest first."""
    writes = [write(article(f"many-{n}", **({"published": NOON + n * HOUR} | rest))) for n in range(count)]
    outcomes = await store.save_all(writes, NOON)
    return [outcome.article for outcome in outcomes if isinstance(outcome, Saved)]


async def edit(store: Store, stored: Article, at: datetime = NOON, **changes: Any) -> Saved:
    return await save(store, msgspec.structs.replace(stored, **changes), at)


async def slugs(store: Store, **selection: Any) -> list[str]:
    """Slugs of a selection, in its order."""
    return [each.slug for each in await store.select(Selection(**selection))]


def one(*values: Any) -> frozenset[Any]:
    return frozenset(values)
