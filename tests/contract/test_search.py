"""Search and related articles: words in any script, no syntax, nothing that isn't public."""

import json
import string

import pytest

from publisher.error import NotFound
from publisher.model import Body, Kind, Status, Tag, Visibility
from publisher.store.port import Store
from publisher.store.words import tokens
from tests.contract.sample import DAY, FILM, MUSIC, NOON, TRAVEL, edit, saved
from tests.tool.shared import shared


def text(words: str) -> Body:
    return Body(html=f"<p>{words}</p>", text=words)


async def found(store: Store, query: str) -> set[str]:
    return {match.article.slug for match in await store.search(query)}


@pytest.mark.parametrize(
    ("query", "is_found"),
    [
        ("zebra", True),
        ("ZEBRA", True),
        ("zebra crossing", True),
        ("crossing zebra", True),
        ("zebra lion", False),
        ("zebr", False),
        ("cafe", True),
        ("café", True),
        ("CAFÉ", True),
        ("strasse", True),
        ("Straße", True),
        ("o'neill", True),
        ("o’neill", True),
        ("c++", True),
        ("state-of-the-art", True),
        ("art-the-of", False),
        ("東京", True),
        ("東京都", True),
        ("京都", True),
        ("大阪", False),
        ("서울", True),
        ("がっこう", True),
        ("こう", True),
        ("かっこう", False),
        ("שלום", True),
        ("שָׁלוֹם", True),
        ("مرحبا", True),
        ("हिन्दी", True),
        ("ｚｅｂｒａ", True),
        ("title", True),
        ("deckword", True),
        ("👩", True),
        ("", False),
        ("   ", False),
        ('"', False),
        ("***", False),
    ],
)
async def test_words_are_found_whatever_their_script_case_and_accents(store: Store, query: str, is_found: bool):
    body = "A zebra crossing in the Café on Straße 7, by O'Neill, in C++: state-of-the-art. 東京都に行く。"
    body += " がっこう 서울특별시 서울 שלום مَرْحَبًا हिन्दी में 👩 fin."
    await saved(store, "it", title="The Title", dek="Deckword here", body=text(body))
    await saved(store, "other", title="Nothing", body=text("lion giraffe"))
    assert await found(store, query) == ({"it"} if is_found else set())


async def test_no_syntax_of_a_query_raises(store: Store):
    await saved(store, "x", body=text("alpha beta NEAR gamma"))
    naughty = json.loads(shared("data/adversarial/blns.json").read_text(encoding="utf-8"))
    syntax = [
        *string.punctuation,
        *(f"alpha{sign}" for sign in string.punctuation),
        *(f"{sign}beta" for sign in string.punctuation),
        "alpha AND",
        "NOT",
        "OR OR",
        "NEAR(alpha beta, 2)",
        "title : alpha",
        "{title text}: alpha",
        'alpha" OR "beta',
        "alpha*",
        "^alpha",
        "a" * 100_000,
        "a " * 50_000,
        "\x00alpha\x00",
        "'; DROP TABLE word; --",
    ]
    for query in (*syntax, *naughty):
        await store.search(query)
    assert await found(store, "NEAR(alpha beta, 2)") == set()
    assert await found(store, "alpha*") == {"x"}
    assert await found(store, "NEAR") == {"x"}


async def test_a_title_counts_more_than_the_text(store: Store):
    await saved(store, "in-text", title="Other", body=text("walrus and more words about walrus"))
    await saved(store, "in-title", title="Walrus", body=text("something"))
    await saved(store, "in-text-too", title="Another", body=text("one walrus only"))
    best = await store.search("walrus")
    assert best[0].article.slug == "in-title"
    assert len(best) == 3


async def test_results_come_in_pages(store: Store):
    for n in range(5):
        await saved(store, f"x-{n}", body=text("walrus"))
    whole = [match.article.slug for match in await store.search("walrus")]
    pages = [[m.article.slug for m in await store.search("walrus", limit=2, offset=n)] for n in (0, 2, 4, 6)]
    assert pages == [whole[:2], whole[2:4], whole[4:], []]
    assert await store.search("walrus", limit=0) == ()


