"""From a WordPress item's fields to an article: dates, addresses, terms, authors, SEO, body."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from urllib.parse import unquote, urlsplit

import msgspec

from publisher import text, url
from publisher.html import plain_text
from publisher.importer import instant
from publisher.importer import wordpress_beside as beside
from publisher.importer.library import Attachment
from publisher.importer.port import Read, content_hash, stable_guid
from publisher.importer.seo_key import CANONICALS, DESCRIPTIONS, TITLES
from publisher.importer.shortcode import Expander
from publisher.importer.wordpress_body import shown
from publisher.importer.wxr import Entry, Head
from publisher.model import Article, Author, Body, Kind, Picture, Section, Seo, Source, Status, Tag, Visibility

FORM = 5
"""Part of every hash: raise it when the same export gives other articles."""

_STATUS = {
    "publish": Status.PUBLISHED,
    "future": Status.SCHEDULED,
    "private": Status.PRIVATE,
    "trash": Status.TRASH,
    "": Status.PUBLISHED,
}
_BUILDERS = ("_bricks_page_content_2", "ct_builder_shortcodes", "_fl_builder_data", "_elementor_data")
_ACCESS = {
    "subscribers": Visibility.MEMBERS,
    "paid_subscribers": Visibility.PAID,
    "paid_subscribers_all_tiers": Visibility.PAID,
}
"""Who may read a post of WordPress.com's newsletters."""
_VIEWS = ("views", "post_views_count", "_post_views", "wpb_post_views_count", "pageviews", "_views", "post_views")
_PRIMARY = (
    "_yoast_wpseo_primary_category",
    "rank_math_primary_category",
    "_seopress_robots_primary_cat",
    "_primary_term_category",
)
_DEKS = ("wps_subtitle", "_secondary_title", "subtitle")
"""Where plugins keep a line below the title."""
_IMAGES = (
    "_yoast_wpseo_opengraph-image",
    "rank_math_facebook_image",
    "_aioseo_og_image_custom_url",
    "_seopress_social_fb_img",
    "_social_image_url",
)
_KIN = re.compile(r"_cat$|[_-]categor(?:y|ies)$")
"""The categories of other types of posts: `product_cat`, `portfolio_category`."""
_VARIABLE = re.compile(r"%%?([a-z_]+)(?:\([^)]{0,80}\))?%%?|#([a-z_]+)")
_UNCATEGORISED = frozenset({"uncategorized", "uncategorised", "sin-categoria", "non-classe", "allgemein"})


@dataclass(slots=True)
class Site:
    """What the items of one export have in common, and the clock that its first items showed."""

    head: Head
    name: str
    hosts: frozenset[str]
    language: str
    offset_minutes: int = 0
    library: dict[int, Attachment] = field(default_factory=dict)
    blocks: dict[int, str] = field(default_factory=dict)
    guests: dict[str, str] = field(default_factory=dict)
    tables: dict[str, str] = field(default_factory=dict)


def build(entry: Entry, site: Site, raw: bytes) -> Read:
    """The article that an item holds; `raw` is the item as it stands in the file."""
    number, link = entry.get("wp:post_id").strip(), entry.get("link").strip()
    identity = number or entry.get("guid").strip() or link or content_hash(entry.get("title"))
    html, unknown = _html(entry, site, int(number) if number.isdecimal() else 0)
    made, hero = _article(entry, site, identity), _hero(entry, site)
    source = Source(
        kind="wordpress", site=site.name, id=identity, hash=content_hash(FORM, raw, hero.src if hero else "")
    )
    article = msgspec.structs.replace(
        _standing(entry, made, _published(entry, site)),
        hero=hero,
        source=source,
        body=Body(source=entry.get("content:encoded"), format="wordpress"),
    )
    notes = [f"[{name}] is unknown and was taken out" for name in unknown]
    if not entry.get("content:encoded").strip() and entry.first_meta(*_BUILDERS):
        notes.append(f"{entry.get('title').strip()}: its text lies in a page builder's own data and was not read")
    aliases = _aliases(entry, article.path, number)
    return Read(article=article, html=html, base=_base(link, site), aliases=aliases, notes=tuple(notes))


