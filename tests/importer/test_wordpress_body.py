"""Bodies as plugins, page builders and later editors write them keep what a reader saw (import.md I4, I6)."""

import base64
from pathlib import Path
from urllib.parse import quote

import pytest

from publisher.importer.library import MAX_MADE, Attachment
from publisher.importer.shortcode import Expander
from publisher.importer.wordpress_body import shown
from tests.importer.reading import articles_of
from tests.importer.test_wordpress import export_of, item, meta, only

BODIES = [
    ("a [co-founder] of [a-z]", "<p>a [co-founder] of [a-z]</p>"),
    ("[contact-form]\n\nText", "<p>Text</p>"),
    (
        "[caption id='a' width='1']<b>Drawn</b> by [dropcap]A[/dropcap]na[/caption]",
        "<figure><b>Drawn</b> by Ana</figure>",
    ),
    ("[wpvideo abcDEF12]", '<a class="embed" href="https://videopress.com/v/abcDEF12">VideoPress</a>'),
    ("https://a.example/?x=1&amp;y", '<p><a href="https://a.example/?x=1&amp;y">https://a.example/?x=1&amp;y</a></p>'),
    ("<a href='/b/'>\nhttps://a.example/\n</a>", '<p><a href="/b/"><br />\nhttps://a.example/<br />\n</a></p>'),
    (
        "[av_heading heading='Boats' tag='h2'][/av_heading][av_image src='https://old.example/e.jpg' attachment='1']"
        "[av_button label='Go' link='manually,https://a.example']",
        '<h3>Boats</h3><figure><img src="https://old.example/e.jpg" alt="" /></figure>'
        '<p><a href="https://a.example/">Go</a></p>',
    ),
    ('[vc_cta h2="Come" h4="Soon"]By boat.[/vc_cta]', "<h3>Come</h3><p>Soon</p>By boat."),
    (
        '[et_pb_testimonial author="Ann" job_title="Skipper"]<p>Calm.</p>[/et_pb_testimonial]',
        "<p>Ann, Skipper</p>\n<p>Calm.</p>",
    ),
    ('[su_vimeo url="https://vimeo.com/12345"]', '<a class="embed" href="https://vimeo.com/12345">Vimeo</a>'),
    ('[su_quote cite="Ann"]Calm.[/su_quote]', "<blockquote>Calm.<p><cite>Ann</cite></p></blockquote>"),
    ("The sea[ref]The <i>North</i> one.[/ref] rose.", "<p>The sea (The <i>North</i> one.) rose.</p>"),
    ("It ended[efn_note][/efn_note].", "<p>It ended.</p>"),
    (
        "<!-- wp:accordion-heading --><h3><button type='button'><span>Why?</span>"
        "<span aria-hidden='true'>+</span></button></h3><!-- /wp:accordion-heading -->"
        "<div><p>Because.</p></div><button>Go</button>",
        "<h3><span>Why?</span></h3><div><p>Because.</p></div>",
    ),
    ("<p>https://vimeo.com/12345</p>", '<p><a class="embed" href="https://vimeo.com/12345">Vimeo</a></p>'),
    ('[su_button url="https://a.example/"]Go[/su_button]', '<p><a href="https://a.example/">Go</a></p>'),
    ('[toggle title="Why"]Because.[/toggle]', "<h3>Why</h3>Because."),
    ('[vc_custom_heading text="Boats &amp; sails"]', "<h3>Boats &amp; sails</h3>"),
    ('[vc_single_image image="8"]', '<figure><img src="https://old.example/8.jpg" alt="A boat" /></figure>'),
    ('[vc_btn title="Go" link="url:https%3A%2F%2Fa.example%2F||"]', '<p><a href="https://a.example/">Go</a></p>'),
    (
        f"[vc_raw_html]{base64.b64encode(quote('<p>Raw</p>').encode()).decode()}[/vc_raw_html]",
        "<p>Raw</p>",
    ),
    (
        '[et_pb_blurb title="Why" image="https://old.example/b.jpg"]Because.[/et_pb_blurb]',
        '<h3>Why</h3><figure><img src="https://old.example/b.jpg" alt="" /></figure>Because.',
    ),
    (
        "[fusion_imageframe]https://old.example/a.jpg[/fusion_imageframe]",
        '<figure><img src="https://old.example/a.jpg" alt="" /></figure>',
    ),
    (
        '<!-- wp:cover {"url":"https://old.example/c.jpg"} --><div style="background-image:url(https://old.example/c.jpg)">'
        "<p>Sea</p></div><!-- /wp:cover -->",
        '<figure><img src="https://old.example/c.jpg" alt="" /></figure><div><p>Sea</p></div>',
    ),
    (
        '<!-- wp:cover {"url":"https://old.example/c.jpg"} --><div><img src="https://old.example/c.jpg" alt="C"/></div>'
        "<!-- /wp:cover -->",
        '<div><img src="https://old.example/c.jpg" alt="C" /></div>',
    ),
    (
        '<!-- wp:gallery --><figure class="wp-block-gallery columns-2"><img src="/a.jpg" alt=""/></figure>',
        '<figure class="gallery"><img src="https://old.example/a.jpg" alt="" /></figure>',
    ),
    (
        '<!-- wp:embed {"url":"https://a.example/"} --><figure><div>\nhttps://a.example/\n</div></figure>',
        '<figure><div>\n<a href="https://a.example/">https://a.example/</a>\n</div></figure>',
    ),
]


