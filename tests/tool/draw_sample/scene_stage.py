"""A theatre, a band, a projector."""

from __future__ import annotations

import math

import numpy as np

from . import part
from .brush import AMBER, CLAY, CREAM, GOLD, INK, NAVY, ROSE, Canvas, Pen, smooth


def ghost_light(c: Canvas) -> None:
    """A bare bulb on an empty stage between red curtains."""
    c.pixels = c.fade((0, "#140c1c"), (1, "#0c0912"))
    c.glow(800, 520, 980, AMBER, 0.62, 1.7)
    back = c.mask(lambda p: p.box(330, -20, 940, 760))
    c.lay(back * np.clip((c.noise(26, 3, 0.3) - 0.4) * 2, 0, 1), "#2a1420", 0.35)
    floor = c.mask(lambda p: p.poly([(330, 740), (1270, 740), (1800, 1090), (-200, 1090)]))
    planks = np.abs(np.sin((c.x - 800) / np.maximum(c.y - 520, 40) * 22)) ** 24
    c.lay(floor, c.ramp((c.y - 740) / 340, (0, "#7a4630"), (1, "#2c1620")))
    c.shadow((planks * floor).astype(np.float32), INK, 0.35)
    c.shine(
        (np.clip(1 - np.sqrt(((c.x - 800) / 620) ** 2 + ((c.y - 870) / 170) ** 2), 0, 1) * floor).astype(np.float32),
        GOLD,
        0.75,
    )
    for side in (-1, 1):
        for k in range(7):
            drape(c, side, k)
    for k in range(12):
        x = k * 145
        low = 128 + 12 * (k % 2)
        c.form(
            c.mask(
                lambda p, x=x, low=low: p.blob([(x - 90, -60), (x + 90, -60), (x + 82, 60), (x, low), (x - 82, 60)])
            ),
            "#8f2430",
            dark="#2c0a1c",
            depth=44,
            sun=(0, 1),
            lit=AMBER,
            rim=0.35,
        )
    c.ink(lambda p: [p.box(x * 145 - 90 + 86, 118, 8, 22, GOLD, 0.8) for x in range(12)])
    c.cast(c.mask(lambda p: p.oval(800, 892, 74, 16)), 0, 6, 6, 0.8)
    c.form(
        c.mask(lambda p: (p.oval(800, 888, 72, 15), p.box(795, 470, 10, 420))),
        "#3a2a2c",
        depth=6,
        lit=GOLD,
        sun=(0, -1),
        rim=0.8,
    )
    c.ink(lambda p: p.box(786, 440, 28, 44, "#3a2a2c", r=5))
    c.glow(800, 410, 300, CREAM, 0.95, 2)
    c.ink(
        lambda p: (p.oval(800, 408, 30, 36, CREAM), p.curve([(789, 404), (796, 420), (804, 404), (811, 420)], 3, AMBER))
    )
    c.ink(
        lambda p: [
            p.line(
                [
                    (800 + 50 * math.cos(a), 408 + 56 * math.sin(a)),
                    (800 + (70 + 14 * (i % 2)) * math.cos(a), 408 + (76 + 14 * (i % 2)) * math.sin(a)),
                ],
                3,
                GOLD,
                0.6,
            )
            for i, a in enumerate(np.linspace(0, math.tau, 17)[:-1])
        ]
    )


def drape(c: Canvas, side: int, k: int) -> None:
    """One fold of a curtain; `k` 0 is the outermost."""
    x0, w = 800 + side * (840 - k * 62), 92 - 4 * k
    sway = 26 * (k % 3)
    fold = c.mask(
        lambda p: p.poly(
            [
                (x0 - w / 2, -20),
                (x0 + w / 2, -20),
                (x0 + w / 2 + side * 34, 1000 + sway),
                (x0 - w / 2 + side * 34, 1000 + sway),
            ]
        )
    )
    c.form(
        fold,
        c.fade((0, "#8f2430"), (0.7, "#a82f34"), (1, "#5a1426")),
        dark="#240818",
        depth=40,
        sun=(-side, 0),
        lit=AMBER,
        rim=0.4,
        shade=0.8,
    )


