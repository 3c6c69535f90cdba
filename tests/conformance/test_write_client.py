"""Unmodified clients that newsrooms and writers use write into a running site."""

import json
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from tests.tool.debian import ToolMissing, find_program
from tests.tool.npm import npm_package
from tests.tool.running import Running, publisher, running
from tests.tool.shared import absent

HERE = Path(__file__).parent


@pytest.fixture
def site(tmp_path: Path) -> Iterator[tuple[Running, str]]:
    """A served site and the secret of a token that may do everything."""
    folder = tmp_path / "site"
    assert publisher("init", folder).returncode == 0
    made = publisher("token", "create", "--name", "phone", "--scope", "admin", "--site", folder)
    with running("serve", folder, "--port", "0") as server:
        yield server, made.stdout.strip()


def modules_of(package: str) -> Path:
    """An npm package with what it needs; without it the test is skipped, or fails when `CI` is set."""
    try:
        return npm_package(package)
    except ToolMissing as missing:
        absent(str(missing))
        raise


def node(script: str, *arguments: str | Path) -> Any:
    """What a script of ours, using a client as it is, printed."""
    done = subprocess.run(
        [find_program("node"), HERE / script, *arguments], capture_output=True, text=True, timeout=300, check=False
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def picture(folder: Path) -> Path:
    Image.new("RGB", (640, 480), "teal").save(folder / "lamp.png")
    return folder / "lamp.png"


def test_wpapi_writes_posts_pictures_and_terms(site: tuple[Running, str], tmp_path: Path):
    server, secret = site
    modules = modules_of("wpapi@1.2.2")
    seen = node("wpapi.js", modules, f"{server.base}/wp-json", secret, picture(tmp_path))
    assert seen["discovered"] == "pending"
    assert seen["root"] == ["wp/v2"]
    assert seen["me"] == "phone"
    assert seen["media"] == ["image", "image/png", True]
    status, slug, rendered, *same = seen["post"]
    assert (status, slug, same) == ("publish", "hello-world", [True, True, True])
    assert rendered == "<p>First line<br />\nsecond line</p>\n<p>Another paragraph.</p>"
    assert seen["link"] == f"{server.base}/travel/hello-world/"
    assert seen["edited"] == ["Good morning", True, True]
    assert seen["paging"] == [5, 3, 2, True, True]
    assert seen["drafts"] == ["Later"]
    assert seen["in_category"] == 1
    assert {"post", "page"} <= set(seen["types"])
    assert "publish" in seen["statuses"]
    assert seen["page"] == ["page", f"{server.base}/about/"]
    assert (seen["deleted"], seen["forced"]) == ("trash", True)
    assert seen["refused"] == ["rest_invalid_param", 400]
    assert seen["stranger"] == ["rest_not_logged_in", 401]
    assert server.get("/travel/hello-world/").status == 410
    assert server.get("/about/").status == 200


def test_micropub_helper_writes_notes_articles_and_pictures(site: tuple[Running, str], tmp_path: Path):
    server, secret = site
    modules = modules_of("micropub-helper@1.6.2")
    seen = node("micropub.js", modules, f"{server.base}/micropub", secret, picture(tmp_path))
    assert seen["verified"] is True
    assert seen["config"]["media-endpoint"] == f"{server.base}/micropub/media"
    assert seen["syndicate"] == {"syndicate-to": []}
    assert seen["json"] == f"{server.base}/lamp/"
    made = seen["source"]["properties"]
    assert (made["name"], made["content"], made["category"]) == (["A lamp"], [{"html": "<p>Light.</p>"}], ["light"])
    assert made["photo"][0]["value"].startswith(f"{server.base}/media/")
    assert seen["some"] == {"properties": {"category": ["light"]}}
    after = seen["after"]["properties"]
    assert (after["content"], after["category"]) == ([{"html": "<p>Dark.</p>"}], ["light", "glass"])
    assert "photo" not in after
    assert seen["fewer"] == {"properties": {"category": ["glass"]}}
    assert seen["stranger"] == 401
    note, lamp, parts = (seen[each].removeprefix(server.base) for each in ("form", "json", "multipart"))
    assert [server.get(each).status for each in (note, lamp, parts)] == [410, 200, 200]
