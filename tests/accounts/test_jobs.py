"""What is not kept any longer goes away, and nothing else."""

import datetime as dt

import pytest
from django.utils import timezone

from accounts import services
from accounts.jobs import forget_old
from accounts.models import AccountEvent, Activation, PasswordHelp
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db
KINDS = AccountEvent.Kind


def ago(days):
    return timezone.now() - dt.timedelta(days=days)


@pytest.mark.parametrize(
    ("kind", "days", "kept"),
    [
        (KINDS.SIGNED_IN, 364, True),
        (KINDS.SIGNED_IN, 366, False),
        (KINDS.ACTIVATED, 366, True),
        (KINDS.ACTIVATED, 1830, False),
        (KINDS.BREAK_GLASS, 1830, True),
    ],
)
def test_events_stay_as_long_as_written(kind, days, kept):
    AccountEvent.objects.create(user=UserFactory(), kind=kind, at=ago(days))

    forget_old()

    assert AccountEvent.objects.exists() is kept


def test_codes_and_requests_of_a_year_ago_go(ngada, head):
    services.answer_password_help(actor=ngada, request=waiting(head), called="x")
    Activation.objects.update(expires_at=ago(366))
    PasswordHelp.objects.update(answered_at=ago(366))
    fresh = waiting(head)

    forget_old()

    assert not Activation.objects.exists()
    assert list(PasswordHelp.objects.all()) == [fresh]


def waiting(person):
    services.request_password_help(login=person.username, village="x")
    return PasswordHelp.objects.waiting().get()
