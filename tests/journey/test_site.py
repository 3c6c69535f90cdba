"""The magazine in a real browser: the bundled sample, as `publisher demo` serves it."""

import asyncio
import re
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import brotli
import pytest
from playwright.async_api import Browser, Page

from tests.tool import axe
from tests.tool.running import Running, publisher, running

pytestmark = pytest.mark.xdist_group("chromium")

ARTICLE = "/travel/slow-train-to-nowhere/"
ARABIC = "/trending/handwritten-letters/"
JAPANESE = "/travel/roji-no-akari/"
GONE = "/lifestyle/keep-a-rain-diary/"
KINDS = (
    "/",
    "/travel/",
    ARTICLE,
    ARABIC,
    "/digital-world/keep-your-photographs/",
    "/tag/trains/",
    "/author/maya-deshpande/",
    "/search/?q=train",
    "/search/?q=zzzzzz",
    "/feeds/",
    "/web-stories/",
    "/about/",
)
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
WATCH_SHIFTS = """
window.shifts = [];
const place = (box) => [box.x, box.y, box.width, box.height].map(Math.round).join(" ");
const told = ({node, previousRect, currentRect}) =>
  `${(node?.nodeType === 1 ? node : node?.parentElement)?.outerHTML.slice(0, 80)} ` +
  `${place(previousRect)} > ${place(currentRect)}`;
new PerformanceObserver((list) => {
  for (const entry of list.getEntries())
    if (!entry.hadRecentInput) shifts.push(`${entry.value} ${entry.startTime} ${entry.sources.map(told).join("; ")}`);
}).observe({type: "layout-shift", buffered: true});
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("demo") / "site"


@pytest.fixture(scope="module")
def demo(folder: Path) -> Iterator[Running]:
    with running("demo", "--site", folder, "--port", "0") as server:
        yield server


async def scroll_through(page: Page) -> None:
    """To the foot, a screen at a time, so that lazy pictures come in."""
    height = await page.evaluate("document.documentElement.scrollHeight")
    for top in range(0, height, 850):
        await page.evaluate(f"scrollTo({{top: {top}, behavior: 'instant'}})")
        await page.evaluate("new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")


async def focused(page: Page) -> str:
    return str(await page.evaluate("document.activeElement.id || document.activeElement.textContent.trim()"))


async def test_the_menu_opens_leads_on_and_closes_by_keyboard(demo: Running, page: Page):
    await page.goto(demo.base + ARTICLE)
    await page.focus("button[popovertarget=menu]")
    await page.keyboard.press("Enter")
    assert await page.is_visible("#menu")
    assert await focused(page) == "Close"
    await page.keyboard.press("Escape")
    assert not await page.is_visible("#menu")
    assert await focused(page) == "Menu"
    await page.keyboard.press("Enter")
    await page.click("#menu >> text=Reviews")
    assert page.url == f"{demo.base}/reviews/"
    assert await page.text_content("h1") == "Reviews"


async def test_a_search_is_typed_sent_and_cancelled_by_keyboard(demo: Running, page: Page):
    await page.goto(demo.base + ARTICLE)
    await page.keyboard.press("/")
    assert await focused(page) == "q"
    await page.keyboard.press("Escape")
    assert not await page.is_visible("#search")
    await page.keyboard.press("/")
    await page.keyboard.type("lantern")
    await page.keyboard.press("Enter")
    await page.wait_for_url("**/search/?q=lantern")
    assert await page.input_value("#query") == "lantern"
    assert re.match(r"\d+ results for “lantern”", (await page.text_content(".summary") or "").strip())
    assert await page.locator(".found mark").count() > 0


async def test_a_misspelt_search_is_put_right_by_keyboard(demo: Running, page: Page):
    await page.goto(demo.base + ARTICLE)
    await page.keyboard.press("/")
    await page.keyboard.type("lantren")
    await page.keyboard.press("Enter")
    await page.wait_for_url("**/search/?q=lantren")
    await page.focus(".meant a")
    await page.keyboard.press("Enter")
    await page.wait_for_url("**/search/?q=lantern")
    assert await page.locator(".found mark").count() > 0


async def test_share_links_are_plain_and_the_address_can_be_copied(demo: Running, browser: Browser):
    context = await browser.new_context(permissions=["clipboard-read", "clipboard-write"])
    page = await context.new_page()
    await page.goto(demo.base + ARTICLE)
    links = page.locator(".share a")
    assert await links.count() == 8
    for link in await links.all():
        assert re.match(r"https://|mailto:", await link.get_attribute("href") or "")
        assert (await link.get_attribute("aria-label") or "").startswith("Share on ")
    await page.click("[data-copy]")
    await page.wait_for_selector("[data-copy].is-done")
    assert await page.text_content("[data-said]") == "Link copied"
    assert await page.evaluate("navigator.clipboard.readText()") == demo.base + ARTICLE


async def test_everything_works_without_javascript(demo: Running, browser: Browser):
    page = await (await browser.new_context(java_script_enabled=False)).new_page()
    await page.goto(demo.base + ARTICLE)
    assert await page.is_visible(".body p")
    assert not await page.is_visible("[data-copy]")
    await page.click("button[popovertarget=menu]")
    assert await page.is_visible("#menu")
    await page.click("#menu >> text=Travel")
    assert page.url == f"{demo.base}/travel/"
    await page.click("button[popovertarget=search]")
    await page.fill("#q", "train")
    await page.press("#q", "Enter")
    await page.wait_for_url("**/search/?q=train")
    assert await page.locator(".found li").count() > 0


@pytest.mark.parametrize("path", KINDS)
async def test_a_page_is_quiet_still_and_within_the_screen(demo: Running, browser: Browser, path: str):
    """No console error, no request that fails, no layout shift, nothing wider than the screen."""
    for width in (320, 768, 1440):
        context = await browser.new_context(viewport={"width": width, "height": 900})
        page = await context.new_page()
        said: list[str] = []
        page.on("console", lambda message, said=said: said.append(message.text) if message.type == "error" else None)
        page.on("pageerror", lambda error, said=said: said.append(str(error)))
        page.on("requestfailed", lambda request, said=said: said.append(request.url))
        await page.add_init_script(WATCH_SHIFTS)
        await page.goto(demo.base + path)
        await scroll_through(page)
        assert said == []
        shifts: list[str] = await page.evaluate("shifts")
        assert shifts == [], width
        assert await page.evaluate("document.documentElement.scrollWidth") <= width
        await context.close()


async def test_words_of_any_length_stay_within_the_screen(page: Page, tmp_path: Path):
    """In the lead, in boxes beside an article and in lists."""
    words = "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft"
    for number in range(8):
        (tmp_path / f"{number}.md").write_text(
            f"---\ntitle: {words}{number}\nsection: {words}\n---\n{words} {words}.\n"
        )
    with running("serve", tmp_path, "--site", tmp_path / "site", "--port", "0") as server:
        first = re.search(r'<h2><a class="cover" href="([^"]+)"', server.get("/").text)
        assert first is not None
        await page.set_viewport_size({"width": 360, "height": 900})
        for path in ("/", first[1], "/search/?q=zzz"):
            await page.goto(server.base + path)
            wide = "[...document.querySelectorAll('h1, h2, h3, .meta, .brand')].map((each) => each.scrollWidth)"
            assert max(await page.evaluate(wide)) <= 360, path
            assert await page.evaluate("document.documentElement.scrollWidth") <= 360, path


async def test_a_short_page_ends_at_the_foot_of_the_screen(page: Page, tmp_path: Path):
    publisher("init", tmp_path / "site")
    with running("serve", tmp_path / "site", "--port", "0") as server:
        await page.set_viewport_size({"width": 1280, "height": 1400})
        await page.goto(server.base)
        assert await page.evaluate("document.querySelector('.foot').getBoundingClientRect().bottom") == 1400


@pytest.fixture(scope="module")
def others(demo: Running, folder: Path) -> dict[str, str]:
    """Addresses that are known once the magazine stands: a month's, and one where something was withdrawn."""
    month = re.search(r'<nav class="months.*?href="([^"]+)"', demo.get("/").text, re.DOTALL)
    assert month is not None
    done = publisher("withdraw", GONE, "--site", folder)
    assert done.returncode == 0, done.stderr
    end = time.monotonic() + 120
    while demo.get(GONE).status != 410 and time.monotonic() < end:
        time.sleep(0.05)
    assert demo.get(GONE).status == 410
    return {"month": month[1], "gone": GONE}


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("path", [*KINDS, JAPANESE, "/feeds/all.rss", "/nowhere/", "month", "gone"])
async def test_no_rule_of_accessibility_is_broken(
    demo: Running, browser: Browser, others: dict[str, str], path: str, scheme: str
):
    context = await browser.new_context(
        viewport={"width": 375 if scheme == "dark" else 1280, "height": 900},
        color_scheme="dark" if scheme == "dark" else "light",
        reduced_motion="reduce",
    )
    page = await context.new_page()
    await page.goto(demo.base + others.get(path, path))
    assert await page.locator("h1").count() == 1
    found = await axe.violations(page)
    assert not found, "\n".join(map(str, found))


