"""What a partner's system filled in and asks the head to send, on every page of it; and who did what in histories."""

from __future__ import annotations

import datetime as dt

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.services import set_may_send
from accounts.states import Role
from partners import services
from partners.delegations import delegate, delegate_many
from registry import overview
from registry.models import SubmissionEvent
from registry.services import delegated, drafts
from registry.steps import version_of

from . import steps
from .factories import give, make_head, make_officer, make_producer, make_product, make_user

pytestmark = pytest.mark.usefixtures("world")

SYSTEM = "SID Ngada (contoh)"


@pytest.fixture
def producer():
    return make_producer(name="Desa Contoh Satu")


@pytest.fixture
def head(producer):
    return make_head(producer)


@pytest.fixture
def province():
    return make_officer(Role.PROVINCE_OFFICER, ["53"])


@pytest.fixture
def partner(province):
    return services.register_partner(actor=province, name=SYSTEM, code="sid", kind="government")


def soon():
    return timezone.localdate() + dt.timedelta(days=90)


@pytest.fixture
def system(partner, producer, head):
    """The system of the partner, which may write for the village and not send."""
    return delegate(actor=head, partner=partner, unit_code=producer.code, ends_on=soon()).user


def ask(system, product):
    """The system declares the version it has read, as it must for what a person wrote last."""
    read = version_of(drafts.reloaded(product))
    return delegated.send_or_ask(actor=system, product=product, declaration=True, expected=read)


def asked(system, producer, name="Kopi Contoh"):
    """A product that is complete and lies before the head."""
    product = make_product(producer, name)
    ask(system, product)
    return product


def entered(user) -> Client:
    client = Client()
    client.force_login(user)
    return client


def page(user, name, *args) -> str:
    return entered(user).get(reverse(name, args=args)).content.decode()


def helper(role, producer, **fields):
    user = make_user()
    give(user, role, producer=producer, **fields)
    return user


# --- the first page -----------------------------------------------------------------------------------------------------


def test_checking_it_is_the_next_step_of_the_head(system, producer, head):
    make_product(producer, "Teh Contoh")
    product = asked(system, producer)

    home = page(head, "workspace_home")

    assert "Periksa dan kirim Kopi Contoh" in home
    assert f"{SYSTEM} sudah mengisinya dan meminta Anda memeriksa lalu mengirimnya." in home
    assert reverse("product_send", args=[product.code]) in home
    assert "Menunggu Anda kirim" in home
    assert home.count('class="next-step"') == 1
    assert home.index("Kopi Contoh</a>") < home.index("Teh Contoh</a>")


@pytest.mark.parametrize("role", [Role.PRODUCER_OPERATOR, Role.COMPANION])
def test_those_who_cannot_send_read_who_is_asked(system, producer, role):
    product = asked(system, producer)
    user = helper(role, producer)

    home, own = page(user, "workspace_home"), page(user, "workspace_product", product.code)

    assert "Periksa dan kirim" not in home
    assert "Menunggu kepala" in home
    assert f"{SYSTEM} meminta kepala memeriksa dan mengirimnya." in home
    assert f"{SYSTEM} meminta kepala memeriksa dan mengirimnya." in own
    assert reverse("product_send", args=[product.code]) not in own


def test_an_operator_whom_the_head_lets_send_is_asked_too(system, producer):
    product = asked(system, producer)
    user = helper(Role.PRODUCER_OPERATOR, producer, may_send=True)
    assert "Periksa dan kirim Kopi Contoh" in page(user, "workspace_home")
    assert reverse("product_send", args=[product.code]) in page(user, "workspace_product", product.code)


