"""Finished HTML pages become articles (import.md, Sources)."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from publisher.error import InvalidExport
from publisher.importer import extract
from publisher.importer.markdown_folder import MarkdownExport
from publisher.importer.port import Failed, Read, Skipped
from publisher.importer.sniff import open_export
from publisher.model import Visibility
from publisher.prepare import prepare
from tests.importer.reading import ledger_of, written

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
HEAD = """<!DOCTYPE html><html lang="pt-BR"><head><title>Boats | Old Mag</title>
<link rel="canonical" href="https://old.example/travel/boats.html"><meta property="og:title" content="Boats &amp; more">
<meta property="og:image" content="/boat.jpg"><meta name="description" content="About boats">
<meta name="author" content="a@b.example">
<script type="application/ld+json">{"@graph":[{"@type":"NewsArticle","datePublished":"2010-05-01T10:00:00Z",
"articleSection":"Travel","keywords":["Sea","Sail"],
"author":[{"@type":"Person","name":"Ana Abe"}]}]}</script></head>"""
TEXT = "<p>" + "The boat came slowly. " * 20 + "</p>"


def only(folder: Path, page: str) -> Read:
    (found,) = MarkdownExport(written(folder, "boats.html", page), NOW)
    assert isinstance(found, Read), found
    return found


def test_a_page_says_what_it_is_and_gives_its_text_without_what_stands_around(tmp_path: Path):
    element = f"<article><h1>Boats</h1>{TEXT}<aside>Ad</aside><form>Join</form></article>"
    body = f"<body><nav>Menu</nav>{element}<footer>(c)</footer></body>"
    read = only(tmp_path, f"{HEAD}{body}</html>")
    article = prepare(read.article, read.html, read.base, ["old.example"])
    assert (article.title, article.path, article.slug) == ("Boats & more", "/travel/boats.html", "boats")
    assert article.published == datetime(2010, 5, 1, 10, tzinfo=UTC)
    assert article.section is not None
    assert (article.section.slug, [tag.slug for tag in article.tags]) == ("travel", ["sea", "sail"])
    assert [author.name for author in article.authors] == ["Ana Abe"]
    assert article.hero is not None
    assert article.hero.src == "https://old.example/boat.jpg"
    assert article.language == "pt-BR"
    assert article.body.text == ("The boat came slowly. " * 20).strip()


def test_a_page_that_lists_articles_is_none(tmp_path: Path):
    cards = "".join(f"<article><h2><a href='/{n}/'>Boat {n}</a></h2><p>Short.</p></article>" for n in range(3))
    (found,) = MarkdownExport(written(tmp_path, "index.html", f"<html><body>{cards}</body></html>"), NOW)
    assert isinstance(found, Skipped)
    read = only(tmp_path / "one", f'<html><meta property="og:type" content="article"><body>{cards}</body></html>')
    assert "Boat 0" in read.html


def test_what_a_page_says_of_its_readers_robots_and_authors_is_kept(tmp_path: Path):
    said = """<script type="application/ld+json">{"@graph":[{"@type":"WebSite","name":"Mag"},{"@type":"NewsArticle",
    "headline":"B","isAccessibleForFree":"False","articleSection":["Travel","Sea"],"author":[{"@id":"#1"},{"name":"Bob"}]},
    {"@id":"#1","@type":"Person","name":"Ana"}]}</script>
    <meta name="robots" content="noindex, follow">"""
    article = only(tmp_path, f"<html><head>{said}</head><body><article>{TEXT}</article></body></html>").article
    assert (article.visibility, article.seo.noindex) == (Visibility.PAID, True)
    assert [author.name for author in article.authors] == ["Ana", "Bob"]
    assert article.section is not None
    assert article.section.slug == "travel"


def test_in_a_page_that_marks_no_article_it_is_found(tmp_path: Path):
    menu = "<div class='menu'><ul><li><a href='/x/'>Menu</a></li></ul></div>"
    text = "".join(f"<p>Paragraph {n}: the boat came slowly, and <em>nobody</em> in town saw it.</p>" for n in range(9))
    read = only(tmp_path, f"<html><title>T</title><body>{menu}<div id='x'><div>{text}</div></div></body></html>")
    assert read.html.count("<p>") == 9
    assert "<em>nobody</em>" in prepare(read.article, read.html).body.html.replace("<i>", "<em>").replace(
        "</i>", "</em>"
    )
    assert "Menu" not in read.html


def test_without_the_extra_such_a_page_says_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(extract, "is_installed", lambda: False)
    (found,) = MarkdownExport(written(tmp_path, "a.html", f"<html><body><div>{TEXT}</div></body></html>"), NOW)
    assert isinstance(found, Failed)
    assert "pip install 'publisher[page]'" in found.reason


def test_a_page_that_takes_too_long_costs_itself(tmp_path: Path):
    extractor = extract.Extractor(timeout_seconds=0.001)
    with pytest.raises(InvalidExport, match="wasn't found within"):
        extractor.text(f"<html><body><div>{TEXT * 100}</div></body></html>".encode(), "")
    extractor.close()


def test_a_page_is_imported_by_its_address(tmp_path: Path):
    address = "https://old.example/travel/boats.html"
    page = f"{HEAD}<body><article><h1>Boats</h1>{TEXT}</article></body></html>".encode()
    export = open_export(address, now=NOW, fetch={address: page}.__getitem__)
    (read,) = export
    assert isinstance(read, Read)
    assert (export.site, read.article.path, read.article.title) == ("old.example", "/travel/boats.html", "Boats & more")
    home = b'<html><link rel="alternate" type="application/rss+xml" href="/feed/"><body><p>Welcome</p></body></html>'
    (failed,) = open_export("https://old.example/", now=NOW, fetch=lambda _: home)
    assert isinstance(failed, Failed)
    assert "https://old.example/feed/" in failed.reason


def test_a_page_without_an_article_fails_with_that_reason(tmp_path: Path):
    written(tmp_path, "index.html", "<html><body><p>Welcome</p></body></html>")
    written(tmp_path, "empty.html", "")
    found = list(MarkdownExport(tmp_path, NOW))
    assert all(isinstance(item, Failed) for item in found)
    assert ledger_of(found).adds_up


def test_pictures_beside_a_page_come_along(tmp_path: Path):
    written(tmp_path, "img/a.jpg", b"jpg")
    read = only(tmp_path, f"<html><article>{TEXT}<img src='img/a.jpg'></article></html>")
    assert [file.src for file in read.files] == ["img/a.jpg"]
