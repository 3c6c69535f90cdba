"""Drills 4, 9, 10, 11, 13, 14 and 15: no space, no descriptors, little memory, crowds, slow and oversized clients."""

import asyncio
import resource
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractAsyncContextManager, ExitStack, contextmanager, suppress
from pathlib import Path

import pytest

from tests.drills.load import Tally, answer, ask, descriptors, load, metric, place, request, resident, threads
from tests.tool.port import free_port
from tests.tool.running import Running, magazine, publisher
from tests.tool.shared import absent

PATHS = ("/feeds/all.rss", "/sitemap.xml", "/", "/web-stories/")
UNNOTICED_SECONDS = 0.05
"""What a neighbour on the same machine may cost a request at any time."""
Cycles = Callable[[int, int], int]
Figure = Callable[[str], None]


@contextmanager
def served(folder: Path, *options: str) -> Iterator[tuple[Running, str]]:
    """The demo by one process, and where its health is."""
    admin = free_port()
    with magazine(folder, "--admin-port", str(admin), *options) as server:
        yield server, f"http://127.0.0.1:{admin}"


@contextmanager
def small_disk(folder: Path, megabytes: int) -> Iterator[Path]:
    """A file system that is soon full; skipped where it can't be mounted."""
    folder.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={megabytes}m", "tmpfs", folder], check=False)
    if mounted.returncode:
        absent("mounting a small file system needs root")
    try:
        yield folder
    finally:
        subprocess.run(["umount", "-l", folder], check=True)


@pytest.mark.drill
def test_d4_a_full_disk_stops_writes_only(tmp_path: Path, figure: Figure):
    with ExitStack() as stack:
        disk = stack.enter_context(small_disk(tmp_path / "disk", 64))
        server, _ = stack.enter_context(served(disk / "site"))
        before = server.get("/feeds/all.rss")
        fill(disk / "ballast")
        file = tmp_path / "new.md"
        file.write_text("---\ntitle: No room\n---\n" + "There is no room left. " * 20_000)
        refused = publisher("publish", file, "--site", disk / "site")
        assert refused.returncode == 1, refused.stdout + refused.stderr
        assert "Traceback" not in refused.stderr
        reads = [server.get(path).status for path in PATHS * 10]
        assert set(reads) == {200}
        assert server.get("/feeds/all.rss").body == before.body
        (disk / "ballast").unlink()
        again = publisher("publish", file, "--site", disk / "site")
        assert again.returncode == 0, again.stderr
        assert b"No room" in fresh(server, "/feeds/all.rss", b"No room")
    figure(f"drill 4: disk full, the write was refused with a reason, {len(reads)} of {len(reads)} reads answered")


def fill(file: Path) -> None:
    """Write until nothing more goes."""
    with file.open("wb", buffering=0) as ballast, suppress(OSError):
        while ballast.write(b"\0" * 65_536):
            pass


def fresh(server: Running, path: str, wanted: bytes) -> bytes:
    """What a path answers as soon as it has what is wanted, or after two seconds."""
    until = time.monotonic() + 2
    while wanted not in (body := server.get(path).body) and time.monotonic() < until:
        time.sleep(0.05)
    return body


@pytest.mark.drill
async def test_d9_a_server_out_of_descriptors_recovers(tmp_path: Path, figure: Figure):
    with served(tmp_path / "site") as (server, _):
        resource.prlimit(server.workers()[0], resource.RLIMIT_NOFILE, (256, 256))
        lines = len(server.lines)
        held, began = [], time.monotonic()
        for _ in range(400):
            try:
                held.append(await asyncio.wait_for(asyncio.open_connection(*place(server.base)), 1))
            except (OSError, TimeoutError):
                break
        await asyncio.sleep(3)
        for _, writer in held:
            writer.close()
        freed = time.monotonic()
        while True:
            said = await ask(server.base, request("/", "Connection: close"), 1)
            if b" 200 OK" in said:
                break
            assert time.monotonic() - freed < 60
        recovered, seconds = time.monotonic() - freed, time.monotonic() - began
        logged = len(server.lines) - lines
    assert recovered < 2
    assert logged <= seconds + 1
    figure(f"drill 9: 400 connections at 256 descriptors, recovered in {recovered:.2f} s, {logged} log lines")


