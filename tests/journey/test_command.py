"""The command line as its users meet it: what it makes, and what it says when something is wrong."""

import json
import os
import re
import shlex
import socket
import subprocess
import sys
import time
from collections.abc import Coroutine, Iterator
from pathlib import Path
from typing import Any

import click
import pytest
from click.testing import CliRunner

from publisher.cli import cli, transfer
from tests.tool.running import publisher, running
from tests.tool.shared import shared

ARTICLE = """---
title: A lantern & a map
section: reviews
tags: [Night, Walking]
description: What to carry.
---
The **first** paragraph is about light, and it is long enough to be read aloud.

Then comes another.
"""


@pytest.fixture
def site(tmp_path: Path) -> Path:
    folder = tmp_path / "site"
    made = publisher("init", folder, "--title", 'The "Lamp"')
    assert made.returncode == 0, made.stderr
    return folder


def test_a_new_site_is_never_an_empty_page(site: Path):
    with running("serve", site, "--port", "0") as server:
        home = server.get("/")
        assert home.status == 200
        assert "The &#34;Lamp&#34;" in home.text
        for path in ("/feeds/all.rss", "/feeds/all.atom", "/feeds/all.json", "/sitemap.xml", "/robots.txt", "/feeds/"):
            assert server.get(path).status == 200, path


def test_a_published_file_is_seen_by_a_running_server_within_half_a_second(site: Path, tmp_path: Path):
    file = tmp_path / "lantern.md"
    file.write_text(ARTICLE)
    with running("serve", site, "--port", "0") as server:
        assert server.get("/reviews/lantern/").status == 404
        before = server.get("/feeds/all.rss")
        done = publisher("publish", file, "--site", site)
        assert done.returncode == 0, done.stderr
        time.sleep(0.5)
        page = server.get("/reviews/lantern/")
        assert page.status == 200
        assert "A lantern &amp; a map" in page.text
        after = server.get("/feeds/all.rss")
        assert "A lantern &#x26; a map" in after.text or "A lantern &amp; a map" in after.text
        assert after.headers["etag"] != before.headers["etag"]
        assert server.get("/feeds/all.rss", If_None_Match=after.headers["etag"]).status == 304

        gone = publisher("withdraw", "/reviews/lantern/", "--site", site)
        assert gone.returncode == 0, gone.stderr
        time.sleep(0.5)
        assert server.get("/reviews/lantern/").status == 410
        assert "A lantern" not in server.get("/feeds/all.rss").text


def test_publishing_a_file_again_publishes_its_new_version(site: Path, tmp_path: Path):
    file = tmp_path / "lantern.md"
    file.write_text(ARTICLE)
    first = publisher("publish", file, "--site", site, "--json")
    file.write_text(ARTICLE.replace("another", "a third thing"))
    second = publisher("publish", file, "--site", site, "--json")
    assert first.returncode == second.returncode == 0, first.stderr + second.stderr
    one, two = json.loads(first.stdout), json.loads(second.stdout)
    assert (one["guid"], one["path"]) == (two["guid"], two["path"])
    listed = publisher("list", "--site", site, "--json")
    assert [row["title"] for row in json.loads(listed.stdout)] == ["A lantern & a map"]


def test_a_second_import_of_the_same_export_changes_nothing(site: Path):
    export = shared("data", "wxr", "wptt-theme-unit-test.xml")
    first = json.loads(publisher("import", export, "--site", site, "--json").stdout)
    second = json.loads(publisher("import", export, "--site", site, "--json").stdout)
    assert first["created"] > 30
    assert (second["created"], second["updated"]) == (0, 0)
    assert second["unchanged"] == first["created"] + first["updated"]
    for report in (first, second):
        sides = [count for side in ("skipped", "failed") for _, count in report[side]]
        assert report["seen"] == report["created"] + report["updated"] + report["unchanged"] + sum(sides)


