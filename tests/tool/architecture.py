"""DESIGN.md's floors as tables and rules: a rule takes parsed modules by name and returns what breaks it."""

import ast
import sys
from collections.abc import Callable, Iterator, Mapping
from fnmatch import fnmatchcase

from tests.tool.imports import Modules, imports_of

Rule = Callable[[Modules], list[str]]

FLOORS: Mapping[str, int] = {
    **dict.fromkeys(
        (
            "version",
            "error",
            "text",
            "date",
            "url",
            "mailbox",
            "seldom",
            "media_type",
            "model",
            "key",
            "rendition",
            "story",
            "palette",
            "fragment",
        ),
        0,
    ),
    "sample": 0,  # articles and pictures of the demo: data that anyone may read and that imports nothing
    **dict.fromkeys(("setting", "asset", "definition", "coding", "html", "fetch", "meter", "bell", "processor"), 1),
    **dict.fromkeys(("format", "compose", "media", "store", "importer", "cache", "representation", "prepare"), 2),
    **dict.fromkeys(("catalogue", "press", "polish"), 3),
    **dict.fromkeys(("desk", "delivery", "audience", "check", "build"), 4),
    "web": 5,
    **dict.fromkeys(("worker", "house", "serve", "backup", "cli", "__main__"), 6),
}
"""Wing (a module or folder right under publisher) -> floor. Imports go strictly down or stay in the wing."""

NEIGHBOURS: Mapping[int, tuple[str, ...]] = {
    0: (
        "version",
        "error",
        "text",
        "date",
        "url",
        "mailbox",
        "seldom",
        "media_type",
        "model",
        "key",
        "rendition",
        "story",
        "palette",
        "fragment",
    ),  # values are made of checked text, dates and addresses
    1: ("setting", "asset", "definition"),  # feed definitions are found among the assets, checked as settings are
    2: ("representation", "cache"),  # the cache keeps representations
    3: ("catalogue", "press"),  # the press builds what the catalogue names
    6: ("worker", "house", "serve", "backup", "cli", "__main__"),  # the commands start the composition
}
"""Floors on which a wing may import the wings before it in its row; elsewhere siblings are strangers."""

OWNERS: Mapping[str, tuple[str, ...]] = {
    "aiohttp.web": ("publisher.web", "publisher.serve"),
    "aiohttp": ("publisher.fetch", "publisher.web", "publisher.serve"),
    "aiosmtplib": ("publisher.audience.post",),
    "aiosqlite": ("publisher.store.sqlite*",),
    "backports.zstd": ("publisher.coding", "publisher.store.sqlite*"),
    "brotli": ("publisher.coding",),
    "compression": ("publisher.coding", "publisher.store.sqlite*"),
    "click": ("publisher.cli",),
    "feedgen": ("publisher.format.feedgen_bridge",),
    "feedparser": ("publisher.importer",),
    "idna": ("publisher.url",),
    "isal": ("publisher.coding",),
    "jinja2": ("publisher.format",),
    "lxml": ("publisher.format", "publisher.importer", "publisher.check"),
    "markupsafe": ("publisher.format",),
    "msgspec": ("publisher",),
    "multidict": ("publisher.web",),
    "nh3": ("publisher.html",),
    "nupunkt": ("publisher.compose",),
    "orjson": ("publisher",),
    "PIL": ("publisher.media",),
    "pyromark": ("publisher.importer",),
    "rich": ("publisher.cli",),
    "selectolax": ("publisher.html",),
    "sqlite3": ("publisher.store.sqlite*",),
    "trafilatura": ("publisher.importer",),
    "uvloop": ("publisher.house", "publisher.cli"),
    "watchfiles": ("publisher.serve", "publisher.cli"),
    "yaml": ("publisher.importer",),
}
"""Library -> the modules that may import it, with what lies under them. Every library has an entry."""

SINGLE_FILE: Mapping[str, str] = {"jinja2": "publisher.format"}
"""Libraries that only one file of that wing may import."""

ENGINES = ("publisher.store.memory", "publisher.store.sqlite*", "publisher.store.postgres*")
"""Named by the composition root only."""

MAX_FILE_LINES = 400
MAX_FUNCTION_LINES = 50

LONG_FILES: Mapping[str, int] = {}
"""Module -> the lines that it may have instead, with the reason beside it."""

LONG_FUNCTIONS: Mapping[str, str] = {}
"""`module:function` (or `module:Class.function`) -> why it may have more than 50 lines."""

