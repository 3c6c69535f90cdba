"""Feeds of every form become articles, page after page (import.md, Sources)."""

from datetime import UTC, datetime

import pytest

from publisher.error import FetchFailed, InvalidExport, NotThere
from publisher.importer.feed import FeedExport
from publisher.importer.port import Failed, Read, Skipped
from publisher.model import Kind, Status
from tests.importer.reading import articles_of, ledger_of
from tests.tool.shared import shared


def rss(*items: str, head: str = "") -> bytes:
    return (
        '<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:dc="http://purl.org/dc/elements/1.1/"'
        ' xmlns:media="http://search.yahoo.com/mrss/" xmlns:atom="http://www.w3.org/2005/Atom"'
        ' xmlns:slash="http://purl.org/rss/1.0/modules/slash/">'
        f"<channel><title>Mag</title><link>https://mag.example/</link><language>pt-BR</language>{head}{''.join(items)}</channel></rss>"
    ).encode()


def entry(name: str = "boats", more: str = "") -> str:
    return (
        f"<item><title>The {name}</title><link>https://mag.example/travel/{name}/</link><guid>g-{name}</guid>"
        f"<pubDate>Sat, 01 May 2010 10:00:00 +0200</pubDate>{more}</item>"
    )


def test_an_rss_item_keeps_identity_address_date_terms_author_picture_and_comments():
    more = (
        "<category>Travel</category><category>Sea</category><category>Sea</category><dc:creator>Ana Abe</dc:creator>"
        '<media:content url="https://mag.example/a.jpg" medium="image" width="900"/><slash:comments>4</slash:comments>'
        "<description>Short.</description><content:encoded><![CDATA[<p>Long <a href='/x'>x</a></p>]]></content:encoded>"
    )
    article = articles_of(FeedExport(rss(entry(more=more))))["boats"]
    assert (article.guid, article.path, article.title) == ("g-boats", "/travel/boats/", "The boats")
    assert article.published == datetime(2010, 5, 1, 8, tzinfo=UTC)
    assert article.section is not None
    assert (article.section.slug, [tag.name for tag in article.tags]) == ("travel", ["Sea"])
    assert [author.name for author in article.authors] == ["Ana Abe"]
    assert article.hero is not None
    assert article.hero.src == "https://mag.example/a.jpg"
    assert (article.comment_count, article.language, article.excerpt) == (4, "pt-BR", "Short.")
    assert article.body.html == '<p>Long <a href="/x">x</a></p>'


def test_an_authors_mail_address_is_never_taken():
    articles = articles_of(FeedExport(rss(entry(more="<author>ana@mag.example (Ana Abe)</author>"))))
    assert [author.name for author in articles["boats"].authors] == ["Ana Abe"]
    assert "@" not in repr(articles["boats"].authors)


def test_an_entry_of_another_site_is_credited_and_gets_an_address_here():
    source = '<source url="https://other.example/feed">Other</source>'
    item = entry(more=source).replace("https://mag.example/travel", "https://other.example/travel")
    article = articles_of(FeedExport(rss(item)))["boats"]
    assert (article.path, article.source_name) == ("", "Other")
    assert article.source_url.startswith("https://other.example/")


def test_two_entries_at_one_address_do_not_claim_the_same_path():
    first, second = (
        item for item in FeedExport(rss(entry(), entry().replace("g-boats", "g-2"))) if isinstance(item, Read)
    )
    assert (first.article.path, second.article.path) == ("/travel/boats/", "")


@pytest.mark.parametrize("form", ["rss", "json"])
def test_f44_a_date_that_is_none_is_told(form: str):
    json = b"""{"version": "https://jsonfeed.org/version/1.1", "items": [{"id": "g", "title": "The boats",
        "content_text": "x", "date_published": "some day in May"}]}"""
    broken = entry().replace("Sat, 01 May 2010 10:00:00 +0200", "some day in May")
    (read,) = FeedExport(json if form == "json" else rss(broken))
    assert isinstance(read, Read)
    assert read.article.published is None
    assert read.notes == ("The boats: 'some day in May' is no date; the time of its import is taken",)


