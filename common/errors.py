"""Error pages in the portal's look. They need no database and no context processor, and keep what was typed."""

from __future__ import annotations

import re
import sys
from typing import NamedTuple

from django.core.exceptions import BadRequest, RequestDataTooBig, SuspiciousOperation, TooManyFieldsSent, TooManyFilesSent
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, UnreadablePostError
from django.http.multipartparser import MultiPartParserError
from django.middleware.csrf import get_token
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.cache import add_never_cache_headers

RETRY_AFTER_SECONDS = 30
TOO_BIG = (RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent)
UNREADABLE = (UnreadablePostError, MultiPartParserError, SuspiciousOperation, BadRequest, OSError)

# Never shown again and never sent again: secrets, and what the page makes anew.
_SECRET = re.compile(r"pass|sandi|secret|csrf|otp|^code$", re.IGNORECASE)


# Machine values between the typed ones: sent again, but nothing a person wants to read.
_MACHINE = re.compile(r"[0-9a-f]{8}-?([0-9a-f]{4}-?){3}[0-9a-f]{12}|[\d.]{1,3}|on|true|false|", re.IGNORECASE)


class Typed(NamedTuple):
    """One text field of a form that could not be taken."""

    name: str
    value: str

    @property
    def readable(self) -> bool:
        """Whether a person wrote it, as far as its shape tells."""
        return not _MACHINE.fullmatch(self.value.strip())


def typed_fields(request: HttpRequest) -> list[Typed]:
    """The text fields of a POST without secrets and files; nothing when the body cannot be read."""
    if request.method != "POST":
        return []
    try:
        pairs = request.POST.lists()
    except UNREADABLE:
        return []
    return [Typed(name, value) for name, values in pairs if not _SECRET.search(name) for value in values]


def had_files(request: HttpRequest) -> bool:
    """Whether photos or files came with the form; they cannot be shown or sent again."""
    try:
        return request.method == "POST" and bool(request.FILES)
    except UNREADABLE:
        return False


def error_page(request: HttpRequest, name: str, status: int, *, again: bool = False, **context: object) -> HttpResponse:
    """The page `errors/<name>.html`; `again` offers to send the same fields to the same address with a fresh token."""
    typed = typed_fields(request)
    resend = again and request.method == "POST"
    content = {
        **context,
        "typed": typed,
        "had_files": had_files(request),
        "request_id": getattr(request, "request_id", ""),
        "address": request.get_full_path(),
        "resend_token": get_token(request) if resend else "",
    }
    response = HttpResponse(render_to_string(f"errors/{name}.html", content), status=status)
    add_never_cache_headers(response)
    return response


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    if isinstance(exception, TOO_BIG):
        return error_page(request, "413", 413)
    return error_page(request, "400", 400)


def permission_denied(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return error_page(request, "403", 403, reason=getattr(exception, "reason", ""))


def page_not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return error_page(request, "404", 404)


def too_many_requests(request: HttpRequest, exception: Exception | None = None, retry_after: int = RETRY_AFTER_SECONDS) -> HttpResponse:
    """Too many tries; `retry_after` in seconds."""
    response = error_page(request, "429", 429, minutes=-(-retry_after // 60))
    response["Retry-After"] = str(retry_after)
    return response


def database_is_away(exception: BaseException | None) -> bool:
    """Whether the request failed because the database did not answer."""
    return isinstance(exception, OperationalError | InterfaceError)


def service_unavailable(request: HttpRequest) -> HttpResponse:
    response = error_page(request, "503", 503, again=True)
    response["Retry-After"] = str(RETRY_AFTER_SECONDS)
    return response


def server_error(request: HttpRequest) -> HttpResponse:
    """Django calls this while the exception is being handled, so a missing database is told from a fault of ours."""
    if database_is_away(sys.exc_info()[1]):
        return service_unavailable(request)
    return error_page(request, "500", 500)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    return error_page(request, "csrf", 403, again=True)


def signed_out(request: HttpRequest) -> HttpResponse:
    """A form sent after the session ended: sign in beside it, then send the same again."""
    return error_page(request, "signed_out", 401, again=True, login_url=reverse("account_login"))