def test_a_site_made_of_an_export_bears_its_name_and_keeps_its_own_settings(tmp_path: Path):
    feed, site = tmp_path / "feed.json", tmp_path / "site"
    item = {"id": "1", "content_html": "<p>Eins.</p>", "url": "https://alt.example/eins/"}
    told = {"version": "https://jsonfeed.org/version/1.1", "title": 'Die "Laterne"', "language": "de_AT"}
    feed.write_text(json.dumps(told | {"items": [item]}))
    assert publisher("import", feed, "--site", site).returncode == 0
    shown = json.loads(publisher("config", "--site", site, "--json").stdout)
    assert (shown["title"], shown["language"]) == ('Die "Laterne"', "de-AT")
    (site / "site.toml").write_text('title = "Neu"')
    assert publisher("import", feed, "--site", site).returncode == 0
    assert (site / "site.toml").read_text() == 'title = "Neu"'


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (["serve", "nothing.xml"], 2, "no such file or folder"),
        (["import", "nothing.xml"], 2, "nothing.xml"),
        (["publish", "nothing.md"], 2, "no such file"),
        (["restore", "nothing.tar", "--site", "new"], 2, "nothing.tar"),
        (["story", "score", "nothing.jsonl"], 2, "nothing.jsonl"),
        (["diff", "nothing.xml", "other.xml"], 2, "nothing.xml"),
        (["list", "--site", "empty"], 2, "publisher init"),
        (["list", "--site", "nowhere"], 2, "publisher init"),
        (["build", "out", "--site", "nowhere"], 2, "publisher init"),
        (["backup", "nowhere/saved.tar", "--site", "."], 2, "no folder nowhere"),
        (["newsletter", "preview", "nowhere/issue.eml"], 2, "no folder nowhere"),
        (["serve", ".", "--set", "prot=1"], 2, "did you mean 'port'?"),
        (["serve", ".", "--set", "port"], 2, "NAME=VALUE"),
        (["serve", "empty"], 2, "publisher init"),
        (["config", "--site", "nowhere"], 2, "publisher init"),
        (["serve", ".", "--host", "no.invalid"], 1, "choose another --host"),
        (["serv"], 2, "did you mean 'serve'?"),
        (["serve", "--port", "70000"], 2, "70000"),
        (["init", "/proc/site"], 1, "can't be written to"),
        (["restore", "site.toml", "--site", "new"], 2, "can't be unpacked: not a backup, or cut short\n"),
    ],
)
def test_bad_input_says_what_to_do(arguments: list[str], code: int, message: str, tmp_path: Path):
    (tmp_path / "empty").mkdir()
    (tmp_path / "site.toml").write_text("")
    done = publisher(*arguments, cwd=tmp_path)
    assert (done.returncode, message in done.stderr) == (code, True), done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("arguments", [("list",), ("build", "out", "--jobs", "3")])
def test_a_damaged_database_says_what_helps(arguments: tuple[str, ...], site: Path):
    os.truncate(site / "site.db", 4096)
    done = publisher(*arguments, "--site", site, cwd=site)
    assert (done.returncode, done.stderr.count("\n")) == (1, 1), done.stderr
    assert "damaged" in done.stderr
    assert "publisher restore" in done.stderr


def test_a_static_build_says_what_is_wrong_with_a_template_once(site: Path):
    (site / "templates" / "partial").mkdir(parents=True)
    (site / "templates" / "partial" / "footer.html").write_text("{% if %}")
    done = publisher("build", "out", "--jobs", "2", "--site", site, cwd=site)
    assert (done.returncode, done.stderr.count("\n")) == (1, 1), done.stderr
    assert "templates/partial/footer.html, line 1: Expected an expression" in done.stderr


def test_a_broken_template_fails_the_check_with_file_and_line(site: Path):
    (site / "templates" / "partial").mkdir(parents=True)
    (site / "templates" / "partial" / "footer.html").write_text("{% if %}")
    done = publisher("check", "--site", site)
    assert (done.returncode, done.stderr) == (1, "")
    assert "templates/partial/footer.html, line 1: Expected an expression" in done.stdout


