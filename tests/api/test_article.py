"""Articles by HTTP: what a CMS does in a day, and what it is told when it is wrong."""

import asyncio

import pytest

from publisher.desk.token import Scope
from tests.api.cms import Cms


async def test_an_article_that_was_created_can_be_read_by_everyone(desk: Cms):
    made = await desk.create("A lamp", html="<p>Light.</p>")
    assert made["path"] == "/reviews/a-lamp/"
    assert made["url"] == "https://example.org/reviews/a-lamp/"
    page = await desk.page(made["path"])
    assert page.status == 200
    assert "<p>Light.</p>" in page.text


async def test_what_is_created_says_where_it_is_and_which_revision(desk: Cms):
    reply = await desk.send("POST", "/api/articles", {"title": "A lamp"})
    assert reply.status == 201
    assert reply.headers["Location"] == f"/api/articles/{reply.json['id']}"
    again = await desk.get(reply.headers["Location"])
    assert again.headers["ETag"] == reply.headers["ETag"]
    assert again.json == reply.json
    assert reply.json["status"] == "draft"


async def test_every_field_comes_back_as_it_was_written(desk: Cms):
    fields = {
        "dek": "Under it", "excerpt": "Short.", "language": "pt-BR", "translation_group": "lamp",
        "canonical_url": "https://other.example/lamp", "source_url": "https://other.example/", "source_name": "Other",
        "seo": {"title": "Lamps", "description": "About lamps", "noindex": True, "image": ""},
        "featured": True, "pinned": True, "is_news": False, "correction": "It was a candle.", "comment_count": 3,
        "extra": {"cms": {"id": 7}}, "visibility": "members", "guid": "urn:x:1", "slug": "lamp-one",
        "published": "2026-11-05T10:00:00Z", "updated": "2026-11-06T10:00:00Z", "expires": "2036-11-06T10:00:00Z",
        "section": {"slug": "home", "name": "Home & Hearth"}, "tags": ["Light", {"name": "Glass", "slug": "glas"}],
        "authors": ["Ada Bell", {"name": "Bo", "bio": "Writes."}],
        "hero": {"src": "https://other.example/a.jpg", "alt": "A lamp", "focal": [0.5, 0.25]},
    }  # fmt: skip
    made = await desk.create(**fields)
    same = {name for name in fields if name not in ("tags", "authors", "hero", "section")}
    assert {name: made[name] for name in same} == {name: fields[name] for name in same}
    assert made["section"] == {"slug": "home", "name": "Home & Hearth"}
    assert [each["slug"] for each in made["tags"]] == ["light", "glas"]
    assert [(each["name"], each["bio"]) for each in made["authors"]] == [("Ada Bell", ""), ("Bo", "Writes.")]
    assert (made["hero"]["src"], made["hero"]["focal"]) == ("https://other.example/a.jpg", [0.5, 0.25])


async def test_markdown_is_a_body_too(desk: Cms):
    reply = await desk.send("POST", "/api/articles", {"title": "A lamp", "markdown": "Some *light*."})
    assert reply.json["html"].strip() == "<p>Some <em>light</em>.</p>"
    assert reply.json["format"] == "markdown"


async def test_the_markdown_that_was_written_can_be_read_and_edited(desk: Cms):
    """Line ends apart: `\\r\\n` is one."""
    written = "# A\r\n\r\nHard  \nbreak\t&amp; <i>x</i> e\u0301\n\n\n"
    made = (await desk.send("POST", "/api/articles", {"title": "A", "markdown": written}, Idempotency_Key="1")).json
    path = f"/api/articles/{made['id']}"
    assert (await desk.get(path)).json["markdown"] == written.replace("\r\n", "\n")
    assert (await desk.get("/api/articles?status=draft")).json["articles"][0]["markdown"] is None
    changed = await desk.send("PATCH", path, {"dek": "Other"}, If_Match="*")
    assert changed.json["markdown"] == made["markdown"]
    assert (await desk.send("PATCH", path, {"html": "<p>x</p>"}, If_Match="*")).json["markdown"] is None


async def test_a_guid_that_is_taken_is_what_is_told(desk: Cms):
    """Forty-nine other addresses were tried first, and another slug was asked for."""
    first = await desk.create(guid="urn:x:1")
    again = await desk.send("POST", "/api/articles", {"title": "A lamp", "guid": "urn:x:1"})
    assert (again.status, again.json["detail"]) == (409, f"guid 'urn:x:1' belongs to article {first['id']}")