async def test_hits_are_marked_in_a_snippet(store: Store):
    words = " ".join(f"w{n}" for n in range(500))
    await saved(store, "x", body=text(f"{words} the Walrus's tusk. {words}"))
    (match,) = await store.search("walrus")
    assert " the \x02Walrus\x03's tusk. " in match.snippet
    assert match.snippet.startswith("… ")
    assert match.snippet.endswith(" …")
    assert len(match.snippet.split()) < 50
    assert match.article.body == Body()


@pytest.mark.parametrize(
    ("query", "said", "marked"),
    [
        ("train", "A train, a strain.", "A [train], a strain."),
        ("slow train", "Slow food, slow train", "[Slow] food, [slow] [train]"),
        ("strasse", "Die Straße 7", "Die [Straße] 7"),
        ("cafe", "Un cafe\u0301 noir", "Un [cafe\u0301] noir"),
        ("o’neill", "By O'Neill, O!", "By [O]'[Neill], [O]!"),
        ("東京都", "私は東京都に、京都に行く。", "私は[東京都]に、京都に行く。"),
        ("がっこう", "こうして、がっこうへ。", "こうして、[がっこう]へ。"),
        ("서울", "서울특별시 서울", "[서울]특별시 [서울]"),
        ("הכל", "זה הַכֹּל כאן", "זה [הַכֹּל] כאן"),
        ("iphone", "新しいiPhoneを買う", "新しい[iPhone]を買う"),
        ("c++", "C++ and C", "[C]++ and [C]"),
    ],
)
async def test_exactly_what_was_sought_is_marked(store: Store, query: str, said: str, marked: str):
    await saved(store, "x", title="Title", body=text(said))
    (match,) = await store.search(query)
    assert match.snippet.replace("\x02", "[").replace("\x03", "]") == marked


async def test_a_snippet_of_a_script_without_spaces_is_short_and_about_the_hit(store: Store):
    await saved(store, "x", body=text("長い文章が続きます。" * 200 + "東京都" + "そして終わりません。" * 200))
    (match,) = await store.search("東京都")
    assert "\x02東京都\x03" in match.snippet
    assert len(match.snippet) < 250


async def test_a_hit_in_the_dek_is_marked_there(store: Store):
    await saved(store, "x", dek="On the walrus", body=text("nothing"))
    (match,) = await store.search("walrus")
    assert match.snippet == "On the \x02walrus\x03"


@pytest.mark.parametrize("status", [each for each in Status if each is not Status.PUBLISHED])
async def test_what_is_not_public_is_not_found(store: Store, status: Status):
    await saved(store, "x", title="Walrus", body=text("walrus"), status=status)
    assert await store.search("walrus") == ()


@pytest.mark.parametrize("visibility", [Visibility.MEMBERS, Visibility.PAID, Visibility.PASSWORD])
async def test_a_members_text_is_neither_found_nor_shown(store: Store, visibility: Visibility):
    await saved(store, "x", title="Tusk", dek="A dek", body=text("tusk walrus"), visibility=visibility)
    assert await store.search("walrus") == ()
    (match,) = await store.search("tusk")
    assert "walrus" not in match.snippet


async def test_an_edit_is_found_by_its_new_words_only(store: Store):
    stored = await saved(store, "x", title="Walrus", body=text("tusk"))
    stored = (await edit(store, stored, title="Seal", body=text("flipper"))).article
    assert [await found(store, word) for word in ("walrus", "tusk")] == [set(), set()]
    assert [await found(store, word) for word in ("seal", "flipper")] == [{"x"}, {"x"}]
    gone = (await edit(store, stored, status=Status.DRAFT)).article
    assert await found(store, "seal") == set()
    back = (await edit(store, gone, status=Status.PUBLISHED)).article
    assert await found(store, "seal") == {"x"}
    await edit(store, back, visibility=Visibility.PAID)
    assert await found(store, "flipper") == set()


