"""Markdown files and the folders of Hugo and Jekyll become articles (import.md, Sources)."""

from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from publisher.error import InvalidExport
from publisher.importer.markdown_folder import MarkdownExport
from publisher.importer.port import Failed, Read, Skipped
from publisher.model import Kind, Section, Status
from publisher.prepare import prepare
from tests.importer.reading import articles_of, ledger_of, written
from tests.tool.shared import ROOT, shared

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)


def only(folder: Path) -> Read:
    (found,) = MarkdownExport(folder, NOW)
    assert isinstance(found, Read), found
    return found


MATTER = [
    "---\ntitle: Boats\ndate: 2010-05-01T10:00:00Z\ntags: [Sea, Sail]\ncategories: [Travel]\nauthor: Ana Abe\n---\n",
    '+++\ntitle = "Boats"\ndate = 2010-05-01T10:00:00Z\ntags = ["Sea", "Sail"]\n'
    'categories = ["Travel"]\nauthor = "Ana Abe"\n+++\n',
    '{\n"title": "Boats", "date": "2010-05-01T10:00:00Z", "tags": ["Sea", "Sail"], '
    '"categories": ["Travel"], "author": "Ana Abe"\n}\n',
]


@pytest.mark.parametrize("matter", MATTER, ids=["yaml", "toml", "json"])
def test_front_matter_says_the_same_in_every_notation(tmp_path: Path, matter: str):
    written(tmp_path, "boats.md", matter + "# Text\n\nA *b* ~~c~~.")
    article = articles_of(MarkdownExport(tmp_path, NOW))["boats"]
    assert (article.title, article.published) == ("Boats", datetime(2010, 5, 1, 10, tzinfo=UTC))
    assert article.section is not None
    assert article.section.name == "Travel"
    assert [tag.slug for tag in article.tags] == ["sea", "sail"]
    assert [author.name for author in article.authors] == ["Ana Abe"]
    assert article.body.html == "<h1>Text</h1>\n<p>A <em>b</em> <del>c</del>.</p>"


def test_a_file_without_front_matter_is_titled_by_its_first_heading(tmp_path: Path):
    article = only(written(tmp_path, "a-b.md", "# Boats & more\n\nText.").parent).article
    assert (article.title, article.slug, article.body.source) == ("Boats & more", "a-b", "\nText.")


AGES = [("-3h", 9, Status.PUBLISHED), ("+2h", 14, Status.SCHEDULED)]


@pytest.mark.parametrize(("age", "hour", "status"), AGES)
def test_an_age_counts_from_now(tmp_path: Path, age: str, hour: int, status: Status):
    article = only(written(tmp_path, "a.md", f'---\ndate: "{age}"\n---\nx').parent).article
    assert article.published == datetime(2026, 11, 23, hour, tzinfo=UTC)
    assert article.status is status


@pytest.mark.parametrize(
    ("date", "instant"),
    [
        ("2026-07-01T00:30:00", datetime(2026, 6, 30, 15, 30, tzinfo=UTC)),
        ("2026-07-01", datetime(2026, 6, 30, 15, tzinfo=UTC)),
        ("2026-07-01T00:30:00Z", datetime(2026, 7, 1, 0, 30, tzinfo=UTC)),
        ("2026-07-01T00:30:00-02:00", datetime(2026, 7, 1, 2, 30, tzinfo=UTC)),
    ],
)
def test_f44_a_date_without_a_zone_is_the_editors(tmp_path: Path, date: str, instant: datetime):
    """And the address that its day stands in is the one it had."""
    written(tmp_path, "boats.md", f"---\ntitle: Boats\npermalink: /:year/:month/:day/:title/\ndate: {date}\n---\nText.")
    (read,) = MarkdownExport(tmp_path, NOW.astimezone(ZoneInfo("Asia/Tokyo")))
    assert isinstance(read, Read)
    assert (read.article.published, read.article.path) == (instant, "/2026/07/01/boats/")


def test_a_plain_folder_says_sections_and_authors_in_its_site_file(tmp_path: Path):
    written(
        tmp_path,
        "site.toml",
        '[[sections]]\nslug = "travel"\nname = "Far & Near"\n'
        '[[authors]]\nslug = "ana"\nname = "Ana"\nimage = "ana.jpg"',
    )
    written(tmp_path, "images/ana.jpg", b"jpg")
    written(tmp_path, "images/sea.jpg", b"jpg")
    written(tmp_path, "articles/a.md", "---\nsection: travel\nauthors: [ana]\nimage: sea.jpg\n---\n![Sea](sea.jpg)")
    written(tmp_path, "pages/about.md", "---\ntitle: About\n---\nUs.")
    first, page = (item for item in MarkdownExport(tmp_path, NOW) if isinstance(item, Read))
    article = prepare(first.article, first.html, files={file.src: f"/media/{file.name}" for file in first.files})
    assert article.section is not None
    assert article.section.name == "Far & Near"
    assert article.authors[0].avatar == "/media/ana.jpg"
    assert article.hero is not None
    assert article.hero.src == "/media/sea.jpg"
    assert article.body.html == '<p><img src="/media/sea.jpg" alt="Sea" /></p>'
    assert (page.article.kind, page.article.path) == (Kind.PAGE, "/about/")


