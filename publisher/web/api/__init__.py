"""The writing API: JSON under `/api/`, for a newsroom's CMS. Every call but its description needs a token."""

from __future__ import annotations

import asyncio
from functools import cache
from typing import Any

from aiohttp import web

from publisher.web.api import article, bulk, media, openapi, shelf, story
from publisher.web.api.operation import Call, Operation, Room, routes
from publisher.web.api.problem import json_response

OPERATIONS = (*article.OPERATIONS, *bulk.OPERATIONS, *media.OPERATIONS, *story.OPERATIONS, *shelf.OPERATIONS)

__all__ = ["OPERATIONS", "Room", "api_routes"]


def api_routes(room: Room) -> list[web.RouteDef]:
    """All routes of the API. Its description takes longer to make than all else here: it waits for who asks."""

    @cache
    def described() -> dict[str, Any]:
        return openapi.document(room.base, OPERATIONS)

    async def describe(_: Room, call: Call) -> web.StreamResponse:
        """What this API is."""
        return json_response(await asyncio.to_thread(described))

    own = Operation(
        "GET", "/api/openapi.json", "describeApi", "What this API is, as OpenAPI 3.1.", describe, None, {200: None}
    )
    return routes(room, (*OPERATIONS, own), "/api")
