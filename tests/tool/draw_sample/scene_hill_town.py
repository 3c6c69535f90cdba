"""A steep town by a river."""

from __future__ import annotations

import numpy as np

from . import part
from .brush import AMBER, CLAY, CREAM, GOLD, INK, NAVY, PLUM, ROSE, RUST, SEA, Canvas, Pen, mix


def lisbon_stairs(c: Canvas) -> None:
    """Steps between pastel houses, a tram, the river behind."""
    part.sky(c, (0, "#7fb0c4"), (0.35, "#c9d8cf"), (0.55, "#f6d9b0"), (1, GOLD), cloud=CREAM, amount=0.5)
    c.glow(800, 330, 520, CREAM, 0.5)
    c.lay(
        part.ground(c, [(-20, 400), (1620, 400)]),
        c.ramp((c.y - 400) / 160, (0, "#f3dcae"), (0.4, "#9cc0c0"), (1, "#5f99a6")),
    )
    c.ink(
        lambda p: [
            p.box(0, 386, 1600, 14, "#8fa8ac", 0.7),
            p.poly([(690, 452), (760, 452), (748, 464), (700, 464)], NAVY),
            p.poly([(722, 405), (722, 448), (694, 448)], CREAM),
        ]
    )
    for x, y, w, h, tone in (
        (560, 430, 150, 200, "#d99a7a"),
        (660, 470, 130, 180, "#e8c48e"),
        (760, 455, 120, 200, "#c97f6a"),
        (850, 480, 140, 170, "#efd9b4"),
        (950, 440, 130, 220, "#d58a66"),
    ):
        front(c, x, y, w, h, tone, 26)
    for x, y, w, h, tone in ((340, 300, 230, 560, "#e9b9a0"), (1060, 270, 240, 600, "#a9c4b8")):
        front(c, x, y, w, h, tone, 46)
    tram(c, 800, 640)
    steps(c)
    for x, y, w, h, tone in ((-60, 90, 420, 1000, "#f0cf8f"), (1270, 60, 420, 1030, "#cf7a5c")):
        front(c, x, y, w, h, tone, 74)
    tiles(c)
    washing(c)
    pots(c)


def front(c: Canvas, x: float, y: float, w: float, h: float, tone: str, cell: float) -> None:
    """A house front with a tiled roof, shutters and balconies."""
    wall = c.mask(lambda p: p.box(x, y, w, h))
    c.form(
        wall,
        c.ramp((c.y - y) / h, (0, mix(tone, CREAM, 0.25)), (1, mix(tone, PLUM, 0.3))),
        depth=cell * 0.6,
        sun=(-0.7, -0.7),
        lit=CREAM,
        shade=0.35,
        rim=0.25,
    )
    roof = c.mask(
        lambda p: p.poly(
            [
                (x - cell * 0.35, y + 4),
                (x + w * 0.2, y - cell * 0.9),
                (x + w * 0.8, y - cell * 0.9),
                (x + w + cell * 0.35, y + 4),
            ]
        )
    )
    c.form(roof, "#c4573a", dark=PLUM, depth=cell * 0.5, sun=(-0.7, -0.7), lit=GOLD)

    def windows(p: Pen) -> None:
        columns = max(2, round(w / (cell * 1.7)))
        for col in range(columns):
            for row in range(int(h / (cell * 2.2))):
                cx, cy = x + w * (col + 0.5) / columns, y + cell * 0.9 + row * cell * 2.2
                p.box(cx - cell * 0.38, cy - cell * 0.06, cell * 0.76, cell * 1.22, CREAM, r=cell * 0.06)
                p.box(
                    cx - cell * 0.3,
                    cy,
                    cell * 0.6,
                    cell * 1.1,
                    "#2f4a5c" if c.rng.random() < 0.7 else GOLD,
                    r=cell * 0.04,
                )
                p.line([(cx, cy), (cx, cy + cell * 1.1)], cell * 0.04, CREAM)
                p.line([(cx - cell * 0.3, cy + cell * 0.5), (cx + cell * 0.3, cy + cell * 0.5)], cell * 0.04, CREAM)
                if (col + row) % 2:
                    p.box(cx - cell * 0.56, cy + cell * 1.08, cell * 1.12, cell * 0.08, "#3a3a4a")
                    for bar in range(9):
                        bx = cx - cell * 0.54 + cell * 1.08 * bar / 8
                        p.line([(bx, cy + cell * 0.66), (bx, cy + cell * 1.1)], cell * 0.03, "#3a3a4a")
                else:
                    for sx in (-0.62, 0.36):
                        p.box(cx + cell * sx, cy, cell * 0.26, cell * 1.1, SEA if tone != "#a9c4b8" else RUST)

    c.ink(windows)


def tram(c: Canvas, x: float, y: float) -> None:
    """A small yellow tram, seen from the front."""
    c.cast(c.mask(lambda p: p.box(x - 62, y - 10, 124, 24)), 12, 10, 10, 0.6)
    body = c.mask(lambda p: p.box(x - 62, y - 160, 124, 165, r=18))
    c.form(body, "#f5b731", dark=RUST, depth=26, lit=CREAM, shade=0.6)
    c.ink(
        lambda p: [
            p.box(x - 66, y - 172, 132, 26, CREAM, r=12),
            p.box(x - 48, y - 138, 96, 56, NAVY, r=8),
            p.box(x - 46, y - 136, 44, 52, "#8fb8c4", r=6),
            p.box(x + 2, y - 136, 44, 52, "#b9d4d0", r=6),
            p.box(x - 62, y - 66, 124, 12, CREAM),
            p.oval(x, y - 34, 13, 13, CREAM),
            p.oval(x, y - 34, 8, 8, GOLD),
            p.box(x - 66, y - 6, 132, 16, INK, r=5),
            p.box(x - 30, y - 168, 60, 15, NAVY, r=4),
            p.line([(x, y - 172), (x - 26, y - 226)], 3, INK),
            p.line([(200, y - 236), (1400, y - 220)], 1.6, INK, 0.6),
        ]
    )


