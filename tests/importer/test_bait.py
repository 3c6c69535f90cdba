"""No text makes a reader slow: 100 kB of what its patterns look for takes a moment (drill 25)."""

import gc
import time
from collections.abc import Callable
from contextlib import suppress

import pytest

from publisher import html, text
from publisher.importer import (
    autop,
    block,
    feed_entry,
    frontmatter,
    ghost,
    instant,
    shortcode,
    substack_body,
    template_tag,
    wxr,
)
from publisher.importer.feed import FeedExport
from publisher.importer.scan import COMMENT, sections, without_sections

HEAD = wxr.read_head(b"<rss><channel>")

READERS: dict[str, Callable[[str], object]] = {
    "paragraphs": autop.autop,
    "hidden code": shortcode.hide_code,
    "bare addresses": shortcode.link_bare_urls,
    "unframed": shortcode.unframe,
    "shortcodes": lambda bait: shortcode.Expander({}).expand(bait),
    "a caption": lambda bait: shortcode.Expander({}).expand(f"[caption]{bait}[/caption]"),
    "blocks": lambda bait: block.unblock(bait, {}, {}),
    "Markdown": lambda bait: template_tag.render(bait, {}),
    "a heading": lambda bait: template_tag.render(f"# a{bait}b", {}),
    "cards for members": ghost.for_visitors,
    "a feed's text": feed_entry.without_credit,
    "a date": instant.parse,
    "an item": lambda bait: wxr.read_entry(f"<item><title>x{bait}</title></item>".encode(), HEAD),
    "a broken item": lambda bait: wxr.read_entry(f"<item>{bait}".encode(), HEAD),
    "front matter": lambda bait: frontmatter.split(f"+++\na = '''{bait[:2000].replace(chr(39), '')}'''\n+++\n{bait}"),
    "plain text": feed_entry.paragraphs,
    "Substack's buttons": lambda bait: substack_body.shown(bait, {}),
    "markup": lambda bait: without_sections(bait.encode()),
    "a title": lambda bait: text.slug.__wrapped__(html.plain_text(text.line(bait))),
    "a body": lambda bait: [read(html.sanitise(bait)) for read in (html.text_of, html.pictures_of, html.summary_of)],
    "attributes": lambda bait: html.sanitise(
        "<img {}>".format(
            " ".join(f'{name}="{bait.replace(chr(34), "")}"' for name in ("src", "srcset", "width", "class"))
        )
    ),
}
LIMIT = 1.5

BAITS = [
    *(
        "a",
        "1",
        " ",
        "\n",
        "<",
        "&",
        "[",
        "%",
        "'",
        "`",
        "-",
        "/",
        "日",
        "<p>",
        "<p> ",
        "<br> ",
        "<a ",
        '<a href="',
        "<pre>",
    ),
    *(
        "[caption ",
        '[a b="',
        "[code]",
        "[[",
        "<!--",
        "<!-- wp:a {",
        "<!--kg-gated-block:begin ",
        "<!-- wp:premium-content/subscriber-view ",
        "<![CDATA[",
        "]]>",
        "{{< a ",
        "{% a ",
        "```\n",
        "~~~",
        "[^a]",
        "[^a]: b\n",
        "# a {#b}\n",
        "[a](#b)",
        "{% raw %}",
    ),
    *(
        "<figure><figcaption>",
        "<img ",
        "http://",
        "a-",
        "2010-01-",
        "a, 1x ",
        "<li",
        "<item>",
        '<p class="button-wrapper">',
    ),
]


@pytest.mark.parametrize("name", READERS)
def test_no_bait_makes_a_reader_slow(name: str):
    slow = [bait for bait in BAITS if all(seconds(READERS[name], bait) > LIMIT for _ in range(3))]
    assert slow == []


def seconds(read: Callable[[str], object], bait: str) -> float:
    """Processor time of reading 100 kB of a bait, in this thread and without what other tests left to collect."""
    gc.disable()
    try:
        started = time.thread_time()
        with suppress(html.TooMarked):  # a refusal is an answer, in time
            read(bait * (100_000 // len(bait)) + "\x01")
        return time.thread_time() - started
    finally:
        gc.enable()


def test_sections_are_found_in_order_and_those_without_an_end_are_none():
    data = b"a<!-- <![CDATA[ -->b<![CDATA[ <!-- ]]>c<!-- d"
    assert without_sections(data) == b"abc<!-- d"
    assert list(sections(b"<!-- x", COMMENT)) == []


def test_a_feed_of_many_sections_is_read_in_a_moment():
    items = b"<item><title><![CDATA[x]]></title><guid>%d</guid></item>"
    data = b"<rss><channel>" + b"".join(items % n for n in range(3000)) + b"<!-- end --></channel></rss>"
    started = time.process_time()
    assert len(list(FeedExport(data))) == 3000
    assert time.process_time() - started < 10
