"""The newsletter's forms over HTTP: what a reader, a stranger and a mail program can do, and what nobody learns."""

import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from publisher.audience.link import LIFE, Links
from publisher.error import Gone, NotFound
from publisher.store.newsletter import REMEMBERED, Readers
from publisher.store.sqlite_newsletter import SqliteNewsletter
from tests.audience.editor import ADDRESS, NOON, Editor, editing, token
from tests.tool.house import house

Client = TestClient[web.Request, web.Application]
ON = {"newsletter_from": "news@line.example", "smtp_host": "127.0.0.1", "base_url": "http://127.0.0.1"}


@asynccontextmanager
async def client(folder: Path, **settings: Any) -> AsyncIterator[tuple[Client, SqliteNewsletter]]:
    """A site's application, and its newsletter's store."""
    from publisher.house import newsletter_of
    from publisher.serve import app_of, gate_of

    store = SqliteNewsletter(folder / "newsletter.db")
    await store.open()
    async with house(folder, **settings) as made:
        letters = newsletter_of(made.context, folder, store)
        object.__setattr__(made, "newsletter", letters)
        async with TestClient(TestServer(app_of(made, gate_of(made)))) as http:
            yield http, store
    await store.close()


async def sign_up(http: Client, address: str = ADDRESS, **rest: Any) -> tuple[int, str, str]:
    """(status, where to, body) of a sign-up."""
    fields = {"email": address, "website": "", **rest.pop("fields", {})}
    answer = await http.post("/newsletter/", data=fields, allow_redirects=False, **rest)
    return answer.status, answer.headers.get("Location", ""), await answer.text()


async def test_without_settings_there_is_no_form_and_nothing_answers(tmp_path: Path):
    async with client(tmp_path, base_url="http://127.0.0.1") as (http, _):
        assert 'name="email"' not in await (await http.get("/")).text()
        links = Links((tmp_path / "preview.key").read_bytes())
        for path in ("/newsletter/", "/newsletter/sent/", links.leave(1), links.confirm(1, NOON)):
            assert (await http.get(path)).status == 404, path
        for path in ("/newsletter/", links.leave(1)):
            assert (await http.post(path, data={"email": ADDRESS})).status == 404, path


async def test_every_page_has_the_form_and_it_works_without_a_script(tmp_path: Path):
    async with client(tmp_path, **ON) as (http, store):
        home = await (await http.get("/")).text()
        assert '<form class="newsletter" action="/newsletter/" method="post">' in home
        page = await http.get("/newsletter/")
        assert (page.status, page.headers["X-Robots-Tag"]) == (200, "noindex")
        assert (await page.text()).count('id="email"') == 1
        assert await sign_up(http) == (303, "/newsletter/sent/", "")
        assert (await http.get("/newsletter/sent/")).status == 200
        assert await store.readers() == Readers(pending=1)


async def test_the_answer_is_the_same_whether_the_address_is_known_or_not(tmp_path: Path):
    async with client(tmp_path, **ON) as (http, store):
        first = await sign_up(http)
        assert await sign_up(http) == first
        (await store.take("", NOON + timedelta(days=9999)))
        await store.confirm(1, NOON)
        assert await sign_up(http) == first
        assert await sign_up(http, "READER@example.org") == first
        assert await store.readers() == Readers(confirmed=1)


@pytest.mark.parametrize(
    "address", ["", "x", "a@b", "a@example.org\r\nBcc: b@example.org", "a@example.org,b@example.org", "x" * 3000]
)
async def test_what_is_no_address_is_said_to_be_none(address: str, tmp_path: Path):
    async with client(tmp_path, **ON) as (http, store):
        status, _, body = await sign_up(http, address)
        assert status == 422
        assert "isn’t an e-mail address" in body
        assert 'name="email"' in body
        assert address not in body or address in ("", "x")
        assert await store.readers() == Readers()


async def test_a_robot_that_fills_in_everything_adds_nothing(tmp_path: Path):
    async with client(tmp_path, **ON) as (http, store):
        assert await sign_up(http, fields={"website": "https://spam.example"}) == (303, "/newsletter/sent/", "")
        assert await store.readers() == Readers()


