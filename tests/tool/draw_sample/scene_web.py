"""The small web and its logs."""

from __future__ import annotations

import math

import numpy as np

from . import part
from .brush import AMBER, CLAY, CREAM, GOLD, INK, NAVY, PLUM, ROSE, SEA, TEAL, Canvas, Pen, blur, mix


def small_web(c: Canvas) -> None:
    """A garden whose plants grow out of circuit traces."""
    part.sky(
        c,
        (0, "#0a1f30"),
        (0.45, "#124a58"),
        (0.7, "#2f8080"),
        (0.85, "#d9a068"),
        (1, AMBER),
        cloud="#2f6a78",
        amount=0.3,
    )
    part.stars(c, 160, 420)
    c.glow(800, 640, 760, GOLD, 0.5)
    soil = part.ground(c, [(-20, 800), (400, 770), (800, 760), (1200, 772), (1620, 806)])
    c.form(soil, c.fade((0.7, "#123a40"), (1, "#061418")), depth=20, sun=(0, -1), lit=GOLD, rim=0.5)
    traces(c)
    spec = [
        (130, 420, TEAL, ROSE),
        (300, 300, SEA, GOLD),
        (480, 470, TEAL, CLAY),
        (650, 350, SEA, CREAM),
        (800, 560, TEAL, GOLD),
        (960, 380, SEA, ROSE),
        (1130, 480, TEAL, CREAM),
        (1300, 320, SEA, AMBER),
        (1470, 430, TEAL, CLAY),
    ]
    for i, (x, height, leaf, bloom) in enumerate(spec):
        plant(c, x, 790 - 24 * math.sin(x / 510), height, leaf, bloom, i)
    c.ink(lambda p: [p.oval(c.rng.random() * c.w, 240 + 540 * c.rng.random(), 2.6, 2.6, GOLD, 0.9) for _ in range(70)])
    halo = c.mask(lambda p: [p.oval(c.rng.random() * c.w, 260 + 520 * c.rng.random(), 7, 7) for _ in range(30)])
    c.shine(np.clip(blur(halo, 8), 0, 1), GOLD, 0.9)


def traces(c: Canvas) -> None:
    """Glowing circuit lines in the soil."""
    runs: list[list[tuple[float, float]]] = []
    for x in (130, 300, 480, 650, 800, 960, 1130, 1300, 1470):
        for _ in range(3):
            y, points = 792.0, [(float(x), 792.0)]
            at = float(x)
            for _ in range(5):
                y += 20 + 42 * c.rng.random()
                points.append((at, y))
                step = (c.rng.random() - 0.5) * 190
                at += step
                y += abs(step) * 0.5
                points.append((at, y))
            runs.append(points)
    lines = c.mask(lambda p: [p.line(r, 5) for r in runs])
    dots = c.mask(lambda p: [p.oval(*q, 9, 9) for r in runs for q in r[2::2]])
    below = np.clip((c.y - 780) / 30, 0, 1)
    c.shine(np.clip(blur(lines + dots, 12), 0, 1) * below, "#46e0c0", 0.8)
    c.lay(lines * below, "#7ff0d4", 0.85)
    c.lay(dots * below, GOLD)
    c.lay(c.mask(lambda p: [p.oval(*q, 4, 4) for r in runs for q in r[2::2]]) * below, "#123a40")


