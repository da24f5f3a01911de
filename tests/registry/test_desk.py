"""The verification desk in a browser's place: queue, one submission, marks, decisions, bulk, telling the producer."""

import datetime as dt
import html

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from registry import workflow
from registry.models import CatalogueEntry, FieldFlag, Outreach, Permit, Submission
from registry.services import checks, drafts

from .desk_world import login, make_desk, page
from .factories import OTHER_VILLAGE, SIBLING_VILLAGE, add_contact, make_head, make_image, make_officer, make_producer, make_product
from .steps import decide, publish, save, send

pytestmark = pytest.mark.usefixtures("world")


@pytest.fixture
def desk():
    return make_desk()


def text(response):
    return html.unescape(response.content.decode())


def claim(client, submission):
    return client.post(page("desk_claim", submission))


def decision(client, submission, step, *, expected=None, comment="", **extra):
    expected = Submission.objects.get(pk=submission.pk).lock_version if expected is None else expected
    return client.post(page("desk_decide", submission), {"step": step, "expected": expected, "comment": comment, **extra})


# --- who comes in


@pytest.mark.parametrize(("who", "status"), [("regency", 200), ("province", 200), ("viewer", 200), ("other", 404), ("head", 403)])
def test_the_page_opens_inside_the_area_alone(client, desk, who, status):
    login(client, getattr(desk, who))
    assert client.get(page("desk_submission", desk.submission)).status_code == status


def test_a_visitor_signs_in_first(client, desk):
    assert client.get(page("desk_submission", desk.submission)).status_code == 302
    assert client.get(reverse("desk_queue")).status_code == 302


def test_an_unknown_or_hostile_number_is_not_found(client, desk):
    login(client, desk.regency)
    for number in ("P-NICHTDA1", "%00", "x" * 300):
        assert client.get(f"/admin/verifikasi/{number}/").status_code == 404


def test_what_was_never_sent_is_not_on_any_list(client, desk):
    draft = make_product(make_producer(region=SIBLING_VILLAGE), "Belum dikirim ini")
    login(client, desk.regency)
    assert client.get(page("desk_submission", drafts.open_submission(draft))).status_code == 404
    assert "Belum dikirim ini" not in text(client.get(reverse("desk_queue"), {"show": "all"}))


# --- the queue


def test_the_queue_shows_the_own_desk_oldest_clock_first(client, desk):
    younger = make_product(make_producer(region=SIBLING_VILLAGE), "Madu Contoh")
    send(make_head(younger.producer), younger)
    Submission.objects.filter(product=younger).update(promised_on=timezone.localdate() - dt.timedelta(days=9))
    far = make_product(make_producer(region=OTHER_VILLAGE), "Jauh Contoh")
    send(make_head(far.producer), far)

    shown = text(login(client, desk.regency).get(reverse("desk_queue")))

    assert shown.index("Madu Contoh") < shown.index("Kopi Contoh")
    assert "Jauh Contoh" not in shown


def test_filters_narrow_the_queue_and_stand_in_the_address(client, desk):
    login(client, desk.regency)
    queue = reverse("desk_queue")
    for query, found in [
        ({"q": "kopi cont"}, True),
        ({"q": desk.submission.number.lower()}, True),
        ({"q": "tenun"}, False),
        ({"pillar": "osop"}, False),
        ({"district": "53.09.01"}, True),
        ({"category": "makanan-minuman"}, True),
        ({"category": "kriya"}, False),
        ({"late": "on"}, False),
        ({"mine": "on"}, False),
        ({"state": "verified"}, False),
        ({"show": "area"}, True),
        ({"show": "returned"}, False),
        ({"show": "untold"}, False),
    ]:
        assert (desk.submission.number + ":" in text(client.get(queue, query))) is found, query


def test_a_place_outside_the_area_is_no_choice(client, desk):
    answer = login(client, desk.regency).get(reverse("desk_queue"), {"district": "53.05.01"})
    assert desk.submission.number not in text(answer)


