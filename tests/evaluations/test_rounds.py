"""A round from opening to the Rakor: who may, what is missing, and what is frozen when products enter."""

import datetime as dt

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from accounts.permissions import Refused
from accounts.states import Role
from evaluations.errors import Conflict, NotReady
from evaluations.models import AgendaItem, EvidenceRequest, RoundLogEntry
from evaluations.services import entrants as service
from evaluations.services import rounds
from registry.models import CatalogueEntry
from tests.registry.factories import OTHER_VILLAGE, SIBLING_VILLAGE, make_officer, make_producer
from tests.registry.published import publish, set_state

from .factories import FOOD, make_entrant, make_instrument, make_reviewer, make_round, make_sheet

pytestmark = pytest.mark.django_db


@pytest.fixture
def province(world):
    return make_officer(Role.PROVINCE_OFFICER, ["53"])


def fields(**more):
    day = timezone.localdate()
    return {
        "code": "ovop-2026",
        "name": "Evaluasi OVOP 2026",
        "year": 2026,
        "pillars": ["ovop"],
        "region_codes": ["53"],
        "documents_due_on": day,
        "scoring_opens_on": day,
        "scoring_closes_on": day + dt.timedelta(days=30),
        **more,
    }


def step(made, actor, name="advance", **more):
    made.refresh_from_db()
    return getattr(rounds, name)(actor=actor, round=made, expected=made.lock_version, **more)


def test_province_opens_a_round_over_published_instruments(province):
    made = rounds.open_round(actor=province, families={FOOD: make_instrument()}, **fields())

    assert made.phase == "entry"
    assert RoundLogEntry.objects.get(round=made).kind == "round_opened"


@pytest.mark.parametrize("role", [Role.REGENCY_OFFICER, Role.SYSTEM_ADMIN, Role.VIEWER])
def test_nobody_else_opens_one(world, role):
    with pytest.raises(Refused):
        rounds.open_round(actor=make_officer(role, ["53"]), families={FOOD: make_instrument()}, **fields())


def test_family_without_a_part_in_the_instrument_is_refused(province):
    with pytest.raises(NotReady, match="kriya"):
        rounds.open_round(actor=province, families={"kriya": make_instrument()}, **fields())
    with pytest.raises(NotReady):
        rounds.open_round(actor=province, families={FOOD: make_instrument("lain", published=False)}, **fields())


def test_days_have_to_be_in_order(province):
    day = timezone.localdate()
    with pytest.raises(ValidationError):
        rounds.open_round(actor=province, families={FOOD: make_instrument()}, **fields(scoring_closes_on=day - dt.timedelta(days=1)))


def test_products_enter_once_with_the_version_public_now(province):
    made = rounds.open_round(actor=province, families={FOOD: make_instrument()}, **fields())
    entry = publish(name="Kopi", story="Dari kebun.", months=[6, 7])
    publish(producer=make_producer("ocop"), name="Bukan desa")
    publish(producer=make_producer(region=SIBLING_VILLAGE), name="Sarung", category="tenun")
    hidden = publish(producer=make_producer(region=OTHER_VILLAGE), name="Ditarik")
    set_state(hidden, "withdrawn")

    first = service.enter_products(actor=province, round=made, entries=CatalogueEntry.objects.all())
    again = service.enter_products(actor=province, round=made, entries=CatalogueEntry.objects.all())

    assert [row.name for row in first] == ["Kopi"]
    assert again == []
    frozen = first[0].version_id
    publish(entry.product)
    first[0].refresh_from_db()
    assert first[0].version_id == frozen != CatalogueEntry.objects.get(pk=entry.pk).version_id
    assert first[0].facts == {
        "has_story": True,
        "is_food": True,
        "has_permits_required": True,
        "has_seasons": True,
        "is_group": True,
    }


def test_what_is_lacking_becomes_a_question_with_a_day(province):
    entrant = make_entrant(make_round(phase="documents"), state="entered")
    day = timezone.localdate() + dt.timedelta(days=3)

    with pytest.raises(NotReady):
        service.check_documents(actor=province, entrant=entrant, outcome="lacking", reason=" ", due_on=day)
    with pytest.raises(NotReady):
        service.check_documents(actor=province, entrant=entrant, outcome="lacking", reason="Foto izin", due_on=None)
    done = service.check_documents(actor=province, entrant=entrant, outcome="lacking", reason="Foto izin", due_on=day)

    assert (done.state, done.due_on) == ("lacking", day)
    assert EvidenceRequest.objects.get(entrant=entrant).question == "Foto izin"
    assert service.check_documents(actor=province, entrant=entrant, outcome="complete").due_on is None


