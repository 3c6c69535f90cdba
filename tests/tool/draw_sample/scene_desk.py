"""Desks, lamps and shelves."""

from __future__ import annotations

import numpy as np

from . import part
from .brush import AMBER, BARK, CLAY, CREAM, GOLD, INK, MIST, NAVY, PLUM, ROSE, RUST, TEAL, Canvas, Pen, blur
from .furniture import desk, jars, shade_lamp, wall, window


def library_desk(c: Canvas) -> None:
    """A green lamp, stacked books, shelves going into the dark."""
    wall(c, "#3a2430", 760, 420, 900, AMBER, 0.45)
    for row in range(4):
        y = 190 + row * 180
        c.ink(lambda p, y=y: p.box(-20, y, 1640, 14, "#2a1820"))
        for x in (10, 420, 830, 1240):
            books(c, x, y, 370, 158)
            c.ink(lambda p, x=x, y=y: p.box(x + 372, y - 190, 20, 210, "#2a1820"))
    c.lay(
        np.clip(np.sqrt(((c.x - 700) / 900) ** 2 + ((c.y - 520) / 620) ** 2), 0.25, 0.93).astype(np.float32),
        "#150e1e",
        0.95,
    )
    desk(c, 770, "#5e3426", 700)
    for i, (w, h, tone, dx) in enumerate(
        ((330, 56, RUST, 0), (300, 44, NAVY, 16), (318, 60, "#c99a5b", -12), (260, 38, TEAL, 20), (230, 48, PLUM, 2))
    ):
        y = 905 - sum((56, 44, 60, 38, 48)[: i + 1])
        book = c.mask(lambda p, w=w, h=h, dx=dx, y=y: p.box(1110 + dx - w / 2 + 60, y, w, h, r=7))
        c.cast(book, 10, 6, 8, 0.35)
        c.form(book, tone, depth=20, sun=(-0.9, -0.5), lit=GOLD, rim=0.55)
        c.ink(
            lambda p, w=w, h=h, dx=dx, y=y: (
                p.box(1110 + dx - w / 2 + 76, y + 8, 9, h - 16, GOLD, 0.8),
                p.box(1110 + dx + w / 2 + 18, y + 8, 9, h - 16, GOLD, 0.8),
            )
        )
    open_book(c, 520, 960, 1.0)
    shade_lamp(c, 760, 830, 250, "#1f7a5a")
    c.form(c.mask(lambda p: p.box(1260, 860, 86, 96, r=14)), CREAM, depth=24, sun=(-0.9, -0.3), shade=0.6)
    c.ink(lambda p: (p.ring(1352, 902, 26, 30, 11, "#dcc6a6"), p.oval(1303, 864, 42, 10, "#4a2a22")))
    c.lay(blur(c.mask(lambda p: p.curve([(1300, 850), (1285, 800), (1315, 750), (1295, 690)], 14)), 10), CREAM, 0.3)


def books(c: Canvas, x: float, y: float, width: float, height: float, tilt: bool = True) -> None:
    """A row of upright books standing on y, filling `width`."""
    tones = (RUST, TEAL, "#c99a5b", NAVY, PLUM, "#7a8a5c", "#a85a4a", "#d9b98a", "#35566b", "#5a3a34")
    at, spines = x, []
    while at < x + width - 10:
        w = min(x + width - at, 16 + 34 * c.rng.random())
        h = height * (0.68 + 0.3 * c.rng.random())
        spines.append((at, y - h, w - 1.5, h, tones[int(c.rng.integers(len(tones)))]))
        at += w

    def draw(p: Pen) -> None:
        for bx, by, w, h, tone in spines:
            p.box(bx, by, w, h, tone, r=2)
            p.box(bx, by, w * 0.22, h, CREAM, 0.13)
            p.box(bx + w * 0.8, by, w * 0.2, h, INK, 0.3)
            band = by + h * (0.12 + 0.1 * c.rng.random())
            p.box(bx + 2, band, w - 4, h * 0.035, GOLD, 0.75)
            if w > 28 and tilt:
                p.box(bx + 4, band + h * 0.12, w - 8, h * 0.2, CREAM, 0.35)

    c.ink(draw)


