"""The short chain of middleware of `/api/v1/`: no session, no cookie, no message, no page (docs/adr/0013)."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.core.exceptions import MiddlewareNotUsed
from django.core.handlers.base import BaseHandler
from django.core.handlers.exception import convert_exception_to_response
from django.http import HttpRequest, HttpResponse
from django.utils.module_loading import import_string

PREFIX = "/api/v1/"


class ApiHandler(BaseHandler):
    """Django's request handler with the middleware of `API_MIDDLEWARE` instead of `MIDDLEWARE`."""

    def __init__(self) -> None:
        self._view_middleware, self._template_response_middleware, self._exception_middleware = [], [], []
        handler = convert_exception_to_response(self._get_response)
        for name in reversed(settings.API_MIDDLEWARE):
            try:
                handler = convert_exception_to_response(import_string(name)(handler))
            except MiddlewareNotUsed:
                continue
        self._middleware_chain = handler

    def answer(self, request: HttpRequest) -> HttpResponse:
        """What the API says to a request."""
        response: HttpResponse = self._middleware_chain(request)
        return response


class ApiChainMiddleware:
    """Hands requests of the API to their own chain; everything listed after it sees pages only."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]):
        self.get_response = get_response
        self.api = ApiHandler()

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.api.answer(request) if request.path_info.startswith(PREFIX) else self.get_response(request)
