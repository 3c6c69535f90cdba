"""The routes of `/wp-json/`: posts, pages, media, terms, users, types; a token is the application password.

Every call but the two indexes needs a token: what is public is on the site's own pages and feeds.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

import orjson
from aiohttp import web

from publisher import text, url
from publisher.desk.token import Scope, Token
from publisher.error import Invalid, NotFound, PublisherError
from publisher.model import Article, Kind, Section
from publisher.web.api import draft, media
from publisher.web.api.operation import Room, whole
from publisher.web.api.problem import problem_of
from publisher.web.api.validate import decoded
from publisher.web.error import WrongMethod, status_of
from publisher.web.wordpress import post, term, view
from publisher.web.wordpress.view import ROOT, TYPES

_CODES = {401: "rest_not_logged_in", 403: "rest_forbidden", 404: "rest_post_invalid_id", 405: "rest_no_route"}
_ID = r"{id:[1-9]\d{0,14}}"
FORM = ("application/x-www-form-urlencoded", "multipart/form-data")


@dataclass(frozen=True, slots=True)
class Call:
    """One request that was let in."""

    room: Room
    zone: ZoneInfo
    request: web.Request
    token: Token

    @property
    def id(self) -> int:
        """The number in the path."""
        return int(self.request.match_info["id"])

    async def params(self) -> dict[str, Any]:
        """Arguments of the query, and on top of them the body's, JSON or a form."""
        given: dict[str, Any] = {name.removesuffix("[]"): value for name, value in self.request.query.items()}
        if self.request.content_type in FORM:
            form = await media.form_of(self.request, self.room.body_bytes)
            return given | {name.removesuffix("[]"): value for name, value in form.items() if isinstance(value, str)}
        body = await whole(self.request, self.room.body_bytes)
        value = decoded(body) if body.strip() else {}
        if not isinstance(value, dict):
            raise Invalid("the body must be a JSON object")
        return given | value


Run = Callable[[Call], Awaitable[web.Response]]


def wordpress_routes(room: Room) -> list[web.RouteDef]:
    """All routes of the subset."""
    zone = ZoneInfo(room.desk.settings.timezone)
    table: dict[str, dict[str, tuple[Scope, Run]]] = {
        f"/{name}": {"GET": (Scope.READ, _lister(kind)), "POST": (Scope.WRITE, _creator(kind))}
        for name, kind in TYPES.items()
    }
    for name, kind in TYPES.items():
        change = (Scope.WRITE, _changer(kind))
        table[f"/{name}/{_ID}"] = {
            "GET": (Scope.READ, _reader(kind)), "POST": change, "PUT": change, "PATCH": change,
            "DELETE": (Scope.WRITE, _remover(kind)),
        }  # fmt: skip
    table |= {
        "/media": {"POST": (Scope.MEDIA, upload)},
        f"/media/{_ID}": {"GET": (Scope.READ, get_media)},
        "/categories": {"GET": (Scope.READ, categories), "POST": (Scope.WRITE, create_category)},
        f"/categories/{_ID}": {"GET": (Scope.READ, get_category)},
        "/tags": {"GET": (Scope.READ, tags), "POST": (Scope.WRITE, create_tag)},
        f"/tags/{_ID}": {"GET": (Scope.READ, get_tag)},
        "/users/me": {"GET": (Scope.READ, me)},
        "/users": {"GET": (Scope.READ, users)},
        "/types": {"GET": (Scope.READ, _constant(view.types()))},
        "/statuses": {"GET": (Scope.READ, _constant(view.statuses()))},
        "/taxonomies": {"GET": (Scope.READ, _constant(view.taxonomies()))},
    }
    made = [web.route("*", ROOT + path, _handler(room, zone, methods)) for path, methods in table.items()]
    named = {ROOT + path.replace(_ID, r"(?P<id>[\d]+)"): sorted(methods) for path, methods in table.items()}
    index = _index(room, named)
    indexes = [web.get(path, index) for path in ("/wp-json", "/wp-json/", ROOT, ROOT + "/")]
    return [*indexes, *made, web.route("*", "/wp-json/{rest:.*}", _handler(room, zone, {}))]


