"""Conditions of writes on what has no revision: its tag is a hash of all that can be edited (RFC 9110 13.1.1)."""

from __future__ import annotations

import hashlib
from collections.abc import Awaitable, Callable
from typing import TypeVar

import msgspec
from msgspec.structs import replace

from publisher.error import Conflict
from publisher.model import Author, Media, Section, Tag
from publisher.web.api.operation import Call, repeated
from publisher.web.error import Outdated

T = TypeVar("T", Section, Author, Tag, Media)


def tag_of(value: Section | Author | Tag | Media) -> str:
    """The strong tag of what can be edited; counts move without it."""
    edited = value if isinstance(value, Media) else replace(value, articles=0, updated=None)
    return f'"{hashlib.blake2b(msgspec.json.encode(edited), digest_size=9).hexdigest()}"'


def is_conditional(call: Call) -> bool:
    """Whether the client says which state it changes."""
    return call.request.headers.get("If-Match", "*").strip() != "*"


def check(call: Call, before: Section | Author | Tag | Media | None) -> None:
    """Raises Outdated when an If-Match doesn't hold."""
    condition = call.request.headers.get("If-Match")
    if condition is None:
        return
    if before is None:
        raise Outdated("If-Match: there is no such thing")
    if condition.strip() != "*" and tag_of(before) not in [each.strip() for each in condition.split(",")]:
        raise Outdated(f"If-Match: it has the ETag {tag_of(before)} now")


async def changed(call: Call, find: Callable[[], Awaitable[T]], write: Callable[[T], Awaitable[T]]) -> T:
    """Read, check and write, once more while somebody else's write comes between. Raises Outdated, Conflict."""

    async def attempt() -> T:
        before = await find()
        check(call, before)
        try:
            return await write(before)
        except Conflict:
            check(call, await find())
            raise

    return await (attempt() if is_conditional(call) else repeated(attempt))
