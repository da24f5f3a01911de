"""Pages kept in memory: quick, never older than the last change, never for a person who is signed in."""

import pytest

from registry import kept_pages
from registry.feed import record_change
from registry.services import contacts

from .factories import add_contact, make_head, make_producer, make_product
from .published import publish, set_state

pytestmark = pytest.mark.usefixtures("world")


@pytest.fixture(autouse=True)
def keeping(settings):
    settings.KEPT_PAGES_SECONDS = 60
    kept_pages.forget()
    yield
    kept_pages.forget()


@pytest.mark.parametrize("address", ["/", "/produk/", "/produk/?q=kopi", "/peta/", "/data/", "/kabupaten/53.09/"])
def test_the_second_visitor_costs_one_query_and_reads_the_same(client, django_assert_num_queries, address):
    publish()
    first = client.get(address).content

    with django_assert_num_queries(1):
        assert client.get(address).content == first


def test_a_change_is_seen_at_once(client):
    entry = publish(name="Kopi Hilang")
    assert "Kopi Hilang" in client.get("/produk/").content.decode()

    set_state(entry, "suspended")
    record_change(kind="suspend", subject_kind="product", subject_code=entry.code)

    assert "Kopi Hilang" not in client.get("/produk/").content.decode()


def test_a_withdrawn_consent_is_gone_with_the_next_request(client):
    product = make_product(make_producer())
    contact, entry, head = add_contact(product), publish(product), make_head(product.producer)
    contacts.give_consent(actor=head, contact=contact)
    assert contact.name in client.get(f"/produk/{entry.code}/").content.decode()

    contacts.withdraw_consent(actor=head, contact=contact)

    assert contact.name not in client.get(f"/produk/{entry.code}/").content.decode()


def test_each_language_has_its_own(client):
    assert "Produk unggulan" in client.get("/produk/").content.decode()
    client.cookies["django_language"] = "en"

    assert "Flagship products" in client.get("/produk/").content.decode()


def test_a_signed_in_person_is_never_answered_from_memory(client):
    client.get("/")
    client.force_login(make_head(make_producer()))

    page = client.get("/").content.decode()

    client.logout()
    client.cookies.clear()
    assert page != client.get("/").content.decode()


def test_what_is_not_found_is_not_kept_and_the_memory_has_an_end(client, monkeypatch):
    monkeypatch.setattr(kept_pages, "_MOST", 3)
    assert client.get("/kabupaten/53.99/").status_code == 404
    for number in range(6):
        client.get(f"/produk/?q=kata{number}")

    assert len(kept_pages._pages) == 3
