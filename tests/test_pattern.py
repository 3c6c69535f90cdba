"""Patterns mean the same in every Python that is supported."""

import importlib
import pkgutil
import re
from collections.abc import Iterator
from re import _constants as op  # type: ignore[attr-defined]
from re import _parser as parser  # type: ignore[attr-defined]
from typing import Any

import pytest

import publisher

UNSOUND = "possessive groups and atomic ones lose their place in Python before 3.11.5 (gh-106052): look ahead instead"
ONE_CHARACTER = {op.LITERAL, op.NOT_LITERAL, op.IN, op.ANY}


def patterns() -> Iterator[tuple[str, re.Pattern[Any]]]:
    """Every compiled pattern that a module of ours has by name."""
    for module in pkgutil.walk_packages(publisher.__path__, "publisher."):
        if not module.name.endswith("__main__"):
            for name, value in vars(importlib.import_module(module.name)).items():
                if isinstance(value, re.Pattern):
                    yield f"{module.name}.{name}", value


def has_atomic_group(pattern: str | bytes, flags: int = 0) -> bool:
    """Whether a pattern has an atomic group, or repeats more than one character possessively."""
    parsed = parser.parse(pattern, flags & ~re.UNICODE if isinstance(pattern, bytes) else flags)
    return any(_is_atomic(*each) for each in _steps(parsed))


def _is_atomic(code: object, argument: Any) -> bool:
    if code is not op.POSSESSIVE_REPEAT:
        return code is op.ATOMIC_GROUP
    [*repeated] = argument[2]
    return len(repeated) != 1 or repeated[0][0] not in ONE_CHARACTER


def _steps(value: Any) -> Iterator[tuple[object, Any]]:
    if isinstance(value, tuple) and len(value) == 2 and isinstance(value[0], type(op.LITERAL)):
        yield value
    if isinstance(value, tuple | list | parser.SubPattern):
        for each in value:
            yield from _steps(each)


def test_no_pattern_repeats_a_group_possessively():
    found = dict(patterns())
    assert len(found) > 150
    assert [name for name, each in found.items() if has_atomic_group(each.pattern, each.flags)] == [], UNSOUND


@pytest.mark.parametrize(
    ("pattern", "unsound"),
    [
        (r"a(?:(?!b).)*+c", True),
        (r"(?:x|(?=(a(?:ab?c)++)))", True),
        (r"(?>ab)", True),
        (rb"(?:ab){2,3}+", True),
        (r"[^<]*+a?+\w{1,4}+(?:ab)*", False),
    ],
)
def test_what_is_unsound_is_noticed(pattern: str | bytes, unsound: bool):
    assert has_atomic_group(pattern) is unsound
