"""The published catalogue as partners read it: lists, filters, cursors, one product, conditions."""

from __future__ import annotations

import json

import pytest
from django.test import Client, override_settings
from django.utils import timezone

from registry import representation
from registry.models import CatalogueEntry, Representation
from registry.services import contacts, entries, flagship
from tests.registry.factories import (
    OTHER_REGENCY,
    OTHER_VILLAGE,
    REGENCY,
    SIBLING_VILLAGE,
    add_contact,
    make_head,
    make_producer,
    make_product,
)
from tests.registry.published import add_permit, publish, set_state
from tests.registry.steps import publish as publish_whole

pytestmark = pytest.mark.django_db
API = "/api/v1/products"


@pytest.fixture
def three(world) -> list[CatalogueEntry]:
    """Three products: two in one regency, one in another."""
    places = ((None, "Kopi Bajawa"), (SIBLING_VILLAGE, "Tenun Ikat"), (OTHER_VILLAGE, "Garam Laut"))
    return [publish(producer=make_producer(region=place) if place else make_producer(), name=name) for place, name in places]


def get(client: Client, address: str, status: int = 200, **headers: str) -> dict:
    response = client.get(address, headers=headers)
    assert response.status_code == status, response.content
    return response.json()


def codes(answer: dict) -> list[str]:
    return [row["code"] for row in answer["results"]]


def test_every_public_product_is_listed_once(client, three):
    answer = get(client, API)
    assert codes(answer) == sorted(entry.code for entry in three)
    assert answer["next"] is None
    assert answer["as_of"] == max(entry.revision for entry in CatalogueEntry.objects.all())


def test_the_text_that_is_sent_is_made_of_the_entry_as_it_stands(client, three):
    for entry in CatalogueEntry.objects.all():
        sent = get(client, f"{API}/{entry.code}")
        made = json.loads(json.dumps(representation.product(entry)).replace(representation.SITE, "").replace("\\u0001", ""))
        assert sent == made
        assert tuple(sent) == representation.FIELDS


@pytest.mark.parametrize("state", ["suspended", "withdrawn", "ceased"])
def test_what_is_not_in_the_catalogue_is_not_listed(client, three, state):
    set_state(three[0], state)
    assert three[0].code not in codes(get(client, API))


@pytest.mark.parametrize("state", ["suspended", "withdrawn"])
def test_a_hidden_product_is_gone_with_its_reason(client, three, state):
    set_state(three[0], state)
    for address in ("", "/photos", "/permits"):
        answer = get(client, f"{API}/{three[0].code}{address}", 410)
        assert answer["errors"][0]["code"] == state


def test_a_code_nobody_has_is_not_found_in_the_one_shape(client, three):
    response = client.get(f"{API}/NTT-0000-00")
    answer = response.json()
    assert response.status_code == 404
    assert answer["type"] == "client_error"
    assert answer["errors"][0]["code"] == "not_found"
    assert answer["request_id"] == response["X-Request-ID"]


def test_a_code_is_read_in_any_spelling(client, three):
    spelled = three[0].code.lower().replace("-", "")
    assert get(client, f"{API}/{spelled}")["code"] == three[0].code


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        (f"region={REGENCY}", {"Kopi Bajawa", "Tenun Ikat"}),
        (f"region={SIBLING_VILLAGE}", {"Tenun Ikat"}),
        (f"region={REGENCY}.01", {"Kopi Bajawa", "Tenun Ikat"}),
        ("region=53", {"Kopi Bajawa", "Tenun Ikat", "Garam Laut"}),
        (f"regency={OTHER_REGENCY}", {"Garam Laut"}),
        ("q=tenun", {"Tenun Ikat"}),
        ("q=tenunn&sort=relevance", {"Tenun Ikat"}),
        ("pillar=osop", set()),
        ("pillar=ovop&pillar=osop", {"Kopi Bajawa", "Tenun Ikat", "Garam Laut"}),
        ("updated_since=2099-01-01T00:00:00%2B08:00", set()),
        ("flagship=true", set()),
        ("price_max=1", set()),
    ],
)
def test_filters_narrow(client, three, query, expected):
    assert {row["name"] for row in get(client, f"{API}?{query}")["results"]} == expected


