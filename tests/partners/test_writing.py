"""Every write happens once for its key, in one transaction, or is only tried: the rules all doors that write share."""

from __future__ import annotations

import datetime as dt
import hashlib
import re
import threading

import pytest
import yaml
from django.conf import settings
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from partners import jobs
from partners.models import ApiUse, KeptAnswer
from partners.scopes import SCOPES
from partners.throttles import ApiThrottle
from registry.api.drafts import DraftList
from registry.models import Product, ProductVariant, Submission
from registry.services import photos
from tests.registry.factories import make_product
from tests.registry.pictures import picture, upload

from .conftest import register
from .writer import WHOLE, let, writer_of

pytestmark = pytest.mark.django_db


def test_a_post_needs_a_key(writer, world):
    answer = writer.post("drafts", {"producer": world["writes"].code}, key=None)
    assert (answer.status_code, answer.json()["errors"][0]["attr"]) == (400, "Idempotency-Key")
    for key in ("x" * 101, "ä", "a\tb"):
        assert writer.post("drafts", {"producer": world["writes"].code}, key=key).status_code == 400
    assert not Product.objects.exists()


def test_the_same_key_again_does_nothing_and_answers_the_same(writer, world):
    body = {"producer": world["writes"].code, "name": "Kopi"}
    first, second = (writer.post("drafts", body, key='"kunci-1"') for _time in range(2))
    assert (first.status_code, first.content) == (second.status_code, second.content)
    assert (second["Idempotency-Replayed"], second["Location"], second["ETag"]) == ("true", first["Location"], first["ETag"])
    assert "Idempotency-Replayed" not in first
    assert (Product.objects.count(), ApiUse.objects.filter(method="POST").count()) == (1, 1)


def test_a_key_with_another_body_or_address_is_refused(writer, world):
    writer.post("drafts", {"producer": world["writes"].code}, key="k")
    for path, body in (("drafts", {"producer": world["sends"].code}), ("drafts/bulk", {"producer": world["writes"].code})):
        answer = writer.post(path, body, key="k")
        assert (answer.status_code, answer.json()["errors"][0]["code"]) == (422, "key_reused")
    assert Product.objects.count() == 1


def test_keys_of_two_partners_are_two(writer, world, province):
    other = register(province, "lain", name="Sistem lain (contoh)")
    let(other, world["writes"])
    second = writer_of(province, other)
    for one in (writer, second):
        assert one.post("drafts", {"producer": world["writes"].code}, key="k").status_code == 201
    assert Product.objects.count() == 2


def test_a_refusal_by_rule_is_kept_and_takes_back_what_was_written(writer, world):
    begun = writer.begin(world["sends"])
    early = writer.post(f"drafts/{begun['code']}/send", {"declaration": True}, key="k")
    writer.patch(f"drafts/{begun['code']}", WHOLE)
    again = writer.post(f"drafts/{begun['code']}/send", {"declaration": True}, key="k")
    assert (early.status_code, again.status_code, again["Idempotency-Replayed"]) == (422, 422, "true")
    assert early.content == again.content
    assert ApiUse.objects.filter(status=422).count() == 1


def test_what_could_not_be_read_keeps_no_key(writer, world):
    assert writer.post("drafts", {"producer": world["writes"].code, "nama": "x"}, key="k").status_code == 400
    assert writer.post("drafts", {"producer": world["writes"].code, "name": "x"}, key="k").status_code == 201


def test_a_fault_of_ours_keeps_nothing(writer, world, monkeypatch):
    """A lost database in the middle: 503, no row, and the same key works afterwards."""
    from django.db import OperationalError

    from registry.services import intake

    def lost(rows):
        raise OperationalError("server closed the connection")

    with monkeypatch.context() as patched:
        patched.setattr(intake, "_write", lost)
        writer.client.raise_request_exception = False
        assert writer.post("drafts", {"producer": world["writes"].code}, key="k").status_code == 503
    assert not KeptAnswer.objects.exists()
    assert writer.post("drafts", {"producer": world["writes"].code}, key="k").status_code == 201