def _article(entry: Entry, site: Site, identity: str) -> Article:
    """What an item says of itself, its dates and state apart."""
    kind = Kind.PAGE if entry.get("wp:post_type").strip() == "page" else Kind.ARTICLE
    section, tags = _terms(entry, site)
    slug = _slug(entry, identity)
    path = _path(entry.get("link").strip()) or ("" if kind is Kind.ARTICLE else url.article("", slug))
    return Article(
        guid=text.line(entry.get("guid").strip())[:2000] or stable_guid("wordpress", site.name, identity),
        slug=slug,
        path=path,
        title=entry.get("title").strip(),
        kind=kind,
        dek=entry.first_meta(*_DEKS).strip()[:1000],
        excerpt=entry.get("excerpt:encoded").strip(),
        language=_language(entry) or site.language,
        translation_group=_of_domain(entry, "post_translations"),
        section=section,
        tags=tags,
        authors=_authors(entry, site),
        canonical_url=_canonical(entry, site, path),
        seo=_seo(entry, site),
        pinned=entry.get("wp:is_sticky").strip() == "1",
        is_news=kind is Kind.ARTICLE,
        comment_count=entry.comments,
        views=_number(entry.first_meta(*_VIEWS)),
        extra=_extra(entry),
    )


def _standing(entry: Entry, article: Article, at: tuple[datetime | None, int]) -> Article:
    """The article with its state, who may read it, and its dates; `at` is when it was published, on which clock."""
    published, offset = at
    status = _STATUS.get(entry.get("wp:status").strip(), Status.DRAFT)
    return msgspec.structs.replace(
        article,
        status=status if published or status is not Status.PUBLISHED else Status.DRAFT,
        visibility=_visibility(entry),
        first_published=published if status is Status.PUBLISHED else None,
        published=published,
        updated=_updated(entry, published),
        offset_minutes=offset,
    )


def _visibility(entry: Entry) -> Visibility:
    if entry.get("wp:post_password").strip():
        return Visibility.PASSWORD
    return _ACCESS.get(entry.first_meta("_jetpack_newsletter_access"), Visibility.PUBLIC)


def _slug(entry: Entry, identity: str) -> str:
    name = unicodedata.normalize("NFC", unquote(entry.get("wp:post_name").strip())).rstrip("/")
    name = name.rpartition("/")[2]  # Squarespace writes the whole path there.
    name = re.sub(r"\.(?:html?|php)$", "", name)
    safe = re.fullmatch(r"[\w.\-]{1,200}", name) is not None and len(name.encode()) <= text.SLUG_BYTES
    return (
        name
        if safe and name.strip(".")
        else text.slug(name) or text.slug(entry.get("title")) or text.slug(identity) or "article"
    )


def _path(link: str) -> str:
    """The path at which the article stood; empty when it stood under a number (`?p=`)."""
    try:
        parts = urlsplit(link)
    except ValueError:
        return ""
    return (
        url.encode_path(parts.path)
        if parts.path.strip("/") and not re.search(r"(?:^|&)(?:p|page_id)=", parts.query)
        else ""
    )


def _base(link: str, site: Site) -> str:
    if link.startswith("http"):
        return link
    return f"https://{site.name}/" if "." in site.name else ""


