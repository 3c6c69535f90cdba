"""Drill 25: no regular expression of the service can be made slow by what it reads."""

import ast
import importlib
import pkgutil
import re
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

import publisher

Figure = Callable[[str], None]
SIZE = 100_000
LIMIT_SECONDS = 0.05
METHODS = ("search", "match", "fullmatch", "sub", "split", "findall", "finditer")
PIECES = [
    *"a A 0 _ - . , : ; / \\ ? # & % = ' \" < > ( ) [ ] { } * ! @ + | é 日 ا".split(),
    *(" ", "\n", "\t", "\r\n", "\0", "\u200b", "\ud7ff"),
    *(
        "<a ",
        "<a=",
        "<a>",
        "</a>",
        "<!--",
        "-->",
        "<![CDATA[",
        "]]>",
        "<p>\n",
        "<br />",
        '="',
        "='",
        "a=b ",
        "&amp;",
        "&#",
    ),
    *(
        "[a ",
        "[a]",
        "[/a]",
        "{a",
        "{{",
        "}}",
        "%%a",
        "%a%",
        "http://",
        "//a.",
        "a@a.",
        "1-",
        "1:1",
        "-1x1",
        "1,1",
        "a, ",
        "a a",
    ),
    *("item>", "<item ", "<item>", "data:", "javascript:", "A.", "a. A", "By . ", "(a", '"a', "«a", "0.", "1.1"),
]


def modules() -> Iterator[str]:
    """Every module of the package but its entry point."""
    for found in pkgutil.walk_packages(publisher.__path__, "publisher."):
        if not found.name.endswith("__main__"):
            yield found.name


def uses(tree: ast.AST) -> dict[str, set[str]]:
    """By the name of a pattern, the methods that a module calls on it."""
    found: dict[str, set[str]] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.attr in METHODS:
            found.setdefault(node.value.id, set()).add(node.attr)
    return found


def patterns() -> dict[tuple[str, int, str], tuple[re.Pattern[str] | re.Pattern[bytes], str]]:
    """Every compiled pattern with the methods by which it is used; all of them where that can't be seen."""
    found = {}
    for name in modules():
        module = importlib.import_module(name)
        methods = uses(ast.parse(Path(str(module.__file__)).read_text("utf-8")))
        for given, value in vars(module).items():
            if isinstance(value, re.Pattern):
                for method in methods.get(given, {"finditer", "fullmatch"}):
                    found[value.pattern, value.flags, method] = (value, f"{name}.{given}.{method}")
    return found


def work(pattern: re.Pattern[str], method: str, text: str) -> None:
    if method == "sub":
        pattern.sub(text[:0], text)
    elif method == "finditer":
        for _ in pattern.finditer(text):
            pass
    else:
        getattr(pattern, method)(text)


def seconds(pattern: re.Pattern[str] | re.Pattern[bytes], method: str, text: str) -> float:
    """The least of three runs: what the pattern takes, reckoned from a part when that is long."""
    if (took := once(pattern, method, text[: SIZE // 20])) > LIMIT_SECONDS / 5:
        return 20 * took
    return least(pattern, method, text)


def is_linear(pattern: re.Pattern[str] | re.Pattern[bytes], method: str, text: str, took: float) -> bool:
    """Whether half the text takes about half as long (a quarter, where it is quadratic): a slow machine is no fault."""
    return took < 4 * LIMIT_SECONDS and took < 3 * least(pattern, method, text[: len(text) // 2])


def least(pattern: re.Pattern[str] | re.Pattern[bytes], method: str, text: str) -> float:
    found = once(pattern, method, text)
    return found if found < LIMIT_SECONDS else min(found, *(once(pattern, method, text) for _ in range(2)))


def once(pattern: re.Pattern[str] | re.Pattern[bytes], method: str, text: str) -> float:
    """The processor time of one run."""
    given = text.encode("utf-8", "replace") if isinstance(pattern.pattern, bytes) else text
    started = time.thread_time()
    work(pattern, method, given)  # type: ignore[arg-type]
    return time.thread_time() - started


def baits(pattern: str | bytes) -> Iterator[str]:
    """Texts of 100 kB: each piece over and over, also behind and before the literals of the pattern itself."""
    source = pattern if isinstance(pattern, str) else pattern.decode("latin-1")
    literals = list(dict.fromkeys(re.findall(r"[A-Za-z<>&/:!\[={\"-]{1,12}", source)))[:6]
    for piece in PIECES:
        yield piece * (SIZE // len(piece))
    for literal in literals:
        for piece in ("", " ", "a", "0", "<", "\n", ".", "a="):
            unit = literal + piece
            yield unit * (SIZE // len(unit))
            yield literal + (piece or "a") * SIZE
    yield "a" * SIZE + "\0"


@pytest.mark.drill
def test_d25_no_pattern_takes_long_on_100_kb(figure: Figure, cycles: Callable[[int, int], int]):
    found, slow, tried, worst = patterns(), {}, 0, 0.0
    step = cycles(1, 7)
    for (source, _, method), (pattern, name) in found.items():
        for text in list(baits(source))[::step]:
            took = seconds(pattern, method, text)
            tried, worst = tried + 1, max(worst, took)
            if took >= LIMIT_SECONDS and not is_linear(pattern, method, text, took):
                slow[name] = (round(took, 3), text[:24])
                break
    assert slow == {}
    assert len(found) > 200
    figure(f"drill 25: {len(found)} uses of patterns, {tried:,} texts of 100 kB, the slowest {worst * 1000:.0f} ms")
