"""Whether a story's text can be read: WCAG AA between the colours of one rule, and over pictures a ground of its own.

Static: it reads the style sheet, not the drawn page. Over a picture text needs a ground that is opaque
enough for any photograph: at least `LEAST_ALPHA` black under white letters.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping

from publisher.check.markup import Node
from publisher.palette import contrast

AA = 4.5
LEAST_ALPHA = 0.54
"""Black of this opacity over pure white still gives white text 4.5 to 1."""

_RULE = re.compile(r"(?<![^{}@])([^{}@]+)\{([^{}]*)\}")
_VARIABLE = re.compile(r"(?<![\w-])(--[\w-]+)\s*:\s*(#[0-9a-fA-F]{6})\b")
_COLOUR = r"(#[0-9a-fA-F]{3}(?:[0-9a-fA-F]{3})?|var\((--[\w-]+)\))"
_INK = re.compile(rf"(?:^|;)\s*color\s*:\s*{_COLOUR}")
_GROUND = re.compile(rf"background(?:-color)?\s*:\s*{_COLOUR}\s*(?:;|$)")
_BLACK = re.compile(r"rgba\(\s*0\s*,\s*0\s*,\s*0\s*,\s*(0?\.\d+|1|0)\s*\)|rgb\(0 0 0\s*/\s*(0?\.\d+|1)\s*\)")
_CLASS = re.compile(r"\.([\w-]+)")


def contrast_faults(css: str, pages: Iterable[Node]) -> Iterator[str]:
    """What can't be read well in a story's style sheet and pages."""
    rules = [(selector.strip(), body) for selector, body in _RULE.findall(re.sub(r"/\*.*?\*/", "", css, flags=re.S))]
    variables = dict(_VARIABLE.findall(css))
    yield from _pairs(rules, variables)
    grounded = {name for selector, body in rules if _is_ground(body) for name in _painted(selector)}
    for number, page in enumerate(pages, 1):
        if any(page.all("amp-img", "amp-video")) and _has_text(page) and not _classes(page) & grounded:
            yield f"page {number}: text over a picture without a ground that makes it readable"


def _painted(selectors: str) -> Iterator[str]:
    """Classes of the elements that a rule paints: those of each selector's last part, pseudo-elements apart."""
    for selector in selectors.split(","):
        last = (selector.split() or [""])[-1]
        yield from _CLASS.findall(last) if "::" not in last else ()


def _pairs(rules: list[tuple[str, str]], variables: Mapping[str, str]) -> Iterator[str]:
    for selector, body in rules:
        ink, ground = _INK.search(body), _GROUND.search(body)
        if not ink or not ground:
            continue
        one, other = _resolved(ink, variables), _resolved(ground, variables)
        if one and other and contrast(one, other) < AA:
            yield f"{selector}: {one} on {other} has a contrast of {contrast(one, other):.2f}, {AA} at least"


def _resolved(match: re.Match[str], variables: Mapping[str, str]) -> str:
    if match[2]:
        return variables.get(match[2], "")
    digits = match[1][1:]
    return "#" + (digits if len(digits) == 6 else "".join(each * 2 for each in digits))


def _is_ground(body: str) -> bool:
    """Whether a rule lays an opaque colour, or enough black, under what stands in it."""
    if _GROUND.search(body):
        return True
    shades = sorted((float(a or b) for a, b in _BLACK.findall(body)), reverse=True) if "background" in body else []
    return bool(shades) and (shades[1] if len(shades) > 2 else shades[0]) >= LEAST_ALPHA


def _has_text(page: Node) -> bool:
    return any(layer.words() for layer in page.children if layer.tag == "amp-story-grid-layer")


def _classes(page: Node) -> set[str]:
    below = {
        name for node in page.all("div", "p", "h1", "h2", "h3", "span", "ul") for name in node.get("class").split()
    }
    marked = {"*" for node in page.all("span") if node.get("data-text-background-color")}
    return below | marked
