"""A record, radios, and the coffee that goes with them."""

from __future__ import annotations

import math

import numpy as np

from . import part
from .brush import AMBER, BARK, CLAY, CREAM, GOLD, INK, NAVY, PLUM, RUST, TEAL, Canvas, Pen, blur, mix
from .furniture import boards, desk, wall


def vinyl_record(c: Canvas) -> None:
    """A record on a turntable, seen from above."""
    boards(c, "#6b4434", 380, 200, 360)
    plinth = c.mask(lambda p: p.box(150, 60, 1290, 960, r=40))
    c.cast(plinth, 24, 30, 30, 0.6)
    c.form(plinth, c.fade((0, "#e9d3b0"), (1, "#b98a68")), dark=PLUM, depth=50, lit=CREAM)
    x, y, r = 690, 540, 440
    c.cast(c.mask(lambda p: p.oval(x, y, r + 16, r + 16)), 14, 18, 14, 0.6)
    c.form(c.mask(lambda p: p.oval(x, y, r + 14, r + 14)), "#8d8088", depth=10, lit=CREAM, rim=0.7)
    disc = c.mask(lambda p: p.oval(x, y, r, r))
    far, turn = np.sqrt((c.x - x) ** 2 + (c.y - y) ** 2), np.arctan2(c.y - y, c.x - x)
    groove = 0.5 + 0.5 * np.sin(far * 1.15) * (0.6 + 0.4 * np.sin(far * 0.13))
    c.lay(disc, c.ramp(groove, (0, "#0c0a14"), (1, "#231f30")))
    sheen = (np.cos(2 * (turn + 0.85)) ** 24 + 0.5 * np.cos(2 * (turn - 0.1)) ** 40) * disc * (far > 165)
    c.shine((sheen * (0.6 + 0.4 * groove)).astype(np.float32), GOLD, 0.55)
    for gap in (230, 312, 388):
        c.shadow(np.exp(-(((far - gap) / 3.5) ** 2)).astype(np.float32) * disc, INK, 0.8)
    label = c.mask(lambda p: p.oval(x, y, 158, 158))
    c.form(label, c.ramp(far / 158, (0, GOLD), (0.7, CLAY), (1, RUST)), depth=20, lit=CREAM, shade=0.3)
    wave = [(x - 120 + k * 10, y + 58 + 16 * math.sin(k * 0.8)) for k in range(25)]
    c.ink(
        lambda p: (
            [p.line([(a, b + d) for a, b in wave], 6, CREAM, 0.85) for d in (0, 22, 44)],
            p.oval(x, y - 66, 38, 38, CREAM),
            p.ring(x, y, 150, 150, 3, CREAM, 0.5),
            p.oval(x, y, 13, 13, "#2a1a22"),
            p.oval(x - 3, y - 4, 5, 5, CREAM),
        )
    )
    arm = c.mask(
        lambda p: (
            p.curve([(1290, 240), (1280, 520), (1200, 700), (1020, 800)], 18),
            p.poly([(1030, 776), (1052, 806), (976, 856), (950, 822)]),
        )
    )
    c.cast(arm, 18, 24, 12, 0.6)
    c.form(arm, "#d9cfc4", dark=INK, depth=12, lit=CREAM, rim=0.7)
    base = c.mask(lambda p: p.oval(1290, 240, 96, 96))
    c.cast(base, 10, 14, 12, 0.5)
    c.form(base, "#4a4458", depth=26, lit=CREAM)
    c.form(
        c.mask(lambda p: (p.oval(1290, 240, 52, 52), p.box(1262, 110, 56, 90, r=10))),
        "#b9aeb0",
        depth=18,
        lit=CREAM,
        rim=0.6,
    )
    for i, ty in enumerate((640, 760)):
        knob = c.mask(lambda p, ty=ty: p.oval(1350, ty + 130, 38, 38))
        c.cast(knob, 8, 10, 8, 0.5)
        c.form(knob, (RUST, TEAL)[i], depth=18, lit=CREAM)
        c.ink(lambda p, ty=ty: p.line([(1350, ty + 130), (1372, ty + 108)], 5, CREAM))
    sleeve = c.mask(lambda p: p.poly([(1440, 520), (1680, 470), (1700, 1100), (1500, 1100)]))
    c.cast(sleeve, -14, 10, 16, 0.5)
    c.form(sleeve, c.fade((0.45, NAVY), (0.7, TEAL), (1, "#8fb8b0")), depth=30)


