"""Who takes part in a product: asked by its people, answered by the other head alone, told to the public once agreed."""

from __future__ import annotations

import datetime as dt
import re

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.permissions import Refused
from accounts.states import Role
from regions.hooks import Succession
from regions.models import Region
from registry import coverage
from registry.errors import Conflict, NotReady
from registry.models import CatalogueEntry, Change, Notice, Participant, SubmissionEvent
from registry.notices import words
from registry.services import participants
from registry.states import MAX_PARTICIPANTS
from registry.succession import move_producers

from . import published, steps
from .factories import (
    OTHER_REGENCY,
    OTHER_VILLAGE,
    SIBLING_VILLAGE,
    give,
    make_head,
    make_officer,
    make_producer,
    make_product,
    make_user,
)
from .test_workspace import entered

pytestmark = pytest.mark.usefixtures("world")


@pytest.fixture
def product():
    return make_product(make_producer(name="Desa Contoh Satu"), name="Brownies Pisang")


@pytest.fixture
def owner(product):
    return make_head(product.producer)


@pytest.fixture
def partner():
    return make_producer(region=SIBLING_VILLAGE, name="Desa Contoh Dua")


@pytest.fixture
def head(partner):
    return make_head(partner)


def ask(owner, product, partner, role="maker") -> Participant:
    return participants.invite_participant(actor=owner, product=product, producer=partner, role=role)


def answer(head, part, agree=True) -> Participant:
    return participants.answer_participation(actor=head, participant=part, agree=agree)


def page(product) -> str:
    return reverse("product_participants", args=[product.code])


def question(part) -> str:
    return reverse("participation", args=[part.key])


def holder(role: str, producer) -> Client:
    user = make_user()
    give(user, role, producer=producer)
    return entered(user)


# --- services -----------------------------------------------------------------------------------------------------------


def test_asking_twice_is_one_question_and_one_notice(product, owner, partner, head):
    first, second = ask(owner, product, partner), ask(owner, product, partner)

    assert first == second
    assert first.is_asked
    assert not first.is_agreed
    assert [words(notice) for notice in Notice.objects.filter(user=head)] == [
        "Desa Contoh Satu menanyakan apakah Anda ikut serta dalam “Brownies Pisang”."
    ]


def test_agreeing_is_told_to_the_owner_and_noted_with_the_acting_mandate(product, owner, partner, head):
    part = answer(head, ask(owner, product, partner))

    assert part.is_agreed
    assert part.agreed_by == head
    assert [words(notice) for notice in Notice.objects.filter(user=owner)] == ["Desa Contoh Dua ikut serta dalam “Brownies Pisang”."]
    event = SubmissionEvent.objects.get(transition="agree_part")
    assert (event.mandate, event.comment, event.from_state) == (head.mandates.get(), "Desa Contoh Dua", "")


def test_the_same_answer_twice_is_one_and_another_answer_is_a_conflict(product, owner, partner, head):
    part = ask(owner, product, partner)
    answer(head, part)
    answer(head, part)
    with pytest.raises(Conflict):
        answer(head, part, agree=False)

    assert SubmissionEvent.objects.filter(transition__in=("agree_part", "decline_part")).count() == 1
    assert Notice.objects.filter(user=owner).count() == 1


def test_after_a_no_the_same_may_be_asked_again(product, owner, partner, head):
    part = answer(head, ask(owner, product, partner), agree=False)
    assert part.declined_at
    assert part.ends_on == timezone.localdate()
    with pytest.raises(Conflict):
        answer(head, part)

    again = ask(owner, product, partner)

    assert again.pk != part.pk
    assert again.is_asked


@pytest.mark.parametrize("role", [Role.PRODUCER_OPERATOR, Role.COMPANION])
def test_only_the_head_of_the_one_asked_may_answer(product, owner, partner, role):
    part, helper = ask(owner, product, partner), make_user()
    give(helper, role, producer=partner)
    for person in (helper, owner, make_officer(), make_officer(Role.PROVINCE_OFFICER, ["53"])):
        with pytest.raises(Refused):
            answer(person, part)


@pytest.mark.parametrize("role", [Role.PRODUCER_OPERATOR, Role.COMPANION])
def test_operators_and_companions_of_the_owner_ask(product, partner, role):
    helper = make_user()
    give(helper, role, producer=product.producer)

    assert ask(helper, product, partner).asked_by == helper


