"""Ledgers dealt out anew when another number of processes builds: each knows what it has to take away."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from publisher.build import ledger
from publisher.build.folder import Folder, remove_halves
from publisher.build.ledger import Kept, Ledger
from publisher.build.plan import Slice


def deal(folder: Path, slices: int) -> None:
    """Before any slice begins: take away what a killed build left half written, and deal the ledgers out anew.

    Those of another number of slices become ones that know paths and no more.
    """
    found = {int(match[1]) for each in folder.iterdir() if (match := ledger.NUMBERED.fullmatch(each.name))}
    if any((folder / ledger.BEGUN.format(number)).exists() for number in found):
        remove_halves(folder)
    if not found or found == set(range(slices)):
        return
    paths: dict[str, Kept] = {}
    for number in found:
        paths |= ledger.read(folder, number).paths
    spare = max(*found, slices) + 1
    ledger.write(Folder(folder), spare, Ledger(paths=paths))  # for the next, should this be killed before its end
    for number in range(slices):
        ledger.write(Folder(folder), number, Ledger(paths=_share(paths, Slice(number, slices))))
    for number in found | {spare}:
        (folder / ledger.BEGUN.format(number)).unlink(missing_ok=True)
        if number >= slices:
            (folder / ledger.NAME.format(number)).unlink(missing_ok=True)


def _share(paths: Mapping[str, Kept], part: Slice) -> Mapping[str, Kept]:
    return {
        path: kept
        for path, kept in paths.items()
        if (part.has_article(kept.article) if kept.article else part.has(path))
    }