@pytest.mark.parametrize("arguments", ["list", "list --json", "check", "--help", "list --help", "--version"])
@pytest.mark.parametrize("unbuffered", ["", "1"])
def test_a_full_disk_behind_standard_output_is_said_in_one_line(site: Path, arguments: str, unbuffered: str):
    command = [sys.executable, "-m", "publisher", *arguments.split()]
    environ = os.environ | {"PYTHONUNBUFFERED": unbuffered, "PUBLISHER_SITE": str(site)}
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            command, stdout=full, stderr=subprocess.PIPE, text=True, timeout=300, check=False, env=environ
        )
    assert (done.returncode, done.stderr) == (1, "error: No space left on device\n")


def test_a_closed_standard_output_is_nobody_elses(site: Path):
    command = f"{sys.executable} -m publisher list --site {site} >&-"
    done = subprocess.run(["sh", "-c", command], stderr=subprocess.PIPE, text=True, timeout=300, check=False)
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize("closing", ["", ">&-"])
def test_a_file_where_a_folder_should_be_is_named_in_one_line(site: Path, closing: str):
    command = f"{sys.executable} -m publisher build {site}/site.toml/out --site {site} {closing}"
    done = subprocess.run(["sh", "-c", command], stderr=subprocess.PIPE, text=True, timeout=300, check=False)
    assert (done.returncode, done.stderr) == (
        1,
        f"error: {site}/site.toml/out: can't be made (Not a directory); choose another folder\n",
    )


def test_a_folder_without_articles_is_named(tmp_path: Path):
    (tmp_path / "empty").mkdir()
    done = publisher("serve", tmp_path / "empty", "--port", "0", cwd=tmp_path)
    assert done.returncode in (1, 2)
    assert "article" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("command", ["serve", "import"])
@pytest.mark.parametrize("content", ["<rss", "hello", "", "<?xml version='1.0'?><html/>", "PK\x03\x04"])
def test_what_can_not_be_read_is_named_and_leaves_nothing_behind(command: str, content: str, tmp_path: Path):
    (tmp_path / "bad.xml").write_text(content)
    done = publisher(command, "bad.xml", "--site", "made", cwd=tmp_path)
    assert (done.returncode, "bad.xml" in done.stderr) == (2, True), done.stderr
    assert "Traceback" not in done.stderr
    assert sorted(each.name for each in tmp_path.iterdir()) == ["bad.xml"]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ((), "no article is published; --status any shows all\n"),
        (("--status", "any"), "there are no articles\n"),
        (("--section", "nosuch"), "no public article is in a section 'nosuch'\n"),
    ],
)
def test_a_list_of_nothing_says_so(site: Path, arguments: tuple[str, ...], said: str):
    done = publisher("list", "--site", site, *arguments)
    assert (done.returncode, done.stdout, done.stderr) == (0, said, "")


