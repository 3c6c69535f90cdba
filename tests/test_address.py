"""One address per thing: everything else is one redirect or nothing."""

import pytest

from publisher.web.document import addresses


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
