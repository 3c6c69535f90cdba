"""Hits are served between two slices of building."""

import asyncio
import math
import time
from collections.abc import Iterator

import pytest

from publisher.catalogue.slice import SLICE_SECONDS, Slices


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


async def test_a_text_is_whole_and_the_loop_looks_at_its_sockets_while_it_is_written():
    slices, rounds = Slices(), [0]
    seen: set[int] = set()

    async def count() -> None:
        while True:
            rounds[0] += 1
            await asyncio.sleep(0)

    def pieces() -> Iterator[str]:
        for number in range(50):
            seen.add(rounds[0])
            time.sleep(SLICE_SECONDS / 4)
            yield f"é{number} "

    counting = asyncio.create_task(count())
    written = await slices.text(pieces())
    counting.cancel()
    assert written.decode() == "".join(f"é{number} " for number in range(50))
    assert len(seen) > 3


async def test_a_text_that_fails_keeps_nobody_waiting():
    def pieces() -> Iterator[str]:
        yield "a"
        raise ValueError("broken")

    slices = Slices()
    with pytest.raises(ValueError, match="broken"):
        await slices.text(pieces())
    assert await slices.run(int, "2") == 2


async def test_nobody_waits_for_a_turn_where_a_slice_has_no_end():
    slices = Slices(math.inf)
    assert [await slices.run(int, each) for each in "12"] == [1, 2]
    waits = asyncio.create_task(slices.text(iter(["a", "é"])))
    await asyncio.sleep(0)  # one round of the loop
    assert waits.done()
    assert waits.result() == "aé".encode()
