"""The quick answers whether an article has a story, and what lists show of it, are the composer's."""

import json

import msgspec
import pytest

from publisher.compose.storyboard import compose
from publisher.compose.telling import Telling, composed_telling, has_story, sure_telling
from publisher.model import Article, Kind, Picture, Status, Visibility
from publisher.prepare import prepare
from publisher.story import Story, Thin
from tests.tool.corpus import corpus

PIECE = Article(guid="1", slug="s", path="/s/", title="A title", status=Status.PUBLISHED)
SENTENCE = "The lamp stands on the table, and whoever passes it in the evening sees its light from afar. "
NAMES = "Anna Bruno Clara Dario Emil Fanny Georg Hanna Igor Jonas Karla Lena Marta Nils".split()


def telling(article: Article) -> Telling | None:
    return sure_telling(article) or composed_telling(article)


def piece(html: str, **values: object) -> Article:
    base = {name: getattr(PIECE, name) for name in ("guid", "slug", "path", "title", "status")}
    return prepare(Article(**(base | values)), html)  # type: ignore[arg-type]


def test_the_quick_answer_is_the_composers_for_a_whole_corpus():
    """S6: the sitemap lists exactly the stories that answer."""
    made = corpus(100_000, pool=512)
    for number in range(50_000, 50_080):
        source = made.article(number)
        article = piece(source["html"], language=source["lang"], title=source["title"])
        assert has_story(article) == isinstance(compose(article), Story), source["id"]


def test_short_closed_and_broken_pieces_have_none():
    walks = (f"{n} walks from {n}ville past the {n}bergs with the {n}dogs, {n}cats and {n}birds of all" for n in NAMES)
    long = "".join(f"<p>{walk} the people who ever lived in the oldest houses of the town.</p>" for walk in walks)
    assert has_story(piece(long))
    assert isinstance(compose(piece(long)), Story)
    same = piece(f"<p>{SENTENCE * 60}</p>")
    assert has_story(same) == isinstance(compose(same), Story)
    assert not has_story(piece("<p>Short.</p>"))
    assert not has_story(piece(long, visibility=Visibility.PAID))
    assert not has_story(piece(long, kind=Kind.PAGE))
    assert not has_story(piece(long, extra='{"story": {"enabled": false}}'))
    assert not has_story(piece(long, extra='{"story": 7}'))
    assert not has_story(piece(f"<p>{'word ' * 3000}</p>"))


@pytest.mark.parametrize(
    "html",
    [
        "<p>Look.</p>" + "<figure><img src=/a.jpg><figcaption>A boat on the wide river. </figcaption></figure>" * 100,
        "<table>" + "<tr><td>The harbour is quiet in the winter, and so are its boats.</td></tr>" * 60 + "</table>",
        "<p>" + "The harbour is quiet in the winter, and so are its boats. " * 60 + "</p>",
        "<p>" + "Yes. No. It is. So what? " * 100 + "</p>",
    ],
    ids=["captions", "table", "one sentence", "no sentence long enough"],
)
def test_s6_long_texts_without_passages_have_no_story_and_are_not_said_to_have_one(html: str):
    """What is listed in the sitemap must be there."""
    assert isinstance(compose(piece(html)), Thin)
    assert not has_story(piece(html))


def told(article: Article) -> Telling | None:
    """Title and poster of the story, as the composer makes it."""
    story = compose(article)
    return Telling(story.title, story.poster) if isinstance(story, Story) else None


def test_title_and_poster_are_the_composers_for_a_whole_corpus():
    made = corpus(100_000, pool=512)
    for number in range(50_000, 50_080):
        source = made.article(number)
        article = piece(source["html"], language=source["lang"], title=source["title"])
        assert telling(article) == told(article), source["id"]
        hidden = msgspec.structs.replace(article, pictures=())
        assert telling(hidden) == told(hidden), source["id"]


SMALL = Picture(src="/media/small.jpg", alt="An icon", width=32, height=32)
LARGE = Picture(src="/media/large.jpg", alt="A harbour", width=1200, height=800)
SHOWN = '<figure><img src="/media/{}.jpg" alt="In the text"><figcaption>Where it stands</figcaption></figure>'
LONG = "".join(
    f"<p>{n} walks from {n}ville past the {n}bergs with the {n}dogs, {n}cats and {n}birds of all the people.</p>"
    for n in NAMES
)


@pytest.mark.parametrize("extra", [
    {}, {"title": "Another"}, {"poster": "/media/large.jpg"}, {"poster": "https://elsewhere.example/a.jpg"},
    {"edits": {"cover": {"picture": "#1"}}}, {"edits": {"cover": {"video": "/media/a.mp4"}}}, {"length": 2},
    {"added": [{"text": "One page more."}]}, {"design": "quote", "order": ["w-3"]},
    {"pages": [{"text": "a"}, {"text": "b"}, {"text": "c"}, {"text": "d"}]}, {"pages": [{"text": "a"}]},
])  # fmt: skip
@pytest.mark.parametrize("hero", [None, SMALL, LARGE], ids=["no hero", "small hero", "large hero"])
def test_title_and_poster_follow_an_editors_changes_and_the_pictures(extra: dict[str, object], hero: Picture | None):
    for html in (LONG, SHOWN.format("small") + LONG + SHOWN.format("large"), "<p>Short.</p>" + SHOWN.format("large")):
        for pictures in ((), (SMALL,), (SMALL, LARGE)):
            article = piece(html, extra=json.dumps({"story": extra}), hero=hero, pictures=pictures)
            assert telling(article) == told(article)
            assert has_story(article) == isinstance(compose(article), Story)
