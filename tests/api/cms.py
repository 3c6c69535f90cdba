"""A newsroom's CMS: requests with a token to a site that runs in the test's own process."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson
from aiohttp.test_utils import TestClient, TestServer

from publisher.date import now
from publisher.desk.token import Scope, Tokens
from publisher.house import House
from publisher.serve import app_of, gate_of
from publisher.store.port import Store
from tests.tool.house import house

HOST = "example.org"


@dataclass
class Reply:
    """What a client saw."""

    status: int
    headers: Any
    body: bytes

    @property
    def json(self) -> Any:
        """The body as JSON."""
        return orjson.loads(self.body)

    @property
    def text(self) -> str:
        """The body as UTF-8."""
        return self.body.decode()

    @property
    def errors(self) -> dict[str, str]:
        """Pointer -> detail of a problem document."""
        assert self.headers["Content-Type"] == "application/problem+json"
        assert self.json["status"] == self.status
        return {each["pointer"]: each["detail"] for each in self.json["errors"]}


class Cms:
    """A client with a token that may do everything, unless a test says otherwise."""

    def __init__(self, house: House, client: TestClient[Any, Any], secret: str) -> None:
        self.house = house
        self.client = client
        self.secret = secret

    async def send(self, method: str, path: str, value: Any = None, *, token: str | None = None, **rest: Any) -> Reply:
        """One request; `value` goes as JSON; header names are written with underscores."""
        headers = {"Host": HOST}
        if secret := self.secret if token is None else token:
            headers["Authorization"] = f"Bearer {secret}"
        data = rest.pop("data", None)
        if value is not None:
            data, headers["Content-Type"] = orjson.dumps(value), "application/json"
        headers |= {name.replace("_", "-"): text for name, text in rest.items()}
        async with self.client.request(method, path, data=data, headers=headers, allow_redirects=False) as answer:
            return Reply(answer.status, answer.headers, await answer.read())

    async def get(self, path: str, **rest: Any) -> Reply:
        """Read."""
        return await self.send("GET", path, **rest)

    async def create(self, title: str = "A lamp", **fields: Any) -> Any:
        """Create a published article; what the API shows of it."""
        fields = {"html": "<p>Light.</p>", "status": "published", "section": "reviews"} | fields
        reply = await self.send("POST", "/api/articles", {"title": title} | fields)
        assert reply.status == 201, reply.text
        return reply.json

    async def token(self, *scopes: Scope) -> str:
        """The secret of a new token."""
        return (await Tokens(self.house.store, now).create("test", scopes))[1]

    async def page(self, path: str, **rest: Any) -> Reply:
        """What a reader sees."""
        return await self.send("GET", path, token="", **rest)


@asynccontextmanager
async def cms(folder: Path, store: Store | None = None, **flags: Any) -> AsyncIterator[Cms]:
    """A site with a client to it."""
    async with house(folder, store, **flags) as made, TestClient(TestServer(app_of(made, gate_of(made)))) as client:
        _, secret = await Tokens(made.store, now).create("cms", (Scope.ADMIN,))
        yield Cms(made, client, secret)
