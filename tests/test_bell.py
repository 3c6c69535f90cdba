"""Processes that serve one site wake each other when they wrote; whatever is wrong with the bell, nothing fails."""

import asyncio
import errno
import os
import signal
import socket
import time
from collections.abc import Callable
from pathlib import Path
from stat import S_IMODE

import pytest

from publisher import press
from publisher.bell import FOLDER, Bell
from publisher.error import NotFound
from publisher.house import House, settings_of, with_house
from publisher.serve import follow
from tests.tool.running import Running, magazine, publisher

LONG = 3600.0
PIECE = "---\ntitle: Breaking tide tables\n---\n" + "The tide tables are out. " * 60


async def heard(bell: Bell) -> None:
    """Wait until a bell is rung; a test that waits in vain fails."""
    async with asyncio.timeout(120):
        await bell.pause(LONG)


def names(site: Path) -> list[str]:
    return sorted(os.listdir(site / FOLDER))


async def test_a_ring_wakes_everyone_who_listens(tmp_path: Path):
    first, second, ringer = Bell(tmp_path), Bell(tmp_path), Bell(tmp_path)
    with first.listening(), second.listening(), ringer.listening():
        ringer.ring()
        await asyncio.gather(heard(first), heard(second))
        ringer.ring()
        await asyncio.gather(heard(first), heard(second))
    assert names(tmp_path) == []


async def test_who_never_hears_a_ring_waits_no_longer_than_told(tmp_path: Path):
    with Bell(tmp_path).listening():
        await Bell(tmp_path).pause(0.001)


async def test_ringing_where_nobody_listens_leaves_no_trace(tmp_path: Path):
    Bell(tmp_path).ring()
    Bell(tmp_path / "no such site").ring()
    assert os.listdir(tmp_path) == []


async def test_who_does_not_listen_holds_up_nobody(tmp_path: Path):
    deaf, bell = Bell(tmp_path), Bell(tmp_path)
    with deaf.listening(), bell.listening():
        for _ in range(1000):  # The kernel keeps a dozen, and the loop has taken none of them.
            Bell(tmp_path).ring()
        await asyncio.gather(heard(deaf), heard(bell))


async def test_what_a_killed_process_left_is_taken_away(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    bell = Bell(tmp_path)
    with bell.listening():
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as left:
            monkeypatch.chdir(tmp_path / FOLDER)
            left.bind("1-left")
        assert "1-left" in names(tmp_path)
        Bell(tmp_path).ring()
        await heard(bell)
        assert len(names(tmp_path)) == 1


async def test_a_site_may_lie_deeper_than_a_socket_address_is_long(tmp_path: Path):
    site = tmp_path.joinpath(*["a folder with a long name"] * 8)
    site.mkdir(parents=True)
    bell = Bell(site)
    with bell.listening():
        Bell(site).ring()
        await heard(bell)


async def test_nobody_else_may_enter_where_the_sockets_are(tmp_path: Path):
    (tmp_path / FOLDER).mkdir(0o777)
    (tmp_path / FOLDER).chmod(0o777)
    with Bell(tmp_path).listening():
        assert S_IMODE((tmp_path / FOLDER).stat().st_mode) == 0o700


@pytest.mark.parametrize("spoil", [lambda folder: folder.chmod(0o770), lambda folder: _moved_behind_a_link(folder)])
async def test_a_folder_that_others_can_fill_is_not_rung(tmp_path: Path, spoil: Callable[[Path], None]):
    bell = Bell(tmp_path)
    with bell.listening():
        kept = tmp_path / FOLDER / "kept"
        kept.touch()  # A ring would take it for a dead socket.
        spoil(tmp_path / FOLDER)
        Bell(tmp_path).ring()
        assert kept.exists()


def _moved_behind_a_link(folder: Path) -> None:
    folder.rename(folder.with_name("elsewhere"))
    folder.symlink_to("elsewhere")


async def test_a_folder_that_takes_no_socket_costs_the_hint_only(tmp_path: Path):
    (tmp_path / FOLDER).write_text("a file is in the way")
    bell = Bell(tmp_path)
    with bell.listening():
        bell.ring()
        await bell.pause(0.001)
    assert (tmp_path / FOLDER).read_text() == "a file is in the way"


async def test_what_another_process_publishes_wakes_the_press(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """The poll is put off for an hour: only the bell is left."""
    monkeypatch.setattr(press, "POLL_SECONDS", LONG)
    site, file = tmp_path / "site", tmp_path / "piece.md"
    file.write_text(PIECE)

    async def work(house: House) -> None:
        following = house.group.create_task(follow(house))
        assert isinstance(await house.press.answer("/breaking-tide-tables/"), NotFound)
        before = house.press.cursor
        done = await asyncio.to_thread(publisher, "publish", file, "--site", site)
        assert done.returncode == 0, done.stderr
        async with asyncio.timeout(120):
            while house.press.cursor == before:
                await asyncio.sleep(0)
        following.cancel()

    publisher("init", site)
    await with_house(site, settings_of(site), work)


def test_workers_that_are_killed_replaced_or_ended_leave_nothing_behind(tmp_path: Path):
    site, file = tmp_path / "site", tmp_path / "piece.md"
    file.write_text(PIECE)
    with magazine(site, "--workers", "2") as server:
        until(lambda: _owners(site) == set(server.workers()) and len(names(site)) == 2)
        os.kill(server.workers()[0], signal.SIGKILL)
        until(lambda: len(names(site)) == 3)
        assert publisher("publish", file, "--site", site).returncode == 0
        until(lambda: _owners(site) == set(server.workers()) and len(names(site)) == 2)
        before = _reload(server)
        until(lambda: not before & _owners(site) and len(names(site)) == 2)
        assert "Breaking tide tables" in server.get("/feeds/all.rss").text
    assert names(site) == []


def _reload(server: Running) -> set[int]:
    before = set(server.workers())
    server.process.send_signal(signal.SIGHUP)
    return before


def _owners(site: Path) -> set[int]:
    return {int(name.partition("-")[0]) for name in names(site)} if (site / FOLDER).exists() else set()


def until(is_so: Callable[[], bool]) -> None:
    """Wait until something is so, at most two minutes."""
    end = time.monotonic() + 120
    while not is_so():
        assert time.monotonic() < end
        time.sleep(0.02)


async def test_where_no_descriptor_is_left_nothing_is_heard_and_nothing_fails(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    def none() -> socket.socket:
        raise OSError(errno.EMFILE, "Too many open files")

    monkeypatch.setattr("publisher.bell._datagrams", none)
    bell = Bell(tmp_path)
    with bell.listening():
        bell.ring()
        await bell.pause(0.0)
