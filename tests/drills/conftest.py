"""What drills have: counts that SHORT=1 reduces, and figures printed when all is done."""

import os
from collections.abc import Callable

import pytest

FIGURES: list[str] = []


@pytest.fixture
def figure() -> Callable[[str], None]:
    """Say what a drill measured; it stands in the summary."""
    return FIGURES.append


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
