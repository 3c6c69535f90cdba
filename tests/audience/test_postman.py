"""Sending: who gets what, how often, and what a mail server's answers do. By real SMTP to a real server."""

from collections import Counter
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from publisher.audience.post import LETTER_SECONDS, PostFailed, meaning
from publisher.error import Conflict
from publisher.model import Status
from publisher.store.newsletter import BACK_OFF, LEASE, Outcome, Readers
from tests.audience.editor import ADDRESS, FROM, Editor, editing, link, token
from tests.contract.sample import save
from tests.page.house import revised
from tests.tool.mail_server import MailServer, mail_server

WEEK = timedelta(days=7)


@pytest.fixture
async def server() -> AsyncIterator[MailServer]:
    async with mail_server() as server:
        yield server


@pytest.fixture
async def editor(server: MailServer, tmp_path: Path) -> AsyncIterator[Editor]:
    async with editing(tmp_path, server) as editor:
        await editor.newsletter.begin_due()
        yield editor


async def send(editor: Editor) -> int:
    return await editor.postman().deliver()


async def issue(editor: Editor, *slugs: str) -> None:
    """An issue of new articles, begun when the next is due."""
    for slug in slugs:
        await editor.publish(slug)
    editor.now += WEEK
    await editor.newsletter.begin_due()


async def test_an_address_is_asked_first_and_gets_issues_when_it_says_yes(editor: Editor, server: MailServer):
    await editor.newsletter.sign_up(ADDRESS)
    assert await send(editor) == 1
    (asked,) = server.to(ADDRESS)
    assert "List-Unsubscribe" not in asked.message
    path = link(asked.part("plain"))
    assert path in asked.part("html")
    await issue(editor, "too-early")
    assert await send(editor) == 0

    editor.now -= WEEK
    assert await editor.newsletter.confirm(token(path))
    editor.now += WEEK
    await issue(editor, "night-train", "slow-boat")
    assert await send(editor) == 1
    mail = server.to(ADDRESS)[1]
    assert mail.sender == "news@line.example"
    assert mail.message["From"] == FROM
    assert mail.message["To"] == ADDRESS
    assert mail.message["Subject"] == "Slow Boat"
    for part in ("plain", "html"):
        assert "/reviews/night-train/" in mail.part(part)
        assert "too-early" not in mail.part(part)


async def test_an_issue_can_be_left_by_one_click(editor: Editor, server: MailServer):
    """RFC 8058: an HTTPS address of one's own in List-Unsubscribe, and the header that says that a POST is enough."""
    await editor.subscribe(ADDRESS, "other@example.org")
    await issue(editor, "night-train")
    assert await send(editor) == 2
    mine, others = (server.to(each)[0] for each in (ADDRESS, "other@example.org"))
    assert b"\r\nList-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n" in mine.raw
    path = link(mine.message["List-Unsubscribe"])
    base = editor.house.context.site.base
    assert f"\r\nList-Unsubscribe: <{base}{path}>\r\n".encode() in mine.raw
    assert path in mine.part("plain")
    assert path in mine.part("html")
    assert path != link(others.message["List-Unsubscribe"])
    assert await editor.newsletter.leave(token(path))
    assert not await editor.newsletter.leave(token(path))
    assert await editor.store.readers() == Readers(confirmed=1)


async def test_each_article_comes_once_and_nothing_new_means_no_mail(editor: Editor, server: MailServer):
    await editor.subscribe(ADDRESS)
    await issue(editor, "one")
    await send(editor)
    await issue(editor)
    assert await send(editor) == 0
    again = await editor.house.store.at("/reviews/one/")
    await save(editor.house.store, revised(again, title="Edited", updated=editor.now))
    await issue(editor, "two")
    await send(editor)
    assert [each.part("plain").count("/reviews/") for each in server.to(ADDRESS)] == [1, 1]
    assert "/reviews/two/" in server.to(ADDRESS)[1].part("plain")


async def test_an_issue_is_begun_once_by_whoever_notices(editor: Editor):
    await editor.publish("one")
    editor.now += WEEK
    assert await editor.newsletter.begin_due()
    assert await editor.newsletter.begin_due() is None


