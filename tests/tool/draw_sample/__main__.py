"""Draws the named pictures, or all of them, into publisher/sample/images (or `--to FOLDER`)."""

from __future__ import annotations

import sys
import zlib
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

from . import (
    scene_balcony,
    scene_bridge,
    scene_chart,
    scene_craft,
    scene_dawn,
    scene_desk,
    scene_hill_town,
    scene_home,
    scene_journey,
    scene_night_sky,
    scene_paper,
    scene_riddle,
    scene_roof,
    scene_sound,
    scene_stage,
    scene_street,
    scene_web,
)
from .brush import Canvas
from .mark import draw_marks
from .people import draw_people

SCENES: tuple[ModuleType, ...] = (
    scene_balcony,
    scene_bridge,
    scene_chart,
    scene_craft,
    scene_dawn,
    scene_desk,
    scene_hill_town,
    scene_home,
    scene_journey,
    scene_night_sky,
    scene_paper,
    scene_riddle,
    scene_roof,
    scene_sound,
    scene_stage,
    scene_street,
    scene_web,
)
IMAGES = Path(__file__).parents[3] / "publisher" / "sample" / "images"


def scenes() -> dict[str, Callable[[Canvas], None]]:
    """Every drawable picture by its file's stem: functions named in a scene module's `PICTURES`."""
    return {f.__name__.replace("_", "-"): f for module in SCENES for f in module.PICTURES}


def main(arguments: list[str]) -> None:
    """Draw what is asked for and print each size."""
    folder = Path(arguments.pop(arguments.index("--to") + 1)) if "--to" in arguments else IMAGES
    known = scenes()
    wanted = [a for a in arguments if a not in ("--to", "people")]
    for name in wanted or ([] if "people" in arguments else list(known)):
        canvas = Canvas(zlib.crc32(name.encode()))
        known[name](canvas)
        size, quality = canvas.save(folder / f"{name}.jpg")
        print(f"{size:>8,} q{quality}  {name}.jpg", flush=True)
    if not arguments or "people" in arguments:
        draw_people(folder)
        draw_marks(folder)


main(sys.argv[1:])
