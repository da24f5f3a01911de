"""Django's admin in the portal's look, under the strict policy, behind the portal's own login."""

import re

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import Mandate, User

pytestmark = pytest.mark.django_db

INLINE = re.compile(r"<style|\sstyle=|\son[a-z]+=|javascript:|<script(?![^>]*\bsrc=)", re.IGNORECASE)


def person(role="", **mandate):
    user = User.objects.create(username="orang-contoh", display_name="Orang (contoh)")
    if role:
        Mandate.objects.create(user=user, role=role, starts_on=timezone.localdate(), **mandate)
    return user


@pytest.fixture
def officer(client):
    client.force_login(person("province_officer", region_codes=["53"], office="province"))
    return client


def test_a_visitor_is_led_to_the_portals_login(client):
    first = client.get(reverse("admin:index"))

    answer = client.get(first["Location"])

    assert answer.status_code == 302
    assert answer["Location"] == f"{reverse('account_login')}?next={reverse('admin:index')}"


def test_a_person_without_a_staff_mandate_is_told_so(client):
    client.force_login(person("producer_head", unit_kind="producer", unit_code="D-1"))

    answer = client.get(f"{reverse('admin:login')}?next={reverse('admin:index')}")

    assert answer.status_code == 403


def test_the_officer_gets_one_navigation_and_the_admin_bundle(officer):
    page = officer.get(reverse("admin:index"), follow=True).content.decode()

    assert "css/dist/admin.css" in page or "css/dist/staff.css" in page
    assert page.count('class="staff-nav"') == 1
    assert "nav_sidebar" not in page
    assert not INLINE.search(page)


def test_stock_pages_of_the_admin_have_nothing_inline(officer):
    page = officer.get(reverse("admin:accounts_user_changelist"))

    assert page.status_code == 200
    assert not INLINE.search(page.content.decode())
    assert "css/dist/admin.css" in page.content.decode()
    assert "unsafe" not in page["Content-Security-Policy"]
