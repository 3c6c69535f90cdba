"""Records of files, the same on every engine."""

import pytest

from publisher.error import Conflict, NotFound
from publisher.model import Media
from publisher.store.port import Store


def file(start: str, **rest: str) -> Media:
    return Media(sha256=start.ljust(64, "0"), media_type="image/png", bytes=1, **rest)


async def test_files_are_listed_the_one_stored_last_first(store: Store):
    first, second, third = file("b"), file("a"), file("c")
    for each in (first, second, third):
        await store.save_media(each)
    assert await store.files() == (third, second, first)
    assert await store.files(limit=1, before=third.sha256) == (second,)
    assert await store.files(before=first.sha256) == ()
    assert await store.files(offset=1) == (second, first)
    assert await store.files(limit=1, before=third.sha256, offset=1) == (first,)
    again = file("b", alt="A lamp")
    await store.save_media(again)
    assert await store.files(limit=1) == (again,)
    assert await store.count_files() == 3


async def test_a_file_is_found_by_the_beginning_of_its_hash(store: Store):
    await store.save_media(file("abc1"))
    await store.save_media(file("abd"))
    assert await store.media_like("abc") == file("abc1")
    for missing in ("abb", "ac", "f"):
        with pytest.raises(NotFound):
            await store.media_like(missing)


async def test_who_describes_a_file_that_another_has_described_is_told(store: Store):
    await store.save_media(file("a"))
    await store.save_media(file("a", alt="A lamp"), before=file("a"))
    with pytest.raises(Conflict):
        await store.save_media(file("a", alt="A light"), before=file("a"))
    with pytest.raises(NotFound):
        await store.save_media(file("b"), before=file("b"))
    assert await store.files() == (file("a", alt="A lamp"),)


async def test_a_file_that_is_described_keeps_its_place_so_that_all_are_paged_through_once(store: Store):
    stored = [file(each) for each in "abcde"]
    for each in stored:
        await store.save_media(each)
    seen: list[str] = []
    while (page := await store.files(limit=2, before=seen[-1] if seen else "")) and len(seen) < 9:
        for each in page:
            await store.save_media(file(each.sha256, alt="A lamp"), before=each)
            seen.append(each.sha256)
    assert seen == [each.sha256 for each in reversed(stored)]
    assert {each.alt for each in await store.files()} == {"A lamp"}


async def test_a_file_is_forgotten(store: Store):
    await store.save_media(file("a"))
    await store.save_media(file("b"))
    await store.remove_media(file("a").sha256)
    for gone in (store.media(file("a").sha256), store.remove_media(file("a").sha256)):
        with pytest.raises(NotFound):
            await gone
    assert await store.files() == (file("b"),)
