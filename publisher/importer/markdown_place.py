"""Where a file of a site stands: in which language and section, and the address it had by its generator's rule."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path, PurePosixPath
from typing import Any, NamedTuple

from publisher import text, url
from publisher.importer.frontmatter import words
from publisher.model import Author, Kind, Section

_INDEX = frozenset({"index", "readme"})


@dataclass(frozen=True, slots=True)
class Folder:
    """The site that a file belongs to: where its files are, how its addresses were made.

    `generator` is hugo, jekyll or empty. `permalinks` are rules by section, of all sections under the empty name,
    `collections` those of Jekyll's by folder, empty where it makes no pages. `languages` name a site's languages by
    the folders and endings that say them; the first one's files say nothing.
    `is_dated`: a date before a file's name is no part of the name.
    """

    root: Path
    name: str
    now: datetime
    base: str = ""
    language: str = "en"
    generator: str = ""
    permalinks: Mapping[str, str] = field(default_factory=dict)
    collections: Mapping[str, str] = field(default_factory=dict)
    languages: Mapping[str, str] = field(default_factory=dict)
    is_dated: bool = True
    content: Path | None = None
    sections: Mapping[str, Section] = field(default_factory=dict)
    authors: Mapping[str, Author] = field(default_factory=dict)


class Place(NamedTuple):
    """A file's path below the content's root without its language, and that language, empty for the site's own."""

    inside: PurePosixPath
    language: str = ""

    @property
    def is_bundle(self) -> bool:
        """Whether the file is the page of the folder in which it lies."""
        return self.inside.stem.lower() in _INDEX and self.inside.parent.name != ""

    @property
    def name(self) -> str:
        """The file's name without its ending, or its folder's."""
        return self.inside.parent.name if self.is_bundle else self.inside.stem

    @property
    def parents(self) -> PurePosixPath:
        """The folders above the page."""
        return self.inside.parent.parent if self.is_bundle else self.inside.parent


def place_of(folder: Folder, relative: Path) -> Place:
    """The place of a file by its path below the site's root."""
    inside = PurePosixPath(relative.as_posix())
    if folder.content is not None and (folder.root / relative).is_relative_to(folder.content):
        inside = PurePosixPath((folder.root / relative).relative_to(folder.content).as_posix())
    found = folder.languages.get(inside.parts[0]) if len(inside.parts) > 1 else None
    if found is not None:
        return Place(inside.relative_to(inside.parts[0]), found)
    stem, _, ending = inside.stem.rpartition(".")
    if stem and ending in folder.languages:
        return Place(inside.with_name(f"{stem}{inside.suffix}"), folder.languages[ending])
    return Place(inside)


def section_of(place: Place) -> str:
    """The folder under the content's root, as Hugo makes a section of it; empty for none."""
    parts = [part for part in place.parents.parts if not part.startswith("_")]
    first = parts[0] if parts else ""
    return "" if first in ("articles", "pages", "content", "source") else first


def kind_of(folder: Folder, place: Place, values: Mapping[str, Any]) -> Kind:
    """An article, or a page: what says so, lies among pages, is none of Jekyll's posts, stands alone in Hugo."""
    if words(values, "layout", "type") == "page" or place.inside.parts[0] in ("pages", "_pages"):
        return Kind.PAGE
    if place.inside.parts[0] in folder.collections and words(values, "date"):
        return Kind.ARTICLE
    if folder.generator == "jekyll" and not {"_posts", "_drafts"} & {*place.inside.parts}:
        return Kind.PAGE
    is_apart = folder.generator == "hugo" and not place.parents.parts and not words(values, "date", "publishDate")
    return Kind.PAGE if is_apart else Kind.ARTICLE


class Naming(NamedTuple):
    """What a rule for addresses names of an article."""

    slug: str
    given: str
    title: str
    categories: Sequence[str]
    published: datetime | None


