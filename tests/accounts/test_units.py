"""The register of unit kinds."""

import pytest

from accounts import units
from accounts.labels import mandate_lines
from accounts.models import Mandate
from accounts.states import Role
from accounts.units import Unit, register_unit_kind, resolve_unit, resolve_units, unit_codes_within

from .conftest import SCHOOL, UNITS, VILLAGE


@pytest.fixture
def outlets(monkeypatch):
    """A kind that offers one code at a time and no area."""
    monkeypatch.setattr(units, "_KINDS", dict(units._KINDS))
    register_unit_kind("outlet", {"G1": Unit("Gerai Contoh", "53.71")}.get)


def test_a_kind_is_resolved_by_its_code(outlets):
    assert resolve_unit("outlet", "G1").label == "Gerai Contoh"
    assert resolve_unit("producer", SCHOOL) == UNITS[SCHOOL]


@pytest.mark.parametrize(("kind", "code"), [("outlet", "G2"), ("unknown", "G1"), ("producer", "")])
def test_what_is_unknown_is_none(outlets, kind, code):
    assert resolve_unit(kind, code) is None


def test_many_are_resolved_with_and_without_a_bulk_answer(outlets):
    assert set(resolve_units("producer", [VILLAGE, SCHOOL, "nothing", ""])) == {VILLAGE, SCHOOL}
    assert set(resolve_units("outlet", ["G1", "G2"])) == {"G1"}


def test_a_kind_without_an_area_is_seen_by_no_officer(outlets):
    assert list(unit_codes_within("outlet", ["53"])) == []


def test_a_mandate_is_told_with_its_place_and_standing():
    mandate = Mandate(role=Role.PRODUCER_HEAD, unit_kind="producer", unit_code=VILLAGE, standing=Mandate.Standing.ACTING)

    line = mandate_lines([mandate])[0]

    assert (line.place, line.role) == (UNITS[VILLAGE].label, "Kepala, penjabat (Pj)")
