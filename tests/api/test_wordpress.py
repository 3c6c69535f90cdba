"""What WordPress's clients rely on: two kinds of addresses, contexts, chosen fields, terms that exist, the trash."""

import base64
from hashlib import sha256
from typing import Any

import pytest

from publisher.desk.token import Scope
from publisher.model import Media
from publisher.web.guard import FAILURES
from tests.api.cms import Cms, Reply
from tests.api.test_rest import picture

WP = "/wp-json/wp/v2"
POSTS = f"{WP}/posts"


async def post(desk: Cms, title: str = "A lamp", **fields: Any) -> Any:
    reply = await desk.send("POST", POSTS, {"title": title, "content": "Light.", "status": "publish"} | fields)
    assert reply.status == 201, reply.text
    return reply.json


def titles(reply: Reply) -> list[str]:
    assert reply.status == 200, reply.text
    return [each["title"]["rendered"] for each in reply.json]


async def test_the_index_is_open_and_says_how_to_come_in(desk: Cms):
    index = (await desk.page("/wp-json/")).json
    assert index["namespaces"] == ["wp/v2"]
    approve = index["authentication"]["application-passwords"]["endpoints"]["authorization"]
    assert "publisher token create" in (await desk.page(approve.removeprefix("https://example.org"))).text
    assert "POST" in index["routes"]["/wp/v2/posts"]["methods"]
    assert "/wp/v2/posts/(?P<id>[0-9]+)" in index["routes"]
    for path in (WP, "/wp-json", "/?rest_route=/", "/?rest_route=/wp/v2"):
        assert (await desk.page(path)).status == 200, path


async def test_any_name_and_the_token_are_an_application_password(desk: Cms):
    spaced = " ".join(desk.secret[at : at + 4] for at in range(0, len(desk.secret), 4))
    for password in (desk.secret, spaced):
        basic = base64.b64encode(f"editor:{password}".encode()).decode()
        reply = await desk.get(f"{WP}/users/me?context=edit", token="", Authorization=f"Basic {basic}")
        assert (reply.status, reply.json["name"], reply.json["capabilities"]["publish_posts"]) == (200, "cms", True)


async def test_every_route_has_a_second_address(desk: Cms):
    made = await desk.send("POST", "/?rest_route=/wp/v2/posts", {"title": "A lamp", "status": "publish"})
    assert made.status == 201
    for path in (
        f"/?rest_route=/wp/v2/posts/{made.json['id']}",
        f"/index.php?rest_route=%2Fwp%2Fv2%2Fposts%2F{made.json['id']}",
    ):
        assert (await desk.get(path)).json["id"] == made.json["id"]
    await post(desk)
    page = await desk.get("/?rest_route=/wp/v2/posts&per_page=1")
    assert (page.headers["X-WP-Total"], page.headers["X-WP-TotalPages"]) == ("2", "2")
    assert page.headers["Link"] == '<https://example.org/wp-json/wp/v2/posts?per_page=1&page=2>; rel="next"'
    assert (await desk.page("/")).text.startswith("<!doctype html>")


async def test_raw_texts_are_for_editing(desk: Cms):
    made = await post(desk, "Salt & <b>pepper</b>")
    path = f"{POSTS}/{made['id']}"
    assert "raw" not in (await desk.get(path)).json["title"]
    edit = (await desk.get(f"{path}?context=edit")).json
    assert edit["title"] == {"raw": "Salt & pepper", "rendered": "Salt &amp; pepper"}
    assert edit["content"]["raw"]
    assert made["title"]["raw"] == "Salt & pepper"


async def test_a_text_that_no_client_wrote_survives_being_saved_by_one(desk: Cms):
    markdown = "# Boats\n\nSome *light*:\n\n- one\n- two\n\n```\na [b]\n\nc\n```\n"
    made = await desk.send("POST", "/api/articles", {"title": "A lamp", "markdown": markdown})
    address = f"{POSTS}/{made.json['id']}"
    raw = (await desk.send("GET", f"{address}?context=edit")).json["content"]["raw"]
    assert (await desk.send("POST", address, {"content": raw})).status == 200
    after = (await desk.send("GET", f"/api/articles/{made.json['id']}")).json
    assert "".join(after["html"].split()) == "".join(made.json["html"].split())


