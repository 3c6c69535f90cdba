"""The small files by which a site speaks to machines: robots.txt and what grew beside it.

robots.txt (RFC 9309) is made of settings alone, so that it answers when the store can't.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime

import orjson

from publisher import date, text, url
from publisher.format import head
from publisher.model import Article, Section, Site
from publisher.setting import Settings

TRAINING = (
    "AI2Bot",
    "Amazonbot",
    "anthropic-ai",
    "Applebot-Extended",
    "Bytespider",
    "CCBot",
    "ClaudeBot",
    "cohere-ai",
    "cohere-training-data-crawler",
    "Diffbot",
    "FacebookBot",
    "Google-Extended",
    "GPTBot",
    "img2dataset",
    "meta-externalagent",
    "omgili",
    "PanguBot",
    "Timpibot",
    "Webzio-Extended",
)
"""Crawlers and control tokens that collect text to train models."""

ANSWERS = (
    "Amzn-SearchBot",
    "Claude-SearchBot",
    "DuckAssistBot",
    "meta-webindexer",
    "OAI-SearchBot",
    "PerplexityBot",
    "YouBot",
)
"""Crawlers that index text for AI search and answers."""

FETCHES = (
    "Amzn-User",
    "ChatGPT-User",
    "Claude-User",
    "meta-externalfetcher",
    "MistralAI-User",
    "Perplexity-User",
)
"""Agents that fetch a page because a user asked an assistant for it."""

CLOSED = ("/api/", "/wp-json/", "/search/", "/newsletter/", "/_/")
"""Paths that no crawler needs: they list nothing that isn't elsewhere."""

MONTHS_VALID = 6
"""How far ahead a security.txt expires; RFC 9116 2.5.5 advises less than a year."""


def robots(site: Site, settings: Settings) -> bytes:
    """robots.txt: what every crawler may fetch, the AI crawlers kept out, where the sitemaps are.

    A staging site names no sitemap and shuts out AI crawlers; search engines may fetch its pages,
    else they would never read the `noindex` on them.
    """
    blocks = [_everyone(settings), *_kept_out(site, settings), _sitemaps(site), settings.robots_lines]
    return "\n\n".join("\n".join(block) for block in blocks if block).encode() + b"\n"


def _everyone(settings: Settings) -> list[str]:
    signal = [f"Content-Signal: {_signals(settings)}"] if settings.content_signal else []
    licence = [f"License: {settings.rsl_license}"] if settings.rsl_license else []
    return [*licence, "User-agent: *", *signal, *(f"Disallow: {path}" for path in CLOSED)]


def _signals(settings: Settings) -> str:
    allowed = {"search": True, "ai-input": settings.ai_answers, "ai-train": settings.ai_training}
    return ", ".join(f"{name}={'yes' if value else 'no'}" for name, value in allowed.items())


def _kept_out(site: Site, settings: Settings) -> Iterator[list[str]]:
    rules = ((settings.ai_training, TRAINING), (settings.ai_answers, ANSWERS), (settings.ai_fetches, FETCHES))
    for allowed, agents in rules:
        if site.staging or not allowed:
            yield [*(f"User-agent: {agent}" for agent in agents), "Disallow: /"]


def _sitemaps(site: Site) -> list[str]:
    paths = () if site.staging else (url.SITEMAP_INDEX, url.sitemap("news"))
    return [f"Sitemap: {url.absolute(site.base, path)}" for path in paths]


def headers_of_all(settings: Settings) -> tuple[tuple[str, str], ...]:
    """The headers of every response, whatever it is: a staging site's noindex, reserved rights."""
    return (*((("X-Robots-Tag", "noindex"),) if settings.staging else ()), *tdm_headers(settings))


def tdm_headers(settings: Settings) -> tuple[tuple[str, str], ...]:
    """The headers that reserve text and data mining rights on every response (TDMRep 5)."""
    if not settings.tdm_reservation:
        return ()
    policy = (("tdm-policy", settings.tdm_policy),) if settings.tdm_policy else ()
    return (("tdm-reservation", "1"), *policy)


def tdmrep(settings: Settings) -> bytes:
    """`/.well-known/tdmrep.json`: the same reservation for the whole site (TDMRep 4)."""
    rule: dict[str, object] = {"location": "/", "tdm-reservation": 1}
    if settings.tdm_policy:
        rule["tdm-policy"] = settings.tdm_policy
    return orjson.dumps([rule], option=orjson.OPT_INDENT_2) + b"\n"


def security(site: Site, settings: Settings, now: datetime) -> bytes:
    """`/.well-known/security.txt` (RFC 9116); the same bytes for a whole month."""
    lines = [
        *(f"Contact: {each}" for each in settings.security_contacts),
        f"Expires: {date.rfc3339(month_after(now, MONTHS_VALID))}",
        f"Preferred-Languages: {site.language}",
        f"Canonical: {site.base}/.well-known/security.txt",
        *([f"Policy: {settings.security_policy}"] if settings.security_policy else []),
    ]
    return "\n".join(lines).encode() + b"\n"


def month_after(now: datetime, months: int) -> datetime:
    """The beginning of the month that many months after this one, in UTC."""
    count = now.year * 12 + now.month - 1 + months
    return datetime(count // 12, count % 12 + 1, 1, tzinfo=UTC)


def ads(settings: Settings) -> bytes:
    """ads.txt (IAB Tech Lab), as the owner wrote it."""
    return "\n".join(settings.ads_txt).encode() + b"\n"


def llms(site: Site, sections: Iterable[Section], latest: Sequence[Article]) -> bytes:
    """llms.txt (llmstxt.org): the site in a few lines of Markdown, its sections and latest articles."""
    about = site.description or site.tagline
    blocks = [
        f"# {_plain(site.title)}",
        f"> {_plain(about)}" if about else "",
        _listing("Sections", (_link(site, each.name, url.section(each.slug), each.description) for each in sections)),
        _listing("Latest", (_article(site, each) for each in latest)),
        _listing("Feeds", [_link(site, "All feeds", "/feeds/", "RSS, Atom and JSON Feed")]),
    ]
    return "\n\n".join(block for block in blocks if block).encode() + b"\n"


def _listing(title: str, lines: Iterable[str]) -> str:
    items = list(lines)
    return "\n".join([f"## {title}", "", *items]) if items else ""


def _article(site: Site, article: Article) -> str:
    return _link(site, head.headline(site, article), article.path, head.description(article))


def _link(site: Site, title: str, path: str, said: str = "") -> str:
    link = f"- [{_plain(title)}]({url.absolute(site.base, path).replace('(', '%28').replace(')', '%29')})"
    return f"{link}: {_plain(said)}" if said else link


def _plain(words: str) -> str:
    """Words on one line that Markdown takes as they are."""
    escaped = text.line(words).replace("\\", "\\\\").replace("[", "\\[").replace("]", "\\]")
    return escaped.replace("<", "&lt;").replace("`", "\\`").replace("*", "\\*")
