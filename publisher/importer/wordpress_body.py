"""A text as WordPress keeps it, as the HTML that WordPress would show."""

from __future__ import annotations

from collections.abc import Mapping

from publisher.importer.autop import autop
from publisher.importer.block import has_blocks, unblock, with_footnotes
from publisher.importer.shortcode import Expander, hide_code, link_bare_urls, unframe

_NEXT_PAGE = "<!--nextpage-->"
"""WordPress makes pages of a text here before it makes paragraphs: what follows begins one."""
_NO_BLOCKS: Mapping[int, str] = {}


def shown(source: str, expander: Expander, reusable: Mapping[int, str] = _NO_BLOCKS, footnotes: str = "") -> str:
    """The HTML of a text; what only WordPress could fill is taken out and named by the expander."""
    source = hide_code(source.replace("\x00", ""))
    if has_blocks(source):
        html = link_bare_urls(unblock(with_footnotes(source, footnotes), reusable, expander.unknown, expander.room))
    else:
        pages = "\n\n".join(map(str.strip, source.split(_NEXT_PAGE)))
        html = unframe(autop(link_bare_urls(pages)))
    return expander.expand(html)
