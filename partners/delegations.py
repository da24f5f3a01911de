"""The written delegation under which a partner's system works for one producer: by whom, until when, with or without sending.

A head gives it in the workspace, and that act is the writing; an officer records the letter a head has signed.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

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


@transaction.atomic
def delegate(
    *, actor: User, partner: Partner, unit_code: str, ends_on: dt.date, may_send: bool = False, letter_number: str = ""
) -> Mandate:
    """Let a partner's system write for one producer to a last day (WITA, included).

    Raises Refused outside the actor's area, ValidationError for an inactive partner, an unknown producer, a day that is over
    or lies too far ahead, a missing letter, and a delegation that is there already.
    """
    locked = Partner.objects.select_for_update(of=("self",), no_key=True).select_related("service_user").get(pk=partner.pk)
    if not locked.is_active:
        raise ValidationError(_("This partner is not active."))
    if not resolve_units(UNIT_KIND, [unit_code]):
        raise ValidationError({"unit_code": _("No producer has this code.")})
    _check_day(ends_on)
    held = Mandate(user=locked.service_user, role=Role.PARTNER, unit_kind=UNIT_KIND, unit_code=unit_code)
    under = require(may_grant(actor, held)).mandate
    if not letter_number and (under is None or under.role != Role.PRODUCER_HEAD):
        raise ValidationError({"letter_number": _("Write the number of the letter the head has signed.")})
    if delegations_of(locked).filter(unit_code=unit_code).exists():
        raise ValidationError(_("This partner already writes for %(code)s. End that delegation first.") % {"code": unit_code})
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
    known = resolve_units(UNIT_KIND, codes)
    unknown = [code for code in codes if code not in known]
    if unknown:
        raise ValidationError({"unit_codes": _("No producer has this code: %(codes)s.") % {"codes": ", ".join(unknown[:10])}})
    given = {"ends_on": ends_on, "letter_number": letter_number, "may_send": may_send}
    return [delegate(actor=actor, partner=partner, unit_code=code, **given) for code in codes]


def delegations_of(partner: Partner):
    """The delegations of a partner in force today or later."""
    return Mandate.objects.live().filter(user_id=partner.service_user_id, role=Role.PARTNER)