UNKNOWABLE = {"asyncio", "locale", "os", "random", "secrets", "socket", "time", "urllib.request"}
CLOCKS = {"now", "utcnow", "today"}
"""What a pure format may neither import nor call: no clock, no disk, no net, no chance, no await."""


def wing_of(module: str) -> str:
    """The module or folder right under publisher that a name belongs to; empty for publisher itself."""
    return module.split(".")[1] if "." in module else ""


def is_within(module: str, owners: tuple[str, ...]) -> bool:
    """Whether a module is one of these, or lies under one."""
    return any(fnmatchcase(module, owner) or fnmatchcase(module, f"{owner}.*") for owner in owners)


def target(modules: Modules, name: str) -> str | None:
    """The module of publisher that an imported name comes from; None when it comes from elsewhere."""
    if name.split(".")[0] != "publisher":
        return None
    return name if name in modules or "." not in name else _parent_in(modules, name)


def _parent_in(modules: Modules, name: str) -> str:
    parent = name.rpartition(".")[0]
    return parent if parent in modules and parent != "publisher" else name


def unknown_modules(modules: Modules) -> list[str]:
    """Every module has a floor."""
    return [
        f"{module}: has no floor; add {wing_of(module)!r} to FLOORS in tests/tool/architecture.py"
        for module in modules
        if wing_of(module) and wing_of(module) not in FLOORS
    ]


def upward_imports(modules: Modules) -> list[str]:
    """Imports go strictly down, stay in the wing, or go to a neighbour that stands before."""
    return [
        f"{found}: {wing} (floor {FLOORS[wing]}) is not under {wing_of(found.module) or 'publisher'}"
        for found in imports_of(modules)
        for wing in [wing_of(target(modules, found.name) or "")]
        if wing in FLOORS and not _may_import(wing_of(found.module), wing)
    ]


def _may_import(wing: str, other: str) -> bool:
    if wing == other:
        return True
    floor, below = FLOORS.get(wing, 0), FLOORS[other]
    row = NEIGHBOURS.get(floor, ())
    if floor == below and wing in row and other in row:
        return row.index(other) < row.index(wing)
    return below < floor


def cycles(modules: Modules) -> list[str]:
    """No module imports itself by way of others; imports for types only don't count."""
    graph: dict[str, set[str]] = {module: set() for module in modules}
    for found in imports_of(modules):
        module = target(modules, found.name)
        if module in graph and not found.for_types_only:
            graph[found.module].add(module)
    rings = {tuple(ring) for module in graph if (ring := _ring(graph, module))}
    return [" -> ".join((*ring, ring[0])) for ring in sorted(rings)]


def _ring(graph: Mapping[str, set[str]], start: str) -> list[str]:
    """The shortest way from a module back to itself, from its first name on; empty when there is none."""
    ways, seen = [[start]], set[str]()
    while ways:
        way = ways.pop(0)
        for following in sorted(graph[way[-1]]):
            if following == start:
                first = way.index(min(way))
                return way[first:] + way[:first]
            if following not in seen:
                seen.add(following)
                ways.append([*way, following])
    return []


def foreign_owners(modules: Modules) -> list[str]:
    """A library is imported by its owners only, and every library has one."""
    return [
        f"{found}: {library or 'this library'} belongs to {', '.join(owners) or 'nobody: add it to OWNERS'}"
        for found in imports_of(modules)
        if not _is_own_or_standard(found.name)
        for library in [owned_library(found.name)]
        for owners in [OWNERS.get(library, ())]
        if not is_within(found.module, owners)
    ]


def _is_own_or_standard(name: str) -> bool:
    top = name.split(".")[0]
    return top in ("publisher", "?") or (top in sys.stdlib_module_names and top not in OWNERS)


def owned_library(name: str) -> str:
    """The most exact key of OWNERS for an imported name: `aiohttp.web` for `aiohttp.web_request`."""
    keys = [key for key in OWNERS if name == key or name.startswith((f"{key}.", f"{key}_"))]
    return max(keys, key=len, default="")


def shared_singles(modules: Modules) -> list[str]:
    """Some libraries are known to one file of their wing only."""
    users = {
        library: sorted({i.module for i in imports_of(modules) if i.name.split(".")[0] == library})
        for library in SINGLE_FILE
    }
    inside = {key: [user for user in found if is_within(user, (SINGLE_FILE[key],))] for key, found in users.items()}
    return [
        f"{SINGLE_FILE[library]}: {library} is imported by {len(found)} files ({', '.join(found)}); one may"
        for library, found in inside.items()
        if len(found) > 1
    ]


