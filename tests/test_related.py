"""`publisher related score`: what a labelled set says of the related articles."""

import json
import random
from pathlib import Path

import pytest
from click.testing import CliRunner

from publisher.cli.related import related
from publisher.error import Invalid
from publisher.model import Article, Body, Status
from publisher.store.related import FEWER_TERMS, MAX_TERMS, SMALL, sought

TALK = "the of and a to in is that it was for on with as his they be at one have this".split()
MATTERS = {
    "sport": "match goal keeper league striker stadium coach season penalty transfer derby injury".split(),
    "business": "bank shares profit market merger quarter investor revenue tariff currency loan budget".split(),
    "tech": "browser software laptop network password server chip update privacy startup robot code".split(),
}


def written(folder: Path, pieces: int = 60) -> Path:
    """A set whose pieces share half a dozen words of their matter, among words that all have."""
    chance = random.Random(7)
    lines = []
    for number in range(pieces):
        section = list(MATTERS)[number % 3]
        words = chance.choices(TALK, k=80) + chance.sample(MATTERS[section], 6) + [f"name{number}"]
        chance.shuffle(words)
        lines.append(json.dumps({"section": section, "text": " ".join(words)}))
    file = folder / "set.jsonl"
    file.write_text("\n".join(lines) + "\n")
    return file


def test_most_of_the_top_four_are_of_the_pieces_section(tmp_path: Path):
    done = CliRunner().invoke(related, ["score", str(written(tmp_path)), "--json"], catch_exceptions=False)
    found = json.loads(done.output)
    assert (found["pieces"], found["sections"]) == (60, 3)
    assert found["chance"] < 0.35
    assert found["words"] > 0.95
    assert found["section"] == 1.0


def test_fewer_words_are_asked_for_in_a_large_archive():
    words = " ".join(f"word{number:03}" for number in range(200))
    article = Article(guid="1", slug="s", path="/s/", title="Walrus", status=Status.PUBLISHED, body=Body(text=words))
    small, large = (set(sought(article, count)) for count in (SMALL, SMALL + 1))
    assert (len(small), len(large)) == (MAX_TERMS, FEWER_TERMS)
    assert large < small
    assert "walrus" in large  # said twice: a headline counts as text, too


def test_the_table_says_what_the_numbers_are(tmp_path: Path):
    done = CliRunner().invoke(related, ["score", str(written(tmp_path, 12))], catch_exceptions=False)
    assert done.output.startswith("12 pieces in 3 sections, share of the top 4 in the same section:\nwords ")


@pytest.mark.parametrize("line", ['{"text": "no section"}', '{"section": 1, "text": ""}', "[]", "{"])
def test_a_line_that_is_none_is_named(tmp_path: Path, line: str):
    file = tmp_path / "set.jsonl"
    file.write_text(f'{{"section": "a", "text": "b"}}\n{line}\n')
    with pytest.raises(Invalid, match=r"set\.jsonl:2: not a line of \{section, text\}"):
        CliRunner().invoke(related, ["score", str(file)], catch_exceptions=False)
