"""A bicycle on a bridge, a restaurant's window."""

from __future__ import annotations

import numpy as np

from . import part
from .brush import AMBER, BLUSH, CLAY, CREAM, GOLD, PLUM, ROSE, RUST, SEA, TEAL, Canvas, Pen, mix
from .furniture import towers

MISTY = "#a9d0cc"


def bridge_bicycle(c: Canvas) -> None:
    """A bicycle against a bridge's railing at sunset."""
    part.sky(c, (0, "#3f5a8a"), (0.25, "#98789a"), (0.45, "#eb9a78"), (0.6, GOLD), (1, GOLD), cloud=BLUSH, amount=0.55)
    c.glow(420, 560, 640, GOLD, 0.8)
    c.lay(c.disc(420, 560, 58, 0.12), CREAM)
    towers(c, 0, "#8a6a86", 470, 130, 70)
    c.ink(
        lambda p: (
            p.box(1040, 380, 34, 260, "#6f5878"),
            p.poly([(1032, 384), (1057, 300), (1082, 384)], "#6f5878"),
            p.oval(1240, 560, 62, 70, "#6f5878"),
            p.box(1178, 555, 124, 90, "#6f5878"),
        )
    )
    for i in range(4):
        x = 640 + i * 290
        arch = c.mask(lambda p, x=x: p.box(x - 145, 590, 290, 90)) * (
            1 - c.mask(lambda p, x=x: p.oval(x, 690, 112, 74))
        )
        c.form(arch, "#57466a", depth=14, sun=(-0.8, -0.6), lit=GOLD, rim=0.4)
    part.water(c, 680, "#6a5a80", 0.3, 1.3)
    c.shine(
        (np.exp(-(((c.x - 420) / 60) ** 2)) * (c.y > 680) * (0.3 + c.noise(14, 2, 7))).astype(np.float32), GOLD, 0.7
    )
    deck = part.ground(c, [(-20, 930), (1620, 930)])
    c.lay(deck, c.ramp((c.y - 930) / 140, (0, "#7a5660"), (1, "#2a2040")))
    c.shine(deck * np.clip((c.noise(60, 3, 5) - 0.45) * 2, 0, 1), AMBER, 0.25)
    c.ink(
        lambda p: [
            p.box(-20, 690, 1640, 20, "#2a2140", r=8),
            p.box(-20, 690, 1640, 5, AMBER, 0.7),
            p.box(-20, 900, 1640, 14, "#2a2140"),
            *[p.box(x, 700, 9, 210, "#2a2140") for x in range(20, 1620, 46)],
            *[
                (p.box(x - 16, 650, 40, 290, "#241c38", r=5), p.oval(x + 4, 640, 26, 26, "#241c38"))
                for x in (120, 1080, 1530)
            ],
        ]
    )
    bicycle(c, 560, 985, 172)
    for x in (124, 1084, 1534):
        c.glow(x, 600, 150, GOLD, 0.7)
        c.ink(lambda p, x=x: (p.line([(x, 640), (x, 610)], 6, "#241c38"), p.oval(x, 596, 19, 21, CREAM)))


