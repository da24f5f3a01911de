"""Builders of evaluation rows for tests: a small instrument, a round with a panel, products in it, filled sheets."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

from django.utils import timezone

from accounts.models import User
from accounts.states import Role
from evaluations.models import (
    Criterion,
    DevelopmentPath,
    Entrant,
    Instrument,
    Level,
    PanelMember,
    Round,
    RoundFamily,
    Score,
    Section,
    Sheet,
    StarBand,
)
from registry.models import CatalogueEntry
from tests.registry.factories import give, make_user
from tests.registry.published import publish

FOOD, CLOTH = "makanan-minuman", "tenun-busana"
# section: points, then criterion: the points of its levels, lowest first.
SHAPE: dict[str, dict[str, list[str]]] = {
    "A": {"A1": ["0", "10", "20"], "A2": ["0", "20"]},
    "B": {"B1": ["0", "10", "25"]},
    "C": {"C1": ["0", "15", "20"], "C2": ["0", "15"]},
}
OWN_SECTION = "C"


def make_instrument(code: str = "uji", families: tuple[str, ...] = (FOOD,), *, published: bool = True, **fields: Any) -> Instrument:
    """A, B shared and C for each family: 40 + 25 + 35 points; bands at 0, 30, 50, 70 and 90."""
    version = Instrument.objects.filter(code=code).count() + 1
    instrument = Instrument.objects.create(code=code, version=version, name=f"Instrumen {code}", **fields)
    path = DevelopmentPath.objects.create(instrument=instrument, key="siap-jual", label="Siap jual", advice="Masuk NTT Mart.")
    for stars, start in ((1, 0), (2, 30), (3, 50), (4, 70), (5, 90)):
        StarBand.objects.create(instrument=instrument, stars=stars, from_points=start, label=f"Bintang {stars}", path=path)
    for code_of_section, criteria in SHAPE.items():
        for family in families if code_of_section == OWN_SECTION else ("",):
            add_section(instrument, code_of_section, criteria, family)
    return publish_instrument(instrument) if published else instrument


def add_section(instrument: Instrument, code: str, criteria: dict[str, list[str]], family: str = "") -> Section:
    """A section whose points are the sum of its highest levels."""
    points = sum(Decimal(levels[-1]) for levels in criteria.values())
    section = Section.objects.create(instrument=instrument, family=family, code=code, name=f"Bagian {code}", points=points)
    for place, (name, levels) in enumerate(criteria.items()):
        criterion = Criterion.objects.create(section=section, code=name, name=f"Kriteria {name}", position=place)
        for position, value in enumerate(levels, start=1):
            Level.objects.create(criterion=criterion, position=position, points=Decimal(value), name=f"Tingkat {position}")
    return section


def publish_instrument(instrument: Instrument) -> Instrument:
    """In force without the checks of its service."""
    fields = {"state": "published", "published_at": timezone.now(), "sha256": "0" * 64}
    Instrument.objects.filter(pk=instrument.pk).update(**fields)
    instrument.refresh_from_db()
    return instrument


def make_round(code: str = "ovop-2026", *, phase: str = "scoring", instrument: Instrument | None = None, **fields: Any) -> Round:
    """A round over the whole province in the middle of its scoring days."""
    today = timezone.localdate()
    values: dict[str, Any] = {
        "name": "Evaluasi OVOP 2026",
        "year": 2026,
        "pillars": ["ovop", "osop", "ocop"],
        "region_codes": ["53"],
        "documents_due_on": today - dt.timedelta(days=10),
        "scoring_opens_on": today - dt.timedelta(days=5),
        "scoring_closes_on": today + dt.timedelta(days=5),
        "created_by": fields.pop("created_by", None) or make_user(),
        **fields,
    }
    made = Round.objects.create(code=code, phase=phase, **values)
    chosen = instrument or make_instrument()
    for family in {section.family for section in chosen.sections.all() if section.family}:
        RoundFamily.objects.create(round=made, family=family, instrument=chosen)
    return made


def make_entrant(round: Round, name: str = "Kopi Contoh", *, entry: CatalogueEntry | None = None, **fields: Any) -> Entrant:
    """A published product in a round; `producer` names whose it is."""
    producer = fields.pop("producer", None)
    entry = entry or publish(**({"producer": producer} if producer else {}), name=name)
    product = entry.product
    family = fields.pop("family", entry.category_group)
    values: dict[str, Any] = {
        "version": entry.version,
        "instrument": round.families.get(family=family).instrument,
        "number": round.entrants.count() + 1,
        "code": entry.code,
        "name": entry.name,
        "producer_code": entry.producer_code,
        "producer_name": product.producer.name,
        "enterprise": product.enterprise,
        "pillar": entry.pillar,
        "region_code": entry.region_code,
        "regency_code": entry.regency_code,
        "family": family,
        "category": entry.category,
        "state": "complete",
        "facts": {"has_story": bool(entry.payload["story"])},
        **fields,
    }
    return Entrant.objects.create(round=round, product=product, **values)


def make_reviewer(round: Round | None = None, role: str = "member", *, scores: bool = True, **fields: Any) -> User:
    """A person with a reviewer mandate over the province, on the panel of the round when one is given."""
    user = make_user()
    give(user, Role.REVIEWER, regions=["53"])
    if round is not None:
        PanelMember.objects.create(round=round, user=user, role=role, scores=scores, **fields)
    return user


def make_sheet(entrant: Entrant, reviewer: User, choices: dict[str, int] | None = None, *, sent: bool = False, **fields: Any) -> Sheet:
    """A sheet with these levels chosen (1 = lowest), sent when asked."""
    if sent:
        fields |= {"state": "submitted", "submitted_at": timezone.now()}
    if choices:
        fields.setdefault("touched_at", timezone.now())
    sheet = Sheet.objects.create(entrant=entrant, reviewer=reviewer, **fields)
    for code, position in (choices or {}).items():
        criterion = criterion_of(entrant, code)
        Score.objects.create(sheet=sheet, criterion=criterion, level=criterion.levels.get(position=position))
    return sheet


def criterion_of(entrant: Entrant, code: str) -> Criterion:
    """The criterion of this code in the instrument and family of the product."""
    return Criterion.objects.get(section__instrument=entrant.instrument_id, section__family__in=("", entrant.family), code=code)
