"""Drill 1 on imports: one that is killed goes on where it stopped, and makes what one in one go makes."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from publisher.model import Article
from publisher.store.sqlite import SqliteStore
from tests.drills.import_writer import BATCH
from tests.tool.running import environment, publisher
from tests.tool.shared import ROOT

HEAD = (
    '<rss xmlns:wp="http://wordpress.org/export/1.2/" xmlns:content="http://purl.org/rss/1.0/modules/content/">'
    "<channel><title>Old</title><wp:base_blog_url>https://old.example</wp:base_blog_url>\n"
)
ITEMS = 200


def item(number: int) -> str:
    """Mostly articles; some without a GMT date, attachments, a reserved path, and late twins of early ones."""
    twin = number - 150 if number > 190 else number
    kind = "attachment" if twin % 10 == 3 else "post"
    path = "feeds/taken" if twin == 77 else f"old/{twin}"
    gmt = "0000-00-00 00:00:00" if twin % 7 == 0 else f"2010-05-{1 + twin % 27:02} 10:00:00"
    return (
        f"<item><title>Title {twin}</title><link>https://old.example/{path}/</link><wp:post_id>{twin}</wp:post_id>"
        f"<content:encoded><![CDATA[Some words, number {twin}, and more.]]></content:encoded>"
        f"<wp:status>publish</wp:status><wp:post_type>{kind}</wp:post_type><wp:post_date_gmt>{gmt}</wp:post_date_gmt>"
        f"<wp:post_date>2010-05-{1 + twin % 27:02} 12:30:00</wp:post_date></item>\n"
    )


@pytest.fixture
def source(tmp_path: Path) -> Path:
    path = tmp_path / "export.xml"
    path.write_text(HEAD + "".join(map(item, range(1, ITEMS + 1))) + "</channel></rss>")
    return path


def kill(moment: str, number: int, source: Path, site: Path) -> None:
    """Import until it is killed at a batch."""
    command = [sys.executable, "-m", "tests.drills.import_writer", moment, str(number), str(source), str(site)]
    done = subprocess.run(command, cwd=ROOT, env=environment(), capture_output=True, check=False)
    assert done.returncode == -signal.SIGKILL, done.stderr


def ledger(source: Path, site: Path, *options: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(publisher("import", source, "--site", site, "--json", *options).stdout)
    return found


async def articles(site: Path) -> list[Article]:
    store = SqliteStore(site)
    await store.open()
    found = [each async for each in store.every()]
    await store.close()
    return found


@pytest.mark.parametrize("moments", [["stored 1"], ["stored 4", "storing 3"], ["storing 6", "stored 2"]])
async def test_a_killed_import_goes_on_and_makes_what_one_in_one_go_makes(
    source: Path, tmp_path: Path, moments: list[str]
):
    for each in moments:
        moment, number = each.split()
        kill(moment, int(number), source, tmp_path / "killed")
    resumed = ledger(source, tmp_path / "killed")
    whole = ledger(source, tmp_path / "whole")
    batches = sum(int(each.split()[1]) - each.startswith("storing") for each in moments)
    assert resumed.pop("resumed") == batches * BATCH
    assert whole.pop("resumed") == 0
    assert resumed == whole
    assert (whole["seen"], whole["created"], sum(count for _, count in whole["failed"])) == (ITEMS, 170, 1)
    assert await articles(tmp_path / "killed") == await articles(tmp_path / "whole")
    again = ledger(source, tmp_path / "killed")
    assert (again["resumed"], again["seen"], again["unchanged"]) == (0, ITEMS, 170)


def retitle(source: Path, old: str, new: str) -> None:
    """Edit a file, a moment later than it was made."""
    made = source.stat()
    source.write_text(source.read_text().replace(old, new))
    os.utime(source, ns=(made.st_atime_ns, made.st_mtime_ns + 1))


async def test_an_altered_file_and_a_wish_to_restart_begin_at_the_beginning(source: Path, tmp_path: Path):
    site = tmp_path / "site"
    kill("stored", 2, source, site)
    restarted = ledger(source, site, "--restart", "--dry-run")
    assert (restarted["resumed"], restarted["seen"]) == (0, ITEMS)
    retitle(source, "Title 5<", "Title V<")
    altered = ledger(source, site)
    assert (altered["resumed"], altered["seen"], altered["updated"]) == (0, ITEMS, 1)
    titles = {each.title for each in await articles(site)}
    assert "Title V" in titles
    assert "Title 5" not in titles


def test_the_command_says_that_it_goes_on(source: Path, tmp_path: Path):
    kill("stored", 3, source, tmp_path / "site")
    done = publisher("import", source, "--site", tmp_path / "site")
    assert f"going on after {3 * BATCH} items" in done.stderr
    assert f"{ITEMS} seen" in done.stderr