@pytest.mark.parametrize("count", [1, 3])
def test_the_queue_costs_the_same_at_one_and_three_rows(client, desk, count, django_assert_num_queries):
    for index in range(count - 1):
        product = make_product(make_producer("ocop", region=SIBLING_VILLAGE), f"Produk {index}")
        send(make_head(product.producer), product)
    login(client, desk.regency)
    with django_assert_num_queries(13):
        shown = text(client.get(reverse("desk_queue")))
    assert shown.count("data-desk-row") == count


# --- one submission


def test_a_first_submission_shows_every_part_and_no_change(client, desk):
    shown = text(login(client, desk.regency).get(page("desk_submission", desk.submission)))
    assert "Kopi Contoh" in shown
    assert "Rp\u00a045.000" in shown
    assert "<del>" not in shown
    assert "diff changed" not in shown


def test_a_revision_shows_only_what_changed_beside_the_published_version(client):
    product = make_product(make_producer())
    head = make_head(product.producer)
    publish(product, head=head)
    save(head, product, "about", name="Kopi Contoh Baru")
    submission = send(head, product)
    officer = make_officer()

    short = text(login(client, officer).get(page("desk_submission", submission)))
    whole = text(client.get(page("desk_submission", submission), {"semua": "1"}))

    assert "<del>" in short
    assert "Kopi Contoh Baru" in short
    assert "bagian-summary" not in short
    assert "bagian-summary" in whole


def test_a_replaced_photo_is_shown_beside_the_former_one(client):
    product = make_product(make_producer())
    head = make_head(product.producer)
    publish(product, head=head)
    save(head, product, "about", summary="Ini kopi dari kebun sendiri. Dipetik merah sekali.")
    photo = product.photos.get()
    former, photo.image = photo.image, make_image("baru")
    photo.save()
    submission = send(head, product)

    shown = text(login(client, make_officer()).get(page("desk_submission", submission)))

    assert shown.count("<figure>") == 2
    assert shown.index(former.sha256) < shown.index(photo.image.sha256)
    assert f"bagian-photo-{former.sha256}"[:67] not in shown


def test_contacts_are_hidden_from_those_who_may_not_see_them(client):
    product = make_product(make_producer())
    add_contact(product)
    submission = send(make_head(product.producer), product)
    viewer, officer = make_officer("viewer", ["53"]), make_officer()
    assert "0812-3456-7890" in text(login(client, officer).get(page("desk_submission", submission)))
    assert "0812-3456-7890" not in text(login(Client(), viewer).get(page("desk_submission", submission)))


def test_the_page_costs_the_same_however_many_parts_it_has(client, desk, django_assert_max_num_queries):
    login(client, desk.regency)
    claim(client, desk.submission)
    with django_assert_max_num_queries(45):
        client.get(page("desk_submission", desk.submission), {"semua": "1"})


# --- claim and marks


def test_claim_release_and_the_other_officer(client, desk):
    login(client, desk.regency)
    claim(client, desk.submission)
    other = text(login(Client(), desk.colleague).get(page("desk_submission", desk.submission)))
    assert str(desk.regency) in other
    assert 'name="step" value="verify"' not in other

    client.post(page("desk_release", desk.submission))
    desk.submission.refresh_from_db()
    assert desk.submission.claimed_by is None


def test_marking_needs_the_claim_and_is_saved_at_once(client, desk):
    login(client, desk.regency)
    mark = {"field": "name", "reason": "unclear", "note": "Nama di kemasan?"}
    client.post(page("desk_mark", desk.submission), mark)
    assert not FieldFlag.objects.exists()

    claim(client, desk.submission)
    answer = client.post(page("desk_mark", desk.submission), mark)
    assert answer["Location"].endswith("#bagian-name")
    assert FieldFlag.objects.get().note == "Nama di kemasan?"

    client.post(page("desk_mark", desk.submission), {**mark, "reason": "other"})
    assert FieldFlag.objects.get().reason == "other"
    client.post(page("desk_unmark", desk.submission), {"field": "name"})
    assert not FieldFlag.objects.exists()


def test_with_htmx_the_row_and_the_panel_come_back(client, desk):
    login(client, desk.regency)
    claim(client, desk.submission)
    answer = client.post(
        page("desk_mark", desk.submission), {"field": "variants", "reason": "wrong_figure"}, headers={"HX-Request": "true"}
    )
    shown = text(answer)
    assert answer.status_code == 200
    assert 'id="bagian-variants"' in shown
    assert 'hx-swap-oob="true"' in shown
    assert "<html" not in shown
    assert 'aria-describedby="mengapa-verify"' in shown


