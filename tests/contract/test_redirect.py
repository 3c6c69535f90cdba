"""Old paths: they lead on in one hop, and never in a circle."""

import msgspec
import pytest

from publisher.error import Conflict, NotFound
from publisher.model import Article, Redirect, Status
from publisher.store.port import Store
from tests.contract.sample import NOON, article, edit, save, saved


async def leads(store: Store, path: str) -> str:
    """Where a path leads, or that an article stands there."""
    found = await store.at(path)
    return "article" if isinstance(found, Article) else found.target


async def test_a_new_path_of_a_public_article_leaves_a_redirect(store: Store):
    stored = await saved(store, "old")
    moved = await edit(store, stored, path="/reviews/new/")
    assert await store.at("/reviews/old/") == Redirect("/reviews/old/", "/reviews/new/")
    assert await store.at("/reviews/new/") == moved.article
    assert set(moved.change.paths) >= {"/reviews/old/", "/reviews/new/"}
    assert {"p/reviews/old/", "p/reviews/new/"} <= moved.change.keys


async def test_a_new_path_of_a_draft_leaves_nothing(store: Store):
    draft = await saved(store, "draft", status=Status.DRAFT)
    await edit(store, draft, path="/reviews/other/")
    with pytest.raises(NotFound):
        await store.at("/reviews/draft/")


async def test_a_withdrawn_article_leaves_a_redirect_too(store: Store):
    stored = await saved(store, "old")
    gone = (await edit(store, stored, status=Status.TRASH)).article
    await edit(store, gone, path="/reviews/new/")
    assert await leads(store, "/reviews/old/") == "/reviews/new/"


async def test_chains_collapse_to_one_hop(store: Store):
    stored = await saved(store, "a")
    for name in ("b", "c", "d"):
        stored = (await edit(store, stored, path=f"/reviews/{name}/")).article
    assert [await leads(store, f"/reviews/{name}/") for name in "abc"] == ["/reviews/d/"] * 3


async def test_an_article_that_moves_back_makes_no_loop(store: Store):
    stored = await saved(store, "a")
    moved = (await edit(store, stored, path="/reviews/b/")).article
    back = (await edit(store, moved, path="/reviews/a/")).article
    assert await store.at("/reviews/a/") == back
    assert await leads(store, "/reviews/b/") == "/reviews/a/"
    assert len(await store.redirects()) == 1


async def test_an_article_takes_the_path_of_a_redirect(store: Store):
    stored = await saved(store, "a")
    await edit(store, stored, path="/reviews/b/")
    taker = await save(store, article("c", path="/reviews/a/"))
    assert await store.at("/reviews/a/") == taker.article
    assert await store.redirects() == ()
    assert "p/reviews/a/" in taker.change.keys


async def test_two_articles_can_swap_their_paths(store: Store):
    a, b = await saved(store, "a"), await saved(store, "b")
    a = (await edit(store, a, path="/reviews/c/")).article
    b = (await edit(store, b, path="/reviews/a/")).article
    a = (await edit(store, a, path="/reviews/b/")).article
    assert await store.at("/reviews/a/") == b
    assert await store.at("/reviews/b/") == a
    assert await leads(store, "/reviews/c/") == "/reviews/b/"


async def test_old_paths_given_with_a_write_lead_to_it(store: Store):
    other = await saved(store, "other")
    given = ("/?p=7", "/2020/01/02/x/", other.path, "/reviews/x/")
    change = (await save(store, article("x"), redirects=given)).change
    assert await leads(store, "/?p=7") == "/reviews/x/"
    assert await leads(store, "/2020/01/02/x/") == "/reviews/x/"
    assert await leads(store, other.path) == "article"
    assert await leads(store, "/reviews/x/") == "article"
    assert {"p/?p=7", "p/2020/01/02/x/"} <= change.keys


async def test_old_paths_given_with_a_draft_lead_to_wherever_it_goes(store: Store):
    draft = (await save(store, article("x", status=Status.DRAFT), redirects=("/?p=7",))).article
    await edit(store, draft, path="/reviews/y/")
    assert await leads(store, "/?p=7") == "/reviews/y/"


async def test_a_redirect_can_be_added_to_a_free_path(store: Store):
    await saved(store, "x")
    change = await store.add_redirect(Redirect("/from/", "/reviews/x/"), NOON)
    assert await leads(store, "/from/") == "/reviews/x/"
    assert (change.seq, change.paths, change.keys) == (2, ("/from/",), frozenset({"p/from/"}))
    await store.add_redirect(Redirect("/from/", "/elsewhere/"), NOON)
    assert await leads(store, "/from/") == "/elsewhere/"


async def test_a_redirect_is_refused_where_an_article_stands(store: Store):
    await saved(store, "x")
    with pytest.raises(Conflict):
        await store.add_redirect(Redirect("/reviews/x/", "/elsewhere/"), NOON)


async def test_added_chains_collapse_and_loops_are_refused(store: Store):
    await store.add_redirect(Redirect("/b/", "/c/"), NOON)
    await store.add_redirect(Redirect("/a/", "/b/"), NOON)
    await store.add_redirect(Redirect("/c/", "/d/"), NOON)
    assert [await leads(store, path) for path in ("/a/", "/b/", "/c/")] == ["/d/"] * 3
    for loop in (Redirect("/d/", "/a/"), Redirect("/d/", "/d/"), Redirect("/d/", "/c/")):
        with pytest.raises(Conflict):
            await store.add_redirect(loop, NOON)
    assert await store.seq() == 3


async def test_redirects_are_listed_by_path(store: Store):
    for path in ("/é/", "/b/", "/a/", "/B/"):
        await store.add_redirect(Redirect(path, "/x/"), NOON)
    assert [each.path for each in await store.redirects()] == ["/B/", "/a/", "/b/", "/é/"]
    assert [each.path for each in await store.redirects(limit=1, after="/a/")] == ["/b/"]


async def test_a_renamed_article_keeps_everything_else(store: Store):
    stored = await saved(store, "a")
    moved = (await edit(store, stored, slug="b", path="/reviews/b/")).article
    kept = msgspec.structs.replace(moved, slug="a", path="/reviews/a/", revision=1)
    assert kept == stored


async def test_a_removed_redirect_leads_nowhere(store: Store):
    await store.add_redirect(Redirect("/from/", "/x/"), NOON)
    change = await store.remove_redirect("/from/", NOON)
    assert (change.seq, change.paths, change.keys) == (2, ("/from/",), frozenset({"p/from/"}))
    for gone in (store.at("/from/"), store.remove_redirect("/from/", NOON)):
        with pytest.raises(NotFound):
            await gone
    assert await store.seq() == 2
