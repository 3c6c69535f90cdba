"""A story can be written from scratch, in TOML or JSON (A6)."""

import json
from pathlib import Path

import msgspec
import pytest

from publisher.asset import Assets
from publisher.compose.storyboard import compose
from publisher.error import InvalidExport
from publisher.format.story import amp
from publisher.format.template import Templates
from publisher.importer.story_file import is_story_file, read_story
from publisher.model import Article
from publisher.prepare import prepare
from publisher.story import Design, Role, Story
from tests.story.example import AT, SITE
from tests.tool.amp import AmpValidator

TOML = """
title = "Three nights in a lighthouse"
section = "travel"
design = "travel"
outlink = "https://example.com/travel/lighthouse/"
authors = ["Ann Lee"]

[[pages]]
picture = "https://example.com/tower.jpg"
alt = "A tower"
text = "Photographs by the keeper"

[[pages]]
heading = "The stairs"
text = "There are 171 of them, and the lamp is at the top."

[[pages]]
quote = "You stop hearing the horn. You start hearing when it stops."

[[pages]]
picture = "https://example.com/boat.jpg"
text = "On the third morning the boat came, an hour early and with bread."
"""


def article_of(path: Path) -> Article:
    read = read_story(path, AT)
    return prepare(msgspec.structs.replace(read.article, story_slug=read.article.slug), read.html)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "lighthouse.story.toml"
    path.write_text(TOML)
    return path


def test_a_file_of_pages_becomes_a_story(file: Path, amp_validate: AmpValidator):
    story = compose(article_of(file))
    assert isinstance(story, Story)
    assert [page.role for page in story.pages] == [Role.COVER, Role.FACT, Role.QUOTE, Role.FACT]
    assert story.design is Design.TRAVEL
    assert [picture.src for picture in story.pictures] == [
        "https://example.com/tower.jpg",
        "https://example.com/boat.jpg",
    ]
    html = amp(SITE, story, Templates(Assets()))
    assert amp_validate(html) == []
    assert b"https://example.com/travel/lighthouse/" in html


def test_its_text_is_the_articles_too(file: Path):
    made = article_of(file)
    assert "There are 171 of them" in made.body.text
    assert made.section is not None
    assert made.authors[0].name == "Ann Lee"


def test_the_same_in_json(file: Path, tmp_path: Path):
    path = tmp_path / "lighthouse.story.json"
    pages = [{"heading": "One"}, {"text": "Two"}, {"quote": "Three"}, {"text": "Four"}]
    path.write_text(json.dumps({"title": "By hand", "pages": pages}))
    story = compose(article_of(path))
    assert isinstance(story, Story)
    assert story.pages[0].text == "One"
    assert is_story_file(path)
    assert not is_story_file(tmp_path / "lighthouse.json")


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("title = 'x'\npages = []", "0 pages"),
        ("title = 'x'\npgaes = []", "pgaes|pages"),
        ("title = ", "not a story"),
        ("title = 'x'\n[[pages]]\ntxet = 'x'", "txet"),
    ],
)
def test_what_is_wrong_with_a_file_is_named(file: Path, content: str, said: str):
    file.write_text(content)
    with pytest.raises(InvalidExport, match=said):
        read_story(file, AT)
