"""Bowls and mending."""

from __future__ import annotations

import math

import numpy as np

from . import part
from .brush import AMBER, CLAY, CREAM, GOLD, INK, RUST, SEA, TEAL, Canvas, Pen, blur, mix, smooth
from .furniture import wall


def ceramic_bowls(c: Canvas) -> None:
    """Bowls on a shelf in side light."""
    wall(c, "#b98a72", 330, 300, 1150, CREAM, 0.5)
    part.beam(c, -100, 60, 26, 16, 1700, GOLD, 0.34)
    for y in (520, 930):
        plank = c.mask(lambda p, y=y: p.box(-20, y, 1640, 34))
        c.cast(plank, 0, 34, 22, 0.55)
        c.form(plank, "#7a4a34", depth=12, sun=(-0.4, -0.9), lit=GOLD, rim=0.4)
    top: tuple[tuple[float, float, str, str], ...] = (
        (240, 200, SEA, "#123f48"),
        (560, 150, CREAM, "#b98a68"),
        (850, 180, RUST, "#4a1a22"),
        (1150, 140, "#d9b070", "#7a4a34"),
        (1430, 170, "#5a5f80", "#1d2244"),
    )
    low: tuple[tuple[float, float, str, str], ...] = (
        (330, 270, "#c9673f", "#5a1f22"),
        (850, 320, "#e9dcc4", "#a8785a"),
        (1330, 250, "#2f6f70", "#12343f"),
    )
    for row, y in ((top, 520), (low, 930)):
        for x, r, tone, inside in row:
            bowl(c, x, y, r, tone, inside)


def bowl(c: Canvas, x: float, y: float, r: float, tone: str, inside: str) -> None:
    """A thrown bowl standing on y with a dripping glaze."""
    h = r * 0.78
    foot = c.mask(lambda p: p.box(x - r * 0.3, y - r * 0.1, r * 0.6, r * 0.1, r=4))
    body_points = [
        (x - r * 0.62 * 1.6, y - h),
        (x - r * 0.86, y - h * 0.5),
        (x - r * 0.42, y - h * 0.1),
        (x, y - r * 0.04),
        (x + r * 0.42, y - h * 0.1),
        (x + r * 0.86, y - h * 0.5),
        (x + r * 0.62 * 1.6, y - h),
    ]
    body = c.mask(lambda p: p.poly(smooth(body_points)))
    c.cast(np.maximum(body, foot), r * 0.2, r * 0.06, r * 0.16, 0.5)
    c.form(foot, "#8a5a44", depth=10)
    edge = y - h * 0.42 + r * 0.06 * np.sin(c.x / (r * 0.11)) + r * 0.05 * np.sin(c.x / (r * 0.043) + 1)
    speck = (c.noise(5, 2) > 0.66).astype(np.float32) * 0.35
    c.lay(body, c.ramp(np.clip((c.y - edge) / 8 + 0.5, 0, 1), (0, tone), (1, "#b98466")))
    c.lay(body * blur(speck, 0.7), mix(tone, INK, 0.6))
    c.form(body, c.pixels, dark=mix(tone, INK, 0.8), depth=r * 0.5, sun=(-0.85, -0.35), lit=CREAM, rim=0.45, shade=0.8)
    rim = c.mask(lambda p: p.oval(x, y - h, r * 0.995, r * 0.2))
    c.form(rim, mix(tone, CREAM, 0.35), depth=8, lit=CREAM)
    hollow = c.mask(lambda p: p.oval(x, y - h + r * 0.012, r * 0.93, r * 0.165))
    c.form(
        hollow,
        c.ramp((c.x - x + r) / (2 * r), (0, inside), (1, mix(inside, tone, 0.75))),
        depth=r * 0.1,
        sun=(0.8, 0.5),
        lit=CREAM,
        rim=0.2,
    )
    c.shine(c.disc(x - r * 0.55, y - h * 0.62, r * 0.2, 1.6) * body, CREAM, 0.4)


