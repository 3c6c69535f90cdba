"""Articles are made ready in other processes when they are many, and one that can't be fails alone."""

import os
import signal
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest
from msgspec.structs import replace

from publisher.desk import draft
from publisher.importer.port import LocalFile, Read
from publisher.model import Article


def job(number: int, html: str = "<p>Text.</p>") -> draft.Job:
    article = Article(guid=f"g{number}", slug=f"s{number}", path="", title=f"T {number}")
    return Read(article=article, html=html), {}


def is_blocked(pid: int, number: int) -> bool:
    """Whether a process blocks a signal (proc(5), SigBlk)."""
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    mask = next(line for line in lines if line.startswith("SigBlk:")).split()[1]
    return int(mask, 16) >> (number - 1) & 1 == 1


async def test_many_are_made_ready_elsewhere_in_their_order(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(draft, "FEW", 10)
    jobs = [job(number) for number in range(60)]
    with draft.Drafts({"example.org"}, most=1) as drafts:
        few = await drafts.finish(drafts.begin(jobs[:10]))
        assert drafts._pool is None
        many = await drafts.finish(drafts.begin(jobs[10:]))
        assert drafts._pool is not None
    assert [each.article.title for each in (*few, *many)] == [read.article.title for read, _ in jobs]
    assert {each.problem for each in (*few, *many)} == {""}
    assert many[0].article.body.html == "<p>Text.</p>"


async def test_another_process_hears_no_ctrl_c_from_its_first_instant(monkeypatch: pytest.MonkeyPatch):
    """One that heard it while it began would say so in a traceback of its own."""
    monkeypatch.setattr(draft, "FEW", 0)
    with draft.Drafts((), most=1) as drafts:
        begun = drafts.begin([job(1)])
        assert drafts._pool is not None
        (pid,) = drafts._pool._processes
        assert is_blocked(pid, signal.SIGINT)
        await drafts.finish(begun)
    assert signal.SIGINT not in signal.pthread_sigmask(signal.SIG_BLOCK, ())


async def test_what_no_other_process_can_be_told_is_made_ready_here(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(draft, "FEW", 0)
    with draft.Drafts((), most=1) as drafts:
        found = await drafts.finish(drafts.begin([job(1, "<p>Half \ud800 a character.</p>"), job(2)]))
    assert [each.article.body.html for each in found] == ["<p>Half  a character.</p>", "<p>Text.</p>"]


async def test_files_and_dates_arrive_in_the_other_process(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    monkeypatch.setattr(draft, "FEW", 0)
    noon = datetime(2026, 11, 23, 12, tzinfo=timezone(timedelta(hours=2)))
    read, _ = job(1, '<p><img src="a.jpg" alt=""/></p>')
    file = LocalFile(src="a.jpg", path=tmp_path / "a.jpg")
    read = replace(read, article=replace(read.article, published=noon), files=(file,))
    with draft.Drafts((), most=1) as drafts:
        (found,) = await drafts.finish(drafts.begin([(read, {"a.jpg": "/media/a.jpg"})]))
    assert found.article.published == noon
    assert [each.src for each in found.article.pictures] == ["/media/a.jpg"]


async def test_when_the_other_process_dies_this_one_goes_on(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(draft, "FEW", 0)
    with draft.Drafts((), most=1) as drafts:
        await drafts.finish(drafts.begin([job(1)]))
        assert drafts._pool is not None
        for process in list(drafts._pool._processes.values()):
            assert process.pid is not None
            os.kill(process.pid, signal.SIGKILL)
        found = await drafts.finish(drafts.begin([job(number) for number in range(60)]))
    assert [each.article.guid for each in found] == [f"g{number}" for number in range(60)]
    assert {each.problem for each in found} == {""}


def test_what_breaks_the_preparing_costs_one_article(monkeypatch: pytest.MonkeyPatch):
    def broken(*_: object) -> Article:
        raise RecursionError("too deep")

    monkeypatch.setattr(draft, "prepare", broken)
    read, files = job(1)
    found = draft.draft(read, files, ())
    assert "RecursionError: too deep" in found.problem


def test_a_text_made_to_swell_fails_alone_and_says_why():
    bomb = "<p>" + "".join(f"<b title={number}><p>" for number in range(20_000))
    found = draft._drafts([job(1, bomb), job(2)], ())
    assert isinstance(found, list)
    assert found[0].problem.startswith("html: is more work than 450,000 plain tags")
    assert found[1].article.body.html == "<p>Text.</p>"
