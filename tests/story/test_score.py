"""What is told is measured: our pages beat the lead, repeat little and invent nothing (A2-A4)."""

from pathlib import Path

import msgspec
import pytest
from click.testing import CliRunner

from publisher.cli.story import story
from publisher.compose import passage, rank, score
from publisher.compose.block import blocks_of_text
from publisher.compose.passage import Measure, shortened, without_credits
from publisher.compose.sentence import split
from publisher.error import Invalid
from tests.tool.shared import shared

NEWS = Path(__file__).with_name("news.jsonl")
ITEMS = [msgspec.json.decode(line, type=score.Item) for line in NEWS.read_bytes().splitlines()]


def test_our_pages_tell_more_of_the_highlights_than_the_lead():
    ours, lead = score.score(ITEMS, score.pages_of), score.score(ITEMS, score.lead_of)
    assert ours.coverage >= 0.70 > lead.coverage
    assert ours.hit > lead.hit
    assert ours.redundancy <= 0.25
    assert ours.faithfulness == 1.0


def test_facts_are_found_when_the_article_is_followed_by_another():
    mixed = [
        msgspec.structs.replace(item, body=f"{item.body}\n\n{other.body}")
        for item, other in zip(ITEMS, ITEMS[7:] + ITEMS[:7], strict=True)
    ]
    assert score.score(mixed, score.pages_of).coverage > score.score(mixed, score.lead_of).coverage + 0.15


@pytest.mark.parametrize("item", ITEMS, ids=lambda item: item.title[:30])
def test_six_pages_of_60_to_180_characters(item: score.Item):
    pages = score.pages_of(item)
    assert len(pages) <= 6
    assert all(60 <= len(page) <= 180 for page in pages)


@pytest.mark.parametrize("item", ITEMS, ids=lambda item: item.title[:30])
def test_each_passage_chosen_is_the_best_of_what_is_left(item: score.Item):
    source, size = passage.sentences(blocks_of_text(item.body)), passage.measure(item.body)
    weights = rank.weigh([each.text for each in source], item.headline, item.language)
    pool = [each for each in passage.candidates(source, size) if weights.of_passage(each)]
    chosen = rank.choose(pool, weights, item.headline, score.PAGES, size)
    known = weights.words(item.headline)
    left = [each for each in pool if not rank._repeats(weights.of_passage(each), known)]
    covered: set[str] = set()
    for _ in chosen:
        best = max(
            left, key=lambda each: rank._worth(weights.of_passage(each), covered, weights) * rank._factor(each, size)
        )
        told = (best, weights.of_passage(best))
        covered |= told[1]
        left = [each for each in left if rank._is_beside((each, weights.of_passage(each)), [told])]
        assert best in chosen
    assert len(chosen) == score.PAGES or not left


def test_recall_counts_words_with_their_number():
    assert score.recall("the cat and the dog", "the dog") == pytest.approx(2 / 5)
    assert score.recall("", "anything") == 0.0


def test_an_invented_number_is_unfaithful():
    assert score.faithfulness(["It cost 12 million."], "It cost 21 million.") == 0.0
    assert score.faithfulness(["It cost 21 million."], "It cost 21 million.") == 1.0


def test_the_same_text_twice_is_redundant():
    assert score.redundancy(["Cats sleep long.", "Cats sleep long."], "en") == 1.0
    assert score.redundancy(["Cats sleep long.", "Dogs bark."], "en") == 0.0


def test_highlights_may_be_one_text_with_lines():
    assert score.Item(body="", highlights="One .\n\nTwo .").bullets == ("One .", "Two .")


def test_the_command_prints_ours_and_the_lead():
    result = CliRunner().invoke(story, ["score", str(NEWS)])
    assert result.exit_code == 0
    assert "30 articles" in result.output
    assert [line.split()[0] for line in result.output.splitlines()[2:]] == ["ours", "lead"]


def test_a_title_may_be_null_and_paragraphs_may_be_lines(tmp_path: Path):
    body = ITEMS[0].body
    file = tmp_path / "lines.jsonl"
    rows = [
        {"title": None, "body": each, "highlights": ITEMS[0].highlights} for each in (body, body.replace("\n\n", "\n"))
    ]
    file.write_bytes(b"\n".join(map(msgspec.json.encode, rows)))
    assert CliRunner().invoke(story, ["score", str(file)]).exit_code == 0
    one, other = (msgspec.json.decode(line, type=score.Item) for line in file.read_bytes().splitlines())
    assert score.pages_of(one) == score.pages_of(other)


