"""Ghost exports as articles: the database's JSON of 0.x to 6.x, the Content API's, the migration tools'."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from msgspec.structs import replace

from publisher import text, url
from publisher.error import InvalidExport
from publisher.html import plain_text
from publisher.importer import instant, lexical, mobiledoc
from publisher.importer.frontmatter import read_yaml
from publisher.importer.ghost_data import Ghost, read_ghost
from publisher.importer.markdown import PLAIN, WHY_PLAIN, or_plain
from publisher.importer.port import (
    Failed,
    Item,
    LocalFile,
    Progress,
    Read,
    Skipped,
    Stored,
    content_hash,
    placed,
    stable_guid,
)
from publisher.importer.scan import open_bytes
from publisher.importer.tolerant import mapping, read_json, string
from publisher.model import (
    Article,
    Author,
    Body,
    Kind,
    Picture,
    Redirect,
    Section,
    Seo,
    Source,
    Status,
    Tag,
    Visibility,
)

FORM = 3
MAX_BYTES = 500_000_000

_STATUS = {"published": Status.PUBLISHED, "scheduled": Status.SCHEDULED, "sent": Status.PRIVATE}
_VISIBILITY = {"public": Visibility.PUBLIC, "members": Visibility.MEMBERS}
_PLACEHOLDER = "__GHOST_URL__"
_GATE = re.compile(r"<!--\s*kg-gated-block:(begin|end)\b([^<>]{0,500})-->")
"""Around a card that Ghost shows to some readers only: `nonMember:false memberSegment:"status:-free"`."""
_USED = re.compile(r"/content/(?:images|media|files)/[^\s\"'<>?#)]{1,500}")


class GhostExport:
    """An opened Ghost export. `base` is the old site's address, which an export doesn't say.

    Articles are known by what the export says alone: so they are known again when a base is given later.
    """

    kind = "ghost"
    media: tuple[Stored, ...] = ()

    def __init__(self, path: Path, base: str = "", offset: int = 0) -> None:
        with open_bytes(path) as file:
            data = file.read(MAX_BYTES + 1)
        if len(data) > MAX_BYTES:
            raise InvalidExport(f"{path}: larger than {MAX_BYTES:,} bytes")
        self._ghost = read_ghost(read_json(data, str(path)), str(path))
        self._path, self._offset, self._bytes, self._done = path, offset, len(data), 0
        self._base = (base or self._ghost.home).rstrip("/")
        self.title = text.line(self._ghost.settings.get("title", ""))
        self.language = self._ghost.settings.get("locale") or self._ghost.settings.get("lang") or ""
        self.site = urlsplit(self._ghost.home).netloc.lower() or text.slug(self.title) or path.stem
        self.hosts = frozenset({host} if (host := urlsplit(self._base).netloc.lower()) else ())
        self.sections: tuple[Section, ...] = ()
        self.authors = tuple(author for each in self._ghost.users if (author := _author(each)))
        self.redirects = tuple(_redirects(path.parent))

    @property
    def progress(self) -> Progress:
        """How far the reading is, in shares of the file."""
        share = self._done / max(1, len(self._ghost.posts))
        return Progress(round(self._bytes * share), self._bytes)

    def __iter__(self) -> Iterator[Item]:
        for number, post in enumerate(self._ghost.posts, 1):
            self._done = number
            if number > self._offset:
                yield self._item(mapping(post), number)

    def _item(self, post: dict[str, Any], number: int) -> Item:
        what = text.cut(string(post.get("title")), 100) or f"post {number}"
        if not post or not (post.get("id") or post.get("uuid") or post.get("slug")):
            return Failed(what=what, reason="it has no id, uuid or slug", offset=number)
        if string(post.get("status")) == "sent" and not self._ghost.has_body(post):
            return Skipped(what=what, reason="an e-mail without a text is no article", offset=number)
        return placed(_build(post, self._ghost, self, number))

    @property
    def base(self) -> str:
        """The old site's address, empty when nobody knows it."""
        return self._base

    def local(self, address: str) -> LocalFile | None:
        """A picture that lies beside the export, as Ghost's backups have it."""
        root = self._path.parent.resolve()
        found = (root / url.unquoted(address).lstrip("/")).resolve()
        is_inside = found.is_relative_to(root / "content") and found.is_file()
        return LocalFile(src=self._base + address, path=found) if is_inside else None


