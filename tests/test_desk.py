"""The desk publishes, revises, withdraws and releases; what it refuses it names."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from msgspec.structs import replace

from publisher.desk import Desk, desk, rule
from publisher.error import Conflict, Invalid, NotFound, StoreFull
from publisher.importer.port import Read
from publisher.model import Article, Author, Kind, Media, Picture, Redirect, Section, Selection, Status, Tag
from publisher.setting import Settings
from publisher.store.memory import MemoryStore
from publisher.store.port import Saved, Write

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
REVIEWS = Section(slug="reviews", name="Reviews")
SETTINGS = Settings(sections=(REVIEWS,), authors=(Author(slug="ada", name="Ada Bell", bio="Writes."),))


class NoLibrary:
    def __init__(self) -> None:
        self.posters: list[str] = []

    async def add(self, content: bytes, name: str = "", /) -> Media:
        raise Invalid("no pictures here")

    async def remove(self, sha256: str) -> None:
        raise AssertionError("nothing is deleted here")

    async def make_posters(self, sha256: str, focal: tuple[float, float] | None = None) -> None:
        self.posters.append(sha256)
        raise StoreFull("no space left for posters")


class Newsroom:
    """A desk over a memory store whose clock stands still, counting announcements."""

    def __init__(self) -> None:
        self.now = NOON
        self.announced = 0
        self.store = MemoryStore()
        self.library = NoLibrary()
        self.desk = Desk(self.store, SETTINGS, "example.org", lambda: self.now, self.library, self.announce)

    async def announce(self) -> None:
        self.announced += 1

    async def publish(self, title: str = "A lamp", html: str = "<p>Light.</p>", **rest: Any) -> Article:
        aliases = rest.pop("aliases", ())
        return await self.desk.publish(written(title, html, aliases=aliases, **rest))


def written(title: str = "A lamp", html: str = "<p>Light.</p>", *, aliases: tuple[str, ...] = (), **rest: Any) -> Read:
    fields: dict[str, Any] = {"guid": "", "slug": "", "path": "", "status": Status.PUBLISHED, "section": REVIEWS}
    return Read(article=Article(title=title, **(fields | rest)), html=html, aliases=aliases)


@pytest.fixture
async def room() -> AsyncIterator[Newsroom]:
    made = Newsroom()
    await made.store.open()
    yield made
    await made.store.close()


async def test_what_follows_from_the_rest_is_filled_in(room: Newsroom):
    article = await room.publish("What's <b>on</b> &amp; where", tags=(Tag(slug="x", name="X"),) * 2)
    assert (article.title, article.slug, article.path) == (
        "What's on & where",
        "whats-on-where",
        "/reviews/whats-on-where/",
    )
    assert (article.status, article.published, article.first_published, article.updated) == (
        Status.PUBLISHED,
        NOON,
        NOON,
        NOON,
    )
    assert article.guid.startswith("tag:example.org,2026-11-23:")
    assert [tag.slug for tag in article.tags] == ["x"]
    assert article.body.html == "<p>Light.</p>"
    assert article.minutes == 1
    assert room.announced == 1


async def test_names_come_from_the_settings(room: Newsroom):
    article = await room.publish(
        section=Section(slug="reviews", name="reviews"), authors=(Author(slug="ada", name="a"),)
    )
    assert article.section == REVIEWS
    assert article.authors[0].name == "Ada Bell"


async def test_a_second_article_of_the_same_title_gets_the_next_address(room: Newsroom):
    paths = [(await room.publish()).path for _ in range(3)]
    assert paths == ["/reviews/a-lamp/", "/reviews/a-lamp-2/", "/reviews/a-lamp-3/"]


async def test_an_address_that_was_asked_for_and_is_taken_is_a_conflict(room: Newsroom):
    await room.publish(path="/x/y/")
    with pytest.raises(Conflict, match="/x/y/"):
        await room.publish(path="/x/y/")


@pytest.mark.parametrize("path", ["/feeds/x/", "/api/", "/2026/11/", "/tag/a/", "/sitemap-x.xml"])
async def test_a_reserved_address_is_refused_with_that_reason(room: Newsroom, path: str):
    with pytest.raises(Invalid, match="reserved"):
        await room.publish(path=path)


async def test_every_fault_is_named_at_once(room: Newsroom):
    with pytest.raises(Invalid) as caught:
        await room.publish("x" * 600, path="/api/", expires=NOON - timedelta(days=1))
    assert len(caught.value.problems) == 3


async def test_a_slug_edit_replaces_the_last_segment_and_leaves_a_redirect(room: Newsroom):
    first = await room.publish()
    edited = await room.desk.edit(first.id, {"slug": "a-lantern"})
    assert edited.path == "/reviews/a-lantern/"
    assert edited.guid == first.guid
    assert await room.store.at("/reviews/a-lamp/") == Redirect("/reviews/a-lamp/", "/reviews/a-lantern/")


async def test_a_section_edit_moves_nothing(room: Newsroom):
    first = await room.publish()
    edited = await room.desk.edit(first.id, {"section": Section(slug="travel", name="Travel")})
    assert edited.path == first.path


async def test_only_a_significant_edit_moves_updated(room: Newsroom):
    first = await room.publish()
    room.now += timedelta(hours=1)
    counted = await room.desk.edit(first.id, {"comment_count": 7, "featured": True})
    assert counted.updated == NOON
    edited = await room.desk.edit(first.id, {"title": "Another lamp"})
    assert edited.updated == room.now
    revised = await room.desk.revise(
        replace(written(html="<p>More.</p>"), article=replace(edited, title="Another lamp"))
    )
    assert revised.body.html == "<p>More.</p>"


async def test_s9_no_date_that_is_said_lies_in_the_future(room: Newsroom):
    tomorrow, next_year = NOON + timedelta(days=1), NOON + timedelta(days=365)
    wrong = await room.publish(published=NOON, updated=next_year, first_published=next_year)
    assert (wrong.updated, wrong.first_published) == (NOON, NOON)
    scheduled = await room.publish("Soon", published=tomorrow, updated=next_year)
    assert (scheduled.status, scheduled.updated) == (Status.SCHEDULED, tomorrow)
    draft = await room.publish("Draft", status=Status.DRAFT, updated=next_year)
    assert draft.updated == NOON


async def test_an_edit_of_another_revision_is_a_conflict(room: Newsroom):
    first = await room.publish()
    await room.desk.edit(first.id, {"title": "Two"})
    with pytest.raises(Conflict):
        await room.desk.edit(first.id, {"title": "Three"}, expected_revision=first.revision)


async def test_a_withdrawn_article_leaves_every_list_and_comes_back_to_its_place(room: Newsroom):
    first = await room.publish()
    await room.desk.withdraw(first.id)
    assert await room.store.select(Selection()) == ()
    back = await room.desk.edit(first.id, {"status": Status.PUBLISHED})
    assert back.place == first.place
    assert len(await room.store.select(Selection())) == 1


async def test_what_is_not_there_is_not_found(room: Newsroom):
    with pytest.raises(NotFound):
        await room.desk.withdraw(99)


async def test_f45_an_article_due_later_appears_once_at_its_time(room: Newsroom):
    due = NOON + timedelta(hours=2)
    waiting = await room.publish(published=due)
    assert waiting.status is Status.SCHEDULED
    assert waiting.first_published is None
    room.now = due - timedelta(seconds=1)
    assert await room.desk.release_due() == 0
    room.now = due
    assert await room.desk.release_due() == 1
    assert await room.desk.release_due() == 0
    released = await room.store.article(waiting.id)
    assert (released.status, released.first_published) == (Status.PUBLISHED, due)
    assert released.place is not None


@pytest.mark.parametrize("jump", [timedelta(hours=-1), timedelta(days=-400), timedelta(days=400)])
async def test_d12_a_jump_of_the_clock_publishes_once_and_never_early(room: Newsroom, jump: timedelta):
    due = NOON + timedelta(minutes=10)
    await room.publish(published=due)
    room.now += jump
    early = await room.desk.release_due()
    assert early == (1 if room.now >= due else 0)
    room.now = due + timedelta(seconds=1)
    assert early + await room.desk.release_due() == 1
    changes = await room.store.changes(0)
    assert [change.action for change in changes].count("release") == 1


async def test_what_is_due_while_the_disk_is_full_comes_out_later_and_nothing_ends(
    room: Newsroom, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
):
    monkeypatch.setattr(desk, "TICK_SECONDS", 0.0)
    waiting = await room.publish(published=NOON + timedelta(hours=1))
    room.now += timedelta(hours=1)
    save, refused, attempts = room.store.save, asyncio.Event(), iter(range(5))

    async def full(write: Write, at: datetime) -> Saved:
        if next(attempts, None) is None:
            refused.set()
        raise StoreFull("no space left on the disk")

    monkeypatch.setattr(room.store, "save", full)
    keeping = asyncio.create_task(room.desk.keep_time())
    async with asyncio.timeout(120):
        await refused.wait()
        monkeypatch.setattr(room.store, "save", save)
        while not (await room.store.article(waiting.id)).is_public:
            assert not keeping.done()
            await asyncio.sleep(0)
    keeping.cancel()
    assert [each.getMessage() for each in caplog.records] == ["what is due waits: no space left on the disk"]


async def test_what_is_due_and_can_not_be_written_holds_up_nothing_else(
    room: Newsroom, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
):
    bad, good = [await room.publish(published=NOON + timedelta(hours=1)) for _ in range(2)]
    room.now += timedelta(hours=1)
    write = room.desk.write

    def broken(article: Article, *rest: Any) -> Write:
        if article.id == bad.id:
            raise RecursionError("too deep")
        return write(article, *rest)

    monkeypatch.setattr(room.desk, "write", broken)
    assert [await room.desk.release_due() for _ in range(2)] == [1, 0]
    assert (await room.store.article(good.id)).is_public
    said = [each.getMessage() for each in caplog.records]
    assert said == [f"article {bad.id} is due and can't be stored: RecursionError('too deep')"]


async def test_an_article_expires_at_its_time(room: Newsroom):
    article = await room.publish(expires=NOON + timedelta(days=1))
    room.now += timedelta(days=1)
    assert await room.desk.release_due() == 1
    gone = await room.store.article(article.id)
    assert not gone.is_public
    assert gone.was_public


async def test_a_page_stands_at_its_slug(room: Newsroom):
    assert (await room.publish("About us", kind=Kind.PAGE)).path == "/about-us/"


async def test_old_addresses_lead_to_the_article(room: Newsroom):
    article = await room.publish(aliases=("/?p=7", "/old/"))
    assert await room.store.at("/old/") == Redirect("/old/", article.path)
    assert await room.store.at("/?p=7") == Redirect("/?p=7", article.path)


async def test_a_redirect_leads_between_paths_of_this_site_only(room: Newsroom):
    with pytest.raises(Invalid) as found:
        await room.desk.redirect("old", "https://elsewhere.example/")
    assert [each.partition(":")[0] for each in found.value.problems] == ["path", "target"]
    with pytest.raises(Invalid):
        await room.desk.redirect("/old/", "//elsewhere.example/")
    assert await room.desk.redirect("/alté/", "/neu/") == Redirect("/alt%C3%A9/", "/neu/")


async def test_a_scheduled_date_that_has_passed_is_published(room: Newsroom):
    article = await room.publish(status=Status.SCHEDULED, published=NOON - timedelta(days=1))
    assert article.status is Status.PUBLISHED


def test_a_title_without_letters_still_gets_an_address():
    made = rule.complete(replace(written("🎉").article, guid="g"), NOON, "example.org")
    assert made.path.startswith("/reviews/article-")


async def test_s6_a_piece_too_thin_for_a_story_is_listed_without_one(room: Newsroom):
    """No sitemap names a story that isn't there."""
    await room.publish("A lamp")
    assert await room.store.chunks("stories") == ()
    await room.publish("A long lamp", "".join(f"<p>{each}</p>" for each in SENTENCES))
    assert [each.urls for each in await room.store.chunks("stories")] == [1]
    assert [each.urls for each in await room.store.chunks("articles")] == [2]


