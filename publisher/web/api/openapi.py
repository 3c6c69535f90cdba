"""The OpenAPI 3.1 document, made of the operations and the schemas that requests are checked with."""

from __future__ import annotations

import http
import re
from collections.abc import Iterator, Sequence
from typing import Any

import msgspec

from publisher.version import VERSION
from publisher.web.api.article import KEY_LIMIT, NAME
from publisher.web.api.bulk import NDJSON
from publisher.web.api.media import FORM, TEXTS
from publisher.web.api.operation import PARTS, Operation
from publisher.web.api.problem import MEDIA_TYPE, Problem
from publisher.web.api.record import MediaQuery
from publisher.web.api.schema import BulkLine

_REF = "#/components/schemas/{name}"
_BRACES = re.compile(r"\{(\w+)\}")
_ALWAYS = (400, 421, 422, 503)
_WITH_TOKEN = (401, 403, 429)
_WITH_BODY = (413, 415, 507)


def document(base: str, operations: Sequence[Operation]) -> dict[str, Any]:
    """The whole description of an API at a base."""
    types = [type_ for each in operations for type_ in (*each.gives.values(), each.body, BulkLine) if type_]
    _, components = msgspec.json.schema_components([*dict.fromkeys(types), Problem], ref_template=_REF)
    paths: dict[str, dict[str, Any]] = {}
    for each in operations:
        paths.setdefault(each.path, {})[each.method.lower()] = _operation(each)
    return {
        "openapi": "3.1.0",
        "info": {"title": "Publisher", "version": VERSION, "description": "Articles in, by HTTP."},
        "servers": [{"url": base}],
        "paths": paths,
        "components": {
            "schemas": components,
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
        },
    }


def _operation(each: Operation) -> dict[str, Any]:
    made: dict[str, Any] = {
        "operationId": each.name,
        "summary": each.summary,
        "parameters": [*_path_parameters(each), *_query_parameters(each), *_header_parameters(each)],
        "responses": {str(status): response for status, response in _responses(each)},
    }
    if each.scope:
        made |= {"security": [{"token": []}], "description": f"Needs a token of scope `{each.scope}`."}
    if each.body:
        made["requestBody"] = {"required": True, "content": {"application/json": {"schema": _ref(each.body)}}}
    elif each.media:
        made["requestBody"] = {"required": True, "content": {name: _upload(name) for name in each.media}}
    return made


def _upload(media_type: str) -> dict[str, Any]:
    """What a body that isn't JSON is made of."""
    if media_type == NDJSON:
        return _lines(BulkLine)
    file = {"type": "string", "format": "binary"}
    if media_type != FORM:
        return {"schema": file}
    _, components = msgspec.json.schema_components([MediaQuery], ref_template=_REF)
    texts = {name: components[MediaQuery.__name__]["properties"][name] for name in TEXTS}
    return {"schema": {"type": "object", "required": ["file"], "properties": {"file": file, **texts}}}


def _lines(type_: type) -> dict[str, Any]:
    """NDJSON: OpenAPI 3.1 has no word for "each line is one of these" (3.2 has), so it stands in an extension."""
    return {"schema": {"type": "string", "contentMediaType": NDJSON}, "x-itemSchema": _ref(type_)}


def _ref(type_: type) -> dict[str, str]:
    return {"$ref": _REF.format(name=type_.__name__)}


def _path_parameters(each: Operation) -> Iterator[dict[str, Any]]:
    for name in _BRACES.findall(each.path):
        schema: dict[str, Any] = {"type": "string", "minLength": 1, "maxLength": 200}
        if name == "id":
            schema = {"type": "integer", "minimum": 1, "maximum": 10**15 - 1}
        elif name in PARTS:
            schema = {"type": "string", "pattern": f"^{PARTS[name]}$"}
        elif name in ("site", "source"):
            schema |= {"pattern": NAME}
        yield {"name": name, "in": "path", "required": True, "schema": schema}


def _query_parameters(each: Operation) -> Iterator[dict[str, Any]]:
    """One parameter a field of the query's struct."""
    _, components = msgspec.json.schema_components([each.query], ref_template=_REF)
    own = components[each.query.__name__]
    for name, schema in own.get("properties", {}).items():
        reference = schema.pop("$ref", "").rpartition("/")[2]
        shown = {**components.get(reference, {}), **schema}
        is_required = name in own.get("required", ())
        yield {"name": name, "in": "query", "required": is_required, "schema": shown}


def _header_parameters(each: Operation) -> Iterator[dict[str, Any]]:
    for name in each.headers:
        bounds = {"minLength": 1, "maxLength": KEY_LIMIT} if name == "Idempotency-Key" else {}
        yield {"name": name, "in": "header", "required": False, "schema": {"type": "string", **bounds}}


def _responses(each: Operation) -> Iterator[tuple[int, dict[str, Any]]]:
    for status, type_ in each.gives.items():
        media_type = NDJSON if NDJSON in each.media else "application/json"
        yield status, _response(status, type_, media_type, _links(each) if status == 201 else None)
    failing = {*_ALWAYS, *each.fails, *(_WITH_TOKEN if each.scope else ())}
    failing |= set(_WITH_BODY if each.body or each.media else ())
    for status in sorted(failing):
        yield status, _response(status, Problem, MEDIA_TYPE)


def _links(each: Operation) -> dict[str, Any]:
    """What can be done with the thing that an operation made."""
    parameters = {each.id: f"$response.body#/{each.id}"}
    return {name: {"operationId": name, "parameters": parameters} for name in each.links}


def _response(status: int, type_: type | None, media_type: str, links: dict[str, Any] | None = None) -> dict[str, Any]:
    made: dict[str, Any] = {"description": http.HTTPStatus(status).phrase}
    made |= {"links": links} if links else {}
    if status == 400:  # what isn't HTTP at all never reaches the API
        made["content"] = {MEDIA_TYPE: {"schema": _ref(Problem)}, "text/plain": {"schema": {"type": "string"}}}
        return made
    if type_ is not None and media_type == NDJSON:
        made["content"] = {media_type: _lines(type_)}
    elif type_ is not None:
        made["content"] = {media_type: {"schema": _ref(type_)}}
    return made
