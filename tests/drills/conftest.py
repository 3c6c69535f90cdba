"""What drills have: counts that SHORT=1 reduces, and figures printed when all is done."""

import gc
import os
from collections.abc import Callable, Iterator

import pytest

FIGURES: list[str] = []


@pytest.fixture
def figure() -> Callable[[str], None]:
    """Say what a drill measured; it stands in the summary."""
    return FIGURES.append


@pytest.fixture(autouse=True)
def _own_heap() -> Iterator[None]:
    """Spare a drill the collections of what others left: walking schemathesis's heap holds a loop for 100 ms."""
    gc.collect()
    gc.freeze()
    yield
    gc.unfreeze()


@pytest.fixture
def cycles() -> Callable[[int, int], int]:
    """How often to repeat: the second number when SHORT is set."""

    def choose(full: int, short: int) -> int:
        return short if os.environ.get("SHORT") else full

    return choose


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    if FIGURES:
        terminalreporter.section("drills")
        for line in FIGURES:
            terminalreporter.write_line(line)
