"""Every way in makes the same article of the same text (prepare.py)."""

from msgspec.structs import replace

from publisher.model import Article, Author, Body, Picture, Tag
from publisher.prepare import prepare

PLAIN = Article(guid="g", slug="boats", path="/a/boats/", title="Boats", body=Body(source="src", format="markdown"))


def test_what_follows_from_a_body_is_derived_from_it():
    words = "The boat came slowly over the water. " * 100
    article = prepare(PLAIN, f'<h2>Part</h2><p>{words}</p><p><img src="/media/a.jpg" alt="A"></p><script>x</script>')
    assert article.body.source == "src"
    assert article.body.format == "markdown"
    assert "script" not in article.body.html
    assert article.words == 701
    assert article.minutes == 3
    assert article.summary.startswith("The boat came")
    assert len(article.summary) <= 300
    assert article.hero == article.pictures[0]


def test_what_was_given_is_kept_before_what_is_derived():
    given = replace(PLAIN, excerpt="<p>Given &amp;</p><p>kept.</p>", hero=Picture(src="lead.jpg", alt=" a\nb "))
    article = prepare(given, '<p>Text.</p><img src="/media/a.jpg">', files={"lead.jpg": "/media/b.jpg"})
    assert (article.excerpt, article.summary) == ("Given & kept.", "Given & kept.")
    assert article.hero is not None
    assert (article.hero.src, article.hero.alt) == ("/media/b.jpg", "a b")


def test_names_and_addresses_are_safe():
    article = prepare(
        replace(
            PLAIN,
            title="<b>A</b> &lt; B\x00\u202e",
            hero=Picture(src="javascript:alert(1)"),
            canonical_url="javascript:alert(1)",
            source_url="https://Wire.example/ä",
            tags=(
                Tag(slug="a", name="A"),
                Tag(slug="", name="x"),
                Tag(slug="a", name="again"),
                Tag(slug="b", name=" "),
            ),
            authors=(Author(slug="x", name=" "), Author(slug="y", name="Y\n", url="data:x", avatar="vbscript:1")),
        ),
        "",
    )
    assert article.title == "A < B"
    assert article.hero is None
    assert (article.canonical_url, article.source_url) == ("", "https://wire.example/%C3%A4")
    assert [tag.name for tag in article.tags] == ["A"]
    assert article.authors == (Author(slug="y", name="Y"),)


def test_an_article_without_a_title_is_called_by_its_first_words_or_its_slug():
    assert prepare(replace(PLAIN, title=" "), "<p>Once upon a time.</p>").title == "Once upon a time."
    assert prepare(replace(PLAIN, title=""), "").title == "boats"


def test_preparing_again_changes_nothing():
    once = prepare(PLAIN, '<p>A <a href="../x/">b</a> <img src=c.jpg></p>', "https://old.example/y/", ["old.example"])
    assert prepare(once, once.body.html, own_hosts=["old.example"]) == once


def test_pictures_of_the_old_host_move_with_their_sizes_once_they_are_stored():
    html = '<img src="/up/a-300x200.jpg" srcset="/up/a-300x200.jpg 300w"><img src="/up/b.jpg">'
    stored = {"https://old.example/up/a.jpg": "/media/aa/original.jpg"}
    article = prepare(PLAIN, html, "https://old.example/y/", ["old.example"], stored)
    assert [picture.src for picture in article.pictures] == ["/media/aa/original.jpg", "https://old.example/up/b.jpg"]
    assert "srcset" not in article.body.html
