# ruff: noqa: E501 - one mutation a line
"""The story linter sees what the official validator doesn't: every mutation that passes there fails here (C1)."""

import re
from collections.abc import Callable

import pytest

from publisher.asset import Assets
from publisher.check.story import INFO, Facts, lint_story
from publisher.compose.storyboard import compose
from publisher.format.story import StoryOptions, amp
from publisher.format.template import Templates
from publisher.model import Article, Site
from publisher.story import Story
from tests.story.example import SITE, article
from tests.tool.amp import AmpValidator
from tests.tool.shared import shared

Edit = Callable[[str], str]
GOLDEN_PATH = "/web-stories/golden.html"


def golden() -> str:
    return shared("examples", "amp-golden.html").read_text("utf-8")


def faults(html: str, path: str = GOLDEN_PATH, site: Site = SITE) -> set[str]:
    return {str(found) for found in lint_story(html.encode(), site, path) if found.level != INFO}


def put(old: str, new: str) -> Edit:
    """Replace the first place where `old` stands."""

    def edit(html: str) -> str:
        assert old in html, old
        return html.replace(old, new, 1)

    return edit


def drop(pattern: str) -> Edit:
    def edit(html: str) -> str:
        assert re.search(pattern, html, re.S), pattern
        return re.sub(pattern, "", html, count=1, flags=re.S)

    return edit


SCRIPT = '<script async custom-element="amp-carousel" src="https://cdn.ampproject.org/v0/amp-carousel-0.1.js"></script>'
STORY_JS = 'src="https://cdn.ampproject.org/v0/amp-story-1.0.js"'
CHARSET = '<meta charset="utf-8">\n'
LDJSON = r'<script type="application/ld\+json">.*?</script>'
PAGE = re.compile(r'<amp-story-page id="p-valley".*?</amp-story-page>', re.S)
OUTLINK = '<amp-story-page-outlink layout="nodisplay"><a href="https://example.com/x/">x</a></amp-story-page-outlink>'


def many_pages(html: str) -> str:
    found = PAGE.search(html)
    assert found
    more = "".join(found[0].replace("p-valley", f"p-x{n}").replace("valley-h", f"h{n}") for n in range(22))
    return html.replace(found[0], found[0] + more)


# fmt: off
FAULTY: dict[str, Edit] = {
    "charset not first (after title)": lambda html: put("<title>", CHARSET + "<title>")(put(CHARSET, "")(html)),
    "amp-story script self-hosted": put(STORY_JS, STORY_JS.replace("cdn.ampproject.org", "example.com")),
    "unused extension script (amp-carousel)": put("<title>", SCRIPT + "<title>"),
    "no title element": drop(r"<title>.*?</title>"),
    "canonical relative URL": put('canonical" href="https://example.com', 'canonical" href="'),
    "canonical to another page (not self)": put('canonical" href="https://example.com/web-stories/golden.html', 'canonical" href="https://example.com/travel/'),
    "link rel=amphtml in story": put("<title>", '<link rel="amphtml" href="https://example.com/a"><title>'),
    "Google font stylesheet": put("<title>", '<link rel="stylesheet" href="https://fonts.googleapis.com/css?family=A"><title>'),
    "JSON-LD malformed JSON": put('{"@context"', '{"@context'),
    "JSON-LD removed": drop(LDJSON),
    "poster-portrait-src relative": put('poster-portrait-src="https://example.com', 'poster-portrait-src="'),
    "missing poster-square/landscape (optional)": drop(r' poster-square-src="[^"]*"'),
    "title attr empty string": drop(r'(?<=desktop-aspect-ratio="9:16" title=")[^"]*'),
    "poll interval 1000 ms (<15000)": put('data-poll-interval="30000"', 'data-poll-interval="1000"'),
    "text inside body outside story": put("<body>", "<body>Hello"),
    "31 pages": many_pages,
    "duplicate page ids": put('id="p-video"', 'id="p-valley"'),
    "page id starting with digit": put('id="p-map"', 'id="9map"'),
    "amp-img without alt (a11y only)": put(' alt="Green valley seen through a train window" animate-in', " animate-in"),
    "amp-img http:// src (mixed)": put('amp-img class="cover" src="https', 'amp-img class="cover" src="http'),
    "track without srclang": put(' srclang="en"', ""),
    'auto-advance-after="banana"': put('auto-advance-after="12s"', 'auto-advance-after="banana"'),
    "outlink relative href": put('<a href="https://example.com/travel/', '<a href="/travel/'),
    "cta-layer on first page (deprecated)": put("</amp-story-page>", "<amp-story-cta-layer></amp-story-cta-layer></amp-story-page>"),
    "outlink on first page": put("</amp-story-page>", OUTLINK + "</amp-story-page>"),
    "bookend instead of social-share (deprecated)": put("<amp-story-social-share", "<amp-story-bookend></amp-story-bookend><amp-story-social-share"),
    "analytics JSON malformed": put('{"requests"', '{"requests'),
    "analytics http:// request": put('"hit":"https', '"hit":"http'),
    "shopping JSON empty": lambda html: re.sub(r'\{"items":\[.*?\]\}(?=</script>)', '{"items":[]}', html, count=1),
    "html lang removed (a11y)": put(' lang="en"', ""),
    "stray </div>": put("</body>", "</div></body>"),
    "unescaped < in p": put("Eleven request stops", "1 < 2 request stops"),
    "amp-img data: src": put('amp-img class="cover" src="https://example.com/media/quiet-trains/valley-720.jpg', 'amp-img class="cover" src="data:image/gif;base64,R0lGODlhAQABAAAAACw='),
}
# fmt: on

