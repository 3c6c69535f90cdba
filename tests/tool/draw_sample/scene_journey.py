"""A train from outside and from inside."""

from __future__ import annotations

import numpy as np

from . import part
from .brush import AMBER, BLUSH, CREAM, GOLD, INK, NAVY, PLUM, RUST, TEAL, Canvas, Pen, mix


def slow_train(c: Canvas) -> None:
    """A red train on a stone viaduct in the morning."""
    part.sky(c, (0, "#6f93ad"), (0.3, "#b7c3c0"), (0.55, BLUSH), (0.75, GOLD), (1, CREAM), cloud=CREAM, amount=0.5)
    c.glow(1330, 420, 620, GOLD, 0.75)
    c.lay(c.disc(1330, 420, 52, 0.12), CREAM)
    for tone, base, height in (("#b9a3a3", 640, 210), ("#8f8f90", 720, 190), ("#5f7a76", 800, 170)):
        hill = part.ground(c, part.skyline_of(c, base, height, 0.36, 560))
        c.form(
            hill,
            c.ramp((c.y - base + height) / 300, (0, tone), (1, mix(tone, CREAM, 0.5))),
            depth=44,
            sun=(0.8, -0.6),
            lit=GOLD,
            shade=0.25,
            rim=0.35,
        )
        part.mist(c, base + 10, 50, CREAM, 0.55)
    deck = 560
    piers = [(-60 + i * 188, 188) for i in range(10)]

    def stone(p: Pen) -> None:
        p.box(-20, deck, c.w + 40, 70)
        for x, w in piers:
            p.poly([(x - 27, deck + 60), (x + 27, deck + 60), (x + 38, c.h + 20), (x - 38, c.h + 20)])
            p.box(x - 40, deck + 180, 80, 18)
            del w

    def spandrel(p: Pen) -> None:
        p.box(-20, deck, c.w + 40, 190)

    arches = c.mask(
        lambda p: [
            (p.oval(x + w / 2, deck + 170, w / 2 - 27, 110), p.box(x + 27, deck + 168, w - 54, 700)) for x, w in piers
        ]
    )
    body = np.clip(np.maximum(c.mask(spandrel) * (1 - arches), c.mask(stone) * (1 - arches)), 0, 1)
    under = c.mask(
        lambda p: [
            (p.oval(x + w / 2 - 12, deck + 174, w / 2 - 27, 110), p.box(x + 15, deck + 172, w - 54, 700))
            for x, w in piers
        ]
    )
    c.lay(arches * (1 - under) * c.mask(lambda p: p.box(0, deck + 40, c.w, 520)), "#6b5248")
    c.form(
        body,
        c.ramp((c.y - deck) / 500, (0, "#e6bf8c"), (0.35, "#c08f68"), (1, "#8d7a78")),
        depth=22,
        sun=(0.9, -0.4),
        lit=CREAM,
        rim=0.4,
        shade=0.5,
    )
    rng = c.rng

    def blocks(p: Pen) -> None:
        for row in range(28):
            y = deck + 16 + row * 18
            for col in range(60):
                if rng.random() < 0.3:
                    p.box(col * 27 + (row % 2) * 13, y, 24, 15, ("#7a5a4a", CREAM)[int(rng.integers(2))], 0.13)

    before = c.pixels.copy()
    c.ink(blocks)
    c.pixels = before + (c.pixels - before) * body[..., None]
    c.ink(lambda p: [p.box(-20, deck - 12, c.w + 40, 18, "#f2d7a8"), p.box(-20, deck + 10, c.w + 40, 8, "#7a5a4a")])
    train(c, 250, deck - 12)
    part.mist(c, 985, 110, CREAM, 0.8)
    near = part.ground(c, part.skyline_of(c, 1065, 70, 0.4, 300))
    c.form(near, c.fade((0.9, "#35524e"), (1, "#16302f")), depth=20, sun=(0.8, -0.6), lit=GOLD, rim=0.3)
    c.ink(
        lambda p: [
            part.pine(p, x, 1090, s, "#1c3a3a")
            for x, s in ((40, 210), (120, 260), (215, 170), (1180, 150), (1390, 230), (1470, 290), (1560, 220))
        ]
    )


