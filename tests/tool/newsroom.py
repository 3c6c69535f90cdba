"""A newsroom that does anything at any time: random edits of a site, and a clock that jumps."""

import io
import random
from collections.abc import Awaitable, Callable
from contextlib import suppress
from datetime import UTC, datetime, timedelta

from msgspec.structs import replace
from PIL import Image

from publisher.catalogue.shared import AGE
from publisher.desk.retag import rename_tag
from publisher.error import Conflict, Invalid, NotFound
from publisher.house import House
from publisher.importer.port import Read
from publisher.model import (
    Article,
    Author,
    Body,
    Kind,
    Media,
    Picture,
    Section,
    Seo,
    Status,
    Tag,
    Visibility,
)
from tests.test_translation import TOLD

BEGAN = datetime(2026, 11, 28, 9, 30, tzinfo=UTC)
"""Two days before a month ends."""
JUMPS = (
    timedelta(seconds=2),
    timedelta(seconds=40),
    timedelta(minutes=11),
    timedelta(hours=7),
    timedelta(hours=25),
    timedelta(days=31),
)
SECTIONS = tuple(Section(slug=each, name=each.title()) for each in ("news", "art", "music"))
TAGS = tuple(Tag(slug=each, name=each.title()) for each in ("sea", "bay", "sponsored"))
AUTHORS = tuple(Author(slug=each, name=each.title()) for each in ("ann", "bob"))
GROUPS = ("", "", "tide")
KINDS = (Kind.ARTICLE,) * 6 + (Kind.PAGE, Kind.STORY)
VISIBLE = (Visibility.PUBLIC,) * 4 + (Visibility.MEMBERS, Visibility.PASSWORD)
WORDS = ("tide", "bay & sea", "<b>gull</b>", "Ünder ]]>", "rain")
READER = "Mozilla/5.0 (X11; Linux x86_64) Gecko/20100101 Firefox/128.0"
REFUSALS = (Conflict, Invalid, NotFound, IndexError)
"""What can't be done; the last: there is none to choose from."""


class Clock:
    """The newsroom's clock: it stands until it is moved."""

    def __init__(self, now: datetime = BEGAN) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now


