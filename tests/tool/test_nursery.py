"""Commands that are forked are what commands started anew are."""

import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.test_serving import until
from tests.tool import nursery
from tests.tool.running import environment, publisher


@pytest.mark.parametrize("arguments", [["--version"], ["config", "--json"], ["nonsense"], ["list", "--site", "none"]])
def test_a_forked_command_says_and_answers_what_a_started_one_does(arguments: list[str], tmp_path: Path):
    started = subprocess.run(
        [sys.executable, "-m", "publisher", *arguments],
        cwd=tmp_path, env=environment(), capture_output=True, text=True, check=False,
    )  # fmt: skip
    forked = publisher(*arguments, cwd=tmp_path)
    assert (forked.returncode, forked.stdout, forked.stderr) == (started.returncode, started.stdout, started.stderr)


def test_each_command_has_its_own_folder_and_environment(tmp_path: Path):
    def asked(number: int) -> str:
        folder = tmp_path / str(number)
        folder.mkdir()
        (folder / "site.toml").write_text(f'title = "Of {number}"')
        own = environment() | {"PUBLISHER_ACCENT": f"#00000{number}"}
        return nursery.run(["config", "--site", "."], folder, own, 60).stdout

    with ThreadPoolExecutor(4) as pool:
        for number, said in enumerate(pool.map(asked, range(8))):
            assert f"Of {number}" in said
            assert f"#00000{number}" in said


def test_a_command_that_takes_too_long_is_killed(tmp_path: Path):
    publisher("init", tmp_path / "site")
    with pytest.raises(subprocess.TimeoutExpired):
        nursery.run(["serve", str(tmp_path / "site"), "--port", "0"], tmp_path, environment(), 0.5)
    until(lambda: not [each for each in os.listdir("/proc") if each.isdigit() and str(tmp_path / "site") in told(each)])


def told(pid: str) -> str:
    """The open files of a process."""
    try:
        folder = f"/proc/{pid}/fd"
        return " ".join(os.readlink(f"{folder}/{each}") for each in os.listdir(folder))
    except OSError:
        return ""
