"""Stories of whole corpora: the official validator passes every one, the linter finds nothing, no fact is invented."""

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from publisher.asset import Assets
from publisher.check.story import INFO, lint_story
from publisher.compose.block import blocks
from publisher.compose.storyboard import compose
from publisher.format.player import player, reading
from publisher.format.story import amp
from publisher.format.template import Templates
from publisher.importer.port import Read
from publisher.importer.sniff import open_export
from publisher.model import Article, Body, Kind, Picture, Status
from publisher.prepare import prepare
from publisher.story import Part, Story
from tests.story.example import AT, SITE, article, in_language
from tests.tool.amp import AmpValidator
from tests.tool.fixture import HtmlChecker
from tests.tool.shared import shared

LANGUAGES = ("ar", "en", "hi", "ko", "ru", "th", "zh")
TEMPLATES = Templates(Assets())
CORPUS = 300


def of_corpus(count: int) -> Iterator[Article]:
    """Published pieces of the generated corpus."""
    command = [sys.executable, str(shared("tools", "corpus.py")), "-n", str(count + 60), "--seed", "5"]
    made = subprocess.run(command, check=True, capture_output=True).stdout.splitlines()
    rows = [row for row in map(msgspec.json.decode, made) if row["status"] == "publish"]
    for row in rows[:count]:
        pictures = tuple(
            Picture(src=each["url"], width=each["w"], height=each["h"], alt=each["alt"]) for each in row["images"]
        )
        yield article(
            row["section"],
            story_slug=row["slug"][:80],
            title=row["title"] or "",
            excerpt=row["excerpt"] or "",
            language=row["lang"],
            hero=pictures[0] if pictures else None,
            pictures=pictures,
            body=Body(html=row["html"]),
        )


def stories(articles: Iterator[Article]) -> list[tuple[Article, Story]]:
    pairs = [(each, compose(each)) for each in articles]
    return [(each, found) for each, found in pairs if isinstance(found, Story)]


def faults(story: Story, amp_validate: AmpValidator) -> list[str]:
    html = amp(SITE, story, TEMPLATES)
    found = [finding for finding in lint_story(html, SITE) if finding.level != INFO]
    return [str(each) for each in (*amp_validate(html), *found)]


def invented(made: Article, story: Story) -> list[str]:
    """Texts of a story that are no span of the source, the listed trims apart."""
    source = re.sub(r"\s", "", " ".join(block.text for block in blocks(made.body.html)))
    said = [line.text for page in story.pages[1:] for line in page.texts if line.part is not Part.HEADING]
    return [line for line in said if re.sub(r"\s", "", line.rstrip("…"))[1:] not in source]


@pytest.mark.parametrize("language", LANGUAGES)
def test_stories_in_every_language_are_valid_and_faithful(amp_validate: AmpValidator, language: str):
    made = stories(in_language(language))
    assert len(made) == 6
    for source, story in made:
        assert faults(story, amp_validate) == []
        assert invented(source, story) == []
        assert 4 <= len(story.pages) <= 12


def test_stories_of_a_corpus_are_valid_and_faithful(amp_validate: AmpValidator):
    made = stories(of_corpus(CORPUS))
    assert len(made) > 0.9 * CORPUS
    wrong = {story.slug: found for _, story in made if (found := faults(story, amp_validate))}
    assert wrong == {}
    assert [line for source, story in made for line in invented(source, story)] == []


def test_player_and_reading_view_are_good_html(check_html: HtmlChecker):
    pages: dict[str, str | bytes] = {}
    for section in ("whats-on", "travel", "reviews", "opinion"):
        ((_, story),) = stories(iter((article(section),)))
        pages[f"{section} player"] = player(SITE, story, TEMPLATES).body
        pages[f"{section} reading view"] = reading(SITE, story, TEMPLATES).body
    ((_, arabic), *_rest) = stories(in_language("ar"))
    pages["arabic player"] = player(SITE, arabic, TEMPLATES).body
    assert [str(each) for each in check_html(pages)] == []


def of_export(path: Path) -> Iterator[Article]:
    """The published pieces of an export, as they would be stored."""
    for item in open_export(str(path), now=AT):
        if isinstance(item, Read) and item.article.status is Status.PUBLISHED and item.article.kind is Kind.ARTICLE:
            made = prepare(item.article, item.html, item.base)
            yield msgspec.structs.replace(made, story_slug=made.slug, path=made.path or f"/{made.slug}/")


def test_stories_of_the_theme_unit_test_are_valid_and_faithful(amp_validate: AmpValidator):
    articles = list(of_export(shared("data", "wxr", "wptt-theme-unit-test.xml")))
    made = stories(iter(articles))
    assert len(articles) > 25
    assert made
    wrong = {story.slug: found for _, story in made if (found := faults(story, amp_validate))}
    assert wrong == {}
    assert [line for source, story in made for line in invented(source, story)] == []
