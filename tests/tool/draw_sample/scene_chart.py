"""A map and a typewriter."""

from __future__ import annotations

import math

import numpy as np

from .brush import AMBER, BARK, CREAM, GOLD, INK, MOSS, NAVY, RUST, SAGE, TEAL, Canvas, Pen, mix, smooth
from .furniture import desk, shade_lamp, wall


def map_with_pins(c: Canvas) -> None:
    """A folded city map with a river, parks and three glowing pins."""
    paper = c.ramp(c.noise(240, 3), (0, "#ead7b4"), (1, "#f7ead0"))
    c.pixels = paper
    blocks: list[tuple[float, float, float, float, str]] = []
    for col in range(17):
        for row in range(12):
            tone = ("#e2c49a", "#dcb88c", "#e9d0a8", "#d9a884", "#c9d0b4")[int(c.rng.integers(5))]
            blocks.append((col * 98 - 20, row * 94 - 10, 82 * (0.7 + 0.3 * c.rng.random()), 78, tone))

    def streets(p: Pen) -> None:
        for x, y, w, h, tone in blocks:
            sway = 26 * math.sin(y / 260)
            p.poly([(x + sway, y), (x + w + sway, y + 5), (x + w + sway + 7, y + h), (x + sway + 5, y + h - 4)], tone)
            if c.rng.random() < 0.5:
                p.poly(
                    [
                        (x + sway + 12, y + 14),
                        (x + w * 0.5 + sway, y + 15),
                        (x + w * 0.5 + sway, y + h * 0.5),
                        (x + sway + 13, y + h * 0.5),
                    ],
                    mix(tone, RUST, 0.3),
                    0.8,
                )

    c.ink(streets)
    parks = (
        [(180, 160), (420, 130), (480, 300), (330, 380), (170, 320)],
        [(1130, 640), (1400, 600), (1480, 800), (1290, 900), (1120, 820)],
    )
    for park in parks:
        c.form(c.mask(lambda p, park=park: p.blob(park)), "#a3b78a", dark=MOSS, depth=16, shade=0.3)
        c.ink(
            lambda p, park=park: [
                p.oval(
                    sum(q[0] for q in park) / 5 + 210 * (c.rng.random() - 0.5),
                    sum(q[1] for q in park) / 5 + 150 * (c.rng.random() - 0.5),
                    13,
                    12,
                    mix(MOSS, SAGE, c.rng.random()),
                )
                for _ in range(26)
            ]
        )
    river = [
        (-60, 620),
        (200, 560),
        (460, 640),
        (640, 500),
        (820, 380),
        (1060, 430),
        (1250, 340),
        (1420, 180),
        (1700, 120),
    ]
    c.form(c.mask(lambda p: p.curve(river, 116)), "#7fb0b4", dark=TEAL, depth=26, shade=0.5, lit=CREAM)
    c.ink(lambda p: [p.curve([(x, y + d) for x, y in river], 2.4, CREAM, 0.5) for d in (-24, 6, 30)])
    roads = (
        [(-40, 260), (300, 470), (640, 700), (1000, 820), (1680, 960)],
        [(300, -40), (540, 300), (700, 640), (780, 1100)],
        [(1180, -40), (1120, 300), (1190, 640), (1080, 1100)],
    )
    for road in roads:
        c.ink(lambda p, road=road: (p.curve(road, 25, "#b9876a"), p.curve(road, 19, "#fdf3de")))
    rail = smooth([(-40, 900), (400, 840), (760, 900), (1180, 780), (1660, 520)])
    c.ink(
        lambda p: (
            p.line(rail, 6, "#5a4450"),
            [p.line([(x - 6, y - 9), (x + 6, y + 9)], 4, "#5a4450") for x, y in rail[::3]],
        )
    )
    route = smooth([(420, 330), (520, 440), (690, 560), (860, 640), (1010, 600), (1210, 700)], steps=9)
    c.ink(lambda p: [p.line([route[k], route[k + 1]], 9, RUST) for k in range(0, len(route) - 1, 2)])
    for k in range(1, 4):
        x = k * 400
        side = np.exp(-(((c.x - x) / 60) ** 2)) * np.sign(c.x - x)
        c.pixels += (side * (0.075 if k % 2 else -0.075))[..., None]
    side = np.exp(-(((c.y - 533) / 60) ** 2)) * np.sign(c.y - 533)
    c.pixels += (side * 0.06)[..., None]
    c.shine(c.disc(500, 220, 1300, 1.5), GOLD, 0.22)
    c.shadow(
        np.clip(np.sqrt((c.x - 600) ** 2 + (c.y - 400) ** 2) / 1300 - 0.25, 0, 0.8).astype(np.float32), "#2a1a3a", 0.8
    )
    for x, y, tone in ((420, 330, RUST), (860, 640, AMBER), (1210, 700, TEAL)):
        pin(c, x, y, tone)


