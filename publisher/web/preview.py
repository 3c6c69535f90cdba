"""Unpublished articles at signed addresses that expire: who has the link may read, nobody else."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from types import MappingProxyType

from aiohttp import web

from publisher.catalogue import preview
from publisher.catalogue.base import Context
from publisher.error import Gone, NotFound, PublisherError
from publisher.model import Article, Document
from publisher.press import Press
from publisher.representation import POLICIES
from publisher.web.document import error_response

LIFE = timedelta(days=2)
PATH = "/_/preview"

Show = Callable[[Context, Article], Awaitable[Document]]
VIEWS: Mapping[str, Show] = MappingProxyType({"page": preview.page, "story": preview.story})


@dataclass(frozen=True, slots=True)
class Signer:
    """Signs addresses of previews, and knows its own signature."""

    key: bytes

    def path(self, id: int, view: str, expires: datetime) -> str:
        """The address of a view of an article until then."""
        until = int(expires.timestamp())
        return f"{PATH}/{view}/{id}?expires={until}&signature={self._signature(id, view, until)}"

    def check(self, id: int, view: str, query: Mapping[str, str], now: datetime) -> None:
        """Raises NotFound for arguments that aren't a signature of ours, Gone for one that has expired."""
        until, given = query.get("expires", ""), query.get("signature", "")
        is_spelt = until.isascii() and until.isdigit() and len(until) < 13 and given.isascii()
        if not (is_spelt and hmac.compare_digest(self._signature(id, view, int(until)), given)):
            raise NotFound("the link to this preview is wrong")
        if int(until) <= now.timestamp():
            raise Gone("the link to this preview has expired")

    def _signature(self, id: int, view: str, until: int) -> str:
        return hmac.new(self.key, f"{view}/{id}/{until}".encode(), hashlib.sha256).hexdigest()


@dataclass(frozen=True, slots=True)
class PreviewHandler:
    """Shows an article of any status to whoever has a link to it."""

    context: Context
    press: Press
    signer: Signer

    def routes(self) -> list[web.RouteDef]:
        """The route of all previews."""
        views = "|".join(VIEWS)
        return [web.get(f"{PATH}/{{view:{views}}}/{{id:[1-9][0-9]{{0,14}}}}", self.show)]

    async def show(self, request: web.Request) -> web.StreamResponse:
        """The page or story of one article, for no cache and no search engine."""
        id, view = int(request.match_info["id"]), request.match_info["view"]
        try:
            self.signer.check(id, view, request.query, self.context.clock())
            made = await VIEWS[view](self.context, await self.context.store.article(id))
        except PublisherError as error:
            return await error_response(self.press, request, error)
        return web.Response(body=made.body, headers=_headers(made))


def _headers(made: Document) -> dict[str, str]:
    return {
        "Content-Type": made.media_type,
        "Content-Security-Policy": POLICIES.get(made.policy, made.policy),
        "Cache-Control": "no-store",
        "X-Robots-Tag": "noindex, nofollow, noarchive",
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "no-referrer",
    }
