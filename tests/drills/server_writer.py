"""A whole server that also writes: it says `ack <path>` when a publish returned, and is killed any time."""

import asyncio
import sys
from collections.abc import Awaitable
from pathlib import Path

from publisher.house import House, run, settings_of, with_house
from publisher.importer.port import Read
from publisher.model import Article, Section, Status
from publisher.serve import listen, serve_until


def written(number: int, run_name: str) -> Read:
    """The article that one attempt publishes."""
    article = Article(
        guid=f"tag:example.org,2026:{run_name}-{number}",
        slug=f"piece-{run_name}-{number}",
        path="",
        title=f"Piece {number} of {run_name}",
        status=Status.PUBLISHED,
        section=Section(slug="news", name="News"),
    )
    return Read(article=article, html=f"<p>{'A sentence that is long enough. ' * 40}</p>")


async def write(house: House, run_name: str) -> None:
    """Publish until killed, four at a time, saying what was acknowledged."""
    for first in range(0, 1_000_000, 4):
        reads = [written(number, run_name) for number in range(first, first + 4)]
        for each in asyncio.as_completed([house.desk.publish(read) for read in reads]):
            print("ack", (await each).path, flush=True)


def main(folder: Path, run_name: str) -> None:
    """Serve and write."""
    sock = listen("127.0.0.1", 0)
    settings = settings_of(folder, {"port": sock.getsockname()[1]})

    async def ready(house: House) -> None:
        print("ready", house.site.base, flush=True)
        house.group.create_task(write(house, run_name))

    def work(house: House) -> Awaitable[None]:
        return serve_until(house, sock, ready)

    run(with_house(folder, settings, work))


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2])
