"""Settings come from one table; what isn't in it is an error that helps."""

from pathlib import Path

import pytest

from publisher.error import InvalidSetting
from publisher.setting import Settings, load, site_of, table


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
        {"trusted_proxies": ["x"]},
    ],
)
def test_a_value_out_of_bounds_is_refused(flags: dict[str, str]):
    with pytest.raises(InvalidSetting):
        load(None, {}, flags)


def test_broken_toml_is_named(tmp_path: Path):
    (tmp_path / "site.toml").write_text("title = ")
    with pytest.raises(InvalidSetting, match="not valid TOML"):
        load(tmp_path / "site.toml", {})


def test_every_setting_has_help():
    rows = list(table())
    assert len(rows) == len(Settings.__struct_fields__)
    assert all(row.help for row in rows)


def test_the_base_is_where_it_listens_unless_set():
    assert site_of(load(None, {}, {"port": 9000})).base == "http://127.0.0.1:9000"
    assert site_of(load(None, {}, {"base_url": "https://example.org/"})).base == "https://example.org"
