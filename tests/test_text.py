"""Text, dates and URLs: each rule as a table."""

import unicodedata
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from publisher import date, text, url


@given(st.text(st.characters(exclude_categories=())))
def test_f39_clean_text_is_always_xml(value: str):
    etree.fromstring(f"<a>{text.clean(value).replace('&', '').replace('<', '')}</a>".encode())


@pytest.mark.parametrize(
    ("dirty", "clean"),
    [
        ("a\x00b\x08", "ab"),
        ("\x93quoted\x94", "“quoted”"),
        ("bad \ufffd char\ufffe", "bad  char"),
        ("lone \ud800 surrogate", "lone  surrogate"),
        ("👩‍👩‍👧‍👦 🇫🇷", "👩‍👩‍👧‍👦 🇫🇷"),
        ("e\u0301", "e\u0301"),
        ("a\r\nb\rc", "a\nb\nc"),
        ("\x81", ""),
    ],
)
def test_f39_to_f41_characters(dirty: str, clean: str):
    assert text.clean(dirty) == clean


@pytest.mark.parametrize(
    ("words", "name"),
    [
        ("whats-on", "Whats on"),
        ("reviews", "Reviews"),
        (" What's  On ", "What's On"),
        ("iPhone", "iPhone"),
        ("文化", "文化"),
        ("", ""),
    ],
)
def test_what_is_given_by_a_slug_is_called_by_its_words(words: str, name: str):
    assert text.called(words) == name


def test_f37_a_line_has_no_bidi_controls_and_single_spaces():
    assert text.line(" zero \u202eRTL\u202c \n end ") == "zero RTL end"


@pytest.mark.parametrize(
    ("title", "slug"),
    [
        ("What's On & Where", "whats-on-where"),
        ("Crème Brûlée — à la carte!", "creme-brulee-a-la-carte"),
        ("Straße nach Łódź", "strasse-nach-lodz"),
        ("東京の夜", "東京の夜"),
        ("مرحبا بالعالم", "مرحبا-بالعالم"),
        ("हिन्दी समाचार", "हिन्दी-समाचार"),
        ("C++ / C# <b>", "c-c-b"),
        ("🎉", ""),
        ("already-a-slug", "already-a-slug"),
        ("snake_case", "snake-case"),
    ],
)
def test_slugs(title: str, slug: str):
    assert text.slug(title) == slug


@given(st.text())
def test_a_slug_is_stable_short_and_normal(value: str):
    slug = text.slug(value)
    assert text.slug(slug) == slug
    assert len(slug.encode()) <= 200
    assert unicodedata.is_normalized("NFC", slug)
    assert not set(slug) & set("/?#% <>\"'&")


@given(st.text(), st.integers(2, 300))
def test_f23_a_cut_text_fits(value: str, limit: int):
    assert len(text.cut(value, limit)) <= limit


def test_f23_a_cut_ends_on_a_word():
    assert text.cut("one two three four", 12) == "one two…"
    assert text.cut("one two", 12) == "one two"


SPACES = " \t\n\r\x0b\x1c\x85\u00a0\u2003\u2028"


@given(st.text(st.sampled_from(SPACES * 2 + "ab.-'’é字"), max_size=60))
def test_lines_are_folded_alike_whatever_white_space_is_in_them(value: str):
    assert text.folded_lines(value) == "\n".join(" ".join(line.split()) for line in value.split("\n"))


@given(st.text(st.sampled_from(SPACES + "abcé"), max_size=90), st.integers(2, 12))
def test_f23_a_cut_text_begins_as_the_whole_one_on_one_line_does(value: str, limit: int):
    whole = " ".join(value.split())
    cut = text.cut(value, limit)
    assert whole == cut if len(whole) <= limit else whole.startswith(cut.removesuffix("…"))


@given(st.text(st.sampled_from("ab_1 .-'\n(—é"), max_size=60))
def test_a_word_is_counted_once_with_its_marks(value: str):
    bare = "".join("" if each in ".-'" else each if each.isalnum() or each == "_" else " " for each in value)
    assert text.words(value) == len(bare.split())


def test_minutes_count_cjk_by_characters():
    assert text.minutes("") == 0
    assert text.minutes("word " * 460) == 2
    assert text.minutes("字" * 1500) == 3


