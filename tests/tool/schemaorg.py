"""The schema.org vocabulary as a checker: do these types exist, may these properties stand on them?"""

import json
from collections.abc import Iterator
from functools import cache
from typing import Any

from tests.tool.shared import shared

Node = dict[str, Any]


class Vocabulary:
    """Classes with their ancestors, and properties with the classes they may stand on."""

    def __init__(self, graph: list[Node]) -> None:
        self.parents = {
            _name(node["@id"]): _names(node.get("rdfs:subClassOf")) for node in graph if _is(node, "rdfs:Class")
        }
        self.domains = {
            _name(node["@id"]): _names(node.get("schema:domainIncludes")) for node in graph if _is(node, "rdf:Property")
        }
        self.superseded = {_name(node["@id"]) for node in graph if "schema:supersededBy" in node}

    def ancestors(self, name: str) -> frozenset[str]:
        """The class itself and everything it is a kind of."""
        above = (self.ancestors(parent) for parent in self.parents.get(name, ()))
        return frozenset({name}.union(*above))

    def problems(self, node: Node) -> Iterator[str]:
        """What is wrong with a node and the nodes inside it; a mere `@id` reference is no node."""
        if set(node) <= {"@id"}:
            return
        kind = node.get("@type", "")
        if kind not in self.parents:
            yield f"{kind!r} is no schema.org type"
        for name, value in node.items():
            if not name.startswith("@"):
                yield from self._property_problems(kind, name)
                yield from (fault for each in _nodes(value) for fault in self.problems(each))

    def _property_problems(self, kind: str, name: str) -> Iterator[str]:
        if name not in self.domains:
            yield f"{name!r} is no schema.org property"
        elif name in self.superseded:
            yield f"{name!r} is superseded"
        elif not self.ancestors(kind) & self.domains[name]:
            yield f"{name!r} may not stand on {kind}"


@cache
def vocabulary() -> Vocabulary:
    """The vocabulary of `../shared/schemas`."""
    text = shared("schemas", "schemaorg-all-https.jsonld").read_text("utf-8")
    return Vocabulary(json.loads(text)["@graph"])


def graph_problems(jsonld: str) -> list[str]:
    """What is wrong with a page's JSON-LD: vocabulary, dangling `@id` references, repeated ids."""
    graph: list[Node] = json.loads(jsonld)["@graph"]
    found = [problem for node in graph for problem in vocabulary().problems(node)]
    ids = [node["@id"] for node in graph]
    found += [f"{each} stands twice" for each in set(ids) if ids.count(each) > 1]
    return found + [f"{each} leads nowhere" for node in graph for each in _references(node) if each not in ids]


def _references(value: Any) -> Iterator[str]:
    for node in _nodes(value):
        if set(node) == {"@id"}:
            yield node["@id"]
        yield from (each for inner in node.values() for each in _references(inner))


def _nodes(value: Any) -> Iterator[Node]:
    for each in value if isinstance(value, list) else [value]:
        if isinstance(each, dict):
            yield each


def _is(node: Node, kind: str) -> bool:
    return kind in (node["@type"] if isinstance(node["@type"], list) else [node["@type"]])


def _names(value: Any) -> frozenset[str]:
    return frozenset(_name(each["@id"]) for each in _nodes(value or []))


def _name(id: str) -> str:
    return id.removeprefix("schema:")
