"""The player in a real browser: taps, keys, swipes, right-to-left, reduced motion, no script, print (E1-E5)."""

import json
import re
from collections.abc import AsyncIterator
from pathlib import Path

import brotli
import pytest
import pytest_asyncio
from PIL import Image
from playwright.async_api import Browser, BrowserContext, Page

from publisher.model import Body
from tests.story.example import in_language
from tests.story.stage import Stage, staged

PHONE = {"width": 390, "height": 844}
NEWS = Path(__file__).with_name("news.jsonl")


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def stage(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Stage]:
    tmp_path = tmp_path_factory.mktemp("stage")
    async with staged(tmp_path) as made:
        picture = await made.picture(Image.effect_noise((600, 800), 120).convert("RGB"), tmp_path)
        await made.house.publish("night-train", hero=picture, pictures=(picture,))
        await made.house.publish(
            "arabic", hero=picture, language="ar", title="عنوان", body=next(in_language("ar")).body
        )
        yield made


async def opened(
    browser: Browser, stage: Stage, path: str = "/web-stories/night-train/play/", **options: object
) -> tuple[BrowserContext, Page]:
    context = await browser.new_context(**({"viewport": PHONE} | options))  # type: ignore[arg-type]
    page = await context.new_page()
    await page.goto(stage.base + path)
    return context, page


async def current(page: Page) -> int:
    """Number of the page that isn't inert and stands in view, once the strip has come to rest."""
    rest = """() => { const s = document.querySelector('.s'), n = s.querySelector('section:not([inert])');
      const at = Math.abs(s.scrollLeft) / s.clientWidth;
      const j = Math.round(at) + 1;
      return Math.abs(at + 1 - j) < .02 && 'page-' + j === n.id ? j : 0 }"""
    handle = await page.wait_for_function(rest)
    return int(await handle.json_value())


async def test_taps_keys_and_buttons_turn_pages(browser: Browser, stage: Stage):
    _, page = await opened(browser, stage)
    assert await current(page) == 1
    await page.mouse.click(330, 300)
    assert await current(page) == 2
    await page.keyboard.press("ArrowRight")
    assert await current(page) == 3
    await page.keyboard.press("ArrowLeft")
    await current(page)
    await page.mouse.click(40, 300)
    assert await current(page) == 1
    await page.keyboard.press("End")
    last = await page.locator("section").count()
    assert await current(page) == last
    await page.keyboard.press("Home")
    assert await current(page) == 1


async def test_a_swipe_turns_the_page(browser: Browser, stage: Stage):
    context, page = await opened(browser, stage, has_touch=True)
    session = await context.new_cdp_session(page)
    for kind, x in [("touchStart", 350), *(("touchMove", x) for x in range(330, 20, -20)), ("touchEnd", None)]:
        finger = [{"x": x, "y": 400}] if x else []
        await session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": finger})
    await page.wait_for_function("() => !document.querySelector('#page-2').inert")


async def test_right_to_left_text_turns_the_other_way(browser: Browser, stage: Stage):
    _, page = await opened(browser, stage, "/web-stories/arabic/play/")
    await page.keyboard.press("ArrowLeft")
    assert await current(page) == 2
    await page.mouse.click(40, 300)
    assert await current(page) == 3
    await page.keyboard.press("ArrowRight")
    assert await current(page) == 2


async def test_the_buttons_beside_right_to_left_text_point_outwards(browser: Browser, stage: Stage):
    _, page = await opened(browser, stage, "/web-stories/arabic/play/", viewport={"width": 1440, "height": 900})
    assert await page.locator(".n.p").evaluate("e => getComputedStyle(e).direction + e.textContent") == "ltr‹"
    await page.click(".n.p")
    assert await current(page) == 2


async def test_a_story_moves_on_by_itself_and_stops_when_held_or_paused(browser: Browser, stage: Stage):
    _, page = await opened(browser, stage)
    held = "document.documentElement.classList.contains('h')"
    await page.mouse.move(300, 300)
    await page.mouse.down()
    assert await page.evaluate(held)
    await page.mouse.up()
    await page.keyboard.press("Home")
    assert not await page.evaluate(held)
    await page.keyboard.press("Space")
    assert await page.evaluate(held)
    assert await page.get_attribute("#pause", "aria-label") == "Play"
    await page.click("#pause")
    assert not await page.evaluate(held)
    before = await current(page)
    await page.evaluate("document.querySelector('.b .a').getAnimations({subtree: true}).forEach(a => a.finish())")
    await page.wait_for_function(f"() => !document.querySelector('#page-{before + 1}').inert")


async def test_a_link_leads_to_its_page_and_the_address_follows(browser: Browser, stage: Stage):
    _, page = await opened(browser, stage, "/web-stories/night-train/play/#page-3")
    assert await current(page) == 3
    await page.keyboard.press("ArrowRight")
    await current(page)
    assert page.url.endswith("#page-4")


