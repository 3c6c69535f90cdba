"""What the server says of itself, as Prometheus text (exposition format 0.0.4)."""

from __future__ import annotations

import os
import resource
from collections.abc import Callable, Mapping
from pathlib import Path

from publisher.press import Press
from publisher.web.gate import BUCKETS, Gate

COUNTERS: Mapping[str, str] = {
    'publisher_hits_total{kind="whole"}': "Requests answered from the cache, by kind of answer",
    'publisher_hits_total{kind="unmodified"}': "",
    'publisher_hits_total{kind="head"}': "",
    "publisher_handed_total": "Requests that the door gave to the ordinary handler",
    "publisher_cut_total": "Connections ended at a deadline",
    "publisher_malformed_total": "Requests refused unread: no HTTP, another version of it, too long a head",
    'publisher_press_total{did="hit"}': "What the press did for the ordinary handler",
    'publisher_press_total{did="stale"}': "",
    'publisher_press_total{did="build"}': "",
    'publisher_press_total{did="join"}': "",
    'publisher_press_total{did="refuse"}': "",
    'publisher_press_total{did="fail"}': "",
    'publisher_press_total{did="purge"}': "",
    "publisher_request_seconds_sum": "",
    "publisher_request_seconds_count": "",
    'publisher_request_seconds_bucket{le="0.001"}': "",
    'publisher_request_seconds_bucket{le="0.005"}': "",
    'publisher_request_seconds_bucket{le="0.025"}': "",
    'publisher_request_seconds_bucket{le="0.1"}': "",
    'publisher_request_seconds_bucket{le="0.5"}': "",
    'publisher_request_seconds_bucket{le="2.5"}': "",
    'publisher_request_seconds_bucket{le="+Inf"}': "",
    'publisher_responses_total{status="2xx"}': "Responses of the ordinary handler, by class of status",
    'publisher_responses_total{status="3xx"}': "",
    'publisher_responses_total{status="4xx"}': "",
    'publisher_responses_total{status="5xx"}': "",
}
SERVING = "publisher_workers"
SUBSCRIBERS = "publisher_feed_subscribers"
GAUGES: Mapping[str, str] = {
    SERVING: "Processes that serve, but those that drain",
    "publisher_connections": "Open connections",
    "publisher_builds": "Documents being made, with requests that wait for them",
    SUBSCRIBERS: "Subscribers of all feeds, as aggregators tell of theirs",
    "publisher_cache_bytes": "Memory taken by finished documents",
    "publisher_cache_documents": "Finished documents kept",
    "publisher_changes_behind": "Changes of the log that a worker has not seen yet",
    "publisher_memory_bytes": "Resident memory",
    "publisher_open_files": "Open file descriptors",
}


def numbers(gate: Gate, press: Press, newest: int) -> dict[str, float]:
    """A worker's numbers as they are now; `newest` is the log's newest change."""
    hits, did = gate.counts, press.counts
    found: dict[str, float] = {
        'publisher_hits_total{kind="whole"}': hits.whole,
        'publisher_hits_total{kind="unmodified"}': hits.unmodified,
        'publisher_hits_total{kind="head"}': hits.heads,
        "publisher_handed_total": hits.handed,
        "publisher_cut_total": hits.cut,
        "publisher_malformed_total": hits.malformed,
        'publisher_press_total{did="hit"}': did.hits,
        'publisher_press_total{did="stale"}': did.stale,
        'publisher_press_total{did="build"}': did.builds,
        'publisher_press_total{did="join"}': did.joined,
        'publisher_press_total{did="refuse"}': did.refused,
        'publisher_press_total{did="fail"}': did.failures,
        'publisher_press_total{did="purge"}': did.purged,
        "publisher_connections": len(gate.doors),
        "publisher_builds": press.building,
        "publisher_cache_bytes": press.cache.size + press.misses.size,
        "publisher_cache_documents": len(press.cache),
        "publisher_changes_behind": max(0, newest - press.cursor),
        "publisher_memory_bytes": _resident(),
        "publisher_open_files": _open_files(),
    }
    return (
        found
        | _durations(gate)
        | {f'publisher_responses_total{{status="{each}xx"}}': gate.statuses.get(each, 0) for each in (2, 3, 4, 5)}
    )


def _durations(gate: Gate) -> dict[str, float]:
    found = {"publisher_request_seconds_sum": gate.seconds, "publisher_request_seconds_count": float(sum(gate.buckets))}
    below = 0
    for limit, count in zip((*BUCKETS, "+Inf"), gate.buckets, strict=True):
        below += count
        found[f'publisher_request_seconds_bucket{{le="{limit}"}}'] = below
    return found


def _resident() -> float:
    try:
        return float(Path("/proc/self/statm").read_text().split()[1]) * resource.getpagesize()
    except OSError:
        return float(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss) * 1024


def _open_files() -> float:
    try:
        return float(len(os.listdir("/proc/self/fd")))
    except OSError:
        return 0.0


def exposition(totals: Callable[[], Mapping[str, float]]) -> str:
    """Every number as text, with a line of help for each name."""
    lines, said = [], set[str]()
    values = totals()
    for kind, table in (("counter", COUNTERS), ("gauge", GAUGES)):
        for name, text in table.items():
            family = _family(name)
            if family not in said:
                said.add(family)
                shape = "histogram" if family == "publisher_request_seconds" else kind
                words = text or "Seconds that the ordinary handler took"
                lines += [f"# HELP {family} {words}", f"# TYPE {family} {shape}"]
            lines.append(f"{name} {values.get(name, 0.0):.15g}")
    return "\n".join(lines) + "\n"


def _family(name: str) -> str:
    bare = name.partition("{")[0]
    if bare.startswith("publisher_request_seconds"):
        return "publisher_request_seconds"
    return bare
