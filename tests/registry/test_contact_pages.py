"""The people named decide themselves: consent given, taken back and erased through the pages, at once everywhere."""

import pytest
from django.urls import reverse

from accounts.states import Role
from registry.models import CatalogueEntry, Contact
from registry.services import contacts

from .factories import OTHER_REGENCY, add_contact, give, make_head, make_officer, make_producer, make_product, make_user
from .steps import publish, save

pytestmark = pytest.mark.usefixtures("world")
PHONE = "+6281234567890"


@pytest.fixture
def product():
    return make_product(make_producer("ocop"))


@pytest.fixture
def head(product):
    return make_head(product.producer)


@pytest.fixture
def contact(product, head):
    """A contact that is shown with a published product."""
    contact = add_contact(product)
    contacts.give_consent(actor=head, contact=contact)
    publish(product, head=head)
    return contact


def shown():
    return CatalogueEntry.objects.get().overlay["contact"]


def press(client, contact, act):
    return client.post(reverse("contact_act", args=[contact.pk]), {"act": act})


def test_an_officer_takes_the_consent_back_for_somebody_who_calls(client, contact):
    client.force_login(make_officer())
    assert "Narahubung Contoh" in client.get(reverse("contact_list"), {"q": "0812 3456"}).content.decode()
    press(client, contact, "withdraw")
    assert shown() is None
    press(client, contact, "give")
    assert shown()["phone"] == PHONE


def test_a_person_takes_it_back_after_leaving_the_unit(client, product, contact):
    person = make_user(phone=PHONE)
    mandate = give(person, Role.PRODUCER_OPERATOR, producer=product.producer)
    contacts.write_contact(actor=make_head(product.producer), product=product, values={"name": "Narahubung Contoh", "phone": PHONE})
    type(mandate).objects.filter(pk=mandate.pk).update(starts_on="2025-01-01", ends_on="2025-12-31")
    client.force_login(person)
    assert "Narahubung Contoh" in client.get(reverse("my_contacts")).content.decode()
    press(client, contact, "erase")
    assert shown() is None
    assert Contact.objects.get().name == ""


def test_a_number_written_in_a_profile_opens_nothing(client, contact):
    client.force_login(make_user(phone=PHONE))
    assert "Narahubung Contoh" not in client.get(reverse("my_contacts")).content.decode()
    assert press(client, contact, "erase").status_code == 404
    assert shown()["phone"] == PHONE


def test_nobody_else_reaches_a_contact(client, contact):
    sibling = make_head(make_producer("ocop"))
    viewer = make_user()
    give(viewer, Role.VIEWER, regions=["53"])
    for user in (sibling, make_officer(Role.REGENCY_OFFICER, [OTHER_REGENCY]), viewer):
        client.force_login(user)
        assert press(client, contact, "withdraw").status_code == 404
    client.logout()
    assert press(client, contact, "withdraw").status_code in (302, 401)
    assert shown()["phone"] == PHONE


def test_a_tick_left_standing_does_not_speak_for_another_person(client, product, contact, head):
    save(head, product, "maker", contact={"name": "Orang Lain", "phone": PHONE, "consent": True})
    contact.refresh_from_db()
    assert (contact.name, contact.is_public) == ("Orang Lain", False)
    assert shown() is None


def test_the_form_asks_again_when_the_name_changes(client, product, contact, head):
    client.force_login(head)
    page = reverse("product_step", args=[product.code, "maker"])
    form = client.get(page).context["form"]
    sent = {form.base_name: form.base, "maker-name": "Kelompok Contoh", "contact-name": "Orang Lain", "contact-phone": "0812 3456 7890"}
    answer = client.post(page, {**sent, "contact-consent": "on", "contact-agreed_name": "Narahubung Contoh"})
    assert "Beri tanda lagi" in answer.content.decode()
    assert shown() is None
    form = answer.context["form"]
    client.post(page, {**sent, form.base_name: form.base, "contact-consent": "on", "contact-agreed_name": ""})
    assert shown()["name"] == "Orang Lain"


def test_a_new_number_of_the_same_person_is_shown_at_once(product, contact, head):
    save(head, product, "maker", contact={"name": "Narahubung Contoh", "phone": "+6281299999999", "consent": True})
    assert shown()["phone"] == "+6281299999999"


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_costs_the_same_for_one_and_three(client, product, count, django_assert_num_queries):
    for number in range(count):
        Contact.objects.create(producer=product.producer, name=f"Orang {number}", phone="")
    client.force_login(make_officer())
    client.get(reverse("contact_list"))
    with django_assert_num_queries(7):
        client.get(reverse("contact_list"))


def test_own_steps_stand_in_the_own_profile(client, product, contact, head):
    client.force_login(head)
    assert "Dikirim untuk diperiksa: Kopi Contoh" in client.get(reverse("profile")).content.decode()
