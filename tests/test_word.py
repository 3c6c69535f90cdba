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