@pytest.mark.drill
async def test_d10_memory_stays_within_bounds_under_full_load(tmp_path: Path, cycles: Cycles, figure: Figure):
    with served(tmp_path / "site", "--set", "cache_bytes=32000000") as (server, admin):
        peaks = []
        for lap in range(cycles(8, 3)):
            paths = [f"/search/?q=word{lap}-{number}" for number in range(cycles(2000, 200))]
            paths += [f"/nothing/{lap}/{number}/" for number in range(len(paths))]
            async with load(server.base, [*PATHS, *paths], 64) as tally:
                while tally.answered < 2 * len(paths):
                    await asyncio.sleep(0.1)
            peaks.append(resident(server.process.pid) / 1e6)
        kept = await metric(admin, "publisher_cache_bytes")
    assert max(peaks) < 256
    assert peaks[-1] < peaks[0] * 1.35
    assert kept <= 33_000_000
    figure(
        f"drill 10: resident {peaks[0]:.0f} MB after the first lap, {peaks[-1]:.0f} MB after {len(peaks)}, cache full"
    )


@pytest.mark.drill
async def test_d11_nothing_grows_in_a_soak(tmp_path: Path, cycles: Cycles, figure: Figure):
    with served(tmp_path / "site") as (server, _):
        pid, seen = server.process.pid, []
        async with load(server.base, PATHS, 16, pause=0.01) as tally:
            await asyncio.sleep(3)
            for _ in range(cycles(60, 6)):
                await asyncio.sleep(cycles(10, 2))
                seen.append((resident(pid), descriptors(pid), threads(pid)))
    middle = len(seen) // 2
    growth = seen[-1][0] - seen[middle][0]
    assert not tally.broken
    assert growth < 0.05 * seen[0][0]
    assert {each[1] for each in seen[middle:]} == {seen[middle][1]}
    assert seen[-1][2] == seen[middle][2]
    figure(
        f"drill 11: {tally.answered:,} requests, resident {seen[-1][0] / 1e6:.0f} MB ({growth / 1e6:+.2f} MB in the "
        f"second half), {seen[-1][1]} descriptors, {seen[-1][2]} threads"
    )


@pytest.mark.drill
async def test_d13_a_crowd_at_a_cold_path_causes_one_render(tmp_path: Path, figure: Figure):
    with served(tmp_path / "site") as (server, admin):
        crowd = [await asyncio.open_connection(*place(server.base)) for _ in range(500)]
        before = await metric(admin, 'publisher_press_total{did="build"}')
        for _, writer in crowd:
            writer.write(request("/feeds/all.json"))
        said = await asyncio.gather(*(answer(reader) for reader, _ in crowd))
        built = await metric(admin, 'publisher_press_total{did="build"}') - before
        for _, writer in crowd:
            writer.close()
    assert {status for status, _, _ in said} == {200}
    assert len({body for _, _, body in said}) == 1
    assert built == 1
    figure("drill 13: 500 clients at one cold path, 1 render, 500 answers of 200")


@pytest.mark.drill
async def test_d14_slow_clients_are_cut_and_others_do_not_wait(tmp_path: Path, cycles: Cycles, figure: Figure):
    each, cuts = cycles(500, 60), {"head": 15, "body": 30, "reader": 60}
    if cycles(1, 0) == 0:
        cuts.pop("reader")
    raise_limit()
    with served(tmp_path / "site") as (server, _), served(tmp_path / "idle") as (other, _):
        took: dict[str, list[float]] = {}
        async with at_ease(server.base) as busy, at_ease(other.base) as idle, asyncio.TaskGroup() as group:
            for kind in cuts:
                took[kind] = []
                for _ in range(each):
                    group.create_task(slow(server.base, kind, took[kind]))
    for kind, limit in cuts.items():
        assert len(took[kind]) == each, kind
        assert max(took[kind]) < limit + 4, kind
    assert busy.p99() < max(2 * idle.p99(), UNNOTICED_SECONDS)
    cut = ", ".join(f"{kind} {max(seconds):.0f} s" for kind, seconds in took.items())
    figure(
        f"drill 14: {each} slow connections of each kind cut ({cut}); p99 of others {busy.p99() * 1000:.1f} ms, "
        f"of a server without them {idle.p99() * 1000:.1f} ms"
    )


