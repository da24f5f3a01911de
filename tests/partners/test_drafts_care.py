"""What a partner's system must not do by repeating itself: speak for people, overwrite what it has not seen, mix up villages."""

from __future__ import annotations

import pytest

from partners.models import KeptAnswer
from partners.sealing import unseal
from registry import steps
from registry.models import Contact, Permit, Product
from registry.services import contacts, drafts, intake
from tests.registry.factories import add_photo, make_officer, make_product
from tests.registry.steps import publish

from .writer import WHOLE

pytestmark = pytest.mark.django_db


def first(answer):
    return answer.json()["errors"][0]


def test_consent_taken_back_is_not_given_again_by_a_system(writer, world):
    begun = writer.begin(world["writes"], **WHOLE)
    path, officer = f"drafts/{begun['code']}", make_officer()
    contacts.withdraw_consent(actor=officer, contact=Contact.objects.get())
    again = writer.patch(path, {"contact": WHOLE["contact"]})
    assert (again.status_code, first(again)["code"]) == (422, "not_ready")
    other = writer.post("drafts", {"producer": world["writes"].code, "contact": WHOLE["contact"]})
    assert (other.status_code, first(other)["code"]) == (422, "not_ready")
    assert not Contact.objects.agreed().exists()
    assert writer.patch(path, {"contact": {**WHOLE["contact"], "name": "Orang Lain"}}).json()["contact"]["consent"] is True


def test_an_erased_person_stays_erased(writer, world):
    begun = writer.begin(world["writes"], **WHOLE)
    erased = contacts.erase_contact(actor=make_officer(), contact=Contact.objects.get())
    changed = writer.patch(f"drafts/{begun['code']}", {"contact": {"name": "Orang Lain", "phone": "081234567891"}})
    assert changed.json()["contact"] == {"name": "Orang Lain", "phone": "+6281234567891", "consent": False}
    erased.refresh_from_db()
    assert (erased.name, Contact.objects.count()) == ("", 2)


def test_of_a_contact_what_is_not_sent_stays(writer, world):
    begun = writer.begin(world["writes"], **WHOLE)
    told = writer.patch(f"drafts/{begun['code']}", {"contact": {"phone": "081234567891"}}).json()["contact"]
    assert told == {"name": "Narahubung Contoh", "phone": "+6281234567891", "consent": True}


def test_a_kept_answer_names_nobody(writer, world):
    body = {"producer": world["writes"].code, "contact": WHOLE["contact"]}
    writer.post("drafts", body, key="k")
    assert "Narahubung" not in unseal(KeptAnswer.objects.get().body)
    assert writer.post("drafts", body, key="k").json()["contact"] is None


def test_nobody_sends_unseen_what_a_person_has_half_written(writer, world):
    begun = writer.begin(world["sends"], **WHOLE)
    product = Product.objects.get(code=begun["code"])
    add_photo(product)
    head = product.submissions.get().events.first().mandate.granted_by
    base = steps.base_version(drafts.reloaded(product), steps.STEP_BY_KEY["story"])
    drafts.save_step(actor=head, product=product, step="story", base=base, values={"story": "Setengah"})
    path = f"drafts/{product.code}/send"
    assert writer.post(path, {"declaration": True}).status_code == 428
    assert writer.post(path, {"declaration": True}, if_match='"stale.0"').status_code == 412
    tag = writer.get(f"drafts/{product.code}")["ETag"]
    assert writer.post(path, {"declaration": True}, if_match=tag).json()["state"] == "submitted"


def test_bodies_and_keys_that_are_none(writer, world):
    begun = writer.begin(world["writes"])
    for part in ("permits", "photos"):
        assert writer.send("DELETE", f"drafts/{begun['code']}/{part}/x").status_code == 404
    for body in (["a"], [1], 5, "ab", None):
        assert writer.post(f"drafts/{begun['code']}/permits", body).status_code == 400, body


