"""How many pages a list has: what lies deeper is reached by its month."""

from __future__ import annotations

from publisher import url

MAX_DEPTH = 24_000
"""Articles of a list that are paged through: a page there takes 3 ms to read, at the end of a million 100."""


def pages(articles: int, size: int) -> int:
    """Pages of a list of so many articles; an empty one has its first."""
    return max(1, -(-min(articles, MAX_DEPTH) // size))


def numbered(path: str, articles: int, size: int) -> list[str]:
    """The path of each page of a list."""
    return [url.page(path, number) for number in range(1, pages(articles, size) + 1)]
