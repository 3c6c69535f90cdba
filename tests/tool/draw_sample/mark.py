"""The magazine's mark: a lantern with a crescent for a flame; as PNG, SVG and beside its name."""

from __future__ import annotations

from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

from .brush import AMBER, CREAM


def mark(size: int) -> Image.Image:
    """The mark, square and with round corners."""
    big = Image.new("RGBA", (2048, 2048), (0, 0, 0, 0))
    d = ImageDraw.Draw(big)
    d.rounded_rectangle([0, 0, 2047, 2047], radius=440, fill=INK_BLUE)
    d.ellipse([664, 150, 1384, 870], outline=AMBER, width=92)
    d.rectangle([600, 560, 1448, 900], fill=INK_BLUE)
    d.rounded_rectangle([560, 520, 1488, 660], radius=56, fill=AMBER)
    d.rounded_rectangle([640, 660, 1408, 1560], radius=120, fill=CREAM)
    d.rounded_rectangle([500, 1560, 1548, 1740], radius=70, fill=AMBER)
    d.ellipse([764, 850, 1284, 1370], fill="#c9512f")
    d.ellipse([890, 770, 1370, 1250], fill=CREAM)
    return big.resize((size, size), Image.Resampling.LANCZOS)


INK_BLUE = "#17203f"
SVG = """<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 512 512" role="img" aria-label="The Slow Lantern">
<rect width="512" height="512" rx="110" fill="#17203f"/>
<path d="M177.500 140V127.500a78.500 78.500 0 0 1 157 0V140" fill="none" stroke="#f2a248" stroke-width="23"/>
<rect x="140" y="130" width="232" height="35" rx="14" fill="#f2a248"/>
<rect x="160" y="165" width="192" height="225" rx="30" fill="#fbeed6"/>
<rect x="125" y="390" width="262" height="45" rx="17.500" fill="#f2a248"/>
<path d="M239.800 216.800a65 65 0 1 0 69.300 102.900 60 60 0 0 1-69.300-102.900z" fill="#c9512f"/>
</svg>
"""


def wide() -> Image.Image:
    """The mark and the name on paper, 1200 by 240."""
    page = Image.new("RGB", (1200, 240), CREAM)
    page.paste(mark(176), (32, 32), mark(176))
    font = ImageFont.truetype("DejaVuSerif-Bold.ttf", 92)
    ImageDraw.Draw(page).text((244, 120), "The Slow Lantern", font=font, fill=INK_BLUE, anchor="lm")
    return page


def draw_marks(folder: Path) -> None:
    """Write the logos."""
    mark(512).save(folder / "logo.png", optimize=True)
    wide().quantize(64).save(folder / "logo-wide.png", optimize=True)
    (folder / "logo.svg").write_text(SVG)