def plant(c: Canvas, x: float, y: float, height: float, leaf: str, bloom: str, kind: int) -> None:
    """One plant with a glowing flower; its stem bends in right angles like a trace."""
    top = y - height
    bend = 26 * (1 if kind % 2 else -1)
    stem = [
        (x, y),
        (x, y - height * 0.3),
        (x + bend, y - height * 0.42),
        (x + bend, y - height * 0.66),
        (x, y - height * 0.78),
        (x, top),
    ]
    c.ink(lambda p: (p.line(stem, 10, mix(leaf, INK, 0.3)), p.line([(a - 2, b) for a, b in stem], 3, "#7ff0d4", 0.8)))
    for k, share in enumerate((0.2, 0.36, 0.55, 0.7)):
        side = 1 if (k + kind) % 2 else -1
        lx, ly = x + (bend if 0.42 < share < 0.66 else 0), y - height * share
        size = height * 0.17
        shape = c.mask(
            lambda p, lx=lx, ly=ly, side=side, size=size: p.blob(
                [
                    (lx, ly),
                    (lx + side * size * 0.5, ly - size * 0.62),
                    (lx + side * size * 1.25, ly - size * 0.72),
                    (lx + side * size * 0.8, ly - size * 0.1),
                ]
            )
        )
        c.form(shape, leaf, dark=INK, depth=18, sun=(0, -1), lit=GOLD, rim=0.6)
        c.ink(
            lambda p, lx=lx, ly=ly, side=side, size=size: p.curve(
                [(lx, ly), (lx + side * size * 0.5, ly - size * 0.36), (lx + side * size, ly - size * 0.55)],
                2.4,
                "#7ff0d4",
                0.8,
            )
        )
    c.glow(x, top, height * 0.42, bloom, 0.75)
    r = 30 + height * 0.06
    if kind % 3 == 0:
        petals = c.mask(
            lambda p: [
                p.oval(x + r * 0.78 * math.cos(a), top + r * 0.78 * math.sin(a), r * 0.44, r * 0.44)
                for a in np.linspace(0, math.tau, 9)[:-1]
            ]
        )
    elif kind % 3 == 1:
        petals = c.mask(
            lambda p: p.blob(
                [
                    (x - r, top + r * 0.2),
                    (x - r * 0.8, top - r),
                    (x - r * 0.4, top - r * 0.5),
                    (x, top - r * 1.2),
                    (x + r * 0.4, top - r * 0.5),
                    (x + r * 0.8, top - r),
                    (x + r, top + r * 0.2),
                    (x, top + r * 0.8),
                ]
            )
        )
    else:
        petals = c.mask(
            lambda p: [
                p.poly(
                    [
                        (x, top),
                        (x + r * 1.3 * math.cos(a - 0.2), top + r * 1.3 * math.sin(a - 0.2)),
                        (x + r * 1.3 * math.cos(a + 0.2), top + r * 1.3 * math.sin(a + 0.2)),
                    ]
                )
                for a in np.linspace(0, math.tau, 13)[:-1]
            ]
        )
    c.form(petals, bloom, dark=PLUM, depth=r * 0.5, sun=(0, -1), lit=CREAM, rim=0.6)
    c.ink(lambda p: (p.oval(x, top, r * 0.36, r * 0.36, CREAM), p.oval(x, top, r * 0.2, r * 0.2, GOLD)))


def server_logs(c: Canvas) -> None:
    """Glowing bars rising from a dark plain like a city of data."""
    part.sky(c, (0, "#0a1030"), (0.5, "#2a2560"), (0.66, "#8a4a78"), (0.72, CLAY), (1, CLAY))
    part.stars(c, 220, 520)
    c.glow(800, 700, 720, AMBER, 0.55)
    c.lay(c.disc(800, 690, 190, 0.06), "#f6a860")
    c.lay(part.ground(c, [(-20, 700), (1620, 700)]), c.fade((0.65, "#3a1f4a"), (0.75, "#1a1436"), (1, "#080a1c")))

    def grid(p: Pen) -> None:
        for k in range(-24, 25):
            p.line([(800 + k * 26, 700), (800 + k * 190, 1100)], 2, "#d98a78", 0.3)
        for k in range(14):
            y = 700 + 5 * 1.45**k * 0.55
            p.line([(-20, y), (1620, y)], 1 + k * 0.14, "#d98a78", 0.32)

    c.ink(grid)
    for row in range(6):
        scale, base = 0.34 * 1.36**row, 706 + 9.5 * 2.05 ** (row * 0.86)
        count = 15
        for k in range(count):
            off = (k - (count - 1) / 2) * 118 * scale * 1.35
            if abs(off) < 90 * scale * row * 0.55:
                continue
            height = (70 + 420 * c.rng.random() ** 2.4) * scale
            tone = (CLAY, AMBER, SEA, ROSE, GOLD, "#6a7ad0")[int(c.rng.integers(6))]
            bar(c, 800 + off, base, 66 * scale, height, tone)
    c.lay(np.exp(-(((c.y - 705) / 26) ** 2)).astype(np.float32), "#f0a070", 0.45)


def bar(c: Canvas, x: float, y: float, w: float, h: float, tone: str) -> None:
    """A lit column with a side and a top."""
    if x < -w * 2 or x > c.w + w * 2:
        return
    side, d = (1 if x < 800 else -1), w * 0.26
    x0, x1 = x - w / 2, x + w / 2
    near = x1 if side > 0 else x0
    tick = max(6.0, w * 0.24)

    def draw(p: Pen) -> None:
        p.box(x0, y - h, w, h, mix(tone, NAVY, 0.35))
        p.poly(
            [(near, y), (near + side * d, y - d * 0.7), (near + side * d, y - h - d * 0.7), (near, y - h)],
            mix(tone, INK, 0.55),
        )
        p.poly(
            [(x0, y - h), (x1, y - h), (x1 + side * d, y - h - d * 0.7), (x0 + side * d, y - h - d * 0.7)],
            mix(tone, CREAM, 0.55),
        )
        for k in range(int(h / tick)):
            if c.rng.random() < 0.7:
                p.box(
                    x0 + w * 0.12,
                    y - h + k * tick + tick * 0.3,
                    w * (0.2 + 0.55 * c.rng.random()),
                    tick * 0.3,
                    mix(tone, CREAM, 0.5),
                    0.85,
                )

    c.glow(x, y - h, w * 1.6, tone, 0.4)
    c.ink(draw)


PICTURES = (
    small_web,
    server_logs,
)
