"""The AMP rendering is valid for the official validator, whatever the story (B1-B11)."""

import re

import msgspec
import pytest

from publisher.asset import Assets
from publisher.compose.storyboard import compose
from publisher.format.story import StoryOptions, amp
from publisher.format.template import Templates
from publisher.model import Article, Picture
from publisher.story import Story
from tests.story.example import SITE, article
from tests.tool.amp import AmpValidator

TEMPLATES = Templates(Assets())
EVERYTHING = StoryOptions(gtag="G-ABCDE12345", beacon="/api/hit", ad_slot="/30497360/story")


def amp_of(made: Article, options: StoryOptions | None = None) -> str:
    story = compose(made)
    assert isinstance(story, Story), story
    return amp(SITE, story, TEMPLATES, options).decode()


@pytest.mark.parametrize("section", ["whats-on", "travel", "reviews", "opinion"])
@pytest.mark.parametrize("options", [None, EVERYTHING], ids=["plain", "with analytics and ads"])
def test_every_design_is_valid(amp_validate: AmpValidator, section: str, options: StoryOptions | None):
    assert amp_validate(amp_of(article(section), options)) == []


def test_a_story_without_pictures_is_valid_and_has_drawn_posters(amp_validate: AmpValidator):
    html = amp_of(article(hero=None, body=msgspec.structs.replace(article().body, html=_without_pictures())))
    assert amp_validate(html) == []
    assert 'poster-portrait-src="https://example.com/web-stories/council-closes-libraries/poster-portrait.jpg"' in html


def _without_pictures() -> str:
    return re.sub(r"<figure>.*?</figure>", "", article().body.html)


def test_a_live_story_in_arabic_is_valid(amp_validate: AmpValidator):
    html = amp_of(article(language="ar", extra='{"story": {"live": true}}'))
    assert amp_validate(html) == []
    assert '<html amp lang="ar" dir="rtl">' in html
    assert int(re.search(r'data-poll-interval="(\d+)"', html)[1]) >= 15_000  # type: ignore[index]


def test_hostile_text_and_addresses_stay_text(amp_validate: AmpValidator):
    evil = '"><script>alert(1)</script></style>{{7*7}}'
    picture = Picture(
        src='https://cdn.example/a.jpg?x=1&y=");}*{display:none}</style>', alt=evil, width=900, height=900
    )
    html = amp_of(article(title=evil, hero=picture))
    assert amp_validate(html) == []
    assert "<script>alert" not in html
    assert "}*{display" not in html.split("<body>")[0]


def test_the_document_begins_as_amp_wants_it():
    html = amp_of(article())
    assert html.startswith("<!doctype html>\n<html amp ")
    head = html.split("</head>")[0]
    assert head.index("charset") < head.index("v0.js") < head.index("<title>")
    assert '<link rel="canonical" href="https://example.com/web-stories/council-closes-libraries/">' in head
    assert "amphtml" not in head.replace("<html amp", "")


def test_nothing_moves_on_the_first_page():
    assert "animate-in" not in amp_of(article("travel")).split("</amp-story-page>")[0].split("<body>")[1]


def test_the_styles_are_within_amps_limits():
    html = amp_of(article("travel"))
    custom = re.search(r"<style amp-custom>(.*?)</style>", html, re.S)
    assert custom is not None
    assert len(custom[1].encode()) < 75_000
    assert all(len(style) < 1000 for style in re.findall(r' style="([^"]*)"', html))
