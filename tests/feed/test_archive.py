"""Monthly archives (RFC 5005): a walk through everything published."""

from datetime import UTC, datetime, timedelta

import feedparser
import pytest
from lxml import etree

from publisher.catalogue.feed import document as feed_document
from publisher.error import NotFound
from publisher.model import Status
from publisher.store.port import Write
from tests.feed.world import World, article, feed
from tests.tool.schema import check_atom, check_jsonfeed, check_rss

ATOM = "{http://www.w3.org/2005/Atom}link"


def months(*counts: int) -> list[datetime]:
    """Instants in as many months, the newest first, `counts` of them in each."""
    return [
        datetime(2026, 11 - month, 2, tzinfo=UTC) + timedelta(minutes=number)
        for month, count in enumerate(counts)
        for number in range(count)
    ]


async def published(world: World, instants: list[datetime]) -> None:
    for number, at in enumerate(instants, 1):
        await world.publish(article(number, published=at, updated=at))


async def walk(world: World, path: str) -> list[tuple[str, list[str]]]:
    """(path, ids) of every document from the head on, by its prev-archive links."""
    found = []
    while path:
        body = (await world.get(path)).body
        found.append((path, [entry.id for entry in feedparser.parse(body).entries]))
        links = {link.get("rel"): link.get("href") for link in etree.fromstring(body).iter(ATOM)}
        path = links.get("prev-archive", "").removeprefix("https://magazine.example")
    return found


@pytest.mark.parametrize("format", ["rss", "atom"])
async def test_f67_walking_prev_archive_gives_every_published_entry_exactly_once(format: str):
    world = World()
    await published(world, months(70, 3, 0, 5))
    (_, head), *archives = await walk(world, f"/feeds/all.{format}")
    assert len(head) == 50
    ids = [id for _, ids in archives for id in ids]
    assert len(ids) == len(set(ids)) == 78
    assert set(head) <= set(ids)
    assert [path for path, _ in archives] == [f"/feeds/all/2026/{month}.{format}" for month in ("11", "10", "08")]


async def test_f14_an_archive_that_leads_to_another_has_another_date():
    world, path = World(), "/feeds/all/2026/11.rss"
    await published(world, months(2))
    before = await world.get(path)
    world.now += timedelta(hours=1)
    await world.publish(article(9, published=months(0, 1)[0], updated=months(0, 1)[0]))
    after = await world.get(path)
    assert b"/feeds/all/2026/10.rss" in after.body
    assert before.updated < after.updated == world.now


async def test_f67_a_feed_of_some_articles_leads_to_a_month_that_others_began():
    world = World(feeds=(feed('archive = true\n[selection]\nsections = ["music"]', "some"),))
    await published(world, months(0, 1))
    before = await world.get("/feeds/some.rss")
    saved = await world.store.save(Write(article=article(2, published=months(1)[0], updated=months(1)[0])), world.now)
    after = await world.get("/feeds/some.rss")
    assert b"/feeds/some/2026/10.rss" in before.body
    assert b"/feeds/some/2026/11.rss" in after.body
    assert before.keys & saved.change.keys


async def test_f67_a_large_month_is_cut_into_parts_by_permanent_places(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(feed_document, "ARCHIVE_PART", 10)
    world = World()
    await published(world, months(25, 2))
    archives = (await walk(world, "/feeds/all.rss"))[1:]
    paths = [path for path, _ in archives]
    assert paths == [f"/feeds/all/2026/{each}.rss" for each in ("11", "11-2", "11-3", "10")]
    assert [len(ids) for _, ids in archives] == [10, 10, 5, 2]
    assert set(paths) <= set(await world.paths())


async def test_f67_archives_are_valid_in_every_format_and_say_that_they_are_archives():
    world = World()
    await published(world, months(2, 2))
    for format, check in (("rss", check_rss), ("atom", check_atom), ("json", check_jsonfeed)):
        document = await world.get(f"/feeds/all/2026/11.{format}")
        assert check(document.body) == []
        assert f'<https://magazine.example/feeds/all.{format}>; rel="current"' in document.links
        assert f'<https://magazine.example/feeds/all/2026/10.{format}>; rel="prev-archive"' in document.links
        assert format == "json" or b"<fh:archive/>" in document.body


async def test_f67_a_past_month_does_not_change_by_what_is_published_later():
    world = World()
    await published(world, months(2, 2))
    before = await world.get("/feeds/all/2026/10.rss")
    await world.publish(article(50))
    after = await world.get("/feeds/all/2026/10.rss")
    assert (after.body, after.etag, after.updated) == (before.body, before.etag, before.updated)


async def test_f67_an_edit_or_removal_reaches_the_archive():
    world = World()
    await published(world, months(1, 2))
    before = await world.get("/feeds/all/2026/10.rss")
    assert "m/2026-10" in (await world.get("/feeds/all/2026/11.rss")).keys
    world.now += timedelta(hours=1)
    await world.edit(await world.store.article(2), status=Status.TRASH)
    after = await world.get("/feeds/all/2026/10.rss")
    assert after.body.count(b"<item>") == 1
    assert before.updated is not None
    assert after.updated == world.now > before.updated


async def test_f67_an_archive_leaves_nothing_out_however_large_its_bodies_are(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(feed_document, "ARCHIVE_BYTES", 5_000)
    world = World()
    await published(world, months(20))
    body = (await world.get("/feeds/all/2026/11.rss")).body
    assert body.count(b"<item>") == 20
    assert 0 < body.count(b"<content:encoded>") < 20


NOWHERE = ("2026/12.rss", "2026/09.rss", "2026/11-2.rss", "2026/11-1.rss", "2026/13.rss", f"2026/11-{'9' * 5000}.rss")


@pytest.mark.parametrize("path", NOWHERE)
async def test_a_month_or_part_without_entries_is_not_there(path: str):
    world = World()
    await published(world, months(1))
    with pytest.raises(NotFound):
        await world.get(f"/feeds/all/{path}")


async def test_only_a_feed_with_archives_has_them():
    world = World()
    await published(world, months(1))
    with pytest.raises(NotFound):
        await world.get("/feeds/stories/2026/11.rss")
    assert b"prev-archive" not in (await world.get("/feeds/stories.rss")).body


async def test_f67_only_the_last_part_of_a_month_moves_with_the_month(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(feed_document, "ARCHIVE_PART", 10)
    world = World()
    await published(world, months(25, 2))
    full, last = [(await world.get(f"/feeds/all/2026/{each}.rss")).keys for each in ("11", "11-3")]
    assert full == {"c/articles/2026-11/1"}
    assert "m/2026-11" in last
    withdrawn = await world.store.article(1)
    await world.edit(withdrawn, status=Status.TRASH)
    assert full <= (await world.store.changes(await world.store.seq() - 1))[0].keys
