"""What the index of words is asked: once for neighbours, for many words at a time, anew when something is published."""

from publisher.store.sqlite import SqliteStore
from publisher.store.sqlite_related import SIGHTS, TERMS, Moments
from tests.contract.sample import edit, saved


async def traced(store: SqliteStore) -> list[str]:
    """The statements that readers run from now on."""
    asked: list[str] = []
    for reader in store._readers:
        await reader.set_trace_callback(asked.append)
    return asked


async def test_what_relates_an_article_is_not_read_again_for_its_neighbour(sqlite: SqliteStore):
    first, second = [await saved(sqlite, f"walrus-{n}", title="Walrus migration in the arctic") for n in range(2)]
    asked = await traced(sqlite)
    assert [each.slug for each in await sqlite.related(first)] == ["walrus-1"]
    assert any("MATCH" in each for each in asked)
    asked.clear()
    assert [each.slug for each in await sqlite.related(second)] == ["walrus-0"]
    assert not any("MATCH" in each for each in asked)
    await edit(sqlite, second, dek="Ice")
    await sqlite.related(first)
    assert any("MATCH" in each for each in asked)


def test_what_is_read_in_an_older_transaction_takes_no_newer_ones_place():
    moments = Moments()
    newest = moments.at(2)
    assert moments.at(1) is not newest
    assert moments.at(2) is newest
    assert moments.at(3) is not newest


def test_what_is_kept_to_relate_articles_is_bounded():
    moments = Moments()
    first = moments.at(1)
    first.sights.update(dict.fromkeys(range(SIGHTS)))
    second = moments.at(1)
    assert second is not first
    second.newest.update((f"{n}", "[]") for n in range(TERMS))
    assert moments.at(1) is not second


async def test_all_words_near_a_misspelt_one_are_looked_for_at_once(sqlite: SqliteStore):
    await saved(sqlite, "walrus", title="Walrus migration")
    asked = await traced(sqlite)
    assert await sqlite.suggest("warlus") == "walrus"
    assert 0 < sum("MATCH" in each for each in asked) < 5
