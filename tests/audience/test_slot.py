"""When an issue is due, on the editors' clock; and what counts as an e-mail address."""

from datetime import UTC, datetime, timedelta

import pytest

from publisher.audience import slot
from publisher.error import Invalid, InvalidSetting
from publisher.mailbox import Sender, mailbox, sender
from publisher.setting import Settings, load


def instant(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)


@pytest.mark.parametrize(
    ("now", "due", "settings"),
    [
        ("2026-11-27T08:00:00Z", "2026-11-27T08:00:00Z", {}),
        ("2026-11-27T07:59:59Z", "2026-11-20T08:00:00Z", {}),
        ("2026-11-26T23:00:00Z", "2026-11-20T08:00:00Z", {}),
        ("2026-11-27T07:59:59Z", "2026-11-26T08:00:00Z", {"newsletter_every": "day"}),
        ("2026-11-27T08:00:00Z", "2026-11-27T07:00:00Z", {"timezone": "Europe/Paris"}),
        ("2026-07-03T08:00:00Z", "2026-07-03T06:00:00Z", {"timezone": "Europe/Paris"}),
        ("2026-11-27T00:30:00Z", "2026-11-26T22:00:00Z", {"timezone": "Asia/Tokyo", "newsletter_hour": 7}),
        ("2026-03-29T12:00:00Z", "2026-03-29T01:00:00Z", {"timezone": "Europe/Paris", "newsletter_hour": 2}),
    ],
)
def test_the_last_due_instant(now: str, due: str, settings: dict[str, str]):
    if "newsletter_hour" in settings:
        settings = {**settings, "newsletter_every": "day"}
    assert slot.last(Settings(**settings), instant(now)) == instant(due)


def test_every_slot_is_met_once_through_both_changes_of_the_clock():
    settings = Settings(timezone="Europe/Paris", newsletter_every="day", newsletter_hour=2)
    now, found = instant("2026-01-01T00:00:00Z"), set()
    for _ in range(365 * 24):
        found.add(slot.last(settings, now))
        assert slot.last(settings, now) <= now < slot.following(settings, now)
        now += timedelta(hours=1)
    assert len(found) == 366


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("reader@example.org", "reader@example.org"),
        (" Reader.Name+tag@EXAMPLE.org ", "Reader.Name+tag@example.org"),
        ("a@bücher.example", "a@xn--bcher-kva.example"),
        (f"{'a' * 64}@example.org", f"{'a' * 64}@example.org"),
    ],
)
def test_an_address_is_kept_in_one_form(text: str, kept: str):
    assert mailbox(text) == kept


@pytest.mark.parametrize(
    "text",
    [
        "",
        "reader",
        "reader@",
        "@example.org",
        "reader@localhost",
        "reader@127.0.0.1",
        "reader@[127.0.0.1]",
        "reader@example.org\r\nBcc: x@example.org",
        "reader@example.org\n",
        "\nreader@example.org",
        "re\rader@example.org",
        "reader@example.org, other@example.org",
        "reader@example.org>",
        '"a b"@example.org',
        "a b@example.org",
        ".a@example.org",
        "a..b@example.org",
        "=?utf-8?q?x?=@example.org",
        "=?x?q?a?=@example.org",
        "a=?utf-8?b?!!?=@example.org",
        "é@example.org",
        "a@-example.org",
        "a@example..org",
        f"{'a' * 65}@example.org",
        f"a@{'b' * 63}.{'c' * 63}.{'d' * 63}.{'e' * 63}.org",
        "a\0@example.org",
        "a@exa\u2028mple.org",
    ],
)
def test_anything_else_is_no_address(text: str):
    with pytest.raises(Invalid):
        mailbox(text)


def test_a_sender_may_have_a_name():
    assert sender("The Line <news@line.example>") == Sender("The Line", "news@line.example")
    assert sender("news@line.example") == Sender("", "news@line.example")


@pytest.mark.parametrize(
    ("flags", "said"),
    [
        ({"newsletter_from": "news@line.example"}, "smtp_host"),
        ({"smtp_host": "127.0.0.1"}, "newsletter_from"),
        ({"newsletter_from": "x", "smtp_host": "127.0.0.1"}, "not an address"),
        ({"newsletter_from": "a@b.example\nBcc: c@d.example", "smtp_host": "127.0.0.1"}, "not an address"),
        ({"newsletter_from": "news@line.example", "smtp_host": "127.0.0.1"}, "base_url"),
        ({"smtp_user": "me"}, "together"),
    ],
)
def test_half_a_newsletter_is_no_setting(flags: dict[str, str], said: str):
    with pytest.raises(InvalidSetting, match=said):
        load(None, {}, flags)
