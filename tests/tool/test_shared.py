"""The ground itself: shared material, the refusal of skips, free ports."""

import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from tests.tool import port
from tests.tool.shared import ROOT, shared

SKIPS = """
import pytest

@pytest.mark.skip(reason="no moon tonight")
def test_by_mark(): ...

def test_by_call(): pytest.skip("no tide either")

@pytest.mark.xfail(reason="known")
def test_expected(): raise ValueError
"""


def run_pytest(folder: Path, source: str, **environment: str) -> subprocess.CompletedProcess[str]:
    (folder / "test_it.py").write_text(source)
    clean = {name: os.environ[name] for name in os.environ if name != "CI" and not name.startswith("PYTEST")}
    options = [
        "-p",
        "tests.tool.no_skip",
        "-p",
        "no:cacheprovider",
        "-c",
        os.devnull,
        "--rootdir",
        str(folder),
    ]
    return subprocess.run(
        [sys.executable, "-m", "pytest", *options, str(folder)],
        env={**clean, "PYTHONPATH": str(ROOT), "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1", **environment},
        capture_output=True,
        text=True,
        check=False,
    )


def test_shared_material_is_found_beside_the_project():
    assert shared("schemas", "atom.rng").read_bytes().startswith(b"<")


def test_absent_material_skips_and_in_ci_fails_with_the_reason(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.delenv("CI", raising=False)
    with pytest.raises(pytest.skip.Exception, match="no-such-thing is not beside the project"):
        shared("no-such-thing")
    monkeypatch.setenv("CI", "1")
    with pytest.raises(pytest.fail.Exception, match="no-such-thing is not beside the project"):
        shared("no-such-thing")


def test_a_skip_is_a_skip_on_a_desk(tmp_path: Path):
    done = run_pytest(tmp_path, SKIPS)
    assert (done.returncode, "2 skipped, 1 xfailed" in done.stdout) == (0, True), done.stdout


def test_ci_turns_every_skip_into_a_failure_with_its_reason(tmp_path: Path):
    done = run_pytest(tmp_path, SKIPS, CI="1")
    assert done.returncode == 1
    assert "1 failed, 1 xfailed, 1 error" in done.stdout
    assert "no moon tonight" in done.stdout
    assert "no tide either" in done.stdout


def test_ci_refuses_a_module_skipped_as_a_whole(tmp_path: Path):
    done = run_pytest(tmp_path, "import pytest\npytest.importorskip('no_such_library')\n", CI="1")
    assert done.returncode != 0
    assert "no_such_library" in done.stdout


def test_a_free_port_can_be_bound(free_port: int):
    with socket.socket() as server:
        server.bind(("127.0.0.1", free_port))


def test_a_port_is_given_once_whichever_process_asks(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(port, "RANGE", range(31_700, 32_000))
    mine = {port.free_port() for _ in range(40)}
    taking = (
        "from tests.tool import port; port.RANGE = range(31_700, 32_000)\nprint(*(port.free_port() for _ in range(40)))"
    )
    done = subprocess.run([sys.executable, "-c", taking], cwd=ROOT, capture_output=True, text=True, check=True)
    theirs = set(map(int, done.stdout.split()))
    assert (len(mine), len(theirs), mine & theirs) == (40, 40, set())
