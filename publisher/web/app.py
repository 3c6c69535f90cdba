"""Puts routes together; owns no lifetimes: who starts the server starts and ends everything else."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from functools import partial

from aiohttp import web
from aiohttp.typedefs import Middleware

from publisher.representation import GUARDED, Headers
from publisher.version import SERVER

METRICS_TYPE = "text/plain; version=0.0.4; charset=utf-8"
"""Prometheus 3 reads by what is said, and nothing that says nothing."""

Route = Callable[[web.Request], Awaitable[web.StreamResponse]]


def make_app(
    document: Route,
    routes: Sequence[web.RouteDef] = (),
    middlewares: Sequence[Middleware] = (),
    *,
    body_bytes: int = 10_000_000,
    headers: Headers = (),
) -> web.Application:
    """The application: the given routes first, documents for every other path; the gate's middleware outermost.

    `headers` stand on every response that doesn't say otherwise.
    """
    app = web.Application(client_max_size=body_bytes, middlewares=middlewares)
    app.add_routes(routes)

    async def other(request: web.Request) -> web.StreamResponse:
        return await document(request)

    app.router.add_route("*", r"/{path:[\s\S]*}", other)  # a path may encode a newline
    app.on_response_prepare.append(partial(_complete, (*GUARDED, *headers)))
    return app


async def _complete(headers: Headers, _: web.Request, response: web.StreamResponse) -> None:
    response.headers["Server"] = SERVER
    for name, value in headers:
        response.headers.setdefault(name, value)


def make_admin_app(
    is_ready: Callable[[], Awaitable[Mapping[str, bool]]],
    metrics: Callable[[], Awaitable[str]],
    middlewares: Sequence[Middleware] = (),
) -> web.Application:
    """Health and metrics, for a listener of their own."""

    async def healthz(_: web.Request) -> web.Response:
        return web.Response(text="ok\n")

    async def readyz(_: web.Request) -> web.Response:
        checks = await is_ready()
        return web.json_response(dict(checks), status=200 if all(checks.values()) else 503)

    async def metrics_text(_: web.Request) -> web.Response:
        return web.Response(text=await metrics(), headers={"Content-Type": METRICS_TYPE})

    app = web.Application(middlewares=middlewares)
    app.on_response_prepare.append(partial(_complete, GUARDED))
    app.add_routes([web.get("/healthz", healthz), web.get("/readyz", readyz), web.get("/metrics", metrics_text)])
    return app
