"""The same request again: keys, a CMS's own ids, many lines at once."""

import asyncio

import orjson
import pytest

from publisher.desk.token import Scope
from tests.api.cms import Cms, Reply

NEW = {"title": "A lamp", "html": "<p>Light.</p>", "status": "published"}


async def count(desk: Cms) -> int:
    return len((await desk.get("/api/articles?status=any&limit=100")).json["articles"])


async def test_a_retry_with_the_same_key_gives_the_same_answer(desk: Cms):
    first = await desk.send("POST", "/api/articles", NEW, Idempotency_Key="k1")
    again = await desk.send("POST", "/api/articles", NEW, Idempotency_Key="k1")
    assert (again.status, again.body, again.headers["Location"]) == (201, first.body, first.headers["Location"])
    assert await count(desk) == 1


async def test_the_same_key_with_another_body_is_refused(desk: Cms):
    await desk.send("POST", "/api/articles", NEW, Idempotency_Key="k1")
    reply = await desk.send("POST", "/api/articles", NEW | {"title": "Other"}, Idempotency_Key="k1")
    assert reply.status == 422
    assert "another body" in reply.json["detail"]
    assert await count(desk) == 1


async def test_retries_side_by_side_make_one_article(desk: Cms):
    sent = (desk.send("POST", "/api/articles", NEW, Idempotency_Key="k1") for _ in range(8))
    replies = await asyncio.gather(*sent)
    assert {each.status for each in replies} == {201}
    assert len({each.json["id"] for each in replies}) == 1
    assert await count(desk) == 1


async def test_keys_of_two_tokens_have_nothing_to_do_with_each_other(desk: Cms):
    other = await desk.token(Scope.WRITE)
    await desk.send("POST", "/api/articles", NEW, Idempotency_Key="k1")
    reply = await desk.send("POST", "/api/articles", NEW | {"title": "B"}, Idempotency_Key="k1", token=other)
    assert reply.status == 201
    assert await count(desk) == 2


async def test_a_key_has_bounds(desk: Cms):
    assert (await desk.send("POST", "/api/articles", NEW, Idempotency_Key="k" * 256)).status == 422


async def test_a_cms_keeps_an_article_in_step_by_its_own_id(desk: Cms):
    path = "/api/articles/by-source/old-cms/node%2F7"
    first = await desk.send("PUT", path, NEW)
    assert (first.status, first.json["source"]) == (201, {"site": "old-cms", "id": "node/7"})
    again = await desk.send("PUT", path, NEW)
    assert (again.status, again.json["revision"]) == (200, first.json["revision"])
    edited = await desk.send("PUT", path, NEW | {"title": "A candle"})
    assert (edited.status, edited.json["id"], edited.json["title"]) == (200, first.json["id"], "A candle")
    assert (await desk.get(path)).json == edited.json
    assert (await desk.send("DELETE", path)).json["status"] == "trash"
    assert (await desk.page(first.json["path"])).status == 410
    assert await count(desk) == 1


async def test_an_id_holds_no_control_character_even_at_its_end(desk: Cms):
    assert (await desk.send("PUT", "/api/articles/by-source/cms/7%0A", NEW)).status == 422


async def test_two_at_once_for_one_id_make_one_article(desk: Cms):
    path = "/api/articles/by-source/cms/7"
    replies = await asyncio.gather(*(desk.send("PUT", path, NEW | {"dek": str(n)}) for n in range(6)))
    assert sorted(each.status for each in replies) == [200] * 5 + [201]
    assert await count(desk) == 1


async def test_a_put_can_be_for_new_ones_or_for_a_known_revision_only(desk: Cms):
    path = "/api/articles/by-source/cms/7"
    assert (await desk.send("PUT", path, NEW, If_Match="*")).status == 412
    assert (await desk.send("PUT", path, NEW, If_None_Match="*")).status == 201
    assert (await desk.send("PUT", path, NEW, If_None_Match="*")).status == 412
    assert (await desk.send("PUT", path, NEW, If_Match='"7"')).status == 412
    assert (await desk.send("PUT", path, NEW, If_Match='"1"')).status == 200


