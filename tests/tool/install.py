"""`python -m tests.tool.install`: fetches what the tests need before they run, and says what it does."""

import sys
import time
from collections.abc import Callable
from pathlib import Path

from tests.tool import amp, chromium, feed_reader, vnu
from tests.tool.debian import ToolMissing
from tests.tool.shared import in_ci

TOOLS: dict[str, Callable[[], Path]] = {
    "AMP validator": amp.engine_script,
    "Java": vnu.java,
    "HTML checker": vnu.jar,
    "Chromium": chromium.program,
    "newsboat": feed_reader.newsboat,
    "Node": feed_reader.node,
    "rss-parser": feed_reader.rss_parser,
}


def main() -> int:
    """Find or fetch every tool; 1 when `CI` is set and one is missing, since its tests would fail."""
    found = [_report(name, find) for name, find in TOOLS.items()]
    return int(in_ci() and not all(found))


def _report(name: str, find: Callable[[], Path]) -> bool:
    started = time.monotonic()
    try:
        path = find()
    except ToolMissing as missing:
        print(f"tools: {name}: missing; its tests will be skipped. {missing}", flush=True)
        return False
    print(f"tools: {name}: {path} ({time.monotonic() - started:.1f} s)", flush=True)
    return True


if __name__ == "__main__":
    sys.exit(main())
