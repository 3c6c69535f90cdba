"""A kitchen, a wet window."""

from __future__ import annotations

import numpy as np

from . import part
from .brush import AMBER, BARK, CLAY, CREAM, GOLD, INK, MIST, PLUM, ROSE, RUST, TEAL, Canvas, Field, Pen, blur
from .furniture import jars, wall, window


def evening_kitchen(c: Canvas) -> None:
    """A steaming pot on the stove, hanging pans, a blue window."""
    wall(c, "#a8664a", 760, 480, 1000, GOLD, 0.5)
    rng = c.rng

    def tiling(p: Pen) -> None:
        for row in range(6):
            for col in range(18):
                p.box(
                    col * 92 - 20,
                    420 + row * 62,
                    88,
                    58,
                    (CREAM, "#f0d8b0", "#e9cfa8", "#d9e0cc")[int(rng.integers(4))],
                    0.5,
                    r=4,
                )

    c.ink(tiling)
    c.lay(np.clip(np.abs(c.x - 760) / 1000, 0, 0.75).astype(np.float32), "#4a2434", 0.8)
    window(c, 1130, 110, 330, 400)
    c.ink(lambda p: p.box(150, 150, 760, 12, "#3a2428", r=5))
    for x, r, tone in ((230, 74, "#b9683c"), (400, 92, "#c97a44"), (590, 66, "#3a3444"), (740, 84, "#b9683c")):
        pan = c.mask(lambda p, x=x, r=r: (p.oval(x, 300 + r, r, r), p.box(x - 10, 168, 20, 150, r=8)))
        c.cast(pan, 18, 16, 14, 0.4)
        c.form(pan, tone, dark=PLUM, depth=r * 0.5, sun=(0.5, 0.8), lit=GOLD, rim=0.45)
        c.ink(
            lambda p, x=x, r=r: (
                p.ring(x, 300 + r, r * 0.82, r * 0.82, 3, INK, 0.3),
                p.ring(x, 176, 8, 8, 4, "#2a1a22"),
            )
        )
    c.form(c.mask(lambda p: p.box(-20, 790, 1640, 40)), "#d9a878", depth=12, lit=CREAM, sun=(0, -1))
    c.lay(part.ground(c, [(-20, 830), (1620, 830)]), c.fade((0.78, "#35545c"), (1, "#142632")))
    c.ink(
        lambda p: [
            (
                p.box(x, 866, 330, 210, "#294650", r=6),
                p.box(x + 10, 876, 310, 190, "#3a5f68", r=5),
                p.oval(x + 165, 905, 11, 11, GOLD),
            )
            for x in (-90, 260, 1010, 1360)
        ]
    )
    c.form(c.mask(lambda p: p.box(600, 830, 400, 250)), "#2a2434", depth=18, lit=AMBER)
    c.ink(
        lambda p: (
            p.box(640, 900, 320, 130, "#120c18", r=10),
            *[p.oval(650 + 76 * k, 864, 15, 15, CREAM) for k in range(5)],
        )
    )
    c.glow(800, 965, 170, CLAY, 0.5)
    c.ink(
        lambda p: (
            p.box(600, 776, 400, 18, "#1a1420", r=6),
            *[
                p.poly([(700 + 14 * k, 778), (706 + 14 * k, 758), (712 + 14 * k, 778)], "#6fb8d8", 0.9)
                for k in range(14)
            ],
        )
    )
    pot = c.mask(lambda p: (p.box(650, 590, 300, 176, r=30), p.box(612, 632, 376, 26, r=12)))
    c.form(pot, RUST, dark=PLUM, depth=60, sun=(-0.6, -0.6), lit=GOLD, rim=0.45)
    c.form(
        c.mask(lambda p: (p.oval(800, 592, 156, 34), p.box(782, 536, 36, 34, r=10))),
        "#bf5336",
        dark=PLUM,
        depth=26,
        lit=GOLD,
    )
    steam = c.mask(
        lambda p: (
            p.curve([(700, 560), (660, 480), (730, 400), (690, 300), (740, 200)], 40),
            p.curve([(800, 530), (840, 440), (780, 350), (830, 250), (790, 150)], 48),
            p.curve([(900, 560), (930, 480), (880, 410), (920, 320)], 34),
        )
    )
    c.lay(np.clip(blur(steam, 26), 0, 1) * (0.5 + c.noise(70, 3)), CREAM, 0.5)
    bread(c)
    jars(c, ((1180, 790, 96, AMBER), (1284, 790, 120, "#7a8a5c"), (1390, 790, 100, ROSE)))
    c.form(c.mask(lambda p: p.poly([(1456, 690), (1576, 690), (1558, 790), (1474, 790)])), CREAM, depth=22, lit=GOLD)
    c.ink(lambda p: part.foliage(c, p, 1516, 640, 76, "#4f7a4a", 60))


def bread(c: Canvas) -> None:
    """A loaf, a board, an onion, a lemon."""
    board = c.mask(lambda p: p.box(90, 764, 430, 28, r=8))
    c.cast(board, 10, 12, 10, 0.4)
    c.form(board, "#8a5a38", depth=10, lit=GOLD)
    loaf = c.mask(lambda p: p.blob([(130, 764), (120, 700), (180, 656), (280, 650), (350, 690), (356, 764)]))
    c.form(loaf, "#c9803f", dark=BARK, depth=50, sun=(0.6, -0.8), lit=GOLD, rim=0.5)
    c.ink(
        lambda p: [
            p.curve([(176 + 56 * k, 672), (196 + 56 * k, 690), (200 + 56 * k, 720)], 9, "#f0cf94", 0.85)
            for k in range(3)
        ]
    )
    for x, r, tone in ((412, 42, "#c9793a"), (482, 30, GOLD)):
        c.form(
            c.mask(lambda p, x=x, r=r: p.oval(x, 764 - r * 0.9, r, r * 0.92)),
            tone,
            dark=BARK,
            depth=r * 0.7,
            sun=(0.6, -0.8),
            lit=CREAM,
        )