def test_a_form_is_the_same_whatever_its_separators(writer, world):
    begun = writer.begin(world["writes"])
    first, second = (
        writer.post(f"drafts/{begun['code']}/photos", form={"file": upload(picture()), "alt": "Kopi"}, key="k") for _time in range(2)
    )
    assert (first.status_code, second["Idempotency-Replayed"], first.content) == (201, "true", second.content)
    other = writer.post(f"drafts/{begun['code']}/photos", form={"file": upload(picture(color="#ffffff")), "alt": "Kopi"}, key="k")
    assert other.status_code == 422


def test_keys_are_kept_thirty_days(writer, world):
    writer.post("drafts", {"producer": world["writes"].code}, key="k")
    KeptAnswer.objects.update(at=timezone.now() - dt.timedelta(days=29))
    jobs.forget_old()
    assert KeptAnswer.objects.count() == 1
    KeptAnswer.objects.update(at=timezone.now() - dt.timedelta(days=31))
    jobs.forget_old()
    assert not KeptAnswer.objects.exists()


@pytest.mark.parametrize("way", ["dry_run", "trial"])
def test_tried_only(writer, world, province, way):
    """Full checking and answers, nothing kept but the line in the trail."""
    one, query = (writer, "?dry_run=true") if way == "dry_run" else (writer_of(province, writer.partner, is_trial=True), "")
    answer = one.post(f"drafts{query}", {"producer": world["writes"].code, "external_id": "A", **WHOLE}, key="k")
    assert (answer.status_code, answer.json()["external_id"], answer["Dry-Run"]) == (201, "A", "true")
    assert one.post(f"drafts{query}", {"producer": world["writes"].code, "months": [13]}).status_code == 400
    bulk = one.post(f"drafts/bulk{query}", {"items": [{"producer": world["writes"].code}] * 3})
    assert bulk.json()["written"] == 3
    assert not any(model.objects.exists() for model in (Product, Submission, KeptAnswer))
    assert [use.what for use in ApiUse.objects.filter(method="POST")][-1].endswith("(hanya dicoba, tidak ada yang disimpan)")
    begun = writer.begin(world["writes"], name="Satu")
    assert one.patch(f"drafts/{begun['code']}{query}", {"name": "Dua"}).json()["name"] == "Dua"
    assert Product.objects.get().name == "Satu"
    if way == "dry_run":
        assert one.post("drafts?dry_run=ya", {"producer": world["writes"].code}).status_code == 400


DOCUMENT = yaml.safe_load((settings.BASE_DIR / "docs" / "openapi.yaml").read_text(encoding="utf-8"))


def closed() -> list[tuple[str, str, str]]:
    """Every operation that needs a token, with its scope, as the document says."""
    operations = [(method, path, one) for path, methods in DOCUMENT["paths"].items() for method, one in methods.items()]
    needs = [(method, path, one.get("security") or [{}]) for method, path, one in operations]
    return [
        (method, path, scopes["partner"][0]) for method, path, (*_others, scopes) in needs if {} not in _others and scopes.get("partner")
    ]


def test_every_closed_door_opens_to_its_own_scope_alone(writer, world, province):
    """401 without a token, 403 with every scope but its own, and neither with its own alone."""
    begun, doors = writer.begin(world["writes"]), closed()
    only = {scope: writer_of(province, writer.partner, scopes=[scope]) for scope in SCOPES}
    without = {scope: writer_of(province, writer.partner, scopes=[name for name in SCOPES if name != scope]) for scope in SCOPES}
    for method, path, scope in doors:
        address = re.sub(r"{code}", begun["code"], path.removeprefix("/api/v1/"))
        address = re.sub(r"{\w+}", "00000000-0000-4000-8000-000000000000", address)
        assert writer.client.generic(method.upper(), f"/api/v1/{address}").status_code == 401, path
        assert without[scope].send(method.upper(), address, {}).status_code == 403, path
        assert only[scope].send(method.upper(), address, {}).status_code not in (401, 403), path
    assert {scope for _method, _path, scope in doors} >= {"products:write", "submissions:send", "submissions:read"}
    assert len(doors) >= 12