async def test_dark_follows_the_readers_system(demo: Running, browser: Browser):
    colours = {}
    for scheme in ("light", "dark"):
        page = await (await browser.new_context(color_scheme="dark" if scheme == "dark" else "light")).new_page()
        await page.goto(demo.base + ARTICLE)
        colours[scheme] = await page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert colours == {"light": "rgb(253, 252, 250)", "dark": "rgb(21, 20, 18)"}


async def test_an_arabic_article_is_mirrored(demo: Running, page: Page):
    async def left_of(selector: str) -> float:
        box = await page.locator(selector).first.bounding_box()
        assert box is not None
        return box["x"]

    await page.set_viewport_size({"width": 1440, "height": 900})
    await page.goto(demo.base + ARTICLE)
    assert await left_of(".share") < await left_of(".piece-text") < await left_of(".side")
    await page.goto(demo.base + ARABIC)
    assert await page.get_attribute("html", "dir") == "rtl"
    assert await left_of(".share") > await left_of(".piece-text") > await left_of(".side")
    assert await page.evaluate("getComputedStyle(document.querySelector('h1')).letterSpacing") == "normal"


async def test_the_first_tab_leads_past_the_masthead_and_focus_is_seen(demo: Running, page: Page):
    await page.goto(demo.base + ARTICLE)
    await page.keyboard.press("Tab")
    assert await focused(page) == "Skip to content"
    await page.keyboard.press("Enter")
    assert await focused(page) == "main"
    await page.keyboard.press("Tab")
    outline = await page.evaluate("getComputedStyle(document.activeElement).outlineWidth")
    assert outline == "3px"


