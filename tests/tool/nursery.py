"""Commands without the time that importing takes: one process imports everything, and forks whenever one is to be run.

Each is a process of its own all the same, begun as `python -m publisher` begins it and ended as Python ends: with its
own folder, environment and standard files. What its start must not depend on (a module that was imported before) is
kept by the floors, which have no cycles.
"""

import atexit
import gc
import importlib
import json
import os
import pkgutil
import runpy
import socket
import subprocess
import sys
import tempfile
import threading
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import BinaryIO

from tests.tool.shared import ROOT

WORDS = list[str]
_sending = threading.Lock()


def run(
    arguments: WORDS, cwd: Path | None, environment: Mapping[str, str], timeout: float
) -> subprocess.CompletedProcess[str]:
    """Run `publisher` with some arguments to its end; raises TimeoutExpired."""
    asked = json.dumps([arguments, str(cwd or Path.cwd()), dict(environment)])
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        code = _code(asked, out, err, timeout)
        said = [_text(each) for each in (out, err)]
    return subprocess.CompletedProcess(["publisher", *arguments], code, *said)


def _code(asked: str, out: BinaryIO, err: BinaryIO, timeout: float) -> int:
    ours, theirs = socket.socketpair()
    with ours, theirs:
        with _sending:
            socket.send_fds(_mother(), [b"."], [out.fileno(), err.fileno(), theirs.fileno()])
        theirs.close()
        ours.sendall(f"{asked}\n".encode())
        answers = ours.makefile()
        pid = int(answers.readline())
        ours.settimeout(timeout)
        try:
            return int(answers.readline())
        except TimeoutError as late:
            os.kill(pid, 9)
            ours.settimeout(None)
            ours.recv(100)
            raise subprocess.TimeoutExpired(asked, timeout) from late


def _text(file: BinaryIO) -> str:
    file.seek(0)
    return file.read().decode().replace("\r\n", "\n")


@cache
def _mother() -> socket.socket:
    """The line to the process that forks, started at the first command and ended with this one."""
    ours, theirs = socket.socketpair()
    command = [sys.executable, "-m", "tests.tool.nursery", str(theirs.fileno())]
    kept = os.environ | {"PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": "1"}
    process = subprocess.Popen(
        command, pass_fds=[theirs.fileno()], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, env=kept
    )
    theirs.close()

    def end() -> None:
        ours.close()
        process.wait()

    atexit.register(end)
    return ours


def main(requests: socket.socket) -> WORDS:
    """Fork for whoever asks, until nobody can; only a command returns, with its arguments."""
    for found in pkgutil.walk_packages([str(ROOT / "publisher")], "publisher."):
        if not found.name.endswith("__main__"):
            importlib.import_module(found.name)
    gc.collect()
    gc.freeze()
    while True:
        _, files, _, _ = socket.recv_fds(requests, 1, 3)
        if not files:
            os._exit(0)
        if not os.fork():
            requests.close()
            return _minded(*files)
        for each in files:
            os.close(each)
        _reap()


def _minded(out: int, err: int, line: int) -> WORDS:
    """Fork once more, and tell of the end; only the command itself returns."""
    talk = socket.socket(fileno=line)
    arguments, folder, environment = json.loads(talk.makefile().readline())
    if pid := os.fork():
        talk.sendall(f"{pid}\n".encode())
        talk.sendall(f"{os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])}\n".encode())
        os._exit(0)
    talk.close()
    for file, number in ((out, 1), (err, 2)):
        os.dup2(file, number)
        os.close(file)
    os.chdir(folder)
    os.environ.clear()
    os.environ.update(environment)
    return list(arguments)


def _reap() -> None:
    while True:
        try:
            if os.waitpid(-1, os.WNOHANG)[0] == 0:
                return
        except ChildProcessError:
            return


if __name__ == "__main__":
    sys.argv[1:] = main(socket.socket(fileno=int(sys.argv[1])))
    runpy.run_module("publisher", run_name="__main__", alter_sys=True)
