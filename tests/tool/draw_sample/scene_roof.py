"""Roofs and windows of a city at night."""

from __future__ import annotations

import numpy as np

from . import part
from .brush import AMBER, CLAY, CREAM, GOLD, INK, ROSE, TEAL, Canvas, blur, mix
from .furniture import towers


def lit_windows(c: Canvas) -> None:
    """A city at night, some windows awake."""
    part.sky(
        c, (0, "#0b1230"), (0.4, "#2b3266"), (0.62, "#7a4f7c"), (0.78, CLAY), (1, AMBER), cloud="#544b80", amount=0.3
    )
    part.stars(c, 300, 520)
    c.glow(1240, 240, 420, CREAM, 0.4)
    moon = c.mask(lambda p: p.oval(1240, 240, 64, 64))
    c.lay(moon, CREAM)
    c.lay(moon * np.clip(c.noise(40, 3) * 2 - 0.8, 0, 1), AMBER, 0.35)
    for layer, (tone, low, tall, wide) in enumerate(
        (("#6a5384", 330, 210, 74), ("#40406f", 400, 330, 104), ("#1e2348", 380, 420, 150), (INK, 180, 330, 200))
    ):
        towers(c, layer, tone, low, tall, wide)
        if layer < 3:
            part.mist(c, 860, 120, (ROSE, "#8a5a80", "#4a3f70")[layer], 0.35)


def rooftop_cinema(c: Canvas) -> None:
    """Seats on a roof before a bright sail."""
    part.sky(
        c, (0, "#131a3d"), (0.35, "#3a3a70"), (0.55, "#8a5580"), (0.7, CLAY), (1, AMBER), cloud="#7a5f90", amount=0.4
    )
    part.stars(c, 160, 360)
    towers(c, 1, "#3a3562", 330, 300, 110)
    part.mist(c, 800, 90, ROSE, 0.35)
    screen = [(430, 170), (1170, 150), (1186, 590), (416, 600)]
    c.glow(800, 380, 760, "#cfe3e0", 0.45)
    c.ink(lambda p: [p.line([(416, 130), (404, 800)], 12, INK), p.line([(1186, 110), (1202, 800)], 12, INK)])
    sail = c.mask(lambda p: p.poly(screen))
    c.lay(sail, c.ramp((c.y - 150) / 450, (0, "#f3ead2"), (0.6, "#f0c894"), (1, "#d9906a")))
    film = c.mask(lambda p: p.oval(800, 430, 92, 92)) * sail
    c.lay(film, CREAM)
    hills = (
        c.mask(
            lambda p: p.blob(
                [(300, 720), (420, 500), (620, 450), (800, 515), (960, 470), (1130, 440), (1300, 540), (1300, 720)]
            )
        )
        * sail
    )
    c.form(hills, TEAL, depth=30, lit=GOLD)
    sea = c.mask(lambda p: p.box(400, 545, 800, 60)) * sail
    c.lay(sea, "#173f50")
    c.ink(
        lambda p: [
            p.poly([(688, 548), (762, 548), (746, 566), (702, 566)], INK),
            p.poly([(724, 470), (724, 540), (676, 540)], "#fff4dc"),
            p.poly([(730, 484), (730, 540), (764, 540)], CLAY),
        ]
    )
    c.shine(blur(sail, 40), CREAM, 0.18)
    part.beam(c, 800, 1240, -90, 30, 1000, CREAM, 0.2)
    part.bulbs(c, ((-20, 250), (416, 140)), 60, 11)
    part.bulbs(c, ((1186, 120), (1620, 240)), 60, 11)
    roof = part.ground(c, [(-20, 760), (1620, 760)])
    c.lay(roof, c.fade((0.7, "#2a2340"), (1, "#0c0d20")))
    c.shine(c.disc(800, 760, 620, 1.6) * roof, AMBER, 0.35)
    for row in range(4):
        y, size = 800 + row * 72 + row * row * 9, 56 + row * 22
        seats(c, y, size, row)


def seats(c: Canvas, y: float, size: float, row: int) -> None:
    """One row of seat backs with some heads above them."""
    count = int(c.w / (size * 1.24)) + 2
    at = [(i - count / 2 + 0.5 * (row % 2)) * size * 1.24 + 800 for i in range(count)]
    taken = [x for x in at if c.rng.random() < 0.62]
    heads = c.mask(
        lambda p: [
            (
                p.oval(x, y - size * 0.62, size * 0.23, size * 0.27),
                p.blob(
                    [
                        (x - size * 0.4, y),
                        (x - size * 0.36, y - size * 0.28),
                        (x, y - size * 0.42),
                        (x + size * 0.36, y - size * 0.28),
                        (x + size * 0.4, y),
                    ]
                ),
            )
            for x in taken
        ]
    )
    c.form(heads, mix("#3a2547", INK, row * 0.2), depth=size * 0.16, sun=(0, -1), lit=AMBER, rim=0.75, shade=0.4)
    backs = c.mask(lambda p: [p.box(x - size * 0.5, y - size * 0.24, size, size * 1.5, r=size * 0.22) for x in at])
    c.form(
        backs,
        mix("#a8432b", "#3c1830", 0.25 + row * 0.2),
        depth=size * 0.22,
        sun=(0, -1),
        lit=AMBER,
        rim=0.45,
        shade=0.6,
    )


PICTURES = (
    lit_windows,
    rooftop_cinema,
)