def test_a_stopped_import_says_how_it_is_completed(site: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    def stopped(work: Coroutine[Any, Any, object]) -> None:
        work.close()
        raise KeyboardInterrupt

    (tmp_path / "a.md").write_text(ARTICLE)
    monkeypatch.setattr(transfer, "run", stopped)
    done = CliRunner().invoke(cli, ["import", str(tmp_path / "a.md"), "--site", str(site)])
    assert "stopped; the same command again completes it" in done.stderr


def test_an_empty_folder_can_become_a_site(tmp_path: Path):
    with running("serve", tmp_path / "new", "--init", "--port", "0") as server:
        assert server.get("/").status == 200
        assert server.get("/sitemap.xml").status == 200


def test_a_port_in_use_is_named_with_what_to_try(site: Path):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        done = publisher("serve", site, "--port", str(port))
        admin = publisher("serve", site, "--port", "0", "--admin-port", str(port))
    assert (done.returncode, admin.returncode) == (1, 1)
    assert f"try --port {port + 1}" in done.stderr
    assert f"try --admin-port {port + 1}" in admin.stderr


@pytest.mark.parametrize(
    ("target", "code", "message"),
    [("/proc/out", 1, "can't be made (No such file"), (".", 2, "holds the site itself"), ("..", 2, "holds the site")],
)
def test_a_build_goes_into_a_folder_of_its_own_that_can_be_made(site: Path, target: str, code: int, message: str):
    before = sorted(site.rglob("*"))
    done = publisher("build", site / target, "--site", site)
    assert (done.returncode, message in done.stderr) == (code, True), done.stderr
    assert "Traceback" not in done.stderr
    assert sorted(site.rglob("*")) == before


def test_a_truncated_export_keeps_what_was_read_and_says_what_failed(tmp_path: Path):
    whole = shared("data", "wxr", "wptt-theme-unit-test.xml").read_bytes()
    cut = tmp_path / "cut.xml"
    cut.write_bytes(whole[: len(whole) * 2 // 3])
    done = publisher("import", cut, "--site", tmp_path / "site", "--json")
    report = json.loads(done.stdout)
    assert report["created"] > 10
    assert report["failed"]
    assert done.returncode == 1


def commands(names: tuple[str, ...] = (), command: click.Command = cli) -> Iterator[tuple[str, click.Command]]:
    """(its words, the command) of every command and group, the subcommands too."""
    yield " ".join(names), command
    if isinstance(command, click.Group):
        context = click.Context(command)
        for name in command.list_commands(context):
            found = command.get_command(context, name)
            assert found
            yield from commands((*names, name), found)


COMMANDS = dict(commands())


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_helps_with_examples_that_run(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    shown = CliRunner().invoke(cli, [*name.split(), "--help"])
    assert shown.exit_code == 0
    examples = [line.strip() for line in shown.output.splitlines() if line.startswith("    publisher ")]
    assert any(each.startswith(f"publisher {name}".strip()) for each in examples), shown.output
    called: list[str] = []
    for each, command in COMMANDS.items():
        monkeypatch.setattr(command, "callback", lambda each=each, **_: called.append(each))
    monkeypatch.chdir(tmp_path)
    for example in examples:
        arguments = shlex.split(example)[1:]
        for file in (each for each in arguments if re.fullmatch(r"[\w-]+\.\w+", each)):
            Path(file).touch()
        done = CliRunner().invoke(cli, arguments)
        assert (done.exit_code, example.startswith(f"publisher {called[-1]}")) == (0, True), (example, done.output)


def test_the_settings_are_one_table():
    done = publisher("config", "--json")
    assert json.loads(done.stdout)["port"] == 8080


def test_a_backup_of_a_running_site_restores_to_the_same_articles(site: Path, tmp_path: Path):
    (tmp_path / "a.md").write_text(ARTICLE)
    with running("serve", site, "--port", "0"):
        publisher("publish", tmp_path / "a.md", "--site", site)
        saved = publisher("backup", tmp_path / "saved.tar", "--site", site)
        assert saved.returncode == 0, saved.stderr
    back = publisher("restore", tmp_path / "saved.tar", "--site", tmp_path / "copy")
    assert back.returncode == 0, back.stderr
    rows = [json.loads(publisher("list", "--site", each, "--json").stdout) for each in (site, tmp_path / "copy")]
    assert rows[0] == rows[1]
    private = (tmp_path / "saved.tar", tmp_path / "copy" / "site.db")
    assert [oct(each.stat().st_mode & 0o77) for each in private] == ["0o0", "0o0"]
    assert {each.name for each in tmp_path.iterdir()} == {"a.md", "copy", "saved.tar", "site"}
    again = publisher("restore", tmp_path / "saved.tar", "--site", site)
    assert again.returncode == 1
    assert "holds a site already" in again.stderr


def test_publish_takes_no_export_for_an_article(site: Path):
    source = shared("data", "wxr", "wptt-theme-unit-test.xml")
    done = publisher("publish", source, "--site", site)
    assert done.returncode == 2
    assert "is a WordPress export, not an article in Markdown; bring it in with: publisher import" in done.stderr
    assert json.loads(publisher("list", "--site", site, "--json").stdout) == []


def test_a_build_since_a_date_is_called_wrongly(site: Path, tmp_path: Path):
    done = publisher("build", tmp_path / "out", "--site", site, "--since", "2026-01-01")
    assert (done.returncode, "Traceback" in done.stderr, (tmp_path / "out").exists()) == (2, False, False)
    assert "'2026-01-01' is neither a number nor `last`" in done.stderr