def test_a_missing_picture_is_reported_and_not_shown(tmp_path: Path):
    read = only(written(tmp_path, "a.md", "---\nimage: gone.jpg\n---\nx").parent)
    assert read.article.hero is None
    assert "gone.jpg is missing" in read.notes[0]


def test_a_hugo_site_keeps_its_addresses_aliases_and_bundles(tmp_path: Path):
    written(tmp_path, "hugo.toml", 'baseURL = "https://old.example/"\ntitle = "Old"\nlanguageCode = "en-us"')
    written(
        tmp_path,
        "content/travel/boats/index.md",
        "---\ntitle: B\naliases: [/old/boats, /x.html, ships, ../y/, 'https://evil.test/']\n---\n![x](a.png)",
    )
    written(tmp_path, "content/travel/boats/a.png", b"png")
    written(tmp_path, "content/travel/_index.md", "---\ntitle: Travel\n---\n")
    written(tmp_path, "themes/x/a.md", "no")
    skipped, read = MarkdownExport(tmp_path, NOW)
    assert isinstance(skipped, Skipped)
    assert isinstance(read, Read)
    assert read.article.path == "/travel/boats/"
    assert read.aliases == ("/old/boats", "/old/boats/", "/x.html", "/travel/ships", "/travel/ships/", "/y/")
    assert read.article.section is not None
    assert read.article.section.slug == "travel"
    assert [file.path.name for file in read.files] == ["a.png"]


def test_a_jekyll_site_keeps_its_dated_addresses(tmp_path: Path):
    written(tmp_path, "_config.yml", "title: Old\nurl: https://old.example\npermalink: pretty")
    written(
        tmp_path,
        "_posts/2010-05-01-boats.md",
        "---\ncategories: Travel Sea\nredirect_from: /x/\n---\n{% highlight py %}\na = 1\n{% endhighlight %}",
    )
    written(tmp_path, "_drafts/cars.md", "---\ntitle: Cars\n---\n")
    draft, read = (item for item in MarkdownExport(tmp_path, NOW) if isinstance(item, Read))
    assert draft.article.status is Status.DRAFT
    assert (read.article.path, read.aliases) == ("/travel/sea/2010/05/01/boats/", ("/x/",))
    assert '<pre><code class="language-py">a = 1' in read.html


def test_template_tags_become_html_or_are_named(tmp_path: Path):
    source = (
        '{{< youtube dQw4w9WgXcQ >}}\n\n{{< figure src="/a.jpg" caption="C" >}}\n\n'
        '{{< weather city="x" >}}\n\n```\n{{< kept >}}\n```'
    )
    read = only(written(tmp_path, "a.md", source).parent)
    article = prepare(read.article, read.html)
    assert 'href="https://www.youtube.com/watch?v=dQw4w9WgXcQ"' in article.body.html
    assert "<figcaption>C</figcaption>" in article.body.html
    assert "{{&lt; kept &gt;}}" in article.body.html
    assert read.notes == ("a.md: {weather} is unknown and was taken out",)


@pytest.mark.parametrize(
    "matter", ["a: !!python/object/apply:os.system ['true']", "a: &a [x]\nb: [*a, *a]", "a: [", "a: " + "[" * 5000]
)
def test_hostile_front_matter_fails_with_its_reason(tmp_path: Path, matter: str):
    (found,) = MarkdownExport(written(tmp_path, "a.md", f"---\n{matter}\n---\nx"), NOW)
    assert isinstance(found, Failed)
    assert "front matter" in found.reason


def test_no_file_outside_the_folder_is_read(tmp_path: Path):
    written(tmp_path, "secret.png", b"x")
    folder = tmp_path / "site"
    written(
        folder,
        "a.md",
        "---\nimage: ../secret.png\nslug: ../../etc/passwd\nurl: /a/../../b\n---\n![x](../secret.png) ![y](link.png)",
    )
    (folder / "link.png").symlink_to(tmp_path / "secret.png")
    read = only(folder)
    assert read.files == ()
    assert (read.article.slug, read.article.path) == ("etc-passwd", "/a/b")


def test_a_directory_without_articles_is_refused(tmp_path: Path):
    with pytest.raises(InvalidExport, match="a directory without articles"):
        MarkdownExport(tmp_path, NOW)


