"""Producers, categories and figures as partners read them; texts that are made anew."""

from __future__ import annotations

import datetime as dt

import pytest
from django.utils import timezone

from registry import figures, representation
from registry.models import CatalogueEntry, Category, ProducerAlias, Representation
from tests.registry.factories import OTHER_VILLAGE, REGENCY, SIBLING_VILLAGE, make_producer, make_product
from tests.registry.published import publish, set_state

pytestmark = pytest.mark.django_db
API = "/api/v1"


def get(client, address: str, status: int = 200) -> dict:
    response = client.get(f"{API}/{address}")
    assert response.status_code == status, response.content
    return response.json()


@pytest.fixture
def three(world) -> list[CatalogueEntry]:
    """Two products of one village, one of a community elsewhere."""
    village = make_producer(name="Desa Contoh")
    here = [publish(make_product(village, name=name)) for name in ("Kopi", "Madu")]
    return [*here, publish(make_product(make_producer("ocop", region=OTHER_VILLAGE), name="Garam"))]


def test_producers_are_told_once_with_how_many_products_they_show(client, three):
    rows = {row["code"]: row for row in get(client, "producers")["results"]}
    assert {code: row["products"] for code, row in rows.items()} == {three[0].producer_code: 2, three[2].producer_code: 1}
    assert rows[three[0].producer_code]["name"] == "Desa Contoh"


def test_producers_are_read_page_by_page_and_narrowed(client, three):
    seen, address = [], f"{API}/producers?limit=1"
    while address:
        answer = client.get(address).json()
        seen += [row["code"] for row in answer["results"]]
        address = answer["next"]
    assert seen == sorted({entry.producer_code for entry in three})
    assert [row["code"] for row in get(client, f"producers?region={REGENCY}")["results"]] == [three[0].producer_code]
    assert [row["code"] for row in get(client, "producers?pillar=ocop")["results"]] == [three[2].producer_code]


@pytest.mark.parametrize("address", ["producers", "regions"])
def test_a_cursor_longer_than_any_key_is_refused(client, world, address):
    assert get(client, f"{address}?cursor={'9' * 41}", 400)["errors"][0]["attr"] == "cursor"


def test_a_producer_is_told_with_its_shown_products(client, three):
    set_state(three[1], "suspended")
    told = get(client, f"producers/{three[0].producer_code}")
    assert [row["name"] for row in told["products"]] == ["Kopi"]
    assert set(told["products"][0]) == representation.SUMMARY_FIELDS


def test_a_former_code_leads_to_the_present_one(client, three):
    producer = three[0].product.producer
    ProducerAlias.objects.create(producer=producer, what="code", value="53.09.01.1999")
    response = client.get(f"{API}/producers/53.09.01.1999")
    assert (response.status_code, response["Location"]) == (301, f"{API}/producers/{producer.code}")


def test_a_producer_without_a_shown_product_is_not_found(client, world):
    assert get(client, f"producers/{make_producer(region=SIBLING_VILLAGE).code}", 404)["type"] == "client_error"


def test_categories_come_in_two_levels(client, world):
    rows = get(client, "categories")["results"]
    assert {row["slug"] for row in rows} == set(Category.objects.values_list("slug", flat=True))
    assert {row["group"] for row in rows} <= {None, *(row["slug"] for row in rows)}


def test_figures_of_the_province(client, three):
    told = get(client, "statistics")
    assert told["products"] == 3
    assert told["pillars"] == {"ocop": 1, "ovop": 2}
    assert {row["region"]: row["villages_with_product"] for row in told["coverage"]} == {"53.05": 0, "53.09": 1}
    assert sum(told["submissions"].values()) == 3


def test_below_the_province_nobody_is_told_whose_submission_waits(client, three):
    for region in (REGENCY, f"{REGENCY}.01"):
        told = get(client, f"statistics?region={region}")
        assert told["products"] == 2
        assert told["submissions"] is None


@pytest.mark.parametrize("region", ["53.09.01.2001", "99", "x"])
def test_figures_are_told_of_regions_that_have_regions_below(client, world, region):
    get(client, f"statistics?region={region}", 404)


def test_figures_by_month_reach_back_whole_months(client, three):
    first = figures._first_month()
    assert (first.day, first.hour, first.minute) == (1, 0, 0)
    now = timezone.localtime()
    assert (now.year * 12 + now.month) - (first.year * 12 + first.month) == figures.MONTHS - 1
    CatalogueEntry.objects.filter(pk=three[0].pk).update(first_published_at=first)
    CatalogueEntry.objects.filter(pk=three[1].pk).update(first_published_at=first - dt.timedelta(seconds=1))
    assert get(client, "statistics")["published_by_month"] == [
        {"month": f"{first:%Y-%m}", "products": 1},
        {"month": f"{now:%Y-%m}", "products": 1},
    ]


def test_texts_of_an_older_form_are_made_anew_and_have_another_tag(client, three):
    entry = three[0]
    Representation.objects.filter(entry=entry).update(form=representation.FORM - 1, text_id="{}", text_en="{}")
    before = client.get(f"{API}/products/{entry.code}")
    assert before.json() == {}
    assert representation.renew_all() == 1
    assert representation.renew_all() == 0
    after = client.get(f"{API}/products/{entry.code}")
    assert after.json()["code"] == entry.code
    assert after["ETag"] != before["ETag"]
