"""Whatever a title, a body, a name, an address or a date holds: the feed is well-formed, other entries untouched."""

import json
from datetime import UTC, datetime, timedelta

import feedparser
import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from publisher import html, text
from publisher.date import EPOCH
from publisher.error import Invalid
from publisher.format import atom, entry, jsonfeed, rss
from publisher.model import Article, Author, Body, Picture, Section, Tag
from tests.feed.test_format import HEAD
from tests.feed.world import SITE, article
from tests.tool.schema import check_atom, check_jsonfeed, check_rss
from tests.tool.shared import shared

WRITERS = {"rss": rss, "atom": atom, "json": jsonfeed}
NEIGHBOUR = entry.of_article(SITE, article(99, title="Neighbour"))

anything = st.text(st.characters(codec=None, exclude_categories=()), max_size=60)
"""Any code point, lone surrogates and controls included."""
markup = st.lists(
    st.sampled_from(["]]>", "<![CDATA[", "&nbsp;", "&bogus;", "&", "<p>", "</div>", "<!--", "-->", "<", "\x00", "\x85"])
    | anything,
    max_size=12,
).map("".join)
instants = st.integers(-11_000_000_000, 220_000_000_000).map(lambda second: EPOCH + timedelta(seconds=second))
"""The years 1621 to 8941."""


def as_stored(title: str, body: str, name: str, instant: datetime) -> Article:
    """The article as the desk would store it: text cleaned, HTML sanitised, at the wall."""
    whole = html.sanitise(text.clean(body), base=SITE.base) if body else ""
    return article(
        title=text.line(title),
        dek=text.line(name),
        section=Section(slug="s", name=text.line(name)),
        tags=(Tag(slug="t", name=text.line(title)),),
        authors=(Author(slug="a", name=text.line(name)),),
        body=Body(html=whole, text=html.text_of(whole)),
        hero=Picture(src="/media/x/y.jpg", alt=text.line(title), credit=text.line(name), media_type="image/jpeg"),
        published=instant,
        updated=instant,
    )


def feeds(*entries: entry.Entry) -> dict[str, bytes]:
    return {name: each.feed(HEAD, [each.entry(one) for one in entries]) for name, each in WRITERS.items()}


@given(title=anything | markup, body=markup, name=anything, instant=instants)
def test_f39_f42_f43_a_feed_is_always_well_formed_and_its_other_entries_untouched(
    title: str, body: str, name: str, instant: datetime
):
    made = feeds(NEIGHBOUR, entry.of_article(SITE, as_stored(title, body, name, instant)), NEIGHBOUR)
    tree = etree.fromstring(made["rss"])
    assert len(tree[0].findall("item")) == 3
    assert made["rss"].count(rss.entry(NEIGHBOUR)) == 2
    assert len(etree.fromstring(made["atom"]).findall("{*}entry")) == 3
    assert made["atom"].count(atom.entry(NEIGHBOUR)) == 2
    assert json.loads(made["json"])["items"][0] == json.loads(made["json"])["items"][2]
    assert feedparser.parse(made["rss"]).bozo is False
    assert feedparser.parse(made["atom"]).bozo is False


@given(title=anything | markup, body=markup, name=anything, guid=anything, path=anything)
def test_f39_f52_unclean_text_in_a_store_is_written_clean_or_refused_but_never_written_broken(
    title: str, body: str, name: str, guid: str, path: str
):
    stored = article(
        title=title,
        dek=name,
        authors=(Author(slug=name, name=name),),
        body=Body(html=body, text=body),
        guid=guid,
        path=path,
    )
    for writer in WRITERS.values():
        try:
            made = writer.feed(HEAD, [writer.entry(entry.of_article(SITE, stored))])
        except Invalid:
            continue
        made.decode("utf-8")
        assert orjson.loads(made) if writer is jsonfeed else etree.fromstring(made) is not None


NAUGHTY: list[str] = orjson.loads(shared("data", "adversarial", "blns.json").read_bytes())


def test_f39_titles_that_broke_others_are_clean_in_a_strict_validator():
    entries = [
        entry.of_article(SITE, article(number, title=text.line(title), dek=text.line(title)))
        for number, title in enumerate(NAUGHTY, 1)
    ]
    made = feeds(*entries)
    assert check_rss(made["rss"]) == []
    assert check_atom(made["atom"]) == []
    assert check_jsonfeed(made["json"]) == []
    titles = [each.findtext("title") or "" for each in etree.fromstring(made["rss"])[0].findall("item")]
    assert titles == [text.line(title) for title in NAUGHTY]


def test_f32_bodies_that_attack_are_harmless_when_they_come_through_the_wall():
    attacks = [
        each["payload"] for each in orjson.loads(shared("data", "adversarial", "dompurify_xss.json").read_bytes())
    ]
    entries = [
        entry.of_article(SITE, as_stored(f"Attack {number}", attack, "x", datetime(2026, 1, 1, tzinfo=UTC)))
        for number, attack in enumerate(attacks)
    ]
    made = feeds(*entries)
    for parsed in (etree.fromstring(made["rss"]), etree.fromstring(made["atom"])):
        for element in parsed.iter("{*}encoded", "{*}content"):
            lowered = (element.text or "").lower()
            assert "<script" not in lowered
            assert "javascript:" not in lowered.replace("&#", "")


@pytest.mark.parametrize("where", ["]]>", "<![CDATA[", "]]&gt;", "</item>", "</entry>", "</channel></rss>"])
def test_f42_the_ends_of_our_own_elements_may_stand_in_any_text(where: str):
    made = feeds(NEIGHBOUR, entry.of_article(SITE, as_stored(where, f"<p>{where}</p>", where, NEIGHBOUR.published)))
    assert len(etree.fromstring(made["rss"])[0].findall("item")) == 2
    assert len(etree.fromstring(made["atom"]).findall("{*}entry")) == 2
    assert json.loads(made["json"])["items"][1]["title"] == text.line(where)
