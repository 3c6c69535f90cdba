"""Mountains, balloons and a wood in early light, a lighthouse in the last."""

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
    MIST,
    MOSS,
    NAVY,
    NIGHT,
    PLUM,
    ROSE,
    RUST,
    TEAL,
    Canvas,
    Pen,
    mix,
)


def mountain_hut(c: Canvas) -> None:
    """Ridges at dawn, a hut with one lit window."""
    part.sky(c, (0, "#28406f"), (0.25, "#7d6f97"), (0.45, "#e79d83"), (0.6, GOLD), (1, CREAM), cloud=BLUSH)
    c.glow(1080, 520, 620, GOLD, 0.8)
    c.lay(c.mask(lambda p: p.oval(1080, 520, 62, 62)), CREAM)
    tones = [("#b98a94", 590, 260), ("#856f8f", 690, 300), ("#4f5680", 800, 300), ("#2d3f68", 900, 250)]
    for tone, base, height in tones:
        edge = part.skyline_of(c, base, height, 0.48, 430)
        hill = part.ground(c, edge)
        c.form(
            hill,
            c.ramp((c.y - base + height) / height, (0, tone), (1, mix(tone, BLUSH, 0.45))),
            depth=46,
            sun=(0.7, -0.7),
            shade=0.28,
            rim=0.3,
            lit=GOLD,
        )
        part.mist(c, base + 20, 46, BLUSH, 0.42)
    near = part.ground(c, part.skyline_of(c, 1010, 170, 0.42, 900))
    c.form(near, c.fade((0.8, "#1c2c50"), (1, INK)), depth=30, sun=(0.5, -0.9), rim=0.3, lit=CLAY)
    part_hut(c, 430, 905, 1.0)

    def trees(p: Pen) -> None:
        for x, size in ((90, 260), (165, 190), (20, 310), (655, 130), (715, 180), (770, 120), (1490, 300), (1570, 240)):
            part.pine(p, x, 985 + (x % 7) * 6, size, "#101b36")

    c.ink(trees)


def part_hut(c: Canvas, x: float, y: float, size: float) -> None:
    """A small timber house with a warm window."""
    wall = c.mask(lambda p: p.poly([(x, y), (x + 150 * size, y), (x + 150 * size, y - 70 * size), (x, y - 70 * size)]))
    c.form(wall, "#3a2430", depth=26, lit=CLAY, sun=(0.9, -0.3), rim=0.5)
    roof = [(x - 22, y - 62), (x + 75, y - 142), (x + 172, y - 62)]
    c.form(c.mask(lambda p: p.poly(roof)), "#22192c", depth=20, sun=(0.9, -0.4), lit=AMBER, rim=0.5)
    c.glow(x + 52, y - 38, 150, AMBER, 0.55)
    c.ink(
        lambda p: [
            p.box(x + 34, y - 54, 36, 30, GOLD),
            p.box(x + 50, y - 54, 3, 30, "#3a2430"),
            p.box(x + 98, y - 52, 30, 52, "#1d1422"),
            p.box(x + 118, y - 160, 14, 50, "#22192c"),
        ]
    )


def balloons(c: Canvas) -> None:
    """Striped balloons over misty hills at sunrise."""
    part.sky(c, (0, "#5b7fa6"), (0.35, "#b9b4c4"), (0.6, BLUSH), (0.78, GOLD), (1, CREAM), cloud=CREAM, amount=0.45)
    c.glow(330, 730, 700, GOLD, 0.8)
    c.lay(c.disc(330, 730, 60, 0.15), CREAM)
    for tone, base, height in (
        ("#c9a0a0", 850, 120),
        ("#a5828f", 920, 120),
        ("#6f6b83", 1000, 130),
        ("#3c4a66", 1080, 130),
    ):
        part_hill(c, tone, base, height)
        part.mist(c, base - 10, 40, CREAM, 0.5)
    for x, y, size, first, second in (
        (1330, 640, 52, ROSE, CREAM),
        (440, 620, 66, TEAL, GOLD),
        (240, 330, 96, NAVY, BLUSH),
        (1020, 480, 104, CLAY, CREAM),
        (1290, 250, 150, TEAL, CREAM),
        (650, 270, 232, RUST, CREAM),
    ):
        balloon(c, x, y, size, first, second)
    c.ink(
        lambda p: [
            part.pine(p, x, 1080, s, "#1d2a40")
            for x, s in ((60, 170), (130, 230), (210, 150), (1400, 160), (1470, 240), (1550, 190))
        ]
    )


