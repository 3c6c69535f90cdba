"""The painter's tools: a float canvas, masks drawn large and shrunk, soft light, grain. It knows no scene."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from io import BytesIO
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

Field = NDArray[np.float32]
Point = tuple[float, float]
Paint = str | Field

WIDTH, HEIGHT, OVER = 1600, 1067, 2

INK, NIGHT, NAVY, BLUE = "#0d1226", "#161d3a", "#24305c", "#3f5b8c"
TEAL, SEA, MIST, SAGE = "#1d5560", "#3f8a8c", "#b9d0cc", "#8ea88a"
PLUM, ROSE, BLUSH, RUST = "#4a2c52", "#a84f5f", "#eebfa6", "#a8432b"
CLAY, AMBER, GOLD, CREAM = "#d2683f", "#f2a248", "#ffd07a", "#fbeed6"
PINE, MOSS, BARK, STONE = "#183a3a", "#4c6b4c", "#4b3330", "#8d8583"


def rgb(colour: str) -> Field:
    """A colour as three floats, 0 to 1."""
    return np.array([int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)], dtype=np.float32)


def mix(first: str, second: str, share: float) -> str:
    """A colour between two: `share` 0 is the first, 1 the second."""
    value = rgb(first) * (1 - share) + rgb(second) * share
    return "#" + "".join(f"{round(float(v) * 255):02x}" for v in value)


def resize(field: Field, width: int, height: int, how: Image.Resampling = Image.Resampling.BICUBIC) -> Field:
    """A one-channel field at another size."""
    return np.asarray(Image.fromarray(field, "F").resize((width, height), how), dtype=np.float32)


def blur(field: Field, radius: float) -> Field:
    """A Gaussian blur of any radius, done on a shrunken copy when the radius is large."""
    if radius < 0.3:
        return field
    height, width = field.shape
    shrink = max(1.0, radius / 2.5)
    small = resize(field, max(4, round(width / shrink)), max(4, round(height / shrink)), Image.Resampling.BOX)
    sigma = radius / shrink
    reach = max(1, math.ceil(sigma * 3))
    kernel = np.exp(-0.5 * (np.arange(-reach, reach + 1) / sigma) ** 2).astype(np.float32)
    kernel /= kernel.sum()
    for axis in (0, 1):
        small = _convolve(small, kernel, reach, axis)
    return np.clip(resize(small, width, height), 0, None) if shrink > 1 else small


def _convolve(field: Field, kernel: Field, reach: int, axis: int) -> Field:
    pad = [(reach, reach) if a == axis else (0, 0) for a in (0, 1)]
    wide = np.pad(field, pad, mode="edge")
    size = field.shape[axis]
    out = np.zeros_like(field)
    for i, weight in enumerate(kernel):
        out += weight * (wide[i : i + size] if axis == 0 else wide[:, i : i + size])
    return out


def shift(field: Field, dx: float, dy: float) -> Field:
    """The field moved by whole pixels, its edge repeated."""
    x, y = round(dx), round(dy)
    height, width = field.shape
    rows = np.clip(np.arange(height) - y, 0, height - 1)
    columns = np.clip(np.arange(width) - x, 0, width - 1)
    return field[rows][:, columns]


def smooth(points: Sequence[Point], *, closed: bool = False, steps: int = 14) -> list[Point]:
    """A Catmull-Rom curve through the points."""
    knots = list(points)
    around = [knots[-1], *knots, knots[0], knots[1]] if closed else [knots[0], *knots, knots[-1]]
    out: list[Point] = []
    for a, b, c, d in zip(around, around[1:], around[2:], around[3:], strict=False):
        for step in range(steps):
            t = step / steps
            out.append((_spline(a[0], b[0], c[0], d[0], t), _spline(a[1], b[1], c[1], d[1], t)))
    return out if closed else [*out, knots[-1]]


def _spline(a: float, b: float, c: float, d: float, t: float) -> float:
    return 0.5 * (2 * b + (c - a) * t + (2 * a - 5 * b + 4 * c - d) * t**2 + (3 * b - a - 3 * c + d) * t**3)


class Pen:
    """Shapes in canvas pixels, drawn on a larger bitmap."""

    def __init__(self, draw: ImageDraw.ImageDraw, tint: Callable[[str, float], int | tuple[int, ...]]) -> None:
        self._draw, self._tint = draw, tint

    def poly(self, points: Iterable[Point], colour: str = "#ffffff", alpha: float = 1) -> None:
        """A filled polygon."""
        self._draw.polygon([(x * OVER, y * OVER) for x, y in points], fill=self._tint(colour, alpha))

    def blob(self, points: Sequence[Point], colour: str = "#ffffff", alpha: float = 1) -> None:
        """A filled closed curve through the points."""
        self.poly(smooth(points, closed=True), colour, alpha)

    def oval(self, x: float, y: float, rx: float, ry: float, colour: str = "#ffffff", alpha: float = 1) -> None:
        """A filled ellipse around a centre."""
        box = [(x - rx) * OVER, (y - ry) * OVER, (x + rx) * OVER, (y + ry) * OVER]
        self._draw.ellipse(box, fill=self._tint(colour, alpha))

    def box(
        self, x: float, y: float, w: float, h: float, colour: str = "#ffffff", alpha: float = 1, *, r: float = 0
    ) -> None:
        """A filled rectangle from its top left corner; `r` rounds it."""
        corners = [x * OVER, y * OVER, (x + w) * OVER, (y + h) * OVER]
        self._draw.rounded_rectangle(corners, radius=r * OVER, fill=self._tint(colour, alpha))

    def line(self, points: Sequence[Point], width: float, colour: str = "#ffffff", alpha: float = 1) -> None:
        """A stroke with round joints and ends."""
        big = [(x * OVER, y * OVER) for x, y in points]
        tint, half = self._tint(colour, alpha), width * OVER / 2
        self._draw.line(big, fill=tint, width=max(1, round(width * OVER)), joint="curve")
        if half > 1.5:
            for x, y in (big[0], big[-1]):
                self._draw.ellipse([x - half, y - half, x + half, y + half], fill=tint)

    def curve(self, points: Sequence[Point], width: float, colour: str = "#ffffff", alpha: float = 1) -> None:
        """A stroke along a curve through the points."""
        self.line(smooth(points), width, colour, alpha)

    def ring(
        self, x: float, y: float, rx: float, ry: float, width: float, colour: str = "#ffffff", alpha: float = 1
    ) -> None:
        """An ellipse's outline."""
        box = [(x - rx) * OVER, (y - ry) * OVER, (x + rx) * OVER, (y + ry) * OVER]
        self._draw.ellipse(box, outline=self._tint(colour, alpha), width=max(1, round(width * OVER)))


