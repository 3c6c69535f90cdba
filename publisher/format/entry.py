"""An article as it stands in a feed: the one value that RSS, Atom and JSON Feed write.

Whatever a reader may not see is gone here already: a members' article has its teaser only
(ruling 8), and what is no text of the article's own (a summary, a title's stand-in) is made here.
"""

from __future__ import annotations

import html as entities
import uuid
from datetime import datetime
from urllib.parse import urlsplit

import msgspec

from publisher import date, html, text, url
from publisher.error import Invalid
from publisher.format.feed import language_tag
from publisher.model import Article, Author, Kind, Picture, Site, Visibility

SUMMARY_LENGTH = 300
BEGINNING = 10 * SUMMARY_LENGTH
TITLE_LENGTH = 80
BODY_BYTES = 1_000_000
CATEGORIES = 100


class Person(msgspec.Struct, frozen=True):
    """Who wrote an entry: name, absolute URL, absolute URL of a picture."""

    name: str
    url: str = ""
    avatar: str = ""


class Category(msgspec.Struct, frozen=True):
    """A section or tag of an entry, and the URL of the scheme it belongs to."""

    term: str
    scheme: str


class Image(msgspec.Struct, frozen=True, kw_only=True):
    """An entry's lead picture; 0 where a measure is unknown."""

    url: str
    media_type: str = ""
    width: int = 0
    height: int = 0
    bytes: int = 0
    alt: str = ""
    credit: str = ""


class Origin(msgspec.Struct, frozen=True):
    """Where a syndicated piece comes from."""

    name: str
    url: str


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """One entry. `title` may be empty, `stand_in` never is: it is the title, or the first words.

    `summary` is plain text; `html` is the whole body with absolute URLs, "" when the feed, the
    article's visibility or its size (spec: one megabyte) leaves it out. `poster` is a story's.
    """

    guid: str
    url: str
    title: str
    stand_in: str
    summary: str
    html: str
    published: datetime
    updated: datetime
    language: str = ""
    authors: tuple[Person, ...] = ()
    categories: tuple[Category, ...] = ()
    image: Image | None = None
    poster: Image | None = None
    origin: Origin | None = None
    comments: int = 0

    @property
    def cover(self) -> Image | None:
        """The picture that stands for it: a story's poster, an article's picture."""
        return self.poster or self.image

    @property
    def teaser(self) -> str:
        """The summary; where there is neither summary nor body, the stand-in: formats want one of the two."""
        return self.summary or ("" if self.html else self.stand_in)

    @property
    def is_permalink(self) -> bool:
        """The guid is the entry's URL (RSS Board `<guid>` isPermaLink)."""
        return self.guid == self.url

    @property
    def iri(self) -> str:
        """The guid as an IRI: itself, or a urn made of it (RFC 4287 4.2.6)."""
        if urlsplit(self.guid).scheme and " " not in self.guid:
            return self.guid
        return f"urn:uuid:{uuid.uuid5(uuid.NAMESPACE_URL, self.guid)}"


def of_article(site: Site, article: Article, full_text: bool = True) -> Entry:
    """The public view of an article as an entry; raises Invalid when it can't be one."""
    try:
        return _entry(site, article, full_text)
    except ValueError as error:  # an address that is none: of the piece, of an author
        raise Invalid(f"article {article.id}: {error}") from error


def _entry(site: Site, article: Article, full_text: bool) -> Entry:
    if not article.is_public or not article.published:
        raise Invalid(f"article {article.id}: not published, no entry can be made of it")
    address, title = url.normalise(url.absolute(site.base, article.path)), text.line(article.title)
    body = _body(site, article, address) if full_text else ""
    summary = _summary(article, bool(body and title))
    return Entry(
        guid=_guid(article),
        url=address,
        title=title,
        stand_in=title or text.cut(summary or _text(article), TITLE_LENGTH) or _named(article),
        summary=summary,
        html=body,
        published=date.whole(article.published),
        updated=_updated(article),
        language=language_tag(article.language),
        authors=_persons(site, article.authors),
        categories=_categories(site, article),
        image=_image(site, article.hero),
        origin=_origin(article),
        comments=article.comment_count,
    )


def of_story(site: Site, article: Article, poster: Picture | None = None) -> Entry:
    """A published article's web story as an entry: it leads to the story and shows its poster and summary.

    The guid is the article's with `#story`: the two are different things with one origin.
    """
    plain = of_article(site, article, full_text=False)
    link = url.absolute(site.base, url.story(article.story_slug))
    guid = article.guid if article.kind is Kind.STORY else f"{article.guid}#story"
    shown = msgspec.structs.replace(plain, guid=guid, url=link, poster=_image(site, poster))
    return msgspec.structs.replace(shown, html=_cover(shown, link))


