"""Drills 2, 6 and 7: workers die, reload and drain under load, and clients hardly notice."""

import asyncio
import os
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.drills.load import answer, children, load, metric, place, request
from tests.tool.port import free_port
from tests.tool.running import Running, magazine, publisher

PATHS = ("/feeds/all.rss", "/sitemap.xml", "/", "/web-stories/")
Cycles = Callable[[int, int], int]
Figure = Callable[[str], None]


@contextmanager
def served(folder: Path, workers: int = 2) -> Iterator[tuple[Running, str]]:
    """The demo with some workers, and where its health is."""
    admin = free_port()
    with magazine(folder, "--workers", str(workers), "--admin-port", str(admin)) as server:
        yield server, f"http://127.0.0.1:{admin}"


async def until_workers(admin: str, count: int) -> None:
    """Wait until so many workers serve."""
    while True:
        try:
            if await metric(admin, "publisher_workers") == count:
                return
        except (OSError, asyncio.IncompleteReadError):
            pass
        await asyncio.sleep(0.02)


async def until(is_so: Callable[[], bool]) -> None:
    while not is_so():
        await asyncio.sleep(0.001)


@pytest.mark.drill
async def test_d2_a_killed_worker_is_replaced_and_costs_one_request_at_most(
    tmp_path: Path, cycles: Cycles, figure: Figure
):
    kills, respawns, lost = cycles(50, 5), [], 0
    with served(tmp_path / "site") as (server, admin):
        await until_workers(admin, 2)
        async with load(server.base, PATHS[:1], 8, pause=0.05) as tally:
            await until(lambda: tally.answered > 20)
            for _ in range(kills):
                victim = children(server.process.pid)[0]
                seen, began = len(tally.ended), time.monotonic()
                os.kill(victim, signal.SIGKILL)
                await until(lambda gone=victim: len(now := children(server.process.pid)) == 2 and gone not in now)
                await until_workers(admin, 2)
                respawns.append(time.monotonic() - began)
                await asyncio.sleep(1.1)
                lost += sum(sent <= began for sent in tally.ended[seen:])
        stale = await stale_after_publishing(server, tmp_path)
    assert lost + tally.failed <= kills
    assert not tally.errors
    assert stale == 0
    assert sorted(respawns)[len(respawns) // 2] <= 1.0
    figure(
        f"drill 2: {kills} kills, of {tally.answered:,} requests {lost} in flight lost, {len(tally.ended) - lost} sent "
        f"to the dead and asked again, {tally.failed} failed, respawned in {max(respawns):.2f} s at most, "
        f"{stale} stale answers after a publish"
    )


async def stale_after_publishing(server: Running, folder: Path) -> int:
    """How many of 20 fresh connections miss an article half a second after it was acknowledged."""
    file = folder / "new.md"
    file.write_text("---\ntitle: Breaking tide tables\n---\n" + "The tide tables are out. " * 60)
    done = await asyncio.to_thread(publisher, "publish", file, "--site", folder / "site")
    assert done.returncode == 0, done.stderr
    await asyncio.sleep(0.5)
    found = [await asyncio.to_thread(server.get, "/feeds/all.rss") for _ in range(20)]
    return sum(b"Breaking tide tables" not in each.body for each in found)


@pytest.mark.drill
@pytest.mark.parametrize("workers", [2, 1])
async def test_d6_reloading_under_load_fails_no_request(workers: int, tmp_path: Path, cycles: Cycles, figure: Figure):
    reloads = cycles(20, 4)
    with served(tmp_path / "site", workers) as (server, admin):
        await until_workers(admin, workers)
        async with load(server.base, PATHS, 64, pause=0.01) as tally:
            await asyncio.sleep(0.5)
            for _ in range(reloads):
                before = set(children(server.process.pid))
                server.process.send_signal(signal.SIGHUP)
                while before & set(children(server.process.pid)):
                    await asyncio.sleep(0.05)
    assert tally.broken == 0
    assert not tally.errors
    figure(
        f"drill 6: {workers} worker(s), {reloads} reloads under 64 connections, 0 of {tally.answered:,} requests failed"
    )


@pytest.mark.drill
async def test_d7_requests_in_flight_finish_when_the_server_stops(tmp_path: Path, figure: Figure):
    with served(tmp_path / "site") as (server, admin):
        await until_workers(admin, 2)
        slow = [await asyncio.open_connection(*place(server.base)) for _ in range(20)]
        for _, writer in slow:
            writer.write(request("/_/seen", "Content-Length: 5", method="POST") + b"12")
        cold = [await asyncio.open_connection(*place(server.base)) for _ in range(20)]
        for number, (_, writer) in enumerate(cold):
            writer.write(request(f"/search/?q=cold{number}"))
        while await metric(admin, "publisher_handed_total") < len(slow) + len(cold):
            await asyncio.sleep(0.02)
        server.process.send_signal(signal.SIGTERM)
        await until_workers(admin, 0)
        for _, writer in slow:
            writer.write(b"345")
        statuses = [(await asyncio.wait_for(answer(reader), 60))[0] for reader, _ in (*slow, *cold)]
        code = await asyncio.to_thread(server.process.wait, 40)
    assert statuses[:20] == [204] * 20
    assert all(status == 200 for status in statuses[20:])
    assert code == 0
    figure("drill 7: 20 slow and 20 cold requests in flight at SIGTERM, 40 finished, exit 0")