async def test_a_client_chooses_fields(desk: Cms):
    made = await post(desk)
    reply = await desk.get(f"{POSTS}/{made['id']}?_fields=id,title.rendered,_links.self")
    assert reply.json == {
        "id": made["id"], "title": {"rendered": "A lamp"}, "_links": {"self": made["_links"]["self"]},
    }  # fmt: skip
    assert (await desk.get(f"{POSTS}?_fields[]=id&_fields[]=slug")).json == [{"id": made["id"], "slug": "a-lamp"}]


async def test_what_a_post_refers_to_can_come_along(desk: Cms):
    file = (await desk.send("POST", f"{WP}/media", data=picture(), Content_Type="image/png")).json
    category = (await desk.send("POST", f"{WP}/categories", {"name": "Travel"})).json
    made = await post(desk, categories=[category["id"]], featured_media=file["id"])
    embedded = (await desk.get(f"{POSTS}/{made['id']}?_embed=1")).json["_embedded"]
    assert embedded["wp:featuredmedia"][0]["source_url"] == file["source_url"]
    assert embedded["wp:term"][0][0]["name"] == "Travel"


@pytest.mark.parametrize(
    ("given", "shown", "status"),
    [
        ("draft", "draft", 404), ("pending", "pending", 404), ("private", "private", 404), ("publish", "publish", 200),
        ("future", "publish", 200), ("auto-draft", "draft", 404),
    ],
)  # fmt: skip
async def test_a_status_comes_back_and_decides_who_reads(desk: Cms, given: str, shown: str, status: int):
    made = await post(desk, status=given)
    assert (made["status"], (await desk.page("/a-lamp/")).status) == (shown, status)
    assert titles(await desk.get(f"{POSTS}?status={shown}")) == ["A lamp"]
    assert titles(await desk.get(f"{POSTS}?status=any")) == ["A lamp"]
    others = {"draft", "pending", "private", "publish"} - {shown}
    assert titles(await desk.get(f"{POSTS}?status={','.join(others)}")) == []
    published = await desk.send("POST", f"{POSTS}/{made['id']}", {"status": "publish"})
    assert published.json["status"] == "publish"
    assert (await desk.get(f"/api/articles/{made['id']}")).json["extra"] == {}


async def test_a_date_in_the_future_schedules(desk: Cms):
    made = await post(desk, date_gmt="2036-11-23T10:00:00")
    assert (made["status"], made["date_gmt"]) == ("future", "2036-11-23T10:00:00")
    moved = await desk.send("POST", f"{POSTS}/{made['id']}", {"date": "2020-01-02T03:04:05", "status": "publish"})
    assert (moved.json["status"], moved.json["date"]) == ("publish", "2020-01-02T03:04:05")


async def test_the_trash_gives_back_and_force_does_not(desk: Cms):
    made = await post(desk)
    path = f"{POSTS}/{made['id']}"
    assert (await desk.send("DELETE", path)).json["status"] == "trash"
    again = await desk.send("DELETE", path)
    assert (again.status, again.json["code"]) == (410, "rest_already_trashed")
    assert titles(await desk.get(f"{POSTS}?status=trash")) == ["A lamp"]
    assert (await desk.send("POST", path, {"status": "publish"})).json["status"] == "publish"
    gone = (await desk.send("DELETE", f"{path}?force=true")).json
    assert (gone["deleted"], gone["previous"]["status"]) == (True, "publish")
    for method in ("GET", "POST", "DELETE"):
        reply = await desk.send(method, path)
        assert (reply.status, reply.json["code"]) == (404, "rest_post_invalid_id")
    assert titles(await desk.get(f"{POSTS}?status=any")) == titles(await desk.get(f"{POSTS}?status=trash")) == []
    assert (await desk.page("/a-lamp/")).status == 410


