"""Who and which request go into the history; borrowed phones; the officers' second factor."""

from collections.abc import Callable
from typing import Any

import pghistory
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from .borrowed import has_been_idle, is_borrowed, note_seen
from .permissions import needs_second_factor

WRITING = frozenset({"POST", "PUT", "PATCH", "DELETE"})


class AuditContextMiddleware:
    """Opens a history context (user, request id, address path) for every writing request."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.method not in WRITING:
            return self.get_response(request)
        request_id = getattr(request, "request_id", "")
        with pghistory.context(user=request.user.pk, request_id=request_id, path=request.path):
            return self.get_response(request)


class BorrowedPhoneMiddleware:
    """Ends the session of a borrowed phone after 30 idle minutes and keeps its pages out of the phone's cache."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not is_borrowed(request):
            return self.get_response(request)
        if has_been_idle(request):
            logout(request)
        else:
            note_seen(request)
        response = self.get_response(request)
        response["Cache-Control"] = "no-store"
        return response


class SecondFactorMiddleware:
    """Leads an officer without a second factor to its set-up before any other page, where the setting asks for one."""

    PASSED = "second_factor"
    OPEN_PAGES = frozenset({"account_login", "account_logout", "account_reauthenticate", "profile", "session_alive", "landing"})

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> HttpResponse | None:
        if not settings.STAFF_MFA_REQUIRED or self._is_open(request) or not self._lacks_factor(request):
            return None
        messages.info(request, _("Officers sign in with a second factor. Set it up here first; it takes two minutes."))
        return redirect("mfa_index")

    def _is_open(self, request: HttpRequest) -> bool:
        name = request.resolver_match.url_name or "" if request.resolver_match else ""
        return name in self.OPEN_PAGES or name.startswith("mfa_") or settings.SESSION_COOKIE_NAME not in request.COOKIES

    def _lacks_factor(self, request: HttpRequest) -> bool:
        user = request.user
        if not user.is_authenticated or request.session.get(self.PASSED) == user.pk or not needs_second_factor(user):
            return False
        if Authenticator.objects.filter(user_id=user.pk).exclude(type=Authenticator.Type.RECOVERY_CODES).exists():
            request.session[self.PASSED] = user.pk
            return False
        return True
