"""The routes of `/wp-json/`: posts, pages, media, terms, users, types; a token is the application password.

Every call but the indexes needs a token: what is public is on the site's own pages and feeds. WordPress knows
each route by two addresses, `/wp-json/wp/v2/posts` and `/?rest_route=/wp/v2/posts`: so the table is our own.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any
from zoneinfo import ZoneInfo

from aiohttp import web
from aiohttp.typedefs import Handler, Middleware

from publisher.desk.token import Scope
from publisher.error import NotFound, PublisherError
from publisher.web.api.operation import Room
from publisher.web.error import WrongMethod
from publisher.web.wordpress import shelf
from publisher.web.wordpress.call import Call, failed, json, shaped
from publisher.web.wordpress.table import ID, Route, routes
from publisher.web.wordpress.view import NAMESPACE

APPROVE = "/wp-admin/authorize-application.php"
"""Where WordPress lets its users make application passwords."""
HOME = ("/", "/index.php")


class Wordpress:
    """Answers every address of the subset."""

    def __init__(self, room: Room) -> None:
        self.room = room
        self.zone = ZoneInfo(room.desk.settings.timezone)
        self._routes = tuple((re.compile(each.pattern), each) for each in routes(room.base))
        self._indexes = {"": self._index(), "/" + NAMESPACE: self._namespace()}

    def routes(self) -> list[web.RouteDef]:
        """The addresses below `/wp-json`, and where people are told how to get a password."""
        return [
            web.route("*", "/wp-json", self._direct),
            web.route("*", "/wp-json/{rest:.*}", self._direct),
            web.get(APPROVE, self._approve),
        ]

    def by_query(self) -> Middleware:
        """Answers `/?rest_route=/wp/v2/posts`, the address of a site without pretty permalinks."""

        @web.middleware
        async def middleware(request: web.Request, handler: Handler) -> web.StreamResponse:
            route = request.query.get("rest_route") if request.path in HOME else None
            return await (handler(request) if route is None else self.answer(request, route))

        return middleware

    async def _direct(self, request: web.Request) -> web.StreamResponse:
        return await self.answer(request, request.path.removeprefix("/wp-json"))

    async def _approve(self, request: web.Request) -> web.StreamResponse:
        try:
            self.room.guard.check_host(request)
        except PublisherError as error:
            return failed(error, "rest_no_route")
        how = "Make an application password for this app where the site runs, and paste it into the app:\n\n"
        return web.Response(text=f"{how}  publisher token create --name my-app --scope admin\n")

    async def answer(self, request: web.Request, route: str) -> web.StreamResponse:
        """Answer one request for a route such as `/wp/v2/posts`."""
        path = "/" + route.strip("/") if route.strip("/") else ""
        missing = "rest_no_route"
        try:
            self.room.guard.check_host(request)
            if path in self._indexes:
                if _method(request) not in ("GET", "OPTIONS"):
                    raise WrongMethod(request.method, ("GET", "OPTIONS"))
                return json(self._indexes[path], Link=f'<{self.room.base}/wp-json/>; rel="https://api.w.org/"')
            found, parts = self._found(path)
            missing = found.missing
            return await self._run(request, found, parts, "/wp-json" + path)
        except PublisherError as error:
            return failed(error, missing)

    def _found(self, path: str) -> tuple[Route, Mapping[str, str]]:
        root = "/" + NAMESPACE
        for pattern, route in self._routes:
            if path.startswith(root) and (match := pattern.fullmatch(path, len(root))):
                return route, match.groupdict()
        raise NotFound("no route was found matching the URL and request method")

    async def _run(self, request: web.Request, route: Route, parts: Mapping[str, str], path: str) -> web.StreamResponse:
        name = _method(request)
        allow = ", ".join(route.methods)
        if name == "OPTIONS":
            return json({"namespace": NAMESPACE, "methods": [*route.methods], "endpoints": []}, Allow=allow)
        if name not in route.methods:
            raise WrongMethod(name, tuple(route.methods))
        scope, run = route.methods[name]
        token = await self.room.guard.admit(request, scope)
        call = Call(self.room, self.zone, request, token, path, parts)
        answer = await run(call)
        return json(shaped(call, answer), answer.status, Allow=allow, **answer.headers)

    def _index(self) -> dict[str, Any]:
        settings, base = self.room.desk.settings, self.room.base
        approve = {"endpoints": {"authorization": base + APPROVE}}
        return {
            "name": settings.title,
            "description": settings.tagline,
            "url": base,
            "home": base,
            "gmt_offset": 0,
            "timezone_string": settings.timezone,
            "namespaces": [NAMESPACE],
            "authentication": {"application-passwords": approve},
            "routes": self._described(),
            "_links": {"help": [{"href": "https://developer.wordpress.org/rest-api/"}]},
        }

    def _namespace(self) -> dict[str, Any]:
        up = [{"href": f"{self.room.base}/wp-json/"}]
        return {"namespace": NAMESPACE, "routes": self._described(), "_links": {"up": up}}

    def _described(self) -> dict[str, Any]:
        """Routes with their methods, from which clients such as wpapi make themselves."""
        rows = [Route("", {"GET": (Scope.READ, shelf.nothing)}), *(each for _, each in self._routes)]
        return {
            (path := "/" + NAMESPACE + each.pattern.replace(ID, "(?P<id>[0-9]+)")): {
                "namespace": NAMESPACE,
                "methods": [*each.methods],
                "endpoints": [{"methods": [name], "args": _arguments(each, name)} for name in each.methods],
                "_links": {"self": [{"href": f"{self.room.base}/wp-json{path}"}]},
            }
            for each in rows
        }


def _arguments(route: Route, method: str) -> dict[str, Any]:
    return {name: {"required": False} for name in route.args} if method == "GET" else {}


def _method(request: web.Request) -> str:
    """The method that is meant: a form's POST may stand for another."""
    if request.method == "POST":
        given = request.headers.get("X-HTTP-Method-Override") or request.query.get("_method") or "POST"
        return given.upper()[:20]
    return "GET" if request.method == "HEAD" else request.method
