"""What a feed's file may say, and how a wrong one is told what is wrong."""

from pathlib import Path

import pytest

from publisher import definition
from publisher.asset import Assets
from publisher.error import InvalidDefinition
from publisher.model import Kind, Sort


def test_the_shipped_definitions_are_valid():
    feeds = {feed.name: feed for feed in definition.load(Assets())}
    assert set(feeds) == {"all", "author", "flipboard", "msn", "section", "smartnews", "stories", "tag"}
    assert {feed.per for feed in feeds.values()} == {"", "section", "tag", "author"}
    assert feeds["all"].archive
    assert feeds["stories"].entries == "stories"


def test_f68_partner_profiles_are_plain_definitions_that_are_served_but_not_listed():
    feeds = {feed.name: feed for feed in definition.load(Assets())}
    for partner in ("flipboard", "smartnews", "msn"):
        assert (feeds[partner].profile, feeds[partner].enabled) == (partner, True)
        assert not feeds[partner].is_listed
        assert feeds[partner].formats == ("rss",)
        assert feeds[partner].selection.noindex is False


def test_f08_a_feed_has_50_entries_and_2_megabytes_by_default():
    feed = definition.parse("feeds/all.toml", b"")
    assert (feed.selection.limit, feed.max_bytes) == (50, 2_000_000)


def test_an_owners_file_replaces_the_packages_of_the_same_name(tmp_path: Path):
    (tmp_path / "feeds").mkdir()
    (tmp_path / "feeds/all.toml").write_text('title = "Mine"\nfull_text = false\n')
    (tmp_path / "feeds/msn.toml").write_text("enabled = false\n")
    (tmp_path / "feeds/weekend.toml").write_text('[selection]\ntags = ["weekend"]\n')
    feeds = {feed.name: feed for feed in definition.load(Assets(tmp_path))}
    assert (feeds["all"].title, feeds["all"].full_text, feeds["all"].archive) == ("Mine", False, False)
    assert not feeds["msn"].enabled
    assert feeds["weekend"].selection.tags == {"weekend"}
    assert "section" in feeds


def test_every_key_of_a_selection_reaches_the_selection():
    feed = definition.parse(
        "feeds/x.toml",
        b"""
        formats = ["json", "rss"]
        ttl = 900
        max_bytes = 5000000
        [selection]
        kinds = ["story"]
        sections = ["travel"]
        tags = ["food", "wine"]
        authors = ["ann"]
        languages = ["fr"]
        exclude_sections = ["ads"]
        exclude_tags = ["paid"]
        window_hours = 48
        featured = true
        news = false
        noindex = false
        sort = "updated"
        limit = 5000
        """,
    )
    chosen = feed.selection
    assert (feed.formats, feed.ttl_seconds, feed.max_bytes) == (("rss", "json"), 900, 5_000_000)
    assert (chosen.kinds, chosen.sections, chosen.authors) == ({Kind.STORY}, {"travel"}, {"ann"})
    assert (chosen.tags, chosen.languages) == ({"food", "wine"}, {"fr"})
    assert (chosen.exclude_sections, chosen.exclude_tags) == ({"ads"}, {"paid"})
    assert (chosen.featured, chosen.is_news, chosen.noindex) == (True, False, False)
    assert (chosen.sort, chosen.limit, feed.window_seconds) == (Sort.UPDATED, 5000, 48 * 3600)


WRONG = [
    ("titel = 'x'", "unknown key 'titel' (did you mean 'title'?)"),
    ("[selection]\nsection = ['x']", "unknown key 'selection.section' (did you mean 'sections'?)"),
    ("[selection]\nzzz = 1", "unknown key 'selection.zzz'"),
    ("formats = ['rss', 'atm']", "formats: 'atm' is not one of rss, atom, json (did you mean 'atom'?)"),
    ("per = 'sections'", "per: 'sections' is not one of section, tag, author (did you mean 'section'?)"),
    ("profile = 'flipbord'", "(did you mean 'flipboard'?)"),
    ("entries = 'story'", "entries: 'story' is not one of articles, stories (did you mean 'stories'?)"),
    ("[selection]\nkinds = ['artikel']", "selection.kinds: 'artikel' is not one of article, page, story"),
    ("[selection]\nsort = 'new'", "selection.sort: 'new' is not one of newest, updated, views (did you"),
    ("[selection]\nlimit = 0", "selection.limit: expected `int` >= 1"),
    ("[selection]\nlimit = 'ten'", "selection.limit: expected `int`, got `str`"),
    ("full_text = 'yes'", "full_text: expected `bool`, got `str`"),
    ("selection = 3", "selection: expected `object`, got `int`"),
    ("ttl = -1", "ttl: expected `int` >= 0"),
    ("max_bytes = 6000000", "max_bytes: expected `int` <= 5000000"),
    ("formats = []", "formats: at least one of rss, atom, json"),
    ("per = 'tag'\n[selection]\ntags = ['x']", "a family per tag has its tag already"),
    ("archive = true\nper = 'tag'", "archive: only for one feed"),
    ("title = 'On {topic}'", "title: unknown placeholder {topic}"),
    ("title = ", "not valid TOML"),
    ("[selection]\nsort = 'newst'", "(did you mean 'newest'?)"),
    ("language = 'not a language'", "language: 'not a language' is no language of BCP 47, like en or pt-BR"),
    ("[selection]\nlanguages = ['fr', 'x y']", "selection.languages: 'x y' is no language of BCP 47"),
    ("image = 'logo.png'", "image: 'logo.png' is neither a path of this site (/static/...) nor a URL"),
    ("image = 'javascript:1'", "image: 'javascript:1' is neither"),
    ("image = '//cdn.example/x.png'", "image: '//cdn.example/x.png' is neither"),
    ("[selection]\ntags = ['a', ' ']", "selection.tags: a blank name"),
    ("[selection]\nwindow_days = 99999999", "selection.window_days: expected `int` <= 36500"),
    ("[selection]\nwindow_hours = 99999999", "selection.window_hours: expected `int` <= 876000"),
    ("[selection]\nwindow_days = 2\nwindow_hours = 3", "selection.window_hours: stands beside window_days; give one"),
]


@pytest.mark.parametrize(("text", "message"), WRONG, ids=[text for text, _ in WRONG])
def test_a_wrong_definition_names_file_key_and_the_nearest_right_one(text: str, message: str):
    with pytest.raises(InvalidDefinition) as caught:
        definition.parse("feeds/mine.toml", text.encode())
    assert str(caught.value).startswith("feeds/mine.toml: ")
    assert message in str(caught.value)


def test_every_fault_of_every_file_is_told_at_once(tmp_path: Path):
    (tmp_path / "feeds").mkdir()
    (tmp_path / "feeds/one.toml").write_text("a = 1\nb = 2\n")
    (tmp_path / "feeds/Two.toml").write_text("")
    with pytest.raises(InvalidDefinition) as caught:
        definition.load(Assets(tmp_path))
    assert len(caught.value.problems) == 3


def test_two_families_of_the_same_kind_are_refused(tmp_path: Path):
    (tmp_path / "feeds").mkdir()
    (tmp_path / "feeds/mine.toml").write_text('per = "tag"\n')
    with pytest.raises(InvalidDefinition, match=r"feeds/mine.toml and feeds/tag.toml: one family per tag at most"):
        definition.load(Assets(tmp_path))
    (tmp_path / "feeds/tag.toml").write_text("enabled = false\n")
    assert {feed.name for feed in definition.load(Assets(tmp_path)) if feed.per == "tag"} == {"mine"}