def test_a_part_that_was_not_sent_cannot_be_marked(client, desk):
    login(client, desk.regency)
    claim(client, desk.submission)
    client.post(page("desk_mark", desk.submission), {"field": "photo:abc\x00", "reason": "other"})
    client.post(page("desk_mark", desk.submission), {"field": "name", "reason": "kein-grund"})
    client.post(page("desk_mark", desk.submission), {"field": "name", "reason": "other", "note": "x" * 1001})
    assert not FieldFlag.objects.exists()


def test_a_photo_can_be_marked(client, desk):
    login(client, desk.regency)
    claim(client, desk.submission)
    sha = desk.product.photos.get().image.sha256
    client.post(page("desk_mark", desk.submission), {"field": f"photo:{sha}", "reason": "photo_blurred"})
    assert FieldFlag.objects.get().field == f"photo:{sha}"


# --- decisions


def test_accept_is_shown_as_impossible_while_a_part_is_marked_and_the_server_refuses_it_too(client, desk):
    login(client, desk.regency)
    claim(client, desk.submission)
    checks.mark_field(actor=desk.regency, submission=desk.submission, field="name", reason="unclear")
    shown = text(client.get(page("desk_submission", desk.submission)))
    assert 'aria-disabled="true" aria-describedby="mengapa-verify"' in shown
    assert decision(client, desk.submission, "verify").status_code == 422


def test_send_back_then_tell(client, desk):
    add_contact(desk.product)
    login(client, desk.regency)
    claim(client, desk.submission)
    checks.mark_field(actor=desk.regency, submission=desk.submission, field="variants", reason="wrong_figure", note="Rp 45.000?")
    assert decision(client, desk.submission, "return", comment="Tolong diperiksa.").status_code == 302

    shown = text(client.get(page("desk_submission", desk.submission)))
    assert "https://wa.me/6281234567890?text=" in shown
    assert f"http://testserver/ruang/produk/{desk.product.code}/perbaiki/" in shown
    assert "Rp 45.000?" in shown

    event = desk.submission.events.get(transition="return")
    assert desk.submission.number in text(client.get(reverse("desk_queue"), {"show": "untold"}))
    client.post(page("desk_tell", desk.submission, event.pk), {"channel": "whatsapp", "person": f"contact:{desk.product.contact_id}"})
    outreach = Outreach.objects.get()
    assert (outreach.told_by, outreach.told_id, outreach.channel) == (desk.regency, desk.product.contact_id, "whatsapp")
    assert desk.submission.number not in text(client.get(reverse("desk_queue"), {"show": "untold"}))


def test_nobody_outside_the_people_of_the_producer_can_be_noted_as_told(client, desk):
    decide(desk.regency, desk.product, "return", comment="Mohon diperbaiki.")
    event = desk.submission.events.get(transition="return")
    login(client, desk.regency)
    client.post(page("desk_tell", desk.submission, event.pk), {"channel": "phone", "person": f"user:{desk.other.pk}"})
    assert not Outreach.objects.exists()
    assert client.post(page("desk_tell", desk.submission, event.pk + 999), {}).status_code == 404


def test_a_decision_the_producer_has_answered_by_sending_again_needs_no_telling(client, desk):
    decide(desk.regency, desk.product, "return", comment="Mohon diperbaiki.")
    assert Submission.objects.not_told().count() == 1
    save(desk.head, desk.product, "about", name="Kopi Baru")
    send(desk.head, desk.product)
    assert Submission.objects.not_told().count() == 0


def test_a_rejection_needs_words_and_keeps_what_was_typed(client, desk):
    login(client, desk.regency)
    claim(client, desk.submission)
    assert decision(client, desk.submission, "reject").status_code == 422
    assert decision(client, desk.submission, "reject", comment="Produk ini bukan buatan desa.").status_code == 302
    desk.submission.refresh_from_db()
    assert desk.submission.state == "rejected"


