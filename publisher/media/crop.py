"""Where to cut a picture: round its focal point, else where there is most to see near the middle."""

from __future__ import annotations

import math

from PIL import Image, ImageFilter

Box = tuple[int, int, int, int]
Focal = tuple[float, float]

LOOK = 160
"""Longer side of the thumbnail that is searched, in pixels."""
SPREAD = 0.3
"""Width of the prior for the middle, as a fraction of the side: wide (D3)."""
PULL = 0.4
"""Share of its worth that a window would lose a whole side away: symmetrical pictures are cut in the middle."""


def crop_box(image: Image.Image, width: int, height: int, focal: Focal | None = None) -> Box:
    """The largest box of the ratio width:height inside an image."""
    wide = min(image.width, round(image.height * width / height)) or 1
    tall = min(image.height, round(image.width * height / width)) or 1
    x, y = _centred(image, wide, tall, focal) if focal else _richest(image, wide, tall)
    return x, y, x + wide, y + tall


def _centred(image: Image.Image, wide: int, tall: int, focal: Focal) -> tuple[int, int]:
    return _held(focal[0] * image.width - wide / 2, image.width - wide), _held(
        focal[1] * image.height - tall / 2, image.height - tall
    )


def _held(at: float, last: int) -> int:
    return max(0, min(last, round(at)))


def _richest(image: Image.Image, wide: int, tall: int) -> tuple[int, int]:
    """Top left of the window with the most edges, weighed by how near the middle they are."""
    small = image.convert("L")
    small.thumbnail((LOOK, LOOK))
    edges = small.filter(ImageFilter.FIND_EDGES)
    columns = list(edges.resize((edges.width, 1), Image.Resampling.BOX).tobytes())
    rows = list(edges.resize((1, edges.height), Image.Resampling.BOX).tobytes())
    left = _best(columns, wide / image.width) * image.width
    top = _best(rows, tall / image.height) * image.height
    return _held(left, image.width - wide), _held(top, image.height - tall)


def _best(energy: list[int], share: float) -> float:
    """Where a window of that share of a side begins, as a fraction, to hold the most."""
    count = len(energy)
    window = max(1, round(count * share))
    weighed = [(value + 1) * _prior((at + 0.5) / count) for at, value in enumerate(energy)]
    sums = [0.0]
    for value in weighed:
        sums.append(sums[-1] + value)
    middle = (count - window) / 2
    starts = range(count - window + 1)
    start = max(starts, key=lambda at: (sums[at + window] - sums[at]) * (1 - PULL * abs(at - middle) / count))
    return start / count


def _prior(at: float) -> float:
    return math.exp(-(((at - 0.5) / SPREAD) ** 2) / 2)