def at_ease(base: str) -> AbstractAsyncContextManager[Tally]:
    """A few clients that keep a server from nothing else."""
    return load(base, PATHS[:1], 4, pause=0.005)


def raise_limit() -> None:
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(hard, 16_384), hard))


async def slow(base: str, kind: str, took: list[float]) -> None:
    """One slow client; how long the server bore it."""
    reader, writer = await asyncio.open_connection(*place(base), limit=2**14)
    began = time.monotonic()
    try:
        if kind == "reader":
            writer.transport.pause_reading()
            writer.write(request("/feeds/all.rss") * 200)
        elif kind == "body":
            writer.write(request("/_/seen", "Content-Length: 10", method="POST"))
        else:
            writer.write(b"GET / HTTP/1.1\r\nHost: ")
        while time.monotonic() - began < 75:
            await asyncio.sleep(0.5)
            if kind == "reader":
                if is_reset(writer):
                    break
                continue
            writer.write(b"1" if kind == "head" or time.monotonic() - began < 4 else b"")
            with suppress(TimeoutError):
                async with asyncio.timeout(0.01):
                    while await reader.read(65_536):
                        pass
                    break
    except ConnectionError:
        pass
    finally:
        took.append(time.monotonic() - began)
        writer.close()


def is_reset(writer: asyncio.StreamWriter) -> bool:
    """Whether the server has aborted a connection that we don't read from."""
    sock = writer.get_extra_info("socket")
    state = sock.getsockopt(6, 11, 8)[0]  # TCP_INFO: the first byte is the state, 1 is established
    return bool(state != 1)


@pytest.mark.drill
async def test_d15_oversized_requests_are_refused_at_once(tmp_path: Path, figure: Figure):
    big = b"a" * 1_000_000
    oversized = {
        "line": b"GET /" + big + b" HTTP/1.1\r\nHost: localhost\r\n\r\n",
        "query": b"GET /search/?q=" + big + b" HTTP/1.1\r\nHost: localhost\r\n\r\n",
        "field": b"GET / HTTP/1.1\r\nHost: localhost\r\nX: " + big + b"\r\n\r\n",
        "name": b"GET / HTTP/1.1\r\nHost: localhost\r\n" + big + b": x\r\n\r\n",
        "fields": b"GET / HTTP/1.1\r\nHost: localhost\r\n" + b"X: y\r\n" * 100_000 + b"\r\n",
        "body": b"POST /_/seen HTTP/1.1\r\nHost: localhost\r\nContent-Length: 99999999999\r\n\r\n" + big,
        "chunk": b"POST /_/seen HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n"
        + b"f" * 100
        + b"\r\n",
    }
    with served(tmp_path / "site") as (server, _):
        for path in ("/", "/nothing", "/search/?q=tide"):
            await ask(server.base, request(path, "Connection: close"))
        start, slowest = resident(server.process.pid), 0.0
        sizes = []
        for _ in range(3):
            for name, sent in oversized.items():
                for _ in range(10):
                    began = time.monotonic()
                    said = await first_line(server.base, sent)
                    slowest = max(slowest, time.monotonic() - began)
                    assert said in (b"", b"HTTP") or said[9:10] == b"4" or name == "body", (name, said)
            sizes.append(resident(server.process.pid))
        assert (await ask(server.base, request("/", "Connection: close"))).startswith(b"HTTP/1.1 200")
    assert max(sizes) - start < 20_000_000
    growth = " ".join(f"{(each - start) / 1e6:+.1f}" for each in sizes)
    count = 30 * len(oversized)
    figure(f"drill 15: {count} oversized requests refused, slowest {slowest * 1000:.0f} ms, resident {growth} MB a lap")


async def first_line(base: str, sent: bytes) -> bytes:
    """The status line that some bytes get; empty when the server just hangs up."""
    reader, writer = await asyncio.open_connection(*place(base))
    try:
        writer.write(sent)
        return await asyncio.wait_for(reader.readline(), 5)
    except (ConnectionError, TimeoutError):
        return b""
    finally:
        writer.close()
