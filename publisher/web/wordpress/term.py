"""WordPress numbers what we name: stable numbers for sections, tags and files, and the way back.

A number is a part of a hash of the name, so it is the same in every process and after a restart.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable

from publisher import text
from publisher.error import Invalid, NotFound
from publisher.model import Media, Section, Tag
from publisher.store.port import Store

PAGE = 1000
_TAG, _FILE = "wp/tag/", "wp/file/"


def number(name: str) -> int:
    """The number of a name: 1 to 2**31."""
    return 1 + (int.from_bytes(hashlib.sha256(name.encode()).digest()[:4]) >> 1)


def file_number(sha256: str) -> int:
    """The number of a stored file: what a JavaScript client can hold exactly."""
    return 1 + (int(sha256[:13], 16) >> 1)


async def section(store: Store, id: int) -> Section:
    """The section of a number. Raises NotFound."""
    for each in await store.sections():
        if number(each.slug) == id:
            return each
    raise NotFound(f"there is no category {id}")


async def keep_tag(store: Store, name: str) -> Tag:
    """Remember a tag that no article has yet. Raises Invalid."""
    made = Tag(slug=text.slug(name), name=text.line(name))
    if not made.slug:
        raise Invalid("name: needs a letter or digit")
    await store.remember(_TAG + str(number(made.slug)), made.name.encode())
    return made


async def tag(store: Store, id: int) -> Tag:
    """The tag of a number: one that was made here, or one that articles have. Raises NotFound."""
    if kept := await store.recall(_TAG + str(id)):
        name = kept.decode()
        return Tag(slug=text.slug(name), name=name)
    offset = 0
    while found := await store.tags(PAGE, offset):
        for each in found:
            if number(each.slug) == id:
                return each
        offset += PAGE
    raise NotFound(f"there is no tag {id}")


async def keep_file(store: Store, media: Media) -> int:
    """Remember which file a number stands for."""
    id = file_number(media.sha256)
    await store.remember(_FILE + str(id), media.sha256.encode())
    return id


async def file(store: Store, id: int) -> Media:
    """The file of a number that was uploaded here. Raises NotFound."""
    kept = await store.recall(_FILE + str(id))
    if not kept:
        raise NotFound(f"there is no media {id}")
    return await store.media(kept.decode())


def numbers(value: object) -> tuple[int, ...]:
    """Numbers as clients send them: one, a list, or words with commas between. Raises Invalid."""
    parts: Iterable[object] = value.split(",") if isinstance(value, str) else [value]
    if isinstance(value, list):
        parts = value
    found = [str(each).strip() for each in parts]
    if not all(each.isascii() and each.isdigit() and len(each) < 16 for each in found if each) or len(found) > 1000:
        raise Invalid("numbers of terms are expected")
    return tuple(int(each) for each in found if each)
