"""Decisions of the panel, follow-ups, the decree and its revocation, objections."""

import datetime as dt

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from accounts.permissions import Refused
from accounts.states import Role
from evaluations.errors import Conflict as Stale
from evaluations.errors import NotReady
from evaluations.models import Appeal, Conflict
from evaluations.services import appeals, closing, decrees, rakor
from registry.models import CatalogueEntry, Change
from tests.registry.factories import make_head, make_officer, make_producer
from tests.registry.published import publish

from .factories import make_entrant, make_reviewer, make_round, make_sheet

pytestmark = pytest.mark.django_db
FULL = {"A1": 3, "A2": 2, "B1": 3, "C1": 3, "C2": 2}
LOW = dict.fromkeys(FULL, 1)


@pytest.fixture
def stage(world):
    """A round in the Rakor: chair, secretary and two reviewers, one product with two far sheets, a meeting with three there."""
    made = make_round(phase="rakor", quorum=2)
    made.chair, made.secretary = make_reviewer(made, "chair"), make_reviewer(made, "secretary", scores=False)
    made.province = make_officer(Role.PROVINCE_OFFICER, ["53"])
    made.producer = make_producer()
    made.entrant = make_entrant(made, producer=made.producer)
    made.reviewers = [make_reviewer(made), make_reviewer(made)]
    for reviewer, choices in zip(made.reviewers, (FULL, LOW), strict=True):
        make_sheet(made.entrant, reviewer, choices, sent=True)
    fields = {"title": "Rakor 1", "starts_at": timezone.now(), "place": "Kupang"}
    made.meeting = rakor.plan_meeting(actor=made.secretary, round=made, **fields)
    modes = {made.chair.pk: "in_person", made.secretary.pk: "online", made.reviewers[0].pk: "absent"}
    rakor.note_attendance(actor=made.secretary, meeting=made.meeting, modes=modes)
    return made


def decide(stage, actor=None, **fields):
    values = {"method": "mean", "reason": "Sepakat", "expected": 0, "meeting": stage.meeting, **fields}
    return rakor.decide(actor=actor or stage.chair, entrant=stage.entrant, **values)


def establish(stage, number="SK 1/2026"):
    rows = stage.entrant.sheets.counted()
    assert rows.exists()
    closing.close_round(actor=stage.chair, round=stage, expected=stage.lock_version)
    stage.refresh_from_db()
    return decrees.enter_decree(
        actor=stage.province,
        round=stage,
        expected=stage.lock_version,
        number=number,
        decreed_on=timezone.localdate(),
        signer="Gubernur NTT",
    )


def test_chair_decides_with_a_reason_and_the_quorum(stage):
    assert decide(stage).method == "mean"
    assert decide(stage, method="median", expected=1).lock_version == 2
    with pytest.raises(Stale):
        decide(stage, expected=1)
    with pytest.raises(NotReady):
        decide(stage, reason=" ", expected=2)
    with pytest.raises(Refused):
        decide(stage, actor=stage.secretary, expected=2)


def test_without_the_quorum_nothing_is_decided(stage):
    rakor.note_attendance(actor=stage.secretary, meeting=stage.meeting, modes={stage.secretary.pk: "absent"})

    with pytest.raises(NotReady, match="1"):
        decide(stage)


def test_a_member_with_a_conflict_does_not_count_and_does_not_decide(stage):
    Conflict.objects.create(round=stage, entrant=stage.entrant, user=stage.chair, kind="declared")

    with pytest.raises(Refused):
        decide(stage)
    with pytest.raises(NotReady):
        decide(stage, actor=stage.secretary)
    rakor.note_attendance(actor=stage.secretary, meeting=stage.meeting, modes={stage.reviewers[1].pk: "online"})
    assert decide(stage, actor=stage.secretary).decided_by == stage.secretary


def test_consensus_needs_a_level_for_every_criterion(stage):
    with pytest.raises(NotReady) as missing:
        decide(stage, method="consensus", consensus={"A1": 2})
    with pytest.raises(NotReady):
        decide(stage, method="consensus", consensus=FULL | {"A1": 9})

    assert missing.value.needs == ["A2", "B1", "C1", "C2"]
    assert decide(stage, method="consensus", consensus=FULL).scores.count() == 5


def test_closed_meeting_takes_no_more_decisions(stage):
    rakor.close_meeting(actor=stage.secretary, meeting=stage.meeting, notes="Selesai.")

    with pytest.raises(NotReady):
        decide(stage)
    with pytest.raises(NotReady):
        rakor.note_attendance(actor=stage.secretary, meeting=stage.meeting, modes={})


def test_attendance_is_of_the_panel_only(stage):
    with pytest.raises(NotReady):
        rakor.note_attendance(actor=stage.secretary, meeting=stage.meeting, modes={stage.province.pk: "online"})


def test_follow_up_is_settled_with_words(stage):
    row = rakor.add_follow_up(
        actor=stage.secretary, round=stage, text="Urus P-IRT", owner="Dinkes Ngada", region_code="53.09", due_on=timezone.localdate()
    )

    with pytest.raises(NotReady):
        rakor.settle_follow_up(actor=stage.secretary, follow_up=row, state="done", note="")
    assert rakor.settle_follow_up(actor=stage.secretary, follow_up=row, state="done", note="Terbit").state == "done"


