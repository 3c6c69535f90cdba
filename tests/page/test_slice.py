"""Hits are served between two slices of building."""

import asyncio

import pytest

from publisher.catalogue.slice import Slices


async def test_of_builds_that_are_ready_together_one_works_before_the_loop_looks_at_its_sockets():
    slices, rounds = Slices(), [0]

    async def count() -> None:
        while True:
            rounds[0] += 1
            await asyncio.sleep(0)  # until everything that is ready has run, and the sockets were looked at

    counting = asyncio.create_task(count())
    seen = await asyncio.gather(*(slices.run(lambda: rounds[0]) for _ in range(20)))
    counting.cancel()
    assert len(set(seen)) == 20
    assert seen == sorted(seen)


async def test_a_slice_that_fails_or_is_given_up_keeps_nobody_waiting():
    slices = Slices()
    first = asyncio.create_task(slices.run(int, "x"))
    given_up = asyncio.create_task(slices.run(int, "1"))
    last = asyncio.create_task(slices.run(int, "2"))
    await asyncio.sleep(0)
    given_up.cancel()
    with pytest.raises(ValueError, match="invalid literal"):
        await first
    assert await last == 2
