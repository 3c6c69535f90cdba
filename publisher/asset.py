"""Files that ship with the package, overlaid file by file by the owner's folder.

Installed, they are in `publisher/_assets`; in a checkout, at its root.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from publisher.error import NotFound

_HERE = Path(__file__).resolve().parent
_SHIPPED = _HERE / "_assets" if (_HERE / "_assets").is_dir() else _HERE.parent

SAMPLE = _HERE / "sample"
"""The bundled sample magazine."""


class Assets:
    """Reads `templates/...` and `feeds/...`, the owner's file first, the package's else."""

    def __init__(self, owner: Path | None = None, shipped: Path = _SHIPPED) -> None:
        self.roots = tuple(root for root in (owner, shipped) if root is not None)

    def find(self, name: str) -> Path:
        """The file of that name; raises NotFound, also for a name that leaves the folders."""
        for root in self.roots:
            path = (root / name).resolve()
            if path.is_relative_to(root.resolve()) and path.is_file():
                return path
        raise NotFound(f"no file {name!r} in {' or '.join(map(str, self.roots))}")

    def read(self, name: str) -> bytes:
        """The bytes of the file of that name; raises NotFound."""
        return self.find(name).read_bytes()

    def names(self, folder: str, pattern: str = "*") -> Iterator[str]:
        """Names (`folder/...`) of all files below a folder, each once, sorted."""
        found: set[str] = set()
        for root in self.roots:
            below = root / folder
            found |= {str(each.relative_to(root)) for each in below.rglob(pattern) if each.is_file()}
        yield from sorted(found)

    def folders(self, folder: str) -> list[Path]:
        """The folder in each root that has it, the owner's first."""
        return [root / folder for root in self.roots if (root / folder).is_dir()]