def open_book(c: Canvas, x: float, y: float, s: float) -> None:
    """An open book lying on a table."""
    for side in (-1, 1):
        page = c.mask(
            lambda p, side=side: p.poly(
                [
                    (x, y - 54 * s),
                    (x + side * 80 * s, y - 92 * s),
                    (x + side * 240 * s, y - 80 * s),
                    (x + side * 300 * s, y + 30 * s),
                    (x + side * 120 * s, y + 24 * s),
                    (x, y + 62 * s),
                ]
            )
        )
        c.cast(page, 8, 16, 14, 0.5)
        c.form(page, CREAM, dark="#9a6a4a", depth=30 * s, sun=(0.5, -0.8), shade=0.5)
        c.ink(
            lambda p, side=side: [
                p.line(
                    [
                        (x + side * (34 + k * 4) * s, y - (52 - k * 13) * s),
                        (x + side * (206 + k * 8) * s, y - (62 - k * 13) * s),
                    ],
                    2.6,
                    BARK,
                    0.5,
                )
                for k in range(7)
            ]
        )
    c.ink(lambda p: p.line([(x, y - 54 * s), (x, y + 62 * s)], 3, "#8a5a3a", 0.8))


def night_desk(c: Canvas) -> None:
    """A desk by a window at night, telescope, notebook, laptop."""
    wall(c, "#34325a", 380, 520, 800, AMBER, 0.5)
    window(c, 700, 90, 760, 640)
    desk(c, 800, "#5a3a34", 420)
    c.form(
        c.mask(
            lambda p: (
                p.line([(1190, 800), (1120, 960)], 10),
                p.line([(1190, 800), (1262, 960)], 10),
                p.line([(1190, 800), (1192, 940)], 10),
            )
        ),
        "#3a2a30",
        depth=8,
        lit=GOLD,
    )
    tube = c.mask(lambda p: p.poly([(1040, 850), (1024, 816), (1350, 600), (1380, 652)]))
    c.form(tube, "#c9803f", dark=PLUM, depth=26, sun=(-0.4, -0.9), lit=CREAM, rim=0.5)
    c.ink(
        lambda p: (
            p.poly([(1352, 590), (1376, 580), (1410, 640), (1388, 652)], "#5a2f2a"),
            p.poly([(1018, 858), (1002, 836), (1030, 816), (1046, 842)], "#3a2a30"),
        )
    )
    laptop(c, 690, 930)
    shade_lamp(c, 330, 880, 260, CLAY)
    for i, tone in enumerate((TEAL, CREAM, RUST)):
        c.form(c.mask(lambda p, i=i: p.box(60 + 8 * i, 905 - 32 * i, 190 - 14 * i, 32, r=5)), tone, depth=14, lit=GOLD)
    page = c.mask(lambda p: p.poly([(400, 985), (560, 960), (600, 1040), (430, 1066)]))
    c.cast(page, 6, 8, 8, 0.4)
    c.form(page, CREAM, depth=20)
    c.ink(
        lambda p: (
            [p.line([(432 + k * 6, 994 + k * 15), (548 + k * 7, 976 + k * 15)], 2.4, NAVY, 0.5) for k in range(4)],
            p.line([(560, 1030), (650, 950)], 8, RUST),
        )
    )


def laptop(c: Canvas, x: float, y: float) -> None:
    """A laptop seen from the front, its screen lit."""
    c.form(c.mask(lambda p: p.box(x - 150, y - 210, 300, 196, r=12)), "#232a44", depth=14, lit=MIST)
    screen = c.mask(lambda p: p.box(x - 138, y - 198, 276, 172, r=4))
    c.lay(screen, c.ramp((c.y - y + 198) / 172, (0, "#101a3a"), (0.6, "#3a3f78"), (1, CLAY)))
    c.ink(
        lambda p: [
            p.oval(x - 130 + 260 * c.rng.random(), y - 192 + 120 * c.rng.random(), 1.6, 1.6, CREAM, 0.9)
            for _ in range(60)
        ]
    )
    c.form(
        c.mask(lambda p: p.poly([(x - 156, y - 14), (x + 156, y - 14), (x + 190, y + 32), (x - 190, y + 32)])),
        "#7d8296",
        depth=14,
        sun=(-0.8, -0.5),
        lit=CREAM,
    )
    c.ink(
        lambda p: (
            p.poly([(x - 140, y - 8), (x + 140, y - 8), (x + 154, y + 12), (x - 154, y + 12)], "#2a3048"),
            p.poly([(x - 40, y + 16), (x + 40, y + 16), (x + 44, y + 27), (x - 44, y + 27)], "#676c84"),
        )
    )
    c.glow(x, y - 110, 300, "#8f9ad0", 0.22)


