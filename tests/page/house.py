"""A small magazine in memory, and its pages without a server."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Any

import msgspec

from publisher.asset import Assets
from publisher.catalogue import Catalogue, error, feed, newsletter, page, reader, story, theme
from publisher.catalogue.base import Context
from publisher.definition import load
from publisher.format.template import Templates
from publisher.model import Answer, Author, Body, Document, Picture, Section, Tag
from publisher.setting import Settings, site_of
from publisher.store.memory import MemoryStore
from tests.contract.sample import saved

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
SECTIONS = (
    Section(slug="reviews", name="Reviews", description="What is good.", position=1),
    Section(slug="travel", name="Travel & Trains", description="Where to go.", position=2),
    Section(slug="empty", name="Empty", position=3),
)
ANN = Author(slug="ann", name="Ann Lee", bio="Ann writes <about> trains.")
PICTURE = Picture(
    src=f"/media/{'ab' * 32}/original.jpg",
    alt='A "red" train',
    caption="Over the bridge & away",
    credit="Illustration: us",
    width=1600,
    height=1067,
    media_type="image/jpeg",
)
SENTENCES = (
    "The slow train leaves Port Anselm at seven and stops at every halt on the line.",
    "Nobody on board is in a hurry, and the guard knows all of them by their first names.",
    "At Upper Pell a woman gets on with forty eggs in a basket and sells none of them.",
    "The viaduct has nineteen arches, and the driver slows down so that everyone can count.",
    "Three schoolboys play cards for chestnuts until the tunnel takes the light away.",
    "In Saint Wenna the carriages wait for forty minutes beside the harbour wall.",
    "A report says that the line earns a third of what it costs, which is true and useless.",
    "On the way back the sun stands on the other side, and it becomes another valley.",
)
TEXT = " ".join(SENTENCES)
HTML = "".join(f"<p>{each}</p>" for each in SENTENCES)
CATALOGUE = Catalogue(
    (*error.KINDS, *theme.KINDS, *reader.KINDS, *story.KINDS, *feed.KINDS, *newsletter.KINDS, *page.KINDS)
)


class House:
    """A store, a context over it, and the verbs that tests are told with."""

    def __init__(self, clock: Callable[[], datetime] = lambda: NOW, **settings: Any) -> None:
        self.store = MemoryStore()
        assets = Assets()
        chosen = Settings(**({"title": "The Line", "tagline": "Slowly", "description": "Trains."} | settings))
        self.context = Context(
            site=site_of(chosen),
            settings=chosen,
            store=self.store,
            assets=assets,
            templates=Templates(assets),
            feeds=load(assets),
            clock=clock,
        )

    async def open(self, articles: int = 8) -> "House":
        """The store with its sections, and so many articles."""
        await self.store.open()
        await self.store.save_shelves(SECTIONS, (ANN,), NOW)
        for number in range(articles):
            await self.publish(f"piece-{number}", views=number * 10, section=SECTIONS[(number + 1) % 2])
        return self

    async def publish(self, slug: str, **rest: Any) -> Any:
        """An article with everything that an article can have."""
        section = rest.pop("section", SECTIONS[0])
        values: dict[str, Any] = {
            "path": f"/{section.slug}/{slug}/" if section else f"/{slug}/",
            "section": section,
            "authors": (ANN,),
            "tags": (Tag(slug="trains", name="Trains"),),
            "dek": "Why the slow one is the better one.",
            "hero": PICTURE,
            "pictures": (PICTURE,),
            "minutes": 4,
            "words": 900,
            "body": Body(html=f'{HTML}<figure><img src="{PICTURE.src}" alt="x"></figure>', text=TEXT),
        }
        return await saved(self.store, slug, **(values | rest))

    async def get(self, path: str, **query: str) -> Answer:
        """Whatever answers at a path."""
        return await CATALOGUE.build(self.context, CATALOGUE.target(path, query))

    async def read(self, path: str, **query: str) -> str:
        """A page's HTML."""
        answer = await self.get(path, **query)
        assert isinstance(answer, Document), answer
        return answer.body.decode()

    def with_context(self, **changes: Any) -> "House":
        """The same house with another view of the world."""
        other = object.__new__(House)
        other.store = self.store
        values = {name: getattr(self.context, name) for name in Context.__dataclass_fields__}
        other.context = Context(**(values | changes))
        return other


def titles(articles: Sequence[Any]) -> list[str]:
    """Their titles, in order."""
    return [each.title for each in articles]


def revised(value: Any, **changes: Any) -> Any:
    """A frozen value, changed."""
    return msgspec.structs.replace(value, **changes)