async def test_lists_are_ordered_and_chosen(desk: Cms):
    made = [await post(desk, name, date=f"2026-11-0{day}T10:00:00") for name, day in (("B", 3), ("C", 1), ("A", 2))]
    ids = [each["id"] for each in made]
    asked = {
        "": "BAC", "order=asc": "CAB", "order=asc&per_page=2": "CA", "order=asc&per_page=2&page=2": "B",
        "orderby=title&order=asc": "ABC", "orderby=id": "ACB", "orderby=modified": "BAC", "offset=1": "AC",
        f"include={ids[1]},{ids[0]}&orderby=include": "CB", f"exclude={ids[0]}": "AC", "slug=c,a": "AC",
        "after=2026-11-02T00:00:00": "BA", "before=2026-11-02T00:00:00": "C", "search=b": "B",
        "status=publish,draft": "BAC",
        f"include[]={ids[2]}&include[]={ids[1]}": "AC", "sticky=true": "", "per_page=1&page=3": "C",
    }  # fmt: skip
    for query, expected in asked.items():
        assert "".join(titles(await desk.get(f"{POSTS}?{query}"))) == expected, query
    beyond = await desk.get(f"{POSTS}?page=9")
    assert (beyond.status, beyond.json["code"]) == (400, "rest_post_invalid_page_number")
    assert (await desk.send("HEAD", POSTS)).headers["X-WP-Total"] == "3"


async def test_lists_are_filtered_by_terms_and_authors(desk: Cms):
    travel = (await desk.send("POST", f"{WP}/categories", {"name": "Travel"})).json["id"]
    night = (await desk.send("POST", f"{WP}/tags", {"name": "Night"})).json["id"]
    await post(desk, "One", categories=[travel], tags=[night])
    await post(desk, "Two")
    await desk.create("Three", authors=["Ada Bell"])
    ada = next(each["id"] for each in (await desk.get(f"{WP}/users")).json if each["slug"] == "ada-bell")
    me = (await desk.get(f"{WP}/users/me")).json["id"]
    asked = {
        f"categories={travel}": ["One"], f"tags={night}": ["One"], f"categories_exclude={travel}": ["Three", "Two"],
        f"tags_exclude={night}": ["Three", "Two"], f"author={ada}": ["Three"], f"author={me}": ["Three", "Two", "One"],
        "author=7": [], f"tags={night}&status=any": ["One"],
    }  # fmt: skip
    for query, expected in asked.items():
        assert sorted(titles(await desk.get(f"{POSTS}?{query}"))) == sorted(expected), query
    assert (await post(desk, "Four", author=ada))["author"] == ada
    assert (await desk.get(f"{WP}/users/{ada}")).json["name"] == "Ada Bell"


async def test_categories_that_are_added_keep_the_tags(desk: Cms):
    numbers = [
        (await desk.send("POST", f"{WP}/{kind}", {"name": name})).json["id"]
        for kind, name in (("categories", "Alpha"), ("categories", "Beta"), ("tags", "Night"))
    ]
    made = await post(desk, categories=numbers[:1], tags=numbers[2:])
    after = (await desk.send("POST", f"{POSTS}/{made['id']}", {"categories": numbers[:2]})).json
    assert (after["categories"], after["tags"]) == (numbers[:1], numbers[1:])


async def test_a_number_that_names_nothing_is_an_argument_that_is_wrong(desk: Cms):
    await post(desk)
    for wrong in ({"categories": [9]}, {"tags": [9]}, {"featured_media": 9}):
        reply = await desk.send("POST", POSTS, {"title": "x"} | wrong)
        assert (reply.status, reply.json["code"]) == (400, "rest_invalid_param"), wrong
    for query in ("categories=9", "tags=9", "categories=9&status=any"):
        assert titles(await desk.get(f"{POSTS}?{query}")) == [], query
    assert titles(await desk.get(f"{POSTS}?categories_exclude=9&tags_exclude=9")) == ["A lamp"]


async def test_a_text_is_shown_as_wordpress_would(desk: Cms):
    text = '[caption align="alignleft"]<img src="https://a.example/b.jpg"> Sea[/caption]\n\nhttps://vimeo.com/12345'
    made = await post(desk, content=text)
    assert made["content"]["rendered"] == (
        '<figure class="alignleft"><img src="https://a.example/b.jpg" alt="" /><figcaption>Sea</figcaption></figure>\n'
        '<p><a class="embed" href="https://vimeo.com/12345">Vimeo</a></p>'
    )


async def test_the_next_page_keeps_lists_among_the_arguments(desk: Cms):
    await post(desk), await post(desk, status="draft")
    page = await desk.get(f"{POSTS}?status[]=draft&status[]=publish&per_page=1")
    assert "status%5B%5D=draft&status%5B%5D=publish&per_page=1&page=2" in page.headers["Link"]


