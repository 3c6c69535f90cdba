"""wrk, nginx and processor time: what a measurement of a server needs."""

from __future__ import annotations

import os
import re
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from bench.own import programs
from tests.tool.debian import ToolMissing, find_program

START_SECONDS = 60.0
PEERS = Path(__file__).parent / "peer"
PROGRAMS = {"varnish": "varnishd"}
"""Package -> program, where the two have different names."""

NGINX = """
worker_processes 1;
daemon off;
pid {folder}/nginx-{port}.pid;
error_log {folder}/nginx.log crit;
events {{ worker_connections 4096; }}
http {{
    access_log off;
    sendfile {sendfile};
    tcp_nopush on;
    keepalive_requests 100000000;
    keepalive_timeout 300;
    gzip_static on;
    open_file_cache max=20000 inactive=300s;
    open_file_cache_valid 300s;
    types {{ application/rss+xml rss; application/xml xml; text/html html; }}
    client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy; fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi; scgi_temp_path {folder}/scgi;
    server {{ listen 127.0.0.1:{port} backlog=1024; root {folder}; }}
}}
"""


@dataclass(frozen=True, slots=True)
class Sample:
    """One run of wrk: requests, and what they cost; times in microseconds."""

    requests: int
    seconds: float
    p50: float
    p99: float
    errors: int
    cpu: float

    @property
    def each(self) -> float:
        """Processor microseconds of one request."""
        return self.cpu / max(1, self.requests)


def need(*programs: str) -> None:
    """Debian's packages: installed where that can be, else said to be missing."""
    for each in programs:
        try:
            find_program(each, PROGRAMS.get(each, each))
        except ToolMissing as missing:
            raise SystemExit(str(missing)) from missing


def cpu_seconds(pid: int) -> float:
    """Processor seconds of a process and its children, all threads, from the scheduler's own count."""
    spent = 0.0
    for task in Path(f"/proc/{pid}/task").iterdir():
        try:
            spent += int((task / "schedstat").read_text().split()[0]) / 1e9
            spent += sum(cpu_seconds(int(each)) for each in (task / "children").read_text().split())
        except OSError:
            continue
    return spent


@contextmanager
def nginx(folder: Path, port: int, sendfile: str = "on") -> Iterator[int]:
    """nginx over a folder; the number of its process."""
    config = folder / f"nginx-{port}.conf"
    config.write_text(NGINX.format(folder=folder, port=port, sendfile=sendfile))
    with started(["nginx", "-c", str(config), "-p", str(folder)], port) as pid:
        yield pid


@contextmanager
def varnish(folder: Path, port: int, behind: int) -> Iterator[int]:
    """Varnish in front of a port of this machine; the number of its process."""
    command = ["varnishd", "-F", "-a", f"127.0.0.1:{port}", "-b", f"127.0.0.1:{behind}", "-n", str(folder / "varnish")]
    with started(command, port) as pid:
        yield pid


@contextmanager
def django(feed: Path, port: int) -> Iterator[int]:
    """Django's cached feed behind gunicorn, one worker that keeps connections; the number of gunicorn's process.

    Raises ToolMissing when it can't be installed.
    """
    command = [str(programs("django", "gunicorn") / "gunicorn"), "--bind", f"127.0.0.1:{port}", "--no-control-socket"]
    command += ["--worker-class", "gthread", "--threads", "4", "--keep-alive", "300", "--chdir", str(PEERS)]
    with started([*command, "django_feed:application"], port, FEED=str(feed)) as pid:
        yield pid


@contextmanager
def started(command: list[str], port: int, **environment: str) -> Iterator[int]:
    """A server that listens on a port; the number of its process."""
    quiet = subprocess.DEVNULL
    process = subprocess.Popen(command, stdout=quiet, stderr=quiet, env=os.environ | environment)
    try:
        until = time.monotonic() + START_SECONDS
        while not answers(port):
            if process.poll() is not None or time.monotonic() > until:
                raise SystemExit(f"{command[0]} does not start")
            time.sleep(0.02)
        yield process.pid
    finally:
        process.terminate()
        process.wait()


def answers(port: int) -> bool:
    """Whether something listens on a port of this machine."""
    try:
        socket.create_connection(("127.0.0.1", port), 1).close()
    except OSError:
        return False
    return True


def verdict(found: float, target: float) -> str:
    """A figure beside the most that it may be."""
    return f"{target:6.2f} {'ok' if found <= target else 'OVER'}"


def wrk(url: str, pid: int, script: str, folder: Path, seconds: float, connections: int = 64) -> Sample:
    """Load a server for some seconds by a Lua script of wrk."""
    file = folder / "wrk.lua"
    file.write_text(script + DONE)
    before = cpu_seconds(pid)
    command = ["wrk", "-t1", f"-c{connections}", f"-d{seconds:g}s", "--latency", "-s", str(file), url]
    text = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    spent = cpu_seconds(pid) - before
    match = re.search(r"RESULT (\d+) (\d+) (\d+) (\d+) (\d+)", text)
    if match is None:
        raise SystemExit(f"wrk said: {text}")
    requests, micros, p50, p99, errors = (int(each) for each in match.groups())
    return Sample(requests, micros / 1e6, p50, p99, errors, spent * 1e6)


DONE = """
done = function(summary, latency, requests)
    local e = summary.errors
    io.write(string.format("RESULT %d %d %d %d %d\\n", summary.requests, summary.duration, latency:percentile(50),
        latency:percentile(99), e.connect + e.read + e.write + e.status + e.timeout))
end
"""