def pin(c: Canvas, x: float, y: float, tone: str) -> None:
    """A map pin whose point is at (x, y)."""
    c.cast(c.mask(lambda p: p.poly([(x, y), (x + 130, y - 60), (x + 170, y - 20)])), 0, 0, 12, 0.6)
    c.glow(x, y - 120, 210, GOLD, 0.35)
    shape = c.mask(lambda p: (p.oval(x, y - 128, 70, 70), p.poly([(x - 62, y - 98), (x + 62, y - 98), (x, y)])))
    c.form(shape, tone, dark=INK, depth=36, lit=CREAM, rim=0.5)
    c.form(c.mask(lambda p: p.oval(x, y - 128, 31, 31)), CREAM, depth=16)


def typewriter(c: Canvas) -> None:
    """A teal portable with a sheet of paper, in warm light."""
    wall(c, "#8a5a50", 470, 330, 1050, GOLD, 0.55)
    desk(c, 800, "#6b3f30", 760)
    shade_lamp(c, 200, 850, 290, RUST)
    page = c.mask(lambda p: p.poly([(560, 110), (1060, 110), (1070, 560), (550, 560)]))
    c.cast(page, 20, 10, 20, 0.35)
    c.form(page, CREAM, dark="#a87a5a", depth=50, sun=(-0.8, -0.3), shade=0.4)
    c.ink(lambda p: [p.box(620, 180 + k * 38, (380, 400, 350, 390, 372, 404, 140)[k], 7, INK, 0.55) for k in range(7)])
    c.ink(lambda p: [p.box(620 + w, 176 + k * 38, 10, 14, CREAM) for k in range(7) for w in (62, 118, 196, 262, 318)])
    body = c.mask(
        lambda p: p.blob(
            [
                (360, 700),
                (420, 560),
                (560, 520),
                (1060, 520),
                (1200, 560),
                (1260, 700),
                (1350, 900),
                (1300, 985),
                (320, 985),
                (270, 900),
            ]
        )
    )
    c.cast(body, 20, 24, 28, 0.65)
    c.form(
        body,
        c.ramp((c.y - 520) / 460, (0, "#5fa8a6"), (0.4, "#2f7c80"), (1, "#174a54")),
        dark="#0c2330",
        depth=70,
        sun=(-0.7, -0.7),
        lit=CREAM,
        rim=0.5,
        shade=0.7,
    )
    roller = c.mask(lambda p: p.box(400, 500, 820, 62, r=28))
    c.cast(roller, 0, 14, 10, 0.5)
    c.form(roller, "#2a2630", depth=22, sun=(-0.2, -1), lit=CREAM, rim=0.45)
    c.form(
        c.mask(lambda p: (p.box(352, 498, 56, 68, r=14), p.box(1212, 498, 56, 68, r=14))),
        "#c9bdae",
        depth=14,
        lit=CREAM,
    )
    c.ink(
        lambda p: (
            p.curve([(400, 508), (340, 450), (320, 410)], 13, "#c9bdae"),
            p.oval(318, 404, 17, 17, "#d9482f"),
            p.box(560, 490, 500, 11, "#c9bdae", r=5),
        )
    )
    well = c.mask(lambda p: p.blob([(600, 640), (700, 596), (920, 596), (1020, 640), (980, 700), (640, 700)]))
    c.form(well, "#12202a", depth=20, sun=(0, 1))
    c.ink(
        lambda p: [
            p.line(
                [
                    (810 + 190 * math.cos(a), 700 + 96 * math.sin(a) - 4),
                    (810 + 60 * math.cos(a), 700 + 20 * math.sin(a) - 14),
                ],
                4,
                "#b9b0a8",
            )
            for a in np.linspace(math.pi * 1.08, math.pi * 1.92, 25)
        ]
    )
    c.ink(lambda p: (p.box(590, 716, 440, 26, "#174a54", r=10), p.box(730, 722, 160, 13, GOLD, 0.8, r=6)))
    for row in range(4):
        count, y = (11, 10, 9, 8)[row], 786 + row * 47
        for k in range(count):
            x = 810 + (k - (count - 1) / 2) * (68 + 2 * row) + (row % 2) * 14
            c.ink(
                lambda p, x=x, y=y: (
                    p.oval(x + 4, y + 9, 27, 19, INK, 0.55),
                    p.oval(x, y + 4, 26, 19, "#8d8480"),
                    p.oval(x, y, 25, 18, CREAM),
                    p.oval(x, y - 1, 20, 13, "#efdcc0"),
                    p.box(x - 5, y - 6, 10, 9, BARK, 0.7, r=2),
                )
            )
    bar = c.mask(lambda p: p.box(590, 962, 440, 24, r=12))
    c.form(bar, CREAM, depth=10)
    for i, tone in enumerate((NAVY, "#c9925a")):
        c.form(c.mask(lambda p, i=i: p.box(1330, 910 - 46 * i, 230, 44, r=6)), tone, depth=18, lit=GOLD)
    c.form(
        c.mask(lambda p: (p.box(1400, 760, 84, 104, r=12), p.ring(1490, 806, 26, 28, 11))),
        "#d9c4a4",
        depth=24,
        lit=CREAM,
    )


PICTURES = (
    map_with_pins,
    typewriter,
)
