"""Markdown files as an export: one file, a plain folder, a Hugo or a Jekyll site, the bundled sample."""

from __future__ import annotations

import os
import re
import tomllib
from collections.abc import Collection, Iterator
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from msgspec.structs import replace

from publisher import text
from publisher.error import InvalidExport
from publisher.importer.extract import Extractor
from publisher.importer.frontmatter import is_true, read_yaml, split, words
from publisher.importer.markdown_article import build, local_files
from publisher.importer.markdown_link import Links
from publisher.importer.markdown_place import Folder
from publisher.importer.page import NoArticle, read_page
from publisher.importer.port import Failed, Item, Progress, Read, Skipped, Stored, placed
from publisher.importer.tolerant import mapping, read_json, sequence
from publisher.model import Author, Redirect, Section

ENDINGS = frozenset({".md", ".markdown", ".mdown", ".html", ".htm"})
MAX_FILE = 20_000_000
MAX_FILES = 500_000

_NOT_CONTENT = frozenset("node_modules themes layouts archetypes public _site _layouts _includes _sass vendor".split())
_HIDDEN = frozenset({"_posts", "_drafts", "_pages"})
_ABOUT = frozenset("readme license licence changelog contributing code_of_conduct security".split())
LIST = "a list's page is no article"
_LISTING = re.compile(r"\{%-?\s*for\s+[\w-]+\s+in\s+(?:site\.(?:posts|tags|categories|pages)|paginator)\b")
_CONFIGS = (
    "site.toml",
    "hugo.toml",
    "config.toml",
    "hugo.yaml",
    "config.yaml",
    "config.yml",
    "_config.yml",
    "hugo.json",
    "config/_default/hugo.toml",
    "config/_default/config.toml",
    "config/_default/hugo.yaml",
    "config/_default/config.yaml",
)
_PARTS = ("languages", "permalinks")
"""What Hugo lets stand in files of their own beside its settings."""
_JEKYLL = {
    "date": "/:categories/:year/:month/:day/:title.html",
    "pretty": "/:categories/:year/:month/:day/:title/",
    "none": "/:categories/:title.html",
    "ordinal": "",
}


class MarkdownExport:
    """A Markdown file or a folder of them. `now` is what relative and future dates are measured by."""

    kind = "markdown"
    media: tuple[Stored, ...] = ()
    redirects: tuple[Redirect, ...] = ()

    def __init__(self, path: Path, now: datetime, offset: int = 0) -> None:
        root = path if path.is_dir() else path.parent
        settings = _settings(root) if path.is_dir() else {}
        collections = _collections(settings)
        self._paths = list(files_of(path, collections)) if path.is_dir() else [path]
        if not self._paths:
            raise InvalidExport(f"{path}: a directory without articles (no .md or .html files in it)")
        if not path.exists():
            raise InvalidExport(f"{path}: there is no such file")
        self._folder = _folder(root, settings, now)
        self._offset = offset
        self._links = Links(self._folder, self._paths)
        self._extractor = Extractor()
        self.site, self.language = self._folder.name, self._folder.language if settings else ""
        self.title = text.line(words(settings, "title", "name"))
        self.hosts = frozenset({host} if (host := urlsplit(self._folder.base).netloc.lower()) else ())
        self.sections = tuple(self._folder.sections.values())
        self.authors = tuple(self._folder.authors.values())
        self._total, self._read = sum(_size(each) for each in self._paths), 0

    @property
    def progress(self) -> Progress:
        """How far the reading is, in the files' bytes."""
        return Progress(self._read, self._total)

    def __iter__(self) -> Iterator[Item]:
        try:
            for number, path in enumerate(self._paths, 1):
                self._read += _size(path)
                if number > self._offset:
                    yield self._item(path, number)
        finally:
            self._extractor.close()

    def _address(self, what: str) -> str:
        """Where a finished page of the folder stood; empty when nobody knows."""
        return self._folder.base and f"{self._folder.base.rstrip('/')}/{re.sub(r'(?:^|/)index[.]html?$', '/', what)}"

    def _is_list(self, what: str) -> str:
        """Jekyll's home page lists its posts; of a collection without output it makes no pages."""
        if self._folder.collections.get(what.partition("/")[0]) == "":
            return "Jekyll makes no page of it: its collection has no output"
        return LIST if self._folder.generator == "jekyll" and re.fullmatch(r"index\.\w+", what) else ""

    def _item(self, path: Path, number: int) -> Item:
        what = path.relative_to(self._folder.root).as_posix()
        if reason := _no_article(path) or self._is_list(what):
            return Skipped(what=what, reason=reason, offset=number)
        try:
            values, source = split(path.read_bytes()[:MAX_FILE].decode("utf-8-sig", "replace"))
            is_page = path.suffix.lower() in (".html", ".htm")
            if not (is_page or values or source.strip()):
                return Skipped(what=what, reason="an empty file is no article", offset=number)
            if not values and is_page:
                read = read_page(path.read_bytes(), self._address(what), self._folder.name, what, self._extractor.text)
                read = replace(read, files=local_files(self._folder, path, read.html))
            else:
                if self._folder.generator == "jekyll" and "_posts" not in path.parts and _LISTING.search(source):
                    return Skipped(what=what, reason=LIST, offset=number)
                read = build(self._folder, path, values, source, partial(self._links.find, path))
        except NoArticle:
            return Skipped(what=what, reason=LIST, offset=number)
        except InvalidExport as error:
            return Failed(what=what, reason=str(error), offset=number)
        except OSError as error:
            return Failed(what=what, reason=f"can't be read ({error.strerror})", offset=number)
        return placed(_at(read, number))


def _at(read: Read, number: int) -> Read:
    return replace(read, offset=number)


