"""What is given is recognised by its content; what is nothing gets an answer that helps."""

import gzip
from datetime import UTC, datetime
from pathlib import Path

import pytest

from publisher.error import InvalidExport
from publisher.importer.sniff import What, open_export, sniff
from tests.importer.reading import ledger_of, written
from tests.tool.shared import shared

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)

REAL = [
    ("wxr/wptt-theme-unit-test.xml", What.WORDPRESS),
    ("wxr/importer-suite/crazy-cdata.xml", What.WORDPRESS),
    ("feeds/real-feed-rs/rss_2.0_ghost_1.xml", What.FEED),
    ("feeds/real-feed-rs/atom_spec_1.xml", What.FEED),
    ("feeds/real-feed-rs/rss_1.0_example_2.xml", What.FEED),
    ("feeds/real-feed-rs/jsonfeed_spec_1.json", What.FEED),
    ("importers/mg-jekyll-export", What.MARKDOWN),
    ("importers/mg-json/single-post-only-meta.json", What.GHOST),
    ("importers/mg-medium-export/export", What.MEDIUM),
    ("importers/mg-substack", What.SUBSTACK),
]


@pytest.mark.parametrize(("name", "expected"), REAL)
def test_real_exports_are_recognised(name: str, expected: What):
    assert sniff(str(shared("data", *name.split("/")))) is expected


def test_a_packed_export_is_recognised_and_read(tmp_path: Path):
    source = shared("data", "wxr", "importer-suite", "small-export.xml").read_bytes()
    path = written(tmp_path, "export.xml.gz", gzip.compress(source))
    assert sniff(str(path)) is What.WORDPRESS
    assert ledger_of(open_export(str(path), now=NOW)).created == 11


def test_a_sites_own_folder_and_database_are_recognised(tmp_path: Path):
    written(tmp_path, "site.db", b"SQLite format 3\x00")
    assert sniff(str(tmp_path)) is What.SITE
    assert sniff(str(tmp_path / "site.db")) is What.DATABASE


NOTHING = [
    ("missing.xml", None, "there is no such file"),
    ("picture.jpg", b"\xff\xd8\xff", "not something that can be read"),
    ("empty", None, "a directory without articles"),
    ("odd.zip", b"PK\x03\x04", "damaged"),
    ("empty.xml", b"", "not something that can be read"),
]


@pytest.mark.parametrize(("name", "content", "message"), NOTHING)
def test_what_is_nothing_gets_a_clear_answer(tmp_path: Path, name: str, content: bytes | None, message: str):
    path = tmp_path / name if content is None else written(tmp_path, name, content)
    if name == "empty":
        path.mkdir()
    with pytest.raises(InvalidExport, match=message):
        sniff(str(path))