async def test_other_ways_to_send_a_form_are_refused(tmp_path: Path):
    async with client(tmp_path, **ON) as (http, store):
        assert (await sign_up(http, headers={"Sec-Fetch-Site": "cross-site"}))[0] == 403
        assert (await sign_up(http, headers={"Host": "elsewhere.example"}))[0] == 421
        assert (await http.post("/newsletter/", json={"email": ADDRESS})).status == 415
        assert (await http.post("/newsletter/", data={"email": "x" * 5000})).status == 413
        assert (await http.put("/newsletter/", data={"email": ADDRESS})).status == 405
        assert await store.readers() == Readers()


async def test_one_client_signs_up_so_many_and_no_more(tmp_path: Path):
    async with client(tmp_path, **ON) as (http, store):
        for number in range(10):
            assert (await sign_up(http, f"r{number}@example.org"))[0] == 303
        answer = await http.post("/newsletter/", data={"email": ADDRESS})
        assert answer.status == 429
        assert int(answer.headers["Retry-After"]) > 3000
        assert await store.readers() == Readers(pending=10)


async def test_a_link_asks_and_only_its_button_does_anything(tmp_path: Path):
    """Mail scanners follow every link of a mail."""
    async with client(tmp_path, **ON) as (http, store):
        await sign_up(http)
        links = Links((tmp_path / "preview.key").read_bytes())
        confirm = links.confirm(1, NOON + timedelta(days=9999))
        for path, later in ((confirm, Readers(confirmed=1)), (links.leave(1), Readers())):
            before = await store.readers()
            for method in ("GET", "HEAD", "GET"):
                page = await http.request(method, path)
                assert page.status == 200
                assert page.headers["Cache-Control"] == "no-store"
                assert page.headers["Referrer-Policy"] == "no-referrer"
                assert "ETag" not in page.headers
            html = await (await http.get(path)).text()
            assert '<form class="ask" method="post">' in html
            assert ADDRESS not in html
            assert await store.readers() == before
            assert (await http.post(path)).status == 200
            assert await store.readers() == later


async def test_one_click_of_a_mail_program_is_enough_to_leave(tmp_path: Path):
    """RFC 8058 3.2: a POST without cookies or context, answered without a redirect."""
    async with client(tmp_path, **ON) as (http, store):
        await sign_up(http)
        path = Links((tmp_path / "preview.key").read_bytes()).leave(1)
        for _ in range(2):
            answer = await http.post(path, data={"List-Unsubscribe": "One-Click"}, allow_redirects=False)
            assert answer.status == 200
        assert await store.readers() == Readers()


async def test_a_wrong_link_is_not_found_and_an_old_one_says_so(tmp_path: Path):
    async with client(tmp_path, **ON) as (http, store):
        await sign_up(http)
        links = Links((tmp_path / "preview.key").read_bytes())
        old = links.confirm(1, NOON - timedelta(days=3650))
        assert (await http.get(old)).status == (await http.post(old)).status == 410
        assert 'name="email"' in await (await http.get(old)).text()
        good = links.leave(1)
        for wrong in (good.replace("leave", "confirm"), good.replace("/1-", "/2-"), "/newsletter/leave/x/"):
            assert (await http.get(wrong)).status == (await http.post(wrong)).status == 404, wrong
        assert await store.readers() == Readers(pending=1)


def test_a_link_does_one_thing_for_one_reader_until_its_end():
    links = Links(b"secret")
    made = links.confirm(7, NOON)
    assert links.reader("confirm", token(made), NOON + LIFE) == 7
    with pytest.raises(Gone):
        links.reader("confirm", token(made), NOON + LIFE + timedelta(seconds=1))
    with pytest.raises(NotFound):
        links.reader("leave", token(made), NOON)
    with pytest.raises(NotFound):
        Links(b"other").reader("confirm", token(made), NOON)
    assert links.reader("leave", token(links.leave(7)), NOON + timedelta(days=3650)) == 7


