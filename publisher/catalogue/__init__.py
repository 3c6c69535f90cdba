"""The catalogue: every kind of Document, and which of them answers a path.

Four consumers use it: the server (answer a path), the builder (write every path), the checker
(validate every path) and the followers of the log (which paths did this change touch).
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from urllib.parse import quote

from msgspec.structs import replace

from publisher import url
from publisher.catalogue.base import Call, Context, DocumentKind
from publisher.error import NotFound
from publisher.format.robots import tdm_headers
from publisher.model import Answer, Article, Document

QUERY_VALUE_LENGTH = 200


@dataclass(frozen=True, slots=True)
class Target:
    """A path with the query arguments that matter; `name` is what a cache calls it."""

    path: str
    query: Mapping[str, str]

    @property
    def name(self) -> str:
        """The path, with its known arguments in one order and one encoding."""
        if not self.query:
            return self.path
        return self.path + "?" + "&".join(f"{key}={quote(self.query[key], safe='')}" for key in sorted(self.query))


class Catalogue:
    """All kinds in the order in which they are asked; the first that knows a path answers it."""

    def __init__(self, kinds: Sequence[DocumentKind]) -> None:
        self.kinds = tuple(kinds)

    def target(self, path: str, query: Mapping[str, str]) -> Target:
        """What a request asks for: arguments that no kind of this path knows are ignored."""
        if not query:
            return Target(path, {})
        known = frozenset().union(*(kind.query for kind, _ in self._candidates(path)))
        return Target(path, {key: value[:QUERY_VALUE_LENGTH] for key, value in query.items() if key in known})

    async def build(self, context: Context, target: Target) -> Answer:
        """Make what stands at a target; raises NotFound, with the first kind's reason, when no kind knows it.

        A path that is encoded in another way than the one right is none: each document would have ever so many.
        """
        if url.encode_path(target.path) != target.path:
            raise NotFound(f"{target.path!r} is not how an address is written")
        reason = ""
        for kind, groups in self._candidates(target.path):
            try:
                return _stamped(context, await kind.build(context, Call(target.path, groups, target.query)))
            except NotFound as error:
                reason = reason or str(error)
        raise NotFound(reason or f"nothing is published at {target.path}")

    def _candidates(self, path: str) -> Iterator[tuple[DocumentKind, dict[str, str]]]:
        for kind in self.kinds:
            match = kind.pattern.fullmatch(path)
            if match:
                yield kind, {name: value for name, value in match.groupdict().items() if value is not None}

    async def paths(self, context: Context) -> AsyncIterator[tuple[str, str]]:
        """(kind's name, path) of every document that exists now; kinds that share their paths are asked once."""
        async for found in self.list_paths(context):
            yield found
        async for article in context.store.every():
            for found in await self.own_paths(context, article):
                yield found

    async def list_paths(self, context: Context) -> AsyncIterator[tuple[str, str]]:
        """(kind's name, path) of every document that is no single article's."""
        for paths, sharing in groupby(self.kinds, lambda kind: kind.paths):
            kinds = tuple(sharing)
            async for path in paths(context):
                yield _named(kinds, path), path

    async def own_paths(self, context: Context, article: Article) -> list[tuple[str, str]]:
        """(kind's name, path) of every document of one article, which has its body; none while it isn't public."""
        found = []
        for own, sharing in groupby(self.kinds, lambda kind: kind.own):
            if own and article.is_public:
                kinds = tuple(sharing)
                found += [(_named(kinds, path), path) for path in await own(context, article)]
        return found


def _named(kinds: Sequence[DocumentKind], path: str) -> str:
    """The name of the first of some kinds that knows a path."""
    return next((kind.name for kind in kinds if kind.pattern.fullmatch(path)), kinds[0].name)


def _stamped(context: Context, answer: Answer) -> Answer:
    """With what the owner says of every document: a staging site's noindex, reserved rights."""
    reserved = tdm_headers(context.settings)
    if not isinstance(answer, Document) or not (reserved or context.settings.staging):
        return answer
    robots = "noindex" if context.settings.staging else answer.robots
    return replace(answer, robots=robots, headers={**answer.headers, **dict(reserved)})