async def test_reduced_motion_stands_still(browser: Browser, stage: Stage):
    _, page = await opened(browser, stage, reduced_motion="reduce")
    assert await page.evaluate("document.documentElement.classList.contains('h')")
    assert await page.evaluate("document.getAnimations().length") == 0
    await page.keyboard.press("ArrowRight")
    assert await current(page) == 2


async def test_without_script_every_page_can_be_reached_and_seen(browser: Browser, stage: Stage):
    _, page = await opened(browser, stage, java_script_enabled=False)
    sections = page.locator("section")
    count = await sections.count()
    assert count >= 4
    for number in range(count):
        await sections.nth(number).scroll_into_view_if_needed()
        box = await sections.nth(number).bounding_box()
        assert box is not None
        assert abs(box["x"]) < 5
        assert (await sections.nth(number).inner_text()).strip()


async def test_print_has_every_page(browser: Browser, stage: Stage):
    _, page = await opened(browser, stage)
    await page.emulate_media(media="print")
    boxes = [await section.bounding_box() for section in await page.locator("section").all()]
    tops = [box["y"] for box in boxes if box]
    assert len(tops) == len(boxes)
    assert tops == sorted(set(tops))
    assert await page.locator(".k").is_hidden()


async def test_escape_leads_to_the_article(browser: Browser, stage: Stage):
    _, page = await opened(browser, stage)
    await page.keyboard.press("Escape")
    await page.wait_for_url("**/reviews/night-train/")


async def test_one_request_beside_pictures_and_no_complaint(browser: Browser, stage: Stage):
    context = await browser.new_context(viewport=PHONE)
    page = await context.new_page()
    asked: list[str] = []
    said: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: said.append(message.text) if message.type in ("error", "warning") else None)
    page.on("pageerror", lambda error: said.append(str(error)))
    await page.goto(f"{stage.base}/web-stories/night-train/play/", wait_until="networkidle")
    others = [url for url in asked if "/media/" not in url and not url.endswith("favicon.ico")]
    assert others == [f"{stage.base}/web-stories/night-train/play/"]
    assert said == []


async def test_only_the_shown_page_can_be_reached_and_each_has_a_name(browser: Browser, stage: Stage):
    _, page = await opened(browser, stage)
    count = await page.locator("section").count()
    assert await page.locator("section:not([inert])").count() == 1
    assert await page.get_attribute("#page-2", "aria-label") == f"Page 2 of {count}"
    small = await page.evaluate(
        "[...document.querySelectorAll('button:not(.n), a')].filter(e => !e.closest('[inert]'))"
        ".map(e => e.getBoundingClientRect()).filter(r => r.width < 48 || r.height < 48).length"
    )
    assert small == 0


async def test_nothing_jumps_while_it_loads(browser: Browser, stage: Stage):
    _, page = await opened(browser, stage)
    await page.wait_for_load_state("networkidle")
    shift = await page.evaluate(
        "new Promise(done => { let sum = 0; new PerformanceObserver(l => l.getEntries().forEach(e => sum += e.value))"
        ".observe({type: 'layout-shift', buffered: true}); requestAnimationFrame(() => done(sum)) })"
    )
    assert shift == 0


@pytest.mark.parametrize("size", [PHONE, {"width": 1280, "height": 800}], ids=["phone", "desktop"])
async def test_the_script_moves_nothing_that_was_shown_before_it_came(
    browser: Browser, stage: Stage, size: dict[str, int]
):
    """A slow machine shows the pages before the script marks them as its own."""
    _, page = await opened(browser, stage, viewport=size)
    boxes = "[...document.querySelectorAll('.pg, .pg *')].map(e => JSON.stringify(e.getBoundingClientRect()))"
    after = await page.evaluate(boxes)
    await page.evaluate("document.documentElement.classList.remove('js')")
    assert await page.evaluate(boxes) == after


async def test_a_story_opens_over_a_page_and_loads_nothing_before_the_tap(browser: Browser, stage: Stage):
    context = await browser.new_context()
    page = await context.new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    await page.goto(f"{stage.base}/web-stories/", wait_until="networkidle")
    assert not any("/play/" in url for url in asked)
    await page.locator("a.tale").first.click()
    frame = page.frame_locator("dialog.stage iframe")
    await frame.locator("#page-1").wait_for()
    assert page.url == f"{stage.base}/web-stories/"
    await frame.locator("#close").click()
    await page.locator("dialog.stage").wait_for(state="detached")


@pytest.mark.asyncio(loop_scope="session")
async def test_the_code_and_a_ten_page_story_are_light(stage: Stage):
    bodies = [json.loads(line)["body"] for line in NEWS.read_text("utf-8").splitlines()[:3]]
    text = "".join(f"<p>{paragraph}</p>" for body in bodies for paragraph in body.split("\n\n"))
    await stage.house.publish("long", body=Body(html=text), extra=json.dumps({"story": {"length": 10}}))
    html = (await stage.house.read("/web-stories/long/play/")).encode()
    assert html.count(b"<section") == 10
    code = b"".join(re.findall(rb"<(?:style|script)>(.*?)</", html, re.S))
    assert len(brotli.compress(code)) <= 3_000
    assert len(brotli.compress(html)) <= 6_000
