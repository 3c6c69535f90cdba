"""What is installed is whole: the wheel carries templates, feeds, migrations and the sample magazine."""

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from tests.tool.shared import ROOT

pytestmark = pytest.mark.xdist_group("packaging")


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--wheel-dir", str(folder), str(ROOT)]
    subprocess.run(command, check=True, capture_output=True, timeout=300)
    return next(folder.glob("publisher-*.whl"))


@pytest.mark.timeout(360)
def test_the_wheel_carries_everything(wheel: Path):
    names = set(zipfile.ZipFile(wheel).namelist())
    for folder in ("templates", "feeds"):
        shipped = {str(path.relative_to(ROOT)) for path in (ROOT / folder).rglob("*") if path.is_file()}
        assert {f"publisher/_assets/{name}" for name in shipped} <= names
    own = {str(path.relative_to(ROOT)) for path in (ROOT / "publisher").rglob("*") if path.is_file()}
    assert {name for name in own if "__pycache__" not in name} <= names


@pytest.mark.timeout(360)
def test_the_wheel_works_away_from_the_checkout(wheel: Path, tmp_path: Path):
    target = tmp_path / "installed"
    zipfile.ZipFile(wheel).extractall(target)
    environment = {**os.environ, "PYTHONPATH": str(target)}
    probe = (
        "import publisher.asset as a, publisher.definition as d; assets = a.Assets();"
        "print(a.__file__); print(len(d.load(assets)), len(list(assets.names('templates'))), a.SAMPLE.is_dir())"
    )
    done = subprocess.run(
        [sys.executable, "-c", probe], cwd=tmp_path, env=environment, capture_output=True, text=True, check=True
    )
    where, found = done.stdout.strip().splitlines()
    feeds, templates, has_sample = found.split()
    assert where.startswith(str(target))
    assert int(feeds) >= 5
    assert int(templates) > 20
    assert has_sample == "True"
