"""Many articles in one request: NDJSON in, one ledger line back for each, read and stored in small batches."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from typing import Literal

from aiohttp import web

from publisher.desk.token import Scope
from publisher.error import PublisherError
from publisher.model import Article, Source
from publisher.web.api import schema, view
from publisher.web.api.article import by_source, checked, drafted, kept, key_source, line_source, made_before
from publisher.web.api.operation import Call, Operation, Room, check_coding, encoded
from publisher.web.api.problem import problem_of
from publisher.web.api.validate import converted, decoded
from publisher.web.error import Malformed, TooLarge, UnknownType

NDJSON = "application/x-ndjson"
BATCH = 16
"""Lines stored side by side: their commits share a flush of the disk."""
HELD_BYTES = 1_000_000
"""A client may send everything before it reads anything: so much of the answer waits for it in memory."""

Line = tuple[int, bytes]
Outcome = Literal["created", "updated", "unchanged", "failed"]


async def bulk(room: Room, call: Call) -> web.StreamResponse:
    """Store line by line; a line that fails stops no other."""
    if call.request.content_type != NDJSON:
        raise UnknownType(f"the body must be {NDJSON}, one JSON object a line")
    check_coding(call.request)
    ledger: Counter[str] = Counter()
    response = web.StreamResponse(headers={"Content-Type": NDJSON, "Cache-Control": "no-store"})
    held = bytearray()
    async for answers in _answers(room, call):
        for each in answers:
            ledger[each.outcome] += 1
            held += encoded(each) + b"\n"
        if len(held) > HELD_BYTES:
            await _send(call.request, response, held)
    held += encoded(_total(ledger)) + b"\n"
    await _send(call.request, response, held)
    await response.write_eof()
    return response


async def _send(request: web.Request, response: web.StreamResponse, held: bytearray) -> None:
    if not response.prepared:
        await response.prepare(request)
    await response.write(bytes(held))
    held.clear()


def _total(ledger: Counter[str]) -> schema.BulkTotal:
    outcomes = {name: ledger[name] for name in ("created", "updated", "unchanged", "failed")}
    return schema.BulkTotal(seen=sum(outcomes.values()), **outcomes)


async def _answers(room: Room, call: Call) -> AsyncIterator[list[schema.BulkAnswer]]:
    key_source(call)
    batch: list[Line] = []
    last = 0
    try:
        async for line in _lines(call.request, room.body_bytes):
            batch.append(line)
            last = line[0]
            if len(batch) == BATCH:
                yield await _stored(room, call, batch)
                batch = []
    except PublisherError as error:
        broken = schema.BulkAnswer(line=last + 1, outcome="failed", problem=problem_of(error))
        yield [*await _stored(room, call, batch), broken]
        return
    yield await _stored(room, call, batch)


async def _lines(request: web.Request, max_bytes: int) -> AsyncIterator[Line]:
    """(number, text) of the lines that aren't blank. Raises TooLarge, Malformed."""
    rest, number = bytearray(), 0
    try:
        async for chunk in request.content.iter_any():
            rest += chunk
            *lines, last = rest.split(b"\n")
            for each in lines:
                number += 1
                if each.strip():
                    yield number, bytes(each)
            rest = last
            if len(rest) > max_bytes:
                raise TooLarge(f"line {number + 1} has more than {max_bytes:,} bytes")
    except (web.RequestPayloadError, ConnectionError) as error:
        raise Malformed("the body ended early or is coded wrongly") from error
    if rest.strip():
        yield number + 1, bytes(rest)


async def _stored(room: Room, call: Call, batch: list[Line]) -> list[schema.BulkAnswer]:
    """Store a batch side by side; lines that speak of the same source one after the other."""
    read = [(number, _read(text)) for number, text in batch]
    rounds: list[list[tuple[int, schema.BulkLine | PublisherError]]] = [[]]
    names: set[Source] = set()
    for number, line in read:
        source = _source(line)
        if source in names:
            rounds, names = [*rounds, []], set()
        names |= {source} if source else set()
        rounds[-1].append((number, line))
    answers: list[schema.BulkAnswer] = []
    for each in rounds:
        answers += await asyncio.gather(*(_one(room, call, number, line) for number, line in each))
    return answers


def _source(line: schema.BulkLine | PublisherError) -> Source | None:
    if isinstance(line, PublisherError) or line.source is None:
        return None
    return Source(kind=view.OWN_SOURCE, site=line.source.site, id=line.source.id)


def _read(text: bytes) -> schema.BulkLine | PublisherError:
    try:
        return converted(decoded(text), schema.BulkLine)
    except PublisherError as error:
        return error


async def _one(room: Room, call: Call, number: int, line: schema.BulkLine | PublisherError) -> schema.BulkAnswer:
    try:
        if isinstance(line, PublisherError):
            raise line
        before, article, is_new = await _kept(room, call, number, line)
    except PublisherError as error:
        return schema.BulkAnswer(line=number, outcome="failed", problem=problem_of(error))
    is_same = before is not None and before.revision == article.revision and not call.query.dry_run
    outcome: Outcome = "created" if is_new else "unchanged" if is_same else "updated"
    return schema.BulkAnswer(
        line=number, outcome=outcome, id=article.id, path=article.path, revision=article.revision
    )  # fmt: skip


async def _kept(room: Room, call: Call, number: int, line: schema.BulkLine) -> tuple[Article | None, Article, bool]:
    """(the article before, the article now, whether it is new) of one line.

    A line without a source that is sent again under the same Idempotency-Key gives what it made.
    """
    source, key = _source(line), key_source(call)
    if source is None and key is not None:
        source = line_source(key, number, line.article)
        if made := await made_before(room, source):
            return made, made, False
    before = await by_source(room, source) if source else None
    if call.query.dry_run:
        return before, await checked(room, await drafted(room, line.article, before, source)), before is None
    return before, *await kept(room, line.article, before, source)


OPERATIONS = (
    Operation(
        "POST", "/api/articles/bulk", "bulkArticles", "Create or update many articles; one answer a line.", bulk,
        Scope.WRITE, {200: schema.BulkAnswer}, query=schema.WriteQuery, media=(NDJSON,),
        headers=("Idempotency-Key",), fails=(415,),
    ),
)  # fmt: skip
