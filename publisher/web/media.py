"""Pictures and other stored files: immutable bytes by the hash in their address, with ranges (206)."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO

from aiohttp import web

from publisher.date import rfc822
from publisher.error import PublisherError
from publisher.media_type import EXTENSIONS
from publisher.press import Press
from publisher.representation import CLOSED_POLICY, IMMUTABLE_SECONDS
from publisher.web.conditional import is_current, is_same
from publisher.web.document import error_response, listed, precondition_failed, precondition_fails

ADDRESS = r"/media/{sha256:[0-9a-f]{64}}/{name:[a-z0-9-]+}.{extension:[a-z0-9]+}"
PIECE = 262_144
"""Bytes of a file that are in memory at a time."""

Find = Callable[[str, str, str], Awaitable[Path]]
"""(sha256, name, extension) -> the file, made now if it is a rendition nobody asked for yet."""

_RANGE = re.compile(r"bytes=(\d{0,18})-(\d{0,18})", re.IGNORECASE | re.ASCII)


@dataclass(frozen=True, slots=True)
class MediaHandler:
    """Answers GET and HEAD for stored files."""

    find: Find
    press: Press

    async def __call__(self, request: web.Request) -> web.StreamResponse:
        """One file, whole or in part."""
        match = request.match_info
        try:
            path = await self.find(match["sha256"], match["name"], match["extension"])
        except PublisherError as error:
            return await error_response(self.press, request, error)
        return answer(request, path, media_type(match["extension"]))

    def routes(self) -> list[web.RouteDef]:
        """The routes of stored files."""
        return [web.get(ADDRESS, self.__call__)]


def answer(request: web.Request, path: Path, media_type: str) -> web.Response:
    """A file as a request asks for it; only GET knows parts (RFC 9110 14.2)."""
    fields, facts = request.headers, path.stat()
    size, updated = facts.st_size, datetime.fromtimestamp(facts.st_mtime, UTC)
    tag = f"{facts.st_mtime_ns:x}-{size:x}"
    field = f'"{tag}"'
    if precondition_fails(request, field, updated):
        return precondition_failed()
    known = {"ETag": field, "Last-Modified": rfc822(updated)} | HEADERS
    if is_current(tag, updated, listed(request, "If-None-Match"), fields.get("If-Modified-Since")):
        return web.Response(status=304, headers=known)
    is_divisible = request.method == "GET" and is_same(field, updated, fields.get("If-Range"))
    part = span(fields.get("Range", ""), size) if is_divisible else None
    if part is None:
        return _sent(path, range(size), known | {"Content-Type": media_type})
    if not part:
        return web.Response(status=416, headers={"Content-Range": f"bytes */{size}"}, text="416: it is not so long\n")
    place = {"Content-Type": media_type, "Content-Range": f"bytes {part.start}-{part.stop - 1}/{size}"}
    return _sent(path, part, known | place, status=206)


def span(field: str, size: int) -> range | None:
    """The bytes that a Range field asks for, of so many; empty when there are none such (RFC 9110 14.1.2).

    None, the whole: for no field, and for any but one range of bytes, which may be passed over (14.2).
    """
    match = _RANGE.fullmatch(field.strip())
    if match is None or match[0].endswith("=-"):
        return None
    first, last = match.groups()
    if not first:
        return range(max(0, size - int(last)), size)
    if last and int(last) < int(first):
        return None
    return range(int(first), min(size, int(last) + 1) if last else size)


def _sent(path: Path, part: range, headers: dict[str, str], status: int = 200) -> web.Response:
    length = {"Accept-Ranges": "bytes", "Content-Length": str(len(part))}
    return web.Response(status=status, headers=headers | length, body=_pieces(path, part))


async def _pieces(path: Path, part: range) -> AsyncIterator[bytes]:
    left = len(part)
    with await asyncio.to_thread(_opened, path, part.start) as file:
        while left and (piece := await asyncio.to_thread(file.read, min(PIECE, left))):
            left -= len(piece)
            yield piece


def _opened(path: Path, start: int) -> BinaryIO:
    file = path.open("rb")
    file.seek(start)
    return file


def media_type(extension: str) -> str:
    """What a stored file is by its extension; the platform's own table doesn't know WebP everywhere."""
    return next((name for name, known in EXTENSIONS.items() if known == extension), "application/octet-stream")


HEADERS = {
    "Cache-Control": f"public, max-age={IMMUTABLE_SECONDS}, immutable",
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": CLOSED_POLICY,
    "Access-Control-Allow-Origin": "*",
    "Cross-Origin-Resource-Policy": "cross-origin",
}