def test_strangers_and_the_one_asked_do_not_ask(product, partner, head):
    for person in (head, make_officer(Role.REGENCY_OFFICER, [OTHER_REGENCY]), make_officer(Role.PROVINCE_OFFICER, ["53"])):
        with pytest.raises(Refused):
            ask(person, product, partner)


def test_oneself_an_ended_producer_and_too_many_are_refused(product, owner, partner):
    ended = make_producer("ocop", ended_on=dt.date(2026, 1, 1))
    for other in (product.producer, ended):
        with pytest.raises(NotReady):
            ask(owner, product, other)
    for _number in range(MAX_PARTICIPANTS):
        ask(owner, product, make_producer("ocop"))
    with pytest.raises(NotReady):
        ask(owner, product, partner)


def test_either_side_ends_it_and_the_other_is_told(product, owner, partner, head):
    part = answer(head, ask(owner, product, partner))
    participants.end_participation(actor=head, participant=part)
    participants.end_participation(actor=owner, participant=part)
    assert [notice.kind for notice in Notice.objects.filter(user=owner)] == ["part_ended", "part_agreed"]

    second = ask(owner, product, partner)
    participants.end_participation(actor=owner, participant=second)

    with pytest.raises(Conflict):
        answer(head, second)
    assert [notice.kind for notice in Notice.objects.filter(user=head)] == ["part_ended", "part_asked", "part_asked"]


def test_a_stranger_ends_nothing(product, owner, partner, head):
    part = answer(head, ask(owner, product, partner))
    helper = make_user()
    give(helper, Role.PRODUCER_OPERATOR, producer=partner)
    for person in (helper, make_head(make_producer(region=OTHER_VILLAGE))):
        with pytest.raises(Refused):
            participants.end_participation(actor=person, participant=part)


