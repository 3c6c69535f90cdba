"""An operation of the API: what it is called, who may, what it takes and gives; one way to run them all."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, TypeVar

import msgspec
from aiohttp import web

from publisher.date import Clock
from publisher.desk import Desk
from publisher.desk.token import Scope, Token
from publisher.error import Conflict, NotFound, PublisherError
from publisher.store.port import Store
from publisher.web.api.problem import response_of
from publisher.web.api.schema import NoQuery
from publisher.web.api.validate import converted, decoded
from publisher.web.error import CODINGS, Malformed, TooLarge, UnknownCoding, UnknownType, WrongMethod
from publisher.web.guard import Guard
from publisher.web.preview import Signer

T = TypeVar("T")
ATTEMPTS = 9

JSON_TYPES = ("application/json", "application/merge-patch+json")


@dataclass(frozen=True, slots=True)
class Room:
    """What operations work with."""

    base: str
    language: str
    body_bytes: int
    desk: Desk
    store: Store
    guard: Guard
    signer: Signer
    clock: Clock


@dataclass(frozen=True, slots=True)
class Call:
    """One request that was let in: its token, its arguments and its body as values."""

    request: web.Request
    token: Token | None
    query: Any
    body: Any

    @property
    def parts(self) -> Mapping[str, str]:
        """What the path's braces stand for."""
        return self.request.match_info

    @property
    def number(self) -> int:
        """The id in the path."""
        return int(self.parts["id"])


Run = Callable[[Room, Call], Awaitable[web.StreamResponse]]


@dataclass(frozen=True, slots=True)
class Operation:
    """One method of one path.

    `gives` maps a success status to the schema of its body. `body` is None where there is none, or
    where the operation reads the request itself (`media` then says of which types it is). `links` are the
    operations that take what was made by its `id`.
    """

    method: str
    path: str
    name: str
    summary: str
    run: Run
    scope: Scope | None
    gives: Mapping[int, type | None]
    query: type = NoQuery
    body: type | None = None
    media: tuple[str, ...] = ()
    headers: tuple[str, ...] = ()
    fails: tuple[int, ...] = ()
    links: tuple[str, ...] = ()
    id: str = "id"


PARTS: Mapping[str, str] = {"id": r"[1-9]\d{0,14}", "sha256": "[0-9a-f]{64}"}
"""Braces of a path -> their pattern; all others stand for one segment."""


def routes(room: Room, operations: Sequence[Operation], root: str) -> list[web.RouteDef]:
    """A route for each path, which knows its methods; every other path under the root is a 404 problem."""
    paths: dict[str, dict[str, Operation]] = {}
    for each in operations:
        paths.setdefault(each.path, {})[each.method] = each
    made = [web.route("*", pattern(path), dispatcher(room, methods)) for path, methods in paths.items()]
    return [*made, web.route("*", root, nothing), web.route("*", root + "/{rest:.*}", nothing)]


def pattern(path: str) -> str:
    """A path as aiohttp's router takes it."""
    for name, shape in PARTS.items():
        path = path.replace("{" + name + "}", "{" + name + ":" + shape + "}")
    return path


def dispatcher(room: Room, methods: Mapping[str, Operation]) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
    """The handler of one path."""
    allowed = (*methods, *(("HEAD",) if "GET" in methods else ()))

    async def handle(request: web.Request) -> web.StreamResponse:
        name = "GET" if request.method == "HEAD" else request.method
        try:
            room.guard.check_host(request)
            if name not in methods:
                raise WrongMethod(request.method, allowed)
            return await perform(room, methods[name], request)
        except PublisherError as error:
            return response_of(error)

    return handle


async def nothing(request: web.Request) -> web.StreamResponse:
    """What an unknown path answers."""
    return response_of(NotFound(f"there is no resource {request.path[:200]}; /api/openapi.json says which there are"))


async def perform(room: Room, operation: Operation, request: web.Request) -> web.StreamResponse:
    """Let a request in, understand it, and run the operation. Raises a PublisherError for anything else."""
    token = await room.guard.admit(request, operation.scope) if operation.scope else None
    query: Any = converted(dict(request.query), operation.query, strict=False)
    body = await _body(room, request, operation.body) if operation.body else None
    return await operation.run(room, Call(request, token, query, body))


async def _body(room: Room, request: web.Request, wanted: type) -> Any:
    if request.content_type not in JSON_TYPES:
        raise UnknownType(f"the body must be {JSON_TYPES[0]}, not {request.content_type[:100]}")
    return converted(decoded(await whole(request, room.body_bytes)), wanted)


def check_body(request: web.Request, max_bytes: int) -> None:
    """Before a body is read: that it isn't too long as it comes, nor coded in a way that would be stored as it stands.

    Raises TooLarge, UnknownCoding.
    """
    if (request.content_length or 0) > max_bytes:
        raise TooLarge(f"the body has {request.content_length:,} bytes, at most {max_bytes:,} are taken")
    check_coding(request)


def check_coding(request: web.Request) -> None:
    """aiohttp leaves a body in a coding that it doesn't know as it is. Raises UnknownCoding."""
    coding = request.headers.get("Content-Encoding", "identity").strip().lower()
    if coding not in CODINGS:
        raise UnknownCoding(f"Content-Encoding: {coding[:50]} is not taken; one of {', '.join(CODINGS)} is")


async def whole(request: web.Request, max_bytes: int) -> bytes:
    """The body of a request. Raises TooLarge, UnknownCoding, Malformed."""
    check_body(request, max_bytes)
    try:
        return await request.read()
    except web.HTTPRequestEntityTooLarge as error:
        raise TooLarge(f"the body has more than {max_bytes:,} bytes") from error
    except (web.RequestPayloadError, ConnectionError) as error:
        raise Malformed("the body ended early or is coded wrongly") from error


async def repeated(attempt: Callable[[], Awaitable[T]]) -> T:
    """Read, change and store again while somebody else's write comes between. Raises Conflict after some times."""
    for _ in range(ATTEMPTS):
        with suppress(Conflict):
            return await attempt()
    return await attempt()


def encoded(value: object) -> bytes:
    """A value as one JSON text."""
    return msgspec.json.encode(value)
