"""The panel: seats, stepping back, and sheets that do not count any more."""

import datetime as dt

import pytest
from django.utils import timezone

from accounts.models import Mandate
from accounts.permissions import Refused
from accounts.states import Role
from evaluations import panel_jobs
from evaluations.errors import Conflict as Stale
from evaluations.errors import NotReady
from evaluations.models import Conflict, Entrant, Round, RoundLogEntry
from evaluations.queries.panel import lacking_reviewers
from evaluations.services import panel
from registry.models import Notice
from tests.registry.factories import OTHER_REGENCY, OTHER_VILLAGE, REGENCY, give, make_officer, make_producer, make_user

from .factories import FOOD, make_entrant, make_reviewer, make_round, make_sheet

pytestmark = pytest.mark.django_db


@pytest.fixture
def province(world):
    return make_officer(Role.PROVINCE_OFFICER, ["53"])


@pytest.fixture
def entrant(world):
    return make_entrant(make_round(), producer=make_producer())


def log(round):
    return list(RoundLogEntry.objects.filter(round=round).values_list("kind", flat=True))


def test_a_reviewer_takes_a_seat_and_conflicts_are_found_at_once(province, entrant):
    user = make_reviewer()
    give(user, Role.REGENCY_OFFICER, regions=[REGENCY])

    member = panel.add_member(actor=province, round=entrant.round, user=user, families=[FOOD], load_limit=7)

    assert (member.role, member.families, member.load_limit) == ("member", [FOOD], 7)
    assert list(Conflict.objects.values_list("user", "kind")) == [(user.pk, "mandate")]
    assert log(entrant.round) == ["member_added"]


def test_only_reviewers_in_office_once_each_and_one_chair(province, entrant):
    chair, other = make_reviewer(), make_reviewer()
    panel.add_member(actor=province, round=entrant.round, user=chair, role="chair")
    with pytest.raises(NotReady):
        panel.add_member(actor=province, round=entrant.round, user=make_user())
    with pytest.raises(Stale):
        panel.add_member(actor=province, round=entrant.round, user=chair)
    with pytest.raises(NotReady):
        panel.add_member(actor=province, round=entrant.round, user=other, role="chair")
    with pytest.raises(Refused):
        panel.add_member(actor=chair, round=entrant.round, user=other)


def test_a_closed_round_keeps_its_panel(province, entrant):
    member = entrant.round.members.create(user=make_reviewer())
    Round.objects.update(phase="closed")
    with pytest.raises(NotReady):
        panel.end_member(actor=province, member=member, reason="Pindah")
    with pytest.raises(NotReady):
        panel.declare_conflict(actor=member.user, round=entrant.round, code=entrant.code, reason="Saudara")


def test_who_leaves_loses_open_sheets_and_may_come_back(province, entrant):
    other = make_entrant(entrant.round, "Madu", producer=make_producer(region=OTHER_VILLAGE))
    user = make_reviewer(entrant.round)
    member = entrant.round.members.get(user=user)
    opened, sent = make_sheet(entrant, user, {"A1": 1}), make_sheet(other, user, {"A1": 1}, sent=True)

    panel.end_member(actor=province, member=member, reason="Pindah tugas")

    opened.refresh_from_db()
    sent.refresh_from_db()
    assert (opened.state, sent.state) == ("void", "submitted")
    assert log(entrant.round) == ["member_ended", "sheet_voided"]
    assert [row.pk for row in lacking_reviewers(Entrant.objects.all(), entrant.round)] == [entrant.pk]
    with pytest.raises(Stale):
        panel.end_member(actor=province, member=member, reason="Lagi")
    assert panel.add_member(actor=province, round=entrant.round, user=user).pk == member.pk


def test_a_conflict_found_later_voids_open_and_sent_sheets(entrant):
    secretary = make_reviewer(entrant.round, "secretary")
    opened, sent = make_reviewer(entrant.round), make_reviewer(entrant.round)
    sheets = [make_sheet(entrant, opened), make_sheet(entrant, sent, {"A1": 1}, sent=True)]
    for user in (opened, sent):
        give(user, Role.REGENCY_OFFICER, regions=[REGENCY])

    panel_jobs.settle_panels()
    panel_jobs.settle_panels()

    for sheet in sheets:
        sheet.refresh_from_db()
    assert [sheet.state for sheet in sheets] == ["void", "void"]
    assert sheets[1].scores.count() == 1
    assert log(entrant.round) == ["conflict_found"] * 2
    assert lacking_reviewers(Entrant.objects.all(), entrant.round).get().missing == 2
    assert Notice.objects.get(kind="substitute_needed").user == secretary


@pytest.mark.parametrize("phase", ["closed", "established"])
def test_a_closed_round_is_left_alone(entrant, phase):
    user = make_reviewer(entrant.round)
    sheet = make_sheet(entrant, user, sent=True)
    give(user, Role.REGENCY_OFFICER, regions=[REGENCY])
    Round.objects.update(phase=phase)

    assert panel.settle(round=entrant.round) == 0

    sheet.refresh_from_db()
    assert sheet.state == "submitted"


def test_a_mandate_that_ended_voids_open_sheets_only(entrant):
    user = make_reviewer(entrant.round)
    other = make_entrant(entrant.round, "Madu", producer=make_producer(region=OTHER_VILLAGE))
    opened, sent = make_sheet(entrant, user), make_sheet(other, user, sent=True)
    Mandate.objects.filter(user=user).update(ends_on=timezone.localdate() - dt.timedelta(days=1))

    panel_jobs.settle_panels()

    opened.refresh_from_db()
    sent.refresh_from_db()
    assert (opened.state, sent.state) == ("void", "submitted")
    assert [row.pk for row in lacking_reviewers(Entrant.objects.all(), entrant.round)] == [entrant.pk]


def test_stepping_back(entrant):
    user = make_reviewer(entrant.round)
    sheet = make_sheet(entrant, user, {"A1": 1}, sent=True)
    with pytest.raises(NotReady):
        panel.recuse(actor=user, entrant=entrant, reason="  ")

    panel.recuse(actor=user, entrant=entrant, reason="Saudara ipar")

    sheet.refresh_from_db()
    assert sheet.state == "void"
    assert Conflict.objects.get().kind == "declared"
    assert log(entrant.round) == ["recused", "sheet_voided"]
    with pytest.raises(Refused):
        panel.recuse(actor=user, entrant=entrant, reason="Lagi")
    with pytest.raises(Refused):
        panel.recuse(actor=make_reviewer(entrant.round), entrant=entrant, reason="Tanpa lembar")


def test_declaring_needs_a_seat_and_says_the_same_for_any_product(entrant):
    user = make_reviewer(entrant.round)
    assert panel.declare_conflict(actor=user, round=entrant.round, code=entrant.code, reason="Tetangga")
    assert not panel.declare_conflict(actor=user, round=entrant.round, code="NTT-0000-00", reason="Tetangga")
    assert panel.declare_conflict(actor=user, round=entrant.round, code=entrant.code, reason="Sekali lagi")
    assert Conflict.objects.get().detail == "Tetangga"
    with pytest.raises(Refused):
        panel.declare_conflict(actor=make_reviewer(), round=entrant.round, code=entrant.code, reason="Tetangga")


def test_another_round_and_another_area_stay_untouched(entrant):
    user = make_reviewer(entrant.round)
    give(user, Role.REGENCY_OFFICER, regions=[OTHER_REGENCY])
    sheet = make_sheet(entrant, user)
    assert panel.settle(round=entrant.round) == 0
    sheet.refresh_from_db()
    assert sheet.state == "open"
