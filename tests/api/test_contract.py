"""The OpenAPI document is true: schemathesis makes requests of it and compares every answer with it."""

import asyncio
import json
import subprocess
import sys
import threading
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from aiohttp import web
from openapi_spec_validator import OpenAPIV31SpecValidator

from publisher.date import now
from publisher.desk.token import Scope, Tokens
from publisher.serve import app_of, gate_of
from tests.tool.house import house


class Site(threading.Thread):
    """A site that serves in a thread of its own; `base` and `secret` are set once it does."""

    def __init__(self, folder: Path) -> None:
        super().__init__(daemon=True)
        self.folder, self.base, self.secret = folder, "", ""
        self.is_ready, self.loop = threading.Event(), asyncio.new_event_loop()
        self.stop = asyncio.Event()

    def run(self) -> None:
        self.loop.run_until_complete(self.serve())

    async def serve(self) -> None:
        async with house(self.folder, base_url="http://127.0.0.1") as made:
            runner = web.AppRunner(app_of(made, gate_of(made)))
            await runner.setup()
            await web.TCPSite(runner, "127.0.0.1", 0).start()
            self.base = f"http://127.0.0.1:{runner.addresses[0][1]}"
            _, self.secret = await Tokens(made.store, now).create("fuzz", (Scope.ADMIN,))
            self.is_ready.set()
            await self.stop.wait()
            await runner.cleanup()


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    made = Site(tmp_path_factory.mktemp("site"))
    made.start()
    assert made.is_ready.wait(120)
    yield made
    made.loop.call_soon_threadsafe(made.stop.set)
    made.join(30)


LEFT_OUT = "positive_data_acceptance,ensure_resource_availability"
"""What a schema can't say is refused all the same: a cursor of nobody, two bodies, a reserved slug. And what a
dry run shows, with the id 0, can't be read afterwards."""


def fuzzed(site: Site, phases: str, examples: int, seconds: int) -> str:
    """What schemathesis says of the site, every check on; fails when an answer isn't as described."""
    command = [sys.executable, "-m", "schemathesis.cli", "run", f"{site.base}/api/openapi.json", "--checks", "all"]
    command += ["--exclude-checks", LEFT_OUT, "--exclude-operation-id", "bulkArticles", "--phases", phases]
    command += ["--max-examples", str(examples), "--seed", "1", "--no-color", "--workers", "1"]
    done = subprocess.run(
        [*command, "--header", f"Authorization: Bearer {site.secret}"],
        cwd=site.folder, capture_output=True, text=True, timeout=seconds, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout[-30000:] + done.stderr[-2000:]
    return done.stdout


def test_d27_every_answer_is_as_described(site: Site):
    fuzzed(site, "coverage,fuzzing", 10, 350)


def test_the_description_is_valid_openapi(site: Site):
    with urllib.request.urlopen(f"{site.base}/api/openapi.json") as answer:
        described = json.load(answer)
    assert described["openapi"].startswith("3.1.")
    assert [str(each) for each in OpenAPIV31SpecValidator(described).iter_errors()] == []
    described["paths"]["/api/articles"]["get"]["responses"] = {}
    assert [*OpenAPIV31SpecValidator(described).iter_errors()], "an invalid one is seen"
