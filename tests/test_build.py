"""The static build writes what the server would answer, and later only what a change touched."""

import gzip
import io
from collections.abc import Iterable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import brotli
import msgspec
import pytest
from PIL import Image

from publisher.build import Builder, Find, Report, Slice, deal, file_name, ledger, nginx_map
from publisher.build.folder import Folder
from publisher.catalogue import box, sitemap
from publisher.catalogue.base import document
from publisher.catalogue.feed import document as feed_document
from publisher.cli.build import COUNTERS, part
from publisher.compose.telling import sure_telling
from publisher.date import Clock
from publisher.date import now as clock
from publisher.house import House, run, settings_of, with_house
from publisher.importer.port import Read
from publisher.meter import Board
from publisher.model import Article, Body, Redirect, Section, Seo, Status, Tag
from publisher.representation import Representation
from tests.tool.house import house


def piece(slug: str, tag: str = "sea", html: str = "") -> Read:
    article = Article(
        guid=f"tag:example.org,2026:{slug}",
        slug=slug,
        path="",
        title=f"The {slug}",
        status=Status.PUBLISHED,
        section=Section(slug="news", name="News"),
        tags=(Tag(slug=tag, name=tag.title()),),
    )
    return Read(article=article, html=f"{html}<p>{'A sentence about the tide that is long enough. ' * 30}</p>")


def image(colour: str) -> bytes:
    made = io.BytesIO()
    Image.new("RGB", (40, 30), colour).save(made, "PNG")
    return made.getvalue()


def as_news(read: Read) -> Read:
    return msgspec.structs.replace(read, article=msgspec.structs.replace(read.article, is_news=True))


async def built(
    house: House,
    folder: Path,
    since: int | None = None,
    part: Slice | None = None,
    find: Find | None = None,
    **context: Any,
) -> Report:
    """Build; `context` replaces fields of the site's own."""
    given, find = replace(house.context, **context), find or house.library.rendition
    return await Builder(given, house.press.catalogue, find, folder, part or Slice(), lambda _: None).build(since)


def files(folder: Path) -> dict[str, bytes]:
    """Every file of a build by its name, its ledgers apart."""
    return {
        str(each.relative_to(folder)): each.read_bytes()
        for each in folder.rglob("*")
        if each.is_file() and not each.name.startswith(".build")
    }


async def nothing(*_: object) -> tuple[()]:
    return ()


def beside(articles: list[Article], folder: Path) -> dict[str, bytes]:
    """Every file of a build but the articles' own pages, whose boxes may be older."""
    own = {file_name(each.path) for each in articles}
    return {name: body for name, body in files(folder).items() if name.rpartition(".html")[0] + ".html" not in own}


async def test_every_document_is_a_file_with_its_codings_beside_it(tmp_path: Path):
    async with house(tmp_path / "site") as it:
        saved = await it.desk.publish(piece("tide"))
        report = await built(it, tmp_path / "out")
        for path in (saved.path, "/feeds/all.rss", "/sitemap.xml", "/"):
            made = await it.press.answer(path)
            assert isinstance(made, Representation)
            file = tmp_path / "out" / file_name(path)
            assert file.read_bytes() == made.document.body
            if "gzip" in made.variants:
                assert gzip.decompress(file.with_name(file.name + ".gz").read_bytes()) == made.document.body
                assert brotli.decompress(file.with_name(file.name + ".br").read_bytes()) == made.document.body
        assert (tmp_path / "out" / "404.html").exists()
        assert report.failed == ()
        assert report.documents > 20


async def test_a_build_keeps_when_its_feeds_changed(tmp_path: Path):
    async with house(tmp_path / "site") as it:
        await it.desk.publish(piece("tide"))
        await built(it, tmp_path / "out")
        assert await it.store.recall("feed/feeds/all")


async def test_a_build_since_the_last_writes_only_what_a_change_touched(tmp_path: Path):
    async with house(tmp_path / "site") as it:
        first, second = await it.desk.publish(piece("tide")), await it.desk.publish(piece("harbour"))
        full = await built(it, tmp_path / "out")
        untouched = (tmp_path / "out" / file_name(first.path)).stat().st_mtime_ns
        await it.desk.withdraw(second.id)
        later = await built(it, tmp_path / "out", since=-1)
        assert not (tmp_path / "out" / file_name(second.path)).exists()
        assert b"The harbour" not in (tmp_path / "out" / "feeds/all.rss").read_bytes()
        assert (tmp_path / "out" / file_name(first.path)).stat().st_mtime_ns == untouched
        assert later.unchanged > 0
        assert later.documents < full.documents


