"""The theme's files: style sheet, script, symbols, icons, and the small files that name them.

A file's address holds the hash of its bytes, so a browser may keep it for ever. The same file also
answers without a hash, and under an outdated one, for a short while: logos in feeds and stories
have stable addresses, and a page from yesterday still finds a style sheet.
"""

from __future__ import annotations

import functools
import hashlib
import re
from collections.abc import AsyncIterator, Mapping
from html import escape
from types import MappingProxyType

import orjson

from publisher import key, url
from publisher.asset import Assets
from publisher.catalogue.base import Call, Context, document, kind
from publisher.error import NotFound
from publisher.format.view import Shelf
from publisher.model import Document

FOLDER = "templates/static"
DAY = 86_400
_TYPES: Mapping[str, str] = MappingProxyType(
    {
        "css": "text/css; charset=utf-8",
        "js": "text/javascript; charset=utf-8",
        "svg": "image/svg+xml",
        "png": "image/png",
        "ico": "image/vnd.microsoft.icon",
        "webp": "image/webp",
        "woff2": "font/woff2",
        "txt": "text/plain; charset=utf-8",
    }
)
_BRAND = re.compile(r"--brand: *#[0-9a-fA-F]{6}")
_FILL = re.compile(r"#b3261e")


@functools.lru_cache(maxsize=256)
def content(assets: Assets, accent: str, name: str) -> bytes:
    """A file of the theme, in the owner's accent colour; raises NotFound."""
    raw = assets.read(f"{FOLDER}/{name}")
    if name == "site.css":
        return _BRAND.sub(f"--brand: {accent}", raw.decode(), count=1).encode()
    return _FILL.sub(accent, raw.decode()).encode() if name == "icon.svg" else raw


def address(context: Context, name: str) -> str:
    """Immutable address of a file of the theme; raises NotFound."""
    return f"/static/{_hash(content(context.assets, context.site.accent, name))}/{name}"


@functools.lru_cache(maxsize=64)
def _hash(raw: bytes) -> str:
    return hashlib.blake2b(raw, digest_size=6).hexdigest()


def shelf(context: Context) -> Shelf:
    """Addresses of the files that every page names."""
    css, script, icons, icon, touch = (
        address(context, name) for name in ("site.css", "site.js", "icons.svg", "icon.svg", "touch.png")
    )
    return Shelf(css=css, script=script, icons=icons, icon=icon, touch=touch)


async def static(context: Context, call: Call) -> Document:
    """A file of the theme at its immutable address, or for a while at another."""
    name = call.groups["name"]
    media_type = _TYPES.get(name.rpartition(".")[2])
    if media_type is None or not name.isascii():
        raise NotFound(f"no theme file {name!r}")
    body = content(context.assets, context.site.accent, name)
    is_exact = call.groups.get("hash") == _hash(body)
    return document(
        call.path,
        body,
        media_type,
        keys=frozenset() if is_exact else frozenset({key.SITE}),
        max_age=365 * DAY if is_exact else DAY,
        immutable=is_exact,
        cors=True,
        policy="closed",
    )


async def static_paths(context: Context) -> AsyncIterator[str]:
    """Every file of the theme, at its immutable address and at its stable one."""
    for each in context.assets.names(FOLDER):
        name = each.removeprefix(f"{FOLDER}/")
        if "/" not in name and name.rpartition(".")[2] in _TYPES:
            yield address(context, name)
            yield f"/static/{name}"


async def icon(context: Context, call: Call) -> Document:
    """The icons that browsers ask for without being told."""
    name = "favicon.ico" if call.path == "/favicon.ico" else "touch.png"
    body = content(context.assets, context.site.accent, name)
    media_type = _TYPES[name.rpartition(".")[2]]
    return document(call.path, body, media_type, keys=frozenset({key.SITE}), max_age=DAY, policy="closed")


async def icon_paths(_: Context) -> AsyncIterator[str]:
    """The one ICO and the one touch icon."""
    for path in ("/favicon.ico", "/apple-touch-icon.png"):
        yield path


async def manifest(context: Context, call: Call) -> Document:
    """The web application manifest: name, colours, icons."""
    site = context.site
    raster = ((f"{size}x{size}", f"icon-{size}.png") for size in (192, 512))
    icons = [{"src": address(context, name), "sizes": size, "type": "image/png"} for size, name in raster]
    icons.append({"src": address(context, "icon.svg"), "sizes": "any", "type": "image/svg+xml"})
    body = {
        "name": site.title,
        "short_name": site.title[:24],
        "description": site.description,
        "lang": site.language,
        "start_url": "/",
        "scope": "/",
        "display": "browser",
        "background_color": "#fdfcfa",
        "theme_color": "#fdfcfa",
        "icons": icons,
    }
    media_type = "application/manifest+json"
    return document(call.path, orjson.dumps(body), media_type, keys=frozenset({key.SITE}), max_age=DAY, policy="closed")


async def manifest_paths(_: Context) -> AsyncIterator[str]:
    """The one manifest."""
    yield "/manifest.webmanifest"


async def opensearch(context: Context, call: Call) -> Document:
    """What tells a browser how to search this site (OpenSearch 1.1)."""
    site = context.site
    name, text = escape(site.title[:16]), escape(f"{site.title}: {site.description}"[:1024])
    search = escape(url.absolute(site.base, "/search/"))
    image = escape(url.absolute(site.base, "/favicon.ico"))
    body = (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<OpenSearchDescription xmlns="http://a9.com/-/spec/opensearch/1.1/">'
        f"<ShortName>{name}</ShortName><Description>{text}</Description>"
        "<InputEncoding>UTF-8</InputEncoding>"
        f'<Image width="32" height="32" type="image/vnd.microsoft.icon">{image}</Image>'
        f'<Url type="text/html" template="{search}?q={{searchTerms}}"/>'
        f'<Url type="application/rss+xml" template="{search}feed.rss?q={{searchTerms}}"/>'
        "</OpenSearchDescription>\n"
    )
    media_type = "application/opensearchdescription+xml"
    return document(call.path, body.encode(), media_type, keys=frozenset({key.SITE}), max_age=DAY, policy="closed")


async def opensearch_paths(_: Context) -> AsyncIterator[str]:
    """The one description."""
    yield "/opensearch.xml"


KINDS = (
    kind("static", r"/static/(?:(?P<hash>[0-9a-f]{12})/)?(?P<name>[^/]{1,200})", static, static_paths),
    kind("icon", r"/favicon\.ico|/apple-touch-icon(?:-precomposed|-\d+x\d+)?\.png", icon, icon_paths),
    kind("manifest", r"/manifest\.webmanifest", manifest, manifest_paths),
    kind("opensearch", r"/opensearch\.xml", opensearch, opensearch_paths),
)