def test_price_capacity_and_stage_narrow(client, three):
    first, second, _third = three
    CatalogueEntry.objects.filter(pk=first.pk).update(
        price_from=50_000, capacity_peak=100, capacity_unit="kg", chain_steps=["harvest", "package"]
    )
    CatalogueEntry.objects.filter(pk=second.pk).update(price_from=90_000, capacity_peak=20, capacity_unit="kg", chain_steps=["harvest"])
    assert codes(get(client, f"{API}?price_min=46000&price_max=60000")) == [first.code]
    assert codes(get(client, f"{API}?capacity_min=50&capacity_unit=kg")) == [first.code]
    assert codes(get(client, f"{API}?stage=package")) == [first.code]
    assert set(codes(get(client, f"{API}?stage=harvest"))) == {first.code, second.code}


def test_a_former_region_code_stands_for_what_followed_it(client, three):
    from regions.models import Region
    from regions.services import add_region, succeed_region
    from tests.registry.factories import VILLAGE

    day = timezone.localdate()
    new = add_region(actor=None, code="53.09.01.2009", name="Contoh Baru", day=day)
    succeed_region(actor=None, old=Region.objects.get(pk=VILLAGE), new=[new], kind="moved", decree="SK 1", day=day)
    assert {row["name"] for row in get(client, f"{API}?region={VILLAGE}")["results"]} == {"Kopi Bajawa"}


@pytest.mark.parametrize(
    ("query", "attr"),
    [
        ("colour=red", "colour"),
        ("limit=0", "limit"),
        ("limit=201", "limit"),
        ("limit=-1", "limit"),
        ("limit=many", "limit"),
        ("price_min=cheap", "price_min"),
        ("pillar=xyz", "pillar"),
        ("category=none", "category"),
        ("sort=random", "sort"),
        ("sort=relevance", "sort"),
        ("q=kopi&sort=relevance&cursor=x", "cursor"),
        ("cursor=abc", "cursor"),
        ("fields=code,password", "fields"),
        ("updated_since=yesterday", "updated_since"),
        ("q=%00", "q"),
    ],
)
def test_what_cannot_be_taken_is_refused_by_name(client, three, query, attr):
    answer = get(client, f"{API}?{query}", 400)
    assert answer["type"] == "validation_error"
    assert answer["errors"][0]["attr"] == attr


@pytest.mark.parametrize("words", ["gula semut", "gula semut bery", "gula semut beryodium"])
def test_the_best_matches_are_matches(client, world, words):
    """The order never widens the search: a name that begins with half a word is found only where the other orders find it."""
    producer = make_producer()
    for name in ("Gula semut", "Gula semut beryodium", "Gula aren"):
        publish(producer=producer, name=name)
    assert sorted(codes(get(client, f"{API}?q={words}&sort=relevance"))) == codes(get(client, f"{API}?q={words}"))


def test_an_entry_whose_text_is_not_made_yet_is_left_out(client, three):
    Representation.objects.filter(entry=three[0]).delete()
    get(client, f"{API}/{three[0].code}", 404)
    assert codes(get(client, API)) == sorted(entry.code for entry in three[1:])


def test_errors_speak_the_language_that_is_asked_for(client, three):
    indonesian = get(client, f"{API}?limit=0", 400)["errors"][0]["detail"]
    english = get(client, f"{API}?limit=0", 400, **{"accept-language": "en-GB,en;q=0.9"})["errors"][0]["detail"]
    assert english == "A page holds 1 to 200 items."
    assert indonesian != english


def test_labels_speak_the_language_that_is_asked_for(client, three):
    names = {
        language: get(client, f"{API}/{three[0].code}", **{"accept-language": language})["category"]["name"] for language in ("id", "en")
    }
    category = three[0].overlay["category"]
    assert names == category


@pytest.mark.parametrize("sort", ["code", "name", "newest", "price", "revision"])
def test_pages_bring_each_product_once(client, three, sort):
    seen, address = [], f"{API}?limit=1&sort={sort}"
    while address:
        answer = get(client, address)
        seen += codes(answer)
        address = answer["next"]
    assert sorted(seen) == sorted(entry.code for entry in three)


