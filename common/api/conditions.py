"""Whether what a client holds is still what we would send: ETag and Last-Modified, asked before anything is made."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from hashlib import blake2b

from django.http import HttpResponse
from django.utils import timezone
from django.utils.cache import get_conditional_response
from django.utils.http import http_date, quote_etag
from django.utils.translation import get_language
from rest_framework.request import Request
from rest_framework.response import Response


@dataclass(frozen=True)
class State:
    """What an answer is made of: `parts` are all that may change it besides address and language, `modified` when it last did."""

    parts: tuple[object, ...]
    modified: dt.datetime | None = None

    def tag(self, request: Request) -> str:
        told = "\n".join(map(str, (get_language(), request.get_full_path(), *self.parts)))
        return quote_etag(blake2b(told.encode("utf-8", "replace"), digest_size=12).hexdigest())

    @property
    def modified_second(self) -> int | None:
        """The first full second after the last change, once it has passed: within it a second change could hide."""
        if self.modified is None:
            return None
        second = int(self.modified.timestamp()) + 1
        return second if second <= timezone.now().timestamp() else None


def is_conditional(request: Request) -> bool:
    """Whether the client says what it holds."""
    return "HTTP_IF_NONE_MATCH" in request.META or "HTTP_IF_MODIFIED_SINCE" in request.META


def unchanged(request: Request, state: State) -> HttpResponse | None:
    """The 304 (or 412) for a client that holds this state already, else nothing."""
    return get_conditional_response(request._request, etag=state.tag(request), last_modified=state.modified_second)


def mark(response: Response, request: Request, state: State) -> Response:
    """Tell the client which state it got."""
    response["ETag"] = state.tag(request)
    if state.modified_second is not None:
        response["Last-Modified"] = http_date(state.modified_second)
    return response