def _no_article(path: Path) -> str:
    if path.is_symlink():
        return "a symbolic link is not followed"
    if path.stem == "_index":
        return LIST
    if path.stem == "404":
        return "an error's page is no article"
    if path.stem.lower() in _ABOUT:
        return "a file about the folder is no article"
    return f"larger than {MAX_FILE:,} bytes" if _size(path) > MAX_FILE else ""


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return 0


def files_of(root: Path, collections: Collection[str] = ()) -> Iterator[Path]:
    """The files of a folder that may be articles, in order; links to other folders are not followed.

    Of the folders whose names begin with `_` those of posts, drafts, pages and of these collections are read.
    """
    count = 0
    for parent, folders, names in os.walk(root):
        folders[:] = sorted(
            name
            for name in folders
            if name not in _NOT_CONTENT and (name[0] not in "._" or name in _HIDDEN or name in collections)
        )
        for name in sorted(names):
            if Path(name).suffix.lower() in ENDINGS and not name.startswith("."):
                count += 1
                if count > MAX_FILES:
                    raise InvalidExport(f"{root}: more than {MAX_FILES:,} files")
                yield Path(parent) / name


def _settings(root: Path) -> dict[str, Any]:
    """The site's settings beside its files, whichever generator wrote them."""
    for name in _CONFIGS:
        path = root / name
        if path.is_file() and _size(path) < 1_000_000:
            return {"generator": name} | _read_settings(path) | _read_parts(path)
    return {}


def _read_parts(path: Path) -> dict[str, Any]:
    """The settings that stand beside a file in `config/_default/`."""
    found = {name: path.with_name(f"{name}{path.suffix}") for name in _PARTS if path.parent.name == "_default"}
    return {name: _read_settings(part) for name, part in found.items() if part.is_file() and _size(part) < 1_000_000}


def _read_settings(path: Path) -> dict[str, Any]:
    try:
        source = path.read_bytes()
        if path.suffix == ".toml":
            return tomllib.loads(source.decode())
        return mapping(read_json(source, path.name)) if path.suffix == ".json" else read_yaml(source.decode())
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise InvalidExport(f"{path}: {error}") from error


def _folder(root: Path, settings: dict[str, Any], now: datetime) -> Folder:
    base = words(settings, "base", "baseURL", "baseurl", "url")
    base = base if base.startswith("http") else words(settings, "url")
    base = base if base.startswith("http") else ""
    generator, content = "", None
    if (root / "_config.yml").is_file() or (root / "_posts").is_dir():
        generator = "jekyll"
    elif settings.get("generator") != "site.toml" and (root / "content").is_dir():
        generator, content = "hugo", root / "content"
    names = sequence(mapping(settings.get("frontmatter")).get("date"))
    return Folder(
        root=root,
        name=urlsplit(base).netloc.lower() or text.slug(root.resolve().name) or "folder",
        now=now,
        base=base,
        language=words(settings, "language", "languageCode", "locale", "lang").replace("_", "-") or "en",
        generator=generator,
        permalinks=_permalinks(settings, generator),
        collections=_collections(settings),
        languages=_languages(settings) if generator == "hugo" else {},
        is_dated=generator != "hugo" or ":filename" in names,
        content=content,
        sections={each.slug: each for each in _sections(settings)},
        authors={each.slug: each for each in _authors(settings)},
    )


def _permalinks(settings: dict[str, Any], generator: str) -> dict[str, str]:
    """Jekyll's rule for all addresses; Hugo's by section."""
    if generator == "jekyll":
        given = words(settings, "permalink") or "date"
        return {"": _JEKYLL.get(given, given if given.startswith("/") else "")}
    rules = mapping(settings.get("permalinks"))
    rules = mapping(rules.get("page")) or rules
    return {section: rule for section, rule in rules.items() if isinstance(rule, str)}


def _collections(settings: dict[str, Any]) -> dict[str, str]:
    """Jekyll's collections: the folder of each, and its rule for addresses; empty where it makes no pages."""
    given = settings.get("collections") if settings.get("generator") == "_config.yml" else None
    rows = mapping(given) or {name: {} for name in sequence(given) if isinstance(name, str)}
    found = {f"_{name}": mapping(row) for name, row in rows.items() if name not in ("posts", "drafts")}
    return {
        folder: (words(row, "permalink") or "/:collection/:path:output_ext") if is_true(row, "output") else ""
        for folder, row in found.items()
    }


def _languages(settings: dict[str, Any]) -> dict[str, str]:
    """Hugo's languages by the endings and folders of their files; the site's own is the empty one."""
    own = words(settings, "defaultContentLanguage") or "en"
    found: dict[str, str] = {}
    for code, values in mapping(settings.get("languages")).items():
        language = "" if code == own else code
        found[code] = language
        folder = words(mapping(values), "contentDir").strip("/")
        found |= {folder.removeprefix("content/"): language} if folder.startswith("content/") else {}
    return found


def _sections(settings: dict[str, Any]) -> Iterator[Section]:
    for position, each in enumerate(map(mapping, sequence(settings.get("sections"))), 1):
        slug = text.slug(words(each, "slug", "name"))
        if slug:
            number = words(each, "position")
            yield Section(
                slug=slug,
                name=words(each, "name") or slug,
                description=words(each, "description"),
                position=int(number) if re.fullmatch("[0-9]{1,6}", number) else position,
            )


def _authors(settings: dict[str, Any]) -> Iterator[Author]:
    for each in map(mapping, sequence(settings.get("authors"))):
        slug = text.slug(words(each, "slug", "name"))
        if slug:
            yield Author(
                slug=slug,
                name=words(each, "name") or slug,
                bio=words(each, "bio"),
                url=words(each, "url"),
                avatar=words(each, "avatar", "image"),
            )
