"""Colours of sections: a designed background, its accent and the ink that stays readable on it."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from types import MappingProxyType

import msgspec


class Palette(msgspec.Struct, frozen=True):
    """Colours as #rrggbb: `deep` to `warm` is a background on which white text passes WCAG AA."""

    deep: str
    warm: str
    accent: str


_SEED: Mapping[str, Palette] = MappingProxyType(
    {
        "whats-on": Palette("#2a0f3d", "#7a1f5c", "#ffb3d1"),
        "reviews": Palette("#1d1a16", "#6b3d12", "#ffc97a"),
        "digital-world": Palette("#071b34", "#0f4c81", "#7fd1ff"),
        "lifestyle": Palette("#12302a", "#1f6b57", "#a6f0d0"),
        "travel": Palette("#0b2b3a", "#0b6478", "#9be8f2"),
        "trending": Palette("#2d0b16", "#94203a", "#ffb8a8"),
        "business": Palette("#14202e", "#31506e", "#b7d6f5"),
        "opinion": Palette("#221a2e", "#54407a", "#d9c8ff"),
        "sport": Palette("#0d2614", "#226b33", "#b5f2a6"),
        "culture": Palette("#2b1410", "#8a3a1c", "#ffcfa3"),
    }
)


def palette(section: str) -> Palette:
    """The colours of a section by its slug; a new section gets one of the set, always the same."""
    if section in _SEED:
        return _SEED[section]
    rows = tuple(_SEED.values())
    return rows[hashlib.sha256(section.encode()).digest()[0] % len(rows)]


def luminance(colour: str) -> float:
    """Relative luminance of #rrggbb, 0 to 1 (WCAG 2.2)."""
    channels = (int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5))
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """Contrast ratio of two colours, 1 to 21 (WCAG 2.2 1.4.3)."""
    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)
