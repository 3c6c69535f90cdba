"""The newsletter's forms: sign up, confirm, leave. A link only shows a page; a POST does something (mail scanners
follow links). What is answered to a sign-up says nothing about the address.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from functools import partial
from urllib.parse import parse_qsl

from aiohttp import web
from aiohttp.typedefs import Handler

from publisher.audience.link import CONFIRM, LEAVE, PATH
from publisher.audience.newsletter import Newsletter
from publisher.catalogue.newsletter import SENT, STEP
from publisher.error import Gone, Invalid, NotFound, PublisherError, Refused
from publisher.press import Press
from publisher.representation import Representation
from publisher.web.client import Clients
from publisher.web.document import error_response, headers, liked_best
from publisher.web.error import TooLarge, UnknownType
from publisher.web.guard import Failures, network

FORM = "application/x-www-form-urlencoded"
MAX_BYTES = 4096
ASKS = 10
ASKS_SECONDS = 3600
"""So many sign-ups from one client in so long; what one address gets is the store's to say."""


@dataclass(frozen=True, slots=True)
class NewsletterHandler:
    """Answers the forms; 404 where there is no newsletter."""

    press: Press
    newsletter: Newsletter | None
    clients: Clients
    asks: Failures

    def routes(self) -> list[web.RouteDef]:
        """The routes of all forms."""
        steps = f"{PATH}{{step:{CONFIRM}|{LEAVE}}}/{{token}}/"
        rows = ((web.post, PATH, self.sign_up), (web.get, steps, self.show), (web.post, steps, self.act))
        return [add(path, partial(self._answered, work)) for add, path, work in rows]

    async def _answered(self, work: Handler, request: web.Request) -> web.StreamResponse:
        """What a handler answers, or the page that says what went wrong."""
        try:
            return await work(request)
        except PublisherError as error:
            return await error_response(self.press, request, error)

    async def sign_up(self, request: web.Request) -> web.StreamResponse:
        """Take an address; the answer is the same whether it is known or not."""
        try:
            newsletter = self._admitted()
            fields = await _fields(request)
            client = network(self.clients.address(request))
            if seconds := self.asks.wait(client):
                return await self._page(request, "many", {"Retry-After": str(seconds)})
            self.asks.add(client)
            if not fields.get("website"):
                await newsletter.sign_up(fields.get("email", ""))
        except Invalid:
            return await self._page(request, "wrong")
        return web.Response(status=303, headers={"Location": SENT, "Cache-Control": "no-store"})

    async def show(self, request: web.Request) -> web.StreamResponse:
        """The page behind a mail's link: it asks, and does nothing."""
        step, token = request.match_info["step"], request.match_info["token"]
        try:
            newsletter = self._admitted()
            newsletter.links.reader(step, token, newsletter.context.clock())
        except Gone:
            return await self._page(request, "expired")
        return await self._page(request, step)

    async def act(self, request: web.Request) -> web.StreamResponse:
        """Do what the link says: its page's button, or a mail program's one click (RFC 8058), never redirected."""
        token = request.match_info["token"]
        try:
            newsletter = self._admitted()
            if request.match_info["step"] == LEAVE:
                await newsletter.leave(token)
                return await self._page(request, "left")
            return await self._page(request, "confirmed" if await newsletter.confirm(token) else "expired")
        except Gone:
            return await self._page(request, "expired")

    def _admitted(self) -> Newsletter:
        if self.newsletter is None:
            raise NotFound("there is no newsletter")
        return self.newsletter

    async def _page(self, request: web.Request, step: str, more: dict[str, str] | None = None) -> web.StreamResponse:
        """A step's page, for no cache: it stands at a reader's own address."""
        made = await self.press.answer(STEP + step)
        assert isinstance(made, Representation)
        variant = liked_best(request, made)
        rows = headers(made.headers(variant))
        for name in ("ETag", "Cache-Control"):
            rows.popall(name, None)
        rows.update({"Cache-Control": "no-store", "Referrer-Policy": "no-referrer", **(more or {})})
        return web.Response(status=made.document.status, body=variant.body, headers=rows)


async def _fields(request: web.Request) -> dict[str, str]:
    """The fields of a small form that comes from a page of ours. Raises Refused, UnknownType, TooLarge."""
    if request.headers.get("Sec-Fetch-Site") == "cross-site":
        raise Refused("another site's page can't sign anybody up")
    if request.content_type != FORM:
        raise UnknownType(f"the form is sent as {FORM}")
    try:
        body = await request.content.readexactly(MAX_BYTES + 1)
    except asyncio.IncompleteReadError as whole:
        body = whole.partial
    if len(body) > MAX_BYTES:
        raise TooLarge(f"the form is larger than {MAX_BYTES} bytes")
    return dict(parse_qsl(body.decode(errors="replace"), max_num_fields=20)) if body.count(b"&") < 20 else {}