def picture(number: int) -> str:
    address = f"<wp:attachment_url>https://old.example/{number}.jpg</wp:attachment_url>"
    return item(number=number, post_type="attachment", more=address + meta("_wp_attachment_image_alt", "A boat"))


@pytest.mark.parametrize(("source", "expected"), BODIES)
def test_i4_what_a_plugin_or_an_editor_wrote_is_shown(tmp_path: Path, source: str, expected: str):
    assert articles_of(export_of(tmp_path, item(source), picture(8)))["boats"].body.html == expected


LOCKED = [
    '[membership level="1"]Secret[/membership]',
    "[mepr-show rules='3']Secret[/mepr-show]",
    "[restrict]Secret[/restrict]",
    "[restrict]Secret\n<pre>Secret</pre> <code>Secret</code> Secret[/restrict]",
    "[restrict][code]Secret[/code]Secret[/restrict]",
    "<!-- wp:premium-content/subscriber-view -->"
    "<!-- wp:premium-content/subscriber-view --><!-- /wp:premium-content/subscriber-view -->"
    "Secret<!-- /wp:premium-content/subscriber-view -->",
    "<!-- wp:premium-content/subscriber-view --><p>Secret</p><!-- /wp:premium-content/subscriber-view -->",
]


@pytest.mark.parametrize("source", LOCKED)
def test_i8_what_only_members_saw_is_taken_out_and_named(tmp_path: Path, source: str):
    read = only(tmp_path, item(f"Open {source} end"))
    assert ("Secret" in read.html, "Open" in read.html, len(read.notes)) == (False, True, 1)


def test_i4_footnotes_stand_where_their_block_does(tmp_path: Path):
    number = "3fa0c1d2-0000-4000-8000-000000000001"
    source = (
        f'<!-- wp:paragraph -->\n<p>Sea<sup data-fn="{number}"><a id="{number}-link" href="#{number}">1</a></sup></p>'
        "\n<!-- /wp:paragraph --><!-- wp:footnotes /-->"
    )
    notes = meta("footnotes", f'[{{"content":"The <em>North</em> one.","id":"{number}"}}]')
    body = articles_of(export_of(tmp_path, item(source, more=notes)))["boats"].body.html
    assert f'<a id="fn-{number}-link" href="#fn-{number}">1</a>' in body
    assert f'<li id="fn-{number}">The <em>North</em> one.' in body


def test_i4_a_footnotes_number_is_no_word_of_the_text(tmp_path: Path):
    source = '<!-- wp:paragraph --><p class="paragraph">A paragraph</p><!-- wp:footnotes /-->'
    notes = meta("footnotes", '[{"content":"One.","id":"paragraph"},{"content":"Two.","id":"paragraph"}]')
    body = articles_of(export_of(tmp_path, item(source, more=notes)))["boats"].body.html
    assert body.startswith('<p>A paragraph</p><ol class="footnotes"><li id="fn-paragraph">One.')
    assert "Two." not in body


def test_i4_a_table_of_a_plugins_is_shown(tmp_path: Path):
    rows = '[["Boat","Sail"],["<b>Ana</b>[private]Secret[/private]","2"]]'
    kept = item(rows, number=9, post_type="tablepress_table", more=meta("_tablepress_export_table_id", "3"))
    export = export_of(tmp_path, item("[table id=3 /]\n\n[table id=4 /]"), kept)
    assert articles_of(export)["boats"].body.html == (
        "<table><thead><tr><th>Boat</th><th>Sail</th></tr></thead>"
        "<tbody><tr><td><b>Ana</b></td><td>2</td></tr></tbody></table>"
    )


