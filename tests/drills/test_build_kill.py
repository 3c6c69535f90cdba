"""A build that is killed leaves nothing behind that the next one doesn't know of."""

import signal
import subprocess
import sys
from pathlib import Path

import pytest

from publisher.build import alone
from publisher.error import Refused
from publisher.house import House, run, settings_of, with_house
from publisher.model import Article
from tests.test_build import files, piece
from tests.tool.running import environment, publisher
from tests.tool.shared import ROOT

BASE = ("--base-url", "https://example.org")


def published(site: Path, *slugs: str) -> list[Article]:
    async def work(it: House) -> list[Article]:
        return [await it.desk.publish(piece(slug, tag=f"only-{slug}")) for slug in slugs]

    return run(with_house(site, settings_of(site), work))


def withdraw(site: Path, article: Article) -> None:
    async def work(it: House) -> None:
        await it.desk.withdraw(article.id)

    run(with_house(site, settings_of(site), work))


def kill(number: int, site: Path, target: Path, *options: str) -> None:
    """Build until it is killed in the middle of a file."""
    command = [sys.executable, "-m", "tests.drills.build_writer", str(number), str(site), str(target), *options]
    done = subprocess.run(command, cwd=ROOT, env=environment(), capture_output=True, check=False)
    assert done.returncode == -signal.SIGKILL, done.stderr


def build(site: Path, target: Path, *options: str) -> dict[str, bytes]:
    """Build to the end; every file but the ledgers."""
    done = publisher("build", target, "--site", site, *BASE, *options)
    assert done.returncode == 0, done.stderr
    assert not list(target.rglob(".build-*.begun"))
    return files(target)


def test_a_build_after_one_that_was_killed_leaves_what_a_fresh_one_makes(tmp_path: Path):
    site, target = tmp_path / "site", tmp_path / "out"
    _, gone, _ = published(site, "tide", "bay", "cape")
    for number in (1, 60, 140):
        kill(number, site, target, "--jobs", "1")
    assert (target / gone.path.strip("/") / "index.html").exists()
    assert list(target.rglob("*.build-*[0-9]"))
    withdraw(site, gone)
    assert build(site, target, "--jobs", "2") == build(site, tmp_path / "fresh", "--jobs", "1")


def test_a_build_since_the_last_knows_what_one_began_that_was_killed(tmp_path: Path):
    site, target = tmp_path / "site", tmp_path / "out"
    published(site, "tide", "cape")
    build(site, target, "--jobs", "1")
    (gone,) = published(site, "bay")
    kill(40, site, target, "--since", "last", "--jobs", "1")
    assert (target / gone.path.strip("/") / "index.html").exists()
    withdraw(site, gone)
    later, fresh = build(site, target, "--since", "last", "--jobs", "1"), build(site, tmp_path / "fresh", "--jobs", "1")
    assert later.keys() == fresh.keys()


def test_a_second_build_into_the_same_folder_is_refused_while_one_writes(tmp_path: Path):
    with alone(tmp_path), pytest.raises(Refused, match="another build"), alone(tmp_path):
        pass
    with alone(tmp_path):
        pass
