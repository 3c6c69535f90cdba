"""Micropub (W3C Recommendation 2017): what clients ask, where the token stands, what may be changed and by whom."""

import asyncio
import re
from typing import Any

import aiohttp
import pytest

from publisher.desk.token import Scope
from tests.api.cms import Cms, Reply
from tests.api.test_rest import picture

FORM = "application/x-www-form-urlencoded"
BASE = "https://example.org"


async def create(desk: Cms, **properties: Any) -> str:
    """The URL of a new entry."""
    values = {name.replace("_", "-"): [value] for name, value in properties.items()}
    reply = await desk.send("POST", "/micropub", {"type": ["h-entry"], "properties": values})
    assert reply.status in (201, 202), reply.text
    return str(reply.headers["Location"])


async def source(desk: Cms, url: str) -> Any:
    return (await desk.get(f"/micropub?q=source&url={url}")).json["properties"]


async def send(desk: Cms, **value: Any) -> Reply:
    return await desk.send("POST", "/micropub", value)


async def test_what_the_endpoint_can_is_asked(desk: Cms):
    config = (await desk.get("/micropub?q=config")).json
    assert config["media-endpoint"] == f"{BASE}/micropub/media"
    for query in config["q"]:
        assert (await desk.get(f"/micropub?q={query}")).status == 200, query
    assert (await desk.get("/micropub?q=post-types")).json == {"post-types": config["post-types"]}
    assert (await desk.get("/micropub?q=syndicate-to")).json == {"syndicate-to": []}
    assert (await desk.get("/micropub?q=nothing")).json["error"] == "invalid_request"
    assert (await desk.get("/micropub")).json == config, "clients verify a token by it"


async def test_entries_and_categories_are_listed(desk: Cms):
    await create(desk, content="One", category="Night")
    await create(desk, content="Two", post_status="draft")
    items = (await desk.get("/micropub?q=source&properties[]=content&properties[]=post-status")).json["items"]
    assert [each["properties"]["post-status"] for each in items] == [["draft"], ["published"]]
    assert len((await desk.get("/micropub?q=source&limit=1")).json["items"]) == 1
    for limit in ("0", "101", "00000001099", "000000001" + "9" * 5000):
        assert (await desk.get(f"/micropub?q=source&limit={limit}")).status == 400, limit[:20]
    assert (await desk.get("/micropub?q=category&filter=NIG")).json == {"categories": ["Night"]}
    assert (await desk.get("/micropub?q=category&filter=x")).json == {"categories": []}


async def test_a_token_stands_in_the_header_or_in_the_body(desk: Cms):
    body = f"h=entry&content=Hello&access_token={desk.secret}".encode()
    assert (await desk.send("POST", "/micropub", token="", data=body, Content_Type=FORM)).status == 201
    both = await desk.send("POST", "/micropub", data=body, Content_Type=FORM)
    assert (both.status, both.json["error"]) == (400, "invalid_request")
    none = await desk.send("POST", "/micropub", token="", data=b"h=entry&content=x", Content_Type=FORM)
    assert (none.status, none.json["error"]) == (401, "unauthorized")
    assert (await desk.get("/api/articles?status=any")).json["articles"][0]["html"] is None


async def test_d26_a_scope_that_is_too_small_is_named(desk: Cms):
    reader, writer = await desk.token(Scope.READ), await desk.token(Scope.WRITE)
    refused = await desk.send("POST", "/micropub", {"properties": {"content": ["x"]}}, token=reader)
    assert (refused.status, refused.json["error"]) == (403, "insufficient_scope")
    form = aiohttp.FormData()
    form.add_field("content", "Look")
    form.add_field("photo", picture(), filename="a.png", content_type="image/png")
    assert (await desk.send("POST", "/micropub", token=writer, data=form)).status == 403
    assert (await desk.get("/api/media")).json["media"] == []


async def test_an_update_by_form_is_refused_for_nothing_would_change(desk: Cms):
    url = await create(desk, content="x")
    body = f"action=update&url={url}&replace[content]=New".encode()
    reply = await desk.send("POST", "/micropub", data=body, Content_Type=FORM)
    assert (reply.status, "JSON" in reply.json["error_description"]) == (400, True)