def _index(room: Room, routes: dict[str, list[str]]) -> Callable[[web.Request], Awaitable[web.Response]]:
    settings = room.desk.settings
    shown = {
        "name": settings.title,
        "description": settings.tagline,
        "url": room.base,
        "home": room.base,
        "timezone_string": settings.timezone,
        "namespaces": ["wp/v2"],
        "authentication": {},
        "routes": {
            path.removeprefix("/wp-json"): {"namespace": "wp/v2", "methods": methods}
            for path, methods in routes.items()
        },
    }

    async def index(request: web.Request) -> web.Response:
        try:
            room.guard.check_host(request)
        except PublisherError as error:
            return _failed(error)
        return _json(shown)

    return index


def _handler(
    room: Room, zone: ZoneInfo, methods: dict[str, tuple[Scope, Run]]
) -> Callable[[web.Request], Awaitable[web.Response]]:
    async def handle(request: web.Request) -> web.Response:
        name = "GET" if request.method == "HEAD" else request.method
        name = request.headers.get("X-HTTP-Method-Override", name).upper() if name == "POST" else name
        try:
            room.guard.check_host(request)
            if not methods:
                raise NotFound("no route was found matching the URL and request method")
            if name not in methods:
                raise WrongMethod(request.method, tuple(methods))
            scope, run = methods[name]
            token = await room.guard.admit(request, scope)
            return await run(Call(room, zone, request, token))
        except PublisherError as error:
            return _failed(error)

    return handle


def _json(value: Any, status: int = 200) -> web.Response:
    body = orjson.dumps(value)
    headers = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}
    return web.Response(status=status, body=body, content_type="application/json", headers=headers)


def _failed(error: PublisherError) -> web.Response:
    """An error in WordPress's form; Publisher's statuses for what is invalid are 400 there."""
    status = 400 if isinstance(error, Invalid) else status_of(error)
    faults = {each.pointer: each.detail for each in problem_of(error).errors}
    shown = {"status": status, "params": faults} if faults else {"status": status}
    code = _CODES.get(status, "rest_invalid_param" if status == 400 else "rest_failed")
    response = _json({"code": code, "message": str(error)[:2000], "data": shown}, status)
    if status == 401:
        response.headers["WWW-Authenticate"] = 'Bearer realm="publisher"'
    if isinstance(error, WrongMethod):
        response.headers["Allow"] = ", ".join(error.allowed)
    return response


def _constant(value: Any) -> Run:
    async def run(_: Call) -> web.Response:
        return _json(value)

    return run