def test_a_page_neither_skips_nor_repeats_what_stays_while_others_change(client, three):
    first = get(client, f"{API}?limit=1")
    gone = set_state(CatalogueEntry.objects.get(code=codes(first)[0]), "suspended")
    publish(name="Madu Hutan", producer=make_producer(region=OTHER_VILLAGE, pillar="ocop"))
    rest = get(client, first["next"].replace("limit=1", "limit=200"))
    assert {entry.code for entry in three} - {gone.code} <= set(codes(rest))


def test_a_cursor_of_another_query_is_refused(client, three):
    following = get(client, f"{API}?limit=1&region={REGENCY}")["next"]
    get(client, following)
    get(client, following.replace(REGENCY, OTHER_REGENCY), 400)
    get(client, f"{following}&sort=name", 400)


def test_sparse_fields(client, three):
    assert get(client, f"{API}/{three[0].code}?fields=code,name") == {"code": three[0].code, "name": "Kopi Bajawa"}
    assert get(client, f"{API}?fields=code&limit=1")["results"][0].keys() == {"code"}


def test_a_producer_is_expanded(client, three):
    producer = get(client, f"{API}/{three[0].code}?expand=producer")["producer"]
    assert producer["code"] == three[0].producer_code
    assert {"about", "facts", "region", "pillar"} <= producer.keys()


def test_the_same_state_is_not_sent_twice(client, three):
    for address in (API, f"{API}/{three[0].code}", "/api/v1/regions/53", "/api/v1/categories", "/api/v1/reconcile"):
        first = client.get(address)
        again = client.get(address, headers={"if-none-match": first["ETag"]})
        assert (again.status_code, again.content) == (304, b""), address


def test_a_change_makes_a_new_tag(client, world):
    product = make_product(make_producer())
    publish_whole(product)
    address = f"{API}/{product.code}"
    tags = {client.get(address)["ETag"], client.get(API)["ETag"]}
    entries.change_entry(actor=make_head(product.producer), entry=product.entry, name="pause")
    assert not {client.get(address)["ETag"], client.get(API)["ETag"]} & tags
    assert get(client, address)["state"] == "paused"


def test_last_modified_is_only_told_once_its_second_has_passed(client, three):
    address = f"{API}/{three[0].code}"
    CatalogueEntry.objects.filter(pk=three[0].pk).update(changed_at=timezone.now() - timezone.timedelta(minutes=5))
    response = client.get(address)
    assert client.get(address, headers={"if-modified-since": response["Last-Modified"]}).status_code == 304
    CatalogueEntry.objects.filter(pk=three[0].pk).update(changed_at=timezone.now() + timezone.timedelta(seconds=1))
    assert "Last-Modified" not in client.get(address)


def test_a_contact_leaves_with_the_consent(client, world):
    product = make_product(make_producer())
    contact = add_contact(product, consent_given_at=timezone.now(), consent_version="2026-11")
    entry, head = publish(product), make_head(product.producer)
    assert get(client, f"{API}/{entry.code}")["contact"] == {"name": contact.name, "phone": contact.phone}
    contacts.withdraw_consent(actor=head, contact=contact)
    assert get(client, f"{API}/{entry.code}")["contact"] is None
    assert contact.phone not in client.get(API).content.decode()


@pytest.mark.parametrize("count", [1, 3])
def test_a_list_takes_the_same_statements_for_any_number_of_rows(client, world, django_assert_num_queries, count):
    for number in range(count):
        publish(name=f"Kopi {number}", producer=make_producer(region=(None, SIBLING_VILLAGE, OTHER_VILLAGE)[number] or "53.09.01.2001"))
    with django_assert_num_queries(2):
        assert len(get(client, API)["results"]) == count


def test_one_product_takes_one_statement(client, three, django_assert_num_queries):
    with django_assert_num_queries(1):
        get(client, f"{API}/{three[0].code}")


def test_who_holds_another_state_of_a_product_gets_the_present_one(client, three, django_assert_num_queries):
    """Asked first without the text: one statement for who holds it, one more for who holds another."""
    address = f"{API}/{three[0].code}"
    tag = client.get(address)["ETag"]
    with django_assert_num_queries(1):
        assert client.get(address, headers={"if-none-match": tag}).status_code == 304
    CatalogueEntry.objects.filter(pk=three[0].pk).update(revision=99)
    with django_assert_num_queries(2):
        fresh = client.get(address, headers={"if-none-match": tag})
    assert (fresh.status_code, fresh.json()["code"]) == (200, three[0].code)
    assert fresh["ETag"] != tag