def test_the_slower_officer_reads_who_was_faster_and_keeps_the_note(client, desk):
    seen = desk.submission.lock_version
    decide(desk.colleague, desk.product, "return", comment="Mohon diperbaiki.")
    save(desk.head, desk.product, "about", name="Kopi Baru")
    send(desk.head, desk.product)
    login(client, desk.regency)
    claim(client, desk.submission)

    answer = decision(client, desk.submission, "verify", expected=seen, comment="Catatan saya yang panjang")

    assert answer.status_code == 409
    assert "Catatan saya yang panjang" in text(answer)
    desk.submission.refresh_from_db()
    assert desk.submission.state == "submitted"


def test_a_double_press_decides_once(client, desk):
    login(client, desk.regency)
    claim(client, desk.submission)
    seen = Submission.objects.get(pk=desk.submission.pk).lock_version
    assert decision(client, desk.submission, "verify", expected=seen).status_code == 302
    assert decision(client, desk.submission, "verify", expected=seen).status_code in (403, 409)
    assert desk.submission.events.filter(transition="verify").count() == 1


def test_the_way_to_the_public_needs_three_persons(client, desk):
    login(client, desk.regency)
    claim(client, desk.submission)
    decision(client, desk.submission, "verify")
    client.post(page("desk_claim", desk.submission))
    assert decision(client, desk.submission, "publish").status_code == 403

    login(client, desk.province)
    claim(client, desk.submission)
    assert decision(client, desk.submission, "publish").status_code == 302
    assert CatalogueEntry.objects.published().get().name == "Kopi Contoh"


@pytest.mark.parametrize(
    "body", [{}, {"step": "submit", "expected": "0"}, {"step": "verify", "expected": "x"}, {"step": "verify", "expected": "-1"}]
)
def test_a_malformed_decision_does_nothing(client, desk, body):
    login(client, desk.regency)
    claim(client, desk.submission)
    assert client.post(page("desk_decide", desk.submission), body).status_code == 422


def test_posts_from_another_area_are_not_found(client, desk):
    login(client, desk.other)
    for name in ("desk_claim", "desk_release", "desk_mark", "desk_unmark", "desk_decide"):
        assert client.post(page(name, desk.submission), {"field": "name"}).status_code == 404


# --- bulk


def bulk(client, step, *submissions):
    rows = [f"{row.number}:{Submission.objects.get(pk=row.pk).lock_version}" for row in submissions]
    return client.post(reverse("desk_bulk"), {"step": step, "row": rows})


def test_bulk_gives_a_result_for_each(client, desk):
    second = make_product(make_producer(region=SIBLING_VILLAGE), "Madu Contoh")
    marked = send(make_head(second.producer), second)
    checks.claim(actor=desk.colleague, submission=marked)

    shown = text(bulk(login(client, desk.regency), "verify", desk.submission, marked))

    desk.submission.refresh_from_db()
    marked.refresh_from_db()
    assert (desk.submission.state, marked.state) == ("verified", "submitted")
    assert str(desk.colleague) in shown
    assert "Madu Contoh" in shown
    assert "?show=untold" not in shown


def test_coming_back_to_the_results_of_bulk_leads_to_the_queue(client, desk):
    answer = login(client, desk.regency).get(reverse("desk_bulk"))

    assert (answer.status_code, answer["Location"]) == (302, reverse("desk_queue"))


def test_bulk_publishes_and_leaves_no_claim_where_it_fails(client, desk):
    decide(desk.regency, desk.product, "verify")
    Submission.objects.filter(pk=desk.submission.pk).update(objection="Bukan data kami")
    bulk(login(client, desk.province), "publish", desk.submission)
    desk.submission.refresh_from_db()
    assert (desk.submission.state, desk.submission.claimed_by) == ("verified", None)

    Submission.objects.filter(pk=desk.submission.pk).update(objection="")
    bulk(client, "publish", desk.submission)
    assert CatalogueEntry.objects.published().count() == 1


def test_bulk_names_the_version_that_was_on_the_screen(client, desk):
    login(client, desk.regency)
    shown = text(client.post(reverse("desk_bulk"), {"step": "verify", "row": [f"{desk.submission.number}:99"]}))
    desk.submission.refresh_from_db()
    assert desk.submission.state == "submitted"
    assert "P-" in shown


