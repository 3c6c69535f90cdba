"""`publisher build` against Hugo on the same articles in the same run: seconds, processor seconds, files, bytes.

Hugo writes pages, sections, tags and their RSS; ours writes besides Atom, JSON Feed, web stories, players and sitemaps,
and all of it in gzip, brotli and zstd too.
"""

from __future__ import annotations

import argparse
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable
from pathlib import Path

import orjson

from bench.load import need
from bench.scale import fill, piece

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


def timed(name: str, command: list[str], target: Path) -> tuple[float, float]:
    """Run a build; its seconds by the clock and of processors. Ends everything when it fails."""
    began, before = time.monotonic(), resource.getrusage(resource.RUSAGE_CHILDREN)
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    spent, after = time.monotonic() - began, resource.getrusage(resource.RUSAGE_CHILDREN)
    if done.returncode:
        raise SystemExit(f"{name} failed: {done.stdout}{done.stderr}")
    busy = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    files = list(files_in(target))
    pages = sum(file.suffix not in (".gz", ".br", ".zst") for file in files)
    size = sum(file.stat().st_size for file in files) / 1e6
    print(f"{name:34}{spent:9.1f}{busy:9.1f}{len(files):10,}{pages:10,}{size:9.1f}{pages / spent:12,.0f}", flush=True)
    return spent, pages / spent


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
        fill(scratch / "site", given.articles)
        ours = [sys.executable, "-m", "publisher", "build", str(scratch / "ours"), "--site", str(scratch / "site")]
        ours += ["--base-url", "https://example.org"]
        theirs = ["hugo", "--quiet", "-s", str(scratch / "hugo"), "-d", str(scratch / "theirs")]
        print(f"{given.articles:,} articles, {os.cpu_count()} processors")
        print(f"{'':34}{'seconds':>9}{'CPU s':>9}{'files':>10}{'documents':>10}{'MB':>9}{'documents/s':>12}")
        _, hugo = timed("hugo", theirs, scratch / "theirs")
        _, rate = timed("publisher build", ours, scratch / "ours")
        timed("publisher build, nothing changed", [*ours, "--since", "last"], scratch / "ours")
        print(f"documents a second: {rate / hugo:.2f} of Hugo's, each in four codings")


if __name__ == "__main__":
    main()
