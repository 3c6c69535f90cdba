"""Finished HTML pages become articles (import.md, Sources)."""

from datetime import UTC, datetime
from pathlib import Path

from publisher.importer.markdown_folder import MarkdownExport
from publisher.importer.port import Failed, Read
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


def test_without_an_article_element_the_text_is_where_most_paragraphs_are(tmp_path: Path):
    body = f"<body><div><p>Menu</p></div><div id='x'><div>{TEXT * 3}</div></div></body>"
    assert only(tmp_path, f"<html><title>T</title>{body}</html>").html.count("<p>") == 3


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
