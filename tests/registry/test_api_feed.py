"""Following the registry: changes in commit order, tombstones, the end of the log, and the proof of equality."""

from __future__ import annotations

import datetime as dt
import hashlib

import pytest
from django.utils import timezone

from regions.models import Region
from regions.services import add_region, rename_region, succeed_region
from registry import feed
from registry.models import CatalogueEntry, Change
from registry.services import entries
from registry.services.stars import award_stars, revoke_stars
from tests.registry.factories import OTHER_VILLAGE, REGENCY, VILLAGE, make_head, make_officer, make_producer, make_product
from tests.registry.published import publish
from tests.registry.steps import publish as publish_whole

pytestmark = pytest.mark.django_db


@pytest.fixture
def entry(world) -> CatalogueEntry:
    publish_whole(make_product(make_producer(), name="Kopi Bajawa"))
    return CatalogueEntry.objects.get()


def changes(client, after: int = 0, status: int = 200, query: str = "") -> dict:
    response = client.get(f"/api/v1/changes?after={after}{query}")
    assert response.status_code == status, response.content
    return response.json()


def test_a_publication_comes_with_all_one_needs(client, entry):
    (item,) = changes(client)["results"]
    assert (item["kind"], item["subject"], item["code"], item["state"]) == ("published", "product", entry.code, "listed")
    assert item["product"] == client.get(f"/api/v1/products/{entry.code}").json()
    assert item["product"]["revision"] == item["seq"]


def test_one_goes_on_from_the_number_one_has(client, entry):
    first = changes(client)
    assert changes(client, first["after"]) == {"results": [], "after": first["after"], "has_more": False}
    entries.change_entry(actor=make_head(entry.product.producer), entry=entry, name="pause")
    (item,) = changes(client, first["after"])["results"]
    assert (item["kind"], item["state"], item["product"]["state"]) == ("pause", "paused", "paused")


@pytest.mark.parametrize("name", ["suspend", "withdraw"])
def test_what_leaves_the_catalogue_is_a_tombstone(client, entry, name):
    province = make_officer("province_officer", ["53"])
    tomorrow = timezone.localdate() + dt.timedelta(days=1)
    entries.change_entry(actor=province, entry=entry, name=name, reason="Izin palsu", review_on=tomorrow)
    item = changes(client)["results"][-1]
    assert item["kind"] == name
    assert item["product"] is None
    assert item["state"] in ("suspended", "withdrawn")
    assert "Izin palsu" not in str(item)


def test_stars_come_and_go_with_the_feed(client, entry):
    until = timezone.localdate() + dt.timedelta(days=365)
    award_stars(entry=entry, stars=4, until=until, award={"year": 2026, "decree": "SK 7"})
    item = changes(client)["results"][-1]
    assert item["kind"] == "stars_awarded"
    assert item["product"]["stars"] == {"number": 4, "valid_until": until.isoformat(), "year": 2026, "decree": "SK 7"}
    revoke_stars(entry=CatalogueEntry.objects.get(), reason="SK dicabut")
    item = changes(client)["results"][-1]
    assert (item["kind"], item["product"]["stars"]) == ("stars_revoked", None)


def test_a_region_that_gives_way_is_told_with_its_successors_and_its_products(client, entry):
    day = timezone.localdate()
    new = add_region(actor=None, code="53.09.01.2009", name="Contoh Baru", day=day)
    after = changes(client)["after"]
    succeed_region(actor=None, old=Region.objects.get(pk=VILLAGE), new=[new], kind="moved", decree="SK 1", day=day)
    told = changes(client, after)["results"]
    assert [item["kind"] for item in told] == ["region_changed", "region_moved"]
    assert told[0]["product"]["region"]["code"] == "53.09.01.2009"
    assert told[1]["successors"] == ["53.09.01.2009"]


def test_a_new_name_of_a_region_reaches_every_product_in_it(client, entry):
    after = changes(client)["after"]
    rename_region(actor=None, region=Region.objects.get(pk=REGENCY), name="Ngada Raya", decree="SK 2", day=timezone.localdate())
    told = changes(client, after)["results"]
    assert "Ngada Raya" in told[0]["product"]["region"]["name"]
    assert told[-1]["kind"] == "region_rename"


def test_a_full_page_says_go_on_and_the_last_one_when_to_come_again(client, entry):
    publish(producer=make_producer(region=OTHER_VILLAGE), name="Garam Laut")
    response = client.get("/api/v1/changes?limit=1")
    assert response.json()["has_more"] is True
    assert "Retry-After" not in response
    response = client.get(f"/api/v1/changes?after={response.json()['after']}")
    assert (response.json()["has_more"], response["Retry-After"]) == (False, "60")


@pytest.mark.parametrize("after", ["-1", "x", "99999999", "9" * 40, "%00"])
def test_a_number_nobody_has_is_refused(client, entry, after):
    response = client.get(f"/api/v1/changes?after={after}")
    assert response.status_code == 400
    assert response.json()["errors"][0]["attr"] == "after"


def test_old_changes_are_forgotten_but_never_the_last_one(client, entry):
    entries.change_entry(actor=make_head(entry.product.producer), entry=entry, name="pause")
    later = timezone.now() + dt.timedelta(days=feed.KEPT_DAYS + 1)
    assert feed.forget_changes(now=later) == 1
    assert feed.forget_changes(now=later) == 0
    assert Change.objects.count() == 1
    answer = changes(client, 0, 410)
    assert answer["errors"][0]["code"] == "cursor_expired"
    assert changes(client, 1)["results"][0]["kind"] == "pause"


def test_young_changes_stay(client, entry):
    assert feed.forget_changes() == 0


def test_two_copies_can_prove_they_are_equal(client, entry):
    other = publish(producer=make_producer(region=OTHER_VILLAGE), name="Garam Laut")
    answer = client.get("/api/v1/reconcile").json()
    assert answer["as_of"] == 2
    found = {row["regency"]: row for row in answer["regencies"]}
    for one in (entry, other):
        one.refresh_from_db()
        line = f"{one.code}:{one.revision}"
        assert found[one.regency_code] == {"regency": one.regency_code, "count": 1, "sha256": hashlib.sha256(line.encode()).hexdigest()}


def test_where_two_copies_differ_is_found_by_regency(client, entry):
    answer = client.get(f"/api/v1/reconcile?regency={REGENCY}").json()
    entry.refresh_from_db()
    assert answer["products"] == [{"code": entry.code, "revision": entry.revision}]
    assert client.get("/api/v1/reconcile?regency=53.99").json()["regencies"] == []


@pytest.mark.parametrize("count", [1, 3])
def test_changes_take_the_same_statements_for_any_number(client, world, django_assert_num_queries, count):
    for number in range(count):
        publish(producer=make_producer("ocop"), name=f"Kopi {number}")
    with django_assert_num_queries(4):
        assert len(changes(client)["results"]) == count
