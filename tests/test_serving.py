"""What the operator's documents say is so: nginx takes the example, the commands have the options."""

import errno
import gc
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from publisher.cli.serve import show
from publisher.meter import Board
from publisher.processor import cores
from publisher.serve import lasting, settle
from publisher.setting import Settings
from publisher.web.host import Hosts
from publisher.web.metric import COUNTERS, GAUGES, exposition
from publisher.worker import Duty, Supervisor, in_child
from tests.tool.debian import ToolMissing, need_package
from tests.tool.house import house
from tests.tool.port import free_port
from tests.tool.running import publisher
from tests.tool.shared import ROOT, absent


def test_nginx_accepts_the_example(tmp_path: Path):
    try:
        nginx = need_package("nginx")
    except ToolMissing as missing:
        absent(str(missing))
    (tmp_path / "_redirects.map").write_text('"/old/" "/new/";\n')
    text = (ROOT / "docs/nginx.conf").read_text().replace("/var/lib/publisher", str(tmp_path))
    text = f"pid {tmp_path}/pid;\nerror_log {tmp_path}/error.log;\n" + text.replace(
        "listen 80", f"listen {free_port()}"
    )
    (tmp_path / "nginx.conf").write_text(text)
    checked = subprocess.run([nginx, "-t", "-c", tmp_path / "nginx.conf"], capture_output=True, text=True, check=False)
    assert checked.returncode == 0, checked.stderr


def test_a_site_that_cannot_be_opened_ends_the_server_with_one_line(tmp_path: Path):
    (tmp_path / "site.toml").write_text('title = "Broken"\n')
    (tmp_path / "site.db").write_bytes(b"this is no database" * 1000)
    done = publisher("serve", tmp_path, "--port", "0", "--workers", "2")
    assert done.returncode == 1
    assert done.stderr.startswith("error: ")
    assert len(done.stderr.splitlines()) == 1


def test_a_worker_that_cannot_start_is_no_reason_to_try_for_ever():
    def work(_: Duty) -> None:
        raise SystemExit(3)

    assert Supervisor(work, 4).run() == 3


def test_a_reload_that_fails_before_the_first_worker_serves_ends_nothing(tmp_path: Path):
    mark, first = tmp_path / "reloaded", tmp_path / "first"

    def work(duty: Duty) -> None:
        if first.exists():  # the reload's
            mark.write_text(str(os.getpid()))
            raise SystemExit(1)
        first.touch()
        supervisor = os.getppid()
        os.kill(supervisor, signal.SIGHUP)
        until(lambda: mark.exists() and mark.read_text() != "" and not is_alive(int(mark.read_text())))
        duty.tell_ready()
        os.kill(supervisor, signal.SIGTERM)

    assert in_child(lambda: sys.exit(Supervisor(work, 1).run())) == 0


def test_a_server_lives_on_while_no_process_can_be_started(capfd: pytest.CaptureFixture[str]):
    def work(duty: Duty) -> None:
        duty.tell_ready()
        if not duty.is_first:
            os.kill(os.getppid(), signal.SIGTERM)
        signal.pause()

    def supervise() -> None:
        fork, asked = os.fork, iter(range(1, 9))

        def full() -> int:
            if next(asked) in (2, 3):
                raise BlockingIOError(errno.EAGAIN, "Resource temporarily unavailable")
            return fork()

        os.fork = full
        sys.exit(Supervisor(work, 2).run())

    assert in_child(supervise) == 0
    assert capfd.readouterr().err.count("no worker can be started now: Resource temporarily unavailable") == 2


async def test_work_beside_the_serving_begins_again_after_a_fault(caplog: pytest.LogCaptureFixture):
    begun = []

    async def work() -> None:
        begun.append(len(begun))
        if len(begun) < 3:
            raise RuntimeError("can't start new thread")

    await lasting(work, 0.0)
    assert begun == [0, 1, 2]
    (said,) = (each.getMessage() for each in caplog.records)
    assert said.endswith("RuntimeError: can't start new thread\n")


def until(is_so: Callable[[], bool]) -> None:
    """Wait until something is so, at most two minutes."""
    end = time.monotonic() + 120
    while not is_so():
        assert time.monotonic() < end
        time.sleep(0.01)


def is_alive(pid: int) -> bool:
    """Whether a process is there, ended and not yet seen by its parent or running."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def test_workers_are_as_many_as_the_processors_that_may_be_used():
    assert 1 <= cores() <= (os.cpu_count() or 1)


@pytest.mark.parametrize("quota", ["100000 100000", "50000 100000"])
def test_a_container_that_pays_for_one_processor_has_one(quota: str, tmp_path: Path):
    (tmp_path / "cpu.max").write_text(quota)
    assert cores(tmp_path / "cpu.max") == 1


def test_what_a_server_began_with_is_walked_by_no_collection_while_it_serves():
    before, kept = sys.getswitchinterval(), [Hosts(Settings(), "")]
    try:
        settle()
        assert gc.get_freeze_count() > 0
        assert not any(each is kept[0] for each in gc.get_objects())
        assert sys.getswitchinterval() < before
    finally:
        gc.unfreeze()
        sys.setswitchinterval(before)


def test_health_says_that_nothing_answers():
    done = publisher("health", "--port", str(free_port()))
    assert done.returncode == 1
    assert "nothing answers" in done.stderr


def test_numbers_of_workers_are_summed_and_counters_outlive_a_worker():
    board = Board(("a",), ("g",), 2)
    first, second = board.row(0), board.row(1)
    first.write({"a": 3, "g": 5})
    second.write({"a": 4, "g": 6})
    board.leave(0)
    assert board.total() == {"a": 7, "g": 6}
    board.row(0).write({"a": 2, "g": 1})
    assert board.total() == {"a": 9, "g": 7}


@pytest.mark.parametrize("name", [*COUNTERS, *GAUGES])
def test_every_number_is_in_the_exposition_with_a_type(name: str):
    text = exposition(lambda: {name: 7.0})
    assert f"\n{name} 7\n" in "\n" + text
    family = name.partition("{")[0].removesuffix("_bucket").removesuffix("_sum").removesuffix("_count")
    assert f"# TYPE {family} " in text


async def test_what_to_open_is_shown_as_it_is_written(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    """Brackets of an IPv6 address, or in a title, are no markup."""
    async with house(tmp_path, title="A [/x] title", base_url="http://[::1]:8080") as made:
        await show(made)
    shown = capsys.readouterr().out
    assert "A [/x] title is open" in shown
    assert "http://[::1]:8080/feeds/all.rss" in shown