def pocket_radios(c: Canvas) -> None:
    """Three small radios with raised aerials."""
    wall(c, "#4a5a78", 560, 380, 1000, CREAM, 0.35)
    for k in range(5):
        c.ink(lambda p, k=k: p.ring(1260, 130, 90 + k * 70, 90 + k * 70, 3, CREAM, 0.13 - 0.02 * k))
    desk(c, 800, "#7a4a38", 700)
    for x, w, h, tone, tip in (
        (380, 380, 300, CREAM, 1.1),
        (880, 440, 400, "#c9573a", -0.5),
        (1320, 240, 210, "#2f7478", 0.7),
    ):
        radio(c, x, 880, w, h, tone, tip)


def radio(c: Canvas, x: float, y: float, w: float, h: float, tone: str, tip: float) -> None:
    """A rounded radio with a grille, a dial, knobs and an aerial."""
    left, top = x - w / 2, y - h
    ax, ay = left + w * 0.86, top + 8
    ex, ey = ax + h * 0.9 * math.sin(tip), ay - h * 1.25 * math.cos(tip)
    c.ink(
        lambda p: (
            p.line([(ax, ay), (ex, ey)], 8, "#8d8890"),
            p.line([(ax - 2, ay), (ex - 2, ey)], 2.4, CREAM, 0.8),
            p.oval(ex, ey, 9, 9, "#cfc6bc"),
        )
    )
    c.ink(
        lambda p: p.curve(
            [
                (left + w * 0.14, top + 6),
                (left + w * 0.2, top - h * 0.17),
                (left + w * 0.62, top - h * 0.17),
                (left + w * 0.68, top + 6),
            ],
            15,
            mix(tone, INK, 0.5),
        )
    )
    body = c.mask(lambda p: p.box(left, top, w, h, r=h * 0.14))
    c.cast(body, 34, 12, 26, 0.65)
    c.form(
        body,
        c.ramp((c.y - top) / h, (0, mix(tone, CREAM, 0.25)), (1, mix(tone, INK, 0.15))),
        dark=mix(tone, INK, 0.8),
        depth=46,
        sun=(-0.7, -0.7),
        lit=CREAM,
        rim=0.5,
        shade=0.7,
    )
    grille = c.mask(lambda p: p.box(left + w * 0.07, top + h * 0.14, w * 0.48, h * 0.72, r=h * 0.08))
    c.lay(grille, mix(tone, INK, 0.72))
    dots = c.mask(
        lambda p: [
            p.oval(left + w * 0.1 + i * w * 0.037, top + h * 0.19 + j * w * 0.037, w * 0.011, w * 0.011)
            for i in range(12)
            for j in range(int(h * 0.64 / (w * 0.037)))
        ]
    )
    c.lay(dots * grille, mix(tone, CREAM, 0.6))
    dx, dy, r = left + w * 0.77, top + h * 0.4, min(w * 0.17, h * 0.24)
    c.form(c.mask(lambda p: p.oval(dx, dy, r * 1.1, r * 1.1)), mix(tone, INK, 0.45), depth=10, lit=CREAM)
    c.lay(
        c.mask(lambda p: p.oval(dx, dy, r, r)),
        c.ramp(np.sqrt((c.x - dx) ** 2 + (c.y - dy) ** 2) / r, (0, CREAM), (0.8, GOLD), (1, AMBER)),
    )
    c.glow(dx, dy, r * 2.6, GOLD, 0.4)
    c.ink(
        lambda p: (
            [
                p.line(
                    [
                        (dx + r * 0.7 * math.cos(a), dy + r * 0.7 * math.sin(a)),
                        (dx + r * 0.88 * math.cos(a), dy + r * 0.88 * math.sin(a)),
                    ],
                    3,
                    BARK,
                )
                for a in np.linspace(math.pi * 0.8, math.pi * 2.2, 13)
            ],
            p.line([(dx, dy), (dx + r * 0.66, dy - r * 0.4)], 5, RUST),
            p.oval(dx, dy, 8, 8, BARK),
        )
    )
    for k in range(2):
        knob = c.mask(lambda p, k=k: p.oval(left + w * (0.68 + 0.18 * k), top + h * 0.79, h * 0.075, h * 0.075))
        c.cast(knob, 4, 5, 4, 0.5)
        c.form(knob, "#d9cdbd", depth=12, lit=CREAM, rim=0.5)


