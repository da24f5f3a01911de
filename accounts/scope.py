"""What a person's mandates reach. One answer for lists, objects, choices, files, counts and saved rows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.contrib.auth.models import AnonymousUser
from django.db.models import Q

from regions.queries import within

from .states import UNIT_ROLES, Action

if TYPE_CHECKING:
    from .models import Mandate, User

NOTHING = Q(pk__in=[])


@dataclass(frozen=True)
class Reach:
    """The columns of a model that a scope is held against; empty where the model has none."""

    region: str = ""
    pillar: str = ""
    unit: str = ""
    unit_kind: str = "producer"


def current_mandates(user: User | AnonymousUser) -> list[Mandate]:
    """The mandates of a user in force today, read once per user object (so once per request)."""
    if not user.is_authenticated or not user.is_active:
        return []
    cached = getattr(user, "_current_mandates", None)
    if cached is None:
        from .models import Mandate  # noqa: PLC0415 - models import the queries that name this module

        cached = list(Mandate.objects.current().filter(user_id=user.pk).order_by("pk"))
        user._current_mandates = cached
    return cached


def forget_mandates(user: User) -> None:
    """Drop the cached mandates after one of them was given or ended."""
    user.__dict__.pop("_current_mandates", None)


def mandate_q(mandate: Mandate, reach: Reach) -> Q:
    """The rows one mandate reaches."""
    if mandate.role in UNIT_ROLES:
        if not reach.unit or mandate.unit_kind != reach.unit_kind:
            return NOTHING
        return Q(**{reach.unit: mandate.unit_code})
    if not reach.region:
        return NOTHING
    rows = Q()
    for code in mandate.region_codes:
        rows |= within(reach.region, code)
    if mandate.pillar and reach.pillar:
        rows &= Q(**{reach.pillar: mandate.pillar})
    return rows


def scope_q(user: User | AnonymousUser, action: Action, reach: Reach) -> Q:
    """The rows on which at least one current mandate of the user allows `action`; none if there is no such mandate."""
    mandates = [mandate for mandate in current_mandates(user) if action in mandate.actions]
    rows = _units_q(mandates, reach)
    for mandate in mandates:
        if mandate.role not in UNIT_ROLES:
            rows |= mandate_q(mandate, reach)
    return rows


def _units_q(mandates: list[Mandate], reach: Reach) -> Q:
    """The rows of all units held, in one condition: a partner's system may hold the delegations of hundreds."""
    kind = reach.unit_kind if reach.unit else None
    codes = sorted({mandate.unit_code for mandate in mandates if mandate.role in UNIT_ROLES and mandate.unit_kind == kind})
    return Q(**{f"{reach.unit}__in": codes}) if codes else NOTHING


def covers(mandate: Mandate, *, region_code: str = "", pillar: str = "", unit_code: str = "", unit_kind: str = "producer") -> bool:
    """Whether one mandate reaches one object: the same rule as `mandate_q`, asked of values instead of columns."""
    if mandate.role in UNIT_ROLES:
        return mandate.unit_kind == unit_kind and bool(unit_code) and mandate.unit_code == unit_code
    if mandate.pillar and pillar and mandate.pillar != pillar:
        return False
    return any(region_code == code or region_code.startswith(f"{code}.") for code in mandate.region_codes)
