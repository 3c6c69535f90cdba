"""Pots, beans and seeds."""

from __future__ import annotations

import math

import numpy as np

from . import part
from .brush import (
    AMBER,
    BARK,
    BLUSH,
    CLAY,
    CREAM,
    GOLD,
    INK,
    MOSS,
    NAVY,
    PINE,
    PLUM,
    ROSE,
    RUST,
    SEA,
    TEAL,
    Canvas,
    Pen,
    mix,
)
from .furniture import boards


def balcony_garden(c: Canvas) -> None:
    """Pots, beans and tomatoes on a small balcony above the roofs."""
    part.sky(c, (0, "#6a8fb0"), (0.35, "#d9b8b0"), (0.55, GOLD), (1, AMBER), cloud=CREAM, amount=0.5)
    c.glow(1180, 470, 560, CREAM, 0.6)
    c.lay(c.disc(1180, 470, 50, 0.1), CREAM)
    roofs = [(x, 560 + 60 * c.rng.random(), 130 + 80 * c.rng.random()) for x in range(-60, 1640, 120)]
    for x, y, w in roofs:
        c.form(
            c.mask(
                lambda p, x=x, y=y, w=w: (
                    p.box(x, y, w, 500),
                    p.poly([(x - 14, y), (x + w / 2, y - 66), (x + w + 14, y)]),
                )
            ),
            mix("#b9705a", "#7a5a78", c.rng.random()),
            depth=22,
            sun=(0.7, -0.7),
            lit=GOLD,
            rim=0.4,
        )
    part.mist(c, 680, 70, BLUSH, 0.45)
    c.lay(part.ground(c, [(-20, 930), (1620, 930)]), c.fade((0.87, "#b98a6a"), (1, "#6a4640")))
    c.ink(
        lambda p: [
            p.poly(
                [(x, 930), (x + 4, 930), (x + (x - 800) * 0.3 + 6, 1080), (x + (x - 800) * 0.3, 1080)], "#6a4640", 0.5
            )
            for x in range(0, 1620, 100)
        ]
    )
    c.ink(
        lambda p: (
            p.box(-20, 600, 1640, 18, "#233038", r=8),
            p.box(-20, 600, 1640, 5, GOLD, 0.6),
            *[p.box(x, 612, 9, 330, "#233038") for x in range(14, 1620, 58)],
            p.box(-20, 920, 1640, 14, "#233038"),
        )
    )
    beans(c)
    pots: tuple[tuple[float, float, float, str, str], ...] = (
        (190, 1010, 190, CLAY, "#4f7a4a"),
        (440, 985, 130, SEA, "#6f9a58"),
        (640, 1020, 150, CREAM, "#3f6a4a"),
        (1210, 1000, 150, RUST, "#5a8a50"),
        (1450, 1020, 210, "#c9925a", "#47704a"),
    )
    for x, y, s, tone, leaf in pots:
        c.cast(c.mask(lambda p, x=x, y=y, s=s: p.oval(x, y, s * 0.6, s * 0.14)), -30, 4, 14, 0.5)
        c.form(
            c.mask(
                lambda p, x=x, y=y, s=s: (
                    p.poly(
                        [(x - s * 0.5, y - s * 0.8), (x + s * 0.5, y - s * 0.8), (x + s * 0.38, y), (x - s * 0.38, y)]
                    ),
                    p.box(x - s * 0.55, y - s * 0.9, s * 1.1, s * 0.2, r=8),
                )
            ),
            tone,
            dark=PLUM,
            depth=s * 0.3,
            sun=(0.7, -0.6),
            lit=GOLD,
            rim=0.45,
        )
        c.ink(lambda p, x=x, y=y, s=s, leaf=leaf: part.foliage(c, p, x, y - s * 1.35, s * 0.66, leaf, 90))
    fruit = [(190 + 150 * (c.rng.random() - 0.5), 700 + 130 * c.rng.random(), 13) for _ in range(26)] + [
        (1450 + 190 * (c.rng.random() - 0.5), 690 + 150 * c.rng.random(), 15) for _ in range(20)
    ]
    for x, y, r in fruit:
        c.form(
            c.mask(lambda p, x=x, y=y, r=r: p.oval(x, y, r, r)),
            (RUST, "#d9482f", AMBER)[int(c.rng.integers(3))],
            dark=PLUM,
            depth=10,
            sun=(0.7, -0.7),
            lit=CREAM,
            rim=0.6,
        )
    chair(c, 930, 1030)
    can(c, 1050, 1035)
    part.bulbs(c, ((-20, 120), (820, 90)), 70, 14)
    part.bulbs(c, ((820, 90), (1640, 150)), 60, 14)