def train(c: Canvas, x: float, y: float) -> None:
    """Two red carriages standing on the rail at y, from x."""
    for i in range(2):
        left = x + i * 372
        nose = 34 if i == 1 else 10
        shape = [
            (left, y - 22),
            (left, y - 104),
            (left + 14, y - 122),
            (left + 350 - nose, y - 122),
            (left + 362, y - 86),
            (left + 364, y - 22),
        ]
        body = c.mask(lambda p, shape=shape: p.poly(shape))
        c.form(
            body,
            c.ramp((c.y - y + 122) / 100, (0, "#d9583a"), (0.6, RUST), (1, "#6a2430")),
            depth=20,
            sun=(0.6, -0.9),
            lit=GOLD,
            rim=0.5,
        )
        c.ink(
            lambda p, left=left, nose=nose: [
                p.box(left + 6, y - 58, 352, 10, CREAM),
                p.box(left + 10, y - 126, 330 - nose, 9, "#4a2430", r=4),
                *[p.box(left + 22 + k * 46, y - 102, 34, 34, NAVY, r=5) for k in range(7)],
                *[p.box(left + 24 + k * 46, y - 100, 30, 30, GOLD, 0.85, r=4) for k in (0, 1, 3, 4, 6)],
                *[p.oval(left + k, y - 12, 15, 15, INK) for k in (52, 96, 268, 312)],
                *[p.oval(left + k, y - 12, 6, 6, "#7a6a6a") for k in (52, 96, 268, 312)],
                p.box(left + 30, y - 26, 306, 10, INK),
                p.box(left + 362, y - 40, 12, 8, INK),
            ]
        )
    c.glow(x + 742, y - 50, 110, CREAM, 0.7)
    c.ink(lambda p: p.oval(x + 732, y - 50, 7, 7, CREAM))


