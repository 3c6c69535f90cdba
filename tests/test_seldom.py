"""What is tried again twice a second fails in the same words: a log says it once a minute."""

import logging

import pytest

from publisher.seldom import Seldom


def test_each_cause_is_said_once_a_minute(caplog: pytest.LogCaptureFixture):
    now = 0.0
    seldom = Seldom(logging.getLogger("publisher.test"), lambda: now)
    for tick in range(241):
        now = tick / 2
        seldom.warning("what is due waits: %s", "the disk is full")
        if tick == 10:
            seldom.warning("what is due waits: %s", "it is locked")
    said = [each.getMessage().rpartition(" ")[2] for each in caplog.records]
    assert said == ["full", "locked", "full", "full"]
