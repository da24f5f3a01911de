"""What the API has promised, one line each: `docs/api-promises.txt`. A promise that is gone breaks clients.

Promised are operations, their parameters, what may be sent, what is needed and what is answered. New promises may be made at
any time; one may be broken only when `docs/api-broken.txt` declares it, with the day and the version in a comment above it.
A new thing that must be sent with a known operation breaks clients too and is told by a line of its own.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

Node = dict[str, Any]
NEEDED = " needed"
DEEPEST = 12


def promises(document: Node) -> set[str]:
    """Every promise of an OpenAPI document."""
    found: set[str] = set()
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            name = f"{method.upper()} {path}"
            found |= {name, *(f"{name} {line}" for line in _operation(operation, document))}
    return found


def broken(before: set[str], now: set[str]) -> set[str]:
    """What clients of `before` cannot rely on any more: promises gone, and new needs of operations they know."""
    operations = {line for line in before if line.count(" ") == 1}
    news = {line for line in now - before if line.endswith(NEEDED) and " ".join(line.split(" ")[:2]) in operations}
    gone = {line for line in before - now if not line.endswith(NEEDED)}
    return gone | news


def _operation(operation: Node, document: Node) -> Iterator[str]:
    for parameter in operation.get("parameters", ()):
        yield from _parameter(parameter)
    for media, body in operation.get("requestBody", {}).get("content", {}).items():
        yield f"takes {media}"
        yield from (f"sent {line}" for line in _sent(body.get("schema", {}), document, ""))
    for status, answer in operation.get("responses", {}).items():
        yield f"answers {status}"
        for body in answer.get("content", {}).values() if status[0] == "2" else ():  # errors have one shape
            yield from (f"answers {status} {line}" for line in _told(body.get("schema", {}), document, ""))


def _parameter(parameter: Node) -> Iterator[str]:
    name = f"{parameter['in']} {parameter['name']}"
    yield name
    if parameter.get("required") and parameter["in"] != "path":
        yield name + NEEDED
    schema = parameter.get("schema", {})
    yield from (f"{name} = {value}" for value in schema.get("enum") or schema.get("items", {}).get("enum") or ())


def _resolved(schema: Node, document: Node) -> Node:
    """A schema without references, its parts joined."""
    whole: Node = {}
    for part in (schema, *schema.get("allOf", ()), *schema.get("oneOf", ())):
        reference = part.get("$ref", "")
        whole |= _resolved(document["components"]["schemas"][reference.rsplit("/", 1)[1]], document) if reference else part
    return whole


def _told(schema: Node, document: Node, place: str) -> Iterator[str]:
    """Fields of an answer, with their types."""
    whole = _resolved(schema, document)
    if place:
        kind = whole.get("type", "any")
        yield f"{place} {kind if isinstance(kind, str) else '|'.join(kind)}"
    yield from _below(whole, document, place, _told)


def _sent(schema: Node, document: Node, place: str) -> Iterator[str]:
    """Fields that may be sent, the values a choice takes, and what must be sent."""
    whole = _resolved(schema, document)
    if place:
        yield place
        yield from (f"{place} = {value}" for value in whole.get("enum", ()) if value)
    yield from (f"{place}.{name}{NEEDED}".removeprefix(".") for name in whole.get("required", ()))
    yield from _below(whole, document, place, _sent)


def _below(whole: Node, document: Node, place: str, read: Any) -> Iterator[str]:
    if place.count(".") > DEEPEST:
        return
    for name, field in whole.get("properties", {}).items():
        yield from read(field, document, f"{place}.{name}".removeprefix("."))
    if isinstance(whole.get("items"), dict):
        yield from read(whole["items"], document, f"{place}[]")
