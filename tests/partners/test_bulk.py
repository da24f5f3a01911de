"""Up to 500 drafts in one request: atomic or each by itself, with a result for every item."""

from __future__ import annotations

import pytest

from registry import steps
from registry.models import ExternalId, Product, Submission, SubmissionEvent
from registry.services import drafts

from .writer import WHOLE

pytestmark = pytest.mark.django_db


def items(world, count, **fields):
    """Drafts with numbers and sizes of their own, for the two producers in turn."""
    producers = [world["writes"].code, world["sends"].code]
    sizes = {number: [{**WHOLE["variants"][0], "barcode": f"{89900000 + number}"}] for number in range(count)}
    return [
        {**WHOLE, "variants": sizes[number], "producer": producers[number % 2], "external_id": f"N{number}", "name": f"Kopi {number}"}
        | fields
        for number in range(count)
    ]


def test_all_are_begun_and_told_in_their_order(writer, world):
    answer = writer.post("drafts/bulk", {"items": items(world, 6)})
    assert answer.status_code == 200, answer.content
    told = answer.json()
    assert (told["written"], told["refused"]) == (6, 0)
    assert [(row["index"], row["status"], row["external_id"]) for row in told["results"]] == [(n, "created", f"N{n}") for n in range(6)]
    for row in told["results"]:
        single = writer.get(f"drafts/{row['code']}")
        assert single["ETag"] == row["etag"]
        assert single.json()["name"] == f"Kopi {row['index']}"
    assert sum(Product.objects.values_list("is_flagship", flat=True)) == 2
    assert Submission.objects.count() == SubmissionEvent.objects.filter(transition="start").count() == 6


def test_sent_again_they_are_changed(writer, world):
    writer.post("drafts/bulk", {"items": items(world, 3)})
    again = writer.post("drafts/bulk", {"items": items(world, 4, story="Baru.")}).json()
    assert [row["status"] for row in again["results"]] == ["changed"] * 3 + ["created"]
    assert set(Product.objects.values_list("story", flat=True)) == {"Baru."}
    code = again["results"][0]["code"]
    by_code = writer.post("drafts/bulk", {"items": [{"code": code, "name": "Lain", "external_id": "X"}]}).json()
    assert by_code["results"][0]["status"] == "changed"
    assert ExternalId.objects.get(product__code=code).value == "X"


def wrong(world):
    """Five items of which the second to fourth cannot be taken, each for another reason."""
    sent = items(world, 5)
    sent[1] |= {"months": [13]}
    sent[2] |= {"producer": world["none"].code}
    sent[3] |= {"variants": sent[0]["variants"]}
    return sent


def test_each_by_itself(writer, world):
    told = writer.post("drafts/bulk", {"mode": "each", "items": wrong(world)}).json()
    assert [row["status"] for row in told["results"]] == ["created", "refused", "refused", "refused", "created"]
    assert [error["attr"] for error in told["results"][1]["errors"]] == ["months.0"]
    assert [row["errors"][0]["code"] for row in told["results"][2:4]] == ["permission_denied", "taken"]
    assert (told["written"], told["refused"], Product.objects.count()) == (2, 3, 2)


def test_all_or_none(writer, world):
    answer = writer.post("drafts/bulk", {"mode": "atomic", "items": wrong(world)}, key="k")
    told = answer.json()
    assert (answer.status_code, told["written"], told["refused"]) == (422, 0, 2)  # the barcode is looked at once all can be read
    assert [row["status"] for row in told["results"]] == ["not_written", "refused", "refused", "not_written", "not_written"]
    assert not Product.objects.exists()
    assert writer.post("drafts/bulk", {"mode": "atomic", "items": wrong(world)}, key="k")["Idempotency-Replayed"] == "true"


def test_a_change_refused_takes_the_others_back(writer, world):
    (first,) = writer.post("drafts/bulk", {"items": items(world, 1)}).json()["results"]
    product = Product.objects.get(code=first["code"])
    head = product.submissions.get().events.first().mandate.granted_by
    base = steps.base_version(drafts.reloaded(product), steps.STEP_BY_KEY["story"])
    drafts.save_step(actor=head, product=product, step="story", base=base, values={"story": "Cerita kepala."})
    blind = items(world, 2)
    answer = writer.post("drafts/bulk", {"items": blind[::-1]})
    assert (answer.status_code, answer.json()["results"][1]["errors"][0]["code"]) == (422, "if_match_needed")
    assert Product.objects.count() == 1
    each = writer.post("drafts/bulk", {"mode": "each", "items": blind[::-1]}).json()
    assert [row["status"] for row in each["results"]] == ["created", "refused"]
    stale = {**blind[0], "if_match": first["etag"]}
    assert writer.post("drafts/bulk", {"items": [stale]}).json()["results"][0]["errors"][0]["code"] == "stale"
    fresh = {**blind[0], "if_match": writer.get(f"drafts/{product.code}")["ETag"]}
    assert writer.post("drafts/bulk", {"items": [fresh]}).json()["results"][0]["status"] == "changed"


def test_the_same_number_twice_in_one_request(writer, world):
    sent = [{"producer": world["writes"].code, "external_id": "A"}] * 2
    told = writer.post("drafts/bulk", {"mode": "each", "items": sent}).json()
    assert [row["status"] for row in told["results"]] == ["created", "refused"]


@pytest.mark.parametrize("sent", [{}, {"items": []}, {"items": [{}] * 501}, {"items": ["a"]}, {"items": [{}], "mode": "some"}, []])
def test_what_is_no_bulk(writer, world, sent):
    assert writer.post("drafts/bulk", sent).status_code == 400


def test_an_item_without_a_producer_or_of_an_unknown_code(writer, world):
    told = writer.post("drafts/bulk", {"mode": "each", "items": [{"name": "A"}, {"code": "NTT-0000-0"}, {"producer": "99"}]}).json()
    assert [row["errors"][0]["attr"] for row in told["results"]] == ["producer", None, "producer"]


def test_five_hundred_take_the_statements_of_a_few(writer, world, django_assert_num_queries):
    for count, queries in ((2, 45), (40, 44)):  # the first one also begins the makers
        sent = [{**item, "external_id": f"{count}-{item['external_id']}", "variants": []} for item in items(world, count)]
        with django_assert_num_queries(queries):
            assert writer.post("drafts/bulk", {"items": sent}).json()["written"] == count
