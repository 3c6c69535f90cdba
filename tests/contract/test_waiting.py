"""What waits for its time, what is kept aside: schedules, media, small values."""

import msgspec
import pytest

from publisher.error import Invalid, NotFound
from publisher.model import Body, Media, Status
from publisher.store.port import Store
from tests.contract.sample import DAY, HOUR, NOON, edit, saved


async def test_nothing_waits_in_an_empty_store(store: Store):
    assert await store.next_due() is None
    assert await store.due(NOON) == ()


async def test_the_next_due_is_the_soonest_release_or_expiry(store: Store):
    await saved(store, "late", status=Status.SCHEDULED, published=NOON + 2 * DAY)
    assert await store.next_due() == NOON + 2 * DAY
    ending = await saved(store, "ending", expires=NOON + DAY)
    assert await store.next_due() == NOON + DAY
    await saved(store, "soon", status=Status.SCHEDULED, published=NOON + HOUR)
    assert await store.next_due() == NOON + HOUR
    await saved(store, "timeless", status=Status.SCHEDULED, published=None)
    await saved(store, "draft", status=Status.DRAFT, published=NOON, expires=NOON)
    assert await store.next_due() == NOON + HOUR
    await edit(store, ending, status=Status.DRAFT)
    await edit(store, await store.article_by_guid("tag:example.org,2026:soon"), status=Status.TRASH)
    assert await store.next_due() == NOON + 2 * DAY


async def test_due_are_the_ripe_ones_by_time_with_bodies(store: Store):
    await saved(store, "b", status=Status.SCHEDULED, published=NOON + HOUR)
    await saved(store, "a", expires=NOON)
    await saved(store, "c", status=Status.SCHEDULED, published=NOON + HOUR)
    await saved(store, "later", status=Status.SCHEDULED, published=NOON + DAY)
    await saved(store, "endless")
    due = await store.due(NOON + HOUR)
    assert [each.slug for each in due] == ["a", "b", "c"]
    assert {each.body.text for each in due} == {"Some words."}
    assert [each.slug for each in await store.due(NOON + HOUR, limit=2)] == ["a", "b"]
    assert [each.slug for each in await store.due(NOON)] == ["a"]


MEDIA = Media(sha256="a" * 64, media_type="image/jpeg", bytes=7, url="https://old.example/x.jpg", focal=(0.5, 0.25))


async def test_media_are_found_by_hash_and_by_the_url_they_came_from(store: Store):
    await store.save_media(MEDIA)
    assert await store.media(MEDIA.sha256) == MEDIA
    assert await store.media_by_url(MEDIA.url) == MEDIA
    better = msgspec.structs.replace(MEDIA, alt="A cat", url="https://old.example/y.jpg")
    await store.save_media(better)
    assert await store.media(MEDIA.sha256) == better
    with pytest.raises(NotFound):
        await store.media_by_url(MEDIA.url)


async def test_of_two_files_from_one_url_the_last_is_meant(store: Store):
    other = msgspec.structs.replace(MEDIA, sha256="b" * 64)
    await store.save_media(MEDIA)
    await store.save_media(other)
    assert await store.media_by_url(MEDIA.url) == other
    await store.save_media(MEDIA)
    assert await store.media_by_url(MEDIA.url) == MEDIA


async def test_files_from_nowhere_have_no_url_in_common(store: Store):
    await store.save_media(msgspec.structs.replace(MEDIA, url=""))
    with pytest.raises(NotFound):
        await store.media_by_url("")


async def test_values_are_recalled_by_what_their_names_begin_with(store: Store):
    for name in ("token/b", "token/a", "tokens", "Token/c", "token%d"):
        await store.remember(name, name.encode())
    assert await store.recall_all("token/") == (("token/a", b"token/a"), ("token/b", b"token/b"))
    assert await store.recall_all("nothing") == ()


async def test_a_value_is_forgotten_once(store: Store):
    await store.remember("token/a", b"1")
    assert await store.forget("token/a") is True
    assert await store.recall("token/a") is None
    assert await store.forget("token/a") is False


async def test_articles_that_are_not_public_are_listed_by_their_status(store: Store):
    for status in (Status.DRAFT, Status.PUBLISHED, Status.TRASH, Status.DRAFT):
        await saved(store, status=status)
    waiting = frozenset({Status.DRAFT, Status.TRASH})
    assert [each.id for each in await store.in_status(waiting)] == [4, 3, 1]
    assert [each.id for each in await store.in_status(waiting, limit=1)] == [4]
    assert [each.id for each in await store.in_status(waiting, before_id=4)] == [3, 1]
    assert [each.id for each in await store.in_status(frozenset(Status))] == [4, 3, 2, 1]
    assert all(each.body == Body() for each in await store.in_status(waiting))
    assert await store.in_status(waiting, limit=0) == ()


async def test_small_values_are_remembered(store: Store):
    assert await store.recall("cursor") is None
    await store.remember("cursor", b"\x00\xff")
    await store.remember("empty", b"")
    assert await store.recall("cursor") == b"\x00\xff"
    assert await store.recall("empty") == b""
    await store.remember("cursor", b"2")
    assert await store.recall("cursor") == b"2"


async def test_a_small_value_is_amended_without_another_writer_between(store: Store):
    for number in range(3):
        await store.amend("list", lambda known, number=number: (known or b"") + str(number).encode())
    assert await store.recall("list") == b"012"


async def test_a_change_that_fails_leaves_a_small_value_as_it_was(store: Store):
    await store.remember("list", b"kept")

    def fail(known: bytes | None) -> bytes:
        raise Invalid("no")

    with pytest.raises(Invalid):
        await store.amend("list", fail)
    assert await store.recall("list") == b"kept"