HARMLESS = {
    "golden": "the story itself",
    "html with ⚡": "another way to say amp",
    "inline style attr ok": "allowed, and used",
    "amp-social-share inside a page (2024+ rule)": "allowed since 2024",
    "dir=rtl lang=ar": "a right-to-left story",
    "HTML comment with conditional IE": "a comment",
    "link rel=manifest": "allowed",
    "svg inline in layer": "a drawing",
}


def passing() -> set[str]:
    table = shared("examples", "amp-mutations.md").read_text("utf-8")
    return {row.split("|")[1].strip() for row in table.splitlines() if "| PASS |" in row}


def test_every_mutation_that_the_validator_passes_is_judged():
    assert passing() == FAULTY.keys() | HARMLESS.keys()


@pytest.mark.parametrize("name", FAULTY)
def test_the_linter_fails_a_mutation_that_the_validator_passes(amp_validate: AmpValidator, name: str):
    mutated = FAULTY[name](golden())
    assert faults(mutated) - faults(golden()), name
    if "bookend" not in name and "cta-layer" not in name:
        assert amp_validate(mutated) == []


@pytest.mark.parametrize(
    "edit",
    [
        put("<html amp ", "<html ⚡ "),
        put('lang="en" dir="ltr"', 'lang="ar" dir="rtl"'),
        put("<title>", "<!--[if IE]>x<![endif]--><title>"),
        put("<title>", '<link rel="manifest" href="/m"><title>'),
    ],
)
def test_harmless_changes_are_left_in_peace(edit: Edit):
    assert faults(edit(golden())) == faults(golden())


def story_html(made: Article, options: StoryOptions | None = None) -> str:
    story = compose(made)
    assert isinstance(story, Story)
    return amp(SITE, story, Templates(Assets()), options).decode()


@pytest.mark.parametrize("section", ["whats-on", "travel", "reviews", "opinion"])
@pytest.mark.parametrize("hero", [True, False], ids=["with pictures", "without"])
def test_our_stories_have_no_fault(section: str, hero: bool):
    made = article(section) if hero else article(section, hero=None)
    options = StoryOptions(gtag="G-ABCDE12345", beacon="/api/hit", ad_slot="/1/2")
    assert faults(story_html(made, options), "/web-stories/council-closes-libraries/") == set()


def test_loopback_media_may_be_plain_http():
    site = Site(base="http://127.0.0.1:8080", title="x", logo="/l.png")
    story = compose(article())
    assert isinstance(story, Story)
    html = amp(site, story, Templates(Assets())).decode()
    assert faults(html, "/web-stories/council-closes-libraries/", site) == set()


@pytest.mark.parametrize(
    ("facts", "said"),
    [
        (Facts(width=600, height=800), "640 x 853 at least"),
        (Facts(width=900, height=900), "ratio"),
        (Facts(width=64, height=64), "the logo has"),
        (Facts(width=500, height=900), "720 are wanted"),
    ],
)
def test_media_of_the_wrong_size_is_named(facts: Facts, said: str):
    found = lint_story(golden().encode(), SITE, GOLDEN_PATH, lambda _: facts)
    assert any(said in finding.message for finding in found)


@pytest.mark.parametrize(
    ("facts", "said"), [(Facts(seconds=90.0), "90 seconds"), (Facts(bytes=5_000_000), "5000000 bytes")]
)
def test_a_heavy_video_is_named(facts: Facts, said: str):
    found = lint_story(golden().encode(), SITE, GOLDEN_PATH, lambda url: facts if url.endswith(".mp4") else None)
    assert any(said in finding.message for finding in found)


def test_long_text_and_many_links_are_named():
    long = story_html(article()).replace("The city council voted", "Word " * 30 + "The city council voted", 1)
    assert any("characters of text, 200 at most" in fault for fault in faults(long, ""))
    linked = golden().replace("<p>Carry cash;", '<a href="https://a.example/">a</a>' * 4 + "<p>Carry cash;")
    assert any("links, 3 at most" in fault for fault in faults(linked))


def test_captions_and_contrast_are_watched():
    assert any("captions" in fault for fault in faults(put(" noaudio", "")(drop(r"<track[^>]*>")(golden()))))
    pale = put("<style amp-custom>", "<style amp-custom>.x{color:#777777;background:#888888}")(golden())
    assert any(".x: #777777 on #888888" in fault for fault in faults(pale))
    bare = re.sub(r"\.shot \.t\{[^}]*\}", "", story_html(article()))
    assert any("without a ground" in fault for fault in faults(bare, ""))
