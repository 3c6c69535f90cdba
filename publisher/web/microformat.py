"""Microformats properties (name -> list of values): as forms send them, of an article, as fields of the API."""

from __future__ import annotations

import re
from collections.abc import Mapping
from html import escape, unescape
from typing import Any
from zoneinfo import ZoneInfo

import orjson

from publisher import url
from publisher.date import parse_iso, rfc3339
from publisher.error import Invalid
from publisher.html import sanitise
from publisher.importer.autop import autop
from publisher.model import Article
from publisher.prepare import is_untitled

_NAME = re.compile(r"([^\[\]]+)((?:\[[^\[\]]*\])*)")
_PHOTO = re.compile(r'<p><img src="([^"]*)" alt="([^"]*)" /></p>')
_ABOUT = ("in-reply-to", "bookmark-of", "like-of", "repost-of", "checkin")
_PLAYED = ("audio", "video")
_TOLD = frozenset({*_ABOUT, *_PLAYED})
_OWN = frozenset("name summary content category photo post-status visibility published updated url uid".split())
"""What an article has a place of its own for; all else is kept as it came, but for commands (`mp-`)."""
KEPT_IN = "micropub"
"""Where: a name in an article's further values."""
_STATUS = {"published": "published", "draft": "draft"}
_VISIBLE: dict[str, dict[str, str]] = {"public": {}, "private": {"status": "private"}}

Properties = dict[str, list[Any]]


def from_form(form: Mapping[str, Any]) -> dict[str, Any]:
    """Form fields as the JSON form has them: `category[]=a`, `content[html]=b`, `photo[0][alt]=c`."""
    plain, properties = dict[str, Any](), Properties()
    objects: dict[str, dict[str, str]] = {}
    for name, value in form.items():
        match = _NAME.fullmatch(name)
        if not match or not isinstance(value, str) or name == "access_token":
            continue
        key, (place, _, part) = match[1], match[2].strip("[]").rpartition("][")
        if key in ("action", "url", "h"):
            plain[key] = value
        elif not part or part.isdigit():
            properties.setdefault(key, []).append(value)
        else:
            if (named := f"{key}[{place}") not in objects:
                properties.setdefault(key, []).append(objects.setdefault(named, {}))
            objects[named][part] = value
    return plain | {"type": [f"h-{plain.get('h', 'entry')}"], "properties": properties}


def told(properties: Properties) -> Properties:
    """The properties with what an entry is about, its sound and its film behind its text, and the photos' alt texts.

    The text leads: an entry without a name is called by its first words.
    """
    content = [*properties.get("content", []), *({"html": each} for each in _pieces(properties))]
    alts = [*map(str, properties.get("mp-photo-alt", []))]
    photos = [
        {"value": each, "alt": alts[number]} if isinstance(each, str) and number < len(alts) else each
        for number, each in enumerate(properties.get("photo", []))
    ]
    told = {"content": content, "photo": photos}
    return properties | {name: values for name, values in told.items() if values}


def _pieces(properties: Properties) -> list[str]:
    """What stands behind a text for the properties that say what it is about, and what it plays."""
    links = [
        f'<p><a href="{escape(each)}">{escape(words)}</a></p>' if each else f"<p>{escape(words)}</p>"
        for each, words in _named(properties, *_ABOUT)
    ]
    players = [
        f'<p><{tag} controls src="{escape(each)}"></{tag}></p>'
        for tag in _PLAYED
        for each, _ in _named(properties, tag)
        if each
    ]
    return [*links, *players]


def others(properties: Properties) -> Properties:
    """Properties that an article has no place of its own for, as they came."""
    return {name: each for name, each in properties.items() if each and name not in _OWN and name[:3] != "mp-"}


def extra(before: str, kept: Properties) -> dict[str, Any]:
    """An article's further values with these properties among them."""
    rest = {name: value for name, value in _parsed(before).items() if name != KEPT_IN}
    return rest | ({KEPT_IN: kept} if kept else {})


def _parsed(written: str) -> dict[str, Any]:
    value = orjson.loads(written or "{}")
    return value if isinstance(value, dict) else {}


def _kept(found: Article) -> Properties:
    value = _parsed(found.extra).get(KEPT_IN)
    return {name: each for name, each in value.items() if isinstance(each, list)} if isinstance(value, dict) else {}


def _named(properties: Properties, *names: str) -> list[tuple[str, str]]:
    """(address, words for it) of what properties name: an address, or an object that says more, maybe without one."""
    found = []
    for value in (each for name in names for each in properties.get(name, [])):
        told = value.get("properties", {}) if isinstance(value, dict) else {}
        url, name = (_first(told.get(each) or [], "") if isinstance(told, dict) else "" for each in ("url", "name"))
        address = (value.get("value") or url) if isinstance(value, dict) else value
        is_address = isinstance(address, str) and address.startswith(("http://", "https://"))
        words = name if isinstance(name, str) else ""
        if is_address or words:
            found.append((address, words or address) if is_address else ("", words))
    return found


def checked(value: Any) -> Properties:
    if not isinstance(value, dict) or not all(isinstance(each, list) for each in value.values()):
        raise Invalid("properties must be lists of values by name")
    return dict(value)


