"""Reads other people's JSON: within bounds, with any number and any character in it."""

from __future__ import annotations

import json
from typing import Any

from publisher.error import InvalidExport

_EXACT_DIGITS = 18


def read_json(data: bytes, what: str) -> Any:
    """The value of a JSON text; raises InvalidExport that says why it has none.

    Integers that no id fits come back as text; lone surrogates are left for `text.clean`.
    """
    try:
        return json.loads(data.decode("utf-8-sig", "replace"), parse_int=_integer, parse_constant=str)
    except ValueError as error:
        raise InvalidExport(f"{what}: not JSON ({error})") from error
    except RecursionError as error:
        raise InvalidExport(f"{what}: nested too deeply to be an export") from error


def _integer(digits: str) -> int | str:
    return int(digits) if len(digits) <= _EXACT_DIGITS else digits


def string(value: object) -> str:
    """Text as it is, a number in digits, nothing for anything else."""
    if isinstance(value, str):
        return value
    return str(value) if isinstance(value, int | float) and not isinstance(value, bool) else ""


def mapping(value: object) -> dict[str, Any]:
    """The value if it is a JSON object, an empty one otherwise."""
    return value if isinstance(value, dict) else {}


def sequence(value: object) -> list[Any]:
    """The value if it is a JSON array, an empty one otherwise."""
    return value if isinstance(value, list) else []
