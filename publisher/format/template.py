"""The one owner of Jinja2: templates from the package, overlaid by the owner's folder."""

from __future__ import annotations

import re
import traceback
from collections.abc import Callable, Hashable, Iterator, Mapping
from contextlib import suppress
from functools import lru_cache
from pathlib import Path
from typing import Any

import jinja2
from jinja2 import meta
from jinja2.runtime import Context
from markupsafe import Markup

from publisher.asset import Assets
from publisher.error import BrokenTemplate
from publisher.format.view import Given

_ROOTS = ("*.html", "*.txt")
"""What pages and mails are made of; style sheets and scripts come in by their names."""

_PART = re.compile(r"""\bpart\(\s*["']([^"']+)""")
"""Where a template asks for another's text that is kept."""

ONCE = 1024
"""Boxes and cards of which the text is kept, a kilobyte each: a dozen boxes a language stand on most pages."""
VARIABLES = frozenset(Given.__annotations__)
PARTS = 256
"""Mastheads and footers of which the text is kept, four kilobytes each: one a section and language."""


class Templates:
    """Renders a template by name with documented variables; an unknown variable is an error."""

    def __init__(self, assets: Assets, filters: Mapping[str, Any] | None = None) -> None:
        self._folders = tuple(assets.folders("templates"))
        self._files = jinja2.FileSystemLoader([str(folder) for folder in self._folders])
        self._environment = jinja2.Environment(
            loader=jinja2.FunctionLoader(self._source),
            autoescape=_is_markup,
            undefined=jinja2.StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            auto_reload=False,
        )
        self._environment.filters.update(filters or {})
        self._environment.globals["once"] = lru_cache(maxsize=ONCE)(_written)
        self._environment.globals["part"] = self._part
        self._kept_part = lru_cache(maxsize=PARTS)(self._written_part)
        self._variables: dict[str, frozenset[str]] = {}

    def _source(self, name: str) -> tuple[str, str, Callable[[], bool]]:
        try:
            return self._files.get_source(self._environment, name)
        except UnicodeDecodeError as error:
            line = error.object.count(b"\n", 0, error.start) + 1
            raise jinja2.TemplateSyntaxError(f"templates/{name} isn't UTF-8, see line {line}", line, name) from error

    def pieces(self, name: str, **values: Any) -> Iterator[str]:
        """The template's output bit by bit; raises BrokenTemplate with the file and line of a fault."""
        try:
            yield from self._environment.get_template(name).generate(**values)
        except jinja2.TemplateError as error:
            raise BrokenTemplate(self._fault(name, error)) from error

    def render(self, name: str, **values: Any) -> bytes:
        """The template's output as UTF-8; raises BrokenTemplate."""
        return "".join(self.pieces(name, **values)).encode()

    @jinja2.pass_context
    def _part(self, context: Context, name: str) -> Markup:
        """What a template writes that is included, kept by all that it may name of what the page was given."""
        given = tuple((each, context[each]) for each in sorted(self._names_in(name)) if each in context)
        return self._kept_part(name, given)

    def _written_part(self, name: str, given: tuple[tuple[str, Hashable], ...]) -> Markup:
        return Markup(self._environment.get_template(name).render(given))

    def _names_in(self, name: str) -> frozenset[str]:
        """Variables that a template and those that it includes may name: all of them where that isn't known."""
        known = self._variables.get(name)
        if known is None:
            known = self._variables[name] = self._read_names(name, frozenset({name}))
        return known

    def _read_names(self, name: str, around: frozenset[str]) -> frozenset[str]:
        """The same from the files; `around` are those that are being read: one may include itself."""
        if not any((folder / name).is_file() for folder in self._folders):
            return VARIABLES
        source, file, _ = self._source(name)
        tree = self._environment.parse(source, name, file)
        own = meta.find_undeclared_variables(tree) - self._environment.globals.keys()
        named = set(meta.find_referenced_templates(tree)) - around
        parts = (self._read_names(each, around | {each}) if each else VARIABLES for each in named)
        return frozenset(own).union(*parts)

    def check(self) -> None:
        """Compile the owner's templates, and what they name; raises BrokenTemplate with the place of every fault.

        Ours aren't compiled before they are needed, and files that nothing names don't count.
        """
        *owners, _ = self._folders
        waiting = [name for name in self._names() if any((folder / name).is_file() for folder in owners)]
        seen = set(waiting)
        faults: list[str] = []
        for name in waiting:
            faults += self._faults(name)
            named = set(self._named(name)) - seen
            seen |= named
            waiting += sorted(named)
        if faults:
            raise BrokenTemplate("\n".join(faults))

    def warm(self) -> None:
        """Compile every template and read what its parts name: milliseconds each, so it belongs in a thread.

        Faults are told when it renders.
        """
        with suppress(OSError):
            for name in self._names():
                with suppress(jinja2.TemplateError):
                    self._environment.get_template(name)
                    for part in _PART.findall(self._source(name)[0]):
                        self._names_in(part)

    def _names(self) -> list[str]:
        shipped = self._folders[-1]
        return sorted({str(file.relative_to(shipped)) for kind in _ROOTS for file in shipped.rglob(kind)})

    def _faults(self, name: str) -> Iterator[str]:
        try:
            self._environment.get_template(name)
        except jinja2.TemplateError as error:
            yield self._fault(name, error)

    def _named(self, name: str) -> Iterator[str]:
        """Templates of the owner's that a template includes, imports or extends; none when it can't be read."""
        *owners, _ = self._folders
        file = next(folder / name for folder in self._folders if (folder / name).is_file())
        with suppress(jinja2.TemplateError, UnicodeDecodeError):
            for each in meta.find_referenced_templates(self._environment.parse(file.read_text("utf-8"))):
                if each and any((folder / each).is_file() for folder in owners):
                    yield each

    def _fault(self, name: str, error: jinja2.TemplateError) -> str:
        return f"{self._place(error) or name}: {error.message}"

    def _place(self, error: Exception) -> str:
        """File and line of the innermost template that an error came through, or ""."""
        for frame in reversed(traceback.extract_tb(error.__traceback__)):
            for folder in self._folders:
                if Path(frame.filename).is_relative_to(folder):
                    return f"templates/{Path(frame.filename).relative_to(folder)}, line {frame.lineno}"
        return ""


def _written(macro: Callable[..., str], *values: Hashable) -> str:
    """What a macro writes of some values; one that was imported knows nothing else."""
    return macro(*values)


def _is_markup(name: str | None) -> bool:
    """Everything is, but the text part of a mail."""
    return name is None or not name.endswith(".txt")