@pytest.fixture
async def editor(tmp_path: Path) -> AsyncIterator[Editor]:
    async with editing(tmp_path) as editor:
        yield editor


async def asked(editor: Editor) -> int:
    """How many letters wait that ask; they are taken away."""
    count = 0
    while await editor.store.take("", editor.now):
        count += 1
    return count


async def test_an_address_is_asked_ever_less_often(editor: Editor):
    for hours, expected in ((0, 1), (0.9, 0), (0.2, 1), (1, 0), (1.1, 1), (3.9, 0), (0.2, 1)):
        editor.now += timedelta(hours=hours)
        await editor.newsletter.sign_up(ADDRESS)
        assert await asked(editor) == expected, hours


async def test_who_never_answers_is_deleted_when_the_link_ends(editor: Editor):
    await editor.newsletter.sign_up(ADDRESS)
    await editor.subscribe("other@example.org")
    editor.now += LIFE
    assert await editor.newsletter.expire() == 0
    editor.now += timedelta(seconds=1)
    assert await editor.newsletter.expire() == 1
    assert await editor.store.readers() == Readers(confirmed=1)


async def test_an_address_that_was_deleted_is_asked_ever_less_often_all_the_same(editor: Editor):
    """A stranger who signs an address up again and again can't have it written to more often by waiting for its end."""
    letters: list[int] = []
    for hour in range(24 * 40):
        editor.now = NOON + timedelta(hours=hour)
        await editor.newsletter.sign_up(ADDRESS.upper() if hour % 2 else ADDRESS)
        await editor.newsletter.expire()
        letters += [hour] * await asked(editor)
    assert letters == [0, 1, 3, 7, 15, 31, 63, 127, 255, 511]


async def test_that_a_deleted_address_was_asked_is_forgotten_in_time_or_when_told_to(editor: Editor, tmp_path: Path):
    async def expires() -> int:
        await editor.newsletter.sign_up(ADDRESS)
        editor.now += LIFE + timedelta(seconds=1)
        await editor.newsletter.expire()
        return marks(tmp_path)

    assert await expires() == 1
    assert not await editor.store.forget(ADDRESS)
    assert marks(tmp_path) == 0
    assert await expires() == 1
    editor.now += REMEMBERED
    await editor.newsletter.expire()
    assert marks(tmp_path) == 0


def marks(folder: Path) -> int:
    """How many deleted addresses are known to have been asked."""
    with closing(sqlite3.connect(folder / "newsletter.db")) as connection:
        return len(connection.execute("SELECT mark FROM asked").fetchall())


async def test_what_is_deleted_is_nowhere_in_the_files(editor: Editor, tmp_path: Path):
    await editor.subscribe("very.secret@example.org")
    assert not await editor.store.forget("somebody@example.org")
    assert await editor.store.forget("Very.Secret@example.org")
    await editor.store.close()
    assert holding(tmp_path, b"very.secret") == []


def holding(folder: Path, said: bytes) -> list[str]:
    """The files of a folder that hold some bytes."""
    return [each.name for each in folder.iterdir() if said in each.read_bytes()]


async def test_the_file_of_addresses_is_its_owners_alone(editor: Editor, tmp_path: Path):
    await editor.subscribe(ADDRESS)
    assert modes(tmp_path) == {"newsletter.db": 0o600, "newsletter.db-wal": 0o600, "newsletter.db-shm": 0o600}


async def test_a_file_of_addresses_that_was_put_back_is_private_again(tmp_path: Path):
    for number in range(2):
        async with editing(tmp_path) as editor:
            await editor.subscribe(f"r{number}@example.org")
            assert modes(tmp_path)["newsletter.db"] == 0o600
        loosened(tmp_path / "newsletter.db")


def loosened(file: Path) -> None:
    """As a backup's copy is."""
    file.chmod(0o644)


def modes(folder: Path) -> dict[str, int]:
    """The access of every file that may hold an address."""
    return {each.name: each.stat().st_mode & 0o777 for each in folder.iterdir() if each.suffix != ".lock"}
