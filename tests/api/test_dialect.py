"""WordPress's and Micropub's ways in keep the same rules as the API's own."""

import aiohttp
import pytest

from publisher.desk.token import Scope
from publisher.web.guard import FAILURES
from tests.api.cms import Cms
from tests.api.test_rest import picture

POSTS = "/wp-json/wp/v2/posts"
FORM = "application/x-www-form-urlencoded"


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", POSTS), ("POST", POSTS), ("DELETE", f"{POSTS}/1"), ("POST", "/wp-json/wp/v2/media"),
        ("GET", "/wp-json/wp/v2/users/me"), ("POST", "/wp-json/wp/v2/categories"), ("GET", "/micropub"),
        ("POST", "/micropub"), ("POST", "/micropub/media"),
    ],
)  # fmt: skip
async def test_d26_nothing_is_done_without_a_token(desk: Cms, method: str, path: str):
    reply = await desk.send(method, path, {"title": "x"}, token="")
    assert reply.status == 401
    assert "WWW-Authenticate" in reply.headers


@pytest.mark.parametrize(("path", "type_"), [(POSTS, "application/json"), ("/micropub", FORM)])
async def test_d26_a_small_scope_and_guessing_are_refused(desk: Cms, path: str, type_: str):
    token = await desk.token(Scope.MEDIA)
    assert (await desk.send("POST", path, token=token, data=b"{}", Content_Type=type_)).status == 403
    for _ in range(FAILURES):
        await desk.send("POST", path, token="pub_wrong", data=b"{}", Content_Type=type_)
    assert (await desk.send("POST", path, token="pub_wrong", data=b"{}", Content_Type=type_)).status == 429


async def test_a_note_by_form_carries_its_token_in_the_body(desk: Cms):
    body = f"h=entry&content=Hello&access_token={desk.secret}".encode()
    reply = await desk.send("POST", "/micropub", token="", data=body, Content_Type=FORM)
    assert reply.status == 201
    assert (await desk.page(reply.headers["Location"].removeprefix("https://example.org"))).status == 200


@pytest.mark.parametrize(
    "value",
    [
        [], {"type": ["h-event"]}, {"properties": []}, {"properties": {"content": "x"}}, {"action": "explode"},
        {"action": "update", "url": "https://evil.example/"}, {"action": "delete", "url": 7},
        {"properties": {"content": [7]}}, {"properties": {"published": ["soon"]}}, {"properties": {"photo": [{}]}},
        {"properties": {"category": [{"a": 1}]}}, {"properties": {"post-status": ["live"]}}, {"type": 7},
        {"properties": {"name": [["x"]]}},
    ],
)  # fmt: skip
async def test_what_is_no_micropub_is_a_400(desk: Cms, value: object):
    reply = await desk.send("POST", "/micropub", value)
    assert reply.status == 400, reply.text
    assert reply.json["error"] == "invalid_request"


@pytest.mark.parametrize(
    "value",
    [
        [], {"title": 7}, {"status": "live"}, {"status": ["publish"]}, {"categories": "x"}, {"categories": [9]},
        {"tags": [{}]}, {"date": "soon"}, {"date": 7}, {"featured_media": 9}, {"slug": 7}, {"content": {"raw": 7}},
    ],
)  # fmt: skip
async def test_what_is_no_post_is_a_4xx(desk: Cms, value: object):
    reply = await desk.send("POST", POSTS, value)
    assert reply.status in (400, 404), reply.text
    assert reply.json["data"]["status"] == reply.status


@pytest.mark.parametrize("query", ["page=0", "per_page=101", "orderby=title';--", "status=x", "after=x", "page=99"])
async def test_d23_what_is_no_argument_of_a_list_is_a_400(desk: Cms, query: str):
    assert (await desk.get(f"{POSTS}?{query}")).status == 400


@pytest.mark.parametrize("path", [POSTS, "/micropub", "/wp-json/wp/v2/media", "/micropub/media"])
@pytest.mark.parametrize(
    "body", [b"", b"--x", b"--x\r\nContent-Disposition: \x00\r\n\r\na\r\n--x--", b"x" * 10_000_001]
)
async def test_d15_a_broken_form_is_a_4xx(desk: Cms, path: str, body: bytes):
    reply = await desk.send("POST", path, data=body, Content_Type="multipart/form-data; boundary=x")
    assert 400 <= reply.status < 500


async def test_a_picture_that_comes_with_a_note_is_the_articles_picture(desk: Cms):
    form = aiohttp.FormData()
    form.add_field("h", "entry")
    form.add_field("content", "Look")
    form.add_field("photo", picture(), filename="a.png", content_type="image/png")
    reply = await desk.send("POST", "/micropub", data=form)
    assert reply.status == 201
    assert "/media/" in (await desk.page(reply.headers["Location"].removeprefix("https://example.org"))).text