def beans(c: Canvas) -> None:
    """Bean vines climbing strings by the railing."""

    def draw(p: Pen) -> None:
        for x in (330, 390, 450, 1290, 1350):
            p.curve([(x, 900), (x + 10, 640), (x - 8, 420), (x + 6, 180)], 5, MOSS)
            for y in range(200, 890, 27):
                side = 1 if (y // 27) % 2 else -1
                lx, ly = x + side * (22 + 10 * c.rng.random()), y + 8 * c.rng.random()
                p.blob(
                    [(x, y), (lx - side * 6, ly - 17), (lx + side * 20, ly), (lx - side * 6, ly + 17)],
                    mix("#3f6a44", GOLD, 0.45 * c.rng.random()),
                )
                if c.rng.random() < 0.2:
                    p.curve([(x, y), (x - side * 14, y + 20), (x - side * 12, y + 56)], 7, "#8fb060")
                if c.rng.random() < 0.16:
                    p.oval(x - side * 16, y, 8, 8, ROSE)

    c.ink(draw)


def chair(c: Canvas, x: float, y: float) -> None:
    """A folding chair with a cushion."""
    c.cast(c.mask(lambda p: p.oval(x, y, 130, 20)), -20, 4, 14, 0.5)
    wood = c.mask(
        lambda p: (
            p.line([(x - 110, y), (x + 70, y - 250)], 17),
            p.line([(x + 100, y), (x - 100, y - 190)], 17),
            p.line([(x + 70, y - 250), (x + 118, y - 420)], 17),
            p.line([(x + 20, y - 250), (x + 66, y - 420)], 0.1),
            p.box(x - 120, y - 204, 210, 24, r=8),
        )
    )
    c.form(wood, "#a8683c", dark=BARK, depth=12, sun=(0.7, -0.7), lit=GOLD)
    c.form(
        c.mask(lambda p: p.blob([(x + 56, y - 300), (x + 96, y - 424), (x + 130, y - 414), (x + 92, y - 290)])),
        TEAL,
        depth=16,
        sun=(0.7, -0.7),
        lit=GOLD,
    )
    c.form(c.mask(lambda p: p.box(x - 118, y - 232, 200, 34, r=16)), ROSE, depth=14, sun=(0.7, -0.7), lit=GOLD)


def can(c: Canvas, x: float, y: float) -> None:
    """A watering can."""
    shape = c.mask(
        lambda p: (
            p.poly([(x - 46, y - 96), (x + 46, y - 96), (x + 56, y), (x - 56, y)]),
            p.poly([(x - 50, y - 30), (x - 50, y - 52), (x - 116, y - 124), (x - 126, y - 112)]),
            p.poly([(x - 138, y - 112), (x - 108, y - 140), (x - 104, y - 124), (x - 124, y - 104)]),
        )
    )
    c.cast(shape, -20, 6, 10, 0.4)
    c.form(shape, "#5f8a96", dark=NAVY, depth=22, sun=(0.7, -0.6), lit=CREAM, rim=0.5)
    c.ink(lambda p: p.curve([(x - 40, y - 92), (x - 10, y - 150), (x + 50, y - 130), (x + 62, y - 40)], 10, "#4a6f7a"))


def seed_swap(c: Canvas) -> None:
    """Seed packets, seedlings and a trowel."""
    boards(c, "#7a5240", 450, 240)
    packets: tuple[tuple[float, float, float, str, str], ...] = (
        (250, 290, -0.16, CREAM, "#d9482f"),
        (560, 240, 0.06, "#e9c98a", GOLD),
        (850, 300, -0.05, "#c9d4bd", ROSE),
        (1180, 250, 0.13, "#eab58f", "#6a4a9a"),
    )
    for x, y, turn, tone, bloom in packets:
        packet(c, x, y, turn, tone, bloom)
    for x, y, s in ((300, 790, 130), (610, 830, 116), (900, 780, 124)):
        rim = c.mask(lambda p, x=x, y=y, s=s: p.oval(x, y, s, s))
        c.cast(rim, 22, 28, 18, 0.6)
        c.form(rim, "#c4643f", dark=PLUM, depth=30, lit=GOLD, rim=0.5)
        soil = c.mask(lambda p, x=x, y=y, s=s: p.oval(x, y, s * 0.84, s * 0.84))
        c.form(soil, c.ramp(c.noise(9, 3), (0, "#1c1216"), (1, "#5a3a2c")), depth=24, sun=(0.7, 0.7), shade=0.7)
        sprout(c, x, y, s)
    trowel(c)

    def loose(p: Pen) -> None:
        for _ in range(90):
            x, y = 1080 + 260 * (c.rng.random() - 0.5), 560 + 150 * (c.rng.random() - 0.5)
            tone = ("#2a1a1a", "#d9b98a", "#7a3a4a", CREAM)[int(c.rng.integers(4))]
            p.oval(x + 3, y + 4, 9, 6, INK, 0.4)
            p.oval(x, y, 9, 6, tone)
            p.oval(x - 2, y - 2, 3, 2, CREAM, 0.5)

    c.ink(loose)


def packet(c: Canvas, x: float, y: float, turn: float, tone: str, bloom: str) -> None:
    """A seed envelope with a drawn flower."""
    u, v = (math.cos(turn), math.sin(turn)), (-math.sin(turn), math.cos(turn))

    def at(a: float, b: float) -> tuple[float, float]:
        return x + a * u[0] + b * v[0], y + a * u[1] + b * v[1]

    shape = c.mask(lambda p: p.poly([at(-120, -170), at(120, -170), at(120, 170), at(-120, 170)]))
    c.cast(shape, 14, 18, 12, 0.55)
    c.form(shape, tone, dark=BARK, depth=26, shade=0.35)

    def art(p: Pen) -> None:
        p.poly([at(-120, -170), at(120, -170), at(120, -118), at(-120, -118)], mix(bloom, INK, 0.2))
        p.line([at(-70, -144), at(70, -144)], 10, CREAM, 0.85)
        p.curve([at(0, 110), at(-6, 40), at(0, -20)], 7, MOSS)
        for side in (-1, 1):
            p.blob([at(0, 74), at(side * 34, 46), at(side * 66, 50), at(side * 40, 80)], MOSS)
        for k in range(9):
            a = k * math.tau / 9
            p.oval(*at(42 * math.cos(a), -34 + 42 * math.sin(a)), 22, 22, bloom)
        p.oval(*at(0, -34), 25, 25, GOLD if bloom != GOLD else BARK)
        p.line([at(-60, 138), at(60, 138)], 5, BARK, 0.6)

    c.ink(art)


def sprout(c: Canvas, x: float, y: float, s: float) -> None:
    """A seedling seen from above."""
    for k in range(7):
        a = k * math.tau / 7 + s
        leaf = c.mask(
            lambda p, a=a: p.blob(
                [
                    (x, y),
                    (x + s * 0.46 * math.cos(a - 0.42), y + s * 0.46 * math.sin(a - 0.42)),
                    (x + s * 0.82 * math.cos(a), y + s * 0.82 * math.sin(a)),
                    (x + s * 0.46 * math.cos(a + 0.42), y + s * 0.46 * math.sin(a + 0.42)),
                ]
            )
        )
        c.cast(leaf, 8, 10, 6, 0.5)
        c.form(leaf, mix("#5f8f4a", GOLD, 0.06 * k), dark=PINE, depth=16, lit=CREAM)
        c.ink(lambda p, a=a: p.line([(x, y), (x + s * 0.7 * math.cos(a), y + s * 0.7 * math.sin(a))], 2.4, CREAM, 0.5))


def trowel(c: Canvas) -> None:
    """A hand trowel."""
    blade = c.mask(
        lambda p: p.blob([(1180, 860), (1250, 770), (1350, 740), (1390, 790), (1330, 880), (1240, 940), (1150, 960)])
    )
    handle = c.mask(lambda p: (p.line([(1370, 770), (1430, 720)], 20), p.line([(1430, 718), (1560, 610)], 46)))
    c.cast(np.maximum(blade, handle), 18, 24, 14, 0.55)
    c.form(handle, "#b9683c", dark=BARK, depth=22, lit=GOLD, rim=0.5)
    c.form(blade, "#9aa6ac", dark=NAVY, depth=34, lit=CREAM, rim=0.6)


PICTURES = (
    balcony_garden,
    seed_swap,
)
