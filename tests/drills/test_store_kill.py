"""Drill 1 on the store: a writing process killed at any moment loses nothing it acknowledged."""

import asyncio
import os
import random
import signal
import sqlite3
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from publisher.model import Redirect, Selection
from publisher.store.sqlite import SqliteStore
from tests.contract.sample import saved

ROOT = Path(__file__).parents[2]
Acknowledged = dict[str, int]
"""guid -> revision that was said to be stored."""


async def run_and_kill(folder: Path, name: str, seconds: float) -> Acknowledged:
    """Let a process write, kill it, and return what it had said by then."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.drills.store_writer", str(folder), name, cwd=ROOT, stdout=asyncio.subprocess.PIPE
    )
    assert process.stdout
    assert await process.stdout.readline() == b"open\n"
    asyncio.get_running_loop().call_later(seconds, os.kill, process.pid, signal.SIGKILL)
    said = await process.stdout.read()
    assert await process.wait() == -signal.SIGKILL
    lines = [line.decode().split() for line in said.splitlines(keepends=True) if line.endswith(b"\n")]
    return {guid: int(revision) for guid, revision in lines}


async def lost(store: SqliteStore, acknowledged: Acknowledged) -> list[str]:
    """What was acknowledged and is not there, or not whole."""
    missing = []
    for guid, revision in acknowledged.items():
        article = await store.article_by_guid(guid)
        moved = await store.at(article.path.replace("/travel/", "/reviews/"))
        is_whole = article.body.text == "Some words." and article.place is not None
        if article.revision < revision or not is_whole or (article.revision == 2 and not isinstance(moved, Redirect)):
            missing.append(guid)
    return missing


async def halves(store: SqliteStore) -> list[str]:
    """Traces of writes that were stored in part: every part must agree with the others."""
    log = await store.seq()
    articles = [article async for article in store.every()]
    listed = sum(chunk.urls for chunk in await store.chunks("articles"))
    found = {
        "changes": log - sum(article.revision for article in articles),
        "list": await store.count(Selection(limit=0)) - len(articles),
        "walk": len(await store.revisions(Selection(limit=10**9))) - len(articles),
        "sitemap": listed - len(articles),
        "tally": (await store.tally()).published - len(articles),
        "places": len({article.place for article in articles}) - len(articles),
    }
    return [f"{name}: {difference}" for name, difference in found.items() if difference]


def integrity(file: Path) -> list[str]:
    connection = sqlite3.connect(file)
    connection.execute("INSERT INTO word (word) VALUES ('integrity-check')")
    connection.rollback()
    found = [row[0] for row in connection.execute("PRAGMA integrity_check")]
    connection.close()
    return found


@pytest.mark.drill
async def test_drill_1_no_acknowledged_write_is_lost_by_kill_9(
    tmp_path: Path, figure: Callable[[str], None], cycles: Callable[[int, int], int]
):
    count, total, slowest = cycles(200, 20), 0, 0.0
    generator = random.Random(1)
    for number in range(count):
        acknowledged = await run_and_kill(tmp_path, f"c{number}", generator.uniform(0.0, 0.15))
        store, start = SqliteStore(tmp_path), time.perf_counter()
        await store.open()
        await saved(store, f"after-{number}")
        slowest = max(slowest, time.perf_counter() - start)
        assert await lost(store, acknowledged) == []
        if number % 10 == 9 or number == count - 1:
            assert await halves(store) == []
        await store.close()
        total += len(acknowledged)
    assert integrity(tmp_path / "site.db") == ["ok"]
    assert slowest < 2
    figure(f"drill 1 (store): {count} kills, {total} acknowledged articles, 0 lost, ready in {slowest * 1000:.0f} ms")


@pytest.mark.drill
async def test_drill_1_two_writers_one_of_them_killed(
    tmp_path: Path, figure: Callable[[str], None], cycles: Callable[[int, int], int]
):
    count, total, generator = cycles(50, 5), 0, random.Random(2)
    store = SqliteStore(tmp_path)
    await store.open()
    for number in range(count):
        other = asyncio.create_task(run_and_kill(tmp_path, f"c{number}", generator.uniform(0.02, 0.15)))
        mine = 0
        while not other.done():
            await saved(store, f"mine-{number}-{mine}")
            mine += 1
        assert await lost(store, await other) == []
        total += mine + len(await other)
    assert await halves(store) == []
    await store.close()
    assert integrity(tmp_path / "site.db") == ["ok"]
    figure(f"drill 1 (two writers): {count} kills, {total} acknowledged articles, 0 lost")


@pytest.mark.drill
async def test_drill_28_an_upgrade_killed_midway_is_whole_or_not_begun(
    tmp_path: Path, figure: Callable[[str], None], cycles: Callable[[int, int], int]
):
    count, begun, generator = cycles(60, 10), 0, random.Random(3)
    for number in range(count):
        folder = tmp_path / str(number)
        folder.mkdir()
        code = f"import asyncio, pathlib; from publisher.store.sqlite import SqliteStore; print('go', flush=True); \
asyncio.run(SqliteStore(pathlib.Path({str(folder)!r})).open())"
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-c", code, cwd=ROOT, stdout=asyncio.subprocess.PIPE
        )
        assert process.stdout
        await process.stdout.readline()
        await asyncio.sleep(generator.uniform(0, 0.03))
        if process.returncode is None:
            process.kill()
        await process.wait()
        begun += (folder / "site.db").exists()
        store = SqliteStore(folder)
        await store.open()
        await saved(store, "x")
        await store.close()
    figure(f"drill 28 (migration): {count} kills, {begun} after it had begun, 0 half-made schemas")
