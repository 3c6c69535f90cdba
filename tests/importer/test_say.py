"""The ledger as people see it: every reason whole, whatever stands in it."""

import pytest

from publisher.cli.transfer import say
from publisher.importer.port import ImportReport


def test_brackets_in_a_reason_are_shown_and_long_ones_stay_on_their_line(capsys: pytest.CaptureFixture[str]):
    reason = "it doesn't mark its article, and what finds one isn't installed: pip install 'publisher[page]'"
    say(ImportReport(seen=2, skipped=((reason, 1),), failed=((reason, 1),)))
    assert capsys.readouterr().err.splitlines()[1:] == [f"  skipped 1: {reason}", f"  failed 1: {reason}"]
