"""JSON from outside -> values, or every fault at once with where it is (RFC 6901 pointers)."""

from __future__ import annotations

import re
from codecs import BOM_UTF8
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import Any, TypeVar

import msgspec
import orjson

from publisher.error import Invalid
from publisher.web.api.schema import MEANT, MOMENT
from publisher.web.error import Malformed

T = TypeVar("T")
Step = str | int

MAX_FAULTS = 50
_WHERE = re.compile(r"(.*?)(?: - at `\$(.*)`)?", re.DOTALL)
_STEP = re.compile(r"\[(\d+)\]|\.([^.\[\]]+)")
_UNKNOWN = re.compile(r"Object contains unknown field `(.*)`", re.DOTALL)
_NO_MEMBER = re.compile(r"Invalid enum value (.*)", re.DOTALL)
_NAMED = re.compile(r"[\w-]+: ")
"""A detail that says itself what it speaks of: a header, a part of the address."""
_MISSING = re.compile(r"Object missing required field `(.*)`", re.DOTALL)


class Fault(msgspec.Struct, frozen=True):
    """One thing that is wrong: where (a JSON Pointer, "" for the whole) and what."""

    pointer: str
    detail: str

    @property
    def line(self) -> str:
        """Both in one."""
        if not self.pointer and _NAMED.match(self.detail):
            return self.detail
        return f"{self.pointer or 'body'}: {self.detail}"


class Faulty(Invalid):
    """Input with faults, each at its place."""

    def __init__(self, *faults: Fault) -> None:
        self.faults = faults
        super().__init__(*(each.line for each in faults))


def decoded(raw: bytes) -> Any:
    """The value of a JSON text, at most 1,024 levels deep; a byte order mark is no part of it (RFC 8259 8.1).

    Raises Malformed.
    """
    try:
        return orjson.loads(raw.removeprefix(BOM_UTF8))
    except orjson.JSONDecodeError as error:
        raise Malformed(f"the body is not JSON in UTF-8: {error}") from error


def converted(value: Any, wanted: type[T], *, strict: bool = True) -> T:
    """The value as what is wanted; not strict: numbers and booleans may come as words. Raises Faulty.

    A fault is noted, what is faulty taken out, and the rest looked at again: so all are found.
    """
    search = _Search(value, wanted)
    while True:
        try:
            made = msgspec.convert(search.value, wanted, strict=strict)
        except msgspec.ValidationError as error:
            search.note(str(error))
        except (RecursionError, OverflowError) as error:
            raise Faulty(Fault("", str(error))) from error
        else:
            if search.found:
                raise Faulty(*search.found.values())
            return made
        if search.is_over:
            raise Faulty(*search.found.values())


class _Search:
    """A value that loses its faulty parts one by one."""

    def __init__(self, value: Any, wanted: Any) -> None:
        self.value = value
        self._wanted = wanted
        self.found: dict[str, Fault] = {}
        self.is_over = False
        self._taken: defaultdict[str, list[int]] = defaultdict(list)

    def note(self, message: str) -> None:
        """Enter a fault, and take what is faulty out of the value."""
        match = _WHERE.fullmatch(message)
        detail, where = (match[1], match[2] or "") if match else (message, "")
        steps: list[Step] = [int(found[1]) if found[1] else found[2] for found in _STEP.finditer(where)]
        if unknown := _UNKNOWN.fullmatch(detail):
            steps, detail = [*steps, unknown[1]], "is not known here"
        elif missing := _MISSING.fullmatch(detail):
            self._enter(self._pointer([*steps, missing[1]]), "is missing")
            return self._take(steps)
        self._enter(self._pointer(steps), self._told(detail, steps))
        self._take(steps)

    def _told(self, detail: str, steps: list[Step]) -> str:
        """What a person understands: values that are taken, an example."""
        if found := _NO_MEMBER.fullmatch(detail):
            return f"{found[1]} is not one of {', '.join(members(self._wanted, steps))}"
        return _TOLD.get(detail, detail)

    def _enter(self, pointer: str, detail: str) -> None:
        is_below = any(each == pointer or each.startswith(f"{pointer}/") for each in self.found)
        if not is_below:
            self.found[pointer] = Fault(pointer, detail[:1].lower() + detail[1:])
        self.is_over = len(self.found) >= MAX_FAULTS

    def _pointer(self, steps: list[Step]) -> str:
        """The pointer into the value as it came: elements taken out of a list are counted again."""
        pointer = ""
        for step in steps:
            if isinstance(step, int):
                for taken in sorted(self._taken[pointer]):
                    step += taken <= step
            pointer += "/" + escaped(str(step))
        return pointer

    def _take(self, steps: list[Step]) -> None:
        holder = self.value
        for step in steps[:-1]:
            holder = holder[step]
        last = steps[-1] if steps else None
        if isinstance(holder, list) and isinstance(last, int):
            pointer = self._pointer(steps)
            self._taken[pointer.rpartition("/")[0]].append(int(pointer.rpartition("/")[2]))
            del holder[last]
        elif isinstance(holder, dict) and last in holder:
            del holder[last]
        else:
            self.is_over = True


_TOLD: Mapping[str, str] = MappingProxyType(
    {
        "Invalid RFC3339 encoded datetime": MEANT[MOMENT],
        "Expected `datetime` with a timezone component": MEANT[MOMENT],
        **{f"Expected `str` matching regex {pattern!r}": said for pattern, said in MEANT.items()},
    }
)


def members(wanted: Any, steps: Sequence[Step]) -> list[str]:
    """The words that are taken at a place of what is wanted."""
    kinds = [msgspec.inspect.type_info(wanted)]
    for step in steps:
        kinds = [below for kind in kinds for each in _flat(kind) for below in _below(each, step)]
    return [word for kind in kinds for each in _flat(kind) for word in _words(each)]


def _flat(kind: msgspec.inspect.Type) -> Iterator[msgspec.inspect.Type]:
    if isinstance(kind, msgspec.inspect.Metadata):
        yield from _flat(kind.type)
    elif isinstance(kind, msgspec.inspect.UnionType):
        for each in kind.types:
            yield from _flat(each)
    else:
        yield kind


def _below(kind: msgspec.inspect.Type, step: Step) -> Iterator[msgspec.inspect.Type]:
    if isinstance(kind, msgspec.inspect.StructType):
        yield from (each.type for each in kind.fields if each.encode_name == step)
    elif isinstance(kind, msgspec.inspect.ListType):
        yield kind.item_type


def _words(kind: msgspec.inspect.Type) -> list[str]:
    if isinstance(kind, msgspec.inspect.EnumType):
        return [str(each.value) for each in kind.cls]
    return list(map(str, kind.values)) if isinstance(kind, msgspec.inspect.LiteralType) else []


def escaped(name: str) -> str:
    """A name as a step of a JSON Pointer."""
    return name[:200].replace("~", "~0").replace("/", "~1")
