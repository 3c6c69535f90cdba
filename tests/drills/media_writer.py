"""Takes pictures in and makes renditions as fast as it can, until it is killed: `media_writer FOLDER SEED`."""

import asyncio
import io
import sys
from pathlib import Path

from PIL import Image

from publisher.media.library import Library
from publisher.media.workshop import Workshop


def picture(number: int) -> bytes:
    """A picture of its own for every number."""
    out = io.BytesIO()
    Image.linear_gradient("L").resize((700, 500 + number % 400)).convert("RGB").save(out, "JPEG", quality=90)
    return out.getvalue()


async def main(folder: Path, seed: int) -> None:
    library = Library(folder, Workshop())
    print("open", flush=True)
    number = seed
    while True:
        number += 1
        media = await library.add(picture(number))
        print(media.sha256, flush=True)
        await library.make_posters(media.sha256)


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1]), int(sys.argv[2])))
