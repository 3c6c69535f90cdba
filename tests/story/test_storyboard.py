"""An article becomes a story by itself (A1-A7)."""

import re

import msgspec
import pytest

from publisher.compose import rank
from publisher.compose.block import blocks
from publisher.compose.storyboard import compose
from publisher.error import Invalid
from publisher.model import Article, Body, Kind, Picture, Visibility
from publisher.story import HARD_TEXT, Design, Part, Role, Story, Thin
from tests.story.example import BODY, HERO, INSIDE, article


def story_of(made: Article) -> Story:
    found = compose(made)
    assert isinstance(found, Story), found
    return found


def facts(story: Story) -> list[str]:
    return [line.text for page in story.pages[1:] for line in page.texts if line.part is not Part.HEADING]


def with_story(**changes: object) -> Article:
    return article(extra=msgspec.json.encode({"story": changes}).decode())


def test_a_story_has_four_to_twelve_pages_cover_first():
    story = story_of(article())
    assert 4 <= len(story.pages) <= 12
    assert story.pages[0].role is Role.COVER
    assert story.outlink == article().path


def test_the_same_article_gives_the_same_story():
    assert msgspec.json.encode(compose(article())) == msgspec.json.encode(compose(article()))


def test_every_text_is_a_span_of_the_source_but_for_listed_trims():
    source = " ".join(block.text for block in blocks(BODY))
    for text in facts(story_of(article())):
        assert text[1:].rstrip("…") in source


def test_texts_have_60_to_180_characters_and_stand_in_source_order():
    source = " ".join(block.text for block in blocks(BODY))
    texts = facts(story_of(article()))
    assert all(60 <= len(text) <= 180 for text in texts)
    places = [source.index(text[1:40]) for text in texts]
    assert places == sorted(places)


def test_no_page_repeats_the_title():
    body = "<p>Council closes two libraries after a four-year fight, the council said on Tuesday evening.</p>" + BODY
    assert not any(text.startswith("Council closes") for text in facts(story_of(article(body=Body(html=body)))))


def test_pictures_come_once_each_the_hero_first():
    story = story_of(article(pictures=(HERO, INSIDE)))
    assert [picture.src for picture in story.pictures] == [HERO.src, INSIDE.src]
    assert story.pictures[1].alt == "A reading room"


@pytest.mark.parametrize(
    "picture",
    [
        Picture(src="http://old.example/photo.jpg", width=900, height=900),
        Picture(src=HERO.src, width=64, height=64),
        Picture(src="/media/drawing.svg"),
    ],
    ids=["plain http", "an icon", "a drawing"],
)
def test_a_picture_that_cannot_fill_a_page_is_left_out(picture: Picture):
    body = BODY.replace(
        f'<figure><img src="{INSIDE.src}" width="1600" height="1067" alt="A reading room"></figure>', ""
    )
    assert story_of(article(hero=picture, body=Body(html=body))).pictures == ()


def test_a_thin_article_has_no_story_and_says_why():
    found = compose(article(body=Body(html="<p>One short note about nothing much at all.</p>")))
    assert isinstance(found, Thin)
    assert "3 passages" in found.reason


@pytest.mark.parametrize("visibility", [Visibility.MEMBERS, Visibility.PAID, Visibility.PASSWORD])
def test_what_is_not_open_to_everyone_has_no_story(visibility: Visibility):
    assert isinstance(compose(article(visibility=visibility)), Thin)


def test_a_static_page_has_no_story():
    assert isinstance(compose(article(kind=Kind.PAGE)), Thin)


@pytest.mark.parametrize(
    ("section", "design"),
    [("travel", Design.TRAVEL), ("reviews", Design.REVIEW), ("opinion", Design.QUOTE), ("whats-on", Design.NEWS)],
)
def test_the_section_chooses_the_design(section: str, design: Design):
    assert story_of(article(section)).design is design


def test_an_editor_chooses_design_title_poster_and_label():
    made = with_story(design="review", title="Two libraries go", poster=INSIDE.src, label="All of it")
    story = story_of(made)
    assert (story.design, story.title, story.outlink_label) == (Design.REVIEW, "Two libraries go", "All of it")
    assert story.poster is not None
    assert story.poster.src == INSIDE.src


def test_an_edited_page_keeps_its_change_when_the_article_is_revised():
    second = story_of(article()).pages[2]
    made = with_story(edits={second.id: {"text": "An editor's own words about what the mayor said."}})
    revised = msgspec.structs.replace(made, body=Body(html=BODY + "<p>Correction: the vote was taken at noon.</p>"))
    for each in (made, revised):
        assert "An editor's own words about what the mayor said." in facts(story_of(each))


def test_an_edit_outlives_the_sentence_it_was_made_on():
    made = with_story(edits={"p-gone": {"text": "Kept although its sentence is gone."}})
    assert facts(story_of(made))[-1] == "Kept although its sentence is gone."


def test_pages_are_dropped_added_and_ordered():
    ids = [page.id for page in story_of(article()).pages]
    made = with_story(edits={ids[1]: {"drop": True}}, order=[ids[3]], added=[{"quote": "Bring it back."}])
    story = story_of(made)
    assert ids[1] not in [page.id for page in story.pages]
    assert story.pages[1].id == ids[3]
    assert story.pages[-1].text == "Bring it back."


def test_a_story_is_written_from_scratch():
    pages = [{"heading": "By hand"}, {"text": "One."}, {"quote": "Two."}, {"heading": "Three", "picture": INSIDE.src}]
    story = story_of(msgspec.structs.replace(with_story(pages=pages), kind=Kind.STORY))
    assert [page.text for page in story.pages] == ["Whats On By hand", "One.", "Two.", "Three"]
    assert story.pages[0].picture == HERO
    assert story.pages[3].picture is not None


def test_an_editor_switches_a_story_off():
    assert isinstance(compose(with_story(enabled=False)), Thin)


def test_unreadable_overrides_are_named():
    with pytest.raises(Invalid, match="council-closes-libraries"):
        compose(article(extra='{"story": {"desing": "news"}}'))


def test_a_heading_stands_over_the_first_page_of_its_part():
    headings = [line.text for page in story_of(article()).pages for line in page.texts if line.part is Part.HEADING]
    assert "What the readers say" in headings
    assert all(len(page.text) <= HARD_TEXT for page in story_of(article()).pages[1:])


def test_page_ids_are_unique_and_valid():
    ids = [page.id for page in story_of(article()).pages]
    assert len(set(ids)) == len(ids)
    assert all(re.fullmatch(r"[a-z][\w-]*", id) for id in ids)


CALLS = (
    "Click here for the map",
    "Scroll down for more",
    "READ MORE about it",
    "E-mail to a friend",
    "Sign up or subscribe",
    "Follow us",
    "Our newsletter",
    "All rights reserved",
    "Copyright 2026",
    "Advertisement",
    "Share this",
    "Photo:harbour",
    "Image:harbour",
    "Picture:harbour",
    "Ann contributed to this report",
    "Tide is a registered trademark",
    "Watch the video",
    "watch video",
    "Editor's note",
    "All about tides",
    "See https://example.org",
    "See www.example.org",
)


@pytest.mark.parametrize("call", CALLS)
def test_a_call_is_known_in_ascii_as_in_any_text(call: str):
    assert rank.calls(call)
    assert rank.calls(f"{call} – and more")
    assert not rank.calls("The harbour was quiet when the tide came in.")
