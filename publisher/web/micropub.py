"""Micropub (W3C Recommendation): create, update, delete and undelete articles, and a media endpoint.

A request, form or JSON, becomes microformats properties (name -> list of values); these become the
fields of the writing API, so both ways in are checked by the same rules.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any
from zoneinfo import ZoneInfo

from aiohttp import web

from publisher import url
from publisher.desk.token import Scope
from publisher.error import Invalid, NotFound, PublisherError
from publisher.model import Article, Redirect, Status
from publisher.prepare import is_untitled
from publisher.web.api import media, schema
from publisher.web.api.draft import new, patched
from publisher.web.api.operation import Room, repeated, whole
from publisher.web.api.problem import json_response, marked
from publisher.web.api.validate import converted, decoded
from publisher.web.error import UnknownType, WrongMethod, status_of
from publisher.web.microformat import changed, checked, delete, extra, from_form, others, source, to_fields, told

FORMS = ("application/x-www-form-urlencoded", "multipart/form-data")
QUERIES = ("config", "source", "syndicate-to", "category", "post-types")
POST_TYPES = [{"type": name, "name": name.capitalize()} for name in ("note", "article", "photo")]
LISTED = 100
_ERRORS = {401: "unauthorized", 403: "insufficient_scope"}

Run = Callable[[Room, ZoneInfo, web.Request], Awaitable[web.Response]]


def micropub_routes(room: Room) -> list[web.RouteDef]:
    """The endpoint and its media endpoint."""
    zone = ZoneInfo(room.desk.settings.timezone)

    def handler(run: Run) -> Callable[[web.Request], Awaitable[web.Response]]:
        async def handle(request: web.Request) -> web.Response:
            try:
                room.guard.check_host(request)
                return await run(room, zone, request)
            except PublisherError as error:
                return _failed(error)

        return handle

    def routed(path: str, **runs: Run) -> web.RouteDef:
        async def run(room: Room, zone: ZoneInfo, request: web.Request) -> web.Response:
            name = "GET" if request.method == "HEAD" else request.method
            if name not in runs:
                raise WrongMethod(request.method, (*runs, *(("HEAD",) if "GET" in runs else ())))
            return await runs[name](room, zone, request)

        return web.route("*", path, handler(run))

    return [routed("/micropub", GET=query, POST=write), routed("/micropub/media", POST=upload)]


def _failed(error: PublisherError) -> web.Response:
    status = 400 if isinstance(error, Invalid | NotFound) else status_of(error)
    code = _ERRORS.get(status, "invalid_request")
    return marked(json_response({"error": code, "error_description": str(error)[:2000]}, status), error)


async def query(room: Room, _: ZoneInfo, request: web.Request) -> web.Response:
    """What the endpoint can do, and what an article's properties are."""
    await room.guard.admit(request, Scope.READ)
    asked = request.query.get("q", "config")
    if asked not in QUERIES:
        raise Invalid(f"q: must be one of {', '.join(QUERIES)}")
    if asked == "source":
        return json_response(await _sources(room, request))
    if asked == "category":
        word = request.query.get("filter", "").casefold()
        names = [each.name for each in await room.store.tags(1000)]
        return json_response({"categories": [each for each in names if word in each.casefold()]})
    config = {
        "media-endpoint": f"{room.base}/micropub/media",
        "syndicate-to": [],
        "post-types": POST_TYPES,
        "q": QUERIES,
    }
    return json_response(config if asked == "config" else {asked: config[asked]})


async def _sources(room: Room, request: web.Request) -> dict[str, Any]:
    """The properties of one article, those asked for; without a URL the newest articles of any status."""
    wanted = {value for name, value in request.query.items() if name.partition("[")[0] == "properties"}

    def shown(found: Article) -> dict[str, Any]:
        properties = source(room.base, found)
        kept = {name: values for name, values in properties.items() if not wanted or name in wanted}
        return {"properties": kept} if wanted else {"type": ["h-entry"], "properties": kept}

    if "url" in request.query:
        return shown(await _article(room, request.query["url"]))
    limit = request.query.get("limit", "20")
    if not (limit.isascii() and limit.isdigit() and len(limit) < 9 and 1 <= int(limit) <= LISTED):
        raise Invalid(f"limit: must be between 1 and {LISTED}")
    alive = frozenset(Status) - {Status.TRASH}
    found = await room.store.with_bodies(await room.store.in_status(alive, int(limit)))
    return {"items": [shown(each) for each in found]}