def jazz_in_the_pool(c: Canvas) -> None:
    """A band in beams of light over the heads of a crowd."""
    c.pixels = c.fade((0, "#0c1430"), (0.6, "#1c2a52"), (1, "#0a0d20"))
    rng = c.rng

    def tiling(p: Pen) -> None:
        for row in range(18):
            for col in range(36):
                p.box(
                    col * 45,
                    110 + row * 36,
                    43,
                    34,
                    ("#2a6a78", "#245a70", "#1f4a66", "#2f7a80")[int(rng.integers(4))],
                    0.55,
                )

    c.ink(tiling)
    c.lay(
        np.clip((c.y - 60) / 300, 0, 1) * 0.0
        + np.clip(np.sqrt(((c.x - 800) / 1000) ** 2 + ((c.y - 560) / 620) ** 2) - 0.3, 0, 0.9),
        INK,
    )
    c.ink(
        lambda p: (
            p.box(-20, 92, 1640, 26, "#8fb0b4"),
            p.box(-20, 92, 1640, 7, CREAM, 0.8),
            *[p.box(300 + k * 50, 96, 24, 18, NAVY, 0.8) for k in range(20)],
        )
    )
    for x, a, tone, s in (
        (240, 66, AMBER, 0.62),
        (520, 78, "#4fc0b8", 0.42),
        (800, 90, CREAM, 0.42),
        (1080, 102, CLAY, 0.5),
        (1360, 114, AMBER, 0.62),
        (660, 100, ROSE, 0.35),
        (960, 80, "#4fc0b8", 0.4),
    ):
        part.beam(c, x, -60, a, 9, 1150, tone, s)
        c.ink(lambda p, x=x: p.box(x - 24, -10, 48, 44, "#0a0c1c", r=8))
        c.glow(x, 30, 90, CREAM, 0.8)
    stage = c.mask(lambda p: p.poly([(260, 740), (1340, 740), (1430, 830), (170, 830)]))
    c.form(stage, "#9a5a3c", depth=20, lit=GOLD, sun=(0, -1))
    c.ink(lambda p: p.box(170, 830, 1260, 60, "#2a1626"))
    c.shine(c.disc(800, 760, 620, 1.4) * stage, GOLD, 0.6)
    band(c)
    c.glow(800, 560, 420, AMBER, 0.3)
    for row, (y, size, tone) in enumerate(((905, 62, "#2a1f3c"), (975, 84, "#181530"), (1060, 112, "#0a0c1e"))):
        heads: list[tuple[float, float]] = [
            (x + 34 * rng.random(), y + 24 * rng.random()) for x in np.arange(-20, c.w + 60, size * 1.12)
        ]
        crowd = c.mask(
            lambda p, heads=heads, size=size: [
                (
                    p.oval(x, hy, size * 0.36, size * 0.43),
                    p.blob(
                        [
                            (x - size * 0.72, hy + size * 1.7),
                            (x - size * 0.6, hy + size * 0.66),
                            (x, hy + size * 0.4),
                            (x + size * 0.6, hy + size * 0.66),
                            (x + size * 0.72, hy + size * 1.7),
                        ]
                    ),
                )
                for x, hy in heads
            ]
        )
        c.form(crowd, tone, depth=size * 0.2, sun=(0, -1), lit=AMBER, rim=0.75 - 0.15 * row)


