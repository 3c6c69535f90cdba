"""What a sanitised body says: absolute for feeds, as text, its pictures."""

import pytest

from publisher.html import (
    absolute,
    media_of,
    original_of,
    pictures_of,
    plain_text,
    replace,
    sanitise,
    summary_of,
    text_of,
)

PAGE = "https://magazine.example/travel/lisbon/"


def test_paths_and_fragments_become_absolute_and_nothing_else_moves():
    html = (
        '<p id="a">see href="/x" <a href="/b/?c=1&amp;d">b</a> <a href="#a">up</a>'
        '<img src="/media/a.jpg" srcset="/media/a.jpg 1x, /media/b.jpg 2x" alt="/no" /> <a href="https://o.test/x">o</a></p>'
    )
    assert absolute(sanitise(html), PAGE) == html.replace('<a href="/b', '<a href="https://magazine.example/b').replace(
        '"#a"', f'"{PAGE}#a"'
    ).replace('src="/media/a', 'src="https://magazine.example/media/a').replace(
        'set="/media/a.jpg 1x, /', 'set="https://magazine.example/media/a.jpg 1x, https://magazine.example/'
    )


def test_text_has_a_blank_line_between_blocks_and_one_line_end_for_a_break():
    html = sanitise("<h2>T</h2><p>a <b>b</b><br>c &amp; d</p><ul><li>x</li><li>y</li></ul><ruby>漢<rt>kan</rt></ruby>")
    assert text_of(html) == "T\n\na b\nc & d\n\nx\n\ny\n\n漢"


def test_a_summary_is_running_text_without_headings_and_captions():
    html = sanitise(
        "<h2>Head</h2><figure><img src=/a.jpg><figcaption>cap</figcaption></figure><p>" + "Words go on. " * 60 + "</p>"
    )
    summary = summary_of(html)
    assert summary.startswith("Words go on.")
    assert len(summary) <= 300
    assert summary.endswith("…")


def test_a_body_of_captions_only_still_has_a_summary():
    assert summary_of(sanitise("<figure><img src=/a.jpg><figcaption>A cat</figcaption></figure>")) == "A cat"


def test_pictures_carry_alt_caption_credit_and_size_and_stand_once():
    html = sanitise(
        '<figure><img src="/media/a.jpg" alt="A &quot;boat&quot;" width="640" height="480"><figcaption>In the harbour'
        ' <cite>Ana</cite></figcaption></figure><p><img src="/media/a.jpg"><img src="https://o.test/b.jpg"></p>'
        '<iframe src="https://youtu.be/dQw4w9WgXcQ"></iframe>'
    )
    first, second = pictures_of(html)
    assert (first.src, first.alt, first.caption, first.credit) == ("/media/a.jpg", 'A "boat"', "In the harbour", "Ana")
    assert (first.width, first.height) == (640, 480)
    assert second.src == "https://o.test/b.jpg"


def test_media_that_may_be_fetched_are_the_absolute_ones():
    html = sanitise(
        '<img src="https://o.test/a.jpg?x=1&amp;y=2"><img src="/media/b.jpg"><audio src="https://o.test/c.mp3"></audio>'
    )
    assert media_of(html) == ("https://o.test/a.jpg?x=1&y=2", "https://o.test/c.mp3")


def test_a_moved_picture_takes_its_sizes_along_and_loses_its_old_srcset():
    html = sanitise(
        '<img src="https://o.test/a-300x200.jpg" srcset="https://o.test/a-300x200.jpg 300w"><img src="https://o.test/b.jpg">'
    )
    moved = replace(html, {"https://o.test/a.jpg": "/media/a/original.jpg"})
    assert moved == '<img src="/media/a/original.jpg" alt="" /><img src="https://o.test/b.jpg" alt="" />'


def test_titles_lose_markup_and_keep_what_only_looks_like_it():
    assert plain_text("<b>Q&amp;A</b>: 5 < 6 & more") == "Q&A: 5 < 6 & more"


ORIGINALS = [
    ("https://a.example/b-300x200.jpg", "https://a.example/b.jpg"),
    ("https://a.files.wordpress.com/2012/b.jpg?w=300&h=200", "https://a.files.wordpress.com/2012/b.jpg"),
    ("https://i0.wp.com/a.example/b-300x200.jpg?resize=300%2C200&ssl=1", "https://a.example/b.jpg"),
    ("https://a.example/b.jpg?w=300", "https://a.example/b.jpg?w=300"),
    ("https://i0.wp.com/b.jpg", "https://i0.wp.com/b.jpg"),
]


@pytest.mark.parametrize(("address", "original"), ORIGINALS)
def test_the_picture_that_wordpress_made_a_size_of_is_known(address: str, original: str):
    assert original_of(address) == original
