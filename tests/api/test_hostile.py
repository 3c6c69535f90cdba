"""Input that no well-meaning client sends: refused with a reason, or stored clean; never a 5xx, never lost."""

import asyncio
from typing import Any

import orjson
import pytest

from tests.api.cms import Cms

JSON = "application/json"
EDITORS = 12
WAYS = {"/api/articles": JSON, "/wp-json/wp/v2/posts": JSON, "/micropub": JSON}
BODIES = [
    b"\xff\xfe", b'{"title": "\xc3\x28"}', b'{"title": "\\ud800"}', b'{"title": 1e999}', b"[" * 10_000,
    b'{"a":' * 5_000 + b"1" + b"}" * 5_000, b"null", b"7", b'"x"', b"[]", b'{"title": ' + b"9" * 10_000 + b"}",
    b'{"title": "x", "comment_count": 1e400}', b"\x00",
    b'{"properties": {"content": [' + b"[" * 500 + b"]" * 500 + b"]}}",
]  # fmt: skip


@pytest.mark.parametrize("path", WAYS)
@pytest.mark.parametrize("body", BODIES, ids=range(len(BODIES)))
async def test_d27_bytes_that_are_no_request_are_refused(desk: Cms, path: str, body: bytes):
    reply = await desk.send("POST", path, data=body, Content_Type=JSON)
    assert 400 <= reply.status < 500, reply.text
    assert (await desk.get("/api/articles?status=any")).json["articles"] == []


@pytest.mark.parametrize("path", WAYS)
@pytest.mark.parametrize(
    "type_",
    ["", "text/html", "application/xml", "image/png", "application/json-seq", "multipart/mixed; boundary=x", "\xe9"],
)
async def test_a_body_of_a_type_that_is_not_taken_is_refused(desk: Cms, path: str, type_: str):
    reply = await desk.send("POST", path, data=b"<a>", Content_Type=type_)
    assert 400 <= reply.status < 500, reply.text


async def test_of_a_name_given_twice_one_value_counts(desk: Cms):
    reply = await desk.send("POST", "/api/articles", data=b'{"title": "A", "title": "B"}', Content_Type=JSON)
    assert (reply.status, reply.json["title"]) == (201, "B")


@pytest.mark.parametrize("value", [2**31 + 1, 2**63, 2**64 - 1, -1, 0.5, 1e308, "7", True, None])
async def test_a_number_out_of_its_bounds_is_a_fault(desk: Cms, value: Any):
    reply = await desk.send("POST", "/api/articles", {"title": "x", "comment_count": value})
    assert set(reply.errors) == {"/comment_count"}


async def test_a_slug_has_at_most_200_bytes_in_any_script(desk: Cms):
    for slug in ("a" * 200, "é" * 100, "長" * 66):
        made = await desk.create(slug=slug)
        assert (len(made["slug"].encode()) <= 200, (await desk.page(made["path"])).status) == (True, 200)
    assert set((await desk.send("POST", "/api/articles", {"title": "x", "slug": "a" * 201})).errors) == {"/slug"}
    for title in ("長" * 400, "a" * 500):
        made = await desk.create(title)
        assert len(made["slug"].encode()) <= 200
        assert (await desk.page(made["path"])).status == 200


RESERVED = [
    "api",
    "feeds",
    "wp-json",
    "micropub",
    "_",
    "static",
    "media",
    "tag",
    "2026",
    "robots.txt",
    "sitemap.xml",
    "API",
]


@pytest.mark.parametrize("word", RESERVED)
async def test_the_services_own_addresses_are_not_given_away(desk: Cms, word: str):
    made = await desk.send("POST", "/api/articles", {"title": "x", "slug": word, "status": "published"})
    assert made.status == 422 or made.json["path"] not in (f"/{word}/", f"/{word}")
    assert set((await desk.send("POST", "/api/articles", {"title": "x", "path": f"/{word}/"})).errors) == {"/path"}
    assert (await desk.send("POST", "/wp-json/wp/v2/categories", {"name": word})).status in (201, 400)
    assert (await desk.page("/api/openapi.json")).status == 200


