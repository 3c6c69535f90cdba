"""RSS 2.0 by the RSS Board's profile, as strictly as a validator that takes warnings for errors."""

import re
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from typing import TypeAlias

from lxml import etree

from tests.tool.fragment import check_fragment
from tests.tool.lint import is_blank, is_language, is_media_type, is_url, opens_with, repeated, rfc_822, rfc_3339

Element: TypeAlias = "etree._Element"

NAMESPACES: Mapping[str, str] = {
    "atom": "http://www.w3.org/2005/Atom",
    "content": "http://purl.org/rss/1.0/modules/content/",
    "creativeCommons": "http://backend.userland.com/creativeCommonsRssModule",
    "dc": "http://purl.org/dc/elements/1.1/",
    "dcterms": "http://purl.org/dc/terms/",
    "fh": "http://purl.org/syndication/history/1.0",
    "georss": "http://www.georss.org/georss",
    "itunes": "http://www.itunes.com/dtds/podcast-1.0.dtd",
    "media": "http://search.yahoo.com/mrss/",
    "slash": "http://purl.org/rss/1.0/modules/slash/",
    "sy": "http://purl.org/rss/1.0/modules/syndication/",
    "thr": "http://purl.org/syndication/thread/1.0",
    "wfw": "http://wellformedweb.org/CommentAPI/",
}
SELF = "{http://www.w3.org/2005/Atom}link[@rel='self']"
ENCODED = f"{{{NAMESPACES['content']}}}encoded"
CREATOR = f"{{{NAMESPACES['dc']}}}creator"
UPDATED = f"{{{NAMESPACES['atom']}}}updated"
COMMENTS = f"{{{NAMESPACES['slash']}}}comments"
MEDIA = ("content", "thumbnail")

CHANNEL = set(
    "title link description language copyright managingEditor webMaster pubDate lastBuildDate category generator"
    " docs cloud ttl image rating textInput skipHours skipDays item".split()
)
ITEM = set("title link description author category comments enclosure guid pubDate source".split())
IMAGE = {"url", "title", "link", "width", "height", "description"}
MANY = {"category", "item"}
ATTRIBUTES: Mapping[str, set[str]] = {
    "rss": {"version"},
    "category": {"domain"},
    "cloud": {"domain", "port", "path", "registerProcedure", "protocol"},
    "enclosure": {"url", "length", "type"},
    "guid": {"isPermaLink"},
    "source": {"url"},
}
MAX_WIDTH, MAX_HEIGHT = 144, 400
EMAIL = re.compile(r"[^@\s()]+@[^@\s()]+( \([^()]+\))?")


def check_rss(document: bytes, extra_namespaces: tuple[str, ...] = ()) -> list[str]:
    """What is wrong with an RSS 2.0 document; `extra_namespaces` are a partner's, unknown to validators."""
    try:
        root = etree.fromstring(document, etree.XMLParser(resolve_entities=False, no_network=True))
    except etree.XMLSyntaxError as error:
        return [f"not XML: {error}"]
    if (root.tag, root.get("version"), [child.tag for child in root]) != ("rss", "2.0", ["channel"]):
        return [f"not <rss version='2.0'> with one channel: <{root.tag}> of {[child.tag for child in root]}"]
    known = {*NAMESPACES.values(), *extra_namespaces}
    return [*opens_with(document, b"<"), *_of_names(root, known), *_of_channel(root[0])]


def _of_names(root: Element, known: set[str]) -> Iterator[str]:
    for element in root.iter(etree.Element):
        name = etree.QName(element)
        if name.namespace and name.namespace not in known:
            yield f"{_place(element)}: unknown namespace {name.namespace}"
        if not name.namespace:
            yield from _of_attributes(element)
        if len(element) and any(not is_blank(text) for text in (element.text, *(child.tail for child in element))):
            yield f"{_place(element)}: text between elements"


def _of_attributes(element: Element) -> Iterator[str]:
    allowed = ATTRIBUTES.get(str(element.tag), set())
    yield from (f"{_place(element)}: no attribute {name!r} in RSS" for name in element.attrib if name not in allowed)


def _of_channel(channel: Element) -> Iterator[str]:
    yield from _of_children(channel, CHANNEL)
    yield from (
        f"channel: {name} is missing or empty" for name in ("title", "link", "description") if _no(channel, name)
    )
    yield from _of_self(channel)
    for name, holds in CHANNEL_RULES.items():
        if (text := channel.findtext(name)) is not None and not holds(text):
            yield f"channel: {name} may not be {text!r}"
    for image in channel.findall("image"):
        yield from _of_image(channel, image)
    yield from _of_dates(channel)
    guids = [guid.text for guid in channel.iterfind("item/guid")]
    yield from (f"channel: guid {twice!r} twice" for twice in repeated(guids))
    for number, item in enumerate(channel.findall("item"), 1):
        yield from (f"item {number}: {problem}" for problem in _of_item(item))


def _of_self(channel: Element) -> Iterator[str]:
    links = channel.findall(SELF)
    if len(links) != 1:
        yield f"channel: {len(links)} atom:link with rel=self, not one"
    for link in links:
        if not is_url(link.get("href", "")) or link.get("type") != "application/rss+xml":
            yield f"channel: atom:link rel=self is {dict(link.items())}"


