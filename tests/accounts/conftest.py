"""A small world of units: two villages and two schools of Ngada (the schools in one village), one village of Alor."""

import pytest
from django.core.cache import cache

from accounts import units
from accounts.states import Role
from accounts.units import Unit, UnitKind
from tests.factories import holder, officer

UNITS = {
    "53.09.01.2001": Unit("Desa Contoh Satu, Aimere, Ngada", "53.09.01.2001", "ovop"),
    "53.09.01.2002": Unit("Desa Contoh Dua, Aimere, Ngada", "53.09.01.2002", "ovop"),
    "50300001": Unit("SMK Contoh Satu", "53.09.01.2001", "osop"),
    "50300002": Unit("SMK Contoh Dua", "53.09.01.2001", "osop"),
    "53.05.01.2001": Unit("Desa Contoh Tiga, Alor", "53.05.01.2001", "ovop"),
}
VILLAGE, SIBLING, SCHOOL, SECOND_SCHOOL, FAR = UNITS


def within(region_codes, pillar):
    inside = list(region_codes)
    return [
        code
        for code, unit in UNITS.items()
        if any(unit.region_code == area or unit.region_code.startswith(f"{area}.") for area in inside) and pillar in ("", unit.pillar)
    ]


@pytest.fixture(autouse=True)
def _units(monkeypatch):
    kind = UnitKind(UNITS.get, lambda codes: {code: UNITS[code] for code in codes if code in UNITS}, within)
    monkeypatch.setitem(units._KINDS, "producer", kind)


@pytest.fixture(autouse=True)
def _empty_cache(request):
    if "db" in request.fixturenames or "transactional_db" in request.fixturenames:
        request.getfixturevalue("_django_db_helper")
        cache.clear()


@pytest.fixture
def regions(db):
    """The regions the units lie in."""
    from regions.models import Kind, Level, Region

    tree = [
        ("53", None, Level.PROVINCE, Kind.PROVINCE, "Nusa Tenggara Timur"),
        ("53.09", "53", Level.REGENCY, Kind.REGENCY, "Ngada"),
        ("53.05", "53", Level.REGENCY, Kind.REGENCY, "Alor"),
    ]
    for code, parent, level, kind, name in tree:
        Region.objects.get_or_create(
            code=code, defaults={"parent_id": parent, "level": level, "kind": kind, "name": name, "full_name": name}
        )


@pytest.fixture
def ngada(db):
    """The regency officer of Ngada."""
    return officer(Role.REGENCY_OFFICER, "53.09")


@pytest.fixture
def alor(db):
    """The regency officer of Alor."""
    return officer(Role.REGENCY_OFFICER, "53.05")


@pytest.fixture
def province(db):
    """A province officer."""
    return officer(Role.PROVINCE_OFFICER, "53")


@pytest.fixture
def admin(db):
    """A system administrator."""
    return officer(Role.SYSTEM_ADMIN, "53")


@pytest.fixture
def education(db):
    """The education officer of Ngada, mandate without a pillar on purpose: the role alone narrows it to schools."""
    return officer(Role.EDUCATION_OFFICER, "53.09")


@pytest.fixture
def head(db):
    """The head of the first village."""
    return holder(Role.PRODUCER_HEAD, VILLAGE)
