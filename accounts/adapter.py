"""Where django-allauth meets the portal: words, log of sign-ins, where one lands, and what the second factor may do."""

from __future__ import annotations

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from .models import AccountEvent, User
from .permissions import needs_second_factor
from .services import record_event

# What allauth would say in words of its own; anything else it says is left out.
SAID = {
    "account/messages/password_changed.txt": _("Your password has been changed."),
    "mfa/messages/totp_activated.txt": _("The authenticator app is set up."),
    "mfa/messages/totp_deactivated.txt": _("The authenticator app is switched off."),
    "mfa/messages/recovery_codes_generated.txt": _("New recovery codes are ready. The old ones no longer work."),
    "mfa/messages/webauthn_added.txt": _("The passkey has been added."),
    "mfa/messages/webauthn_removed.txt": _("The passkey has been removed."),
}


class AccountAdapter(DefaultAccountAdapter):
    """Sign-in without e-mail and without sign-up; every sign-in is written into the log of the account."""

    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "username_password_mismatch": _(
            "The username or number and the password do not belong together. "
            "Look at both again, or ask for help under “Forgotten password”."
        ),
        "too_many_login_attempts": _("Too many wrong tries. Wait five minutes, then try again."),
        "rate_limited": _("Too many tries. Wait a minute, then try again."),
        "enter_current_password": _("This is not your current password."),
        "incorrect_password": _("This is not your password. Try again."),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def post_login(self, request: HttpRequest, user: User, **kwargs: Any) -> HttpResponse:
        record_event(user=user, kind=AccountEvent.Kind.SIGNED_IN, actor=user)
        return super().post_login(request, user, **kwargs)

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        return reverse("profile")

    def set_password(self, user: User, password: str) -> None:
        super().set_password(user, password)
        record_event(user=user, kind=AccountEvent.Kind.PASSWORD_CHANGED, actor=user)

    def add_message(self, request: HttpRequest, level: int, message_template: str | None = None, *args: Any, **kwargs: Any) -> None:
        text = SAID.get(message_template or "") or kwargs.get("message")
        if text:
            messages.add_message(request, level, text)

    def send_notification_mail(self, template_prefix: str, user: User, *args: Any, **kwargs: Any) -> None:
        """Called by allauth where others send a mail: a change of the second factor becomes a line in the log."""
        if template_prefix.startswith("mfa/"):
            record_event(user=user, kind=AccountEvent.Kind.SECOND_FACTOR, actor=user, note=template_prefix.rpartition("/")[2])


class MfaAdapter(DefaultMFAAdapter):
    """The second factor of officers: the last one cannot be switched off while the portal asks for it."""

    error_messages = {
        **DefaultMFAAdapter.error_messages,
        "incorrect_code": _("This code is not right. Codes change every 30 seconds: write the newest one."),
        "cannot_delete_authenticator": _("Officers need a second factor. Add another one before you remove this."),
        "cannot_generate_recovery_codes": _("Set up an authenticator app or a passkey first."),
    }

    def can_delete_authenticator(self, authenticator: Authenticator) -> bool:
        if not settings.STAFF_MFA_REQUIRED or not needs_second_factor(authenticator.user):
            return True
        others = Authenticator.objects.filter(user_id=authenticator.user_id).exclude(pk=authenticator.pk)
        return others.exclude(type=Authenticator.Type.RECOVERY_CODES).exists()

    def _get_site_name(self) -> str:
        return settings.SITE_NAME