def part_hill(c: Canvas, tone: str, base: float, height: float) -> None:
    """A round hill, lit from the left."""
    hill = part.ground(c, part.skyline_of(c, base, height, 0.3, 760))
    c.form(
        hill,
        c.ramp((c.y - base + height) / 260, (0, tone), (1, mix(tone, CREAM, 0.4))),
        depth=40,
        sun=(-0.8, -0.6),
        lit=GOLD,
        shade=0.2,
        rim=0.4,
    )


def balloon(c: Canvas, x: float, y: float, size: float, first: str, second: str) -> None:
    """A hot-air balloon; (x, y) is the middle of its envelope."""
    outline = [
        (x, y - size),
        (x + size * 0.72, y - size * 0.7),
        (x + size * 0.95, y - size * 0.08),
        (x + size * 0.62, y + size * 0.62),
        (x + size * 0.2, y + size * 1.16),
        (x - size * 0.2, y + size * 1.16),
        (x - size * 0.62, y + size * 0.62),
        (x - size * 0.95, y - size * 0.08),
        (x - size * 0.72, y - size * 0.7),
    ]
    skin = c.mask(lambda p: p.blob(outline))
    half = np.interp(
        c.y,
        [y - size, y - size * 0.7, y, y + size * 0.62, y + size * 1.16],
        [0.35 * size, 0.75 * size, 0.97 * size, 0.64 * size, 0.22 * size],
    )
    turn = np.arcsin(np.clip((c.x - x) / half, -0.999, 0.999)) / math.pi + 0.5
    c.lay(skin, first)
    c.lay(skin * (np.floor(turn * 10) % 2), second)
    belt = np.clip(1 - np.abs(c.y - y - size * 0.06 + ((c.x - x) / size) ** 2 * -size * 0.1) / (size * 0.07), 0, 1)
    c.lay(skin * (belt > 0), mix(first, INK, 0.45))
    c.form(
        skin, c.pixels, dark=mix(first, INK, 0.6), lit=GOLD, depth=size * 0.55, sun=(-0.8, -0.35), shade=0.75, rim=0.4
    )
    c.glow(x, y + size * 1.16, size * 0.7, GOLD, 0.5)

    def basket(p: Pen) -> None:
        for side in (-1, 1):
            p.line(
                [(x + side * size * 0.18, y + size * 1.12), (x + side * size * 0.11, y + size * 1.5)],
                max(1, size * 0.012),
                BARK,
            )
        p.box(x - size * 0.13, y + size * 1.48, size * 0.26, size * 0.2, "#6b4632", r=size * 0.03)
        p.box(x - size * 0.14, y + size * 1.47, size * 0.28, size * 0.045, "#3b2521", r=size * 0.02)
        for side in (-0.06, 0.05):
            p.oval(x + side * size, y + size * 1.42, size * 0.035, size * 0.04, INK)

    c.ink(basket)


