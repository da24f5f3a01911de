"""Words for what mandates are held over, read in few queries for many rows."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext as _

from regions.models import Region

from .models import Mandate
from .units import resolve_units


@dataclass(frozen=True)
class MandateLine:
    """A mandate with the words of its place."""

    mandate: Mandate
    place: str

    @property
    def role(self) -> str:
        standing = self.mandate.standing
        role = self.mandate.get_role_display()
        return (
            role
            if standing == Mandate.Standing.REGULAR
            else _("%(role)s, %(standing)s")
            % {
                "role": role,
                "standing": self.mandate.get_standing_display(),
            }
        )


def mandate_lines(mandates: Iterable[Mandate]) -> list[MandateLine]:
    """Mandates with their places: one query for each kind of unit and one for the regions."""
    rows = list(mandates)
    kinds = {mandate.unit_kind for mandate in rows if mandate.unit_code}
    units = {kind: resolve_units(kind, [mandate.unit_code for mandate in rows if mandate.unit_kind == kind]) for kind in kinds}
    codes = {code for mandate in rows for code in mandate.region_codes}
    names = dict(Region.objects.filter(pk__in=codes).values_list("code", "name")) if codes else {}
    return [MandateLine(mandate, _place(mandate, units, names)) for mandate in rows]


def _place(mandate: Mandate, units: dict, names: dict[str, str]) -> str:
    if mandate.unit_code:
        unit = units[mandate.unit_kind].get(mandate.unit_code)
        return unit.label if unit else mandate.unit_code
    return mandate.office_name or ", ".join(names.get(code, code) for code in mandate.region_codes)
