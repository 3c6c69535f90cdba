"""Exports as real blogs of all ages have them: broken XML, odd dates, every state, five shapes of address."""

from pathlib import Path
from typing import Any

import pytest

from publisher.importer.port import Failed, Read, Skipped
from publisher.importer.sniff import open_export
from publisher.model import Article
from publisher.prepare import prepare
from publisher.store.memory import MemoryStore
from tests.importer.reading import ledger_of, written
from tests.tool.house import at, fill, house

HEAD = """<?xml version="1.0" encoding="UTF-8"?>
<!-- generator="WordPress/3.1" created="2011-03-01 10:00" -->
<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:dc="http://purl.org/dc/elements/1.1/"
 xmlns:wp="http://wordpress.org/export/1.1/"><channel><title>B</title><link>http://b.example</link>
<wp:wxr_version>1.1</wp:wxr_version><wp:base_blog_url>http://b.example</wp:base_blog_url>
<wp:author><wp:author_login>bob@x.example</wp:author_login><wp:author_email>bob@x.example</wp:author_email></wp:author>
"""


def item(number: int, body: str, **rest: str) -> str:
    fields = {
        "title": f"N {number}",
        "link": f"http://b.example/x/{number}/",
        "wp:status": "publish",
        "wp:post_type": "post",
    }
    fields |= {"pubDate": "Sat, 01 May 2010 10:00:00 +0000", "wp:post_date_gmt": "2010-05-01 10:00:00"}
    fields |= {"dc:creator": "bob@x.example", "wp:post_id": str(number)} | rest
    marks = "".join(f"<{name}>{value}</{name}>" for name, value in fields.items())
    return f"<item>{marks}<content:encoded><![CDATA[{body}]]></content:encoded></item>"


def read(folder: Path, *items: str) -> list[Any]:
    return list(open_export(str(written(folder, "w.xml", f"{HEAD}{''.join(items)}</channel></rss>")), now=at(12)))


def only(folder: Path, body: str, **rest: str) -> tuple[Article, Read]:
    (found,) = read(folder, item(1, body, **rest))
    assert isinstance(found, Read)
    return prepare(found.article, found.html, found.base, ["b.example"]), found


@pytest.mark.parametrize(
    ("body", "html"),
    [
        ("<script>//<![CDATA[\nvar a;\n//]]></script>\n\nThe rest & more.", "<p>The rest &amp; more.</p>"),
        ("control \x0b\x08 chars \x00 end", "<p>control  chars  end</p>"),
        ("one\n\n<!--more-->\n\ntwo", "<p>one</p>\n\n<p>two</p>"),
        ("one\n<!--nextpage-->\ntwo", "<p>one</p>\n<p>two</p>"),
        ("a\n\n[unknown x='1']inner[/unknown]", "<p>a</p>\n<p>inner</p>"),
        ("[[escaped]] a[0] [1]", "<p>[escaped] a[0] [1]</p>"),
        ("<pre>\nx\n\n[gallery]\n</pre>", "<pre>x\n\n[gallery]\n</pre>"),
    ],
)
def test_texts_that_old_blogs_have(tmp_path: Path, body: str, html: str):
    assert only(tmp_path, body)[0].body.html.strip() == html


@pytest.mark.parametrize(
    ("link", "path"),
    [
        ("http://b.example/2010/05/01/slug/", "/2010/05/01/slug/"),
        ("http://b.example/index.php/2010/05/slug/", "/index.php/2010/05/slug/"),
        ("http://b.example/archives/123", "/archives/123"),
        ("http://b.example/cat/slug.html", "/cat/slug.html"),
        ("http://b.example/%D0%BF%D1%80/", "/%D0%BF%D1%80/"),
        ("http://b.example/?p=1", ""),
    ],
)
def test_an_address_of_any_shape_is_kept(tmp_path: Path, link: str, path: str):
    article, found = only(tmp_path, "x", link=link)
    assert article.path == path
    assert "/?p=1" in found.aliases


@pytest.mark.parametrize(
    ("status", "standing"),
    [
        ("publish", "published"),
        ("draft", "draft"),
        ("pending", "draft"),
        ("private", "private"),
        ("trash", "trash"),
        ("future", "scheduled"),
    ],
)
def test_every_state_keeps_its_meaning(tmp_path: Path, status: str, standing: str):
    assert only(tmp_path, "x", **{"wp:status": status, "wp:post_date_gmt": "2090-01-01 00:00:00"})[0].status == standing


