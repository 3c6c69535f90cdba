"""The examples of docs/api.md work as they stand there."""

import os
import re
import subprocess
from pathlib import Path

import orjson

from tests.tool.debian import find_program
from tests.tool.running import publisher, running
from tests.tool.shared import ROOT

EXAMPLE = re.compile(r"^```sh\n(.*?)^```", re.MULTILINE | re.DOTALL)


def test_every_example_of_the_api_page_works(tmp_path: Path):
    find_program("curl")
    examples = EXAMPLE.findall((ROOT / "docs" / "api.md").read_text("utf-8"))
    site = tmp_path / "site"
    assert publisher("init", site).returncode == 0
    secret = publisher("token", "create", "--name", "cms", "--scope", "write", "--site", site).stdout.strip()
    answers = []
    with running("serve", site, "--port", "0") as server:
        environment = os.environ | {"SITE": server.base, "TOKEN": secret}
        for example in examples:
            done = subprocess.run(
                ["bash", "-c", example], env=environment, capture_output=True, text=True, timeout=300, check=False
            )
            assert done.returncode == 0, done.stderr
            answers.append([orjson.loads(line) for line in done.stdout.splitlines()])
        assert server.get("/reviews/a-lamp/").status == 200
    created, changed, kept, many, listed, told, preview = answers
    assert created[0]["path"] == "/reviews/a-lamp/"
    assert (changed[0]["id"], changed[0]["dek"]) == (created[0]["id"], "Under it")
    assert kept[0]["source"] == {"site": "my-cms", "id": "node-7"}
    assert many[-1] == {"seen": 2, "created": 2, "updated": 0, "unchanged": 0, "failed": 0}
    assert len(listed[0]["articles"]) == 4
    assert (len(told[0]["pages"]), told[0]["missing"]) == (4, None)
    assert preview[0]["url"].startswith(f"{server.base}/_/preview/page/1?")