def test_what_the_system_mended_is_sent_and_not_mended_again(system, producer, head):
    regency = make_officer(office_name="Dinas PMD Contoh")
    product = make_product(producer)
    steps.send(head, product)
    steps.decide(regency, product, "return", comment="Mohon lengkapi.")
    steps.save(system, product, "about", summary="Kopi dari kebun sendiri. Dipetik merah dan dijemur sepuluh hari.")
    delegated.send_or_ask(actor=system, product=drafts.reloaded(product), declaration=True)

    home, own = page(head, "workspace_home"), page(head, "workspace_product", product.code)

    assert "Periksa dan kirim Kopi Contoh" in home
    assert "Baca jawaban petugas" not in home
    assert "Lihat yang dikembalikan" in own
    assert "Mohon lengkapi." in own


@pytest.mark.parametrize("count", [1, 3])
def test_the_first_page_costs_as_much_as_without_systems(system, producer, head, count, django_assert_num_queries):
    for number in range(count):
        asked(system, producer, f"Kopi {number}")
    client = entered(head)
    client.get(reverse("workspace_home"))

    with django_assert_num_queries(18):  # as in test_workspace
        client.get(reverse("workspace_home"))


# --- the product and the send page ----------------------------------------------------------------------------------------


def test_from_the_product_to_the_send_page_and_away(system, producer, head):
    product = asked(system, producer)

    own, send = page(head, "workspace_product", product.code), page(head, "product_send", product.code)

    assert f"{SYSTEM} meminta Anda memeriksa dan mengirimnya." in own
    assert own.count(reverse("product_send", args=[product.code])) == 1
    assert f"<b>{SYSTEM}</b> mengisi ini untuk Anda" in send
    steps.send(head, product)
    assert "meminta Anda memeriksa" not in page(head, "workspace_product", product.code)
    assert "Periksa dan kirim" not in page(head, "workspace_home")


def test_a_draft_nobody_asked_about_says_nothing_of_systems(system, producer, head):
    product = make_product(producer)
    for name in ("workspace_product", "product_send"):
        assert SYSTEM not in page(head, name, product.code)


# --- histories ------------------------------------------------------------------------------------------------------------


def lines(rows):
    return [event.under_delegation for event in rows]


def test_a_history_names_the_system_and_who_delegated(system, producer, head, partner):
    set_may_send(actor=head, mandate=system.mandates.get(), may_send=True)
    product = make_product(producer)
    submission = ask(system, product)
    words = f"{SYSTEM} · atas pelimpahan {head}"

    assert lines(overview.history_of(product)) == [words]
    assert words in page(head, "workspace_product", product.code)
    assert words in page(make_officer(), "desk_submission", submission.number)


def test_a_delegation_by_letter_is_told_by_its_number_and_names_no_officer(producer, head, province, partner):
    delegate_many(actor=province, partner=partner, unit_codes=[producer.code], ends_on=soon(), letter_number="140/7")
    product = asked(partner.service_user, producer)

    own = page(head, "workspace_product", product.code)

    assert f"{SYSTEM} · atas pelimpahan dengan surat 140/7" in own
    assert str(province) not in own


def test_the_page_of_an_entry_tells_it_too(system, producer, head, province):
    set_may_send(actor=head, mandate=system.mandates.get(), may_send=True)
    product, regency = make_product(producer), make_officer()
    ask(system, product)
    steps.decide(regency, product, "verify")
    steps.decide(province, product, "publish")

    text = page(province, "entry_detail", product.code)

    assert f"{SYSTEM} · atas pelimpahan {head}" in text
    assert f"· {regency}" in text


def test_people_are_told_as_before(producer, head):
    product = make_product(producer)
    steps.send(head, product)
    assert lines(SubmissionEvent.objects.all()) == [""]


@pytest.mark.parametrize("count", [1, 3])
def test_a_history_costs_the_same_for_any_number_of_lines(system, producer, head, count, django_assert_num_queries):
    product = asked(system, producer)
    for _number in range(count - 1):
        steps.send(head, product)
        steps.take(head, product, "recall")
        ask(system, product)
    with django_assert_num_queries(1):
        assert [overview.office_of(event) for event in overview.history_of(product)]
