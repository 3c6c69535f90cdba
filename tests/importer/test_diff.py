"""What a move would lose is said before it is made."""

import json
from pathlib import Path

import pytest

from publisher.check.difference import Difference, Found, Inventory, Lost, Moved, Stands, compare
from publisher.error import InvalidExport
from publisher.importer import published
from tests.importer.reading import written
from tests.tool.running import publisher, running

HEAD = (
    '<rss xmlns:wp="http://wordpress.org/export/1.2/" xmlns:content="http://purl.org/rss/1.0/modules/content/">'
    "<channel><title>T</title><wp:base_blog_url>https://old.example</wp:base_blog_url>"
)


def item(path: str, number: int, guid: str = "", slug: str = "") -> str:
    meta = f"<wp:postmeta><wp:meta_key>_wp_old_slug</wp:meta_key><wp:meta_value>{slug}</wp:meta_value></wp:postmeta>"
    return (
        f"<item><title>N {number}</title><link>https://old.example{path}</link><wp:post_id>{number}</wp:post_id>"
        f"<guid>{guid or f'g{number}'}</guid><content:encoded>Text</content:encoded><wp:status>publish</wp:status>"
        f"<wp:post_date_gmt>2010-05-01 10:00:00</wp:post_date_gmt>{meta if slug else ''}</item>"
    )


def export(folder: Path, name: str, *items: str) -> Path:
    return written(folder, name, f"{HEAD}{''.join(items)}</channel></rss>")


async def difference(old: dict[str, str], answers: dict[str, Found], new: dict[str, str] | None = None) -> Difference:
    async def ask(path: str) -> Found:
        return answers.get(path, Lost("404"))

    seen: list[tuple[int, int]] = []
    there = Inventory(addresses=new or {})
    found = await compare(Inventory(addresses=old, feeds=["/feed/"]), there, ask, lambda *at: seen.append(at))
    assert seen[-1] == (found.addresses, found.addresses)
    assert found.addresses == found.kept + found.moved + found.lost
    return found


async def test_every_address_is_kept_moved_or_lost():
    old = {"/a/": "1", "/b/": "2", "/c/": "3", "/d/": ""}
    answers: dict[str, Found] = {"/a/": Stands("1"), "/b/": Moved("/bb/"), "/d/": Stands(), "/feed/": Moved("/f.rss")}
    found = await difference(old, answers, {"/a/": "1", "/bb/": "2", "/new/": ""})
    assert (found.kept, found.moves, found.losses) == (2, (("/b/", "/bb/"), ("/feed/", "/f.rss")), (("/c/", "404"),))
    assert (found.guids, found.new, found.is_safe) == ((), 2, False)


async def test_a_guid_that_changes_is_named_also_behind_a_redirect():
    old = {"/a/": "1", "/b/": "2"}
    answers: dict[str, Found] = {"/a/": Stands("x"), "/b/": Moved("/bb/"), "/feed/": Stands()}
    found = await difference(old, answers, {"/bb/": "y"})
    assert found.guids == (("/a/", "1", "x"), ("/b/", "2", "y"))
    assert not found.is_safe


def test_an_export_is_compared_with_the_site_that_it_became(tmp_path: Path):
    old = export(tmp_path, "old.xml", item("/2010/a/", 1, slug="aa"), item("/2010/b/", 2), item("/feeds/x/", 3))
    site = tmp_path / "site"
    assert publisher("import", old, "--site", site, "--json").returncode == 1
    done = publisher("diff", old, site, "--json")
    found = json.loads(done.stdout)
    assert (found["kept"], found["moved"], found["lost"], done.returncode) == (2, 3, 0, 0), found
    more = export(tmp_path, "more.xml", item("/2010/a/", 1, guid="other"), item("/2010/c/", 4))
    done = publisher("diff", more, site)
    assert done.returncode == 1
    assert "lost /2010/c/: nothing stands there (404)" in done.stdout
    assert "guid of /2010/a/: other -> g1" in done.stdout
    back = publisher("diff", site, old, "--json")
    assert json.loads(back.stdout)["kept"] >= 2


def test_two_running_sites_are_compared_by_what_they_say_of_themselves(tmp_path: Path):
    old = export(tmp_path, "old.xml", item("/2010/a/", 1, slug="aa"), item("/2010/b/", 2))
    new = export(tmp_path, "new.xml", item("/2010/a/", 1, guid="another"))
    for name, source in (("one", old), ("other", new)):
        assert publisher("import", source, "--site", tmp_path / name).returncode == 0
    with (
        running("serve", tmp_path / "one", "--port", "0") as one,
        running("serve", tmp_path / "other", "--port", "0") as two,
    ):
        same = json.loads(publisher("diff", one.base, one.base, "--json").stdout)
        assert (same["lost"], same["guids"], same["is_safe"]) == (0, [], True)
        done = publisher("diff", one.base, two.base, "--json")
    found = json.loads(done.stdout)
    assert done.returncode == 1
    assert "/2010/b/" in dict(found["losses"])
    assert ["/2010/a/", "g1", "another"] in found["guids"]
    assert "/feeds/all.rss" not in dict(found["losses"])


def test_a_site_that_is_not_there_is_an_error_that_says_so(tmp_path: Path):
    done = publisher("diff", "http://127.0.0.1:9", tmp_path)
    assert done.returncode in (1, 2)
    assert "error:" in done.stderr
    assert "Traceback" not in done.stderr


def test_sitemaps_and_pages_are_read_with_care():
    space = b'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'
    index = b"<sitemapindex %s><sitemap><loc> /a.xml </loc></sitemap></sitemapindex>" % space
    assert published.read_sitemap(index).files == ("/a.xml",)
    assert published.read_sitemap(b"<urlset><url><loc>/x/</loc></url></urlset>").pages == ("/x/",)
    assert published.read_sitemap(b"") == published.read_sitemap(b"<html>") == published.Listing()
    with pytest.raises(InvalidExport):
        published.read_sitemap(b'<!DOCTYPE x [<!ENTITY a "b">]><urlset/>')
    page = published.read_page(
        b'<link rel="alternate" type="application/rss+xml" href="/feed/"><a href="/a/#x">a</a><a href="https://x.example/">',
        "https://old.example/",
    )
    assert page == published.Page(("https://old.example/feed/",), ("https://old.example/a/",))
    assert published.sitemaps_of("User-agent: *\nSITEMAP: https://a.example/s.xml\n") == ("https://a.example/s.xml",)