def _build(post: dict[str, Any], ghost: Ghost, export: GhostExport, number: int) -> Read:
    identity = string(post.get("id")) or string(post.get("uuid")) or string(post.get("slug"))
    unknown: dict[str, None] = {}
    source, form = ghost.body(post)
    html = for_visitors(_html(source, form, unknown)).replace(_PLACEHOLDER, export.base)
    hero = _hero(post, export.base)
    wanted = dict.fromkeys(_USED.findall(html + (hero.src if hero else "")))
    files = tuple(found for each in wanted if (found := export.local(each)))
    notes = [f"{string(post.get('slug'))}: the card {name} is unknown and was taken out" for name in unknown]
    notes += [f"{string(post.get('slug'))}: {WHY_PLAIN}"] if PLAIN in html else []
    if wanted and not export.base and len(files) < len(wanted):
        notes.append(
            "pictures are named without the old site's address; import it again with --base https://old.example"
        )
        hero = None if hero and hero.src.startswith("/") and not any(each.src == hero.src for each in files) else hero
    article = replace(_article(post, ghost, export), hero=hero, body=Body(source=source, format=form))
    article = _identified(article, post, identity, export)
    return Read(
        article=article,
        html=html,
        base=f"{export.base}{article.path}" if export.base else "",
        files=files,
        notes=tuple(notes),
        offset=number,
    )


def for_visitors(html: str) -> str:
    """The text without cards for members only; what has no end hides the rest."""
    first, *pieces = _GATE.split(html)
    kept, gates = [first], list[bool]()
    for mark, seen_by, piece in zip(pieces[::3], pieces[1::3], pieces[2::3], strict=True):
        if mark == "begin":
            gates.append(re.search(r"nonMember:\W?true", seen_by) is not None)
        elif gates:
            gates.pop()
        kept += [piece] if all(gates) else []
    return "".join(kept)


def _identified(article: Article, post: dict[str, Any], identity: str, export: GhostExport) -> Article:
    """The article with its identity: the guid of Ghost's own feeds, so that no reader sees it twice."""
    native = string(post.get("comment_id")) or identity
    is_native = re.fullmatch(r"[0-9a-f]{24}", native) is not None
    joined = repr((article.section, article.tags, article.authors))
    return replace(
        article,
        guid=native if is_native else stable_guid("ghost", export.site, identity),
        source=Source(
            kind="ghost",
            site=export.site,
            id=identity,
            hash=content_hash(FORM, repr(sorted(post.items(), key=str)), joined, export.base),
        ),
    )


def _article(post: dict[str, Any], ghost: Ghost, export: GhostExport) -> Article:
    """What the columns say."""
    kind = Kind.PAGE if post.get("type") == "page" or post.get("page") in (True, 1) else Kind.ARTICLE
    title = text.line(string(post.get("title")))
    slug = text.slug(string(post.get("slug"))) or text.slug(title) or "article"
    published = instant.parse(string(post.get("published_at")))
    status = _STATUS.get(string(post.get("status")), Status.DRAFT)
    section, tags = _terms(ghost.tags_of(post))
    about = ghost.meta_of(post)
    updated = instant.parse(string(post.get("updated_at")))
    return Article(
        guid="",
        slug=slug,
        path=_path(post, ghost, slug, kind),
        title=title,
        kind=kind,
        status=status if published or status is not Status.PUBLISHED else Status.DRAFT,
        visibility=_VISIBILITY.get(string(post.get("visibility")) or "public", Visibility.PAID),
        first_published=published if status is Status.PUBLISHED else None,
        published=published,
        updated=max(updated, published) if updated and published else published,
        excerpt=string(post.get("custom_excerpt")),
        language=string(post.get("locale")) or export.language or "en",
        section=section,
        tags=tags,
        authors=tuple(author for each in ghost.authors_of(post) if (author := _author(each))),
        canonical_url=string(post.get("canonical_url")),
        seo=Seo(
            title=text.line(about("meta_title")),
            description=text.line(about("meta_description")),
            image=about("og_image").replace(_PLACEHOLDER, export.base),
        ),
        featured=post.get("featured") in (True, 1),
        is_news=kind is Kind.ARTICLE,
    )


