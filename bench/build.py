"""`publisher build` against Hugo on the same articles in the same run: processor seconds, whole and for each file.

Hugo writes pages, sections, tags and their RSS; ours writes besides Atom, JSON Feed, web stories, players and sitemaps,
and all of it in gzip, brotli and zstd too. Then again: with nothing changed, one article edited, one published (which
moves every article in the lists behind it by a place). Hugo's answer to each of these is its whole build.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import orjson
from msgspec.structs import replace

from bench.archive import fill
from bench.load import need
from bench.scale import piece
from publisher.date import now
from publisher.house import DATABASE
from publisher.store.port import Write
from publisher.store.sqlite import SqliteStore

SHORT = ("--articles", "200")
THEME = {
    "_default/baseof.html": '<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{{ .Title }}</title>'
    '<link rel="canonical" href="{{ .Permalink }}"></head><body>{{ block "main" . }}{{ end }}</body></html>',
    "_default/single.html": '{{ define "main" }}<article><h1>{{ .Title }}</h1>{{ .Content }}'
    '{{ range .Params.tags }}<a href="/tags/{{ . | urlize }}/">{{ . }}</a> {{ end }}'
    "{{ range first 4 (site.RegularPages.Related .) }}<a href='{{ .Permalink }}'>{{ .Title }}</a>{{ end }}"
    "</article>{{ end }}",
    "_default/list.html": '{{ define "main" }}{{ range (.Paginate .Pages 24).Pages }}<h2><a href="{{ .Permalink }}">'
    "{{ .Title }}</a></h2>{{ .Summary }}{{ end }}{{ end }}",
}


def write_hugo(folder: Path, count: int) -> None:
    """The same articles as a site of Hugo's, with a small theme of lists and pages."""
    (folder / "hugo.toml").write_text(
        'baseURL = "https://example.org/"\ntitle = "Archive"\n[services.rss]\nlimit = 50\n'
    )
    (folder / "config.toml").write_text((folder / "hugo.toml").read_text())
    for name, text in THEME.items():
        file = folder / "layouts" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
    for article in (piece(number, count).article for number in range(count)):
        assert article.section is not None
        file = folder / "content" / article.section.slug / f"{article.slug}.html"
        file.parent.mkdir(parents=True, exist_ok=True)
        head = {
            "title": article.title,
            "date": f"{article.published:%Y-%m-%dT%H:%M:%SZ}",
            "tags": [each.slug for each in article.tags],
            "authors": [each.name for each in article.authors],
        }
        body = article.body.html if article.body else ""
        file.write_bytes(orjson.dumps(head, option=orjson.OPT_INDENT_2) + b"\n\n" + body.encode())


async def edit(site: Path, number: int) -> None:
    """Give one article another title."""
    async with opened(site) as store:
        article = await store.article(number)
        await store.save(Write(article=replace(article, title=f"{article.title} again"), action="revise"), now())


async def publish(site: Path, number: int) -> None:
    """Add an article to an archive of so many."""
    async with opened(site) as store:
        await store.save(piece(number, number), now())


@asynccontextmanager
async def opened(site: Path) -> AsyncIterator[SqliteStore]:
    """The store of a site."""
    store = SqliteStore(site / DATABASE)
    await store.open()
    yield store
    await store.close()


@dataclass(frozen=True, slots=True)
class Run:
    """What a build cost and left: processor seconds, files, documents among them, what it said."""

    busy: float
    files: int
    documents: int
    said: str


def timed(name: str, command: list[str], target: Path) -> Run:
    """Run a build. Ends everything when it fails."""
    began, before = time.monotonic(), resource.getrusage(resource.RUSAGE_CHILDREN)
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    spent, after = time.monotonic() - began, resource.getrusage(resource.RUSAGE_CHILDREN)
    if done.returncode:
        raise SystemExit(f"{name} failed: {done.stdout}{done.stderr}")
    busy = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    files = list(files_in(target))
    pages = sum(file.suffix not in (".gz", ".br", ".zst") for file in files)
    size = sum(file.stat().st_size for file in files) / 1e6
    shares = f"{busy * 1e6 / len(files):10,.0f}{busy * 1e6 / pages:10,.0f}"
    print(f"{name:34}{spent:9.1f}{busy:9.1f}{len(files):10,}{pages:10,}{size:9.1f}{shares}", flush=True)
    return Run(busy, len(files), pages, done.stdout)


def files_in(folder: Path) -> Iterable[Path]:
    """Every file below a folder."""
    return (file for file in folder.rglob("*") if file.is_file())


def main() -> None:
    """Build with both, and ours again with nothing changed."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--articles", type=int, default=10_000)
    given = options.parse_args()
    need("hugo")
    with tempfile.TemporaryDirectory(prefix="bench-") as name:
        scratch = Path(name)
        (scratch / "hugo").mkdir()
        write_hugo(scratch / "hugo", given.articles)
        fill(scratch / "site", (piece(number, given.articles) for number in range(given.articles)))
        ours = [sys.executable, "-m", "publisher", "build", str(scratch / "ours"), "--site", str(scratch / "site")]
        ours += ["--base-url", "https://example.org"]
        theirs = ["hugo", "--quiet", "-s", str(scratch / "hugo"), "-d", str(scratch / "theirs")]
        print(f"{given.articles:,} articles, {os.cpu_count()} processors")
        print(f"{'':34}{'seconds':>9}{'CPU s':>9}{'files':>10}{'documents':>10}{'MB':>9}{'us/file':>10}{'us/doc':>10}")
        hugo = timed("hugo", theirs, scratch / "theirs")
        whole = timed("publisher build", ours, scratch / "ours")
        again = [*ours, "--since", "last", "--json"]
        timed("publisher build, nothing changed", again, scratch / "ours")
        asyncio.run(edit(scratch / "site", given.articles // 2))
        edited = timed("publisher build, one edit", again, scratch / "ours")
        asyncio.run(publish(scratch / "site", given.articles))
        added = timed("publisher build, one more", again, scratch / "ours")
        file, document = whole.busy / whole.files, whole.busy / whole.documents
        ratios = f"{file / hugo.busy * hugo.files:.1f} a file, {document / hugo.busy * hugo.documents:.1f} a document"
        print(f"processor time, ours to Hugo's: {ratios} in four codings")
        for what, run in (("one edit", edited), ("one more", added)):
            wrote = orjson.loads(run.said)
            print(
                f"{what}: {wrote['documents']:,} documents made, {wrote['files']:,} files written, "
                f"{run.busy:.1f} CPU s, {run.busy / hugo.busy:.2f} of Hugo's"
            )


if __name__ == "__main__":
    main()
