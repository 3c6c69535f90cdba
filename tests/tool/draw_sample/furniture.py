"""What several rooms and streets share: walls, tables, lamps, windows, towers."""

from __future__ import annotations

import numpy as np

from . import part
from .brush import AMBER, CREAM, GOLD, INK, ROSE, Canvas, Pen, blur, mix


def towers(c: Canvas, layer: int, tone: str, low: float, tall: float, wide: float) -> None:
    """One row of buildings with its windows."""
    x, blocks = -40.0, []
    while x < c.w:
        w, h = wide * (0.6 + 0.6 * c.rng.random()), low + tall * c.rng.random() ** 1.5
        blocks.append((x, c.h - h, w, h))
        x += w + c.rng.random() * wide * 0.12
    body = c.mask(lambda p: [p.box(a, b, w, h) for a, b, w, h in blocks])
    c.form(
        body, c.fade((0.3, tone), (1, mix(tone, INK, 0.55))), depth=18, sun=(0.9, -0.3), lit=CREAM, rim=0.16, shade=0.4
    )
    lit: list[tuple[float, float, float, float, str]] = []

    def draw(p: Pen) -> None:
        cell = (9, 14, 19, 26)[layer]
        for a, b, w, _tall in blocks:
            kind = c.rng.integers(4)
            if kind == 0:
                p.box(a + w * 0.4, b - 40 - layer * 12, 3 + layer, 42 + layer * 12, tone)
            if kind == 1:
                p.box(a + w * 0.2, b - 16, w * 0.35, 18, tone)
            if kind == 2 and layer:
                p.poly([(a, b), (a + w / 2, b - w * 0.3), (a + w, b)], tone)
            for wy in np.arange(b + cell, c.h, cell * 1.55):
                for wx in np.arange(a + cell * 0.7, a + w - cell, cell * 1.25):
                    roll = c.rng.random()
                    if roll < (0.22, 0.24, 0.2, 0.17)[layer]:
                        hue = (GOLD, AMBER, CREAM, "#f7b98a", "#9fc4c4")[int(c.rng.integers(5))]
                        lit.append((wx, wy, cell * 0.62, cell * 0.9, hue))
                        p.box(wx, wy, cell * 0.62, cell * 0.9, hue, 0.95)
                    else:
                        p.box(wx, wy, cell * 0.62, cell * 0.9, mix(tone, INK, 0.45), 0.55)

    c.ink(draw)
    halo = c.mask(lambda p: [p.box(a - 2, b - 2, w + 4, h + 4) for a, b, w, h, _ in lit])
    c.shine(np.clip(blur(halo, 7 + 3 * layer), 0, 1), AMBER, 0.5)


def wall(c: Canvas, tone: str, x: float, y: float, reach: float, light: str = AMBER, strength: float = 0.6) -> None:
    """A plain wall with a pool of lamplight at (x, y)."""
    c.pixels = c.fade((0, mix(tone, INK, 0.25)), (1, mix(tone, INK, 0.5)))
    c.pixels += ((c.noise(200, 4) - 0.5) * 0.05)[..., None]
    c.glow(x, y, reach, light, strength, 1.6)


def desk(c: Canvas, top: float, tone: str = "#6b3f2e", light_x: float = 800) -> None:
    """A wooden table top below `top`, with grain and a lit middle."""
    board = part.ground(c, [(-20, top), (c.w + 20, top)])
    grain = c.noise(26, 4, 16)
    c.lay(
        board,
        c.ramp(
            (c.y - top) / (c.h - top + 1) + (grain - 0.5) * 0.35,
            (0, mix(tone, AMBER, 0.25)),
            (0.5, tone),
            (1, mix(tone, INK, 0.55)),
        ),
    )
    c.shine(board * c.disc(light_x, top + 90, 760, 1.6), AMBER, 0.45)
    c.ink(lambda p: p.box(-20, top, c.w + 40, 5, GOLD, 0.35))