def visible_mending(c: Canvas) -> None:
    """Indigo knit with a woven darn in orange."""
    rows, cols = c.y / 34.0, c.x / 46.0
    knit = np.abs(np.sin(np.pi * (rows + np.abs((cols % 1) - 0.5) * 1.3)))
    c.pixels = c.ramp(knit, (0, "#182350"), (0.6, "#26346a"), (1, "#34457f"))
    c.shadow(blur((np.abs((cols % 1) - 0.5) < 0.06).astype(np.float32), 1.5), INK, 0.4)
    c.shine(c.disc(520, 260, 1300, 1.3), GOLD, 0.34)
    x0, y0, w, h, n = 520, 300, 470, 460, 19
    patch = c.mask(lambda p: p.box(x0 - 18, y0 - 18, w + 36, h + 36, r=20))
    c.cast(patch, 8, 10, 14, 0.55)
    c.lay(
        c.mask(lambda p: p.blob([(640, 420), (760, 380), (880, 430), (900, 560), (830, 660), (700, 650), (620, 560)])),
        "#0a0e22",
        0.9,
    )
    step = w / (n - 1)
    for k in range(n):
        x = x0 + k * step
        thread(
            c,
            [
                (x + 2 * math.sin(k), y0 - 34 + 8 * (k % 2)),
                (x, y0 + h / 2),
                (x + 2 * math.cos(k), y0 + h + 30 - 8 * (k % 2)),
            ],
            13,
            AMBER,
        )
    vstep = h / (n - 1)
    for j in range(n - 4):
        y = y0 + j * vstep
        thread(
            c, [(x0 - 34 + 8 * (j % 2), y), (x0 + w / 2, y + 2 * math.sin(j)), (x0 + w + 30 - 8 * (j % 2), y)], 13, CLAY
        )
        over = [x0 + k * step for k in range(n) if (k + j) % 2]
        c.ink(
            lambda p, over=over, y=y: [
                (
                    p.line([(x, y - 11), (x, y + 11)], 14, mix(AMBER, INK, 0.5), 0.5),
                    p.line([(x, y - 9), (x, y + 9)], 12, AMBER),
                    p.line([(x - 3, y - 7), (x - 3, y + 7)], 3, GOLD, 0.8),
                )
                for x in over
            ]
        )
    tail = [(x0 + w + 30, y0 + (n - 5) * vstep), (1120, 690), (1210, 780), (1310, 700), (1330, 560), (1240, 480)]
    thread(c, tail, 11, CLAY)
    needle = c.mask(lambda p: p.poly([(1236, 488), (1252, 470), (1456, 300), (1470, 296), (1460, 310), (1254, 492)]))
    c.cast(needle, 12, 16, 7, 0.55)
    c.form(needle, "#d9d2c9", depth=8, lit=CREAM, rim=0.8)
    c.ink(lambda p: p.line([(1256, 476), (1282, 455)], 5, "#3a3448"))
    for x, y, r, tone in ((230, 800, 120, AMBER), (1290, 900, 104, TEAL), (240, 240, 92, RUST)):
        ball(c, x, y, r, tone)


def thread(c: Canvas, points: list[tuple[float, float]], width: float, tone: str) -> None:
    """A strand of wool with its twist and shadow."""
    line = smooth(points, steps=20)
    c.ink(lambda p: p.line([(x + 4, y + 6) for x, y in line], width, INK, 0.35), 2)
    c.ink(
        lambda p: (
            p.line(line, width, mix(tone, INK, 0.35)),
            p.line([(x - 1, y - 1) for x, y in line], width * 0.74, tone),
            p.line([(x - width * 0.2, y - width * 0.2) for x, y in line], width * 0.22, CREAM, 0.4),
        )
    )


def ball(c: Canvas, x: float, y: float, r: float, tone: str) -> None:
    """A ball of wool."""
    body = c.mask(lambda p: p.oval(x, y, r, r))
    c.cast(body, r * 0.18, r * 0.22, r * 0.16, 0.6)
    c.lay(body, mix(tone, INK, 0.25))

    def strands(p: Pen) -> None:
        for k in range(70):
            turn, lean = c.rng.random() * math.tau, (c.rng.random() - 0.5) * 2
            u, v = (math.cos(turn), math.sin(turn)), (-math.sin(turn), math.cos(turn))
            arc = [
                (
                    x + r * (t * u[0] + lean * (1 - t * t) * v[0]) * 0.97,
                    y + r * (t * u[1] + lean * (1 - t * t) * v[1]) * 0.97,
                )
                for t in np.linspace(-0.98, 0.98, 9)
            ]
            p.line(arc, r * 0.05, mix(tone, (CREAM, INK, tone)[k % 3], 0.28))

    before = c.pixels.copy()
    c.ink(strands)
    c.pixels = before + (c.pixels - before) * body[..., None]
    c.form(body, c.pixels, dark=INK, depth=r * 0.7, lit=CREAM, rim=0.35, shade=0.8)


PICTURES = (
    ceramic_bowls,
    visible_mending,
)
