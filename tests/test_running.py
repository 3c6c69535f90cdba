"""A server with workers as its operator sees it: health, readiness, numbers, access log, the way it ends."""

import asyncio
import gzip
import json
import os
import re
import signal
import socket
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from prometheus_client.parser import text_string_to_metric_families

from publisher.error import StoreUnavailable
from publisher.web.gate import Deadlines
from publisher.web.watch import Meters, Watch
from tests.door.street import street
from tests.tool.debian import need_package
from tests.tool.port import free_port
from tests.tool.program import started, until
from tests.tool.running import Answer, Running, fetch, magazine, publisher, running
from tests.tool.shared import ROOT

pytestmark = pytest.mark.xdist_group("running")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("running") / "site"


@pytest.fixture
def settings(folder: Path) -> Path:
    return folder / "site.toml"


@pytest.fixture(scope="module")
def server(folder: Path) -> Iterator[tuple[Running, str]]:
    """The demo by two workers, with a log of everything, and the base URL of its admin listener."""
    port = free_port()
    options = ("--workers", "2", "--admin-port", str(port), "--set", "access_log=all")
    with magazine(folder, *options) as server:
        admin = f"http://127.0.0.1:{port}"
        until(lambda: b"publisher_workers 2\n" in fetch(admin, "/metrics").body)
        yield server, admin


def number(answer: Answer, name: str) -> float:
    return float(re.search(rf"^{re.escape(name)} (\S+)$", answer.text, re.MULTILINE)[1])


def test_health_and_readiness_have_a_listener_of_their_own(server: tuple[Running, str]):
    site, admin = server
    assert (fetch(admin, "/healthz").status, fetch(admin, "/healthz").body) == (200, b"ok\n")
    ready = fetch(admin, "/readyz")
    assert (ready.status, json.loads(ready.body)) == (200, {"store": True, "serving": True})
    assert fetch(admin, "/").status == 404
    assert site.get("/metrics").status == 404


def test_pictures_come_one_after_the_other_on_a_connection_and_leave_no_traceback(server: tuple[Running, str]):
    site, _ = server
    paths = sorted(set(re.findall(r"/media/[0-9a-f]{64}/w320\.[a-z]+", site.get("/").text)))[:4]
    host = urlsplit(site.base).netloc
    heads = [f"GET {path} HTTP/1.1\r\nHost: {host}\r\n\r\n".encode() for path in paths]
    with socket.create_connection((urlsplit(site.base).hostname, urlsplit(site.base).port)) as kept:
        answers = kept.makefile("rb")
        for head in heads:
            kept.sendall(head)
            assert answers.readline() == b"HTTP/1.1 200 OK\r\n"
            fields = dict(line.split(b": ", 1) for line in iter(answers.readline, b"\r\n"))
            assert len(answers.read(int(fields[b"Content-Length"]))) == int(fields[b"Content-Length"])
    for head in heads:
        with socket.create_connection((urlsplit(site.base).hostname, urlsplit(site.base).port)) as gone:
            gone.sendall(head)
            gone.shutdown(socket.SHUT_WR)
            assert gone.recv(15) == b"HTTP/1.1 200 OK"
    assert len(paths) == 4
    assert not [line for line in site.lines if "Traceback" in line or "Unhandled" in line]


def test_hits_of_all_workers_are_counted(server: tuple[Running, str]):
    site, admin = server
    name = 'publisher_hits_total{kind="whole"}'
    before = number(fetch(admin, "/metrics"), name)
    for _ in range(12):
        assert site.get("/robots.txt").status == 200
    until(lambda: number(fetch(admin, "/metrics"), name) >= before + 10)  # Each worker makes it once at most.
    metrics = fetch(admin, "/metrics")
    assert metrics.headers["content-type"] == "text/plain; version=0.0.4; charset=utf-8"
    assert number(metrics, "publisher_memory_bytes") > 10_000_000
    assert number(metrics, "publisher_changes_behind") == 0


