"""Material that lies beside the project (schemas, examples, real exports) and is never copied into it."""

import os
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
"""The project's root folder."""


def shared(*parts: str) -> Path:
    """The path of something under `../shared`; absent, the test is skipped, or fails when `CI` is set."""
    path = ROOT.parent.joinpath("shared", *parts)
    if not path.exists():
        absent(f"../shared/{'/'.join(parts)} is not beside the project")
    return path


def absent(reason: str) -> None:
    """Stop the running test because something it needs is not here: a skip, or a failure when `CI` is set."""
    if in_ci():
        pytest.fail(f"CI refuses skips: {reason}", pytrace=False)
    pytest.skip(reason)


def in_ci() -> bool:
    """Whether `CI` is set to anything but nothing, 0 or false."""
    return os.environ.get("CI", "").lower() not in ("", "0", "false")
