"""Pictures are checked by their header, cleaned, kept by their hash and made into renditions (D1-D5)."""

import asyncio
import hashlib
import io
import struct
import zlib
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from PIL import Image

from publisher.error import Invalid, NotFound, StoreFull
from publisher.media import picture, strip
from publisher.media.crop import crop_box
from publisher.media.library import Library
from publisher.media.workshop import Workshop
from publisher.rendition import FORMATS, RENDITIONS, fitted
from publisher.web.media import media_type
from tests.tool.shared import shared

TOO_LARGE = {"thumbor_9643x10328.jpg"}
BROKEN = {"truncated.png"}


@pytest.fixture
async def library(tmp_path: Path) -> AsyncIterator[Library]:
    workshop = Workshop()
    yield Library(tmp_path / "media", workshop)
    await workshop.close()


def jpeg(width: int = 900, height: int = 600, **options: object) -> bytes:
    out = io.BytesIO()
    Image.linear_gradient("L").resize((width, height)).convert("RGB").save(out, "JPEG", **options)
    return out.getvalue()


def png_of(width: int, height: int) -> bytes:
    """A small file whose header claims any size."""
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    chunks = ((b"IHDR", header), (b"IDAT", zlib.compress(b"\0" * 1000)), (b"IEND", b""))
    body = (struct.pack(">I", len(c)) + n + c + struct.pack(">I", zlib.crc32(n + c)) for n, c in chunks)
    return b"\x89PNG\r\n\x1a\n" + b"".join(body)


async def test_every_shared_picture_is_taken_in_or_refused_with_a_reason(library: Library):
    for path in sorted(shared("data", "images", "formats").iterdir()):
        if path.name in TOO_LARGE | BROKEN:
            with pytest.raises(Invalid, match="too large" if path.name in TOO_LARGE else "truncated"):
                await library.add(path.read_bytes())
            continue
        media = await library.add(path.read_bytes(), path.name)
        stored = library.original(media.sha256)
        assert hashlib.sha256(stored.read_bytes()).hexdigest() == media.sha256
        for name, extension in (("poster-portrait", "jpg"), ("tall720", "webp"), ("w320", "avif")):
            made = await library.rendition(media.sha256, name, extension)
            with Image.open(made) as image:
                assert image.size == fitted(RENDITIONS[name], media.width, media.height), (path.name, name)
                assert image.format in {"JPEG", "WEBP", "AVIF"}


@pytest.mark.parametrize("name", ["Landscape_6.jpg", "Portrait_5.jpg"])
async def test_a_turned_picture_is_stored_upright_without_its_tag(library: Library, name: str):
    media = await library.add(shared("data", "images", "formats", name).read_bytes())
    assert (media.width > media.height) is name.startswith("Landscape")
    with Image.open(library.original(media.sha256)) as image:
        assert image.size == (media.width, media.height)
        assert not image.getexif()


async def test_metadata_is_gone_and_the_colour_profile_stays(library: Library):
    profile = b"\0" * 200
    exif = Image.Exif()
    exif[0x010F] = "Secret Camera"
    exif[0x9286] = "taken at home"
    media = await library.add(jpeg(exif=exif, comment=b"call me", icc_profile=profile))
    stored = library.original(media.sha256).read_bytes()
    assert b"Secret" not in stored
    assert b"call me" not in stored
    assert b"ICC_PROFILE" in stored


async def test_what_follows_the_picture_is_cut_off(library: Library):
    media = await library.add(jpeg() + b"<script>alert(1)</script>PK\x03\x04")
    assert library.original(media.sha256).read_bytes().endswith(b"\xff\xd9")


@pytest.mark.parametrize(("width", "height"), [(12_000, 12_000), (30_000, 30_000), (65_535, 2_000), (0, 10)])
def test_a_bomb_is_refused_from_its_header(width: int, height: int):
    with pytest.raises(Invalid, match=r"too large|no size|can't be read"):
        picture.probe(png_of(width, height))


