"""Who sees and who writes instruments: every address, asked as every kind of person."""

import pytest
from django.test import Client
from django.urls import reverse

from accounts.states import Role
from evaluations.models import Instrument
from evaluations.services import instruments as service
from tests.registry.factories import give, make_head, make_officer, make_producer, make_user

from .instrument_contents import sound

pytestmark = pytest.mark.django_db

WHO = ("anybody", "head", "reviewer", "province", "regency", "viewer", "system")
READS = "302 403 403 200 200 200 403"
DRAFT = "302 403 403 200 404 404 403"
WRITES = "302 403 403 200 403 403 403"
ROWS = {
    ("instruments", ()): READS,
    ("instrument_start", ()): WRITES,
    ("instrument_import", ()): WRITES,
    ("instrument", ("uji", 1)): READS,
    ("instrument", ("uji", 2)): DRAFT,
    ("instrument_difference", ("uji", 1)): READS,
    ("instrument_difference", ("uji", 2)): DRAFT,
    ("instrument_export", ("uji", 1, "yaml")): READS,
    ("instrument_export", ("uji", 2, "xlsx")): DRAFT,
    ("instrument_publish", ("uji", 2)): WRITES,
    ("instrument_settings", ("uji", 2)): WRITES,
    ("instrument_rows", ("uji", 2, "bintang")): WRITES,
    ("instrument_points", ("uji", 2, "bersama")): WRITES,
    ("instrument_section", ("uji", 2, "bersama", "A")): WRITES,
    ("instrument_section_new", ("uji", 2, "kriya")): WRITES,
    ("instrument_criterion", ("uji", 2, "bersama", "A", "A1")): WRITES,
    ("instrument_criterion_new", ("uji", 2, "bersama", "A")): WRITES,
    ("admin:evaluations_instrument_changelist", ()): "302 302 302 200 200 200 403",
}


@pytest.fixture
def people(world):
    reviewer = make_user()
    give(reviewer, Role.REVIEWER, regions=["53"])
    province = make_officer(Role.PROVINCE_OFFICER, ["53"])
    first = service.publish_instrument(actor=province, instrument=service.import_content(actor=province, content=sound()), base=0)
    service.copy_instrument(actor=province, source=first)
    return {
        "anybody": None,
        "head": make_head(make_producer()),
        "reviewer": reviewer,
        "province": province,
        "regency": make_officer(),
        "viewer": make_officer(Role.VIEWER, ["53"]),
        "system": make_officer(Role.SYSTEM_ADMIN, ["53"]),
    }


def clients(people):
    made = {who: Client() for who in WHO}
    for who, user in people.items():
        if user:
            made[who].force_login(user)
    return made


def test_every_page_answers_each_person_as_written(people):
    asking, wrong = clients(people), []
    for (name, args), expected in ROWS.items():
        found = " ".join(str(asking[who].get(reverse(name, args=args)).status_code) for who in WHO)
        if found != expected:
            wrong.append(f"{name} {args}: {found} instead of {expected}")
    assert wrong == []


def test_no_button_works_for_those_who_only_read(people):
    before = list(Instrument.objects.values())
    for who in ("head", "reviewer", "regency", "viewer", "system"):
        asking = clients(people)[who]
        for name, args in ROWS:
            asking.post(reverse(name, args=args), {"base": 0, "name": "x", "code": "lain"})
        for act in ("copy", "retire", "discard", "remove"):
            assert asking.post(reverse("instrument_act", args=["uji", 2]), {"act": act, "base": 0}).status_code in (403, 404)
    assert list(Instrument.objects.values()) == before