class Canvas:
    """A picture in progress: `pixels` are floats, 0 to 1, rows by columns by three."""

    def __init__(self, seed: int, width: int = WIDTH, height: int = HEIGHT) -> None:
        self.w, self.h = width, height
        self.rng = np.random.default_rng(seed)
        self.pixels: Field = np.zeros((height, width, 3), dtype=np.float32)
        self.y, self.x = np.mgrid[0:height, 0:width].astype(np.float32)

    # paints: fields of colour
    def fade(self, *stops: tuple[float, str], across: bool = False) -> Field:
        """A gradient through (position 0..1, colour) stops, from top to bottom or from left to right."""
        where = (self.x / self.w) if across else (self.y / self.h)
        return self.ramp(where, *stops)

    def ramp(self, where: Field, *stops: tuple[float, str]) -> Field:
        """Colours looked up by a field of positions."""
        at = [s[0] for s in stops]
        colours = np.stack([rgb(s[1]) for s in stops])
        return np.stack([np.interp(where, at, colours[:, i]) for i in range(3)], axis=-1).astype(np.float32)

    def noise(self, cell: float, octaves: int = 4, stretch: float = 1) -> Field:
        """Smooth noise, 0 to 1, with features of `cell` pixels; `stretch` widens them."""
        total, weight, norm = np.zeros((self.h, self.w), dtype=np.float32), 1.0, 0.0
        for _ in range(octaves):
            shape = (max(2, round(self.h / cell) + 2), max(2, round(self.w / (cell * stretch)) + 2))
            rough = self.rng.random(shape, dtype=np.float32)
            total += weight * resize(rough, self.w, self.h)
            norm, weight, cell = norm + weight, weight / 2, max(1.5, cell / 2)
        return np.clip(total / norm, 0, 1)

    # masks: fields of coverage
    def mask(self, draw: Callable[[Pen], object]) -> Field:
        """What the pen covers, antialiased."""
        big = Image.new("L", (self.w * OVER, self.h * OVER), 0)
        draw(Pen(ImageDraw.Draw(big), lambda _colour, alpha: round(255 * alpha)))
        small = big.resize((self.w, self.h), Image.Resampling.BOX)
        return np.asarray(small, dtype=np.float32) / 255

    def disc(self, x: float, y: float, radius: float, power: float = 2) -> Field:
        """A soft spot: 1 at the centre, 0 from the radius outwards."""
        far = np.sqrt((self.x - x) ** 2 + (self.y - y) ** 2) / radius
        return np.clip(1 - far, 0, 1).astype(np.float32) ** power

    # laying paint
    def lay(self, mask: Field | float, paint: Paint, alpha: float = 1) -> None:
        """Cover with a colour or a field of colours."""
        cover = (np.asarray(mask, dtype=np.float32) * alpha)[..., None]
        self.pixels = self.pixels * (1 - cover) + (rgb(paint) if isinstance(paint, str) else paint) * cover

    def shine(self, mask: Field, colour: str, strength: float = 1) -> None:
        """Add light (screen)."""
        light = np.clip(mask[..., None] * rgb(colour) * strength, 0, 1)
        self.pixels = 1 - (1 - self.pixels) * (1 - light)

    def shadow(self, mask: Field, colour: str = INK, strength: float = 0.6) -> None:
        """Take light away (multiply)."""
        self.pixels = self.pixels * (1 - mask[..., None] * strength * (1 - rgb(colour)))

    def ink(self, draw: Callable[[Pen], object], soften: float = 0) -> None:
        """Coloured details in one go, drawn large, shrunk and laid over."""
        big = Image.new("RGBA", (self.w * OVER, self.h * OVER), (0, 0, 0, 0))

        def tint(colour: str, alpha: float) -> tuple[int, ...]:
            return (*(round(float(v) * 255) for v in rgb(colour)), round(255 * alpha))

        draw(Pen(ImageDraw.Draw(big), tint))
        small = np.asarray(big.resize((self.w, self.h), Image.Resampling.BOX), dtype=np.float32) / 255
        cover, paint = small[..., 3], small[..., :3]
        if soften:
            cover = blur(cover, soften)
        self.lay(cover, paint)

    def form(
        self,
        mask: Field,
        paint: Paint,
        *,
        dark: str = INK,
        lit: str = CREAM,
        depth: float = 40,
        sun: Point = (-0.6, -0.8),
        shade: float = 0.5,
        rim: float = 0.25,
        grit: float = 0.35,
    ) -> None:
        """A shape with volume: its paint, a stippled shadow away from the light, a soft rim towards it."""
        self.lay(mask, paint)
        grain = 1 - grit + grit * 2 * self.rng.random(mask.shape, dtype=np.float32)
        soft = blur(mask, depth * 0.6)
        away = mask * np.clip(1 - shift(soft, sun[0] * depth, sun[1] * depth), 0, 1)
        near = mask * np.clip(1 - shift(soft, -sun[0] * depth * 0.6, -sun[1] * depth * 0.6), 0, 1)
        self.lay(np.clip(away * grain, 0, 1), dark, shade)
        self.shine(np.clip(near * grain, 0, 1), lit, rim)

    def cast(self, mask: Field, dx: float, dy: float, soft: float, strength: float = 0.5, colour: str = INK) -> None:
        """The shadow that a shape throws; lay it before the shape."""
        self.shadow(np.clip(blur(shift(mask, dx, dy), soft), 0, 1), colour, strength)

    def glow(self, x: float, y: float, radius: float, colour: str, strength: float = 0.8, power: float = 2.4) -> None:
        """A lamp's halo."""
        self.shine(self.disc(x, y, radius, power), colour, strength)

    def save(self, path: Path, most: int = 116_000) -> tuple[int, int]:
        """Tone, vignette and grain; then the best JPEG quality under `most` bytes. Returns size and quality."""
        picture = self.finished()
        for quality in range(88, 55, -3):
            out = BytesIO()
            picture.save(out, "JPEG", quality=quality, optimize=True, progressive=True, subsampling=2)
            if out.tell() <= most:
                break
        path.write_bytes(out.getvalue())
        return out.tell(), quality

    def finished(self, vignette: float = 0.2, grain: float = 0.02) -> Image.Image:
        """The picture with its last tone: paper grain, a darker edge, a gentle curve."""
        px = np.clip(self.pixels, 0, 1)
        px = px + 0.09 * (px - 0.5) * (1 - np.abs(2 * px - 1))
        far = ((self.x / self.w - 0.5) ** 2 + (self.y / self.h - 0.5) ** 2) * 2
        px *= (1 - vignette * far**1.5)[..., None]
        dust = blur(self.rng.standard_normal((self.h, self.w)).astype(np.float32), 1.0)
        px += (dust * grain + (self.noise(260, 3) - 0.5) * 0.03)[..., None]
        return Image.fromarray((np.clip(px, 0, 1) * 255 + 0.5).astype(np.uint8), "RGB")
