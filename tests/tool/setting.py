"""The reference of all settings, made of the one table.

`python -m tests.tool.setting` writes `docs/settings.md`; a test keeps it true.
"""

from collections.abc import Iterator
from typing import Any

import msgspec
from msgspec import inspect

from publisher.setting import SECRETS, Row, Settings, table
from tests.tool.shared import ROOT

DOCUMENT = ROOT / "docs" / "settings.md"
HEADINGS = {
    "title": "The site",
    "host": "Serving",
    "cache_bytes": "Caches",
    "write_api": "Writing by HTTP",
    "staging": "Search engines, news and AI",
    "security_contacts": "Files at the root",
    "page_size": "Pages and stories",
    "newsletter_from": "Newsletter",
    "hub": "Feeds",
}
"""Setting that begins a group -> what the group is called."""
PRELUDE = """\
# Settings

Settings are read from `site.toml` in the site's folder, then from the environment (`PUBLISHER_PORT=9000`; lists as
JSON), then from the command line (`--set port=9000`, where a command takes it); later wins. An unknown name or a value
out of bounds stops the command and names the nearest right one. `publisher config --site my-site` shows what holds in a
site. A running server reads them again on SIGHUP.

This page is made of the table in the program (`python -m tests.tool.setting`).
"""


def written() -> str:
    """The text of `docs/settings.md`."""
    types = {field.name: field.type for field in _info(Settings).fields}
    return PRELUDE + "".join(_lines(types))


def _lines(types: dict[str, inspect.Type]) -> Iterator[str]:
    for row in table():
        if row.name in HEADINGS:
            yield f"\n## {HEADINGS[row.name]}\n\n| setting | value | default | what it does |\n|---|---|---|---|\n"
        yield f"| `{row.name}` | {_value(row, types[row.name])} | {_default(row)} | {_cell(row.help)} |\n"


def _value(row: Row, type_: inspect.Type) -> str:
    if row.name in SECRETS:
        return "text, never shown"
    return _shown(type_) + (f", {row.unit}" if row.unit else "")


def _shown(type_: inspect.Type) -> str:
    match type_:
        case inspect.Metadata():
            return _shown(type_.type)
        case inspect.BoolType():
            return "true or false"
        case inspect.IntType():
            return f"number{_bounds(type_)}"
        case inspect.LiteralType():
            return " or ".join(f"`{each}`" if each else "empty" for each in type_.values)
        case inspect.VarTupleType(item_type=inspect.StructType(cls=cls)):
            return "tables of " + ", ".join(f"`{each}`" for each in cls.__struct_fields__ if each not in COUNTED)
        case inspect.VarTupleType():
            return "list of texts"
    return "text"


COUNTED = ("articles", "updated")
"""What a store fills in; nobody sets it."""


def _bounds(type_: inspect.IntType) -> str:
    if type_.le is None:
        return "" if type_.ge is None else f" from {type_.ge:,}"
    return f" {type_.ge:,} to {type_.le:,}"


def _default(row: Row) -> str:
    return "empty" if row.default in ("", ()) else f"`{msgspec.json.encode(row.default).decode()}`"


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


def _info(cls: Any) -> inspect.StructType:
    found = inspect.type_info(cls)
    assert isinstance(found, inspect.StructType)
    return found


if __name__ == "__main__":
    DOCUMENT.write_text(written(), "utf-8")
