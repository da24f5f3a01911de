"""Words every operation of the OpenAPI document shares: parameters, headers, errors."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import OpenApiExample, OpenApiParameter, OpenApiResponse, inline_serializer
from rest_framework import serializers


class ErrorSerializer(serializers.Serializer):
    code = serializers.CharField(help_text="A short word for programs; it stays the same in every language.")
    detail = serializers.CharField(help_text="What is wrong and what to do, in the language of the answer.")
    attr = serializers.CharField(allow_null=True, help_text="The parameter or field it is about.")


class ErrorsSerializer(serializers.Serializer):
    """The one shape of every error."""

    type = serializers.ChoiceField(["validation_error", "client_error", "server_error"], help_text="What kind of error it is.")
    errors = ErrorSerializer(many=True, help_text="One or more.")
    request_id = serializers.CharField(help_text="The number under which the portal's log knows the request; also in X-Request-ID.")


_ERRORS = {
    304: "What you hold (If-None-Match, If-Modified-Since) is still what we would send.",
    400: "A parameter is not known or its value cannot be taken; `attr` names it.",
    401: "The token is missing, wrong or expired. Get a new one.",
    403: "The scopes of this credential do not allow it.",
    404: "Nothing has this address, or you may not know of it.",
    405: "This method is not offered here.",
    410: "It was here and is no longer.",
    412: "It changed since you read it (If-Match, If-Unmodified-Since). Read it again.",
    429: "Too many requests. Wait as many seconds as Retry-After says.",
    503: "The portal cannot answer right now. Send the same again after Retry-After seconds.",
}


def errors(*statuses: int) -> dict[int, Any]:
    """The errors of an operation by status, besides those every operation may answer."""
    told: dict[int, Any] = {}
    for status in sorted({*statuses, 304, 400, 412, 429, 503}):
        shape = None if status in (304, 412) else ErrorsSerializer
        told[status] = OpenApiResponse(shape, description=_ERRORS[status])
    return told


def parameter(name: str, description: str, *, type: Any = str, example: Any = None, **more: Any) -> OpenApiParameter:
    """One parameter of the query with an example of a value."""
    examples = {} if example is None else {"examples": [OpenApiExample("example", value=example)]}
    return OpenApiParameter(name, type, OpenApiParameter.QUERY, description=description, **examples, **more)


def path_parameter(name: str, description: str) -> OpenApiParameter:
    return OpenApiParameter(name, str, OpenApiParameter.PATH, description=description)


LIMIT = parameter("limit", "How many items a page holds (1 to 200; more is refused, never cut).", type=int, example=50)
CURSOR = parameter("cursor", "Where the page begins: copied from `next` of the page before.")
FIELDS = parameter("fields", "Only these top-level fields, separated by commas.", example="code,name,region")


def page_of(name: str, row: type[serializers.Serializer], **more: serializers.Field) -> Any:
    """A page of rows with the address of the next one."""
    following = serializers.URLField(allow_null=True, help_text="The address of the next page; null on the last.")
    return inline_serializer(name, {"results": row(many=True, help_text="The rows of this page."), "next": following, **more})


def rows_of(name: str, row: type[serializers.Serializer]) -> Any:
    """All rows at once."""
    return inline_serializer(name, {"results": row(many=True, help_text="All rows.")})


_HEADERS = {
    "ETag": "Send it back as If-None-Match: 304 while nothing changed.",
    "X-Request-ID": "The number under which the portal's log knows the request.",
}


def only_this_version(endpoints: list[Any], **kwargs: Any) -> list[Any]:
    """Operations of /api/v1/ alone."""
    return [endpoint for endpoint in endpoints if endpoint[0].startswith("/api/v1")]


def describe_headers(result: dict[str, Any], **kwargs: Any) -> dict[str, Any]:
    """The headers of every answer, and the header every operation reads."""
    for methods in result["paths"].values():
        for operation in methods.values():
            operation.setdefault("parameters", []).append(_LANGUAGE)
            for status, answer in operation["responses"].items():
                answer["headers"] = {name: _header(words) for name, words in _headers_of(status).items()}
    return result


def _headers_of(status: str) -> dict[str, str]:
    return _HEADERS if status.startswith("2") else {"X-Request-ID": _HEADERS["X-Request-ID"]}


def _header(words: str) -> dict[str, Any]:
    return {"description": words, "schema": {"type": "string"}}


_LANGUAGE = {
    "in": "header",
    "name": "Accept-Language",
    "schema": {"type": "string"},
    "description": "id or en: the language of labels and errors. Indonesian unless told.",
}