async def test_a_build_since_the_last_writes_what_a_whole_build_would(tmp_path: Path):
    async with house(tmp_path / "site") as it:
        first, second, third = [
            await it.desk.publish(piece(slug, tag=f"only-{slug}")) for slug in ("tide", "bay", "cape")
        ]
        await built(it, tmp_path / "out")
        await it.desk.publish(piece("island", tag="only-island"))
        await it.desk.withdraw(second.id)
        await it.desk.edit(third.id, {"title": "A cape by another name", "tags": first.tags})
        await built(it, tmp_path / "out", since=-1)
        await built(it, tmp_path / "whole")
        later, whole = files(tmp_path / "out"), files(tmp_path / "whole")
        assert later.keys() == whole.keys()
        assert {"tag/only-island/index.html", "tag/only-tide/feed.rss"} < later.keys()
        assert not {"tag/only-bay/index.html", "tag/only-cape/feed.rss"} & later.keys()
        boxes_may_differ = files(tmp_path / "out" / file_name(first.path)[: -len("index.html")])
        assert {name for name in later if later[name] != whole[name]} <= {
            f"{first.path.strip('/')}/{name}" for name in boxes_may_differ
        }


async def test_an_edit_is_written_wherever_its_article_is_shown_and_nowhere_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(box, "trending", nothing)
    monkeypatch.setattr(feed_document, "ARCHIVE_PART", 2)
    async with house(tmp_path / "site", page_size=2) as it:
        slugs = ("tide", "bay", "cape", "island", "reef", "shoal", "spit")
        saved = [await it.desk.publish(piece(slug)) for slug in slugs]
        full = await built(it, tmp_path / "out")
        for number, changes in enumerate(
            ({"title": "Another tide"}, {"dek": "Said again"}, {"seo": Seo(title="A title of its own")})
        ):
            await it.desk.edit(saved[number].id, changes)
            later = await built(it, tmp_path / "out", since=-1)
            await built(it, tmp_path / "whole")
            assert beside(saved, tmp_path / "out") == beside(saved, tmp_path / "whole")
            assert later.documents < full.documents / 2


