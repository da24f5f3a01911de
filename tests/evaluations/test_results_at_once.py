"""Two connections at once: a decree entered twice, the chair closing while a reviewer sends through the pages."""

import datetime as dt

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from evaluations.models import Decree, Round, Sheet
from evaluations.services import decrees
from registry.models import Change
from registry.reference import load_reference
from tests.registry.factories import make_regions
from tests.registry.pictures import picture, upload
from tests.registry.test_concurrency import at_once

from .closed import FULL, make_closed, make_rakor
from .factories import make_reviewer, make_sheet

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _world(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    make_regions()
    load_reference(years=())


def pressed(user, name, code, **data):
    client = Client()
    client.force_login(user)
    return lambda: client.post(reverse(name, args=[code]), data).status_code


def test_the_same_decree_entered_on_two_connections_is_one():
    with transaction.atomic():
        made = make_closed(1)
    day = timezone.localdate() - dt.timedelta(days=1)

    def enter(number):
        values = {"number": number, "decreed_on": day, "signer": "Gubernur (contoh)", "upload": upload(picture(), "ba.jpg")}
        return lambda: decrees.enter_with_scan(actor=made.province, round=made, expected=made.lock_version, **values)

    found = at_once(enter("188/1"), enter("188/1"))

    assert sorted(type(one).__name__ for one in found) == ["Conflict", "Decree"]
    assert Decree.objects.count() == 1
    assert Round.objects.get().phase == "established"


def test_two_different_decrees_pressed_at_once_leave_one():
    with transaction.atomic():
        made = make_closed(1)
    day = timezone.localdate().isoformat()
    acts = [
        pressed(
            made.province,
            "decree_enter",
            made.code,
            expected=made.lock_version,
            number=number,
            decreed_on=day,
            signer="Gubernur (contoh)",
            upload=upload(picture(), "ba.jpg"),
        )
        for number in ("188/1", "188/2")
    ]

    assert sorted(at_once(*acts)) == [302, 409]
    assert Decree.objects.count() == 1
    awarded = Change.objects.filter(kind="stars_awarded")
    assert awarded.count() == 1


def test_the_chair_closes_while_a_reviewer_sends():
    with transaction.atomic():
        made = make_rakor(1)
        late = make_reviewer(made)
        sheet = make_sheet(made.products[0], late, FULL)

    client = Client()
    client.force_login(late)
    closed, _sent = at_once(
        pressed(made.chair, "round_close", made.code, expected=made.lock_version, sure="on"),
        lambda: client.post(reverse("sheet_send", args=[sheet.key])).status_code,
    )

    assert closed == 302
    counted = len(made.result_sets.get().results.get().inputs["sheets"])
    assert Sheet.objects.get(pk=sheet.pk).state == ("submitted" if counted == 2 else "open")


def test_two_presses_of_close_make_one_version():
    with transaction.atomic():
        made = make_rakor(1)
    act = {"expected": made.lock_version, "sure": "on"}

    found = at_once(pressed(made.chair, "round_close", made.code, **act), pressed(made.chair, "round_close", made.code, **act))

    assert sorted(found) == [302, 409]
    assert made.result_sets.count() == 1
