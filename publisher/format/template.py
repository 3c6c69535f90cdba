"""The one owner of Jinja2: templates from the package, overlaid by the owner's folder."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import jinja2

from publisher.asset import Assets


class Templates:
    """Renders a template by name with documented variables; an unknown variable is an error."""

    def __init__(self, assets: Assets, filters: Mapping[str, Any] | None = None) -> None:
        self._environment = jinja2.Environment(
            loader=jinja2.FileSystemLoader([str(folder) for folder in assets.folders("templates")]),
            autoescape=_is_markup,
            undefined=jinja2.StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            auto_reload=False,
        )
        self._environment.filters.update(filters or {})

    def render(self, name: str, **values: Any) -> bytes:
        """The template's output as UTF-8."""
        return self._environment.get_template(name).render(**values).encode()


def _is_markup(name: str | None) -> bool:
    """Everything is, but the text part of a mail."""
    return name is None or not name.endswith(".txt")
