"""Drills 22 and 24: an export that names what lies outside it, and one that is made to swell."""

import io
import json
import os
import subprocess
import sys
import tarfile
import zipfile
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from textwrap import dedent

import pytest
from PIL import Image

from publisher.asset import Assets
from publisher.backup import put_back
from publisher.error import PublisherError
from publisher.importer.sniff import open_export
from tests.importer.reading import written
from tests.tool.house import at, fill, house
from tests.tool.shared import ROOT

Figure = Callable[[str], None]


class Watcher:
    """Every file that this process opens, while it watches; a hook can't be taken away again."""

    def __init__(self) -> None:
        self.opened: list[str] = []
        self.is_watching = False
        sys.addaudithook(self._note)

    def _note(self, event: str, arguments: tuple[object, ...]) -> None:
        if self.is_watching and event == "open" and isinstance(arguments[0], str | os.PathLike):
            self.opened.append(os.path.realpath(arguments[0]))

    def under(self, folder: Path) -> list[str]:
        return [each for each in self.opened if each.startswith(f"{folder.resolve()}/")]


@pytest.fixture(scope="module")
def watcher() -> Watcher:
    return Watcher()


def jpeg() -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (640, 400), "teal").save(out, "JPEG")
    return out.getvalue()


UPS = ["../outside/secret.jpg", "../../outside/secret.jpg", "..%2F..%2Foutside%2Fsecret.jpg", "..\\outside\\secret.jpg"]
UPS += ["%2e%2e/outside/secret.jpg", "images/../../outside/secret.jpg", "./../outside/secret.jpg", "{out}/secret.jpg"]
UPS += ["file://{out}/secret.jpg", "link.jpg", "links/secret.jpg", "....//outside/secret.jpg", "/outside/secret.jpg"]


def exports(folder: Path, out: Path) -> Iterator[Path]:
    """One export of each kind that names files outside of it, by every form and by links."""
    names = [each.format(out=out) for each in UPS]
    shown = "".join(f'<p>Some text. <img src="{each}" alt=""></p>' for each in names)
    site = folder / "markdown"
    for number, each in enumerate(names):
        written(site, f"{number}.md", f"---\ntitle: T{number}\nimage: {json.dumps(each)}\n---\nText ![x](<{each}>)\n")
    written(site, "page.html", f"<html><body><article><h1>T</h1>{shown}</article></body></html>")
    (site / "link.jpg").symlink_to(out / "secret.jpg")
    (site / "link.md").symlink_to(out / "secret.md")
    (site / "links").symlink_to(out)
    yield site
    ghost = folder / "ghost"
    posts = [
        {"id": str(n), "title": "T", "slug": f"t{n}", "status": "published", "published_at": "2020-01-01T00:00:00Z",
         "feature_image": f"__GHOST_URL__/content/images/{each}", "html": f'<img src="/content/images/{each}">'}
        for n, each in enumerate(names)
    ]  # fmt: skip
    written(ghost, "content/images/x.txt", "x")
    (ghost / "content/images/links").symlink_to(out)
    yield written(ghost, "ghost.json", json.dumps({"db": [{"data": {"posts": posts}}]}))
    own = folder / "own"
    lines = [{"publisher": {"format": 1, "base": "https://x.example"}}]
    lines += [{"media": {"sha256": each, "media_type": "image/jpeg", "bytes": 3}} for each in (*names, "ab" * 32)]
    link = own / "media" / ("ab" * 32) / "original.jpg"
    link.parent.mkdir(parents=True)
    link.symlink_to(out / "secret.jpg")
    yield written(own, "site.jsonl", "".join(json.dumps(each) + "\n" for each in lines))
    yield from _archives(folder, names, shown)


def _archives(folder: Path, names: list[str], shown: str) -> Iterator[Path]:
    medium = folder / "medium.zip"
    text = f"<article><h1 class='p-name'>T</h1><section>{shown}</section></article>"
    page = f"<html><head><title>T</title></head><body>{text}</body></html>"
    with zipfile.ZipFile(medium, "w") as archive:
        archive.writestr("posts/2020-01-01_ok-abc.html", page)
        for each in names:
            archive.writestr(each, page)
            archive.writestr(f"posts/{each}.html", page)
    yield medium
    substack = folder / "substack.zip"
    with zipfile.ZipFile(substack, "w") as archive:
        rows = "".join(f'"{each}",2020-01-01T00:00:00Z,true,newsletter,everyone,T,S\n' for each in names)
        archive.writestr("posts.csv", "post_id,post_date,is_published,type,audience,title,subtitle\n" + rows)
        for each in names:
            archive.writestr(f"posts/{each}.html", page)
            archive.writestr(each, page)
    yield substack


def tree(folder: Path) -> dict[str, bytes]:
    return {each.relative_to(folder).as_posix(): each.read_bytes() for each in folder.rglob("*") if each.is_file()}


@pytest.mark.drill
async def test_d22_no_export_reads_or_writes_outside_of_itself(tmp_path: Path, watcher: Watcher, figure: Figure):
    out = tmp_path / "outside"
    written(out, "secret.jpg", jpeg())
    written(out, "secret.md", "---\ntitle: Secret\n---\nSecret")
    inside = tmp_path / "inside"
    sources, before, seen = list(exports(inside, out)), tree(out), 0
    assert sources
    for number, source in enumerate(sources):
        watcher.opened.clear()
        watcher.is_watching = True
        try:
            async with house(inside / f"site-{number}") as made:
                report = await fill(made, open_export(str(source), now=at(12)))
                media = list(made.library.every())
        finally:
            watcher.is_watching = False
        assert report.adds_up
        seen += report.seen
        assert watcher.opened, "the watcher saw nothing"
        assert watcher.under(out) == [], source
        assert media == [], source
    assert tree(out) == before
    assert sorted(os.listdir(tmp_path)) == ["inside", "outside"]
    figure(f"drill 22: {len(sources)} exports, {seen} items that name files outside; 0 opened, 0 written")


