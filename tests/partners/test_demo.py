"""The partner anyone may use in the demonstration."""

import datetime as dt
from io import StringIO

import pytest
from django.core.management import call_command
from django.utils import timezone

from accounts.states import Role
from ovop_portal.demo import partners as demo
from ovop_portal.demo.accounts import PROVINCE
from partners.delegations import delegations_of
from partners.models import Credential, Partner
from partners.scopes import SCOPES
from partners.services import IssuedCredential
from tests.factories import UserFactory, officer
from tests.registry.factories import SIBLING_VILLAGE, VILLAGE, make_producer, make_regions

from .conftest import ask

pytestmark = pytest.mark.django_db


@pytest.fixture
def office(db):
    return officer(Role.PROVINCE_OFFICER, "53", user=UserFactory(username=PROVINCE, is_demo=True))


def test_the_demonstration_partner_gets_a_token(office):
    assert demo.is_wanted(PROVINCE)

    credential = demo.load_partner(province=PROVINCE, secret="kopi-madu-1234")

    answer = ask(IssuedCredential(credential, "kopi-madu-1234"))
    assert credential.client_id == "demo-mitra"
    assert answer.json()["scope"].split() == list(SCOPES)
    assert not demo.is_wanted(PROVINCE)


def test_only_a_demonstration_gets_it(db):
    officer(Role.PROVINCE_OFFICER, "53", user=UserFactory(username=PROVINCE))

    assert not demo.is_wanted(PROVINCE)


def test_its_credential_is_told_once_and_does_not_end(office, settings, tmp_path, monkeypatch, django_capture_on_commit_callbacks):
    settings.DEMO, settings.MEDIA_ROOT = True, tmp_path / "media"
    make_regions()
    for name, village in (("WRITES_FOR", VILLAGE), ("SENDS_FOR", SIBLING_VILLAGE)):
        monkeypatch.setattr(demo, name, make_producer(region=village, is_demo=True).code)
    monkeypatch.setattr("ovop_portal.demo.evaluation.is_wanted", lambda province: False)
    with django_capture_on_commit_callbacks(execute=True):
        call_command("load_demo", stdout=StringIO())
    note = (tmp_path / "demo-accounts.txt").read_text()
    Credential.objects.update(expires_on=timezone.localdate() + dt.timedelta(days=3))

    call_command("load_demo", stdout=(told := StringIO()))

    secret = note.split("secret ")[1].split()[0]
    assert "client id demo-mitra" in note
    assert told.getvalue().strip() == note.strip()
    partner = Partner.objects.get()
    assert partner.is_demo
    assert {row.unit_code: row.may_send for row in delegations_of(partner)} == {demo.WRITES_FOR: False, demo.SENDS_FOR: True}
    assert ask(IssuedCredential(Credential.objects.get(), secret)).status_code == 200
    assert Credential.objects.get().expires_on > timezone.localdate() + dt.timedelta(days=300)