def _path(post: dict[str, Any], ghost: Ghost, slug: str, kind: Kind) -> str:
    """The path that the export says, else Ghost's rule: the slug alone, or below its date."""
    address = urlsplit(string(post.get("url")))
    if address.netloc and address.path.strip("/") and "medium.com" not in address.netloc:
        return url.encode_path(address.path)
    published = instant.parse(string(post.get("published_at")))
    if ":year" in ghost.settings.get("permalinks", "") and published and kind is Kind.ARTICLE:
        return f"/{published.year:04}/{published.month:02}/{published.day:02}/{url.segment(slug)}/"
    return f"/{url.segment(slug)}/"


def _html(source: str, form: str, unknown: dict[str, None]) -> str:
    if form == "html":
        return source
    if form == "markdown":
        return or_plain(source)
    try:
        document = read_json(source.encode("utf-8", "replace"), form)
    except InvalidExport:
        unknown[f"{form} that is no JSON"] = None
        return ""
    return lexical.render(document, unknown) if form == "lexical" else mobiledoc.render(document, unknown)


def _terms(tags: list[dict[str, Any]]) -> tuple[Section | None, tuple[Tag, ...]]:
    """The primary tag as the section, the others as tags; internal ones (`#`) are left out."""
    found: dict[str, str] = {}
    for each in tags:
        name, slug = (
            text.line(string(each.get("name"))),
            text.slug(string(each.get("slug")) or string(each.get("name"))),
        )
        if name and slug and not name.startswith("#") and each.get("visibility") != "internal":
            found.setdefault(slug, name)
    terms = tuple(Tag(slug=slug, name=name) for slug, name in found.items())
    if not terms:
        return None, ()
    slug = terms[0].slug
    slug = f"{slug}-section" if url.is_reserved(url.section(slug)) else slug
    return Section(slug=slug, name=terms[0].name), terms[1:]


def _author(user: dict[str, Any]) -> Author | None:
    name = text.line(string(user.get("name")))
    name = name.partition("@")[0] if "@" in name else name
    slug = text.slug(string(user.get("slug"))) or text.slug(name)
    if not name or not slug:
        return None
    avatar = string(user.get("profile_image")) or string(user.get("image"))
    avatar = avatar if avatar.startswith("http") else ""
    return Author(slug=slug, name=name, bio=string(user.get("bio")), url=string(user.get("website")), avatar=avatar)


def _hero(post: dict[str, Any], base: str) -> Picture | None:
    source = string(post.get("feature_image")) or string(post.get("image"))
    if not source:
        return None
    source = source.replace(_PLACEHOLDER, base)
    return Picture(
        src=base + source if source.startswith("/content/") else source,
        alt=string(post.get("feature_image_alt")),
        caption=plain_text(string(post.get("feature_image_caption"))),
    )


def _redirects(folder: Path) -> Iterator[Redirect]:
    """The redirects that Ghost keeps beside its export; only plain paths, no patterns."""
    for old, new in (*_told_in_json(folder / "redirects.json"), *_told_in_yaml(folder / "redirects.yaml")):
        old = old.removeprefix("^").removesuffix("$").replace("\\/", "/")
        if re.fullmatch(r"/[\w./%~-]+", old) and re.fullmatch(r"/[\w./%~#?=&-]*", new) and not new.startswith("//"):
            yield Redirect(url.encode_path(old), new)


def _told_in_json(path: Path) -> Iterator[tuple[str, str]]:
    """(from, to) of the rows of an older Ghost's file."""
    rows = read_json(path.read_bytes()[:10_000_000], str(path)) if path.is_file() else []
    for row in rows if isinstance(rows, list) else ():
        yield string(mapping(row).get("from")), string(mapping(row).get("to"))


def _told_in_yaml(path: Path) -> Iterator[tuple[str, str]]:
    """(from, to) of a newer one's: under 301 and 302, which are one here."""
    found = read_yaml(path.read_text("utf-8", "replace")) if path.is_file() else {}
    for rows in found.values():
        yield from ((string(old), string(new)) for old, new in mapping(rows).items())
