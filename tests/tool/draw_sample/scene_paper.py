"""Letters and photographs."""

from __future__ import annotations

import math

import numpy as np

from .brush import (
    AMBER,
    BARK,
    BLUSH,
    CREAM,
    GOLD,
    INK,
    MIST,
    MOSS,
    NAVY,
    PINE,
    PLUM,
    ROSE,
    RUST,
    SAGE,
    SEA,
    TEAL,
    Canvas,
    Pen,
    mix,
)
from .furniture import boards, wall


def letters_and_pen(c: Canvas) -> None:
    """Letters, envelopes, a fountain pen under a lamp."""
    boards(c, "#4a3038", 520, 330)
    c.glow(520, 330, 760, GOLD, 0.35)
    sheet(c, [(250, 300), (820, 210), (930, 830), (350, 930)], CREAM)
    c.ink(
        lambda p: [
            p.curve(
                [
                    (800 - 16 + k * 8, 312 + k * 62 - 6),
                    (640, 330 + k * 62 + 8 * math.sin(k * 2)),
                    (480 + 30 * ((k * 3) % 4), 352 + k * 62),
                    (350 + 46 * ((k * 5) % 3) + k * 9, 372 + k * 62),
                ],
                3.4,
                NAVY,
                0.75,
            )
            for k in range(8)
        ]
    )
    envelope(c, 1190, 330, 0.12, "#e9c9a0", RUST)
    envelope(c, 1130, 800, -0.14, "#b9ccc0", NAVY)
    sheet(c, [(60, 820), (360, 760), (420, 1060), (90, 1100)], "#f0dcb8")
    pen_body = c.mask(lambda p: p.line([(640, 690), (930, 480)], 34))
    nib = c.mask(lambda p: p.poly([(622, 680), (652, 714), (560, 752), (556, 744)]))
    c.cast(np.maximum(pen_body, nib), 20, 26, 12, 0.55)
    c.form(pen_body, TEAL, dark=INK, depth=18, lit=CREAM, rim=0.6)
    c.form(nib, GOLD, dark=BARK, depth=12, lit=CREAM, rim=0.7)
    c.ink(lambda p: (p.line([(745, 612), (752, 607)], 36, GOLD), p.line([(590, 736), (630, 704)], 2, BARK)))
    pot = c.mask(lambda p: p.oval(190, 560, 96, 96))
    c.cast(pot, 24, 30, 18, 0.6)
    c.form(pot, "#35406a", depth=34, lit=CREAM, rim=0.5)
    c.form(c.mask(lambda p: p.oval(190, 560, 62, 62)), "#0a0f26", depth=18, sun=(0.6, 0.8), lit=MIST)
    c.ink(lambda p: p.oval(172, 542, 16, 9, MIST, 0.6))
    seal = c.mask(
        lambda p: p.blob(
            [
                (1192 + (62 + 8 * (k % 3)) * math.cos(k * 0.52), 372 + (62 + 8 * (k % 3)) * math.sin(k * 0.52))
                for k in range(12)
            ]
        )
    )
    c.cast(seal, 7, 9, 7, 0.5)
    c.form(seal, "#a82f2c", dark=INK, depth=24, lit=CREAM, rim=0.5)
    c.ink(
        lambda p: (
            p.ring(1192, 372, 40, 40, 5, "#6a1620"),
            p.poly([(1192, 346), (1208, 376), (1192, 396), (1176, 376)], "#6a1620"),
        )
    )


def sheet(c: Canvas, corners: list[tuple[float, float]], tone: str) -> None:
    """A sheet of paper with its shadow."""
    shape = c.mask(lambda p: p.poly(corners))
    c.cast(shape, 12, 16, 14, 0.55)
    c.form(shape, tone, dark=BARK, depth=40, shade=0.3)


def envelope(c: Canvas, x: float, y: float, turn: float, tone: str, stamp: str) -> None:
    """An envelope, flap side up, with a stamp's colour for its lining."""
    u, v = (math.cos(turn), math.sin(turn)), (-math.sin(turn), math.cos(turn))

    def at(a: float, b: float) -> tuple[float, float]:
        return x + a * u[0] + b * v[0], y + a * u[1] + b * v[1]

    sheet(c, [at(-270, -180), at(270, -180), at(270, 180), at(-270, 180)], tone)
    c.ink(
        lambda p: [
            (
                p.poly(
                    [
                        at(-270 + k * 60, -180),
                        at(-240 + k * 60, -180),
                        at(-248 + k * 60, -164),
                        at(-270 + k * 60, -164),
                    ],
                    (RUST, NAVY)[k % 2],
                    0.9,
                ),
                p.poly(
                    [at(-270 + k * 60, 164), at(-240 + k * 60, 164), at(-248 + k * 60, 180), at(-270 + k * 60, 180)],
                    (RUST, NAVY)[k % 2],
                    0.9,
                ),
            )
            for k in range(9)
        ]
    )
    c.ink(
        lambda p: (p.line([at(-262, 170), at(-20, -4)], 3, BARK, 0.4), p.line([at(262, 170), at(20, -4)], 3, BARK, 0.4))
    )
    flap = c.mask(lambda p: p.poly([at(-268, -176), at(268, -176), at(14, 48), at(-14, 48)]))
    c.cast(flap, 4, 8, 8, 0.4)
    c.form(flap, mix(tone, CREAM, 0.3), dark=mix(stamp, INK, 0.4), depth=26, shade=0.3)


