"""The pages about delegations: a head gives one, an officer records a letter, both end one."""

from __future__ import annotations

import datetime as dt

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import Mandate
from accounts.staff_forms import MandateForm
from accounts.states import Role
from partners import services
from partners.delegations import delegate, delegate_many, delegations_of
from tests.registry.factories import give, make_head, make_producer, make_user

from .conftest import register
from .writer import soon

pytestmark = pytest.mark.django_db

NEW, PEOPLE = "/ruang/mitra/", "/ruang/orang/"


@pytest.fixture
def village(world):
    return world["writes"]


@pytest.fixture
def head(client, village):
    """The head of the village, signed in."""
    head = make_head(village)
    client.force_login(head)
    return head


@pytest.fixture
def officer(client, province):
    """The province officer, signed in."""
    client.force_login(province)
    return province


def typed(**fields):
    return {"partner": "koperasi", "may_send": "no", "ends_on": soon().isoformat(), **fields}


def text_of(answer):
    return answer.content.decode()


# --- the head -----------------------------------------------------------------------------------------------------------


def test_a_head_gives_a_delegation_and_sees_it_among_the_people(client, partner, village, head):
    page = client.get(NEW)
    assert page.context["form"].initial["ends_on"] == timezone.localdate() + dt.timedelta(days=365)
    assert village.name in text_of(page)
    done = client.post(NEW, typed(), follow=True)
    (given,) = delegations_of(partner)
    assert (given.granted_by, given.unit_code, given.may_send, given.ends_on) == (head, village.code, False, soon())
    assert done.redirect_chain == [(f"{PEOPLE}?unit={village.code}", 302)]
    assert "Dinas Koperasi (contoh)" in text_of(done)
    assert "Mengisi; hanya Anda yang mengirim." in text_of(done)
    assert f"{NEW}?unit={village.code}" in text_of(done)


def test_a_head_lets_the_system_send_and_ends_it(client, partner, village, head):
    given = delegate(actor=head, partner=partner, unit_code=village.code, ends_on=soon())
    button = reverse("unit_person", args=[given.pk])
    client.post(button, {"may_send": "1"})
    given.refresh_from_db()
    assert given.may_send
    assert "Mengisi, dan boleh juga mengirim" in text_of(client.get(PEOPLE))
    client.post(button, {"may_send": "0"})
    given.refresh_from_db()
    assert not given.may_send
    ended = client.post(button, {"end": "1"})
    assert ended["Location"] == f"{PEOPLE}?unit={village.code}"
    assert not delegations_of(partner).exists()


def test_the_unit_in_the_address_is_the_one_that_delegates(client, partner, village, head, world):
    other = world["sends"]
    give(head, Role.PRODUCER_HEAD, producer=other)
    client.post(f"{NEW}?unit={other.code}", typed())
    assert [mandate.unit_code for mandate in delegations_of(partner)] == [other.code]
    client.post(f"{NEW}?unit={world['none'].code}", typed())  # not the own: the first own one
    assert {mandate.unit_code for mandate in delegations_of(partner)} == {other.code, village.code}


@pytest.mark.parametrize(
    ("sent", "field"),
    [
        ({"partner": ""}, "partner"),
        ({"partner": "tidak-ada"}, "partner"),
        ({"partner": "a\0b"}, "partner"),
        ({"may_send": "perhaps"}, "may_send"),
        ({"ends_on": ""}, "ends_on"),
        ({"ends_on": "besok"}, "ends_on"),
        ({"ends_on": "2020-01-01"}, "ends_on"),
        ({"ends_on": "2099-01-01"}, "ends_on"),
    ],
)
def test_what_is_wrong_stands_beside_the_field_and_the_rest_is_kept(client, partner, head, sent, field):
    answer = client.post(NEW, typed(**{"may_send": "yes", **sent}))
    form = answer.context["form"]
    assert (answer.status_code, set(form.errors)) == (200, {field})
    assert f'id="id_{field}_error"' in text_of(answer)
    assert form["partner"].value() == sent.get("partner", "koperasi")
    assert form["ends_on"].value() == sent.get("ends_on", soon().isoformat())
    assert not delegations_of(partner).exists()


def test_the_same_partner_twice_is_told_beside_the_partner(client, partner, head):
    client.post(NEW, typed())
    again = client.post(NEW, typed())
    assert set(again.context["form"].errors) == {"partner"}
    assert delegations_of(partner).count() == 1


