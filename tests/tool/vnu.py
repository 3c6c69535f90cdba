"""HTML conformance by the Nu Html Checker, one Java start for a whole batch of pages."""

import json
import subprocess
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.tool.debian import find_program
from tests.tool.npm import npm_member

PACKAGE = "vnu-jar@26.9.27"
MEMBER = "package/build/dist/vnu.jar"
SHA256 = "22f15dd39a33bed929d2a5c0cddf5946849a647eca9272bf4d5d00bc7e7a4d47"
RUN_SECONDS = 300
SHORT_LIVED = "-XX:TieredStopAtLevel=1"
"""To Java: compile quickly, not well. A batch ends long before the better code would pay for itself."""


@dataclass(frozen=True, slots=True)
class Problem:
    """One error or warning in one page; `page` is the name that the page was given under."""

    page: str
    kind: str
    line: int
    message: str
    extract: str

    def __str__(self) -> str:
        return f"{self.page}:{self.line} {self.kind}: {self.message} near {self.extract!r}"


def check_html(pages: Mapping[str, str | bytes]) -> list[Problem]:
    """Every error and warning of these pages (name -> HTML), in the pages' order; raises ToolMissing."""
    if not pages:
        return []
    with tempfile.TemporaryDirectory() as folder:
        names = dict(_write(Path(folder), number, *page) for number, page in enumerate(pages.items()))
        messages = _run(Path(folder))
    found = [(Path(message["url"]).name, _problem(names, message)) for message in messages if _matters(message)]
    return [problem for _, problem in sorted(found, key=lambda pair: pair[0])]


def jar() -> Path:
    """The checker's archive, fetched at first use; raises ToolMissing."""
    return npm_member(PACKAGE, MEMBER, SHA256)


def java() -> Path:
    """A Java runtime, installed on Debian as root; raises ToolMissing."""
    return find_program("default-jre-headless", "java")


def _write(folder: Path, number: int, name: str, html: str | bytes) -> tuple[str, str]:
    path = folder / f"{number:06}.html"
    path.write_bytes(html.encode() if isinstance(html, str) else html)
    return path.name, name


def _run(folder: Path) -> list[dict[str, Any]]:
    options = ["--format", "json", "--stdout", "--exit-zero-always", "--skip-non-html"]
    done = subprocess.run(
        [java(), "-Xss4m", SHORT_LIVED, "-jar", jar(), *options, folder],
        capture_output=True,
        timeout=RUN_SECONDS,
        check=False,
    )
    if done.returncode:
        raise RuntimeError(f"vnu ended with {done.returncode}: {done.stderr.decode()[-2000:]}")
    return list(json.loads(done.stdout)["messages"])


def _matters(message: dict[str, Any]) -> bool:
    if message["type"] == "non-document-error":
        raise RuntimeError(f"vnu could not check: {message}")
    return message["type"] == "error" or message.get("subType") == "warning"


def _problem(names: Mapping[str, str], message: dict[str, Any]) -> Problem:
    return Problem(
        page=names[Path(message["url"]).name],
        kind=message.get("subType", message["type"]),
        line=message.get("lastLine", 0),
        message=message["message"],
        extract=message.get("extract", ""),
    )
