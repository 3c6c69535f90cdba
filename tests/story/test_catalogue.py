"""Stories stand at their addresses, are taken away with their article, and say why there is none (A7, F1-F3)."""

import io
import re
import zipfile

import msgspec
import pytest
from PIL import Image

from publisher import key, url
from publisher.catalogue import Catalogue
from publisher.catalogue.story import KINDS
from publisher.error import NotFound
from publisher.model import Body, Document, Status, Visibility, Withdrawn
from tests.contract.sample import save
from tests.page.house import CATALOGUE, House


@pytest.fixture
async def house() -> House:
    house = await House().open(0)
    await house.publish("night-train")
    return house


async def document(house: House, path: str) -> Document:
    found = await CATALOGUE.build(house.context, CATALOGUE.target(path, {}))
    assert isinstance(found, Document)
    return found


async def test_a_story_is_amp_and_has_its_own_policy(house: House):
    found = await document(house, "/web-stories/night-train/")
    assert b"<html amp" in found.body
    assert found.policy == "amp"
    assert key.article(1) in found.keys
    assert b'rel="canonical" href="http://127.0.0.1:8080/web-stories/night-train/"' in found.body


@pytest.mark.parametrize("view", ["play", "read"])
async def test_player_and_reading_view_name_the_amp_story_as_canonical(house: House, view: str):
    found = await document(house, f"/web-stories/night-train/{view}/")
    assert b'rel="canonical" href="http://127.0.0.1:8080/web-stories/night-train/"' in found.body
    assert "unsafe-inline" not in found.policy
    assert "'sha256-" in found.policy


async def test_a_withdrawn_article_takes_its_story_along(house: House):
    article = await house.store.story("night-train")
    await save(house.store, msgspec.structs.replace(article, status=Status.TRASH))
    for address in (url.story, url.player, url.reading):
        path = address("night-train")
        assert await CATALOGUE.build(house.context, CATALOGUE.target(path, {})) == Withdrawn(path)


async def test_an_edit_is_in_the_story_at_once(house: House):
    article = await house.store.story("night-train")
    text = "<p>A brand new sentence, written by the editor this very morning, has forty-two new facts in it.</p>"
    body = Body(html=text + article.body.html)
    await save(house.store, msgspec.structs.replace(article, body=body))
    assert b"forty-two new facts" in (await document(house, "/web-stories/night-train/")).body


@pytest.mark.parametrize(
    "changes",
    [{"body": Body(html="<p>Too short.</p>")}, {"visibility": Visibility.MEMBERS}],
    ids=["thin", "members'"],
)
async def test_what_gives_no_story_says_why(house: House, changes: dict[str, object]):
    await house.publish("other", **changes)
    with pytest.raises(NotFound, match="has no story"):
        await CATALOGUE.build(house.context, CATALOGUE.target("/web-stories/other/", {}))


async def test_nothing_is_told_of_an_article_that_is_not_public_yet(house: House):
    with pytest.raises(NotFound):
        await document(house, "/web-stories/never-was/")


async def test_posters_are_drawn_where_there_is_no_picture(house: House):
    await house.publish("bare", hero=None, pictures=(), body=Body(html=(await _html(house)).split("<figure>")[0]))
    for name, size in (("portrait", (720, 960)), ("square", (720, 720)), ("landscape", (960, 720))):
        found = await document(house, f"/web-stories/bare/poster-{name}.jpg")
        with Image.open(io.BytesIO(found.body)) as image:
            assert image.size == size
    with pytest.raises(NotFound):
        await document(house, "/web-stories/night-train/poster-portrait.jpg")


async def _html(house: House) -> str:
    return (await house.store.story("night-train")).body.html


async def test_a_zip_opens_offline_and_is_the_same_every_time(house: House):
    first, second = [await document(house, "/web-stories/night-train.zip") for _ in range(2)]
    assert first.etag == second.etag
    with zipfile.ZipFile(io.BytesIO(first.body)) as archive:
        html = archive.read("index.html").decode()
        assert archive.testzip() is None
        read = archive.read("read.html").decode()
    assert 'src="media/1.jpg"' in html
    assert not re.findall(r'(?:src|href)="/[^"]*"', html + read)


async def test_every_story_lists_its_paths_once(house: House):
    await house.publish("thin", body=Body(html="<p>No.</p>"))
    found = [pair async for pair in Catalogue(KINDS).paths(house.context)]
    assert found[:4] == [
        ("story", "/web-stories/night-train/"),
        ("story player", "/web-stories/night-train/play/"),
        ("story reading view", "/web-stories/night-train/read/"),
        ("story bundle", "/web-stories/night-train.zip"),
    ]
    assert len(found) == len(set(found))
    patterns = {kind.name: kind.pattern for kind in KINDS}
    assert all(patterns[name].fullmatch(path) for name, path in found)


async def test_a_story_names_its_translations(house: House):
    html = await _html(house)
    for language in ("fr", "de"):
        await house.publish(f"train-{language}", language=language, translation_group="train", body=Body(html=html))
    amp = (await document(house, "/web-stories/train-fr/")).body.decode()
    assert 'hreflang="de"' in amp
    assert 'href="http://127.0.0.1:8080/web-stories/train-de/"' in amp
