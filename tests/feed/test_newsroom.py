"""What the desk does to articles, as feeds show it."""

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import feedparser
import pytest

from publisher.desk import Desk
from publisher.error import Conflict, Invalid
from publisher.importer.port import Read
from publisher.model import Article, Media, Redirect, Section, Status
from publisher.representation import Representation
from publisher.setting import Settings
from tests.feed.server import Server, serving
from tests.feed.world import TRAVEL

PATHS = ("/feeds/all.rss", "/travel/feed.atom", "/feeds/all.json")


class NoLibrary:
    """Keeps no pictures."""

    async def add(self, content: bytes, name: str = "", /) -> Media:
        raise Invalid("no pictures here")


class Newsroom:
    """A desk whose articles are served."""

    def __init__(self, server: Server) -> None:
        world = server.world
        self.server = server
        clock, announce = world.context.clock, server.press.catch_up
        self.desk = Desk(world.store, Settings(), "magazine.example", clock, NoLibrary(), announce)

    async def publish(self, title: str, **fields: Any) -> Article:
        given: dict[str, Any] = {"guid": "", "slug": "", "path": "", "status": Status.PUBLISHED, "section": TRAVEL}
        return await self.desk.publish(
            Read(article=Article(title=title, **(given | fields)), html="<p>Some words.</p>")
        )

    async def served(self, path: str = PATHS[0]) -> Representation:
        """What the press serves at a path now."""
        answer = await self.server.press.answer(path)
        assert isinstance(answer, Representation)
        return answer

    async def titles(self) -> list[str]:
        return [each.title for each in feedparser.parse((await self.served()).document.body).entries]

    def wait(self, **time: float) -> None:
        self.server.world.now += timedelta(**time)


@pytest.fixture
async def room() -> AsyncIterator[Newsroom]:
    async with serving() as server:
        yield Newsroom(server)


async def test_f45_an_embargoed_article_is_absent_until_it_is_due_and_appears_by_itself(room: Newsroom):
    await room.publish("Out already")
    due = room.server.world.now + timedelta(hours=2)
    await room.publish("Under embargo", status=Status.SCHEDULED, published=due)
    before = {path: (await room.served(path)).document for path in PATHS}
    room.wait(hours=1, minutes=59)
    assert await room.desk.release_due() == 0
    assert await room.titles() == ["Out already"]
    room.wait(minutes=1)
    assert await room.desk.release_due() == 1
    assert await room.titles() == ["Under embargo", "Out already"]
    for path, old in before.items():
        new = (await room.served(path)).document
        assert new.etag != old.etag
        assert new.updated == due > (old.updated or due)


async def test_f47_a_new_slug_keeps_the_guid_and_moves_the_link(room: Newsroom):
    article = await room.publish("First title")
    (old,) = feedparser.parse((await room.served()).document.body).entries
    room.wait(hours=1)
    await room.desk.edit(article.id, {"slug": "second"})
    (new,) = feedparser.parse((await room.served()).document.body).entries
    assert old.id == new.id
    assert (old.link, new.link) == tuple(f"{room.server.base}/travel/{slug}/" for slug in ("first-title", "second"))
    assert await room.server.world.store.at("/travel/first-title/") == Redirect(
        "/travel/first-title/", "/travel/second/"
    )


async def test_f19_f47_another_section_moves_the_entry_between_section_feeds(room: Newsroom):
    article = await room.publish("Moving piece")
    await room.served("/travel/feed.atom")
    room.wait(hours=1)
    await room.desk.edit(article.id, {"section": Section(slug="food", name="Food")})
    left = (await room.served("/travel/feed.atom")).document
    assert b"Moving piece" not in left.body
    assert left.updated == room.server.world.now
    assert b"Moving piece" in (await room.served("/food/feed.atom")).document.body


async def test_f48_a_withdrawn_article_is_gone_at_once(room: Newsroom):
    article = await room.publish("Too early")
    before = (await room.served()).document
    room.wait(minutes=1)
    await room.desk.withdraw(article.id)
    after = (await room.served()).document
    assert await room.titles() == []
    assert after.etag != before.etag
    assert after.updated == room.server.world.now > (before.updated or room.server.world.now)


async def test_f46_a_guid_is_never_given_twice(room: Newsroom):
    await room.publish("One", guid="https://old.example/?p=7")
    with pytest.raises(Conflict):
        await room.publish("Other", guid="https://old.example/?p=7")
    assert await room.titles() == ["One"]


async def test_f21_a_title_with_markup_is_plain_in_the_feed(room: Newsroom):
    await room.publish("Salt <em>&amp;</em> pepper &ndash; 5 &lt; 6")
    body = (await room.served()).document.body
    assert "<title>Salt &#x26; pepper – 5 &#x3C; 6</title>".encode() in body


async def test_f14_an_edit_that_no_feed_shows_moves_no_validator(room: Newsroom):
    article = await room.publish("Steady")
    before = {path: (await room.served(path)).document for path in PATHS}
    room.wait(hours=1)
    edited = await room.desk.edit(article.id, {"featured": True})
    assert edited.revision > article.revision
    for path, old in before.items():
        new = (await room.served(path)).document
        assert new.body.decode() == old.body.decode()
        assert (new.etag, new.updated) == (old.etag, old.updated)
