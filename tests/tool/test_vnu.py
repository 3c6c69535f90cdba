"""The HTML checker finds what is wrong, says in which page, and is quiet about a good page."""

from collections.abc import Callable

from tests.tool.vnu import Problem

GOOD = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Night trains</title></head>
<body><h1>Night trains</h1><p>They run again.</p></body></html>"""


def test_a_good_page_is_clean_and_a_bad_one_is_not(check_html: Callable[..., list[Problem]]):
    bad = GOOD.replace("<p>", '<p id="a"><p id="a"><img src="x.png"><center>')
    found = check_html({"/good/": GOOD, "/bad/": bad, "/bytes/": GOOD.encode()})
    assert {problem.page for problem in found} == {"/bad/"}
    said = "\n".join(map(str, found))
    assert "Duplicate ID" in said
    assert "alt" in said
    assert "center" in said


def test_a_warning_is_a_problem_too(check_html: Callable[..., list[Problem]]):
    found = check_html({"/": GOOD.replace(' lang="en"', "")})
    assert [problem.kind for problem in found] == ["warning"]


def test_no_pages_need_no_java(check_html: Callable[..., list[Problem]]):
    assert check_html({}) == []
