"""Regions as partners read them."""

from __future__ import annotations

import pytest
from django.utils import timezone

from regions.models import Region
from regions.services import add_region, succeed_region

pytestmark = pytest.mark.django_db
API = "/api/v1/regions"
REGENCY, VILLAGE = "53.09", "53.09.01.2001"


def codes(client, query: str) -> list[str]:
    response = client.get(f"{API}?{query}")
    assert response.status_code == 200, response.content
    return [row["code"] for row in response.json()["results"]]


def test_the_tree_is_read_level_by_level(client):
    assert len(codes(client, "level=regency")) == 22
    below = codes(client, f"parent={REGENCY}")
    assert below
    assert all(len(code) == 8 and code.startswith("53.09.") for code in below)
    assert codes(client, f"within={REGENCY}.01")[0] == f"{REGENCY}.01"
    assert VILLAGE in codes(client, f"within={REGENCY}.01")


def test_pages_bring_every_region_once(client):
    seen, address = [], f"{API}?limit=1000"
    while address:
        answer = client.get(address).json()
        seen += [row["code"] for row in answer["results"]]
        address = answer["next"]
    assert seen == sorted(Region.objects.values_list("code", flat=True))


def test_a_name_is_found_as_people_write_it(client):
    assert codes(client, "q=ngda")[:1] == [REGENCY]


def test_an_ended_code_answers_with_its_successors(client):
    day = timezone.localdate()
    old = Region.objects.get(pk=VILLAGE)
    new = add_region(actor=None, code="53.09.01.2999", name="Contoh Baru", day=day)
    succeed_region(actor=None, old=old, new=[new], kind="moved", decree="SK 1", day=day)
    answer = client.get(f"{API}/{VILLAGE}").json()
    assert answer["ended_on"] == day.isoformat()
    assert [row["code"] for row in answer["successors"]] == ["53.09.01.2999"]
    change = {"kind": "moved", "to": "53.09.01.2999", "former_name": old.name, "decree": "SK 1", "day": day.isoformat()}
    assert answer["changes"] == [change]
    assert VILLAGE not in codes(client, f"within={REGENCY}.01")


@pytest.mark.parametrize("query", ["level=planet", "limit=1001", "colour=red", "q=%00"])
def test_what_cannot_be_taken_is_refused(client, query):
    assert client.get(f"{API}?{query}").status_code == 400


def test_a_code_nobody_has_is_not_found(client):
    assert client.get(f"{API}/99.99").status_code == 404
    assert client.get(f"{API}/%00").status_code == 404


@pytest.mark.parametrize("limit", [1, 3])
def test_a_list_takes_one_statement(client, django_assert_num_queries, limit):
    with django_assert_num_queries(1):
        client.get(f"{API}?limit={limit}")
