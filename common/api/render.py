"""JSON out: compact UTF-8, written by orjson."""

from __future__ import annotations

from typing import Any

import orjson
from django.utils.functional import Promise
from rest_framework.negotiation import BaseContentNegotiation
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request


class JSONRenderer(BaseRenderer):
    media_type = "application/json"
    format = "json"
    charset = None

    def render(self, data: Any, accepted_media_type: str | None = None, renderer_context: Any = None) -> bytes:
        return b"" if data is None else dumps(data)


class OnlyJSON(BaseContentNegotiation):
    """The API speaks JSON whatever is asked for; other forms are files of the dataset."""

    def select_parser(self, request: Request, parsers: Any) -> Any:
        return next((parser for parser in parsers if _is_sent(request, parser)), None)

    def select_renderer(self, request: Request, renderers: Any, format_suffix: str | None = None) -> tuple[Any, str]:
        return renderers[0], renderers[0].media_type


def _is_sent(request: Request, parser: Any) -> bool:
    return (request.content_type or "").partition(";")[0].strip().lower() == parser.media_type


def dumps(data: Any) -> bytes:
    return orjson.dumps(data, default=_plain)


def _plain(value: Any) -> str:
    if isinstance(value, Promise):
        return str(value)
    raise TypeError(f"{type(value).__name__} has no form in JSON")