async def test_related_are_on_the_same_matter_and_never_itself(store: Store):
    for n in range(30):
        await saved(store, f"filler-{n}", title=f"Filler number {n}", section=TRAVEL, body=text("nothing much"))
    it = await saved(store, "it", title="Walrus migration", tags=(Tag(slug="arctic", name="Arctic"),))
    await saved(store, "tagged", title="Ice", body=text("The arctic ice."), published=NOON - DAY)
    await saved(store, "titled", title="A walrus", body=text("Something."))
    await saved(store, "both", title="Walrus again", body=text("Arctic walrus migration."))
    await saved(store, "draft", title="Walrus migration", status=Status.DRAFT)
    await saved(store, "about", title="About the walrus migration", kind=Kind.PAGE)
    names = [each.slug for each in await store.related(it)]
    assert names[0] == "both"
    assert set(names) == {"both", "tagged", "titled"}
    assert len(await store.related(it, limit=1)) == 1
    assert (await store.related(it))[0].body == Body()


async def test_related_prefer_the_section(store: Store):
    it = await saved(store, "it", title="Walrus")
    await saved(store, "same", title="Walrus one")
    await saved(store, "other", title="Walrus two", section=TRAVEL)
    assert [each.slug for each in await store.related(it)] == ["same", "other"]


async def test_related_of_the_section_are_found_behind_many_of_others(store: Store):
    await saved(store, "same", title="Walrus in the arctic")
    for n in range(60):
        await saved(store, f"filler-{n}", title=f"Filler number {n}", section=TRAVEL, body=text("nothing much"))
    for n in range(30):
        await saved(store, f"other-{n}", title="Walrus on arctic icebergs", section=TRAVEL)
    it = await saved(store, "it", title="Walrus and arctic icebergs")
    assert [each.slug for each in await store.related(it, limit=2)] == ["same", "other-29"]


async def test_related_are_found_by_what_the_text_says_not_only_the_headline(store: Store):
    for n in range(20):
        await saved(store, f"filler-{n}", title=f"Monday {n}", body=text("nothing much happened on that day"))
    it = await saved(store, "it", title="A Monday", body=text("the ferry crossed the fjord in fog"))
    await saved(store, "same", title="A day out", body=text("a ferry on the fjord"))
    assert [each.slug for each in await store.related(it, limit=1)] == ["same"]


async def test_related_are_found_in_chinese_and_by_a_tag_of_two_words(store: Store):
    for n in range(20):
        await saved(store, f"filler-{n}", title=f"Filler {n}", body=text("nothing much 没有什么"))
    chinese = await saved(store, "zh", title="渡轮", body=text("一艘渡轮穿过峡湾"))
    await saved(store, "zh-same", title="峡湾", body=text("峡湾里的渡轮"))
    assert [each.slug for each in await store.related(chinese, limit=1)] == ["zh-same"]
    tagged = await saved(store, "tagged", title="Soup", tags=(Tag(slug="slow-living", name="Slow living"),))
    await saved(store, "said", title="Bread", body=text("for slow living one needs bread"))
    await saved(store, "apart", title="Bread", body=text("slow bread for a living"))
    assert [each.slug for each in await store.related(tagged, limit=1)] == ["said"]


async def test_nothing_is_related_to_an_article_of_no_words(store: Store):
    it = await saved(store, "it", title="", tags=(FILM, MUSIC))
    assert await store.related(it) == ()


async def test_related_follow_at_once_what_is_published_changed_and_withdrawn(store: Store):
    for n in range(20):
        await saved(store, f"filler-{n}", title=f"Filler {n}", body=text("nothing much"))
    it = await saved(store, "it", title="Walrus migration")
    old = await saved(store, "old", title="A walrus")
    assert [each.slug for each in await store.related(it)] == ["old"]
    new = await saved(store, "new", title="Walrus migration again")
    assert [each.slug for each in await store.related(it)] == ["new", "old"]
    await edit(store, new, title="Bread", body=text("Bread"))
    assert [each.slug for each in await store.related(it)] == ["old"]
    await edit(store, old, status=Status.DRAFT)
    assert await store.related(it) == ()


