"""What a published body may hold: tags, attributes, classes. Everything else is gone (feeds.md 32-37)."""

from __future__ import annotations

import re

TAGS = frozenset(
    "a abbr address article aside audio b bdi bdo blockquote br caption cite code col colgroup dd del"
    " details dfn div dl dt em figcaption figure footer h1 h2 h3 h4 h5 h6 header hr i img ins kbd li main"
    " mark ol p picture pre q rp rt ruby s samp section small source span strong sub summary sup table"
    " tbody td tfoot th thead time tr track u ul var video wbr".split()
)
"""Kept. Any other tag is taken off its content, unless it stands in `GONE`."""

GONE = frozenset(
    "script style object embed applet template svg math iframe noscript noembed noframes frameset textarea"
    " select button datalist title xmp plaintext head canvas".split()
)
"""Removed with what is inside."""

ATTRIBUTES: dict[str, set[str]] = {
    "*": {"id", "class", "dir", "lang", "title", "aria-label"},
    "a": {"href", "rel", "hreflang"},
    "abbr": {"title"},
    "audio": {"src", "controls", "loop", "preload"},
    "blockquote": {"cite"},
    "col": {"span"},
    "colgroup": {"span"},
    "del": {"cite", "datetime"},
    "details": {"open"},
    "img": {"src", "srcset", "sizes", "alt", "width", "height"},
    "ins": {"cite", "datetime"},
    "li": {"value"},
    "ol": {"start", "type", "reversed"},
    "q": {"cite"},
    "source": {"src", "srcset", "sizes", "type", "media"},
    "td": {"colspan", "rowspan", "headers"},
    "th": {"colspan", "rowspan", "headers", "scope"},
    "time": {"datetime"},
    "track": {"src", "kind", "srclang", "label", "default"},
    "video": {"src", "poster", "controls", "loop", "muted", "playsinline", "preload", "width", "height"},
}

LINKS = frozenset({"href", "cite"})
MEDIA = frozenset({"src", "poster"})
NUMBERS = frozenset("width height colspan rowspan span start value".split())
RELATIONS = frozenset("author external license me nofollow noopener noreferrer sponsored tag ugc".split())

_CLASS = re.compile(
    r"align(?:left|right|center|none|wide|full)|language-[\w+#.-]{1,30}|embed|gallery|caption|footnotes?|footnote-ref"
    r"|footnote-backref|pullquote|dropcap|has-drop-cap|task-list|task-list-item"
)
_ID = re.compile(r"[A-Za-z][\w:.\-]{0,199}")
_LANG = re.compile(r"[A-Za-z]{1,8}(?:-[A-Za-z0-9]{1,8})*")
_NUMBER = re.compile(r"\s*(-?\d{1,5})(?:\.\d+)?(?:px)?\s*")


def classes(value: str) -> str | None:
    """Those of the classes that mean something to a reader or a theme."""
    return " ".join(name for name in value.split() if _CLASS.fullmatch(name)) or None


def relations(value: str) -> str | None:
    """Those link relations that say something about the target."""
    return " ".join(name for name in value.lower().split() if name in RELATIONS) or None


def plain(attribute: str, value: str) -> str | None:
    """The value of an attribute that holds no URL, or None when it isn't one."""
    if attribute in NUMBERS:
        match = _NUMBER.fullmatch(value)
        return match[1] if match else None
    if attribute == "dir":
        return value.lower() if value.lower() in ("ltr", "rtl", "auto") else None
    if attribute == "lang":
        return value if _LANG.fullmatch(value) else None
    if attribute == "id":
        return value if _ID.fullmatch(value) else None
    return value