def test_i4_a_text_that_only_a_page_builder_has_is_told(tmp_path: Path):
    assert "page builder" in only(tmp_path, item("", more=meta("_elementor_data", "[{}]"))).notes[0]


def test_i4_what_cannot_be_filled_is_named(tmp_path: Path):
    read = only(tmp_path, item('[gallery ids="77"] [soundcloud id="5"]'))
    assert [note.partition("]")[0] for note in read.notes] == ["[gallery", "[soundcloud"]


TABLES = {
    "2": '[["[table id=2 /][table id=2 /]"]]',
    "3": r'[["\u00009\u0000"]]',
}
REPEATED = {
    "tables": "[table id=1 /]" * 2000,
    "galleries": "[gallery]" * 2000,
    "patterns": '<!-- wp:block {"ref":1} /-->' * 100,
    "footnotes": "<!-- wp:footnotes /-->" * 2000,
    "nested": "".join(f"[a{each}_a]" for each in range(3000)) + "".join(f"[/a{2999 - each}_a]" for each in range(3000)),
    "digits": f"[gallery id={'9' * 5000}]",
    "tables in tables": "[table id=2 /]",
    "forged": "<pre>a</pre><!-- wp:footnotes /-->[table id=3 /]",
    "marks": "<pre>a</pre> <pre \x0099\x00></pre>",
}


@pytest.mark.parametrize("source", REPEATED.values(), ids=REPEATED)
def test_i11_what_a_text_names_again_and_again_stays_bounded(source: str):
    library = {each: Attachment(id=each, url="https://old.example/a.jpg", parent=1) for each in range(2000)}
    expander = Expander(library, 1, TABLES | {"1": f'[["{"a" * 100_000}"]]'})
    blocks = {1: '<!-- wp:block {"ref":1} /-->' * 100 + "a" * 10_000}
    notes = f'[{{"id":"aaaaaaaa","content":"\\u00009\\u0000{"a" * 100_000}"}}]'
    assert len(shown(source, expander, blocks, notes)) < 2 * MAX_MADE


FILM = '<iframe src="https://player.vimeo.com/video/12345"></iframe>'
SHOWN = '<div><a class="embed" href="https://vimeo.com/12345">Vimeo</a></div>\n<p>Text.</p>'
BESIDE = [
    (("_format_video_embed", FILM), SHOWN),
    (("_format_audio_embed", "https://vimeo.com/12345"), SHOWN),
    (("_format_video_embed", "12345"), "<p>Text.</p>"),
    (
        ("_format_link_url", "https://a.example/"),
        '<p>Text.</p>\n<p><a href="https://a.example/">https://a.example/</a></p>',
    ),
    (("_format_link_url", "javascript:x"), "<p>Text.</p>"),
    (("_format_quote_source_name", "Ann <3"), "<p>Text.</p>\n<p><cite>Ann &lt;3</cite></p>"),
    (
        ("_product_image_gallery", "8,9"),
        '<p>Text.</p>\n<figure class="gallery"><figure><img src="https://old.example/8.jpg" alt="A boat" /></figure>'
        "</figure>",
    ),
]


@pytest.mark.parametrize(("field", "expected"), BESIDE)
def test_i4_what_wordpress_keeps_beside_a_text_is_shown_with_it(tmp_path: Path, field: tuple[str, str], expected: str):
    found = articles_of(export_of(tmp_path, item(more=meta(*field)), picture(8)))
    assert found["boats"].body.html == expected


def test_i4_a_film_that_stands_in_the_text_is_shown_once(tmp_path: Path):
    address = "https://a.example/film.mp4"
    body = articles_of(export_of(tmp_path, item(address, more=meta("_format_video_embed", address))))["boats"].body.html
    assert body.count(address) == 1


@pytest.mark.parametrize("key", ["wps_subtitle", "_secondary_title", "subtitle"])
def test_a_plugins_subtitle_is_the_dek(tmp_path: Path, key: str):
    assert articles_of(export_of(tmp_path, item(more=meta(key, "Of <em>sails</em>"))))["boats"].dek == "Of sails"