def steps(c: Canvas) -> None:
    """A wide flight coming down to the reader."""
    for i in range(15):
        share = i / 14
        y0, y1 = 640 + 440 * share**1.25, 640 + 440 * ((i + 1) / 14) ** 1.25
        half0, half1 = 170 + 430 * share, 170 + 430 * (i + 1) / 14
        lip = y0 + (y1 - y0) * 0.45
        c.lay(
            c.mask(
                lambda p, a=half0, b=half1, y0=y0, lip=lip: p.poly(
                    [(800 - a, y0), (800 + a, y0), (800 + b, lip), (800 - b, lip)]
                )
            ),
            mix("#f4e3c4", "#d9b08a", share),
        )
        c.lay(
            c.mask(lambda p, b=half1, y1=y1, lip=lip: p.box(800 - b, lip, 2 * b, y1 - lip + 2)),
            mix("#b98f78", "#7a5a5c", share),
        )
    stones = (c.noise(14, 2, 2) - 0.5) * c.mask(lambda p: p.poly([(630, 640), (970, 640), (1420, 1100), (180, 1100)]))
    c.pixels += (stones * 0.14)[..., None]
    cat(c, 620, 850)


def cat(c: Canvas, x: float, y: float) -> None:
    """A black cat, sitting, its back to the reader."""
    c.cast(c.mask(lambda p: p.oval(x, y, 44, 12)), 26, 4, 8, 0.5)
    c.form(
        c.mask(
            lambda p: (
                p.blob(
                    [(x - 38, y), (x - 36, y - 46), (x - 18, y - 84), (x + 18, y - 84), (x + 36, y - 46), (x + 38, y)]
                ),
                p.oval(x, y - 96, 29, 25),
                p.poly([(x - 28, y - 100), (x - 24, y - 134), (x - 6, y - 116)]),
                p.poly([(x + 28, y - 100), (x + 24, y - 134), (x + 6, y - 116)]),
                p.curve([(x + 30, y - 8), (x + 66, y - 4), (x + 80, y - 30), (x + 70, y - 52)], 13),
            )
        ),
        "#1c1a2c",
        depth=16,
        lit=GOLD,
        rim=0.5,
    )


def tiles(c: Canvas) -> None:
    """A band of blue tiles on the near wall."""

    def draw(p: Pen) -> None:
        for row in range(6):
            for col in range(7):
                x, y = 1310 + col * 46, 770 + row * 46
                p.box(x, y, 44, 44, CREAM)
                if (row, col) == (3, 2):
                    continue
                p.ring(x + 22, y + 22, 17, 17, 3, "#2f6fa0")
                p.poly([(x + 22, y + 6), (x + 38, y + 22), (x + 22, y + 38), (x + 6, y + 22)], "#2f6fa0", 0.85)
                p.oval(x + 22, y + 22, 6, 6, GOLD)

    c.ink(draw)
    c.shadow(c.mask(lambda p: p.box(1310, 770, 322, 276)) * np.clip((c.x - 1300) / 300, 0, 1), PLUM, 0.4)


def washing(c: Canvas) -> None:
    """Laundry across the street."""
    line = [(350 + 30 * i, 250 + 130 * (i / 31) * (1 - i / 31) * 2.2) for i in range(32)]
    c.ink(lambda p: p.line(line, 2.4, "#3a3348", 0.9))
    things = [
        (4, 74, 96, CREAM),
        (8, 60, 70, ROSE),
        (11, 84, 110, SEA),
        (16, 54, 76, AMBER),
        (19, 90, 100, CREAM),
        (24, 60, 84, NAVY),
        (27, 50, 66, CLAY),
    ]
    for at, w, h, tone in things:
        x, y = line[at]
        cloth = c.mask(
            lambda p, x=x, y=y, w=w, h=h: p.poly(
                [(x, y), (x + w, y + 4), (x + w - 3, y + h), (x + w * 0.5, y + h - 7), (x + 4, y + h + 4)]
            )
        )
        c.form(cloth, tone, depth=16, lit=CREAM, shade=0.35)


def pots(c: Canvas) -> None:
    """Flower pots along the steps."""
    for x, y, s, tone in ((318, 1010, 62, ROSE), (398, 950, 46, CLAY), (1252, 985, 56, AMBER), (1190, 925, 40, ROSE)):
        c.cast(c.mask(lambda p, x=x, y=y, s=s: p.oval(x, y, s * 0.7, s * 0.2)), 20, 4, 8, 0.5)
        c.form(
            c.mask(
                lambda p, x=x, y=y, s=s: p.poly(
                    [(x - s * 0.6, y - s), (x + s * 0.6, y - s), (x + s * 0.42, y), (x - s * 0.42, y)]
                )
            ),
            "#b9573a",
            depth=s * 0.4,
            lit=GOLD,
        )
        c.ink(lambda p, x=x, y=y, s=s: part.foliage(c, p, x, y - s * 1.5, s * 0.8, "#4f7a52", 46))
        c.ink(
            lambda p, x=x, y=y, s=s, tone=tone: [
                p.oval(
                    x + (c.rng.random() - 0.5) * s * 1.7, y - s * (1 + c.rng.random() * 1.1), s * 0.12, s * 0.12, tone
                )
                for _ in range(16)
            ]
        )


PICTURES = (lisbon_stairs,)
