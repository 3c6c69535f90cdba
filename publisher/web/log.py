"""The access log: one JSON line a request, written in batches."""

from __future__ import annotations

import re
from typing import TextIO

import orjson
from aiohttp import web

from publisher.date import now, rfc3339
from publisher.web.client import Clients

MAX_WAITING = 10_000
"""Lines kept between two writes; more are counted and left out."""

_FORWARDED = re.compile(r"\nx-forwarded-for:([^\r]*)", re.IGNORECASE)


class AccessLog:
    """Collects lines; `flush` writes them, once a second."""

    def __init__(self, file: TextIO, clients: Clients, *, with_hits: bool) -> None:
        self.with_hits = with_hits
        self._file, self._clients = file, clients
        self._waiting: list[bytes] = []
        self._left_out = 0

    def request(self, request: web.Request, response: web.StreamResponse, seconds: float) -> None:
        """A request that the ordinary handler answered."""
        self._add(
            {
                "time": rfc3339(now()),
                "client": self._clients.address(request),
                "method": request.method,
                "target": request.raw_path[:1000],
                "status": response.status,
                "bytes": response.body_length if response.prepared else 0,
                "ms": round(seconds * 1000, 2),
                "agent": request.headers.get("User-Agent", "")[:300],
                "referer": request.headers.get("Referer", "")[:300],
            }
        )

    def hit(self, method: str, target: str, status: int, length: int, peer: str, block: bytes, agent: bytes) -> None:
        """A request that the door answered: from whom, and with which header block."""
        self._add(
            {
                "time": rfc3339(now()),
                "client": self._clients.behind(peer, _FORWARDED.findall(block.decode("ascii"))),
                "method": method,
                "target": target,
                "status": status,
                "bytes": length,
                "agent": agent[:300].decode("ascii", "replace"),
                "hit": True,
            }
        )

    def _add(self, row: dict[str, object]) -> None:
        if len(self._waiting) < MAX_WAITING:
            self._waiting.append(orjson.dumps(_plain(row)))
        else:
            self._left_out += 1

    def flush(self) -> None:
        """Write what has come; what can't be written (a full disk, a pipe without end) is counted and left out."""
        if not self._waiting and not self._left_out:
            return
        lines, count = self._waiting, len(self._waiting) + self._left_out
        if self._left_out:
            lines.append(orjson.dumps({"time": rfc3339(now()), "left_out": self._left_out}))
        self._waiting, self._left_out = [], 0
        try:
            self._file.write(b"\n".join(lines).decode() + "\n")
            self._file.flush()
        except (OSError, ValueError):
            self._left_out = count


def _plain(row: dict[str, object]) -> dict[str, object]:
    """Undecodable bytes of a request (surrogates) can't be in JSON."""
    return {
        key: each.encode("utf-8", "replace").decode() if isinstance(each, str) else each for key, each in row.items()
    }
