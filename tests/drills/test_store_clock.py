"""Drill 12 on the store: a clock that jumps releases each scheduled article once, and never early."""

import random
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from publisher.model import Status
from publisher.store.port import Store
from publisher.store.sqlite import SqliteStore
from tests.contract.sample import DAY, HOUR, edit, saved

BERLIN = ZoneInfo("Europe/Berlin")
SPRING = datetime(2027, 3, 28, 2, 30, tzinfo=BERLIN)
"""An hour that no clock in Berlin shows."""
AUTUMN = datetime(2026, 10, 25, 2, 30, tzinfo=BERLIN)
"""An hour that it shows twice."""
JUMPS = (HOUR, -HOUR, 400 * DAY, -400 * DAY, timedelta(minutes=1), timedelta(minutes=7), DAY)


async def release(store: Store, now: datetime) -> list[int]:
    """What the desk does on its timer."""
    released = []
    while ripe := await store.due(now):
        for article in ripe:
            assert article.published is not None
            assert article.published <= now, "released too early"
            await edit(store, article, now, status=Status.PUBLISHED)
        released += [article.id for article in ripe]
    return released


@pytest.mark.drill
async def test_drill_12_a_jumping_clock_releases_each_article_once_and_never_early(
    tmp_path: Path, figure: Callable[[str], None], cycles: Callable[[int, int], int]
):
    generator, steps = random.Random(12), cycles(2000, 200)
    store = SqliteStore(tmp_path)
    await store.open()
    start = AUTUMN.astimezone(UTC) - DAY
    times = [start + timedelta(minutes=generator.randrange(400 * 24 * 60)) for _ in range(100)]
    times += [SPRING, SPRING.replace(fold=1), AUTUMN, AUTUMN.replace(fold=1)]
    waiting = {(await saved(store, status=Status.SCHEDULED, published=when)).id: when for when in times}
    now, released = start, Counter[int]()
    for number in range(steps):
        now += generator.choice(JUMPS) if number < steps - 1 else 2000 * DAY
        if number % 50 == 0:
            await store.close()
            await store.open()
        released.update(await release(store, now))
        due = await store.next_due()
        assert due is None or due > now
    assert released == Counter(waiting.keys())
    log = await store.changes(0, limit=10**6)
    assert [change.at for change in log] == sorted(change.at for change in log)
    changed = [chunk.changed for chunk in await store.chunks("articles")]
    assert max(changed) <= log[-1].at
    for id, when in waiting.items():
        assert (await store.article(id)).first_published == when.astimezone(UTC)
    await store.close()
    figure(f"drill 12 (store): {steps} clock steps, {len(waiting)} scheduled articles released once each, 0 early")
