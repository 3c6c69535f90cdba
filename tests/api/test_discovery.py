"""Writing apps find where to write from any page of the site."""

from pathlib import Path

import pytest

from tests.api.cms import Cms, cms

WORDPRESS = '<https://example.org/wp-json/>; rel="https://api.w.org/"'
MICROPUB = '<https://example.org/micropub>; rel="micropub"'


@pytest.mark.parametrize("path", ["/", "/reviews/", "/reviews/a-lamp/", "/search/", "/web-stories/"])
async def test_every_page_says_where_apps_write(desk: Cms, path: str):
    await desk.create()
    page = await desk.page(path)
    assert page.status == 200
    assert page.headers.getall("Link") == [WORDPRESS, MICROPUB]
    assert '<link rel="https://api.w.org/" href="https://example.org/wp-json/">' in page.text
    assert '<link rel="micropub" href="https://example.org/micropub">' in page.text


async def test_without_the_writing_api_nothing_writes_and_nothing_says_so(tmp_path: Path):
    async with cms(tmp_path, write_api=False) as desk:
        page = await desk.page("/")
        assert (page.status, page.headers.getall("Link", [])) == (200, [])
        assert "micropub" not in page.text
        for path in ("/api/articles", "/micropub", "/wp-json/wp/v2/posts", "/api/openapi.json"):
            assert (await desk.get(path)).status == 404
            assert (await desk.send("POST", path, {"title": "x"})).status == 405
