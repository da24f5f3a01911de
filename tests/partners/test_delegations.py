"""Who lets a partner's system write for a producer, until when, and what is refused; the database refuses it too."""

from __future__ import annotations

import datetime as dt
import threading

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connections, transaction
from django.utils import timezone

from accounts.models import Mandate
from accounts.permissions import Refused
from accounts.services import end_mandate, grant_mandate
from accounts.states import Role
from partners import services
from partners.delegations import delegate, delegate_many, delegations_of
from partners.states import LONGEST_DELEGATION
from registry.reference import load_reference
from tests.registry.factories import OTHER_REGENCY, VILLAGE, give, make_head, make_officer, make_producer, make_regions, make_user

from .conftest import register
from .writer import soon

pytestmark = pytest.mark.django_db

LETTER = "140/12/DS/2026"


@pytest.fixture
def village(world):
    return world["writes"]


@pytest.fixture
def head(village):
    return make_head(village)


def errors_of(**given):
    """The fields a delegation was refused for."""
    with pytest.raises(ValidationError) as caught:
        delegate(**{"ends_on": soon(), **given})
    return set(caught.value.error_dict)


def test_a_head_delegates_by_own_act(partner, village, head):
    given = delegate(actor=head, partner=partner, unit_code=village.code, ends_on=soon())
    assert (given.user, given.role, given.unit_code) == (partner.service_user, Role.PARTNER, village.code)
    assert (given.granted_by, given.letter_number, given.may_send, given.ends_on) == (head, "", False, soon())
    assert list(delegations_of(partner)) == [given]


@pytest.mark.parametrize("place", ["53", "53.09"])
def test_an_officer_needs_the_letter_of_the_head(partner, village, place):
    officer = make_officer(Role.PROVINCE_OFFICER if place == "53" else Role.REGENCY_OFFICER, [place])
    assert errors_of(actor=officer, partner=partner, unit_code=village.code) == {"letter_number"}
    given = delegate(actor=officer, partner=partner, unit_code=village.code, ends_on=soon(), letter_number=LETTER, may_send=True)
    assert (given.granted_by, given.letter_number, given.may_send) == (officer, LETTER, True)


def test_nobody_delegates_outside_the_own_area(partner, world, village, head):
    operator = make_user()
    give(operator, Role.PRODUCER_OPERATOR, producer=village)
    neighbour = make_officer(Role.REGENCY_OFFICER, [OTHER_REGENCY])
    schools = make_officer(Role.EDUCATION_OFFICER, ["53.09"])
    for actor, unit in ((head, world["sends"]), (neighbour, village), (operator, village), (schools, village)):
        with pytest.raises(Refused):
            delegate(actor=actor, partner=partner, unit_code=unit.code, ends_on=soon(), letter_number=LETTER)
    assert not Mandate.objects.filter(role=Role.PARTNER).exists()


def test_twice_is_refused_until_the_first_has_ended(partner, village, head):
    first = delegate(actor=head, partner=partner, unit_code=village.code, ends_on=soon())
    assert errors_of(actor=head, partner=partner, unit_code=village.code) == {"partner"}
    end_mandate(actor=head, mandate=first)
    second = delegate(actor=head, partner=partner, unit_code=village.code, ends_on=soon())
    assert list(delegations_of(partner)) == [second]


def test_two_partners_write_for_one_producer(province, partner, village, head):
    for one in (partner, register(province, "lain")):
        delegate(actor=head, partner=one, unit_code=village.code, ends_on=soon())
    assert Mandate.objects.filter(role=Role.PARTNER, unit_code=village.code).count() == 2


def test_a_partner_that_is_switched_off_gets_nothing(province, partner, village, head):
    services.deactivate_partner(actor=province, partner=partner)
    assert errors_of(actor=head, partner=partner, unit_code=village.code) == {"partner"}


def test_a_demonstration_partner_writes_for_the_demonstration_only(province, village, head):
    demo = register(province, "contoh", is_demo=True)
    assert errors_of(actor=head, partner=demo, unit_code=village.code) == {"partner"}
    village.is_demo = True
    village.save(update_fields=["is_demo"])
    assert delegate(actor=head, partner=demo, unit_code=village.code, ends_on=soon()).is_live


