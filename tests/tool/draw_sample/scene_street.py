"""Streets under lanterns."""

from __future__ import annotations

import numpy as np

from . import part
from .brush import AMBER, CLAY, CREAM, GOLD, INK, NAVY, PLUM, ROSE, RUST, TEAL, Canvas, Pen, mix


def lantern_market(c: Canvas) -> None:
    """A night market street under lanterns."""
    part.sky(c, (0, INK), (0.4, "#2a2350"), (0.62, "#7a3f5a"), (1, "#2a1a2e"))
    part.stars(c, 120, 300)
    c.glow(800, 640, 700, AMBER, 0.55)

    def houses(p: Pen) -> None:
        for i in range(8):
            far = i / 8
            left, right = 40 + 640 * far, 1560 - 640 * far
            top, tone = 120 + 330 * far + 30 * (i % 2), mix("#120f26", "#6b3a55", far)
            p.box(left - 140, top, 140, 700, tone)
            p.poly([(left - 155, top), (left - 70, top - 60 * (1 - far * 0.6)), (left + 15, top)], mix(tone, INK, 0.3))
            p.box(right, top + 24, 140, 700, tone)
            p.poly(
                [(right - 15, top + 24), (right + 70, top - 36 * (1 - far * 0.6)), (right + 155, top + 24)],
                mix(tone, INK, 0.3),
            )

    c.ink(lambda p: houses(p))
    ground = c.mask(lambda p: p.poly([(700, 660), (900, 660), (1750, 1100), (-150, 1100)]))
    c.lay(part.ground(c, [(-20, 690), (1620, 690)]), c.fade((0.6, "#5b2f40"), (1, "#140e20")))
    c.lay(ground, c.ramp((c.y - 660) / 400, (0, "#f0a860"), (0.35, "#9a5247"), (1, "#2a1a30")))
    shine = np.clip((c.noise(46, 3, 4) - 0.5) * 4, 0, 1) * ground
    c.shine(shine, AMBER, 0.25)
    for side in (-1, 1):
        for i in range(5):
            stall(c, side, 4 - i)
    crowd(c)
    rows = [(470, 26, 7, 360, 1240), (380, 38, 6, 230, 1370), (230, 62, 5, 90, 1510), (70, 96, 4, 130, 1480)]
    for y, size, count, x0, x1 in rows:
        for i in range(count):
            t = i / (count - 1)
            part.lantern(
                c,
                x0 + (x1 - x0) * t,
                y + size * 0.9 * 4 * t * (1 - t) * 0.8,
                size,
                (CLAY, "#c9432f", AMBER)[(i + count) % 3],
            )


def stall(c: Canvas, side: int, near: int) -> None:
    """One market stall with an awning, on the left (-1) or the right (1)."""
    scale = 0.36 * 1.52**near
    x = 800 + side * (190 + 118 * (1.62**near - 0.6))
    y = 700 + 62 * 1.5**near * 0.62
    w, h = 190 * scale, 150 * scale
    left = x - w / 2
    c.glow(x, y - h * 0.6, w * 1.1, GOLD, 0.5)
    c.ink(lambda p: p.box(left, y - h, w, h, "#f7c06b"))
    c.lay(c.mask(lambda p: p.box(left, y - h, w, h)), c.ramp((c.y - (y - h)) / h, (0, GOLD), (0.6, CLAY), (1, RUST)))
    rng = c.rng

    def goods(p: Pen) -> None:
        for i in range(9):
            gx = left + w * (i + 0.5) / 9
            p.oval(gx, y - h * 0.36, w * 0.055, w * 0.055, (RUST, AMBER, "#6f8a4e", ROSE)[int(rng.integers(4))])
        p.box(left - w * 0.04, y - h * 0.34, w * 1.08, h * 0.4, "#3a1f2c")
        p.box(left - w * 0.04, y - h * 0.34, w * 1.08, h * 0.06, "#7d4238")
        stripes = 7
        for i in range(stripes):
            a, b = left - w * 0.12 + w * 1.24 * i / stripes, left - w * 0.12 + w * 1.24 * (i + 1) / stripes
            tone = (CREAM, (TEAL, RUST, NAVY)[near % 3])[i % 2]
            p.poly(
                [
                    (a * 0.9 + x * 0.1, y - h * 1.32),
                    (b * 0.9 + x * 0.1, y - h * 1.32),
                    (b, y - h * 0.98),
                    (a, y - h * 0.98),
                ],
                tone,
            )
            p.oval((a + b) / 2, y - h * 0.98, (b - a) / 2, h * 0.07, tone)

    c.ink(goods)
    c.shadow(c.mask(lambda p: p.box(left - w * 0.12, y - h * 1.32, w * 1.24, h * 0.34)), PLUM, 0.35)


def crowd(c: Canvas) -> None:
    """People as warm silhouettes, larger as they come near."""

    def draw(p: Pen) -> None:
        people = [
            (690, 730, 60),
            (742, 742, 66),
            (812, 736, 62),
            (872, 748, 70),
            (930, 738, 62),
            (640, 790, 96),
            (955, 800, 104),
            (770, 800, 92),
            (560, 900, 170),
            (1050, 930, 190),
            (618, 906, 160),
        ]
        for x, y, size in people:
            tone = mix("#241429", "#7a3a3c", max(0.0, 1 - (y - 720) / 200))
            person(p, x, y, size, tone)

    c.ink(draw)