async def test_all_faults_are_named_at_once_with_their_places(desk: Cms):
    reply = await desk.send(
        "POST",
        "/api/articles",
        {
            "title": 7,
            "status": "live",
            "tags": ["ok", 5, {"name": "x", "colour": "red"}, "fine", {}],
            "published": "yesterday",
            "section": {"name": "No slug"},
            "seo": {"noindex": "yes"},
            "titel": "x",
            "a/b~c": 1,
        },
    )
    assert reply.status == 422
    assert set(reply.errors) == {
        "/title", "/status", "/tags/1", "/tags/2/colour", "/tags/4/name", "/published", "/section/slug",
        "/seo/noindex", "/titel", "/a~1b~0c",
    }  # fmt: skip


TOLD = {
    "status": ("publishd", "'publishd' is not one of draft, scheduled, published, private, trash"),
    "visibility": (1, "expected `str`, got `int`"),
    "published": ("yesterday", "needs a time with its offset, like 2026-11-23T18:30:00+01:00"),
    "expires": ("2026-11-23T18:30:00", "needs a time with its offset, like"),
    "path": ("reviews", "must be a path of this site, like /reviews/a-lamp/"),
    "language": ("en_GB", "is no language of BCP 47, like en or pt-BR"),
    "guid": ("a b", "must have a character, and no space"),
}


@pytest.mark.parametrize("field", TOLD)
async def test_a_fault_says_what_is_taken(desk: Cms, field: str):
    value, said = TOLD[field]
    reply = await desk.send("POST", "/api/articles", {"title": "x", field: value})
    assert reply.errors[f"/{field}"].startswith(said)


async def test_a_filter_says_what_is_taken(desk: Cms):
    reply = await desk.get("/api/articles?status=foo&since=monday")
    assert reply.errors["/status"] == "'foo' is not one of any, draft, private, published, scheduled, trash"
    assert reply.errors["/since"].startswith("needs a time with its offset")


async def test_a_fault_of_the_address_is_none_of_the_body(desk: Cms):
    reply = await desk.send("PUT", "/api/sections/Tra%20vel", {"name": "Travel"})
    assert reply.json["detail"] == "slug: must be written tra-vel"


async def test_a_scheduled_article_needs_its_time(desk: Cms):
    reply = await desk.send("POST", "/api/articles", {"title": "x", "status": "scheduled"})
    assert reply.errors == {"/published": "is needed: when a scheduled article comes out"}
    made = await desk.create(status="draft")
    path, later = f"/api/articles/{made['id']}", {"status": "scheduled", "published": "2999-01-01T00:00:00Z"}
    assert (await desk.send("PATCH", path, {"status": "scheduled"}, If_Match="*")).status == 422
    assert (await desk.send("PATCH", path, later, If_Match="*")).json["status"] == "scheduled"
    assert (await desk.send("PATCH", path, {"status": "scheduled", "title": "y"}, If_Match="*")).status == 200


async def test_faults_behind_the_schema_are_named_at_once_too(desk: Cms):
    reply = await desk.send(
        "POST",
        "/api/articles",
        {
            "html": "<p>x</p>", "markdown": "x", "canonical_url": "javascript:alert(1)", "path": "/api/mine/",
            "section": "feeds", "tags": ["???"], "hero": {"src": "javascript:x"}, "aliases": ["/a/../b/"],
            "published": "0001-01-01T00:00:00+14:00",
        },
    )  # fmt: skip
    assert reply.status == 422
    assert set(reply.errors) == {
        "/markdown", "/canonical_url", "/path", "/section", "/tags/0", "/hero/src", "/aliases/0", "/published",
    }  # fmt: skip


async def test_what_the_desk_refuses_is_a_fault_with_its_place(desk: Cms):
    reply = await desk.send("POST", "/api/articles", {})
    assert reply.status == 422
    assert set(reply.errors) == {"/title"}


async def test_a_taken_path_is_a_conflict_and_a_taken_slug_is_numbered(desk: Cms):
    first = await desk.create()
    reply = await desk.send("POST", "/api/articles", {"title": "B", "path": first["path"]})
    assert reply.status == 409
    assert (await desk.create())["path"] == "/reviews/a-lamp-2/"


