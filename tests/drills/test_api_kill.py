"""Drill 1 over HTTP: the server is killed while clients write; they retry with the same Idempotency-Key."""

import http.client
import random
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from threading import Thread
from time import sleep
from urllib.parse import urlsplit

import orjson
import pytest

from tests.tool.running import Running, publisher, running

CLIENTS = 4


class Writer(Thread):
    """Creates articles one after the other until its server is gone; one without an answer is to be sent again."""

    def __init__(self, base: str, secret: str, name: str, unanswered: list[str], kept: dict[str, int]) -> None:
        super().__init__(daemon=True)
        self.base, self.secret, self.prefix, self.unanswered, self.kept = base, secret, name, unanswered, kept

    def run(self) -> None:
        """Write until killed."""
        for number in range(100_000):
            key = f"{self.prefix}-{number}"
            try:
                self.kept[key] = create(self.base, self.secret, key)
            except (OSError, http.client.HTTPException):
                self.unanswered.append(key)
                return


def create(base: str, secret: str, key: str) -> int:
    """Create one article under a key; the id that the server answers."""
    parts = urlsplit(base)
    connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=60)
    headers = {"Authorization": f"Bearer {secret}", "Content-Type": "application/json", "Idempotency-Key": key}
    body = orjson.dumps({"title": f"Piece {key}", "html": "<p>Words.</p>", "status": "published"})
    try:
        connection.request("POST", "/api/articles", body, headers)
        response = connection.getresponse()
        answer = orjson.loads(response.read())
        assert response.status == 201, answer
        return int(answer["id"])
    finally:
        connection.close()


def write_until_killed(server: Running, secret: str, name: str, life: float, kept: dict[str, int]) -> list[str]:
    """Let some clients write for a while, kill the server, and say which writes had no answer."""
    unanswered: list[str] = []
    writers = [Writer(server.base, secret, f"{name}-{each}", unanswered, kept) for each in range(CLIENTS)]
    for writer in writers:
        writer.start()
    sleep(life)
    server.kill()
    for writer in writers:
        writer.join(90)
    return unanswered


@pytest.mark.drill
def test_d1_a_retry_after_a_kill_makes_no_second_article(
    tmp_path: Path, cycles: Callable[[int, int], int], figure: Callable[[str], None]
):
    chance, site = random.Random(1), tmp_path / "site"
    assert publisher("init", site).returncode == 0
    secret = publisher("token", "create", "--name", "cms", "--scope", "write", "--site", site).stdout.strip()
    kept: dict[str, int] = {}
    unanswered: list[str] = []
    count = cycles(50, 4)
    for number in range(count):
        with running("serve", site, "--port", "0") as server:
            for key in unanswered:
                kept[key] = create(server.base, secret, key)
            unanswered = write_until_killed(server, secret, f"r{number}", chance.uniform(0.1, 0.8), kept)
    with running("serve", site, "--port", "0") as server:
        again = {
            key: create(server.base, secret, key)
            for key in [*unanswered, *random.Random(2).sample([*kept], min(20, len(kept)))]
        }
    assert all(kept.get(key, id) == id for key, id in again.items()), "a retry gives the same article"
    kept |= again
    assert kept
    with closing(sqlite3.connect(site / "site.db")) as database:
        assert database.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        stored = {id for (id,) in database.execute("SELECT id FROM article")}
    assert stored == set(kept.values()), "nothing acknowledged is lost, nothing is there that no key made"
    assert len(stored) == len(kept), "no two keys share an article, no key made two"
    figure(f"drill 1 (API): {count} kills, {len(kept):,} articles, 0 lost, 0 duplicates")
