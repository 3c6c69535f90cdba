"""A key and a mind."""

from __future__ import annotations

import math

import numpy as np

from .brush import AMBER, CLAY, CREAM, GOLD, INK, MIST, NAVY, ROSE, RUST, SEA, TEAL, Canvas, Pen, blur, smooth


def passkey(c: Canvas) -> None:
    """A golden key among numbered cloakroom tags."""
    c.pixels = c.fade((0, "#3a1c30"), (0.6, "#5a2a34"), (1, "#24121f"))
    c.pixels += ((c.noise(180, 4) - 0.5) * 0.06)[..., None]
    stripes = (np.floor(c.x / 64) % 2).astype(np.float32)
    c.lay(stripes, "#24121f", 0.22)
    c.glow(800, 520, 860, GOLD, 0.55)
    rail = c.mask(lambda p: p.box(-20, 110, 1640, 44, r=8))
    c.cast(rail, 6, 22, 16, 0.6)
    c.form(rail, "#7a4a34", depth=16, lit=GOLD, sun=(0, -1))
    for k, x in enumerate((130, 330, 530, 1070, 1270, 1470)):
        tag(c, x, 154, 250 + 30 * ((k * 7) % 3), (TEAL, RUST, "#c9a06a", NAVY, SEA, ROSE)[k], k)
    key(c, 800, 154)


