"""Input made to do harm is refused or cleaned within 2 s and 256 MB, without the net or other files (I11)."""

import json
import subprocess
import sys
from pathlib import Path
from textwrap import dedent

import pytest

from publisher.html import sanitise
from publisher.model import Article
from publisher.prepare import prepare
from publisher.text import slug
from tests.tool.shared import ROOT, shared

pytestmark = pytest.mark.xdist_group("hostile-imports")

READER = dedent("""
    import json, socket, sys, time
    from datetime import UTC, datetime
    from pathlib import Path
    from publisher.error import InvalidExport
    from publisher.html import sanitise
    from publisher.importer.port import Ledger, Read
    from publisher.importer.sniff import open_export
    from publisher.prepare import prepare

    def refuse(*_):
        raise AssertionError("it opened a connection")

    socket.socket.connect = socket.create_connection = refuse

    def peak_kb():
        status = Path("/proc/self/status").read_text()
        return int(status.split("VmHWM:")[1].split()[0])

    def read(path):
        if path.suffix == ".html":
            sanitise(path.read_text("utf-8", "replace"))
        ledger = Ledger()
        try:
            export = open_export(str(path), now=datetime(2026, 11, 23, tzinfo=UTC))
            for item in export:
                ledger.see(item)
                if isinstance(item, Read):
                    ledger.created += 1
                    prepare(item.article, item.html, item.base, export.hosts)
        except InvalidExport as error:
            return {"refused": str(error)}
        report = ledger.report()
        return {"adds_up": report.adds_up, "seen": report.seen, "created": report.created}

    for path in sorted(Path(sys.argv[1]).iterdir()):
        Path("/proc/self/clear_refs").write_text("5")
        before, started = peak_kb(), time.process_time()
        outcome = read(path)
        took = {"seconds": time.process_time() - started, "mb": (peak_kb() - before) / 1024}
        print(json.dumps({"name": path.name} | outcome | took), flush=True)
""")


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("hostile")
    make = shared("data", "adversarial", "make_hostile.py")
    subprocess.run([sys.executable, str(make), str(folder)], check=True, stdout=subprocess.PIPE, timeout=300)
    return folder


@pytest.fixture(scope="module")
def outcomes(hostile: Path) -> dict[str, dict[str, object]]:
    command = [sys.executable, "-c", READER, str(hostile)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, done.stderr
    rows = [json.loads(row) for row in done.stdout.splitlines()]
    return {row["name"]: row for row in rows}


def test_every_hostile_file_is_read_or_refused_with_a_message(hostile: Path, outcomes: dict[str, dict[str, object]]):
    assert len(outcomes) == len(list(hostile.iterdir())) >= 30
    assert all(row.get("refused") or row.get("adds_up") for row in outcomes.values())


def test_none_takes_longer_than_two_seconds_or_256_mb(outcomes: dict[str, dict[str, object]]):
    slow = {name: row["seconds"] for name, row in outcomes.items() if float(str(row["seconds"])) > 2}
    fat = {name: row["mb"] for name, row in outcomes.items() if float(str(row["mb"])) > 256}
    assert (slow, fat) == ({}, {})


REFUSED = [
    "billion-laughs.xml",
    "quadratic.xml",
    "xxe-file.xml",
    "xxe-http.xml",
    "param-entity.xml",
    "deep-200k.xml",
    "gzip-bomb.xml.gz",
]


@pytest.mark.parametrize("name", REFUSED)
def test_bombs_and_foreign_entities_are_refused(outcomes: dict[str, dict[str, object]], name: str):
    assert outcomes[name]["refused"]


def test_no_script_url_survives(hostile: Path):
    html = sanitise((hostile / "js-urls.html").read_text())
    assert not [bad for bad in ("javascript", "vbscript", "data:") if bad in html]


def test_every_naughty_title_can_be_an_articles(hostile: Path):
    for title in json.loads((hostile / "titles.json").read_text()):
        article = prepare(Article(guid="g", slug=slug(title) or "x", path="", title=title), "<p>Text.</p>")
        assert article.title
        assert not set(article.title) & set("\u202e\ufeff\n\x00")
