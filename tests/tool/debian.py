"""Programs that tests need: found on the PATH, installed by apt where that is possible, else asked for."""

import ctypes
import fcntl
import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.tool.shared import absent

CACHE = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "publisher-tests"
"""Where fetched tools are kept between runs."""

APT_SECONDS = 900


class ToolMissing(Exception):
    """A tool is not here and could not be installed; the message says what to do."""


def need_package(package: str, *binaries: str) -> Path:
    """The path of a program, for a test; without it the test is skipped, or fails when `CI` is set."""
    return needed(lambda: find_program(package, *binaries))


def needed(find: Callable[[], Path]) -> Path:
    """What `find` finds, for a test; without it the test is skipped, or fails when `CI` is set."""
    try:
        return find()
    except ToolMissing as missing:
        absent(str(missing))
        raise


def find_program(package: str, *binaries: str) -> Path:
    """The path of the first of these programs; on Debian as root its package is installed when none is here.

    The program's name is the package's by default. Raises ToolMissing.
    """
    names = binaries or (package,)
    if found := _which(names):
        return found
    if not can_install():
        raise ToolMissing(f"{names[0]} is not here; install it, on Debian by: sudo apt-get install {package}")
    with locked("apt"):
        if not _which(names):
            _install(package)
    if found := _which(names):
        return found
    raise ToolMissing(f"the Debian package {package} was installed but brought no {names[0]}")


def need_library(package: str, name: str) -> None:
    """Have a shared library, by its file's name, that a program out of a Python package wants. Raises ToolMissing."""
    if _has_library(name):
        return
    if not can_install():
        raise ToolMissing(f"{name} is not here; install it, on Debian by: sudo apt-get install {package}")
    with locked("apt"):
        if not _has_library(name):
            _install(package)


def need_file(package: str, pattern: str) -> Path:
    """A file that a Debian package brings, found by a pattern below the root. Raises ToolMissing."""
    if not (found := _find(pattern)) and can_install():
        with locked("apt"):
            if not _find(pattern):
                _install(package)
            found = _find(pattern)
    if not found:
        raise ToolMissing(f"/{pattern} is not here; install it, on Debian by: sudo apt-get install {package}")
    return found


def _find(pattern: str) -> Path | None:
    return next(Path("/").glob(pattern), None)


def _has_library(name: str) -> bool:
    try:
        ctypes.CDLL(name)
    except OSError:
        return False
    return True


def can_install() -> bool:
    """Whether this is a Debian machine and we are root."""
    return os.geteuid() == 0 and Path("/etc/debian_version").exists() and shutil.which("apt-get") is not None


@contextmanager
def locked(name: str) -> Iterator[None]:
    """Hold a lock between test processes, so that one of them fetches and the others wait."""
    CACHE.mkdir(parents=True, exist_ok=True)
    with (CACHE / f"{name}.lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _which(names: tuple[str, ...]) -> Path | None:
    return next((Path(path) for name in names if (path := shutil.which(name))), None)


def _install(package: str) -> None:
    _apt("update", "-qq")
    _apt("install", "-y", "-qq", "--no-install-recommends", package)


def _apt(*arguments: str) -> None:
    done = subprocess.run(
        ["apt-get", "-o", f"DPkg::Lock::Timeout={APT_SECONDS}", *arguments],
        env={**os.environ, "DEBIAN_FRONTEND": "noninteractive"},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=2 * APT_SECONDS,
        check=False,
    )
    if done.returncode:
        raise ToolMissing(f"apt-get {' '.join(arguments)} failed: {done.stderr.strip()[-500:]}")
