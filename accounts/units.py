"""What a unit mandate points to. Upper apps register their kinds here; accounts never imports them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from django.db.models import QuerySet


@dataclass(frozen=True)
class Unit:
    """A unit as accounts know it: enough for a label, for the area it lies in, and for acting on its behalf."""

    label: str
    region_code: str
    pillar: str = ""
    is_demo: bool = False


Resolver = Callable[[str], Unit | None]
Many = Callable[[Iterable[str]], dict[str, Unit]]
CodesWithin = Callable[[Iterable[str], str], QuerySet]


@dataclass(frozen=True)
class UnitKind:
    resolve: Resolver
    many: Many | None
    codes_within: CodesWithin | None


_KINDS: dict[str, UnitKind] = {}


def register_unit_kind(kind: str, resolver: Resolver, *, many: Many | None = None, codes_within: CodesWithin | None = None) -> None:
    """Make units of a kind known; call it in `ready()`.

    `resolver(code)` answers an object with `label`, `region_code`, `pillar`, or None for an unknown code.
    `many(codes)` answers a dict of them in one query, for lists.
    `codes_within(region_codes, pillar)` answers a queryset of one column, the codes of the units inside these
    regions (of this pillar, when not empty): an officer sees the accounts of units through it.
    """
    _KINDS[kind] = UnitKind(resolver, many, codes_within)


def unit_kinds() -> list[str]:
    """The kinds registered so far."""
    return list(_KINDS)


def resolve_unit(kind: str, code: str) -> Unit | None:
    """The unit behind a kind and a code; None when either is unknown."""
    return _KINDS[kind].resolve(code) if kind in _KINDS and code else None


def resolve_units(kind: str, codes: Iterable[str]) -> dict[str, Unit]:
    """Many units of one kind by code, in one query where the kind offers it; unknown codes are missing."""
    wanted = {code for code in codes if code}
    known = _KINDS.get(kind)
    if known is None or not wanted:
        return {}
    if known.many:
        return known.many(wanted)
    found = {code: known.resolve(code) for code in wanted}
    return {code: unit for code, unit in found.items() if unit}


def unit_codes_within(kind: str, region_codes: Iterable[str], pillar: str = "") -> QuerySet | list[str]:
    """The codes of the units of one kind inside these regions, as a queryset for `__in`; empty if the kind offers none."""
    known = _KINDS.get(kind)
    return known.codes_within(region_codes, pillar) if known and known.codes_within else []
