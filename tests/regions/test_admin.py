"""The admin of the region tree: who opens it, and that every write goes through the services."""

from __future__ import annotations

import dataclasses

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import Mandate, User
from accounts.states import Role
from regions.loading import load_edition
from regions.models import PlanState, Region, RegionPlan, RegionSuccession

pytestmark = pytest.mark.django_db


def login(client, role: Role) -> User:
    user = User.objects.create_user(f"contoh-{role}", "sandi-contoh", display_name="Petugas (contoh)")
    Mandate.objects.create(user=user, role=role, region_codes=["53"], starts_on=timezone.localdate())
    client.force_login(user, backend="accounts.backends.LoginBackend")
    return user


@pytest.fixture
def village() -> Region:
    return Region.objects.filter(parent_id="53.09.02", kind="village").first()


@pytest.fixture
def plan(edition, village) -> RegionPlan:
    names = {**edition.names, village.code: "Nama Baru"}
    return load_edition(edition=dataclasses.replace(edition, name="trial 2027", names=names)).plan


def form_of(plan: RegionPlan, **extra: str) -> dict[str, str]:
    item = plan.items.get()
    return {
        "decree": "Kepmendagri contoh/2027",
        "day": "",
        "items-TOTAL_FORMS": "1",
        "items-INITIAL_FORMS": "1",
        "items-0-id": str(item.pk),
        "items-0-plan": str(plan.pk),
        "items-0-kind": item.kind,
        "items-0-old_codes": ",".join(item.old_codes),
        "items-0-new_codes": ",".join(item.new_codes),
        **extra,
    }


@pytest.mark.parametrize(("role", "page", "plans"), [(Role.PROVINCE_OFFICER, 200, 200), (Role.REGENCY_OFFICER, 200, 403)])
def test_officers_look_at_the_tree_and_the_province_at_plans(client, role, page, plans, village, plan):
    login(client, role)
    assert client.get(reverse("admin:regions_region_changelist"), {"q": "beiwali"}).status_code == page
    assert client.get(reverse("admin:regions_region_change", args=[village.pk])).status_code == page
    assert client.get(reverse("admin:regions_regionsuccession_changelist")).status_code == page
    assert client.get(reverse("admin:regions_regionplan_changelist")).status_code == plans
    assert client.get(reverse("admin:regions_regionplan_change", args=[plan.pk])).status_code == plans


def test_a_plan_is_carried_out_by_the_province_in_the_staff_area(client, plan, village):
    officer = login(client, Role.PROVINCE_OFFICER)
    page = client.get(reverse("admin:regions_regionplan_change", args=[plan.pk]))
    assert b'name="_confirm"' in page.content
    assert 'name="items-0-kind" aria-label="jenis perubahan"' in page.content.decode()
    client.post(reverse("admin:regions_regionplan_change", args=[plan.pk]), form_of(plan, _confirm="1"))
    plan.refresh_from_db()
    assert (plan.state, plan.decided_by, plan.decree) == (PlanState.CONFIRMED, officer, "Kepmendagri contoh/2027")
    assert Region.objects.get(pk=village.pk).name == "Nama Baru"
    after = client.get(reverse("admin:regions_regionplan_change", args=[plan.pk]))
    assert b'name="_confirm"' not in after.content


def test_a_plan_that_is_not_clear_stays_open_and_says_why(client, plan):
    login(client, Role.PROVINCE_OFFICER)
    address = reverse("admin:regions_regionplan_change", args=[plan.pk])
    client.post(address, form_of(plan, _confirm="1") | {"items-0-kind": "unknown"})
    plan.refresh_from_db()
    assert plan.state == PlanState.OPEN
    assert plan.items.get().kind == "unknown"


def test_a_plan_is_set_aside(client, plan, village):
    login(client, Role.PROVINCE_OFFICER)
    client.post(reverse("admin:regions_regionplan_change", args=[plan.pk]), form_of(plan, _drop="1"))
    plan.refresh_from_db()
    assert plan.state == PlanState.DROPPED
    assert Region.objects.get(pk=village.pk).name == village.name


def test_others_decide_nothing(client, plan):
    login(client, Role.REGENCY_OFFICER)
    answer = client.post(reverse("admin:regions_regionplan_change", args=[plan.pk]), form_of(plan, _confirm="1"))
    assert answer.status_code == 403
    plan.refresh_from_db()
    assert plan.state == PlanState.OPEN


def test_spellings_are_written_by_the_province_only(client, village):
    address = reverse("admin:regions_region_change", args=[village.pk])
    login(client, Role.REGENCY_OFFICER)
    assert client.post(address, {"aliases": "Kampung Tua"}).status_code == 403
    login(client, Role.PROVINCE_OFFICER)
    client.post(address, {"aliases": "Kampung Tua", "name": "Palsu"})
    village.refresh_from_db()
    assert (village.aliases, village.name) == (["Kampung Tua"], Region.objects.search("kampung tua").first().name)
    assert village.name != "Palsu"


def test_a_decree_is_recorded_by_hand(client, village):
    officer = login(client, Role.PROVINCE_OFFICER)
    form = {
        "old": village.full_name,
        "followers": f"53.09.02.2998 Contoh Satu\n{village.code} \n",
        "kind": "split",
        "decree": "Perda contoh",
        "day": "2026-03-01",
    }
    address = reverse("admin:regions_regionsuccession_add")
    refused = client.post(address, {**form, "kind": "merge"})
    assert refused.status_code == 200
    assert not RegionSuccession.objects.exists()
    assert not Region.objects.filter(pk="53.09.02.2998").exists()
    assert client.post(address, form).status_code == 302
    assert {(row.old_id, row.new_id, row.recorded_by) for row in RegionSuccession.objects.all()} == {
        (village.code, "53.09.02.2998", officer),
        (village.code, village.code, officer),
    }
    row = RegionSuccession.objects.first()
    assert client.get(reverse("admin:regions_regionsuccession_change", args=[row.pk])).status_code == 200


def test_a_new_name_is_recorded_by_hand(client, village):
    login(client, Role.PROVINCE_OFFICER)
    form = {"old": village.code, "followers": f"{village.code} Nama Baru", "kind": "rename", "decree": "Perda contoh", "day": "2026-03-01"}
    assert client.post(reverse("admin:regions_regionsuccession_add"), form).status_code == 302
    assert Region.objects.get(pk=village.pk).name == "Nama Baru"
