"""Texts and addresses as Hugo's and Jekyll's sites have them (import.md, Sources)."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from publisher.importer.markdown_folder import MarkdownExport
from publisher.importer.port import Read, Skipped
from publisher.importer.sniff import open_export
from publisher.importer.template_tag import render
from publisher.model import Article, Kind
from publisher.prepare import prepare
from tests.importer.reading import written

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
HUGO = 'baseURL = "https://old.example/"\n'


def articles(folder: Path) -> dict[str, Article]:
    """The prepared articles of a site, by the file that each came from."""
    reads = [each for each in MarkdownExport(folder, NOW) if isinstance(each, Read)]
    return {str(read.article.source and read.article.source.id): prepare(read.article, read.html) for read in reads}


def body(folder: Path, source: str, name: str = "_posts/2010-05-01-boats.md") -> str:
    written(folder, name, f"---\ntitle: Boats\n---\n{source}")
    return articles(folder)[name].body.html


HUGO_BODIES = [
    (
        '{{< highlight go "linenos=table" >}}\na := "[x]"\n{{< /highlight >}}\n\nAfter.',
        '<pre><code class="language-go">a := "[x]"\n</code></pre>\n<p>After.</p>',
    ),
    (
        "Show `{{</* youtube x */>}}` and `{% if %}`.",
        "<p>Show <code>{{&lt; youtube x &gt;}}</code> and <code>{% if %}</code>.</p>",
    ),
    ("{% raw %}", "<p>{% raw %}</p>"),
    ('{{< x user="a" id="1" >}}', '<p><a href="https://x.com/a/status/1">https://x.com/a/status/1</a></p>'),
    ("{{< gist a 1 >}}", '<p><a href="https://gist.github.com/a/1">https://gist.github.com/a/1</a></p>'),
    ("## Sea {#north}", '<h2 id="north">Sea</h2>'),
    (
        '{{< details summary="Why" >}}\nBecause *so*.\n{{< /details >}}',
        "<details><summary>Why</summary>\n<p>Because <em>so</em>.</p>\n</details>",
    ),
    ('{{< button href="https://a.example/" >}}Go{{< /button >}}', '<p><a href="https://a.example/">Go</a></p>'),
    ('{{< button href="https://a.example/" text="Go" />}}', '<p><a href="https://a.example/">Go</a></p>'),
    ("{{< button >}}Go{{< /button >}}", "<p>Go</p>"),
    (
        '{{< admonition type="tip" title="Mind" >}}\nThe gap.\n{{< /admonition >}}',
        "<p><strong>Mind</strong></p>\n<p>The gap.</p>",
    ),
    (
        '{{< quote author="Ann" >}}\nCalm.\n{{< /quote >}}',
        "<blockquote>\n<p><cite>Ann</cite></p>\n<p>Calm.</p>\n</blockquote>",
    ),
    ('{{< audio src="https://a.example/a.mp3" >}}', '<p><audio controls="" src="https://a.example/a.mp3"></audio></p>'),
    (
        '{{< figure src="https://a.example/a.jpg" caption="Sea" attr="Ann" attrlink="https://a.example/" >}}',
        '<figure><img src="https://a.example/a.jpg" alt="" /><figcaption>Sea'
        ' <small><a href="https://a.example/">Ann</a></small></figcaption></figure>',
    ),
    ("> [!WARNING]\n> Ice.", "<blockquote>\n<p><strong>Warning</strong></p>\n<p>Ice.</p>\n</blockquote>"),
    ("Sea\n: Water.", "<dl>\n<dt>Sea</dt>\n<dd>Water.</dd>\n</dl>"),
]


@pytest.mark.parametrize(("source", "expected"), HUGO_BODIES)
def test_a_text_of_hugos_is_shown(tmp_path: Path, source: str, expected: str):
    written(tmp_path, "hugo.toml", HUGO)
    assert body(tmp_path, source, "content/posts/a.md") == expected


JEKYLL_BODIES = [
    ("{% raw %}{{ x }} {% if %}{% endraw %}", "<p>{{ x }} {% if %}</p>"),
    ("```\n{% raw %}{{ x }}{% endraw %}\n```", "<pre><code>{{ x }}\n</code></pre>"),
    ("a{% comment %}hidden *words*{% endcomment %}b", "<p>ab</p>"),
    ("A {{ page.title }}.", "<p>A .</p>"),
    ("* toc\n{:toc}\n\nText", "<p>Text</p>"),
    (
        '{% include figure image_path="https://old.example/a.jpg" caption="C" %}',
        '<figure><img src="https://old.example/a.jpg" alt="" /><figcaption>C</figcaption></figure>',
    ),
]


@pytest.mark.parametrize(("source", "expected"), JEKYLL_BODIES)
def test_a_text_of_jekylls_is_shown(tmp_path: Path, source: str, expected: str):
    assert body(tmp_path, source) == expected


def test_footnotes_stand_under_the_text_in_the_order_of_their_mentions(tmp_path: Path):
    found = body(tmp_path, "One[^b] two[^a] one[^b].\n\n[^a]: First.\n[^b]: Second\n    goes *on*.\n\nEnd [^c].")
    assert found == (
        '<p>One<sup id="fnref-1"><a href="#fn-1" class="footnote-ref">1</a></sup> two<sup id="fnref-2">'
        '<a href="#fn-2" class="footnote-ref">2</a></sup> one<sup>'
        '<a href="#fn-1" class="footnote-ref">1</a></sup>.</p>\n'
        '<p>End [^c].</p>\n<ol class="footnotes">\n<li id="fn-1"><p>Second\ngoes <em>on</em>. '
        '<a href="#fnref-1" class="footnote-backref">↩</a></p></li>\n'
        '<li id="fn-2"><p>First. <a href="#fnref-2" class="footnote-backref">↩</a></p></li>\n</ol>'
    )


def test_a_footnote_may_end_in_code():
    html = render("One[^a]\n\n[^a]: Note.\n\n    ```\n    code\n    ```\n", {})
    assert '<p>Note.</p>\n<pre><code>code\n</code></pre> <a href="#fnref-1"' in html
    assert html.count("<p>") == html.count("</p>")


def test_a_note_that_a_note_mentions_is_shown_too(tmp_path: Path):
    found = body(tmp_path, "Text[^a]\n\n[^a]: See[^b].\n[^b]: Last.")
    assert found.count("<li id=") == 2
    assert "Last." in found


def test_a_heading_that_the_text_links_to_has_its_name(tmp_path: Path):
    assert body(tmp_path, "[x](#north-sea)\n\n## North Sea!\n\n## South") == (
        '<p><a href="#north-sea">x</a></p>\n<h2 id="north-sea">North Sea!</h2>\n<h2>South</h2>'
    )


LINKS = ['[x]({{< ref "/docs/cars.md" >}})', '[x]({{< relref "cars" >}})', "[x](../docs/cars.md)"]


@pytest.mark.parametrize("link", LINKS)
def test_a_link_to_a_file_leads_to_its_article(tmp_path: Path, link: str):
    written(tmp_path, "hugo.toml", HUGO)
    written(tmp_path, "content/docs/cars.md", "---\nurl: /old/cars/\n---\nx")
    assert body(tmp_path, link, "content/posts/a.md") == '<p><a href="/old/cars/">x</a></p>'


@pytest.mark.parametrize("link", ["{% post_url 2010-01-02-cars %}", "{% link _posts/2010-01-02-cars.md %}#top"])
def test_a_link_to_a_post_leads_to_its_article(tmp_path: Path, link: str):
    written(tmp_path, "_posts/2010-01-02-cars.md", "---\npermalink: /old/cars/\n---\nx")
    address = "/old/cars/#top" if "#" in link else "/old/cars/"
    assert body(tmp_path, f"[x]({link})") == f'<p><a href="{address}">x</a></p>'


def test_links_and_pictures_by_name_are_found(tmp_path: Path):
    written(tmp_path, "notes/Old cars.md", "---\nurl: /old/cars/\n---\nx")
    source = "[[Old cars]] [[Old cars#top|they]] [[nothing]] ![[a b.png|Sea]]"
    assert body(tmp_path, source, "notes/a.md") == (
        '<p><a href="/old/cars/">Old cars</a> <a href="/old/cars/#top">they</a> [[nothing]] '
        '<img src="/a%20b.png" alt="Sea" /></p>'
    )


def test_hugos_rules_for_addresses_are_by_section_and_of_the_title(tmp_path: Path):
    rules = '[permalinks]\nposts = "/:year/:month/:title/"\nnews = "/n/:slugorcontentbasename/"\n'
    written(tmp_path, "hugo.toml", HUGO + rules)
    for name in ("posts/2010-05-01-a", "news/b/index", "docs/C_d", "about"):
        written(tmp_path, f"content/{name}.md", "---\ntitle: Été à la mer\ndate: 2010-05-01\n---\nx")
    found = {article.path for article in articles(tmp_path).values()}
    assert found == {"/2010/05/%C3%A9t%C3%A9-%C3%A0-la-mer/", "/n/b/", "/docs/c_d/", "/about/"}


def test_hugo_keeps_a_date_in_a_files_name_unless_it_is_told_to_read_it(tmp_path: Path):
    written(tmp_path, "content/posts/2010-05-01-boats.md", "---\ntitle: B\n---\nx")
    for more, path in (("", "/posts/2010-05-01-boats/"), ('[frontmatter]\ndate = [":filename"]\n', "/posts/boats/")):
        written(tmp_path, "hugo.toml", HUGO + more)
        assert [each.path for each in articles(tmp_path).values()] == [path]


def test_hugos_languages_are_read_from_endings_and_folders(tmp_path: Path):
    written(tmp_path, "config/_default/hugo.toml", HUGO)
    written(tmp_path, "config/_default/languages.toml", '[en]\n[fr]\n[de]\ncontentDir = "content/german"')
    for name in ("boats/index.md", "boats/index.fr.md", "german/boats/index.md"):
        written(tmp_path, f"content/{name}", "---\ntitle: B\ndate: 2010-05-01\n---\nx")
    found = articles(tmp_path).values()
    assert sorted((each.path, each.language) for each in found) == [
        ("/boats/", "en"),
        ("/de/boats/", "de"),
        ("/fr/boats/", "fr"),
    ]
    assert len({each.translation_group for each in found}) == 1


def test_pages_that_are_no_posts_are_pages_and_lists_are_none(tmp_path: Path):
    written(tmp_path, "_config.yml", "title: Old")
    written(tmp_path, "about.md", "---\ntitle: About\n---\nx")
    for name, text in (("index.md", ""), ("404.html", "x"), ("tags.html", "{% for tag in site.tags %}x{% endfor %}")):
        written(tmp_path, name, f"---\nlayout: default\n---\n{text}")
    skipped = [each.what for each in MarkdownExport(tmp_path, NOW) if isinstance(each, Skipped)]
    assert sorted(skipped) == ["404.html", "index.md", "tags.html"]
    assert [(each.kind, each.path) for each in articles(tmp_path).values()] == [(Kind.PAGE, "/about.html")]


def test_json_above_a_text_may_be_one_line(tmp_path: Path):
    """It was the text's first paragraph."""
    written(tmp_path, "hugo.toml", HUGO)
    written(tmp_path, "content/posts/a.md", '{"title": "Boats", "date": "2010-05-01"}\n\nText.')
    written(tmp_path, "content/posts/b.md", '{"a": 1} is JSON.')
    found = articles(tmp_path)
    assert (found["content/posts/a.md"].title, found["content/posts/a.md"].body.html) == ("Boats", "<p>Text.</p>")
    assert found["content/posts/b.md"].body.text == '{"a": 1} is JSON.'