def server_under_the_stairs(c: Canvas) -> None:
    """A little computer on a shelf in the cupboard under the stairs."""
    wall(c, "#4a3a4e", 820, 560, 820, AMBER, 0.55)
    stair = c.mask(
        lambda p: p.poly(
            [
                (-20, -20),
                (1620, -20),
                (1620, 40),
                (1500, 40),
                *[q for k in range(9) for q in ((1500 - k * 165, 40 + k * 96), (1500 - k * 165, 136 + k * 96))],
                (-20, 1000),
            ]
        )
    )
    c.form(stair, c.fade((0, "#8a5f45"), (1, "#5a3a34")), depth=40, sun=(0.7, 0.8), lit=GOLD, shade=0.6, rim=0.35)
    floor = part.ground(c, [(-20, 960), (1620, 960)])
    c.lay(floor, c.fade((0.9, "#5a3c38"), (1, "#2c1e2a")))
    shelf = c.mask(lambda p: p.box(560, 700, 960, 30, r=3))
    c.cast(shelf, 10, 30, 20, 0.6)
    c.form(shelf, "#a8734a", depth=12, lit=GOLD)
    c.ink(lambda p: [p.poly([(x, 730), (x + 18, 730), (x + 18, 800)], "#3a2a30") for x in (640, 1420)])
    bulb_x = 1130
    c.ink(lambda p: (p.line([(bulb_x, 210), (bulb_x, 330)], 4, INK), p.box(bulb_x - 12, 326, 24, 34, "#3a2a30", r=4)))
    c.glow(bulb_x, 386, 620, GOLD, 0.75, 2.2)
    c.ink(
        lambda p: (
            p.oval(bulb_x, 386, 27, 31, CREAM),
            p.curve([(bulb_x - 9, 380), (bulb_x - 3, 396), (bulb_x + 3, 380), (bulb_x + 9, 396)], 2.4, AMBER),
        )
    )
    box = c.mask(lambda p: p.box(790, 596, 250, 104, r=14))
    c.cast(box, -16, 14, 14, 0.5)
    c.form(box, "#e6dcc8", dark=PLUM, depth=30, sun=(0.7, -0.7), lit=CREAM)
    c.ink(
        lambda p: (
            [p.box(812, 622 + 12 * k, 110, 5, "#8a7a78", r=2) for k in range(5)],
            [p.oval(956 + 22 * k, 640, 6, 6, t) for k, t in enumerate(("#46d08a", "#46d08a", AMBER))],
            p.box(946, 660, 70, 12, "#8a7a78", r=4),
        )
    )
    for k in range(2):
        c.glow(956 + 22 * k, 640, 46, "#46f09a", 0.8)
    c.ink(
        lambda p: (
            p.curve([(1040, 660), (1110, 690), (1180, 600), (1300, 640), (1460, 560), (1640, 590)], 7, NAVY),
            p.curve([(1040, 676), (1130, 720), (1240, 860), (1420, 900), (1640, 880)], 6, INK),
        )
    )
    jars(c, ((1190, 700, 84, "#c9803f"), (1290, 700, 100, ROSE), (1392, 700, 76, "#7a8a5c"), (670, 700, 92, AMBER)))
    onions(c)
    c.form(
        c.mask(
            lambda p: (p.line([(250, 960), (430, 560)], 16), p.poly([(190, 1010), (300, 1040), (322, 930), (240, 900)]))
        ),
        "#b9854e",
        depth=14,
        lit=GOLD,
    )
    c.ink(
        lambda p: [p.line([(200 + k * 9, 1000 + k * 3), (246 + k * 7, 910 + k * 3)], 2, BARK, 0.6) for k in range(11)]
    )


def onions(c: Canvas) -> None:
    """A net of onions on the floor."""
    for x, y, r in ((560, 950, 52), (650, 962, 56), (744, 950, 50), (604, 886, 50), (700, 884, 52), (652, 830, 44)):
        bulb = c.mask(
            lambda p, x=x, y=y, r=r: (
                p.oval(x, y, r, r * 0.88),
                p.poly([(x - 14, y - r * 0.7), (x, y - r * 1.35), (x + 14, y - r * 0.7)]),
            )
        )
        c.cast(bulb, -6, 8, 8, 0.4)
        c.form(bulb, "#c9793a", dark=PLUM, depth=r * 0.6, sun=(0.6, -0.8), lit=GOLD, rim=0.5)
        c.ink(
            lambda p, x=x, y=y, r=r: [
                p.curve([(x, y - r * 0.9), (x + d * r, y), (x + d * r * 0.4, y + r * 0.8)], 1.6, BARK, 0.35)
                for d in (-0.7, -0.35, 0.35, 0.7)
            ]
        )


PICTURES = (
    library_desk,
    night_desk,
    server_under_the_stairs,
)
