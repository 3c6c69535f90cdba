"""The one table of settings, and how TOML, environment and flags fill it.

Later sources win: defaults < `site.toml` < `PUBLISHER_<NAME>` < flags. An unknown name is an
error that names where it stands and the nearest right one.
"""

from __future__ import annotations

import difflib
import ipaddress
import os
import re
import tomllib
import zoneinfo
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta

from publisher import mailbox, url
from publisher.error import Invalid, InvalidSetting
from publisher.model import Author, Section, Site
from publisher.version import VERSION

PREFIX = "PUBLISHER_"
NOT_SETTINGS = frozenset({"site", "loop"})
"""Environment names behind the prefix that commands read themselves: the folder, the event loop."""


_LANGUAGE = re.compile(r"[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*")
_COLOUR = re.compile(r"#[0-9a-fA-F]{6}")


class Link(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A titled link of the menu, the footer or the social row."""

    title: str
    url: str


def _help(text: str, *, unit: str = "", **rule: Any) -> Meta:
    return Meta(description=text, title=unit or None, **rule)


Port = Annotated[int, Meta(ge=0, le=65535)]
Weekday = Literal["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
SECRETS = frozenset({"smtp_password"})
"""Settings whose value is never shown."""


class Settings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What an owner can set; every field's annotation carries its help and unit."""

    title: Annotated[str, _help("Name of the site")] = "My Magazine"
    tagline: Annotated[str, _help("One line under the name")] = ""
    description: Annotated[str, _help("One or two sentences for feeds and search engines")] = ""
    language: Annotated[str, _help("Language of the site, BCP 47")] = "en"
    timezone: Annotated[str, _help("Editors' time zone, IANA name; dates without a zone are read in it")] = "UTC"
    base_url: Annotated[str, _help("Public address, with scheme; empty: http://host:port")] = ""
    copyright: Annotated[str, _help("Copyright line of pages and feeds")] = ""
    logo: Annotated[str, _help("Path or URL of a square logo, at least 512 px")] = "/static/logo.png"
    icon: Annotated[str, _help("Path or URL of a square icon, at least 192 px")] = "/static/icon.png"
    accent: Annotated[str, _help("Accent colour, as #rrggbb")] = "#b3261e"
    menu: Annotated[tuple[Link, ...], _help("Menu; empty: the sections and Web Stories")] = ()
    footer: Annotated[tuple[Link, ...], _help("Footer links; empty: the static pages")] = ()
    social: Annotated[tuple[Link, ...], _help("Profiles on other sites")] = ()
    sections: Annotated[tuple[Section, ...], _help("Sections in menu order: slug, name, description")] = ()
    authors: Annotated[tuple[Author, ...], _help("Authors: slug, name, bio, url, avatar")] = ()

    host: Annotated[str, _help("Address to listen on")] = "127.0.0.1"
    port: Annotated[Port, _help("Port to listen on; 0: any free one")] = 8080
    admin_port: Annotated[int, _help("Port of /healthz, /readyz and /metrics; -1: none", ge=-1, le=65535)] = -1
    workers: Annotated[int, _help("Processes that serve; 0: one a core", ge=0, le=256)] = 0
    door: Annotated[bool, _help("Answer cache hits before aiohttp does")] = True
    access_log: Annotated[
        Literal["off", "handled", "all"], _help("JSON line on standard output: off, handled (no cache hits), all")
    ] = "off"
    allowed_hosts: Annotated[tuple[str, ...], _help("Host names answered beside base_url's")] = ()
    trusted_proxies: Annotated[tuple[str, ...], _help("Networks (CIDR) whose forwarded headers are believed")] = ()
    cache_bytes: Annotated[int, _help("Memory for finished documents, per process", unit="bytes", ge=1_000_000)] = (
        128_000_000
    )
    page_max_age: Annotated[int, _help("How long clients may keep a page", unit="seconds", ge=0)] = 60
    feed_max_age: Annotated[int, _help("How long clients may keep a feed or sitemap", unit="seconds", ge=0)] = 300
    box_max_age: Annotated[int, _help("How old Trending, Top and Related boxes may be", unit="seconds", ge=1)] = 600
    cdn_keys: Annotated[
        Literal["", "Surrogate-Key", "Cache-Tag"], _help("Field that tells a CDN what purges a document; empty: none")
    ] = ""
    cdn_max_age: Annotated[
        int, _help("How long a CDN that is purged by key may keep a document; 0: as clients do", unit="seconds", ge=0)
    ] = 0
    write_api: Annotated[bool, _help("Let tokens write by HTTP (/api, /wp-json, /micropub), and announce it")] = True
    body_bytes: Annotated[int, _help("Largest request body", unit="bytes", ge=1024)] = 10_000_000
    staging: Annotated[bool, _help("Keep search engines out: noindex everywhere, no sitemaps")] = False
    news_exclude_sections: Annotated[tuple[str, ...], _help("Sections (slugs) kept out of the news sitemap")] = ()
    news_exclude_tags: Annotated[tuple[str, ...], _help("Tags (slugs) kept out of the news sitemap")] = ("sponsored",)
    ai_training: Annotated[bool, _help("Let crawlers collect texts to train AI models")] = False
    ai_answers: Annotated[bool, _help("Let crawlers index texts for AI search and answers")] = True
    ai_fetches: Annotated[bool, _help("Let AI assistants fetch a page when a user asks for it")] = True
    content_signal: Annotated[bool, _help("Say the three AI settings as Content-Signal in robots.txt too")] = False
    rsl_license: Annotated[str, _help("URL of an RSL licence file, named in robots.txt; empty: none")] = ""
    tdm_reservation: Annotated[bool, _help("Reserve text and data mining rights (TDMRep)")] = False
    tdm_policy: Annotated[str, _help("URL of the text and data mining policy; empty: none")] = ""
    robots_lines: Annotated[tuple[str, ...], _help("Further lines at the end of robots.txt, as they are")] = ()
    security_contacts: Annotated[
        tuple[str, ...], _help("Where to report a vulnerability: URLs or mailto: addresses; empty: no security.txt")
    ] = ()
    security_policy: Annotated[str, _help("URL of the disclosure policy, for security.txt; empty: none")] = ""
    ads_txt: Annotated[tuple[str, ...], _help("Lines of ads.txt; empty: no ads.txt")] = ()
    llms_txt: Annotated[bool, _help("Offer /llms.txt: the sections and latest articles for AI assistants")] = True
    page_size: Annotated[int, _help("Articles on one page of a list", ge=1, le=200)] = 24
    story_gtag: Annotated[str, _help("Google tag (G-...) of AMP stories; empty: none")] = ""
    story_beacon: Annotated[str, _help("Path that AMP stories send one hit a page to; empty: none")] = ""
    story_ad_slot: Annotated[str, _help("Ad Manager slot of AMP stories; empty: no ads")] = ""
    newsletter_from: Annotated[
        str, _help("Sender of the newsletter, as in `Name <name@example.org>`; empty: there is no newsletter")
    ] = ""
    newsletter_feed: Annotated[str, _help("Feed definition (name of its file) that the newsletter is made of")] = "all"
    newsletter_every: Annotated[Literal["day", "week"], _help("How often an issue is sent: day or week")] = "week"
    newsletter_day: Annotated[Weekday, _help("Day of a weekly issue")] = "friday"
    newsletter_hour: Annotated[int, _help("Hour of an issue, on the editors' clock", ge=0, le=23)] = 8
    newsletter_articles: Annotated[int, _help("Articles in one issue at most", ge=1, le=100)] = 12
    newsletter_imprint: Annotated[str, _help("Who sends it and where they are, at the foot of every mail")] = ""
    smtp_host: Annotated[str, _help("Mail server that takes the newsletter; empty: there is no newsletter")] = ""
    smtp_port: Annotated[Port, _help("Port of the mail server")] = 587
    smtp_security: Annotated[
        Literal["starttls", "tls", "none"], _help("Encryption to the mail server: starttls, tls, none")
    ] = "starttls"
    smtp_user: Annotated[str, _help("Name to log in with at the mail server; empty: no login")] = ""
    smtp_password: Annotated[str, _help("Password for it; best in the environment, PUBLISHER_SMTP_PASSWORD")] = ""
    hub: Annotated[str, _help("WebSub hub announced in feeds; empty: none")] = ""

    @property
    def has_newsletter(self) -> bool:
        """Whether there is a newsletter: a sender and a mail server are set."""
        return bool(self.newsletter_from and self.smtp_host)

    def field_of(self, name: str) -> Any:
        """The value of one setting."""
        return getattr(self, name)


class Row(msgspec.Struct, frozen=True):
    """One line of the table of settings, as `publisher config` shows it."""

    name: str
    default: Any
    unit: str
    help: str


def table() -> Iterator[Row]:
    """Every setting with its default, unit and help, in order."""
    info = msgspec.inspect.type_info(Settings)
    assert isinstance(info, msgspec.inspect.StructType)
    for field in info.fields:
        extra = _meta(Settings.__annotations__[field.name])
        yield Row(field.name, field.default, extra.title or "", extra.description or "")


def _meta(annotation: Any) -> Meta:
    resolved = eval(annotation, globals()) if isinstance(annotation, str) else annotation
    return next((each for each in resolved.__metadata__ if isinstance(each, Meta) and each.description), Meta())


def load(
    file: Path | None = None,
    environ: Mapping[str, str] = os.environ,
    flags: Mapping[str, Any] | None = None,
) -> Settings:
    """Settings from a TOML file, the environment and flags; raises InvalidSetting naming each fault."""
    values: dict[str, Any] = {}
    problems: list[str] = []
    for origin, layer in (
        (str(file), _toml(file)),
        ("the environment", _environment(environ)),
        ("flags", flags or {}),
    ):
        problems += [*_unknown_rows(layer, origin)]
        known = {name: value for name, value in layer.items() if name in Settings.__struct_fields__}
        problems += [_unknown(name, origin) for name in layer if name not in known]
        values |= known
    if problems:
        raise InvalidSetting(*problems)
    return check(_convert(values))


def _toml(file: Path | None) -> dict[str, Any]:
    if file is None or not file.exists():
        return {}
    try:
        return tomllib.loads(file.read_text("utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise InvalidSetting(f"{file}: not valid TOML: {error}") from error


def _environment(environ: Mapping[str, str]) -> dict[str, Any]:
    named = {name[len(PREFIX) :].lower(): value for name, value in environ.items() if name.startswith(PREFIX)}
    return {name: _from_text(value) for name, value in named.items() if name not in NOT_SETTINGS}


def _from_text(value: str) -> Any:
    if value[:1] not in "[{":
        return value
    try:
        return msgspec.json.decode(value)
    except msgspec.DecodeError:
        return value


def nearest(name: str, names: tuple[str, ...]) -> str:
    """The hint for a misspelt name: ` (did you mean ...?)`, or "" when nothing is near."""
    near = difflib.get_close_matches(name, names, 1, 0.6)
    return f" (did you mean '{near[0]}'?)" if near else ""


def _unknown(name: str, origin: str) -> str:
    return f"{origin}: unknown setting {name!r}{nearest(name, Settings.__struct_fields__)}"


_ROWS: dict[str, tuple[str, ...]] = {
    "sections": ("slug", "name", "description", "position"),
    "authors": ("slug", "name", "bio", "url", "avatar"),
}


def _unknown_rows(layer: Mapping[str, Any], origin: str) -> Iterator[str]:
    """Unknown keys of the tables whose rows are values of the model."""
    for table_name, names in _ROWS.items():
        rows = layer.get(table_name, ())
        for row in rows if isinstance(rows, list) else ():
            for name in row if isinstance(row, dict) else ():
                if name not in names:
                    yield f"{origin}: unknown key {name!r} in {table_name}{nearest(name, names)}"


def _convert(values: dict[str, Any]) -> Settings:
    try:
        return msgspec.convert(values, Settings, strict=False)
    except msgspec.ValidationError as error:
        said, _, where = str(error).partition(" - at `$.")
        raise InvalidSetting(f"setting {where.rstrip('`')}: {said[:1].lower()}{said[1:]}") from error


def check(settings: Settings) -> Settings:
    """The same settings, when the rules between and beyond types hold; else InvalidSetting."""
    problems = list(_no_origin(settings.base_url))
    problems += _not_uris("security_contacts", settings.security_contacts, ("https://", "mailto:", "tel:"))
    for name in ("rsl_license", "tdm_policy", "security_policy"):
        value = getattr(settings, name)
        problems += _not_uris(name, (value,) if value else (), ("https://", "http://"))
    for name in ("robots_lines", "ads_txt"):
        several = [each for each in getattr(settings, name) if len(each.splitlines()) > 1]
        problems += [f"{name}: {each!r} is more than one line" for each in several]
    problems += _newsletter_problems(settings)
    for network in settings.trusted_proxies:
        try:
            ipaddress.ip_network(network, strict=False)
        except ValueError:
            problems.append(f"trusted_proxies: {network!r} is not a network such as 10.0.0.0/8")
    try:
        zoneinfo.ZoneInfo(settings.timezone)
    except (zoneinfo.ZoneInfoNotFoundError, ValueError):
        problems.append(f"timezone: {settings.timezone!r} is not an IANA time zone such as Europe/Paris")
    problems += _page_problems(settings)
    if problems:
        raise InvalidSetting(*problems)
    return settings


def _page_problems(settings: Settings) -> Iterator[str]:
    if not _LANGUAGE.fullmatch(settings.language):
        yield f"language: {settings.language!r} is no language of BCP 47, like en or pt-BR"
    if not _COLOUR.fullmatch(settings.accent):
        yield f"accent: {settings.accent!r} is not a colour such as #b3261e"
    for section in settings.sections:
        if url.is_reserved(url.section(section.slug)):
            yield f"sections: the service needs /{section.slug}/ for itself; give the section another slug"


def _no_origin(base_url: str) -> Iterator[str]:
    """What is wrong with the site's address: every feed, sitemap and page is found by it."""
    if base_url and not base_url.startswith(("http://", "https://")):
        yield f"base_url: {base_url!r} must begin with http:// or https://"
        return
    try:
        url.origin(base_url or "http://localhost")
    except ValueError as error:
        yield f"base_url: {error}; write it like https://example.org"


def _newsletter_problems(settings: Settings) -> Iterator[str]:
    if bool(settings.newsletter_from) != bool(settings.smtp_host):
        missing = "smtp_host" if settings.newsletter_from else "newsletter_from"
        yield f"{missing}: the newsletter needs it too; newsletter_from and smtp_host are set together or not at all"
    if settings.has_newsletter and not settings.base_url:
        yield "base_url: the newsletter needs it; the links in its mails lead there"
    try:
        mailbox.sender(settings.newsletter_from or "nobody@example.org")
    except Invalid:
        yield f"newsletter_from: {settings.newsletter_from!r} is not an address such as Name <name@example.org>"
    if bool(settings.smtp_user) != bool(settings.smtp_password):
        yield "smtp_user and smtp_password are set together or not at all"


def base_of(settings: Settings) -> str:
    """Scheme, host and port that every absolute URL begins with, without a final slash."""
    if settings.base_url:
        return url.origin(settings.base_url)
    host = f"[{settings.host}]" if ":" in settings.host else settings.host
    shown = "127.0.0.1" if settings.host in ("0.0.0.0", "") else host
    return f"http://{shown}" + (f":{settings.port}" if settings.port != 80 else "")


def site_of(settings: Settings) -> Site:
    """What formats know of the site."""
    menu = tuple((each.title, each.url) for each in settings.menu)
    return Site(
        base=base_of(settings),
        title=settings.title,
        tagline=settings.tagline,
        description=settings.description or settings.tagline or settings.title,
        language=settings.language.replace("_", "-"),
        timezone=settings.timezone,
        copyright=settings.copyright,
        logo=settings.logo,
        icon=settings.icon,
        accent=settings.accent,
        hub=settings.hub,
        version=VERSION,
        menu=menu or default_menu(settings),
        footer=tuple((each.title, each.url) for each in settings.footer),
        social=tuple((each.title, each.url) for each in settings.social),
        staging=settings.staging,
    )


def default_menu(settings: Settings) -> tuple[tuple[str, str], ...]:
    """The sections in their order, then Web Stories."""
    ordered = sorted(settings.sections, key=lambda each: each.position)
    return (*((each.name, url.section(each.slug)) for each in ordered), ("Web Stories", "/web-stories/"))


def _not_uris(name: str, values: tuple[str, ...], schemes: tuple[str, ...]) -> list[str]:
    wrong = [each for each in values if not each.startswith(schemes) or len(each.split()) > 1]
    return [f"{name}: {each!r} must begin with {' or '.join(schemes)} and hold no space" for each in wrong]