async def test_one_connection_serves_many_letters(editor: Editor, server: MailServer):
    await editor.subscribe(*(f"r{number}@example.org" for number in range(30)))
    await issue(editor, "one")
    assert await send(editor) == 30
    assert server.sessions == 1
    assert Counter(each.to for each in server.mails).most_common(1)[0][1] == 1


async def test_a_server_that_says_later_is_asked_again_with_longer_pauses(editor: Editor, server: MailServer):
    await editor.subscribe(ADDRESS, "other@example.org")
    server.recipient = lambda address: "451 4.7.1 greylisted" if address == ADDRESS else ""
    await issue(editor, "one")
    assert await send(editor) == 1
    for pause in BACK_OFF[:2]:
        editor.now += pause - timedelta(seconds=1)
        assert not await editor.store.is_due(editor.now)
        editor.now += timedelta(seconds=1)
        assert await send(editor) == 0
    server.recipient = lambda address: ""
    editor.now += BACK_OFF[2]
    assert await send(editor) == 1
    assert len(server.to(ADDRESS)) == 1


async def test_after_the_last_pause_a_letter_is_given_up_and_the_reader_stays(editor: Editor, server: MailServer):
    await editor.subscribe(ADDRESS)
    server.data = lambda address: "452 4.2.2 mailbox full"
    await issue(editor, "one")
    for pause in (*BACK_OFF, timedelta()):
        await send(editor)
        editor.now += pause
    latest = await editor.store.latest()
    assert latest
    assert (latest.sent, latest.failed, await editor.store.queued()) == (0, 1, 0)
    assert await editor.store.readers() == Readers(confirmed=1)


async def test_an_address_that_does_not_exist_is_marked_and_gets_no_more(editor: Editor, server: MailServer):
    await editor.subscribe(ADDRESS, "other@example.org")
    server.recipient = lambda address: "550 5.1.1 no such user" if address == ADDRESS else ""
    await issue(editor, "one")
    assert await send(editor) == 1
    assert await editor.store.readers() == Readers(confirmed=1, failed=1)
    server.recipient = lambda address: ""
    await issue(editor, "two")
    assert await send(editor) == 1
    assert server.to(ADDRESS) == []
    editor.now += WEEK
    await editor.newsletter.sign_up(ADDRESS)
    assert await editor.store.readers() == Readers(confirmed=1, pending=1)


@pytest.mark.parametrize(
    ("reply", "is_recipient", "outcome"),
    [
        ("550 5.1.1 no such user", True, Outcome.REFUSED),
        ("550 no such user", True, Outcome.REFUSED),
        ("550 5.2.1 disabled", True, Outcome.REFUSED),
        ("550 5.1.1 no such user", False, Outcome.REFUSED),
        ("550 5.7.1 relaying denied", True, Outcome.LATER),
        ("554 5.7.1 looks like spam", False, Outcome.LATER),
        ("554 refused", False, Outcome.LATER),
        ("552 5.2.2 full", True, Outcome.LATER),
        ("451 4.3.0 later", True, Outcome.LATER),
        ("421 bye", False, Outcome.LATER),
    ],
)
def test_what_a_refusal_means(reply: str, is_recipient: bool, outcome: Outcome):
    code, _, text = reply.partition(" ")
    assert meaning(int(code), text, is_recipient=is_recipient) is outcome


async def test_a_letter_whose_fate_nobody_knows_is_never_sent_again(editor: Editor, server: MailServer):
    """The connection breaks after the message went out: it may have arrived."""
    await editor.subscribe(ADDRESS, "other@example.org")
    server.data = lambda address: "drop" if address == ADDRESS else ""
    await issue(editor, "one")
    assert await send(editor) == 1
    server.data = lambda address: ""
    editor.now += WEEK
    assert await send(editor) == 0
    latest = await editor.store.latest()
    assert latest
    assert (latest.sent, latest.lost) == (1, 1)


def test_no_letter_takes_longer_than_the_lease_of_who_sends_it():
    """MAIL, RCPT, DATA, its end and RSET may each wait; a letter must be made and settled as well."""
    assert LEASE.total_seconds() >= LETTER_SECONDS + 60


