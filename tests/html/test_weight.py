"""HTML of which a parser makes the square, or that is nothing but tags, is refused before any parser sees it (I11)."""

import gc
import sys
import time
from collections.abc import Callable

import pytest

from publisher.html import MAX_TAGS, TooMarked, sanitise, text_of
from publisher.html.weight import bounded
from tests.html.test_sanitise import OLD, RULES

FORMATS = "b big code em font i nobr s small strike strong tt u".split()


def many(shape: str, count: int = 20_000) -> str:
    """A piece of markup again and again, `#` being another number each time."""
    return "".join(shape.replace("#", str(each)) for each in range(count))


REFUSED = {
    "links left open by other formatting": "<p>" + many("<b title=#><p>"),
    "fonts, each another": many("<font color=#><p>x"),
    "every format three times": "<p>" + "".join(f"<{name}>" * 3 for name in FORMATS) + many("<p>x"),
    "closed behind a fence": many("<b title=#><object></b></object><p>"),
    "closed in a table": many("<b title=#><table></b></table><p>"),
    "closed in a comment": many("<b title=#><!--</b>--><p>"),
    "closed in an attribute": many("<b title=#><i x='></b>'><p>"),
    "closed in raw text": many("<b title=#><style></b></style><p>"),
    "closed in a select": many("<b title=#><select></b></select><p>"),
    "deep formatting": many("<b>", 40_000) + many("<div></div>"),
    "ends in deep formatting": many("<b>", 40_000) + many("</p>"),
    "words in a table": "<table>" + many("<wbr>x", 60_000),
    "blocks in a table": "<table>" + many("<p>", 60_000),
    "tables in tables": many("<table>", 60_000),
    "words between tables": many("<table>x", 60_000),
    "rows without a table": "<tr></table>" + many("x<p>", 60_000),
    "a table behind a template": "<table><template></table></template>" + many("x<p>", 60_000),
    "strays behind much": many("<br>", 150_000) + "<table>" + many("<p>"),
    "one tag of attributes": f"<p {many('a# ', 60_000)}>x",
    "one tag of more attributes than are read": f"<p {many('a ', 160_000)}>x",
    "one tag of slashes": f"<p {many('a#/', 60_000)}>x",
    "nothing but tags": many("<p>", MAX_TAGS + 1),
    "entities": many("&amp;", MAX_TAGS + 1),
    "entities without an end": many("&nosuch ", MAX_TAGS // 3 + 1),
    "addresses": many("<img src=#>", 61_000),
    "addresses of one size or another": many(f"<img srcset='{'a 1x, ' * 1000}'>", 61),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_a_parser_would_be_slow_at_is_refused(name: str):
    with pytest.raises(TooMarked, match="divide the article"):
        sanitise(REFUSED[name])


PROSE = (
    "<p>The harbour <em>wakes</em> before the <a href='https://example.org/town'>town</a> does, they say here.</p>\n"
)
KEPT: dict[str, Callable[[], str]] = {
    "the longest novel": lambda: PROSE * 30_000,
    "a table of 20,000 rows": lambda: f"<table>{'<tr><td>1<td class=x>2<td>3<td>4<td>5' * 20_000}</table>",
    "a list of 10,000 links": lambda: many(
        '<li><a href="https://example.org/#" title="a" class="b">a</a></li>', 10_000
    ),
    "fonts never closed": lambda: many("<p><font color=red size=2>a<p>b", 2_000),
    "cells never closed in bold": lambda: f"<table>{'<tr><td><b>a<td>b' * 2_000}</table>",
    "cards of newsletters": lambda: many("<a href=/#><table><tr><td><b>a</b></table></a>", 5_000),
    "a text in numbers": lambda: "<p>" + "&#2309;" * 200_000,
    "comments": lambda: "<!-- a --><p>b</p>" * 20_000,
    "ideographs": lambda: "日本" * 500_000,
}


@pytest.mark.parametrize("name", KEPT)
def test_what_people_write_is_no_flood(name: str):
    html = KEPT[name]()
    assert len(text_of(sanitise(html))) > len(html) // 100


LIMIT = 90
"""Times what prose costs, a byte; the square of anything is in the thousands."""
LONGEST = {
    "tags": "<p>",
    "ends": "</b>",
    "pictures": "<img src=a>",
    "frames": "<iframe src=//youtube.com/embed/aaaaaaaaaaa></iframe>",
    "lists of definitions": "<dl><dt>",
    "foreign": "<svg><desc>",
    "raw text": "<title>x</title>",
    "raw text without an end": "<title>",
    "open tags": "<a ",
    "open attributes": '<a b="',
    "open comments": "<!--",
    "ends of comments": "-->",
    "controls": "\x85",
}


@pytest.mark.parametrize("name", LONGEST)
def test_what_is_let_in_costs_what_its_length_does(name: str):
    unit = LONGEST[name]
    assert seconds_per_byte(unit * (400_000 // len(unit))) < LIMIT * seconds_per_byte(PROSE * 3_000)


def seconds_per_byte(html: str) -> float:
    gc.disable()
    try:
        started = time.thread_time()
        sanitise(html)
        return (time.thread_time() - started) / len(html)
    except TooMarked:
        return 0.0
    finally:
        gc.enable()


@pytest.mark.parametrize(("html", "published"), [*RULES, ("<p>a <b c='&lt;>'>d", "<p>a <b>d</b></p>")])
def test_a_rule_holds_in_a_long_text_too(html: str, published: str):
    padding = "<hr>" * 1_100
    assert sanitise(padding + html, **OLD).replace("<hr />", "") == sanitise("<hr>" + html, **OLD).replace("<hr />", "")


def test_what_is_weighed_is_what_is_parsed(monkeypatch: pytest.MonkeyPatch):
    html = "".join(source for source, _ in RULES) * 60
    short = sys.modules["publisher.html.sanitise"]
    weighed = sanitise(html, **OLD)
    monkeypatch.setattr(short, "bounded", lambda given: given)
    assert (bounded("<!-- a --><b"), bounded("<hr>" * 1001 + "<!-- a --><b")) == ("<!-- a --><b", "<hr>" * 1001)
    assert weighed == sanitise(html, **OLD)