def test_prometheus_reads_every_number(server: tuple[Running, str]):
    """By its own parser, after traffic of every sort."""
    site, admin = server
    for path, fields in (
        ("/", {}),
        ("/feeds/all.rss", {"If_None_Match": "*"}),
        ("/nothing/", {}),
        ("/", {"Host": "x"}),
    ):
        site.get(path, **fields)
    with socket.create_connection((urlsplit(site.base).hostname, urlsplit(site.base).port)) as client:
        client.sendall(b"\0\r\n\r\n")
        assert b" 400 " in client.recv(100)
    until(lambda: number(fetch(admin, "/metrics"), "publisher_malformed_total") >= 1)
    text = fetch(admin, "/metrics").text
    families = {each.name: each for each in text_string_to_metric_families(text)}
    assert not [name for name, each in families.items() if each.type == "unknown" or not each.documentation]
    samples = {(each.name, *each.labels.items()): each.value for family in families.values() for each in family.samples}
    assert len(samples) == sum(not line.startswith("#") for line in text.splitlines())
    assert min(samples.values()) >= 0
    below = [each.value for each in families["publisher_request_seconds"].samples if "le" in each.labels]
    assert below == sorted(below)
    assert below[-1] == samples["publisher_request_seconds_count",] > 0


def test_each_request_is_a_line_of_json(server: tuple[Running, str]):
    site, _ = server
    for _ in range(4):
        site.get("/robots.txt?a=1", method="HEAD", User_Agent='a "reader"')
        site.get("/robots.txt", User_Agent="a poller")
    until(lambda: sum('"a poller"' in line for line in site.lines) == 4)
    rows = [json.loads(line) for line in site.lines if line.startswith("{")]
    handled = next(row for row in rows if row["agent"] == 'a "reader"')
    common = {"status": 200, "client": "127.0.0.1"}
    assert handled.items() >= ({"method": "HEAD", "target": "/robots.txt?a=1"} | common).items()
    hit = next(row for row in rows if row["agent"] == "a poller" and row.get("hit"))
    assert hit.items() >= ({"method": "GET", "target": "/robots.txt"} | common).items()
    assert hit["bytes"] == len(site.get("/robots.txt").body)