async def test_reduced_motion_stops_every_movement(demo: Running, browser: Browser):
    page = await (await browser.new_context(reduced_motion="reduce")).new_page()
    await page.goto(demo.base + "/")
    moving = await page.evaluate(
        """[...document.querySelectorAll("*")].filter((each) => {
          const style = getComputedStyle(each);
          return style.animationName !== "none" || style.transitionDuration !== "0s";
        }).length"""
    )
    assert moving == 0


async def test_paper_gets_the_article_alone(demo: Running, page: Page):
    await page.emulate_media(media="print")
    await page.goto(demo.base + ARTICLE)
    assert await page.is_visible(".body")
    for selector in (".sections", ".share", ".side", ".related", ".foot nav"):
        assert not await page.locator(selector).first.is_visible(), selector


def test_the_longest_article_weighs_less_than_20_kb(demo: Running):
    """HTML, CSS and JS in brotli (spec/site.md 9)."""
    html = demo.get("/digital-world/the-small-web/").body
    theme = [demo.get(each.decode()).body for each in re.findall(rb'(?:href|src)="(/static/[^"]+\.(?:css|js))"', html)]
    assert len(theme) == 2
    assert sum(len(brotli.compress(each)) for each in (html, *theme)) <= 20_000


@pytest.mark.parametrize("path", KINDS)
async def test_the_policy_allows_nothing_inline_and_nobody_else(demo: Running, path: str):
    policy = demo.get(path).headers["content-security-policy"]
    assert "unsafe" not in policy
    assert "script-src 'self'" in policy
    html = demo.get(path).text
    loaded = re.findall(r'<(?:script|link rel="stylesheet"|img|source|iframe)[^>]+(?:src|href)="([^"]+)"', html)
    assert loaded
    assert all(each.startswith("/") for each in loaded), loaded


async def test_a_story_opens_over_the_page_and_escape_leads_back(demo: Running, page: Page):
    """E4: nothing of the player is loaded before the tap."""
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    await page.goto(demo.base + ARTICLE)
    assert not [each for each in asked if "/play/" in each]
    await page.click(".embed .tale")
    frame = page.frame_locator("dialog iframe")
    await frame.locator("#page-1").wait_for()
    await frame.locator("main").press("Escape")
    await page.wait_for_selector("dialog", state="detached")
    assert page.url == demo.base + ARTICLE
    assert "tale" in await page.evaluate("document.activeElement.className")


async def test_without_javascript_a_story_opens_at_its_own_address(demo: Running, browser: Browser):
    page = await (await browser.new_context(java_script_enabled=False)).new_page()
    await page.goto(demo.base + ARTICLE)
    await page.click(".embed .tale")
    await page.wait_for_url(re.compile("/web-stories/.+/play/"), wait_until="commit")


async def test_a_reader_is_counted_once_and_nothing_is_kept_of_them(demo: Running, folder: Path, browser: Browser):
    context = await browser.new_context(user_agent=FIREFOX)
    page = await context.new_page()
    for _ in range(2):
        async with page.expect_request("**/_/seen"):
            await page.goto(demo.base + "/reviews/typewriter-review/")
    assert await context.cookies() == []
    assert await page.evaluate("localStorage.length + sessionStorage.length") == 0
    assert await counted(folder / "views.db") == [(1,)]


async def counted(database: Path) -> list[tuple[int]]:
    """The totals, as soon as there are any."""
    end = time.monotonic() + 120
    while time.monotonic() < end:
        with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as connection:
            if rows := connection.execute("SELECT total FROM view").fetchall():
                return rows
        await asyncio.sleep(0.2)
    return []