def test_f24_dates_are_english_gmt():
    instant = datetime(2026, 3, 1, 4, 5, 6, 999, tzinfo=UTC)
    assert date.rfc822(instant) == "Sun, 01 Mar 2026 04:05:06 GMT"
    assert date.rfc3339(instant) == "2026-03-01T04:05:06Z"
    assert date.with_offset(instant, 180) == "2026-03-01T07:05:06+03:00"
    assert date.parse_http(date.rfc822(instant)) == date.whole(instant)


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("Sun, 06 Nov 1994 08:49:37 GMT", "1994-11-06T08:49:37Z"),
        ("Sunday, 06-Nov-94 08:49:37 GMT", "1994-11-06T08:49:37Z"),
        ("Sun Nov  6 08:49:37 1994", "1994-11-06T08:49:37Z"),
        ("Sun Nov 16 08:49:37 1994", "1994-11-16T08:49:37Z"),
        (" Sunday, 29-Nov-26 05:28:47 GMT ", "2026-11-29T05:28:47Z"),
        ("Sunday, 06-Nov-1994 08:49:37 GMT", None),
        ("Sun, 06-Nov-94 08:49:37 GMT", None),
        ("Sun, 06 Nov 1994 08:49:37 +0000", None),
        ("Sun Nov 6 08:49:37 1994", None),
        ("sun, 06 nov 1994 08:49:37 gmt", None),
        ("Sun, 31 Feb 1994 08:49:37 GMT", None),
        ("", None),
    ],
)
def test_http_dates_are_read_in_all_three_forms(said: str, meant: str | None):
    """RFC 9110 5.6.7."""
    assert date.parse_http(said) == (datetime.fromisoformat(meant) if meant else None)


def test_a_year_of_two_digits_is_never_more_than_50_years_ahead():
    this = date.now().year
    for year in (this - 49, this, this + 50):
        found = date.parse_http(f"Sunday, 06-Nov-{year % 100:02} 08:49:37 GMT")
        assert found is not None
        assert found.year == year


@pytest.mark.parametrize(
    ("path", "stored"),
    [
        ("/a b/", "/a%20b/"),
        ("/東京/", "/%E6%9D%B1%E4%BA%AC/"),
        ("/%e6%9d%b1/", "/%E6%9D%B1/"),
        ("a/b", "/a/b"),
        ("/a\r\nb/", "/a%0D%0Ab/"),
        ("/100%/", "/100%25/"),
        ('/q"<>/', "/q%22%3C%3E/"),
    ],
)
def test_paths_are_stored_in_one_form(path: str, stored: str):
    assert url.encode_path(path) == stored


@given(st.text())
def test_encoding_a_path_twice_changes_nothing(value: str):
    once = url.encode_path(value)
    assert url.encode_path(once) == once
    assert once.isascii()


@pytest.mark.parametrize(
    ("address", "normal"),
    [
        ("HTTP://Exämple.ORG:80/ä?q=ö#f", "http://xn--exmple-cua.org/%C3%A4?q=%C3%B6#f"),
        ("https://example.org", "https://example.org/"),
        ("http://[2001:db8::1]:8080/x", "http://[2001:db8::1]:8080/x"),
        ("https://example.org/a%2fb", "https://example.org/a%2Fb"),
        ("http://127.0.0.1:8080/x", "http://127.0.0.1:8080/x"),
        ("http://example.org:08080/x", "http://example.org:8080/x"),
        ("http://example.org:443/x", "http://example.org:443/x"),
        ("https://example.org:443/x", "https://example.org/x"),
        ("http://example.org:80/x", "http://example.org/x"),
    ],
)
def test_f50_urls_have_one_form(address: str, normal: str):
    assert url.normalise(address) == normal


@given(st.text("aZ0-._~!$&'()*+,;=:@/?#", max_size=20))
def test_an_address_means_the_same_however_it_is_taken_apart(rest: str):
    normal, quoted = (url.normalise(f"https://a.example/{each}/") for each in (rest, rest + "%41"))
    assert quoted == f"{normal.removesuffix('/')}%41/"


@pytest.mark.parametrize("address", ["javascript:alert(1)", "//host/x", "ftp://example.org/", "http://", "x"])
def test_what_is_no_http_url_is_refused(address: str):
    with pytest.raises(ValueError, match="not a"):
        url.normalise(address)


@pytest.mark.parametrize(
    ("path", "reserved"),
    [
        ("/", True),
        ("/feeds/x/", True),
        ("/API/x/", True),
        ("/2026/", True),
        ("/2026/11/", True),
        ("/2026/11/05/slug/", False),
        ("/2026/slug/", False),
        ("/sitemap-x.xml", True),
        ("/robots.txt", True),
        ("/reviews/a/", False),
        ("/about/", False),
    ],
)
def test_reserved_first_segments(path: str, reserved: bool):
    assert url.is_reserved(path) is reserved