async def test_a_term_that_is_there_already_tells_its_number(desk: Cms):
    for path in (f"{WP}/categories", f"{WP}/tags"):
        first = await desk.send("POST", path, {"name": "Night Trains"})
        again = await desk.send("POST", path, {"name": "Night Trains"})
        assert (first.status, again.status, again.json["code"]) == (201, 400, "term_exists")
        assert again.json["data"]["term_id"] == first.json["id"]
        assert [each["id"] for each in (await desk.get(f"{path}?search=night")).json] == [first.json["id"]]
        assert (await desk.get(f"{path}/{first.json['id']}")).json["slug"] == "night-trains"


async def test_a_category_is_renamed_and_goes_when_it_is_empty(desk: Cms):
    made = (await desk.send("POST", f"{WP}/categories", {"name": "Travel", "description": "Where"})).json
    path = f"{WP}/categories/{made['id']}"
    changed = (await desk.send("PUT", path, {"name": "Journeys"})).json
    assert (changed["name"], changed["description"], changed["slug"]) == ("Journeys", "Where", "travel")
    assert (await desk.send("DELETE", path)).json["code"] == "rest_trash_not_supported"
    assert (await desk.send("DELETE", f"{path}?force=true")).json["deleted"] is True
    assert (await desk.get(path)).json["code"] == "rest_term_invalid"


async def test_forms_speak_phps_brackets(desk: Cms):
    ids = [(await desk.send("POST", f"{WP}/tags", {"name": name})).json["id"] for name in ("One", "Two")]
    body = f"title[raw]=A+lamp&content=x&status=publish&tags[]={ids[0]}&tags[]={ids[1]}".encode()
    reply = await desk.send("POST", POSTS, data=body, Content_Type="application/x-www-form-urlencoded")
    assert (reply.status, reply.json["title"]["raw"], sorted(reply.json["tags"])) == (201, "A lamp", sorted(ids))
    path = f"{POSTS}/{reply.json['id']}"
    other = await desk.send("POST", path, {"title": "B"}, X_HTTP_Method_Override="PATCH")
    assert other.json["title"]["raw"] == "B"
    assert (await desk.send("POST", f"{path}?_method=DELETE")).json["status"] == "trash"


async def test_a_picture_is_found_and_described_by_its_number(desk: Cms):
    sent = {"Content_Type": "image/png", "Content_Disposition": "attachment; filename=lamp.png"}
    made = await desk.send("POST", f"{WP}/media", data=picture(), **sent)
    assert (made.status, made.json["title"]["raw"], made.json["media_type"]) == (201, "lamp.png", "image")
    path = made.headers["Location"].removeprefix("https://example.org")
    assert (await desk.get(f"{path}?context=edit")).json == made.json
    changed = await desk.send("POST", path, {"alt_text": "A lamp", "caption": {"raw": "On & on"}, "title": "Lamp"})
    assert (changed.json["alt_text"], changed.json["caption"]["rendered"]) == ("A lamp", "On &amp; on")
    assert [each["id"] for each in (await desk.get(f"{WP}/media?search=lamp")).json] == [made.json["id"]]
    for id in (7, 999_999_999_999_999):
        assert (await desk.get(f"{WP}/media/{id}")).json["code"] == "rest_post_invalid_id"
    assert (await desk.send("POST", f"{WP}/media", data=b"x", Content_Type="text/plain")).status == 415


async def test_an_editor_that_saves_by_itself_finds_what_it_asks_for(desk: Cms):
    draft, public = await post(desk, status="draft"), await post(desk, "Public")
    saved = await desk.send("POST", f"{POSTS}/{draft['id']}/autosaves", {"title": "A candle"})
    assert (saved.json["title"]["raw"], saved.json["parent"]) == ("A candle", draft["id"])
    assert (await desk.get(f"{POSTS}/{draft['id']}")).json["title"]["rendered"] == "A candle"
    shown = await desk.send("POST", f"{POSTS}/{public['id']}/autosaves", {"title": "Not yet"})
    assert shown.json["title"]["raw"] == "Not yet"
    assert (await desk.get(f"{POSTS}/{public['id']}")).json["title"]["rendered"] == "Public"
    for rest in ("revisions", "autosaves"):
        assert (await desk.get(f"{POSTS}/{public['id']}/{rest}")).json == []
        assert (await desk.get(f"{POSTS}/{public['id']}/{rest}/1")).json["code"] == "rest_post_invalid_id"


