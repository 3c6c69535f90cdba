"""Medium's and Substack's archives become articles, and nothing is ever unpacked (import.md, Sources, I11)."""

import json
import shutil
import zipfile
from html import escape
from pathlib import Path
from typing import Any

import pytest

from publisher.error import InvalidExport
from publisher.importer.archive import Archive
from publisher.importer.medium import MediumExport
from publisher.importer.port import Export, Failed, Read, Skipped
from publisher.importer.substack import SubstackExport
from publisher.model import Kind, Status
from publisher.prepare import prepare
from tests.importer.reading import ledger_of, written
from tests.tool.shared import shared


def zipped(folder: Path, source: Path) -> Path:
    return Path(shutil.make_archive(str(folder / "export"), "zip", source))


def reads(export: Export) -> list[Read]:
    return [item for item in export if isinstance(item, Read)]


def test_a_medium_post_keeps_identity_title_subtitle_tags_author_and_date(tmp_path: Path):
    export = MediumExport(zipped(tmp_path, shared("data", "importers", "mg-medium-export", "export")))
    article = next(read.article for read in reads(export) if read.article.title == "Advanced Post Title")
    assert (article.guid, article.slug) == ("https://medium.com/p/efefef12121212", "testpost")
    assert article.dek == "This is a subtitle of some sort"
    assert [tag.name for tag in article.tags] == ["Things", "Stuff"]
    assert [author.name for author in article.authors] == ["Joe Bloggs"]
    assert article.published is not None
    assert article.published.isoformat() == "2018-08-11T11:23:34.123000+00:00"


def test_a_medium_text_does_not_repeat_its_title_and_subtitle():
    export = MediumExport(shared("data", "importers", "mg-medium-export", "export"))
    read = next(read for read in reads(export) if read.article.title == "Advanced Post Title")
    html = prepare(read.article, read.html, read.base).body.html
    assert "Advanced Post Title" not in html
    assert "<h4" in html
    assert "<figcaption>This is an image caption</figcaption>" in html


def test_two_medium_files_that_say_one_address_are_two_articles():
    guids = [
        read.article.guid for read in reads(MediumExport(shared("data", "importers", "mg-medium-export", "export")))
    ]
    assert len(guids) == len(set(guids)) == 5


def test_a_medium_accounts_profile_is_never_read():
    assert "zedmw" not in repr(list(MediumExport(shared("data", "importers", "mg-medium-export", "export"))))


def test_a_medium_draft_stays_one(tmp_path: Path):
    source = shared("data", "importers", "mg-medium-export", "export", "posts", "short-post.html").read_bytes()
    written(tmp_path, "posts/draft_x-1.html", source)
    assert [read.article.status for read in reads(MediumExport(tmp_path))] == [Status.DRAFT]


def test_substack_posts_keep_kind_status_address_and_sound(tmp_path: Path):
    found = list(
        SubstackExport(zipped(tmp_path, shared("data", "importers", "mg-substack")), "https://old.substack.com")
    )
    articles = {read.article.slug: read.article for read in found if isinstance(read, Read)}
    assert articles["plain-text"].path == "/p/plain-text"
    assert articles["plain-text"].dek == "“This quote’s rather short”"
    assert articles["draft-text"].status is Status.DRAFT
    assert articles["about-us"].kind is Kind.PAGE
    assert [item.reason for item in found if isinstance(item, Skipped)] == ["a discussion thread is no article"]
    sound = next(read for read in found if isinstance(read, Read) and read.article.slug == "podcast")
    assert (
        prepare(sound.article, sound.html).body.html
        == '<p><audio controls="" src="https://example.com/my-audio/file.mp3"></audio></p>'
    )


def test_substacks_buttons_to_subscribe_are_gone():
    read = next(iter(reads(SubstackExport(shared("data", "importers", "mg-substack")))))
    assert "Sign up" not in prepare(read.article, read.html).body.text


ROW = "post_id,post_date,is_published,type,title,subtitle\n1.x,2020-01-01,true,newsletter,X,{}\n"


def substack_post(folder: Path, html: str, subtitle: str = "") -> Read:
    written(folder, "posts.csv", ROW.format(subtitle))
    written(folder, "posts/1.x.html", html)
    (found,) = SubstackExport(folder)
    assert isinstance(found, Read), found
    return found


def part(kind: str, /, **values: Any) -> str:
    return f'<div class="{kind}" data-attrs="{escape(json.dumps(values))}" data-component-name="X"></div>'


SUBSTACK = [
    (
        part("twitter-embed", url="https://x.com/a/status/1", full_text="Said <b>", name="A"),
        '<blockquote><p>Said &lt;b&gt;</p><p>— <a href="https://x.com/a/status/1">A</a></p></blockquote>',
    ),
    (
        part("image-gallery-embed", gallery={"images": [{"src": "https://a.example/1.jpg"}], "caption": "C"}),
        '<figure class="gallery"><img src="https://a.example/1.jpg" alt="" /><figcaption>C</figcaption></figure>',
    ),
    (
        part("digest-post-embed", title="Other", canonical_url="https://a.example/p/other"),
        '<p><a href="https://a.example/p/other">Other</a></p>',
    ),
    (part("latex-rendered", persistentExpression="E=mc^2"), "<pre><code>E=mc^2</code></pre>"),
    (
        '<p class="button-wrapper" data-attrs="{}"><a class="button" href="https://a.example/book"><span>Buy</span></a></p>',
        '<p><a href="https://a.example/book"><span>Buy</span></a></p>',
    ),
    ('<p class="button-wrapper"><a class="button" href="%%share_url%%"><span>Share</span></a></p>', ""),
    ('<div><label class="hide-text">Text within this block</label><pre>x</pre></div>', "<div><pre>x</pre></div>"),
]


