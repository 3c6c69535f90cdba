"""A virtual environment of a peer's own, filled from PyPI once and kept, so that no peer is a dependency of ours."""

from __future__ import annotations

import shutil
import subprocess
import venv
from pathlib import Path

from tests.tool.debian import CACHE, ToolMissing, locked


def programs(*packages: str) -> Path:
    """The folder of programs of an environment with these packages. Raises ToolMissing."""
    home = CACHE / "-".join(("bench", *packages))
    with locked("bench"):
        if not (home / "filled").exists():
            _fill(home, packages)
    return home / "bin"


def _fill(home: Path, packages: tuple[str, ...]) -> None:
    shutil.rmtree(home, ignore_errors=True)
    try:
        venv.create(home, with_pip=True)
        subprocess.run([home / "bin" / "pip", "install", "-q", *packages], check=True, capture_output=True, text=True)
    except subprocess.CalledProcessError as error:
        raise ToolMissing(f"{' and '.join(packages)} can't be installed: {str(error.stderr).strip()[-500:]}") from error
    (home / "filled").touch()