def path_of(folder: Folder, place: Place, values: Mapping[str, Any], kind: Kind, naming: Naming) -> str:
    """Where the article stood: said in its front matter, by the generator's rule, or nowhere yet."""
    given = words(values, "url", "permalink", "path")
    if (given.startswith("/") and "/:" not in given) or re.fullmatch(r"https?://[^/]+/.*", given):
        return safe_path(re.sub(r"^https?://[^/]+", "", given))
    if folder.generator == "hugo":
        return _hugo_path(folder, place, naming)
    if rule := folder.collections.get(place.inside.parts[0], ""):
        return safe_path(_expanded(given or rule, _collected(place, naming)))
    pattern = given or folder.permalinks.get("", "")
    if pattern and kind is Kind.ARTICLE and naming.published:
        return safe_path(_expanded(pattern, _jekyll_values(place, naming)))
    if kind is Kind.PAGE and folder.generator == "jekyll":
        ending = "/" if folder.permalinks.get("", "/").endswith("/") or place.is_bundle else ".html"
        return safe_path(f"/{place.parents}/{place.name}{ending}")
    return url.article("", naming.slug) if kind is Kind.PAGE else ""


def _hugo_path(folder: Folder, place: Place, naming: Naming) -> str:
    prefix = f"/{place.language}" if place.language else ""
    pattern = folder.permalinks.get(place.parents.parts[0] if place.parents.parts else "", "")
    if pattern and naming.published:
        return safe_path(prefix + _expanded(pattern, _hugo_values(folder, place, naming)))
    parents = "/".join(hugo_name(part) for part in place.parents.parts)
    return safe_path(f"{prefix}/{parents}/{hugo_name(naming.given) or _file_name(folder, place)}/")


def _file_name(folder: Folder, place: Place) -> str:
    return hugo_name(re.sub(r"^\d{4}-\d\d-\d\d[-_]", "", place.name) if folder.is_dated else place.name)


def hugo_name(name: str) -> str:
    """A name as Hugo writes it into an address: letters of any script, no sign but a few, white space as hyphens."""
    kept = re.sub(r"[^\w.+~\s-]", "", unicodedata.normalize("NFC", name).lower())
    return re.sub(r"\s+", "-", re.sub(r"(?<=-)\s+|\s+(?=-)|^\s+|\s+$", "", kept))


def _dates(published: datetime) -> dict[str, str]:
    return {
        ":year": f"{published.year:04}",
        ":month": f"{published.month:02}",
        ":day": f"{published.day:02}",
    }


def _jekyll_values(place: Place, naming: Naming) -> dict[str, str]:
    """What Jekyll's names mean; `:title` is the file's name."""
    published, category = naming.published, "/".join(naming.categories)
    dates = (
        _dates(published)
        | {":i_month": str(published.month), ":i_day": str(published.day), ":short_year": f"{published.year % 100:02}"}
        if published
        else {}
    )
    return dates | {
        ":categories": category,
        ":category": category.partition("/")[0],
        ":title": naming.slug,
        ":slug": naming.slug,
        ":filename": naming.slug,
        ":output_ext": ".html",
        ":section": place.parents.name,
    }


def _collected(place: Place, naming: Naming) -> dict[str, str]:
    """What Jekyll's names mean in the rule of a collection."""
    folder, *above = place.parents.parts or ("",)
    return _jekyll_values(place, naming) | {
        ":collection": folder.removeprefix("_"),
        ":path": "/".join((*above, place.name)),
        ":name": place.name,
        ":title": naming.given or place.name,
    }


def _hugo_values(folder: Folder, place: Place, naming: Naming) -> dict[str, str]:
    """What Hugo's names mean; `:title` is the title."""
    published, file_name = naming.published, _file_name(folder, place)
    sections = [hugo_name(part) for part in place.parents.parts]
    dates = _dates(published) | {":yearday": str(published.timetuple().tm_yday)} if published else {}
    given, title = hugo_name(naming.given), hugo_name(naming.title)
    return dates | {
        ":section": sections[0] if sections else "",
        ":sections": "/".join(sections),
        ":title": title,
        ":slug": given or title,
        ":slugorfilename": given or file_name,
        ":slugorcontentbasename": given or file_name,
        ":filename": file_name,
        ":contentbasename": file_name,
    }


def _expanded(pattern: str, values: Mapping[str, str]) -> str:
    """A permalink pattern filled in."""
    return re.sub(r":[a-z_]+", lambda match: values.get(match[0], ""), pattern)


def safe_path(path: str) -> str:
    """A path of this site without `//`, `.` and `..`; empty when nothing is left of it."""
    plain = url.unquoted(url.unquoted(path.partition("?")[0].partition("#")[0])).replace("\\", "/")
    parts = [part for part in text.clean(plain).split("/") if part not in ("", ".", "..")]
    return url.encode_path("/".join(("", *parts)) + ("/" if path.endswith("/") else "")) if parts else ""
