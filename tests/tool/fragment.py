"""What HTML inside a feed must keep to, since readers show it without our page around it."""

from collections.abc import Iterator

from lxml import html

from tests.tool.lint import is_url

URL_ATTRIBUTES = ("href", "src", "poster", "cite", "data", "longdesc", "background")
BANNED = {"script", "style", "object", "embed", "applet", "form", "input", "button", "textarea", "select"} | {
    "iframe",
    "frame",
    "link",
    "meta",
    "base",
    "noscript",
    "svg",
    "math",
}
OTHER_SCHEMES = ("mailto:", "tel:", "data:image/")


def check_fragment(text: str) -> list[str]:
    """What a feed reader couldn't show or wouldn't trust: relative addresses, scripts, comments, custom elements."""
    if not text.strip():
        return []
    root = html.fragment_fromstring(text, create_parent="div")
    return [problem for element in root.iter() for problem in _of_element(element)]


def _of_element(element: html.HtmlElement) -> Iterator[str]:
    if not isinstance(element.tag, str):
        yield f"a comment or instruction: {element.text!r}"
        return
    if element.tag in BANNED or "-" in element.tag:
        yield f"<{element.tag}> has no place in a feed"
    for name, value in element.attrib.items():
        yield from _of_attribute(element.tag, str(name), str(value))


def _of_attribute(tag: str, name: str, value: str) -> Iterator[str]:
    if name.startswith("on"):
        yield f"<{tag} {name}> is script"
    for address in _addresses(name, value):
        if not is_url(address) and not address.startswith(OTHER_SCHEMES):
            yield f"<{tag} {name}> is not an absolute address: {address!r}"


def _addresses(name: str, value: str) -> list[str]:
    if name == "srcset":
        return [candidate.split()[0] for candidate in value.split(", ") if candidate.strip()]
    return [value.strip()] if name in URL_ATTRIBUTES else []