@pytest.mark.django_db(transaction=True)
def test_the_same_key_at_the_same_moment_writes_once(writer, world):
    answers = at_once(lambda: writer_again(writer).post("drafts", {"producer": world["writes"].code}, key="k"), 4)
    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.content for answer in answers}) == 1
    assert Product.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_the_same_number_at_the_same_moment_is_one_product(writer, world):
    body = {"producer": world["writes"].code, "external_id": "A"}
    answers = at_once(lambda: writer_again(writer).post("drafts", body), 4)
    assert sorted(answer.status_code for answer in answers) == [201, 409, 409, 409]
    bulks = at_once(lambda: writer_again(writer).post("drafts/bulk", {"items": [{**body, "external_id": "B"}, body]}), 3)
    assert [answer.status_code for answer in bulks] == [200] * 3
    assert Product.objects.count() == 2


@pytest.mark.django_db(transaction=True)
def test_a_number_and_a_bulk_at_the_same_moment_do_not_wait_for_each_other(writer, world):
    """One locks the partner and then products; so must the other, or both would hold what the other waits for."""
    begun = writer.begin(world["writes"], external_id="A")
    for round in range(5):
        turns = iter([False, True] * 2)

        def ask(turns=turns, round=round):
            if next(turns):
                return writer_again(writer).patch(f"drafts/{begun['code']}", {"external_id": "A", "name": f"Kopi {round}"})
            return writer_again(writer).post("drafts/bulk", {"items": [{"external_id": "A", "story": f"Cerita {round}"}]})

        assert {answer.status_code for answer in at_once(ask, 4)} == {200}


@pytest.mark.django_db(transaction=True)
def test_what_somebody_else_writes_at_the_same_moment_is_met_in_words(writer, world):
    """A person's barcode is not committed yet when the check looks, and is when the row is written: no fault, a refusal."""
    body = {"producer": world["writes"].code, "variants": [{"unit": "g", "price": 1000, "barcode": "12345678"}]}
    with transaction.atomic():
        ProductVariant.objects.create(product=make_product(world["none"]), unit="g", price=1000, barcode="12345678")
        answers: list = []
        system = threading.Thread(target=lambda: answers.append(ask_and_close(lambda: writer_again(writer).post("drafts", body, key="k"))))
        system.start()
        system.join(1.0)
        assert system.is_alive()
    system.join(20)
    assert (answers[0].status_code, answers[0].json()["errors"][0]["code"]) == (409, "taken")
    again = writer.post("drafts", body, key="k")
    assert (again.status_code, again["Idempotency-Replayed"]) == (409, "true")


def test_a_photo_is_read_from_its_beginning_the_second_time(writer, world, monkeypatch):
    """The first attempt has read the bytes when it meets another write; the second must not take what is left for the photo."""
    add, calls = photos.add_photo, []

    class Met(Exception):
        pgcode = "23505"

    def once_in_vain(**given):
        made = add(**given)
        calls.append(given)
        if len(calls) == 1:
            raise IntegrityError from Met()
        return made

    monkeypatch.setattr(photos, "add_photo", once_in_vain)
    begun, content = writer.begin(world["writes"]), picture()
    form = {"file": upload(content), "sha256": hashlib.sha256(content).hexdigest()}
    answer = writer.post(f"drafts/{begun['code']}/photos", form=form)
    assert (answer.status_code, len(calls)) == (201, 2)
    assert [row["sha256"] for row in answer.json()["photos"]] == [form["sha256"]]


def ask_and_close(ask):
    try:
        return ask()
    finally:
        connection.close()


def writer_again(writer):
    """The same system over a connection of its own."""
    return type(writer)(writer.partner, writer.token)


def at_once(ask, times):
    """The answers to the same request sent from so many threads."""
    answers, gate = [], threading.Barrier(times)

    def run():
        gate.wait()
        answers.append(ask_and_close(ask))

    threads = [threading.Thread(target=run) for _number in range(times)]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]
    return answers


def test_who_may_not_come_in_is_counted_too(writer, world, province, monkeypatch):
    monkeypatch.setattr(DraftList, "throttle_classes", [ApiThrottle])
    reader = writer_of(province, writer.partner, scopes=["catalogue:read"])
    first, second = (reader.post("drafts", {}) for _time in range(2))
    assert first.status_code == second.status_code == 403
    assert int(second["RateLimit-Remaining"]) == int(first["RateLimit-Remaining"]) - 1
    nobody = [writer.client.get("/api/v1/drafts") for _time in range(2)]
    assert [answer.status_code for answer in nobody] == [401, 401]
    assert int(nobody[1]["RateLimit-Remaining"]) == int(nobody[0]["RateLimit-Remaining"]) - 1
