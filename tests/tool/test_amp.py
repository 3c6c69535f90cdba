"""The AMP validator accepts the golden story and sees what is wrong in its mutations."""

import subprocess
import sys

import pytest

from tests.tool.amp import AmpValidator
from tests.tool.shared import ROOT, shared

MUTATIONS = [
    ("<!doctype html>", "", "MANDATORY_TAG_MISSING"),
    ('<meta name="viewport"', '<meta name="viewpoint"', "MANDATORY_TAG_MISSING"),
    ('" title="Six', '" data-title="Six', "MANDATORY_ATTR_MISSING"),
    ('async src="https://cdn.ampproject.org/', 'async src="https://example.com/', "INVALID_ATTR_VALUE"),
    ("<amp-story-grid-layer", "<p>stray</p><amp-story-grid-layer", "DISALLOWED_CHILD_TAG_NAME"),
    ('<div grid-area="upper-third">', '<div grid-area="upper-third" onclick="a()">', "DISALLOWED_ATTR"),
]


@pytest.fixture
def golden() -> str:
    return shared("examples", "amp-golden.html").read_text("utf-8")


def test_the_golden_story_passes(amp_validate: AmpValidator, golden: str):
    assert amp_validate(golden) == []
    assert amp_validate(golden.encode()) == []


@pytest.mark.parametrize(("old", "new", "code"), MUTATIONS, ids=lambda text: text[:24])
def test_a_broken_story_fails(amp_validate: AmpValidator, golden: str, old: str, new: str, code: str):
    assert old in golden
    assert code in {problem.code for problem in amp_validate(golden.replace(old, new, 1))}


def test_a_warning_is_no_error(amp_validate: AmpValidator, golden: str):
    broken = golden.replace('application/ld+json">', 'application/ld+json">,', 1)
    assert broken != golden
    assert amp_validate(broken) == []
    assert [problem.severity for problem in amp_validate.problems(broken)] == ["WARNING"]


def test_a_validator_lets_the_interpreter_exit():
    program = "from tests.tool.amp import amp_validator\nwith amp_validator() as v: print(len(v('<p>no')) > 0)"
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, timeout=300, check=True
    )
    assert done.stdout == "True\n"
