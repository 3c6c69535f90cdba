"""Programs are found, or asked for in words that say what to install."""

from pathlib import Path

import pytest

from tests.tool import debian, install
from tests.tool.debian import ToolMissing, find_program, need_package


def test_a_program_on_the_path_is_found_without_installing():
    assert find_program("dash", "sh").name == "sh"


def test_without_root_the_message_says_what_to_install(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(debian, "can_install", lambda: False)
    with pytest.raises(ToolMissing, match="sudo apt-get install news-reader"):
        find_program("news-reader", "no-such-program")


def test_as_root_the_package_is_installed_once(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    asked: list[str] = []

    def install_it(package: str) -> None:
        asked.append(package)
        (tmp_path / "no-such-program").write_text("")
        (tmp_path / "no-such-program").chmod(0o755)

    monkeypatch.setattr(debian, "CACHE", tmp_path)
    monkeypatch.setattr(debian, "can_install", lambda: True)
    monkeypatch.setattr(debian, "_install", install_it)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert find_program("news-reader", "no-such-program").parent == tmp_path
    assert find_program("news-reader", "no-such-program").parent == tmp_path
    assert asked == ["news-reader"]


def test_a_test_that_needs_a_missing_program_skips_and_in_ci_fails(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(debian, "can_install", lambda: False)
    monkeypatch.delenv("CI", raising=False)
    with pytest.raises(pytest.skip.Exception, match="apt-get install news-reader"):
        need_package("news-reader", "no-such-program")
    monkeypatch.setenv("CI", "true")
    with pytest.raises(pytest.fail.Exception, match="apt-get install news-reader"):
        need_package("news-reader", "no-such-program")


def _missing() -> Path:
    raise ToolMissing("install it")


def test_the_installer_fails_only_in_ci(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]):
    monkeypatch.setattr(install, "TOOLS", {"Moon": _missing})
    monkeypatch.delenv("CI", raising=False)
    assert install.main() == 0
    monkeypatch.setenv("CI", "1")
    assert install.main() == 1
    assert "Moon: missing" in capsys.readouterr().out
