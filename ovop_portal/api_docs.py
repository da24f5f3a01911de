"""The API's document as a page people can read: no script, no other host. Made from docs/openapi.yaml, once in a process."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

import yaml
from django.utils.html import format_html, format_html_join
from django.views.generic import TemplateView

from common.site import site

from .api_root import document

_METHODS = ("get", "post", "put", "patch", "delete")
# Told once for all operations.
_EVERYWHERE = frozenset({"304", "400", "412", "429", "503"})
Node = dict[str, Any]


@dataclass(frozen=True)
class Property:
    """One parameter or field: its name, what it may hold, and what it means."""

    name: str
    kind: str
    words: str
    link: str = ""
    where: str = ""
    example: str = ""


@dataclass(frozen=True)
class Operation:
    """One thing one can ask the API."""

    key: str
    method: str
    path: str
    title: str
    words: str
    scopes: list[str]
    parameters: list[Property]
    body: Property | None
    answers: list[tuple[str, str, Property | None]]


@dataclass(frozen=True)
class Shape:
    """One named shape of the answers."""

    name: str
    words: str
    fields: list[Property]


@dataclass
class Page:
    """The whole document, by tag."""

    version: str
    words: str
    groups: dict[str, list[Operation]] = field(default_factory=dict)
    shapes: list[Shape] = field(default_factory=list)


@lru_cache
def _told() -> Node:
    told: Node = yaml.safe_load(document())
    return told


@lru_cache
def page() -> Page:
    told = _told()
    made = Page(told["info"]["version"], told["info"]["description"])
    for path, methods in told["paths"].items():
        for method in _METHODS:
            if method in methods:
                operation = _operation(path, method, methods[method])
                made.groups.setdefault(methods[method]["tags"][0], []).append(operation)
    made.shapes = [_shape(name, node) for name, node in told["components"]["schemas"].items() if "properties" in node]
    return made


def _words(node: Node) -> str:
    """The description of a node, with what stands between two backticks as code."""
    parts = node.get("description", "").split("`")
    return format_html_join("", "{}", ((format_html("<code>{}</code>", part) if at % 2 else part,) for at, part in enumerate(parts)))


def _operation(path: str, method: str, node: Node) -> Operation:
    scopes = [scope for one in node.get("security", ()) for names in one.values() for scope in names]
    body = node.get("requestBody")
    return Operation(
        key=node["operationId"],
        method=method.upper(),
        path=path,
        title=node.get("summary", ""),
        words=_words(node),
        scopes=scopes,
        parameters=[_parameter(one) for one in node.get("parameters", ()) if one["in"] != "header"],
        body=_content("", body) if body else None,
        answers=[(status, _words(one), _content("", one)) for status, one in node["responses"].items() if status not in _EVERYWHERE],
    )


def _parameter(node: Node) -> Property:
    example = next((str(one["value"]) for one in node.get("examples", {}).values()), "")
    kind, link = _kind(node["schema"])
    return Property(node["name"], kind, _words(node), link, node["in"], example)


def _content(name: str, node: Node) -> Property | None:
    """What a body holds; nothing where it has none."""
    for media, one in node.get("content", {}).items():
        kind, link = _kind(one.get("schema", {}))
        return Property(name, kind, media, link)
    return None


def _property(name: str, node: Node) -> Property:
    kind, link = _kind(node)
    return Property(name, kind, _words(node), link)


def _shape(name: str, node: Node) -> Shape:
    fields = [_property(key, one) for key, one in node["properties"].items()]
    return Shape(name, _words(node), fields)


def _kind(node: Node) -> tuple[str, str]:
    """What a value may be, in words, and the shape it links to."""
    if "$ref" in node:
        name = node["$ref"].rpartition("/")[2]
        shape = _told()["components"]["schemas"][name]
        return (name, name) if "properties" in shape else _kind(shape)  # the values of a choice stand where it is made
    for union in ("allOf", "oneOf", "anyOf"):
        if union in node:
            return _union(node[union])
    if node.get("type") == "array":
        kind, link = _kind(node["items"])
        return f"({kind})[]" if " | " in kind else f"{kind}[]", link
    if "enum" in node:
        return " | ".join(str(value) for value in node["enum"] if value not in ("", None)), ""
    kinds = node.get("type", "object")
    return " | ".join([kinds] if isinstance(kinds, str) else kinds) + (f" ({node['format']})" if "format" in node else ""), ""


def _union(nodes: list[Node]) -> tuple[str, str]:
    kinds = [kind for kind in map(_kind, nodes) if kind[0]]
    links = [link for _kind_words, link in kinds if link]
    return " | ".join(kind for kind, _link in kinds), links[0] if links else ""


class ApiDocsView(TemplateView):
    template_name = "pages/api.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(page=page(), base=f"{site()}/api/v1", **kwargs)
