"""Forgotten passwords: a request in an officer's queue instead of a mail."""

from __future__ import annotations

import datetime as dt

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import AccountEvent, Mandate, PasswordHelp, User
from accounts.permissions import NO_MANDATE, Refused
from accounts.states import Action, Role
from accounts.units import resolve_unit

from .activation import SHORTEST, Issued, issue_activation
from .events import record_event

# Their accounts are looked after by the regency or education office; everybody else is the province's at once.
LOCAL_ROLES = frozenset({Role.PRODUCER_HEAD, Role.PRODUCER_OPERATOR, Role.COMPANION, Role.DISTRICT_OFFICER})
SATURDAY = 5


def next_working_day(moment: dt.datetime) -> dt.datetime:
    """The same hour on the next day from Monday to Friday in the programme's time zone."""
    local = timezone.localtime(moment) + dt.timedelta(days=1)
    while local.weekday() >= SATURDAY:
        local += dt.timedelta(days=1)
    return local


@transaction.atomic
def request_password_help(*, login: str, village: str) -> None:
    """Put a request into the queue of the area; one waiting request per account. Answers nothing, whoever asks."""
    user = User.objects.find_login(login)
    region_code, pillar = _place(user)
    now = timezone.now()
    local = region_code != settings.PROVINCE_CODE
    try:
        with transaction.atomic():
            PasswordHelp.objects.create(
                login=login[:60],
                village=village[:120],
                user=user,
                region_code=region_code,
                pillar=pillar,
                created_at=now,
                province_from=next_working_day(now) if local else now,
            )
    except IntegrityError:  # the account waits in the queue already: the first request stands
        return


def _place(user: User | None) -> tuple[str, str]:
    mandates = list(user.mandates.live()) if user else []
    if not mandates or not all(mandate.role in LOCAL_ROLES for mandate in mandates):
        return settings.PROVINCE_CODE, ""
    return _region_of(mandates[0])


def _region_of(mandate: Mandate) -> tuple[str, str]:
    unit = resolve_unit(mandate.unit_kind, mandate.unit_code)
    if unit:
        return unit.region_code, unit.pillar
    return (mandate.region_codes or [settings.PROVINCE_CODE])[0], mandate.pillar


def _locked(actor: User, request: PasswordHelp) -> PasswordHelp:
    rows = PasswordHelp.objects.for_user(actor, Action.ACCOUNT_MANAGE).waiting()
    locked: PasswordHelp | None = rows.select_for_update(of=("self",)).select_related("user").filter(pk=request.pk).first()
    if locked is None:
        if PasswordHelp.objects.for_user(actor, Action.ACCOUNT_MANAGE).filter(pk=request.pk).exists():
            raise ValidationError(_("Somebody else has answered this already."))
        raise Refused(NO_MANDATE)
    return locked


@transaction.atomic
def answer_password_help(*, actor: User, request: PasswordHelp, called: str, note: str = "", valid_for: dt.timedelta = SHORTEST) -> Issued:
    """Answer a request by a new code, to be read out by telephone to the person named in `called`."""
    locked = _locked(actor, request)
    if locked.user is None:
        raise ValidationError(_("No account was found under this name. Close the request with a note."))
    issued = issue_activation(actor=actor, user=locked.user, valid_for=valid_for)
    _close(locked, actor, called, note)
    record_event(user=locked.user, kind=AccountEvent.Kind.HELP_ANSWERED, actor=actor, note=called)
    return issued


@transaction.atomic
def close_password_help(*, actor: User, request: PasswordHelp, note: str) -> PasswordHelp:
    """Close a request without a code: unknown person, wrong number, already in."""
    locked = _locked(actor, request)
    return _close(locked, actor, "", note)


def _close(locked: PasswordHelp, actor: User, called: str, note: str) -> PasswordHelp:
    locked.answered_at, locked.answered_by, locked.called, locked.note = timezone.now(), actor, called, note
    locked.save(update_fields=["answered_at", "answered_by", "called", "note"])
    return locked
