"""Sections, authors, tags and files: changed without losing another's change, tags renamed, files deleted."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from publisher.desk.token import Scope
from publisher.error import NotFound
from publisher.model import Article
from publisher.store.sqlite import SqliteStore
from tests.api.cms import Cms, cms
from tests.api.test_rest import picture

TRAVEL, ADA = "/api/sections/travel", "/api/authors/ada"
NAMED = {TRAVEL: {"name": "Travel", "description": "Away"}, ADA: {"name": "Ada", "bio": "Writes."}}


async def kept(desk: Cms, path: str) -> str:
    """The ETag of a section or author that is put at a path."""
    reply = await desk.send("PUT", path, NAMED[path])
    assert reply.status == 200, reply.text
    return str(reply.headers["ETag"])


@pytest.mark.parametrize("path", NAMED)
@pytest.mark.parametrize("method", ["PUT", "PATCH"])
async def test_a_change_made_of_an_old_state_is_refused(desk: Cms, path: str, method: str):
    first = await kept(desk, path)
    assert (await desk.get(path)).headers["ETag"] == first
    reply = await desk.send(method, path, {"name": "Second"}, If_Match=first)
    assert (reply.status, reply.json["name"]) == (200, "Second")
    assert reply.headers["ETag"] != first
    late = await desk.send(method, path, {"name": "Third"}, If_Match=first)
    assert (late.status, late.json["title"]) == (412, "Precondition Failed")
    assert (await desk.get(path)).json["name"] == "Second"
    assert (await desk.send(method, path, {"name": "Third"}, If_Match="*")).status == 200
    assert (await desk.send(method, path, {"name": "Fourth"})).status == 200


@pytest.mark.parametrize("path", NAMED)
async def test_of_two_changes_of_one_state_one_is_refused(desk: Cms, path: str):
    tag = await kept(desk, path)
    names = [f"Name {number}" for number in range(8)]
    replies = await asyncio.gather(*(desk.send("PATCH", path, {"name": each}, If_Match=tag) for each in names))
    assert sorted(each.status for each in replies) == [200] + [412] * 7


@pytest.mark.parametrize("path", NAMED)
async def test_a_condition_on_what_is_not_there_never_holds(desk: Cms, path: str):
    assert (await desk.send("PUT", path, {"name": "New"}, If_Match="*")).status == 412
    assert (await desk.send("PATCH", path, {"name": "New"})).status == 404


async def test_what_a_patch_leaves_out_stays_and_what_a_put_leaves_out_goes(desk: Cms):
    await kept(desk, TRAVEL)
    changed = (await desk.send("PATCH", TRAVEL, {"position": 7})).json
    assert (changed["name"], changed["description"], changed["position"]) == ("Travel", "Away", 7)
    assert (await desk.send("PUT", TRAVEL, {"name": "Travel"})).json["description"] == ""
    await kept(desk, ADA)
    assert (await desk.send("PATCH", ADA, {"url": "https://ada.example"})).json["bio"] == "Writes."
    assert (await desk.send("PUT", ADA, {"name": "Ada"})).json["bio"] == ""


async def test_every_fault_of_a_changed_author_is_named(desk: Cms):
    await kept(desk, ADA)
    reply = await desk.send("PATCH", ADA, {"name": " ", "url": "javascript:x", "avatar": "data:x"})
    assert (reply.status, set(reply.errors)) == (422, {"/name", "/url", "/avatar"})
    assert (await desk.send("PATCH", TRAVEL, {"name": " "})).errors == {"/name": "needs a visible character"}


async def test_a_tag_is_renamed_in_all_its_articles_and_its_old_addresses_lead_to_the_new(desk: Cms):
    shown = [await desk.create(f"Piece {number}", tags=["Trains", "Night"]) for number in range(3)]
    draft = await desk.create("Draft", tags=["Trains"], status="draft")
    reply = await desk.send("PATCH", "/api/tags/trains", {"name": "Railways", "slug": "railways"})
    assert reply.json.items() >= {"slug": "railways", "name": "Railways", "articles": 3}.items()
    for made in (*shown, draft):
        now = (await desk.get(f"/api/articles/{made['id']}")).json
        assert now["tags"][0]["slug"] == "railways"
        assert (now["guid"], now["updated"]) == (made["guid"], made["updated"])
    for old, new in (("/tag/trains/", "/tag/railways/"), ("/tag/trains/feed.rss", "/tag/railways/feed.rss")):
        moved = await desk.page(old)
        assert (moved.status, moved.headers["Location"]) == (301, new)
        assert "Piece 2" in (await desk.page(new)).text
    assert (await desk.get("/api/tags/trains")).status == 404
    assert "Railways" in (await desk.page("/reviews/piece-1/")).text


async def test_a_tags_name_changes_without_its_address(desk: Cms):
    made = await desk.create(tags=["Trains"])
    reply = await desk.send("PATCH", "/api/tags/trains", {"name": "Trains & Boats"})
    assert (reply.json["slug"], reply.json["name"]) == ("trains", "Trains & Boats")
    assert (await desk.get(f"/api/articles/{made['id']}")).json["tags"][0]["name"] == "Trains & Boats"
    assert "Trains &amp; Boats" in (await desk.page("/tag/trains/")).text


async def test_a_tag_that_takes_the_name_of_another_becomes_one_with_it(desk: Cms):
    await desk.create("Both", tags=["Rail", "Trains", "Night"])
    await desk.create("One", tags=["Trains"])
    assert (await desk.send("PATCH", "/api/tags/trains", {"slug": "rail"})).json["articles"] == 2
    found = (await desk.get("/api/articles?tag=rail")).json["articles"]
    assert [[each["slug"] for each in one["tags"]] for one in found] == [["rail"], ["rail", "night"]]


async def test_two_tags_made_one_have_one_name_everywhere(desk: Cms):
    await desk.create("One", tags=["Trains"])
    await desk.create("Other", tags=["Rail"])
    draft = await desk.create("Draft", tags=["Rail"], status="draft")
    assert (await desk.send("PATCH", "/api/tags/trains", {"slug": "rail"})).json["name"] == "Rail"
    found = (await desk.get("/api/articles?tag=rail")).json["articles"]
    assert [each["tags"] for each in found] == 2 * [[{"slug": "rail", "name": "Rail"}]]
    await desk.create("Third", tags=["Trams"])
    reply = await desk.send("PATCH", "/api/tags/trams", {"slug": "rail", "name": "Railways"})
    assert (reply.json["name"], reply.json["articles"]) == ("Railways", 3)
    found = (await desk.get("/api/articles?tag=rail")).json["articles"]
    assert [each["tags"] for each in found] == 3 * [[{"slug": "rail", "name": "Railways"}]]
    assert (await desk.get(f"/api/articles/{draft['id']}")).json["tags"][0]["name"] == "Railways"


async def test_a_tag_that_is_renamed_and_back_again_answers_at_its_first_address(desk: Cms):
    await desk.create(tags=["Trains"])
    for old, new in (("trains", "rail"), ("rail", "railways"), ("railways", "trains")):
        assert (await desk.send("PATCH", f"/api/tags/{old}", {"slug": new})).status == 200
    assert (await desk.page("/tag/trains/")).status == 200
    for each in ("rail", "railways"):
        assert (await desk.page(f"/tag/{each}/")).headers["Location"] == "/tag/trains/"


async def test_a_tag_that_the_settings_name_keeps_its_slug(desk: Cms):
    await desk.create(tags=["Sponsored"])
    reply = await desk.send("PATCH", "/api/tags/sponsored", {"slug": "ads"})
    assert (reply.status, "news_exclude_tags" in reply.json["detail"]) == (409, True)
    assert (await desk.send("PATCH", "/api/tags/sponsored", {"name": "Paid for"})).status == 200


@pytest.mark.parametrize("key", ["tags", "exclude_tags"])
async def test_a_tag_that_a_feed_names_is_renamed_once_the_feed_names_both(tmp_path: Path, key: str):
    file = tmp_path / "feeds" / "rail.toml"
    file.parent.mkdir()
    file.write_text(f'title = "Rail"\n[selection]\n{key} = ["trains"]\n')
    async with cms(tmp_path) as desk:
        made = await desk.create(tags=["Trains"])
        reply = await desk.send("PATCH", "/api/tags/trains", {"slug": "railways"})
        assert reply.status == 409
        assert reply.json["detail"].startswith(f"{key} in feeds/rail.toml names 'trains': write 'railways' beside it")
        assert (await desk.get(f"/api/articles/{made['id']}")).json["tags"][0]["slug"] == "trains"
        assert (await desk.send("PATCH", "/api/tags/trains", {"name": "Rail"})).status == 200
    file.write_text(file.read_text().replace('"trains"', '"trains", "railways"'))
    async with cms(tmp_path) as desk:
        await desk.create(tags=["Trains"])
        listed = (await desk.page("/feeds/rail.json")).json["items"]
        assert (await desk.send("PATCH", "/api/tags/trains", {"slug": "railways"})).status == 200
        assert len((await desk.page("/feeds/rail.json")).json["items"]) == len(listed) == (key == "tags")


@pytest.mark.parametrize(("slug", "said"), [("Rail Ways", "must be written rail-ways"), ("!", "needs a visible")])
async def test_a_tags_slug_must_be_one(desk: Cms, slug: str, said: str):
    await desk.create(tags=["Trains"])
    reply = await desk.send("PATCH", "/api/tags/trains", {"slug": slug})
    assert (reply.status, reply.errors["/slug"][: len(said)]) == (422, said)


async def test_a_rename_made_of_an_old_state_is_refused(desk: Cms):
    await desk.create(tags=["Trains"])
    tag = (await desk.get("/api/tags/trains")).headers["ETag"]
    assert (await desk.send("PATCH", "/api/tags/trains", {"name": "Rail"}, If_Match=tag)).status == 200
    assert (await desk.send("PATCH", "/api/tags/trains", {"name": "Track"}, If_Match=tag)).status == 412


async def uploaded(desk: Cms) -> Any:
    return (await desk.send("POST", "/api/media", data=picture(), Content_Type="image/png")).json


async def test_a_file_that_nothing_shows_is_deleted(desk: Cms):
    file = await uploaded(desk)
    assert (await desk.page(file["path"])).status == 200
    assert (await desk.send("DELETE", f"/api/media/{file['sha256']}")).status == 204
    assert (await desk.page(file["path"])).status == 404
    assert (await desk.get("/api/media")).json["media"] == []
    assert (await desk.send("DELETE", f"/api/media/{file['sha256']}")).status == 404
    assert (await uploaded(desk))["path"] == file["path"]


SHOWING = {
    "as its hero": lambda path: {"hero": {"src": path}},
    "in its text": lambda path: {"html": f'<p>A <a href="{path}">plan</a></p>'},
    "in a draft": lambda path: {"html": f'<img src="{path}" alt="">', "status": "draft"},
    "as its author's portrait": lambda path: {"authors": [{"name": "Ada", "avatar": path}]},
}


@pytest.mark.parametrize("where", SHOWING)
async def test_a_file_that_an_article_shows_stays(desk: Cms, where: str):
    file = await uploaded(desk)
    made = await desk.create(**SHOWING[where](file["path"]))
    reply = await desk.send("DELETE", f"/api/media/{file['sha256']}")
    assert (reply.status, f"article {made['id']} " in reply.json["detail"]) == (409, True), reply.text
    assert (await desk.page(file["path"])).status == 200


async def test_a_file_that_is_the_portrait_of_an_author_without_articles_stays(desk: Cms):
    file = await uploaded(desk)
    await desk.send("PUT", ADA, {"name": "Ada", "avatar": file["path"]})
    reply = await desk.send("DELETE", f"/api/media/{file['sha256']}")
    assert (reply.status, "portrait of author 'ada'" in reply.json["detail"]) == (409, True), reply.text
    await desk.send("PATCH", ADA, {"avatar": ""})
    assert (await desk.send("DELETE", f"/api/media/{file['sha256']}")).status == 204


async def test_a_file_that_a_redirect_leads_to_stays(desk: Cms):
    file = await uploaded(desk)
    await desk.send("POST", "/api/redirects", {"path": "/plan.png", "target": file["path"]})
    reply = await desk.send("DELETE", f"/api/media/{file['sha256']}")
    assert (reply.status, "redirect from /plan.png" in reply.json["detail"]) == (409, True), reply.text


CONFIGURED = {
    "as the site's logo": ("site.toml", 'logo = "{}"', "settings"),
    "as a feed's image": ("feeds/rail.toml", 'image = "{}"', "feeds/rail.toml"),
}


@pytest.mark.parametrize("where", CONFIGURED)
async def test_a_file_that_the_site_is_configured_to_show_stays(tmp_path: Path, where: str):
    name, line, said = CONFIGURED[where]
    store = SqliteStore(tmp_path)
    async with cms(tmp_path, store) as desk:
        file = await uploaded(desk)
    (tmp_path / name).parent.mkdir(exist_ok=True)
    (tmp_path / name).write_text(line.format(file["path"]))
    async with cms(tmp_path, store) as desk:
        reply = await desk.send("DELETE", f"/api/media/{file['sha256']}")
        assert (reply.status, said in reply.json["detail"]) == (409, True), reply.text


async def test_a_file_that_an_article_comes_to_show_while_all_are_looked_through_stays(
    desk: Cms, monkeypatch: pytest.MonkeyPatch
):
    file, made, store = await uploaded(desk), await desk.create(), desk.house.store
    look_through = store.every

    async def every(after_id: int = 0) -> AsyncIterator[Article]:
        async for article in look_through(after_id):
            yield article
        await desk.send("PATCH", f"/api/articles/{made['id']}", {"hero": {"src": file["path"]}}, If_Match="*")

    monkeypatch.setattr(store, "every", every)
    assert (await desk.send("DELETE", f"/api/media/{file['sha256']}")).status == 409
    assert (await desk.page(file["path"])).status == 200


async def test_a_description_made_of_an_old_state_is_refused(desk: Cms):
    path = f"/api/media/{(await uploaded(desk))['sha256']}"
    tag = (await desk.get(path)).headers["ETag"]
    assert (await desk.send("PATCH", path, {"alt": "A lamp"}, If_Match=tag)).status == 200
    assert (await desk.send("PATCH", path, {"alt": "A light"}, If_Match=tag)).status == 412
    assert (await desk.send("DELETE", path, If_Match=tag)).status == 412
    assert (await desk.get(path)).json["alt"] == "A lamp"


async def test_who_may_only_upload_and_write_deletes_nothing(desk: Cms):
    file = await uploaded(desk)
    token = await desk.token(Scope.MEDIA, Scope.WRITE)
    assert (await desk.send("DELETE", f"/api/media/{file['sha256']}", token=token)).status == 403
    assert (await desk.send("PATCH", "/api/tags/x", {"name": "X"}, token=token)).status == 403


async def test_wordpress_clients_delete_files_by_force(desk: Cms):
    file = await uploaded(desk)
    (row,) = (await desk.get("/wp-json/wp/v2/media")).json
    assert (await desk.send("DELETE", f"/wp-json/wp/v2/media/{row['id']}")).json["code"] == "rest_trash_not_supported"
    made = await desk.create(hero={"src": file["path"]})
    assert (await desk.send("DELETE", f"/wp-json/wp/v2/media/{row['id']}?force=true")).status == 409
    await desk.send("PATCH", f"/api/articles/{made['id']}", {"hero": None}, If_Match="*")
    assert (await desk.send("DELETE", f"/wp-json/wp/v2/media/{row['id']}?force=true")).json["deleted"] is True
    with pytest.raises(NotFound):
        await desk.house.store.media(file["sha256"])