async def test_objects_come_in_pieces_by_form(desk: Cms):
    fields = "h=entry&name=N&content[html]=<p>A</p>&content[value]=A&category[]=b&category[]=c"
    photos = "".join(f"&photo[{at}][value]={PHOTOS[at]}&photo[{at}][alt]=Alt{at}" for at in (0, 1))
    made = await desk.send("POST", "/micropub", data=(fields + photos).encode(), Content_Type=FORM)
    after = await source(desk, made.headers["Location"])
    assert (after["content"], after["category"]) == ([{"html": "<p>A</p>"}], ["b", "c"])
    assert after["photo"] == [{"value": PHOTOS[at], "alt": f"Alt{at}"} for at in (0, 1)]


async def test_an_entry_for_later_is_accepted(desk: Cms):
    reply = await send(desk, properties={"content": ["x"], "published": ["2036-01-02T03:04:05Z"]})
    assert reply.status == 202
    assert (await desk.page(reply.headers["Location"].removeprefix(BASE))).status == 404


async def test_what_is_private_is_not_published(desk: Cms):
    url = await create(desk, content="Secret", visibility="private")
    assert (await desk.page(url.removeprefix(BASE))).status == 404
    assert (await send(desk, properties={"content": ["x"], "visibility": ["unlisted"]})).status == 400


async def test_more_photos_stand_in_the_text(desk: Cms):
    reply = await send(
        desk, properties={"photo": [f"{BASE}/media/a.jpg", {"value": "https://x.example/b.jpg", "alt": "B"}]}
    )
    page = await desk.page(reply.headers["Location"].removeprefix(BASE))
    assert 'src="https://x.example/b.jpg"' in page.text


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"replace": {"category": ["c"]}}, ["c"]), ({"add": {"category": ["c"]}}, ["a", "b", "c"]),
        ({"delete": {"category": ["a"]}}, ["b"]), ({"delete": ["category"]}, None),
        ({"add": {"category": ["c"]}, "delete": {"category": ["a", "b"]}}, ["c"]),
    ],
)  # fmt: skip
async def test_properties_are_replaced_added_and_deleted(desk: Cms, change: Any, expected: Any):
    made = await desk.send("POST", "/micropub", {"properties": {"content": ["x"], "category": ["a", "b"]}})
    url = made.headers["Location"]
    assert (await send(desk, action="update", url=url, **change)).status == 204
    after = await source(desk, url)
    assert (after.get("category"), after["content"]) == (expected, [{"html": "<p>x</p>"}])


@pytest.mark.parametrize(
    "change",
    [
        {"replace": "x"},
        {"add": {"category": "c"}},
        {"delete": 7},
        {"delete": {"category": "a"}},
        {"replace": {"name": [7]}},
        {},
    ],
)
async def test_what_is_no_change_is_refused_and_changes_nothing(desk: Cms, change: Any):
    url = await create(desk, content="x", name="Before")
    before = await source(desk, url)
    assert (await send(desk, action="update", url=url, **change)).status == 400
    assert await source(desk, url) == before


PHOTOS = [f"https://x.example/{name}.jpg" for name in "abcd"]
CHANGES = [
    ({"add": {"photo": PHOTOS[2:3]}}, "<p>Text</p>", PHOTOS[:3]),
    ({"replace": {"photo": PHOTOS[2:]}}, "<p>Text</p>", PHOTOS[2:]),
    ({"replace": {"content": ["New"]}}, "<p>New</p>", PHOTOS[:2]),
    ({"delete": {"photo": PHOTOS[1:2]}}, "<p>Text</p>", PHOTOS[:1]),
    ({"delete": ["photo"]}, "<p>Text</p>", []),
]


@pytest.mark.parametrize(("change", "text", "photos"), CHANGES)
async def test_text_and_photos_are_changed_apart(desk: Cms, change: Any, text: str, photos: list[str]):
    made = await send(desk, properties={"content": ["Text"], "photo": PHOTOS[:2]})
    url = made.headers["Location"]
    assert (await send(desk, action="update", url=url, **change)).status == 204
    after = await source(desk, url)
    assert (after["content"], [each["value"] for each in after.get("photo", [])]) == ([{"html": text}], photos)


