"""Links between the files of a site, as its texts name them: by path, by name, by a post's date and name."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from publisher import url
from publisher.error import InvalidExport
from publisher.importer.frontmatter import split
from publisher.importer.markdown_article import address
from publisher.importer.markdown_place import Folder

_ENDINGS = ("", ".md", ".markdown", "/index.md", "/_index.md")


class Links:
    """The addresses of a folder's files, each read when it is first named."""

    def __init__(self, folder: Folder, paths: Sequence[Path]) -> None:
        self._folder, self._paths = folder, frozenset(paths)
        stems = Counter(each.stem for each in paths)
        self._by_stem = {each.stem: each for each in paths if stems[each.stem] == 1}
        self._names = {name.lower() for each in paths for name in (each.stem, each.parent.name)}
        self._addresses: dict[Path, str] = {}
        self._found: dict[tuple[Path, str], Path | None] = {}

    def find(self, current: Path, name: str) -> str:
        """The address that a text in `current` names; empty when it is no file of the folder."""
        plain, _, fragment = url.unquoted(name).partition("#")
        bare = plain.strip("/").rpartition("/")[2]
        if not {bare.lower(), bare.lower().rpartition(".")[0]} & self._names:
            return ""
        key = (current.parent, plain)
        if key not in self._found:
            self._found[key] = self._file(current, plain)
        target = self._found[key]
        if target is None:
            return ""
        if target not in self._addresses:
            self._addresses[target] = self._address(target)
        found = self._addresses[target]
        return f"{found}#{fragment}" if found and fragment else found

    def _file(self, current: Path, name: str) -> Path | None:
        root, bare = self._folder.root, name.strip("/")
        if not bare:
            return None
        near = () if name.startswith("/") else (current.parent,)
        for parent in (*near, *((self._folder.content,) if self._folder.content else ()), root / "_posts", root):
            for ending in _ENDINGS:
                found = Path(os.path.normpath(parent / f"{bare}{ending}"))
                if found in self._paths:
                    return found
        return self._by_stem.get(bare.rpartition("/")[2].removesuffix(".md"))

    def _address(self, target: Path) -> str:
        try:
            values, _ = split(target.read_bytes()[:1_000_000].decode("utf-8-sig", "replace"))
        except (InvalidExport, OSError):
            return ""
        return address(self._folder, target, values)
