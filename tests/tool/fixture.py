"""The fixtures that stand for outside judges: AMP validator, HTML checker, Chromium."""

from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from typing import Any

import pytest
import pytest_asyncio
from playwright.async_api import Browser, BrowserContext, ConsoleMessage, Page, async_playwright

from tests.tool import vnu
from tests.tool.amp import AmpValidator, amp_validator
from tests.tool.chromium import running_chromium
from tests.tool.debian import ToolMissing
from tests.tool.shared import absent

HtmlChecker = Callable[[Mapping[str, str | bytes]], list[vnu.Problem]]

ID_CHARACTERS = 100
PATIENCE_MS = 180_000
"""How long a page may take for anything: a machine that does much else at once needs more than Playwright's 30 s."""
GROUPS = {"amp_validate": "amp", "check_html": "vnu", "chromium": "chromium"}
"""Fixture -> the group whose tests share one process when pytest runs with `--dist loadgroup`."""


def pytest_configure(config: pytest.Config) -> None:
    """Name the mark also where xdist is off."""
    config.addinivalue_line("markers", "xdist_group(name): these tests share one worker")


def pytest_make_parametrize_id(val: object) -> str | None:
    """Name a test by the beginning of a long text: workers and the one that leads them tell each other every name."""
    if not isinstance(val, str | bytes) or len(val) <= ID_CHARACTERS:
        return None
    return f"{val[:ID_CHARACTERS]!a}... {len(val)}"


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Keep the tests of one heavy tool in one worker, so that it is started once; a group of their own goes before.

    Tests of a browser share its event loop too: Playwright's objects live on the loop that they were made on.
    """
    for item in items:
        if "browser" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.asyncio(loop_scope="session"), append=False)
        if item.get_closest_marker("xdist_group"):
            continue
        for fixture in getattr(item, "fixturenames", ()):
            if fixture in GROUPS:
                item.add_marker(pytest.mark.xdist_group(GROUPS[fixture]))


@pytest.fixture(scope="session")
def amp_validate() -> Iterator[AmpValidator]:
    """Call it with a story's HTML: the official validator's errors, `.problems(html)` with warnings."""
    try:
        with amp_validator() as validate:
            yield validate
    except ToolMissing as missing:
        absent(str(missing))


@pytest.fixture(scope="session")
def check_html() -> HtmlChecker:
    """Call it with `{name: html}`: errors and warnings of all the pages after one start of Java."""
    try:
        vnu.java()
        vnu.jar()
    except ToolMissing as missing:
        absent(str(missing))
    return vnu.check_html


@pytest.fixture(scope="session")
def chromium() -> Iterator[str]:
    """The address of a running Chromium; tests want `page` or `browser`."""
    try:
        with running_chromium() as address:
            yield address
    except ToolMissing as missing:
        absent(str(missing))


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def playwright_browser(chromium: str) -> AsyncIterator[Browser]:
    """Playwright's browser; its driver, a Node, is started once."""
    async with async_playwright() as playwright:
        browser = await playwright.chromium.connect_over_cdp(chromium, timeout=PATIENCE_MS)
        new_context = browser.new_context

        async def patient(**options: Any) -> BrowserContext:
            context = await new_context(**options)
            context.set_default_timeout(PATIENCE_MS)
            return context

        browser.new_context = patient  # type: ignore[method-assign]
        yield browser
        await browser.close()


@pytest_asyncio.fixture(loop_scope="session")
async def browser(playwright_browser: Browser) -> AsyncIterator[Browser]:
    """Playwright's browser; contexts made in it end with the test. Fixtures beside it want its loop: the session's."""
    yield playwright_browser
    for context in playwright_browser.contexts[1:]:
        await context.close()


@pytest.fixture
def console_errors() -> list[str]:
    """What `page` wrote to the console as errors, with uncaught exceptions; grows while the test runs."""
    return []


@pytest_asyncio.fixture(loop_scope="session")
async def page(browser: Browser, console_errors: list[str]) -> Page:
    """A page in a fresh context: no cookies, no storage, 1280 by 720."""
    page = await (await browser.new_context()).new_page()

    def note(message: ConsoleMessage) -> None:
        if message.type == "error":
            console_errors.append(f"{message.text} ({message.location.get('url', '')})")

    page.on("console", note)
    page.on("pageerror", lambda error: console_errors.append(str(error)))
    return page
