"""The one way in when nobody can give one: from the server's own command line."""

from __future__ import annotations

import datetime as dt

from allauth.mfa.models import Authenticator
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from accounts.models import AccountEvent, Mandate, User
from accounts.states import Office, Role

from .activation import SHORTEST, Issued, issue
from .events import record_event

VALID_FOR = SHORTEST


@transaction.atomic
def break_glass(*, username: str, reason: str, system_admin: bool = False) -> Issued:
    """Reset the second factor of one account and issue a one-use way in; with `system_admin` also that role until tomorrow.

    There is no actor: whoever may run commands on the server may run this, and the reason is kept for good.
    """
    if not reason.strip():
        raise ValidationError("A reason is required.")
    user = User.objects.people().filter(username=username).first() or _new_admin(username, system_admin)
    if not user.is_active:
        raise ValidationError("This account has been ended.")
    record_event(user=user, kind=AccountEvent.Kind.BREAK_GLASS, actor=None, note=reason.strip())
    Authenticator.objects.filter(user=user).delete()
    if system_admin:
        _make_admin(user)
    return issue(user=user, issued_by=None, valid_for=VALID_FOR)


def _new_admin(username: str, system_admin: bool) -> User:
    if not system_admin:
        raise ValidationError("No account has this username. Add --system-admin to open one.")
    return User.objects.create_user(username, None, display_name=username, must_set_password=True)


def _make_admin(user: User) -> Mandate:
    today = timezone.localdate()
    mandate = Mandate(
        user=user,
        role=Role.SYSTEM_ADMIN,
        region_codes=[settings.PROVINCE_CODE],
        office=Office.PROVINCE,
        starts_on=today,
        ends_on=today + dt.timedelta(days=1),
    )
    mandate.full_clean()
    mandate.save()
    return mandate
