"""What a feed reader's poll costs when nothing is new (304): ours, a handler written by hand, Django's.

Part of `python -m bench feeds`. Clients ask on one connection, as readers behind a proxy do; what counts is the
server's own processor time a request, the best of the rounds. "Every head different" adds a field that changes with
each request, as readers far apart do. Django has no server here: its view gets a request in this process, without any
parsing, and `conditional_page` hashes the bytes each time.
"""

from __future__ import annotations

import random
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from bench.load import cpu_seconds

try:
    import django
except ImportError:
    django = None

REQUESTS = 4000
SERVERS = {
    "ours": ["-m", "bench.stand", "{folder}", "{port}", "door"],
    "ours, without the door": ["-m", "bench.stand", "{folder}", "{port}", "plain"],
    "aiohttp by hand": ["-m", "bench.peer.aiohttp_feed", "{folder}/feed.rss", "{port}"],
}


@contextmanager
def running(command: list[str]) -> Iterator[int]:
    """A server that said it is ready; the number of its process."""
    process = subprocess.Popen([sys.executable, *command], stdout=subprocess.PIPE)
    assert process.stdout is not None
    try:
        if process.stdout.readline() != b"ready\n":
            raise SystemExit(f"{command} does not start")
        yield process.pid
    finally:
        process.terminate()
        process.wait()


def free_port() -> int:
    """A port that nothing listens on."""
    with socket.create_server(("127.0.0.1", 0)) as found:
        port: int = found.getsockname()[1]
        return port


def poll(port: int, etag: str, distinct: bool) -> None:
    """Ask for the feed with its tag, again and again on one connection."""
    with socket.create_connection(("127.0.0.1", port)) as connection:
        for number in range(REQUESTS):
            other = f"X-Reader: {number}\r\n" if distinct else ""
            head = f"GET /feed.rss HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n{other}If-None-Match: {etag}\r\n\r\n"
            connection.sendall(head.encode())
            answer = b""
            while b"\r\n\r\n" not in answer:
                answer += connection.recv(65536)
            if not answer.startswith(b"HTTP/1.1 304"):
                raise SystemExit(f"port {port} answers {answer[:40]!r}, not 304")


def served(folder: Path, stack: ExitStack) -> dict[str, Callable[[bool], float]]:
    """Each server's microseconds of processor a request."""
    return {name: _measured(folder, stack, command) for name, command in SERVERS.items()}


def _measured(folder: Path, stack: ExitStack, command: list[str]) -> Callable[[bool], float]:
    port = free_port()
    pid = stack.enter_context(running([part.format(folder=folder, port=port) for part in command]))
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/feed.rss") as response:
        etag: str = response.headers["ETag"]

    def measured(distinct: bool) -> float:
        before = cpu_seconds(pid)
        poll(port, etag, distinct)
        return (cpu_seconds(pid) - before) * 1e6 / REQUESTS

    return measured


def by_django(body: bytes) -> Callable[[bool], float]:
    """Microseconds of Django's `conditional_page` around a view that has the bytes ready."""
    from django.conf import settings
    from django.http import HttpResponse
    from django.test import RequestFactory
    from django.views.decorators.http import conditional_page

    settings.configure(ALLOWED_HOSTS=["*"])
    django.setup()
    view = conditional_page(lambda request: HttpResponse(body, content_type="application/rss+xml; charset=utf-8"))
    etag = view(RequestFactory().get("/feed.rss"))["ETag"]
    request = RequestFactory().get("/feed.rss", headers={"If-None-Match": etag})

    def measured(_: bool) -> float:
        started = time.process_time()
        for _request in range(REQUESTS):
            if view(request).status_code != 304:
                raise SystemExit("Django does not answer 304")
        return (time.process_time() - started) * 1e6 / REQUESTS

    return measured


def table(body: bytes, rounds: int) -> None:
    """Print what each takes for a feed of these bytes."""
    with tempfile.TemporaryDirectory() as name, ExitStack() as stack:
        (Path(name) / "feed.rss").write_bytes(body)
        peers = served(Path(name), stack) | ({"Django's view alone": by_django(body)} if django else {})
        print(f"\nA poll that brings nothing new (304), of a feed of {len(body):,} bytes; microseconds of processor")
        for title, distinct in (("the same head again", False), ("every head different", True)):
            report(title, compared(peers, distinct, rounds))


def compared(peers: dict[str, Callable[[bool], float]], distinct: bool, rounds: int) -> dict[str, float]:
    """The best of the rounds of each, in an order that changes."""
    best = dict.fromkeys(peers, float("inf"))
    for turn in range(rounds):
        for name in random.Random(turn).sample(list(peers), len(peers)):
            best[name] = min(best[name], peers[name](distinct))
    return best


def report(title: str, found: dict[str, float]) -> None:
    """One block of the table."""
    for name, took in found.items():
        print(f"{title:22}{name:26}{took:8.1f}{took / found['ours']:8.1f} times ours")