def test_atom_and_json_feed_say_the_same():
    atom = (
        b'<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="en"><title>Mag</title><link href="https://mag.example/"/>'
        b'<entry><id>g</id><title type="html">A &amp;amp; B</title><link href="https://mag.example/a/"/>'
        b"<updated>2010-05-02T00:00:00Z</updated><published>2010-05-01T00:00:00Z</published><author><name>Ana</name></author>"
        b'<content type="html">&lt;p>x&lt;/p></content></entry></feed>'
    )
    json_feed = (
        b'{"version":"https://jsonfeed.org/version/1.1","title":"Mag","language":"en","home_page_url":"https://mag.example/",'
        b'"items":[{"id":"g","title":"A & B","url":"https://mag.example/a/","date_published":"2010-05-01T00:00:00Z",'
        b'"date_modified":"2010-05-02T00:00:00Z","authors":[{"name":"Ana"}],"content_html":"<p>x</p>"}]}'
    )
    first, second = (articles_of(FeedExport(data))["a"] for data in (atom, json_feed))
    assert first.title == "A & B"
    for name in ("guid", "path", "title", "published", "updated", "authors", "language", "text"):
        assert getattr(first.body if name == "text" else first, name) == getattr(
            second.body if name == "text" else second, name
        )


KIND = "http://schemas.google.com/g/2005#kind"
BACKUP = (
    """<feed xmlns="http://www.w3.org/2005/Atom" xmlns:app="http://purl.org/atom/app#"
 xmlns:blogger="http://schemas.google.com/blogger/2018" xmlns:thr="http://purl.org/syndication/thread/1.0">
<title>Mag</title><link rel="alternate" href="https://mag.example/"/>
"""
    + "".join(
        f"<entry><id>{number}</id><title>T{number}</title><published>2010-05-01T10:00:00Z</published>{more}</entry>"
        for number, more in enumerate(
            [
                *(f'<category scheme="{KIND}" term="http://x#{kind}"/>' for kind in ("template", "comment", "page")),
                f'<category scheme="{KIND}" term="http://x#post"/><category term="Sea"/><thr:total>3</thr:total>',
                f'<category scheme="{KIND}" term="http://x#post"/><app:control><app:draft>yes</app:draft></app:control>',
                "<blogger:type>COMMENT</blogger:type>",
                "<blogger:type>POST</blogger:type><blogger:status>DRAFT</blogger:status>",
                "<blogger:type>POST</blogger:type><blogger:status>LIVE</blogger:status>"
                "<blogger:filename>/2010/05/boats.html</blogger:filename>",
            ]
        )
    )
    + "</feed>"
)


def test_i8_of_a_backup_of_bloggers_posts_and_pages_are_taken_in_their_state():
    found = list(FeedExport(BACKUP.encode()))
    assert [each.what for each in found if isinstance(each, Skipped)] == ["T0", "T1", "T5"]
    page, post, *drafts, live = (each.article for each in found if isinstance(each, Read))
    assert (page.kind, page.section) == (Kind.PAGE, None)
    assert post.section is not None
    assert (post.section.name, post.comment_count) == ("Sea", 3)
    assert [(each.status, each.first_published) for each in drafts] == [(Status.DRAFT, None)] * 2
    assert (live.status, live.path, live.slug) == (Status.PUBLISHED, "/2010/05/boats.html", "boats")


def test_a_film_of_a_players_feed_is_shown_and_its_description_keeps_its_lines():
    feed = (
        '<feed xmlns="http://www.w3.org/2005/Atom" xmlns:media="http://search.yahoo.com/mrss/"><title>C</title>'
        '<link rel="alternate" href="https://www.youtube.com/channel/UC"/><entry><id>yt:video:1</id><title>Boats</title>'
        '<link rel="alternate" href="https://www.youtube.com/watch?v=dQw4w9WgXcQ"/><media:group>'
        "<media:description>One\nTwo\n\nThree</media:description></media:group></entry></feed>"
    )
    article = articles_of(FeedExport(feed.encode()))["boats"]
    assert 'href="https://www.youtube.com/watch?v=dQw4w9WgXcQ"' in article.body.html
    assert article.body.html.endswith("<p>One<br />Two</p><p>Three</p>")


def test_what_a_plugin_adds_to_a_feed_is_no_text_of_the_article():
    added = (
        '<p>The post <a href="https://mag.example/b/">B</a> appeared first on <a href="https://mag.example">M</a>.</p>'
    )
    (read,) = FeedExport(rss(entry(more=f"<description><![CDATA[<p>Text</p>{added}]]></description>")))
    assert isinstance(read, Read)
    assert read.html == "<p>Text</p>"


def test_i7_the_address_by_number_leads_to_an_article_of_wordpresss():
    (read,) = FeedExport(rss(entry().replace("g-boats", "https://mag.example/?p=12")))
    assert isinstance(read, Read)
    assert read.aliases == ("/?p=12",)


def test_an_offset_by_name_counts():
    (read,) = FeedExport(rss(entry().replace("+0200", "CEST")))
    assert isinstance(read, Read)
    assert read.article.published == datetime(2010, 5, 1, 8, tzinfo=UTC)