COLLECTIONS = """url: https://old.example
collections:
  recipes: {output: true}
  trips: {output: true, permalink: /t/:title/}
  people: {output: false}
"""


def test_jekylls_collections_are_read_where_they_have_pages_and_named_where_not(tmp_path: Path):
    written(tmp_path, "_config.yml", COLLECTIONS)
    for name in ("_recipes/soup/pea.md", "_people/ann.md", "_other/x.md"):
        written(tmp_path, name, "---\ntitle: A\n---\nText.")
    written(tmp_path, "_trips/north.md", "---\ntitle: North\ndate: 2010-05-01\n---\nText.")
    found = articles(tmp_path)
    assert {name: (each.kind, each.path) for name, each in found.items()} == {
        "_recipes/soup/pea.md": (Kind.PAGE, "/recipes/soup/pea.html"),
        "_trips/north.md": (Kind.ARTICLE, "/t/north/"),
    }
    (skipped,) = (each for each in MarkdownExport(tmp_path, NOW) if isinstance(each, Skipped))
    assert (skipped.what, "no output" in skipped.reason) == ("_people/ann.md", True)


def test_a_post_that_lists_others_is_a_post(tmp_path: Path):
    written(tmp_path, "_config.yml", "title: A")
    assert body(tmp_path, "Text.\n{% for post in site.posts %}{% endfor %}") == "<p>Text.</p>"


def test_a_post_in_html_has_tags_too(tmp_path: Path):
    written(tmp_path, "_config.yml", "title: A")
    source = (
        '<p>{{ "now" | upcase }} <a href="{{ site.baseurl }}/b/">b</a></p>{% highlight sh %}\na < b\n{% endhighlight %}'
        "<p>{% raw %}{{ kept }}{% endraw %}</p>"
    )
    assert body(tmp_path, source, "_posts/2010-05-01-a.html") == (
        '<p>now <a href="/b/">b</a></p><pre><code class="language-sh">a &lt; b</code></pre><p>{{ kept }}</p>'
    )


def test_a_jekyll_site_with_posts_in_html_is_no_medium_archive(tmp_path: Path):
    written(tmp_path, "_posts/2010-05-01-a.html", "---\ntitle: A\n---\n<p>Text.</p>")
    assert isinstance(open_export(str(tmp_path), now=NOW), MarkdownExport)
