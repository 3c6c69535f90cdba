"""The magazine: page weights, building a page, related pieces."""

from __future__ import annotations

import argparse
import re
import statistics
import sys
import tempfile
import time
from pathlib import Path

import brotli

from publisher.house import House, run, settings_of, with_house
from publisher.model import Selection
from tests.tool.running import Running, running

BUDGET = 20_000
"""Bytes of an article's HTML, CSS and JS in brotli (spec/site.md 9)."""
KINDS = ("/", "/travel/", "/web-stories/", "/search/?q=train", "/feeds/", "/about/")
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


def main() -> int:
    """Measure; 1 when a page is heavier or judged worse than it may be."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch) / "site"
        with running("demo", "--site", folder, "--port", "0") as server:
            print(f"weights in brotli 11, bytes (an article may have {BUDGET:,}):")
            is_fine = weights(server)
        print("building a page from the store:")
        run(with_house(folder, settings_of(folder), builds))
        print("related pieces:")
        run(with_house(folder, settings_of(folder), related_of_sample))
    return 0 if is_fine else 1


if __name__ == "__main__":
    sys.exit(main())