def test_pages_behind_the_first_are_fetched_until_one_brings_nothing_new():
    link = '<atom:link rel="next" href="https://mag.example/feed/2/"/>'
    pages = {"https://mag.example/feed/2/": rss(entry("cars"), entry("boats"), head=link.replace("/2/", "/3/"))}
    pages["https://mag.example/feed/3/"] = rss(entry("cars"), head=link.replace("/2/", "/4/"))
    export = FeedExport(rss(entry(), head=link), "https://mag.example/feed/", pages.__getitem__)
    assert list(articles_of(export)) == ["boats", "cars"]


def test_wordpress_feeds_are_paged_by_number():
    head, asked = "<generator>https://wordpress.org/?v=6.5</generator>", []

    def fetch(address: str) -> bytes:
        asked.append(address)
        return rss(entry(f"p{len(asked)}"), head=head) if len(asked) < 3 else rss(head=head)

    assert len(list(FeedExport(rss(entry(), head=head), "https://mag.example/feed/", fetch))) == 3
    assert asked == [f"https://mag.example/feed/?paged={n}" for n in (2, 3, 4)]


ENDS = [
    ("https://wordpress.org/?v=6.5", "", NotThere("404"), 0),
    ("https://wordpress.org/?v=6.5", "", FetchFailed("503"), 1),
    ("Mag", '<atom:link rel="next" href="/feed?page=2"/>', NotThere("404"), 1),
    ("Mag", '<atom:link rel="next" href="/feed?page=2"/>', InvalidExport("not a feed"), 1),
]


@pytest.mark.parametrize(("generator", "more", "error", "failed"), ENDS)
def test_i1_a_page_that_cannot_be_had_costs_none_before_it(generator: str, more: str, error: Exception, failed: int):
    """WordPress answers 404 behind its last page: that is the end; anything else is told."""

    def fetch(_: str) -> bytes:
        raise error

    head = f"<generator>{generator}</generator>{more}"
    report = ledger_of(FeedExport(rss(entry(), head=head), "https://mag.example/feed/", fetch))
    assert (report.created, report.failed_count) == (1, failed)


def test_no_page_of_another_host_is_fetched():
    head = '<atom:link rel="next" href="http://169.254.169.254/feed"/>'
    asked: list[str] = []
    *_, told = FeedExport(
        rss(entry(), head=head), "https://mag.example/feed", lambda address: asked.append(address) or b""
    )
    assert isinstance(told, Failed)
    assert ("another host" in told.reason, asked) == (True, [])


def test_further_pages_of_a_blog_of_bloggers_are_with_blogger():
    head = '<atom:link rel="next" href="https://www.blogger.com/feeds/1/posts/default?start-index=26"/>'
    first, second = (rss(entry(name).replace("g-", "tag:blogger.com,1999:blog-1.post-"), head=head) for name in "ab")
    export = FeedExport(first, "https://mag.example/feed", lambda _: second)
    assert list(articles_of(export)) == ["a", "b"]


def test_a_page_on_an_address_of_the_service_fails_with_that_reason():
    (found,) = FeedExport(rss(entry().replace("/travel/boats/", "/tag/boats/")))
    assert isinstance(found, Failed)


def test_every_real_feed_adds_up_and_reads_the_same_twice():
    read = 0
    for path in sorted(shared("data", "feeds").rglob("*.*")):
        if path.suffix not in (".xml", ".json"):
            continue
        try:
            first, second = (list(FeedExport(path.read_bytes())) for _ in range(2))
        except InvalidExport:
            continue
        read += 1
        report = ledger_of(first)
        assert report.adds_up, path
        assert first == second, path
        assert len(articles_of(FeedExport(path.read_bytes()))) <= report.created
    assert read > 35


@pytest.mark.parametrize("name", ["xmlbomb.xml", "quadratic.xml", "external.xml"])
def test_entities_of_ones_own_are_refused(name: str):
    with pytest.raises(InvalidExport, match="entities"):
        FeedExport(shared("data", "adversarial", "defusedxml", name).read_bytes())


EMPTY = {
    "rss": rss("<item><title> </title><description></description></item>", entry()),
    "json": b'{"version": "https://jsonfeed.org/version/1.1", "title": "J", "items": [{"id": 2}, '
    b'{"id": "3", "title": "The boats"}]}',
}


@pytest.mark.parametrize("feed", EMPTY)
def test_an_entry_with_nothing_to_show_is_no_article(feed: str):
    report = ledger_of(FeedExport(EMPTY[feed]))
    assert (report.created, report.skipped) == (1, (("an entry without title and text is no article", 1),))