@pytest.mark.parametrize(("source", "expected"), SUBSTACK)
def test_what_substack_keeps_in_attributes_is_shown(tmp_path: Path, source: str, expected: str):
    read = substack_post(tmp_path, source)
    assert (prepare(read.article, read.html).body.html, read.notes) == (expected, ())


def test_what_only_substack_could_fill_is_named(tmp_path: Path):
    read = substack_post(tmp_path, "<p>x</p>" + part("poll-embed", id=1))
    assert (read.html, read.notes) == ("<p>x</p>", ("x: poll-embed can't be filled here and was taken out",))


def test_a_line_end_of_unicodes_ends_no_row_of_a_table(tmp_path: Path):
    assert substack_post(tmp_path, "<p>x</p>", "Sea\u2028sky").article.dek == "Sea\u2028sky"


def medium_post(folder: Path, body: str, subtitle: str = "") -> Read:
    head = f'<h1 class="p-name">X</h1><section data-field="subtitle">{subtitle}</section>'
    written(folder, "posts/x-1.html", f'{head}<section data-field="body">{body}</section>')
    (found,) = MediumExport(folder)
    assert isinstance(found, Read), found
    return found


MEDIUM = [
    (
        '<figure><script src="https://gist.github.com/a/1.js"></script></figure>',
        '<figure><a href="https://gist.github.com/a/1">https://gist.github.com/a/1</a></figure>',
    ),
    (
        '<iframe src="https://cdn.embedly.com/widgets/media.html?src=https%3A%2F%2Fb.example%2Fe&amp;url=https%3A%2F%2Fb.example'
        '%2Fp"></iframe>',
        '<a class="embed" href="https://b.example/p">b.example</a>',
    ),
]


@pytest.mark.parametrize(("source", "expected"), MEDIUM)
def test_what_a_script_or_a_frame_of_mediums_shows_is_linked(tmp_path: Path, source: str, expected: str):
    read = medium_post(tmp_path, source)
    assert prepare(read.article, read.html).body.html == expected


def test_the_beginning_of_a_text_of_mediums_is_no_dek(tmp_path: Path):
    assert medium_post(tmp_path, "<p>The boat came late.</p>", "The boat\u2026").article.dek == ""


def test_a_response_of_mediums_is_a_draft_and_is_named(tmp_path: Path):
    """Medium exports what one answered others among one's stories; it was published as one."""
    stamp = '<footer><time class="dt-published" datetime="2020-01-02T03:04:05.000Z"></time></footer>'
    head = '<h1 class="p-name">I agree with you\u2026</h1><section data-field="body">'
    for name, body in (("answer", "<p>I agree with you, Ann.</p>"), ("story", "<h3>I agree with you</h3><p>Text.</p>")):
        written(tmp_path, f"posts/{name}-1.html", f"<article>{head}{body}</section>{stamp}</article>")
    answer, story = reads(MediumExport(tmp_path))
    assert (answer.article.status, len(answer.notes)) == (Status.DRAFT, 1)
    assert (story.article.status, story.notes) == (Status.PUBLISHED, ())


def test_a_substack_post_without_its_text_fails(tmp_path: Path):
    written(tmp_path, "posts.csv", "post_id,post_date,is_published,type,title\n1.x,2020-01-01,true,newsletter,X\n")
    (found,) = SubstackExport(tmp_path)
    assert isinstance(found, Failed)
    assert "missing" in found.reason


def test_archives_add_up_and_read_the_same_twice():
    folder = shared("data", "importers")
    for opened in (
        lambda: MediumExport(folder / "mg-medium-export/export"),
        lambda: SubstackExport(folder / "mg-substack"),
    ):
        first, second = list(opened()), list(opened())
        assert first == second
        assert ledger_of(first).adds_up


def test_names_that_lead_out_of_an_archive_are_skipped_and_nothing_is_written(tmp_path: Path):
    path = tmp_path / "inner" / "slip.zip"
    path.parent.mkdir()
    with zipfile.ZipFile(path, "w") as archive:
        for name in ("../../evil.html", "/abs.html", "posts/../../x.html", "C:/x.html"):
            archive.writestr(name, "x")
        archive.writestr("posts/ok.html", "<section data-field='body'><p>x</p></section>")
    found = list(MediumExport(path))
    assert [item.reason for item in found if isinstance(item, Skipped)] == ["its name leads out of the archive"] * 4
    assert sorted(each.name for each in tmp_path.rglob("*")) == ["inner", "slip.zip"]


def test_a_member_that_swells_is_not_read(tmp_path: Path):
    path = tmp_path / "bomb.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("posts/big.html", b"\0" * 10_000_000)
    (found,) = MediumExport(path)
    assert isinstance(found, Failed)
    assert "swells" in found.reason


def test_links_in_a_folder_are_not_followed(tmp_path: Path):
    secret = written(tmp_path, "secret.txt", "x")
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "link.html").symlink_to(secret)
    assert Archive(tmp_path / "in").names == ()


def test_a_damaged_archive_is_refused(tmp_path: Path):
    with pytest.raises(InvalidExport, match="damaged"):
        MediumExport(written(tmp_path, "x.zip", b"PK\x03\x04 and no more"))
