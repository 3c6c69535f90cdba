"""What a body looks like when it has gone the whole way: through the wall, into every feed."""

import html
import json
from typing import Any

import feedparser
import pytest
from lxml import etree

from publisher.format import atom, jsonfeed, rss
from publisher.format.entry import of_article
from publisher.prepare import prepare
from tests.feed.test_format import HEAD
from tests.feed.world import SITE, article
from tests.tool.fragment import check_fragment

OLD = "https://old.example/2010/boats/"


def bodies(source: str, **fields: Any) -> dict[str, str]:
    """The body of one article as readers get it from each format."""
    entry = of_article(SITE, prepare(article(hero=None, **fields), source, base=OLD))
    items = json.loads(jsonfeed.feed(HEAD, [jsonfeed.entry(entry)]))["items"]
    of_rss = etree.fromstring(rss.feed(HEAD, [rss.entry(entry)])).find("channel/item")
    of_atom = etree.fromstring(atom.feed(HEAD, [atom.entry(entry)])).find("{*}entry")
    return {
        "rss": of_rss.findtext("{http://purl.org/rss/1.0/modules/content/}encoded"),
        "atom": of_atom.findtext("{*}content"),
        "json": items[0]["content_html"],
    }


def body(source: str) -> str:
    """The body, the same in the three formats and a well-formed fragment."""
    found = bodies(source)
    assert len(set(found.values())) == 1
    assert check_fragment(found["json"]) == []
    return found["json"]


def test_f31_every_address_is_absolute():
    found = body(
        '<a href="../x/?a=1&b=2">a</a><a href="//other.example/y">b</a><a href="#note">c</a>'
        '<img src="p.jpg" srcset="p.jpg 1x, /q.jpg 2x" alt="">'
        '<video src="/v.mp4" poster="v.jpg"></video><blockquote cite="/z">q</blockquote>'
    )
    for address in (
        "https://old.example/2010/x/?a=1&amp;b=2",
        "https://other.example/y",
        "https://magazine.example/travel/article-1/#note",
        "https://old.example/2010/boats/p.jpg 1x, https://old.example/q.jpg 2x",
        "https://old.example/v.mp4",
        "https://old.example/2010/boats/v.jpg",
        'cite="https://old.example/z"',
    ):
        assert address in found


def test_f32_what_runs_is_gone():
    found = body(
        "<p onclick=a()>kept</p><script>1</script><style>p{}</style><object></object><embed><form><input></form>"
        "<a href='javascript:1'>j</a><a href='data:text/html,x'>d</a><img src=https://t.example/p.gif width=1 height=1>"
        "<!-- c --><amp-ad></amp-ad><my-own>text</my-own><p style='color:red'>red</p>"
    ).lower()
    gone = "onclick <script <style <object <embed <form <input javascript: data:text p.gif <!-- <amp <my-own style="
    for each in gone.split():
        assert each not in found
    assert "kept" in found
    assert "text" in found


def test_f33_a_known_embed_is_a_link_with_its_poster_and_an_unknown_one_is_gone():
    found = body(
        '<iframe src="https://www.youtube-nocookie.com/embed/abcdefghijk?start=3"></iframe><iframe src="https://ads.example/">'
    )
    assert "<iframe" not in found
    assert 'href="https://www.youtube.com/watch?v=abcdefghijk' in found
    assert 'src="https://i.ytimg.com/vi/abcdefghijk/hqdefault.jpg"' in found
    assert "ads.example" not in found


def test_f34_a_lazy_picture_is_the_true_one_with_all_that_is_said_of_it():
    found = body(
        "<figure><img src='data:image/gif;base64,R0lGODlh' data-src=/real.jpg alt='A boat' width=640 height=480>"
        "<noscript><img src=/real.jpg></noscript><figcaption>At sea</figcaption></figure>"
    )
    assert '<img src="https://old.example/real.jpg" alt="A boat" width="640" height="480"' in found
    assert "<figcaption>At sea</figcaption>" in found
    assert found.count("<img") == 1


@pytest.mark.parametrize(
    "kept",
    [
        '<figure><img src="https://a.example/a.jpg" alt="A" /><figcaption>c</figcaption></figure>',
        '<picture><source srcset="https://a.example/a.avif" /><img src="https://a.example/a.jpg" alt="" /></picture>',
        '<video src="https://a.example/a.mp4" controls=""></video>',
        '<audio src="https://a.example/a.mp3" controls=""></audio>',
        "<table><tbody><tr><td>1</td></tr></tbody></table>",
        "<details><summary>s</summary>more</details>",
        "<ruby>漢<rt>kan</rt></ruby>",
    ],
)
def test_f35_what_tells_something_is_kept(kept: str):
    assert kept in body(kept)


def test_f35_inline_svg_and_formulas_are_gone():
    assert body("<p>a</p><svg><path d=M0></path></svg><math><mi>x</mi></math>") == "<p>a</p>"


@pytest.mark.parametrize(
    "broken", ["<p>a<b>b", "a</p></div>b", "<table><td>x", "<p>&nbsp;&bogus; a & b < c</p>", "<p>]]></p>"]
)
def test_f36_f42_f43_what_is_broken_becomes_a_fragment_that_is_whole(broken: str):
    assert body(broken)


def test_f40_c1_controls_are_what_windows_meant_and_replacement_characters_go():
    found = prepare(article(hero=None, title="\x93Caf\x82\x94 \ufffd"), "<p>\x93x\x94 \x85 \ufffd\x81</p>")
    entry = of_article(SITE, found)
    assert entry.title == "“Caf‚”"
    assert entry.html.endswith("<p>“x” … </p>")
    read = feedparser.parse(rss.feed(HEAD, [rss.entry(entry)]))
    assert html.unescape(read.entries[0].title) == "“Caf‚”"
