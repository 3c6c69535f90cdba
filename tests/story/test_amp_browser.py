"""AMP stories can be read without AMP: without script, or when the CDN never answers (B10); over any photo (B11)."""

import io
import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from PIL import Image
from playwright.async_api import Browser, Locator, Page

from publisher.palette import _SEED, contrast
from tests.story.stage import Stage, staged

PHONE = {"width": 390, "height": 844}
DESKTOP = {"width": 1280, "height": 800}
PATH = "/web-stories/night-train/"
UNSEEN = ".k b, .t, .t *, .t *::before, .t *::after { color: transparent !important }"
WHITE = "#ffffff"
"""The photo on which light text is hardest to read: every other is darker."""


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def stage(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Stage]:
    tmp_path = tmp_path_factory.mktemp("stage")
    async with staged(tmp_path) as made:
        photo = await made.picture(Image.new("RGB", (900, 1600), WHITE), tmp_path)
        await made.house.publish("night-train", hero=photo, pictures=(photo,))
        yield made


async def shown(page: Page, selector: str) -> bool:
    """Whether an element is drawn: it has a size and isn't hidden."""
    script = """selector => { const e = document.querySelector(selector), r = e && e.getBoundingClientRect();
      return !!e && r.width > 0 && r.height > 0 && getComputedStyle(e).visibility === 'visible' }"""
    return bool(await page.evaluate(script, selector))


@pytest.mark.parametrize("size", [PHONE, DESKTOP], ids=["phone", "desktop"])
async def test_without_script_pages_stand_in_a_column_with_text_and_pictures(
    browser: Browser, stage: Stage, size: dict[str, int]
):
    context = await browser.new_context(viewport=size, java_script_enabled=False)  # type: ignore[arg-type]
    page = await context.new_page()
    await page.goto(stage.base + PATH, wait_until="load")
    pages = page.locator("amp-story-page")
    assert await pages.count() >= 4
    for number in range(await pages.count()):
        await pages.nth(number).scroll_into_view_if_needed()
        box = await pages.nth(number).bounding_box()
        assert box is not None
        assert box["height"] == size["height"]
        assert await pages.nth(number).locator(".t").is_visible()
    picture = page.locator("amp-story-page").first.locator("img")
    assert await picture.is_visible()
    assert await picture.evaluate("image => image.complete && image.naturalWidth > 0")
    assert await page.locator("amp-story-page-outlink a").is_visible()


async def test_when_the_cdn_never_answers_text_and_pictures_appear(browser: Browser, stage: Stage):
    context = await browser.new_context(viewport=PHONE)  # type: ignore[arg-type]
    page = await context.new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    await page.goto(stage.base + PATH)
    assert not await shown(page, ".t")
    assert not any("/tall" in url for url in asked)
    async with page.expect_response("**/tall720.jpg"):
        await page.evaluate("document.getAnimations().forEach(animation => animation.finish())")
    assert await shown(page, ".t")
    assert await shown(page, "amp-story-page-outlink a")
    colour = await page.evaluate("getComputedStyle(document.querySelector('amp-img')).backgroundImage")
    assert "tall720.jpg" in colour


@pytest.mark.parametrize("section", ["whats-on", "travel", "reviews", "opinion"])
async def test_text_over_any_photo_passes_wcag_aa(browser: Browser, stage: Stage, section: str, tmp_path: Path):
    picture = await stage.picture(Image.new("RGB", (900, 1600), WHITE), tmp_path)
    design = {"whats-on": "news", "travel": "travel", "reviews": "review", "opinion": "quote"}[section]
    await stage.house.publish(
        f"over-{section}", hero=picture, pictures=(picture,), extra=f'{{"story": {{"design": "{design}"}}}}'
    )
    context = await browser.new_context(viewport=PHONE, java_script_enabled=False, bypass_csp=True)  # type: ignore[arg-type]
    page = await context.new_page()
    await page.goto(f"{stage.base}/web-stories/over-{section}/", wait_until="load")
    ratios = [await _ratio(page, line) for line in await page.locator("#cover .t > *").all()]
    await page.goto(f"{stage.base}/web-stories/over-{section}/play/", wait_until="load")
    ratios += [await _ratio(page, line) for line in await page.locator(".k b, #page-1 .t > *").all()]
    assert len(ratios) >= 5
    assert min(ratios) >= 4.5


async def _ratio(page: Page, line: Locator) -> float:
    """Contrast of a line of text with the lightest pixel that is drawn behind it."""
    box = await line.bounding_box()
    ink = await line.evaluate("e => getComputedStyle(e).color")
    assert box is not None
    red, green, blue = (int(each) for each in re.findall(r"\d+", ink)[:3])
    clip = {"x": box["x"], "y": box["y"], "width": box["width"], "height": box["height"]}
    with Image.open(io.BytesIO(await page.screenshot(clip=clip, style=UNSEEN))) as image:  # type: ignore[arg-type]
        plain = image.convert("RGB")
        colours = [colour for _, colour in plain.getcolors(1 << 24) or []]
    text = f"#{red:02x}{green:02x}{blue:02x}"
    return min(contrast(text, hexed(colour)) for colour in colours if _is_ground(colour, text))


def hexed(colour: object) -> str:
    """A pixel as #rrggbb."""
    assert isinstance(colour, tuple)
    return "#" + "".join(f"{channel:02x}" for channel in colour)


def _is_ground(colour: object, text: str) -> bool:
    """Decorations in the ink's own colour (bars, rules) are no ground."""
    return contrast(hexed(colour), text) > 1.6


@pytest.mark.parametrize("section", _SEED)
def test_drawn_grounds_carry_white_text_and_the_accent(section: str):
    colours = _SEED[section]
    for ground in (colours.deep, colours.warm):
        assert contrast("#ffffff", ground) >= 4.5
        assert contrast("#ffffff", lightened(ground)) >= 4.5
        assert contrast(colours.accent, lightened(ground)) >= 3.0
    assert contrast(colours.warm, "#fbf8f2") >= 4.5


def lightened(colour: str) -> str:
    """The ground under the pale shapes of a designed page: seven hundredths of white."""
    return "#" + "".join(f"{round(int(colour[i : i + 2], 16) * 0.93 + 255 * 0.07):02x}" for i in (1, 3, 5))
