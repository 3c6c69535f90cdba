"""Pages of articles: cursors are opaque to clients and checked here."""

from __future__ import annotations

import base64
import binascii
from datetime import UTC, datetime
from typing import Any, TypeVar

import msgspec
from aiohttp import web
from msgspec import UNSET

from publisher.model import Article, Cursor, Kind, Selection, Sort, Status
from publisher.web.api import schema, view
from publisher.web.api.operation import Call, Room
from publisher.web.api.problem import json_response
from publisher.web.api.validate import Fault, Faulty

T = TypeVar("T")

_FILTERS = ("section", "tag", "author", "language", "since", "until", "kind")
_MAX = 10**15


class Position(msgspec.Struct, frozen=True, array_like=True, forbid_unknown_fields=True):
    """Where a page of articles begins: behind an instant and id, below an id, or at an offset."""

    at: datetime | None = None
    id: int = 0
    offset: int = 0


def spelt(position: object) -> str:
    """A position as a cursor."""
    return base64.urlsafe_b64encode(msgspec.json.encode(position)).rstrip(b"=").decode()


def position(cursor: str, wanted: type[T]) -> T:
    """The position that a cursor stands for. Raises Faulty for one that isn't ours."""
    try:
        raw = base64.urlsafe_b64decode(cursor.encode("ascii") + b"=" * (-len(cursor) % 4))
        return msgspec.json.decode(raw, type=wanted)
    except (binascii.Error, UnicodeError, ValueError, msgspec.DecodeError) as error:
        raise Faulty(Fault("", "cursor: is none of ours; take `next` of the page before")) from error


def started(cursor: str) -> Position:
    """Where a page of articles begins; "" is the start. Raises Faulty."""
    start = position(cursor, Position) if cursor else Position()
    if not (0 <= start.id < _MAX and 0 <= start.offset < _MAX) or (start.at and start.at.tzinfo is None):
        raise Faulty(Fault("", "cursor: is none of ours; take `next` of the page before"))
    return start


async def list_articles(room: Room, call: Call) -> web.Response:
    """One page of articles, without their bodies."""
    wanted: schema.StatusFilter = call.query
    start = started(wanted.cursor)
    found, following = await (_public if wanted.status == "published" else _others)(room, wanted, start)
    shown = [view.article(room.base, each, with_html=False) for each in found]
    response = json_response(schema.ArticleList(articles=shown, next=following))
    if following:
        query = {**call.request.query, "cursor": following}
        response.headers["Link"] = f'<{call.request.rel_url.with_query(query)}>; rel="next"'
    return response


Page = tuple[tuple[Article, ...], str | None]


async def _public(room: Room, wanted: schema.StatusFilter, start: Position) -> Page:
    """Published articles: every filter and order is the store's own."""
    chosen = Selection(
        kinds=frozenset(Kind) if wanted.kind is UNSET else frozenset({wanted.kind}),
        sections=_one(wanted.section),
        tags=_one(wanted.tag),
        authors=_one(wanted.author),
        languages=_one(wanted.language),
        since=_instant("since", wanted.since),
        until=_instant("until", wanted.until),
        sort=wanted.sort,
        limit=wanted.limit + 1,
        offset=start.offset,
        after=Cursor(start.at.astimezone(UTC), start.id) if start.at else None,
    )
    found = await room.store.select(chosen)
    if len(found) <= wanted.limit:
        return found, None
    last = found[wanted.limit - 1]
    behind = Position(at=last.published, id=last.id)
    following = behind if wanted.sort is Sort.NEWEST else Position(offset=start.offset + wanted.limit)
    return found[: wanted.limit], spelt(following)


async def _others(room: Room, wanted: schema.StatusFilter, start: Position) -> Page:
    """Articles of another status, the newest made first."""
    odd = [name for name in _FILTERS if getattr(wanted, name) is not UNSET]
    odd += ["sort"] if wanted.sort is not Sort.NEWEST else []
    if odd:
        raise Faulty(*(Fault("", f"{name}: goes with status=published only") for name in odd))
    statuses = frozenset(Status) if wanted.status == "any" else frozenset({Status(wanted.status)})
    found = await room.store.in_status(statuses, wanted.limit + 1, start.id)
    if len(found) <= wanted.limit:
        return found, None
    return found[: wanted.limit], spelt(Position(id=found[wanted.limit - 1].id))


def _one(value: Any) -> frozenset[str]:
    return frozenset() if value is UNSET else frozenset({value})


def _instant(name: str, value: Any) -> datetime | None:
    if value is UNSET:
        return None
    try:
        return datetime.fromisoformat(value).astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise Faulty(Fault("", f"{name}: is no instant: {error}")) from error