SENTENCES = (
    "A lamp that burns oil asks for care every evening, because its wick wants trimming before dusk.",
    "Old glass chimneys crack when cold water meets them, so wash them in the morning instead.",
    "Collectors in three countries trade burners by post and argue about their makers for years.",
    "The museum at the harbour keeps four hundred of them, and lights one each winter solstice.",
    "Electric copies sell better today, although their flicker fools nobody who has read by flame.",
    "Paraffin costs more than it did, yet a full tank still lasts a household through most weekends.",
    "Children remember the smell first, their grandparents tell us, and the shadows on the ceiling last.",
)


async def entries(room: Newsroom) -> list[str]:
    return [each.decode() for each in await room.store.chunk("articles", "2026-11", 1)]


@pytest.mark.parametrize(
    ("canonical", "is_own"),
    [
        ("https://example.org/reviews/tea/", True),
        ("http://www.Example.org/reviews/tea", True),
        ("https://example.org/reviews/tea/?page=2", False),
        ("https://example.org/reviews/other/", False),
        ("https://wire.example/reviews/tea/", False),
    ],
)
async def test_s8_a_canonical_address_that_is_its_own_keeps_a_piece_listed(
    room: Newsroom, canonical: str, is_own: bool
):
    made = await room.publish("Tea", canonical_url=canonical)
    assert (made.canonical_url == "", made.is_indexable) == (is_own, is_own)
    assert len(await room.store.chunks("articles")) == is_own


