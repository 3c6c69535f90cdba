"""Northern lights, the Milky Way, a winter dusk."""

from __future__ import annotations

import math

import numpy as np

from . import part
from .brush import AMBER, BLUSH, CLAY, CREAM, GOLD, INK, MIST, MOSS, PINE, ROSE, RUST, Canvas, Pen, blur, mix


def northern_lights(c: Canvas) -> None:
    """Curtains of light over a frozen lake and a cabin."""
    part.sky(c, (0, "#070c22"), (0.5, "#12264a"), (0.72, "#1d4a63"), (1, "#2d6a78"))
    part.stars(c, 420, 640)
    for base, lean, tone, low, power, seed in (
        (620, 0.9, "#3fe0a0", 430, 0.9, 1.0),
        (470, -0.5, "#7ff0b8", 330, 0.75, 2.2),
        (540, 0.3, "#9a6bd0", 470, 0.55, 4.1),
    ):
        path = base + lean * 90 * np.sin(c.x / 260 + seed) + 50 * np.sin(c.x / 117 + seed * 2) - c.x * 0.12 * lean
        strands = np.interp(c.x[0], np.arange(0, c.w + 8, 8), c.rng.random(c.w // 8 + 1))
        strands = 0.45 + 0.55 * blur(np.tile(strands.astype(np.float32), (8, 1)), 5)[0]
        up = (path - c.y) / low
        veil = (
            np.where(up > 0, np.exp(-up * 2.4) * np.clip(up * 6, 0, 1), 0)
            * strands[None, :]
            * (0.35 + 0.65 * np.sin(c.x / 420 + seed * 1.7) ** 2)
        )
        c.shine(blur(veil.astype(np.float32), 7), tone, power)
        c.shine(blur((np.roll(veil, -120, 0) * 0.5).astype(np.float32), 30), "#b06be0", power * 0.5)
    for tone, base, height in (("#1b3a55", 740, 190), ("#122a44", 760, 120)):
        hill = part.ground(c, part.skyline_of(c, base, height, 0.5, 420))
        c.form(
            hill,
            c.ramp((c.y - base + height) / height, (0, mix(tone, MIST, 0.35)), (1, tone)),
            depth=24,
            sun=(0, -1),
            lit="#8ff0c8",
            rim=0.4,
            shade=0.2,
        )
    part.water(c, 760, "#16364e", 0.42, 0.7)
    cracks = np.clip(1 - np.abs(c.noise(120, 3, 3) - 0.5) * 60, 0, 1) * (c.y > 780)
    c.lay(blur(cracks.astype(np.float32), 0.8), MIST, 0.2)
    shore = [(-20, 870), (200, 850), (430, 872), (640, 930), (820, 1000), (900, 1090), (-20, 1090)]
    c.form(
        c.mask(lambda p: p.blob(shore)),
        c.fade((0.78, "#8fb9c4"), (1, "#2b4f6b")),
        depth=40,
        sun=(0.2, -1),
        lit="#c8ffe8",
        rim=0.5,
        shade=0.4,
    )
    part.mist(c, 765, 16, "#9fe0cc", 0.35)
    cabin(c, 270, 862)
    c.ink(
        lambda p: [
            part.pine(p, x, y, s, "#0b1c30")
            for x, y, s in ((60, 880, 260), (130, 900, 190), (520, 900, 150), (590, 930, 110), (10, 900, 190))
        ]
    )


def cabin(c: Canvas, x: float, y: float) -> None:
    """A snow-roofed cabin with a warm window, its left foot at (x, y)."""
    c.form(c.mask(lambda p: p.box(x, y - 80, 170, 84)), "#5a3030", depth=20, sun=(0.4, -0.8), lit=AMBER, rim=0.3)
    c.ink(
        lambda p: [
            p.poly(
                [(x - 26, y - 74), (x + 85, y - 150), (x + 196, y - 74), (x + 196, y - 60), (x - 26, y - 60)], "#dcecec"
            ),
            p.box(x + 128, y - 170, 20, 60, "#3a2630"),
            p.box(x + 22, y - 58, 44, 36, GOLD),
            p.box(x + 42, y - 58, 3, 36, "#5a3030"),
            p.box(x + 108, y - 58, 36, 62, "#2a1a26"),
        ]
    )
    c.glow(x + 44, y - 40, 190, AMBER, 0.6)
    c.lay(
        blur(
            c.mask(
                lambda p: p.curve([(x + 138, y - 172), (x + 150, y - 230), (x + 128, y - 290), (x + 160, y - 370)], 22)
            ),
            12,
        ),
        MIST,
        0.3,
    )


def stargazing(c: Canvas) -> None:
    """The Milky Way above a hill with a telescope and its people."""
    part.sky(c, (0, "#080d26"), (0.45, "#1a2555"), (0.7, "#3f4a80"), (0.85, "#a0708a"), (1, AMBER))
    off = (c.x - 980) * 0.82 + (c.y - 400) * 0.56
    band = np.exp(-((off / 190) ** 2))
    dust = c.noise(150, 6, 1.2)
    c.shine((band * (0.25 + 0.9 * dust)).astype(np.float32), "#b79ad0", 0.6)
    c.shine((np.exp(-((off / 80) ** 2)) * dust**1.5).astype(np.float32), CREAM, 0.6)
    rift = np.exp(-(((off - 25) / 42) ** 2)) * np.clip((c.noise(120, 5) - 0.42) * 4, 0, 1)
    c.shadow(rift.astype(np.float32), "#150f2e", 0.7)

    def many(p: Pen) -> None:
        for _ in range(2600):
            x, y = c.rng.random() * c.w, c.rng.random() * 840
            near = math.exp(-((((x - 980) * 0.82 + (y - 400) * 0.56) / 200) ** 2))
            if c.rng.random() < 0.22 + 0.78 * near:
                r = 0.45 + 2 * c.rng.random() ** 9
                p.oval(x, y, r, r, (CREAM, "#cfe0ff", GOLD)[int(c.rng.integers(3))], 0.3 + 0.6 * c.rng.random())

    c.ink(many)
    c.shine(c.mask(lambda p: p.poly([(240, 150), (246, 146), (470, 236)])), CREAM, 0.7)
    for tone, base, height in (("#2d2f5a", 930, 110), ("#191d40", 1000, 90)):
        c.lay(part.ground(c, part.skyline_of(c, base, height, 0.4, 620)), tone)
    hill = c.mask(
        lambda p: p.blob(
            [
                (-200, 1180),
                (-100, 980),
                (300, 900),
                (640, 868),
                (900, 900),
                (1250, 990),
                (1700, 1060),
                (1700, 1300),
                (-200, 1300),
            ]
        )
    )
    c.form(hill, c.fade((0.8, "#14183a"), (1, "#080b1e")), depth=16, sun=(0.4, -0.9), lit=AMBER, rim=0.35)
    c.glow(700, 860, 170, CLAY, 0.35)
    people(c)


def people(c: Canvas) -> None:
    """A telescope, somebody at it, somebody pointing, a child, a dog."""
    tone = "#06081a"

    def draw(p: Pen) -> None:
        p.line([(612, 830), (560, 900)], 6, tone)
        p.line([(612, 830), (612, 900)], 6, tone)
        p.line([(612, 830), (664, 900)], 6, tone)
        p.poly([(560, 866), (548, 848), (690, 738), (712, 768)], tone)
        p.poly([(690, 734), (706, 724), (732, 760), (716, 772)], tone)
        for x, y, s in ((500, 905, 150), (790, 890, 158), (868, 908, 96)):
            p.oval(x, y - s * 0.88, s * 0.085, s * 0.1, tone)
            p.blob(
                [
                    (x - s * 0.08, y - s * 0.76),
                    (x + s * 0.08, y - s * 0.76),
                    (x + s * 0.15, y - s * 0.62),
                    (x + s * 0.17, y - s * 0.32),
                    (x, y - s * 0.28),
                    (x - s * 0.17, y - s * 0.32),
                    (x - s * 0.15, y - s * 0.62),
                ],
                tone,
            )
            for side in (-1, 1):
                p.poly(
                    [
                        (x + side * s * 0.13, y - s * 0.36),
                        (x + side * s * 0.01, y - s * 0.36),
                        (x + side * s * 0.03, y + 4),
                        (x + side * s * 0.11, y + 4),
                    ],
                    tone,
                )
                p.oval(x + side * s * 0.08, y + 3, s * 0.06, s * 0.03, tone)
        p.curve([(512, 806), (548, 836), (572, 846)], 13, tone)
        p.curve([(806, 786), (850, 770), (886, 716)], 11, tone)
        p.oval(889, 710, 7, 8, tone)
        p.curve([(856, 850), (838, 862), (822, 856)], 8, tone)
        p.blob([(966, 912), (962, 884), (976, 858), (996, 852), (1008, 868), (1006, 912)], tone)
        p.oval(1000, 842, 17, 15, tone)
        p.poly([(1008, 836), (1030, 846), (1028, 854), (1006, 854)], tone)
        p.poly([(988, 836), (982, 858), (996, 848)], tone)
        p.curve([(968, 906), (948, 900), (940, 882)], 7, tone)

    c.ink(draw)


def winter_swim(c: Canvas) -> None:
    """A ladder into a hole in the ice, a lantern, a hat on a hook."""
    part.sky(c, (0, "#34507e"), (0.25, "#7a86a8"), (0.42, BLUSH), (1, BLUSH), cloud=BLUSH)
    for tone, base, height in (("#7f8aa6", 430, 90), ("#4e628a", 450, 60)):
        c.lay(part.ground(c, part.skyline_of(c, base, height, 0.5, 300)), tone)
    ice = part.ground(c, [(-20, 440), (1620, 436)])
    c.lay(ice, c.ramp((c.y - 440) / 620, (0, "#dfe6e6"), (0.4, "#a9c3cf"), (1, "#4a6f90")))
    drift = np.clip((c.noise(120, 5, 4) - 0.48) * 4, 0, 1) * ice
    c.lay(drift, CREAM, 0.5)
    c.glow(800, 470, 520, AMBER, 0.28)
    rim = c.mask(
        lambda p: p.blob(
            [(480, 800), (640, 700), (900, 684), (1120, 740), (1180, 840), (1050, 950), (800, 985), (560, 930)]
        )
    )
    c.form(rim, "#eef3f0", dark="#4a6f90", depth=30, shade=0.6)
    hole = c.mask(
        lambda p: p.blob(
            [(520, 810), (660, 726), (890, 712), (1085, 760), (1135, 842), (1020, 925), (800, 952), (590, 905)]
        )
    )
    c.form(
        hole,
        c.ramp((c.y - 712) / 240, (0, "#0d2340"), (0.5, "#143a5a"), (1, "#2a6a80")),
        depth=50,
        sun=(0, 1),
        lit=MIST,
        rim=0.2,
        shade=0.7,
    )
    rings = np.abs(np.sin(np.sqrt(((c.x - 850) / 1.0) ** 2 + ((c.y - 850) * 2.1) ** 2) / 15)) ** 10
    c.shine(blur((rings * hole).astype(np.float32), 1), BLUSH, 0.3)

    def ladder(p: Pen) -> None:
        for x in (800, 900):
            p.curve([(x, 880), (x, 640), (x + 8, 560), (x + 40, 540), (x + 66, 580)], 15, "#6b4632")
            p.curve([(x - 4, 870), (x - 4, 640), (x + 4, 562)], 4, AMBER, 0.6)
        for y in (632, 700, 768, 834):
            p.box(798, y, 104, 15, "#8a5c3c", r=5)
            p.box(798, y, 104, 5, AMBER, 0.5, r=2)

    c.cast(c.mask(lambda p: p.line([(860, 720), (1010, 640)], 60)), 30, 0, 20, 0.25)
    c.ink(ladder)
    c.lay(hole * np.clip((c.y - 800) / 60, 0, 1) * c.mask(lambda p: p.box(780, 790, 150, 110)), "#143a5a", 0.75)
    c.glow(1290, 800, 420, AMBER, 0.85)
    c.cast(c.mask(lambda p: p.oval(1290, 900, 70, 16)), 30, 8, 12, 0.6)
    c.ink(
        lambda p: [
            p.box(1242, 690, 96, 14, INK, r=5),
            p.box(1252, 704, 76, 176, GOLD),
            p.box(1262, 714, 56, 160, CREAM),
            p.box(1242, 876, 96, 26, INK, r=6),
            p.box(1250, 700, 7, 180, INK),
            p.box(1323, 700, 7, 180, INK),
            p.poly([(1246, 692), (1290, 648), (1334, 692)], INK),
            p.ring(1290, 630, 24, 26, 6, INK),
            p.oval(1290, 810, 14, 34, AMBER),
            p.oval(1290, 822, 8, 20, CREAM),
        ]
    )
    hat(c, 350, 880)


def hat(c: Canvas, x: float, y: float) -> None:
    """A folded towel with a green bobble hat on it."""
    c.cast(c.mask(lambda p: p.box(x - 130, y - 40, 270, 80, r=20)), 20, 24, 18, 0.5)
    for i, tone in enumerate((ROSE, CREAM, RUST)):
        c.form(c.mask(lambda p, i=i: p.box(x - 130, y + 8 - 26 * i, 270, 34, r=16)), tone, depth=14)
    dome = c.mask(
        lambda p: p.blob([(x - 84, y - 62), (x - 70, y - 130), (x, y - 168), (x + 70, y - 130), (x + 84, y - 62)])
    )
    c.form(dome, MOSS, dark=PINE, depth=40, sun=(0.8, -0.5), lit=AMBER)
    c.ink(
        lambda p: [
            p.curve([(x + dx * 0.5, y - 158), (x + dx, y - 110), (x + dx * 1.05, y - 66)], 3, PINE, 0.6)
            for dx in range(-70, 71, 20)
        ]
    )
    c.form(
        c.mask(lambda p: p.box(x - 94, y - 80, 188, 38, r=16)),
        "#6f8f5c",
        dark=PINE,
        depth=16,
        sun=(0.8, -0.5),
        lit=AMBER,
    )
    c.form(c.mask(lambda p: p.oval(x, y - 176, 34, 32)), CREAM, dark=CLAY, depth=18, sun=(0.8, -0.5))


PICTURES = (
    northern_lights,
    stargazing,
    winter_swim,
)
