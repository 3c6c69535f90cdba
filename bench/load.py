"""wrk, nginx and processor time: what a measurement of a server needs."""

from __future__ import annotations

import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

NGINX = """
worker_processes 1;
daemon off;
pid {folder}/nginx.pid;
error_log {folder}/nginx.log crit;
events {{ worker_connections 4096; }}
http {{
    access_log off;
    sendfile on;
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
    """Say what to install when a program is missing."""
    missing = [each for each in programs if not shutil.which(each)]
    if missing:
        raise SystemExit(f"{', '.join(missing)}: not installed; on Debian: apt-get install nginx-light wrk")


def cpu_seconds(pid: int) -> float:
    """Processor seconds of a process, all threads, from the scheduler's own count."""
    spent = 0
    for task in Path(f"/proc/{pid}/task").iterdir():
        try:
            spent += int((task / "schedstat").read_text().split()[0])
        except OSError:
            continue
    return spent / 1e9


def start_nginx(folder: Path, port: int) -> tuple[subprocess.Popen[bytes], int]:
    """nginx over a folder; the process, and the number of its worker."""
    (folder / "nginx.conf").write_text(NGINX.format(folder=folder, port=port))
    process = subprocess.Popen(["nginx", "-c", str(folder / "nginx.conf"), "-p", str(folder)])
    children = Path(f"/proc/{process.pid}/task/{process.pid}/children")
    while process.poll() is None:
        workers = children.read_text().split()
        if workers:
            return process, int(workers[0])
    raise SystemExit("nginx does not start")


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
