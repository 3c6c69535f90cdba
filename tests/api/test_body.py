"""Bodies as real programs send them: with a byte order mark, compressed, in a coding or charset that nobody takes."""

import gzip
import zlib

import orjson
import pytest

from tests.api.cms import Cms

JSON, LINES, FORM = "application/json", "application/x-ndjson", "application/x-www-form-urlencoded"
BOM = b"\xef\xbb\xbf"
ONE = orjson.dumps({"title": "One", "status": "published"})
LINE = orjson.dumps({"article": {"title": "One"}, "source": {"site": "cms", "id": "1"}})
WAYS = {
    "/api/articles": (JSON, ONE),
    "/wp-json/wp/v2/posts": (JSON, b'{"title": "One"}'),
    "/micropub": (JSON, b'{"properties": {"name": ["One"]}}'),
}


@pytest.mark.parametrize("path", WAYS)
async def test_a_byte_order_mark_is_no_part_of_json(desk: Cms, path: str):
    type_, body = WAYS[path]
    reply = await desk.send("POST", path, data=BOM + body, Content_Type=f"{type_}; charset=UTF-8")
    assert reply.status == 201, reply.text


async def test_a_byte_order_mark_fails_no_line_of_many(desk: Cms):
    reply = await desk.send("POST", "/api/articles/bulk", data=BOM + LINE + b"\r\n", Content_Type=LINES)
    assert [orjson.loads(each).get("outcome") for each in reply.body.splitlines()] == ["created", None]


@pytest.mark.parametrize(("coding", "pack"), [("gzip", gzip.compress), ("deflate", zlib.compress), ("identity", bytes)])
async def test_a_compressed_body_is_read(desk: Cms, coding: str, pack: type[bytes]):
    reply = await desk.send("POST", "/api/articles", data=pack(ONE), Content_Type=JSON, Content_Encoding=coding)
    assert (reply.status, (reply.json)["title"]) == (201, "One")


@pytest.mark.parametrize(
    ("path", "type_", "body"),
    [
        *((path, *way) for path, way in WAYS.items()),
        ("/api/articles/bulk", LINES, LINE),
        ("/api/media", "image/png", b"x"),
        ("/micropub", FORM, b"h=entry&content=One"),
        ("/micropub/media", "multipart/form-data; boundary=x", b"--x--"),
    ],
)
async def test_a_coding_that_nobody_reads_is_refused_and_those_taken_are_named(
    desk: Cms, path: str, type_: str, body: bytes
):
    """It was stored as it came."""
    reply = await desk.send("POST", path, data=body, Content_Type=type_, Content_Encoding="compress")
    assert (reply.status, reply.headers["Accept-Encoding"]) == (415, "identity, gzip, deflate, br, zstd")
    assert "Content-Encoding: compress" in reply.text


async def test_a_text_that_is_no_utf_8_is_told_what_it_must_be(desk: Cms):
    body = '{"title": "Über"}'.encode("latin-1")
    reply = await desk.send("POST", "/api/articles", data=body, Content_Type="application/json; charset=latin-1")
    assert reply.status == 400
    assert "UTF-8" in reply.json["detail"]


@pytest.mark.parametrize("path", ["/api", "/api/", "/api/articles/"])
async def test_an_address_that_is_none_says_where_all_are_listed(desk: Cms, path: str):
    assert "/api/openapi.json" in (await desk.get(path)).json["detail"]


async def test_markdown_that_is_nothing_but_tags_is_refused(desk: Cms):
    for path, fields in (("/api/articles", {"title": "A"}), ("/api/articles?dry_run=1", {"title": "A"})):
        reply = await desk.send("POST", path, fields | {"markdown": ">" * 1_000_000})
        assert reply.status == 422
        assert "divide the article" in reply.errors["/markdown"]


BOMB = "<p>" + "".join(f"<b title={number}><p>" for number in range(20_000))
"""Of 400 kB a parser makes a hundred million tags."""


@pytest.mark.parametrize(
    ("path", "sent"),
    [
        ("/api/articles", {"title": "x", "html": BOMB}),
        ("/api/articles", {"title": "x", "markdown": BOMB}),
        ("/micropub", {"type": ["h-entry"], "properties": {"content": [{"html": BOMB}]}}),
        ("/wp-json/wp/v2/posts", {"title": "x", "content": BOMB}),
    ],
)
async def test_html_made_to_swell_is_refused_by_every_way_in(desk: Cms, path: str, sent: dict[str, object]):
    """It took all memory, and the server with it."""
    reply = await desk.send("POST", path, sent)
    assert (400 <= reply.status < 500, "divide the article" in reply.text) == (True, True), reply.text[:300]
    assert (await desk.get("/api/articles?status=any")).json["articles"] == []
