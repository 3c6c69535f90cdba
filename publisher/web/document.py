"""The one handler of documents: path -> answer -> response."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from http import HTTPStatus
from urllib.parse import parse_qsl, unquote

from aiohttp import web
from multidict import CIMultiDict

from publisher import coding, key
from publisher.cache import Answered
from publisher.date import now, rfc822
from publisher.error import Gone, NotFound, PublisherError, StoreUnavailable
from publisher.model import Document, Redirect, Withdrawn
from publisher.press import Press
from publisher.representation import Headers, Representation, Variant, represent
from publisher.url import encode_path
from publisher.version import SERVER
from publisher.web.conditional import is_current, is_refused, tags
from publisher.web.error import RETRY_AFTER_SECONDS, status_of, told
from publisher.web.host import Hosts

Delta = Callable[[str, list[str]], Awaitable[Document | None]]
"""(feed path, tags the client knows) -> what is new since, RFC 3229; None when that isn't known."""

Note = Callable[[str, str], None]
"""(feed path, User-Agent): who fetches a feed, for how many subscribers."""


def no_note(_: str, __: str) -> None:
    """Nobody counts."""


METHODS = ("GET", "HEAD")
INTERNAL = "/_/"
"""Documents that answer under other addresses: views of feeds, error pages."""
VIEW_PREFIX = "/_/view"
ERROR_PREFIX = "/_/error/"
_SLASHES = re.compile(r"/{2,}")


@dataclass(frozen=True, slots=True)
class Handler:
    """Answers GET and HEAD for every path that no other route takes."""

    press: Press
    hosts: Hosts
    base: str
    delta: Delta
    note: Note = no_note

    async def __call__(self, request: web.Request) -> web.StreamResponse:
        """Answer one request, whatever it asks for."""
        try:
            return await self._answer(request)
        except PublisherError as error:
            return await error_response(self.press, request, error)

    async def _answer(self, request: web.Request) -> web.StreamResponse:
        if (foreign := self._foreign(request)) is not None:
            return foreign
        if request.method not in METHODS:
            return await _wrong_method(request)
        path, query = target_of(request)
        if path.startswith(INTERNAL):
            raise NotFound(f"nothing is published at {path}")
        viewed = await self._view(request, path, query)
        if viewed is not None:
            return viewed
        answer = await self.press.answer(path, query)
        if isinstance(answer, NotFound):
            answer = await self._elsewhere(path) or answer
        return await self._respond(request, path, answer)

    async def _respond(self, request: web.Request, path: str, answer: Answered) -> web.StreamResponse:
        match answer:
            case Representation():
                return await self._document(request, path, answer)
            case Redirect():
                return self._moved(answer.target, key.path(path))
            case Withdrawn():
                raise Gone(f"{path} was taken away")
            case _:
                raise answer.with_traceback(None)

    async def _document(self, request: web.Request, path: str, made: Representation) -> web.StreamResponse:
        known, since = listed(request, "If-None-Match"), request.headers.get("If-Modified-Since")
        document = made.document
        if document.varies_by_reader:
            self.note(path, request.headers.get("User-Agent", ""))
        variant = liked_best(request, made)
        if precondition_fails(request, variant.etag, document.updated):
            return precondition_failed()
        if is_current(document.etag, document.updated, known, since):
            return web.Response(status=304, headers=headers(made.headers_304(variant)))
        if known and document.varies_by_reader and wants_delta(listed(request, "A-IM") or ""):
            delta = await self.delta(path, tags(known))
            if delta is not None:
                return await self._delta(request, delta)
        return web.Response(status=document.status, body=variant.body, headers=headers(made.headers(variant)))

    async def _delta(self, request: web.Request, delta: Document) -> web.Response:
        """What is new, coded as the whole would be: a delta larger than the coded whole would be no gain."""
        made = await asyncio.to_thread(represent, delta)
        variant = liked_best(request, made)
        return web.Response(status=delta.status, body=variant.body, headers=headers(made.headers(variant)))

    async def _view(self, request: web.Request, path: str, query: dict[str, str]) -> web.StreamResponse | None:
        """A browser that opens a feed sees a page about it; a feed reader never does."""
        if request.headers.get("Sec-Fetch-Dest") != "document" or not is_feed(path):
            return None
        answer = await self.press.answer(VIEW_PREFIX + path, query)
        return await self._document(request, path, answer) if isinstance(answer, Representation) else None

    async def _elsewhere(self, path: str) -> Redirect | None:
        """Where the one address of it is, when only slashes, encoding or case are wrong."""
        for better in addresses(path):
            answer = await self.press.answer(better)
            if isinstance(answer, Redirect):
                return answer
            if not isinstance(answer, NotFound):
                return Redirect(path, better)
        return None

    def _moved(self, target: str, *keys: str) -> web.Response:
        rows = (("Location", target), ("Cache-Control", "public, max-age=300"), *self.press.edge.rows(keys))
        return web.Response(status=301, headers=CIMultiDict(rows))

    def own(self, route: web.RouteDef) -> web.RouteDef:
        """The same route for requests that name this site alone; others are answered like those for documents."""

        async def handler(request: web.Request) -> web.StreamResponse:
            return self._foreign(request) or await route.handler(request)

        return web.route(route.method, route.path, handler)

    def _foreign(self, request: web.Request) -> web.Response | None:
        """What a request gets that names another host, None when it names this site."""
        host = request.headers.get("Host", "")
        if self.hosts.allows(host):
            return None
        if self.hosts.is_alias(host) and request.method in METHODS:
            return self._moved(self.base + encode_path(target_of(request)[0]))
        return web.Response(status=421, text="421: this server does not answer for that host\n")


