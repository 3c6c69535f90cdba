"""Drills 5 and 16: pictures killed midway leave nothing half done; bombs are refused from their header."""

import asyncio
import hashlib
import io
import os
import random
import signal
import struct
import sys
import time
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PIL import Image

from publisher.error import Invalid
from publisher.media.library import Library
from publisher.media.workshop import Workshop
from tests.tool.shared import shared

pytestmark = pytest.mark.drill
ROOT = Path(__file__).parents[2]
REFUSAL_SECONDS = 1.0
RSS_BYTES = 120_000_000


async def killed(folder: Path, seed: int, seconds: float, awaited: int) -> list[str]:
    """Run the writer, kill it with its children a while after so many are kept; what it had acknowledged."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "tests.drills.media_writer",
        str(folder),
        str(seed),
        cwd=ROOT,
        stdout=asyncio.subprocess.PIPE,
        start_new_session=True,
    )
    assert process.stdout
    assert await process.stdout.readline() == b"open\n"
    said = b"".join([await process.stdout.readline() for _ in range(awaited)])
    asyncio.get_running_loop().call_later(seconds, os.killpg, process.pid, signal.SIGKILL)
    said += await process.stdout.read()
    await process.wait()
    return [line.decode().strip() for line in said.splitlines(keepends=True) if line.endswith(b"\n")]


def broken(folder: Path) -> list[str]:
    """Visible files that aren't whole: a hash that isn't the name's, a rendition that doesn't open."""
    found = []
    for path in (each for each in folder.rglob("*.*") if each.is_file() and ".new" not in each.parts):
        data = path.read_bytes()
        if path.stem == "original" and hashlib.sha256(data).hexdigest() != path.parent.name:
            found.append(str(path))
        try:
            with Image.open(io.BytesIO(data)) as image:
                image.load()
        except OSError:
            found.append(str(path))
    return found


async def test_drill_5_a_picture_killed_midway_is_whole_or_not_there(
    tmp_path: Path, figure: Callable[[str], None], cycles: Callable[[int, int], int]
):
    folder, rounds, lost, wrong = tmp_path / "media", cycles(100, 5), 0, 0
    kept: list[str] = []
    for number in range(rounds):
        kept += await killed(folder, number * 1000, random.uniform(0.2, 1.2), number % 2)
        wrong += len(broken(folder))
    workshop = Workshop()
    library = Library(folder, workshop)
    lost = sum(not library.original(sha256).is_file() for sha256 in kept)
    left = len(list((folder / ".new").glob("*")))
    library.clean()
    await workshop.close()
    figure(
        f"drill 5: {rounds} kills, {len(kept)} pictures kept: {lost} lost, {wrong} broken, {left} temporary, removed"
    )
    assert (lost, wrong) == (0, 0)
    assert list((folder / ".new").glob("*")) == []
    assert kept


def png(width: int, height: int, body: bytes = b"\0" * 1000) -> bytes:
    """A PNG whose header claims any size."""
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    chunks = ((b"IHDR", header), (b"IDAT", zlib.compress(body)), (b"IEND", b""))
    packed = (struct.pack(">I", len(c)) + n + c + struct.pack(">I", zlib.crc32(n + c)) for n, c in chunks)
    return b"\x89PNG\r\n\x1a\n" + b"".join(packed)


def text_bomb() -> bytes:
    """A small PNG with a comment that unpacks to 200 MB."""
    comment = b"Comment\0\0" + zlib.compress(b"\0" * 200_000_000, 9)
    chunk = struct.pack(">I", len(comment)) + b"zTXt" + comment + struct.pack(">I", zlib.crc32(b"zTXt" + comment))
    whole = png(10, 10, b"\0" * 310)
    return whole[:33] + chunk + whole[33:]


def bombs() -> Iterator[tuple[str, bytes]]:
    """Files that cost far more than they weigh, or are not what they say."""
    yield "144 MP", png(12_000, 12_000)
    yield "900 MP", png(30_000, 30_000)
    yield "one line of 2^31", png(2**31 - 1, 1)
    gif = b"GIF89a\x01\0\x01\0\x80\0\0\0\0\0\xff\xff\xff"
    yield "GIF of 10,000 frames", gif + (b"\x2c" + b"\0" * 4 + b"\x01\0\x01\0\0\x02\x02L\x01\0") * 10_000 + b";"
    yield "GIF of 65535 x 65535", gif[:6] + b"\xff\xff\xff\xff" + gif[10:] + b"\x2c" + b"\0" * 8 + b"\0\x02\x02L\x01\0;"
    yield "SVG with script", b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>"
    yield "XML before SVG", b"<?xml version='1.0'?><svg onload='alert(1)' xmlns='http://www.w3.org/2000/svg'/>"
    yield "HTML that says GIF", b"GIF89a=1;<script>alert(1)</script>" + b" " * 40
    yield "JPEG cut short", shared("data", "images", "formats", "Landscape_1.jpg").read_bytes()[:5000]
    yield "PNG cut short", shared("data", "images", "formats", "truncated.png").read_bytes()
    yield "99 MP photograph", shared("data", "images", "formats", "thumbor_9643x10328.jpg").read_bytes()
    yield "WebP that claims 4 GB", b"RIFF\xff\xff\xff\xffWEBPVP8X" + b"\0" * 20
    yield "PNG with a comment of 200 MB", text_bomb()
    yield "nothing", b""


def peak(pid: int) -> int:
    """The most memory that a process has held, in bytes."""
    line = next(each for each in Path(f"/proc/{pid}/status").read_text().splitlines() if each.startswith("VmHWM"))
    return int(line.split()[1]) * 1024


async def test_drill_16_bombs_are_refused_from_the_header(tmp_path: Path, figure: Callable[[str], None]):
    workshop = Workshop(children=1)
    library = Library(tmp_path / "media", workshop)
    plain = io.BytesIO()
    Image.new("RGB", (80, 60)).save(plain, "PNG")
    await library.add(plain.getvalue())
    child = workshop._children[0]._process
    assert child is not None
    slowest, refused = 0.0, 0
    for name, data in bombs():
        begun = time.perf_counter()
        with pytest.raises(Invalid):
            await library.add(data, name)
        slowest = max(slowest, time.perf_counter() - begun)
        refused += 1
    assert child is workshop._children[0]._process
    held = peak(child.pid)
    await workshop.close()
    figure(
        f"drill 16: {refused} bombs refused, the slowest in {slowest * 1000:.0f} ms, child's peak {held / 1e6:.0f} MB"
    )
    assert slowest < REFUSAL_SECONDS
    assert held < RSS_BYTES


async def test_drill_16_what_hides_in_a_picture_is_dropped(tmp_path: Path):
    workshop = Workshop(children=1)
    library = Library(tmp_path / "media", workshop)
    jpeg = io.BytesIO()
    Image.new("RGB", (80, 60)).save(jpeg, "JPEG", comment=b"<script>alert(1)</script>")
    polyglot = await library.add(jpeg.getvalue() + b"<html><script>alert(1)</script>PK\x03\x04")
    await workshop.close()
    assert b"script" not in library.original(polyglot.sha256).read_bytes()
