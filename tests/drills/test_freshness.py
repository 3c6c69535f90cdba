"""Whatever is edited, in whatever order: what the press keeps is what would be made anew, boxes of others apart."""

import random
import re
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from publisher.catalogue import box
from publisher.catalogue.shared import Shared
from publisher.error import Conflict, NotFound
from publisher.format.fragment import Fragments
from publisher.house import House
from publisher.importer.port import Read
from publisher.model import Answer, Article, Author, Document, Section, Selection, Seo, Status, Tag, Visibility
from publisher.representation import Representation
from tests.test_translation import TOLD
from tests.tool.house import at, house

SECTIONS = (None, *(Section(slug=each, name=each.title()) for each in ("news", "art", "music", "film")))
TAGS = (Tag(slug="sea", name="Sea"), Tag(slug="bay", name="Bay"))
GROUPS = ("", "tide")
MONTHS = re.compile(rb'<li>\s*<a href="/20\d\d/\d\d/">.*?</li>\s*', re.DOTALL)
"""What an archive's pages list beside their articles: a box of others, which grows old by time."""

EDITS: tuple[Callable[[random.Random, Article], dict[str, Any]], ...] = (
    lambda dice, article: {"title": f"{article.title}!"},
    lambda dice, article: {"slug": f"{article.slug}x"},
    lambda dice, article: {"section": dice.choice(SECTIONS)},
    lambda dice, article: {"tags": tuple(dice.sample(TAGS, dice.randint(0, 2)))},
    lambda dice, article: {"authors": (Author(slug="ann", name="Ann"),) * dice.randint(0, 1)},
    lambda dice, article: {"translation_group": dice.choice(GROUPS), "language": dice.choice(("en", "de"))},
    lambda dice, article: {"seo": Seo(noindex=dice.random() < 0.5)},
    lambda dice, article: {"status": dice.choice((Status.PUBLISHED, Status.DRAFT, Status.TRASH))},
    lambda dice, article: {"visibility": dice.choice((Visibility.PUBLIC, Visibility.MEMBERS, Visibility.PASSWORD))},
    lambda dice, article: {"published": at(dice.randint(0, 11))},
    lambda dice, article: {"extra": dice.choice(('{"story":{"enabled":false}}', "{}"))},
)


def draft(number: int, dice: random.Random) -> Read:
    article = Article(
        guid=f"g{number}",
        slug=f"s{number}",
        path="",
        title=f"Title {number}",
        status=Status.PUBLISHED,
        published=at(number),
        section=dice.choice(SECTIONS),
        tags=tuple(dice.sample(TAGS, dice.randint(0, 2))),
        translation_group=dice.choice(GROUPS),
        language=dice.choice(("en", "de")),
    )
    return Read(article=article, html="".join(f"<p>{each}</p>" for each in TOLD[: dice.choice((1, len(TOLD)))]))


async def nothing(*_: object) -> tuple[()]:
    return ()


def without_boxes(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("trending", "top", "popular", "_filled"):
        monkeypatch.setattr(box, name, nothing)
    for name in ("pinned", "featured"):
        monkeypatch.setattr(box, name, lambda limit: Selection(limit=0))


async def outcome(asked: Awaitable[object]) -> object:
    """A document's bytes and tag, or whatever else answers."""
    try:
        found = await asked
    except NotFound:
        return NotFound
    made = found.document if isinstance(found, Representation) else found
    if isinstance(made, Document):
        return MONTHS.sub(b"", made.body) if re.match(r"/20\d\d/", made.path) else (made.body, made.etag)
    return NotFound if isinstance(made, NotFound) else made


async def made_anew(it: House, path: str) -> Answer:
    made = {name: Fragments(1_000_000) for name in ("tellings", "entries", "fragments")}
    fresh = replace(it.context, shared=Shared(), **made)
    return await it.press.catalogue.build(fresh, it.press.catalogue.target(path, {}))


@pytest.mark.drill
@pytest.mark.parametrize("seed", [1, 2, 3])
async def test_nothing_is_stale_after_any_edit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, seed: int):
    without_boxes(monkeypatch)
    dice, paths = random.Random(seed), set[str]()
    async with house(tmp_path, clock=lambda: at(12), page_size=4) as it:
        ids = [(await it.desk.publish(draft(number, dice))).id for number in range(8)]
        for _ in range(24):
            for path in paths:
                await it.press.answer(path)
            article = await it.store.article(dice.choice(ids))
            with suppress(Conflict):
                await it.desk.edit(article.id, dice.choice(EDITS)(dice, article))
            paths |= {path async for _, path in it.press.catalogue.paths(it.context)}
            for path in sorted(paths):
                assert await outcome(it.press.answer(path)) == await outcome(made_anew(it, path)), path
