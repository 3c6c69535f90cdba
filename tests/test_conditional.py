"""Conditional requests, Accept-Encoding and hosts are decided by tables."""

from datetime import UTC, datetime

import pytest

from publisher.coding import CODINGS, accepted, encode
from publisher.setting import Settings
from publisher.web.conditional import is_current, is_refused, is_same
from publisher.web.host import Hosts, name_of

UPDATED = datetime(2026, 11, 23, 12, 0, 0, 500, tzinfo=UTC)


@pytest.mark.parametrize(
    ("if_none_match", "if_modified_since", "expected"),
    [
        ('"abc"', None, True),
        ('W/"abc"', None, True),
        ('W/"abc-gzip"', None, True),
        ('"abc-gzip"', None, True),
        ('"x", W/"abc-br" , "y"', None, True),
        ("abc", None, True),
        (',"abc"', None, True),
        ('"x" , , W/"y",,\t"abc",', None, True),
        ('"x", "y, z" "abc"', None, False),
        (",,,", None, False),
        ("*", None, True),
        (" * ", None, True),
        ('"other"', None, False),
        ('"abcd"', None, False),
        ("", None, False),
        ('"abc', None, False),
        ('"other"', "Mon, 23 Nov 2026 12:00:00 GMT", False),
        (None, "Mon, 23 Nov 2026 12:00:00 GMT", True),
        (None, "Mon, 23 Nov 2026 12:00:01 GMT", True),
        (None, "Mon, 23 Nov 2026 11:59:59 GMT", False),
        (None, "Monday, 23-Nov-26 12:00:00 GMT", True),
        (None, "Mon Nov 23 12:00:00 2026", True),
        (None, "yesterday", False),
        (None, "Mon, 99 Nov 2026 12:00:00 GMT", False),
        (None, None, False),
    ],
)
def test_f53_what_is_current(if_none_match: str | None, if_modified_since: str | None, expected: bool):
    assert is_current("abc", UPDATED, if_none_match, if_modified_since) is expected


@pytest.mark.parametrize(
    ("if_match", "if_unmodified_since", "expected"),
    [
        (None, None, False),
        ('"abc"', None, False),
        ('"x", "abc"', None, False),
        ("*", None, False),
        ('W/"abc"', None, True),
        ("abc", None, True),
        ('"other"', None, True),
        ("", None, True),
        (None, "Mon, 23 Nov 2026 12:00:00 GMT", False),
        (None, "Mon, 23 Nov 2026 11:59:59 GMT", True),
        (None, "yesterday", False),
        ('"abc"', "Mon, 23 Nov 2026 11:59:59 GMT", False),
    ],
)
def test_what_is_refused(if_match: str | None, if_unmodified_since: str | None, expected: bool):
    assert is_refused('"abc"', UPDATED, if_match, if_unmodified_since) is expected


def test_no_part_is_sent_of_what_only_looks_the_same():
    for known in (None, '"abc"', ' "abc" ', "Mon, 23 Nov 2026 12:00:00 GMT"):
        assert is_same('"abc"', UPDATED, known)
    for known in ('W/"abc"', '"x"', "abc", "", "Mon, 23 Nov 2026 12:00:01 GMT", "Mon, 23 Nov 2026 11:59:59 GMT"):
        assert not is_same('"abc"', UPDATED, known)


@pytest.mark.parametrize(
    ("header", "best"),
    [
        ("gzip, deflate, br", "br"),
        ("gzip, deflate, br, zstd", "br"),
        ("gzip", "gzip"),
        ("x-gzip", "gzip"),
        ("gzip;q=0", "identity"),
        ("br;q=0.5, gzip", "gzip"),
        ("br;q=0, *", "zstd"),
        ("*;q=0", None),
        ("identity;q=0, gzip", "gzip"),
        ("deflate", "identity"),
        ("gzip;q=bogus", "identity"),
        ("GZIP;Q=0.8", "gzip"),
        ("", "identity"),
    ],
)
def test_f57_codings_are_chosen_by_weight(header: str, best: str | None):
    ranked = accepted(header, CODINGS)
    assert (ranked[0] if ranked else None) == best


@pytest.mark.parametrize("coding", CODINGS)
def test_a_coding_gives_the_same_bytes_each_time(coding: str):
    body = b"<p>Lantern</p>" * 500
    assert encode(body, coding) == encode(body, coding)
    assert len(encode(body, coding)) < len(body) / 5


@pytest.mark.parametrize(
    ("host", "name"),
    [
        ("Example.org", "example.org"),
        ("a.b:80", "a.b"),
        ("[::1]:80", "[::1]"),
        ("[::1]", "[::1]"),
        ("a.b:", "a.b"),
        ("a.b:x", "a.b:x"),
        ("", ""),
    ],
)
def test_a_host_loses_its_port(host: str, name: str):
    assert name_of(host) == name


def test_only_the_sites_own_names_are_answered():
    hosts = Hosts(Settings(allowed_hosts=("cdn.example.net",), host="0.0.0.0"), "https://example.org")
    assert hosts.allows("example.org")
    assert hosts.allows("EXAMPLE.org:443")
    assert hosts.allows("cdn.example.net")
    assert not hosts.allows("evil.example")
    assert not hosts.allows("")
    assert not hosts.allows("localhost")
    assert hosts.is_alias("www.example.org")
    assert not hosts.is_alias("www.evil.example")


def test_loopback_names_are_answered_where_the_base_is_loopback():
    hosts = Hosts(Settings(), "http://127.0.0.1:8080")
    assert hosts.allows("localhost:8080")
    assert hosts.allows("[::1]:8080")
    assert not hosts.allows("example.org")