def test_offered_are_active_partners_and_examples_to_examples(client, province, partner, village, head):
    register(province, "contoh", is_demo=True, name="Mitra contoh")
    off = register(province, "lama", name="Mitra lama (contoh)")
    services.deactivate_partner(actor=province, partner=off)

    def offered():
        return {row.code for row in client.get(NEW).context["form"].fields["partner"].queryset}

    assert offered() == {"koperasi"}
    assert set(client.post(NEW, typed(partner="contoh")).context["form"].errors) == {"partner"}
    village.is_demo = True
    village.save(update_fields=["is_demo"])
    assert offered() == {"koperasi", "contoh"}


def test_without_any_partner_the_page_says_so(client, head):
    page = text_of(client.get(NEW))
    assert "Belum ada mitra" in page
    assert 'name="ends_on"' not in page


@pytest.mark.parametrize("role", [Role.PRODUCER_OPERATOR, Role.COMPANION, Role.REGENCY_OFFICER, Role.PROVINCE_OFFICER])
def test_only_heads_give_one_here(client, partner, village, role):
    user = make_user()
    unit = {"producer": village} if role in (Role.PRODUCER_OPERATOR, Role.COMPANION) else {"regions": ["53"]}
    give(user, role, **unit)
    client.force_login(user)
    assert (client.get(NEW).status_code, client.post(NEW, typed()).status_code) == (403, 403)
    assert not delegations_of(partner).exists()


def test_a_delegation_of_another_unit_is_out_of_reach(client, partner, world, head):
    other = world["sends"]
    foreign = delegate(actor=make_head(other), partner=partner, unit_code=other.code, ends_on=soon())
    assert client.post(reverse("unit_person", args=[foreign.pk]), {"end": "1"}).status_code == 404
    assert partner.name not in text_of(client.get(PEOPLE))
    assert foreign in delegations_of(partner)


@pytest.mark.parametrize("count", [1, 3])
def test_the_page_of_the_people_costs_the_same(client, province, village, head, count, django_assert_num_queries):
    for number in range(count):
        delegate(actor=head, partner=register(province, f"mitra-{number}"), unit_code=village.code, ends_on=soon())
    with django_assert_num_queries(5):  # session, person, mandates, unit, those who write
        client.get(PEOPLE)


def test_the_page_takes_few_queries(client, partner, head, django_assert_num_queries):
    with django_assert_num_queries(6):  # session, person, mandates, unit; partners: whether any, and which
        client.get(NEW)


# --- the officer --------------------------------------------------------------------------------------------------------


def letter(**fields):
    return {"letter_number": "140/12/DS/2026", "unit_codes": "", "may_send": "no", "ends_on": soon().isoformat(), **fields}


def test_an_officer_records_a_letter_for_many(client, partner, officer, world):
    page = reverse("delegation_record", args=[partner.code])
    codes = [village.code for village in world.values()]
    done = client.post(page, letter(unit_codes=f"{codes[0]}\r\n {codes[1]},{codes[2]}\n{codes[0]}", may_send="yes"), follow=True)
    assert done.redirect_chain == [(f"/admin/mitra/{partner.code}/", 302)]
    assert "3 pelimpahan sudah dicatat." in text_of(done)
    given = delegations_of(partner)
    assert {(row.unit_code, row.letter_number, row.may_send) for row in given} == {(code, "140/12/DS/2026", True) for code in codes}


def test_wrong_codes_are_named_and_what_was_typed_is_kept(client, partner, officer, village):
    codes = f"{village.code}\n99.99\nsalah"
    answer = client.post(reverse("delegation_record", args=[partner.code]), letter(unit_codes=codes))
    assert "99.99, salah" in " ".join(answer.context["form"].errors["unit_codes"])
    assert codes in text_of(answer)
    assert not delegations_of(partner).exists()


@pytest.mark.parametrize(
    ("sent", "field"),
    [
        ({"unit_codes": " \n "}, "unit_codes"),
        ({"unit_codes": " ".join(str(number) for number in range(501))}, "unit_codes"),
        ({"unit_codes": "a\0b"}, "unit_codes"),
        ({"letter_number": " "}, "letter_number"),
        ({"ends_on": "2020-01-01"}, "ends_on"),
    ],
)
def test_a_letter_that_cannot_be_recorded(client, partner, officer, village, sent, field):
    answer = client.post(reverse("delegation_record", args=[partner.code]), letter(**{"unit_codes": village.code, **sent}))
    assert (answer.status_code, set(answer.context["form"].errors)) == (200, {field})
    assert not delegations_of(partner).exists()


