"""The commands of people who write: what they print for machines, and what to do when they refuse."""

from pathlib import Path
from typing import Any

import orjson
import pytest
from click.testing import CliRunner

from publisher.cli import COMMANDS, cli
from publisher.error import PublisherError


@pytest.fixture
def site(tmp_path: Path) -> Path:
    folder = tmp_path / "site"
    run("init", folder)
    return folder


def run(*arguments: str | Path) -> str:
    """What a command printed."""
    done = CliRunner().invoke(cli, list(map(str, arguments)), catch_exceptions=False)
    assert done.exit_code == 0, done.output
    return done.stdout


def refused(*arguments: str | Path) -> str:
    """Why a command refused."""
    done = CliRunner().invoke(cli, list(map(str, arguments)))
    assert done.exit_code != 0
    assert done.exit_code == 2 or isinstance(done.exception, PublisherError)
    return f"{done.output} {done.exception}"


def json(*arguments: str | Path) -> Any:
    return orjson.loads(run(*arguments, "--json"))


def test_an_article_is_published_listed_and_withdrawn(site: Path, tmp_path: Path):
    (tmp_path / "lamp.md").write_text("---\ntitle: A lamp\nsection: reviews\n---\nLight.\n")
    made = json("publish", tmp_path / "lamp.md", "--site", site)
    assert json("list", "--site", site) == json("list", "--status", "any", "--site", site) == [made]
    assert json("list", "--status", "draft", "--site", site) == []
    assert "published" in run("list", "--site", site)
    address = f"http://127.0.0.1:8080{made['path']}"
    assert json("withdraw", address, "--site", site)["status"] == "trash"
    assert [each["id"] for each in json("list", "--status", "trash", "--site", site)] == [made["id"]]


def test_a_redirect_is_added_listed_and_removed(site: Path):
    row = {"path": "/old/", "target": "/new/"}
    assert json("redirect", "add", "/old/", "/new/", "--site", site) == row
    assert json("redirect", "list", "--site", site) == [row]
    assert "leads nowhere" in run("redirect", "remove", "/old/", "--site", site)
    assert json("redirect", "list", "--site", site) == []
    assert "there is no redirect" in refused("redirect", "remove", "/old/", "--site", site)


def test_a_token_is_made_listed_and_revoked(site: Path):
    made = json("token", "create", "--name", "cms", "--scope", "write", "--days", "7", "--site", site)
    secret = made.pop("secret")
    assert secret.startswith("pub_")
    assert json("token", "list", "--site", site) == [made]
    assert json("token", "revoke", "cms", "--site", site) == made
    assert json("token", "list", "--site", site) == []


def test_what_is_refused_says_what_to_do(site: Path, tmp_path: Path):
    assert "publisher list" in refused("withdraw", "/nothing/", "--site", site)
    assert "publisher token list" in refused("token", "revoke", "nobody", "--site", site)
    assert "publisher init" in refused("list", "--site", tmp_path / "none")
    assert "leave out" in refused("list", "--status", "draft", "--section", "x", "--site", site)


@pytest.mark.parametrize("name", ["publish", "list", "withdraw", "redirect", "token"])
def test_help_shows_examples(name: str):
    group = cli.get_command(None, name)  # type: ignore[arg-type]
    parts = [[name], *([name, each] for each in getattr(group, "commands", {}))]
    assert name in COMMANDS
    for part in parts:
        said = run(*part, "--help")
        assert f"  publisher {name}" in said, part
