"""Chromium runs pages, tells what went wrong in them, and has no network."""

from urllib.parse import quote

import pytest
from playwright.async_api import Browser, Page


def as_url(html: str) -> str:
    return f"data:text/html,{quote(html)}"


async def test_a_page_runs_its_script(page: Page, console_errors: list[str]):
    await page.goto(as_url("<title>a</title><p>b</p><script>document.title = 'run'</script>"))
    assert (await page.title(), await page.inner_text("p"), console_errors) == ("run", "b", [])


@pytest.mark.parametrize("script", ["console.error('this broke')", "throw new Error('this broke')"])
async def test_an_error_is_collected(page: Page, console_errors: list[str], script: str):
    await page.goto(as_url(f"<title>a</title><script>{script}</script>"))
    await page.wait_for_load_state()
    assert "this broke" in "".join(console_errors)


async def test_no_test_sees_the_storage_of_another(browser: Browser):
    first, second = await browser.new_context(), await browser.new_context()
    await first.add_cookies([{"name": "a", "value": "1", "url": "http://localhost/"}])
    assert (len(await first.cookies()), await second.cookies()) == (1, [])


async def test_a_fetch_from_elsewhere_fails_at_once(page: Page, console_errors: list[str]):
    await page.goto(as_url("<title>a</title><img src='http://example.com/a.png'>"))
    assert "ERR_NAME_NOT_RESOLVED" in "".join(console_errors)
