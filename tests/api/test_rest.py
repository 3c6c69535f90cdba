"""Pictures, shelves, redirects and previews by HTTP."""

import io
import stat
from datetime import timedelta
from pathlib import Path

import aiohttp
import pytest
from PIL import Image

from publisher.date import now
from publisher.house import preview_key
from publisher.web.preview import Signer
from tests.api.cms import Cms
from tests.page.house import SENTENCES


def picture(size: tuple[int, int] = (640, 480)) -> bytes:
    made = io.BytesIO()
    Image.new("RGB", size, "teal").save(made, "PNG")
    return made.getvalue()


async def test_a_picture_is_uploaded_and_stands_in_an_article(desk: Cms):
    reply = await desk.send(
        "POST", "/api/media?alt=A+lamp&credit=Ada", data=picture(), Content_Type="image/png",
        Content_Disposition='attachment; filename="../../lamp.png"',
    )  # fmt: skip
    assert reply.status == 201
    shown = reply.json
    assert (shown["name"], shown["alt"], shown["credit"]) == ("lamp.png", "A lamp", "Ada")
    assert (shown["width"], shown["height"], shown["media_type"]) == (640, 480, "image/png")
    made = await desk.create(hero={"src": shown["path"]})
    assert (made["hero"]["alt"], made["hero"]["width"]) == ("A lamp", 640)
    assert (await desk.page(shown["path"])).headers["Content-Type"] == "image/png"
    assert (await desk.get(reply.headers["Location"])).json == shown


async def test_a_form_carries_a_picture_and_what_it_shows(desk: Cms):
    form = aiohttp.FormData()
    form.add_field("alt", "A lamp")
    form.add_field("file", picture(), filename="lamp.png", content_type="image/png")
    reply = await desk.send("POST", "/api/media", data=form)
    assert (reply.status, reply.json["alt"], reply.json["name"]) == (201, "A lamp", "lamp.png")


async def test_the_same_picture_again_is_the_same_file(desk: Cms):
    first, again = [
        (await desk.send("POST", "/api/media", data=picture(), Content_Type="image/png")).json["path"] for _ in "ab"
    ]
    assert first == again


async def test_files_are_listed_and_described(desk: Cms):
    first, second = [
        (await desk.send("POST", "/api/media", data=picture(size), Content_Type="image/png")).json
        for size in ((64, 64), (65, 65))
    ]
    newest = (await desk.get("/api/media?limit=1")).json
    assert newest["media"] == [second]
    assert (await desk.get(f"/api/media?limit=1&cursor={newest['next']}")).json == {"media": [first], "next": None}
    path = f"/api/media/{first['sha256']}"
    changed = await desk.send("PATCH", path, {"alt": "A lamp", "focal": [0.5, 0.25]})
    assert changed.json == first | {"alt": "A lamp", "focal": [0.5, 0.25]}
    assert (await desk.send("PATCH", path, {"focal": None})).json["alt"] == "A lamp"
    assert (await desk.send("PATCH", f"/api/media/{'0' * 64}", {"alt": "x"})).status == 404
    assert set((await desk.send("PATCH", path, {"bytes": 7})).errors) == {"/bytes"}


@pytest.mark.parametrize("content", [b"", b"<svg onload='alert(1)'/>", b"GIF89a", b"<script>alert(1)</script>" * 100])
async def test_d16_what_is_no_picture_is_refused(desk: Cms, content: bytes):
    reply = await desk.send("POST", "/api/media", data=content, Content_Type="application/octet-stream")
    assert reply.status == 422


@pytest.mark.parametrize(
    "body", [b"", b"--x", b"--x\r\n\r\n", b"--x\r\nContent-Disposition: form-data; name=alt\r\n\r\nA\r\n--x--\r\n"]
)
async def test_a_form_without_a_file_is_refused(desk: Cms, body: bytes):
    reply = await desk.send("POST", "/api/media", data=body, Content_Type="multipart/form-data; boundary=x")
    assert reply.status in (400, 422)


