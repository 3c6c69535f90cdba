"""Drill 3: an acknowledgement comes after the log reached the disk, by the kernel's own account."""

import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.tool.debian import need_package

ROOT = Path(__file__).parents[2]
CALLS = "trace=write,pwrite64,fdatasync,fsync"
LINE = re.compile(r"^(\d+)\s+(.*)$")
CALL = re.compile(r"^(\w+)\((\d+)<([^>]*)>(.*)$")
SAID = re.compile(r', "\d+(\\n)?"')
RESUMED = re.compile(r"^<\.\.\. (\w+) resumed>")


def events(trace: str) -> Iterator[tuple[str, str, str]]:
    """(call, file, rest) in the order in which the calls ended."""
    begun: dict[str, tuple[str, str, str]] = {}
    for text in trace.splitlines():
        match = LINE.match(text)
        if not match:
            continue
        thread, line = match.groups()
        if RESUMED.match(line) and thread in begun:
            yield begun.pop(thread)
        elif call := CALL.match(line):
            event = (call[1], call[3], call[4])
            if line.endswith("<unfinished ...>"):
                begun[thread] = event
            else:
                yield event


@pytest.mark.drill
def test_drill_3_the_log_is_on_the_disk_before_the_acknowledgement(
    tmp_path: Path, figure: Callable[[str], None], cycles: Callable[[int, int], int]
):
    strace, count = need_package("strace"), cycles(200, 20)
    out = tmp_path / "trace"
    command = [sys.executable, "-m", "tests.contract.writer", str(tmp_path), "x", str(count)]
    subprocess.run(
        [strace, "-f", "-y", "-qq", "-e", CALLS, "-o", out, *command],
        cwd=ROOT,
        check=True,
        stdout=subprocess.PIPE,
        timeout=600,
    )
    written = synced = acknowledged = 0
    is_dirty = False
    for call, file, rest in events(out.read_text(errors="replace")):
        if file.endswith("site.db-wal"):
            is_dirty = call in ("write", "pwrite64")
            written, synced = written + is_dirty, synced + (not is_dirty)
        elif call == "write" and file.startswith("pipe:") and SAID.match(rest):
            acknowledged += 1
            assert not is_dirty, f"acknowledgement {acknowledged} before its fdatasync"
            assert synced >= acknowledged
    assert acknowledged == count
    figure(f"drill 3 (store): {acknowledged} acknowledgements, {written} log writes, {synced} syncs, 0 too early")
