"""Who asks the API: the bearer token of a partner, or nobody."""

from __future__ import annotations

from typing import Any

import pghistory
from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _
from rest_framework.authentication import BaseAuthentication
from rest_framework.exceptions import APIException, AuthenticationFailed, Throttled

from accounts.models import User

from .access import Access, access_of
from .models import Credential
from .queries import TOUCHED_EVERY, find_token
from .throttles import ApiThrottle, caller_key, note_rate

__all__ = ["Access", "PartnerAuthentication", "access_of"]


class PartnerAuthentication(BaseAuthentication):
    """`Authorization: Bearer <token>`; a request without it is anonymous, one with a token that does not work is refused."""

    def authenticate(self, request: Any) -> tuple[User, Access] | None:
        scheme, _space, text = request.META.get("HTTP_AUTHORIZATION", "").partition(" ")
        if scheme.lower() != "bearer":
            return None
        token = find_token(text.strip()) if text.strip() else None
        if token is None or token.is_expired() or token.application.refusal(request.META.get("REMOTE_ADDR", "")):
            raise self._refusal(request)
        credential: Credential = token.application
        # Into the history context the middleware has opened, if it has: what is written now is the partner's.
        pghistory.context(user=credential.partner.service_user_id, partner=credential.partner.code, credential=credential.client_id)
        _touch(credential)
        scopes = frozenset(token.scope.split()) & frozenset(credential.scopes)
        return credential.partner.service_user, Access(credential.partner, credential, scopes, credential.is_trial)

    def _refusal(self, request: Any) -> APIException:
        """One answer for every reason; it counts against the address, so that nobody tries tokens without end."""
        getattr(request, "_request", request).token_refused = True
        rate = ApiThrottle.limiter.ask(caller_key(request.META.get("REMOTE_ADDR", "")), settings.API_ANONYMOUS_RATE)
        note_rate(request, rate)
        if not rate.allowed:
            return Throttled(wait=rate.reset)
        return AuthenticationFailed(_("The token is unknown, expired or revoked, or may not be used from here. Ask for a new one."))

    def authenticate_header(self, request: Any) -> str:
        refused = getattr(getattr(request, "_request", request), "token_refused", False)
        return 'Bearer realm="api", error="invalid_token"' if refused else 'Bearer realm="api"'


def _touch(credential: Credential) -> None:
    now = timezone.now()
    if credential.last_used_at is None or credential.last_used_at < now - TOUCHED_EVERY:
        Credential.objects.touch(credential.pk, now)
