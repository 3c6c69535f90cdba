"""Pictures and other stored files: immutable bytes by the hash in their address, with ranges (206)."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path

from aiohttp import web
from aiohttp.abc import AbstractStreamWriter

from publisher.error import PublisherError
from publisher.media_type import EXTENSIONS
from publisher.press import Press
from publisher.representation import CLOSED_POLICY, IMMUTABLE_SECONDS
from publisher.web.document import error_response

ADDRESS = r"/media/{sha256:[0-9a-f]{64}}/{name:[a-z0-9-]+}.{extension:[a-z0-9]+}"

Find = Callable[[str, str, str], Awaitable[Path]]
"""(sha256, name, extension) -> the file, made now if it is a rendition nobody asked for yet."""


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
        return _SentOnce(path, headers=HEADERS | {"Content-Type": media_type(match["extension"])})

    def routes(self) -> list[web.RouteDef]:
        """The routes of stored files."""
        return [web.get(ADDRESS, self.__call__)]


class _SentOnce(web.FileResponse):
    """A file that the gate has sent already when aiohttp comes to send it; it would open it again, and fail."""

    async def prepare(self, request: web.BaseRequest) -> AbstractStreamWriter | None:
        """Send head and file, the first time."""
        return None if self.prepared else await super().prepare(request)


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
