"""A few child processes that make pictures, so that no picture can hurt or hold up the service."""

from __future__ import annotations

import asyncio
import os
import sys
from asyncio.subprocess import DEVNULL, PIPE, Process
from pathlib import Path

import msgspec

from publisher.error import Invalid, StoreFull
from publisher.media.picture import Intake
from publisher.media.worker import Answer, Render, Request, TakeIn

TIMEOUT_SECONDS = 20.0
"""What one picture may take; then its process is killed."""
CHILDREN = 2
JOBS = 500
"""Pictures after which a child is replaced, so that nothing can pile up in it."""
_HOME = str(Path(__file__).resolve().parents[2])
_answers = msgspec.json.Decoder(Answer)


class Workshop:
    """Hands requests to idle children; starts them when first needed. Close it when done."""

    def __init__(self, children: int = CHILDREN, timeout_seconds: float = TIMEOUT_SECONDS) -> None:
        self._idle: asyncio.LifoQueue[_Child] = asyncio.LifoQueue()
        self._children = [_Child(timeout_seconds) for _ in range(children)]
        for child in self._children:
            self._idle.put_nowait(child)

    async def take_in(self, source: Path, target: Path) -> Intake:
        """Check and clean a file; raises Invalid, StoreFull."""
        done = await self._do(TakeIn(str(source), str(target)))
        if done.intake is None:
            raise Invalid("the picture process gave no answer")
        return done.intake

    async def render(
        self, source: Path, target: Path, name: str, extension: str, focal: tuple[float, float] | None = None
    ) -> None:
        """Make one rendition; raises Invalid, StoreFull."""
        await self._do(Render(str(source), str(target), name, extension, focal))

    async def _do(self, request: Request) -> Answer:
        child = await self._idle.get()
        try:
            done = await child.ask(request)
        finally:
            self._idle.put_nowait(child)
        if done.is_full:
            raise StoreFull(done.problem)
        if done.problem:
            raise Invalid(done.problem)
        return done

    async def close(self) -> None:
        """End every child."""
        for child in self._children:
            await child.stop()


class _Child:
    """One process; started when asked and not running, killed when it takes too long."""

    def __init__(self, timeout_seconds: float) -> None:
        self._timeout = timeout_seconds
        self._process: Process | None = None
        self._jobs = 0

    async def ask(self, request: Request) -> Answer:
        process = await self._running()
        assert process.stdin is not None
        assert process.stdout is not None
        is_done = False
        try:
            async with asyncio.timeout(self._timeout):
                process.stdin.write(msgspec.json.encode(request) + b"\n")
                await process.stdin.drain()
                line = await process.stdout.readline()
            is_done = bool(line)
        except TimeoutError as error:
            raise Invalid(f"the picture took longer than {self._timeout:g} seconds") from error
        except (ConnectionError, BrokenPipeError):
            line = b""
        finally:
            if not is_done:
                await self.stop()
        if not line:
            raise Invalid("the picture broke the process that read it")
        return _answers.decode(line)

    async def _running(self) -> Process:
        self._jobs += 1
        if self._jobs > JOBS:
            await self.stop()
        if self._process is None or self._process.returncode is not None:
            path = os.pathsep.join((_HOME, os.environ.get("PYTHONPATH", "")))
            self._process = await asyncio.create_subprocess_exec(
                sys.executable,
                "-m",
                "publisher.media.worker",
                stdin=PIPE,
                stdout=PIPE,
                stderr=DEVNULL,
                env={**os.environ, "PYTHONPATH": path},
            )
        return self._process

    async def stop(self) -> None:
        process, self._process, self._jobs = self._process, None, 0
        if process is None:
            return
        if process.returncode is None:
            process.kill()
        await process.wait()