def test_documents_are_not_checked_once_scoring_began(province):
    with pytest.raises(NotReady):
        service.check_documents(actor=province, entrant=make_entrant(make_round()), outcome="out", reason="Terlambat")


def test_phases_follow_each_other_when_nothing_is_missing(province):
    made = make_round(phase="entry")
    with pytest.raises(NotReady):
        step(made, province)
    entrant = make_entrant(made, state="entered")
    assert step(made, province).phase == "documents"
    with pytest.raises(NotReady):
        step(made, province)
    assert service.complete_many(actor=province, round=made, entrants=[entrant]) == 1
    assert step(made, province).phase == "samples"
    with pytest.raises(NotReady) as missing:
        step(made, province)
    assert len(missing.value.needs) == 2
    make_reviewer(made, "chair", scores=False)
    sheet = make_sheet(entrant, make_reviewer(made))
    assert step(made, province).phase == "scoring"
    with pytest.raises(NotReady):
        step(made, province)
    type(sheet).objects.filter(pk=sheet.pk).update(state="submitted", submitted_at=timezone.now())
    assert step(made, province).phase == "rakor"
    with pytest.raises(NotReady):
        step(made, province)
    assert AgendaItem.objects.get(entrant=entrant).reason == "few_sheets"


def at(monkeypatch, day, hour, minute):
    """Let it be this minute (WITA) of a day."""
    moment = dt.datetime.combine(day, dt.time(hour, minute), timezone.get_default_timezone())
    monkeypatch.setattr(timezone, "now", lambda: moment)


def test_after_the_closing_day_the_rakor_goes_on_without_the_missing_sheets(province, monkeypatch):
    made = make_round()
    make_sheet(make_entrant(made), make_reviewer(made))

    at(monkeypatch, made.scoring_closes_on, 23, 59)
    with pytest.raises(NotReady):
        step(made, province)
    at(monkeypatch, made.scoring_closes_on + dt.timedelta(days=1), 0, 0)
    assert step(made, province).phase == "rakor"


def test_scores_are_taken_until_2359_wita_of_the_closing_day(world, monkeypatch):
    made = make_round()

    at(monkeypatch, made.scoring_closes_on, 23, 59)
    assert made.takes_scores()
    at(monkeypatch, made.scoring_closes_on + dt.timedelta(days=1), 0, 0)
    assert not made.takes_scores()


def test_extension_needs_a_later_day_and_a_reason(province):
    made = make_round()
    later = made.scoring_closes_on + dt.timedelta(days=2)

    for day, reason in ((made.scoring_closes_on, "Listrik"), (later, "  ")):
        with pytest.raises(NotReady):
            step(made, province, "extend", closes_on=day, reason=reason)
    assert step(made, province, "extend", closes_on=later, reason="Listrik padam").scoring_closes_on == later
    assert made.log.get(kind="extended").comment == "Listrik padam"


def test_somebody_was_faster(province):
    made = make_round(phase="documents")
    make_entrant(made)
    step(made, province)

    with pytest.raises(Conflict):
        rounds.advance(actor=province, round=made, expected=0)


def test_back_a_phase_with_a_reason(province):
    made = make_round(phase="scoring")

    with pytest.raises(NotReady):
        step(made, province, "go_back", reason="")
    assert step(made, province, "go_back", reason="Contoh belum datang").phase == "samples"


def test_settings_stay_once_scoring_began(province):
    made = make_round()

    with pytest.raises(NotReady):
        step(made, province, "change_round", load_limit=3)
    assert step(made, province, "change_round", quorum=3).quorum == 3


def test_instruments_stay_once_products_entered(province):
    instrument = make_instrument()
    made = make_round(phase="entry", instrument=instrument)
    make_entrant(made)

    with pytest.raises(NotReady):
        step(made, province, "change_round", families={FOOD: make_instrument("lain")})
    assert step(made, province, "change_round", families={FOOD: instrument}, load_limit=5).load_limit == 5