async def _wrong_method(request: web.Request) -> web.Response:
    """405 with all that the address knows: other routes may take what documents don't."""
    allowed = {*METHODS}
    for resource in request.app.router.resources():
        allowed |= (await resource.resolve(request))[1] - {"*"}
    names = ", ".join(sorted(allowed))
    return web.Response(status=405, headers={"Allow": names}, text="405: this method is not possible here\n")


async def error_response(press: Press, request: web.Request, error: PublisherError) -> web.Response:
    """The page that says what went wrong; plain words where even that can't be made."""
    status = status_of(error)
    made = await _error_page(press, status)
    if made is None:
        response = web.Response(status=status, text=f"{status}: {told(error)}\n")
    else:
        variant = liked_best(request, made)
        response = web.Response(status=status, body=variant.body, headers=headers(made.headers(variant)))
    response.headers.update(press.edge.rows({*(made.document.keys if made else ()), *_keys(request)}))
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        response.headers["Cache-Control"] = "no-store"  # or it would take the place of a copy that is good yet
    if isinstance(error, StoreUnavailable):
        response.headers["Retry-After"] = str(RETRY_AFTER_SECONDS)
    return response


def _keys(request: web.Request) -> Iterator[str]:
    """What purges an answer that nothing is there: whatever comes to be at one of the path's forms."""
    path = target_of(request)[0]
    return map(key.path, (path, *addresses(path)))


async def _error_page(press: Press, status: int) -> Representation | None:
    try:
        made = await press.answer(ERROR_PREFIX + str(status))
    except PublisherError:
        return None
    return made if isinstance(made, Representation) else None


def target_of(request: web.Request) -> tuple[str, dict[str, str]]:
    """Path (as it was sent) and query arguments of a request; an absolute-form target loses its host."""
    target = request.raw_path.partition("#")[0]
    if not target.startswith("/"):
        target = "/" + target.partition("://")[2].partition("/")[2]
    path, _, query = target.partition("?")
    return path, dict(parse_qsl(query, max_num_fields=50, errors="replace")) if query.count("&") < 50 else {}


def addresses(path: str) -> list[str]:
    """Other forms in which a path may be served: encoded once, single slashes, a final one but for files, small."""
    plain = _SLASHES.sub("/", encode_path(path))
    last = plain.rstrip("/").rpartition("/")[2]
    better = plain if plain.endswith("/") or "." in last else f"{plain}/"
    file = plain.rstrip("/") if "." in last else better
    forms = (better, encode_path(unquote(better).lower()), file)
    return [each for each in dict.fromkeys(forms) if each != path]


@lru_cache(maxsize=512)
def liked(accept: str) -> tuple[str, ...]:
    """The codings that an Accept-Encoding header likes, the best first."""
    return tuple(coding.accepted(accept, coding.CODINGS)) if accept else ()


def chosen(made: Representation, likes: tuple[str, ...]) -> Variant:
    """The variant that the client likes best; identity when it accepts none that exists."""
    variants = made.variants
    for name in likes:
        if name in variants:
            return variants[name]
    return variants[coding.IDENTITY]


def liked_best(request: web.Request, made: Representation) -> Variant:
    """The variant that a request's Accept-Encoding likes best."""
    return chosen(made, liked(listed(request, "Accept-Encoding") or ""))


def listed(request: web.Request, name: str) -> str | None:
    """A field that is a list, from however many lines it came in (RFC 9110 5.3); None when there is none."""
    lines = request.headers.getall(name, [])
    return ", ".join(lines) if lines else None


def precondition_fails(request: web.Request, field: str, updated: datetime | None) -> bool:
    """Whether a request is only about something else than what has this ETag."""
    return is_refused(field, updated, listed(request, "If-Match"), request.headers.get("If-Unmodified-Since"))


def precondition_failed() -> web.Response:
    """The answer to such a request."""
    return web.Response(status=412, text="412: this is not what the request is about\n")


def is_feed(path: str) -> bool:
    """Whether a browser that opens the path gets the view of a feed instead."""
    return path.endswith((".rss", ".atom", ".json"))


def wants_delta(a_im: str) -> bool:
    """Whether an A-IM field asks for the `feed` instance manipulation (RFC 3229 10.5.3)."""
    return any(part.partition(";")[0].strip().lower() == "feed" for part in a_im.split(","))


def headers(rows: Headers) -> CIMultiDict[str]:
    """Header rows as aiohttp takes them, behind the Date and Server that every response begins with."""
    return CIMultiDict((("Date", rfc822(now())), ("Server", SERVER), *rows))