@pytest.mark.parametrize(
    "path",
    ["/../etc/passwd", "/a/../../b/", "/%2e%2e/x/", "/a//b/", "//evil.example/", "/a\\b/", "/ /", "/a?b", "/\x00/"],
)
async def test_an_article_stands_at_no_path_that_leads_elsewhere(desk: Cms, path: str):
    reply = await desk.send("POST", "/api/articles", {"title": "x", "path": path, "status": "published"})
    if reply.status == 201:
        assert "//" not in reply.json["path"]
        assert ".." not in reply.json["path"]
        assert (await desk.page(reply.json["path"])).status == 200
    else:
        assert set(reply.errors) == {"/path"}


async def test_editors_at_once_lose_no_edit(desk: Cms):
    made = await desk.create()
    path = f"/api/articles/{made['id']}"

    async def edit(number: int) -> int:
        tries = 0
        while True:
            tries += 1
            before = await desk.get(path)
            tags = [each["name"] for each in before.json["tags"]] + [f"t{number}"]
            reply = await desk.send("PATCH", path, {"tags": tags}, If_Match=before.headers["ETag"])
            assert reply.status in (200, 412), reply.text
            if reply.status == 200:
                return tries

    tries = await asyncio.gather(*map(edit, range(EDITORS)))
    after = (await desk.get(path)).json
    assert sorted(each["name"] for each in after["tags"]) == sorted(f"t{number}" for number in range(EDITORS))
    assert after["revision"] == EDITORS + 1
    assert max(tries) > 1, "some were told to look again"


async def test_a_section_edit_moves_nothing_and_a_slug_edit_leaves_a_redirect(desk: Cms):
    made = await desk.create(slug="old")
    path = f"/api/articles/{made['id']}"
    moved = (await desk.send("PATCH", path, {"section": "travel"}, If_Match="*")).json
    assert (moved["path"], moved["section"]["slug"]) == ("/reviews/old/", "travel")
    renamed = (await desk.send("PATCH", path, {"slug": "new"}, If_Match="*")).json
    assert renamed["path"] == "/reviews/new/"
    old = await desk.page("/reviews/old/")
    assert (old.status, old.headers["Location"]) == (301, "/reviews/new/")
    await desk.send("PATCH", path, {"status": "draft"}, If_Match="*")
    assert [(await desk.page(each)).status for each in ("/reviews/new/", made["path"])] == [410, 301]


@pytest.mark.parametrize("name", ["title", "dek", "excerpt", "correction", "source_name"])
async def test_d20_markup_in_a_plain_field_is_text_everywhere(desk: Cms, name: str):
    value = "<script>alert(1)</script><img src=x onerror=alert(1)>\"'&"
    made = await desk.create(**{"title": "Lamp", name: value, "source_url": "https://other.example/"})
    post = (await desk.get(f"/wp-json/wp/v2/posts/{made['id']}")).json
    shown = [post["title"]["rendered"], post["excerpt"]["rendered"]]
    shown += [(await desk.page(each)).text for each in (made["path"], "/", "/reviews/", "/feeds/all.rss")]
    for each in shown:
        assert "<script>alert" not in each
        assert "<img src=x" not in each


async def test_a_faulty_line_of_many_never_hides_the_rest(desk: Cms):
    lines = [
        b'{"article": {"title": "One"}}',
        b"\xff\xfe",
        b"null",
        b'{"article": 7}',
        b'{"article": {"title": "Two"}}',
        b"x" * 200_000,
    ]
    sent = b"\r\n".join(lines)
    reply = await desk.send("POST", "/api/articles/bulk", data=sent, Content_Type="application/x-ndjson")
    *rows, total = map(orjson.loads, reply.body.splitlines())
    assert [each["outcome"] for each in rows] == ["created", "failed", "failed", "failed", "created", "failed"]
    assert total == {"seen": 6, "created": 2, "updated": 0, "unchanged": 0, "failed": 4}
