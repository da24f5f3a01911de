"""Drafts a partner writes for a producer: begun, read back, changed under If-Match, sent or put before the head."""

from __future__ import annotations

import datetime as dt

import pytest
from django.utils import timezone
from oauth2_provider.models import AccessToken

from partners.models import ApiUse
from registry import steps
from registry.models import Contact, Enterprise, ExternalId, Product, Submission
from registry.services import drafts
from registry.workflow import apply
from tests.registry.factories import add_photo, make_product
from tests.registry.pictures import picture, upload

from .writer import WHOLE, let

pytestmark = pytest.mark.django_db


def same(told, sent):
    """Whether what is read back is what was written, number by number."""
    return all(told[name] == value for name, value in sent.items() if name not in ("contact", "variants", "maker"))


def test_what_is_written_is_read_back(writer, world):
    begun = writer.begin(world["writes"], external_id="SID-17", **WHOLE)
    answer = writer.get(f"drafts/{begun['code'].lower()}")
    assert answer.json() == begun
    assert same(begun, WHOLE)
    assert begun["contact"] == {"name": "Narahubung Contoh", "phone": "+6281234567890", "consent": True}
    assert begun["variants"][0] | {"key": ""} == {**WHOLE["variants"][0], "key": ""}
    assert begun["maker"] == {**WHOLE["maker"], "nib": ""}
    assert (begun["external_id"], begun["edited_by"], begun["is_flagship"]) == ("SID-17", "you", True)
    assert begun["submission"]["state"] == "draft"
    assert [need["field"] for need in begun["missing"]] == ["photos"]


def test_the_same_values_by_the_screens_and_by_the_api_are_the_same_product(writer, world):
    """What a partner writes in one go is what the steps of the form write one after the other."""
    begun = writer.begin(world["writes"], **WHOLE)
    mine = Product.objects.with_parts().get(code=begun["code"])
    changed = writer.patch(
        f"drafts/{writer.begin(world['writes'])['code']}", {**WHOLE, "variants": [{**WHOLE["variants"][0], "barcode": ""}]}
    )
    other = Product.objects.with_parts().get(code=changed.json()["code"])
    for name in ("name", "name_key", "summary", "story", "months", "capacity_peak", "capacity_lean", "capacity_unit", "category_id"):
        assert getattr(mine, name) == getattr(other, name), name
    assert mine.enterprise_id == other.enterprise_id
    assert Enterprise.objects.count() == 1
    assert [row.price_after for row in mine.chain.all()] == [row.price_after for row in other.chain.all()] == [30000]
    assert {contact.is_public for contact in Contact.objects.all()} == {True}


def test_history_names_partner_and_delegator(writer, world):
    begun = writer.begin(world["writes"])
    (event,) = Submission.objects.get(product__code=begun["code"]).events.all()
    assert (event.actor, event.transition, event.detail) == (writer.partner.service_user, "start", {"on_behalf": True})
    assert event.mandate.granted_by.mandates.get().role == "producer_head"
    row = Product.objects.get(code=begun["code"]).events.latest("pgh_id")
    assert row.pgh_context.metadata["partner"] == "sid"
    (use,) = ApiUse.objects.filter(method="POST")
    assert (use.partner, use.status, use.what) == (writer.partner, 201, "Memulai satu produk")


def test_only_the_first_product_of_a_producer_is_its_flagship(writer, world):
    make_product(world["sends"], is_flagship=True)
    assert [writer.begin(world[name])["is_flagship"] for name in ("writes", "writes", "sends")] == [True, False, False]


def test_sizes_sent_again_without_their_keys_stay_the_same(writer, world):
    sizes = [{"unit": "g", "net_content": "250", "barcode": "89911111"}, {"unit": "g", "net_content": "500"}]
    begun = writer.begin(world["writes"], variants=sizes)
    other = [{**sizes[1], "price": 9000}, {**sizes[0], "net_content": "200"}, {"unit": "kg", "net_content": "1"}]
    changed = writer.patch(f"drafts/{begun['code']}", {"variants": other}).json()["variants"]
    former = {row["net_content"]: row["key"] for row in begun["variants"]}
    assert [row["key"] for row in changed[:2]] == [former["500"], former["250"]]
    assert changed[2]["key"] not in former.values()
    assert [row["price"] for row in changed] == [9000, None, None]


