"""What page builders (WPBakery, Divi, Avada) keep in a shortcode's attributes: headings, pictures, films, links."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Mapping
from html import escape
from urllib.parse import unquote

from publisher.html.embed import youtube
from publisher.importer.library import Attachment, Library, figure, framed

_HEADINGS = {
    "vc_custom_heading": "text",
    "vc_toggle": "title",
    "vc_tab": "title",
    "vc_accordion_tab": "title",
    "vc_tta_section": "title",
    "et_pb_blurb": "title",
    "et_pb_cta": "title",
    "et_pb_toggle": "title",
    "et_pb_accordion_item": "title",
    "et_pb_tab": "title",
    "et_pb_slide": "heading",
    "et_pb_fullwidth_header": "title",
    "fusion_toggle": "title",
    "fusion_tab": "title",
    "av_heading": "heading",
    "av_toggle": "title",
    "av_tab": "title",
    "av_slide": "title",
    "vc_cta": "h2",
    "et_pb_number_counter": "title",
    "tab": "title",
    "toggle": "title",
    "spoiler": "title",
    "accordion-item": "title",
    "su_box": "title",
    "su_spoiler": "title",
    "su_tab": "title",
}
_LINES = {
    "vc_cta": ("h4",),
    "et_pb_fullwidth_header": ("subhead",),
    "et_pb_slide": ("subheading",),
    "et_pb_number_counter": ("number",),
    "et_pb_testimonial": ("author", "job_title"),
    "et_pb_team_member": ("name", "position"),
}
"""Words of one line."""
_PICTURES = {
    "av_image": "src",
    "vc_single_image": "image",
    "vc_gallery": "images",
    "vc_images_carousel": "images",
    "et_pb_image": "src",
    "et_pb_fullwidth_image": "src",
    "et_pb_blurb": "image",
    "et_pb_slide": "image",
    "et_pb_gallery": "gallery_ids",
    "fusion_gallery_image": "image",
}
_FILMS = {"vc_video": "link", "et_pb_video": "src", "fusion_youtube": "id", "fusion_vimeo": "id", "av_video": "src"}
_LINKS = {
    "vc_btn": ("link", "title"),
    "et_pb_button": ("button_url", "button_text"),
    "et_pb_cta": ("button_url", "button_text"),
    "av_button": ("link", "label"),
}
_BUTTONS = frozenset({"button", "btn", "su_button", "fusion_button", "av_button"})
_PACKED = frozenset({"vc_raw_html", "fusion_code"})
_PICTURED = frozenset({"fusion_imageframe"})


def kept(name: str, attributes: Mapping[str, str], library: Library) -> str:
    """The HTML of what stands in a builder's shortcode itself; empty for any other shortcode."""
    heading = attributes.get(_HEADINGS.get(name, "-"), "")
    film = attributes.get(_FILMS.get(name, "-"), "")
    words = f"<h3>{escape(heading, quote=False)}</h3>" if heading else ""
    lines = [found for key in _LINES.get(name, ()) if (found := attributes.get(key))]
    words += f"<p>{escape(', '.join(lines), quote=False)}</p>" if lines else ""
    return words + _pictures(name, attributes, library) + _film(name, film) + _link(name, attributes)


def dressed(name: str, attributes: Mapping[str, str], inner: str) -> str:
    """What a button's shortcode encloses, as a link to where the button leads."""
    address = next((found for key in ("link", "url", "href") if (found := attributes.get(key))), "")
    return f'<a href="{escape(address)}">{inner}</a>' if address and inner and name in _BUTTONS else inner


def unpacked(name: str, content: str) -> str | None:
    """The HTML of a content that is no text: code in Base64, a picture's address. None when it is text."""
    if name in _PICTURED:
        address = content.strip()
        return figure(Attachment(id=0, url=address)) if re.fullmatch(r"https?://[^\s<>\"]+", address) else ""
    if name == "vc_raw_js":
        return ""
    return _decoded(content) if name in _PACKED else None


def _decoded(content: str) -> str | None:
    try:
        found = base64.b64decode(re.sub(r"<[^<>]*>|\s", "", content), validate=True).decode()
    except (binascii.Error, ValueError):
        return None
    return unquote(found) if re.match(r"%3C|[^<]*%3C", found) else found


def _pictures(name: str, attributes: Mapping[str, str], library: Library) -> str:
    """Pictures by their numbers in the library, or one by its address."""
    named = attributes.get(_PICTURES.get(name, "-"), "")
    if named.startswith(("http", "/")):
        return figure(Attachment(id=0, url=named, alt=attributes.get("alt", "")))
    numbers = dict.fromkeys(map(int, re.findall(r"\d{1,12}", named)))
    return "".join(figure(library[each]) for each in numbers if each in library)


def _film(name: str, address: str) -> str:
    if re.fullmatch(r"[\w-]{11}", address) and name == "fusion_youtube":
        return framed(youtube(address).url)
    return framed(f"https://vimeo.com/{address}" if address.isdecimal() else address)


def _link(name: str, attributes: Mapping[str, str]) -> str:
    """A button as a link; WPBakery packs its address: `url:https%3A%2F%2F...|target:...`, Enfold `manually,https://...`."""
    keys = _LINKS.get(name)
    if keys is None:
        return ""
    packed = re.match(r"url:([^|]*)|manually,(.*)", attributes.get(keys[0], ""), re.DOTALL)
    address = unquote(packed[1] or packed[2] or "") if packed else attributes.get(keys[0], "")
    words = attributes.get(keys[1]) or address
    return f'<p><a href="{escape(address)}">{escape(words, quote=False)}</a></p>' if address else ""