def tag(c: Canvas, x: float, y: float, drop: float, tone: str, count: int) -> None:
    """A brass hook with a round tag punched with holes, its number in dots."""
    hook = c.mask(
        lambda p: (
            p.curve([(x, y - 20), (x, y + 40), (x + 22, y + 66), (x + 44, y + 40)], 12),
            p.oval(x + 44, y + 34, 10, 10),
        )
    )
    c.form(hook, "#c9954a", depth=10, lit=CREAM, rim=0.6)
    c.ink(lambda p: p.curve([(x + 22, y + 60), (x + 6, y + drop * 0.6), (x + 20, y + drop)], 4, "#d9b98a"))
    cx, cy = x + 20, y + drop + 92
    disc = c.mask(lambda p: p.oval(cx, cy, 86, 96))
    hole = c.mask(lambda p: p.oval(cx, cy - 68, 12, 12))
    c.cast(disc, 18, 22, 14, 0.55)
    c.form(np.clip(disc - hole, 0, 1), tone, dark=INK, depth=36, lit=CREAM, rim=0.45)
    c.ink(
        lambda p: (
            p.ring(cx, cy, 72, 82, 4, CREAM, 0.6),
            *[p.oval(cx - 30 + 30 * (i % 3), cy - 16 + 32 * (i // 3), 10, 10, CREAM) for i in range(count + 1)],
        )
    )


def key(c: Canvas, x: float, y: float) -> None:
    """A large key hanging in its own light."""
    hook = c.mask(
        lambda p: (
            p.curve([(x, y - 20), (x, y + 34), (x + 24, y + 62), (x + 48, y + 34)], 15),
            p.oval(x + 48, y + 28, 12, 12),
        )
    )
    c.form(hook, "#c9954a", depth=10, lit=CREAM, rim=0.6)
    cx, top = x + 24, y + 60
    c.glow(cx, top + 330, 520, GOLD, 0.5)
    bow = np.clip(
        c.mask(
            lambda p: (
                p.oval(cx, top + 130, 136, 136),
                p.oval(cx - 96, top + 60, 60, 60),
                p.oval(cx + 96, top + 60, 60, 60),
                p.oval(cx, top + 10, 56, 56),
            )
        )
        - c.mask(
            lambda p: (
                p.oval(cx, top + 140, 78, 78),
                p.oval(cx - 100, top + 56, 27, 27),
                p.oval(cx + 100, top + 56, 27, 27),
                p.oval(cx, top + 4, 25, 25),
            )
        ),
        0,
        1,
    )
    shaft = c.mask(
        lambda p: (
            p.box(cx - 27, top + 250, 54, 400, r=12),
            p.box(cx - 50, top + 262, 100, 30, r=12),
            p.box(cx - 42, top + 318, 84, 22, r=10),
            p.box(cx + 20, top + 500, 118, 46, r=6),
            p.box(cx + 20, top + 572, 150, 56, r=6),
            p.box(cx + 96, top + 520, 42, 60, r=4),
        )
    )
    shape = np.maximum(bow, shaft)
    c.cast(shape, 34, 40, 24, 0.6)
    c.form(
        shape,
        c.ramp((c.y - top) / 660, (0, "#ffe2a0"), (0.5, "#f0b04a"), (1, "#b9702f")),
        dark="#5a2a1a",
        depth=30,
        lit=CREAM,
        rim=0.75,
        shade=0.75,
    )
    c.glow(cx, top + 140, 120, CREAM, 0.9)


def thinking_machine(c: Canvas) -> None:
    """A head in profile made of flowing lines, with a gap at its centre."""
    c.pixels = c.ramp(
        np.sqrt((c.x - 820) ** 2 + (c.y - 480) ** 2) / 1050, (0, "#3a4a80"), (0.5, "#1d2450"), (1, "#0b0e26")
    )
    c.glow(850, 430, 640, ROSE, 0.3)
    profile = smooth(
        [
            (1010, 1100),
            (1000, 900),
            (1075, 860),
            (1150, 830),
            (1140, 780),
            (1165, 745),
            (1140, 715),
            (1172, 690),
            (1150, 650),
            (1215, 600),
            (1150, 490),
            (1160, 380),
            (1110, 230),
            (960, 120),
            (760, 100),
            (570, 180),
            (470, 340),
            (470, 520),
            (540, 680),
            (580, 830),
            (560, 960),
            (520, 1100),
        ],
        closed=True,
    )
    head = c.mask(lambda p: p.poly(profile))
    c.cast(head, 0, 0, 60, 0.0)
    flow = 34 * np.sin(c.x / 170 + c.y / 260) + 26 * np.sin(c.x / 83 - c.y / 190 + 1.3)
    gap = np.sqrt((c.x - 800) ** 2 + ((c.y - 400) * 1.05) ** 2)
    push = 120 * np.exp(-((gap / 190) ** 2)) * np.sign(c.y - 400 + 0.01)
    bands = (c.y + flow - push) / 21.0
    lines = np.clip(1.25 - np.abs((bands % 1) - 0.5) * 5, 0, 1)
    tone = c.ramp(
        (c.x - 460) / 760 + (c.noise(200, 3) - 0.5) * 0.4, (0, TEAL), (0.3, SEA), (0.55, GOLD), (0.8, CLAY), (1, ROSE)
    )
    c.lay(head, c.ramp(c.y / c.h, (0, "#1a1f4a"), (1, "#10122e")), 0.9)
    c.lay((lines * head).astype(np.float32), tone, 0.95)
    c.shine(blur((lines * head).astype(np.float32), 9), AMBER, 0.16)
    c.form(head, c.pixels, dark=INK, depth=60, sun=(0.8, -0.5), lit=GOLD, rim=0.35, shade=0.5)
    hole = c.disc(800, 400, 112, 0.05)
    c.lay(hole, "#0b0e26")
    c.shine(np.exp(-(((gap - 112) / 7) ** 2)).astype(np.float32), CREAM, 0.9)
    c.shine(np.exp(-(((gap - 112) / 40) ** 2)).astype(np.float32), GOLD, 0.45)
    nodes = [(c.rng.random() * c.w, c.rng.random() * c.h) for _ in range(130)]
    nodes = [(x, y) for x, y in nodes if head[min(int(y), c.h - 1), min(int(x), c.w - 1)] < 0.1]

    def net(p: Pen) -> None:
        for i, (x, y) in enumerate(nodes):
            for a, b in nodes[i + 1 :]:
                far = math.hypot(a - x, b - y)
                if far < 150:
                    p.line([(x, y), (a, b)], 1.3, MIST, 0.32 * (1 - far / 150))
            p.oval(x, y, 2.5 + 3 * c.rng.random(), 2.5 + 3 * c.rng.random(), (GOLD, MIST, CLAY)[i % 3], 0.85)

    c.ink(net)
    c.ink(lambda p: p.oval(800, 400, 8, 8, GOLD))
    c.glow(800, 400, 90, GOLD, 0.7)


PICTURES = (
    passkey,
    thinking_machine,
)