def test_a_permit_sent_again_keeps_its_holder(writer, world):
    one, two = (writer.begin(world["writes"], maker={"name": "KT"}) for _number in range(2))
    halal = {"kind": "halal", "number": "H-1"}
    writer.post(f"drafts/{one['code']}/permits", {**halal, "holder": "collective", "collective": "Asosiasi"})
    Permit.objects.update(verified_by=make_officer(), verified_at="2026-01-01T00:00:00Z")
    told = writer.post(f"drafts/{two['code']}/permits", halal).json()["permits"]
    assert [(row["holder"], row["collective"], row["is_verified"]) for row in told] == [("collective", "Asosiasi", True)]


def test_sizes_of_one_content_are_told_apart_by_their_barcodes(writer, world):
    sizes = [{"unit": "g", "net_content": "250", "barcode": f"8991111{number}"} for number in (1, 2)]
    begun = writer.begin(world["writes"], variants=sizes)
    former = {row["barcode"]: row["key"] for row in begun["variants"]}
    for sent in (sizes[1:], sizes[::-1], sizes):
        changed = writer.patch(f"drafts/{begun['code']}", {"variants": sent})
        assert changed.status_code == 200, changed.content
        told = {row["barcode"]: row["key"] for row in changed.json()["variants"]}
        assert told.get("89911112") == former["89911112"]
    twice = writer.patch(f"drafts/{begun['code']}", {"variants": [{**sizes[0], "key": former["89911111"]}] * 2})
    assert (twice.status_code, first(twice)["attr"]) == (400, "variants")


def test_one_item_that_cannot_stand_does_not_hide_the_others(writer, world):
    writer.begin(world["writes"], maker={"name": "KT", "members": 10})
    sent = [{"producer": world["writes"].code, "name": f"Kopi {number}", "maker": {"name": "KT"}} for number in range(3)]
    sent[2]["maker"] = {"name": "KT", "women": 30}
    sent.append({"producer": world["writes"].code, "maker": {"name": "\u202a"}})
    told = writer.post("drafts/bulk", {"mode": "each", "items": sent}).json()
    assert [row["status"] for row in told["results"]] == ["created", "created", "refused", "refused"]


def test_a_later_item_completes_a_maker_of_the_same_request(writer, world):
    sent = [{"producer": world["writes"].code, "maker": maker} for maker in ({"name": "KT"}, {"name": "kt", "members": 9})]
    codes = [row["code"] for row in writer.post("drafts/bulk", {"items": sent}).json()["results"]]
    assert [writer.get(f"drafts/{code}").json()["maker"]["members"] for code in codes] == [9, 9]


def test_items_that_together_say_too_much_of_a_maker_are_refused(writer, world):
    makers = ({"name": "KT", "members": 2}, {"name": "KT", "women": 5})
    sent = [{"producer": world["writes"].code, "maker": maker} for maker in makers]
    told = writer.post("drafts/bulk", {"mode": "each", "items": sent}).json()
    assert [row["status"] for row in told["results"]] == ["created", "refused"]


def test_a_change_without_a_field_opens_no_revision(writer, world):
    product = make_product(world["writes"])
    publish(product)
    for sent in ({}, {"external_id": "A  1"}):
        assert writer.patch(f"drafts/{product.code}", sent).status_code == 200
    assert product.submissions.count() == 1
    assert writer.get("drafts?external_id=A%20%20%201").json()["results"][0]["external_id"] == "A 1"
    other = writer.begin(world["writes"])
    clash = writer.patch(f"drafts/{other['code']}", {"external_id": "A 1"})
    assert (clash.status_code, first(clash)["code"]) == (409, "taken")


def test_every_plain_field_of_the_steps_is_a_column():
    """What a new product copies as it stands: a new field of the form is one of these, or named beside them."""
    columns = {column.name for column in Product._meta.concrete_fields}
    assert set(intake._PLAIN) <= columns
    assert len(intake._PLAIN) >= 10


def test_an_item_never_writes_into_the_product_of_another_village(writer, world):
    writer.begin(world["writes"], external_id="A", name="Satu")
    sent = {"producer": world["sends"].code, "external_id": "A", "name": "Dua"}
    told = writer.post("drafts/bulk", {"mode": "each", "items": [sent]}).json()
    assert told["results"][0]["errors"][0]["code"] == "other_producer"
    assert Product.objects.get().name == "Satu"
