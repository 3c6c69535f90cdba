"""The child process that touches pictures: reads one request a line, answers with one line.

It has bounds of its own (memory, file size, no new processes' rights needed); time is bounded by
the parent, which kills it. Run as `python -m publisher.media.worker`.
"""

from __future__ import annotations

import errno
import os
import resource
import sys
from pathlib import Path

import msgspec

from publisher.error import Invalid
from publisher.media.picture import Intake, render, take_in

MEMORY_BYTES = 1_500_000_000
FILE_BYTES = 200_000_000


class TakeIn(msgspec.Struct, frozen=True, tag="take_in"):
    """Check and clean a file."""

    source: str
    target: str


class Render(msgspec.Struct, frozen=True, tag="render"):
    """Make one rendition of a clean picture."""

    source: str
    target: str
    name: str
    extension: str
    focal: tuple[float, float] | None = None


class Answer(msgspec.Struct, frozen=True):
    """What came of a request; `problem` is empty when it was done, `is_full` says that it is the disk's."""

    problem: str = ""
    is_full: bool = False
    intake: Intake | None = None


Request = TakeIn | Render
_requests = msgspec.json.Decoder(Request)


def answer(line: bytes) -> Answer:
    """Do what one line asks."""
    request = _requests.decode(line)
    try:
        if isinstance(request, TakeIn):
            return Answer(intake=take_in(Path(request.source), Path(request.target)))
        render(Path(request.source), Path(request.target), request.name, request.extension, request.focal)
        return Answer()
    except Invalid as error:
        return Answer(problem=str(error))
    except MemoryError:
        return Answer(problem="the picture needs more memory than it may have")
    except OSError as error:
        is_full = error.errno in (errno.ENOSPC, errno.EDQUOT)
        return Answer(problem=f"the picture can't be written: {error.strerror}", is_full=is_full)


def main() -> None:
    """Answer until the input ends."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_FSIZE, (FILE_BYTES, FILE_BYTES))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    os.nice(10)
    for line in sys.stdin.buffer:
        sys.stdout.buffer.write(msgspec.json.encode(answer(line)) + b"\n")
        sys.stdout.buffer.flush()


if __name__ == "__main__":
    main()
