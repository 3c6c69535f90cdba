"""Finds the article in a page that doesn't mark it: trafilatura (extra `[page]`), in a process of its own.

A page is somebody else's: what hangs or breaks the library costs that page its time and no more.
"""

from __future__ import annotations

import importlib.util
import multiprocessing
import pkgutil
import re
from multiprocessing.pool import Pool

from publisher.error import InvalidExport
from publisher.processor import deaf

TIMEOUT_SECONDS = 20.0
PAGES = 500
"""Pages after which the process is replaced, so that nothing can pile up in it."""
MISSING = "it doesn't mark its article, and what finds one isn't installed: pip install 'publisher[page]'"
MIN_TEXT = 200
"""Characters of text below which a page that marks no article holds none."""
_TAG = re.compile(r"<[^<>]*>")


def is_installed() -> bool:
    """Whether the extra is there."""
    return importlib.util.find_spec("trafilatura") is not None


def extracted(page: bytes, address: str) -> str:
    """The article's HTML, empty when none is found. Runs in the child: only there the library is imported (0.4 s)."""
    found: str | None = pkgutil.resolve_name("trafilatura:extract")(
        page,
        url=address or None,
        output_format="html",
        include_images=True,
        include_links=True,
        include_formatting=True,
        include_comments=False,
    )
    return found if found and len(_TAG.sub("", found)) >= MIN_TEXT else ""


class Extractor:
    """Asks the process, which starts at the first page that needs it; `close` ends it."""

    def __init__(self, timeout_seconds: float = TIMEOUT_SECONDS) -> None:
        self._timeout = timeout_seconds
        self._pool: Pool | None = None

    def text(self, page: bytes, address: str) -> str:
        """The article's HTML. Raises InvalidExport when the extra is missing or the page can't be read in time."""
        if not is_installed():
            raise InvalidExport(MISSING)
        if self._pool is None:
            with deaf():
                self._pool = multiprocessing.get_context("spawn").Pool(1, maxtasksperchild=PAGES)
        try:
            return self._pool.apply_async(extracted, (page, address)).get(self._timeout)
        except multiprocessing.TimeoutError:
            self.close()
            raise InvalidExport(f"its article wasn't found within {self._timeout:g} seconds") from None
        except Exception as error:  # Whatever the library raises on somebody's page costs that page alone.
            raise InvalidExport(f"its article can't be found ({type(error).__name__}: {str(error)[:200]})") from error

    def close(self) -> None:
        """End the process."""
        pool, self._pool = self._pool, None
        if pool is not None:
            pool.terminate()
            pool.join()