@pytest.mark.parametrize(
    "data",
    [
        b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>",
        b"%PDF-1.7\n",
        b"<!doctype html><script>alert(1)</script>",
        b"GIF",
        b"\xff\xd8",
        b"\x00" * 64,
    ],
)
def test_what_is_no_picture_by_its_content_is_refused(data: bytes):
    with pytest.raises(Invalid, match="not a picture"):
        strip.media_type(data)


def test_an_endless_animation_is_refused_without_decoding():
    frame = b"\x2c" + b"\0" * 4 + b"\x01\0\x01\0" + b"\0" + b"\x02\x02L\x01\0"
    data = b"GIF89a\x01\0\x01\0\x80\0\0\0\0\0\xff\xff\xff" + frame * 10_000 + b";"
    with pytest.raises(Invalid, match="600 frames"):
        strip.stripped(data, "image/gif")


async def test_the_same_picture_is_kept_once(library: Library, tmp_path: Path):
    first = await library.add(jpeg(), "one.jpg")
    second = await library.add(jpeg(), "two.jpg")
    assert first.sha256 == second.sha256
    assert len(list((tmp_path / "media").rglob("original.*"))) == 1


async def test_a_rendition_is_made_once_however_many_wait(library: Library, monkeypatch: pytest.MonkeyPatch):
    media = await library.add(jpeg())
    made = 0
    render = Workshop.render

    async def counted(self: Workshop, *rest: object) -> None:
        nonlocal made
        made += 1
        await render(self, *rest)  # type: ignore[arg-type]

    monkeypatch.setattr(Workshop, "render", counted)
    paths = await asyncio.gather(*(library.rendition(media.sha256, "wide", "webp") for _ in range(20)))
    assert made == 1
    assert len(set(paths)) == 1


@pytest.mark.parametrize(
    ("sha256", "name", "extension"),
    [("../../etc", "w320", "jpg"), ("ab" * 32, "w321", "jpg"), ("ab" * 32, "w320", "exe"), ("ab" * 32, "w320", "jpg")],
)
async def test_only_what_the_table_names_is_found(library: Library, sha256: str, name: str, extension: str):
    with pytest.raises(NotFound):
        await library.rendition(sha256, name, extension)


async def test_nothing_half_made_is_left_when_a_picture_is_refused(library: Library, tmp_path: Path):
    with pytest.raises(Invalid):
        await library.add(png_of(30_000, 30_000))
    assert [path for path in (tmp_path / "media").rglob("*") if path.is_file()] == []


async def test_a_full_disk_is_no_fault_of_a_picture(library: Library):
    media, full = await library.add(jpeg()), Path("/dev/full")
    source = library.original(media.sha256)
    for extension in FORMATS:
        with pytest.raises(StoreFull, match="can't be written"):
            await library._workshop.render(source, full, "w320", extension)
    with pytest.raises(StoreFull, match="can't be written"):
        await library._workshop.take_in(source, full)


async def test_a_child_that_takes_too_long_is_replaced(tmp_path: Path):
    workshop = Workshop(children=1, timeout_seconds=0.001)
    library = Library(tmp_path / "media", workshop)
    with pytest.raises(Invalid, match="longer than"):
        await library.add(jpeg())
    for child in workshop._children:
        child._timeout = 20.0
    assert (await library.add(jpeg())).width == 900
    await workshop.close()


def test_a_crop_keeps_the_focal_point():
    image = Image.new("RGB", (1000, 500))
    assert crop_box(image, 1, 1, (0.9, 0.5)) == (500, 0, 1000, 500)
    assert crop_box(image, 1, 1, (0.5, 0.5)) == (250, 0, 750, 500)


def test_a_crop_without_focal_point_goes_where_there_is_something_to_see():
    image = Image.new("RGB", (1000, 500), "white")
    image.paste(Image.effect_noise((250, 500), 200).convert("RGB"), (700, 0))
    left, _, right, _ = crop_box(image, 1, 1)
    assert left > 350
    assert right >= 900


def test_a_plain_picture_is_cut_in_the_middle():
    assert crop_box(Image.new("RGB", (1000, 500)), 1, 1) == (250, 0, 750, 500)


@pytest.mark.parametrize("extension", FORMATS)
def test_every_format_is_served_as_what_it_is(extension: str):
    assert media_type(extension) == FORMATS[extension]
