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
    409: "It does not fit what stands there now, or somebody has it already.",
    410: "It was here and is no longer.",
    412: "It changed since you read it (If-Match, If-Unmodified-Since). Read it again.",
    413: "The body is larger than the portal takes at once (2 MB; a photo 12 MB).",
    415: "The body is sent in a form that is not taken here.",
    422: "A rule of the registry does not allow it now, or an Idempotency-Key came with something else before.",
    428: "A person has edited this last: send the change with its ETag as If-Match.",
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


def write_errors(*statuses: int) -> dict[int, Any]:
    """The errors of an operation that writes, besides those every one of them may answer."""
    told = errors(401, 403, 413, 415, 422, *statuses)
    return {status: answer for status, answer in told.items() if status != 304 and (status != 412 or 412 in statuses)}


def writing(method: str, *, if_match: bool = False) -> list[OpenApiParameter]:
    """What every write reads besides its body."""
    found = [
        OpenApiParameter("dry_run", bool, OpenApiParameter.QUERY, description="true: everything is checked and answered, nothing is kept.")
    ]
    if method == "POST":
        found.append(OpenApiParameter("Idempotency-Key", str, OpenApiParameter.HEADER, required=True, description=_ONCE))
    if if_match:
        found.append(OpenApiParameter("If-Match", str, OpenApiParameter.HEADER, description=_IF_MATCH))
    return found


_ONCE = (
    "A key of your own for this very request, for example a UUID (at most 100 characters). Sent again with the same body within "
    "30 days it gets the same answer and does nothing twice."
)
_IF_MATCH = "ETag of the draft as you read it: 412 when it changed since."


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
    "RateLimit-Limit": "Requests a minute.",
    "RateLimit-Remaining": "How many are left in this minute.",
    "RateLimit-Reset": "Seconds to the next minute.",
    "Retry-After": "Seconds to wait before sending the same again.",
    "Location": "Where what was begun is read.",
    "Dry-Run": "true: nothing of it was kept.",
    "Idempotency-Replayed": "true: this answer was given before under the same key.",
    "WWW-Authenticate": "Bearer, with the reason when a token was refused.",
}
_RATE = ("RateLimit-Limit", "RateLimit-Remaining", "RateLimit-Reset")


def only_this_version(endpoints: list[Any], **kwargs: Any) -> list[Any]:
    """Operations of /api/v1/ alone."""
    return [endpoint for endpoint in endpoints if endpoint[0].startswith("/api/v1")]


def describe_headers(result: dict[str, Any], **kwargs: Any) -> dict[str, Any]:
    """The headers of every answer, and the header every operation reads."""
    for methods in result["paths"].values():
        for method, operation in methods.items():
            operation.setdefault("parameters", []).append(_LANGUAGE)
            for status, answer in operation["responses"].items():
                answer["headers"] = {name: {"$ref": f"#/components/headers/{name}"} for name in _headers_of(method, status)}
    result["components"]["headers"] = {name: _header(words) for name, words in _HEADERS.items()}
    return result


def _headers_of(method: str, status: str) -> list[str]:
    names = ["X-Request-ID", *_RATE]
    if status.startswith("2"):
        names += ["ETag"] if method == "get" else ["ETag", "Dry-Run"]
    if method == "post" and status[0] in "24":
        names.append("Idempotency-Replayed")
    names += {"201": ["Location"], "429": ["Retry-After"], "503": ["Retry-After"], "401": ["WWW-Authenticate"]}.get(status, [])
    return names


def _header(words: str) -> dict[str, Any]:
    return {"description": words, "schema": {"type": "string"}}


_LANGUAGE = {
    "in": "header",
    "name": "Accept-Language",
    "schema": {"type": "string"},
    "description": "id or en: the language of labels and errors. Indonesian unless told.",
}