def changed(properties: Properties, touched: set[str], before: Article) -> Properties:
    """The properties that differ now. Photos behind a text are a part of it: either keeps the other."""
    _, behind = _parted(before)
    touched |= {"content"} if touched & _TOLD else set()
    if "photo" in touched and (behind or len(properties.get("photo", [])) > 1):
        touched |= {"content"}
    changed = {name: properties.get(name, []) for name in touched}
    if "content" in touched:
        changed["content"] = _retold(changed["content"], properties, before)
    if "content" in touched and "photo" not in touched:
        changed["content"] = [*changed["content"], *({"html": _shown(each)} for each in behind)]
    return changed


def _retold(content: list[Any], properties: Properties, before: Article) -> list[Any]:
    """The text with what stands behind it for other properties as they are now, each once."""
    whole = "".join(map(_html, content))
    now, old = (dict.fromkeys(map(sanitise, _pieces(each))) for each in (properties, _kept(before)))
    for piece in old.keys() - now.keys():
        whole = whole.replace(piece, "")
    return [{"html": whole + "".join(piece for piece in now if piece not in whole)}]


def delete(properties: Properties, removed: Any) -> set[str]:
    """Take whole properties out, or some of their values; the names of those that differ now."""
    if isinstance(removed, list) and all(isinstance(each, str) for each in removed):
        for name in removed:
            properties.pop(name, None)
        return set(removed)
    for name, values in checked(removed).items():
        kept = (each for each in properties.get(name, []) if each not in values)
        properties[name] = [each for each in kept if not (isinstance(each, dict) and each.get("value") in values)]
    return set(removed)


def to_fields(base: str, zone: ZoneInfo, properties: Properties) -> dict[str, Any]:
    """Properties as the fields of the writing API; those without one are left out, see `others`."""
    fields: dict[str, Any] = {}
    for name, field in (("name", "title"), ("summary", "excerpt"), ("mp-slug", "slug")):
        if name in properties:
            fields[field] = _first(properties[name], "")
    if "content" in properties:
        fields["html"] = "".join(map(_html, properties["content"]))
    if "category" in properties:
        fields["tags"] = [each for each in properties["category"] if each]
    if "photo" in properties:
        fields |= _pictures(base, properties["photo"], fields)
    if "post-status" in properties:
        fields["status"] = _STATUS.get(str(_first(properties["post-status"], "published")), "")
    if "visibility" in properties:
        fields |= _seen_by(_first(properties["visibility"], "public"))
    if found := properties.get("published"):
        instant = parse_iso(found[0], zone) if isinstance(found[0], str) else None
        fields["published"] = instant.isoformat() if instant else found[0]
    return fields


def _seen_by(word: Any) -> dict[str, str]:
    """Who may read: what can't be kept to some readers isn't published to all."""
    if word not in _VISIBLE:
        raise Invalid(f"visibility: must be one of {', '.join(_VISIBLE)}")
    return _VISIBLE[word]


def _first(values: list[Any], default: str) -> Any:
    return values[0] if values else default


def _html(value: Any) -> str:
    """One value of `content`: plain text, or an object with HTML."""
    if isinstance(value, dict) and isinstance(value.get("html"), str):
        return str(value["html"])
    if isinstance(value, dict):
        value = value.get("value")
    if not isinstance(value, str):
        raise Invalid("content: must be text, or an object with html")
    return autop(escape(value, quote=False))


def _pictures(base: str, photos: list[Any], fields: Mapping[str, Any]) -> dict[str, Any]:
    """The first photo is the article's picture; more stand behind its text when that is written too."""
    rows = [each if isinstance(each, dict) else {"value": each} for each in photos]
    refs = [{"src": str(row.get("value", "")).removeprefix(base), "alt": str(row.get("alt", ""))} for row in rows]
    more = "".join(map(_shown, refs[1:]))
    body = {"html": fields.get("html", "") + more} if more else {}
    return {"hero": refs[0] if refs else None} | body


def _shown(photo: Mapping[str, str]) -> str:
    return f'<p><img src="{escape(photo["src"])}" alt="{escape(photo["alt"])}"></p>'


def _parted(found: Article) -> tuple[str, list[dict[str, str]]]:
    """An article's body without the photos that stand behind it, and these; the one that leads it is none of them."""
    body, behind = found.body.html.rstrip(), list[dict[str, str]]()
    end = len(body)
    while match := _PHOTO.fullmatch(body, body.rfind("<p><img ", 0, end), end):
        address = unescape(match[1])
        if found.hero and address == found.hero.src:
            break
        behind.insert(0, {"src": address, "alt": unescape(match[2])})
        end = match.start() - (body[match.start() - 1 : match.start()] == "\n")
    return body[:end], behind


def source(base: str, found: Article) -> Properties:
    """An article as microformats properties."""
    body, behind = _parted(found)
    hero = [{"src": found.hero.src, "alt": found.hero.alt}] if found.hero else []
    shown: Properties = _kept(found) | {
        "name": [] if is_untitled(found) else [found.title],
        "content": [{"html": body}],
        "summary": [found.excerpt] if found.excerpt else [],
        "category": [each.name for each in found.tags],
        "photo": [{"value": url.absolute(base, each["src"]), "alt": each["alt"]} for each in (*hero, *behind)],
        "published": [rfc3339(found.published)] if found.published else [],
        "updated": [rfc3339(found.updated)] if found.updated else [],
        "post-status": ["published" if found.is_public else "draft"],
        "mp-slug": [found.slug],
        "url": [url.absolute(base, found.path)],
        "uid": [found.guid],
    }
    return {name: values for name, values in shown.items() if values}