async def test_whatever_moves_an_article_within_lists_moves_it_in_a_build_since_the_last(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(box, "trending", nothing)
    monkeypatch.setattr(feed_document, "ARCHIVE_PART", 2)
    async with house(tmp_path / "site", page_size=2) as it:
        saved = [await it.desk.publish(piece(slug)) for slug in ("tide", "bay", "cape", "island", "reef")]
        await built(it, tmp_path / "out")
        moves: tuple[dict[str, Any], ...] = (
            {"section": Section(slug="travel", name="Travel")},
            {"tags": (Tag(slug="land", name="Land"),)},
            {"published": clock() - timedelta(days=3)},
        )
        for number, changes in enumerate(moves, start=2):
            await it.desk.edit(saved[number].id, {"title": f"Then {number}"})
            await it.desk.edit(saved[number].id, changes)
            await built(it, tmp_path / "out", since=-1)
            await built(it, tmp_path / "whole")
            assert beside(saved, tmp_path / "out") == beside(saved, tmp_path / "whole")


async def test_a_new_name_of_a_section_is_written_wherever_it_stands(tmp_path: Path):
    async with house(tmp_path / "site") as it:
        await it.desk.publish(piece("tide"))
        await built(it, tmp_path / "out")
        await it.context.store.save_shelves([Section(slug="news", name="All that is new")], [], clock())
        await built(it, tmp_path / "out", since=-1)
        await built(it, tmp_path / "whole")
        assert files(tmp_path / "out") == files(tmp_path / "whole")
        assert b"All that is new" in (tmp_path / "out/tag/sea/feed.rss").read_bytes()


async def test_a_build_since_the_last_makes_nothing_when_nothing_changed(tmp_path: Path):
    async with house(tmp_path / "site") as it:
        await it.desk.publish(piece("tide"))
        full = await built(it, tmp_path / "out")
        later = await built(it, tmp_path / "out", since=-1)
        assert (later.documents, later.files, later.unchanged) == (0, 0, full.documents)


async def test_a_build_since_the_last_looks_into_no_story_that_stayed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    async with house(tmp_path / "site") as it:
        first, second = [await it.desk.publish(piece(slug)) for slug in ("tide", "bay")]
        await built(it, tmp_path / "out")
        await it.desk.edit(second.id, {"title": "A bay by another name"})
        told: list[int] = []
        monkeypatch.setattr(box, "sure_telling", lambda article: told.append(article.id) or sure_telling(article))
        await built(it, tmp_path / "out", since=-1)
        assert (first.id in told, second.id in told) == (False, True)


async def test_boxes_beside_an_article_may_be_a_day_old(tmp_path: Path):
    async with house(tmp_path / "site") as it:
        await it.desk.publish(piece("tide"))
        await built(it, tmp_path / "out")

        def later(hours: int) -> Clock:
            moment = it.context.clock() + timedelta(hours=hours)
            return lambda: moment

        assert (await built(it, tmp_path / "out", since=-1, clock=later(20))).documents == 0
        assert (await built(it, tmp_path / "out", since=-1, clock=later(30))).documents > 0


async def test_a_list_that_ended_with_time_is_taken_away_and_is_no_failure(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(sitemap, "CHUNK_SIZE", 1)
    async with house(tmp_path / "site") as it:
        for slug in ("tide", "bay"):
            await it.desk.publish(as_news(piece(slug)))
        await built(it, tmp_path / "out")
        assert (tmp_path / "out/sitemap-news-2.xml").exists()
        moment = it.context.clock() + timedelta(days=3)
        later = await built(it, tmp_path / "out", since=-1, clock=lambda: moment)
        assert (later.failed, (tmp_path / "out/sitemap-news-2.xml").exists()) == ((), False)


async def test_other_settings_or_templates_leave_nothing_as_it_was(tmp_path: Path):
    async with house(tmp_path / "site") as it:
        await it.desk.publish(piece("tide"))
        full = await built(it, tmp_path / "out")
        other = msgspec.structs.replace(it.settings, page_size=7)
        assert (await built(it, tmp_path / "out", since=-1, settings=other)).documents == full.documents
        (tmp_path / "site/templates/page").mkdir(parents=True)
        (tmp_path / "site/templates/page/note.html").write_text("mine")
        assert (await built(it, tmp_path / "out", since=-1, settings=other)).documents == full.documents


async def test_another_release_tells_stories_anew(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    async with house(tmp_path / "site") as it:
        await it.desk.publish(piece("tide"))
        await built(it, tmp_path / "out")
        told: list[Article] = []
        monkeypatch.setattr(box, "sure_telling", lambda article: told.append(article) or sure_telling(article))
        await built(it, tmp_path / "out")
        assert told == []
        monkeypatch.setattr(ledger, "VERSION", "another")
        await built(it, tmp_path / "out", since=-1)
        assert len(told) == 1


async def test_a_picture_that_was_missing_is_tried_again(tmp_path: Path):
    name = f"media/{'a' * 64}/small.jpg"
    (tmp_path / "picture").write_bytes(b"there")

    async def find(*_: str) -> Path:
        return tmp_path / "picture"

    async with house(tmp_path / "site") as it:
        await it.desk.publish(piece("tide", html=f'<p><img src="/{name}" alt=""></p>'))
        first = await built(it, tmp_path / "out")
        assert [each.startswith(f"/{name}: ") for each in first.failed] == [True]
        later = await built(it, tmp_path / "out", since=-1, find=find)
        assert (later.failed, (tmp_path / "out" / name).read_bytes()) == ((), b"there")


async def test_a_picture_that_was_deleted_is_taken_away_and_one_that_nothing_shows_stays(tmp_path: Path):
    async with house(tmp_path / "site") as it:
        files = [await it.desk.keep_file(image(colour)) for colour in ("red", "blue")]
        shown = [
            await it.desk.publish(piece(f"p{n}", html=f'<img src="{file.path}" alt="">'))
            for n, file in enumerate(files)
        ]
        await built(it, tmp_path / "out")
        folders = [tmp_path / "out" / file.path.strip("/") for file in files]
        assert [each.exists() for each in folders] == [True, True]
        for each in shown:
            await it.desk.edit(each.id, {"body": Body(), "hero": None, "pictures": ()})
        await it.desk.remove_file(files[0].sha256)
        (tmp_path / "out" / "media" / "of-ours").mkdir()
        await built(it, tmp_path / "out", since=-1)
        assert [each.parent.exists() for each in folders] == [False, True]
        assert (tmp_path / "out" / "media" / "of-ours").exists()


async def test_a_build_in_slices_writes_the_same_files(tmp_path: Path):
    async with house(tmp_path / "site") as it:
        for slug in ("tide", "bay", "cape"):
            await it.desk.publish(piece(slug))
        await built(it, tmp_path / "one")
        for number in range(3):
            await built(it, tmp_path / "three", part=Slice(number, 3))
        assert files(tmp_path / "one") == files(tmp_path / "three")


def test_a_path_names_its_file():
    assert file_name("/") == "index.html"
    assert file_name("/news/caf%C3%A9/") == "news/café/index.html"
    assert file_name("/feeds/all.rss") == "feeds/all.rss"


def test_redirects_are_quoted_for_nginx():
    assert nginx_map([Redirect('/a"b/', "/c$d/")]) == b'"/a\\"b/" "/c%24d/";\n'
    assert nginx_map([Redirect("/$a/", "/b/")]) == b'"/$a/" "/b/";\n'


async def test_what_was_withdrawn_is_gone_after_other_settings_or_more_processes_too(tmp_path: Path):
    async with house(tmp_path / "site") as it:
        first, second, third = [await it.desk.publish(piece(slug)) for slug in ("tide", "bay", "cape")]
        for number in range(2):
            await built(it, tmp_path / "out", part=Slice(number, 2))
        await it.desk.withdraw(first.id)
        other = msgspec.structs.replace(it.settings, page_size=7)
        for number in range(2):
            await built(it, tmp_path / "out", since=-1, part=Slice(number, 2), settings=other)
        assert not (tmp_path / "out" / file_name(first.path)).exists()
        await it.desk.withdraw(second.id)
        deal(tmp_path / "out", 3)
        for number in range(3):
            await built(it, tmp_path / "out", since=-1, part=Slice(number, 3))
        assert not (tmp_path / "out" / file_name(second.path)).exists()
        await it.desk.withdraw(third.id)
        deal(tmp_path / "out", 1)
        await built(it, tmp_path / "out", since=-1)
        await built(it, tmp_path / "whole")
        assert files(tmp_path / "out").keys() == files(tmp_path / "whole").keys()


async def test_a_path_that_went_over_to_another_article_stays(tmp_path: Path):
    async with house(tmp_path / "site") as it:
        first = await it.desk.publish(piece("tide"))
        for number in range(2):
            await built(it, tmp_path / "out", part=Slice(number, 2))
        await it.desk.edit(first.id, {"path": "/news/ebb/", "slug": "ebb"})
        heir = piece("flood")
        moved = msgspec.structs.replace(heir.article, path=first.path)
        second = await it.desk.publish(msgspec.structs.replace(heir, article=moved))
        assert (second.path, second.id % 2 == first.id % 2) == (first.path, False)
        for number in (second.id % 2, first.id % 2):
            await built(it, tmp_path / "out", since=-1, part=Slice(number, 2))
        assert b"The flood" in (tmp_path / "out" / file_name(first.path)).read_bytes()


async def test_a_build_since_the_last_of_a_site_put_back_from_a_backup_makes_everything(tmp_path: Path):
    async with house(tmp_path / "site") as it:
        saved = await it.desk.publish(piece("tide"))
        await it.desk.edit(saved.id, {"title": "A tide that a backup knows nothing of"})
        await built(it, tmp_path / "out")
    async with house(tmp_path / "site") as it:
        first, second = [await it.desk.publish(piece(slug)) for slug in ("tide", "bay")]
        await built(it, tmp_path / "out", since=-1)
        await built(it, tmp_path / "whole")
        for path in (first.path, second.path, "/feeds/all.rss", "/"):
            there = (tmp_path / "out" / file_name(path)).read_bytes()
            assert there == (tmp_path / "whole" / file_name(path)).read_bytes()
            assert b"a backup knows nothing" not in there


def test_what_is_due_comes_out_and_what_has_expired_goes_with_a_build(tmp_path: Path):
    site, out, settings, now = tmp_path / "site", tmp_path / "out", settings_of(tmp_path / "site"), clock()

    def with_state(slug: str, **changes: Any) -> Read:
        read = piece(slug)
        return msgspec.structs.replace(read, article=msgspec.structs.replace(read.article, **changes))

    async def plan(it: House) -> tuple[Article, Article, Article]:
        due = with_state("due", status=Status.SCHEDULED, published=now - timedelta(minutes=1))
        later = with_state("later", status=Status.SCHEDULED, published=now + timedelta(hours=1))
        over = with_state("over", published=now - timedelta(hours=2), expires=now - timedelta(hours=1))
        return await it.desk.publish(due), await it.desk.publish(later), await it.desk.publish(over)

    planned = run(with_house(site, settings, plan))
    out.mkdir()
    for number in range(2):
        part(site, out, settings, -1, Slice(number, 2), Board(COUNTERS, (), 2))
    assert [(out / file_name(each.path)).exists() for each in planned] == [True, False, False]


def test_a_coding_that_a_file_has_no_more_is_taken_away(tmp_path: Path):
    folder = Folder(tmp_path)
    for body in (b"User-agent: *\nDisallow: /somewhere\n" * 20, b"User-agent: *\n"):
        folder.store("/robots.txt", document("/robots.txt", body, "text/plain"))
    assert [each.name for each in tmp_path.iterdir()] == ["robots.txt"]


def test_a_coding_that_a_file_has_no_more_goes_also_after_a_build_that_was_killed_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    folder = Folder(tmp_path)
    documents = [document("/robots.txt", b"User-agent: *\n" * count, "text/plain") for count in (50, 1)]
    folder.store("/robots.txt", documents[0])

    def killed(names: Iterable[str]) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr("publisher.build.folder._unlink", killed)
        with pytest.raises(KeyboardInterrupt):
            Folder(tmp_path).store("/robots.txt", documents[1])
    Folder(tmp_path).store("/robots.txt", documents[1])
    assert [each.name for each in tmp_path.iterdir()] == ["robots.txt"]
