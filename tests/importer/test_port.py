"""The ledger adds up, identities stay, files are read within bounds (import.md I1, I2)."""

from pathlib import Path

import pytest
from msgspec.structs import replace

from publisher.error import InvalidExport
from publisher.importer.port import NAMED, Failed, Ledger, LocalFile, Read, Skipped, content_hash, placed, stable_guid
from publisher.model import Article
from tests.importer.reading import written

READ = Read(article=Article(guid="g", slug="a", path="/a/b/", title="A"), html="", notes=("one", "one"), offset=7)


def test_what_was_seen_is_in_exactly_one_place():
    ledger = Ledger()
    for item in (READ, READ, READ, Skipped(what="s", reason="r"), Failed(what="f", reason="q", offset=9)):
        ledger.see(item)
    assert not ledger.report().adds_up
    ledger.created, ledger.unchanged = 1, 1
    ledger.fail(Failed(what="late", reason="q"))
    report = ledger.report()
    assert report.adds_up
    assert not report.is_complete
    assert (report.seen, report.skipped, report.failed, report.offset) == (5, (("r", 1),), (("q", 2),), 9)
    assert [failure.what for failure in report.failures] == ["f", "late"]
    assert report.notes == ("one",)


def test_a_long_ledger_counts_everything_and_names_the_first():
    ledger = Ledger()
    for number in range(NAMED + 50):
        ledger.see(Skipped(what=str(number), reason="r"))
        ledger.see(Failed(what=str(number), reason="r"))
    report = ledger.report()
    assert (report.skipped_count, report.failed_count) == (NAMED + 50, NAMED + 50)
    assert (len(report.skips), len(report.failures)) == (NAMED, NAMED)


def test_an_import_without_failures_is_complete():
    ledger = Ledger()
    ledger.see(READ)
    ledger.created = 1
    assert ledger.report().is_complete


@pytest.mark.parametrize("path", ["/feeds/a/", "/tag/x/", "/2026/11/", "/sitemap-x.xml"])
def test_an_article_on_an_address_of_the_service_fails(path: str):
    article = Article(guid="g", slug="a", path=path, title="A")
    assert isinstance(placed(Read(article=article, html="")), Failed)


@pytest.mark.parametrize(
    ("path", "expected"),
    [("/../../a.html", "/a.html"), ("/a/./../b/", "/b/"), ("/..", ""), ("/a/../api/x", "Failed"), ("/a..b/", "/a..b/")],
)
def test_an_article_stands_where_browsers_ask_for_it(path: str, expected: str):
    found = placed(replace(READ, article=replace(READ.article, path=path)))
    assert (found.article.path if isinstance(found, Read) else "Failed") == expected


def test_an_identity_is_the_same_at_every_reading_and_differs_by_its_parts():
    assert stable_guid("ghost", "old.example/blog", "5") == "tag:old.example,2000:ghost/old.example%2Fblog/5"
    assert len({stable_guid(*parts) for parts in (("a", "b", "c"), ("a", "b/c", ""), ("a/b", "c", ""))}) == 3
    assert content_hash("ab", "c") != content_hash("a", "bc")


def test_a_file_is_read_within_bounds(tmp_path: Path):
    file = LocalFile(src="a.jpg", path=written(tmp_path, "a.jpg", b"12345"))
    assert (file.name, file.read()) == ("a.jpg", b"12345")
    with pytest.raises(InvalidExport, match="larger than 4 bytes"):
        file.read(4)
    with pytest.raises(InvalidExport, match="can't be read"):
        LocalFile(src="b", path=tmp_path / "b").read()
