"""Stories by HTTP: read as they are composed, changed, reset, and written from scratch."""

import pytest

from tests.api.cms import Cms
from tests.page.house import SENTENCES

LONG = "".join(f"<p>{each}</p>" for each in SENTENCES)
PAGES = [{"heading": f"Page {number}", "text": "A line that says enough to be read."} for number in range(5)]


async def test_a_story_is_read_as_it_is_told(desk: Cms):
    made = await desk.create("Slow train", html=LONG)
    reply = await desk.get(f"/api/stories/{made['id']}")
    assert (reply.status, reply.headers["ETag"]) == (200, '"1"')
    shown = reply.json
    assert (shown["title"], shown["missing"], shown["overrides"]["pages"]) == ("Slow train", None, [])
    assert shown["url"] == made["story_url"]
    assert len(shown["pages"]) >= 4
    assert shown["pages"][0]["role"] == "cover"
    for name in ("url", "player_url", "reading_url"):
        assert (await desk.page(shown[name].removeprefix("https://example.org"))).status == 200


async def test_a_thin_article_says_why_it_has_no_story(desk: Cms):
    made = await desk.create("Thin")
    shown = (await desk.get(f"/api/stories/{made['id']}")).json
    assert "passages" in shown["missing"]
    assert (shown["pages"], shown["url"]) == ([], None)


async def test_an_editor_changes_a_story_and_takes_it_back(desk: Cms):
    made = await desk.create("Slow train", html=LONG)
    path = f"/api/stories/{made['id']}"
    before = (await desk.get(path)).json
    page = before["pages"][1]["id"]
    change = {
        "title": "Night train",
        "design": "travel",
        "edits": {page: {"text": "By night everything is slower here."}},
    }
    assert (await desk.send("PUT", path, change)).status == 428
    dry = await desk.send("PUT", f"{path}?dry_run=1", change, If_Match='"1"')
    assert (dry.json["title"], (await desk.get(path)).json) == ("Night train", before)
    reply = await desk.send("PUT", path, change, If_Match='"1"')
    assert (reply.status, reply.json["title"], reply.json["design"]) == (200, "Night train", "travel")
    player = before["player_url"].removeprefix("https://example.org")
    assert "By night everything is slower here." in (await desk.page(player)).text
    assert (await desk.send("PUT", path, {}, If_Match='"1"')).status == 412
    article = (await desk.get(f"/api/articles/{made['id']}")).json
    assert (article["updated"], set(article["extra"])) == (made["updated"], {"story"})
    assert (await desk.send("DELETE", path, If_Match="*")).json["pages"] == before["pages"]
    assert "By night" not in (await desk.page(player)).text


async def test_a_story_is_written_from_scratch(desk: Cms):
    body = {"article": {"title": "Five lamps", "status": "published"}, "story": {"pages": PAGES}}
    dry = await desk.send("POST", "/api/stories?dry_run=1", body)
    assert (dry.status, dry.json["id"]) == (200, 0)
    first, again = [await desk.send("POST", "/api/stories", body, Idempotency_Key="k") for _ in "ab"]
    assert (first.status, first.json) == (201, again.json)
    assert [each["text"] for each in first.json["pages"]][1].startswith("Page 1")
    assert (await desk.page(first.json["url"].removeprefix("https://example.org"))).status == 200
    assert [each["id"] for each in (await desk.get("/api/stories")).json["stories"]] == [first.json["id"]]


async def test_stories_are_listed_page_by_page(desk: Cms):
    made = [(await desk.create(f"Train {number}", html=LONG))["id"] for number in range(3)]
    await desk.create("Thin")
    seen, cursor = [], ""
    while cursor is not None:
        page = (await desk.get(f"/api/stories?limit=2&cursor={cursor}")).json
        seen += [each["id"] for each in page["stories"]]
        cursor = page["next"]
    assert seen == made[::-1]


@pytest.mark.parametrize(
    ("story", "pointer"),
    [
        ({"outlink": "javascript:alert(1)"}, "/extra/story/outlink"),
        ({"outlink": "//evil.example"}, "/extra/story/outlink"),
        ({"poster": "data:x"}, "/extra/story/poster"), ({"colour": 1}, "/extra/story"), (7, "/extra/story"),
        ({"pages": [{"picture": "file:///etc/passwd"}]}, "/extra/story/pages/0/picture"),
        ({"edits": {"p/1": {"picture": "javascript:x"}}}, "/extra/story/edits/p~11/picture"),
    ],
)  # fmt: skip
async def test_changes_that_no_story_can_have_are_refused_with_their_place(desk: Cms, story: object, pointer: str):
    reply = await desk.send("POST", "/api/articles", {"title": "x", "extra": {"story": story}})
    assert set(reply.errors) == {pointer}
    if isinstance(story, dict) and "colour" not in story:
        made = await desk.create()
        reply = await desk.send("PUT", f"/api/stories/{made['id']}", story, If_Match="*")
        assert set(reply.errors) == {pointer.removeprefix("/extra/story")}
