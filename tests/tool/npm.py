"""Single files out of npm packages, fetched once by `npm pack` and kept."""

import hashlib
import subprocess
import tarfile
import tempfile
from pathlib import Path

from tests.tool.debian import CACHE, ToolMissing, find_program, locked

FETCH_SECONDS = 600


def npm_member(package: str, member: str, sha256: str) -> Path:
    """The path of a file of an npm package `name@version`; raises ToolMissing, also when its bytes differ."""
    path = CACHE / f"{sha256[:16]}-{Path(member).name}"
    if path.exists():
        return path
    with locked("npm"):
        if not path.exists():
            _keep(path, _checked(_fetch(package, member), sha256, f"{member} of {package}"))
    return path


def _fetch(package: str, member: str) -> bytes:
    npm = find_program("npm")
    with tempfile.TemporaryDirectory(dir=CACHE) as folder:
        done = subprocess.run(
            [npm, "pack", "--silent", package],
            cwd=folder,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=FETCH_SECONDS,
            check=False,
        )
        archives = list(Path(folder).glob("*.tgz"))
        if done.returncode or not archives:
            raise ToolMissing(f"npm pack {package} failed: {done.stderr.strip()[-500:]}")
        return _extract(archives[0], member)


def _extract(archive: Path, member: str) -> bytes:
    with tarfile.open(archive) as tar:
        file = tar.extractfile(member)
        if file is None:
            raise ToolMissing(f"{archive.name} has no file {member}")
        return file.read()


def _checked(content: bytes, sha256: str, what: str) -> bytes:
    found = hashlib.sha256(content).hexdigest()
    if found != sha256:
        raise ToolMissing(f"{what} has sha256 {found}, not {sha256}")
    return content


def _keep(path: Path, content: bytes) -> None:
    partial = path.with_suffix(".partial")
    partial.write_bytes(content)
    partial.replace(path)


def npm_package(package: str) -> Path:
    """The `node_modules` folder of an npm package `name@version` with what it needs; raises ToolMissing."""
    folder = CACHE / "npm" / package.replace("/", "_")
    with locked("npm"):
        if not (folder / "node_modules" / package.rpartition("@")[0]).is_dir():
            _npm_install(folder, package)
    return folder / "node_modules"


def _npm_install(folder: Path, package: str) -> None:
    npm = find_program("npm")
    folder.mkdir(parents=True, exist_ok=True)
    done = subprocess.run(
        [npm, "install", "--silent", "--ignore-scripts", "--no-audit", "--no-fund", "--prefix", folder, package],
        cwd=folder,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=FETCH_SECONDS,
        check=False,
    )
    if done.returncode:
        raise ToolMissing(f"npm install {package} failed: {done.stderr.strip()[-500:]}")
