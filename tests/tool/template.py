"""What templates may name, read from the view models' annotations and the sentences under them.

`python -m tests.tool.template` writes `docs/templates.md`; a test keeps it true.
"""

import ast
import inspect
import typing
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import NoneType, UnionType
from typing import Any

import jinja2
from jinja2 import nodes

from publisher.format import head, jsonld, letter_view, view, word
from tests.tool.shared import ROOT

FOLDER = ROOT / "templates"
DOCUMENT = ROOT / "docs" / "templates.md"
MODULES = (jsonld, head, word, letter_view, view)
LOOP = frozenset({"first", "last", "index", "index0", "length"})
PRELUDE = """\
# Templates

The pages are Jinja2 templates in `templates/page/`, with their parts in `templates/partial/` and style sheet,
script and icons in `templates/static/`; the newsletter's mails, each as HTML and as text, are in `templates/mail/`.
Put a file of the same name into the `templates/` folder of your site and it takes the place of ours; all others stay.
Autoescape is on, an unknown variable is an error, and values arrive finished: dates, numbers and words are formatted
already.

A macro's argument has the type that its name has here: `card` is a Card, `box` a Box.
`once(macro, ...)` writes what `macro(...)` does, and keeps the text for other pages: for boxes that most of them show.
`part("partial/footer.html")` writes what including the file does, and keeps the text for pages that are given the same
of what the file names: for what surrounds most of them.
"""
HELPS = frozenset({"once", "part"})


def sentences(cls: type) -> dict[str, str]:
    """Field -> the sentence under it in the source."""
    body = ast.parse(inspect.getsource(cls).lstrip()).body[0]
    assert isinstance(body, ast.ClassDef)
    found: dict[str, str] = {}
    for statement, following in zip(body.body, [*body.body[1:], None], strict=True):
        if isinstance(statement, ast.AnnAssign) and isinstance(statement.target, ast.Name):
            found[statement.target.id] = _text(following)
    return found


def _text(statement: ast.stmt | None) -> str:
    if isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant):
        return " ".join(str(statement.value.value).split())
    return ""


def fields(cls: type) -> dict[str, Any]:
    """Field -> its type."""
    names: dict[str, Any] = {}
    for module in MODULES:
        names |= vars(module)
    return typing.get_type_hints(cls, names)


def values() -> dict[str, type]:
    """Lower-case name -> the view model of that name."""
    return {
        name.lower(): cls
        for module in (letter_view, view, word)
        for name, cls in vars(module).items()
        if inspect.isclass(cls) and cls.__module__ == module.__name__ and cls is not view.Given
    }


def element(type_: Any) -> Any:
    """What a loop over a type gives; None when nothing is known."""
    arguments = typing.get_args(type_)
    return arguments[0] if arguments and typing.get_origin(type_) in (tuple, list) else None


def plain(type_: Any) -> Any:
    """A type without its `| None`."""
    if isinstance(type_, UnionType) or typing.get_origin(type_) is typing.Union:
        return next(each for each in typing.get_args(type_) if each is not NoneType)
    return type_


class Faults:
    """Walks one template and notes every name that no sentence documents."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.found: list[str] = []
        self.given = fields(view.Given)

    def check(self, node: nodes.Node, scope: Mapping[str, Any]) -> None:
        if isinstance(node, nodes.For):
            self._loop(node, scope)
        elif isinstance(node, nodes.Macro):
            own = {each.name: values().get(each.name) for each in node.args}
            self._children(node.body, {**scope, **own})
        elif isinstance(node, nodes.Name) and node.ctx == "load":
            self._known(node, scope)
        elif isinstance(node, nodes.Getattr):
            self.type_of(node, scope)
        else:
            imported = {name: None for each in node.find_all(nodes.FromImport) for name in _imported(each)}
            self._children(list(node.iter_child_nodes()), {**scope, **imported})

    def _children(self, children: list[nodes.Node], scope: Mapping[str, Any]) -> None:
        for child in children:
            self.check(child, scope)

    def _loop(self, node: nodes.For, scope: Mapping[str, Any]) -> None:
        self.check(node.iter, scope)
        inner = element(plain(self.type_of(node.iter, scope)))
        if isinstance(node.target, nodes.Tuple):
            own = {each.name: None for each in node.target.items if isinstance(each, nodes.Name)}
        else:
            assert isinstance(node.target, nodes.Name)
            own = {node.target.name: plain(inner)}
        self._children([*node.body, *node.else_], {**scope, **own, "loop": "loop"})

    def type_of(self, node: nodes.Node, scope: Mapping[str, Any]) -> Any:
        """The type of an expression; notes the first part of it that isn't documented."""
        if isinstance(node, nodes.Name):
            return plain(scope.get(node.name, self.given.get(node.name)))
        if not isinstance(node, nodes.Getattr):
            self.check(node, scope)
            return None
        if isinstance(node.node, nodes.Name):
            self._known(node.node, scope)
        owner = self.type_of(node.node, scope)
        if owner == "loop":
            return None if node.attr in LOOP else self._fault(node, "loop")
        known = fields(owner) if inspect.isclass(owner) else {}
        return plain(known[node.attr]) if node.attr in known else self._fault(node, getattr(owner, "__name__", "?"))

    def _fault(self, node: nodes.Getattr, owner: str) -> None:
        self.found.append(f"{self.name}:{node.lineno}: {owner} has no documented field {node.attr!r}")

    def _known(self, node: nodes.Name, scope: Mapping[str, Any]) -> None:
        if node.name not in scope and node.name not in self.given and node.name not in HELPS:
            self.found.append(f"{self.name}:{node.lineno}: {node.name!r} is not a documented variable")


def _imported(node: nodes.FromImport) -> Iterator[str]:
    for each in node.names:
        yield each if isinstance(each, str) else each[1]


def faults(name: str, source: str) -> list[str]:
    """Every undocumented name of a template."""
    tree = jinja2.Environment(autoescape=True).parse(source)
    own: dict[str, Any] = {each.name: None for each in tree.find_all(nodes.Macro)}
    own |= {each: None for node in tree.find_all(nodes.FromImport) for each in _imported(node)}
    walk = Faults(name)
    walk.check(tree, own)
    return sorted(set(walk.found))


def templates() -> Iterator[Path]:
    """The reader's pages and their parts, and mails."""
    for folder in ("page", "partial", "mail"):
        yield from sorted((FOLDER / folder).glob("*.[ht][tx][mt]*"))


def written() -> str:
    """The text of `docs/templates.md`."""
    order = [view.Given, *sorted({*values().values(), head.Head, head.Link}, key=lambda each: each.__name__)]
    return PRELUDE + "".join(_section(each) for each in order)


def _section(cls: type) -> str:
    title = "Variables" if cls is view.Given else cls.__name__
    first = inspect.cleandoc(cls.__doc__ or "").split("\n\n")[0].replace("\n", " ")
    says = sentences(cls)
    rows = [f"| `{name}` | {_shown(type_)} | {says.get(name, '')} |" for name, type_ in fields(cls).items()]
    return f"\n## {title}\n{first}\n\n| name | type | what |\n|---|---|---|\n" + "\n".join(rows) + "\n"


def _shown(type_: Any) -> str:
    inner = element(plain(type_))
    if inner is not None and inspect.isclass(inner):
        return f"several {inner.__name__}"
    name = getattr(plain(type_), "__name__", str(type_))
    return {"str": "text", "int": "number", "bool": "yes or no", "tuple": "pairs of text"}.get(name, name)


if __name__ == "__main__":
    DOCUMENT.write_text(written(), "utf-8")
