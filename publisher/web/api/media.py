"""Pictures by HTTP: a raw body or a form; kept by the hash of its bytes, so the same upload is the same file."""

from __future__ import annotations

import re
from functools import partial
from typing import Any
from urllib.parse import unquote

from aiohttp import web
from aiohttp.http_exceptions import HttpProcessingError
from aiohttp.multipart import BodyPartReader
from msgspec import UNSET, structs
from multidict import MultiDictProxy

from publisher import text
from publisher.desk.token import Scope
from publisher.model import Media
from publisher.web.api import draft, record, view
from publisher.web.api.listing import position, spelt
from publisher.web.api.match import changed, check, tag_of
from publisher.web.api.operation import Call, Operation, Room, check_body, whole
from publisher.web.api.problem import json_response
from publisher.web.api.validate import Fault, Faulty, converted
from publisher.web.error import Malformed, TooLarge, UnknownType

FORM = "multipart/form-data"
RAW = ("image/jpeg", "image/png", "image/gif", "image/webp", "image/avif", "application/octet-stream")
TEXTS = ("alt", "caption", "credit", "licence")
FIELD_BYTES = 20_000
MAX_PARTS = 50
_CODED_NAME = re.compile(r"filename\*\s*=\s*(UTF-8|ISO-8859-1)'[^']*'([^\s;]+)", re.IGNORECASE)
_FILE_NAME = re.compile(r"""filename\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s;"]+))""", re.IGNORECASE)


class Upload:
    """A file with what the form says of it."""

    def __init__(self) -> None:
        self.content: bytes | None = None
        self.name = ""
        self.fields: dict[str, str] = {}


async def upload(room: Room, call: Call) -> web.Response:
    """Keep a picture; the answer's `path` is what articles refer to."""
    sent = await taken(room, call.request, "file")
    query: record.MediaQuery = call.query
    given = converted({name: sent.fields[name] for name in TEXTS if name in sent.fields}, record.MediaQuery)
    described = {name: text.line(getattr(query, name) or getattr(given, name)) for name in TEXTS}
    if sent.content is None:
        raise Faulty(Fault("/file", "is missing"))
    kept = await room.desk.keep_file(sent.content, file_name(query.name or sent.name), **described)
    return json_response(view.media(room.base, kept), 201, Location=f"/api/media/{kept.sha256}")


async def taken(room: Room, request: web.Request, field: str) -> Upload:
    """The file of a request, whichever way it was sent. Raises TooLarge, UnknownType, Malformed."""
    if request.content_type == FORM:
        return await _form(room, request, field)
    if request.content_type not in RAW and not request.content_type.startswith("image/"):
        raise UnknownType(f"a picture is sent as {FORM} or as one of {', '.join(RAW)}")
    sent = Upload()
    sent.content = await whole(request, room.body_bytes)
    sent.name = _named(request.headers.get("Content-Disposition", "")[:2000])
    return sent


def _named(disposition: str) -> str:
    """The file's name by its Content-Disposition (RFC 6266): `filename*` before `filename`; "" for none."""
    if coded := _CODED_NAME.search(disposition):
        return unquote(coded[2], coded[1], "replace")
    match = _FILE_NAME.search(disposition)
    return (match[1] or match[2]) if match else ""


async def _form(room: Room, request: web.Request, field: str) -> Upload:
    check_body(request, room.body_bytes)
    sent, parts = Upload(), 0
    try:
        async for part in await request.multipart():
            parts += 1
            if not isinstance(part, BodyPartReader) or parts > MAX_PARTS:
                raise Malformed(f"the form must have at most {MAX_PARTS} plain parts")
            if part.name == field and sent.content is None:
                sent.content, sent.name = await _bytes(part, room.body_bytes), part.filename or ""
            else:
                sent.fields[part.name or ""] = (await _bytes(part, FIELD_BYTES)).decode(errors="replace")
    except (ValueError, AssertionError, RuntimeError, HttpProcessingError, web.RequestPayloadError) as error:
        raise Malformed("the form is malformed") from error
    return sent