def test_decree_shows_stars_and_revoking_takes_them_with_a_tombstone(stage):
    decree = establish(stage)

    entry = CatalogueEntry.objects.get(product=stage.entrant.product)
    assert (entry.stars, entry.award["decree"], entry.award["year"]) == (3, "SK 1/2026", 2026)
    assert entry.stars_until == decrees.last_day(timezone.localdate(), 24)
    stage.refresh_from_db()
    assert stage.is_established
    decrees.revoke_decree(actor=stage.province, decree=decree, expected=stage.lock_version, reason="Salah lampiran")
    entry.refresh_from_db()
    assert (entry.stars, entry.stars_until, entry.award) == (0, None, {"revoked": "Salah lampiran"})
    assert list(Change.objects.order_by("seq").values_list("kind", flat=True))[-2:] == ["stars_awarded", "stars_revoked"]


def test_revised_version_keeps_the_stars(stage):
    establish(stage)

    publish(stage.entrant.product)

    assert CatalogueEntry.objects.get(product=stage.entrant.product).stars == 3


def test_decree_is_entered_once(stage):
    establish(stage)
    stage.refresh_from_db()

    with pytest.raises(NotReady):
        decrees.enter_decree(
            actor=stage.province,
            round=stage,
            expected=stage.lock_version,
            number="SK 2",
            decreed_on=timezone.localdate(),
            signer="Gubernur",
        )


def test_number_of_a_decree_is_used_once(stage):
    establish(stage)
    other = make_round("lain", phase="rakor", instrument=stage.entrant.instrument)
    chair = make_reviewer(other, "chair")
    make_sheet(make_entrant(other, entry=stage.entrant.product.entry), make_reviewer(other), FULL, sent=True)
    closing.close_round(actor=chair, round=other, expected=0)
    other.refresh_from_db()

    with pytest.raises(ValidationError):
        decrees.enter_decree(
            actor=stage.province, round=other, expected=1, number="SK 1/2026", decreed_on=timezone.localdate(), signer="Gubernur"
        )


def test_only_the_province_and_no_future_date(stage):
    closing.close_round(actor=stage.chair, round=stage, expected=stage.lock_version)
    stage.refresh_from_db()
    values = {"round": stage, "expected": stage.lock_version, "number": "SK", "signer": "Gubernur"}

    with pytest.raises(Refused):
        decrees.enter_decree(actor=stage.chair, decreed_on=timezone.localdate(), **values)
    with pytest.raises(NotReady):
        decrees.enter_decree(actor=stage.province, decreed_on=timezone.localdate() + dt.timedelta(days=1), **values)


@pytest.mark.parametrize(
    ("start", "months", "last"),
    [("2026-12-15", 24, "2028-12-14"), ("2024-02-29", 12, "2025-02-27"), ("2026-01-31", 1, "2026-02-27"), ("2026-03-01", 36, "2029-02-28")],
)
def test_validity_ends_the_day_before(start, months, last):
    assert decrees.last_day(dt.date.fromisoformat(start), months) == dt.date.fromisoformat(last)


def test_round_under_a_decree_is_not_opened_again(stage):
    establish(stage)
    stage.refresh_from_db()

    with pytest.raises(NotReady):
        closing.reopen_round(actor=stage.chair, round=stage, expected=stage.lock_version, reason="Keliru")


def test_head_objects_once_within_the_days(stage, monkeypatch):
    establish(stage)
    head, result = make_head(stage.producer), stage.entrant.results.get()
    last = appeals.last_appeal_day(result)

    first = appeals.raise_appeal(actor=head, result=result, text="Kemasan sudah baru")
    assert appeals.raise_appeal(actor=head, result=result, text="Lagi") == first
    with pytest.raises(Refused):
        appeals.raise_appeal(actor=stage.province, result=result, text="Bukan kami")
    Appeal.objects.all().delete()
    late = dt.datetime.combine(last + dt.timedelta(days=1), dt.time(0, 0), timezone.get_default_timezone())
    monkeypatch.setattr(timezone, "now", lambda: late)
    with pytest.raises(NotReady):
        appeals.raise_appeal(actor=head, result=result, text="Terlambat")


def test_chair_answers_once_with_words(stage):
    establish(stage)
    appeal = appeals.raise_appeal(actor=make_head(stage.producer), result=stage.entrant.results.get(), text="Keberatan")

    with pytest.raises(Refused):
        appeals.answer_appeal(actor=stage.secretary, appeal=appeal, outcome="rejected", answer="Tetap")
    with pytest.raises(NotReady):
        appeals.answer_appeal(actor=stage.chair, appeal=appeal, outcome="rejected", answer=" ")
    assert appeals.answer_appeal(actor=stage.chair, appeal=appeal, outcome="rejected", answer="Tetap").outcome == "rejected"
    with pytest.raises(NotReady):
        appeals.answer_appeal(actor=stage.chair, appeal=appeal, outcome="upheld", answer="Berubah")
