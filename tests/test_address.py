"""One address per thing: everything else is one redirect or nothing."""

import re
from pathlib import Path

import pytest

from publisher.error import NotFound
from publisher.web.document import addresses
from tests.tool.house import house
from tests.tool.newsroom import Clock, Newsroom


@pytest.mark.parametrize(
    ("asked", "tried"),
    [
        ("/travel", ["/travel/"]),
        ("/Travel/", ["/travel/"]),
        ("/Travel", ["/Travel/", "/travel/"]),
        ("//feeds//all.rss", ["/feeds/all.rss"]),
        ("/FEEDS/all.RSS", ["/feeds/all.rss"]),
        ("/feeds/all.rss/", ["/feeds/all.rss"]),
        ("/travel/", []),
        ("/%e6%9d%b1/", ["/%E6%9D%B1/"]),
        ("/a%0d%0ab", ["/a%0D%0Ab/"]),
        ("//evil.example/", ["/evil.example/"]),
        ("/\\evil.example/", ["/%5Cevil.example/"]),
    ],
)
def test_the_forms_that_are_tried(asked: str, tried: list[str]):
    found = addresses(asked)
    assert [each for each in found if each in tried] == tried
    assert asked not in found
    assert all(each.startswith("/") and not each.startswith("//") and "\n" not in each for each in found)


async def test_no_document_has_a_second_address_in_another_encoding(tmp_path: Path):
    clock = Clock()
    async with house(tmp_path, clock=clock) as it:
        await Newsroom(it, clock, 1).open()
        for path in [path async for _, path in it.press.catalogue.paths(it.context) if path != "/"]:
            for letter in re.finditer("[a-z]", path):
                other = f"{path[: letter.start()]}%{ord(letter[0]):02x}{path[letter.end() :]}"
                assert isinstance(await it.press.answer(other), NotFound), other
                assert path in addresses(other)