def band(c: Canvas) -> None:
    """Piano, double bass and drums."""
    dark = "#140e20"
    bass = c.mask(
        lambda p: (
            p.blob(
                [
                    (800, 520),
                    (842, 550),
                    (836, 600),
                    (868, 650),
                    (852, 730),
                    (800, 748),
                    (748, 730),
                    (732, 650),
                    (764, 600),
                    (758, 550),
                ]
            ),
            p.box(793, 330, 14, 210),
            p.oval(800, 326, 15, 22),
        )
    )
    piano = c.mask(
        lambda p: (
            p.blob([(330, 610), (420, 560), (560, 566), (620, 612), (620, 650), (330, 650)]),
            p.box(330, 610, 290, 46, r=6),
            p.box(350, 650, 16, 96),
            p.box(590, 650, 16, 96),
            p.poly([(352, 566), (600, 440), (620, 452), (600, 590)]),
        )
    )
    drums = c.mask(
        lambda p: (
            p.oval(1120, 680, 74, 72),
            p.oval(1034, 640, 46, 32),
            p.oval(1206, 640, 46, 32),
            p.box(1000, 640, 70, 60, r=10),
            p.box(1172, 640, 70, 60, r=10),
            p.line([(1280, 745), (1268, 540)], 6),
            p.line([(962, 745), (974, 560)], 6),
        )
    )
    for mask, tone in ((piano, "#1a1226"), (bass, "#a85a2c"), (drums, "#8f2c34")):
        c.form(mask, tone, dark=INK, depth=20, sun=(-0.2, -1), lit=GOLD, rim=0.5)
    c.ink(
        lambda p: (
            p.oval(1268, 540, 66, 10, GOLD),
            p.oval(974, 560, 54, 9, GOLD),
            p.ring(1120, 680, 74, 72, 7, CREAM),
            p.oval(1120, 680, 60, 58, "#e9d3b4"),
            p.box(1000, 632, 70, 8, CREAM),
            p.box(1172, 632, 70, 8, CREAM),
            p.box(340, 628, 230, 13, CREAM),
            *[p.box(346 + 16 * k, 628, 6, 8, INK) for k in range(14)],
            *[p.line([(794 + 4 * k, 340), (792 + 5 * k, 700)], 1.2, CREAM, 0.8) for k in range(4)],
        )
    )
    players = c.mask(
        lambda p: (
            p.oval(452, 480, 31, 37),
            p.blob(
                [
                    (412, 640),
                    (410, 560),
                    (440, 520),
                    (486, 526),
                    (520, 590),
                    (560, 612),
                    (548, 632),
                    (486, 620),
                    (484, 650),
                ]
            ),
            p.oval(872, 400, 32, 38),
            p.blob([(856, 620), (846, 540), (854, 462), (890, 442), (924, 466), (934, 540), (926, 620)]),
            p.poly([(858, 590), (892, 590), (884, 742), (860, 742)]),
            p.poly([(894, 590), (926, 590), (922, 742), (898, 742)]),
            p.oval(866, 742, 22, 8),
            p.oval(918, 742, 22, 8),
            p.curve([(862, 480), (830, 500), (806, 430)], 24),
            p.curve([(900, 520), (850, 600), (808, 606)], 24),
            p.oval(1120, 512, 31, 37),
            p.blob([(1070, 640), (1074, 570), (1120, 548), (1166, 570), (1170, 640)]),
            p.curve([(1080, 580), (1040, 600), (1010, 560)], 17),
            p.curve([(1160, 580), (1206, 590), (1250, 545)], 17),
        )
    )
    c.form(players, dark, dark=INK, depth=20, sun=(0.1, -1), lit=AMBER, rim=0.6)