def forest_path(c: Canvas) -> None:
    """A path through tall trunks with shafts of sun."""
    c.pixels = c.ramp(
        np.sqrt(((c.x - 900) / 900) ** 2 + ((c.y - 430) / 700) ** 2),
        (0, CREAM),
        (0.22, GOLD),
        (0.55, "#8f9a4e"),
        (1, "#1d4238"),
    )
    for depth_of in range(6):
        share = depth_of / 5
        tone = mix("#b9b060", "#0f2a2c", share**0.8)
        trunks(c, tone, 12 + 46 * share**2, 16 - 2 * depth_of, share)
        leaves(c, mix("#c8b858", "#123632", share), 90 + 60 * share, share)
        if depth_of < 4:
            c.lay(c.disc(900, 430, 900, 1), GOLD, 0.10)
    floor = part.ground(c, [(-20, 800), (300, 760), (800, 735), (1200, 752), (1620, 800)])
    c.lay(floor, c.ramp((c.y - 735) / 330, (0, "#b79a4a"), (0.4, "#5b6b3c"), (1, "#14302c")))
    way = c.mask(
        lambda p: p.blob(
            [(860, 738), (920, 738), (990, 800), (1010, 880), (1240, 1120), (330, 1120), (640, 930), (800, 820)]
        )
    )
    c.form(
        way,
        c.ramp((c.y - 735) / 330, (0, GOLD), (0.3, "#d8a862"), (1, "#5d4636")),
        depth=40,
        sun=(0.3, -0.9),
        shade=0.4,
    )

    def litter(p: Pen) -> None:
        for _ in range(520):
            y = 760 + 300 * c.rng.random() ** 0.8
            size, x = 2 + (y - 740) / 60, c.rng.random() * c.w
            tone = (CLAY, AMBER, MOSS, GOLD, "#7a4a2c")[int(c.rng.integers(5))]
            p.oval(x, y, size * 1.4, size * 0.6, tone, 0.75)
        for _ in range(130):
            x, y = c.rng.random() * c.w, 850 + 230 * c.rng.random()
            if abs(x - (900 - (y - 740) * 0.3)) < 120 + (y - 740) * 0.8:
                continue
            for blade in range(7):
                bend = (blade - 3) * (6 + (y - 800) / 30)
                p.curve(
                    [(x, y), (x + bend * 0.5, y - 22), (x + bend * 1.6, y - 30 - 5 * (blade % 3))],
                    3,
                    mix("#2f5a3c", GOLD, 0.35 * c.rng.random()),
                    0.9,
                )

    c.ink(litter)
    for angle, spread, strength in ((118, 4, 0.3), (104, 5, 0.34), (90, 4, 0.3), (131, 3, 0.25), (77, 3.4, 0.22)):
        part.beam(c, 1010, -160, angle, spread, 1350, GOLD, strength)
    c.glow(900, 470, 420, CREAM, 0.55)


def trunks(c: Canvas, tone: str, width: float, count: int, share: float) -> None:
    """One row of trunks that leaves the middle free as it comes nearer."""
    bars: list[tuple[float, float]] = []
    for _ in range(count):
        x = c.rng.random() * c.w
        if abs(x - 900) > 150 + 260 * share:
            bars.append((x, width * (0.7 + 0.6 * c.rng.random())))

    def draw(p: Pen) -> None:
        for x, w in bars:
            lean = (x - 900) * 0.05
            foot = 752 + 55 * (abs(x - 900) / 900) + 180 * share**1.6
            p.poly(
                [
                    (x - w * 0.35 + lean, -20),
                    (x + w * 0.35 + lean, -20),
                    (x + w * 0.5, foot - w),
                    (x + w * 0.95, foot),
                    (x - w * 0.95, foot),
                    (x - w * 0.5, foot - w),
                ]
            )

    mask = c.mask(draw)
    c.form(
        mask, tone, depth=max(6, width * 0.5), sun=(0.9 if share < 0.01 else 0.7, -0.2), lit=GOLD, shade=0.5, rim=0.45
    )


def leaves(c: Canvas, tone: str, drop: float, share: float) -> None:
    """A canopy hanging from the top edge."""

    def draw(p: Pen) -> None:
        for _ in range(240):
            x = c.rng.random() * c.w
            low = drop * (0.5 + 1.7 * abs(x - 900) / 900)
            y, r = c.rng.random() * low, 8 + 20 * share * c.rng.random() + 6
            p.oval(x, y, r * 1.5, r, mix(tone, GOLD, 0.3 * c.rng.random()), 0.9)

    c.ink(draw)