def test_real_jekyll_files_add_up():
    report = ledger_of(MarkdownExport(shared("data", "importers", "mg-jekyll-export"), NOW))
    assert report.adds_up
    assert report.created == 5


def test_a_second_reading_gives_the_same_hashes(tmp_path: Path):
    written(tmp_path, "a.md", '---\ndate: "-3h"\n---\nx')
    first, later = (next(iter(MarkdownExport(tmp_path, now))) for now in (NOW, NOW.replace(hour=20)))
    assert isinstance(first, Read)
    assert isinstance(later, Read)
    assert first.article.source == later.article.source


def test_the_bundled_sample_is_read_whole():
    export = MarkdownExport(ROOT / "publisher" / "sample", NOW)
    found = list(export)
    report = ledger_of(found)
    assert (report.adds_up, report.failed, report.notes) == (True, (), ())
    assert report.created >= 24
    articles = [item.article for item in found if isinstance(item, Read)]
    assert {Status.PUBLISHED, Status.SCHEDULED, Status.DRAFT} <= {article.status for article in articles}
    assert {article.section.slug for article in articles if article.section} <= {each.slug for each in export.sections}
    assert all(article.hero for article in articles if article.kind is Kind.ARTICLE)


def test_a_status_that_keeps_a_piece_from_readers_is_kept(tmp_path: Path):
    for word, status in (("draft", Status.DRAFT), ("Private", Status.PRIVATE), ("evergreen", Status.PUBLISHED)):
        written(tmp_path, "piece.md", f"---\ntitle: Piece\nstatus: {word}\n---\nText.\n")
        (read,) = (item for item in MarkdownExport(tmp_path, NOW) if isinstance(item, Read))
        assert read.article.status is status


UNREADABLE = [
    ("date: 01/11/2026", "date: '01/11/2026' is no date; write it like 2026-11-23"),
    ("date: 2026-11-01\nexpires: soon", "expires: 'soon' is no date"),
    ("title: One: a start", "its line 1: mapping values are not allowed here; put quotes around a text with a colon"),
]


@pytest.mark.parametrize(("line", "said"), UNREADABLE)
def test_what_cannot_be_read_in_front_matter_fails_and_is_published_at_no_wrong_time(
    tmp_path: Path, line: str, said: str
):
    (found,) = MarkdownExport(written(tmp_path, "a.md", f"---\n{line}\n---\nText.").parent, NOW)
    assert isinstance(found, Failed)
    assert said in found.reason


@pytest.mark.parametrize(
    ("name", "matter"),
    [
        ("a.md", "date: tomorrow\ndraft: true"),
        ("2026-11-01-a.md", "date: tomorrow"),
        ("a.md", "date: 2026-11-01\nupdated: tomorrow"),
    ],
)
def test_a_date_that_cannot_be_read_is_noted_where_it_does_no_harm(tmp_path: Path, name: str, matter: str):
    read = only(written(tmp_path, name, f"---\n{matter}\n---\nText.").parent)
    (note,) = read.notes
    assert note.startswith(f"{name}: ")
    assert "'tomorrow' is no date" in note


@pytest.mark.parametrize(
    ("value", "status"),
    [
        ("true", Status.DRAFT),
        ("maybe", Status.DRAFT),
        ("1", Status.DRAFT),
        ("false", Status.PUBLISHED),
        ("no", Status.PUBLISHED),
        ("0", Status.PUBLISHED),
        ("", Status.PUBLISHED),
    ],
)
def test_a_draft_is_what_does_not_say_that_it_is_none(tmp_path: Path, value: str, status: Status):
    assert only(written(tmp_path, "a.md", f"---\ndraft: {value}\n---\nText.").parent).article.status is status


def test_an_empty_file_is_no_article(tmp_path: Path):
    (found,) = MarkdownExport(written(tmp_path, "a.md", " \n").parent, NOW)
    assert isinstance(found, Skipped)


@pytest.mark.parametrize("source", ["---\ntitle: Boats\n\nText.", '+++\ntitle = "Boats"\n\nText.'])
def test_front_matter_that_is_not_closed_is_not_published_as_text(tmp_path: Path, source: str):
    (found,) = MarkdownExport(written(tmp_path, "a.md", source).parent, NOW)
    assert isinstance(found, Failed)
    assert f"a line {source[:3]} is missing" in found.reason


def test_a_rule_above_a_text_is_no_front_matter(tmp_path: Path):
    assert "Boats sail" in only(written(tmp_path, "a.md", "---\n\nBoats sail: they do.").parent).html


def test_a_section_given_by_its_slug_is_called_by_its_words(tmp_path: Path):
    written(tmp_path, "a.md", "---\ntitle: A\nsection: whats-on\n---\nText.")
    (read,) = (item for item in MarkdownExport(tmp_path, NOW) if isinstance(item, Read))
    assert read.article.section == Section(slug="whats-on", name="Whats on")