async def test_a_killed_sender_is_followed_when_its_lease_ends_and_nobody_gets_two(editor: Editor, server: MailServer):
    await editor.subscribe(*(f"r{number}@example.org" for number in range(5)))
    await issue(editor, "one")
    for number in range(2):
        taken = await editor.store.take("killed", editor.now)
        assert taken
        if not number:
            await editor.store.settle(taken, Outcome.SENT, editor.now)
    with pytest.raises(Conflict):
        await send(editor)
    editor.now += LEASE
    assert await send(editor) == 3
    latest = await editor.store.latest()
    assert latest
    assert (latest.sent, latest.lost, await editor.store.queued()) == (4, 1, 0)


async def test_two_senders_share_no_letter(editor: Editor, server: MailServer):
    await editor.subscribe(*(f"r{number}@example.org" for number in range(4)))
    await issue(editor, "one")
    assert await editor.store.take("first", editor.now)
    with pytest.raises(Conflict):
        await editor.store.take("second", editor.now)
    await editor.store.release("first")
    assert await editor.store.take("second", editor.now)


async def test_who_may_not_send_opens_no_connection(editor: Editor, server: MailServer):
    await editor.subscribe(ADDRESS)
    await issue(editor, "one")
    await editor.store.hold("another", editor.now)
    with pytest.raises(Conflict):
        await send(editor)
    assert server.sessions == 0


async def test_nothing_to_send_costs_no_write(editor: Editor, server: MailServer, tmp_path: Path):
    log = tmp_path / "newsletter.db-wal"
    before = size(log)
    for _ in range(3):
        assert await send(editor) == 0
        assert await editor.newsletter.begin_due() is None
    assert (size(log), server.sessions) == (before, 0)


def size(file: Path) -> int:
    return file.stat().st_size


async def test_a_server_that_is_away_costs_no_letter(editor: Editor, server: MailServer):
    await editor.subscribe(ADDRESS)
    await issue(editor, "one")
    port, settings = server.port, editor.house.context.settings
    other = revised(settings, smtp_port=1)
    away = editor.house.with_context(settings=other)
    editor.house, near = away, editor.house
    with pytest.raises(PostFailed, match=r"127\.0\.0\.1:1 can't be used"):
        await send(editor)
    editor.house = near
    assert settings.smtp_port == port
    assert await send(editor) == 1


async def test_an_article_withdrawn_before_its_issue_is_sent_is_left_out(editor: Editor, server: MailServer):
    await editor.subscribe(ADDRESS)
    await issue(editor, "stays", "goes")
    gone = await editor.house.store.at("/reviews/goes/")
    await save(editor.house.store, revised(gone, status=Status.DRAFT))
    assert await send(editor) == 1
    assert "goes" not in server.to(ADDRESS)[0].part("plain")


async def test_an_issue_all_of_which_was_withdrawn_is_not_sent(editor: Editor, server: MailServer):
    await editor.subscribe(ADDRESS)
    await issue(editor, "goes")
    gone = await editor.house.store.at("/reviews/goes/")
    await save(editor.house.store, revised(gone, status=Status.DRAFT))
    assert await send(editor) == 0
    assert await editor.store.queued() == 0


async def test_a_headline_can_not_inject_a_header(editor: Editor, server: MailServer):
    await editor.subscribe(ADDRESS)
    await editor.publish("evil", title="A\r\nBcc: victim@example.org\r\n\r\nB " + "é" * 300)
    await issue(editor)
    assert await send(editor) == 1
    (mail,) = server.mails
    assert mail.message["Bcc"] is None
    assert mail.message["Subject"].startswith("A Bcc: victim@example.org B é")
    assert max(map(len, mail.raw.split(b"\r\n"))) < 999
    assert mail.raw.isascii()


async def test_a_letter_that_cannot_be_written_ends_no_server(editor: Editor, caplog: pytest.LogCaptureFixture):
    await editor.store.ask("=?utf-8?q?x?=@example.org", editor.now)
    await editor.postman()._beat()
    (said,) = [each.getMessage() for each in caplog.records if each.name.startswith("publisher")]
    assert "a fault of its own" in said
    assert "example.org" not in caplog.text
