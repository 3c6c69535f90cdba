"""Stories by HTTP: how an article's story is told now, and what an editor changes in it.

A story is composed when it is read. What is written here is kept in the article, under "story" in
its `extra`: so a story has its article's id, revision and ETag.
"""

from __future__ import annotations

import asyncio
from typing import Any

import msgspec
import orjson
from aiohttp import web
from msgspec.structs import replace

from publisher import story as told
from publisher import url
from publisher.compose.storyboard import compose
from publisher.desk.token import Scope
from publisher.error import Invalid
from publisher.model import Article, Cursor, Kind, Selection, Status
from publisher.story import Overrides, Page, Story, Thin
from publisher.web.api import article, draft, record, schema
from publisher.web.api.listing import Position, spelt, started
from publisher.web.api.operation import Call, Operation, Room
from publisher.web.api.problem import json_response
from publisher.web.api.validate import Faulty


async def listed(room: Room, call: Call) -> web.Response:
    """A page of published articles' stories; those too thin for one are left out."""
    start, limit = started(call.query.cursor), call.query.limit
    after = Cursor(start.at, start.id) if start.at else None
    kinds = frozenset({Kind.ARTICLE, Kind.STORY})
    found = await room.store.select(Selection(kinds=kinds, limit=limit + 1, after=after))
    chosen = await room.store.with_bodies(found[:limit])
    views = await asyncio.to_thread(lambda: [view(room.base, each) for each in chosen])
    last = chosen[-1] if len(found) > limit else None
    following = spelt(Position(at=last.published, id=last.id)) if last else None
    return json_response(record.StoryList(stories=[each for each in views if each.pages], next=following))


def view(base: str, found: Article) -> record.StoryView:
    """The story of an article as it is, or would be when the article is published."""
    changed, made = _composed(found)
    is_shown = found.is_public and isinstance(made, Story)
    addresses = [url.absolute(base, each(found.story_slug)) for each in (url.story, url.player, url.reading)]
    amp, player, reading = addresses if is_shown else [None] * 3
    return record.StoryView(
        id=found.id,
        revision=found.revision,
        title=made.title if isinstance(made, Story) else found.title,
        status=found.status,
        design=made.design if isinstance(made, Story) else None,
        pages=[_page(each) for each in made.pages] if isinstance(made, Story) else [],
        missing=made.reason if isinstance(made, Thin) else None,
        overrides=changed,
        url=amp,
        player_url=player,
        reading_url=reading,
    )


def _composed(found: Article) -> tuple[Overrides, Story | Thin]:
    shown = replace(found, status=Status.PUBLISHED)
    try:
        return told.overrides(found), compose(shown)
    except Invalid as error:
        return Overrides(), Thin(str(error))


def _page(page: Page) -> record.StoryPage:
    picture = page.picture
    return record.StoryPage(
        id=page.id,
        role=page.role,
        seconds=page.seconds,
        text=page.text,
        picture=picture.src if picture else None,
        alt=picture.alt if picture else "",
    )


async def get(room: Room, call: Call) -> web.Response:
    """The story of one article of any status."""
    return await _shown(room, await room.store.article(call.number))


async def _shown(room: Room, found: Article, status: int = 200) -> web.Response:
    made = json_response(await asyncio.to_thread(view, room.base, found), status, ETag=article.etag(found))
    if status == 201:
        made.headers["Location"] = f"/api/stories/{found.id}"
    return made


async def create(room: Room, call: Call) -> web.Response:
    """A story from scratch, with no article beside it."""
    body: record.StoryFields = call.body
    extra = body.article.extra if isinstance(body.article.extra, dict) else {}
    fields = replace(body.article, kind=Kind.STORY, extra=extra | {"story": _plain(body.story)})
    made, is_stored = await article.created(room, replace_body(call, fields))
    return await _shown(room, made, 201 if is_stored else 200)


def replace_body(call: Call, fields: schema.ArticleFields) -> Call:
    """The same call with another body."""
    return Call(call.request, call.token, call.query, fields)


def _plain(changed: Overrides) -> dict[str, Any]:
    """Overrides as they are kept: what differs from the default only."""
    rows: dict[str, Any] = msgspec.to_builtins(changed)
    usual: dict[str, Any] = msgspec.to_builtins(Overrides())
    return {name: value for name, value in rows.items() if value != usual[name]}


async def put(room: Room, call: Call) -> web.Response:
    """Say what is different from the composed story."""
    return await _change(room, call, _plain(call.body))


async def reset(room: Room, call: Call) -> web.Response:
    """Forget every change: the story is the composed one again."""
    return await _change(room, call, {})


async def _change(room: Room, call: Call, changed: dict[str, Any]) -> web.Response:
    before = await article.expected(room, call)
    extra = {name: value for name, value in orjson.loads(before.extra or "{}").items() if name != "story"}
    text = draft.extra(extra | ({"story": changed} if changed else {}))
    if faults := tuple(draft.extra_faults(text, "", "")):
        raise Faulty(*faults)
    after = replace(before, extra=text)
    if not (call.query.dry_run if isinstance(call.query, schema.WriteQuery) else False):
        after = await article.guarded(room, before, room.desk.edit(before.id, {"extra": text}, before.revision))
    return await _shown(room, after)


_ONE = "/api/stories/{id}"
_VIEW = {200: record.StoryView}

OPERATIONS = (
    Operation(
        "GET", "/api/stories", "listStories", "List the stories of published articles, newest first.", listed,
        Scope.READ, {200: record.StoryList}, query=record.StoryQuery,
    ),
    Operation(
        "POST", "/api/stories", "createStory", "Create a story from scratch.", create, Scope.WRITE,
        {201: record.StoryView, 200: record.StoryView}, query=schema.WriteQuery, body=record.StoryFields,
        headers=("Idempotency-Key",), fails=(409,), links=("getStory", "putStory", "resetStory"),
    ),
    Operation(
        "GET", _ONE, "getStory", "Read how an article's story is told.", get, Scope.READ, _VIEW, fails=(404,),
    ),
    Operation(
        "PUT", _ONE, "putStory", "Change how an article's story is told.", put, Scope.WRITE, _VIEW,
        query=schema.WriteQuery, body=Overrides, headers=("If-Match",), fails=(404, 409, 412, 428),
    ),
    Operation(
        "DELETE", _ONE, "resetStory", "Forget every change to an article's story.", reset, Scope.WRITE, _VIEW,
        headers=("If-Match",), fails=(404, 409, 412, 428),
    ),
)  # fmt: skip