def lighthouse(c: Canvas) -> None:
    """A lighthouse on its rock in the last blue, beam across the sea."""
    part.sky(
        c,
        (0, INK),
        (0.35, NAVY),
        (0.56, "#6d5a86"),
        (0.68, ROSE),
        (0.74, AMBER),
        (1, AMBER),
        cloud="#7a5f88",
        amount=0.4,
    )
    part.stars(c, 260, 480)
    part.water(c, 760, TEAL, 0.5, 1.4)
    lx, ly = 1130, 302
    part.beam(c, lx, ly, 188, 9, 1500, GOLD, 0.75)
    part.beam(c, lx, ly, -6, 11, 900, GOLD, 0.55)
    rock = [
        (760, 800),
        (850, 735),
        (940, 720),
        (1010, 660),
        (1110, 640),
        (1220, 655),
        (1330, 700),
        (1450, 730),
        (1650, 790),
        (1700, 1100),
        (520, 1100),
        (600, 900),
        (700, 850),
    ]
    c.form(
        c.mask(lambda p: p.poly(rock)),
        c.fade((0.6, "#3a3252"), (1, INK)),
        depth=60,
        sun=(-0.8, -0.5),
        lit=AMBER,
        rim=0.35,
        shade=0.6,
    )

    stone = c.mask(lambda p: p.poly(rock))

    def facets(p: Pen) -> None:
        for _ in range(60):
            x, y = 780 + c.rng.random() * 800, 700 + c.rng.random() * 340
            p.poly(
                [(x, y), (x + 60, y + 24), (x + 30, y + 66), (x - 34, y + 40)],
                "#0f1430" if c.rng.random() < 0.6 else "#54405f",
                0.22,
            )

    before = c.pixels.copy()
    c.ink(facets, 1.5)
    c.pixels = before + (c.pixels - before) * stone[..., None]
    tower = c.mask(lambda p: p.poly([(1092, 345), (1168, 345), (1196, 672), (1064, 672)]))
    c.form(tower, CREAM, dark="#2b2347", depth=46, sun=(-1, 0), shade=0.85, rim=0.1)
    bands = c.mask(lambda p: [p.box(1040, y, 180, 52) for y in (398, 506, 612)]) * tower
    c.form(bands, RUST, dark=PLUM, depth=40, sun=(-1, 0), shade=0.6, rim=0.1)
    c.ink(
        lambda p: [
            p.box(1076, 330, 108, 16, NIGHT),
            p.box(1098, 268, 64, 64, "#33284a"),
            p.poly([(1086, 270), (1130, 222), (1174, 270)], RUST),
            p.oval(1130, 218, 6, 6, NIGHT),
            p.box(1102, 276, 56, 52, GOLD),
            p.box(1128, 272, 4, 60, NIGHT),
            p.box(1120, 450, 20, 30, "#2b2347", r=9),
            p.box(1120, 560, 20, 30, "#2b2347", r=9),
        ]
    )
    c.glow(lx, ly, 330, GOLD, 0.9)
    c.ink(
        lambda p: [
            p.box(1240, 610, 150, 70, "#d9c3ae"),
            p.poly([(1226, 612), (1315, 556), (1404, 612)], "#5a2f3b"),
            p.box(1262, 632, 24, 24, GOLD),
            p.box(1330, 632, 24, 24, GOLD),
        ]
    )

    def foam(p: Pen) -> None:
        for i in range(34):
            y = 790 + i * 9 + c.rng.random() * 8
            x = c.rng.random() * 1100 - 100
            p.curve([(x, y), (x + 60, y - 4), (x + 90 + 200 * c.rng.random(), y)], 1.2 + i * 0.09, MIST, 0.22)

    shore = [(x, 872 + 20 * math.sin(x / 90) + 10 * math.sin(x / 37)) for x in range(360, 1660, 16)]
    surf = c.mask(lambda p: p.poly([*shore, (1700, 1110), (360, 1110)])) * np.clip((c.x - 380) / 200, 0, 1)
    c.lay(surf, c.fade((0.8, "#2a5068"), (1, "#12263f")))
    c.ink(
        lambda p: [
            p.line([(x, y + d) for x, y in shore if x > 500 + d * 3], w, CREAM, a)
            for d, w, a in ((0, 7, 0.55), (20, 3, 0.3), (44, 2, 0.2))
        ],
        1.5,
    )
    c.shine(c.disc(1130, 880, 420, 1.5) * surf * c.noise(30, 2, 6), GOLD, 0.35)
    c.ink(foam, 1.2)


PICTURES = (
    mountain_hut,
    balloons,
    forest_path,
    lighthouse,
)
