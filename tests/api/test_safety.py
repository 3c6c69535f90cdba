"""Who may write, how often they may fail, and what is refused before anything is read."""

import gzip
import time
from pathlib import Path

import orjson
import pytest

from publisher.desk.token import Scope
from publisher.web.api import OPERATIONS, openapi
from publisher.web.guard import ADDRESSES, FAILURES, WINDOW_SECONDS, Failures, network
from tests.api.cms import Cms, cms


def concrete(path: str) -> str:
    """A path of an operation with its braces filled."""
    for name, value in (("{id}", "1"), ("{sha256}", "a" * 64), ("{slug}", "x"), ("{site}", "s"), ("{source}", "i")):
        path = path.replace(name, value)
    return path


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda each: each.name)
async def test_d26_nothing_is_done_without_a_token(desk: Cms, operation):
    reply = await desk.send(operation.method, concrete(operation.path), {"title": "x"}, token="")
    assert reply.status == 401
    assert reply.headers["WWW-Authenticate"].startswith("Bearer")
    assert reply.headers["Content-Type"] == "application/problem+json"


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda each: each.name)
async def test_d26_a_scope_that_is_too_small_is_refused(desk: Cms, operation):
    smaller = {Scope.WRITE: Scope.MEDIA, Scope.MEDIA: Scope.WRITE, Scope.ADMIN: Scope.WRITE}
    if operation.scope not in smaller:
        return
    token = await desk.token(smaller[operation.scope])
    reply = await desk.send(operation.method, concrete(operation.path), {"title": "x"}, token=token, If_Match="*")
    assert reply.status == 403


async def test_d26_guessing_is_slowed_by_address(desk: Cms):
    for _ in range(FAILURES):
        assert (await desk.get("/api/articles", token="pub_000000000000_" + "A" * 43)).status == 401
    reply = await desk.get("/api/articles", token="pub_000000000000_" + "A" * 43)
    assert reply.status == 429
    assert 1 <= int(reply.headers["Retry-After"]) <= WINDOW_SECONDS
    assert (await desk.get("/api/openapi.json", token="")).status == 200


def test_failures_are_forgotten_after_a_while_and_never_fill_the_memory():
    tick = 0.0
    failures = Failures(lambda: tick)
    for _ in range(FAILURES):
        failures.add("a")
    assert failures.wait("a") == WINDOW_SECONDS
    tick = WINDOW_SECONDS + 1
    assert failures.wait("a") == 0
    for number in range(2 * ADDRESSES):
        failures.add(str(number))
    assert len(failures._seen) == ADDRESSES


def test_an_ipv6_network_is_one_client():
    assert network("2001:db8::1") == network("2001:db8::ffff:1")
    assert network("2001:db8:0:1::1") != network("2001:db8::1")
    assert network("192.0.2.1") != network("192.0.2.2")


async def test_another_sites_page_can_not_write(desk: Cms):
    reply = await desk.send("POST", "/api/articles", {"title": "x"}, Sec_Fetch_Site="cross-site")
    assert reply.status == 403
    preflight = await desk.send(
        "OPTIONS", "/api/articles", Origin="https://evil.example", Access_Control_Request_Method="POST"
    )
    assert preflight.status == 405
    assert not [name for name in preflight.headers if name.lower().startswith("access-control")]


async def test_an_unknown_host_is_refused(desk: Cms):
    for path in ("/api/articles", "/wp-json/", "/wp-admin/authorize-application.php", "/micropub"):
        assert (await desk.get(path, Host="evil.example")).status == 421, path


@pytest.mark.parametrize(
    ("path", "allowed"), [("/api/articles", {"GET", "HEAD", "POST"}), ("/api/tags", {"GET", "HEAD"})]
)
async def test_a_wrong_method_names_the_right_ones(desk: Cms, path: str, allowed: set[str]):
    reply = await desk.send("DELETE", path)
    assert reply.status == 405
    assert set(reply.headers["Allow"].split(", ")) == allowed


async def test_an_unknown_path_is_a_problem_too(desk: Cms):
    reply = await desk.get("/api/nothing")
    assert reply.status == 404
    assert reply.headers["Content-Type"] == "application/problem+json"


