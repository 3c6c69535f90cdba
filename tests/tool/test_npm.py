"""Files out of npm packages are kept, and other bytes than the expected ones are refused."""

import hashlib
import io
import tarfile
from pathlib import Path

import pytest

from tests.tool import npm
from tests.tool.debian import ToolMissing
from tests.tool.npm import npm_member

CONTENT = b"let moon = 1;"


@pytest.fixture
def packages(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An `npm` that packs one small package, and an empty cache."""
    with tarfile.open(tmp_path / "moon-1.0.0.tgz", "w:gz") as tar:
        entry = tarfile.TarInfo("package/moon.js")
        entry.size = len(CONTENT)
        tar.addfile(entry, io.BytesIO(CONTENT))
    program = tmp_path / "npm"
    program.write_text(f'#!/bin/sh\ntest "$3" = moon@1.0.0 && cp {tmp_path}/moon-1.0.0.tgz .\n')
    program.chmod(0o755)
    monkeypatch.setattr(npm, "CACHE", tmp_path)
    monkeypatch.setattr(npm, "find_program", lambda name: program)
    return program


def test_a_member_is_fetched_once(packages: Path):
    path = npm_member("moon@1.0.0", "package/moon.js", hashlib.sha256(CONTENT).hexdigest())
    packages.unlink()
    assert npm_member("moon@1.0.0", "package/moon.js", hashlib.sha256(CONTENT).hexdigest()) == path
    assert path.read_bytes() == CONTENT


def test_other_bytes_are_refused_and_not_kept(packages: Path):
    with pytest.raises(ToolMissing, match=r"package/moon\.js of moon@1\.0\.0 has sha256"):
        npm_member("moon@1.0.0", "package/moon.js", "0" * 64)
    assert not list(packages.parent.glob("0000*"))


def test_a_failed_fetch_names_the_package(packages: Path):
    with pytest.raises(ToolMissing, match=r"npm pack sun@2\.0\.0 failed"):
        npm_member("sun@2.0.0", "package/sun.js", "0" * 64)
