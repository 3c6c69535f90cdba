"""The real command in a process of its own, and plain HTTP to it."""

import http.client
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Thread
from urllib.parse import urlsplit

from tests.tool import nursery
from tests.tool.shared import ROOT

START_SECONDS = 240.0
_BASE = re.compile(r"http://127\.0\.0\.1:\d+")
_LAST = "Ctrl+C stops it"
"""What its last line says when it is open: whatever comes after that isn't the start's."""


def environment() -> dict[str, str]:
    """This process's environment without settings of its own, with the project importable; servers have one worker."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PUBLISHER_")}
    return kept | {"PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": "1", "COLUMNS": "200", "PUBLISHER_WORKERS": "1"}


def publisher(
    *arguments: str | Path, cwd: Path | None = None, timeout: float = 360
) -> subprocess.CompletedProcess[str]:
    """Run one command to its end, in a process that has imported all it needs."""
    return nursery.run([*map(str, arguments)], cwd, environment(), timeout)


@dataclass
class Answer:
    """What a client saw."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def text(self) -> str:
        """The body as UTF-8."""
        return self.body.decode()


def fetch(base: str, path: str, method: str = "GET", **headers: str) -> Answer:
    """One request on a connection of its own; header names are written with underscores."""
    parts = urlsplit(base)
    connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=120)
    try:
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        connection.request(method, path, headers=sent)
        response = connection.getresponse()
        return Answer(response.status, {k.lower(): v for k, v in response.getheaders()}, response.read())
    finally:
        connection.close()


@dataclass
class Running:
    """A server that runs, and its base URL."""

    process: subprocess.Popen[str]
    base: str
    lines: list[str]

    def get(self, path: str, method: str = "GET", **headers: str) -> Answer:
        """One request on a connection of its own; header names are written with underscores."""
        return fetch(self.base, path, method, **headers)

    def workers(self) -> list[int]:
        """The numbers of the processes that serve."""
        pid = self.process.pid
        return [int(each) for each in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]

    def kill(self) -> None:
        """End all its processes at once, the one that would replace the others first."""
        for pid in (self.process.pid, *self.workers()):
            os.kill(pid, signal.SIGKILL)


@contextmanager
def running(*arguments: str | Path, cwd: Path | None = None) -> Iterator[Running]:
    """Start a serving command, wait until it says where it is, stop it at the end."""
    command = [sys.executable, "-m", "publisher", *map(str, arguments)]
    process = subprocess.Popen(
        command, cwd=cwd, env=environment(), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    lines: list[str] = []
    reader = Thread(target=_collect, args=(process, lines), daemon=True)
    reader.start()
    try:
        yield Running(process, _base(process, lines), lines)
    finally:
        process.terminate()
        try:
            process.wait(40)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        reader.join(5)


@contextmanager
def magazine(folder: Path, *options: str | Path) -> Iterator[Running]:
    """Start the demo in a folder; one that isn't there has the sample magazine as a demo before left it."""
    if not folder.exists():
        shutil.copytree(Path(_imported().name, "site"), folder)
    with running("demo", "--site", folder, "--port", "0", *options) as server:
        yield server


@cache
def _imported() -> TemporaryDirectory[str]:
    """What the demo makes at its first start, made once."""
    made = TemporaryDirectory()
    with running("demo", "--site", Path(made.name, "site"), "--port", "0"):
        return made


def _collect(process: subprocess.Popen[str], lines: list[str]) -> None:
    assert process.stdout
    for line in process.stdout:
        lines.append(line)


def _base(process: subprocess.Popen[str], lines: list[str]) -> str:
    end = time.monotonic() + START_SECONDS
    while time.monotonic() < end and process.poll() is None:
        said = "".join(lines)
        if _LAST in said and (match := _BASE.search(said)):
            return match[0]
        time.sleep(0.02)
    raise AssertionError("the server did not start:\n" + "".join(lines))