async def _bytes(part: BodyPartReader, max_bytes: int) -> bytes:
    found = bytearray()
    while chunk := await part.read_chunk(65_536):
        found += chunk
        if len(found) > max_bytes:
            raise TooLarge(f"a part of the form has more than {max_bytes:,} bytes")
    return bytes(found)


async def form_of(request: web.Request, max_bytes: int) -> MultiDictProxy[str | bytes | bytearray | web.FileField]:
    """A whole form, its files apart from memory. Raises TooLarge, Malformed."""
    check_body(request, max_bytes)
    try:
        return await request.post()
    except web.HTTPRequestEntityTooLarge as error:
        raise TooLarge(f"the body has more than {max_bytes:,} bytes") from error
    except (ValueError, LookupError, AssertionError, RuntimeError, HttpProcessingError) as error:
        raise Malformed("the form is malformed") from error


def file_name(name: str) -> str:
    """The last segment of a file's name, on one line: it is shown, never opened."""
    return text.line(re.split(r"[/\\]", name)[-1])[:200]


async def get(room: Room, call: Call) -> web.Response:
    """The record of a stored file."""
    return _shown(room, await room.store.media(call.parts["sha256"]))


def _shown(room: Room, found: Media) -> web.Response:
    return json_response(view.media(room.base, found), ETag=tag_of(found))


async def listed(room: Room, call: Call) -> web.Response:
    """A page of stored files, the newest first."""
    before = position(call.query.cursor, str) if call.query.cursor else ""
    found = await room.store.files(call.query.limit + 1, before)
    rows = found[: call.query.limit]
    following = spelt(rows[-1].sha256) if len(found) > len(rows) else None
    return json_response(record.MediaList(media=[view.media(room.base, each) for each in rows], next=following))


async def describe(room: Room, call: Call) -> web.Response:
    """Change what is said of a file; the file itself never changes."""
    given = {name: value for name, value in structs.asdict(call.body).items() if value is not UNSET}
    changes: dict[str, Any] = {n: text.line(value) if isinstance(value, str) else value for n, value in given.items()}
    if changes.get("focal"):
        changes["focal"] = draft.point(changes["focal"])
    write = partial(room.desk.describe_file, changes=changes)
    return _shown(room, await changed(call, lambda: room.store.media(call.parts["sha256"]), write))


async def remove(room: Room, call: Call) -> web.Response:
    """Delete a file that nothing shows."""
    check(call, await room.store.media(call.parts["sha256"]))
    await room.desk.remove_file(call.parts["sha256"])
    return web.Response(status=204)


OPERATIONS = (
    Operation(
        "GET", "/api/media", "listMedia", "List stored files, the newest first.", listed, Scope.READ,
        {200: record.MediaList}, query=record.PageQuery,
    ),
    Operation(
        "POST", "/api/media", "uploadMedia", "Upload a picture.", upload, Scope.MEDIA, {201: record.MediaView},
        query=record.MediaQuery, media=(*RAW, FORM), fails=(400, 413, 415), links=("getMedia", "describeMedia"),
        id="sha256",
    ),
    Operation(
        "GET", "/api/media/{sha256}", "getMedia", "Read what is known of a stored file.", get, Scope.READ,
        {200: record.MediaView}, fails=(404,),
    ),
    Operation(
        "PATCH", "/api/media/{sha256}", "describeMedia", "Change what is said of a stored file.", describe,
        Scope.MEDIA, {200: record.MediaView}, body=record.MediaFields, fails=(404, 409, 412), headers=("If-Match",),
    ),
    Operation(
        "DELETE", "/api/media/{sha256}", "removeMedia", "Delete a stored file that nothing shows.", remove,
        Scope.ADMIN, {204: None}, fails=(404, 409, 412), headers=("If-Match",),
    ),
)  # fmt: skip
