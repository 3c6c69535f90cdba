"""Sitemaps under weight: an import of a hundred thousand articles, crawlers that walk a million locations."""

import asyncio
import json
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from usp.tree import sitemap_tree_for_homepage

from bench.sitemaps import filled
from publisher import url
from publisher.catalogue import Catalogue, Target
from publisher.catalogue.base import Context
from publisher.desk.ingest import Ingest
from publisher.model import Answer
from publisher.store.sqlite import SqliteStore
from tests.tool.corpus import CorpusExport
from tests.tool.house import house
from tests.tool.running import running
from tests.tool.shared import ROOT

LAG_SECONDS = 0.05


@pytest.mark.drill
async def test_c11_an_import_holds_the_loop_no_longer_than_50_ms_and_costs_one_build_a_file(
    tmp_path: Path,
    cycles: Callable[[int, int], int],
    figure: Callable[[str], None],
    monkeypatch: pytest.MonkeyPatch,
):
    """A reader asks for the index and a file all the time; afterwards every file is built once."""
    built: list[str] = []
    plain = Catalogue.build

    async def counted(self: Catalogue, context: Context, target: Target) -> Answer:
        built.append(target.path)
        return await plain(self, context, target)

    async with house(tmp_path, SqliteStore(tmp_path)) as site:
        lags: list[float] = []
        beating = asyncio.create_task(beat(lags))
        report = await Ingest(site.desk, CorpusExport(cycles(100_000, 2_000))).run()
        beating.cancel()
        assert report.failed == ()
        monkeypatch.setattr(Catalogue, "build", counted)
        files = [
            url.sitemap(kind, each.month, each.number)
            for kind in ("articles", "stories")
            for each in await site.store.chunks(kind)
        ]
        await asyncio.gather(*(site.press.answer(path) for path in (*files, *files)))
        assert sorted(built) == sorted(files)
    late = sorted(lags)[-1]
    figure(f"C11: {report.created:,} imported; the loop was held for {late * 1000:.0f} ms at most; {len(files)} files")
    assert late < LAG_SECONDS


async def beat(lags: list[float]) -> None:
    """Note the processor time of the loop's thread between wake-ups: how long a step holds it, whoever else is busy."""
    while True:
        before = time.thread_time()
        await asyncio.sleep(0.001)
        lags.append(time.thread_time() - before)


def ultimate_sitemap_parser(base: str) -> int:
    return len({page.url for page in sitemap_tree_for_homepage(f"{base}/", use_known_paths=False).all_pages()})


def scrapy_spider(base: str) -> int:
    command = [sys.executable, "-m", "tests.tool.scrapy_count", f"{base}/robots.txt"]
    ran = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    return len(set(json.loads(ran.stdout)))


@pytest.mark.drill
def test_h5_real_clients_count_a_million(
    tmp_path: Path, cycles: Callable[[int, int], int], figure: Callable[[str], None]
):
    count = cycles(1_000_000, 20_000)
    expected = asyncio.run(entries(tmp_path, count))
    with running("serve", tmp_path, "--port", "0") as server:
        for client in (ultimate_sitemap_parser, scrapy_spider):
            began = time.perf_counter()
            found = client(server.base)
            figure(f"H5: {client.__name__} counts {found:,} of {expected:,} in {time.perf_counter() - began:.0f} s")
            assert found == expected


async def entries(folder: Path, count: int) -> int:
    """Fill a store; how many locations its files have: home and the stories' archive stand in no chunk."""
    store = await filled(folder, count)
    kinds = ("articles", "stories", "sections", "authors", "tags")
    found = sum([chunk.urls for kind in kinds for chunk in await store.chunks(kind)])
    await store.close()
    return found + 2
