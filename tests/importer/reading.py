"""Arranging imports: an export read to its end, its ledger, its prepared articles."""

from collections.abc import Iterable
from pathlib import Path

from publisher.importer.port import Export, ImportReport, Item, Ledger, Read
from publisher.model import Article
from publisher.prepare import prepare


def ledger_of(items: Iterable[Item]) -> ImportReport:
    """The report of an import into an empty site, where every article is new and none is refused."""
    ledger = Ledger()
    for item in items:
        ledger.see(item)
        ledger.created += isinstance(item, Read)
    return ledger.report()


def articles_of(export: Export) -> dict[str, Article]:
    """The articles of an export as the desk would store them, by slug."""
    reads = (item for item in export if isinstance(item, Read))
    return {read.article.slug: prepare(read.article, read.html, read.base, export.hosts) for read in reads}


def written(folder: Path, name: str, content: str | bytes) -> Path:
    """A file with that content."""
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path