def test_area_and_codes(writer, world):
    """A producer that did not delegate is refused by name; a draft of it is not even known."""
    foreign = make_product(world["none"])
    refused = writer.post("drafts", {"producer": world["none"].code})
    assert (refused.status_code, refused.json()["errors"][0]["code"]) == (403, "permission_denied")
    unknown = writer.post("drafts", {"producer": "99.99"})
    assert (unknown.status_code, unknown.json()["errors"][0]["attr"]) == (400, "producer")
    for method, path in (("GET", ""), ("PATCH", ""), ("POST", "/send"), ("POST", "/permits")):
        body = {"declaration": True} if path == "/send" else {"kind": "pirt", "number": "1"} if path else {}
        assert writer.send(method, f"drafts/{foreign.code}{path}", body).status_code == 404, path
    assert foreign.code not in writer.get("drafts").content.decode()


@pytest.mark.parametrize(
    ("sent", "attr"),
    [
        ({"nama": "Kopi"}, "nama"),
        ({"name": 7}, "name"),
        ({"name": "x" * 121}, "name"),
        ({"name": "a\0b"}, "name"),
        ({"category": "tidak-ada"}, "category"),
        ({"maker": {"name": "A", "members": 2, "women": 3}}, "maker.women"),
        ({"maker": {"name": "A", "founded_year": 3000}}, "maker.founded_year"),
        ({"maker": {"name": "A", "nib": "12"}}, "maker.nib"),
        ({"contact": {"phone": "abc"}}, "contact.phone"),
        ({"contact": {"name": "A", "consent": "yes"}}, "contact.consent"),
        ({"variants": [{"unit": "g", "price": 0}]}, "variants.0.price"),
        ({"variants": [{"unit": "g", "price": 2**70}]}, "variants.0.price"),
        ({"variants": [{"unit": "g", "price": "45000"}]}, "variants.0.price"),
        ({"variants": [{"price": 1000}]}, "variants.0.unit"),
        ({"variants": [{"unit": "g", "barcode": "12"}]}, "variants.0.barcode"),
        ({"variants": [{"unit": "g"}] * 13}, "variants"),
        ({"chain": [{"step": "process", "price_after": 1, "place": "village"}] * 2}, "chain"),
        ({"months": [0]}, "months.0"),
        ({"capacity": {"peak": "10"}}, "capacity.unit"),
        ({"capacity": {"peak": "-1", "unit": "kg"}}, "capacity.peak"),
        ([], "non_field_errors"),
    ],
)
def test_what_cannot_be_taken_is_named_and_nothing_is_written(writer, world, sent, attr):
    body = {"producer": world["writes"].code, **sent} if isinstance(sent, dict) else sent
    answer = writer.post("drafts", body)
    assert answer.status_code == 400, answer.content
    assert answer.json()["errors"][0]["attr"].startswith(attr)
    assert not Product.objects.exists()


def test_broken_bodies(writer, world):
    assert writer.client.post("/api/v1/drafts", "{", content_type="application/json", headers=_head(writer)).status_code == 400
    deep = writer.client.post("/api/v1/drafts", "[" * 100_000, content_type="application/json", headers=_head(writer))
    assert deep.status_code == 400
    assert (
        writer.client.post("/api/v1/drafts", "a=1", content_type="application/x-www-form-urlencoded", headers=_head(writer)).status_code
        == 415
    )
    big = writer.client.post("/api/v1/drafts", " " * 3_000_000, content_type="application/json", headers=_head(writer))
    assert (big.status_code, big.json()["errors"][0]["code"]) == (413, "too_large")


def _head(writer):
    return {"authorization": f"Bearer {writer.token}", "idempotency-key": "k"}


def test_a_number_of_the_partner_names_one_product(writer, world):
    begun = writer.begin(world["writes"], external_id="A")
    again = writer.post("drafts", {"producer": world["writes"].code, "external_id": "A"})
    assert (again.status_code, again.json()["errors"][0]["code"]) == (409, "taken")
    (line,) = writer.get("drafts?external_id=A").json()["results"]
    assert line["code"] == begun["code"]
    other = writer.begin(world["writes"], external_id="B")
    assert writer.patch(f"drafts/{other['code']}", {"external_id": "A"}).status_code == 409
    assert writer.patch(f"drafts/{other['code']}", {"external_id": "C"}).json()["external_id"] == "C"
    assert set(ExternalId.objects.values_list("value", flat=True)) == {"A", "C"}


def test_a_barcode_another_product_has_is_refused(writer, world):
    writer.begin(world["writes"], **WHOLE)
    again = writer.post("drafts", {"producer": world["writes"].code, "variants": WHOLE["variants"]})
    assert (again.status_code, Product.objects.count()) == (409, 1)


def edited_by_the_head(product, story):
    head = product.submissions.get().events.first().mandate.granted_by
    base = steps.base_version(drafts.reloaded(product), steps.STEP_BY_KEY["story"])
    drafts.save_step(actor=head, product=product, step="story", base=base, values={"story": story})


