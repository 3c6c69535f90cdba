"""Drills 23, 26 and 27 over HTTP in their long form: injection, tokens, and whatever a machine thinks of."""

import asyncio
import http.client
import re
import statistics
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import quote, urlsplit

import orjson
import pytest
from hypothesis import HealthCheck, settings
from hypothesis.stateful import run_state_machine_as_test

from publisher.desk.token import PREFIX, Scope, Tokens
from publisher.store.memory import MemoryStore
from tests.api.test_contract import Site, fuzzed
from tests.api.test_state import Newsroom
from tests.tool.running import Running, publisher, running

Figure = Callable[[str], None]
Cycles = Callable[[int, int], int]

INJECTED = [
    "' OR '1'='1", "'; DROP TABLE article; --", '" OR ""="', "1; SELECT 1", "') UNION SELECT sql FROM sqlite_master --",
    "%' --", "\\", "\x00", "NEAR(", 'title:"', "*", '"', "a AND", "a NOT", "^a", "{a}", "a:b", "(", "-a", "+", "~",
    "||", "/**/", "🙂" * 50, "a" * 4000, "\u202e", "' || randomblob(1000000000) || '", "0x27", "${7*7}", "{{7*7}}",
    "<script>",
]  # fmt: skip
PLACES = [
    "/api/articles?section={}", "/api/articles?tag={}", "/api/articles?author={}", "/api/articles?language={}",
    "/api/articles?sort={}", "/api/articles?status={}", "/api/articles?cursor={}", "/api/articles?since={}",
    "/api/articles?limit={}", "/api/articles?{}=1", "/api/tags?cursor={}", "/api/authors?cursor={}",
    "/api/media?cursor={}",
    "/api/stories?cursor={}", "/api/redirects?cursor={}", "/api/redirects?path=/{}", "/api/sections/{}", "/api/tags/{}",
    "/api/articles/by-source/{}/{}", "/api/articles/{}", "/api/media/{}", "/search/?q={}", "/search/feed.rss?q={}",
    "/tag/{}/", "/author/{}/", "/wp-json/wp/v2/posts?search={}", "/wp-json/wp/v2/posts?orderby={}",
    "/wp-json/wp/v2/posts?order={}", "/wp-json/wp/v2/posts?slug={}", "/wp-json/wp/v2/posts?categories={}",
    "/wp-json/wp/v2/posts?after={}", "/wp-json/wp/v2/posts?status={}", "/wp-json/wp/v2/posts?_fields={}",
    "/wp-json/wp/v2/tags?search={}", "/wp-json/wp/v2/types/{}", "/?rest_route=/wp/v2/{}", "/micropub?q={}",
    "/micropub?q=source&url={}", "/micropub?q=category&filter={}",
]  # fmt: skip
LEAKS = (b"sqlite", b"syntax error", b"Traceback", b"no such column", b"fts5")


@pytest.fixture
def served(tmp_path: Path) -> Iterator[tuple[Running, str, Path]]:
    site = tmp_path / "site"
    assert publisher("init", site).returncode == 0
    secret = publisher("token", "create", "--name", "x", "--scope", "admin", "--site", site).stdout.strip()
    with running("serve", site, "--port", "0", "--set", "access_log=all") as server:
        yield server, secret, site


class Client:
    """One kept connection with a token."""

    def __init__(self, server: Running, secret: str) -> None:
        parts = urlsplit(server.base)
        self.connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=120)
        self.secret = secret

    def send(self, method: str, path: str, body: bytes = b"", type_: str = "application/json") -> tuple[int, bytes]:
        headers = {"Authorization": f"Bearer {self.secret}", "Content-Type": type_} if self.secret else {}
        self.connection.request(method, path, body, headers)
        answer = self.connection.getresponse()
        return answer.status, answer.read()