async def test_s8_a_new_slug_with_its_own_canonical_address_keeps_a_piece_listed(room: Newsroom):
    made = await room.publish("Tea")
    await room.desk.edit(made.id, {"slug": "leaves", "canonical_url": "https://example.org/reviews/leaves/"})
    assert ["/reviews/leaves/" in each for each in await entries(room)] == [True]


async def test_s15_translations_name_each_other_from_the_moment_one_is_published(room: Newsroom):
    """Both ways, with themselves; a sibling's edit keeps it, a withdrawal ends it."""
    english = await room.publish("Tea", language="en", translation_group="tea")
    assert "hreflang" not in (await entries(room))[0]
    french = await room.publish("Thé", language="fr", translation_group="tea")
    links = '<xhtml:link rel="alternate" hreflang="en" href="/reviews/tea/"/>'
    links += '<xhtml:link rel="alternate" hreflang="fr" href="/reviews/the/"/>'
    assert [links in each for each in await entries(room)] == [True, True]

    before = await room.store.seq()
    await room.desk.edit(english.id, {"dek": "On leaves."})
    assert await room.store.seq() == before + 1
    assert [links in each for each in await entries(room)] == [True, True]

    await room.desk.withdraw(french.id)
    assert ["hreflang" in each for each in await entries(room)] == [False]


async def test_a_version_that_joins_another_piece_is_named_by_neither(room: Newsroom):
    await room.publish("Tea", language="en", translation_group="tea")
    french = await room.publish("Thé", language="fr", translation_group="tea")
    await room.desk.edit(french.id, {"translation_group": "the"})
    assert ["hreflang" in each for each in await entries(room)] == [False, False]


async def test_a_sibling_is_announced_when_a_translation_comes(room: Newsroom):
    english = await room.publish("Tea", language="en", translation_group="tea")
    await room.publish("Thé", language="fr", translation_group="tea")
    (change,) = await room.store.changes(await room.store.seq() - 1)
    assert (change.action, change.article_id) == ("translate", english.id)


async def test_posters_are_made_when_an_article_is_published_and_a_full_disk_does_not_stop_it(room: Newsroom):
    sha256 = "ab" * 32
    article = await room.publish(hero=Picture(src=f"/media/{sha256}/original.jpg"))
    assert article.status is Status.PUBLISHED
    await room.publish("Elsewhere", hero=Picture(src="https://example.net/a.jpg"))
    await room.publish("Draft", hero=Picture(src=f"/media/{sha256}/original.jpg"), status=Status.DRAFT)
    assert room.library.posters == [sha256]
