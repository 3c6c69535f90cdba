"""Varnish and Caddy before a server, by the files and lines that the documents have."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from publisher.catalogue.kinds import KINDS
from publisher.web.gate import Deadlines
from tests.tool.debian import need_file, need_package, needed
from tests.tool.port import free_port
from tests.tool.program import started, until
from tests.tool.running import Answer, Running, fetch, publisher, running
from tests.tool.shared import ROOT

pytestmark = pytest.mark.xdist_group("front")
SERVING = (ROOT / "docs/serving.md").read_text()
VCL = (ROOT / "docs/varnish.vcl").read_text()
CADDY = re.search(r"```\n(example\.org \{.*?\n\})\n```", SERVING, re.DOTALL)[1]
BESIDE = ({"Accept_Encoding": "gzip, br"}, {"Cookie": "a=b"}, {"A_IM": "feed"}, {"Sec_Fetch_Dest": "empty"})
ARGUMENTS = set().union(*(each.query for each in KINDS))


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("front") / "site"
    publisher("init", folder)
    publisher("redirect", "add", "/q&a/", "/feeds/", "--site", folder)
    return folder


@pytest.fixture(scope="module")
def server(site: Path) -> Iterator[Running]:
    keyed = ("--set", "cdn_keys=Surrogate-Key", "--set", "cdn_max_age=86400")
    with running("serve", site, "--port", "0", *keyed) as server:
        yield server


@contextmanager
def varnish(server: Running, folder: Path) -> Iterator[str]:
    """Varnish before a server, by our file."""
    program, port = need_package("varnish", "varnishd"), free_port()
    needed(lambda: need_file("varnish-modules", "usr/lib/*/varnish/vmods/libvmod_xkey.so"))
    text = VCL.replace('"8080"', f'"{server.base.rpartition(":")[2]}"').replace('"example.org"', '"127.0.0.1"')
    (folder / "test.vcl").write_text(text)
    options = ("-n", folder / "work", "-a", f"127.0.0.1:{port}", "-s", "malloc,32m", "-f", folder / "test.vcl")
    with started([program, "-j", "none", "-F", *options], port) as base:
        yield base


@pytest.fixture(scope="module")
def front(server: Running, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with varnish(server, tmp_path_factory.mktemp("varnish")) as base:
        yield base


def is_kept(answer: Answer) -> bool:
    """Whether Varnish had it already."""
    return " " in answer.headers["x-varnish"]


def purge(base: str, keys: str) -> int:
    return fetch(base, "/", method="PURGE", xkey=keys).status


def test_the_arguments_that_documents_know_are_the_ones_in_the_documents():
    assert set(re.search(r"\(\?:([a-z_|]+)\)=\)", VCL)[1].split("|")) == ARGUMENTS
    assert set(re.findall(r"`(\w+)`", re.search(r"drop arguments other than (.*)", SERVING)[1])) == ARGUMENTS


def test_varnish_keeps_one_copy_whatever_else_is_asked(front: str):
    fetch(front, "/feeds/all.rss", Accept_Encoding="gzip")
    for path in ("/feeds/all.rss", "/feeds/all.rss?utm_source=x&b", "/feeds/all.rss?"):
        for fields in (
            {"Accept_Encoding": "gzip, br"},
            {"Cookie": "a=b"},
            {"A_IM": "feed"},
            {"Sec_Fetch_Dest": "empty"},
        ):
            assert is_kept(fetch(front, path, **fields)), (path, fields)
    one, other = fetch(front, "/search/?x=1&q=tide&page=1"), fetch(front, "/search/?page=1&q=tide")
    assert (one.status, is_kept(other)) == (200, True)
    assert not is_kept(fetch(front, "/search/?q=moon"))
    assert [fetch(front, path).headers.get("location") for path in ("/q&a/", "/q&a/?x=1&b")] == ["/feeds/"] * 2
    page = fetch(front, "/feeds/all.rss", Sec_Fetch_Dest="document")
    assert page.headers["content-type"].startswith("text/html")


@pytest.mark.parametrize("path", ["/api/articles", "/?rest_route=/", "/wp-json/", "/micropub", "/_/x"])
def test_varnish_passes_what_is_not_for_all(path: str, front: str):
    answers = [fetch(front, path) for _ in range(2)]
    assert not any(map(is_kept, answers))


def test_what_is_purged_by_key_is_fetched_anew(front: str, site: Path, server: Running):
    assert "s-maxage=86400" in fetch(front, "/feeds/all.rss").headers["cache-control"]
    assert fetch(front, "/new/").status == 404
    (site / "new.md").write_text("---\ntitle: A new tide\nslug: new\n---\nThe tide is new.\n")
    done = publisher("publish", site / "new.md", "--site", site)
    assert done.returncode == 0, done.stderr
    until(lambda: b"A new tide" in server.get("/feeds/all.rss").body)
    before = fetch(front, "/feeds/all.rss"), fetch(front, "/new/")
    assert all(map(is_kept, before))
    assert b"A new tide" not in before[0].body
    assert purge(front, "latest p/new/ many") == 200
    assert b"A new tide" in fetch(front, "/feeds/all.rss").body
    assert fetch(front, "/new/").status == 200


def test_varnish_serves_what_it_has_while_the_server_is_down(site: Path, tmp_path: Path):
    with running("serve", site, "--port", "0") as server, varnish(server, tmp_path) as front:
        until(lambda: fetch(front, "/").status == 200)
        server.process.terminate()
        server.process.wait(120)
        assert fetch(front, "/").status == 200
        assert fetch(front, "/feeds/").status == 503


def test_caddy_passes_on_what_the_server_says(server: Running, tmp_path: Path):
    program, port = need_package("caddy"), free_port()
    text = CADDY.replace("example.org", f"http://127.0.0.1:{port}").replace("127.0.0.1:8080", server.base[7:])
    (tmp_path / "Caddyfile").write_text("{\n\tadmin off\n}\n" + text)
    command = [program, "run", "--config", tmp_path / "Caddyfile", "--adapter", "caddyfile"]
    with started(command, port, env={"HOME": str(tmp_path)}) as front:
        for path in ("/", "/feeds/all.rss", "/nothing/", "/feeds"):
            for fields in ({}, {"Accept_Encoding": "gzip"}, {"If_None_Match": "*"}):
                ours, theirs = server.get(path, **fields), fetch(front, path, **fields)
                assert (theirs.status, theirs.body) == (ours.status, ours.body)
                for name in ours.headers.keys() - {"date", "server", "connection"}:
                    assert theirs.headers[name] == ours.headers[name], name


def test_caddy_ends_an_idle_connection_before_the_server_does():
    assert float(re.search(r"keepalive (\d+)s", CADDY)[1]) < Deadlines().idle
