"""Drill 1: the whole server is killed while it writes, and nothing that it acknowledged is lost."""

import random
import shutil
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import pytest

from tests.tool.running import environment, publisher, running

RECOVERY_SECONDS = 1.0
LONGEST_LIFE = 0.4


def killed_while_writing(folder: Path, name: str, life: float, awaited: int) -> list[str]:
    """Start the server, let it write so many and for a while more, kill -9; the paths that it acknowledged."""
    command = [sys.executable, "-m", "tests.drills.server_writer", str(folder), name]
    process = subprocess.Popen(command, env=environment(), stdout=subprocess.PIPE, text=True)
    assert process.stdout
    assert process.stdout.readline().startswith("ready")
    first = "".join(process.stdout.readline() for _ in range(awaited))
    time.sleep(life)
    process.kill()
    rest = first + process.stdout.read()
    process.wait()
    whole = rest[: rest.rfind("\n") + 1]
    return [line.split()[1] for line in whole.splitlines() if line.startswith("ack ")]


def seconds_until_ready(folder: Path) -> float:
    """From the start of a server to its first page."""
    began = time.monotonic()
    with running("serve", folder, "--port", "0") as server:
        assert server.get("/").status == 200
        return time.monotonic() - began


def more_than_another(folder: Path, another: Path) -> float:
    """How many seconds longer than a new site's a start takes; both at once, so that a busy machine slows both."""
    with ThreadPoolExecutor(2) as pool:
        taken = list(pool.map(seconds_until_ready, (folder, another)))
    return taken[0] - taken[1]


def check_integrity(folder: Path) -> None:
    with closing(sqlite3.connect(folder / "site.db")) as database:
        assert database.execute("PRAGMA integrity_check").fetchall() == [("ok",)]


@pytest.mark.drill
def test_d1_no_acknowledged_write_is_lost(
    tmp_path: Path, cycles: Callable[[int, int], int], figure: Callable[[str], None]
):
    chance = random.Random(1)
    site = tmp_path / "site"
    acknowledged: list[str] = []
    count = cycles(200, 8)
    for number in range(count):
        acknowledged += killed_while_writing(site, f"r{number}", chance.uniform(0.02, LONGEST_LIFE), number % 2)
    sockets = shutil.ignore_patterns(".bell")
    copies = [shutil.copytree(site, tmp_path / f"copy{number}", ignore=sockets) for number in range(3)]
    check_integrity(site)
    assert len(acknowledged) == len(set(acknowledged))
    assert publisher("init", tmp_path / "new").returncode == 0
    recovering = min(more_than_another(each, tmp_path / "new") for each in copies)
    with running("serve", site, "--port", "0") as server:
        lost = [path for path in acknowledged if server.get(path).status != 200]
    assert acknowledged
    assert lost == []
    assert recovering < RECOVERY_SECONDS
    figure(
        f"drill 1 (server): {count} kills, {len(acknowledged):,} acknowledged, 0 lost, "
        f"ready {recovering:+.2f} s after a new site"
    )