def _of_image(channel: Element, image: Element) -> Iterator[str]:
    yield from _of_children(image, IMAGE)
    if not is_url(image.findtext("url", "")):
        yield f"image: url may not be {image.findtext('url')!r}"
    for name in ("title", "link"):
        if image.findtext(name) != channel.findtext(name):
            yield f"image: {name} is not the channel's"
    for name, limit in (("width", MAX_WIDTH), ("height", MAX_HEIGHT)):
        size = image.findtext(name)
        if size is not None and not (size.isdecimal() and 0 < int(size) <= limit):
            yield f"image: {name} may not be {size!r}, at most {limit}"


def _of_dates(channel: Element) -> Iterator[str]:
    built = rfc_822(channel.findtext("lastBuildDate", ""))
    dates = [date for text in channel.iterfind("item/pubDate") if (date := rfc_822(text.text or ""))]
    if built and dates and max(dates) > built:
        yield "channel: lastBuildDate is before the newest pubDate"


def _of_item(item: Element) -> Iterator[str]:
    yield from _of_children(item, ITEM)
    if _no(item, "title") and _no(item, "description"):
        yield "neither title nor description"
    for name, holds in ITEM_RULES.items():
        yield from (f"{name} may not be {e.text!r}" for e in item.findall(name) if not holds(e.text or ""))
    yield from _of_guid(item)
    yield from (f"enclosure is {dict(e.items())}" for e in item.findall("enclosure") if not _is_enclosure(e))
    yield from (f"source has no url: {dict(e.items())}" for e in item.findall("source") if not is_url(e.get("url", "")))
    categories = [(e.get("domain"), e.text) for e in item.findall("category")]
    yield from (f"category {twice!r} twice" for twice in repeated(categories))
    yield from _of_media(item)
    yield from _of_bodies(item)


def _of_guid(item: Element) -> Iterator[str]:
    guid = item.find("guid")
    if guid is None or is_blank(guid.text):
        yield "guid is missing or empty"
    elif guid.get("isPermaLink", "true") not in ("true", "false"):
        yield f"guid: isPermaLink may not be {guid.get('isPermaLink')!r}"
    elif guid.get("isPermaLink", "true") == "true" and not is_url(guid.text or ""):
        yield f"guid {guid.text!r} is no address, yet isPermaLink is not false"


def _of_media(item: Element) -> Iterator[str]:
    group = f"{{{NAMESPACES['media']}}}group"
    yield from ("media:group of fewer than two" for found in item.iter(group) if len(found) < 2)
    for name in MEDIA:
        for element in item.iter(f"{{{NAMESPACES['media']}}}{name}"):
            if not is_url(element.get("url", "")):
                yield f"media:{name} has no absolute url: {element.get('url')!r}"


def _of_bodies(item: Element) -> Iterator[str]:
    tags = [child.tag for child in item]
    if ENCODED in tags and "description" in tags and tags.index(ENCODED) < tags.index("description"):
        yield "content:encoded stands before description"
    if tags.count(ENCODED) > 1:
        yield "more than one content:encoded"
    for name, label in (("description", "description"), (ENCODED, "content:encoded")):
        yield from (f"{label}: {problem}" for problem in check_fragment(item.findtext(name, "")))


def _of_children(parent: Element, allowed: set[str]) -> Iterator[str]:
    names = [str(child.tag) for child in parent.iterchildren(etree.Element) if not str(child.tag).startswith("{")]
    place = _place(parent)
    yield from (f"{place}: no element <{name}> in RSS" for name in names if name not in allowed)
    yield from (f"{place}: <{twice}> more than once" for twice in repeated(n for n in names if n not in MANY))


def _is_enclosure(element: Element) -> bool:
    return (
        is_url(element.get("url", ""))
        and element.get("length", "").isdecimal()
        and is_media_type(element.get("type", ""))
        and is_blank(element.text)
    )


def _place(element: Element) -> str:
    return f"{etree.QName(element).localname} (line {element.sourceline})"


def _no(parent: Element, name: str) -> bool:
    return is_blank(parent.findtext(name))


def _is_date(text: str) -> bool:
    return rfc_822(text) is not None


def _is_moment(text: str) -> bool:
    moment: datetime | None = rfc_3339(text)
    return moment is not None


def _is_mail(text: str) -> bool:
    return EMAIL.fullmatch(text) is not None


def _is_something(text: str) -> bool:
    return not is_blank(text)


def _is_minutes(text: str) -> bool:
    return text.isdecimal() and int(text) > 0


CHANNEL_RULES: Mapping[str, Callable[[str], bool]] = {
    "link": is_url,
    "docs": is_url,
    "language": is_language,
    "pubDate": _is_date,
    "lastBuildDate": _is_date,
    "managingEditor": _is_mail,
    "webMaster": _is_mail,
    "ttl": _is_minutes,
    "category": _is_something,
    "generator": _is_something,
}
ITEM_RULES: Mapping[str, Callable[[str], bool]] = {
    "title": _is_something,
    "link": is_url,
    "comments": is_url,
    "pubDate": _is_date,
    "author": _is_mail,
    "category": _is_something,
    "source": _is_something,
    CREATOR: _is_something,
    UPDATED: _is_moment,
    COMMENTS: str.isdecimal,
}
