"""Debian's Chromium, started once, reached by its debugging port."""

import os
import subprocess
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from tests.tool.debian import ToolMissing, find_program, need_library

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
OPTIONS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--mute-audio",
    "--remote-debugging-port=0",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost, EXCLUDE *.localhost",
)
"""No name but the loopback's resolves: a page that needs the network fails at once, online and offline."""

STOP_SECONDS = 10
GREETING = "DevTools listening on "


def program() -> Path:
    """Chromium's path, installed on Debian as root, with what Playwright's own Node wants; raises ToolMissing."""
    need_library("libatomic1", "libatomic.so.1")
    return find_program("chromium", *NAMES)


@contextmanager
def running_chromium() -> Iterator[str]:
    """A headless Chromium with an empty profile; gives the address that Playwright connects to."""
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as profile:
        process = subprocess.Popen(
            [program(), *OPTIONS, f"--user-data-dir={profile}", "about:blank"],
            env={**os.environ, "TMPDIR": profile},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
            errors="replace",
        )
        try:
            yield _address(process)
        finally:
            _stop(process)


def _address(process: subprocess.Popen[str]) -> str:
    assert process.stderr is not None
    said = []
    for line in process.stderr:
        if line.startswith(GREETING):
            threading.Thread(target=_drain, args=(process.stderr,), daemon=True).start()
            return line.removeprefix(GREETING).strip()
        said.append(line)
    raise ToolMissing(f"chromium did not start: {''.join(said)[-1000:]}")


def _drain(stream: IO[str]) -> None:
    for _ in stream:
        pass


def _stop(process: subprocess.Popen[str]) -> None:
    process.terminate()
    try:
        process.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
    if process.stderr:
        process.stderr.close()
