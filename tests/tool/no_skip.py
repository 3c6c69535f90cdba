"""A pytest plugin: where `CI` is set, a skipped test or module is a failure that gives the skip's reason."""

from collections.abc import Generator
from typing import Any

import pytest

from tests.tool.shared import in_ci


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: Any) -> Generator[None, Any, Any]:
    """Turn the report of a skipped test into a failure."""
    return refuse_skip((yield), item.nodeid)


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report(collector: pytest.Collector) -> Generator[None, Any, Any]:
    """Turn the report of a module skipped as a whole into a failure."""
    return refuse_skip((yield), collector.nodeid)


def refuse_skip(report: Any, nodeid: str) -> Any:
    """The same report, failed instead of skipped when `CI` is set; an expected failure stays one."""
    if report.outcome == "skipped" and in_ci() and not hasattr(report, "wasxfail"):
        report.outcome = "failed"
        report.longrepr = f"CI refuses skips: {nodeid}: {reason_of(report.longrepr)}"
    return report


def reason_of(longrepr: object) -> str:
    """What the skip said of itself."""
    text = longrepr[2] if isinstance(longrepr, tuple) else str(longrepr)
    return str(text).removeprefix("Skipped: ")
