"""Reminders: whom, when, and never twice a day."""

import datetime as dt

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.permissions import Refused
from accounts.states import Role
from evaluations import jobs
from evaluations.errors import NotReady
from evaluations.models import Conflict, EvidenceRequest
from evaluations.services import reminders
from registry.models import Notice
from registry.notices import words
from tests.registry.factories import make_head, make_officer, make_producer

from .factories import make_entrant, make_reviewer, make_round, make_sheet

pytestmark = pytest.mark.django_db


@pytest.fixture
def province(world):
    return make_officer(Role.PROVINCE_OFFICER, ["53"])


def closing_in(days, **fields):
    day = timezone.localdate() + dt.timedelta(days=days)
    return make_round(scoring_opens_on=day - dt.timedelta(days=30), scoring_closes_on=day, **fields)


def test_the_button_reminds_those_with_open_sheets_once_a_day(province):
    made = make_round()
    late, done, gone, conflicted = (make_reviewer(made) for _index in range(4))
    first, second = make_entrant(made), make_entrant(made, producer=make_producer("ocop"))
    make_sheet(first, late)
    make_sheet(second, late)
    make_sheet(first, done, sent=True)
    make_sheet(first, gone)
    made.members.filter(user=gone).update(ended_at=timezone.now())
    make_sheet(second, conflicted)
    Conflict.objects.create(round=made, entrant=second, user=conflicted, kind="declared")

    assert reminders.remind_reviewers(actor=province, round=made) == 1
    notice = Notice.objects.get()
    assert (notice.user, notice.detail["count"]) == (late, 2)
    assert "2" in words(notice)
    with pytest.raises(NotReady):
        reminders.remind_reviewers(actor=province, round=made)
    assert made.log.filter(kind="reminded").count() == 1


def test_only_who_runs_the_round_reminds(world):
    made = make_round()
    make_sheet(make_entrant(made), make_reviewer(made))

    for actor in (make_officer(), make_reviewer(made), make_reviewer()):
        with pytest.raises(Refused):
            reminders.remind_reviewers(actor=actor, round=made)


def test_nobody_is_reminded_of_what_can_no_longer_be_sent(province):
    with pytest.raises(NotReady):
        reminders.remind_reviewers(actor=province, round=make_round(phase="samples"))
    over = closing_in(-1, code="lewat", instrument=None)
    make_sheet(make_entrant(over), make_reviewer(over))
    with pytest.raises(NotReady):
        reminders.remind_reviewers(actor=province, round=over)


def test_with_no_open_sheet_nothing_is_sent_or_logged(province):
    made = make_round()
    with pytest.raises(NotReady):
        reminders.remind_reviewers(actor=province, round=made)
    assert not made.log.exists()


@pytest.mark.parametrize(("days", "told"), [(8, 0), (7, 1), (3, 0), (2, 1), (1, 0), (0, 1), (-1, 0)])
def test_the_daily_job_reminds_on_its_days(world, days, told):
    made = closing_in(days)
    make_sheet(make_entrant(made), make_reviewer(made))

    jobs.remind()
    jobs.remind()

    assert Notice.objects.filter(kind="sheets_open").count() == told


def test_a_reminder_by_hand_counts_for_the_day(province):
    made = closing_in(2)
    make_sheet(make_entrant(made), make_reviewer(made))

    reminders.remind_reviewers(actor=province, round=made)
    jobs.remind()

    assert Notice.objects.count() == 1


def test_producers_hear_of_questions_not_answered(world):
    producer = make_producer()
    head = make_head(producer)
    entrant = make_entrant(make_round(), producer=producer)
    asker = make_reviewer(entrant.round)
    today = timezone.localdate()
    for days in (7, 5, 2, 0, -1):
        EvidenceRequest.objects.create(entrant=entrant, asked_by=asker, question="Foto?", due_on=today + dt.timedelta(days=days))
    EvidenceRequest.objects.create(
        entrant=entrant, asked_by=asker, question="?", due_on=today, answer="Ya", answered_by=head, answered_at=timezone.now()
    )

    jobs.remind()
    jobs.remind()

    found = Notice.objects.filter(user=head, kind="question_open")
    assert found.count() == 3
    assert asker.display_name not in words(found[0])
    assert entrant.name in words(found[0])


def test_the_button_on_the_page(province):
    made = make_round()
    make_sheet(make_entrant(made), make_reviewer(made))
    client = Client()
    client.force_login(province)
    page, button = reverse("round", args=[made.code]), reverse("round_remind", args=[made.code])

    assert button in client.get(page).content.decode()
    client.post(button)
    client.post(button)
    assert button not in client.get(page).content.decode()
    assert Notice.objects.count() == 1