def reloaded(site: Running, admin: str) -> set[int]:
    """Reload; the statuses of readiness until the old workers are gone."""
    before, statuses = set(site.workers()), set()
    site.process.send_signal(signal.SIGHUP)
    while before & set(site.workers()):
        statuses.add(fetch(admin, "/readyz").status)
    return statuses


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small site as files, with one story and one redirect."""
    site, target = tmp_path_factory.mktemp("built") / "site", tmp_path_factory.mktemp("built") / "public"
    publisher("init", site)
    news = json.loads((ROOT / "tests/story/news.jsonl").read_text().splitlines()[0])
    article = site.parent / "ferry.md"
    article.write_text(f"---\ntitle: {news['title']}\nslug: ferry\n---\n{news['body']}\n")
    publisher("publish", article, "--site", site)
    publisher("redirect", "add", "/old/", "/feeds/", "--site", site)
    done = publisher("build", target, "--site", site, "--base-url", "https://static.example.org", "--jobs", "1")
    assert done.returncode == 0, done.stderr
    target.chmod(0o755)
    target.parent.chmod(0o755)
    return target


@pytest.fixture(scope="module")
def front(server: tuple[Running, str], built: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """nginx by the example in the documents: before the server, and over the built files."""
    nginx, folder, port = need_package("nginx"), tmp_path_factory.mktemp("nginx"), free_port()
    text = (ROOT / "docs/nginx.conf").read_text().replace("/var/lib/publisher", str(built))
    text = text.replace("127.0.0.1:8080", server[0].base.removeprefix("http://")).replace("listen 80", f"listen {port}")
    text = text.replace("server_name example.org", "server_name 127.0.0.1")
    (folder / "nginx.conf").write_text(f"pid {folder}/pid; error_log {folder}/log; daemon off; user root;\n" + text)
    with started([nginx, "-c", folder / "nginx.conf", "-p", folder], port) as base:
        yield base


@pytest.mark.parametrize("path", ["/", "/feeds/all.rss", "/sitemap.xml", "/nothing/", "/feeds"])
def test_nginx_passes_on_what_the_server_says(path: str, server: tuple[Running, str], front: str):
    for fields in ({}, {"Accept_Encoding": "gzip"}, {"If_None_Match": "*"}):
        ours, theirs = server[0].get(path, **fields), fetch(front, path, **fields)
        assert (theirs.status, theirs.body) == (ours.status, ours.body)
        for name in ours.headers.keys() - {"date", "server", "connection"}:
            assert theirs.headers[name] == ours.headers[name], name


def test_nginx_serves_what_was_built(built: Path, front: str):
    def get(path: str, **fields: str) -> Answer:
        return fetch(front, path, Host="static.example.org", **fields)

    feed, coded = get("/feeds/all.rss"), get("/feeds/all.rss", Accept_Encoding="gzip")
    assert (feed.status, feed.headers["content-type"]) == (200, "application/rss+xml; charset=utf-8")
    assert feed.body == (built / "feeds/all.rss").read_bytes() == gzip.decompress(coded.body)
    assert coded.headers["content-encoding"] == "gzip"
    assert get("/feeds/all.rss", If_None_Match=feed.headers["etag"]).status == 304
    assert get("/").body == (built / "index.html").read_bytes()
    assert (get("/nothing/").status, get("/nothing/").body) == (404, (built / "404.html").read_bytes())
    assert {path: (get(path).status, get(path).headers["location"]) for path in ("/old/", "/feeds")} == dict.fromkeys(
        ("/old/", "/feeds"), (301, "/feeds/")
    )
    assert {get(path).status for path in ("/_redirects", "/.build-0.json", "/404.html")} == {404}


def test_what_was_built_is_said_to_be_what_the_server_says(server: tuple[Running, str], built: Path, front: str):
    """But the policies of stories, which name hashes; and Markdown is plain text there."""
    script = next(built.glob("static/*/*.js")).relative_to(built)
    for path, status in dict.fromkeys(
        ("/", "/feeds/all.rss", "/feeds/all.json", "/sitemap.xml", "/robots.txt", "/static/icon.svg", f"/{script}"), 200
    ).items() | {("/nothing/", 404)}:
        ours, theirs = server[0].get(path), fetch(front, path, Host="static.example.org")
        assert theirs.status == ours.status == status, path
        for name in ("content-type", "x-content-type-options", "referrer-policy"):
            assert theirs.headers[name] == ours.headers[name], (path, name)
        if not path.endswith(".js"):
            assert theirs.headers["content-security-policy"] == ours.headers["content-security-policy"], path
        is_for_ever = "immutable" in ours.headers["cache-control"]
        assert ("immutable" in theirs.headers.get("cache-control", "")) is is_for_ever, path


def test_what_was_built_is_of_its_kind_and_varies_by_its_coding(built: Path, front: str):
    for path in sorted(each for each in built.rglob("*") if each.is_file() and not each.name.startswith((".", "_"))):
        name = "/" + str(path.relative_to(built)).removesuffix("index.html")
        if path.suffix in (".gz", ".br", ".zst") or name == "/404.html":
            continue
        said = fetch(front, name, Host="static.example.org", Accept_Encoding="gzip")
        assert said.status == 200, name
        assert said.headers["content-type"] != "application/octet-stream", name
        is_coded = path.with_name(path.name + ".gz").exists()
        assert (said.headers.get("vary"), said.headers.get("content-encoding")) == (
            ("Accept-Encoding", "gzip") if is_coded else (None, None)
        ), name
    story = fetch(front, "/web-stories/ferry/", Host="static.example.org")
    assert "content-security-policy" not in story.headers
    assert (
        fetch(front, "/web-stories/ferry.zip", Host="static.example.org").headers["content-type"] == "application/zip"
    )


def test_nginx_ends_an_idle_connection_before_the_server_does():
    text = (ROOT / "docs/nginx.conf").read_text()
    upstream = text[text.index("upstream") : text.index("}", text.index("upstream"))]
    assert float(re.search(r"keepalive_timeout (\d+)s", upstream)[1]) < Deadlines().idle


def test_a_reload_reads_the_settings_again_and_the_server_stays_ready(server: tuple[Running, str], settings: Path):
    site, admin = server
    for title in ("The Quick Lantern", "The Slow Lantern"):
        settings.write_text(
            re.sub("^title = .*", f'title = "{title}"', settings.read_text(), count=1, flags=re.MULTILINE)
        )
        assert reloaded(site, admin) == {200}
        assert len(site.workers()) == 2
        assert f"<title>{title}" in site.get("/").text
        assert number(fetch(admin, "/metrics"), "publisher_workers") == 2


def test_a_reload_that_fails_changes_nothing(server: tuple[Running, str], settings: Path):
    site, _ = server
    before, text = site.workers(), settings.read_text()
    settings.write_text(text + "nonsense = 1\n")
    site.process.send_signal(signal.SIGHUP)
    until(lambda: any("nonsense" in line for line in site.lines))
    until(lambda: site.workers() == before)
    assert site.get("/").status == 200
    assert sum("nonsense" in line for line in site.lines) == 1
    settings.write_text(text)


def kept(port: int) -> float:
    return number(fetch(f"http://127.0.0.1:{port}", "/metrics"), "publisher_cache_documents")


def test_a_template_that_does_not_compile_stops_a_start_and_a_reload_but_no_replacement(tmp_path: Path):
    site, footer = tmp_path / "site", tmp_path / "site" / "templates" / "partial" / "footer.html"
    publisher("init", site)
    footer.parent.mkdir(parents=True)
    footer.write_text("<p>\n{% if %}")
    said = "templates/partial/footer.html, line 2: Expected an expression"
    refused = publisher("serve", site, "--port", "0")
    assert (refused.returncode, said in refused.stderr, "Traceback" in refused.stderr) == (1, True, False)
    footer.write_text("<p>A fine footer")
    port = free_port()
    with running("serve", site, "--port", "0", "--workers", "2", "--admin-port", str(port)) as server:
        until(lambda: server.get("/").status == 200 and kept(port) == 2)  # each worker has read its templates
        before = server.workers()
        footer.write_text("<p>\n{% if %}")
        server.process.send_signal(signal.SIGHUP)
        until(lambda: any(said in line for line in server.lines))
        until(lambda: server.workers() == before)
        assert "A fine footer" in server.get("/").text
        os.kill(before[0], signal.SIGKILL)
        until(lambda: len(server.workers()) == 2 and before[0] not in server.workers())
        assert server.get("/robots.txt").status == 200


def test_a_server_that_drains_says_that_it_is_not_ready_and_takes_the_rest_of_a_body(
    tmp_path_factory: pytest.TempPathFactory,
):
    port, site = free_port(), tmp_path_factory.mktemp("drained") / "site"
    publisher("init", site)
    with running("serve", site, "--port", "0", "--admin-port", str(port)) as server:
        parts = urlsplit(server.base)
        slow = socket.create_connection((parts.hostname, parts.port))
        slow.sendall(b"POST /_/seen HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 3\r\n\r\n1")
        admin = f"http://127.0.0.1:{port}"
        until(lambda: number(fetch(admin, "/metrics"), "publisher_handed_total") == 1)
        server.process.terminate()
        until(lambda: fetch(admin, "/readyz").status == 503)
        assert json.loads(fetch(admin, "/readyz").body) == {"store": True, "serving": False}
        assert fetch(admin, "/healthz").status == 200
        slow.sendall(b"23")
        assert slow.recv(100).startswith(b"HTTP/1.1 204 ")
        assert server.process.wait(120) == 0


class Broken:
    """A store that fails, or keeps silent."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds

    async def seq(self) -> int:
        await asyncio.sleep(self.seconds)
        raise StoreUnavailable("the disk is gone")


@pytest.mark.parametrize("seconds", [0.0, 1000.0])
async def test_a_server_whose_store_fails_or_hangs_is_not_ready(seconds: float, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("publisher.web.watch.STORE_SECONDS", 0.01)
    async with street() as it:
        store = Broken(seconds)
        watch = Watch(it.press, store, it.gate, Meters.of(1), asyncio.Event(), store.seq)
        assert await watch.checks() == {"store": False, "serving": True}
        assert "\npublisher_feed_subscribers 0\n" in await watch.text()


async def test_numbers_tell_of_subscribers_and_of_what_is_being_made():
    async def count() -> int:
        return 1234

    async with street() as it:
        watch = Watch(it.press, it.press.context.store, it.gate, Meters.of(2), asyncio.Event(), count)
        waiting = asyncio.ensure_future(it.press.answer("/slow/"))
        await asyncio.sleep(0)
        said = await watch.text()
        assert "\npublisher_feed_subscribers 1234\n" in said
        assert "\npublisher_builds 1\n" in said
        await waiting
        assert "\npublisher_builds 0\n" in await watch.text()