def test_lines_that_are_wrapped_are_one_paragraph():
    text = "The mayor of the town\nand the council of it\nmet on Friday. They\nspoke of the bridge."
    assert len(blocks_of_text(text)) == 1


def test_a_broken_line_is_named(tmp_path: Path):
    file = tmp_path / "broken.jsonl"
    file.write_text('{"body": "x"}\n')
    result = CliRunner().invoke(story, ["score", str(file)])
    assert isinstance(result.exception, Invalid)
    assert f"{file}:1" in str(result.exception)


LEAST = {"ar": 0.97, "en": 0.97, "hi": 0.97, "ko": 0.97, "ru": 0.96, "zh": 0.97}


@pytest.mark.parametrize("language", LEAST)
def test_sentences_are_found_in_other_scripts(language: str):
    found = wanted = right = 0
    for line in shared("data", "multilang", f"pud_{language}.jsonl").read_bytes().splitlines():
        document = msgspec.json.decode(line)
        joint = "" if language == "zh" else " "
        sentences = split(joint.join(document["sentences"]))
        found += len(sentences)
        wanted += len(document["sentences"])
        right += len(set(sentences) & set(document["sentences"]))
    assert right / found >= LEAST[language]
    assert right / wanted >= LEAST[language]


def test_thai_is_split_into_phrases_at_its_spaces_and_nothing_is_lost():
    for line in shared("data", "multilang", "pud_th.jsonl").read_bytes().splitlines():
        text = " ".join(msgspec.json.decode(line)["sentences"])
        assert "".join(split(text)).replace(" ", "") == text.replace(" ", "")


def test_a_sites_calls_between_sentences_stand_on_no_page():
    body = (
        "The bridge over the Orla was closed on Monday after a crack was found in its second pier by divers. "
        "Watch the divers at work » About 9,000 cars a day must now go by Harlow, eleven kilometres to the north. "
        "The repair will take until May and cost two million crowns. E-mail to a friend"
    )
    pages = " ".join(score.pages_of(score.Item(body=body, highlights="x")))
    assert "About 9,000 cars" in pages
    assert "Watch" not in pages
    assert "friend" not in pages


def test_a_quotation_begins_a_sentence_of_its_own():
    text = 'Ida Holm sang in Price, Utah. "We have tried it all," she said. "It is over." Then Mr. "X" left.'
    assert len(split(text)) == 4


@pytest.mark.parametrize("tail", ["to the", "and for a", "of"])
def test_a_cut_sentence_does_not_end_in_a_little_word(tail: str):
    begun = "The long road that leads from the harbour over the hills was closed"
    size = Measure(20, len(f"{begun} {tail}") + 1)
    assert shortened(f"{begun} {tail} neighbouring valley on Monday", size) == f"{begun}…"


def test_a_sentence_that_ends_goes_before_one_that_is_cut():
    long = "The mayor of Harlow " + "and the council of the river town of Harlow by the Orla, " * 4 + "met on Friday."
    source = (
        f"The mayor and the council met. {long} The mayor of Harlow and the council of the river town met on Friday."
    )
    assert not any(page.endswith("…") for page in score.pages_of(score.Item(body=source, highlights="x")))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Dr. Weiss came at 5.30 p.m. and left. Nobody saw her.", 2),
        ("他來了。他走了！“真的嗎？”她問。", 4),
        ("¿Qué pasó? Nadie lo sabe. El Sr. García se fue.", 3),
        ("Er kam z. B. am 3. Mai. Dann ging er.", 2),
    ],
)
def test_awkward_sentences(text: str, expected: int):
    assert len(split(text)) == expected, split(text)


@pytest.mark.parametrize(
    "credit",
    [
        "(CNN)",
        "(CNN) -- ",
        "LONDON, England (Reuters) -- ",
        "By . Emma Innes . ",
        "By . A Reporter . PUBLISHED: . 03:57 EST, 8 September 2012 . | . UPDATED: . 07:47 EST, 8 September 2012 . ",
        "WASHINGTON — ",
    ],
)
def test_credits_before_the_text_are_taken_off(credit: str):
    assert without_credits(f"{credit}The bishop of Fargo has spoken.") == "The bishop of Fargo has spoken."


@pytest.mark.parametrize(
    "text", ["By noon he had left. Then he came.", "(Almost) nobody came.", "The AP (London) said."]
)
def test_what_only_looks_like_a_credit_stays(text: str):
    assert without_credits(text) == text
