"""A running site and a CMS that writes into it."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest_asyncio

from tests.api.cms import Cms, cms


@pytest_asyncio.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Cms]:
    async with cms(tmp_path) as made:
        yield made
