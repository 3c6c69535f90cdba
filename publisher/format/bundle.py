"""Files in a ZIP, the same bytes for the same files."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping
from datetime import datetime

EARLIEST = (1980, 1, 1, 0, 0, 0)
"""ZIP knows no earlier date."""
PACKED = (".jpg", ".webp", ".avif", ".png")
"""Already as small as they get."""


def zipped(files: Mapping[str, bytes], at: datetime | None) -> bytes:
    """A ZIP of files in their order, each dated `at`."""
    out = io.BytesIO()
    stamp = at.timetuple()[:6] if at and at.year >= 1980 else EARLIEST
    with zipfile.ZipFile(out, "w") as archive:
        for name, content in files.items():
            entry = zipfile.ZipInfo(name, (*stamp[:5], stamp[5]))
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, content, zipfile.ZIP_STORED if name.endswith(PACKED) else zipfile.ZIP_DEFLATED)
    return out.getvalue()