def test_if_match(writer, world):
    """A stale condition is 412; a draft a person edited last cannot be changed without one."""
    begun = writer.begin(world["writes"], name="Satu")
    path = f"drafts/{begun['code']}"
    held = writer.get(path)["ETag"]
    assert writer.get(path, if_none_match=held).status_code == 304
    first = writer.patch(path, {"name": "Dua"}, if_match=held)
    assert first.status_code == 200
    stale = writer.patch(path, {"name": "Tiga"}, if_match=held)
    assert (stale.status_code, stale.json()["errors"][0]["code"]) == (412, "stale")
    assert writer.patch(path, {"name": "Tiga"}).status_code == 200  # nobody else edited it

    product = Product.objects.get(code=begun["code"])
    edited_by_the_head(product, "Cerita kepala desa.")
    blind = writer.patch(path, {"name": "Empat"})
    assert (blind.status_code, blind.json()["errors"][0]["code"]) == (428, "if_match_needed")
    assert writer.get(path).json()["edited_by"] == "another"
    fresh = writer.get(path)["ETag"]
    assert writer.patch(path, {"name": "Empat"}, if_match=fresh).json()["story"] == "Cerita kepala desa."


def test_a_photo_does_not_open_the_way_around_if_match(writer, world):
    begun = writer.begin(world["writes"])
    product = Product.objects.get(code=begun["code"])
    edited_by_the_head(product, "Cerita.")
    assert writer.post(f"drafts/{product.code}/photos", form={"file": upload(picture())}).status_code == 428
    assert not product.photos.exists()


def test_sending_under_a_delegation_that_includes_it(writer, world):
    begun = writer.begin(world["sends"], **WHOLE)
    path = f"drafts/{begun['code']}/send"
    early = writer.post(path, {"declaration": True})
    assert (early.status_code, early.json()["errors"][0]["code"]) == (422, "not_ready")
    add_photo(Product.objects.get(code=begun["code"]))
    assert writer.post(path, {"declaration": False}).status_code == 422
    sent = writer.post(path, {"declaration": True}).json()
    assert sent["state"] == "submitted"
    assert [(row["event"], row["by"]) for row in sent["history"]] == [("submit", "Partner system")]
    submission = Submission.objects.get(number=sent["number"])
    assert (submission.submitted_by, submission.on_behalf) == (writer.partner.service_user, True)
    assert writer.post(path, {"declaration": True}).status_code == 409
    assert writer.patch(f"drafts/{begun['code']}", {"name": "Lain"}).status_code == 422  # on a desk


def test_without_it_the_head_is_asked_and_sends(writer, world):
    begun = writer.begin(world["writes"], **WHOLE)
    product = Product.objects.get(code=begun["code"])
    add_photo(product)
    path = f"drafts/{product.code}/send"
    asked = writer.post(path, {"declaration": True}).json()
    assert asked["state"] == "awaiting_head"
    assert writer.post(path, {"declaration": True}).json()["waits_for_head_since"] == asked["waits_for_head_since"]
    submission = product.submissions.get()
    head = submission.events.first().mandate.granted_by
    assert [event.transition for event in submission.events.all()] == ["start", "ask_head"]
    assert head.notices.get().kind == "ask_head"
    (waiting,) = writer.get("submissions?state=awaiting_head").json()["results"]
    assert waiting["number"] == submission.number
    sent = apply(actor=head, submission=submission, name="submit", expected=submission.lock_version, declaration=True)
    assert (sent.state, sent.head_asked_at, sent.on_behalf, sent.submitted_by) == ("submitted", None, False, head)


def test_a_delegation_that_has_ended_opens_nothing(writer, world):
    from accounts.services import end_mandate

    begun = writer.begin(world["writes"])
    mandate = Submission.objects.get(product__code=begun["code"]).events.get().mandate
    end_mandate(actor=mandate.granted_by, mandate=mandate)
    assert writer.get(f"drafts/{begun['code']}").status_code == 404
    assert writer.post("drafts", {"producer": world["writes"].code}).status_code == 403
    assert writer.get("submissions").json()["results"] == []


def test_one_partner_sees_nothing_of_the_numbers_of_another(writer, world, province):
    from .conftest import register
    from .writer import writer_of

    other = register(province, "lain", name="Sistem lain (contoh)")
    let(other, world["writes"])
    second = writer_of(province, other)
    begun = writer.begin(world["writes"], external_id="A")
    assert second.get(f"drafts/{begun['code']}").json()["external_id"] is None
    assert second.get("drafts?external_id=A").json()["results"] == []
    assert second.begin(world["writes"], external_id="A")["external_id"] == "A"