NEAR = [
    ("lantren", "lantern"),
    ("latern", "lantern"),
    ("lanterm", "lantern"),
    ("llantern", "lantern"),
    ("LANTREN market", "lantern market"),
    ("restaraunt", "restaurant"),
    ("tommorow", "tomorrow"),
    ("chesnuts", "chestnuts"),
    ("nightmarket", "night market"),
    ("лантерн фонраь", "фонарь"),
    ("ירושלם", "ירושלים"),
    ("القاهره", "القاهرة"),
    ("ελλαδδα", "ελλάδα"),
    ("हिन्दि", "हिन्दी"),
    ("café crème brulé", "café crème brûlée"),
    ("קהרה", ""),
    ("رسائل", "الرسائل"),
    ("restaur", "restaurant"),
    ("lantern", ""),
    ("zzzzzzzz", ""),
    ("xy", ""),
    ("12345678", ""),
    ("大阪府", ""),
    ("👩‍🚀", ""),
    ("", ""),
    ('"" -- %', ""),
    ("lantern qqqqqqqq", "lantern"),
    ("a" * 10_000, ""),
    ("qwertyuiop " * 1000, ""),
]


@pytest.mark.parametrize(("query", "meant"), NEAR)
async def test_a_misspelt_query_gets_what_was_meant(store: Store, query: str, meant: str):
    title = "The Lantern Market, Tomorrow: Café & Crème Brûlée"
    dek = "Restaurant фонарь ירושלים الرسائل القاهرة Ελλάδα हिन्दी 東京"
    await saved(store, "it", title=title, dek=dek, body=text("Three kinds of chestnuts at the night market."))
    assert await store.suggest(query) == meant


async def test_only_what_the_public_may_find_is_suggested(store: Store):
    await saved(store, "draft", title="Walrus", status=Status.DRAFT)
    await saved(store, "members", title="Members", body=text("pelican"), visibility=Visibility.MEMBERS)
    gone = await saved(store, "gone", title="Porcupine")
    assert await store.suggest("porcupin") == "porcupine"
    await edit(store, gone, status=Status.DRAFT)
    for query in ("walrs", "pelicn", "porcupin", "porcupne"):
        assert await store.suggest(query) == ""


async def test_the_commoner_of_two_near_words_is_meant(store: Store):
    for number in range(5):
        await saved(store, f"train-{number}", title="The train")
    await saved(store, "brain", title="The brain")
    assert await store.suggest("trainn") == "train"
    assert await store.suggest("grain") == "train"
    assert await store.suggest("bbrain") == "brain"


@pytest.mark.parametrize("mark", "’‘“”–—… \t_")
def test_breaks_of_typography_part_words_with_accents_and_without(mark: str):
    assert tokens(f"One{mark}TWO 3{mark}") == ["one", "two", "3"]
    assert tokens(f"Öne{mark}TWO é{mark}") == ["one", "two", "e"]


@pytest.mark.parametrize("letter", "xž")
def test_a_word_without_end_is_several(letter: str):
    assert [len(each) for each in tokens(f"{letter * 250} a")] == [100, 100, 50, 1]


async def test_what_stands_at_a_path_comes_with_its_related_articles_if_it_is_an_article_for_everyone(store: Store):
    await saved(store, "filler", title="Nothing much", section=TRAVEL)
    it = await saved(store, "it", title="Walrus migration")
    await saved(store, "same", title="A walrus")
    draft = await saved(store, "draft", title="Walrus draft", status=Status.DRAFT)
    page = await saved(store, "page", title="About the walrus", kind=Kind.PAGE)
    found, alike = await store.at_with_related(it.path, 4)
    assert (found, alike) == (await store.at(it.path), await store.related(it, 4))
    assert alike[0].slug == "same"
    for each in (draft, page):
        assert await store.at_with_related(each.path, 4) == (each, ())
    with pytest.raises(NotFound):
        await store.at_with_related("/nowhere/", 4)
