"""Systems send everything they hold every night: what stands there already is no change, and changes cost few statements."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from registry import steps
from registry.models import Product
from registry.services import drafts, sent
from tests.registry.factories import add_photo
from tests.registry.steps import publish

from .test_bulk import items
from .writer import WHOLE

pytestmark = pytest.mark.django_db


def written_by_head(product, step="story", **values):
    head = product.submissions.get().events.first().mandate.granted_by
    base = steps.base_version(drafts.reloaded(product), steps.STEP_BY_KEY[step])
    drafts.save_step(actor=head, product=product, step=step, base=base, values=values)


def test_the_same_again_changes_nothing(writer, world):
    row = writer.begin(world["writes"], **WHOLE)
    before = Product.objects.get()
    answer = writer.patch(f"drafts/{row['code']}", WHOLE)
    assert (answer.status_code, answer.json()) == (200, writer.get(f"drafts/{row['code']}").json())
    assert Product.objects.get().edited_at == before.edited_at


def test_the_same_number_again_locks_and_writes_nothing_of_the_partner(writer, world):
    code = writer.begin(world["writes"], external_id="A")["code"]
    with CaptureQueriesContext(connection) as found:
        assert writer.patch(f"drafts/{code}", {"external_id": "A"}).json()["external_id"] == "A"
    said = [query["sql"] for query in found.captured_queries]
    assert not [sql for sql in said if 'FROM "partners_partner"' in sql and "FOR NO KEY UPDATE" in sql]
    assert not [sql for sql in said if sql.startswith(('UPDATE "registry_externalid"', 'INSERT INTO "registry_externalid"'))]


def test_it_opens_no_revision_of_what_is_published(writer, world):
    product = Product.objects.get(code=writer.begin(world["writes"], **WHOLE)["code"])
    add_photo(product)
    publish(product)
    assert writer.patch(f"drafts/{product.code}", WHOLE).status_code == 200
    (told,) = writer.post("drafts/bulk", {"items": [{**WHOLE, "code": product.code}]}).json()["results"]
    assert (told["status"], product.submissions.count()) == ("unchanged", 1)
    assert writer.patch(f"drafts/{product.code}", {**WHOLE, "name": "Kopi Baru"}).status_code == 200
    assert product.submissions.count() == 2


def test_it_is_in_nobody_s_way(writer, world):
    row = writer.begin(world["writes"], **WHOLE)
    written_by_head(Product.objects.get(), story="Cerita kepala.")
    rest = {name: value for name, value in WHOLE.items() if name != "story"}
    assert writer.patch(f"drafts/{row['code']}", rest).status_code == 200
    assert writer.patch(f"drafts/{row['code']}", WHOLE).status_code == 428
    assert Product.objects.get().edited_by_id != writer.partner.service_user_id


def test_items_that_stand_there_are_told_and_not_counted(writer, world):
    writer.post("drafts/bulk", {"items": items(world, 4)})
    again = items(world, 4)
    again[2] |= {"story": "Baru."}
    told = writer.post("drafts/bulk", {"items": again}).json()
    assert [row["status"] for row in told["results"]] == ["unchanged", "unchanged", "changed", "unchanged"]
    assert (told["written"], told["refused"]) == (1, 0)
    for row in told["results"]:
        assert writer.get(f"drafts/{row['code']}")["ETag"] == row["etag"]


def test_one_product_three_times_in_one_request(writer, world):
    code = writer.begin(world["writes"], **WHOLE)["code"]
    sent_items = [{"code": code, "name": "Satu"}, {"code": code, "name": "Satu"}, {"code": code, "name": "Dua"}]
    told = writer.post("drafts/bulk", {"items": sent_items}).json()
    assert [row["status"] for row in told["results"]] == ["changed", "unchanged", "changed"]
    assert Product.objects.get().name == "Dua"
    assert {row["etag"] for row in told["results"]} == {writer.get(f"drafts/{code}")["ETag"]}


def test_after_an_item_that_is_refused_the_next_reads_what_stands(writer, world):
    code = writer.begin(world["writes"], **WHOLE)["code"]
    other = writer.begin(world["writes"], variants=[{**WHOLE["variants"][0], "barcode": "12345678"}])
    clash = {"code": code, "name": "Lain", "variants": [{**WHOLE["variants"][0], "barcode": "12345678"}]}
    told = writer.post("drafts/bulk", {"mode": "each", "items": [clash, {"code": code, "name": WHOLE["name"]}]}).json()
    assert other["code"] != code
    assert [row["status"] for row in told["results"]] == ["refused", "unchanged"]


CHANGES = {"story": {"story": "Baru."}, "price": {"variants": [{**WHOLE["variants"][0], "barcode": "", "price": 50000}]}}


@pytest.mark.parametrize(("fields", "queries"), [({}, 2), (CHANGES["story"], 18), (CHANGES["price"], 29)])
def test_what_an_item_costs(writer, world, fields, queries):
    """Statements each further item adds; of those of a change most are checks of the model before it is saved."""
    sent_items = [{**item, "variants": [{**WHOLE["variants"][0], "barcode": ""}]} for item in items(world, 6)]
    writer.post("drafts/bulk", {"items": sent_items})
    counts = []
    for part in (slice(0, 2), slice(2, 6)):
        with CaptureQueriesContext(connection) as found:
            assert writer.post("drafts/bulk", {"items": [{**item, **fields} for item in sent_items[part]]}).status_code == 200
        counts.append(len(found))
    assert counts[1] - counts[0] == 2 * queries


@pytest.mark.parametrize(
    ("value", "stands"),
    [
        ({"capacity": {"peak": Decimal("120.50"), "lean": Decimal(20), "unit": "kg"}}, True),
        ({"capacity": {"peak": Decimal("120.50"), "unit": "kg"}}, False),
        ({"months": [6, 7, 8]}, True),
        ({"months": [6, 7]}, False),
        ({"maker": {"name": "Kelompok Tani Contoh"}}, True),
        ({"maker": {"name": "Kelompok Tani Contoh", "members": 13}}, False),
        ({"contact": {"consent": True}}, True),
        ({"contact": {"consent": False}}, False),
        ({"variants": []}, False),
        ({"category": None}, False),
    ],
)
def test_what_stands_there(writer, world, value, stands):
    writer.begin(world["writes"], **WHOLE)
    assert (not sent.differing(drafts.reloaded(Product.objects.get()), value)) is stands


def test_an_empty_person_and_another_order_are_no_change(writer, world):
    stages = [{"step": step, "price_after": 1000, "place": "village", "note": ""} for step in ("sell", "cultivate", "process")]
    row = writer.begin(world["writes"], name="Kopi", chain=stages, contact={"name": "", "phone": ""})
    assert [stage["step"] for stage in row["chain"]] == ["cultivate", "process", "sell"]
    product = drafts.reloaded(Product.objects.get())
    assert not sent.differing(product, {"chain": stages, "contact": {"name": "", "phone": "", "consent": False}})
    assert sent.differing(product, {"contact": {"name": "Orang", "phone": ""}})
    assert sent.differing(product, {"maker": {"name": "Kelompok"}})