def _aliases(entry: Entry, path: str, number: str) -> tuple[str, ...]:
    """Old addresses that owe a redirect: every old slug, and the number (I7)."""
    parent, _, last = path.rstrip("/").rpartition("/")
    suffix = last[last.rfind(".") :] if "." in last else ""
    end = "/" if path.endswith("/") else suffix
    old = [unquote(value.strip()) for key, value in entry.meta if key == "_wp_old_slug" and value.strip()]
    found = [f"{parent}/{url.segment(each)}{end}" for each in old if path and "/" not in each]
    if number.isdecimal():
        found += [f"/?page_id={number}"] if entry.get("wp:post_type").strip() == "page" else []
        found.append(f"/?p={number}")
    return tuple(each for each in dict.fromkeys(found) if each != path)


def _published(entry: Entry, site: Site) -> tuple[datetime | None, int]:
    """When it was first made public, and the editor's clock: GMT, else pubDate, else local time (I5)."""
    local = entry.get("wp:post_date").strip()
    found = instant.parse(entry.get("wp:post_date_gmt"))
    if found is None and entry.get("wp:status").strip() in ("publish", "private", "future", ""):
        found = instant.parse(entry.get("pubDate")) or instant.local(local, site.offset_minutes)
    offset = instant.offset_between(local, found)
    if offset is not None:
        site.offset_minutes = offset
    return found, site.offset_minutes if offset is None else offset


def set_clock(entry: Entry, site: Site) -> None:
    """Let the items that follow go by the clock that an item shows."""
    _published(entry, site)


def _updated(entry: Entry, published: datetime | None) -> datetime | None:
    modified = instant.parse(entry.get("wp:post_modified_gmt"))
    return max(modified, published) if modified and published else published


def _terms(entry: Entry, site: Site) -> tuple[Section | None, tuple[Tag, ...]]:
    """The section (the SEO plugin's primary category, else the first), and everything else as tags (I9)."""
    domains = {term.domain for term in entry.terms}
    categories = [t for t in entry.terms if t.domain == "category" or (not t.domain and "category" not in domains)]
    categories = categories or [t for t in entry.terms if _KIN.search(t.domain)]
    tags = [t for t in entry.terms if t.domain in ("post_tag", "tag") or t.domain.endswith("_tag")]
    primary = site.head.terms.get(_number(entry.first_meta(*_PRIMARY)), ("", ""))[0]
    chosen = next((t for t in categories if t.slug and t.slug == primary), None)
    chosen = chosen or next((t for t in categories if t.slug not in _UNCATEGORISED), next(iter(categories), None))
    rest = [t for t in (*categories, *tags) if t is not chosen and t.slug not in _UNCATEGORISED]
    found = {
        slug: Tag(slug=slug, name=text.line(t.name) or slug)
        for t in reversed(rest)
        if (slug := term_slug(t.slug or t.name))
    }
    if chosen is None or not (slug := section_slug(chosen.slug or chosen.name)):
        return None, tuple(reversed(found.values()))
    found.pop(slug, None)
    return Section(slug=slug, name=text.line(chosen.name) or slug), tuple(reversed(found.values()))


@lru_cache(maxsize=4096)
def term_slug(name: str) -> str:
    """A term's nice name as a slug."""
    return text.slug(unquote(name))


@lru_cache(maxsize=4096)
def section_slug(name: str) -> str:
    """A section's slug; one that would stand on an address of the service gets an ending."""
    slug = term_slug(name)
    return f"{slug}-section" if slug and url.is_reserved(url.section(slug)) else slug


def author_slug(login: str, name: str) -> str:
    """An author's slug: of the login, unless that is an e-mail address."""
    return text.slug(name if "@" in login else login) or text.slug(name) or "author"


def _authors(entry: Entry, site: Site) -> tuple[Author, ...]:
    """Co-authors in their order, else the creator."""
    named = [(t.slug.removeprefix("cap-"), t.name) for t in entry.terms if t.domain == "author"]
    if not named and (creator := entry.get("dc:creator").strip()):
        named = [(creator, "")]
    found: dict[str, Author] = {}
    for login, given in named:
        shown = site.head.authors.get(login) or site.guests.get(login) or (given if "@" not in given else "")
        name = text.line(shown or login.partition("@")[0])
        if name:
            slug = author_slug(login, name)
            found.setdefault(slug, Author(slug=slug, name=name))
    return tuple(found.values())


