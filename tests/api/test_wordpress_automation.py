"""What WordPress's apps and automation (n8n, Make, Zapier, SEO tools) send beside the plain post."""

from typing import Any
from urllib.parse import quote

import pytest

from tests.api.cms import Cms
from tests.api.test_rest import picture
from tests.api.test_wordpress import POSTS, WP, post

DATES = ("date", "date_gmt", "modified", "modified_gmt")


async def tag(desk: Cms, name: str) -> Any:
    return (await desk.send("POST", f"{WP}/tags", {"name": name})).json


@pytest.mark.parametrize("status", ["draft", "pending", "private", "future"])
async def test_every_post_has_dates(desk: Cms, status: str):
    """WordPress's schema has no post without them, and clients made from it read none."""
    made = await post(desk, status=status, **({"date": "2199-01-01T00:00:00"} if status == "future" else {}))
    assert all(made[name] for name in DATES)
    elsewhere = (await desk.send("POST", "/api/articles", {"title": "No date"})).json
    shown = (await desk.get(f"{POSTS}/{elsewhere['id']}")).json
    assert [shown[name][:10] for name in DATES[1::2]] == [elsewhere["guid"].split(",")[1][:10]] * 2


async def test_a_draft_is_dated_by_its_publication(desk: Cms):
    made = await post(desk, status="draft")
    await desk.send("POST", f"{POSTS}/{made['id']}", {"status": "publish"})
    found = (await desk.get(f"/api/articles/{made['id']}")).json
    assert found["published"] is not None
    assert found["updated"] >= found["published"]


async def test_what_seo_plugins_keep_is_kept(desk: Cms):
    meta = {"_yoast_wpseo_title": "T", "rank_math_description": "D", "rank_math_robots": ["noindex"], "my_own": "x"}
    made = await post(desk, meta=meta)
    shown = {"_yoast_wpseo_title": "T", "_yoast_wpseo_metadesc": "D", "_yoast_wpseo_meta-robots-noindex": "1"}
    assert made["meta"] == shown
    changed = (await desk.send("POST", f"{POSTS}/{made['id']}", {"meta": {"_yoast_wpseo_metadesc": "E"}})).json
    assert changed["meta"] == shown | {"_yoast_wpseo_metadesc": "E"}
    page = (await desk.page("/a-lamp/")).text
    assert '<meta name="description" content="E"' in page
    assert "noindex" in page
    assert (await desk.send("POST", f"{POSTS}/{made['id']}", {"meta": {"_yoast_wpseo_title": [7]}})).status == 400
    for odd in ([], None, {"rank_math_robots": 7}):
        assert (await desk.send("POST", f"{POSTS}/{made['id']}", {"meta": odd})).status == 200, odd


WRONG = [
    ({"categories": ["News"]}, "categories: numbers are expected"),
    ({"tags": "a,b"}, "tags: numbers are expected"),
    ({"categories": [9]}, "categories: there is no category 9"),
    ({"featured_media": 9}, "featured_media: there is no"),
    ({"content": None}, "content: must be a text"),
]


@pytest.mark.parametrize(("given", "told"), WRONG)
async def test_an_argument_that_is_wrong_is_named(desk: Cms, given: Any, told: str):
    reply = await desk.send("POST", POSTS, {"title": "x"} | given)
    assert (reply.status, [*reply.json["data"]["params"]]) == (400, [*given])
    assert reply.json["message"].startswith(told)


NAMES = [
    ("attachment; filename*=UTF-8''" + quote("日 sea.jpg"), "日 sea.jpg"),
    ("attachment; filename=a.jpg; filename*=utf-8''b%20c.jpg", "b c.jpg"),
    ('form-data; name="file"; filename="x y.jpg"', "x y.jpg"),
    ("attachment", ""),
]


@pytest.mark.parametrize(("disposition", "name"), NAMES)
async def test_a_picture_has_the_name_that_its_head_says(desk: Cms, disposition: str, name: str):
    """And `image/jpg`, which is no media type, is a picture all the same: its bytes say which."""
    sent = {"Content_Type": "image/jpg", "Content_Disposition": disposition}
    made = await desk.send("POST", f"{WP}/media", data=picture(), **sent)
    assert (made.status, made.json["title"]["raw"], made.json["mime_type"]) == (201, name, "image/png")


