"""Drill 1 with every way in at once: clients by HTTP, the command line and an import write side by side, all killed."""

import signal
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from random import Random
from time import sleep

import orjson
import pytest

from tests.drills.test_api_kill import create, write_until_killed
from tests.tool.running import environment, publisher, running

FILES = 300


def markdown(folder: Path, prefix: str, count: int) -> Path:
    folder.mkdir()
    for number in range(count):
        name = f"{prefix}-{number}"
        (folder / f"{name}.md").write_text(f"---\ntitle: Piece {name}\ndate: 2026-11-05\n---\nSome words of {name}.\n")
    return folder


def start(*arguments: str | Path) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "publisher", *map(str, arguments)]
    return subprocess.Popen(command, env=environment(), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


@pytest.mark.drill
def test_d1_all_ways_in_at_once_lose_nothing_and_double_nothing(
    tmp_path: Path, cycles: Callable[[int, int], int], figure: Callable[[str], None]
):
    chance, site = Random(3), tmp_path / "site"
    assert publisher("init", site).returncode == 0
    secret = publisher("token", "create", "--name", "cms", "--scope", "write", "--site", site).stdout.strip()
    kept: dict[str, int] = {}
    unanswered: list[str] = []
    singles, count = markdown(tmp_path / "singles", "single", 30), cycles(5, 2)
    folders = [markdown(tmp_path / f"folder-{number}", f"f{number}", FILES) for number in range(count)]
    for number, folder in enumerate(folders):
        with running("serve", site, "--port", "0") as server:
            kept |= {key: create(server.base, secret, key) for key in unanswered}
            others = [start("import", folder, "--site", site)]
            others += [
                start("publish", singles / f"single-{number * 3 + each}.md", "--site", site) for each in range(3)
            ]
            unanswered = write_until_killed(server, secret, f"r{number}", chance.uniform(1, 3), kept)
            sleep(chance.uniform(0, 0.5))
            for process in others:
                process.send_signal(signal.SIGKILL)
                process.wait()
    with running("serve", site, "--port", "0") as server:
        kept |= {key: create(server.base, secret, key) for key in unanswered}
        for folder in folders:
            report = orjson.loads(publisher("import", folder, "--site", site, "--json").stdout)
            assert report["seen"] == FILES == report["created"] + report["unchanged"] + report["updated"]
        for number in range(count * 3):
            assert publisher("publish", singles / f"single-{number}.md", "--site", site).returncode == 0
        assert server.get("/feeds/all.rss").status == 200
    with closing(sqlite3.connect(site / "site.db")) as database:
        assert database.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        (stored,) = database.execute("SELECT count(*) FROM article").fetchone()
        (silent,) = database.execute(
            "SELECT count(*) FROM article WHERE id NOT IN (SELECT article_id FROM change)"
        ).fetchone()
    expected = len(kept) + count * (FILES + 3)
    assert (stored, silent) == (expected, 0), "each once, and each in the log"
    assert len(set(kept.values())) == len(kept)
    figure(f"drill 1 (all ways in): {count} kills of 5 processes, {stored:,} articles, 0 lost, 0 duplicates")