async def test_what_an_entry_is_about_and_what_it_plays_stand_in_its_text(desk: Cms):
    url = await create(
        desk, name="N", content="Text", in_reply_to="https://a.example/", audio="https://a.example/b.mp3"
    )
    (content,) = (await source(desk, url))["content"]
    assert content["html"] == (
        '<p>Text</p>\n<p><a href="https://a.example/">https://a.example/</a></p>'
        '<p><audio controls="" src="https://a.example/b.mp3"></audio></p>'
    )
    answer = {"content": ["A word more"], "in-reply-to": ["https://a.example/"]}
    assert (await send(desk, properties=answer)).headers["Location"].startswith(f"{BASE}/a-word-more")
    assert (await send(desk, properties={"like-of": ["https://a.example/"]})).status == 201


async def test_alt_texts_come_beside_the_photos(desk: Cms):
    made = await send(desk, properties={"content": ["x"], "photo": PHOTOS[:2], "mp-photo-alt": ["A", "B"]})
    assert [each["alt"] for each in (await source(desk, made.headers["Location"]))["photo"]] == ["A", "B"]


async def test_additions_at_the_same_time_are_all_kept(desk: Cms):
    url = await create(desk, content="x")
    adds = (send(desk, action="update", url=url, add={"category": [f"c{number}"]}) for number in range(6))
    assert {each.status for each in await asyncio.gather(*adds)} == {204}
    assert sorted((await source(desk, url))["category"]) == [f"c{number}" for number in range(6)]


async def test_a_new_slug_moves_the_entry(desk: Cms):
    url = await create(desk, name="Old", content="x")
    reply = await send(desk, action="update", url=url, replace={"mp-slug": ["new"]})
    assert (reply.status, reply.headers["Location"]) == (201, f"{BASE}/new/")
    assert (await send(desk, action="update", url=url, replace={"name": ["Newer"]})).status == 204
    assert (await source(desk, url))["name"] == ["Newer"], "the old URL leads to it"


async def test_an_entry_is_deleted_and_comes_back(desk: Cms):
    url = await create(desk, name="Lamp", content="x")
    for action, status in (("delete", 410), ("undelete", 200)):
        body = f"action={action}&url={url}".encode()
        assert (await desk.send("POST", "/micropub", data=body, Content_Type=FORM)).status == 204
        assert (await desk.page("/lamp/")).status == status


async def test_a_note_is_named_anew_when_its_text_is(desk: Cms):
    """It has no name of its own: neither is one shown, nor does a first text's stay above the next."""
    url = await create(desk, content="The first words")
    assert "name" not in await source(desk, url)
    assert (await send(desk, action="update", url=url, replace={"content": ["Quite another text"]})).status == 204
    assert "<h1>Quite another text</h1>" in re.sub(r"<h1[^>]*>\s*", "<h1>", (await desk.page("/the-first-words/")).text)
    named = await create(desk, name="Own", content="Text")
    assert (await send(desk, action="update", url=named, replace={"content": ["Other"]})).status == 204
    assert (await source(desk, named))["name"] == ["Own"]


NESTED = [
    ({"checkin": [{"type": ["h-card"], "properties": {"name": ["Pier <4>"], "url": ["https://a.example/4"]}}]},
     '<p><a href="https://a.example/4">Pier &lt;4&gt;</a></p>'),
    ({"checkin": [{"type": ["h-card"], "properties": {"name": ["Pier 5"]}}]}, "<p>Pier 5</p>"),
    ({"bookmark-of": [{"type": ["h-cite"], "properties": {"url": ["https://a.example/x"]}}]},
     '<p><a href="https://a.example/x">https://a.example/x</a></p>'),
    ({"checkin": [{"properties": 7}], "like-of": [{"properties": {"url": [7], "name": {}}}]}, ""),
]  # fmt: skip


