"""The written delegation under which a partner's system works for one producer: by whom, until when, with or without sending.

A head gives it in the workspace, and that act is the writing; an officer records the letter a head has signed.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Mandate, User
from accounts.permissions import may_grant, require
from accounts.services import grant_mandate
from accounts.states import Role
from accounts.units import resolve_units

from .models import Partner
from .states import LONGEST_DELEGATION, MOST_DELEGATIONS

UNIT_KIND = "producer"
CODES_NAMED = 30


@transaction.atomic
def delegate(
    *, actor: User, partner: Partner, unit_code: str, ends_on: dt.date, may_send: bool = False, letter_number: str = ""
) -> Mandate:
    """Let a partner's system write for one producer to a last day (WITA, included).

    Raises Refused outside the actor's area, ValidationError for an inactive partner, one of the demonstration for a real
    producer, an unknown producer, a day that is over or lies too far ahead, a missing letter, and a delegation that is there
    already.
    """
    locked = Partner.objects.select_for_update(of=("self",), no_key=True).select_related("service_user").get(pk=partner.pk)
    _check_partner(locked, unit_code)
    _check_day(ends_on)
    held = Mandate(user=locked.service_user, role=Role.PARTNER, unit_kind=UNIT_KIND, unit_code=unit_code)
    under = require(may_grant(actor, held)).mandate
    if not letter_number and (under is None or under.role != Role.PRODUCER_HEAD):
        raise ValidationError({"letter_number": _("Write the number of the letter the head has signed.")})
    if delegations_of(locked).filter(unit_code=unit_code).exists():
        raise ValidationError({"partner": _("This partner already writes for %(code)s. End that delegation first.") % {"code": unit_code}})
    return grant_mandate(
        actor=actor,
        user=locked.service_user,
        role=Role.PARTNER,
        unit_kind=UNIT_KIND,
        unit_code=unit_code,
        may_send=may_send,
        letter_number=letter_number,
        ends_on=ends_on,
    )


def _check_partner(partner: Partner, unit_code: str) -> None:
    if not partner.is_active:
        raise ValidationError({"partner": _("This partner is not active.")})
    unit = resolve_units(UNIT_KIND, [unit_code]).get(unit_code)
    if unit is None:
        raise ValidationError({"unit_code": _("No producer has this code.")})
    if partner.is_demo and not unit.is_demo:
        raise ValidationError({"partner": _("A partner of the demonstration writes for producers of the demonstration only.")})


def _check_day(ends_on: dt.date) -> None:
    today = timezone.localdate()
    if not today <= ends_on <= today + LONGEST_DELEGATION:
        raise ValidationError({"ends_on": _("The last day is today at the earliest and in two years at the latest.")})


@transaction.atomic
def delegate_many(
    *, actor: User, partner: Partner, unit_codes: Iterable[str], ends_on: dt.date, letter_number: str, may_send: bool = False
) -> list[Mandate]:
    """Record one letter for many producers: all of them, or none and which codes are wrong."""
    codes = list(dict.fromkeys(unit_codes))
    if len(codes) > MOST_DELEGATIONS:
        raise ValidationError({"unit_codes": _("At most 500 producers at once.")})
    _check_codes(partner, codes)
    given: dict[str, Any] = {"ends_on": ends_on, "letter_number": letter_number, "may_send": may_send}
    return [delegate(actor=actor, partner=partner, unit_code=code, **given) for code in codes]


def _check_codes(partner: Partner, codes: list[str]) -> None:
    """Name every code that cannot be recorded, before the first one is."""
    known = resolve_units(UNIT_KIND, codes)
    held = set(delegations_of(partner).filter(unit_code__in=codes).values_list("unit_code", flat=True))
    wrong = [
        (_("No producer has this code: %(codes)s."), [code for code in codes if code not in known]),
        (_("This partner already writes for: %(codes)s."), [code for code in codes if code in held]),
    ]
    problems = [words % {"codes": _listed(found)} for words, found in wrong if found]
    if problems:
        raise ValidationError({"unit_codes": problems})


def _listed(codes: list[str]) -> str:
    return ", ".join(codes[:CODES_NAMED]) + (" …" if len(codes) > CODES_NAMED else "")


def delegations_of(partner: Partner):
    """The delegations of a partner in force today or later."""
    return Mandate.objects.live().filter(user_id=partner.service_user_id, role=Role.PARTNER)