async def test_a_patch_changes_what_it_names_only(desk: Cms):
    made = await desk.create(tags=["light"])
    reply = await desk.send("PATCH", f"/api/articles/{made['id']}", {"title": "A candle"}, If_Match='"1"')
    assert reply.status == 200
    changed = {"title", "revision", "updated"}
    assert {name for name in made if made[name] != reply.json[name]} <= changed
    assert reply.json["title"] == "A candle"


async def test_null_clears_what_may_be_empty(desk: Cms):
    made = await desk.create(expires="2036-01-01T00:00:00Z")
    reply = await desk.send("PATCH", f"/api/articles/{made['id']}", {"section": None, "expires": None}, If_Match="*")
    assert (reply.json["section"], reply.json["expires"]) == (None, None)
    assert reply.json["path"] == made["path"], "a section edit moves nothing"


async def test_a_replacement_gives_what_it_leaves_out_its_default(desk: Cms):
    made = await desk.create(tags=["light"], featured=True)
    reply = await desk.send("PUT", f"/api/articles/{made['id']}", {"title": "New", "html": "<p>y</p>"}, If_Match='"1"')
    after = reply.json
    assert (after["tags"], after["featured"], after["section"]) == ([], False, None)
    kept = ("id", "guid", "path", "slug", "status", "published", "first_published")
    assert {name: after[name] for name in kept} == {name: made[name] for name in kept}


async def test_a_slug_edit_leaves_a_redirect(desk: Cms):
    made = await desk.create()
    reply = await desk.send("PATCH", f"/api/articles/{made['id']}", {"slug": "candle"}, If_Match="*")
    assert reply.json["path"] == "/reviews/candle/"
    old = await desk.page(made["path"])
    assert (old.status, old.headers["Location"]) == (301, "/reviews/candle/")


async def test_a_lost_update_is_refused(desk: Cms):
    made = await desk.create()
    path = f"/api/articles/{made['id']}"
    assert (await desk.send("PATCH", path, {"dek": "one"}, If_Match='"1"')).status == 200
    reply = await desk.send("PATCH", path, {"dek": "two"}, If_Match='"1"')
    assert reply.status == 412
    assert "revision 2" in reply.json["detail"]
    assert (await desk.get(path)).json["dek"] == "one"


async def test_of_two_editors_at_once_one_is_told(desk: Cms):
    made = await desk.create()
    path = f"/api/articles/{made['id']}"
    replies = await asyncio.gather(*(desk.send("PATCH", path, {"dek": str(n)}, If_Match='"1"') for n in range(8)))
    assert sorted(each.status for each in replies) == [200] + [412] * 7


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE"])
async def test_a_write_must_say_which_revision_it_changes(desk: Cms, method: str):
    made = await desk.create()
    reply = await desk.send(method, f"/api/articles/{made['id']}", {"title": "x"})
    assert reply.status == 428
    assert reply.headers["Content-Type"] == "application/problem+json"


async def test_a_withdrawn_article_answers_410_and_can_come_back(desk: Cms):
    made = await desk.create()
    path = f"/api/articles/{made['id']}"
    assert (await desk.send("DELETE", path, If_Match='"1"')).json["status"] == "trash"
    assert (await desk.page(made["path"])).status == 410
    assert (await desk.send("PATCH", path, {"status": "published"}, If_Match="*")).status == 200
    assert (await desk.page(made["path"])).status == 200


async def test_a_reader_sees_an_edit_at_once(desk: Cms):
    made = await desk.create(html="<p>before</p>")
    assert "before" in (await desk.page(made["path"])).text
    await desk.send("PATCH", f"/api/articles/{made['id']}", {"html": "<p>after</p>"}, If_Match="*")
    assert "<p>after</p>" in (await desk.page(made["path"])).text
    assert "A lamp" in (await desk.page("/feeds/all.rss")).text


async def test_what_a_client_knows_already_is_a_304(desk: Cms):
    made = await desk.create()
    path = f"/api/articles/{made['id']}"
    reply = await desk.get(path, If_None_Match='"9", "1"')
    assert (reply.status, reply.body) == (304, b"")
    assert (await desk.get(path, If_None_Match='"2"')).status == 200


