"""What a crawler sees on the wire: validators, codings, old addresses, unknown files, a store that is gone."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.tool.running import Running, magazine, publisher, running

pytestmark = pytest.mark.xdist_group("crawler-http")

INDEX = "/sitemap.xml"
ARTICLE = "---\ntitle: A lantern\nsection: reviews\n---\nWhat to carry at night.\n"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("http")
    site, file = folder / "site", folder / "lantern.md"
    file.write_text(ARTICLE)
    assert publisher("init", site, "--title", "Lamp").returncode == 0
    assert publisher("publish", file, "--site", site).returncode == 0
    return site


@pytest.fixture(scope="module")
def server(folder: Path) -> Iterator[Running]:
    with running("serve", folder, "--port", "0") as server:
        yield server


def test_h1_h2_a_file_is_fetched_once_and_then_only_asked_for(server: Running):
    first = server.get(INDEX)
    assert (first.status, first.headers["content-type"]) == (200, "application/xml; charset=utf-8")
    assert first.headers["x-robots-tag"] == "noindex"
    assert server.get(INDEX, If_None_Match=first.headers["etag"]).status == 304
    assert server.get(INDEX, If_Modified_Since=first.headers["last-modified"]).status == 304
    head = server.get(INDEX, "HEAD")
    assert (head.status, head.body, head.headers["etag"]) == (200, b"", first.headers["etag"])
    coded = server.get(INDEX, Accept_Encoding="gzip")
    assert coded.headers["content-encoding"] == "gzip"
    assert coded.headers["etag"] != first.headers["etag"]


@pytest.mark.parametrize("number", ["-99", "-0", "-01", "-1"])
def test_h3_files_that_are_not_there(server: Running, number: str):
    listed = [line for line in server.get(INDEX).text.split("<loc>") if "articles" in line]
    path = listed[0].partition("</loc>")[0].removeprefix(server.base)
    assert server.get(path).status == 200
    assert server.get(path.replace(".xml", f"{number}.xml")).status == 404
    assert server.get("/sitemap-articles-2026-13.xml").status == 404


@pytest.mark.parametrize("path", ["/wp-sitemap.xml", "/sitemap_index.xml", "/sitemap.xml.gz"])
def test_h4_old_addresses_are_moved_for_good(server: Running, path: str):
    moved = server.get(path)
    assert (moved.status, moved.headers["location"].removeprefix(server.base)) == (301, INDEX)


def test_n2_no_cache_keeps_the_news_beyond_their_end(server: Running):
    assert server.get("/sitemap-news.xml").headers["cache-control"].endswith("must-revalidate")


@pytest.mark.parametrize(
    "path",
    [
        *(INDEX, "/sitemap-news.xml", "/feeds/all.rss", "/feeds/all.atom", "/feeds/all.json", "/feeds.opml"),
        *("/search/", "/search/?q=lantern", "/search/feed.rss?q=lantern", "/llms.txt", "/nothing/"),
        *("/api/openapi.json", "/api/articles", "/wp-json/", "/micropub"),
    ],
)
def test_r7_what_is_no_page_is_kept_out_of_search_results(server: Running, path: str):
    assert server.get(path).headers["x-robots-tag"] == "noindex"


@pytest.fixture(scope="module")
def staging(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    folder = tmp_path_factory.mktemp("staging") / "site"
    owners = ("--set", "staging=true", "--set", "tdm_reservation=true")
    with magazine(folder, *owners) as server:
        yield server


@pytest.mark.parametrize(
    ("pattern", "status"),
    [
        (r"/media/[^\s\">]+\.(?:jpg|webp|avif)", 200),
        (r"/static/\w+/site\.css", 200),
        (r"/static/[\w./]+\.png", 200),
        ("/", 200),
        ("/web-stories/", 200),
        ("/robots.txt", 200),
        ("/web-stories", 301),
        (INDEX, 404),
        ("/api/articles", 401),
    ],
)
def test_r4_r5_every_response_of_a_staging_site_says_noindex_and_the_reservation(
    staging: Running, pattern: str, status: int
):
    """What is named by a pattern is the first such address in the home page."""
    found = re.search(pattern, staging.get("/").text)
    answer = staging.get(found[0] if found else pattern)
    assert (answer.status, answer.headers["x-robots-tag"]) == (status, "noindex")
    assert answer.headers["tdm-reservation"] == "1"


def test_r1_robots_txt_is_served_when_the_store_is_gone(folder: Path):
    with running("serve", folder, "--port", "0") as server:
        database = folder / "site.db"
        database.write_bytes(b"no database any more" * 1000)
        for suffix in ("-wal", "-shm"):
            database.with_name(f"site.db{suffix}").unlink(missing_ok=True)
        answer = server.get("/robots.txt")
        assert answer.status == 200
        assert f"Sitemap: {server.base}/sitemap.xml" in answer.text
        assert server.get("/reviews/lantern/").status >= 500
