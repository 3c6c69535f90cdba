"""Lighthouse 12 on home, section, article and story player: accessibility, practices, SEO 100, performance >= 98."""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from tests.tool.chromium import program
from tests.tool.running import running

PACKAGE = "lighthouse@12"
JUDGED = ("/", "/travel/", "/travel/slow-train-to-nowhere/", "/web-stories/slow-train-to-nowhere/play/")
FAST, FULL = "performance", ("accessibility", "best-practices", "seo")
LEAST = 98
TIMINGS = ("first-contentful-paint", "largest-contentful-paint", "total-blocking-time", "cumulative-layout-shift")
SECONDS = 300


def judged(address: str) -> dict[str, Any]:
    """What Lighthouse says of a page, as a phone on a slow line (its defaults)."""
    command = ["npx", "--yes", PACKAGE, address, "--output=json", "--quiet"]
    command += [f"--only-categories={FAST},{','.join(FULL)}", "--chrome-flags=--headless --no-sandbox --disable-gpu"]
    environment = os.environ | {"CHROME_PATH": str(program())}
    done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=SECONDS, env=environment)
    return dict(json.loads(done.stdout))


def marks(found: dict[str, Any]) -> dict[str, float]:
    """Category -> mark of 100."""
    return {name: each["score"] * 100 for name, each in found["categories"].items()}


def lost(found: dict[str, Any]) -> list[str]:
    """The audits that cost a mark where nothing may be lost."""
    named = {each["id"] for name in FULL for each in found["categories"][name]["auditRefs"] if each["weight"]}
    return [name for name in sorted(named) if (found["audits"][name]["score"] or 0) < 1 and _is_judged(found, name)]


def _is_judged(found: dict[str, Any], name: str) -> bool:
    return found["audits"][name]["score"] is not None


def told(path: str, runs: list[dict[str, Any]]) -> bool:
    """Print the middle run of a page; whether it is what it must be."""
    middle = sorted(runs, key=lambda each: marks(each)[FAST])[len(runs) // 2]
    found = marks(middle)
    spread = [round(marks(each)[FAST]) for each in runs]
    print(f"  {path:44} " + "  ".join(f"{name} {mark:.0f}" for name, mark in found.items()) + f"  of {spread}")
    print(f"  {'':44} " + "  ".join(f"{name} {middle['audits'][name]['displayValue']}" for name in TIMINGS))
    for each in lost(middle):
        print(f"  {'':44} lost by {each}")
    return found[FAST] >= LEAST and all(found[name] == 100 for name in FULL)


def main() -> int:
    """Judge each page of the sample magazine several times; 1 when a middle mark is too low."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=3, help="how often each page is judged (3); the middle counts")
    options = parser.parse_args()
    with (
        tempfile.TemporaryDirectory() as scratch,
        running("demo", "--site", Path(scratch) / "site", "--port", "0") as it,
    ):
        fine = [told(path, [judged(it.base + path) for _ in range(options.runs)]) for path in JUDGED]
    return 0 if all(fine) else 1


if __name__ == "__main__":
    sys.exit(main())