def test_the_database_holds_one_current_part_and_an_agreement_with_its_person(product, partner, owner):
    ask(owner, product, partner)
    row = {"product": product, "producer": partner, "role": "maker", "starts_on": timezone.localdate()}
    for wrong in ({}, {"role": "owner", "agreed_at": timezone.now()}, {"role": "owner", "declined_at": timezone.now()}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Participant.objects.create(**row | wrong)
    Participant.objects.create(**row | {"role": "supplier"})


# --- what the public sees --------------------------------------------------------------------------------------------


def public_page(product) -> str:
    text = Client().get(reverse("product", args=[product.code])).content.decode()
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", text))


def test_the_public_page_names_those_who_agreed_by_role_at_once(product, owner, partner, head):
    entry = published.publish(product)
    supplier = make_producer(region=OTHER_VILLAGE, name="Desa Contoh Tiga")
    part = ask(owner, product, partner)
    answer(make_head(supplier), ask(owner, product, supplier, "supplier"))
    assert "Contoh Dua" not in public_page(product)

    answer(head, part)

    assert "Dibuat juga oleh Desa Contoh Dua" in public_page(product)
    assert "Bahan baku dari Desa Contoh Tiga, Kabupaten Alor" in public_page(product)
    assert Change.objects.filter(kind="participants_changed", subject_code=entry.code).count() == 2

    participants.end_participation(actor=head, participant=part)

    assert "Contoh Dua" not in public_page(product)


def test_who_agreed_before_publication_is_named_from_the_first_day(product, owner, partner, head):
    answer(head, ask(owner, product, partner))
    assert not Change.objects.exists()

    steps.publish(product, head=owner)

    assert "Dibuat juga oleh Desa Contoh Dua" in public_page(product)
    assert CatalogueEntry.objects.get().payload.keys().isdisjoint({"partners", "participants"})


def test_a_moved_partner_is_named_by_its_new_place(product, owner, partner, head):
    published.publish(product)
    answer(head, ask(owner, product, partner))
    old, new = Region.objects.get(pk=SIBLING_VILLAGE), Region.objects.get(pk=OTHER_VILLAGE)

    move_producers(Succession(actor=None, old=old, new=[new], kind="merge", day=timezone.localdate()))

    assert "Desa Contoh Dua, Kabupaten Alor" in public_page(product)


def test_villages_taking_part_are_told_beside_coverage(product, owner, partner, head):
    published.publish(product)
    school = make_producer("osop", region=OTHER_VILLAGE)
    answer(make_head(school), ask(owner, product, school))
    part = ask(owner, product, partner)
    assert (coverage.count().covered, coverage.count().taking_part) == (1, 1)

    answer(head, part)
    answer(head, ask(owner, product, partner, "supplier"))
    assert (coverage.count().covered, coverage.count().taking_part) == (1, 2)

    published.publish(producer=partner, name="Kopi Sendiri")
    assert (coverage.count().covered, coverage.count().taking_part) == (2, 2)


# --- pages -------------------------------------------------------------------------------------------------------------


def test_search_choose_and_send_without_a_script(product, owner, partner):
    client = entered(owner)
    found = client.get(page(product), {"q": "contoh dua"}).content.decode()
    assert f'value="{partner.code}"' in found
    assert f'value="{product.producer.code}"' not in found

    for _press in range(2):
        answered = client.post(page(product), {"producer": partner.code, "role": "maker"})
        assert answered.status_code == 302

    text = client.get(page(product)).content.decode()
    assert Participant.objects.get().asked_by == owner
    assert "belum menjawab" in text
    assert "Belum ada yang punya akun di sana" in text


def test_half_a_choice_is_asked_for_and_the_rest_stays(product, owner, partner):
    client = entered(owner)
    text = client.post(f"{page(product)}?q=contoh+dua", {"producer": partner.code}).content.decode()

    assert re.search(rf'value="{re.escape(partner.code)}"[^>]*checked', text)
    assert "Pilih peran mereka." in text
    for wrong in ("x", "\x00", product.producer.code):
        assert client.post(page(product), {"producer": wrong, "role": "maker"}).status_code == 422
    assert not Participant.objects.exists()


@pytest.mark.parametrize(("act", "column"), [("agree", "agreed_at"), ("decline", "declined_at")])
def test_the_head_answers_on_the_first_page(product, owner, partner, head, act, column):
    part, client = ask(owner, product, partner), entered(head)
    first = client.get(reverse("workspace_home")).content.decode()
    assert "Desa Contoh Satu menyatakan bahwa Desa Contoh Dua juga membuat “Brownies Pisang”." in first

    for _press in range(2):
        assert client.post(question(part), {"act": act, "home": "1"}).url == reverse("workspace_home")

    part.refresh_from_db()
    assert getattr(part, column) is not None
    assert "juga membuat “Brownies Pisang”" not in client.get(reverse("workspace_home")).content.decode()


def test_the_head_ends_it_on_its_own_page(product, owner, partner, head):
    part = answer(head, ask(owner, product, partner))
    client = entered(head)
    assert question(part) in client.get(reverse("workspace_home")).content.decode()

    client.post(question(part), {"act": "end"})

    part.refresh_from_db()
    assert part.ends_on == timezone.localdate()
    assert "Berakhir" in client.get(question(part)).content.decode()


@pytest.mark.parametrize("role", [Role.PRODUCER_OPERATOR, Role.COMPANION])
def test_nobody_but_the_head_sees_the_question(product, owner, partner, role):
    part, helper = ask(owner, product, partner), holder(role, partner)

    assert "Brownies Pisang" not in helper.get(reverse("workspace_home")).content.decode()
    for client in (helper, entered(owner), entered(make_officer())):
        assert client.get(question(part)).status_code in (403, 404)
        assert client.post(question(part), {"act": "agree"}).status_code in (403, 404)
    part.refresh_from_db()
    assert part.is_asked


def test_a_part_of_another_product_is_not_ended_through_this_one(product, owner, partner):
    other = make_product(make_producer("ocop"), name="Lain")
    part = ask(make_head(other.producer), other, partner)
    client = entered(owner)

    assert client.post(reverse("participant_end", args=[product.code, part.key])).status_code == 404
    assert client.post(reverse("participant_end", args=[other.code, part.key])).status_code == 404
    part.refresh_from_db()
    assert part.is_asked


def test_the_products_page_names_who_takes_part_and_who_said_what(product, owner, partner, head):
    answer(head, ask(owner, product, partner))
    text = entered(owner).get(reverse("workspace_product", args=[product.code])).content.decode()

    assert "Desa Contoh Dua" in text
    assert "Ikut serta: Desa Contoh Dua" in text


@pytest.mark.parametrize("count", [1, 3])
def test_the_page_asks_the_same_number_of_queries(count, product, owner, django_assert_num_queries):
    for number in range(count):
        ask(owner, product, make_producer("ocop", name=f"Komunitas {number}"))
    client = entered(owner)
    with django_assert_num_queries(12):
        client.get(page(product))