def test_a_text_of_an_older_form_is_another_state(client, three):
    """Held as long as it is told; once it has been made anew, whoever holds the older one gets the new one."""
    address = f"{API}/{three[0].code}"
    present = client.get(address)["ETag"]
    Representation.objects.update(form=representation.FORM - 1)
    older = client.get(address)["ETag"]
    assert older != present
    assert client.get(address, headers={"if-none-match": older}).status_code == 304
    representation.renew_all()
    assert client.get(address, headers={"if-none-match": older}).status_code == 200
    assert client.get(address)["ETag"] == present


def test_a_304_of_the_list_takes_one_statement(client, three, django_assert_num_queries):
    tag = client.get(API)["ETag"]
    with django_assert_num_queries(1):
        client.get(API, headers={"if-none-match": tag})


def test_the_former_flagship_is_told_anew(client, world):
    producer = make_producer()
    old, new = publish(make_product(producer, name="Lama")), publish(make_product(producer, name="Baru"))
    flagship.choose_flagship(actor=make_head(producer), product=new.product)
    assert get(client, f"{API}/{new.code}")["is_flagship"] is True
    assert get(client, f"{API}/{old.code}")["is_flagship"] is False


def test_pages_are_addressed_by_this_portal(client, three):
    with override_settings(SITE_URL="https://ovop.example"):
        row = get(client, f"{API}?limit=1")
    assert row["results"][0]["page"].startswith("https://ovop.example/produk/")
    assert row["next"].startswith("https://ovop.example/api/v1/products?")


def test_permits_tell_their_days_and_nothing_of_their_scans(client, world):
    product = make_product(make_producer())
    permit = add_permit(product, days=-3)
    entry = publish(product)
    (row,) = get(client, f"{API}/{entry.code}/permits")["results"]
    assert row["expires_on"] == permit.expires_on.isoformat()
    assert row.keys() == {"kind", "label", "number", "issuer", "issued_on", "expires_on", "collective", "is_compulsory"}


def test_rupiah_of_steps_are_never_told(client, three):
    assert "price_after" not in json.dumps(get(client, API))


def test_other_origins_may_read_and_not_write(client, three):
    response = client.get(API, headers={"origin": "https://toko.example"})
    assert response["Access-Control-Allow-Origin"] == "*"
    asked = client.options(API, headers={"origin": "https://toko.example", "access-control-request-method": "POST"})
    assert "POST" not in asked["Access-Control-Allow-Methods"]


def test_no_cookie_and_no_page_for_people(client, three):
    response = client.get("/api/v1/nowhere", headers={"accept": "text/html"})
    assert response.status_code == 404
    assert response["Content-Type"] == "application/json"
    assert not response.cookies


def test_who_asks_too_often_is_told_when_to_come_again(client, three, monkeypatch, settings):
    from partners.throttles import ApiThrottle, forget
    from registry.api.catalogue import ProductList

    settings.API_ANONYMOUS_RATE = 2
    monkeypatch.setattr(ProductList, "throttle_classes", [ApiThrottle])
    forget()
    answers = [client.get(API) for _ in range(3)]
    forget()
    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert [answer["RateLimit-Remaining"] for answer in answers] == ["1", "0", "0"]
    assert 1 <= int(answers[2]["Retry-After"]) <= 60
    assert answers[2].json()["errors"][0]["code"] == "throttled"


def test_limits_count_outside_of_tests():
    from ovop_portal.settings.base import REST_FRAMEWORK

    assert REST_FRAMEWORK["DEFAULT_THROTTLE_CLASSES"] == ["partners.throttles.ApiThrottle"]


def test_a_token_that_does_not_work_is_refused_even_in_the_open_part(client, three):
    response = client.get(API, headers={"authorization": "Bearer nothing"})
    assert response.status_code == 401
    assert response["WWW-Authenticate"] == 'Bearer realm="api", error="invalid_token"'
