"""What is given is recognised by its content; what is nothing gets an answer that helps."""

import gzip
import zipfile
from datetime import UTC, datetime
from pathlib import Path

import pytest

from publisher.error import InvalidExport
from publisher.importer.port import Read
from publisher.importer.sniff import What, open_export, sniff
from tests.importer.reading import ledger_of, written
from tests.importer.test_wordpress import HEAD, TAIL, item, meta
from tests.importer.test_wordpress_body import picture
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


def test_an_export_in_several_files_of_an_archive_is_one(tmp_path: Path):
    """What one file refers to may stand in another; resuming goes by bytes of them all."""
    posts, pictures = HEAD + item(more=meta("_thumbnail_id", "8")), HEAD + picture(8) + item(number=6)
    with zipfile.ZipFile(tmp_path / "export.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in (("mag.001.xml", pictures), ("mag.000.xml", posts), ("__MACOSX/._mag.000.xml", "x")):
            archive.writestr(name, text + TAIL)
    source = str(tmp_path / "export.zip")
    assert sniff(source) is What.WORDPRESS
    found = list(open_export(source, now=NOW))
    first = found[0]
    assert isinstance(first, Read)
    assert first.article.hero is not None
    assert ledger_of(found).created == 2
    assert list(open_export(source, now=NOW, offset=first.offset)) == found[1:]


def test_an_archive_that_swells_is_refused(tmp_path: Path):
    with zipfile.ZipFile(tmp_path / "export.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("mag.xml", HEAD + item() + " " * 40_000_000)
    with pytest.raises(InvalidExport, match="swells"):
        list(open_export(str(tmp_path / "export.zip"), now=NOW))


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


@pytest.mark.parametrize("packing", [zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_i11_no_damage_to_an_archive_is_more_than_a_message(tmp_path: Path, packing: int):
    path = tmp_path / "export.zip"
    with zipfile.ZipFile(path, "w", packing) as archive:
        archive.writestr("export.xml", HEAD + item() + TAIL)
    whole, outcomes = path.read_bytes(), set[str]()
    for at in range(0, len(whole), 5):
        path.write_bytes(whole[:at] + bytes((whole[at] ^ 0x55,)) + whole[at + 1 :])
        try:
            sniff(str(path))
            outcomes.update(type(each).__name__ for each in open_export(str(path), now=NOW))
        except InvalidExport:
            outcomes.add("refused")
    assert outcomes >= {"refused", "Read"}
