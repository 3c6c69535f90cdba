"""Markdown made to be slow costs like ordinary prose, and none of it is lost (I11)."""

import gc
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from publisher.html import sanitise, text_of
from publisher.importer import markdown
from publisher.importer.markdown import or_plain, to_html
from publisher.importer.markdown_folder import MarkdownExport
from publisher.importer.port import Read
from publisher.prepare import prepare
from tests.importer.reading import written

SIZE = 20_000
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
    "stairs of lists": lambda: "".join(f"{'  ' * step}- a\n" for step in range(130)),
    "many references": lambda: "".join(f"[a{each}]: /b\n\n[a{each}]\n\n" for each in range(SIZE // 24)),
    "many notes": lambda: "".join(f"x[^a{each}]\n\n[^a{each}]: n\n\n" for each in range(SIZE // 24)),
    "one deep quote": lambda: ">" * SIZE + "a",
}
KINDS = {name: (unit * (SIZE // len(unit))) for name, unit in REPEATED.items()} | {
    name: made() for name, made in GROWN.items()
}


def seconds_per_byte(work: Callable[[str], object], source: str, runs: int = 3) -> float:
    """The least processor time of some runs, with nothing collected meanwhile."""
    gc.disable()
    try:
        best = float("inf")
        for _ in range(runs):
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


FLOODS = {"quotes in quotes": ">" * 500_000, "tables": "a|b\n-|-\n1|2\n\n" * 40_000, "lists": "- a\n" * 250_000}


@pytest.mark.parametrize("name", FLOODS)
def test_what_would_be_nothing_but_tags_is_kept_as_it_stands_and_said(tmp_path: Path, name: str):
    source = f"# Title\n\n{FLOODS[name]}\n\nThe end & <all>."
    written(tmp_path, "flood.md", source)
    (read,) = MarkdownExport(tmp_path, datetime(2026, 11, 23, tzinfo=UTC))
    assert isinstance(read, Read)
    article = prepare(read.article, read.html)
    assert (article.title, article.body.text.split()) == ("Title", source.split()[2:])
    assert [note for note in read.notes if "kept as plain text" in note]


def test_a_flood_costs_no_more_than_what_is_read():
    prose = seconds_per_byte(published, PROSE * (SIZE // len(PROSE)))
    ratio = {name: seconds_per_byte(kept, source, 1) / prose for name, source in FLOODS.items()}
    assert {name: round(each, 1) for name, each in ratio.items() if each > WHOLE_LIMIT} == {}


def kept(source: str) -> str:
    return sanitise(or_plain(source))


def test_what_may_become_too_many_tags_is_not_even_parsed(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(markdown, "MAX_MARKS", 100)
    assert or_plain(">" * 101) == f"{markdown.PLAIN}{'>' * 101}</pre>"
    assert or_plain("> a") == "<blockquote>\n<p>a</p>\n</blockquote>\n"


def test_the_longest_novel_and_a_long_table_are_no_flood():
    assert "<pre" not in or_plain(PROSE * 15_000)
    assert "<pre" not in or_plain("|a|b|c|d|e|\n|-|-|-|-|-|\n" + "|1|2|3|4|5|\n" * 20_000)
