"""Settings come from one table; what isn't in it is an error that helps."""

from pathlib import Path
from typing import Any

import pytest

from publisher.error import InvalidSetting
from publisher.setting import Settings, load, site_of, table
from tests.tool import setting


def test_later_sources_win(tmp_path: Path):
    file = tmp_path / "site.toml"
    file.write_text('title = "From TOML"\nport = 1000\nlanguage = "fr"\n')
    settings = load(file, {"PUBLISHER_PORT": "2000", "PUBLISHER_TITLE": "From env"}, {"title": "From flags"})
    assert (settings.title, settings.port, settings.language) == ("From flags", 2000, "fr")


def test_an_unknown_setting_names_where_it_is_and_the_nearest_right_one(tmp_path: Path):
    file = tmp_path / "site.toml"
    file.write_text("tilte = 'x'\n")
    with pytest.raises(InvalidSetting, match=r"site\.toml: unknown setting 'tilte' \(did you mean 'title'\?\)"):
        load(file, {})
    with pytest.raises(InvalidSetting, match=r"the environment: unknown setting 'prot' \(did you mean 'port'\?\)"):
        load(None, {"PUBLISHER_PROT": "1"})


@pytest.mark.parametrize(
    "flags",
    [
        {"port": "70000"},
        {"port": "x"},
        {"accent": "red"},
        {"timezone": "Mars"},
        {"base_url": "example.org"},
        {"base_url": "https://exa mple.org"},
        {"base_url": "https://example.org/magazine"},
        {"base_url": "https://example.org?x=1"},
        {"base_url": "https://someone:secret@example.org"},
        {"base_url": "https://a'b&c.example"},
        {"base_url": "https://example.org:99999"},
        {"base_url": "https://[::1"},
        {"base_url": "https://"},
        {"trusted_proxies": ["x"]},
    ],
)
def test_a_value_out_of_bounds_is_refused(flags: dict[str, str]):
    with pytest.raises(InvalidSetting):
        load(None, {}, flags)


@pytest.mark.parametrize(
    ("flags", "said"),
    [
        ({"page_size": "many"}, "setting page_size: expected `int`, got `str`"),
        ({"page_size": "-4"}, "setting page_size: expected `int` >= 1"),
        ({"sections": [{"slug": "a", "name": 3}]}, "setting sections[0].name: expected `str`, got `int`"),
        (
            {"sections": [{"slug": "feeds", "name": "Feeds"}]},
            "sections: the service needs /feeds/ for itself; give the section another slug",
        ),
        ({"accent": "red"}, "accent: 'red' is not a colour such as #b3261e"),
        ({"language": "plain English"}, "language: 'plain English' is no language of BCP 47, like en or pt-BR"),
    ],
)
def test_a_wrong_value_is_named_in_words(flags: dict[str, Any], said: str):
    with pytest.raises(InvalidSetting) as caught:
        load(None, {}, flags)
    assert caught.value.problems == (said,)


def test_broken_toml_is_named(tmp_path: Path):
    (tmp_path / "site.toml").write_text("title = ")
    with pytest.raises(InvalidSetting, match="not valid TOML"):
        load(tmp_path / "site.toml", {})


def test_every_setting_has_help():
    rows = list(table())
    assert len(rows) == len(Settings.__struct_fields__)
    assert all(row.help for row in rows)


def test_the_reference_is_the_table():
    assert setting.DOCUMENT.read_text("utf-8") == setting.written(), "run: python -m tests.tool.setting"
    assert set(setting.HEADINGS) <= {row.name for row in table()}


def test_the_base_is_where_it_listens_unless_set():
    assert site_of(load(None, {}, {"port": 9000})).base == "http://127.0.0.1:9000"
    assert site_of(load(None, {}, {"base_url": "https://example.org/"})).base == "https://example.org"


@pytest.mark.parametrize(
    ("given", "base"),
    [
        ("https://EXAMPLE.org:443/", "https://example.org"),
        ("http://example.org:8080", "http://example.org:8080"),
        ("https://bücher.example", "https://xn--bcher-kva.example"),
        ("http://[::1]:8080", "http://[::1]:8080"),
        ("http://my_host", "http://my_host"),
    ],
)
def test_f20_f50_the_sites_address_has_one_form(given: str, base: str):
    assert site_of(load(None, {}, {"base_url": given})).base == base