async def test_small_questions_of_clients_have_answers(desk: Cms):
    await post(desk, "Night train")
    assert (await desk.get(f"{WP}/types/post")).json["rest_base"] == "posts"
    assert (await desk.get(f"{WP}/statuses/future")).json["slug"] == "future"
    assert (await desk.get(f"{WP}/taxonomies/category")).json["rest_base"] == "categories"
    assert (await desk.get(f"{WP}/types/nothing")).json["code"] == "rest_type_invalid"
    assert (await desk.get(f"{WP}/settings")).json["title"] == "My Magazine"
    assert (await desk.get(f"{WP}/comments")).json == []
    assert [each["title"] for each in (await desk.get(f"{WP}/search?search=night")).json] == ["Night train"]
    asked = await desk.page(POSTS)
    assert (asked.status, asked.json["data"]) == (401, {"status": 401})
    options = await desk.send("OPTIONS", POSTS, token="")
    assert (options.status, options.headers["Allow"]) == (200, "GET, POST")
    wrong = await desk.send("PUT", POSTS, {})
    assert (wrong.status, wrong.json["code"], wrong.headers["Allow"]) == (405, "rest_no_route", "GET, POST")
    for path in ("/wp-json/", "/wp-json/wp/v2"):
        assert (await desk.send("POST", path, {})).status == 405
    assert (await desk.get("/wp-json/posts")).status == 404
    assert (await desk.get("/wp-json/nothing")).json["code"] == "rest_no_route"


async def test_d26_guessing_by_application_password_is_slowed(desk: Cms):
    basic = {"Authorization": "Basic " + base64.b64encode(b"admin:admin").decode()}
    for _ in range(FAILURES):
        assert (await desk.get(POSTS, token="", **basic)).status == 401
    reply = await desk.get("/?rest_route=/wp/v2/posts", token="", **basic)
    assert (reply.status, reply.json["code"]) == (429, "rest_too_many_requests")
    assert int(reply.headers["Retry-After"]) > 0


async def test_a_writer_may_not_remove_categories(desk: Cms):
    made = (await desk.send("POST", f"{WP}/categories", {"name": "Travel"})).json
    token = await desk.token(Scope.WRITE)
    reply = await desk.send("DELETE", f"{WP}/categories/{made['id']}?force=true", token=token)
    assert (reply.status, reply.json["code"]) == (403, "rest_forbidden")


@pytest.mark.parametrize("kind", ["tags", "users", "media"])
async def test_lists_are_paged_through_to_their_end(desk: Cms, kind: str):
    """A media library, a vocabulary or a staff of more than a thousand."""
    await _filled(desk, kind)
    first = await desk.get(f"{WP}/{kind}?per_page=100")
    pages = int(first.headers["X-WP-TotalPages"])
    found = first.json
    for page in range(2, pages + 1):
        found += (await desk.get(f"{WP}/{kind}?per_page=100&page={page}")).json
    assert len({each["id"] for each in found}) == len(found) == int(first.headers["X-WP-Total"]) >= 1005
    asked = (await desk.get(f"{WP}/{kind}?search=n1004")).json
    assert [each.get("name") or each["title"]["rendered"] for each in asked] == ["n1004"]
    assert [each["id"] for each in (await desk.get(f"{WP}/{kind}?include={asked[0]['id']}")).json] == [asked[0]["id"]]
    assert len((await desk.get(f"{WP}/{kind}?offset=1000&per_page=100")).json) == len(found) - 1000


async def _filled(desk: Cms, kind: str) -> None:
    names = [f"n{number}" for number in range(1005)]
    if kind == "media":
        for name in names:
            await desk.house.store.save_media(
                Media(sha256=sha256(name.encode()).hexdigest(), media_type="image/png", bytes=1, name=name)
            )
        return
    field = {"tags": "tags", "users": "authors"}[kind]
    for start in range(0, len(names), 50):
        await desk.create(f"From {start}", **{field: names[start : start + 50]})
