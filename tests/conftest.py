"""What every test has: no skips in CI, quick property tests, a free port and the tools' fixtures."""

import gc
import os
from collections.abc import Iterator

import hypothesis
import pytest

from tests.tool.port import free_port as find_free_port
from tests.tool.shared import in_ci

os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
"""The tests start the command hundreds of times: it is compiled once, as it is for its users."""

pytest_plugins = ["tests.tool.no_skip", "tests.tool.fixture"]

hypothesis.settings.register_profile("quick", max_examples=25, deadline=None)
hypothesis.settings.register_profile("ci", max_examples=50, deadline=None, derandomize=True, print_blob=True)
hypothesis.settings.register_profile("thorough", max_examples=1000, deadline=None)
hypothesis.settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE") or ("ci" if in_ci() else "quick"))


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Iterator[None]:
    """Let no collection of garbage walk thousands of tests: not while they are found, and not while they run."""
    gc.disable()
    try:
        return (yield)
    finally:
        gc.freeze()
        gc.enable()


@pytest.fixture
def free_port() -> int:
    """A port of 127.0.0.1 for one server; `tests.tool.port.free_port()` gives more."""
    return find_free_port()