async def write(room: Room, zone: ZoneInfo, request: web.Request) -> web.Response:
    """Create, or do what `action` says."""
    value, files = await _request(room, request)
    action = value.get("action", "create")
    if action == "create":
        return await create(room, zone, value, files)
    if action == "update":
        return await repeated(lambda: update(room, zone, value))
    before = await _article(room, value.get("url"))
    if action == "delete":
        await room.desk.withdraw(before.id)
    elif action == "undelete":
        status = Status.PUBLISHED if before.was_public else Status.DRAFT
        await room.desk.edit(before.id, {"status": status})
    else:
        raise Invalid("action: must be create, update, delete or undelete")
    return web.Response(status=204)


async def _request(room: Room, request: web.Request) -> tuple[dict[str, Any], list[web.FileField]]:
    """The request as JSON would be, whichever way it came, from somebody who may. Raises Invalid and others."""
    if request.content_type == "application/json":
        await room.guard.admit(request, Scope.WRITE)
        value = decoded(await whole(request, room.body_bytes))
        if not isinstance(value, dict):
            raise Invalid("the body must be a JSON object")
        return value, []
    if request.content_type not in FORMS:
        raise UnknownType("a request is a form or application/json")
    if "Authorization" in request.headers or request.content_type != FORMS[0]:
        await room.guard.admit(request, Scope.WRITE)
    form = await media.form_of(request, room.body_bytes)
    if "Authorization" in request.headers and "access_token" in form:
        raise Invalid("the token must come in the header or in the body, not in both")
    if "Authorization" not in request.headers:
        await room.guard.admit(request, Scope.WRITE, str(form.get("access_token", "")))
    files = [each for each in form.values() if isinstance(each, web.FileField)]
    if files:
        await room.guard.admit(request, Scope.MEDIA)
    return from_form(form), files


async def create(room: Room, zone: ZoneInfo, value: dict[str, Any], files: list[web.FileField]) -> web.Response:
    """A new article; published unless it says that it is a draft."""
    if value.get("type", ["h-entry"]) != ["h-entry"]:
        raise Invalid("type: only h-entry can be created")
    properties = checked(value.get("properties", {}))
    for file in files:
        photo = await room.desk.keep_file(await asyncio.to_thread(file.file.read), media.file_name(file.filename))
        properties.setdefault("photo", []).append(photo.path)
    fields = {"status": "published"} | to_fields(room.base, zone, told(properties))
    if kept := others(properties):
        fields["extra"] = extra("", kept)
    read = await asyncio.to_thread(new, converted(fields, schema.ArticleFields), room.language)
    made = await room.desk.publish(read)
    return _at(room, made, 202 if made.status is Status.SCHEDULED else 201)


def _at(room: Room, article: Article, status: int) -> web.Response:
    return web.Response(status=status, headers={"Location": url.absolute(room.base, article.path)})


async def update(room: Room, zone: ZoneInfo, value: dict[str, Any]) -> web.Response:
    """Replace, add and delete properties; the answer says where the article is when it moved."""
    if not {"replace", "add", "delete"} & value.keys():
        raise Invalid("an update must have replace, add or delete, and come as JSON (Micropub 3.4)")
    before = await _article(room, value.get("url"))
    properties, touched = source(room.base, before), set[str]()
    for name, values in checked(value.get("replace", {})).items():
        properties[name] = values
        touched.add(name)
    for name, values in checked(value.get("add", {})).items():
        properties[name] = [*properties.get(name, []), *values]
        touched.add(name)
    touched |= delete(properties, value.get("delete", []))
    given = to_fields(room.base, zone, changed(properties, set(touched), before))
    if others({name: [name] for name in touched}):
        given["extra"] = extra(before.extra, others(properties))
    if given.get("html") and is_untitled(before):
        given.setdefault("title", "")  # named anew by its first words
    fields = converted(given, schema.ArticleFields)
    after = await room.desk.revise(await asyncio.to_thread(patched, fields, before), before.revision)
    return web.Response(status=204) if after.path == before.path else _at(room, after, 201)


async def _article(room: Room, address: Any) -> Article:
    """The article at a URL of this site. Raises NotFound, Invalid."""
    if not isinstance(address, str) or not address.startswith(f"{room.base}/"):
        raise Invalid(f"url: must begin with {room.base}/")
    found = await room.store.at(url.encode_path(address.removeprefix(room.base)))
    if isinstance(found, Redirect):
        found = await room.store.at(found.target)
    if isinstance(found, Redirect):
        raise NotFound(f"nothing is at {address[:200]}")
    return found


async def upload(room: Room, _: ZoneInfo, request: web.Request) -> web.Response:
    """Keep a picture; the answer says where it is."""
    await room.guard.admit(request, Scope.MEDIA)
    sent = await media.taken(room, request, "file")
    if sent.content is None:
        raise Invalid("file: is missing; the picture is the field of a form with that name")
    kept = await room.desk.keep_file(sent.content, media.file_name(sent.name))
    address = url.absolute(room.base, kept.path)
    return json_response({"url": address}, 201, Location=address)
