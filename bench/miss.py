"""What is asked for the first time: processor time of cold pages, by kind, everything that the server does included.

python -m bench.miss [--articles 10000] [--requests 400] [--keep FOLDER]  A kept archive is used again.
"""

from __future__ import annotations

import argparse
import asyncio
import hashlib
import http.client
import re
import sys
import tempfile
import time
from pathlib import Path

import msgspec

from bench.archive import fill
from bench.corpus import articles
from bench.load import cpu_seconds, started, verdict
from publisher import key
from publisher.bell import Bell
from publisher.date import now
from publisher.house import DATABASE, VIEWS
from publisher.model import Body, Picture, Selection
from publisher.store.port import Write
from publisher.store.sqlite import SqliteStore
from publisher.store.sqlite_views import SqliteViews
from tests.tool.port import free_port

READ = 200
"""How many of the newest articles readers have looked at."""
EACH = 25
"""Home pages: each is asked for after something was published."""
FOLLOW_SECONDS = 0.05
TARGETS = {"article": 3000.0, "home": 5000.0, "tag": 5000.0, "latest": 5000.0}
"""Microseconds."""
BROWSER = {
    "Host": "127.0.0.1",
    "User-Agent": "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0",
    "Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
    "Accept-Language": "en-GB,en;q=0.5",
    "Accept-Encoding": "gzip, deflate, br, zstd",
    "Sec-Fetch-Dest": "document",
}
SHORT = ("--articles", "300", "--requests", "40")
_SOURCE = re.compile(r'(?<=<img src=")[^"]+')


async def look_at(folder: Path) -> None:
    """Give the newest articles views, as if readers had been there."""
    store = SqliteStore(folder / DATABASE)
    await store.open()
    read = await store.select(Selection(limit=READ))
    await store.close()
    views = SqliteViews(folder / VIEWS)
    await views.open()
    await views.add({each.id: 1 + number * number % READ for number, each in enumerate(read)}, now())
    await views.close()


def illustrated(write: Write) -> Write:
    """The same with its pictures as if they were stored, the first above the text: pages name renditions of them."""
    article = write.article
    stored = {each.src: _kept(each) for each in article.pictures}
    html = _SOURCE.sub(lambda match: stored[match[0]].src if match[0] in stored else match[0], article.body.html)
    pictures, body = tuple(stored.values()), Body(source=html, html=html, text=article.body.text)
    made = msgspec.structs.replace(article, hero=pictures[0] if pictures else None, pictures=pictures, body=body)
    return msgspec.structs.replace(write, article=made)


def _kept(picture: Picture) -> Picture:
    sha256 = hashlib.sha256(picture.src.encode()).hexdigest()
    return msgspec.structs.replace(picture, src=f"/media/{sha256}/original.jpg", media_type="image/jpeg")


async def addresses(folder: Path, requests: int) -> dict[str, list[str]]:
    """Paths of articles and tags all over the archive."""
    store = SqliteStore(folder / DATABASE)
    await store.open()
    total = await store.count(Selection())
    places = sorted({number * total // requests for number in range(requests)})
    found = await store.select(Selection(limit=total))
    tags = await store.tags(limit=requests // 4)
    await store.close()
    return {
        "article": [found[place].path for place in places],
        "tag": [f"/tag/{each.slug}/" for each in tags],
        "latest": [f"/page/{number}/" for number in range(2, min(requests // 4, total // 24))],
    }


async def publish(folder: Path) -> None:
    """Let the log say that something was published, and the server know."""
    store = SqliteStore(folder / DATABASE)
    await store.open()
    await store.note("bench", frozenset({key.LATEST}), (), now())
    Bell(folder).ring()
    await store.close()


def measure(folder: Path, requests: int) -> dict[str, float]:
    """Processor microseconds of each kind of page."""
    port, found = free_port(), {}
    asked = asyncio.run(addresses(folder, requests))
    command = [sys.executable, "-m", "publisher", "serve", str(folder), "--port", str(port), "--workers", "1"]
    with started(command, port) as pid:
        connection = http.client.HTTPConnection("127.0.0.1", port)
        time.sleep(1)  # templates are compiled
        for kind, paths in asked.items():
            for path in paths[::20]:
                ask(connection, path)
            rest = [path for number, path in enumerate(paths) if number % 20]
            before = cpu_seconds(pid)
            for path in rest:
                ask(connection, path)
            found[kind] = (cpu_seconds(pid) - before) * 1e6 / len(rest)
        found["home"] = home(connection, folder, pid)
    return found


def home(connection: http.client.HTTPConnection, folder: Path, pid: int) -> float:
    """A home page after each publication."""
    spent = 0.0
    for number in range(EACH + 2):
        asyncio.run(publish(folder))
        time.sleep(FOLLOW_SECONDS)
        before = cpu_seconds(pid)
        ask(connection, "/")
        spent += (cpu_seconds(pid) - before) if number > 1 else 0.0
    return spent * 1e6 / EACH


def ask(connection: http.client.HTTPConnection, path: str) -> None:
    """One request; ends everything when the answer is wrong."""
    connection.request("GET", path, headers=BROWSER)
    response = connection.getresponse()
    response.read()
    if response.status != 200:
        raise SystemExit(f"{path} answers {response.status}")


def main() -> None:
    """Write an archive, ask for its pages."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--articles", type=int, default=10_000)
    options.add_argument("--requests", type=int, default=400)
    options.add_argument("--keep", type=Path, help="where the archive is kept")
    given = options.parse_args()
    with tempfile.TemporaryDirectory(prefix="bench-") as scratch:
        folder = (given.keep or Path(scratch)) / f"miss-{given.articles}"
        if not folder.exists():
            fill(folder, map(illustrated, articles(given.articles, given.articles)))
            asyncio.run(look_at(folder))
        for kind, spent in measure(folder, given.requests).items():
            print(f"{kind:12} {spent:8.0f} us  target {verdict(spent, TARGETS[kind])}")


if __name__ == "__main__":
    main()