def coffee_cups(c: Canvas) -> None:
    """Four cups from above, beans, a folded cloth."""
    boards(c, "#5a3a30", 420, 240)
    cloth = c.mask(lambda p: p.poly([(1120, -30), (1660, -60), (1640, 420), (1240, 330)]))
    c.cast(cloth, -14, 20, 16, 0.5)
    c.form(cloth, "#d9d2bd", dark=PLUM, depth=50, shade=0.4)
    before = c.pixels.copy()
    c.ink(
        lambda p: (
            [p.line([(1140 + k * 46, -40), (1250 + k * 40, 430)], 7, TEAL, 0.55) for k in range(12)]
            + [p.line([(1090, 20 + k * 60), (1660, -20 + k * 68)], 5, RUST, 0.4) for k in range(8)]
        )
    )
    c.pixels = before + (c.pixels - before) * cloth[..., None]
    for x, y, size, tone, drink, handle in (
        (520, 450, 190, "#2f6a70", "#7a4526", 0.5),
        (1060, 640, 160, CREAM, "#4a2a1e", -0.6),
        (280, 880, 130, "#c9673f", "#b9702f", 2.4),
        (1400, 890, 140, "#3a3f6a", "#8a5a30", 3.8),
    ):
        part.cup(c, x, y, size, tone, drink, handle=handle)
    latte(c, 520, 450, 150)
    for x, y, r in ((1060, 640, 100), (1400, 890, 90)):
        c.ink(
            lambda p, x=x, y=y, r=r: (
                p.ring(x, y, r * 1.28, r * 1.28, 7, "#c98a4a", 0.55),
                p.oval(x - r * 0.4, y - r * 0.3, r * 0.1, r * 0.07, CREAM, 0.55),
            )
        )
    c.ink(lambda p: (p.oval(280, 880, 40, 40, GOLD, 0.5), p.oval(266, 866, 20, 14, CREAM, 0.4)))
    for x, y in [(760 + 260 * (c.rng.random() - 0.5), 250 + 210 * (c.rng.random() - 0.5)) for _ in range(34)] + [
        (690, 880),
        (760, 930),
        (640, 950),
        (820, 860),
        (900, 960),
    ]:
        bean(c, x, y, c.rng.random() * math.tau)
    spoon = c.mask(lambda p: (p.line([(800, 420), (870, 660)], 11), p.oval(792, 392, 24, 38)))
    c.cast(spoon, 10, 12, 7, 0.5)
    c.form(spoon, "#c9bdae", depth=10, lit=CREAM, rim=0.7)


def latte(c: Canvas, x: float, y: float, r: float) -> None:
    """A fern of milk in a cup."""
    c.lay(blur(c.mask(lambda p: p.oval(x, y, r * 0.98, r * 0.98)), 6) * 0.55, "#b97a45")

    def fern(p: Pen) -> None:
        for k in range(5):
            w, top = r * (0.72 - 0.11 * k), y + r * (0.5 - 0.24 * k)
            p.blob(
                [
                    (x, top + r * 0.16),
                    (x - w * 0.7, top - r * 0.06),
                    (x - w * 0.5, top - r * 0.2),
                    (x, top - r * 0.03),
                    (x + w * 0.5, top - r * 0.2),
                    (x + w * 0.7, top - r * 0.06),
                ],
                CREAM,
                0.95,
            )
        p.blob(
            [(x - r * 0.16, y - r * 0.66), (x, y - r * 0.58), (x + r * 0.16, y - r * 0.66), (x, y - r * 0.86)], CREAM
        )
        p.line([(x, y + r * 0.66), (x, y - r * 0.66)], 4, "#b97a45", 0.9)

    c.ink(fern, 0.8)


def bean(c: Canvas, x: float, y: float, turn: float) -> None:
    """A coffee bean."""
    u, v = (math.cos(turn), math.sin(turn)), (-math.sin(turn), math.cos(turn))
    ring = [
        (x + 17 * math.cos(a) * u[0] + 11 * math.sin(a) * v[0], y + 17 * math.cos(a) * u[1] + 11 * math.sin(a) * v[1])
        for a in np.linspace(0, math.tau, 18)[:-1]
    ]
    c.ink(lambda p: p.poly([(a + 5, b + 7) for a, b in ring], INK, 0.4), 1.5)
    c.ink(
        lambda p: (
            p.poly(ring, "#4a281c"),
            p.poly([(x + (a - x) * 0.7 - 2, y + (b - y) * 0.7 - 3) for a, b in ring], "#6b3d28", 0.8),
            p.curve(
                [(x - 15 * u[0], y - 15 * u[1]), (x + 3 * v[0], y + 3 * v[1]), (x + 15 * u[0], y + 15 * u[1])],
                2.6,
                "#22100c",
            ),
        )
    )


PICTURES = (
    vinyl_record,
    pocket_radios,
    coffee_cups,
)
