"""Drill 20: scripts stored through every way in by HTTP run nowhere: page, AMP, player, reading view, feed."""

import http.client
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import sync_playwright

from tests.tool.chromium import running_chromium
from tests.tool.running import Running, publisher, running
from tests.tool.shared import shared

MARK = "pwned"
OWN = [
    f"<script>document.title='{MARK}'</script>",
    f"<img src=x onerror=document.title='{MARK}'>",
    f"<svg onload=document.title='{MARK}'></svg>",
    f"<a href=\"javascript:document.title='{MARK}'\">x</a>",
    f"</script><script>document.title='{MARK}'</script>",
    f"\"><img src=x onerror=document.title='{MARK}'>",
    f"]]><script>document.title='{MARK}'</script>",
    f"<iframe srcdoc=\"<script>parent.document.title='{MARK}'</script>\"></iframe>",
    f"<details open ontoggle=document.title='{MARK}'>",
    f"<style>@import 'javascript:document.title={MARK}'</style>",
    f"{{{{constructor.constructor(\"document.title='{MARK}'\")()}}}}",
    "\u2028</title><script>document.title='" + MARK + "'</script>",
]
SENTENCES = " ".join(
    f"Sentence {word} says something that stands in no other one of them."
    for word in "one two three four five six".split()
)


def corpus() -> list[str]:
    """Payloads that set the title, and the shared ones, whose `alert` is watched."""
    rows = json.loads(shared("data/adversarial/dompurify_xss.json").read_text("utf-8"))
    return [*OWN, *(row["payload"] if isinstance(row, dict) else str(row) for row in rows)]


def post(server: Running, secret: str, path: str, value: Any, media_type: str = "application/json") -> Any:
    parts = urlsplit(server.base)
    connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=120)
    headers = {"Authorization": f"Bearer {secret}", "Content-Type": media_type}
    connection.request("POST", path, value if isinstance(value, bytes) else json.dumps(value).encode(), headers)
    response = connection.getresponse()
    body = response.read()
    connection.close()
    assert response.status < 500, body
    return (response.getheader("Location") or "") if path == "/micropub" else json.loads(body)


def told(payload: str) -> dict[str, Any]:
    """An editor's changes to a story, with the payload wherever text goes."""
    page = {"text": payload, "heading": payload, "quote": payload, "alt": payload}
    return {"title": payload[:400], "label": payload, "added": [page], "edits": {"p1": page}}


def attacks(server: Running, secret: str, payloads: list[str]) -> Iterator[str]:
    """Paths of articles that carry the payloads in every field, by every way in."""
    for number in range(0, len(payloads), 12):
        batch = payloads[number : number + 12]
        html = "".join(f"<p>{SENTENCES} {number + n}.</p>{each}" for n, each in enumerate(batch))
        for each in batch[:1]:
            fields = {
                "title": each[:400], "html": html, "dek": each, "excerpt": each, "status": "published",
                "section": {"slug": f"s{number}", "name": each[:400]},
                "tags": [{"name": each[:190], "slug": f"t{number}"}],
                "authors": [{"name": each[:190], "slug": f"a{number}", "bio": each}], "correction": each,
                "seo": {"title": each[:400], "description": each}, "extra": {"x": each, "story": told(each)},
                "hero": {"src": "/static/logo.png", "alt": each, "caption": each, "credit": each[:400]},
            }  # fmt: skip
            made = post(server, secret, "/api/articles", fields)
            assert "path" in made, made
            yield made["path"]
            if made["story_url"]:
                story = urlsplit(made["story_url"]).path
                yield from (story, f"{story}play/", f"{story}read/")
        if number < 24:
            wp = {"title": batch[0], "content": html, "excerpt": batch[0], "status": "publish"}
            yield urlsplit(post(server, secret, "/wp-json/wp/v2/posts", wp)["link"]).path
            mf = {
                "type": ["h-entry"],
                "properties": {"name": [batch[0]], "content": [{"html": html}], "summary": batch[:1]},
            }
            yield urlsplit(post(server, secret, "/micropub", mf)).path


@pytest.mark.drill
def test_d20_no_stored_script_runs(tmp_path: Path, figure: Callable[[str], None]):
    site, payloads = tmp_path / "site", corpus()
    assert publisher("init", site).returncode == 0
    secret = publisher("token", "create", "--name", "x", "--scope", "admin", "--site", site).stdout.strip()
    with running("serve", site, "--port", "0") as server:
        paths = [
            *attacks(server, secret, payloads),
            "/",
            "/feeds/all.rss",
            "/feeds/all.atom",
            "/feeds/",
            "/web-stories/",
        ]
        ran = watched(server, paths)
    assert ran == []
    figure(f"drill 20 (API): {len(payloads)} payloads, {len(paths)} documents opened, 0 scripts ran")


def watched(server: Running, paths: list[str]) -> list[str]:
    """The documents in which a foreign script ran: it opened a dialogue or set the title's mark."""
    ran: list[str] = []
    with running_chromium() as address, sync_playwright() as playwright:
        browser = playwright.chromium.connect_over_cdp(address)
        page = browser.new_context().new_page()
        page.on("dialog", lambda dialog: (ran.append(f"{page.url}: {dialog.message}"), dialog.dismiss()))
        page.set_content(OWN[0])
        assert page.title() == MARK, "a script that does run is seen"
        for path in dict.fromkeys(paths):
            page.goto(server.base + path, wait_until="load")
            if page.title() == MARK:
                ran.append(path)
        browser.close()
    return ran
