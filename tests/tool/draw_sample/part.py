"""Things that come back in many pictures: skies, ridges, mist, stars, trees, lanterns, water, windows."""

from __future__ import annotations

import math

import numpy as np

from .brush import AMBER, CLAY, CREAM, GOLD, Canvas, Field, Pen, Point, blur, mix, resize, rgb


def sky(c: Canvas, *stops: tuple[float, str], cloud: str = "", amount: float = 0.35, cell: float = 190) -> None:
    """A gradient sky with drifting bands of cloud."""
    wobble = (c.noise(300, 3, 2.5) - 0.5) * 0.08
    c.pixels = c.ramp(c.y / c.h + wobble, *stops)
    if cloud:
        drift = np.clip((c.noise(cell, 5, 3.4) - 0.5) * 4, 0, 1)
        c.lay(drift, cloud, amount)


def skyline_of(c: Canvas, base: float, height: float, rough: float = 0.5, cell: float = 420) -> list[Point]:
    """A mountain's edge as points from left to right."""
    xs = np.linspace(-20, c.w + 20, 420)
    ys, reach, size = np.zeros_like(xs), 1.0, cell
    for _ in range(7):
        knots = c.rng.random(round((c.w + 40) / size) + 4)
        ys += reach * np.interp((xs + 20) / size, np.arange(len(knots)), knots)
        reach, size = reach * rough, max(6, size / 2.1)
    ys = (ys - ys.min()) / (ys.max() - ys.min())
    return [(float(x), float(base - height * y)) for x, y in zip(xs, ys, strict=True)]


def ground(c: Canvas, edge: list[Point]) -> Field:
    """Everything below an edge."""
    return c.mask(lambda p: p.poly([*edge, (c.w + 30, c.h + 30), (-30, c.h + 30)]))


def mist(c: Canvas, y: float, height: float, colour: str, alpha: float = 0.6) -> None:
    """A drifting band of mist."""
    band = np.exp(-(((c.y - y) / height) ** 2))
    c.lay(np.clip(band * (0.45 + 0.9 * c.noise(170, 4, 3)), 0, 1), colour, alpha)


def stars(c: Canvas, count: int, low: float, colour: str = CREAM, big: float = 2.1) -> None:
    """Stars of uneven size and light above `low`."""

    def draw(p: Pen) -> None:
        for _ in range(count):
            x, y, size = c.rng.random() * c.w, (c.rng.random() ** 1.3) * low, 0.5 + big * c.rng.random() ** 5
            p.oval(x, y, size, size, colour, 0.35 + 0.65 * c.rng.random())

    c.ink(draw)


def pine(p: Pen, x: float, y: float, size: float, colour: str, alpha: float = 1) -> None:
    """A fir standing on (x, y)."""
    p.box(x - size * 0.025, y - size * 0.12, size * 0.05, size * 0.13, colour, alpha)
    for i in range(6):
        top, wide = y - size * (1 - i * 0.13), size * (0.06 + i * 0.036)
        low = top + size * 0.25
        p.poly(
            [
                (x, top),
                (x + wide, low),
                (x + wide * 0.3, low - size * 0.03),
                (x, low + size * 0.015),
                (x - wide * 0.35, low - size * 0.03),
                (x - wide, low + size * 0.005),
            ],
            colour,
            alpha,
        )


def foliage(c: Canvas, p: Pen, x: float, y: float, size: float, colour: str, leaves: int = 60) -> None:
    """A crown of overlapping leaves around a centre."""
    for _ in range(leaves):
        angle, far = c.rng.random() * math.tau, size * c.rng.random() ** 0.6
        tone = mix(colour, CREAM if math.sin(angle) < 0 else "#06101a", 0.22 * c.rng.random())
        r = size * (0.12 + 0.16 * c.rng.random())
        p.oval(x + far * math.cos(angle), y + far * math.sin(angle) * 0.8, r, r * 0.8, tone)


def lantern(c: Canvas, x: float, y: float, size: float, colour: str = CLAY, light: str = GOLD) -> None:
    """A ribbed paper lantern with its halo."""
    c.glow(x, y, size * 4.2, light, 0.42)
    body = c.mask(lambda p: p.oval(x, y, size, size * 0.86))
    core = np.clip(1 - np.sqrt(((c.x - x) / size) ** 2 + ((c.y - y - size * 0.12) / (size * 0.86)) ** 2), 0, 1)
    c.lay(body, c.ramp(core, (0, mix(colour, "#5a1a1a", 0.35)), (0.3, colour), (0.75, light), (1, CREAM)))

    def ribs(p: Pen) -> None:
        for i in range(-3, 4):
            half = size * math.sqrt(max(0.0, 1 - (i / 4) ** 2))
            rise = y + i * size * 0.215
            p.curve(
                [(x - half, rise), (x, rise + size * 0.06), (x + half, rise)],
                max(1, size * 0.022),
                mix(colour, "#3a0f10", 0.4),
                0.5,
            )
        for side in (-0.9, 0.8):
            p.box(x - size * 0.34, y + size * side, size * 0.68, size * 0.12, "#2a1518", r=size * 0.03)
        p.line([(x, y + size * 0.9), (x, y + size * 1.35)], max(1.2, size * 0.04), mix(colour, AMBER, 0.5))

    c.ink(ribs)


