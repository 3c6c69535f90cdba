"""Paragraphs and breaks as WordPress makes them: cases from its documented behaviour."""

import time
import tracemalloc

import pytest

from publisher.importer.autop import autop

CASES = [
    ("", ""),
    ("  \n ", ""),
    ("one", "<p>one</p>\n"),
    ("one\ntwo", "<p>one<br />\ntwo</p>\n"),
    ("one\n\ntwo", "<p>one</p>\n<p>two</p>\n"),
    ("one\r\n\r\n\r\ntwo", "<p>one</p>\n<p>two</p>\n"),
    ("one<br>\ntwo", "<p>one<br />\ntwo</p>\n"),
    ("one<br /><br />two", "<p>one</p>\n<p>two</p>\n"),
    ("<p>one</p>\n\ntwo", "<p>one</p>\n<p>two</p>\n"),
    ("<div>one</div>\ntwo", "<div>one</div>\n<p>two</p>\n"),
    ("one\n<h2>two</h2>\nthree", "<p>one</p>\n<h2>two</h2>\n<p>three</p>\n"),
    ("<ul>\n<li>a</li>\n<li>b</li>\n</ul>", "<ul>\n<li>a</li>\n<li>b</li>\n</ul>\n"),
    ("<blockquote>a\n\nb</blockquote>", "<blockquote><p>a</p>\n<p>b</p></blockquote>\n"),
    ("a <pre>x\n\ny</pre> b", "<p>a </p>\n<pre>x\n\ny</pre>\n<p> b</p>\n"),
    ("<table>\n<tr>\n<td>a\nb</td></tr></table>", "<table>\n<tr>\n<td>a<br />\nb</td>\n</tr>\n</table>\n"),
    ("<a\nhref='x'>y</a>", "<p><a href='x'>y</a></p>\n"),
    ("text\n<img src='a' />\n\nb", "<p>text<br />\n<img src='a' /></p>\n<p>b</p>\n"),
    ("<hr>\nx", "<hr>\n<p>x</p>\n"),
    (
        "<figure>\n<img />\n<figcaption>x\ny</figcaption>\n</figure>",
        "<figure>\n<img /><figcaption>x<br />\ny</figcaption></figure>\n",
    ),
    ("<video>\n<source src='a'>\n</video>", "<p><video><source src='a'></video></p>\n"),
    ("<!-- a\nb -->\nc", "<p><!-- a\nb --><br />\nc</p>\n"),
    ("<div>\none\n\ntwo\n</div>", "<div>\none</p>\n<p>two\n</p></div>\n"),
]


@pytest.mark.parametrize(("source", "expected"), CASES)
def test_paragraphs_by_example(source: str, expected: str):
    assert autop(source) == expected


HEAVY = [
    "\n ",
    "<p>",
    "<p> ",
    " ",
    "<pre>",
    "<br>",
    "<",
    "<!--",
    "<li ",
    "a\n\n",
    "<p><li",
    "<object>",
    "[audio ",
    "\x00",
]


@pytest.mark.parametrize("bait", HEAVY, ids=repr)
def test_no_bait_makes_paragraphs_slow(bait: str):
    text = bait * (100_000 // len(bait))
    started = time.process_time()
    autop(text)
    assert time.process_time() - started < 1


@pytest.mark.parametrize("bait", ["[", "<", "[a "])
def test_i11_a_text_of_nothing_but_marks_takes_no_memory_of_its_own(bait: str):
    text = bait * (500_000 // len(bait))
    tracemalloc.start()
    try:
        autop(text)
        assert tracemalloc.get_traced_memory()[1] < 40 * len(text)
    finally:
        tracemalloc.stop()