def rainy_window(c: Canvas) -> None:
    """Drops on a pane, blurred street lights beyond."""
    c.pixels = c.fade((0, "#16213f"), (0.5, "#31466a"), (0.75, "#4a4668"), (1, "#1c1c36"))
    lights: list[Field] = []
    for _ in range(46):
        x, y, r = c.rng.random() * c.w, 300 + 520 * c.rng.random() ** 0.8, 24 + 70 * c.rng.random()
        tone = (AMBER, GOLD, CLAY, AMBER, GOLD, "#5fc0b8", ROSE)[int(c.rng.integers(7))]
        spot = c.mask(lambda p, x=x, y=y, r=r: p.oval(x, y, r, r))
        c.shine(
            blur(spot, 3) * (0.55 + 0.45 * np.clip(np.sqrt((c.x - x) ** 2 + (c.y - y) ** 2) / r, 0, 1)),
            tone,
            0.34 + 0.46 * c.rng.random(),
        )
        lights.append(spot)
    c.lay(
        blur(c.mask(lambda p: [p.box(x, 130 + 160 * c.rng.random(), 130, 900) for x in range(-40, 1600, 210)]), 26),
        "#141c38",
        0.45,
    )
    c.pixels = np.stack([blur(np.ascontiguousarray(c.pixels[..., k]), 5) for k in range(3)], axis=-1)
    behind = c.pixels.copy()
    drops: list[tuple[float, float, float]] = []
    for _ in range(430):
        drops.append((c.rng.random() * c.w, c.rng.random() * 930, 3 + 17 * c.rng.random() ** 3.2))
    runs = [
        (x, 60 + 500 * c.rng.random(), 150 + 360 * c.rng.random())
        for x in (120, 330, 470, 690, 880, 1010, 1240, 1390, 1520)
    ]

    def trails(p: Pen) -> None:
        for x, y, length in runs:
            p.curve([(x, y), (x + 8, y + length * 0.3), (x - 6, y + length * 0.7), (x + 3, y + length)], 8)
            p.oval(x + 3, y + length, 13, 18)

    wet = c.mask(lambda p: (trails(p), [p.oval(x, y, r, r * 1.15) for x, y, r in drops]))
    flipped = np.roll(behind[::-1, ::-1], 60, axis=0)
    c.cast(wet, 3, 5, 4, 0.5)
    c.lay(wet, np.clip(flipped * 1.15 + 0.05, 0, 1))
    inner = wet * np.clip(1 - shift_of(wet, 0, -4), 0, 1)
    c.shine(blur(inner, 1), CREAM, 0.8)
    c.ink(
        lambda p: [
            p.oval(x - r * 0.3, y - r * 0.4, max(1, r * 0.2), max(1, r * 0.16), CREAM, 0.9)
            for x, y, r in drops
            if r > 5
        ]
    )
    sill(c)


def shift_of(field: Field, dx: int, dy: int) -> Field:
    """A softened, shifted copy, for rims of drops."""
    return np.roll(np.roll(blur(field, 2), dy, 0), dx, 1)


def sill(c: Canvas) -> None:
    """The window's frame, a sill, a notebook, a cup."""
    frame = c.mask(lambda p: (p.box(785, -20, 30, 960), p.box(-20, 940, 1640, 150), p.box(-20, -20, 1640, 34)))
    c.form(
        frame, c.fade((0.8, "#5a3c3a"), (0.9, "#8a5a44"), (1, "#3a2630")), depth=18, sun=(-0.5, -0.9), lit=GOLD, rim=0.4
    )
    c.cast(c.mask(lambda p: p.box(180, 900, 330, 50)), 14, 16, 12, 0.5)
    c.form(c.mask(lambda p: p.box(180, 902, 330, 44, r=6)), RUST, depth=16, lit=GOLD)
    c.ink(
        lambda p: (
            p.box(190, 912, 314, 8, CREAM, 0.9),
            p.box(190, 926, 314, 6, CREAM, 0.7),
            p.line([(240, 894), (470, 888)], 12, GOLD),
            p.poly([(470, 881), (496, 888), (470, 895)], BARK),
        )
    )
    body = c.mask(lambda p: (p.box(1150, 800, 150, 148, r=26), p.ring(1310, 868, 44, 46, 18)))
    c.cast(body, 16, 12, 14, 0.5)
    c.form(body, TEAL, depth=34, sun=(-0.7, -0.6), lit=MIST, rim=0.45)
    c.lay(
        blur(
            c.mask(
                lambda p: (
                    p.curve([(1200, 780), (1180, 700), (1220, 620), (1190, 520)], 18),
                    p.curve([(1250, 780), (1270, 710), (1240, 640), (1266, 560)], 14),
                )
            ),
            14,
        ),
        CREAM,
        0.34,
    )


PICTURES = (
    evening_kitchen,
    rainy_window,
)
