"""The one owner of Jinja2: templates from the package, overlaid by the owner's folder."""

from __future__ import annotations

import traceback
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import jinja2

from publisher.asset import Assets
from publisher.error import BrokenTemplate


class Templates:
    """Renders a template by name with documented variables; an unknown variable is an error."""

    def __init__(self, assets: Assets, filters: Mapping[str, Any] | None = None) -> None:
        self._folders = tuple(assets.folders("templates"))
        self._environment = jinja2.Environment(
            loader=jinja2.FileSystemLoader([str(folder) for folder in self._folders]),
            autoescape=_is_markup,
            undefined=jinja2.StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            auto_reload=False,
        )
        self._environment.filters.update(filters or {})

    def render(self, name: str, **values: Any) -> bytes:
        """The template's output as UTF-8; raises BrokenTemplate with the file and line of a fault."""
        try:
            return self._environment.get_template(name).render(**values).encode()
        except jinja2.TemplateError as error:
            raise BrokenTemplate(f"{self._place(error) or name}: {error.message}") from error

    def _place(self, error: Exception) -> str:
        """File and line of the innermost template that an error came through, or ""."""
        for frame in reversed(traceback.extract_tb(error.__traceback__)):
            for folder in self._folders:
                if Path(frame.filename).is_relative_to(folder):
                    return f"templates/{Path(frame.filename).relative_to(folder)}, line {frame.lineno}"
        return ""


def _is_markup(name: str | None) -> bool:
    """Everything is, but the text part of a mail."""
    return name is None or not name.endswith(".txt")
