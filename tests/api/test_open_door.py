"""No address of the whole site takes a write from somebody who may not write (drill 26)."""

import orjson
import pytest
from aiohttp import web

from publisher.desk.token import Scope
from publisher.serve import app_of, gate_of
from publisher.web.guard import Failures
from tests.api.cms import Cms

UNSAFE = ("POST", "PUT", "PATCH", "DELETE", "PROPFIND", "PURGE")
BODIES = {
    "application/json": b'{"title": "Intruder", "status": "published", "properties": {"content": ["Intruder"]}}',
    "application/x-www-form-urlencoded": b"h=entry&content=Intruder&title=Intruder&status=publish",
    "application/x-ndjson": b'{"article": {"title": "Intruder", "status": "published"}}',
}
READERS_OWN = ("/_/seen", "/newsletter")
"""Readers post there: a view to count, an address to subscribe. Neither writes what the desk owns."""
FILLED = {"id": "1", "sha256": "a" * 64, "slug": "x", "site": "s", "source": "i", "rest": "wp/v2/posts", "view": "page"}


def addresses(app: web.Application) -> list[str]:
    """One address of every route, WordPress's second form too."""
    found = []
    for resource in app.router.resources():
        path = resource.canonical
        for name, value in FILLED.items():
            path = path.replace("{" + name + "}", value)
        found.append(path.replace("{", "").replace("}", ""))
    wordpress = [
        "posts/1",
        "pages/1",
        "media",
        "media/1",
        "categories",
        "categories/1",
        "tags",
        "settings",
        "posts/1/autosaves",
    ]
    found += [f"/wp-json/wp/v2/{each}" for each in wordpress] + [f"/?rest_route=/wp/v2/{each}" for each in wordpress]
    return [*dict.fromkeys(found), "/", "/reviews/a-lamp/", "/feeds/all.rss", "/sitemap.xml", "/xmlrpc.php"]


async def state(desk: Cms) -> object:
    """Everything that a write could change."""
    store = desk.house.store
    files = [each.sha256 for each in await store.files()]
    return (
        [each async for each in store.every()],
        await store.seq(),
        files,
        await store.redirects(),
        await store.sections(),
    )


@pytest.mark.parametrize("who", ["nobody", "stranger", "reader", "forged"])
async def test_d26_no_route_takes_a_write_from(desk: Cms, who: str, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(Failures, "wait", lambda self, address: 0)  # each route answers for itself, not the limit
    await desk.create()
    reader = await desk.token(Scope.READ)
    token = {"nobody": "", "stranger": "Bearer x", "reader": reader, "forged": reader[:-4] + "AAAA"}[who]
    before, tried = await state(desk), 0
    for path in addresses(app_of(desk.house, gate_of(desk.house))):
        for method in UNSAFE:
            for type_, body in BODIES.items():
                reply = await desk.send(method, path, token=token, data=body, Content_Type=type_, If_Match="*")
                is_own = any(path.startswith(each) for each in READERS_OWN)
                assert reply.status >= 400 or is_own, (method, path, type_, reply.status)
                assert reply.status < 500 or reply.status == 501, (method, path, reply.status)
                tried += 1
    assert await state(desk) == before
    assert tried > 900


async def test_d26_no_secret_stands_in_the_store_or_in_an_answer(desk: Cms):
    made = await desk.create()
    replies = [
        await desk.get(path) for path in ("/wp-json/wp/v2/users/me", f"/api/articles/{made['id']}/preview", "/micropub")
    ]
    assert not [each for each in replies if desk.secret.split("_", 2)[2] in each.text]
    for name, value in await desk.house.store.recall_all(""):
        assert desk.secret.encode() not in value, name
    assert orjson.loads(replies[1].body)["url"]
