"""The floors of DESIGN.md hold, and every rule that keeps them is seen to bite."""

import ast
import subprocess
import sys
from functools import cache
from textwrap import dedent

import pytest

from tests.tool import architecture
from tests.tool.architecture import RULES, Rule, misplaced_names
from tests.tool.imports import imports_of, read_modules
from tests.tool.shared import ROOT

pytestmark = pytest.mark.xdist_group("architecture")


@cache
def publisher() -> dict[str, ast.Module]:
    """The real house, parsed once."""
    return read_modules(ROOT / "publisher")


def house(**sources: str) -> dict[str, ast.Module]:
    """A synthetic publisher: `format__rss="..."` is the module publisher.format.rss."""
    trees = {f"publisher.{_dotted(name)}": ast.parse(dedent(text)) for name, text in sources.items()}
    return {"publisher": ast.parse(""), **trees}


def _dotted(name: str) -> str:
    return name if name == "__main__" else name.replace("__", ".")


PLANTED: list[tuple[Rule, dict[str, str], str]] = [
    (architecture.unknown_modules, {"helpers": ""}, "add 'helpers' to FLOORS"),
    (architecture.unknown_modules, {"attic__box": ""}, "add 'attic' to FLOORS"),
    (architecture.upward_imports, {"error": "import publisher.web.app", "web__app": ""}, "error:1"),
    (architecture.upward_imports, {"model": "from publisher import desk", "desk": ""}, "model:1"),
    (architecture.upward_imports, {"format__rss": "from ..press import build", "press": ""}, "format.rss:1"),
    (architecture.upward_imports, {"importer__feed": "from publisher.store import port"}, "importer.feed:1"),
    (architecture.upward_imports, {"cache": "from publisher.format.rss import write"}, "cache:1"),
    (architecture.upward_imports, {"desk": "from publisher.build import build"}, "desk:1"),
    (architecture.upward_imports, {"catalogue": "import publisher.press"}, "catalogue:1"),
    (architecture.upward_imports, {"error": "from publisher.model import Article"}, "error:1"),
    (architecture.upward_imports, {"sample": "from publisher.model import Article"}, "sample:1"),
    (architecture.upward_imports, {"serve": "from publisher.cli import main"}, "serve:1"),
    (
        architecture.upward_imports,
        {"text": "import typing\nif typing.TYPE_CHECKING:\n    from publisher.press import Press"},
        "text:3",
    ),
    (
        architecture.cycles,
        {"web__app": "from publisher.web import door", "web__door": "import publisher.web.app"},
        "publisher.web.app -> publisher.web.door -> publisher.web.app",
    ),
    (
        architecture.cycles,
        {"format__a": "from .b import x", "format__b": "from .a import y"},
        "publisher.format.a",
    ),
    (architecture.foreign_owners, {"press": "import sqlite3"}, "sqlite3 belongs to publisher.store.sqlite*"),
    (architecture.foreign_owners, {"store__memory": "import aiosqlite"}, "aiosqlite belongs to"),
    (architecture.foreign_owners, {"desk": "from aiohttp import web"}, "aiohttp.web belongs to"),
    (architecture.foreign_owners, {"fetch": "import aiohttp\nx = aiohttp.web.Response"}, "fetch:2"),
    (
        architecture.foreign_owners,
        {"fetch": "from aiohttp.web_request import Request"},
        "aiohttp.web belongs to",
    ),
    (
        architecture.foreign_owners,
        {"delivery__hub": "from aiohttp import ClientSession"},
        "aiohttp belongs to",
    ),
    (
        architecture.foreign_owners,
        {"format__rss": "from feedgen.feed import FeedGenerator"},
        "feedgen_bridge",
    ),
    (architecture.foreign_owners, {"web__page": "import jinja2"}, "jinja2 belongs to"),
    (architecture.foreign_owners, {"serve": "import click"}, "click belongs to publisher.cli"),
    (architecture.foreign_owners, {"serve": "from rich.progress import Progress"}, "rich belongs to"),
    (
        architecture.foreign_owners,
        {"compose__page": "from PIL import Image"},
        "PIL belongs to publisher.media",
    ),
    (architecture.foreign_owners, {"importer__page": "import nh3"}, "nh3 belongs to publisher.html"),
    (architecture.foreign_owners, {"web__api": "import selectolax.lexbor"}, "selectolax belongs to"),
    (architecture.foreign_owners, {"desk": "import feedparser"}, "feedparser belongs to publisher.importer"),
    (architecture.foreign_owners, {"model": "from lxml import etree"}, "lxml belongs to"),
    (architecture.foreign_owners, {"fetch": "import requests"}, "belongs to nobody: add it to OWNERS"),
    (architecture.foreign_owners, {"cli__run": "def run():\n    import sqlite3"}, "sqlite3 belongs to"),
    (
        architecture.shared_singles,
        {"format__page": "import jinja2", "format__story": "from jinja2 import Environment"},
        "jinja2 is imported by 2 files",
    ),
    (
        architecture.named_engines,
        {"cli__init": "import publisher.store.sqlite", "store__sqlite": ""},
        "cli.init:1",
    ),
    (
        architecture.named_engines,
        {"desk": "from publisher.store import memory", "store__memory": ""},
        "desk:1",
    ),
    (architecture.late_imports, {"press": "def build():\n    import json"}, "press:2 imports json"),
    (
        architecture.late_imports,
        {"web__app": "class A:\n    def b(self):\n        from publisher import url"},
        "app:3",
    ),
    (architecture.late_imports, {"store__sqlite": "def open():\n    import aiosqlite"}, "sqlite:2"),
    (architecture.late_imports, {"text": "def f():\n    __import__('json')"}, "text:2 imports json"),
    (architecture.impure_formats, {"format__rss": "import time"}, "imports time"),
    (architecture.impure_formats, {"format__rss": "async def write(): ..."}, "rss:1 awaits"),
    (architecture.impure_formats, {"compose__page": "x = datetime.now(UTC)"}, "clock by datetime.now()"),
    (architecture.impure_formats, {"format__atom": "x = open('logo.png')"}, "opens a file"),
    (architecture.long_files, {"desk": "x = 1\n" * 401}, "desk: 401 lines"),
    (
        architecture.long_functions,
        {"desk": "def publish():\n" + "    x = 1\n" * 50},
        "desk:publish: 51 lines",
    ),
    (
        architecture.long_functions,
        {"desk": "class A:\n    async def b(self):\n" + "        x = 1\n" * 60},
        "desk:A.b: 61 lines",
    ),
]

