"""Every variable of a template is a documented field, and the theme can be overlaid file by file."""

import html as markup
import resource
from pathlib import Path

import pytest

from publisher.asset import Assets
from publisher.catalogue import theme
from publisher.error import BrokenTemplate, NotFound
from publisher.format import view, word
from publisher.format.template import Templates
from publisher.model import Document
from tests.page.house import House
from tests.tool import template
from tests.tool.shared import ROOT


@pytest.mark.parametrize("path", list(template.templates()), ids=lambda path: path.name)
def test_a_template_names_documented_fields_only(path: Path):
    assert template.faults(path.name, path.read_text("utf-8")) == []


@pytest.mark.parametrize(
    ("source", "fault"),
    [
        ("{{ nowhere }}", "'nowhere' is not a documented variable"),
        ("{{ chrome.nothing }}", "Chrome has no documented field 'nothing'"),
        ("{% for card in latest.cards %}{{ card.colour }}{% endfor %}", "Card has no documented field 'colour'"),
        ("{% macro a(card) %}{{ card.section.name }}{% endmacro %}", "Item has no documented field 'name'"),
        ("{% for x in cards %}{{ loop.never }}{% endfor %}", "loop has no documented field 'never'"),
    ],
)
def test_an_undocumented_name_is_seen(source: str, fault: str):
    assert [each.partition(": ")[2] for each in template.faults("planted", source)] == [fault]


def test_every_field_says_what_it_is():
    for cls in {*template.values().values(), view.Given, word.Words}:
        silent = [name for name, said in template.sentences(cls).items() if not said]
        assert not silent, f"{cls.__name__}: {silent}"


def test_the_document_on_templates_is_what_the_code_says():
    assert template.DOCUMENT.read_text("utf-8") == template.written(), "run: python -m tests.tool.template"


def test_what_is_written_once_is_escaped_and_follows_its_values(tmp_path: Path):
    folder = tmp_path / "templates"
    folder.mkdir()
    (folder / "said.html").write_text("{% macro said(title, end='.') %}{{ title }}{{ end }}{% endmacro %}")
    (folder / "page.html").write_text(
        '{% from "said.html" import said %}{{ once(said, title) }}{{ once(said, title, "!") }}'
    )
    templates = Templates(Assets(tmp_path, ROOT))
    assert [templates.render("page.html", title=each) for each in ("<a>", "b", "<a>")] == [
        b"&lt;a&gt;.&lt;a&gt;!",
        b"b.b!",
        b"&lt;a&gt;.&lt;a&gt;!",
    ]


def test_a_part_is_what_including_it_gives_and_follows_all_that_it_names(tmp_path: Path):
    folder = tmp_path / "templates"
    folder.mkdir()
    (folder / "name.html").write_text("{% if label %}{{ label }}: {% endif %}{{ title }}")
    (folder / "part.html").write_text("<i>{% include 'name.html' %}</i>\n")
    (folder / "page.html").write_text("{{ part('part.html') }}|{% include 'part.html' %}")
    templates = Templates(Assets(tmp_path, ROOT))
    for title, label in (("<a>", ""), ("b", ""), ("b", "B"), ("<a>", "")):
        part, whole = templates.render("page.html", title=title, label=label, text="named nowhere").split(b"|")
        assert part == whole
        assert part.decode() == f"<i>{f'{label}: ' if label else ''}{markup.escape(title)}</i>"


def test_a_fault_in_a_part_is_named_with_its_place(tmp_path: Path):
    folder = tmp_path / "templates"
    folder.mkdir()
    (folder / "page.html").write_text("{{ part('part.html') }}")
    for text, fault in (("\n{{ nothing }}", "'nothing' is undefined"), ("\n{% if %}", "Expected an expression")):
        (folder / "part.html").write_text(text)
        with pytest.raises(BrokenTemplate, match=f"templates/part.html, line 2: {fault}"):
            Templates(Assets(tmp_path, ROOT)).render("page.html")


async def test_an_owner_overlays_one_file_and_keeps_the_others(tmp_path: Path):
    (tmp_path / "templates" / "partial").mkdir(parents=True)
    (tmp_path / "templates" / "partial" / "footer.html").write_text("<footer>Ours: {{ chrome.title }}</footer>")
    (tmp_path / "templates" / "static").mkdir()
    (tmp_path / "templates" / "static" / "site.css").write_text(":root { --brand: #000000 }")
    house = await House().open()
    assets = Assets(tmp_path, ROOT)
    mine = house.with_context(assets=assets, templates=Templates(assets))
    html = await mine.read("/reviews/piece-1/")
    assert "<footer>Ours: The Line</footer>" in html
    assert "Related Articles" in html
    assert theme.address(mine.context, "site.css") in html
    assert theme.address(mine.context, "site.css") != theme.address(house.context, "site.css")
    assert theme.address(mine.context, "site.js") == theme.address(house.context, "site.js")


