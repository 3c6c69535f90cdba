"""A WordPress export becomes articles: dates, addresses, terms, authors, media, body (import.md I1-I10)."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from publisher.error import InvalidExport
from publisher.importer.port import Failed, Read, Skipped
from publisher.importer.wordpress import WordPressExport
from publisher.model import Kind, Status, Visibility
from tests.importer.reading import articles_of, ledger_of, written
from tests.tool.shared import shared

HEAD = """<?xml version="1.0" encoding="UTF-8"?>
<rss version="2.0" xmlns:excerpt="http://wordpress.org/export/1.2/excerpt/" xmlns:content="http://purl.org/rss/1.0/modules/content/"
 xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:wp="http://wordpress.org/export/1.2/">
<channel><title>Old Mag</title><link>https://old.example</link><language>en-GB</language>
<wp:base_blog_url>https://old.example</wp:base_blog_url>
<wp:author><wp:author_login>ana</wp:author_login><wp:author_email>ana@old.example</wp:author_email>
<wp:author_display_name><![CDATA[Ana Abe]]></wp:author_display_name></wp:author>
<wp:category><wp:term_id>7</wp:term_id><wp:category_nicename>travel</wp:category_nicename>
<wp:cat_name><![CDATA[Travel]]></wp:cat_name></wp:category>
"""
TAIL = "</channel></rss>"


def item(body: str = "Text.", number: int = 5, **fields: str) -> str:
    """An item as WordPress writes it; fields by their name without a prefix, `_` for none."""
    values = {
        "post_id": str(number),
        "post_date": "2010-05-01 12:00:00",
        "post_date_gmt": "2010-05-01 10:00:00",
        "post_name": "boats",
        "status": "publish",
        "post_type": "post",
    } | {name: value for name, value in fields.items() if name not in ("more", "link", "title", "pubDate", "excerpt")}
    tags = "".join(f"<wp:{name}>{value}</wp:{name}>" for name, value in values.items())
    return (
        f"<item><title>{fields.get('title', 'Boats')}</title>"
        f"<link>{fields.get('link', 'https://old.example/2010/05/boats/')}</link>"
        f"<pubDate>{fields.get('pubDate', '')}</pubDate><dc:creator>ana</dc:creator>"
        f"<guid isPermaLink='false'>https://old.example/?p={number}</guid>"
        f"<content:encoded><![CDATA[{body}]]></content:encoded>"
        f"<excerpt:encoded><![CDATA[{fields.get('excerpt', '')}]]></excerpt:encoded>{tags}"
        f"{fields.get('more', '')}</item>\n"
    )


def meta(key: str, value: str) -> str:
    return (
        f"<wp:postmeta><wp:meta_key>{key}</wp:meta_key><wp:meta_value><![CDATA[{value}]]></wp:meta_value></wp:postmeta>"
    )


def export_of(folder: Path, *items: str, tail: str = TAIL, offset: int = 0) -> WordPressExport:
    return WordPressExport(written(folder, "export.xml", HEAD + "".join(items) + tail), offset)


def only(folder: Path, *items: str) -> Read:
    reads = [each for each in export_of(folder, *items) if isinstance(each, Read)]
    assert len(reads) == 1
    return reads[0]


def test_an_article_keeps_its_identity_address_date_section_and_author(tmp_path: Path):
    term = '<category domain="category" nicename="travel"><![CDATA[Travel]]></category>'
    article = only(tmp_path, item(more=term)).article
    assert article.guid == "https://old.example/?p=5"
    assert article.source is not None
    assert (article.source.kind, article.source.site, article.source.id) == ("wordpress", "old.example", "5")
    assert (article.slug, article.path) == ("boats", "/2010/05/boats/")
    assert article.published == article.first_published == datetime(2010, 5, 1, 10, tzinfo=UTC)
    assert article.offset_minutes == 120
    assert article.section is not None
    assert article.section.slug == "travel"
    assert [(author.slug, author.name) for author in article.authors] == [("ana", "Ana Abe")]
    assert article.language == "en-GB"


DATES = [
    ({"post_date_gmt": "0000-00-00 00:00:00", "pubDate": "Sat, 01 May 2010 08:00:00 +0000"}, 8),
    ({"post_date_gmt": "0000-00-00 00:00:00", "pubDate": "Wed, 30 Nov -0001 00:00:00 +0000"}, 12),
    ({"post_date_gmt": "", "post_date": "2010-05-01 07:00:00"}, 7),
]


@pytest.mark.parametrize(("fields", "hour"), DATES)
def test_i5_without_a_gmt_date_the_pubdate_counts_and_then_the_local_one(
    tmp_path: Path, fields: dict[str, str], hour: int
):
    assert only(tmp_path, item(**fields)).article.published == datetime(2010, 5, 1, hour, tzinfo=UTC)


def test_i5_a_local_date_is_read_on_the_clock_that_the_export_showed_before(tmp_path: Path):
    items = (item(), item(number=6, post_name="six", post_date_gmt="0000-00-00 00:00:00"))
    last = [each for each in export_of(tmp_path, *items) if isinstance(each, Read)][-1]
    assert last.article.published == datetime(2010, 5, 1, 10, tzinfo=UTC)


STANDINGS = [
    ({"status": "draft"}, Status.DRAFT, Visibility.PUBLIC),
    ({"status": "pending"}, Status.DRAFT, Visibility.PUBLIC),
    ({"status": "future"}, Status.SCHEDULED, Visibility.PUBLIC),
    ({"status": "private"}, Status.PRIVATE, Visibility.PUBLIC),
    ({"status": "trash"}, Status.TRASH, Visibility.PUBLIC),
    ({"post_password": "secret"}, Status.PUBLISHED, Visibility.PASSWORD),
    (
        {"more": meta("_jetpack_newsletter_access", "paid_subscribers")},
        Status.PUBLISHED,
        Visibility.PAID,
    ),
]


@pytest.mark.parametrize(("fields", "status", "visibility"), STANDINGS)
def test_i8_what_is_not_public_keeps_its_meaning(
    tmp_path: Path, fields: dict[str, str], status: Status, visibility: Visibility
):
    article = only(tmp_path, item(**fields)).article
    assert (article.status, article.visibility) == (status, visibility)
    assert "secret" not in repr(article)


@pytest.mark.parametrize(
    "kind", ["attachment", "nav_menu_item", "revision", "wp_template", "wp_block", "feedback", "custom_css"]
)
def test_i8_what_is_no_article_is_skipped_with_its_reason(tmp_path: Path, kind: str):
    (found,) = export_of(tmp_path, item(post_type=kind))
    assert isinstance(found, Skipped)
    assert found.reason


def test_i7_old_slugs_and_numbers_redirect(tmp_path: Path):
    read = only(tmp_path, item(more=meta("_wp_old_slug", "ships") + meta("_wp_old_slug", "b%C3%A5t")))
    assert read.aliases == ("/2010/05/ships/", "/2010/05/b%C3%A5t/", "/?p=5")


def test_i7_a_page_is_found_by_both_of_its_numbers(tmp_path: Path):
    read = only(tmp_path, item(post_type="page", link="https://old.example/about/"))
    assert read.aliases == ("/?page_id=5", "/?p=5")


def test_i7_an_article_under_a_number_gets_the_default_address_and_a_redirect(tmp_path: Path):
    read = only(tmp_path, item(link="https://old.example/?p=5"))
    assert read.article.path == ""
    assert read.aliases == ("/?p=5",)


def test_an_article_on_an_address_of_the_service_fails_with_that_reason(tmp_path: Path):
    (found,) = export_of(tmp_path, item(link="https://old.example/feeds/boats/"))
    assert isinstance(found, Failed)
    assert found.reason == "its path is reserved by the service"


def test_i6_the_featured_picture_is_found_behind_the_article_that_uses_it(tmp_path: Path):
    attachment = item(
        number=9,
        post_type="attachment",
        status="inherit",
        more="<wp:attachment_url>https://old.example/wp-content/uploads/sail.jpg</wp:attachment_url>"
        + meta("_wp_attachment_image_alt", "A sail"),
    )
    read = only(tmp_path, item(more=meta("_thumbnail_id", "9")), attachment)
    assert read.article.hero is not None
    assert (read.article.hero.src, read.article.hero.alt) == (
        "https://old.example/wp-content/uploads/sail.jpg",
        "A sail",
    )


def test_i6_without_a_featured_picture_the_first_one_is_the_hero(tmp_path: Path):
    article = articles_of(export_of(tmp_path, item('<img src="/wp-content/a.jpg" alt="first">')))["boats"]
    assert article.hero is not None
    assert article.hero.src == "https://old.example/wp-content/a.jpg"


def test_i9_the_primary_category_is_the_section_and_the_others_are_tags(tmp_path: Path):
    terms = (
        '<category domain="category" nicename="news">News</category>'
        '<category domain="category" nicename="travel">Travel</category>'
        '<category domain="post_tag" nicename="sea">Sea</category>'
    )
    article = only(tmp_path, item(more=terms + meta("_yoast_wpseo_primary_category", "7"))).article
    assert article.section is not None
    assert article.section.slug == "travel"
    assert [tag.slug for tag in article.tags] == ["news", "sea"]


def test_i9_seo_plugins_and_view_counters_are_read(tmp_path: Path):
    metas = (
        meta("_yoast_wpseo_title", "%%title%% %%sep%% %%sitename%%")
        + meta("_yoast_wpseo_metadesc", "All about boats")
        + meta("_yoast_wpseo_meta-robots-noindex", "1")
        + meta("_yoast_wpseo_canonical", "https://other.example/boats/")
        + meta("post_views_count", "1234")
    )
    article = only(tmp_path, item(more=metas)).article
    assert (article.seo.title, article.seo.description, article.seo.noindex) == (
        "Boats - Old Mag",
        "All about boats",
        True,
    )
    assert article.canonical_url == "https://other.example/boats/"
    assert article.views == 1234


PLUGINS = {
    "Yoast": (
        "_yoast_wpseo_title _yoast_wpseo_metadesc _yoast_wpseo_canonical _yoast_wpseo_meta-robots-noindex=1 "
        "_yoast_wpseo_primary_category _yoast_wpseo_opengraph-image"
    ),
    "Rank Math": (
        "rank_math_title rank_math_description rank_math_canonical_url "
        'rank_math_robots=a:1:{i:0;s:7:"noindex";} rank_math_primary_category rank_math_facebook_image'
    ),
    "All in One SEO 3": "_aioseop_title _aioseop_description _aioseop_custom_link _aioseop_noindex=on",
    "All in One SEO 4": "_aioseo_title _aioseo_description",
    "SEOPress": (
        "_seopress_titles_title _seopress_titles_desc _seopress_robots_canonical _seopress_robots_index=yes "
        "_seopress_robots_primary_cat _seopress_social_fb_img"
    ),
    "The SEO Framework": (
        "_genesis_title _genesis_description _genesis_canonical_uri _genesis_noindex=1 _primary_term_category "
        "_social_image_url"
    ),
}
SAID = {
    "canon": "https://other.example/canonical/",
    "custom_link": "https://other.example/canonical/",
    "primary": "7",
    "image": "https://old.example/shared.jpg",
    "img": "https://old.example/shared.jpg",
    "desc": "Their description",
    "title": "Their title",
}


@pytest.mark.parametrize("plugin", PLUGINS)
def test_i9_each_seo_plugin_is_read_whole(tmp_path: Path, plugin: str):
    terms = "".join(f'<category domain="category" nicename="{each}">{each}</category>' for each in ("news", "travel"))
    named = [name.partition("=") for name in PLUGINS[plugin].split()]
    metas = {name: value or next(said for word, said in SAID.items() if word in name) for name, _, value in named}
    article = only(tmp_path, item(more=terms + "".join(meta(*each) for each in metas.items()))).article
    assert (article.seo.title, article.seo.description) == ("Their title", "Their description")
    assert article.seo.noindex is any("noindex" in name or "robots" in name for name, _, value in named if value)
    assert bool(article.canonical_url) is any("canon" in name or "custom_link" in name for name in metas)
    assert bool(article.seo.image) is any("image" in name or "img" in name for name in metas)
    assert article.section
    assert article.section.slug == ("travel" if any("primary" in name for name in metas) else "news")


def test_i9_co_authors_stand_in_their_order():
    export = WordPressExport(shared("data", "importers", "mg-wp-xml", "co-authors-plus.xml"))
    authors = [[author.name for author in read.article.authors] for read in export if isinstance(read, Read)]
    assert any(len(names) > 1 for names in authors)


def test_i10_comments_are_counted_and_nothing_personal_is_read(tmp_path: Path):
    comment = (
        "<wp:comment><wp:comment_author>Bob Private</wp:comment_author><wp:comment_author_email>bob@mail.example"
        "</wp:comment_author_email><wp:comment_author_IP>203.0.113.9</wp:comment_author_IP>"
        "<wp:comment_approved>1</wp:comment_approved><wp:comment_content>Hi</wp:comment_content></wp:comment>"
    )
    export = export_of(
        tmp_path, item(more=comment + comment.replace(">1<", ">spam<") + meta("_user_ip", "203.0.113.9"))
    )
    found = list(export)
    assert isinstance(found[0], Read)
    assert found[0].article.comment_count == 1
    said = repr(found) + repr(export.authors)
    assert not [each for each in ("Bob", "bob@", "203.0.113.9", "ana@") if each in said]


BODIES = [
    ("One.\n\nTwo\nthree.", "<p>One.</p>\n<p>Two<br />\nthree.</p>"),
    ("<!-- wp:paragraph -->\n<p>One.</p>\n<!-- /wp:paragraph -->", "<p>One.</p>"),
    (
        '[caption id="a" align="alignright" width="300"]<img src="/a.jpg" alt="x" /> The <b>sea</b>[/caption]',
        '<figure class="alignright"><img src="https://old.example/a.jpg" alt="x" />'
        "<figcaption>The <b>sea</b></figcaption></figure>",
    ),
    ('[contact-form-7 id="1" title="x"]', ""),
    ("As he said [sic] on [5] May", "<p>As he said [sic] on [5] May</p>"),
    ("[vc_row][vc_column]Inside[/vc_column][/vc_row]", "<p>Inside</p>"),
    ("[[gallery]] is a shortcode", "<p>[gallery] is a shortcode</p>"),
    (
        "[code language='php']\n$a = [b];\n\n<p>[/code]",
        '<pre><code class="language-php">$a = [b];\n\n&lt;p&gt;</code></pre>',
    ),
    ("<pre>[caption]\n\nx[/caption]</pre>", "<pre>[caption]\n\nx[/caption]</pre>"),
    (
        "https://vimeo.com/12345\n\nText",
        '<p><a class="embed" href="https://vimeo.com/12345">Vimeo</a></p>\n<p>Text</p>',
    ),
    ("[audio mp3='https://old.example/a.mp3']", '<audio controls="" src="https://old.example/a.mp3"></audio>'),
    ("[youtube dQw4w9WgXcQ]", None),
    ("[youtube=http://www.youtube.com/watch?v=dQw4w9WgXcQ&w=320&h=240]", None),
    ("[embed]https://youtu.be/dQw4w9WgXcQ[/embed]", None),
    ('<!-- wp:embed {"url":"https://youtu.be/dQw4w9WgXcQ"} /-->', None),
]
FILM = (
    '<a class="embed" href="https://www.youtube.com/watch?v=dQw4w9WgXcQ"><img src="https://i.ytimg.com/vi/dQw4w9WgXcQ/'
    'hqdefault.jpg" alt="YouTube" width="480" height="360" /></a>'
)


@pytest.mark.parametrize(("source", "expected"), BODIES)
def test_i4_a_body_by_example(tmp_path: Path, source: str, expected: str | None):
    article = articles_of(export_of(tmp_path, item(source)))["boats"]
    assert article.body.html == (FILM if expected is None else expected)
    assert article.body.source == source


def test_i4_a_gallery_shows_the_pictures_of_its_article(tmp_path: Path):
    pictures = [
        item(
            number=n,
            post_type="attachment",
            post_parent="5",
            more=f"<wp:attachment_url>https://old.example/{n}.jpg</wp:attachment_url>",
        )
        for n in (8, 9)
    ]
    article = articles_of(export_of(tmp_path, item("[gallery]"), *pictures))["boats"]
    assert [picture.src for picture in article.pictures] == ["https://old.example/8.jpg", "https://old.example/9.jpg"]


def test_i4_unknown_shortcodes_are_named(tmp_path: Path):
    assert only(tmp_path, item("[weather city='x']")).notes == ("[weather] is unknown and was taken out",)


def test_links_to_the_old_host_become_paths(tmp_path: Path):
    article = articles_of(export_of(tmp_path, item('<a href="https://www.old.example/2009/cars/">cars</a>')))["boats"]
    assert '<a href="/2009/cars/">' in article.body.html


BROKEN = [
    "<item><title>Q & A &nbsp; &hellip;</title>",
    "<item><title>bell \x07 &#8217;</title>",
    "<item><title>x</title><odd:thing>y</odd:thing>",
    "<item><title>x</title><b>",
]


@pytest.mark.parametrize("beginning", BROKEN)
def test_i3_a_broken_item_is_repaired_and_costs_no_other(tmp_path: Path, beginning: str):
    broken = item(number=6).replace("<item><title>Boats</title>", beginning)
    found = list(export_of(tmp_path, item(), broken, item(number=7)))
    assert [read.article.source and read.article.source.id for read in found if isinstance(read, Read)] == [
        "5",
        "6",
        "7",
    ]
    assert isinstance(found[1], Read)
    assert found[1].article.body.source == "Text."


def test_i3_a_section_without_an_end_does_not_swallow_the_next_item(tmp_path: Path):
    broken = item(number=6).replace("Text.]]>", "Text.")
    found = list(export_of(tmp_path, item(), broken, item(number=7)))
    assert [read.article.source and read.article.source.id for read in found if isinstance(read, Read)] == [
        "5",
        "6",
        "7",
    ]


def test_i1_an_item_that_an_article_writes_about_is_none(tmp_path: Path):
    found = list(export_of(tmp_path, item("An RSS <item>x</item> element <!-- <item> -->"), item(number=6)))
    assert len(found) == 2


def test_i1_a_truncated_export_keeps_what_was_read_and_says_so(tmp_path: Path):
    *_, cut, end = export_of(tmp_path, item(), item(number=6)[:200], tail="")
    assert isinstance(cut, Failed)
    assert cut.reason == "the file ends inside this item"
    assert isinstance(end, Failed)
    assert "incomplete" in end.reason


def test_i2_a_second_reading_gives_the_same_hashes_and_an_edit_another(tmp_path: Path):
    first, second = (only(tmp_path, item()).article.source for _ in range(2))
    edited = only(tmp_path, item("Other text.")).article.source
    assert first == second
    assert first is not None
    assert edited is not None
    assert (edited.id, edited.hash != first.hash) == (first.id, True)


def test_i3_a_reading_is_resumed_where_it_stopped(tmp_path: Path):
    items = [item(number=n, post_name=f"n{n}") for n in range(1, 6)]
    whole = list(export_of(tmp_path, *items))
    assert list(export_of(tmp_path, *items, offset=whole[2].offset)) == whole[3:]


@pytest.mark.parametrize("encoding", ["utf-16", "iso-8859-1", "utf-8-sig"])
def test_other_encodings_are_read(tmp_path: Path, encoding: str):
    declared = "iso-8859-1" if encoding == "iso-8859-1" else "UTF-8"
    source = (HEAD + item("Café") + TAIL).replace('encoding="UTF-8"', f'encoding="{declared}"')
    export = WordPressExport(written(tmp_path, "e.xml", source.encode(encoding)))
    assert articles_of(export)["boats"].body.text == "Café"


def test_i3_one_stray_byte_costs_no_other_character(tmp_path: Path):
    export = export_of(tmp_path, item("Über caf\N{ETX}", title="“Müller”"))
    path = tmp_path / "export.xml"
    path.write_bytes(path.read_bytes().replace(b"caf\x03", b"caf\xe9"))
    assert {each.title: each.body.text for each in articles_of(export).values()} == {"“Müller”": "Über café"}


def test_a_file_without_a_channel_is_refused(tmp_path: Path):
    with pytest.raises(InvalidExport, match="no <channel>"):
        WordPressExport(written(tmp_path, "e.xml", "<html></html>"))


def test_progress_ends_at_the_end(tmp_path: Path):
    export = export_of(tmp_path, item())
    list(export)
    assert export.progress.bytes_read == export.progress.bytes_total > 0


def test_i1_every_real_export_adds_up_and_counts_its_items_by_bytes():
    files = [*shared("data", "wxr").rglob("*.xml"), *shared("data", "importers", "mg-wp-xml").rglob("*.xml")]
    assert len(files) > 15
    for path in files:
        try:
            export = WordPressExport(path)
        except InvalidExport:
            assert b"<channel" not in path.read_bytes()
            continue
        report = ledger_of(export)
        assert report.adds_up, path
        assert report.seen >= path.read_bytes().count(b"<item>"), path


def test_every_article_of_the_theme_unit_test_is_prepared():
    articles = articles_of(WordPressExport(shared("data", "wxr", "wptt-theme-unit-test.xml")))
    assert len(articles) > 60
    assert {article.kind for article in articles.values()} == {Kind.ARTICLE, Kind.PAGE}
    assert all(article.title for article in articles.values())
    left = [
        slug for slug, article in articles.items() if "[caption" in article.body.text or "[gallery" in article.body.text
    ]
    assert left == []


def test_a_name_that_is_a_whole_path_gives_its_last_part(tmp_path: Path):
    """Squarespace writes its exports so."""
    assert only(tmp_path, item(post_name="blog/2010/5/1/boats")).article.slug == "boats"
