"""Several processes that serve one listening socket, and the one that minds them.

The supervisor opens nothing but the socket: it forks, replaces what dies, and on SIGHUP starts
new workers before it lets the old ones drain. The socket is open all the while, so that no
connection is refused. A worker whose supervisor is gone stops by itself.
"""

from __future__ import annotations

import os
import select
import signal
import sys
import time
import traceback
from collections.abc import Callable
from dataclasses import dataclass

READY_SECONDS = 30.0
DRAIN_SECONDS = 40.0
POLL_SECONDS = 0.2
QUICK_SECONDS = 1.0
"""A worker that dies sooner than this after its start is replaced later and later."""
MAX_PAUSE_SECONDS = 5.0
SIGNALS = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP, signal.SIGCHLD)


@dataclass(frozen=True, slots=True)
class Duty:
    """What a worker is told: the number of its row, whom to tell that it serves, how to know that it is alone.

    `must_be_sound`: it goes ahead at a start or a reload, which a fault in the site's files ends, and says what is
    wrong there; the others, and one that takes the place of a dead one, serve what they can.
    """

    row: int
    is_first: bool
    must_be_sound: bool
    ready: int
    life: int

    def tell_ready(self) -> None:
        """Say that requests are being answered now."""
        os.write(self.ready, b"1")
        os.close(self.ready)


Work = Callable[[Duty], None]
"""Serves until SIGTERM; runs in a process of its own."""


@dataclass(slots=True)
class _Worker:
    pid: int
    row: int
    ready: int
    started: float
    is_ready: bool = False


