"""Who may give which role where, and who may look after whose account. Written out by hand."""

import datetime as dt

import pytest
from django.utils import timezone

from accounts.models import Mandate
from accounts.permissions import may_grant, may_manage_account
from accounts.states import GRANTABLE_ROLES, Role
from tests.factories import MandateFactory, UserFactory, holder, officer

from .conftest import FAR, SCHOOL, SIBLING, VILLAGE

pytestmark = pytest.mark.django_db
HEAD, OPERATOR, COMPANION = Role.PRODUCER_HEAD, Role.PRODUCER_OPERATOR, Role.COMPANION


def unit(role, code):
    return Mandate(role=role, unit_kind="producer", unit_code=code)


def area(role, *codes, pillar=""):
    return Mandate(role=role, region_codes=list(codes), pillar=pillar)


GRANTS = [
    # held                                          ngada  alor   province admin education head
    (unit(HEAD, VILLAGE), "ngada province admin"),
    (unit(HEAD, SIBLING), "ngada province admin"),
    (unit(HEAD, SCHOOL), "ngada province admin education"),
    (unit(HEAD, FAR), "alor province admin"),
    (unit(HEAD, "unknown"), ""),
    (unit(OPERATOR, VILLAGE), "ngada province admin head"),
    (unit(OPERATOR, SIBLING), "ngada province admin"),
    (unit(OPERATOR, SCHOOL), "ngada province admin education"),
    (unit(COMPANION, VILLAGE), "ngada province admin"),
    (unit(COMPANION, SCHOOL), "ngada province admin"),
    (area(Role.DISTRICT_OFFICER, "53.09.01"), "ngada province admin"),
    (area(Role.DISTRICT_OFFICER, "53.09.01", "53.05.01"), "province admin"),
    (area(Role.REGENCY_OFFICER, "53.09"), "province admin"),
    (area(Role.EDUCATION_OFFICER, "53.09", pillar="osop"), "province admin"),
    (area(Role.TRADE_OFFICER, "53"), "province admin"),
    (area(Role.VIEWER, "53"), "province admin"),
    (area(Role.REVIEWER, "53"), "province admin"),
    (area(Role.PROVINCE_OFFICER, "53"), "admin"),
    (area(Role.SYSTEM_ADMIN, "53"), "admin"),
    (area(Role.REGENCY_OFFICER, "64"), ""),
]


@pytest.mark.parametrize(("held", "allowed"), GRANTS, ids=[f"{held.role}-{held.unit_code or held.region_codes}" for held, _ in GRANTS])
def test_who_may_give_it(request, held, allowed):
    actors = ["ngada", "alor", "province", "admin", "education", "head"]

    assert [name for name in actors if may_grant(request.getfixturevalue(name), held)] == [
        name for name in actors if name in allowed.split()
    ]


def test_roles_without_accounts_to_look_after_give_nothing():
    givers = {Role.SYSTEM_ADMIN, Role.PROVINCE_OFFICER, Role.REGENCY_OFFICER, Role.EDUCATION_OFFICER, Role.PRODUCER_HEAD}

    assert set(GRANTABLE_ROLES) == givers


def test_nobody_gives_the_own_role_but_the_system_administrator():
    assert [role for role, grantable in GRANTABLE_ROLES.items() if role in grantable] == [Role.SYSTEM_ADMIN]


def test_an_account_inside_the_area_is_managed(ngada, head):
    assert may_manage_account(ngada, head)


def test_an_account_outside_the_area_is_not(alor, head):
    assert not may_manage_account(alor, head)


def test_an_account_that_reaches_further_is_not_taken_over_through_one_village(ngada, province):
    person = holder(COMPANION, VILLAGE)
    MandateFactory(user=person, role=COMPANION, unit_code=FAR)

    assert not may_manage_account(ngada, person)
    assert may_manage_account(province, person)


def test_an_account_with_a_higher_role_is_not_taken_over(ngada, admin):
    person = officer(Role.PROVINCE_OFFICER, "53", user=holder(HEAD, VILLAGE))

    assert not may_manage_account(ngada, person)
    assert may_manage_account(admin, person)


def test_a_future_mandate_counts_too(ngada):
    person = holder(HEAD, VILLAGE)
    MandateFactory(user=person, role=Role.REGENCY_OFFICER, region_codes=["53.05"], starts_on=timezone.localdate() + dt.timedelta(days=5))

    assert not may_manage_account(ngada, person)


def test_nobody_manages_the_own_account(admin):
    assert not may_manage_account(admin, admin)


def test_a_head_reissues_only_for_people_who_are_operators_of_the_own_unit(head):
    own = holder(OPERATOR, VILLAGE)
    other = holder(OPERATOR, SIBLING)
    both = MandateFactory(user=holder(OPERATOR, VILLAGE), role=OPERATOR, unit_code=SIBLING).user

    assert [bool(may_manage_account(head, person)) for person in (own, other, both)] == [True, False, False]


def test_an_account_without_mandates_is_managed_by_the_province_only(ngada, province, admin):
    person = UserFactory()

    assert [bool(may_manage_account(user, person)) for user in (ngada, province, admin)] == [False, True, True]