@pytest.mark.parametrize(
    "type_", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data", "text/json"]
)
async def test_a_body_of_another_type_is_refused(desk: Cms, type_: str):
    assert (await desk.send("POST", "/api/articles", data=b'{"title":"x"}', Content_Type=type_)).status == 415


@pytest.mark.parametrize(
    "body",
    [
        b"", b"{", b"[1,", b'{"title": NaN}', b"\xff\xfe", b'{"title": "\\ud800"}', b"[" * 10_000 + b"]" * 10_000,
        b'{"extra":' * 10_000 + b"1" + b"}" * 10_000, b'{"extra":' + b"[" * 2000 + b"]" * 2000 + b"}",
    ],
    ids=range(9),
)  # fmt: skip
async def test_d15_what_is_no_json_is_refused_at_once(desk: Cms, body: bytes):
    began = time.monotonic()
    reply = await desk.send("POST", "/api/articles", data=body, Content_Type="application/json")
    assert reply.status == 400
    assert time.monotonic() - began < 1


@pytest.mark.parametrize("depth", [100, 300, 1000])
async def test_d15_what_is_too_deep_is_a_fault(desk: Cms, depth: int):
    body = b'{"title":"x","extra":{"a":' + b"[" * depth + b"]" * depth + b"}}"
    reply = await desk.send("POST", "/api/articles", data=body, Content_Type="application/json")
    assert reply.status == (201 if depth == 100 else 422)


async def test_d15_a_body_over_the_limit_is_refused(desk: Cms):
    limit = desk.house.settings.body_bytes
    reply = await desk.send("POST", "/api/articles", {"title": "x", "html": "a" * limit})
    assert reply.status == 413

    async def slowly():
        for _ in range(12):
            yield b"a" * 1_000_000

    reply = await desk.send("POST", "/api/articles", data=slowly(), Content_Type="application/json")
    assert reply.status == 413


async def test_d16_a_bomb_of_gzip_is_refused(desk: Cms):
    bomb = gzip.compress(b'{"title":"' + b"a" * 60_000_000 + b'"}')
    reply = await desk.send(
        "POST", "/api/articles", data=bomb, Content_Type="application/json", Content_Encoding="gzip"
    )
    assert reply.status in (400, 413)


async def test_many_faults_are_cut(desk: Cms):
    body = {f"x{number}": 1 for number in range(10_000)}
    began = time.monotonic()
    reply = await desk.send("POST", "/api/articles", body)
    assert len(reply.errors) == 50
    assert time.monotonic() - began < 2


@pytest.mark.parametrize("key", ["title", "dek", "guid", "slug", "correction", "source_name"])
async def test_d19_no_control_character_comes_through(desk: Cms, key: str):
    value = "a\r\nSet-Cookie:x\x00\x1b[31m\u202eb"
    reply = await desk.send("POST", "/api/articles", {"title": "T", "status": "published", key: value})
    assert reply.status == (422 if key == "guid" else 201)
    if reply.status == 201:
        assert not {"\r", "\n", "\x00", "\x1b", "\u202e"} & set(reply.json[key])
        assert (await desk.page("/feeds/all.rss")).status == 200


async def test_a_problem_never_reflects_markup(desk: Cms):
    reply = await desk.get("/api/<script>alert(1)</script>")
    assert reply.headers["Content-Type"] == "application/problem+json"
    assert reply.headers["Cache-Control"] == "no-store"


async def test_the_description_is_made_once_and_by_nobody_who_does_not_ask(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    made, document = [], openapi.document
    monkeypatch.setattr(openapi, "document", lambda *told: made.append(told) or document(*told))
    async with cms(tmp_path) as desk:
        assert (await desk.get("/api/articles")).status == 200
        assert len(made) == 0
        said = [(await desk.get("/api/openapi.json", token="")).body for _ in range(2)]
    assert said[0] == said[1]
    assert len(made) == 1


async def test_openapi_names_every_operation_and_is_open(desk: Cms):
    described = orjson.loads((await desk.get("/api/openapi.json", token="")).body)
    assert described["openapi"] == "3.1.0"
    names = {each["operationId"] for path in described["paths"].values() for each in path.values()}
    assert names == {each.name for each in OPERATIONS}