def _cover(entry: Entry, link: str) -> str:
    label = entities.escape(entry.stand_in)
    picture = f'<p><a href="{entities.escape(link)}">{_img(entry.cover)}</a></p>' if entry.cover else ""
    teaser = f"<p>{entities.escape(entry.summary)}</p>" if entry.summary else ""
    return f'{picture}{teaser}<p><a href="{entities.escape(link)}">{label}</a></p>'


def _guid(article: Article) -> str:
    if not article.guid or text.line(article.guid) != article.guid:
        raise Invalid(f"article {article.id}: guid {article.guid[:100]!r} is empty or has characters that XML forbids")
    return article.guid


def _updated(article: Article) -> datetime:
    published = article.published or date.EPOCH
    return date.whole(max(article.updated or published, published))


def _named(article: Article) -> str:
    return text.line(article.slug.replace("-", " ")) or article.guid


def _text(article: Article) -> str:
    """The text where everyone may read it: the whole, or of a long one more than any summary takes."""
    return text.line(article.body.text[:BEGINNING]) if article.is_open else ""


def _summary(article: Article, beside_body: bool) -> str:
    """At most 300 characters, nothing of a body that isn't open to everyone, never a body that stands beside it."""
    if article.visibility is Visibility.PASSWORD:
        return ""
    whole = _text(article)
    derived = article.summary if article.is_open else ""
    given = (text.line(each) for each in (article.excerpt, article.dek, derived))
    summary = text.cut(next(filter(None, given), whole), SUMMARY_LENGTH)
    return "" if beside_body and summary == whole else summary


def _body(site: Site, article: Article, address: str) -> str:
    if not article.is_open or not article.body.html.strip():
        return ""
    if len(article.body.html.encode(errors="replace")) > BODY_BYTES:
        return ""
    body = text.clean(html.absolute(article.body.html, address))
    if article.hero and not _shows(article.body.html, article.hero):
        body = _figure(site, article.hero) + body
    return f'<div dir="rtl">{body}</div>' if article.direction == "rtl" else body


def _shows(body: str, picture: Picture) -> bool:
    """The body has the picture already, in whatever size: media are named by the hash of their bytes."""
    parts = picture.src.split("/")
    name = parts[2] if picture.src.startswith("/media/") and len(parts) > 3 else picture.src
    return name in body or entities.escape(name) in body


def _figure(site: Site, hero: Picture) -> str:
    image = _image(site, hero)
    if image is None:
        return ""
    caption = " ".join(each for each in (text.line(hero.caption), text.line(hero.credit)) if each)
    below = f"<figcaption>{entities.escape(caption)}</figcaption>" if caption else ""
    return f"<figure>{_img(image)}{below}</figure>"


def _img(image: Image | None) -> str:
    if image is None:
        return ""
    size = f' width="{image.width}" height="{image.height}"' if image.width and image.height else ""
    return f'<img src="{entities.escape(image.url)}" alt="{entities.escape(image.alt)}"{size}>'


def _image(site: Site, picture: Picture | None) -> Image | None:
    link = _absolute(site, picture.src) if picture else ""
    if not picture or not link:
        return None
    return Image(
        url=link,
        media_type=picture.media_type or _guessed(link),
        width=picture.width,
        height=picture.height,
        bytes=picture.bytes,
        alt=text.line(picture.alt),
        credit=text.line(picture.credit),
    )


_TYPES = {"jpg": "jpeg", "jpeg": "jpeg", "png": "png", "gif": "gif", "webp": "webp", "avif": "avif", "svg": "svg+xml"}


def _guessed(link: str) -> str:
    kind = _TYPES.get(urlsplit(link).path.rpartition(".")[2].lower(), "")
    return f"image/{kind}" if kind else ""


def _absolute(site: Site, link: str) -> str:
    """The absolute form of a path or URL, "" for what can't be one."""
    try:
        return url.normalise(url.absolute(site.base, link)) if link else ""
    except ValueError:
        return ""


def _persons(site: Site, authors: tuple[Author, ...]) -> tuple[Person, ...]:
    people = [
        Person(text.line(each.name), url.absolute(site.base, url.author(each.slug)), _absolute(site, each.avatar))
        for each in authors
        if text.line(each.name)
    ]
    return tuple(dict.fromkeys(people))


def _categories(site: Site, article: Article) -> tuple[Category, ...]:
    """Section and tags, none blank, none twice whatever their case."""
    terms = [(article.section.name, f"{site.base}/")] if article.section else []
    terms += [(tag.name, f"{site.base}/tag/") for tag in article.tags]
    found: dict[str, Category] = {}
    for term, scheme in terms:
        if name := text.line(term):
            found.setdefault(name.casefold(), Category(name, scheme))
    return tuple(found.values())[:CATEGORIES]


def _origin(article: Article) -> Origin | None:
    try:
        link = url.normalise(article.source_url) if article.source_url else ""
    except ValueError:
        return None
    return Origin(text.line(article.source_name) or urlsplit(link).netloc, link) if link else None