async def test_a_picture_over_the_limit_is_refused(desk: Cms):
    reply = await desk.send("POST", "/api/media", data=b"x" * 10_000_001, Content_Type="image/png")
    assert reply.status == 413


async def test_a_section_is_made_and_renamed(desk: Cms):
    reply = await desk.send("PUT", "/api/sections/travel", {"name": "Travel", "description": "Where to go"})
    assert (reply.status, reply.json["url"]) == (200, "https://example.org/travel/")
    await desk.create(section="travel")
    await desk.send("PUT", "/api/sections/travel", {"name": "Journeys"})
    assert "Journeys" in (await desk.page("/travel/")).text
    assert [each["name"] for each in (await desk.get("/api/sections")).json["sections"]] == ["Journeys"]
    assert (await desk.get("/api/sections/travel")).json["articles"] == 1


async def test_a_section_given_by_its_slug_is_called_by_its_words(desk: Cms):
    await desk.create(section="whats-on")
    await desk.create(section="Film & Stage")
    names = [each["name"] for each in (await desk.get("/api/sections")).json["sections"]]
    assert sorted(names) == ["Film & Stage", "Whats on"]


@pytest.mark.parametrize(("slug", "status"), [("feeds", 422), ("Travel", 422), ("%2e%2e", 404), ("sitemap.xml", 422)])
async def test_a_section_can_not_take_the_services_names(desk: Cms, slug: str, status: int):
    assert (await desk.send("PUT", f"/api/sections/{slug}", {"name": "X"})).status == status


async def test_an_author_is_described(desk: Cms):
    reply = await desk.send("PUT", "/api/authors/ada-bell", {"name": "Ada Bell", "bio": "Writes."})
    assert reply.status == 200
    made = await desk.create(authors=["Ada Bell"])
    assert made["authors"][0]["bio"] == "Writes."
    assert (await desk.get("/api/authors/ada-bell")).json["articles"] == 1
    assert len((await desk.get("/api/authors")).json["authors"]) == 1
    wrong = await desk.send("PUT", "/api/authors/bo", {"name": " ", "url": "javascript:x", "avatar": "data:x"})
    assert set(wrong.errors) == {"/name", "/url", "/avatar"}


async def test_what_no_article_has_can_go(desk: Cms):
    await desk.send("PUT", "/api/sections/travel", {"name": "Travel"})
    made = await desk.create(section="travel", authors=["Ada Bell"])
    for path in ("/api/sections/travel", "/api/authors/ada-bell"):
        assert (await desk.send("DELETE", path)).status == 409
    await desk.send("PATCH", f"/api/articles/{made['id']}", {"section": None, "authors": []}, If_Match="*")
    for path in ("/api/sections/travel", "/api/authors/ada-bell"):
        assert (await desk.send("DELETE", path)).status == 204
        assert (await desk.send("DELETE", path)).status == 404
    assert (await desk.page("/travel/")).status == 404


async def test_tags_are_counted_page_by_page(desk: Cms):
    await desk.create(tags=["a", "b", "c"])
    first = (await desk.get("/api/tags?limit=2")).json
    rest = (await desk.get(f"/api/tags?limit=2&cursor={first['next']}")).json
    assert [each["slug"] for each in first["tags"] + rest["tags"]] == ["a", "b", "c"]
    assert rest["next"] is None
    assert (await desk.get("/api/tags/a")).json["articles"] == 1
    assert (await desk.get("/api/tags/zz")).status == 404


async def test_a_redirect_leads_on_and_never_in_circles(desk: Cms):
    made = await desk.create()
    reply = await desk.send("POST", "/api/redirects", {"path": "/old/", "target": made["path"]})
    assert reply.status == 201
    old = await desk.page("/old/")
    assert (old.status, old.headers["Location"]) == (301, made["path"])
    assert (await desk.send("POST", "/api/redirects", {"path": made["path"], "target": "/old/"})).status == 409
    assert (await desk.get("/api/redirects")).json["redirects"] == [reply.json]