def test_bulk_reaches_nothing_outside_the_area_and_stops_at_a_hundred(client, desk):
    login(client, desk.other)
    bulk(client, "verify", desk.submission)
    desk.submission.refresh_from_db()
    assert desk.submission.state == "submitted"
    many = [f"P-{index:08d}:1" for index in range(101)]
    assert client.post(reverse("desk_bulk"), {"step": "verify", "row": many}).status_code == 302
    assert client.post(reverse("desk_bulk"), {"step": "reject", "row": many[:1]}).status_code == 302
    assert login(client, desk.viewer).post(reverse("desk_bulk"), {"step": "verify", "row": many[:1]}).status_code == 403


# --- on behalf, place


def test_an_objection_is_shown_and_stops_acceptance(client, desk):
    Submission.objects.filter(pk=desk.submission.pk).update(on_behalf=True, objection="Harga itu bukan dari kami.", evidence=make_image())
    login(client, desk.regency)
    claim(client, desk.submission)
    shown = text(client.get(page("desk_submission", desk.submission)))
    assert "Harga itu bukan dari kami." in shown
    assert decision(client, desk.submission, "verify").status_code == 422


def test_the_place_of_a_community_is_completed_inside_the_area(client):
    producer = make_producer("ocop", region="53.09.01")
    login(client, make_officer())
    address = reverse("producer_place", args=[producer.code])
    assert client.post(address, {"region": "53.05.01.2001"}).status_code == 200
    assert client.post(address, {"region": "53.09.01.2001"}).status_code == 302
    producer.refresh_from_db()
    assert producer.region_id == "53.09.01.2001"
    assert client.get(reverse("producer_place", args=[make_producer("ocop", region=OTHER_VILLAGE).code])).status_code == 404


def test_workflow_answers_are_what_the_panel_shows(client, desk):
    login(client, desk.regency)
    claim(client, desk.submission)
    submission = Submission.objects.get(pk=desk.submission.pk)
    answers = workflow.available(desk.regency, submission)
    shown = text(client.get(page("desk_submission", submission)))
    for name in ("verify", "return", "reject"):
        assert (f'name="step" value="{name}"' in shown) is bool(answers[name])


# --- permits


@pytest.fixture
def permit(desk):
    """A permit of the product on the desk."""
    product = desk.submission.product
    row = Permit.objects.create(producer=product.producer, kind="pirt", number="P-IRT contoh 1")
    row.products.add(product)
    return row


def permit_page(desk, permit):
    return reverse("desk_permit", args=[desk.submission.number, permit.key])


def test_an_officer_of_the_area_notes_a_permit_as_checked(client, desk, permit):
    login(client, desk.regency)
    client.post(permit_page(desk, permit))
    permit.refresh_from_db()
    assert permit.verified_by == desk.regency


def test_trade_officers_check_permits_too(client, desk, permit):
    trade = make_officer("trade_officer", ["53"], office="province")
    login(client, trade)
    client.post(permit_page(desk, permit))
    permit.refresh_from_db()
    assert permit.verified_by == trade


@pytest.mark.parametrize(("who", "status"), [("viewer", 404), ("other", 404), ("head", 403)])
def test_nobody_else_checks_a_permit(client, desk, permit, who, status):
    login(client, getattr(desk, who))
    assert client.post(permit_page(desk, permit)).status_code == status
    permit.refresh_from_db()
    assert permit.verified_at is None


def test_a_permit_of_another_product_is_not_found_here(client, desk):
    stranger = Permit.objects.create(producer=desk.submission.product.producer, kind="halal", number="1")
    login(client, desk.regency)
    assert client.post(permit_page(desk, stranger)).status_code == 404


# --- the last minute of a promised day


@pytest.mark.parametrize(("moment", "late"), [("2026-11-27T15:59:59+00:00", 0), ("2026-11-27T16:00:00+00:00", 1)])
def test_a_promised_day_ends_at_23_59_wita(desk, monkeypatch, moment, late):
    now = dt.datetime.fromisoformat(moment)
    Submission.objects.filter(pk=desk.submission.pk).update(promised_on=dt.date(2026, 11, 27))
    monkeypatch.setattr(timezone, "now", lambda: now)
    assert Submission.objects.late().count() == late
