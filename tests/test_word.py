"""Words as search sees them: quick ways give what the general one gives."""

from hypothesis import given
from hypothesis import strategies as st

from publisher.store import words

TYPOGRAPHY = "\u00a0\u00ab\u00bb" + "".join(map(chr, range(0x2010, 0x2028)))
ELSEWHERE = " \u00e9"
"""A word that takes a text the general way."""


@given(st.text(st.sampled_from([*map(chr, range(128)), *TYPOGRAPHY]), max_size=80))
def test_an_english_text_has_the_same_words_with_a_foreign_one_behind_it(text: str) -> None:
    assert [*words.tokens(text), "e"] == words.tokens(text + ELSEWHERE)


def test_an_endless_word_is_cut_the_same_way_everywhere() -> None:
    for length in (99, 100, 101, 200, 350):
        assert [*words.tokens("x" * length), "e"] == words.tokens("x" * length + ELSEWHERE)


@given(st.lists(st.text(st.sampled_from("aB1 .\n_é’字"), max_size=230), max_size=4))
def test_an_index_that_parts_words_itself_is_given_the_same_words(parts: list[str]) -> None:
    text = " ".join(each * 3 for each in parts)
    assert words.spaced_text(text).split() == words.tokens(text)


def test_words_of_which_an_index_would_make_one_too_long_are_cut() -> None:
    for length in (100, 101, 150, 201, 350):
        for before in range(0, 210, 7):
            text = "a " * (before // 2) + "x" * length + " b" * 60
            assert words.spaced_text(text).split() == words.tokens(text)
