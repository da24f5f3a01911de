"""A region that gives way to others, with producers and open work in it."""

import pytest
from django.utils import timezone

from regions.models import Region
from regions.services import succeed_region
from registry.models import CatalogueEntry, Change, Producer
from registry.services import drafts

from .factories import OTHER_VILLAGE, SIBLING_VILLAGE, VILLAGE, make_head, make_officer, make_producer, make_product
from .steps import decide, publish, send

pytestmark = pytest.mark.usefixtures("world")


def succeed(old, new, kind="merge"):
    targets = list(Region.objects.filter(pk__in=new))
    return succeed_region(
        actor=make_officer(), old=Region.objects.get(pk=old), new=targets, kind=kind, decree="contoh 1/2026", day=timezone.localdate()
    )


def test_a_producer_moves_with_its_region_and_is_found_by_its_former_code():
    product = make_product(make_producer())
    head = make_head(product.producer)
    publish(product, head=head)
    succeed(VILLAGE, [SIBLING_VILLAGE])
    producer = Producer.objects.get()
    assert (producer.region_id, producer.code) == (SIBLING_VILLAGE, SIBLING_VILLAGE)
    assert producer.former.get().value == VILLAGE
    entry = CatalogueEntry.objects.get()
    assert (entry.region_code, entry.producer_code) == (SIBLING_VILLAGE, SIBLING_VILLAGE)
    assert "Contoh Dua" in entry.overlay["place"]
    assert entry.payload["producer"]["region"] == VILLAGE
    assert list(Change.objects.values_list("kind", flat=True))[-2:] == ["region_changed", "region_merge"]
    head.__dict__.pop("_current_mandates", None)
    assert Producer.objects.for_user(head).get() == producer


def test_open_work_goes_on_and_is_published_at_its_new_place():
    product = make_product(make_producer())
    send(make_head(product.producer), product)
    succeed(VILLAGE, [SIBLING_VILLAGE])
    decide(make_officer(), product, "verify")
    decide(make_officer("province_officer", ["53"]), product, "publish")
    assert CatalogueEntry.objects.get().region_code == SIBLING_VILLAGE


def test_two_producers_of_one_merged_village_keep_their_own_codes():
    make_producer(region=VILLAGE)
    make_producer(region=SIBLING_VILLAGE)
    succeed(VILLAGE, [SIBLING_VILLAGE])
    assert set(Producer.objects.values_list("code", "region_id")) == {(VILLAGE, SIBLING_VILLAGE), (SIBLING_VILLAGE, SIBLING_VILLAGE)}


def test_a_split_leaves_the_producer_where_it_is_with_its_work():
    product = make_product(make_producer())
    head = make_head(product.producer)
    succeed(VILLAGE, [SIBLING_VILLAGE, OTHER_VILLAGE], kind="split")
    assert Producer.objects.get().region_id == VILLAGE
    send(head, product)
    assert drafts.open_submission(product).state == "submitted"


def test_the_former_code_leads_to_the_present_page(client):
    product = make_product(make_producer())
    publish(product)
    succeed(VILLAGE, [SIBLING_VILLAGE])
    answer = client.get(f"/pembuat/{VILLAGE}/")
    assert (answer.status_code, answer["Location"]) == (301, f"/pembuat/{SIBLING_VILLAGE}/")
    assert client.get("/pembuat/53.99.99.9999/").status_code == 404