async def bulk(desk: Cms, *lines: bytes, query: str = "", **headers: str) -> tuple[Reply, list[dict]]:
    sent = {"Content_Type": "application/x-ndjson"} | headers
    reply = await desk.send("POST", f"/api/articles/bulk{query}", data=b"\n".join(lines), **sent)
    return reply, [orjson.loads(line) for line in reply.body.splitlines()]


async def test_a_bulk_of_lines_gets_a_ledger_that_adds_up(desk: Cms):
    lines = [
        orjson.dumps({"article": NEW | {"title": f"P {n}"}, "source": {"site": "c", "id": str(n)}}) for n in range(40)
    ]
    lines[3] = b'{"article": {"title": 3}}'
    lines[5] = b"not json"
    lines[6] = b""
    lines[9] = lines[8]
    reply, (*answers, total) = await bulk(desk, *lines)
    assert reply.status == 200
    assert total == {"seen": 39, "created": 36, "updated": 0, "unchanged": 1, "failed": 2}
    assert [each["line"] for each in answers] == [n for n in range(1, 41) if n != 7]
    assert answers[3]["problem"]["errors"][0]["pointer"] == "/article/title"
    assert answers[5]["problem"]["status"] == 400
    _, (*_, total) = await bulk(desk, *lines)
    assert total == {"seen": 39, "created": 0, "updated": 0, "unchanged": 37, "failed": 2}
    assert (await desk.page(answers[0]["path"])).status == 200


async def test_a_bulk_line_over_the_limit_ends_it(desk: Cms):
    _, (*answers, total) = await bulk(
        desk, orjson.dumps({"article": NEW}), b'{"article": {"title": "' + b"x" * 10_000_001
    )
    assert [each["outcome"] for each in answers] == ["created", "failed"]
    assert answers[1]["problem"]["status"] == 413
    assert total["seen"] == 2


@pytest.mark.parametrize("before", [0, 16])
async def test_the_line_that_ends_a_bulk_has_its_number(desk: Cms, before: int):
    """After a whole batch, and as the first of all, it was line 0."""
    lines = [orjson.dumps({"article": {"title": f"P {number}"}}) for number in range(before)]
    _, (*answers, _) = await bulk(desk, *lines, b'"' + b"x" * 10_000_001)
    assert [each["line"] for each in answers] == [*range(1, before + 2)]


async def test_a_bulk_sent_again_with_its_key_makes_nothing_twice(desk: Cms):
    lines = [orjson.dumps({"article": NEW | {"title": f"P {number}"}}) for number in range(5)]
    _, (*first, _) = await bulk(desk, *lines[:3], Idempotency_Key="k")
    edited = await desk.send("PATCH", f"/api/articles/{first[0]['id']}", {"dek": "Edited"}, If_Match="*")
    _, (*again, total) = await bulk(desk, *lines, Idempotency_Key="k")
    assert [each["id"] for each in again[:3]] == [each["id"] for each in first]
    assert total == {"seen": 5, "created": 2, "updated": 0, "unchanged": 3, "failed": 0}
    assert (await desk.get(f"/api/articles/{first[0]['id']}")).json == edited.json, "a retry undoes no edit"
    _, (other, _) = await bulk(desk, lines[4], Idempotency_Key="k")
    assert other["problem"]["status"] == 422
    assert await count(desk) == 5
    assert (await bulk(desk, lines[0], Idempotency_Key="k" * 256))[0].status == 422


async def test_a_dry_run_of_many_lines_stores_nothing(desk: Cms):
    line = orjson.dumps({"article": NEW, "source": {"site": "c", "id": "1"}})
    taken = orjson.dumps({"article": NEW | {"path": "/api/x/"}})
    _, (good, bad, total) = await bulk(desk, line, taken, query="?dry_run=1")
    assert (good["outcome"], bad["problem"]["errors"][0]["pointer"]) == ("created", "/path")
    assert (total["seen"], await count(desk)) == (2, 0)


async def test_a_dry_run_takes_nothing_away(desk: Cms):
    made = await desk.create()
    reply = await desk.send("DELETE", f"/api/articles/{made['id']}?dry_run=1", If_Match="*")
    assert (reply.status, reply.json["status"]) == (200, "trash")
    assert (await desk.page(made["path"])).status == 200


async def test_a_bulk_of_another_type_is_refused(desk: Cms):
    assert (await desk.send("POST", "/api/articles/bulk", {"article": NEW})).status == 415
