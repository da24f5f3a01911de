"""Two connections at once in the Rakor: the same product decided twice, a meeting closed while one decides."""

import pytest
from django.db import transaction
from django.utils import timezone

from evaluations.models import Decision, Meeting
from evaluations.services import rakor
from registry.reference import load_reference
from tests.registry.factories import make_producer, make_regions
from tests.registry.test_concurrency import at_once

from .factories import make_entrant, make_reviewer, make_round, make_sheet

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def stage():
    make_regions()
    load_reference(years=())
    made = make_round(phase="rakor", quorum=1)
    made.chair, made.secretary = make_reviewer(made, "chair"), make_reviewer(made, "secretary")
    with transaction.atomic():
        made.entrant = make_entrant(made, producer=make_producer())
    make_sheet(made.entrant, make_reviewer(made), {"A1": 2}, sent=True)
    made.meeting = rakor.plan_meeting(actor=made.chair, round=made, title="Rakor", starts_at=timezone.now(), place="x")
    rakor.note_attendance(actor=made.chair, meeting=made.meeting, modes={made.chair.pk: "online"})
    return made


def decide(stage, method):
    values = {"method": method, "reason": method, "expected": 0, "meeting": stage.meeting}
    return lambda: rakor.decide(actor=stage.chair, entrant=stage.entrant, **values)


def test_the_same_product_decided_twice_at_once_is_decided_once(stage):
    results = at_once(decide(stage, "mean"), decide(stage, "median"))
    assert sorted(type(one).__name__ for one in results) == ["Conflict", "Decision"]
    won = next(one for one in results if isinstance(one, Decision))
    assert (Decision.objects.get().method, Decision.objects.get().lock_version) == (won.method, 1)


def test_a_decision_beside_the_close_of_its_meeting_is_in_it_or_refused(stage):
    decided, closed = at_once(
        decide(stage, "mean"), lambda: rakor.close_meeting(actor=stage.secretary, meeting=stage.meeting, notes="Selesai")
    )
    assert isinstance(closed, Meeting)
    assert type(decided).__name__ in ("Decision", "NotReady")
    assert Decision.objects.filter(meeting__closed_at__gt=timezone.now()).count() == 0
    assert Decision.objects.count() == isinstance(decided, Decision)
