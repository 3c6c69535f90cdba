"""The command's build, killed by itself in the middle of a file: `build_writer NUMBER FOLDER TARGET OPTION...`."""

import os
import signal
import sys
from typing import Any

from publisher.build import folder
from publisher.cli import main


def deadly(number: int) -> Any:
    """What writes a file, but half of that number, and then neither this process nor its parent is there."""
    write, left = folder._write_all, iter(range(number - 1))

    def half(descriptor: int, body: bytes) -> None:
        if next(left, None) is not None:
            return write(descriptor, body)
        write(descriptor, body[: len(body) // 2])
        os.kill(os.getppid(), signal.SIGKILL)
        os.kill(os.getpid(), signal.SIGKILL)

    return half


if __name__ == "__main__":
    _, number, site, target, *options = sys.argv
    folder._write_all = deadly(int(number))
    sys.argv = ["publisher", "build", target, "--site", site, "--base-url", "https://example.org", *options]
    main()