async def test_an_upload_without_a_picture_says_where_it_belongs(desk: Cms):
    for sent in ({"Content_Type": "image/png"}, {"Content_Type": "multipart/form-data; boundary=x", "data": b"--x--"}):
        reply = await desk.send("POST", f"{WP}/media", **sent)
        assert (reply.status, reply.json["code"]) == (400, "rest_upload_no_data")


async def test_no_status_is_the_published(desk: Cms):
    await post(desk, status="draft")
    assert (await desk.get(f"{POSTS}?status=&search=&categories=&include=")).json == []


async def test_an_editor_gets_back_the_blocks_and_shortcodes_that_it_sent(desk: Cms):
    """Editors of blocks know them by their comments, which nobody else is shown."""
    sent = (
        '<!-- wp:list {"a":1} -->\n<ul><!-- wp:list-item --><li>a</li></ul>\n<!-- /wp:list -->\n\n[youtube abcdefghijk]'
    )
    made = await post(desk, content=sent)
    assert (made["content"]["raw"], made["content"]["block_version"]) == (sent, 1)
    assert "wp:" not in made["content"]["rendered"]
    assert "[youtube" not in made["content"]["rendered"]
    path = f"{POSTS}/{made['id']}"
    again = (await desk.send("POST", path, {"content": {"raw": sent}})).json
    assert again["content"] == made["content"]
    titled = (await desk.send("POST", path, {"title": "Other"})).json
    assert titled["content"] == made["content"]
    html = await desk.send("PATCH", f"/api/articles/{made['id']}", {"html": "<p>x</p>"}, If_Match="*")
    assert html.status == 200
    assert (await desk.get(f"{path}?context=edit")).json["content"]["raw"] == "<p>x</p>"


async def test_files_are_listed_by_their_type(desk: Cms):
    await desk.send("POST", f"{WP}/media", data=picture(), Content_Type="image/png")
    wanted = {"": 1, "media_type=image": 1, "media_type=video": 0, "media_type[]=video&media_type[]=image": 1}
    wanted |= {"mime_type=image/png": 1, "mime_type=image/jpeg": 0}
    for query, count in wanted.items():
        assert len((await desk.get(f"{WP}/media?{query}")).json) == count, query


async def test_an_editor_lists_the_pages_that_may_be_parents(desk: Cms):
    for title in ("Who", "About"):
        await desk.send("POST", f"{WP}/pages", {"title": title, "content": "x", "status": "publish"})
    query = "context=edit&per_page=100&status=any&orderby=menu_order&order=asc&parent_exclude=7&_fields=id,title.raw"
    assert [each["title"]["raw"] for each in (await desk.get(f"{WP}/pages?{query}")).json] == ["About", "Who"]


async def test_a_tag_is_renamed_and_goes_when_no_article_has_it(desk: Cms):
    made, other = await tag(desk, "Boats"), await tag(desk, "Cars")
    path = f"{WP}/tags/{made['id']}"
    entry = await post(desk, tags=[made["id"]])
    changed = (await desk.send("POST", path, {"name": "Ships"})).json
    assert (changed["id"], changed["name"], changed["count"]) == (made["id"], "Ships", 1)
    assert (await desk.send("DELETE", path)).json["code"] == "rest_trash_not_supported"
    refused = await desk.send("DELETE", f"{path}?force=true")
    assert (refused.status, "take it out" in refused.json["message"]) == (409, True)
    moved = (await desk.send("PUT", path, {"slug": "vessels"})).json
    assert (moved["slug"], moved["name"], moved["count"]) == ("vessels", "Ships", 1)
    assert (await desk.get(f"{POSTS}/{entry['id']}")).json["tags"] == [moved["id"]]
    assert (await desk.get(path)).status == 404
    assert (await desk.send("DELETE", f"{WP}/tags/{other['id']}?force=1")).json["deleted"] is True
    assert [each["name"] for each in (await desk.get(f"{WP}/tags")).json] == ["Ships"]
