"""Who asks, from where and under which number: what every request needs before any other middleware."""

from __future__ import annotations

import logging
import time
import uuid
from collections.abc import Callable
from contextvars import ContextVar
from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.middleware.locale import LocaleMiddleware
from django.shortcuts import resolve_url
from django.utils import translation

from .errors import signed_out

request_id_var: ContextVar[str] = ContextVar("request_id", default="")
logger = logging.getLogger("ovop.request")

Handler = Callable[[HttpRequest], HttpResponse]
# Asked every few seconds by machines.
QUIET = frozenset({"/healthz", "/readyz"})


class RequestContextMiddleware:
    """Gives every request an id for the log, the `X-Request-ID` header and the error page, and writes its log line."""

    def __init__(self, get_response: Handler):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request_id = uuid.uuid4().hex[:16]
        request.request_id = request_id  # type: ignore[attr-defined]  # read by templates and services
        token = request_id_var.set(request_id)
        started = time.monotonic()
        try:
            response = self.get_response(request)
            self._log(request, response, started)
        finally:
            request_id_var.reset(token)
        response["X-Request-ID"] = request_id
        return response

    @staticmethod
    def _log(request: HttpRequest, response: HttpResponse, started: float) -> None:
        if request.path in QUIET:
            return
        fields = {
            "method": request.method,
            "path": _path(request),
            "status": response.status_code,
            "ms": round((time.monotonic() - started) * 1000),
            "user_id": _user_id(request),
        }
        logger.log(logging.ERROR if response.status_code >= 500 else logging.INFO, "request", extra=fields)


def _path(request: HttpRequest) -> str:
    """The address pattern, so that one-use links and codes stay out of the log; the bare path where none matched."""
    match = request.resolver_match
    if match is not None and any(name in match.kwargs for name in SECRET_KWARGS):
        return "/" + match.route
    return request.path


# Parts of an address that open something to whoever knows them.
SECRET_KWARGS = frozenset({"token", "code", "key", "secret", "uidb64"})


def _user_id(request: HttpRequest) -> int | None:
    """The signed-in user's number, only where the view already looked the user up: a log line costs no query."""
    user = getattr(request, "_cached_user", None)
    return getattr(user, "pk", None)


class HealthHostMiddleware:
    """Machines ask for the health pages by address (127.0.0.1:8000), which ALLOWED_HOSTS does not name; those pages use no host."""

    def __init__(self, get_response: Handler):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path in QUIET:
            request.META["HTTP_HOST"] = urlsplit(settings.SITE_URL).netloc
        return self.get_response(request)


class TrustedProxyMiddleware:
    """Believes X-Forwarded-For and -Proto exactly as far as TRUSTED_PROXY_COUNT proxies of ours wrote them.

    Rate limits count by REMOTE_ADDR; a value the visitor sent along must not choose it.
    """

    def __init__(self, get_response: Handler):
        self.get_response = get_response
        self.count: int = getattr(settings, "TRUSTED_PROXY_COUNT", 0)

    def __call__(self, request: HttpRequest) -> HttpResponse:
        forwarded = request.META.get("HTTP_X_FORWARDED_FOR", "")
        hops = [hop.strip() for hop in forwarded.split(",") if hop.strip()]
        if self.count and len(hops) >= self.count:
            request.META["REMOTE_ADDR"] = hops[-self.count]
        if not self.count:
            request.META.pop("HTTP_X_FORWARDED_PROTO", None)
        request.META.pop("HTTP_X_FORWARDED_FOR", None)
        return self.get_response(request)


class SignedOutPostMiddleware:
    """A form sent after the session ended gets a page that keeps what was typed instead of a bare way to the sign-in."""

    def __init__(self, get_response: Handler):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if request.method != "POST" or response.status_code != 302:
            return response
        target = urlsplit(response["Location"]).path
        login = resolve_url(settings.LOGIN_URL)
        return signed_out(request) if target == login != request.path else response


class ChosenLanguageMiddleware(LocaleMiddleware):
    """Indonesian unless the reader chose English: many phones here are set to English by whoever sold them.

    Only the cookie of the language switch counts, never `Accept-Language`, so one address is one page for caches too.
    """

    def process_request(self, request: HttpRequest) -> None:
        chosen = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, "")
        translation.activate(chosen if chosen in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE)
        request.LANGUAGE_CODE = translation.get_language()