def test_photos_and_permits(writer, world):
    begun = writer.begin(world["writes"], **WHOLE)
    path = f"drafts/{begun['code']}"
    photo = writer.post(f"{path}/photos", form={"file": upload(picture()), "alt": "Bungkus kopi", "kind": "pack"})
    assert photo.status_code == 201, photo.content
    (shown,) = photo.json()["photos"]
    assert (shown["alt"], shown["kind"], shown["state"]) == ("Bungkus kopi", "pack", "waiting")
    assert len(writer.post(f"{path}/photos", form={"file": upload(picture())}).json()["photos"]) == 1  # the same bytes
    broken = writer.post(f"{path}/photos", form={"file": upload(picture()), "sha256": "0" * 64})
    assert (broken.status_code, broken.json()["errors"][0]["code"]) == (400, "broken_upload")
    gone = writer.send("DELETE", f"{path}/photos/{shown['key']}")
    assert (gone.status_code, gone.json()["photos"]) == (200, [])
    assert writer.send("DELETE", f"{path}/photos/{shown['key']}").status_code == 404

    permit = writer.post(f"{path}/permits", {"kind": "pirt", "number": "P-1", "expires_on": "2030-01-31"})
    assert permit.status_code == 201, permit.content
    scanned = writer.post(f"{path}/permits", form={"kind": "pirt", "number": "P-1", "file": upload(picture())})
    (shown,) = scanned.json()["permits"]
    assert (shown["holder"], shown["has_scan"], shown["expires_on"], shown["is_verified"]) == ("maker", True, "2030-01-31", False)
    assert writer.send("DELETE", f"{path}/permits/{shown['key']}").json()["permits"] == []
    wrong = writer.post(f"{path}/permits", {"kind": "pirt", "number": "1", "issued_on": "2026-02-01", "expires_on": "2026-01-01"})
    assert (wrong.status_code, wrong.json()["errors"][0]["attr"]) == (400, "expires_on")


def test_flags_are_read_back(writer, world):
    from registry.services import checks
    from tests.registry.factories import make_officer

    begun = writer.begin(world["sends"], **WHOLE)
    add_photo(Product.objects.get(code=begun["code"]))
    number = writer.post(f"drafts/{begun['code']}/send", {"declaration": True}).json()["number"]
    officer, submission = make_officer(), Submission.objects.get(number=number)
    checks.claim(actor=officer, submission=submission)
    checks.mark_field(actor=officer, submission=submission, field="summary", reason="unclear", note="Jelaskan caranya.")
    fresh = Submission.objects.get(pk=submission.pk)
    apply(actor=officer, submission=fresh, name="return", expected=fresh.lock_version, comment="Mohon dilengkapi.")
    told = writer.get(f"submissions/{number.lower()}").json()
    assert told["state"] == "returned"
    assert [(flag["field"], flag["reason"], flag["note"]) for flag in told["flags"]] == [("summary", "unclear", "Jelaskan caranya.")]
    assert (told["history"][-1]["comment"], told["history"][-1]["by"]) == ("Mohon dilengkapi.", "Regency officer (Dinas PMD)")
    assert str(officer) not in writer.get(f"submissions/{number}").content.decode()
    again = writer.post(f"drafts/{begun['code']}/send", {"declaration": True})
    assert again.status_code == 422  # the part sent back is as it was
    writer.patch(f"drafts/{begun['code']}", {"summary": "Kopi dari kebun sendiri. Dipetik merah dan dijemur sepuluh hari."})
    assert writer.post(f"drafts/{begun['code']}/send", {"declaration": True}).json()["state"] == "submitted"


@pytest.mark.parametrize("count", [1, 3])
def test_queries_of_the_lists(writer, world, count, django_assert_num_queries):
    for number in range(count):
        writer.begin(world["sends"], name=f"Kopi {number}", external_id=str(number))
    with django_assert_num_queries(5):
        assert len(writer.get("drafts").json()["results"]) == count
    with django_assert_num_queries(6):
        assert len(writer.get("submissions").json()["results"]) == count


def test_a_token_that_ends_between_two_pages(writer, world):
    """The cursor is of the query, not of the token: with a new one the walk goes on where it stopped."""
    codes = {writer.begin(world["writes"])["code"] for _number in range(3)}
    first = writer.get("drafts?limit=2").json()
    following = first["next"].partition("/api/v1/")[2]
    AccessToken.objects.update(expires=timezone.now())
    refused = writer.get(following)
    assert (refused.status_code, refused["WWW-Authenticate"]) == (401, 'Bearer realm="api", error="invalid_token"')
    AccessToken.objects.update(expires=timezone.now() + dt.timedelta(hours=1))
    second = writer.get(following).json()
    assert {row["code"] for row in (*first["results"], *second["results"])} == codes
    assert second["next"] is None