def bicycle(c: Canvas, x: float, y: float, r: float) -> None:
    """A bicycle with a basket; (x, y) is where the back wheel stands."""
    front_x, hub = x + r * 2.35, y - r
    seat, head, crank = (x + r * 0.72, hub - r * 0.86), (x + r * 1.95, hub - r * 0.95), (x + r * 0.98, hub + r * 0.12)
    tone = TEAL

    def draw(p: Pen) -> None:
        for wx in (x, front_x):
            p.ring(wx, hub, r, r, 12, "#1a1428")
            p.ring(wx, hub, r - 14, r - 14, 4, "#e8c9a0")
            for k in range(18):
                a = k * np.pi / 9
                p.line([(wx, hub), (wx + (r - 15) * np.cos(a), hub + (r - 15) * np.sin(a))], 1.3, "#e8d9c0", 0.75)
            p.oval(wx, hub, 11, 11, "#1a1428")
        for a, b in (
            ((x, hub), seat),
            ((x, hub), crank),
            (crank, seat),
            (crank, head),
            (seat, (head[0] - 6, head[1] + 26)),
            (head, (front_x, hub)),
        ):
            p.line([a, b], 15, tone)
            p.line([(a[0] - 2, a[1] - 4), (b[0] - 2, b[1] - 4)], 4, MISTY, 0.6)
        p.line([seat, (seat[0] - 14, seat[1] - 44)], 9, "#cfc4b8")
        p.blob(
            [
                (seat[0] - 74, seat[1] - 62),
                (seat[0] - 20, seat[1] - 66),
                (seat[0] + 50, seat[1] - 52),
                (seat[0] + 40, seat[1] - 40),
                (seat[0] - 30, seat[1] - 34),
                (seat[0] - 70, seat[1] - 42),
            ],
            "#6b3a2a",
        )
        p.line([head, (head[0] - 12, head[1] - 56)], 10, "#cfc4b8")
        p.curve(
            [
                (head[0] - 12, head[1] - 56),
                (head[0] + 40, head[1] - 66),
                (head[0] + 40, head[1] - 50),
                (head[0] - 50, head[1] - 40),
            ],
            9,
            "#cfc4b8",
        )
        p.line([(head[0] - 36, head[1] - 42), (head[0] - 76, head[1] - 36)], 14, "#6b3a2a")
        p.ring(crank[0], crank[1], 36, 36, 7, "#cfc4b8")
        p.line([crank, (crank[0] + 30, crank[1] + 52)], 8, "#cfc4b8")
        p.box(crank[0] + 8, crank[1] + 50, 48, 11, "#1a1428", r=4)
        p.curve([(x - r * 0.86, hub - r * 0.66), (x, hub - r * 1.1), (x + r * 0.8, hub - r * 0.76)], 9, tone)
        bx, by = head[0] + 30, head[1] - 48
        p.poly([(bx, by), (bx + 130, by), (bx + 112, by + 92), (bx + 14, by + 92)], "#a8713f")
        for k in range(6):
            p.line([(bx + 4 + k * 24, by), (bx + 18 + k * 18, by + 92)], 3, "#6b4226")
            p.line([(bx + k * 2.5, by + k * 18), (bx + 130 - k * 3.5, by + k * 18)], 3, "#d9a468")
        for k, hue in enumerate((ROSE, GOLD, CREAM, CLAY, GOLD)):
            p.line([(bx + 30 + k * 18, by), (bx + 14 + k * 26, by - 54 - 12 * (k % 2))], 4, "#4f7a52")
            p.oval(bx + 14 + k * 26, by - 60 - 12 * (k % 2), 17, 17, hue)
            p.oval(bx + 14 + k * 26, by - 60 - 12 * (k % 2), 6, 6, RUST)

    c.cast(
        c.mask(
            lambda p: (
                p.oval(x, y + 6, r * 0.9, 14),
                p.oval(front_x, y + 6, r * 0.9, 14),
                p.box(x, y - 6, r * 2.35, 14),
            )
        ),
        40,
        6,
        14,
        0.6,
    )
    c.ink(draw)