def person(p: Pen, x: float, y: float, size: float, tone: str) -> None:
    """A standing figure in a coat, feet on (x, y)."""
    p.oval(x, y - size * 0.9, size * 0.085, size * 0.1, tone)
    p.blob(
        [
            (x - size * 0.1, y - size * 0.78),
            (x + size * 0.1, y - size * 0.78),
            (x + size * 0.17, y - size * 0.55),
            (x + size * 0.17, y - size * 0.26),
            (x - size * 0.17, y - size * 0.26),
            (x - size * 0.17, y - size * 0.55),
        ],
        tone,
    )
    p.box(x - size * 0.1, y - size * 0.32, size * 0.08, size * 0.32, tone, r=size * 0.03)
    p.box(x + size * 0.02, y - size * 0.32, size * 0.08, size * 0.32, tone, r=size * 0.03)


def kyoto_alley(c: Canvas) -> None:
    """A wet alley of wooden houses under lanterns."""
    part.sky(c, (0, "#0e1632"), (0.4, "#2d3565"), (0.62, "#5f5585"), (1, "#5f5585"))
    c.glow(800, 120, 300, CREAM, 0.25)
    c.lay(c.disc(870, 110, 46, 0.1), CREAM)
    c.glow(800, 600, 420, AMBER, 0.55)
    for side in (-1, 1):
        for i in range(5, -1, -1):
            house(c, side, i)
    ground = c.mask(lambda p: p.poly([(735, 690), (865, 690), (1700, 1100), (-100, 1100)]))
    c.lay(ground, c.ramp((c.y - 690) / 380, (0, "#d08a58"), (0.2, "#5f4a5c"), (1, "#161a34")))
    cobbles(c, ground)
    for x, y, r in ((420, 890, 300), (1180, 880, 300), (800, 740, 240), (180, 1000, 320), (1430, 1000, 320)):
        streak = np.exp(-(((c.x - x) / (r * 0.22)) ** 2)) * np.clip(1 - np.abs(c.y - y) / r, 0, 1)
        c.shine((streak * ground * (0.35 + c.noise(12, 2, 5))).astype(np.float32), AMBER, 0.75)
    c.ink(
        lambda p: (
            p.poly([(726, 640), (800, 584), (874, 640), (800, 622)], "#b23b33"),
            p.line([(800, 600), (800, 700)], 3, "#2a1a28"),
            p.blob([(775, 690), (782, 648), (800, 632), (818, 648), (825, 690), (832, 766), (768, 766)], "#231a34"),
            p.box(784, 760, 12, 30, "#1a1228"),
            p.box(804, 760, 12, 30, "#1a1228"),
        )
    )
    for x, y, s in (
        (262, 470, 62),
        (1338, 470, 62),
        (470, 545, 38),
        (1130, 545, 38),
        (590, 590, 25),
        (1010, 590, 25),
        (666, 618, 16),
        (934, 618, 16),
    ):
        part.lantern(c, x, y, s, "#cf3f2e")


def house(c: Canvas, side: int, i: int) -> None:
    """One wooden house front; `i` 0 is the nearest."""
    near, far = 0.62**i, 0.62 ** (i + 1)

    def put(depth: float, y: float) -> tuple[float, float]:
        return 800 + side * (60 + 900 * depth), 660 + (y - 660) * depth * 1.25

    wall = [put(near, 120), put(far, 120), put(far, 1056), put(near, 1056)]
    tone = mix("#2c1a24", "#6b4048", i / 6)
    c.form(c.mask(lambda p: p.poly(wall)), tone, depth=24 * near + 6, sun=(-side * 0.9, 0.2), lit=AMBER, rim=0.35)
    screen = [put(near, 560), put(far, 560), put(far, 880), put(near, 880)]
    c.lay(c.mask(lambda p: p.poly(screen)), c.ramp((c.y - 520) / 320, (0, GOLD), (0.5, AMBER), (1, CLAY)), 0.9)
    upper = [put(near, 260), put(far, 260), put(far, 400), put(near, 400)]
    c.lay(c.mask(lambda p: p.poly(upper)), mix(AMBER, tone, 0.35 if (i + side) % 3 else 0.8))

    def slats(p: Pen) -> None:
        for k in range(15):
            d = near + (far - near) * k / 14
            for top, low in ((560, 880), (260, 400)):
                p.line([put(d, top), put(d, low)], 1 + 5 * near, mix(tone, INK, 0.4))
        for y in (480, 250):
            a, b = put(near, y), put(far, y)
            p.poly(
                [(a[0] - side * 90 * near, a[1] + 44 * near), (b[0] - side * 90 * far, b[1] + 44 * far), b, a],
                mix("#22283f", CREAM, 0.06 * i),
            )
            p.line(
                [(a[0] - side * 90 * near, a[1] + 44 * near), (b[0] - side * 90 * far, b[1] + 44 * far)],
                2 + 7 * near,
                "#3f4664",
            )

    c.ink(slats)


def cobbles(c: Canvas, ground: np.ndarray) -> None:
    """Paving stones in perspective, wet."""

    def draw(p: Pen) -> None:
        y, row = 694.0, 0
        while y < c.h + 30:
            scale = (y - 640) / 60
            step, wide = 6 * scale, 15 * scale
            for k in range(-40, 41):
                x = 800 + (k + 0.5 * (row % 2)) * wide
                if -60 < x < c.w + 60:
                    p.oval(
                        x,
                        y,
                        wide * 0.46,
                        step * 0.44,
                        (CREAM, "#8fa0c8", AMBER)[int(c.rng.integers(3))],
                        0.05 + 0.13 * c.rng.random(),
                    )
            y += step
            row += 1

    before = c.pixels.copy()
    c.ink(draw)
    c.pixels = before + (c.pixels - before) * ground[..., None]


PICTURES = (
    lantern_market,
    kyoto_alley,
)