def bulbs(c: Canvas, ends: tuple[Point, Point], sag: float, count: int, size: float = 5) -> None:
    """A sagging string of small lamps."""
    (x0, y0), (x1, y1) = ends
    at = [(x0 + (x1 - x0) * t, y0 + (y1 - y0) * t + sag * 4 * t * (1 - t)) for t in np.linspace(0, 1, count)]
    c.ink(lambda p: p.curve(at, 1.8, "#1a1420", 0.85))
    halo = c.mask(lambda p: [p.oval(x, y + size, size * 2.6, size * 2.6) for x, y in at])
    c.shine(np.clip(blur(halo, size * 2.4), 0, 1), AMBER, 0.75)
    c.ink(lambda p: [p.oval(x, y + size, size, size * 1.15, CREAM) for x, y in at])


def water(c: Canvas, top: float, tint: str, strength: float = 0.55, ripple: float = 1) -> None:
    """Still water below `top`: what stands above it, upside down, rippled and tinted."""
    first = round(top)
    rows = np.arange(first, c.h)
    depth = (rows - first).astype(np.float32)
    source = np.clip(first - 1 - depth * 0.92, 0, first - 1)
    shape = (max(2, len(rows) // 5), max(2, c.w // 90))
    wave = resize(c.rng.random(shape, dtype=np.float32) - 0.5, c.w, len(rows))
    reach = (4 + depth * 0.16)[:, None] * ripple
    from_y = np.clip(source[:, None] + wave * reach * 1.6, 0, first - 1).astype(int)
    from_x = np.clip(c.x[first:] + wave * reach * 0.5, 0, c.w - 1).astype(int)
    mirror = c.pixels[from_y, from_x]
    c.pixels[first:] = mirror * (1 - strength) + rgb(tint) * strength
    glint = np.clip(
        (resize(c.rng.random((max(2, len(rows) // 4), c.w // 60), dtype=np.float32), c.w, len(rows)) - 0.62) * 3, 0, 1
    )
    c.pixels[first:] += (glint * 0.05)[..., None]


def beam(
    c: Canvas, x: float, y: float, angle: float, spread: float, reach: float, colour: str, strength: float
) -> None:
    """A cone of light; angles in degrees, 0 to the right, 90 down."""
    turn = np.degrees(np.arctan2(c.y - y, c.x - x))
    off = np.abs((turn - angle + 180) % 360 - 180) / spread
    far = np.sqrt((c.x - x) ** 2 + (c.y - y) ** 2) / reach
    c.shine((np.clip(1 - off, 0, 1) ** 0.8 * np.clip(1 - far, 0, 1)).astype(np.float32), colour, strength)


def cup(c: Canvas, x: float, y: float, size: float, colour: str, drink: str, *, handle: float = 0.6) -> None:
    """A cup on its saucer, seen from above, with a swirl of milk."""
    plate = c.mask(lambda p: p.oval(x, y, size * 1.55, size * 1.55))
    c.cast(plate, size * 0.25, size * 0.3, size * 0.22, 0.6)
    c.form(plate, mix(colour, CREAM, 0.18), depth=size * 0.4, shade=0.3, rim=0.2)
    c.ink(lambda p: p.ring(x, y, size * 1.18, size * 1.18, size * 0.03, mix(colour, "#000000", 0.3), 0.5))
    hx, hy = x + math.cos(handle) * size * 1.12, y + math.sin(handle) * size * 1.12
    body = c.mask(lambda p: [p.oval(x, y, size, size), p.line([(x, y), (hx, hy)], size * 0.3)])
    c.cast(body, size * 0.16, size * 0.2, size * 0.14, 0.6)
    c.form(body, colour, depth=size * 0.3, shade=0.45, rim=0.35)
    well = c.mask(lambda p: p.oval(x, y, size * 0.86, size * 0.86))
    c.form(well, drink, depth=size * 0.3, sun=(0.6, 0.8), shade=0.6, rim=0.12)
