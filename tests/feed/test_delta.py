"""226 IM Used (RFC 3229): only what is new or changed since a tag that the client has."""

import asyncio
import fcntl
from datetime import timedelta
from pathlib import Path

import feedparser
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from publisher.catalogue.feed import delta, edition, memory
from publisher.catalogue.feed.address import Feed
from publisher.catalogue.feed.render import Line
from publisher.format import fragment
from publisher.format.feed import FeedHead
from publisher.model import Document, Selection, Status
from publisher.store.memory import MemoryStore
from publisher.store.sqlite import SqliteStore
from tests.feed.world import NOON, World, article, feed
from tests.tool.schema import check_atom, check_jsonfeed, check_rss

FORMATS = ["rss", "atom", "json"]
CHECKS = {"rss": check_rss, "atom": check_atom, "json": check_jsonfeed}


async def changed(world: World, path: str, *etags: str) -> Document:
    found = await delta(world.context, path, list(etags))
    assert found is not None
    return found


@pytest.mark.parametrize("format", FORMATS)
async def test_f54_a_known_tag_gets_only_new_and_changed_entries(format: str):
    world, path = World(), f"/feeds/all.{format}"
    stored = await world.publish(*(article(number) for number in range(2, 12)))
    before = await world.get(path)
    world.now = NOON + timedelta(hours=1)
    await world.publish(article(1))
    await world.edit(stored[4], title="Edited", updated=world.now)
    after = await world.get(path)
    found = await changed(world, path, before.etag)
    assert (found.status, dict(found.headers)["IM"], found.etag) == (226, "feed", after.etag)
    assert CHECKS[format](found.body) == []
    assert found.body.count(b"travel/article-1/") > 0 < found.body.count(b"Edited")
    assert b"article-3/" not in found.body
    assert len(found.body) < len(after.body) / 2


async def test_f54_the_merged_result_equals_a_fresh_fetch():
    world = World()
    stored = await world.publish(*(article(number) for number in range(10, 70)))
    old = await world.get("/feeds/all.rss")
    world.now += timedelta(hours=1)
    await world.publish(article(1), article(2))
    await world.edit(stored[3], title="Edited")
    await world.edit(stored[8], status=Status.TRASH)
    await world.edit(stored[9], status=Status.TRASH)
    await world.edit(stored[10], status=Status.TRASH)
    fresh = feedparser.parse((await world.get("/feeds/all.rss")).body).entries
    new = feedparser.parse((await changed(world, "/feeds/all.rss", old.etag)).body).entries
    merged = {entry.id: entry for entry in (*feedparser.parse(old.body).entries, *new)}
    assert [merged[entry.id] for entry in fresh] == fresh


async def test_f54_an_unknown_tag_or_the_current_one_gets_no_delta():
    world = World()
    await world.publish(article())
    document = await world.get("/feeds/all.rss")
    assert await delta(world.context, "/feeds/all.rss", ["unknown"]) is None
    assert await delta(world.context, "/feeds/all.rss", [document.etag]) is None
    assert await delta(world.context, "/travel/article-1/", [document.etag]) is None


async def test_f54_a_removal_alone_gives_a_valid_feed_without_entries():
    world = World()
    stored = await world.publish(article(1), article(2))
    before = await world.get("/feeds/all.atom")
    await world.edit(stored[0], status=Status.TRASH)
    found = await changed(world, "/feeds/all.atom", before.etag)
    assert check_atom(found.body) == []
    assert b"<entry" not in found.body


async def test_f54_tags_are_known_after_a_restart_and_in_another_process():
    world = World()
    await world.publish(article(1))
    before = await world.get("/feeds/all.rss")
    await world.publish(article(2))
    other = World(store=world.store)
    assert (await changed(other, "/feeds/all.rss", "x", before.etag)).body.count(b"<item>") == 1


