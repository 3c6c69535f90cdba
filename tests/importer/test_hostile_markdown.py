"""Markdown made to be slow costs like ordinary prose, and none of it is lost (I11)."""

import gc
import time
from collections.abc import Callable

import pytest

from publisher.html import sanitise, text_of
from publisher.importer.markdown import to_html

SIZE = 60_000
PROSE = (
    "The harbour wakes before the town does, and *nobody* there would have it **otherwise**. A crane swings, a gull "
    "complains, and the [first ferry](https://example.org/ferry) leaves for the islands.\n\n"
)
READING_LIMIT = 4
"""Reading alone may cost so many times what prose costs in all, a byte; tables and lists took fifteen."""
WHOLE_LIMIT = 90
"""Of what Markdown writes short, HTML has up to thirty bytes for each; the square of anything is in the thousands."""

REPEATED = {
    "tables": "a|b\n-|-\n1|2\n\n",
    "lists": "- a\n",
    "loose lists": "- a\n\n  b\n",
    "numbers": "1. a\n\n",
    "empty items": "-\n",
    "items in items": "- " * 50 + "a\n\n",
    "quotes": "> a\n\n",
    "lazy quotes": "> a\nb\n",
    "quotes in quotes": ">" * 99 + "a\n\n",
    "emphasis": "*a ",
    "emphasis in emphasis": "*a **b c** d* ",
    "emphasis that closes nothing": "*_a ",
    "links": "[a](b) ",
    "open links": "[a](",
    "brackets in brackets": "[[a]",
    "pictures": "![a](",
    "references": "[a][b] ",
    "definitions": "[a]: /b\n",
    "notes": "[^a] [^a]: b\n\n",
    "notes that mention themselves": "[^a]: b[^a]\n\n",
    "headings": "# a\n",
    "named headings": "# a {#b} [x](#a)\n",
    "underlined headings": "a\n=\n",
    "rules": "---\n\n",
    "lines": "a\n",
    "hard breaks": "a  \n",
    "code": "``a` ",
    "fences": "```\na\n```\n",
    "indents": "\t- a\n",
    "tags": "<b>a</b> ",
    "HTML blocks": "<div>\n\na\n",
    "comments": "<!-- a ",
    "entities": "&amp;&#65;&nosuch ",
    "addresses": "<http://a.b> ",
    "escapes": "\\*",
    "struck": "~~a ",
    "pipes": "|",
    "one long line": "a",
}
GROWN: dict[str, Callable[[], str]] = {
    "a wide table": lambda: f"{'|a' * (SIZE // 4)}|\n{'|-' * (SIZE // 4)}|\n" + "|\n" * 20,
    "a long table": lambda: "a|b\n-|-\n" + "1|2\n" * (SIZE // 4),
    "stairs of lists": lambda: "".join(f"{'  ' * step}- a\n" for step in range(240)),
    "many references": lambda: "".join(f"[a{each}]: /b\n\n[a{each}]\n\n" for each in range(SIZE // 24)),
    "many notes": lambda: "".join(f"x[^a{each}]\n\n[^a{each}]: n\n\n" for each in range(SIZE // 24)),
    "one deep quote": lambda: ">" * SIZE + "a",
}
KINDS = {name: (unit * (SIZE // len(unit))) for name, unit in REPEATED.items()} | {
    name: made() for name, made in GROWN.items()
}


def seconds_per_byte(work: Callable[[str], object], source: str) -> float:
    """The least processor time of some runs, with nothing collected meanwhile."""
    gc.disable()
    try:
        best = float("inf")
        for _ in range(3):
            started = time.thread_time()
            work(source)
            best = min(best, time.thread_time() - started)
    finally:
        gc.enable()
    return best / len(source)


def published(source: str) -> str:
    return sanitise(to_html(source))


def test_no_kind_is_read_much_slower_than_prose():
    prose = seconds_per_byte(published, PROSE * (SIZE // len(PROSE)))
    reading = {name: seconds_per_byte(to_html, source) / prose for name, source in KINDS.items()}
    whole = {name: seconds_per_byte(published, source) / prose for name, source in KINDS.items()}
    assert {name: round(ratio, 1) for name, ratio in reading.items() if ratio > READING_LIMIT} == {}
    assert {name: round(ratio, 1) for name, ratio in whole.items() if ratio > WHOLE_LIMIT} == {}


@pytest.mark.parametrize("mark", ["> ", "- ", "1. ", "*", "[", "> - "])
def test_what_stands_deep_is_kept(mark: str):
    """Below twenty levels the text was gone."""
    assert "treasure" in text_of(published(f"Before.\n\n{mark * 60}treasure\n\nAfter."))
    assert text_of(published(f"{mark * 60}treasure\n\nAfter.")).endswith("After.")


def test_stairs_of_lists_keep_every_step():
    stairs = "\n".join(f"{'  ' * step}- step{step}." for step in range(100))
    assert [f"step{step}." for step in range(100)] == text_of(published(stairs)).split()
