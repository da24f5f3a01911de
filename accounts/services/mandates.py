"""Giving and ending mandates; operators of a unit; hand-over of an office."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Mandate, User
from accounts.permissions import may_grant, require
from accounts.scope import forget_mandates
from accounts.states import Role
from accounts.units import resolve_unit

from .activation import LONGEST, Issued, issue
from .people import open_account

ALREADY_HELD = _("This person already holds this role here.")
SYSTEMS_ONLY = _("Only a partner system holds this role, and it holds no other one.")
USERNAME_PREFIX = {Role.PRODUCER_HEAD: "", Role.PRODUCER_OPERATOR: "operator ", Role.COMPANION: "pendamping "}


@dataclass(frozen=True)
class Named:
    """A mandate just given; `issued` is set when the account is new and needs its code."""

    mandate: Mandate
    issued: Issued | None


@transaction.atomic
def grant_mandate(
    *,
    actor: User,
    user: User,
    role: str,
    unit_kind: str = "",
    unit_code: str = "",
    region_codes: Sequence[str] = (),
    pillar: str = "",
    office: str = "",
    office_name: str = "",
    standing: str = Mandate.Standing.REGULAR,
    may_send: bool = False,
    is_office_head: bool = False,
    letter_number: str = "",
    starts_on: dt.date | None = None,
    ends_on: dt.date | None = None,
) -> Mandate:
    """Give a person a role over one unit or over regions inside the actor's area; never a role above the own."""
    mandate = Mandate(
        user=user,
        role=role,
        unit_kind=unit_kind,
        unit_code=unit_code,
        region_codes=list(region_codes),
        pillar=pillar,
        office=office,
        office_name=office_name,
        standing=standing,
        may_send=may_send,
        is_office_head=is_office_head,
        letter_number=letter_number,
        starts_on=starts_on or timezone.localdate(),
        ends_on=ends_on,
        granted_by=actor,
    )
    require(may_grant(actor, mandate))
    return _save_new(mandate)


def _save_new(mandate: Mandate) -> Mandate:
    if mandate.user.is_service != (mandate.role == Role.PARTNER):
        raise ValidationError(SYSTEMS_ONLY)
    mandate.full_clean()
    try:
        with transaction.atomic():
            mandate.save()
    except IntegrityError as error:  # two clicks at the same time: the second meets the first one's row
        raise ValidationError(ALREADY_HELD) from error
    forget_mandates(mandate.user)
    return mandate


@transaction.atomic
def end_mandate(*, actor: User, mandate: Mandate, last_day: dt.date | None = None) -> Mandate:
    """End a mandate after a last day (WITA, included) or, without one, at once; ending an ended one changes nothing."""
    locked = Mandate.objects.select_for_update(of=("self",)).select_related("user").get(pk=mandate.pk)
    require(may_grant(actor, locked))
    if not locked.is_live:
        return locked
    locked.ended_by = actor
    locked.ends_on = max(last_day or timezone.localdate(), locked.starts_on)
    locked.revoked_at = None if last_day else timezone.now()
    locked.save(update_fields=["ended_by", "ends_on", "revoked_at"])
    forget_mandates(locked.user)
    return locked


@transaction.atomic
def name_operator(
    *, actor: User, unit_kind: str, unit_code: str, login: str = "", display_name: str = "", phone: str = "", may_send: bool = False
) -> Named:
    """Make somebody an operator of a unit: a known account by its username or phone, else a new one with its code.

    The head decides whether the operator may send products to be checked.
    """
    known = User.objects.find_login(login or phone) if login or phone else None
    if known is None and not display_name.strip():
        raise ValidationError({"display_name": _("No account is known under this username or number. Write the name to open one.")})
    user = known or _open_for(actor, Role.PRODUCER_OPERATOR, unit_kind, unit_code, display_name, phone or login)
    mandate = grant_mandate(
        actor=actor, user=user, role=Role.PRODUCER_OPERATOR, unit_kind=unit_kind, unit_code=unit_code, may_send=may_send
    )
    return Named(mandate, None if known else issue(user=user, issued_by=actor, valid_for=LONGEST))


def _open_for(actor: User, role: Role, unit_kind: str, unit_code: str, display_name: str, phone: str) -> User:
    return open_account(actor=actor, display_name=display_name, phone=phone, username_from=username_source(role, unit_kind, unit_code))


def username_source(role: str, unit_kind: str, unit_code: str) -> str:
    """What a new username is made from: the unit's name with a word for the role; empty for roles over regions."""
    unit = resolve_unit(unit_kind, unit_code)
    prefix = USERNAME_PREFIX.get(Role(role))
    return f"{prefix}{unit.label.split(',')[0]}" if unit and prefix is not None else ""


def end_operator(*, actor: User, mandate: Mandate) -> Mandate:
    """End an operator or companion of the own unit, at once."""
    return end_mandate(actor=actor, mandate=mandate)


@transaction.atomic
def set_may_send(*, actor: User, mandate: Mandate, may_send: bool) -> Mandate:
    """Decide whether an operator or companion may send products of the unit to be checked."""
    locked = Mandate.objects.select_for_update(of=("self",)).select_related("user").get(pk=mandate.pk)
    require(may_grant(actor, locked))
    locked.may_send = may_send
    locked.save(update_fields=["may_send"])
    forget_mandates(locked.user)
    return locked


@transaction.atomic
def hand_over(
    *,
    actor: User,
    mandate: Mandate,
    display_name: str,
    phone: str = "",
    starts_on: dt.date,
    letter_number: str = "",
    standing: str = Mandate.Standing.REGULAR,
) -> Named:
    """Hand an office over: the old head's mandate ends on the day before, the new head gets an own account and mandate.

    Products, drafts and history belong to the unit and stay; acts keep the person who did them. Operators stay until
    the new head ends them.
    """
    old = Mandate.objects.select_for_update(of=("self",)).select_related("user").get(pk=mandate.pk)
    require(may_grant(actor, old))
    if old.role != Role.PRODUCER_HEAD or not old.is_live:
        raise ValidationError(_("Only an office that is held can be handed over."))
    if starts_on <= old.starts_on:
        raise ValidationError({"starts_on": _("The new head starts after the old one started.")})
    last_day = starts_on - dt.timedelta(days=1)
    end_mandate(actor=actor, mandate=old, last_day=last_day if last_day >= timezone.localdate() else None)
    user = _open_for(actor, Role.PRODUCER_HEAD, old.unit_kind, old.unit_code, display_name, phone)
    new = grant_mandate(
        actor=actor,
        user=user,
        role=Role.PRODUCER_HEAD,
        unit_kind=old.unit_kind,
        unit_code=old.unit_code,
        standing=standing,
        letter_number=letter_number,
        starts_on=starts_on,
    )
    return Named(new, issue(user=user, issued_by=actor, valid_for=LONGEST))
