"""The documentation's tables are what the code reads: `python -m tests.feed.test_docs` writes them."""

import re
from enum import StrEnum
from typing import Any

import pytest

from publisher import definition
from tests.tool.shared import ROOT

DOCUMENT = ROOT / "docs" / "feeds.md"
TABLES = {"keys": definition.Keys, "selection": definition.SelectionKeys}


def table(of: Any) -> str:
    rows = [f"| `{row.name}` | {shown(row.default)} | {row.help} |" for row in definition.table(of)]
    return "\n".join(["| key | default | meaning |", "|---|---|---|", *rows])


def shown(default: Any) -> str:
    if default is None or default == () or default == "" or isinstance(default, definition.SelectionKeys):
        return ""
    if isinstance(default, tuple):
        return "`[" + ", ".join(f'"{each}"' for each in default) + "]`"
    if isinstance(default, bool):
        return f"`{str(default).lower()}`"
    return f'`"{default}"`' if isinstance(default, str | StrEnum) else f"`{default}`"


def written() -> str:
    text = DOCUMENT.read_text("utf-8")
    for name, of in TABLES.items():
        text = re.sub(
            rf"<!-- {name} -->.*<!-- end of {name} -->",
            lambda _, name=name, of=of: f"<!-- {name} -->\n{table(of)}\n<!-- end of {name} -->",
            text,
            flags=re.DOTALL,
        )
    return text


def test_the_tables_of_keys_are_what_the_code_reads():
    assert DOCUMENT.read_text("utf-8") == written(), "run: python -m tests.feed.test_docs"


def test_the_example_is_a_definition():
    example = re.search(r"```toml\n(.*?)```", DOCUMENT.read_text("utf-8"), re.DOTALL)
    assert example
    assert definition.parse("feeds/weekend.toml", example[1].encode()).selection.limit == 30


@pytest.mark.parametrize("name", ["all", "section", "tag", "author", "stories", "flipboard", "smartnews", "msn"])
def test_every_shipped_definition_is_named(name: str):
    assert f"`{name}" in DOCUMENT.read_text("utf-8")


if __name__ == "__main__":
    DOCUMENT.write_text(written(), "utf-8")
