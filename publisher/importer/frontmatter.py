"""What stands above a Markdown file's text: YAML, TOML or JSON, read without trusting it."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

import orjson
import yaml

from publisher.error import InvalidExport
from publisher.importer.tolerant import mapping, read_json

MAX_MATTER = 200_000
MAX_DEPTH = 20

_FENCES = {
    "---": re.compile(r"^(?:---|\.\.\.)[ \t]*$", re.MULTILINE),
    "+++": re.compile(r"^\+\+\+[ \t]*$", re.MULTILINE),
}


_BEGINS = re.compile(r"(?:---[ \t]*\n[\w-]{1,40}:[ \t\n]|\+\+\+[ \t]*\n[\w-]{1,40} *=)")
"""A fence with a key under it: no rule above a text."""


class _Loader(yaml.SafeLoader):
    """Plain values only: no tags of anyone's own, dates stay text."""


_Loader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if tag != "tag:yaml.org,2002:timestamp"]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


def split(source: str) -> tuple[dict[str, Any], str]:
    """The values above a text, and the text; raises InvalidExport when they can't be read."""
    source = source.lstrip("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    fence = source[:3]
    if fence in _FENCES and source[3:4] in ("\n", " ", "\t", ""):
        end = _FENCES[fence].search(source, 4)
        if end is None and _BEGINS.match(source):
            raise InvalidExport(f"its front matter isn't closed: a line {fence} is missing behind it")
        if end is None or end.start() > MAX_MATTER:
            return {}, source
        read = _yaml if fence == "---" else _toml
        return read(source[4 : end.start()]), source[end.end() :].lstrip("\n")
    if source.startswith("{\n") and "\n}\n" in source[:MAX_MATTER]:
        end_at = source.index("\n}\n") + 2
        return mapping(read_json(source[:end_at].encode(), "the front matter")), source[end_at:].lstrip("\n")
    return _on_one_line(source) if source.startswith('{"') else ({}, source)


def _on_one_line(source: str) -> tuple[dict[str, Any], str]:
    """The values of a JSON object that is a line, as Hugo takes it; any other line is text."""
    line, _, rest = source.partition("\n")
    try:
        found = orjson.loads(line) if len(line) <= MAX_MATTER else None
    except orjson.JSONDecodeError:
        found = None
    return (found, rest.lstrip("\n")) if isinstance(found, dict) else ({}, source)


def _yaml(matter: str) -> dict[str, Any]:
    try:
        depth = 0
        for event in yaml.parse(matter, Loader=yaml.SafeLoader):
            if isinstance(event, yaml.AliasEvent):
                raise InvalidExport("its front matter uses YAML aliases, which are not read")
            depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
            if depth > MAX_DEPTH:
                raise InvalidExport("its front matter nests too deeply")
        found = yaml.load(matter, Loader=_Loader)
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        raise InvalidExport(f"its front matter is not plain YAML ({_explained(error)})") from error
    return {str(key): value for key, value in found.items()} if isinstance(found, dict) else {}


def _toml(matter: str) -> dict[str, Any]:
    try:
        return tomllib.loads(matter)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise InvalidExport(f"its front matter is not TOML ({_first_line(error)})") from error


def read_yaml(source: str) -> dict[str, Any]:
    """A YAML file of settings as plain values."""
    return _yaml(source[:MAX_MATTER])


def _explained(error: Exception) -> str:
    """What is wrong in which line, and what mostly helps: a title with a colon is the usual case."""
    problem, mark = getattr(error, "problem", None), getattr(error, "problem_mark", None)
    if not (problem and mark):
        return _first_line(error)
    hint = "; put quotes around a text with a colon in it" if "mapping values" in problem else ""
    return f"its line {mark.line + 1}: {problem}{hint}"


def _first_line(error: Exception) -> str:
    return str(error).splitlines()[0][:200] if str(error) else type(error).__name__


def words(values: Mapping[str, Any], *keys: str) -> str:
    """The first of these values that is text, a number or a date, as text."""
    for key in keys:
        value = values.get(key)
        if isinstance(value, str) and value.strip():
            return value.strip()
        if isinstance(value, int | float | date | datetime) and not isinstance(value, bool):
            return str(value)
    return ""


def listed(values: Mapping[str, Any], *keys: str) -> list[Any]:
    """The first of these values as a list: given as one, or as one text with commas."""
    for key in keys:
        value = values.get(key)
        if isinstance(value, list):
            return value
        if isinstance(value, str) and value.strip():
            return [part.strip() for part in value.split(",") if part.strip()]
    return []


def is_true(values: Mapping[str, Any], *keys: str) -> bool:
    """Whether one of these values says yes."""
    return any(values.get(key) is True or str(values.get(key)).lower() in ("true", "yes", "on", "1") for key in keys)


def says_no(values: Mapping[str, Any], key: str) -> bool:
    """Whether a value is there and says no."""
    return values.get(key) is False or str(values.get(key)).lower() in ("false", "no", "off", "0")
