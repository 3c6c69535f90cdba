"""What pages have in common is read once, and never older than the last change."""

import asyncio
import threading
from datetime import timedelta

import pytest

from publisher.catalogue import box
from publisher.catalogue.shared import AGE, NAMES, Shared
from publisher.compose.telling import Telling
from publisher.model import Article, Body
from tests.contract.sample import NOON
from tests.page.house import House


class Maker:
    """Makes 1, 2, 3..., and counts by it how often it was asked."""

    def __init__(self) -> None:
        self.made = 0

    async def __call__(self) -> int:
        self.made += 1
        made = self.made
        await asyncio.sleep(0)
        return made


async def test_a_value_is_made_once_until_something_is_published_or_it_is_old():
    shared, make = Shared(), Maker()
    assert await asyncio.gather(*(shared.get("top", 1, NOON, make) for _ in range(9))) == [1] * 9
    assert await shared.get("top", 1, NOON + AGE - timedelta(seconds=1), make) == 1
    assert await shared.get("top", 2, NOON, make) == 2
    assert await shared.get("top", 2, NOON + AGE, make) == 3
    assert await shared.get("other", 2, NOON, make) == 4


async def test_a_clock_that_was_set_back_keeps_nothing_for_long():
    shared, make = Shared(), Maker()
    assert await shared.get("top", 1, NOON, make) == 1
    assert await shared.get("top", 1, NOON - timedelta(hours=1), make) == 2


async def test_rows_from_before_a_commit_are_not_given_to_who_knows_of_it():
    shared, make = Shared(), Maker()
    before = asyncio.create_task(shared.get("top", 1, NOON, make))
    await asyncio.sleep(0)  # it is reading when the change is committed
    assert await shared.get("top", 2, NOON, make) == 2
    assert await before == 1
    assert await shared.get("top", 1, NOON, make) == 2


async def test_what_fails_is_tried_again():
    shared, make = Shared(), Maker()

    async def fail() -> int:
        raise OSError

    for each in await asyncio.gather(*(shared.get("top", 1, NOON, fail) for _ in range(2)), return_exceptions=True):
        assert isinstance(each, OSError)
    assert await shared.get("top", 1, NOON, make) == 1


async def test_of_many_names_those_made_last_are_kept():
    shared, make = Shared(), Maker()
    for number in range(NAMES + 1):
        await shared.get(number, 1, NOON, make)
    assert await shared.get(1, 1, NOON, make) == 2
    assert await shared.get(0, 1, NOON, make) == NAMES + 2


async def test_a_second_article_page_reads_no_boxes_again_until_something_is_published(monkeypatch):
    house = await House().open()
    asked = []
    select = house.store.select

    async def counted(selection):
        asked.append(selection)
        return await select(selection)

    monkeypatch.setattr(house.store, "select", counted)
    await house.read("/reviews/piece-1/")
    first = len(asked)
    await house.read("/reviews/piece-3/")
    assert len(asked) - first <= 1  # related articles are an article's own
    await house.publish("pinned", title="Pinned this minute", pinned=True)
    assert "Pinned this minute" in await house.read("/reviews/piece-1/")


async def test_a_long_body_is_looked_through_beside_the_event_loop(monkeypatch: pytest.MonkeyPatch):
    on: list[threading.Thread] = []

    def looked_through(article: Article) -> Telling:
        on.append(threading.current_thread())
        return Telling(article.title)

    monkeypatch.setattr(box, "sure_telling", looked_through)
    house = House()
    for number, html in enumerate(("<p>Short.</p>", f"<p>{'Long. ' * box.SHORT}</p>")):
        article = Article(guid="g", slug="s", path="/s/", title="A", id=number, body=Body(html=html))
        assert await box.telling_of(house.context, article) == Telling("A")
    assert [each is threading.main_thread() for each in on] == [True, False]