class Newsroom:
    """One editor after the other, each with an idea; `did` tells what they did."""

    def __init__(self, house: House, clock: Clock, seed: int) -> None:
        self.house, self.clock, self.dice = house, clock, random.Random(seed)
        self.ids: list[int] = []
        self.files: list[Media] = []
        self.did: list[str] = []
        self.readers, self.has_read = 0, False
        self._ideas: tuple[Callable[[], Awaitable[object]], ...] = (
            *((self.create,) * 3),
            *((self.edit,) * 10),
            *((self.status,) * 3),
            self.body,
            self.schedule,
            self.expire,
            self.section,
            self.author,
            self.tag,
            self.describe,
            self.redirect,
            self.unredirect,
            self.forget,
            self.read,
        )

    async def open(self, articles: int = 6) -> None:
        """A few pictures and articles to begin with."""
        for number in range(2):
            made = io.BytesIO()
            Image.new("RGB", (64 + number, 48), "teal").save(made, "PNG")
            self.files.append(await self.house.desk.keep_file(made.getvalue(), f"{number}.png", alt=f"No. {number}"))
        for _ in range(articles):
            await self.create()

    async def step(self) -> None:
        """Somebody does something; what can't be done isn't."""
        idea = self.dice.choice(self._ideas)
        self.did.append(idea.__name__)
        with suppress(*REFUSALS):
            await idea()

    async def pass_time(self, least: timedelta = timedelta()) -> None:
        """Let time pass, and what is due come out: long enough for rankings, where something may move them."""
        jump = self.dice.choice([each for each in JUMPS if each >= least])
        if jump < AGE and (self.has_read or (self.clock.now + jump).hour != self.clock.now.hour):
            jump = AGE
        self.has_read = False
        self.did.append(f"+{jump}")
        self.clock.now += jump
        while await self.house.desk.release_due():
            pass

    # What they do

    def _some(self) -> int:
        return self.dice.choice(self.ids)

    def _picture(self) -> Picture | None:
        media, alt = self.dice.choice((None, *self.files)), self.dice.choice(WORDS)
        return media and Picture(src=media.path, credit=self.dice.choice(("", "Ann & Bob")), alt=alt)

    def _html(self) -> str:
        told = TOLD[: self.dice.choice((1, 3, len(TOLD)))]
        return "".join(f"<p>{each} {self.dice.choice(WORDS)}</p>" for each in told)

    async def create(self) -> None:
        """A new piece, of any kind."""
        dice, number = self.dice, len(self.ids)
        article = Article(
            guid=f"tag:example.org,2026:{number}",
            slug=dice.choice((f"s{number}", f"piece ü {number}", "twice")),
            path="",
            title=f"Title {number} {dice.choice(WORDS)}",
            kind=dice.choice(KINDS),
            status=dice.choice((Status.PUBLISHED, Status.PUBLISHED, Status.DRAFT)),
            published=self.clock.now - timedelta(hours=dice.choice((0, 0, 1, 30, 800))),
            section=dice.choice((None, *SECTIONS)),
            tags=tuple(dice.sample(TAGS, dice.randint(0, 2))),
            authors=tuple(dice.sample(AUTHORS, dice.randint(0, 2))),
            hero=self._picture(),
            language=dice.choice(("en", "en", "de", "ar")),
            views=dice.choice((0, 0, 7)),
        )
        made = await self.house.desk.publish(Read(article=article, html=self._html()))
        self.ids.append(made.id)

    async def edit(self) -> None:
        """Some field of a piece."""
        dice = self.dice
        before = await self.house.store.article(self._some())
        name, value = dice.choice(
            (
                ("title", f"{before.title}!"),
                ("title", dice.choice(WORDS)),
                ("dek", dice.choice(("", *WORDS))),
                ("slug", f"{before.slug}x"),
                ("section", dice.choice((None, *SECTIONS))),
                ("tags", tuple(dice.sample(TAGS, dice.randint(0, 2)))),
                ("authors", tuple(dice.sample(AUTHORS, dice.randint(0, 2)))),
                ("hero", self._picture()),
                ("canonical_url", dice.choice(("", "https://elsewhere.example/piece"))),
                ("source_url", dice.choice(("", "https://source.example/piece"))),
                ("seo", Seo(noindex=dice.random() < 0.5, title=dice.choice(("", "For engines")))),
                ("featured", not before.featured),
                ("pinned", not before.pinned),
                ("is_news", not before.is_news),
                ("translation_group", dice.choice(GROUPS)),
                ("language", dice.choice(("en", "de"))),
                ("visibility", dice.choice(VISIBLE)),
                ("published", self.clock.now - timedelta(hours=dice.choice((0, 3, 60)))),
                ("comment_count", dice.randint(0, 3)),
                ("correction", dice.choice(("", "Not a gull."))),
                ("offset_minutes", dice.choice((0, 120))),
                ("extra", dice.choice(('{"story":{"enabled":false}}', '{"story":{"title":"Told"}}', "{}"))),
            )
        )
        self.did.append(f"{before.id}.{name}")
        await self.house.desk.edit(before.id, {name: value})

    async def body(self) -> None:
        """Another text."""
        before = await self.house.store.article(self._some())
        await self.house.desk.revise(Read(article=replace(before, body=Body()), html=self._html()))

    async def status(self) -> None:
        """Withdrawn, or restored."""
        id = self._some()
        if (await self.house.store.article(id)).is_public:
            await self.house.desk.withdraw(id, self.dice.choice((Status.TRASH, Status.PRIVATE, Status.DRAFT)))
        else:
            await self.house.desk.edit(id, {"status": Status.PUBLISHED})

    async def schedule(self) -> None:
        """For later."""
        later = self.clock.now + timedelta(minutes=self.dice.choice((1, 90)))
        await self.house.desk.edit(self._some(), {"status": Status.SCHEDULED, "published": later})

    async def expire(self) -> None:
        """Until then."""
        until = self.clock.now + timedelta(minutes=self.dice.choice((1, 300)))
        await self.house.desk.edit(self._some(), {"expires": until})

    async def section(self) -> None:
        """A section's names."""
        before = self.dice.choice(await self.house.store.sections())
        named = Section(slug=before.slug, name=self.dice.choice(WORDS), position=self.dice.randint(0, 3))
        await self.house.desk.put_shelf(replace(named, description=self.dice.choice(("", "About it."))))

    async def author(self) -> None:
        """An author's names, words and portrait."""
        before = self.dice.choice(await self.house.store.authors())
        portrait = self.dice.choice(("", *(each.path for each in self.files)))
        name, bio = self.dice.choice(WORDS), self.dice.choice(("", "Writes."))
        await self.house.desk.put_shelf(Author(slug=before.slug, name=name, bio=bio, avatar=portrait))

    async def tag(self) -> None:
        """A tag's name or slug."""
        before = self.dice.choice(await self.house.store.tags())
        after = Tag(slug=self.dice.choice((before.slug, "shore", "bay")), name=self.dice.choice(WORDS))
        await rename_tag(self.house.desk, replace(before, articles=0, updated=None), after)

    async def describe(self) -> None:
        """What is said of a file."""
        media = await self.house.store.media(self.dice.choice(self.files).sha256)
        said = {"alt": self.dice.choice(WORDS), "credit": self.dice.choice(WORDS), "focal": (self.dice.random(), 0.5)}
        await self.house.desk.describe_file(media, said)

    async def redirect(self) -> None:
        """An old address."""
        target = (await self.house.store.article(self._some())).path
        await self.house.desk.redirect(self.dice.choice(("/old/", "/news/s1/", "/tag/shore/")), target)

    async def unredirect(self) -> None:
        """No old address."""
        found = await self.house.store.redirects()
        if found:
            await self.house.desk.remove_redirect(self.dice.choice(found).path)

    async def forget(self) -> None:
        """A shelf that nobody stands on."""
        slug = self.dice.choice(("news", "art", "music", "ann", "bob"))
        await (self.house.desk.remove_author if slug in ("ann", "bob") else self.house.desk.remove_section)(slug)

    async def read(self) -> None:
        """Readers, whose views are counted."""
        self.has_read = True
        for _ in range(self.dice.randint(1, 9)):
            self.readers += 1
            self.house.counter.note(self._some(), f"192.0.2.{self.readers}", READER)
        await self.house.counter.flush()
