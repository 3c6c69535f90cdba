"""A large feed is built without holding the event loop."""

import asyncio
import time

from tests.feed.world import LONG, World, article, feed

LARGE = feed("max_bytes = 5000000\nfull_text = false\n[selection]\nlimit = 5000")


class Heartbeat:
    """Beats every millisecond and keeps how late the beats were, in milliseconds."""

    def __init__(self) -> None:
        self.late: list[float] = []

    async def run(self) -> None:
        while True:
            before = time.perf_counter()
            await asyncio.sleep(0.001)
            self.late.append((time.perf_counter() - before - 0.001) * 1000)


async def test_f69_a_feed_of_5000_entries_is_whole_and_an_edit_rebuilds_one_entry():
    world = World([LARGE])
    stored = await world.publish(*(article(number, body=LONG, hero=None) for number in range(1, 5001)))
    assert (await world.get("/feeds/all.rss")).body.count(b"<item>") == 5000
    misses = world.context.fragments.misses
    await world.edit(stored[2500], title="Edited")
    heartbeat = Heartbeat()
    beating = asyncio.create_task(heartbeat.run())
    document = await world.get("/feeds/all.rss")
    beating.cancel()
    assert b"<title>Edited</title>" in document.body
    assert world.context.fragments.misses - misses == 1
    late = sorted(heartbeat.late)
    print(f"late beats: median {late[len(late) // 2]:.2f} ms, worst {late[-1]:.2f} ms of {len(late)}")
    assert late[len(late) // 2] < 5
