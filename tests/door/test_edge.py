"""What a cache in front of the server is told, when the owner wants it told."""

import pytest

from publisher.model import Document
from publisher.representation import MANY, MAX_KEYS_BYTES, Edge, represent
from publisher.setting import Settings
from tests.door.street import NOON, street
from tests.door.test_door import get


def document(**fields) -> Document:
    return Document(path="/a/", body=b"x", media_type="text/html", etag="e", **fields)


def field(made, name: str) -> str:
    return dict(made.common).get(name, "")


async def test_nothing_is_told_unless_asked_for():
    async with street() as it:
        said = await it.ask(it.door(), get("/story/"), get("/old/"))
    assert b"s-maxage" not in said
    assert b"Surrogate-Key" not in said
    assert b"Cache-Tag" not in said


async def test_a_200_a_304_and_a_redirect_carry_the_keys_that_purge_them():
    async with street(settings=Settings(cdn_keys="Surrogate-Key", cdn_max_age=86400)) as it:
        etag = it.press.cache.get("/story/").answer.document.etag
        for request in (get("/story/"), get("/story/", f'If-None-Match: "{etag}"')):
            said, plain = await it.both(request)
            assert said == plain
            assert b"\r\nSurrogate-Key: k p/story/ site\r\n" in said
            assert b"\r\nCache-Control: public, max-age=300, s-maxage=86400, stale-while-revalidate=" in said
        assert it.gate.counts.hits == 2
        assert b"\r\nSurrogate-Key: p/old/\r\n" in await it.ask(it.door(), get("/old/"))


async def test_an_answer_that_nothing_is_there_is_purged_by_whatever_comes_there():
    async with street(settings=Settings(cdn_keys="Surrogate-Key")) as it:
        said = await it.ask(it.door(), get("/Nothing"))
        assert b"\r\nSurrogate-Key: k p/Nothing p/Nothing/ p/_/error/404 p/nothing/ site\r\n" in said
        assert b" p/gone/" in await it.ask(it.door(), get("/gone/"))


async def test_the_keys_in_the_head_are_the_keys_of_the_cache():
    async with street(settings=Settings(cdn_keys="Surrogate-Key")) as it:
        entry = it.press.cache.get("/feeds/all.rss")
        assert field(entry.answer, "Surrogate-Key").split() == sorted(entry.keys)


@pytest.mark.parametrize(
    ("name", "keys", "text"),
    [
        ("Surrogate-Key", {"b", "a"}, "a b"),
        ("Cache-Tag", {"b", "a"}, "a, b"),
        ("Cache-Tag", {"p/a,b", "t/caf\xe9"}, "p/a%2Cb, t/caf%C3%A9"),
        ("Surrogate-Key", {"t/two words", "x\r\ny"}, "t/two%20words x%0D%0Ay"),
        ("", {"a"}, ""),
        ("Surrogate-Key", set(), ""),
    ],
)
def test_keys_are_written_as_a_cdn_reads_them(name: str, keys: set[str], text: str):
    made = represent(document(keys=frozenset(keys)), Edge(name))
    assert field(made, name or "Surrogate-Key") == text


def test_more_keys_than_fit_are_one_key_that_is_purged_each_time():
    keys = frozenset(f"a{number}" for number in range(1000))
    made = represent(document(keys=keys), Edge("Cache-Tag"))
    assert field(made, "Cache-Tag") == MANY
    some = frozenset(f"a{number}" for number in range(100))
    assert len(field(represent(document(keys=some), Edge("Cache-Tag")), "Cache-Tag")) <= MAX_KEYS_BYTES


@pytest.mark.parametrize(
    ("fields", "is_long"),
    [
        ({}, True),
        ({"immutable": True}, False),
        ({"max_age": 0}, False),
        ({"expires_at": NOON, "stale_seconds": 60}, False),
        ({"expires_at": NOON}, False),
        ({"status": 226}, False),
    ],
)
def test_only_what_a_purge_makes_old_may_be_kept_for_long(fields: dict, is_long: bool):
    made = represent(document(**fields), Edge("Surrogate-Key", 86400))
    assert ("s-maxage=86400" in field(made, "Cache-Control")) is is_long