async def test_a_dry_run_shows_the_article_and_stores_nothing(desk: Cms):
    reply = await desk.send("POST", "/api/articles?dry_run=1", {"title": "A lamp", "status": "published"})
    assert reply.status == 200
    assert (reply.json["id"], reply.json["path"], reply.json["status"]) == (0, "/a-lamp/", "published")
    assert (await desk.get("/api/articles?status=any")).json["articles"] == []
    made = await desk.create()
    taken = await desk.send("POST", "/api/articles?dry_run=1", {"title": "B", "path": made["path"]})
    assert taken.status == 409
    patched = await desk.send("PATCH", f"/api/articles/{made['id']}?dry_run=true", {"title": "C"}, If_Match="*")
    assert patched.json["title"] == "C"
    assert (await desk.get(f"/api/articles/{made['id']}")).json["title"] == "A lamp"


async def test_lists_go_page_by_page_and_name_each_article_once(desk: Cms):
    made = [(await desk.create(f"Piece {number}", published="2026-11-05T10:00:00Z"))["id"] for number in range(7)]
    for query in ("", "&status=any", "&sort=updated", "&sort=views"):
        seen, cursor = [], ""
        while cursor is not None:
            page = (await desk.get(f"/api/articles?limit=3{query}&cursor={cursor}")).json
            seen += [each["id"] for each in page["articles"]]
            assert all(each["html"] is None for each in page["articles"])
            cursor = page["next"]
        assert sorted(seen) == made, query
        assert seen == made[::-1], query


async def test_a_page_links_to_the_next(desk: Cms):
    for number in range(3):
        await desk.create(f"Piece {number}")
    reply = await desk.get("/api/articles?limit=2&section=reviews")
    link = reply.headers["Link"]
    assert link.endswith('; rel="next"')
    following = await desk.get(link[1 : link.index(">")])
    assert [each["title"] for each in following.json["articles"]] == ["Piece 0"]


async def test_lists_are_filtered(desk: Cms):
    await desk.create("One", section="travel", tags=["train"], authors=["Ada"], language="fr")
    await desk.create("Two")
    await desk.send("POST", "/api/articles", {"title": "Three"})
    for query in ("section=travel", "tag=train", "author=ada", "language=fr"):
        found = (await desk.get(f"/api/articles?{query}")).json["articles"]
        assert [each["title"] for each in found] == ["One"], query
    drafts = (await desk.get("/api/articles?status=draft")).json["articles"]
    assert [each["title"] for each in drafts] == ["Three"]


@pytest.mark.parametrize(
    "query",
    [
        "sort=title", "sort=updated;drop", "status=live", "limit=0", "limit=101", "limit=x", "cursor=abc", "cursor=%00",
        "cursor=WyIyMDI2Il0", "cursor=é", "since=1", "colour=red", "status=draft&section=x", "kind=1' OR '1'='1",
        "cursor=eyJhIjoxfQ", "since=0001-01-01T00:00:00%2B14:00", "cursor=W251bGwsLTEsMF0",
        "cursor=WyIwMDAxLTAxLTAxVDAwOjAwOjAwIiwxLDBd",
    ],
)  # fmt: skip
async def test_d23_what_is_no_filter_sort_or_cursor_is_a_fault(desk: Cms, query: str):
    await desk.create()
    assert (await desk.get(f"/api/articles?{query}")).status == 422


@pytest.mark.parametrize("value", ["' OR 1=1 --", '"; DROP TABLE article; --', "%", "_", "\x00", "*", "a" * 500, "🙂"])
async def test_d23_a_filter_is_text_and_nothing_else(desk: Cms, value: str):
    await desk.create()
    for name in ("section", "tag", "author", "language"):
        reply = await desk.client.get("/api/articles", params={name: value}, headers=_as(desk))
        assert reply.status == 200
        assert (await reply.json())["articles"] == []


def _as(desk: Cms) -> dict[str, str]:
    return {"Host": "example.org", "Authorization": f"Bearer {desk.secret}"}


async def test_an_article_outside_of_the_ids_is_not_found(desk: Cms):
    for id in ("7", "0", "-1", "999999999999999", "99999999999999999999", "x", "1.0", "%00"):
        reply = await desk.get(f"/api/articles/{id}")
        assert reply.status == 404, id
        assert reply.headers["Content-Type"] == "application/problem+json"


async def test_a_read_token_may_read_and_nothing_else(desk: Cms):
    made, token = await desk.create(), await desk.token(Scope.READ)
    path = f"/api/articles/{made['id']}"
    assert (await desk.get(path, token=token)).status == 200
    for method in ("PUT", "PATCH", "DELETE"):
        assert (await desk.send(method, path, {}, token=token, If_Match="*")).status == 403
    assert (await desk.send("POST", "/api/articles", {"title": "x"}, token=token)).status == 403