@pytest.mark.parametrize(
    ("days", "is_right"), [(-1, False), (0, True), (LONGEST_DELEGATION.days, True), (LONGEST_DELEGATION.days + 1, False)]
)
def test_the_last_day(partner, village, head, days, is_right):
    day = timezone.localdate() + dt.timedelta(days=days)
    if not is_right:
        assert errors_of(actor=head, partner=partner, unit_code=village.code, ends_on=day) == {"ends_on"}
        return
    assert delegate(actor=head, partner=partner, unit_code=village.code, ends_on=day).ends_on == day


def test_an_unknown_producer(province, partner):
    assert errors_of(actor=province, partner=partner, unit_code="99.99", letter_number=LETTER) == {"unit_code"}


# --- one letter for many ----------------------------------------------------------------------------------------------


def record(actor, partner, codes, **more):
    return delegate_many(actor=actor, partner=partner, unit_codes=codes, **{"ends_on": soon(), "letter_number": LETTER, **more})


def test_one_letter_for_many_producers(province, partner, world):
    codes = [village.code for village in world.values()]
    given = record(province, partner, [*codes, codes[0]])
    assert [mandate.unit_code for mandate in given] == codes
    assert {(mandate.letter_number, mandate.granted_by) for mandate in given} == {(LETTER, province)}


def test_wrong_codes_are_named_and_none_is_recorded(province, partner, world):
    record(province, partner, [world["sends"].code])
    with pytest.raises(ValidationError) as caught:
        record(province, partner, [world["writes"].code, "99.99", "salah", world["sends"].code])
    text = " ".join(caught.value.message_dict["unit_codes"])
    assert "99.99, salah" in text
    assert world["sends"].code in text
    assert world["writes"].code not in text
    assert delegations_of(partner).count() == 1


def test_a_letter_without_number_and_more_than_the_most(province, partner, village):
    with pytest.raises(ValidationError, match="surat"):
        record(province, partner, [village.code], letter_number="")
    with pytest.raises(ValidationError, match="500"):
        record(province, partner, [str(number) for number in range(501)])


# --- two at once, and what the database holds by itself ---------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_two_at_once_make_one(province, partner):
    make_regions()
    load_reference(years=())
    village = make_producer()
    heads = [make_head(village), make_head(village, standing="deputy")]
    start, results = threading.Barrier(2), [None, None]

    def run(index):
        start.wait()
        try:
            results[index] = delegate(actor=heads[index], partner=partner, unit_code=village.code, ends_on=soon())
        except Exception as error:
            results[index] = error
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(index,)) for index in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert sorted(type(result).__name__ for result in results) == ["Mandate", "ValidationError"]
    assert Mandate.objects.filter(role=Role.PARTNER).count() == 1


def raw(user, role, **fields):
    """A row as no service would write it."""
    values = {"unit_kind": "producer", "unit_code": VILLAGE, "starts_on": timezone.localdate(), "ends_on": soon(), **fields}
    with transaction.atomic():
        return Mandate.objects.create(user=user, role=role, **values)


def test_the_database_refuses_a_person_as_partner_and_a_system_in_another_role(partner):
    system, person = partner.service_user, make_user()
    for user, role in ((person, Role.PARTNER), (system, Role.PRODUCER_OPERATOR), (system, Role.PRODUCER_HEAD)):
        with pytest.raises(IntegrityError, match="only a partner system is a partner"):
            raw(user, role)
    with pytest.raises(IntegrityError, match="only a partner system is a partner"), transaction.atomic():
        Mandate.objects.filter(pk=raw(person, Role.COMPANION).pk).update(role=Role.PARTNER)
    with pytest.raises(IntegrityError, match="mandate_of_partner_ends"):
        raw(system, Role.PARTNER, ends_on=None)
    assert raw(system, Role.PARTNER).is_live


def test_services_refuse_it_in_words(province, partner, village):
    for user, role in ((make_user(), Role.PARTNER), (partner.service_user, Role.COMPANION)):
        with pytest.raises(ValidationError, match="sistem mitra"):
            grant_mandate(actor=province, user=user, role=role, unit_kind="producer", unit_code=village.code, ends_on=soon())
