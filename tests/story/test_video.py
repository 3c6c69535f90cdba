"""Videos of an article play on their pages; what an editor laid behind a page opens on it (B6, B7)."""

from pathlib import Path

import msgspec
from playwright.async_api import Browser

from publisher.asset import Assets
from publisher.check.story import lint_story
from publisher.compose.storyboard import compose
from publisher.format.player import player, reading
from publisher.format.story import amp
from publisher.format.template import Templates
from publisher.model import Article, Body
from publisher.story import Story
from tests.story.example import BODY, HERO, SITE, article
from tests.story.stage import staged
from tests.tool.amp import AmpValidator

TEMPLATES = Templates(Assets())
FILM = (
    '<video width="1280" height="720" poster="https://example.org/vote.jpg" title="The vote">'
    '<source src="https://example.org/vote.mpd"><source src="/media/vote.mp4">'
    '<track kind="captions" src="/media/vote.vtt" label="English"><p>Your browser plays no video.</p></video>'
)
PATH = "/web-stories/council-closes-libraries/"


def with_film(film: str = FILM, **changes: object) -> Article:
    return article(body=Body(html=BODY.replace("<h2>", f"<figure>{film}</figure><h2>", 1)), **changes)


def story_of(made: Article) -> Story:
    found = compose(made)
    assert isinstance(found, Story), found
    return found


def amp_of(made: Article) -> str:
    return amp(SITE, story_of(made), TEMPLATES).decode()


def test_a_video_of_the_article_plays_on_one_page_with_its_captions(amp_validate: AmpValidator):
    html = amp_of(with_film())
    assert amp_validate(html) == []
    assert html.count("<amp-video ") == 1
    assert html.count("amp-video-0.1.js") == 1
    assert 'poster="https://example.org/vote.jpg"' in html
    assert '<source src="https://example.com/media/vote.mp4" type="video/mp4">' in html
    assert 'src="https://example.com/media/vote.vtt" srclang="en" label="English" default' in html
    assert "Your browser" not in html


def test_the_page_moves_on_when_its_video_ends():
    story = story_of(with_film())
    page = next(each for each in story.pages if each.video)
    assert f'auto-advance-after="{page.id}-video"' in amp(SITE, story, TEMPLATES).decode()


def test_a_video_without_a_picture_of_its_own_gets_the_storys_poster(amp_validate: AmpValidator):
    html = amp_of(with_film('<video src="/media/vote.webm" muted></video>'))
    assert amp_validate(html) == []
    assert " noaudio " in html
    assert 'type="video/webm"' in html
    assert f'poster="https://example.com{HERO.src.replace("original", "poster-portrait")}"' in html


def test_a_video_that_a_story_cannot_play_is_left_out():
    for film in ('<video src="http://old.example/vote.mp4"></video>', '<video src="/media/vote.mov"></video>'):
        assert "amp-video" not in amp_of(with_film(film)).split("<body>")[1]


def test_a_site_without_tls_names_no_scheme_and_no_captions_which_amp_wants_over_https(amp_validate: AmpValidator):
    site = msgspec.structs.replace(SITE, base="http://127.0.0.1:8080")
    html = amp(site, story_of(with_film()), TEMPLATES).decode()
    assert amp_validate(html) == []
    assert "<track" not in html
    assert '<source src="//127.0.0.1:8080/media/vote.mp4"' in html


def test_the_linter_misses_captions_and_is_content_with_them():
    found = [str(each) for each in lint_story(amp_of(with_film()).encode(), SITE, PATH)]
    assert [each for each in found if "video" in each] == []
    without = with_film('<video src="/media/vote.mp4"></video>')
    assert any("no captions" in str(each) for each in lint_story(amp_of(without).encode(), SITE, PATH))


def test_an_editor_puts_a_video_on_a_page_and_a_text_behind_it(amp_validate: AmpValidator):
    ids = [page.id for page in story_of(article()).pages]
    edit = {"video": "/media/own.mp4", "captions": "/media/own.vtt", "more": "First.\n\nSecond."}
    made = article(extra=msgspec.json.encode({"story": {"edits": {ids[1]: edit}}}).decode())
    html = amp_of(made)
    assert amp_validate(html) == []
    assert "/media/own.mp4" in html
    assert "<p>First.</p><p>Second.</p></amp-story-page-attachment>" in html
    for view in (player, reading):
        body = view(SITE, story_of(made), TEMPLATES).body.decode()
        assert "/media/own.mp4" in body
        assert "<p>Second.</p>" in body


def test_a_last_page_with_a_text_behind_it_keeps_its_link(amp_validate: AmpValidator):
    last = story_of(article()).pages[-1].id
    made = article(extra=msgspec.json.encode({"story": {"edits": {last: {"more": "More."}}}}).decode())
    html = amp_of(made)
    assert amp_validate(html) == []
    assert "<amp-story-page-outlink" not in html
    assert f'<a href="https://example.com{made.path}">Read the full article</a>' in html


async def test_the_player_plays_what_is_shown_without_sound_until_asked(browser: Browser, tmp_path: Path):
    async with staged(tmp_path) as stage:
        body = Body(html=BODY.replace("<h2>", '<video src="/media/none.mp4"></video><h2>', 1))
        await stage.house.publish("filmed", body=body)
        page = await (await browser.new_context()).new_page()
        said: list[str] = []
        page.on("pageerror", lambda error: said.append(str(error)))
        await page.add_init_script(
            "window.played = []; HTMLMediaElement.prototype.play = function () {"
            " played.push(this.closest('section').id); return Promise.resolve() }"
        )
        await page.goto(f"{stage.base}/web-stories/filmed/play/")
        film = page.locator("video")
        assert await page.evaluate("played") == []
        shown = await film.evaluate("e => e.closest('section').id")
        await page.evaluate(f"location.hash = '{shown}'")
        await page.wait_for_function(f"() => played.at(-1) == '{shown}'")
        assert await film.evaluate("e => e.muted && !e.controls")
        await page.click("#sound")
        assert not await film.evaluate("e => e.muted")
        assert said == []
