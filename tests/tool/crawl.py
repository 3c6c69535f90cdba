"""A small site of articles, seen as a crawler sees it: paths in, bytes out, from the real catalogue."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec

from publisher import url
from publisher.asset import Assets
from publisher.catalogue import Catalogue, robots
from publisher.catalogue import sitemap as sitemaps
from publisher.catalogue.base import Context
from publisher.error import NotFound
from publisher.format import sitemap
from publisher.format.template import Templates
from publisher.model import Answer, Article, Author, Document, Place, Section, Site, Status, Tag
from publisher.setting import Settings
from publisher.store.memory import MemoryStore
from publisher.store.port import Store, Write

NOW = datetime(2026, 11, 23, 12, 0, 0, tzinfo=UTC)
SITE = Site(base="https://mag.example", title="The Mag", description="All of it")
REVIEWS = Section(slug="reviews", name="Reviews")


def piece(number: int, **values: Any) -> Article:
    """A published article, its number in its name, an hour older than the one before it."""
    at = NOW - timedelta(hours=number % 20_000)
    made = Article(
        guid=f"urn:{number}",
        slug=f"cup-{number}",
        path=url.article("reviews", f"cup-{number}"),
        title=f"Cup {number}",
        dek="On cups.",
        status=Status.PUBLISHED,
        first_published=at,
        published=at,
        updated=at,
        section=REVIEWS,
        tags=(Tag(slug=f"t{number % 7}", name=f"T{number % 7}"),),
        authors=(Author(slug=f"ada-{number % 3}", name=f"Ada {number % 3}"),),
    )
    return msgspec.structs.replace(made, **values)


def write(article: Article) -> Write:
    """The write that a desk makes of an article."""
    return Write(article=article, fragment=sitemap.fragment(article), story_fragment=sitemap.story_fragment(article))


class Crawled:
    """A site on an engine, with a clock that tests move."""

    def __init__(self, store: Store | None = None, site: Site = SITE, **settings: Any) -> None:
        assets = Assets()
        self.store: Store = store or MemoryStore()
        self.now = NOW
        self.catalogue = Catalogue((*sitemaps.KINDS, *robots.KINDS))
        self.context = Context(site, Settings(**settings), self.store, assets, Templates(assets), (), lambda: self.now)

    async def publish(self, *articles: Article) -> tuple[Article, ...]:
        """Store articles, each as it stands; one transaction for each thousand."""
        stored: list[Article] = []
        for start in range(0, len(articles), 1000):
            saved = await self.store.save_all([write(each) for each in articles[start : start + 1000]], self.now)
            stored += [each.article for each in saved]  # type: ignore[union-attr]
        return tuple(stored)

    async def edit(self, article: Article, **values: Any) -> Article:
        """Store an edit of an article."""
        saved = await self.store.save(write(msgspec.structs.replace(article, **values)), self.now)
        return saved.article

    async def answer(self, path: str) -> Answer:
        """What stands at a path; raises NotFound."""
        return await self.catalogue.build(self.context, self.catalogue.target(path, {}))

    async def document(self, path: str) -> Document:
        """The document at a path."""
        found = await self.answer(path)
        assert isinstance(found, Document), found
        return found

    async def is_there(self, path: str) -> bool:
        """Whether anything answers at a path."""
        try:
            await self.answer(path)
        except NotFound:
            return False
        return True

    async def files(self) -> dict[str, Document]:
        """Every sitemap that exists now, by path."""
        paths = [path async for _, path in self.catalogue.paths(self.context) if path.endswith(".xml")]
        return {path: await self.document(path) for path in paths}


def chunk_path(place: Place) -> str:
    """The file that an entry stands in."""
    return url.sitemap(place.kind, place.month, place.chunk())


def bodies(files: dict[str, Document]) -> dict[str, bytes]:
    """The bytes of each file."""
    return {path: each.body for path, each in files.items()}


def changed(before: dict[str, Document], after: dict[str, Document]) -> set[str]:
    """The files whose bytes differ, new and gone ones too."""
    old, new = bodies(before), bodies(after)
    return {path for path in {*old, *new} if old.get(path) != new.get(path)}


def in_month(number: int, count: int) -> Iterable[Article]:
    """Articles that were all first published in October 2026."""
    at = datetime(2026, 10, 1, tzinfo=UTC)
    for each in range(number, number + count):
        moment = at + timedelta(seconds=each)
        yield piece(each, first_published=moment, published=moment, updated=moment)
