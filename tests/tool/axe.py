"""Accessibility rules by axe-core, run inside a page."""

from dataclasses import dataclass
from typing import Any

from playwright.async_api import Page

from tests.tool.npm import npm_member

PACKAGE = "axe-core@4.14.1"
MEMBER = "package/axe.min.js"
SHA256 = "29348999450cdf2849a8e70b7912fc2da85a849da39c0d0d5394f51d4a9ed95c"


@dataclass(frozen=True, slots=True)
class Violation:
    """One rule that a page breaks, and the first element that breaks it."""

    rule: str
    elements: int
    first: str
    why: str

    def __str__(self) -> str:
        return f"{self.rule} ({self.elements}): {self.first[:200]} {self.why[:200]}"


async def violations(page: Page) -> list[Violation]:
    """Every rule that the page breaks as it stands now; raises ToolMissing."""
    source = npm_member(PACKAGE, MEMBER, SHA256).read_text("utf-8")
    await page.evaluate(source)
    found = await page.evaluate("axe.run({resultTypes: ['violations']}).then((result) => result.violations)")
    return [_violation(each) for each in found]


def _violation(found: dict[str, Any]) -> Violation:
    first = found["nodes"][0]
    return Violation(found["id"], len(found["nodes"]), first["html"], first.get("failureSummary", ""))