def test_a_date_of_zeros_is_none_whatever_the_feed_made_of_it(tmp_path: Path):
    zeros = {
        "wp:status": "draft",
        "wp:post_date_gmt": "0000-00-00 00:00:00",
        "pubDate": "Mon, 30 Nov -0001 00:00:00 +0000",
    }
    assert only(tmp_path, "x", **zeros)[0].published is None


def test_entities_that_xml_does_not_know_cost_no_article(tmp_path: Path):
    article, found = only(tmp_path, "x", title="Q&A &nbsp; &copy; &unknown; <b>bold</b>")
    assert article.title == "Q&A © &unknown; bold"
    assert "repaired" in found.notes[0]


def test_a_file_that_ends_in_the_middle_gives_what_it_has_and_says_so(tmp_path: Path):
    whole = HEAD + "".join(item(n, "text " * 50) for n in range(1, 5))
    found = list(open_export(str(written(tmp_path, "w.xml", whole[:-100])), now=at(12)))
    assert [type(each) for each in found] == [Read, Read, Read, Failed, Failed]
    assert ledger_of(found).adds_up


async def test_the_same_id_twice_is_skipped_when_the_same_and_fails_when_another(tmp_path: Path):
    again = item(1, "one")
    source = written(tmp_path, "w.xml", f"{HEAD}{again}{again}{item(1, 'other', title='Other')}</channel></rss>")
    async with house(tmp_path / "site") as made:
        for created, unchanged in ((1, 0), (0, 1)):
            report = await fill(made, open_export(str(source), now=at(12)))
            assert (report.seen, report.created, report.unchanged, report.skipped_count, report.failed_count) == (
                3, created, unchanged, 1, 1,
            )  # fmt: skip
            assert report.adds_up


async def test_an_update_keeps_what_an_editor_said_of_the_story(tmp_path: Path):
    source = written(tmp_path, "w.xml", f"{HEAD}{item(1, 'one')}</channel></rss>")
    async with house(tmp_path / "site") as made:
        await fill(made, open_export(str(source), now=at(12)))
        await made.desk.edit(1, {"extra": '{"story":{"enabled":false}}'})
        written(tmp_path, "w.xml", f"{HEAD}{item(1, 'two')}</channel></rss>")
        report = await fill(made, open_export(str(source), now=at(12)))
        assert report.updated == 1
        found = await made.store.article(1)
    assert (found.body.text, found.extra) == ("two", '{"story":{"enabled":false}}')


async def test_no_address_of_a_person_is_stored(tmp_path: Path):
    address = "<wp:comment_author_email>eve@x.example</wp:comment_author_email>"
    comment = f"<wp:comment>{address}<wp:comment_author_IP>203.0.113.7</wp:comment_author_IP></wp:comment>"
    private = item(1, "one", **{"wp:post_password": "secret"}).replace("</item>", f"{comment}</item>")
    source = written(tmp_path, "w.xml", f"{HEAD}{private}</channel></rss>")
    async with house(tmp_path / "site") as made:
        await fill(made, open_export(str(source), now=at(12)))
        kept = str([each async for each in made.store.every()]) + str(await made.store.authors())
    assert not [word for word in ("x.example", "203.0.113", "secret") if word in kept]


def test_what_is_no_article_is_skipped_by_its_kind(tmp_path: Path):
    kinds = ("attachment", "revision", "nav_menu_item", "wp_template", "feedback", "custom_css")
    found = read(tmp_path, *(item(n, "x", **{"wp:post_type": kind}) for n, kind in enumerate(kinds)))
    assert all(isinstance(each, Skipped) for each in found)


class Settling(MemoryStore):
    """Counts how often it was put in order."""

    settled = 0

    async def settle(self) -> None:
        self.settled += 1


async def test_a_large_import_leaves_the_store_in_order_and_a_small_one_as_it_is(tmp_path: Path):
    store = Settling()
    async with house(tmp_path, store) as made:
        for name, numbers, settled in (("large", range(8), 1), ("small", range(8, 10), 1), ("again", range(10, 20), 2)):
            feed = HEAD + "".join(item(n, "<p>Text.</p>") for n in numbers) + "</channel></rss>"
            await fill(made, open_export(str(written(tmp_path, f"{name}.xml", feed)), now=at(12)))
            assert store.settled == settled, name