class Supervisor:
    """Minds `count` workers until a signal ends them all."""

    def __init__(self, work: Work, count: int, on_end: Callable[[int], None] = lambda row: None) -> None:
        self._work, self._count, self._on_end = work, count, on_end
        self._workers: dict[int, _Worker] = {}
        self._old: dict[int, _Worker] = {}
        self._life: tuple[int, int] = (-1, -1)
        self._pause, self._not_before = 0.0, 0.0
        self._has_served = False
        self._failure = 0

    def run(self) -> int:
        """Serve until SIGTERM or SIGINT; the exit code: a failed start ends it with the worker's own."""
        self._life = os.pipe()
        signal.pthread_sigmask(signal.SIG_BLOCK, SIGNALS)
        try:
            while not self._failure:
                self._fill()
                match self._next_signal():
                    case signal.SIGTERM | signal.SIGINT:
                        return self._end()
                    case signal.SIGHUP:
                        self._reload()
                    case _:
                        self._reap()
            return self._failure
        finally:
            signal.pthread_sigmask(signal.SIG_UNBLOCK, SIGNALS)

    def _next_signal(self) -> int:
        found = signal.sigtimedwait(SIGNALS, POLL_SECONDS)
        return found.si_signo if found else 0

    def _fill(self) -> None:
        """Start what is missing, unless workers die as soon as they start; the first goes ahead alone."""
        self._has_served = self._has_served or any(self._is_ready(each, 0) for each in self._workers.values())
        count = self._count if self._has_served else 1
        while len(self._workers) < count and time.monotonic() >= self._not_before:
            self._start(must_be_sound=not self._has_served)

    def _start(self, *, must_be_sound: bool) -> bool:
        """Start a worker; False when there is no room for one, and others serve meanwhile."""
        try:
            self._fork(must_be_sound=must_be_sound)
        except OSError as error:
            if not self._has_served:
                raise
            sys.stderr.write(f"warning: no worker can be started now: {error.strerror}\n")
            self._rest()
            return False
        return True

    def _fork(self, *, must_be_sound: bool) -> None:
        taken = {each.row for each in (*self._workers.values(), *self._old.values())}
        row = next(number for number in range(self.rows(self._count)) if number not in taken)
        read, write = os.pipe()
        try:
            pid = os.fork()
        except OSError:
            os.close(read)
            os.close(write)
            raise
        if not pid:
            os.close(read)
            os.close(self._life[1])
            self._be_worker(Duty(row, not self._has_served, must_be_sound, write, self._life[0]))
        os.close(write)
        self._workers[pid] = _Worker(pid, row, read, time.monotonic())

    def _be_worker(self, duty: Duty) -> None:
        code = 1
        try:
            for number in SIGNALS:
                signal.signal(number, signal.SIG_DFL)
            signal.signal(signal.SIGHUP, signal.SIG_IGN)
            signal.pthread_sigmask(signal.SIG_UNBLOCK, SIGNALS)
            self._work(duty)
            code = 0
        except SystemExit as stop:
            code = int(stop.code or 0)
        except BaseException:
            traceback.print_exc()
        finally:
            sys.stdout.flush()
            sys.stderr.flush()
            os._exit(code)

    @staticmethod
    def rows(count: int) -> int:
        """Rows that the workers and those still draining can fill: several reloads may overlap."""
        return 4 * count

    def _reap(self) -> None:
        """Take note of the dead."""
        while self._workers or self._old:
            try:
                pid, status = os.waitpid(-1, os.WNOHANG)
            except ChildProcessError:
                return
            if not pid:
                return
            self._bury(pid, os.waitstatus_to_exitcode(status))

    def _bury(self, pid: int, code: int) -> None:
        was_let_go = pid in self._old  # drained, or of a reload that failed
        worker = self._old.pop(pid, None) or self._workers.pop(pid, None)
        if worker is None:
            return
        if not was_let_go and not self._has_served and not self._is_ready(worker, 0):
            self._failure = code if code > 0 else 1
        os.close(worker.ready)
        self._on_end(worker.row)
        if time.monotonic() - worker.started < QUICK_SECONDS:
            self._rest()
        else:
            self._pause = 0.0

    def _rest(self) -> None:
        """Start none for a while, each time in a row a longer one."""
        self._pause = min(MAX_PAUSE_SECONDS, 2 * self._pause or 0.1)
        self._not_before = time.monotonic() + self._pause

    def _reload(self) -> None:
        """New workers first; the old ones drain when all the new ones serve, and stay if they can't."""
        if len(self._old) >= 2 * self._count:
            self._wait(self._old, DRAIN_SECONDS)
        before, self._workers = self._workers, {}
        self._old |= before  # their rows stay taken
        is_sound = self._start(must_be_sound=True) and self._are_ready()  # alone, so that a fault is said once
        if is_sound and all(self._start(must_be_sound=False) for _ in range(self._count - 1)) and self._are_ready():
            self._tell(before, signal.SIGTERM)
        else:
            failed, self._workers = self._workers, before
            self._old = {pid: each for pid, each in self._old.items() if pid not in before} | failed
            self._tell(failed, signal.SIGKILL)

    def _are_ready(self) -> bool:
        until = time.monotonic() + READY_SECONDS
        return all(self._is_ready(each, until - time.monotonic()) for each in list(self._workers.values()))

    def _is_ready(self, worker: _Worker, seconds: float) -> bool:
        """Whether a worker has said that it serves, or says so in time."""
        if not worker.is_ready and select.select([worker.ready], [], [], max(0.0, seconds))[0]:
            worker.is_ready = os.read(worker.ready, 1) == b"1"
        return worker.is_ready

    def _tell(self, workers: dict[int, _Worker], number: int) -> None:
        for pid in list(workers):
            try:
                os.kill(pid, number)
            except ProcessLookupError:
                continue

    def _end(self) -> int:
        """Let every worker drain, at most so long; the exit code."""
        everyone = self._workers | self._old
        self._tell(everyone, signal.SIGTERM)
        is_clean = self._wait(everyone, DRAIN_SECONDS)
        self._tell(self._workers | self._old, signal.SIGKILL)
        self._wait(everyone, POLL_SECONDS)
        return 0 if is_clean else 1

    def _wait(self, workers: dict[int, _Worker], seconds: float) -> bool:
        pids, until = set(workers), time.monotonic() + seconds
        while pids & (self._workers | self._old).keys() and time.monotonic() < until:
            signal.sigtimedwait((signal.SIGCHLD,), POLL_SECONDS)
            self._reap()
        return not pids & (self._workers | self._old).keys()


def in_child(work: Callable[[], None]) -> int:
    """Run something in a process of its own and wait for it, so that this one stays without threads; its exit code."""
    sys.stdout.flush()
    sys.stderr.flush()
    pid = os.fork()
    if not pid:
        code = 1
        try:
            work()
            code = 0
        except SystemExit as stop:
            code = int(stop.code or 0)
        except BaseException:
            traceback.print_exc()
        finally:
            sys.stdout.flush()
            sys.stderr.flush()
            os._exit(code)
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
