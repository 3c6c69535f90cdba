"""A site's folder as one file, and back: while the site runs, whole or not at all."""

from __future__ import annotations

import tarfile
import tempfile
from collections.abc import Iterator
from pathlib import Path

from publisher.error import Invalid, Refused
from publisher.house import DATABASE, make_folder
from publisher.store.sqlite_backup import copy_database


def copy_articles(folder: Path, target: Path) -> None:
    """Copy a site's articles, if it has any, into another folder, while it may be running."""
    if (folder / DATABASE).exists():
        copy_database(folder / DATABASE, target / DATABASE)


def back_up(folder: Path, file: Path) -> int:
    """Copy a site into a tar file, whole or not at all, while it may be running; how many files.

    It holds keys and readers' addresses: nobody else can read it, or its databases when they are put back.
    """
    with tempfile.TemporaryDirectory(dir=file.parent, prefix=".backup-") as scratch:
        names = [name for name in _kept(folder) if name.suffix != ".db"]
        copies = []
        for database in folder.glob("*.db"):
            copies.append(Path(scratch) / database.name)
            copy_database(database, copies[-1])
            copies[-1].chmod(0o600)
        unfinished = Path(scratch) / "unfinished.tar"
        with tarfile.open(unfinished, "w") as archive:
            for copied in copies:
                archive.add(copied, copied.name)
            for name in names:
                archive.add(folder / name, str(name))
        unfinished.chmod(0o600)
        unfinished.replace(file)
    return len(copies) + len(names)


def _kept(folder: Path) -> Iterator[Path]:
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder)
        is_kept = path.is_file() and not path.is_symlink() and not name.parts[0].startswith(".backup")
        if is_kept and not path.name.endswith(("-wal", "-shm", ".lock", ".tar")) and ".new" not in name.parts:
            yield name


def put_back(file: Path, folder: Path) -> int:
    """Unpack a backup into a folder; how many files. Raises Invalid for what is no backup."""
    make_folder(folder)
    try:
        with tarfile.open(file) as archive:
            names = archive.getnames()
            if DATABASE not in names:
                raise Invalid(f"{file}: is not a backup of a site (no {DATABASE} in it)")
            _unpack(archive, folder)
    except tarfile.TarError as error:
        raise Invalid(f"{file}: can't be unpacked: not a backup, or cut short") from error
    return len(names)


def _unpack(archive: tarfile.TarFile, folder: Path) -> None:
    """Files into a folder and nowhere else; before Python 3.11.4 there is no filter: plain files only."""
    if hasattr(tarfile, "data_filter"):
        archive.extractall(folder, filter="data")
        return
    root = folder.resolve()
    for member in archive.getmembers():
        if not member.isfile() or not (root / member.name).resolve().is_relative_to(root):
            raise Refused(f"{member.name!r} in the backup is no file of a site")
        archive.extract(member, root)
