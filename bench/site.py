"""The magazine: page weights, building a page, related pieces, Lighthouse (--lighthouse)."""

from __future__ import annotations

import argparse
import json
import os
import re
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import brotli

from publisher.model import Selection
from publisher.serve import House, run, settings_of, with_house
from tests.tool.chromium import program
from tests.tool.running import Running, running

BUDGET = 20_000
"""Bytes of an article's HTML, CSS and JS in brotli (spec/site.md 9)."""
KINDS = ("/", "/travel/", "/web-stories/", "/search/?q=train", "/feeds/", "/about/")
JUDGED = ("/", "/travel/slow-train-to-nowhere/", "/web-stories/slow-train-to-nowhere/play/")
CATEGORIES = ("performance", "accessibility", "best-practices", "seo")
TOP = 4
RUNS = 20


def paths(server: Running) -> list[str]:
    """Every article of the sample."""
    index = re.findall(r"<loc>[^<]+?(/sitemap-articles[^<]+)</loc>", server.get("/sitemap.xml").text)
    return [path for each in index for path in re.findall(r"<loc>https?://[^/]+(/[^<]*)</loc>", server.get(each).text)]


def weight(server: Running, path: str) -> dict[str, int]:
    """Bytes of a page in brotli 11, by what they are."""
    html = server.get(path).body
    css, js = (re.search(pattern, html) for pattern in (rb'href="(/static/[^"]+css)"', rb'src="(/static/[^"]+js)"'))
    if not css or not js:
        raise ValueError(f"{path} names no style sheet or no script")
    parts = {"html": html, "css": server.get(css[1].decode()).body, "js": server.get(js[1].decode()).body}
    sizes = {name: len(brotli.compress(raw, quality=11)) for name, raw in parts.items()}
    return {**sizes, "sum": sum(sizes.values())}


def weights(server: Running) -> bool:
    """Prints every kind, and the lightest, middle and heaviest article; whether all are within the budget."""
    for path in KINDS:
        print(f"  {path:44} {_row(weight(server, path))}")
    articles = sorted(((weight(server, path), path) for path in paths(server)), key=lambda pair: pair[0]["sum"])
    for found, path in (articles[0], articles[len(articles) // 2], articles[-1]):
        print(f"  {path:44} {_row(found)}")
    return articles[-1][0]["sum"] <= BUDGET


def _row(found: dict[str, int]) -> str:
    return "  ".join(f"{name} {size:6,}" for name, size in found.items())


async def builds(house: House) -> None:
    """Milliseconds to make a page from the store, once everything was read before."""
    for path in ("/", "/travel/", "/travel/slow-train-to-nowhere/", "/about/", "/feeds/"):
        took = []
        for _ in range(RUNS):
            began = time.perf_counter()
            await house.press.catalogue.build(house.context, house.press.catalogue.target(path, {}))
            took.append((time.perf_counter() - began) * 1000)
        print(f"  {path:44} median {statistics.median(took):6.1f} ms  worst {max(took):6.1f} ms")


async def related_of_sample(house: House) -> None:
    """The same for the sample magazine, whose sections the store knows."""
    articles = await house.store.select(Selection(limit=100))
    shares, took = [], []
    for each in articles:
        began = time.perf_counter()
        found = await house.store.related(await house.store.article(each.id), TOP)
        took.append((time.perf_counter() - began) * 1000)
        shares.append(sum(other.section == each.section for other in found) / TOP)
    print(
        f"  sample: {len(articles)} pieces, {statistics.mean(shares):.3f} of the top {TOP} in the same section, "
        f"median {statistics.median(took):.1f} ms"
    )


def lighthouse(server: Running) -> bool:
    """Lighthouse's four marks of home, article and player; whether they are what they must be."""
    is_fine = True
    for path in JUDGED:
        marks = _judged(server.base + path)
        print(f"  {path:44} " + "  ".join(f"{name} {mark:.0f}" for name, mark in marks.items()))
        is_fine &= marks["performance"] >= 98 and all(marks[each] == 100 for each in CATEGORIES[1:])
    return is_fine


def _judged(address: str) -> dict[str, float]:
    command = ["npx", "--yes", "lighthouse@12", address, "--output=json", "--quiet"]
    command += [f"--only-categories={','.join(CATEGORIES)}", "--chrome-flags=--headless --no-sandbox --disable-gpu"]
    environment = os.environ | {"CHROME_PATH": str(program())}
    done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=300, env=environment)
    found = json.loads(done.stdout)["categories"]
    return {name: found[name]["score"] * 100 for name in CATEGORIES}


def main() -> int:
    """Measure; 1 when a page is heavier or judged worse than it may be."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--lighthouse", action="store_true", help="run Lighthouse (needs npm)")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch) / "site"
        with running("demo", "--site", folder, "--port", "0") as server:
            print(f"weights in brotli 11, bytes (an article may have {BUDGET:,}):")
            is_fine = weights(server)
            if options.lighthouse:
                print("Lighthouse 12:")
                is_fine &= lighthouse(server)
        print("building a page from the store:")
        run(with_house(folder, settings_of(folder), builds))
        print("related pieces:")
        run(with_house(folder, settings_of(folder), related_of_sample))
    return 0 if is_fine else 1


if __name__ == "__main__":
    sys.exit(main())