async def test_a_feed_waits_for_no_other_process_that_writes(tmp_path: Path):
    store = SqliteStore(tmp_path / "site.db")
    await store.open()
    world = World(store=store)
    await world.publish(article(1))
    with (tmp_path / "site.db.lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        async with asyncio.timeout(120):
            assert b"article-1/" in (await world.get("/feeds/all.rss")).body
    await world.publish(article(2))
    await world.get("/feeds/all.rss")
    assert await memory.versions(world.context, "/feeds/all.rss")
    await store.close()


async def test_f54_a_tag_that_is_given_out_again_is_as_young_as_that():
    world, path = World(), "/x.json"
    for world.now, tag in ((NOON, "first"), (NOON, "other"), (NOON + memory.VERSION_AGE, "first")):
        await memory.remember_version(world.context, path, tag, b"123456")
    assert list(await memory.versions(world.context, path)) == ["first"]
    other = World(store=world.store)
    other.now = NOON + 2 * memory.VERSION_AGE
    await memory.remember_version(other.context, path, "first", b"123456")
    assert list(await memory.versions(other.context, path)) == ["first"]


async def test_f54_tags_are_remembered_for_30_days_and_200_changes_at_most():
    world = World()
    for number in range(1, 206):
        world.now += timedelta(seconds=1)
        await memory.remember_version(world.context, "/x.rss", f"tag{number}", b"123456" * 50)
    known = list(await memory.versions(world.context, "/x.rss"))
    assert (len(known), known[0], known[-1]) == (200, "tag205", "tag6")
    world.now += timedelta(days=31)
    await memory.remember_version(world.context, "/x.rss", "new", b"")
    assert list(await memory.versions(world.context, "/x.rss")) == ["new"]


async def test_f54_a_large_feed_remembers_as_many_tags_as_fit_80_kilobytes():
    world = World()
    for number in range(10):
        world.now += timedelta(seconds=1)
        await memory.remember_version(world.context, "/x.rss", f"tag{number}", b"123456" * 5000)
    assert list(await memory.versions(world.context, "/x.rss")) == ["tag9", "tag8"]
    assert [name for name, _ in await world.store.recall_all("")] == ["tag/x.rss tag8", "tag/x.rss tag9"]


async def test_what_is_remembered_of_a_feed_is_tidied_as_it_grows():
    world = World()
    for number in range(600):
        world.now += timedelta(seconds=1)
        await memory.remember_version(world.context, "/x.rss", f"tag{number}", b"123456" * 50)
    assert 200 <= len(await world.store.recall_all("tag/x.rss ")) < 300
    await memory.remember_version(world.context, "/y.rss", "tag", b"")
    assert len(await world.store.recall_all("tag/y.rss ")) == 1


async def test_a_tag_that_is_remembered_is_not_written_again(monkeypatch: pytest.MonkeyPatch):
    world = World()
    await memory.remember_version(world.context, "/x.rss", "tag", b"123456")
    monkeypatch.delattr(MemoryStore, "amend")
    for context in (world.context, World(store=world.store).context):
        await memory.remember_version(context, "/x.rss", "tag", b"123456")


def printed(title: str, entries: list[bytes], format: str) -> edition.Printed:
    head = FeedHead(id="/", title=title, description="-", self_url="/", page_url="/", updated=NOON)
    own = Feed(definition=feed(), stem="/", page="/", title=title, description="", language="en", selection=Selection())
    lines = tuple(Line(number, 0, body, fragment.digest(body), NOON, NOON) for number, body in enumerate(entries))
    made = edition.Edition(feed=own, format=format, path="/", head=head, lines=lines, looked_at=())
    return asyncio.run(edition.printed(World().context, made))


ENTRIES = st.lists(st.binary(min_size=1, max_size=5), max_size=20)


@given(ENTRIES, ENTRIES)
@settings(max_examples=200)
def test_f54_old_entries_and_the_delta_hold_every_current_entry(old: list[bytes], new: list[bytes]):
    fresh = fragment.delta(fragment.marks(map(fragment.digest, old)), new)
    assert set(new) <= set(old) | set(fresh)
    assert not set(fresh) & set(old)


@given(st.sampled_from(FORMATS), st.sampled_from("ab"), st.sampled_from("ab"), ENTRIES, ENTRIES)
@settings(max_examples=200, deadline=None)
def test_f54_other_bytes_have_another_tag_and_the_same_edition_the_same(
    format: str, before: str, after: str, old: list[bytes], new: list[bytes]
):
    first, second = printed(before, old, format), printed(after, new, format)
    assert first == printed(before, old, format)
    assert first.etag != second.etag or first.body == second.body