def shade_lamp(c: Canvas, x: float, y: float, size: float, tone: str) -> None:
    """A banker's lamp standing on (x, y), lit."""
    c.glow(x, y - size * 0.8, size * 3.4, GOLD, 0.55, 2)
    c.cast(c.mask(lambda p: p.oval(x, y, size * 0.46, size * 0.1)), 10, 10, 12, 0.5)
    brass = c.mask(
        lambda p: (
            p.oval(x, y, size * 0.42, size * 0.09),
            p.box(x - size * 0.035, y - size, size * 0.07, size),
            p.oval(x, y - size * 0.5, size * 0.06, size * 0.06),
        )
    )
    c.form(brass, "#b98a44", depth=size * 0.1, lit=CREAM, rim=0.6)
    cone = c.mask(
        lambda p: p.poly(
            [
                (x - size * 0.62, y - size * 0.95),
                (x + size * 0.62, y - size * 0.95),
                (x + size * 1.9, y + 20),
                (x - size * 1.9, y + 20),
            ]
        )
    )
    c.shine(blur(cone, 24) * np.clip(1 - (c.y - y + size) / (size * 1.3), 0, 1), GOLD, 0.4)
    top = y - size * 1.24
    shade = c.mask(
        lambda p: p.blob(
            [
                (x - size * 0.72, y - size * 0.93),
                (x - size * 0.6, y - size * 1.18),
                (x - size * 0.3, top),
                (x + size * 0.3, top),
                (x + size * 0.6, y - size * 1.18),
                (x + size * 0.72, y - size * 0.93),
                (x, y - size * 0.9),
            ]
        )
    )
    c.form(
        shade,
        c.ramp((c.y - top) / (size * 0.35), (0, mix(tone, INK, 0.2)), (0.7, tone), (1, mix(tone, GOLD, 0.6))),
        depth=size * 0.16,
        lit=CREAM,
        rim=0.5,
        shade=0.4,
    )
    c.ink(lambda p: p.oval(x, y - size * 0.92, size * 0.5, size * 0.045, CREAM, 0.95))


def window(c: Canvas, x: float, y: float, w: float, h: float) -> None:
    """A four-paned night window with stars and roofs outside."""
    pane = c.mask(lambda p: p.box(x, y, w, h))
    before = c.pixels.copy()
    part.sky(c, (0, "#0c1434"), (0.4, "#27326a"), (0.65, "#6a5a90"), (0.8, ROSE))
    part.stars(c, 420, 560)
    c.glow(x + w * 0.7, y + 130, 200, CREAM, 0.4)
    c.lay(c.disc(x + w * 0.7, y + 130, 44, 0.1), CREAM)
    c.lay(c.disc(x + w * 0.7 - 20, y + 120, 40, 0.1), "#1a2550")
    roofs = [(x - 20 + k * 74, y + h * (0.74 + 0.12 * ((k * 7) % 5) / 5)) for k in range(13)]
    c.lay(
        c.mask(lambda p: [(p.box(a, b, 78, 500), p.poly([(a, b), (a + 39, b - 40), (a + 78, b)])) for a, b in roofs]),
        "#171c40",
    )
    c.ink(lambda p: [p.box(a + 26, b + 30, 18, 24, GOLD, 0.9) for i, (a, b) in enumerate(roofs) if i % 3 == 1])
    c.pixels = before * (1 - pane[..., None]) + c.pixels * pane[..., None]
    frame = c.mask(
        lambda p: (
            p.box(x - 26, y - 26, w + 52, 30),
            p.box(x - 46, y + h, w + 92, 34, r=4),
            p.box(x - 26, y, 30, h),
            p.box(x + w - 4, y, 30, h),
            p.box(x + w / 2 - 9, y, 18, h),
            p.box(x, y + h * 0.45, w, 16),
        )
    )
    c.form(frame, "#7a5a54", depth=14, sun=(-0.9, 0.2), lit=GOLD, rim=0.4)


def jars(c: Canvas, spec: tuple[tuple[float, float, float, str], ...]) -> None:
    """Jam jars: (x, y of the foot, height, colour)."""
    for x, y, h, tone in spec:
        body = c.mask(lambda p, x=x, y=y, h=h: p.box(x - h * 0.36, y - h, h * 0.72, h, r=h * 0.14))
        c.form(body, tone, depth=h * 0.3, sun=(-0.6, -0.6), lit=CREAM, rim=0.6)
        c.ink(
            lambda p, x=x, y=y, h=h: (
                p.box(x - h * 0.38, y - h * 1.16, h * 0.76, h * 0.2, "#d8c9b0", r=5),
                p.box(x - h * 0.24, y - h * 0.66, h * 0.48, h * 0.32, CREAM, 0.9, r=3),
            )
        )


def boards(c: Canvas, tone: str, light_x: float = 500, light_y: float = 300, plank: float = 210) -> None:
    """A wooden table seen from above, lit from one corner."""
    grain = c.noise(22, 5, 22)
    c.pixels = c.ramp(grain, (0, mix(tone, INK, 0.45)), (0.5, tone), (1, mix(tone, AMBER, 0.3)))
    c.ink(lambda p: [p.box(-20, y, c.w + 40, 3.4, INK, 0.55) for y in np.arange(plank * 0.6, c.h, plank)])
    c.ink(lambda p: [p.box(-20, y + 4, c.w + 40, 2, CREAM, 0.1) for y in np.arange(plank * 0.6, c.h, plank)])
    c.shine(c.disc(light_x, light_y, 1250, 1.5), AMBER, 0.45)
    far = np.sqrt((c.x - light_x) ** 2 + (c.y - light_y) ** 2) / 1500
    c.shadow(np.clip(far - 0.2, 0, 0.8).astype(np.float32), INK, 0.75)
