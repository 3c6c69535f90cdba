"""Players of other sites in a frame: what they show, as a link with its poster (feeds.md 33)."""

from __future__ import annotations

import re
from typing import NamedTuple
from urllib.parse import parse_qs, quote, unquote, urlsplit


class Embed(NamedTuple):
    """What a frame showed: the page to open, a picture of it if there is one, and whose it is."""

    url: str
    poster: str
    name: str


_YOUTUBE = re.compile(
    r"(?:https?:)?//(?:www\.|m\.)?(?:youtube(?:-nocookie)?\.com/(?:embed/|v/|shorts/|live/|watch\?(?:[^#]*&)?v=)|youtu\.be/)"
    r"([\w-]{11})(?![\w-])"
)
_VIMEO = re.compile(r"(?:https?:)?//(?:www\.|player\.)?vimeo\.com/(?:video/)?(\d{3,12})")
_DAILYMOTION = re.compile(
    r"(?:https?:)?//(?:www\.|geo\.)?(?:dailymotion\.com/(?:embed/)?video/|dai\.ly/)([a-zA-Z0-9]{5,10})"
)

_HOSTS = {
    "open.spotify.com": "Spotify",
    "w.soundcloud.com": "SoundCloud",
    "soundcloud.com": "SoundCloud",
    "platform.twitter.com": "X",
    "twitter.com": "X",
    "x.com": "X",
    "www.instagram.com": "Instagram",
    "instagram.com": "Instagram",
    "www.facebook.com": "Facebook",
    "www.tiktok.com": "TikTok",
    "clips.twitch.tv": "Twitch",
    "embed.ted.com": "TED",
    "www.ted.com": "TED",
    "codepen.io": "CodePen",
    "bandcamp.com": "Bandcamp",
    "embed.podcasts.apple.com": "Apple Podcasts",
    "embed.music.apple.com": "Apple Music",
    "html5-player.libsyn.com": "Libsyn",
    "play.libsyn.com": "Libsyn",
    "player.simplecast.com": "Simplecast",
    "www.google.com": "Google Maps",
    "maps.google.com": "Google Maps",
    "www.scribd.com": "Scribd",
    "www.slideshare.net": "SlideShare",
    "archive.org": "Internet Archive",
    "videopress.com": "VideoPress",
    "fast.wistia.net": "Wistia",
    "datawrapper.dwcdn.net": "Datawrapper",
    "flo.uri.sh": "Flourish",
    "bsky.app": "Bluesky",
    "embed.bsky.app": "Bluesky",
    "giphy.com": "GIPHY",
    "www.mixcloud.com": "Mixcloud",
    "player-widget.mixcloud.com": "Mixcloud",
    "www.buzzsprout.com": "Buzzsprout",
    "anchor.fm": "Spotify",
    "podcasters.spotify.com": "Spotify",
    "share.transistor.fm": "Transistor",
    "player.captivate.fm": "Captivate",
    "www.podbean.com": "Podbean",
    "widget.spreaker.com": "Spreaker",
    "embed.acast.com": "Acast",
    "e.issuu.com": "Issuu",
    "docs.google.com": "Google Docs",
    "www.openstreetmap.org": "OpenStreetMap",
    "codesandbox.io": "CodeSandbox",
    "jsfiddle.net": "JSFiddle",
    "www.redditmedia.com": "Reddit",
    "embed.reddit.com": "Reddit",
    "streamable.com": "Streamable",
    "rumble.com": "Rumble",
    "odysee.com": "Odysee",
    "player.bilibili.com": "Bilibili",
    "rutube.ru": "Rutube",
    "www.arte.tv": "ARTE",
    "player.twitch.tv": "Twitch",
    "substack.com": "Substack",
    "medium.com": "Medium",
}

MAX_ARGUMENTS = 50


def known(address: str) -> Embed | None:
    """What a frame at that address shows; None when its site isn't known."""
    address = address.strip()
    if match := _YOUTUBE.match(address):
        return youtube(match[1])
    if match := _VIMEO.match(address):
        return Embed(f"https://vimeo.com/{match[1]}", "", "Vimeo")
    if match := _DAILYMOTION.match(address):
        poster = f"https://www.dailymotion.com/thumbnail/video/{match[1]}"
        return Embed(f"https://www.dailymotion.com/video/{match[1]}", poster, "Dailymotion")
    return _by_host(address) or _by_embedly(address)


def _by_embedly(address: str) -> Embed | None:
    """What Embedly's frame, Medium's for any site, shows."""
    if not re.match(r"(?:https?:)?//cdn\.embedly\.com/widgets/", address):
        return None
    shown = _arguments(address.partition("?")[2])
    page = next((value[0] for name in ("url", "src") if (value := shown.get(name)) and value[0].startswith("http")), "")
    return (known(page) or Embed(page, "", _host(page))) if _host(page) and "embedly" not in page else None


def _host(address: str) -> str:
    try:
        return urlsplit(address).hostname or ""
    except ValueError:
        return ""


def _arguments(query: str) -> dict[str, list[str]]:
    """The first of a query's arguments: nobody's player has more."""
    return parse_qs("&".join(query.split("&", MAX_ARGUMENTS)[:MAX_ARGUMENTS]))


def youtube(video: str) -> Embed:
    """A film on YouTube by its id."""
    return Embed(f"https://www.youtube.com/watch?v={video}", f"https://i.ytimg.com/vi/{video}/hqdefault.jpg", "YouTube")


def _by_host(address: str) -> Embed | None:
    try:
        parts = urlsplit("https:" + address if address.startswith("//") else address)
        name = _HOSTS.get(parts.hostname or "")
    except ValueError:
        return None
    if not name or parts.scheme not in ("http", "https"):
        return None
    if name == "Google Maps" and not parts.path.startswith("/maps"):
        return None
    return Embed(_page(address if "//" in address[:8] else f"https:{address}", parts.path, parts.query), "", name)


def _page(address: str, path: str, query: str) -> str:
    """The page behind a player, where its address follows from the player's."""
    arguments = _arguments(query)
    for key in ("url", "href"):
        if key in arguments and arguments[key][0].startswith(("http://", "https://")):
            return quote(unquote(arguments[key][0]), safe=":/?#[]@!$&'()*+,;=%~._-")
    if "open.spotify.com/embed/" in address:
        return f"https://open.spotify.com/{path.removeprefix('/embed/')}"
    return "https:" + address if address.startswith("//") else address
