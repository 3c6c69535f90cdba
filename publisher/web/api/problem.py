"""Errors as RFC 9457 problem documents: every one of them, with the place of every fault."""

from __future__ import annotations

import http
import re

import msgspec
import orjson
from aiohttp import web

from publisher.error import Invalid, PublisherError, StoreUnavailable
from publisher.web.api.validate import Fault, Faulty
from publisher.web.error import (
    CODINGS,
    RETRY_AFTER_SECONDS,
    TooLarge,
    TooMany,
    Unauthorized,
    UnknownCoding,
    WrongMethod,
    status_of,
)

MEDIA_TYPE = "application/problem+json"
PRIVATE = {"Cache-Control": "no-store", "X-Robots-Tag": "noindex"}
"""Neither caches nor search engines keep what programs say to each other."""
_FIELD = re.compile(r"([a-z_]+): (.+)", re.DOTALL)


class Problem(msgspec.Struct, frozen=True, kw_only=True):
    """What went wrong (RFC 9457); `errors` names every fault with a JSON Pointer into the body."""

    title: str
    status: int
    detail: str
    type: str = "about:blank"
    errors: list[Fault] = []


def problem_of(error: PublisherError) -> Problem:
    """The problem document of an error."""
    status = status_of(error)
    title = http.HTTPStatus(status).phrase
    return Problem(title=title, status=status, detail=str(error)[:2000], errors=_faults(error))


def _faults(error: PublisherError) -> list[Fault]:
    if isinstance(error, Faulty):
        return list(error.faults)
    if not isinstance(error, Invalid):
        return []
    return [_fault(each) for each in error.problems]


def _fault(problem: str) -> Fault:
    """The desk names a field before a colon; a fault that names none is the whole's."""
    match = _FIELD.fullmatch(problem)
    return Fault(f"/{match[1]}", match[2]) if match else Fault("", problem)


def response_of(error: PublisherError) -> web.Response:
    """An error's response."""
    made = problem_of(error)
    body = msgspec.json.encode(made)
    response = web.Response(status=made.status, body=body, content_type=MEDIA_TYPE, headers=PRIVATE)
    return marked(response, error)


def marked(response: web.Response, error: PublisherError) -> web.Response:
    """The response with the headers that an error's status asks for (RFC 9110 11.6.1, 15.5.6, 12.5.3, 10.2.3)."""
    if isinstance(error, Unauthorized):
        response.headers["WWW-Authenticate"] = 'Bearer realm="publisher"'
    elif isinstance(error, WrongMethod):
        response.headers["Allow"] = ", ".join(error.allowed)
    elif isinstance(error, UnknownCoding):
        response.headers["Accept-Encoding"] = ", ".join(CODINGS)
    elif isinstance(error, TooMany):
        response.headers["Retry-After"] = str(error.seconds)
    elif isinstance(error, StoreUnavailable):
        response.headers["Retry-After"] = str(RETRY_AFTER_SECONDS)
    if isinstance(error, TooLarge):
        response.force_close()
    return response


def json_response(value: object, status: int = 200, **headers: str) -> web.Response:
    """A value as JSON that no cache keeps; header names are written with underscores."""
    named = {name.replace("_", "-"): text for name, text in headers.items()}
    body = orjson.dumps(msgspec.to_builtins(value, str_keys=True))
    return web.Response(status=status, body=body, content_type="application/json", headers=PRIVATE | named)
