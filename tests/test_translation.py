"""What a page or story says of its versions in other languages is never older than what is published."""

from pathlib import Path
from typing import Any

import msgspec

from publisher.house import House
from publisher.importer.port import Read
from publisher.model import Article, Seo
from publisher.representation import Representation
from tests.test_build import built, piece
from tests.tool.house import house

TOLD = (
    "Eleven boats were lost when the water came over the harbour wall before dawn.",
    "Nobody in the village had been warned, since the telephone line was cut in March.",
    "A baker saw the first wave from her window and ran to ring the church bell.",
    "Insurance companies will not pay until an engineer has measured the damage.",
    "Children collect broken oars on the beach and sell them to visitors for a coin.",
    "The mayor has promised a higher wall, which fishermen say would block their nets.",
)


def version(slug: str, language: str) -> Read:
    """A piece of the group `tide` with text enough for a story."""
    read = piece(slug, html="".join(f"<p>{each}</p>" for each in TOLD))
    return msgspec.structs.replace(
        read, article=msgspec.structs.replace(read.article, language=language, translation_group="tide")
    )


async def versions(it: House) -> tuple[Article, Article]:
    return await it.desk.publish(version("tide", "en")), await it.desk.publish(version("flut", "de"))


async def head(it: House, path: str) -> bytes:
    made = await it.press.answer(path)
    assert isinstance(made, Representation)
    return made.document.body.partition(b"</head>")[0]


async def edited(it: House, article: Article, **changes: Any) -> None:
    await it.desk.edit(article.id, changes)


async def test_a_page_that_no_sitemap_lists_follows_its_version_to_another_address(tmp_path: Path):
    async with house(tmp_path) as it:
        english, german = await versions(it)
        await edited(it, english, seo=Seo(noindex=True))
        assert b"/news/flut/" in await head(it, english.path)
        await edited(it, german, slug="ebbe")
        assert b"/news/ebbe/" in await head(it, english.path)


async def test_a_page_names_no_version_that_joined_another_piece(tmp_path: Path):
    async with house(tmp_path) as it:
        english, german = await versions(it)
        assert b"/news/flut/" in await head(it, english.path)
        await edited(it, german, translation_group="ebbe")
        assert b"/news/flut/" not in await head(it, english.path)


async def test_a_story_names_no_version_whose_story_was_switched_off(tmp_path: Path):
    async with house(tmp_path) as it:
        english, german = await versions(it)
        assert b"/web-stories/flut/" in await head(it, "/web-stories/tide/")
        await edited(it, german, extra='{"story":{"enabled":false}}')
        assert b"/web-stories/flut/" not in await head(it, "/web-stories/tide/")
        assert english.story_slug == "tide"


async def test_a_build_follows_a_version_too(tmp_path: Path):
    async with house(tmp_path) as it:
        _, german = await versions(it)
        await built(it, tmp_path / "out")
        await edited(it, german, extra='{"story":{"enabled":false}}')
        await built(it, tmp_path / "out", since=-1)
        assert b"/web-stories/flut/" not in (tmp_path / "out/web-stories/tide/index.html").read_bytes()