def train_window(c: Canvas) -> None:
    """Empty seats beside a wide train window at dusk."""
    part.sky(c, (0, "#4a5f90"), (0.25, "#b0809a"), (0.42, "#f0a070"), (0.55, GOLD), (1, GOLD), cloud=BLUSH, amount=0.5)
    c.glow(960, 520, 520, CREAM, 0.7)
    c.lay(c.disc(960, 520, 56, 0.1), CREAM)
    for tone, base, height in (("#b07f88", 640, 110), ("#7a6480", 700, 100), ("#48507a", 780, 120)):
        c.form(
            part.ground(c, part.skyline_of(c, base, height, 0.36, 520)),
            tone,
            depth=22,
            sun=(0, -1),
            lit=GOLD,
            rim=0.4,
            shade=0.2,
        )
        part.mist(c, base, 30, BLUSH, 0.35)
    c.ink(
        lambda p: (
            [p.box(x, 610, 9, 300, "#3a3050") for x in (560, 1130)]
            + [p.curve([(x, 622), (x + 290, 668), (x + 570, 622)], 2.4, "#3a3050") for x in (-10, 560, 1130)]
        )
    )
    streaks = np.clip((c.noise(10, 2, 40) - 0.55) * 4, 0, 1) * np.clip((c.y - 690) / 60, 0, 1)
    c.lay(streaks.astype(np.float32), GOLD, 0.25)
    opening = c.mask(lambda p: p.box(330, 130, 1130, 600, r=46))
    inside = 1 - opening
    c.lay(
        inside,
        c.ramp(c.y / c.h, (0, "#4a3a4e"), (0.12, "#c9a98a"), (0.68, "#a8806c"), (0.75, "#54384a"), (1, "#241a30")),
    )
    rim = np.clip(c.mask(lambda p: p.box(304, 104, 1182, 652, r=60)) - opening, 0, 1)
    c.form(rim, "#6a5058", depth=12, sun=(0, -1), lit=GOLD, rim=0.6)
    c.shine(inside * c.disc(900, 430, 1050, 1.6), AMBER, 0.35)
    c.ink(
        lambda p: (
            p.box(-20, 40, 1640, 16, "#5a4450"),
            p.box(-20, 66, 1640, 6, GOLD, 0.5),
            *[p.line([(x, 40), (x - 40, -10)], 6, "#5a4450") for x in range(60, 1700, 180)],
        )
    )
    c.form(
        c.mask(lambda p: (p.box(1030, -10, 210, 58, r=10), p.box(1100, -30, 70, 30, r=8))),
        "#7a4a34",
        depth=16,
        sun=(0, 1),
        lit=GOLD,
    )
    c.lay(c.mask(lambda p: p.poly([(330, 130), (520, 130), (430, 730), (330, 730)])) * opening, "#a8432b", 0.85)
    curtain = (
        np.clip(np.sin((c.x - 330) / (14 - (c.y / 300))) * 0.5 + 0.5, 0, 1)
        * c.mask(lambda p: p.poly([(330, 130), (520, 130), (430, 730), (330, 730)]))
        * opening
    )
    c.shadow(curtain.astype(np.float32), PLUM, 0.6)
    for x, flip in ((60, 1), (1540, -1)):
        seat(c, x, flip)
    top = c.mask(lambda p: p.poly([(600, 800), (1010, 800), (1060, 850), (550, 850)]))
    c.cast(top, 0, 40, 24, 0.5)
    c.form(top, "#c99a6b", depth=14, sun=(0, -1), lit=CREAM, rim=0.5)
    c.ink(lambda p: (p.box(550, 850, 510, 16, "#6a4438"), p.box(780, 866, 40, 230, "#3a2838")))
    packet = c.mask(lambda p: p.poly([(690, 700), (790, 690), (802, 822), (684, 826)]))
    c.cast(packet, 12, 4, 8, 0.4)
    c.form(packet, GOLD, dark=RUST, depth=24, sun=(0.3, -0.9), lit=CREAM)
    c.ink(
        lambda p: (
            p.poly([(690, 700), (790, 690), (792, 712), (689, 722)], RUST),
            p.oval(742, 766, 30, 26, CREAM),
            p.curve([(724, 768), (742, 752), (760, 768)], 6, AMBER),
        )
    )
    book = c.mask(lambda p: p.poly([(860, 820), (980, 812), (1000, 836), (872, 844)]))
    c.form(book, TEAL, depth=10, lit=CREAM)


def seat(c: Canvas, x: float, flip: int) -> None:
    """A high-backed train seat facing the middle."""
    shape = [
        (x - flip * 190, 1100),
        (x - flip * 170, 420),
        (x - flip * 110, 350),
        (x - flip * 10, 350),
        (x + flip * 70, 420),
        (x + flip * 110, 800),
        (x + flip * 330, 840),
        (x + flip * 350, 910),
        (x + flip * 330, 1100),
    ]
    mask = c.mask(lambda p: p.poly(shape))
    c.cast(mask, flip * 20, 10, 20, 0.5)
    c.form(mask, c.fade((0.3, "#2f6a70"), (1, "#143a4a")), depth=44, sun=(flip * 0.8, -0.6), lit=GOLD, rim=0.4)
    c.form(
        c.mask(
            lambda p: p.blob(
                [
                    (x - flip * 120, 372),
                    (x - flip * 20, 366),
                    (x + flip * 58, 430),
                    (x + flip * 66, 520),
                    (x - flip * 60, 540),
                    (x - flip * 130, 500),
                ]
            )
        ),
        CREAM,
        dark=PLUM,
        depth=28,
        sun=(flip * 0.8, -0.6),
        shade=0.5,
    )


PICTURES = (
    slow_train,
    train_window,
)
