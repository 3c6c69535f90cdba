"""One picture file: checked by its header, cleaned, and made into renditions.

Everything here runs in a child process with bounds on time and memory (`worker.py`), since it
touches what strangers made. Raises Invalid for a file that is not fit; nothing foreign.
"""

from __future__ import annotations

import hashlib
import io
from pathlib import Path

import msgspec
from PIL import Image, ImageCms, ImageOps

from publisher.error import Invalid
from publisher.media.crop import Focal, crop_box
from publisher.media.strip import media_type, stripped
from publisher.rendition import RENDITIONS, Rendition, fitted

MAX_PIXELS = 40_000_000
"""Width times height, read from the header before anything is decoded (D1)."""
MAX_SIDE = 30_000
Image.MAX_IMAGE_PIXELS = None  # Pillow's own limit is looser, and warns where this one refuses
READERS = {
    "image/jpeg": ("JPEG", "MPO"),
    "image/png": ("PNG",),
    "image/gif": ("GIF",),
    "image/webp": ("WEBP",),
    "image/avif": ("AVIF",),
}
WRITERS: dict[str, tuple[str, dict[str, object]]] = {
    "jpg": ("JPEG", {"quality": 82, "progressive": True, "optimize": True}),
    "webp": ("WEBP", {"quality": 78, "method": 4}),
    "avif": ("AVIF", {"quality": 58, "speed": 8, "max_threads": 2}),
}
BROKEN = (OSError, SyntaxError, ValueError, EOFError, Image.DecompressionBombError, MemoryError, OverflowError)
"""What Pillow raises for files that are broken or too large."""


class Probe(msgspec.Struct, frozen=True, kw_only=True):
    """What a picture is, read from its header."""

    media_type: str
    width: int
    height: int
    orientation: int = 1
    is_animated: bool = False


class Intake(msgspec.Struct, frozen=True, kw_only=True):
    """A picture that was cleaned: what it is now, and the hash of its bytes."""

    sha256: str
    bytes: int
    media_type: str
    width: int
    height: int
    is_animated: bool = False


def probe(data: bytes) -> Probe:
    """What a picture is, without decoding it; raises Invalid."""
    kind = media_type(data)
    try:
        with _opened(data, kind) as image:
            _check_size(image.width, image.height)
            orientation = image.getexif().get(0x0112, 1) if kind != "image/gif" else 1
            is_animated = kind != "image/jpeg" and bool(getattr(image, "is_animated", False))
            size = image.size
    except BROKEN as error:
        raise Invalid(f"the picture can't be read: {error}") from error
    turned = orientation in range(5, 9)
    width, height = size[::-1] if turned else size
    return Probe(media_type=kind, width=width, height=height, orientation=orientation, is_animated=is_animated)


def _opened(data: bytes, kind: str) -> Image.Image:
    return Image.open(io.BytesIO(data), formats=READERS[kind])


def _check_size(width: int, height: int) -> None:
    if not width or not height:
        raise Invalid("the picture has no size")
    if width * height > MAX_PIXELS or max(width, height) > MAX_SIDE:
        megapixels = width * height / 1_000_000
        raise Invalid(f"the picture is too large: {width} x {height} ({megapixels:.0f} of at most 40 megapixels)")


def take_in(source: Path, target: Path) -> Intake:
    """Check a file, clean it, write what may be published to `target`; raises Invalid."""
    data = source.read_bytes()
    kind = media_type(data)
    if kind != "image/gif":
        found = probe(data)
        clean = stripped(data, kind)
    else:
        clean = stripped(data, kind)
        found = probe(clean)
    clean = _upright(data, clean, found)
    target.write_bytes(clean)
    return Intake(
        sha256=hashlib.sha256(clean).hexdigest(),
        bytes=len(clean),
        media_type=kind,
        width=found.width,
        height=found.height,
        is_animated=found.is_animated,
    )


def _upright(data: bytes, clean: bytes, found: Probe) -> bytes:
    """The clean file, written anew where it was turned or its container can't be stripped."""
    try:
        with _opened(clean, found.media_type) as image:
            image.load()
            needs_writing = found.orientation != 1 or bool(image.info.get("exif") or image.info.get("xmp"))
        return _rewritten(data, found) if needs_writing else clean
    except BROKEN as error:
        raise Invalid(f"the picture is broken or cut short: {error}") from error


def _rewritten(data: bytes, found: Probe) -> bytes:
    with _opened(data, found.media_type) as image:
        profile = image.info.get("icc_profile")
        upright = ImageOps.exif_transpose(image)
        upright.info = {}
        out = io.BytesIO()
        upright.save(out, READERS[found.media_type][0], quality=92, exif=b"", icc_profile=profile)
        return stripped(out.getvalue(), found.media_type)


def render(source: Path, target: Path, name: str, extension: str, focal: Focal | None = None) -> None:
    """Write one rendition of a clean picture; raises Invalid, and OSError for what is no fault of the picture's."""
    row = RENDITIONS[name]
    data = source.read_bytes()
    try:
        with _opened(data, media_type(data)) as image:
            _check_size(image.width, image.height)
            made = _written(_sized(image, row, focal), extension)
    except BROKEN as error:
        raise Invalid(f"the picture is broken or cut short: {error}") from error
    target.write_bytes(made)


def _sized(image: Image.Image, row: Rendition, focal: Focal | None) -> Image.Image:
    width, height = fitted(row, image.width, image.height)
    image.draft("RGB", (width * 2, height * 2))
    plain = _rgb(image)
    box = crop_box(plain, width, height, focal) if row.height else (0, 0, plain.width, plain.height)
    return plain.resize((width, height), Image.Resampling.LANCZOS, box=box, reducing_gap=2.0)


_SRGB = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB"))


def _rgb(image: Image.Image) -> Image.Image:
    """The first frame in sRGB, with alpha if it has any."""
    profile = image.info.get("icc_profile")
    if image.mode.startswith(("I", "F")):
        image = image.point(lambda value: value / 256).convert("L")
    has_alpha = image.mode in ("RGBA", "LA", "PA", "La", "RGBa") or "transparency" in image.info
    if profile and image.mode in ("RGB", "RGBA", "CMYK"):
        image = _converted(image, profile)
    return image.convert("RGBA" if has_alpha else "RGB")


def _converted(image: Image.Image, profile: bytes) -> Image.Image:
    """The colours of a profile as sRGB; a broken profile is ignored."""
    try:
        source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        mode = "RGBA" if image.mode == "RGBA" else "RGB"
        converted = ImageCms.profileToProfile(image, source, _SRGB, outputMode=mode)
        return converted or image
    except (ImageCms.PyCMSError, OSError, ValueError):
        return image


def _written(image: Image.Image, extension: str) -> bytes:
    writer, options = WRITERS[extension]
    if writer == "JPEG" and image.mode == "RGBA":
        ground = Image.new("RGB", image.size, "#ffffff")
        ground.paste(image, mask=image.getchannel("A"))
        image = ground
    image.info = {}
    out = io.BytesIO()
    image.save(out, writer, **options)
    return out.getvalue()
