"""Renditions have fixed names, honest sizes and addresses that pages can write down."""

import pytest

from publisher import rendition
from publisher.model import Picture

SHA = "ab" * 32
STORED = Picture(src=f"/media/{SHA}/original.jpg", width=1100, height=700)


def test_a_srcset_lists_widths_up_to_the_pictures_own():
    entries = rendition.srcset(STORED, "webp").split(", ")
    assert entries[0] == f"/media/{SHA}/w320.webp 320w"
    assert entries[-1] == f"/media/{SHA}/w1200.webp 1100w"
    assert len(entries) == 6


def test_a_picture_elsewhere_keeps_its_address_and_has_no_srcset():
    foreign = Picture(src="https://example.org/a.jpg", width=800, height=600)
    assert rendition.path(foreign, "w320") == "https://example.org/a.jpg"
    assert rendition.size(foreign, "w320") == (800, 600)
    assert rendition.srcset(foreign) == ""
    assert rendition.sources(foreign) == ()


def test_an_animation_has_no_srcset_but_has_posters():
    moving = Picture(src=f"/media/{SHA}/original.gif", width=800, height=600)
    assert rendition.srcset(moving) == ""
    assert rendition.path(moving, "poster-square").endswith("/poster-square.jpg")


@pytest.mark.parametrize(
    ("name", "width", "height", "expected"),
    [
        ("w640", 500, 400, (500, 400)),
        ("w640", 1000, 500, (640, 320)),
        ("wide", 4000, 3000, (1200, 675)),
        ("wide", 800, 300, (533, 300)),
        ("tall720", 4000, 3000, (720, 1280)),
        ("tall720", 300, 200, (112, 199)),
        ("poster-portrait", 10, 10, (720, 960)),
        ("w320", 5000, 1, (320, 1)),
    ],
)
def test_a_rendition_is_never_larger_than_its_picture_but_for_posters(name, width, height, expected):
    assert rendition.fitted(rendition.RENDITIONS[name], width, height) == expected


def test_posters_meet_amps_least_sizes_and_ratios():
    portrait, square, landscape = (rendition.RENDITIONS[name] for name in rendition.POSTERS)
    assert portrait.width >= 640
    assert portrait.height >= 853
    assert abs(portrait.width / portrait.height - 3 / 4) <= 0.001
    assert square.width == square.height >= 640
    assert landscape.width >= 853
    assert abs(landscape.width / landscape.height - 4 / 3) <= 0.001
