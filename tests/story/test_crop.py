"""Crops keep more of what matters than the plain middle does (D3), on the sample's pictures."""

import pytest
from PIL import Image

from publisher.asset import SAMPLE
from publisher.media.crop import Box, crop_box

MATTERS = {
    "balloons": (0.27, 0.90),
    "bridge-bicycle": (0.24, 0.71),
    "coffee-cups": (0.14, 0.80),
    "evening-kitchen": (0.38, 0.62),
    "film-reel": (0.22, 1.00),
    "forest-path": (0.30, 0.75),
    "ghost-light": (0.43, 0.57),
    "jazz-in-the-pool": (0.20, 0.82),
    "kyoto-alley": (0.44, 0.56),
    "letters-and-pen": (0.15, 0.89),
    "library-desk": (0.36, 0.82),
    "lighthouse": (0.45, 0.88),
}
"""Where from left to right the subject of each picture lies, as fractions of its width, told by eye."""


def kept(name: str, box: Box, width: int) -> float:
    """The share of the subject in a crop, of as much as fits."""
    left, right = box[0] / width, box[2] / width
    first, last = MATTERS[name]
    return max(0.0, min(right, last) - max(left, first)) / min(last - first, right - left)


@pytest.mark.parametrize(("wide", "tall"), [(3, 4), (9, 16), (1, 1)], ids=["poster", "page", "square"])
def test_a_crop_keeps_more_of_the_subject_than_the_plain_middle(wide: int, tall: int):
    ours = middle = 0.0
    for name in MATTERS:
        with Image.open(SAMPLE / "images" / f"{name}.jpg") as image:
            box = crop_box(image.convert("RGB"), wide, tall)
        left = (image.width - box[2] + box[0]) // 2
        ours += kept(name, box, image.width) / len(MATTERS)
        middle += kept(name, (left, 0, left + box[2] - box[0], image.height), image.width) / len(MATTERS)
    assert ours > middle
    assert ours > 0.95