async def test_a_redirect_is_found_by_its_path_and_removed(desk: Cms):
    made = await desk.create()
    row = {"path": "/old/", "target": made["path"]}
    await desk.send("POST", "/api/redirects", row)
    assert (await desk.get("/api/redirects?path=/old/")).json == {"redirects": [row], "next": None}
    assert (await desk.get(f"/api/redirects?path={made['path']}")).json["redirects"] == []
    assert (await desk.page("/old/")).status == 301
    assert (await desk.send("DELETE", "/api/redirects")).status == 422
    assert (await desk.send("DELETE", "/api/redirects?path=/old/")).status == 204
    assert (await desk.page("/old/")).status == 404
    assert (await desk.send("DELETE", "/api/redirects?path=/old/")).status == 404


@pytest.mark.parametrize("target", ["https://evil.example/", "//evil.example", "javascript:x", "/a\r\nX: y", "old"])
async def test_d19_a_redirect_leads_to_own_paths_only(desk: Cms, target: str):
    reply = await desk.send("POST", "/api/redirects", {"path": "/old/", "target": target})
    if reply.status == 201:
        location = (await desk.page("/old/")).headers["Location"]
        assert location.startswith("/")
        assert not location.startswith("//")
    else:
        assert reply.status == 422


async def test_a_draft_can_be_read_by_whoever_has_the_link(desk: Cms):
    draft = await desk.create("Secret lamp", status="draft", html="<p>Not yet.</p>")
    links = (await desk.get(f"/api/articles/{draft['id']}/preview")).json
    assert (await desk.page(draft["path"])).status == 404
    path = links["url"].removeprefix("https://example.org")
    page = await desk.page(path)
    assert page.status == 200
    assert "<p>Not yet.</p>" in page.text
    assert page.headers["Cache-Control"] == "no-store"
    assert "noindex" in page.headers["X-Robots-Tag"]
    assert (await desk.page(draft["path"])).status == 404, "a preview publishes nothing"


async def test_a_story_can_be_previewed_too(desk: Cms):
    draft = await desk.create("Slow train", status="draft", html="".join(f"<p>{each}</p>" for each in SENTENCES))
    links = (await desk.get(f"/api/articles/{draft['id']}/preview")).json
    reply = await desk.page(links["story_url"].removeprefix("https://example.org"))
    assert reply.status == 200
    assert "Slow train" in reply.text
    thin = await desk.create("Thin", status="draft")
    links = (await desk.get(f"/api/articles/{thin['id']}/preview")).json
    assert (await desk.page(links["story_url"].removeprefix("https://example.org"))).status == 404


async def test_a_link_opens_its_own_article_until_it_expires(desk: Cms):
    draft, other = await desk.create(status="draft"), await desk.create(status="draft")
    path = (await desk.get(f"/api/articles/{draft['id']}/preview")).json["url"].removeprefix("https://example.org")
    signer = Signer(preview_key(desk.house.folder))
    expired = signer.path(draft["id"], "page", now() - timedelta(seconds=1))
    wrong = [
        path.replace(f"/{draft['id']}?", f"/{other['id']}?"), path[:-1] + ("0" if path[-1] != "0" else "1"),
        path.replace("/page/", "/story/"), path.partition("?")[0], path.replace("expires=1", "expires=2"),
        path.replace("expires=", "expires=-"), path + "%C3%A9",
    ]  # fmt: skip
    for each in wrong:
        assert (await desk.page(each)).status == 404, each
    assert (await desk.page(expired)).status == 410


def test_the_key_is_made_once_for_its_owner_only(tmp_path: Path):
    key = preview_key(tmp_path)
    assert len(key) == 32
    assert preview_key(tmp_path) == key
    assert stat.S_IMODE((tmp_path / "preview.key").stat().st_mode) == 0o600
    assert [each.name for each in tmp_path.iterdir()] == ["preview.key"]