def _lister(kind: Kind) -> Run:
    async def run(call: Call) -> web.Response:
        found, total, page, size = await post.listed(call.room.store, call.zone, await call.params(), kind)
        pages = -(-total // size)
        if page > max(1, pages):
            raise Invalid("page: is larger than the number of pages available")
        response = _json([view.post(call.room.base, call.zone, each) for each in found])
        return _counted(call, response, total, pages, page)

    return run


def _counted(call: Call, response: web.Response, total: int, pages: int, page: int) -> web.Response:
    """With the headers by which clients turn pages."""
    response.headers["X-WP-Total"], response.headers["X-WP-TotalPages"] = str(total), str(pages)
    query = {name: value for name, value in call.request.query.items() if name != "page"}
    for name, number in (("prev", page - 1), ("next", page + 1)):
        if 1 <= number <= pages:
            address = f"{call.room.base}{call.request.path}?{urlencode(query | {'page': number})}"
            response.headers.add("Link", f'<{address}>; rel="{name}"')
    return response


def _shown(call: Call, article: Article, status: int = 200) -> web.Response:
    return _json(view.post(call.room.base, call.zone, article), status)


def _creator(kind: Kind) -> Run:
    async def run(call: Call) -> web.Response:
        room = call.room
        fields = await post.fields(room.store, call.zone, await call.params(), kind)
        made = await room.desk.publish(await asyncio.to_thread(draft.new, fields, room.language))
        response = _shown(call, made, 201)
        response.headers["Location"] = f"{room.base}{call.request.path}/{made.id}"
        return response

    return run


async def _stored(call: Call, kind: Kind) -> Article:
    found = await call.room.store.article(call.id)
    if found.kind is not kind:
        raise NotFound("invalid post ID")
    return found


def _reader(kind: Kind) -> Run:
    async def run(call: Call) -> web.Response:
        return _shown(call, await _stored(call, kind))

    return run


def _changer(kind: Kind) -> Run:
    async def run(call: Call) -> web.Response:
        before = await _stored(call, kind)
        fields = await post.fields(call.room.store, call.zone, await call.params(), None)
        return _shown(call, await call.room.desk.revise(await asyncio.to_thread(draft.patched, fields, before)))

    return run


def _remover(kind: Kind) -> Run:
    async def run(call: Call) -> web.Response:
        """Into the trash; `force` changes the form of the answer only: what was public answers 410 for good."""
        before = await _stored(call, kind)
        after = await call.room.desk.withdraw(before.id)
        if (await call.params()).get("force") in (True, "true", "1"):
            return _json({"deleted": True, "previous": view.post(call.room.base, call.zone, before)})
        return _shown(call, after)

    return run


async def upload(call: Call) -> web.Response:
    """A picture, raw with a Content-Disposition or as a form's `file`."""
    sent = await media.taken(call.room, call.request, "file")
    if sent.content is None:
        raise Invalid("file: is missing")
    given = {"alt": sent.fields.get("alt_text", ""), "caption": sent.fields.get("caption", "")}
    described = {name: text.line(value) for name, value in given.items()}
    kept = await call.room.desk.keep_file(sent.content, media.file_name(sent.name), **described)
    id = await term.keep_file(call.room.store, kept)
    response = _json(view.media(call.room.base, kept), 201)
    response.headers["Location"] = f"{call.room.base}{ROOT}/media/{id}"
    return response


async def get_media(call: Call) -> web.Response:
    """A picture that was uploaded here."""
    return _json(view.media(call.room.base, await term.file(call.room.store, call.id)))


async def categories(call: Call) -> web.Response:
    """Sections."""
    found = [each for each in await call.room.store.sections() if _wants(call, each.slug, each.name)]
    return _terms(call, [view.category(call.room.base, each) for each in found])


async def tags(call: Call) -> web.Response:
    """Tags that have articles, and with `search` or `slug` those among them."""
    found = [each for each in await call.room.store.tags(term.PAGE) if _wants(call, each.slug, each.name)]
    return _terms(call, [view.tag(call.room.base, each) for each in found])


def _wants(call: Call, slug: str, name: str) -> bool:
    query = call.request.query
    is_found = query.get("search", "").casefold() in name.casefold()
    return is_found and ("slug" not in query or slug in query["slug"].split(","))


def _terms(call: Call, rows: list[dict[str, Any]]) -> web.Response:
    params = dict(call.request.query)
    page, size = post.bounded(params, "page", 1, 10**6), post.bounded(params, "per_page", 10, 100)
    shown = rows[(page - 1) * size : page * size]
    return _counted(call, _json(shown), len(rows), -(-len(rows) // size), page)


async def get_category(call: Call) -> web.Response:
    """One section."""
    return _json(view.category(call.room.base, await term.section(call.room.store, call.id)))


async def create_category(call: Call) -> web.Response:
    """A new section."""
    params = await call.params()
    name = text.line(str(params.get("name", "")))[:200]
    slug = text.slug(str(params.get("slug") or name))
    if not slug or url.is_reserved(url.section(slug)):
        raise Invalid("name: is empty or reserved by the service")
    if any(each.slug == slug for each in await call.room.store.sections()):
        raise Invalid("name: a category of that name exists already")
    await call.room.desk.keep_shelves((Section(slug=slug, name=name),), ())
    return _json(view.category(call.room.base, await call.room.store.section(slug)), 201)


async def get_tag(call: Call) -> web.Response:
    """One tag."""
    return _json(view.tag(call.room.base, await term.tag(call.room.store, call.id)))


async def create_tag(call: Call) -> web.Response:
    """A tag for articles to come."""
    params = await call.params()
    made = await term.keep_tag(call.room.store, str(params.get("name", ""))[:200])
    return _json(view.tag(call.room.base, made), 201)


def _user(call: Call) -> dict[str, Any]:
    able = {"edit_posts": Scope.WRITE, "publish_posts": Scope.WRITE, "upload_files": Scope.MEDIA}
    return {
        "id": term.number(call.token.id),
        "name": call.token.name,
        "slug": call.token.id,
        "link": call.room.base,
        "roles": ["editor"],
        "capabilities": {name: call.token.allows(scope) for name, scope in able.items()},
    }


async def me(call: Call) -> web.Response:
    """The token as a user."""
    return _json(_user(call))


async def users(call: Call) -> web.Response:
    """The token is the only user that is shown."""
    return _counted(call, _json([_user(call)]), 1, 1, 1)