@pytest.mark.drill
def test_d23_no_text_becomes_a_statement(served: tuple[Running, str, Path], figure: Figure):
    server, secret, _ = served
    client, tried = Client(server, secret), 0
    body = orjson.dumps({"title": "A lamp", "html": "<p>x</p>", "status": "published", "tags": ["a"]})
    assert client.send("POST", "/api/articles", body)[0] == 201
    clean = client.send("GET", "/api/articles?status=any")[1]
    for place in PLACES:
        for value in INJECTED:
            status, said = client.send("GET", place.replace("{}", quote(value, safe="")))
            assert status < 500, (place, value, status)
            leaks = [each for each in LEAKS if each in said and each.decode() not in value]
            assert not leaks, (place, value, said[:300])
            tried += 1
    assert client.send("GET", "/api/articles?status=any")[1] == clean
    figure(f"drill 23 (API): {tried:,} injected arguments in {len(PLACES)} places, 0 5xx, 0 statements shown or run")


@pytest.mark.drill
def test_d26_guesses_are_slowed_and_nothing_secret_is_written_down(served: tuple[Running, str, Path], figure: Figure):
    server, secret, site = served
    guesses, statuses, began = 2000, dict[int, int](), time.monotonic()
    guesser = Client(server, "")
    for number in range(guesses):
        guesser.secret = f"pub_{number:012x}_" + "A" * 43
        status = guesser.send("GET", ("/api/articles", "/wp-json/wp/v2/posts", "/micropub?q=config")[number % 3])[0]
        statuses[status] = statuses.get(status, 0) + 1
    rate = guesses / (time.monotonic() - began)
    assert set(statuses) == {401, 429}
    heard_a_minute = 20 * (1 + (time.monotonic() - began) // 60)
    assert statuses[401] <= heard_a_minute
    kept = b"".join(each.read_bytes() for each in site.iterdir() if each.is_file())
    part = secret.split("_", 2)[2]
    assert part.encode() not in kept
    assert not [line for line in server.lines if part in line or "A" * 43 in line]
    figure(
        f"drill 26 (API): {guesses:,} guesses at {rate:,.0f}/s: {statuses[401]} heard, {statuses[429]:,} got 429; "
        "the secret stands in no file and no log line"
    )


@pytest.mark.drill
def test_d26_time_tells_nothing_of_a_secret(figure: Figure):
    """A secret that is right but for its end takes as long as one that is wrong from its beginning."""

    async def measured() -> tuple[float, float]:
        tokens = Tokens(MemoryStore(), lambda: datetime(2026, 1, 1, tzinfo=UTC))
        made, secret = await tokens.create("x", (Scope.READ,))
        assert await tokens.store.recall(PREFIX + made.id)
        ends, begins = secret[:-4] + "AAAA", secret[:17] + "A" * 43
        taken: dict[str, list[int]] = {ends: [], begins: []}
        for number in range(40_000):
            guess = (ends, begins)[number % 2]
            start = time.perf_counter_ns()
            assert await tokens.of(guess) is None
            taken[guess].append(time.perf_counter_ns() - start)
        return statistics.median(taken[ends]), statistics.median(taken[begins])

    near, far = asyncio.run(measured())
    assert abs(near - far) < 0.1 * far
    figure(
        f"drill 26 (API): a nearly right secret is refused in {near / 1000:.2f} us, a wrong one in {far / 1000:.2f} us"
    )


@pytest.mark.drill
def test_d27_schemathesis_in_the_long_form(tmp_path: Path, cycles: Cycles, figure: Figure):
    site = Site(tmp_path)
    site.start()
    assert site.is_ready.wait(120)
    said = fuzzed(site, "examples,coverage,fuzzing,stateful", cycles(200, 10), 1500)
    site.loop.call_soon_threadsafe(site.stop.set)
    site.join(30)
    cases = re.search(r"(\d+) generated", said)
    assert cases
    figure(f"drill 27 (API): schemathesis, all phases and checks: {int(cases[1]):,} requests, 0 not as described")


@pytest.mark.drill
def test_d27_a_newsroom_in_any_order(cycles: Cycles, figure: Figure):
    runs, steps = cycles(100, 5), 40
    chosen = settings(
        max_examples=runs, stateful_step_count=steps, deadline=None, suppress_health_check=list(HealthCheck)
    )
    run_state_machine_as_test(Newsroom, settings=chosen)
    figure(f"drill 27 (API): {runs} newsrooms of up to {steps} steps; API, pages and log agree, 0 5xx")
