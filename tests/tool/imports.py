"""Reads what modules import out of their syntax trees, without running them."""

import ast
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

Modules = Mapping[str, ast.Module]
"""Parsed modules by dotted name; a package goes by its folder's name."""

SUBMODULES = {"aiohttp.web"}
"""Reached without an import of their own: `import aiohttp`, then `aiohttp.web`."""


@dataclass(frozen=True, slots=True)
class Import:
    """One imported name, as `package.module` or `package.module.name`, and how it is imported."""

    module: str
    name: str
    line: int
    in_function: bool
    for_types_only: bool
    by_attribute: bool = False

    def __str__(self) -> str:
        return f"{self.module}:{self.line} imports {self.name}"


def read_modules(root: Path) -> dict[str, ast.Module]:
    """Every module under a package's folder, parsed, by its dotted name."""
    return {
        ".".join(path.relative_to(root.parent).with_suffix("").parts).removesuffix(".__init__"): ast.parse(
            path.read_text("utf-8"), str(path)
        )
        for path in sorted(root.rglob("*.py"))
    }


def imports_of(modules: Modules) -> list[Import]:
    """Every import of every module, in order of file and line."""
    return [found for name, tree in modules.items() for found in _walk(modules, name, tree, False, False)]


def _walk(modules: Modules, module: str, node: ast.AST, late: bool, types: bool) -> Iterator[Import]:
    for child in ast.iter_child_nodes(node):
        inside = late or isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda)
        for name in _names(modules, module, child):
            by_attribute = isinstance(child, ast.Attribute)
            yield Import(module, name, getattr(child, "lineno", 0), late, types, by_attribute)
        if isinstance(child, ast.If) and _is_type_checking(child.test):
            for statement in child.body:
                yield from _walk(modules, module, ast.Module([statement], []), late, True)
            for statement in child.orelse:
                yield from _walk(modules, module, ast.Module([statement], []), late, types)
        else:
            yield from _walk(modules, module, child, inside, types)


def _names(modules: Modules, module: str, node: ast.AST) -> Iterator[str]:
    if isinstance(node, ast.Import):
        yield from (alias.name for alias in node.names)
    elif isinstance(node, ast.ImportFrom):
        origin = _origin(modules, module, node)
        yield from (f"{origin}.{alias.name}" if alias.name != "*" else origin for alias in node.names)
    elif isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
        dotted = f"{node.value.id}.{node.attr}"
        if dotted in SUBMODULES:
            yield dotted
    elif isinstance(node, ast.Call) and _is_dynamic_import(node.func) and node.args:
        argument = node.args[0]
        yield (argument.value if isinstance(argument, ast.Constant) and isinstance(argument.value, str) else "?")


def _origin(modules: Modules, module: str, node: ast.ImportFrom) -> str:
    if not node.level:
        return node.module or ""
    is_package = any(other.startswith(f"{module}.") for other in modules)
    parts = module.split(".") if is_package else module.split(".")[:-1]
    base = parts[: len(parts) - node.level + 1]
    return ".".join([*base, node.module] if node.module else base)


def _is_type_checking(test: ast.expr) -> bool:
    return (test.attr if isinstance(test, ast.Attribute) else getattr(test, "id", "")) == "TYPE_CHECKING"


def _is_dynamic_import(function: ast.expr) -> bool:
    return ast.unparse(function) in ("__import__", "import_module", "importlib.import_module")
