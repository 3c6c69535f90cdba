"""A consistent copy of a database file while others read and write it."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path
from urllib.parse import quote

from publisher.error import StoreUnavailable


def copy_database(source: Path, target: Path) -> None:
    """Copy one snapshot of `source` into the new file `target`, in one read transaction."""
    try:
        with (
            closing(sqlite3.connect(f"file:{quote(str(source))}?mode=ro", uri=True)) as reading,
            closing(sqlite3.connect(target)) as writing,
        ):
            reading.backup(writing)
    except sqlite3.Error as error:
        raise StoreUnavailable(f"{source}: can't be copied: {error}") from error
