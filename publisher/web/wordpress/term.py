"""WordPress numbers what we name: stable numbers for sections, tags and files, and the way back.

A number is a part of a hash of the name, so it is the same in every process and after a restart.
"""

from __future__ import annotations

import hashlib
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from typing import TypeVar

from publisher import text
from publisher.error import Invalid, NotFound
from publisher.model import Author, Media, Section, Tag
from publisher.store.port import Store

T = TypeVar("T")
PAGE = 1000
_TAG = "wp/tag/"
_FILE_DIGITS = 12
"""Hexadecimal digits: 48 bits."""


def number(name: str) -> int:
    """The number of a name: 1 to 2**31."""
    return 1 + (int.from_bytes(hashlib.sha256(name.encode()).digest()[:4]) >> 1)


def file_number(sha256: str) -> int:
    """The number of a stored file: the beginning of its hash, which a JavaScript client can hold exactly."""
    return int(sha256[:_FILE_DIGITS], 16)


def shelf_number(shelf: Section | Tag | Author) -> int:
    """The number of a section, tag or author."""
    return number(shelf.slug)


async def every(page: Callable[[int, int], Awaitable[Sequence[T]]]) -> list[T]:
    """All that a list of the store holds, page by page."""
    found: list[T] = []
    while more := await page(PAGE, len(found)):
        found += more
    return found


async def section(store: Store, id: int) -> Section:
    """The section of a number. Raises NotFound."""
    for each in await store.sections():
        if number(each.slug) == id:
            return each
    raise NotFound(f"there is no category {id}")


async def keep_tag(store: Store, slug: str, name: str) -> Tag:
    """Remember a tag that no article has yet."""
    await store.remember(_TAG + str(number(slug)), f"{slug}\n{name}".encode())
    return Tag(slug=slug, name=name)


async def kept_tags(store: Store) -> tuple[Tag, ...]:
    """Tags that were made here, whether or not articles have them."""
    return tuple(_kept(value) for _, value in await store.recall_all(_TAG))


async def is_kept(store: Store, slug: str) -> bool:
    """Whether a tag was made here."""
    return await store.recall(_TAG + str(number(slug))) is not None


async def forget_tag(store: Store, slug: str) -> None:
    """Keep a tag no longer of which articles may know nothing."""
    await store.forget(_TAG + str(number(slug)))


async def has_tag(store: Store, slug: str) -> bool:
    """Whether there is a tag: articles have it, or it was made here."""
    if await is_kept(store, slug):
        return True
    try:
        await store.tag(slug)
    except NotFound:
        return False
    return True


def _kept(value: bytes) -> Tag:
    slug, _, name = value.decode().rpartition("\n")
    return Tag(slug=slug or text.slug(name), name=name)


async def tag(store: Store, id: int) -> Tag:
    """The tag of a number: one that was made here, or one that articles have. Raises NotFound."""
    if kept := await store.recall(_TAG + str(id)):
        return _kept(kept)
    offset = 0
    while found := await store.tags(PAGE, offset):
        for each in found:
            if number(each.slug) == id:
                return each
        offset += PAGE
    raise NotFound(f"there is no tag {id}")


async def file(store: Store, id: int) -> Media:
    """The file of a number. Raises NotFound."""
    if id >= 16**_FILE_DIGITS:
        raise NotFound(f"there is no media {id}")
    return await store.media_like(f"{id:0{_FILE_DIGITS}x}")


async def author_of(store: Store, id: int) -> Author | None:
    """The author of a number, among those who have public articles; None for none."""
    offset = 0
    while found := await store.authors(PAGE, offset):
        for each in found:
            if number(each.slug) == id:
                return each
        offset += PAGE
    return None


def numbers(params: Mapping[str, object], name: str) -> tuple[int, ...]:
    """Numbers as clients send them: one, a list, or words with commas between; none where none are. Raises Invalid."""
    value = params.get(name, [])
    parts: Iterable[object] = value.split(",") if isinstance(value, str) else [value]
    if isinstance(value, list):
        parts = value
    found = [str(each).strip() for each in parts]
    if not all(each.isascii() and each.isdigit() and len(each) < 16 for each in found if each) or len(found) > 1000:
        raise Invalid(f"{name}: numbers are expected, as the lists of /wp/v2 give them in `id`")
    return tuple(int(each) for each in found if each)
