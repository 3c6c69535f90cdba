"""Ghost exports of every age become articles (import.md, Sources)."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from publisher.error import InvalidExport
from publisher.importer.ghost import GhostExport
from publisher.importer.lexical import card_html, render
from publisher.importer.port import Read
from publisher.model import Kind, Redirect, Selection, Status, Visibility
from publisher.prepare import prepare
from tests.importer.reading import articles_of, ledger_of, written
from tests.tool.house import fill, house
from tests.tool.shared import shared

POST = {
    "id": "5c7ece47da174000c0c5c6d7",
    "uuid": "u",
    "title": "Boats",
    "slug": "boats",
    "status": "published",
    "type": "post",
    "published_at": "2010-05-01T10:00:00.000Z",
    "updated_at": "2010-05-02T10:00:00.000Z",
}


def export_of(folder: Path, *posts: dict[str, Any], base: str = "", **tables: Any) -> GhostExport:
    data = {"posts": [POST | post for post in posts], **tables}
    document = {"db": [{"meta": {"version": "5.82.0"}, "data": data}]}
    return GhostExport(written(folder, "ghost.json", json.dumps(document)), base)


def only(folder: Path, post: dict[str, Any], base: str = "https://old.example", **tables: Any) -> Read:
    (found,) = export_of(folder, post, base=base, **tables)
    assert isinstance(found, Read), found
    return found


def test_a_database_export_joins_tags_authors_and_meta(tmp_path: Path):
    read = only(
        tmp_path,
        {
            "html": "<p>x</p>",
            "featured": 1,
            "visibility": "paid",
            "feature_image": "__GHOST_URL__/content/images/a.jpg",
        },
        tags=[
            {"id": "t1", "name": "Sea", "slug": "sea"},
            {"id": "t2", "name": "Travel", "slug": "travel"},
            {"id": "t3", "name": "#in", "slug": "hash-in"},
        ],
        posts_tags=[
            {"post_id": POST["id"], "tag_id": "t1", "sort_order": 1},
            {"post_id": POST["id"], "tag_id": "t2", "sort_order": 0},
            {"post_id": POST["id"], "tag_id": "t3", "sort_order": 2},
        ],
        users=[{"id": "u1", "name": "Ana Abe", "slug": "ana", "email": "ana@old.example", "password": "$2b$hash"}],
        posts_authors=[{"post_id": POST["id"], "author_id": "u1", "sort_order": 0}],
        posts_meta=[{"post_id": POST["id"], "meta_title": "M", "feature_image_alt": "A boat"}],
        settings=[{"key": "title", "value": "Old"}],
    )
    article = read.article
    assert article.section is not None
    assert (article.section.slug, [tag.slug for tag in article.tags]) == ("travel", ["sea"])
    assert [author.name for author in article.authors] == ["Ana Abe"]
    assert (article.guid, article.path, article.seo.title) == (POST["id"], "/boats/", "M")
    assert article.hero is not None
    assert (article.hero.src, article.hero.alt) == ("https://old.example/content/images/a.jpg", "A boat")
    assert (article.featured, article.visibility) == (True, Visibility.PAID)
    assert article.published == datetime(2010, 5, 1, 10, tzinfo=UTC)
    assert "ana@" not in repr(read)
    assert "$2b$" not in repr(read)


STANDINGS = [
    ({"status": "draft", "published_at": None}, Status.DRAFT, Kind.ARTICLE),
    ({"status": "scheduled"}, Status.SCHEDULED, Kind.ARTICLE),
    ({"type": "page"}, Status.PUBLISHED, Kind.PAGE),
    ({"page": 1, "type": None}, Status.PUBLISHED, Kind.PAGE),
    ({"published_at": 1272708000000}, Status.PUBLISHED, Kind.ARTICLE),
]


@pytest.mark.parametrize(("post", "status", "kind"), STANDINGS)
def test_status_and_kind_keep_their_meaning(tmp_path: Path, post: dict[str, Any], status: Status, kind: Kind):
    article = only(tmp_path, {"html": "<p>x</p>"} | post).article
    assert (article.status, article.kind) == (status, kind)


def lexical(*children: dict[str, Any]) -> dict[str, Any]:
    return {"lexical": json.dumps({"root": {"children": list(children)}})}


def mobiledoc(**document: Any) -> dict[str, Any]:
    return {
        "mobiledoc": json.dumps(
            {"version": "0.3.1", "markups": [], "atoms": [], "cards": [], "sections": []} | document
        )
    }


PARAGRAPH = {"type": "paragraph", "children": [{"type": "extended-text", "text": "a < b", "format": 3}]}
BODIES = [
    ({"markdown": "A *b*"}, "<p>A <em>b</em></p>"),
    (lexical(PARAGRAPH), "<p><em><strong>a &lt; b</strong></em></p>"),
    (
        lexical(
            {
                "type": "extended-heading",
                "tag": "h3",
                "children": [{"type": "link", "url": "__GHOST_URL__/x/", "children": [{"type": "text", "text": "t"}]}],
            }
        ),
        '<h3><a href="/x/">t</a></h3>',
    ),
    (
        lexical(
            {
                "type": "image",
                "src": "__GHOST_URL__/content/images/a.jpg",
                "alt": "x",
                "caption": "<em>C</em>",
                "width": 6,
                "height": 4,
            }
        ),
        '<figure><img src="https://old.example/content/images/a.jpg" alt="x" width="6" height="4" />'
        "<figcaption><em>C</em></figcaption></figure>",
    ),
    (
        lexical(
            {
                "type": "list",
                "listType": "number",
                "children": [{"type": "listitem", "children": [{"type": "text", "text": "one"}]}],
            }
        ),
        "<ol><li>one</li></ol>",
    ),
    (
        lexical({"type": "codeblock", "code": "<a>", "language": "html"}),
        '<pre><code class="language-html">&lt;a&gt;</code></pre>',
    ),
    (
        lexical({"type": "toggle", "heading": "H", "content": "<p>c</p>"}),
        "<details><summary>H</summary><p>c</p></details>",
    ),
    (
        mobiledoc(
            markups=[["strong"], ["a", ["href", "/x/"]]],
            sections=[[1, "p", [[0, [0], 0, "a"], [0, [1], 2, "b"], [0, [], 0, "c"]]]],
        ),
        '<p><strong>a<a href="/x/">b</a></strong>c</p>',
    ),
    (
        mobiledoc(
            cards=[["markdown", {"markdown": "# T"}], ["hr", {}]],
            sections=[[10, 0], [10, 1], [3, "ul", [[[0, [], 0, "i"]]]]],
        ),
        "<h1>T</h1>\n<hr /><ul><li>i</li></ul>",
    ),
    (
        mobiledoc(
            atoms=[["soft-return", "", {}]], sections=[[1, "p", [[0, [], 0, "a"], [1, [], 0, 0], [0, [], 0, "b"]]]]
        ),
        "<p>a<br />b</p>",
    ),
    ({"html": "<p>html wins</p>", "mobiledoc": "{}"}, "<p>html wins</p>"),
    (
        {
            "html": '<p>All</p><!--kg-gated-block:begin nonMember:false memberSegment:"status:-free" --><p>Members</p>'
            '<!--kg-gated-block:end--><!--kg-gated-block:begin nonMember:true memberSegment:"" --><p>Guests</p>'
            "<!--kg-gated-block:end-->"
        },
        "<p>All</p><p>Guests</p>",
    ),
    ({"html": "<p>All</p><!--kg-gated-block:begin nonMember:false --><p>Members</p>"}, "<p>All</p>"),
    (
        lexical(
            {"type": "html", "html": "by mail", "visibility": {"web": {"nonMember": False, "memberSegment": ""}}},
            {"type": "html", "html": "by old mail", "visibility": {"showOnEmail": True, "showOnWeb": False}},
            {"type": "html", "html": "on the site", "visibility": {"web": {"nonMember": True}}},
        ),
        "on the site",
    ),
    (
        lexical(
            {
                "type": "call-to-action",
                "textValue": "<p>Hi</p>",
                "buttonUrl": "https://a.example/",
                "buttonText": "Go",
            }
        ),
        '<p>Hi</p><p><a href="https://a.example/">Go</a></p>',
    ),
    (
        lexical({"type": "embed", "url": "https://x.com/a/status/1", "html": "<blockquote>Said</blockquote><script/>"}),
        "<figure><blockquote>Said</blockquote></figure>",
    ),
    (lexical({"type": "paragraph", "children": [{"type": "tk", "text": "TK"}]}), "<p>TK</p>"),
]


@pytest.mark.parametrize(("post", "expected"), BODIES)
def test_a_body_by_example(tmp_path: Path, post: dict[str, Any], expected: str):
    read = only(tmp_path, post)
    assert prepare(read.article, read.html, read.base, ["old.example"]).body.html == expected


def test_a_caption_is_plain_text(tmp_path: Path):
    said = {"feature_image": "https://old.example/a.jpg", "feature_image_caption": "Sea &amp; <i>sky</i>"}
    hero = only(tmp_path, {"html": "x"} | said).article.hero
    assert hero is not None
    assert hero.caption == "Sea & sky"


def test_an_unknown_card_is_named(tmp_path: Path):
    assert only(tmp_path, lexical({"type": "hologram"})).notes == (
        "boats: the card hologram is unknown and was taken out",
    )


def test_pictures_beside_the_export_come_along(tmp_path: Path):
    written(tmp_path, "content/images/2020/a.jpg", b"jpg")
    (read,) = export_of(tmp_path, {"html": '<img src="__GHOST_URL__/content/images/2020/a.jpg">'})
    assert isinstance(read, Read)
    files = {file.src: f"/media/{file.name}" for file in read.files}
    assert prepare(read.article, read.html, read.base, files=files).body.html == '<img src="/media/a.jpg" alt="" />'


def test_without_the_old_address_pictures_are_reported(tmp_path: Path):
    read = only(tmp_path, {"html": "x", "feature_image": "__GHOST_URL__/content/images/a.jpg"}, base="")
    assert read.article.hero is None
    assert "old site's address" in read.notes[0]


def test_i7_ghosts_redirects_are_taken_where_they_are_plain(tmp_path: Path):
    rows = [
        {"from": "^\\/old\\/$", "to": "/new/"},
        {"from": "/(a|b)/", "to": "/c/"},
        {"from": "/x/", "to": "//evil.test"},
    ]
    written(tmp_path, "redirects.json", json.dumps(rows))
    assert export_of(tmp_path, {"html": "x"}).redirects == (Redirect("/old/", "/new/"),)


def test_i7_newer_ghosts_redirects_are_taken_too(tmp_path: Path):
    written(tmp_path, "redirects.yaml", "301:\n  /old/: /new/\n  ^\\/a\\/$: /b/\n  /(x|y)/: /z/\n302:\n  /c/: /d/\n")
    expected = (Redirect("/old/", "/new/"), Redirect("/a/", "/b/"), Redirect("/c/", "/d/"))
    assert export_of(tmp_path, {"html": "x"}).redirects == expected


def test_real_exports_add_up_and_read_the_same_twice():
    files = [
        shared("data", "importers", "mg-ghost-api", "posts.json"),
        *shared("data", "importers", "mg-json").glob("*.json"),
    ]
    for path in files:
        first, second = list(GhostExport(path)), list(GhostExport(path))
        assert first == second
        assert ledger_of(first).created == 1
        (article,) = articles_of(GhostExport(path)).values()
        assert article.title in ("Welcome", "Blog Post Title")


@pytest.mark.parametrize("content", ["{}", "[]", '{"db":[{"data":{}}]}', "{", '{"posts":' + "[" * 100_000])
def test_what_is_no_ghost_export_is_refused(tmp_path: Path, content: str):
    with pytest.raises(InvalidExport):
        GhostExport(written(tmp_path, "g.json", content))


@pytest.mark.parametrize(
    "post",
    [
        {"lexical": "[" * 50_000, "html": ""},
        {"mobiledoc": '{"sections":[[1],[10,9],[3],"x"]}'},
        {"lexical": '{"root":{"children":[1,{"type":"list","children":{}}]}}'},
    ],
)
def test_broken_documents_cost_no_article(tmp_path: Path, post: dict[str, Any]):
    assert only(tmp_path, post).article.slug == "boats"


async def test_a_base_that_is_given_later_completes_what_was_imported_without(tmp_path: Path):
    post = {"html": "<p>x</p>", "feature_image": "__GHOST_URL__/content/images/a.jpg"}
    async with house(tmp_path / "site") as it:
        first = await fill(it, export_of(tmp_path, post))
        assert (first.created, "--base https://old.example" in first.notes[0]) == (1, True)
        again = await fill(it, export_of(tmp_path, post, base="https://old.example"))
        assert (again.updated, again.failed, again.notes) == (1, (), ())
        (article,) = await it.store.select(Selection())
        assert article.hero is not None
        assert article.hero.src == "https://old.example/content/images/a.jpg"


CARDS = [
    (
        ("gallery", {"images": [{"src": "/a.jpg"}], "caption": "<b>Sea</b>"}),
        '<figure class="gallery"><figure><img src="/a.jpg" alt=""></figure>'
        "<figcaption><b>Sea</b></figcaption></figure>",
    ),
    (
        ("codeblock", {"code": "a", "caption": "One"}),
        "<figure><pre><code>a</code></pre><figcaption>One</figcaption></figure>",
    ),
    (("bookmark", {"url": "/a", "caption": "One"}), '<p><a href="/a">/a</a><br>One</p>'),
    (("file", {"src": "/a", "fileTitle": "A", "fileCaption": "<3"}), '<p><a href="/a">A</a><br>&lt;3</p>'),
    (
        ("video", {"src": "/a.mp4", "thumbnailSrc": "/a.jpg"}),
        '<figure><video controls src="/a.mp4" poster="/a.jpg"></video></figure>',
    ),
]


@pytest.mark.parametrize(("card", "expected"), CARDS)
def test_a_card_keeps_its_caption_and_its_film_a_poster(card: tuple[str, dict[str, object]], expected: str):
    assert card_html(*card, {}) == expected


def test_a_numbered_list_begins_where_it_began():
    items = [{"type": "listitem", "children": [{"type": "extended-text", "text": "a"}]}]
    node = {"type": "list", "listType": "number", "start": 3, "children": items}
    assert render({"root": {"children": [node]}}, {}) == '<ol start="3"><li>a</li></ol>'
