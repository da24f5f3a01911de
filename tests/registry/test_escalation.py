"""Lateness: the head of office hears of it once, the province may take over from its day on, nothing is deleted."""

import datetime as dt

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.states import Role
from registry import jobs
from registry.models import Notice, Submission

from .desk_world import login, make_desk
from .factories import OTHER_REGENCY, make_officer
from .steps import decide

pytestmark = pytest.mark.usefixtures("world")


@pytest.fixture
def desk():
    return make_desk()


def days(count):
    return timezone.localdate() + dt.timedelta(days=count)


def set_clock(submission, **fields):
    Submission.objects.filter(pk=submission.pk).update(**fields)


def test_the_head_of_office_is_told_once(desk):
    chief = make_officer(is_office_head=True)
    stranger = make_officer(Role.REGENCY_OFFICER, [OTHER_REGENCY], is_office_head=True)
    set_clock(desk.submission, promised_on=days(-1))

    jobs.tell_lateness()
    jobs.tell_lateness()

    assert Notice.objects.filter(kind="late", user=chief).count() == 1
    assert not Notice.objects.filter(kind="late", user__in=[stranger, desk.regency]).exists()
    assert desk.submission.events.filter(transition="late").count() == 1


def test_the_promised_day_itself_is_in_time(desk):
    set_clock(desk.submission, promised_on=days(0))
    jobs.tell_lateness()
    assert not Notice.objects.filter(kind="late").exists()


def test_at_the_province_its_own_head_is_told(desk):
    chief = make_officer(Role.PROVINCE_OFFICER, ["53"], is_office_head=True)
    decide(desk.regency, desk.product, "verify")
    set_clock(desk.submission, promised_on=days(-1))
    jobs.tell_lateness()
    assert Notice.objects.filter(kind="late", user=chief).count() == 1


@pytest.mark.parametrize(("day", "shown"), [(1, False), (0, True)])
def test_the_province_takes_over_from_its_day_on(client, desk, day, shown):
    set_clock(desk.submission, takeover_on=days(day))
    page = login(client, desk.province).get(reverse("desk_queue")).content.decode()
    assert (desk.submission.number in page) is shown


def test_a_takeover_is_recorded_and_another_person_publishes(desk):
    set_clock(desk.submission, takeover_on=days(0))
    done = decide(desk.province, desk.product, "verify")
    assert done.events.get(transition="verify").detail["takeover"] is True
    decide(make_officer(Role.PROVINCE_OFFICER, ["53"]), desk.product, "publish")


def test_a_passed_day_of_mending_deletes_nothing_and_is_a_filter(client, desk):
    decide(desk.regency, desk.product, "return", comment="Mohon diperbaiki.")
    set_clock(desk.submission, return_due_on=days(-1))
    jobs.tell_lateness()
    page = login(client, desk.regency).get(reverse("desk_queue"), {"show": "overdue"}).content.decode()
    assert desk.submission.number in page
    desk.submission.refresh_from_db()
    assert desk.submission.state == "returned"
    set_clock(desk.submission, return_due_on=days(0))
    assert desk.submission.number not in client.get(reverse("desk_queue"), {"show": "overdue"}).content.decode()