SOUND = house(
    error="class Invalid(Exception): ...",
    text="from publisher.error import Invalid",
    model="import msgspec\nfrom publisher import error, text",
    setting="from publisher.error import Invalid",
    fetch="import aiohttp\nx = aiohttp.ClientSession",
    format="from publisher.format.rss import write",
    format__rss="from publisher.model import Article\nfrom .jsonld import make",
    format__jsonld="import json, publisher.url",
    format__template="import jinja2",
    store__port="from typing import Protocol",
    store__sqlite="import aiosqlite, sqlite3\nfrom publisher.store import port",
    catalogue="import publisher.format.rss",
    press="from publisher import catalogue, cache",
    web__app="from aiohttp import web\nfrom publisher.press import Press",
    house="from publisher.store import sqlite\nimport uvloop",
    serve="from publisher.house import House\nimport publisher.web.app",
    cli="import click\ndef serve():\n    from publisher.house import run",
    __main__="from publisher.cli import main",
    cache="from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from publisher.model import Document",
)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_the_house_keeps(rule: Rule):
    found = rule(publisher())
    assert not found, "\n".join(found)


@pytest.mark.parametrize(("rule", "sources", "expected"), PLANTED, ids=lambda value: getattr(value, "__name__", ""))
def test_a_planted_violation_is_reported(rule: Rule, sources: dict[str, str], expected: str):
    found = rule(house(**sources))
    assert len(found) == 1, found
    assert expected in found[0]


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_a_sound_house_is_left_in_peace(rule: Rule, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(architecture, "LONG_FILES", {})
    monkeypatch.setattr(architecture, "LONG_FUNCTIONS", {})
    assert rule(SOUND) == []


def test_every_rule_has_a_planted_violation():
    assert {rule for rule, _, _ in PLANTED} == set(RULES)


def test_a_reason_that_outlived_its_long_function_is_reported(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(architecture, "LONG_FUNCTIONS", {"publisher.desk:publish": "one statement a table row"})
    assert architecture.long_functions(house(desk="def publish():\n" + "    x = 1\n" * 60)) == []
    assert "not long any more" in architecture.long_functions(house(desk="def publish(): ..."))[0]


def test_a_reason_that_outlived_its_long_file_is_reported(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(architecture, "LONG_FILES", {"publisher.desk": 450})
    assert architecture.long_files(house(desk="x = 1\n" * 450)) == []
    assert architecture.long_files(house(desk="x = 1\n" * 451)) == ["publisher.desk: 451 lines, at most 450"]
    assert "not long any more" in architecture.long_files(house(desk="x = 1"))[0]


def test_the_tables_agree_with_each_other():
    assert misplaced_names() == []


def test_every_file_of_the_package_is_read():
    modules = publisher()
    assert len(modules) == len(list((ROOT / "publisher").rglob("*.py"))) > 0
    assert "publisher" in modules


def test_relative_imports_are_resolved_from_modules_and_packages():
    modules = house(format="from . import rss", format__rss="from .jsonld import x\nfrom .. import url")
    assert [found.name for found in imports_of(modules)] == [
        "publisher.format.rss",
        "publisher.format.jsonld.x",
        "publisher.url",
    ]


def test_a_command_that_serves_nothing_loads_no_server():
    said = "import publisher.cli.build, sys; print([each for each in sys.modules if each.startswith('aiohttp')])"
    assert subprocess.run([sys.executable, "-c", said], capture_output=True, text=True, check=True).stdout == "[]\n"
