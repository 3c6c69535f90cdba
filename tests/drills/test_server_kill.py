"""Drill 1: the whole server is killed while it writes, and nothing that it acknowledged is lost."""

import random
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from tests.tool.running import environment, running

READY_SECONDS = 2.0
LONGEST_LIFE = 0.4


def killed_while_writing(folder: Path, name: str, life: float) -> list[str]:
    """Start the server, let it write for a while, kill -9; the paths that it acknowledged."""
    command = [sys.executable, "-m", "tests.drills.server_writer", str(folder), name]
    process = subprocess.Popen(command, env=environment(), stdout=subprocess.PIPE, text=True)
    assert process.stdout
    assert process.stdout.readline().startswith("ready")
    time.sleep(life)
    process.kill()
    rest = process.stdout.read()
    process.wait()
    whole = rest[: rest.rfind("\n") + 1]
    return [line.split()[1] for line in whole.splitlines() if line.startswith("ack ")]


def seconds_to_load() -> float:
    """What any start costs on this machine now: Python and the code, without a site."""
    began = time.monotonic()
    subprocess.run([sys.executable, "-c", "import publisher.serve"], env=environment(), check=True)
    return time.monotonic() - began


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
        acknowledged += killed_while_writing(site, f"r{number}", chance.uniform(0.02, LONGEST_LIFE))
    check_integrity(site)
    assert len(acknowledged) == len(set(acknowledged))
    loading = seconds_to_load()
    began = time.monotonic()
    with running("serve", site, "--port", "0") as server:
        assert server.get("/").status == 200
        ready = time.monotonic() - began
        lost = [path for path in acknowledged if server.get(path).status != 200]
    assert acknowledged
    assert lost == []
    assert ready < READY_SECONDS + loading, "the time to load the code apart"
    figure(f"drill 1 (server): {count} kills, {len(acknowledged):,} acknowledged, 0 lost, ready in {ready:.2f} s")