def kiln_restaurant(c: Canvas) -> None:
    """An arch window at night; tables, candles and an oven inside."""
    c.pixels = c.fade((0, "#141a38"), (0.7, "#231c38"), (1, "#0e0f22"))
    rng = c.rng

    def bricks(p: Pen) -> None:
        for row in range(32):
            for col in range(-1, 24):
                tone = mix("#3a2438", ("#5a3040", "#2c2040", "#4a2c44")[int(rng.integers(3))], 0.7)
                p.box(col * 74 + (row % 2) * 37, row * 30, 71, 27, tone, r=2)

    c.ink(bricks)
    c.lay(c.noise(300, 3), "#12142c", 0.55)
    arch = c.mask(lambda p: (p.oval(800, 470, 500, 390), p.box(300, 470, 1000, 440)))
    rim = c.mask(lambda p: (p.oval(800, 470, 545, 435), p.box(255, 470, 1090, 440)))
    c.form(rim, "#7a4a44", depth=26, lit=AMBER, sun=(0, 1), rim=0.4)
    c.lay(
        arch,
        c.ramp(
            np.sqrt((c.x - 800) ** 2 + (c.y - 520) ** 2) / 560,
            (0, GOLD),
            (0.35, "#e8964a"),
            (0.75, "#a8503a"),
            (1, "#5a2838"),
        ),
    )
    dome = c.mask(
        lambda p: p.blob([(560, 640), (570, 470), (660, 370), (800, 335), (940, 370), (1030, 470), (1040, 640)])
    )
    c.form(dome * arch, "#c9794e", dark=PLUM, depth=60, lit=GOLD, sun=(-0.5, -0.8))
    mouth = c.mask(lambda p: (p.oval(800, 590, 110, 110), p.box(690, 590, 220, 56)))
    c.lay(mouth, c.ramp((c.y - 480) / 170, (0, "#3a1220"), (0.5, "#b8381e"), (0.85, GOLD), (1, CREAM)))
    c.ink(
        lambda p: [
            p.blob([(x - 18, 640), (x - 16, 600), (x + d, 600 - h), (x + 16, 604), (x + 18, 640)], t)
            for x, d, h, t in ((760, -6, 50, AMBER), (800, 8, 80, GOLD), (842, -4, 46, AMBER), (800, 0, 30, CREAM))
        ]
    )
    c.glow(800, 600, 420, GOLD, 0.7)
    c.ink(lambda p: p.box(545, 640, 510, 30, "#6a3434", r=8))
    for x in (470, 1130, 640, 960):
        c.ink(
            lambda p, x=x: (
                p.line([(x, 80), (x, 300)], 3, "#3a1a24"),
                p.poly([(x - 40, 340), (x - 18, 300), (x + 18, 300), (x + 40, 340)], "#2a1a28"),
                p.oval(x, 342, 14, 10, CREAM),
            )
        )
        c.glow(x, 350, 150, CREAM, 0.55)
    floor = c.mask(lambda p: p.box(300, 760, 1000, 150))
    c.lay(floor, c.ramp((c.y - 760) / 150, (0, "#7a3a34"), (1, "#3a1c2c")))
    for x, y, s in ((640, 780, 0.8), (960, 780, 0.8), (440, 850, 1.15), (1160, 850, 1.15)):
        table(c, x, y, s)
    bars = (
        c.mask(lambda p: [p.box(x - 7, 60, 14, 850) for x in (300, 634, 966, 1300)] + [p.box(300, 440, 1000, 12)]) * rim
    )
    c.lay(bars, "#221626")
    c.ink(lambda p: (p.box(230, 905, 1140, 34, "#8a5a4c", r=4), p.box(230, 905, 1140, 9, AMBER, 0.5)))
    street = part.ground(c, [(-20, 939), (1620, 939)])
    c.lay(street, c.fade((0.87, "#241c36"), (1, "#0c0d1e")))
    c.shine((np.exp(-(((c.x - 800) / 420) ** 2)) * street * (0.25 + c.noise(20, 3, 6))).astype(np.float32), AMBER, 0.6)
    for x in (150, 1450):
        c.form(
            c.mask(lambda p, x=x: p.poly([(x - 62, 850), (x + 62, 850), (x + 46, 960), (x - 46, 960)])),
            "#8a4436",
            depth=22,
            lit=AMBER,
        )
        c.ink(lambda p, x=x: part.foliage(c, p, x, 760, 112, "#3a5a4a", 90))
        c.shine(c.disc(x + (120 if x < 800 else -120), 780, 170), AMBER, 0.35)


def table(c: Canvas, x: float, y: float, s: float) -> None:
    """A small table for two with a candle and its guests."""
    dark = "#32162a"
    c.ink(
        lambda p: [
            (
                p.oval(x + d * 118 * s, y - 128 * s, 27 * s, 31 * s, dark),
                p.blob(
                    [
                        (x + d * 170 * s, y + 60 * s),
                        (x + d * 160 * s, y - 60 * s),
                        (x + d * 122 * s, y - 96 * s),
                        (x + d * 78 * s, y - 60 * s),
                        (x + d * 74 * s, y + 60 * s),
                    ],
                    dark,
                ),
            )
            for d in (-1, 1)
        ]
    )
    c.ink(
        lambda p: (
            p.poly(
                [(x - 96 * s, y - 6), (x + 96 * s, y - 6), (x + 80 * s, y + 76 * s), (x - 80 * s, y + 76 * s)],
                "#e8c4a0",
            ),
            p.oval(x, y - 6, 98 * s, 18 * s, CREAM),
            p.box(x - 5 * s, y - 46 * s, 10 * s, 40 * s, "#f6e6c8"),
            p.oval(x, y - 54 * s, 6 * s, 11 * s, GOLD),
            p.oval(x - 50 * s, y - 8, 24 * s, 6 * s, SEA),
            p.oval(x + 50 * s, y - 8, 24 * s, 6 * s, RUST),
        )
    )
    c.glow(x, y - 54 * s, 120 * s, GOLD, 0.75)


PICTURES = (
    bridge_bicycle,
    kiln_restaurant,
)