@pytest.mark.parametrize(
    ("source", "fault"),
    [
        ("\n{% if %}", "templates/partial/footer.html, line 2: Expected an expression"),
        ("{{ nonsense.x }}", "templates/partial/footer.html, line 1: 'nonsense' is undefined"),
        ("{% include 'lost.html' %}", "templates/partial/footer.html, line 1: "),
    ],
)
async def test_a_fault_in_an_owners_template_names_file_and_line(source: str, fault: str, tmp_path: Path):
    (tmp_path / "templates" / "partial").mkdir(parents=True)
    (tmp_path / "templates" / "partial" / "footer.html").write_text(source)
    assets = Assets(tmp_path, ROOT)
    house = (await House().open()).with_context(assets=assets, templates=Templates(assets))
    with pytest.raises(BrokenTemplate) as caught:
        await house.read("/reviews/piece-1/")
    assert str(caught.value).startswith(fault)


def overlaid(folder: Path, files: dict[str, str]) -> Templates:
    for name, source in files.items():
        (folder / "templates" / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / "templates" / name).write_text(source)
    return Templates(Assets(folder, ROOT))


def test_the_owners_templates_are_compiled_before_they_are_needed(tmp_path: Path):
    broken = {"page/home.html": "{% include 'partial/mine.html' %}", "partial/mine.html": "\n\n{{ 1 | nonsense }}"}
    with pytest.raises(BrokenTemplate) as caught:
        overlaid(tmp_path, broken | {"mail/issue.txt": "{% endif %}", "partial/footer.html": "fine"}).check()
    first, second = str(caught.value).splitlines()
    assert first.startswith("templates/mail/issue.txt, line 1: Encountered unknown tag 'endif'")
    assert second == "templates/partial/mine.html, line 3: No filter named 'nonsense'."


def test_a_warm_template_is_read_no_more_and_a_faulty_one_is_left_for_later(tmp_path: Path):
    files = {"page/home.html": "fine", "partial/footer.html": "{% if %}"}
    templates = overlaid(tmp_path, files)
    templates.warm()
    for name in files:
        (tmp_path / "templates" / name).unlink()
    assert templates.render("page/home.html") == b"fine"


def test_what_a_part_names_is_known_of_a_warm_template(tmp_path: Path):
    files = {"page/home.html": "{{ part('partial/footer.html') }}", "partial/footer.html": "{{ title }}"}
    templates = overlaid(tmp_path, files)
    templates.warm()
    for name in files:
        (tmp_path / "templates" / name).unlink()
    assert templates.render("page/home.html", title="fine") == b"fine"


def test_a_template_that_is_not_utf_8_is_a_fault_like_others_and_stops_no_server(tmp_path: Path):
    templates = overlaid(tmp_path, {"page/home.html": "{% include 'partial/footer.html' %}", "partial/footer.html": ""})
    (tmp_path / "templates/partial/footer.html").write_bytes("\nGrüße".encode("latin-1"))
    templates.warm()
    for fail in (templates.check, lambda: templates.render("page/home.html")):
        with pytest.raises(BrokenTemplate, match=r"templates/partial/footer\.html isn't UTF-8, see line 2"):
            fail()


def test_a_folder_that_cant_be_listed_now_is_read_when_it_is_needed(tmp_path: Path):
    templates = overlaid(tmp_path, {"page/home.html": "fine"})
    limits = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (0, limits[1]))
    try:
        templates.warm()
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, limits)
    assert templates.render("page/home.html") == b"fine"


def test_what_no_template_names_is_no_fault(tmp_path: Path):
    Templates(Assets(None, ROOT)).check()
    overlaid(tmp_path, {"page/home copy.html": "{% if %}", "static/site.css": "{#", "page/home.html": "fine"}).check()


async def test_the_accent_colour_is_the_owners():
    house = await House(accent="#123456").open()
    document = await house.get(theme.address(house.context, "site.css"))
    assert isinstance(document, Document)
    assert b"--brand: #123456" in document.body
    assert document.immutable
    icon = await house.read(theme.address(house.context, "icon.svg"))
    assert "#123456" in icon


async def test_a_theme_file_also_answers_at_its_stable_and_at_yesterdays_address():
    house = await House().open()
    for path in ("/static/logo.png", "/static/000000000000/logo.png"):
        document = await house.get(path)
        assert isinstance(document, Document)
        assert not document.immutable
        assert document.body.startswith(b"\x89PNG")


async def test_no_theme_file_has_a_name_longer_than_a_disk_takes():
    house = await House().open()
    for path in (f"/static/{'a' * 300}.css", f"/static/000000000000/{'a' * 300}.css"):
        with pytest.raises(NotFound):
            await house.get(path)