def film_reel(c: Canvas) -> None:
    """A projector's fan of light over rows of dark, a reel in front."""
    c.pixels = c.fade((0, "#150f24"), (1, "#0a0a18"))
    c.glow(1180, 420, 900, "#5a3a5a", 0.5)
    haze = c.noise(140, 5, 2)
    turn = np.degrees(np.arctan2(c.y - 470, 1150 - c.x))
    fan = np.clip(1 - np.abs(turn + 2) / 24, 0, 1) ** 0.5 * (c.x < 1150) * np.clip(1.25 - (1150 - c.x) / 1500, 0, 1)
    stripes = 0.7 + 0.3 * np.sin(turn * 2.3) * np.sin(turn * 0.9 + 1)
    c.shine((fan * (0.35 + 0.8 * haze) * stripes).astype(np.float32), GOLD, 0.85)
    c.ink(
        lambda p: [p.oval(1100 * c.rng.random(), 200 + 560 * c.rng.random(), 1.4, 1.4, CREAM, 0.5) for _ in range(170)]
    )
    body = c.mask(
        lambda p: (p.box(1190, 380, 330, 240, r=26), p.box(1290, 610, 130, 90), p.box(1210, 690, 290, 40, r=12))
    )
    for x, y, r in ((1290, 270, 150), (1520, 330, 118)):
        reel(c, x, y, r, "#7a6a78")
    c.form(body, "#3f5a66", dark=INK, depth=46, sun=(-0.9, -0.5), lit=GOLD, rim=0.55)
    c.form(
        c.mask(lambda p: (p.box(1120, 430, 84, 84, r=10), p.box(1096, 444, 34, 56, r=6))),
        "#b98a44",
        depth=18,
        sun=(-1, -0.3),
        lit=CREAM,
        rim=0.7,
    )
    c.glow(1100, 472, 230, CREAM, 0.95)
    c.ink(
        lambda p: (
            p.oval(1098, 472, 10, 24, CREAM),
            *[p.box(1240 + 34 * k, 560, 20, 30, "#22343e", r=4) for k in range(7)],
            p.oval(1450, 450, 36, 36, "#22343e"),
            p.oval(1450, 450, 22, 22, AMBER, 0.9),
        )
    )
    table_top = part.ground(c, [(-20, 730), (1620, 730)])
    c.lay(table_top, c.ramp((c.y - 730) / 340, (0, "#5a3430"), (1, "#160e1c")))
    c.shine(table_top * c.disc(1000, 730, 700, 1.8), AMBER, 0.4)
    c.cast(c.mask(lambda p: p.oval(500, 1010, 250, 40)), 20, 10, 20, 0.7)
    reel(c, 480, 770, 250, "#c9925a")
    strip = [(690, 900), (820, 960), (980, 930), (1120, 960), (1290, 1010), (1480, 960), (1640, 990)]
    c.ink(lambda p: (p.curve(strip, 74, "#2a1a22"), p.curve(strip, 46, "#c9793f")))
    dense = smooth(strip, steps=12)
    c.ink(
        lambda p: [
            (
                p.oval(x, y - 30, 5, 5, CREAM, 0.85),
                p.oval(x, y + 30, 5, 5, CREAM, 0.85),
                p.box(x - 2, y - 24, 4, 48, "#2a1a22") if i % 3 == 0 else None,
            )
            for i, (x, y) in enumerate(dense)
        ]
    )


def reel(c: Canvas, x: float, y: float, r: float, tone: str) -> None:
    """A film reel facing the reader."""
    film = c.mask(lambda p: p.oval(x, y, r * 0.86, r * 0.86))
    far = np.sqrt((c.x - x) ** 2 + (c.y - y) ** 2)
    c.lay(film, c.ramp((np.sin(far * 0.9) + 1) / 2, (0, "#2a1a22"), (1, "#4a2c2c")))
    holes = c.mask(
        lambda p: [
            p.oval(x + r * 0.56 * math.cos(a), y + r * 0.56 * math.sin(a), r * 0.23, r * 0.23)
            for a in np.linspace(0.3, 0.3 + math.tau, 6)[:-1]
        ]
    )
    plate = (
        np.clip(c.mask(lambda p: p.oval(x, y, r, r)) - holes, 0, 1)
        - c.mask(lambda p: p.oval(x, y, r * 0.08, r * 0.08)) * 0.9
    )
    c.form(np.clip(plate, 0, 1), tone, dark=INK, depth=r * 0.2, sun=(0.5, -0.8), lit=CREAM, rim=0.45)
    c.ink(
        lambda p: (
            p.ring(x, y, r * 0.97, r * 0.97, r * 0.03, CREAM, 0.35),
            p.ring(x, y, r * 0.2, r * 0.2, r * 0.025, INK, 0.5),
        )
    )


PICTURES = (
    ghost_light,
    jazz_in_the_pool,
    film_reel,
)
