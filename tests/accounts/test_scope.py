"""Whose accounts and mandates an officer sees."""

import pytest

from accounts.models import Mandate, User
from accounts.states import Action, Role
from tests.factories import MandateFactory, UserFactory, holder, officer

from .conftest import FAR, SCHOOL, SECOND_SCHOOL, SIBLING, VILLAGE

pytestmark = pytest.mark.django_db
VIEW = Action.ACCOUNT_VIEW


def sees(user, other):
    return User.objects.for_user(user, VIEW).filter(pk=other.pk).exists()


@pytest.mark.parametrize(
    ("code", "by_ngada", "by_alor", "by_province", "by_education"),
    [
        (VILLAGE, True, False, True, False),
        (SIBLING, True, False, True, False),
        (SCHOOL, True, False, True, True),
        (FAR, False, True, True, False),
    ],
)
def test_holders_of_units_are_seen_by_the_offices_of_their_place(
    ngada, alor, province, education, code, by_ngada, by_alor, by_province, by_education
):
    person = holder(Role.PRODUCER_HEAD, code)

    assert [sees(user, person) for user in (ngada, alor, province, education)] == [by_ngada, by_alor, by_province, by_education]


@pytest.mark.parametrize(
    ("codes", "seen"),
    [(["53.09"], True), (["53.09.01", "53.09.02"], True), (["53.09", "53.05"], False), (["53"], False), (["53.091"], False)],
)
def test_an_officer_is_seen_when_every_region_lies_inside(ngada, codes, seen):
    person = officer(Role.VIEWER, *codes)

    assert sees(ngada, person) is seen


def test_accounts_without_any_mandate_are_the_provinces(ngada, province):
    person = UserFactory()

    assert (sees(ngada, person), sees(province, person)) == (False, True)


@pytest.mark.parametrize("role", [Role.PRODUCER_HEAD, Role.PRODUCER_OPERATOR, Role.COMPANION])
def test_unit_people_see_no_account_list(role):
    person = holder(role, VILLAGE)

    assert not User.objects.for_user(person, VIEW).exists()


def test_a_head_reaches_the_mandates_of_the_own_school_only():
    head = holder(Role.PRODUCER_HEAD, SCHOOL)
    own = MandateFactory(role=Role.PRODUCER_OPERATOR, unit_code=SCHOOL)
    MandateFactory(role=Role.PRODUCER_OPERATOR, unit_code=SECOND_SCHOOL)

    reached = Mandate.objects.for_user(head, Action.OPERATOR_NAME).filter(role=Role.PRODUCER_OPERATOR)

    assert list(reached) == [own]


def test_a_mandate_of_another_area_is_not_shown_with_a_shared_person(ngada):
    person = holder(Role.COMPANION, VILLAGE)
    far = MandateFactory(user=person, role=Role.COMPANION, unit_code=FAR)

    assert far not in Mandate.objects.for_user(ngada, VIEW)
    assert sees(ngada, person)
