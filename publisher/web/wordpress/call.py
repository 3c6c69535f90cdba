"""One request of a WordPress client, and what it is answered: arguments in any coding, errors in WordPress's form."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

import orjson
from aiohttp import web

from publisher.desk.token import Token
from publisher.error import Invalid, PublisherError
from publisher.web.api import media
from publisher.web.api.operation import Room, whole
from publisher.web.api.problem import marked, problem_of
from publisher.web.api.validate import decoded
from publisher.web.error import status_of

Params = Mapping[str, Any]

_CODES = {
    401: "rest_not_logged_in",
    403: "rest_forbidden",
    405: "rest_no_route",
    410: "rest_already_trashed",
    413: "rest_upload_file_too_big",
    429: "rest_too_many_requests",
}
_FORM = ("application/x-www-form-urlencoded", "multipart/form-data")
_NAME = re.compile(r"([^\[\]]+)((?:\[[^\[\]]*\])?)")
TRUE = (True, 1, "true", "1")


class Coded(Invalid):
    """Something that WordPress has an error code of its own for."""

    def __init__(self, code: str, message: str, **more: Any) -> None:
        self.code = code
        self.more = more
        super().__init__(message)


@dataclass(frozen=True, slots=True)
class Call:
    """One request that was let in; `id` and `name` are what the pattern of its route found in the path."""

    room: Room
    zone: ZoneInfo
    request: web.Request
    token: Token
    path: str
    parts: Mapping[str, str]

    @property
    def id(self) -> int:
        """The number in the path."""
        return int(self.parts["id"])

    @property
    def query(self) -> dict[str, Any]:
        """The arguments of the query."""
        return _nested((name, value) for name, value in self.request.query.items() if name != "rest_route")

    async def params(self) -> dict[str, Any]:
        """Arguments of the query, and on top of them the body's, JSON or a form."""
        given = self.query
        if self.request.content_type in _FORM:
            form = await media.form_of(self.request, self.room.body_bytes)
            return given | _nested((name, value) for name, value in form.items() if isinstance(value, str))
        body = await whole(self.request, self.room.body_bytes)
        value = decoded(body) if body.strip() else {}
        if not isinstance(value, dict):
            raise Invalid("the body must be a JSON object")
        return given | value

    def flag(self, name: str) -> bool:
        """Whether an argument of the query is set to true."""
        return self.query.get(name) in TRUE


def _nested(rows: Iterable[tuple[str, Any]]) -> dict[str, Any]:
    """PHP's spelling of lists and objects: `tags[]=1&tags[]=2`, `title[raw]=x`."""
    given: dict[str, Any] = {}
    for name, value in rows:
        match = _NAME.fullmatch(name)
        key, inner = (match[1], match[2]) if match else (name, "")
        if not inner:
            given[key] = value
        elif inner == "[]" or inner[1:-1].isdigit():
            kept = given.setdefault(key, [])
            kept.append(value) if isinstance(kept, list) else None
        else:
            kept = given.setdefault(key, {})
            kept.update({inner[1:-1]: value}) if isinstance(kept, dict) else None
    return given


@dataclass(frozen=True, slots=True)
class Answer:
    """What a route gives: a value, its status, further headers."""

    value: Any
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)


Run = Callable[[Call], Awaitable[Answer]]


def words(value: Any) -> list[str]:
    """A list that came as one, or as words with commas between."""
    parts = value if isinstance(value, list) else str(value).split(",")
    return [str(each).strip() for each in parts if str(each).strip()]


def shaped(call: Call, answer: Answer) -> Any:
    """The value as the client wants it: `raw` texts for editing only, and the fields that it names."""
    value = answer.value
    if call.request.method in ("GET", "HEAD") and call.query.get("context") != "edit":
        value = _rendered(value)
    if "_fields" not in call.query:
        return value
    wanted = [each.split(".") for each in words(call.query["_fields"])]
    if isinstance(value, list):
        return [_picked(each, wanted) for each in value]
    return _picked(value, wanted)


def _rendered(value: Any) -> Any:
    if isinstance(value, list):
        return [_rendered(each) for each in value]
    if not isinstance(value, dict):
        return value
    return {name: _rendered(each) for name, each in value.items() if name != "raw" or "rendered" not in value}


def _picked(value: Any, wanted: list[list[str]]) -> Any:
    if not isinstance(value, dict) or [] in wanted:
        return value
    inner = {name: [rest for first, *rest in wanted if first == name] for name in value}
    return {name: _picked(each, inner[name]) for name, each in value.items() if inner[name]}


def counted(call: Call, rows: list[Any], total: int, page: int, size: int) -> Answer:
    """A page of a list, with the headers by which clients turn pages."""
    pages = -(-total // size)
    if page > max(1, pages):
        raise Coded("rest_post_invalid_page_number", "page: is larger than the number of pages available")
    headers = {"X-WP-Total": str(total), "X-WP-TotalPages": str(pages)}
    query = [(name, value) for name, value in call.request.query.items() if name not in ("page", "rest_route")]
    links = [
        f'<{call.room.base}{call.path}?{urlencode([*query, ("page", number)])}>; rel="{name}"'
        for name, number in (("prev", page - 1), ("next", page + 1))
        if 1 <= number <= pages
    ]
    return Answer(rows, headers=headers | ({"Link": ", ".join(links)} if links else {}))


def bounded(params: Params, name: str, default: int, top: int, least: int = 1) -> int:
    """A number from `least` to `top`. Raises Invalid."""
    value = str(params.get(name, default))
    if not (value.isascii() and value.isdigit() and len(value) < 9 and least <= int(value) <= top):
        raise Invalid(f"{name}: must be between {least} and {top}")
    return int(value)


def json(value: Any, status: int = 200, **headers: str) -> web.Response:
    """A value as JSON that no cache keeps."""
    fixed = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff", "X-Robots-Tag": "noindex"}
    return web.Response(
        status=status, body=orjson.dumps(value), content_type="application/json", headers=fixed | headers
    )


def failed(error: PublisherError, missing: str = "rest_no_route") -> web.Response:
    """An error in WordPress's form; Publisher's statuses for what is invalid are 400 there."""
    status = 400 if isinstance(error, Invalid) else status_of(error)
    faults = {each.pointer.strip("/") or "body": each.detail for each in problem_of(error).errors}
    shown: dict[str, Any] = {"status": status} | ({"params": faults} if faults else {})
    code = missing if status == 404 else _CODES.get(status, "rest_invalid_param" if status == 400 else "rest_failed")
    if isinstance(error, Coded):
        code, shown = error.code, {"status": status} | error.more
    return marked(json({"code": code, "message": str(error)[:2000], "data": shown}, status), error)