def photo_line(c: Canvas) -> None:
    """Small prints pegged on a string in lamplight."""
    wall(c, "#35304e", 780, 420, 1050, AMBER, 0.75)
    for top, scale, kinds in ((170, 1.0, (5, 0, 1, 2, 3)), (600, 1.12, (4, 6, 8, 11))):
        points = [(x, top + 60 * 4 * (x / 1600) * (1 - x / 1600)) for x in np.arange(-20, 1640, 20)]
        c.ink(lambda p, points=points: p.line(points, 4, "#d9b98a"))
        for k, kind in enumerate(kinds):
            x = (k + 0.5) * 1600 / len(kinds)
            y = top + 60 * 4 * (x / 1600) * (1 - x / 1600)
            print_of(c, x, y, 126 * scale, kind, (c.rng.random() - 0.5) * 0.16)


def print_of(c: Canvas, x: float, y: float, s: float, kind: int, turn: float) -> None:
    """One print with a small scene, hanging from (x, y)."""
    u, v = (math.cos(turn), math.sin(turn)), (-math.sin(turn), math.cos(turn))

    def at(a: float, b: float) -> tuple[float, float]:
        return x + s * (a * u[0] + b * v[0]), y + s * (a * u[1] + b * v[1])

    paper = c.mask(lambda p: p.poly([at(-1, -0.05), at(1, -0.05), at(1, 2.35), at(-1, 2.35)]))
    c.cast(paper, 20, 26, 16, 0.55)
    c.form(paper, CREAM, dark=PLUM, depth=22, shade=0.35)
    photo = c.mask(lambda p: p.poly([at(-0.86, 0.1), at(0.86, 0.1), at(0.86, 1.9), at(-0.86, 1.9)]))
    skies = (("#8fb8c4", CREAM), (ROSE, GOLD), (NAVY, "#7a5f90"), (AMBER, CREAM), ("#6a8fa8", BLUSH), (TEAL, SAGE))
    first, second = skies[(kind + 3 * (kind > 5)) % 6]
    kind %= 6
    c.lay(photo, c.ramp((c.y - y) / (s * 2), (0, first), (1, second)))
    before = c.pixels.copy()

    def scene(p: Pen) -> None:
        if kind == 0:
            p.poly([at(-0.9, 1.3), at(0.9, 1.3), at(0.9, 2), at(-0.9, 2)], SEA)
            p.poly([at(-0.3, 1.28), at(0.3, 1.28), at(0.2, 1.42), at(-0.2, 1.42)], RUST)
            p.poly([at(0, 0.6), at(0, 1.24), at(-0.4, 1.24)], CREAM)
        elif kind == 1:
            p.oval(*at(0.3, 0.8), s * 0.24, s * 0.24, CREAM)
            p.blob([at(-1, 1.5), at(-0.3, 1.1), at(0.3, 1.4), at(1, 1.15), at(1, 2.1), at(-1, 2.1)], PLUM)
        elif kind == 2:
            p.oval(*at(0.35, 0.55), s * 0.17, s * 0.17, CREAM)
            for k in range(6):
                p.poly(
                    [
                        at(-0.9 + k * 0.32, 1.1 + 0.13 * (k % 3)),
                        at(-0.62 + k * 0.32, 1.1 + 0.13 * (k % 3)),
                        at(-0.62 + k * 0.32, 2),
                        at(-0.9 + k * 0.32, 2),
                    ],
                    INK,
                )
                p.oval(*at(-0.76 + k * 0.32, 1.5), s * 0.05, s * 0.06, GOLD)
        elif kind == 3:
            for dx, h, tone in ((-0.36, 1.0, TEAL), (0.3, 0.86, RUST), (0, 1.2, NAVY)):
                p.oval(*at(dx, h), s * 0.17, s * 0.2, "#8a5a44")
                p.blob(
                    [
                        at(dx - 0.3, 2),
                        at(dx - 0.24, h + 0.34),
                        at(dx, h + 0.22),
                        at(dx + 0.24, h + 0.34),
                        at(dx + 0.3, 2),
                    ],
                    tone,
                )
        elif kind == 4:
            p.poly([at(-0.9, 1.9), at(-0.2, 0.7), at(0.15, 1.2), at(0.4, 0.9), at(0.9, 1.9)], "#4a5f7a")
            p.poly([at(-0.36, 0.98), at(-0.2, 0.7), at(-0.02, 0.96), at(-0.2, 1.06)], CREAM)
        else:
            for dx in (-0.5, -0.1, 0.34, 0.6):
                p.poly([at(dx - 0.26, 1.8), at(dx, 0.6 + abs(dx) * 0.5), at(dx + 0.26, 1.8)], PINE)
            p.poly([at(-0.9, 1.7), at(0.9, 1.7), at(0.9, 2), at(-0.9, 2)], MOSS)

    c.ink(scene)
    c.pixels = before + (c.pixels - before) * photo[..., None]
    c.ink(
        lambda p: (
            p.poly([at(-0.1, -0.22), at(0.1, -0.22), at(0.08, 0.3), at(-0.08, 0.3)], "#c9925a"),
            p.line([at(0, -0.2), at(0, 0.28)], 2, BARK, 0.7),
            p.poly([at(-0.12, 0.0), at(0.12, 0.0), at(0.12, 0.05), at(-0.12, 0.05)], "#5a4a4a"),
        )
    )


PICTURES = (
    letters_and_pen,
    photo_line,
)
