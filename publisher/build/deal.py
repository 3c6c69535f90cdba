"""Ledgers dealt out anew when another number of processes builds: each knows what it has to take away."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

from publisher.build import ledger
from publisher.build.folder import Folder
from publisher.build.ledger import Kept, Ledger
from publisher.build.plan import Slice

_NUMBER = re.compile(re.escape(ledger.NAME).replace(r"\{\}", r"(\d+)"))


def deal(folder: Path, slices: int) -> None:
    """Before any slice begins: turn the ledgers of another number of slices into ones that know paths and no more."""
    found = {int(match[1]): each for each in folder.iterdir() if (match := _NUMBER.fullmatch(each.name))}
    if not found or found.keys() == set(range(slices)):
        return
    paths: dict[str, Kept] = {}
    for number in found:
        paths |= ledger.read(folder, number).paths
    for number in range(slices):
        ledger.write(Folder(folder), number, Ledger(paths=_share(paths, Slice(number, slices))))
    for number in found.keys() - range(slices):
        found[number].unlink()


def _share(paths: Mapping[str, Kept], part: Slice) -> Mapping[str, Kept]:
    return {
        path: kept
        for path, kept in paths.items()
        if (part.has_article(kept.article) if kept.article else part.has(path))
    }
