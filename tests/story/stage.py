"""Stories served for browsers: real documents with their own policies, real pictures made by the library."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from aiohttp import web
from PIL import Image

from publisher.error import NotFound
from publisher.media.library import Library
from publisher.media.workshop import Workshop
from publisher.model import Document, Picture
from publisher.representation import POLICIES
from tests.page.house import CATALOGUE, House

LIBRARY = web.AppKey("library", Library)
HOUSE = web.AppKey("house", list[House])


class Stage:
    """A house with pictures, and the address at which it is served."""

    def __init__(self, house: House, library: Library, base: str) -> None:
        self.house, self.library, self.base = house, library, base

    async def picture(self, image: Image.Image, folder: Path, alt: str = "A picture") -> Picture:
        """An image, stored as an article's picture."""
        path = folder / "made.jpg"
        image.save(path, quality=90)
        media = await self.library.add(path.read_bytes())
        return Picture(src=media.path, width=media.width, height=media.height, alt=alt, media_type="image/jpeg")


async def _answer(request: web.Request) -> web.StreamResponse:
    house = request.app[HOUSE][0]
    try:
        found = await CATALOGUE.build(house.context, CATALOGUE.target(request.path, {}))
    except NotFound as error:
        return web.Response(status=404, text=str(error))
    assert isinstance(found, Document)
    headers = {"Content-Type": found.media_type, "Content-Security-Policy": POLICIES.get(found.policy, found.policy)}
    return web.Response(body=found.body, headers=headers)


async def _media(request: web.Request) -> web.StreamResponse:
    library = request.app[LIBRARY]
    sha256, name, extension = (request.match_info[each] for each in ("sha256", "name", "extension"))
    try:
        return web.FileResponse(await library.rendition(sha256, name, extension))
    except NotFound as error:
        return web.Response(status=404, text=str(error))


@asynccontextmanager
async def staged(folder: Path) -> AsyncIterator[Stage]:
    """A stage on a free port of the loopback, until the block ends."""
    workshop = Workshop()
    library = Library(folder / "media", workshop)
    app = web.Application()
    app.router.add_get(r"/media/{sha256}/{name:[\w-]+}.{extension}", _media)
    app.router.add_get("/{path:.*}", _answer)
    app[LIBRARY] = library
    app[HOUSE] = []
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    try:
        await site.start()
        port = runner.addresses[0][1]
        house = await House(port=port).open(0)
        app[HOUSE].append(house.with_context(library=library))
        yield Stage(app[HOUSE][0], library, f"http://127.0.0.1:{port}")
    finally:
        await runner.cleanup()
        await workshop.close()
