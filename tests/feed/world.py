"""A small magazine for feed tests: a context over the memory store, and verbs that write into it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec

from publisher import definition
from publisher.asset import Assets
from publisher.catalogue import Catalogue
from publisher.catalogue.base import Context
from publisher.catalogue.feed import KINDS
from publisher.catalogue.feed.memory import remember_version
from publisher.definition import FeedDefinition
from publisher.format.template import Templates
from publisher.model import (
    Answer,
    Article,
    Author,
    Body,
    Document,
    Picture,
    Section,
    Site,
    Status,
    Tag,
)
from publisher.setting import Settings
from publisher.store.memory import MemoryStore
from publisher.store.port import Write

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)

SITE = Site(
    base="https://magazine.example",
    title="The Magazine",
    tagline="Words & pictures",
    description="A magazine about everything.",
    language="en",
    copyright="© 2026 The Magazine",
    logo="/static/logo.png",
    icon="/static/icon.png",
    version="1.0",
)

TRAVEL = Section(slug="travel", name="Travel")
ANN = Author(slug="ann", name="Ann Example")
FOOD = Tag(slug="food", name="Food & Wine")
HERO = Picture(
    src=f"/media/{'ab' * 32}/original.jpg",
    alt="A harbour at dusk",
    caption="The old harbour",
    credit="Bo Lens",
    width=1600,
    height=900,
    media_type="image/jpeg",
    bytes=123_456,
)
BODY = Body(
    html='<p>First words of <a href="/travel/other/">the body</a>, and many more of them.</p><p>Then the second.</p>',
    text="First words of the body, and many more of them.\nThen the second.",
)
PARAGRAPHS = (
    "The harbour wakes before the town does, and the first boats are out while the bakers still light their ovens.",
    "A narrow street climbs from the quay to the market, past blue doors and a school that has rung since 1871.",
    "Every Thursday the fishermen sell what they caught from wooden tables that their grandmothers once owned.",
    "In winter the wind keeps most visitors away, and the cafés fill with people who have all the time in the world.",
    "A new lighthouse keeper arrived last spring and opened the tower to children from the valley on Sundays.",
    "The last train leaves at nine in the evening, late enough for a walk along the whole length of the sea wall.",
)
LONG = Body(html="".join(f"<p>{each}</p>" for each in PARAGRAPHS), text="\n".join(PARAGRAPHS))


def article(number: int = 1, **fields: Any) -> Article:
    """A published article with everything set; `number` makes it another one."""
    at = NOON - timedelta(hours=number)
    made = Article(
        guid=f"urn:uuid:00000000-0000-4000-8000-{number:012}",
        slug=f"article-{number}",
        path=f"/travel/article-{number}/",
        title=f"Article {number}",
        status=Status.PUBLISHED,
        published=at,
        updated=at + timedelta(minutes=5),
        dek=f"What article {number} is about.",
        section=TRAVEL,
        tags=(FOOD,),
        authors=(ANN,),
        hero=HERO,
        body=BODY,
    )
    return msgspec.structs.replace(made, **fields)


class World:
    """A site with a store, a clock that stands still, and its catalogue of feeds."""

    def __init__(self, feeds: Sequence[FeedDefinition] | None = None, store: Any = None, **site: Any) -> None:
        self.now = NOON
        self.store = store or MemoryStore()
        assets = Assets()
        self.catalogue = Catalogue(KINDS)
        self.context = Context(
            site=msgspec.structs.replace(SITE, **site),
            settings=Settings(),
            store=self.store,
            assets=assets,
            templates=Templates(assets),
            feeds=tuple(feeds if feeds is not None else definition.load(assets)),
            clock=lambda: self.now,
        )

    async def publish(self, *articles: Article, at: datetime | None = None) -> list[Article]:
        """Store articles in one transaction each, as they are."""
        return [(await self.store.save(Write(article=each), at or self.now)).article for each in articles]

    async def edit(self, stored: Article, at: datetime | None = None, **fields: Any) -> Article:
        """Change a stored article."""
        whole = await self.store.article(stored.id)
        changed = msgspec.structs.replace(whole, **fields)
        return (await self.store.save(Write(article=changed), at or self.now)).article

    async def answer(self, path: str, query: dict[str, str] | None = None) -> Answer:
        """What stands at a path now."""
        return await self.catalogue.build(self.context, self.catalogue.target(path, query or {}))

    async def get(self, path: str, query: dict[str, str] | None = None) -> Document:
        """The document at a path now; its tag is remembered as the press does before it gives one out."""
        answer = await self.answer(path, query)
        assert isinstance(answer, Document)
        if answer.marks is not None:
            await remember_version(self.context, path, answer.etag, answer.marks)
        return answer

    async def paths(self) -> list[str]:
        """Every path of the catalogue."""
        return [path async for _, path in self.catalogue.paths(self.context)]


def feed(text: str = "", name: str = "all") -> FeedDefinition:
    """A definition as its file would say it."""
    return definition.parse(f"feeds/{name}.toml", text.encode())