def named_engines(modules: Modules) -> list[str]:
    """Only the composition root, and who copies its files, name a storage engine."""
    return [
        f"{found}: engines are named by publisher.house and publisher.backup only"
        for found in imports_of(modules)
        if is_within(target(modules, found.name) or "", ENGINES)
        and not is_within(found.module, ("publisher.house", "publisher.backup", "publisher.store"))
    ]


def late_imports(modules: Modules) -> list[str]:
    """Imports stand at the top; only commands import late, so that `publisher --help` is quick."""
    return [
        f"{found} inside a function"
        for found in imports_of(modules)
        if found.in_function and not found.for_types_only and not found.by_attribute
        if not is_within(found.module, ("publisher.cli",))
    ]


def impure_formats(modules: Modules) -> list[str]:
    """Formats and the composer are functions of values: no clock, no await, nothing from outside."""
    pure = {name: tree for name, tree in modules.items() if is_within(name, ("publisher.format", "publisher.compose"))}
    imported = [f"{found}: formats are pure" for found in imports_of(pure) if _is_unknowable(found.name)]
    return imported + [
        f"{name}:{node.lineno} {what}: formats are pure"
        for name, tree in pure.items()
        for node in ast.walk(tree)
        if isinstance(node, ast.stmt | ast.expr) and (what := _impurity(node))
    ]


def _is_unknowable(name: str) -> bool:
    return bool({name, name.rpartition(".")[0], name.split(".")[0]} & UNKNOWABLE)


def _impurity(node: ast.stmt | ast.expr) -> str:
    if isinstance(node, ast.AsyncFunctionDef | ast.Await):
        return "awaits"
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in CLOCKS:
        return f"reads the clock by {ast.unparse(node.func)}()"
    return "opens a file" if isinstance(node, ast.Call) and ast.unparse(node.func) == "open" else ""


def long_files(modules: Modules) -> list[str]:
    """No file is longer than one sitting, but for those with a reason; an outlived reason goes."""
    lengths = {module: max((_end(node) for node in tree.body), default=0) for module, tree in modules.items()}
    limits = {module: LONG_FILES.get(module, MAX_FILE_LINES) for module in modules}
    outlived = [name for name in LONG_FILES if 0 < lengths.get(name, 0) <= MAX_FILE_LINES]
    return [f"{name}: {n} lines, at most {limits[name]}" for name, n in lengths.items() if n > limits[name]] + [
        f"{name}: is not long any more; take it out of LONG_FILES" for name in outlived
    ]


def long_functions(modules: Modules) -> list[str]:
    """No function is longer than a screen, but for those with a reason; an outlived reason goes."""
    long = {
        f"{module}:{name}": _end(node) - node.lineno + 1
        for module, tree in modules.items()
        for name, node in _functions(tree, "")
        if _end(node) - node.lineno + 1 > MAX_FUNCTION_LINES
    }
    return [
        f"{name}: {lines} lines, at most {MAX_FUNCTION_LINES}"
        for name, lines in long.items()
        if name not in LONG_FUNCTIONS
    ] + [f"{name}: is not long any more; take it out of LONG_FUNCTIONS" for name in LONG_FUNCTIONS if name not in long]


def _functions(node: ast.AST, prefix: str) -> Iterator[tuple[str, ast.FunctionDef | ast.AsyncFunctionDef]]:
    for child in ast.iter_child_nodes(node):
        own = child.name if isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef) else ""
        name = f"{prefix}.{own}".strip(".")
        if isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef):
            yield name, child
        yield from _functions(child, name)


def _end(node: ast.stmt) -> int:
    return node.end_lineno or node.lineno


def misplaced_names() -> list[str]:
    """The tables agree with each other: neighbours stand on their floor, owners exist."""
    strangers = [
        f"NEIGHBOURS[{floor}] names {wing!r}, which is not on that floor"
        for floor, row in NEIGHBOURS.items()
        for wing in row
        if FLOORS.get(wing) != floor
    ]
    return strangers + [
        f"OWNERS[{library!r}] names {owner!r}, which has no floor"
        for library, owners in OWNERS.items()
        for owner in owners
        if wing_of(owner) and wing_of(owner) not in FLOORS
    ]


RULES: tuple[Rule, ...] = (
    unknown_modules,
    upward_imports,
    cycles,
    foreign_owners,
    shared_singles,
    named_engines,
    late_imports,
    impure_formats,
    long_files,
    long_functions,
)