def _of_domain(entry: Entry, domain: str) -> str:
    """The slug of the first term of a taxonomy, empty when it has none."""
    return next((term.slug for term in entry.terms if term.domain == domain), "")


def _language(entry: Entry) -> str:
    """The article's own language, as Polylang keeps it; empty when it is the site's."""
    tag = _of_domain(entry, "language").replace("_", "-")
    return tag if re.fullmatch(r"[a-z]{2,3}(?:-[A-Za-z0-9]{2,8})*", tag) else ""


def _hero(entry: Entry, site: Site) -> Picture | None:
    """The featured picture, when its file is in the export; else the first picture will do (I6)."""
    found = site.library.get(_number(entry.first_meta("_thumbnail_id")))
    if found is None:
        return None
    return Picture(src=found.url, alt=found.alt or plain_text(found.title), caption=plain_text(found.caption))


def _canonical(entry: Entry, site: Site, path: str) -> str:
    address = entry.first_meta(*CANONICALS).strip()
    try:
        parts = urlsplit(address)
    except ValueError:
        return ""
    own = url.encode_path(parts.path).rstrip("/") == path.rstrip("/")
    if not parts.netloc or (parts.netloc.lower() in site.hosts and own):
        return ""
    return address


def _seo(entry: Entry, site: Site) -> Seo:
    robots = entry.first_meta("rank_math_robots")
    hidden = entry.first_meta("_yoast_wpseo_meta-robots-noindex") == "1" or "noindex" in robots
    hidden = hidden or entry.first_meta("_aioseop_noindex") == "on" or entry.first_meta("_genesis_noindex") == "1"
    return Seo(
        title=_filled(entry.first_meta(*TITLES), entry, site),
        description=_filled(entry.first_meta(*DESCRIPTIONS), entry, site),
        noindex=hidden or entry.first_meta("_seopress_robots_index") == "yes",
        image=entry.first_meta(*_IMAGES).strip(),
    )


def _filled(template: str, entry: Entry, site: Site) -> str:
    """A plugin's template with what it names: `%%title%% %%sep%% %%sitename%%`."""
    if "%" not in template and "#" not in template:
        return text.line(template)
    excerpt = text.cut(plain_text(entry.get("excerpt:encoded")), 160)
    values = {
        "title": entry.get("title"),
        "post_title": entry.get("title"),
        "sep": "-",
        "separator_sa": "-",
        "sitename": site.head.fields.get("title", ""),
        "site_title": site.head.fields.get("title", ""),
        "sitetitle": site.head.fields.get("title", ""),
        "tagline": site.head.fields.get("description", ""),
        "excerpt": excerpt,
        "post_excerpt": excerpt,
        "post_content": "",
    }
    filled = _VARIABLE.sub(lambda m: values.get(m[1] or m[2], m[0] if m[2] else ""), template)
    return text.line(filled).strip(" -–|")


def _number(value: str) -> int:
    value = value.strip()
    return int(value) if value.isascii() and value.isdigit() and len(value) < 16 else 0


def _extra(entry: Entry) -> str:
    kind = entry.get("wp:post_type").strip()
    if kind in ("", "post", "page"):
        return "{}"
    return msgspec.json.encode({"wordpress": {"type": text.line(kind)[:100]}}).decode()


def _html(entry: Entry, site: Site, number: int) -> tuple[str, dict[str, None]]:
    """The body as WordPress would show it, and the names of shortcodes and blocks that only it could fill."""
    expander = Expander(site.library, number, site.tables)
    html = shown(entry.get("content:encoded"), expander, site.blocks, entry.first_meta("footnotes"))
    return beside.before(entry, html) + html + beside.behind(entry, html, site.library), expander.unknown