def test_a_partner_that_is_switched_off_gets_no_letter(client, partner, officer, village):
    services.deactivate_partner(actor=officer, partner=partner)
    page = reverse("delegation_record", args=[partner.code])
    assert page not in text_of(client.get(reverse("partner_detail", args=[partner.code])))
    answer = client.post(page, letter(unit_codes=village.code))
    assert "Mitra ini tidak aktif." in text_of(answer)
    assert not delegations_of(partner).exists()


def test_the_page_of_a_partner_lists_them(client, partner, officer, world):
    own = make_head(world["writes"])
    delegate(actor=own, partner=partner, unit_code=world["writes"].code, ends_on=soon(), may_send=True)
    delegate_many(actor=officer, partner=partner, unit_codes=[world["none"].code], ends_on=soon(), letter_number="B-7")
    page = reverse("partner_detail", args=[partner.code])
    text = text_of(client.get(page))
    for words in (world["writes"].name, str(own), world["none"].name, "B-7", "2 pelimpahan berlaku"):
        assert words in text, words
    narrowed = client.get(page, {"kode": world["none"].code[:5]})
    assert [line.mandate.unit_code for line in narrowed.context["delegations"]] == [world["none"].code]
    for code in ("99", "%", "a\0b"):
        assert "Tidak ada pelimpahan untuk kode ini." in text_of(client.get(page, {"kode": code})), code
    assert reverse("account_grant", args=[partner.service_user_id]) not in text


def test_many_delegations_come_by_pages(client, partner, officer, world, django_assert_num_queries):
    codes = [make_producer("ocop").code for _number in range(51)]
    delegate_many(actor=officer, partner=partner, unit_codes=codes, ends_on=soon(), letter_number="B-7")
    page = reverse("partner_detail", args=[partner.code])
    client.get(page)
    with django_assert_num_queries(PARTNER_PAGE):
        first = client.get(page)
    second = client.get(page, {"page": 2})
    assert (len(first.context["delegations"]), len(second.context["delegations"])) == (50, 1)
    assert 'rel="next"' in text_of(first)


PARTNER_PAGE = 12


def test_an_officer_ends_one_after_a_question(client, partner, officer, village):
    (given,) = delegate_many(actor=officer, partner=partner, unit_codes=[village.code], ends_on=soon(), letter_number="B-7")
    page = reverse("delegation_end", args=[partner.code, given.pk])
    assert village.name in text_of(client.get(page))
    assert delegations_of(partner).exists()
    for _press in range(2):
        assert client.post(page).status_code == 302
    given.refresh_from_db()
    assert (given.is_live, given.ended_by) == (False, officer)


def test_the_delegation_of_another_partner_or_a_role_of_a_person_is_not_ended_here(client, partner, officer, village):
    (given,) = delegate_many(actor=officer, partner=partner, unit_codes=[village.code], ends_on=soon(), letter_number="B-7")
    other = register(officer, "lain")
    head = make_head(village).mandates.get()
    assert client.post(reverse("delegation_end", args=[other.code, given.pk])).status_code == 404
    assert client.post(reverse("delegation_end", args=[partner.code, head.pk])).status_code == 404
    assert Mandate.objects.live().filter(pk__in=[given.pk, head.pk]).count() == 2


# --- the pages of accounts are for people ---------------------------------------------------------------------------------


def test_the_role_is_offered_to_nobody(officer):
    assert Role.PARTNER not in dict(MandateForm(user=officer).fields["role"].choices)


@pytest.mark.parametrize("name", ["account_detail", "account_grant", "account_issue", "account_deactivate", "account_erase"])
def test_the_account_of_a_system_has_no_page_among_the_accounts(client, partner, officer, name):
    page = reverse(name, args=[partner.service_user_id])
    assert client.post(page, {"role": "partner"}).status_code in (404, 405)
    assert client.get(page).status_code in (404, 405)


def test_a_filter_of_the_accounts_offers_roles_of_people(client, officer):
    choices = dict(client.get(reverse("account_list")).context["filter"].form.fields["role"].choices)
    assert Role.COMPANION in choices
    assert Role.PARTNER not in choices