@pytest.mark.drill
def test_d22_a_backup_and_a_theme_stay_inside_their_folder(tmp_path: Path, watcher: Watcher, figure: Figure):
    out = tmp_path / "outside"
    written(out, "secret.html", "secret")
    tried = 0
    for name, link in [
        ("../outside/a", ""),
        ("/tmp/../outside/b", ""),
        ("l", str(out)),
        ("l", "../outside"),
        ("media/l", "../../outside"),
    ]:
        tar = tmp_path / f"{tried}.tar"
        with tarfile.open(tar, "w") as archive:
            for each, target in (("site.db", ""), (name, link), *([(f"{name}/evil", "")] if link else [])):
                member = tarfile.TarInfo(each)
                member.type, member.linkname = (tarfile.SYMTYPE, target) if target else (tarfile.REGTYPE, "")
                archive.addfile(member, io.BytesIO(b""))
        with suppress(PublisherError):
            put_back(tar, tmp_path / "restored" / str(tried))
        tried += 1
    theme = tmp_path / "site"
    written(theme, "templates/x.html", "x")
    watcher.opened.clear()
    watcher.is_watching = True
    try:
        for each in ("../../outside/secret.html", f"{out}/secret.html", "../../../etc/passwd", "/etc/passwd"):
            tried += 1
            with pytest.raises((PublisherError, OSError, KeyError, ValueError)):
                Assets(theme).read(f"templates/{each}")
    finally:
        watcher.is_watching = False
    assert watcher.under(out) == []
    assert list(tree(out)) == ["secret.html"]
    figure(f"drill 22: {tried} names in backups and themes that lead out: 0 read, 0 written")


ITEM = "<rss><channel><item><title>{}</title></item></channel></rss>"
SECRET = 'SYSTEM "file:///etc/hostname"'
BOMBS = {
    "laughs": '<!DOCTYPE rss [<!ENTITY a "lol">{entities}]>' + ITEM.format("&a9;"),
    "quadratic": '<!DOCTYPE rss [<!ENTITY a "{x}">]>' + ITEM.format("{refs}"),
    "file": f"<!DOCTYPE rss [<!ENTITY a {SECRET}>]>" + ITEM.format("&a;"),
    "parameter": f"<!DOCTYPE rss [<!ENTITY % a {SECRET}> %a;]>" + ITEM.format("x"),
    "external DTD": '<!DOCTYPE rss SYSTEM "http://127.0.0.1:9/x.dtd" [<!ENTITY b "c">]>' + ITEM.format("&b;"),
    "deep": "<rss><channel>{open}{close}<item/></channel></rss>",
    "late entity": "<rss><channel><item><title>a</title></item>{pad}<!DOCTYPE x [<!ENTITY a 'b'>]></channel></rss>",
}
SHAPES = {"feed": "{}", "wxr": "{}<!-- wordpress.org/export/1.2/ -->", "utf-16": "{}"}
READER = dedent("""
    import json, sys, time
    from datetime import UTC, datetime
    from pathlib import Path
    from publisher.error import InvalidExport
    from publisher.importer.sniff import open_export

    def peak():
        return int(Path("/proc/self/status").read_text().split("VmHWM:")[1].split()[0]) / 1024

    for name in sys.argv[1:]:
        Path("/proc/self/clear_refs").write_text("5")
        before, started, said = peak(), time.process_time(), ""
        try:
            for item in open_export(name, now=datetime(2026, 11, 23, tzinfo=UTC)):
                said += getattr(item, "reason", "") + getattr(getattr(item, "article", None), "title", "")
            refused = False
        except InvalidExport as error:
            said, refused = str(error), True
        took = {"seconds": time.process_time() - started, "mb": peak() - before}
        print(json.dumps({"name": name, "said": said, "refused": refused} | took))
""")


@pytest.mark.drill
def test_d24_entities_and_depth_are_refused_at_once(tmp_path: Path, figure: Figure):
    hostname = Path("/etc/hostname").read_text().strip() if Path("/etc/hostname").exists() else "\0"
    values = {
        "entities": "".join(f'<!ENTITY a{i} "{f"&a{i - 1 or str()};" * 10}">' for i in range(1, 10)),
        "x": "x" * 100_000,
        "refs": "&a;" * 20_000,
        "open": "<a>" * 200_000,
        "close": "</a>" * 200_000,
        "pad": "<item><title>b</title></item>" * 100,
    }
    files = []
    for bomb, body in BOMBS.items():
        for shape, frame in SHAPES.items():
            text = frame.format(body.format(**values)) if "{" in body else frame.format(body)
            data = text.encode("utf-16") if shape == "utf-16" else text.encode()
            files.append(str(written(tmp_path, f"{bomb}-{shape}.xml", data)))
    done = subprocess.run(
        [sys.executable, "-c", READER, *files], cwd=ROOT, capture_output=True, text=True, timeout=600, check=False
    )
    assert done.returncode == 0, done.stderr
    rows = [json.loads(each) for each in done.stdout.splitlines()]
    assert len(rows) == len(files)
    assert [row["name"] for row in rows if not row["refused"] and "late entity" not in row["name"]] == []
    assert [row["name"] for row in rows if not row["said"] or (hostname and hostname in row["said"])] == []
    slowest, fattest = max(row["seconds"] for row in rows), max(row["mb"] for row in rows)
    assert slowest < 1
    assert fattest < 64
    figure(
        f"drill 24: {len(rows)} bombs refused, the slowest in {slowest * 1000:.0f} ms, with {fattest:.0f} MB at most"
    )