@pytest.mark.parametrize(("properties", "shown"), NESTED)
async def test_what_a_nested_object_names_is_kept(desk: Cms, properties: Any, shown: str):
    made = await send(desk, properties={"name": ["N"], "content": ["Text"]} | properties)
    (content,) = (await source(desk, made.headers["Location"]))["content"]
    assert content["html"] == "\n".join(filter(None, ("<p>Text</p>", shown)))


@pytest.mark.parametrize(("path", "allowed"), [("/micropub", "GET, POST, HEAD"), ("/micropub/media", "POST")])
async def test_a_method_that_is_none_of_its_own_says_which_are(desk: Cms, path: str, allowed: str):
    reply = await desk.send("PUT", path, {})
    assert (reply.status, reply.headers["Allow"], reply.json["error"]) == (405, allowed, "invalid_request")


REPLY, FILM = "https://a.example/1", "https://a.example/film.mp4"


async def test_properties_without_a_place_of_their_own_are_given_back_as_they_were_sent(desk: Cms):
    sent = {"syndication": ["https://b.example/9"], "x-mood": [{"type": ["h-x"], "properties": {"name": ["calm"]}}]}
    made = await send(desk, properties={"name": ["N"], "content": ["Text"], "mp-syndicate-to": ["b"]} | sent)
    url = made.headers["Location"]
    assert {name: (await source(desk, url)).get(name) for name in (*sent, "mp-syndicate-to")} == sent | {
        "mp-syndicate-to": None
    }
    changes = {
        "replace": {"x-mood": ["wild"], "name": ["M"]},
        "add": {"syndication": ["https://c.example/1"], "x-new": [1]},
    }
    assert (await send(desk, action="update", url=url, **changes)).status == 204
    after = await source(desk, url)
    assert (after["name"], after["x-mood"], after["x-new"]) == (["M"], ["wild"], [1])
    assert after["syndication"] == ["https://b.example/9", "https://c.example/1"]
    asked = f"/micropub?q=source&url={url}&properties[]=syndication"
    assert (await desk.get(asked)).json == {"properties": {"syndication": after["syndication"]}}
    assert (await send(desk, action="update", url=url, delete={"syndication": ["https://b.example/9"]})).status == 204
    assert (await send(desk, action="update", url=url, delete=["x-mood", "x-new"])).status == 204
    last = await source(desk, url)
    assert {name: last.get(name) for name in ("syndication", "x-mood", "x-new")} == {
        "syndication": ["https://c.example/1"],
        "x-mood": None,
        "x-new": None,
    }
    assert last["content"] == [{"html": "<p>Text</p>"}]


async def test_what_an_update_says_that_an_entry_is_about_stands_in_its_text(desk: Cms):
    url = await create(desk, content="Text", in_reply_to=REPLY)
    assert (await send(desk, action="update", url=url, add={"video": [FILM]})).status == 204
    told = await source(desk, url)
    assert (told["in-reply-to"], told["video"]) == ([REPLY], [FILM])
    (content,) = told["content"]
    assert (content["html"].count(f'href="{REPLY}"'), content["html"].count(FILM)) == (1, 1)
    assert (await send(desk, action="update", url=url, replace={"content": ["New"]})).status == 204
    (content,) = (await source(desk, url))["content"]
    assert content["html"].startswith("<p>New</p>")
    assert (content["html"].count(f'href="{REPLY}"'), content["html"].count(FILM)) == (1, 1)
    assert (await send(desk, action="update", url=url, replace={"content": [content]})).status == 204
    assert (await source(desk, url))["content"] == [content]
    changes = {"replace": {"in-reply-to": ["https://a.example/2"]}, "delete": ["video"]}
    assert (await send(desk, action="update", url=url, **changes)).status == 204
    told = await source(desk, url)
    assert (told["in-reply-to"], "video" in told) == (["https://a.example/2"], False)
    assert told["content"] == [{"html": '<p>New</p>\n<p><a href="https://a.example/2">https://a.example/2</a></p>'}]


async def test_too_much_of_what_has_no_place_is_refused(desk: Cms):
    url = await create(desk, content="Text")
    reply = await send(desk, action="update", url=url, replace={"x-mood": ["x" * 70_000]})
    assert (reply.status, "65,536 bytes" in reply.text) == (400, True), reply.text
    assert "x-mood" not in await source(desk, url)
